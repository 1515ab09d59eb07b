/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Bad input into every field of every form, made from the field tables: it is
 * refused, the field says so, what was typed comes back, and nothing changed.
 * A POST route without a form in forms.c fails. */
#include "t/page/forms.h"

#include "web/tmpl.h"

START_TEST(every_post_route_has_a_form)
{
	for (size_t i = 0; i < routes_n; i++)
		if (routes[i].method == METHOD_POST)
			ck_assert_ptr_nonnull(form_case(routes[i].side,
			    routes[i].path));
}
END_TEST

/* The table of the form that a template shows; NULL: it has none. */
static const struct fields *
table_of(const char *tmpl)
{
	const struct tmpl *const *end = __stop_tmpls;

	for (const struct tmpl *const *t = __start_tmpls; t < end; t++) {
		if (!str_eq((*t)->name, tmpl))
			continue;
		for (size_t i = 0; i < (*t)->view->n; i++)
			if ((*t)->view->v[i].type == FIELD_FORM)
				return (*t)->view->v[i].of;
	}
	ck_assert_msg(tmpl == NULL, "no form in %s", tmpl);
	return NULL;
}

static struct sheet *
copy(const struct sheet *s)
{
	struct sheet *out = sheet_new(s->action);

	for (size_t i = 0; i < s->n; i++)
		sheet_add(out, s->name[i], s->value[i]);
	out->file = s->file;
	out->file_name = s->file_name;
	out->data = s->data;
	return out;
}

/* ── what the tables refuse ─────────────────────────────────────────────── */

static const char *
repeated(const char *text, int64_t n)
{
	struct buf *b = buf_new(a, 4096, (size_t)1 << 20);

	for (int64_t i = 0; i < n; i++)
		buf_str(b, text);
	return b->p;
}

#define VALUES_MOST 12

/* Values that a field of this kind must not take. */
static size_t
bad_values(const struct field *f, const char *v[VALUES_MOST])
{
	size_t n = 0;

	if (f->required)
		v[n++] = "";
	switch (f->type) {
	case FIELD_TEXT:
		if (f->max > 0)
			v[n++] = repeated("字", f->max + 1);
		if (f->min > 1)
			v[n++] = repeated("x", f->min - 1);
		if (!f->many_lines && f->clean != CLEAN_NONE)
			v[n++] = "一行目\r\n二行目";
		if (f->required && f->clean != CLEAN_NONE)
			v[n++] = " 　\t ";
		break;
	case FIELD_INT:
		v[n++] = "x";
		v[n++] = "-1";
		v[n++] = "99999999999999999999";
		v[n++] = "1.5";
		break;
	case FIELD_ENUM:
	case FIELD_BOOL:
		v[n++] = "nonsense";
		v[n++] = "1x";
		v[n++] = "\"><svg onload=1>";
		break;
	case FIELD_DAY:
		v[n++] = "2026-02-30";
		v[n++] = "01/06/26x";
		v[n++] = "\"><svg onload=1>";
		break;
	case FIELD_MINUTE:
		v[n++] = "25:00";
		v[n++] = "8:60";
		v[n++] = "\"><svg onload=1>";
		break;
	case FIELD_UID:
	case FIELD_UIDS:
		v[n++] = "x";
		v[n++] = "AAAAAAAAAAAAAAAAAAAAAA";
		v[n++] = site_uid("pupil", 2);
		v[n++] = site_uid("guardian", 1);
		v[n++] = "\"><svg onload=1>";
		break;
	default:
		break;
	}
	return n;
}

/* Beside the field when it is to be seen, else in the summary. */
static void
says_what_is_wrong(const struct browser *b, const struct field *f,
    const char *value)
{
	bool seen = strstr(b->text, str_printf(a, "id=\"f-%s\"", f->name)) !=
	    NULL;

	ck_assert_msg(strstr(b->text, "id=\"summary\"") != NULL,
	    "%s %s=%.60s: no summary: %s", b->asked, f->name, value,
	    browser_said(b));
	if (seen)
		ck_assert_msg(page_error_of(b, f->name) != NULL,
		    "%s %s=%.60s: no error beside it: %s", b->asked, f->name,
		    value, browser_said(b));
	ck_assert_msg(strstr(b->text, "<svg") == NULL, "%s %s: %s", b->asked,
	    f->name, b->text);
}

/* Typed text comes back, passwords never do. Choices come back as not chosen
 * when there is no such choice. */
static void
keeps_what_was_typed(const struct browser *b, const struct sheet *s,
    const struct field *f, const char *value)
{
	const struct sheet *shown;
	const char *kept;

	if (sheet_count(b, s->action) == 0)
		return;
	shown = sheet_of(b, s->action);
	kept = sheet_get(shown, f->name);
	if (f->clean == CLEAN_NONE)
		ck_assert_msg(kept == NULL || *kept == '\0',
		    "%s shows a password", b->asked);
	else if ((f->type == FIELD_TEXT || f->type == FIELD_DAY ||
	    f->type == FIELD_MINUTE) && kept != NULL)
		ck_assert_msg(str_eq(kept, value), "%s %s: kept %s, not %s",
		    b->asked, f->name, kept, value);
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->name[i], "note") && !str_eq(f->name, "note"))
			ck_assert_msg(sheet_has(shown, "note", s->value[i]),
			    "%s: the note is lost", b->asked);
}

static void
try_value(struct browser *b, const struct sheet *filled, const struct field *f,
    const char *value, bool twice)
{
	struct sheet *s = copy(filled);

	if (twice)
		sheet_add(s, f->name, value);
	else
		sheet_put(s, f->name, value);
	sheet_post(b, s);
	ck_assert_msg(b->status == 422, "%s %s=%.60s%s: %d: %s", b->asked,
	    f->name, value, twice ? " twice" : "", b->status, browser_said(b));
	says_what_is_wrong(b, f, value);
	if (!twice)
		keeps_what_was_typed(b, s, f, value);
}

static bool
is_single(const struct field *f)
{
	return f->type != FIELD_UIDS && f->type != FIELD_TEXTS &&
	    f->type != FIELD_BYTES;
}

/* The view of the withdraw page holds the change form's table; only what the
 * form has is read. */
static bool
is_sent(const struct sheet *s, const struct field *f)
{
	return sheet_get(s, f->name) != NULL;
}

START_TEST(bad_values_in_every_field)
{
	const struct form_case *c = &form_cases[_i];
	const struct fields *table = table_of(c->tmpl);
	const char *before;
	struct browser b;
	struct sheet *s;

	if (table == NULL)
		return;
	s = form_open(c, &b);
	before = site_checksum("failure audit_log");
	for (size_t i = 0; i < table->n; i++) {
		const struct field *f = &table->v[i];
		const char *values[VALUES_MOST];
		size_t n = bad_values(f, values);

		if (!is_sent(s, f) && f->type != FIELD_DAY)
			continue;
		for (size_t k = 0; k < n; k++)
			try_value(&b, s, f, values[k], false);
		if (is_single(f))
			try_value(&b, s, f, "x", true);
	}
	ck_assert_str_eq(before, site_checksum("failure audit_log"));
}
END_TEST

/* ── text that must survive, and never become markup ────────────────────── */

static const char *const texts[] = {
	"\"><svg onload=alert(1)>", "</textarea><script>1</script>",
	"{form.note.value}", "&lt;b&gt; &amp;", "か\u3099き\u3099",
	"𠮷野家 𩸽 👨‍👩‍👧 葛󠄀", "ʻ' OR 1=1 -- ", "%s%n%p", "\xC2\xA0x",
	"\u202Eabc", "a\tb",
};

/* With a token that does not hold, every form comes back as it was typed. */
START_TEST(texts_come_back_as_typed)
{
	const struct form_case *c = &form_cases[_i];
	const struct fields *table = table_of(c->tmpl);
	const char *before;
	struct browser b;
	struct sheet *s;

	if (table == NULL)
		return;
	s = form_open(c, &b);
	before = site_checksum("");
	for (size_t i = 0; i < table->n; i++) {
		const struct field *f = &table->v[i];

		if (f->type != FIELD_TEXT || !is_sent(s, f))
			continue;
		for (size_t k = 0; k < COUNT(texts); k++) {
			struct sheet *typed = copy(s);

			sheet_put(typed, f->name, texts[k]);
			sheet_put(typed, "token", "");
			sheet_post(&b, typed);
			STATUS(&b, 422);
			ck_assert_ptr_null(strstr(b.text, "<svg"));
			ck_assert_ptr_null(strstr(b.text, "<script>1"));
			keeps_what_was_typed(&b, typed, f, texts[k]);
		}
	}
	ck_assert_str_eq(before, site_checksum(""));
}
END_TEST

/* ── bytes that are no text ─────────────────────────────────────────────── */

static const char *const bytes[] = { "%FF", "%00", "%1B", "%7F", "%C0%AF",
	"%ED%A0%80", "%EF%BF%BE", "%F4%90%80%80", "%E3%81", "\xff", "%",
	"%4", "%GG" };

static void
try_bytes(struct browser *b, const struct sheet *s, size_t field)
{
	for (size_t k = 0; k < COUNT(bytes); k++) {
		struct buf *body = buf_new(a, 4096, 65536);

		for (size_t i = 0; i < s->n; i++)
			buf_printf(body, "%s%s=%s", i == 0 ? "" : "&",
			    s->name[i], i == field ? bytes[k] : "x");
		browser_post(b, s->action, body->p);
		ck_assert_msg(b->status == 400, "%s %s=%s: %d", b->asked,
		    s->name[field], bytes[k], b->status);
	}
}

START_TEST(bytes_that_are_no_text)
{
	const struct form_case *c = &form_cases[_i];
	const char *before;
	struct browser b;
	struct sheet *s = form_open(c, &b);

	if (s->file != NULL)
		return;
	before = site_checksum("");
	for (size_t i = 0; i < s->n; i++)
		try_bytes(&b, s, i);
	ck_assert_str_eq(before, site_checksum(""));
}
END_TEST

/* ── without token, twice the token, unknown names ──────────────────────── */

START_TEST(tokens)
{
	static const char *const wrong[] = { NULL, "", "x",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" };
	const struct form_case *c = &form_cases[_i];
	const char *before;
	struct browser b;
	struct sheet *s = form_open(c, &b);

	before = site_checksum("");
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct sheet *typed = copy(s);

		sheet_put(typed, "token", wrong[i]);
		sheet_post(&b, typed);
		ck_assert_msg(b.status == 422 || b.status == 409,
		    "%s: %d: %s", b.asked, b.status, browser_said(&b));
	}
	ck_assert_str_eq(before, site_checksum(""));
}
END_TEST

/* No mass assignment: names that the table does not know are nothing. */
START_TEST(unknown_names)
{
	static const char *const names[] = { "id", "guardian_id", "state",
		"version", "confirmed_version", "school_id", "role", "protected" };
	struct browser b;
	struct sheet *s;

	s = form_open(form_case(SIDE_GUARDIAN, "/absence/new"), &b);
	for (size_t i = 0; i < COUNT(names); i++)
		sheet_add(s, names[i], "2");
	sheet_post(&b, s);
	STATUS(&b, 303);
	ck_assert_str_eq(site_text("SELECT guardian_id, state, version,"
	    " confirmed_version, school_id FROM absence ORDER BY id DESC"
	    " LIMIT 1"), "1 1 1 0 2");
}
END_TEST

START_TEST(too_many_values)
{
	const char *before;
	struct browser b;
	struct sheet *s;

	s = form_open(form_case(SIDE_GUARDIAN, "/absence/new"), &b);
	for (int i = 0; i < 30; i++)
		sheet_add(s, "pupils", uid_text(a, uid_new()));
	before = site_checksum("");
	sheet_post(&b, s);
	STATUS(&b, 422);
	ck_assert_ptr_nonnull(strstr(page_error_of(&b, "pupils"),
	    "20件まで"));
	ck_assert_str_eq(before, site_checksum(""));
}
END_TEST

static void
fill(Suite *s)
{
	TCase *tc = site_case(s, "input");
	int n = (int)form_cases_n;

	tcase_add_test(tc, every_post_route_has_a_form);
	tcase_add_loop_test(tc, bad_values_in_every_field, 0, n);
	tcase_add_loop_test(tc, texts_come_back_as_typed, 0, n);
	tcase_add_loop_test(tc, bytes_that_are_no_text, 0, n);
	tcase_add_loop_test(tc, tokens, 0, n);
	tcase_add_test(tc, unknown_names);
	tcase_add_test(tc, too_many_values);
}

int
main(void)
{
	return site_main("input", fill);
}
