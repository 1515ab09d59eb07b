/* SPDX-License-Identifier: AGPL-3.0-or-later
 * What the tests of the template engine share: files in a directory of their
 * own, a view with a member of every type, an English catalogue. Only for
 * t/web/tmpl*.c. */
#ifndef T_WEB_TMPL_TEST_H
#define T_WEB_TMPL_TEST_H

#include <check.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "web/tmpl_private.h"

#define NS "xmlns:t=\"urn:renraku:template\""

enum kind { KIND_NONE, KIND_ABSENT, KIND_LATE };
static const struct choice kinds[] = {
	{ KIND_ABSENT, "absent", N_("欠席") },
	{ KIND_LATE, "late", N_("遅刻") },
	{ 0, NULL, NULL },
};

struct input {
	const char *reason;
	int kind;
	struct list children;
};
FIELDS(struct input, input_fields,
    F_TEXT(struct input, reason, .label = N_("理由"), .required = true,
	.max = 200),
    F_ENUM(struct input, kind, kinds, .label = N_("連絡の種類")),
    F_UIDS(struct input, children, .label = N_("お子さま")));

struct child {
	const char *name;
	struct uid id;
	const char *photo;
};
FIELDS(struct child, child_fields,
    F_TEXT(struct child, name),
    F_UID(struct child, id),
    F_TEXT(struct child, photo));

struct row {
	const char *name;
	int64_t number;
	int kind;
	struct day day;
	struct child child;
	struct list marks;
};
struct mark {
	const char *word;
};
FIELDS(struct mark, mark_fields, F_TEXT(struct mark, word));
FIELDS(struct row, row_fields,
    F_TEXT(struct row, name),
    F_INT(struct row, number),
    F_ENUM(struct row, kind, kinds),
    F_DAY(struct row, day),
    F_VIEW(struct row, child, struct child, &child_fields),
    F_ROWS(struct row, marks, &mark_fields));

struct view {
	const char *text;
	const char *none;
	const char *msg;
	int64_t n, zero;
	bool yes, no;
	int kind, unset;
	struct day day, no_day;
	struct minute minute;
	struct stamp stamp;
	struct uid id;
	struct child child;
	struct list rows, empty, texts;
	struct form *form, *no_form;
	struct bytes bytes;
};
FIELDS(struct view, view_fields,
    F_TEXT(struct view, text),
    F_TEXT(struct view, none),
    F_MSG(struct view, msg),
    F_INT(struct view, n),
    F_INT(struct view, zero),
    F_BOOL(struct view, yes),
    F_BOOL(struct view, no),
    F_ENUM(struct view, kind, kinds),
    F_ENUM(struct view, unset, kinds),
    F_DAY(struct view, day),
    F_DAY(struct view, no_day),
    F_MINUTE(struct view, minute),
    F_STAMP(struct view, stamp),
    F_UID(struct view, id),
    F_VIEW(struct view, child, struct child, &child_fields),
    F_ROWS(struct view, rows, &row_fields),
    F_ROWS(struct view, empty, &row_fields),
    F_TEXTS(struct view, texts),
    F_FORM(struct view, form, &input_fields),
    F_FORM(struct view, no_form, &input_fields),
    F_BYTES(struct view, bytes));

struct common {
	const char *city;
};
FIELDS(struct common, common_fields, F_TEXT(struct common, city));

static char dir[] = "/tmp/tmpl-test-XXXXXX";
static struct arena *arena;
static struct view view;
static const struct common common = { "架空市" };

/* One template of its own set, as the linker's section would hold it. */
static struct tmpl one;
static const struct tmpl *one_ref[1] = { &one };
static struct tmpl_set *set;
static struct buf *errors;

static inline void
make_dirs(char *path)
{
	for (char *s = path + 1; *s != '\0'; s++) {
		if (*s != '/')
			continue;
		*s = '\0';
		(void)mkdir(path, 0700);
		*s = '/';
	}
}

static inline void
put_bytes(const char *name, const void *p, size_t n)
{
	char *path = str_printf(arena, "%s/%s", dir, name);
	FILE *f;

	make_dirs(path);
	f = fopen(path, "wbe");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(p, 1, n, f), n);
	ck_assert_int_eq(fclose(f), 0);
}

static inline void
put(const char *name, const char *text)
{
	put_bytes(name, text, strlen(text));
}

static inline enum err
compile(const char *name, const struct fields *fields)
{
	one = (struct tmpl){ name, fields, &one_ref[0] };
	errors = buf_new(arena, 256, 65536);
	tmpl_free(set);
	return tmpl_init_list(dir, str_printf(arena, "%s/assets", dir),
	    &common_fields, one_ref, 1, errors, &set);
}

static inline const char *
token(void *arg, const char *action)
{
	return str_printf(arg, "<%s>", action);
}

static inline struct tmpl_env
env_of(enum lang lang)
{
	return (struct tmpl_env){ .a = arena, .lang = lang, .common = &common,
		.token = token, .arg = arena, .path = "/here",
		.today = day_from(2026, 6, 1) };
}

static inline struct list
two_rows(void)
{
	struct row *v = arena_array(arena, 2, sizeof(*v));
	struct mark *m = arena_array(arena, 2, sizeof(*m));

	m[0].word = "x";
	m[1].word = "y";
	v[0] = (struct row){ "架空 太郎", 1, KIND_LATE,
		day_from(2026, 6, 2), { "a", { { 1 } }, "/p/1" },
		{ m, 2 } };
	v[1] = (struct row){ "架空 花子", 2, KIND_ABSENT, DAY_NONE,
		{ "b", { { 2 } }, NULL }, { NULL, 0 } };
	return (struct list){ v, 2 };
}

static inline void
fill(void)
{
	static const unsigned char id[16] = { 0xff, 0xff, 0xff };

	memset(&view, 0, sizeof(view));
	view.text = "a<b>&\"c'";
	view.msg = N_("受け付けました");
	view.n = -40;
	view.yes = true;
	view.kind = KIND_LATE;
	view.day = day_from(2026, 6, 1);
	view.no_day = DAY_NONE;
	view.minute = (struct minute){ 462 };
	view.stamp = day_at(view.day, view.minute);
	memcpy(view.id.b, id, 16);
	view.child = (struct child){ "太郎", view.id, "/photo/1" };
	view.rows = two_rows();
}

static inline void
setup(void)
{
	arena = arena_init((size_t)64 << 20);
	memcpy(dir + sizeof(dir) - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(dir));
	fill();
}

static inline int
remove_one(const char *path, const struct stat *st UNUSED, int flag UNUSED,
    struct FTW *ftw UNUSED)
{
	return remove(path);
}

static inline void
teardown(void)
{
	(void)nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	tmpl_free(set);
	set = NULL;
	arena_free(arena);
}

/* A .mo file (gettext manual 10.3): ids must be sorted by bytes. */
static inline void
put_catalogue(const char *const (*pairs)[2], size_t n)
{
	uint32_t head[7] = { 0x950412de, 0, (uint32_t)n, 28,
		28 + 8 * (uint32_t)n, 0, 28 + 16 * (uint32_t)n };
	struct buf *tables = buf_new(arena, 256, 65536);
	struct buf *texts = buf_new(arena, 256, 65536);
	size_t at = 28 + 16 * n;

	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < n; i++) {
			const char *s = pairs[i][side];
			uint32_t entry[2] = { (uint32_t)strlen(s),
				(uint32_t)(at + texts->n) };

			buf_add(tables, (const char *)entry, sizeof(entry));
			buf_add(texts, s, strlen(s) + 1);
		}
	buf_add(tables, texts->p, texts->n);
	texts = buf_new(arena, 256, 131072);
	buf_add(texts, (const char *)head, sizeof(head));
	buf_add(texts, tables->p, tables->n);
	put_bytes("locale/C.UTF-8/LC_MESSAGES/renraku-en.mo", texts->p,
	    texts->n);
	ck_assert_int_eq(i18n_init(str_printf(arena, "%s/locale", dir)), OK);
}

static inline const char *
page(const char *attributes, const char *body)
{
	return str_printf(arena, "<t:page " NS " %s><html>%s</html></t:page>",
	    attributes, body);
}

/* Errors of a page with this body, "" when there are none. */
static inline const char *
errors_of(const char *body)
{
	put("p.xhtml", page("", body));
	ck_assert_int_eq(compile("p", &view_fields),
	    errors->n > 0 ? ERR_INVALID : OK);
	return errors->p;
}

static inline const char *
show(enum lang lang)
{
	struct tmpl_env env = env_of(lang);
	struct buf *out = buf_new(arena, 256, 1 << 20);

	ck_assert_int_eq(tmpl_render(set, &one, &env, &view, out), OK);
	return out->p;
}

static inline const char *
inner(const char *html)
{
	static const char head[] = "<!DOCTYPE html>\n<html>";
	size_t n = strlen(html);

	ck_assert(str_starts(html, head));
	ck_assert(str_ends(html, "</html>"));
	return str_copy_n(arena, html + sizeof(head) - 1,
	    n - sizeof(head) + 1 - 7);
}

static inline const char *
in_lang(const char *body, enum lang lang)
{
	ck_assert_str_eq(errors_of(body), "");
	return inner(show(lang));
}

static inline const char *
render(const char *body)
{
	return in_lang(body, LANG_JA);
}

struct pair_of {
	const char *in, *out;
};

static inline void
check_pairs(const struct pair_of *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ck_assert_str_eq(render(v[i].in), v[i].out);
}

static inline void
check_errors(const struct pair_of *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(strstr(errors_of(v[i].in), v[i].out) != NULL,
		    "%s\nwanted: %s\ngot: %s", v[i].in, v[i].out, errors->p);
}

static inline struct form *
make_form(void)
{
	struct form *form = arena_new(arena, struct form);
	static const char *children[] = { "____AAAAAAAAAAAAAAAAAA", "x" };

	form->of = &input_fields;
	form->a = arena;
	form->text = arena_array(arena, 3, sizeof(char *));
	form->values = arena_array(arena, 3, sizeof(struct list));
	form->error = arena_array(arena, 3, sizeof(char *));
	form->text[0] = "熱 & <咳>";
	form->text[1] = "late";
	form->values[2] = (struct list){ children, 2 };
	form->error[0] = "理由を入力してください";
	form->bad = true;
	return form;
}

static inline void
put_input_part(void)
{
	put("part/input.xhtml", "<t:part " NS " alias=\"f\" text=\"type help "
	    "auto\"><label>{f.label}<input type=\"{@type}\" "
	    "name=\"{f.name}\" autocomplete=\"{@auto}\" "
	    "value=\"{f.value}\"/></label>"
	    "<small t:if=\"@help\">{@help}</small>"
	    "<em t:if=\"not @help\">-</em>"
	    "<b t:if=\"@type = 'password' and f.required\">p</b>"
	    "<t:content/></t:part>");
}

static inline int
run_tests(const char *name, const TTest *const *tests, size_t n)
{
	Suite *s = suite_create(name);
	TCase *tc = tcase_create(name);
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	for (size_t i = 0; i < n; i++)
		tcase_add_test(tc, tests[i]);
	suite_add_tcase(s, tc);
	r = srunner_create(s);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}

#endif
