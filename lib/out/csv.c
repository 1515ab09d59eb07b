/* SPDX-License-Identifier: AGPL-3.0-or-later
 * CSV as Excel in Japan opens it without questions (RFC 4180, standards 1.9
 * and 3.4). Every cell passes csv_cell(), which quotes and defuses; there is
 * no other way to put text into the file. Called by the export pages. */
#include "out/csv.h"

#include "base/i18n.h"

#define BOM "\xEF\xBB\xBF"

/* What Excel may take for a formula, in the wide forms as well (U+FF0D is
 * kept as U+2212 here and goes back to U+FF0D on the way through CP932). */
static bool
is_formula(const char *s)
{
	static const char *const starts[] = { "=", "+", "-", "@", "\t", "\r",
		"\n", "＝", "＋", "－", "＠", "−" };

	for (size_t i = 0; i < COUNT(starts); i++)
		if (str_starts(s, starts[i]))
			return true;
	return false;
}

struct buf *
csv_new(struct arena *a, size_t max)
{
	struct buf *b = buf_new(a, max < 4096 ? max : 4096, max);

	buf_str(b, BOM);
	return b;
}

/* A cell ends with a quote and a record with LF, so the text itself tells. */
static bool
is_first(const struct buf *b)
{
	return b->n < sizeof(BOM) || b->p[b->n - 1] == '\n';
}

void
csv_cell(struct buf *b, const char *text)
{
	const char *s = text != NULL ? text : "", *quote;

	buf_str(b, is_first(b) ? "\"" : ",\"");
	/* "'=1" as somebody's own text gets one more, or the import would
	 * take theirs away. */
	if (is_formula(s + strspn(s, "'")))
		buf_char(b, '\'');
	while ((quote = strchr(s, '"')) != NULL) {
		buf_add(b, s, (size_t)(quote - s));
		buf_str(b, "\"\"");
		s = quote + 1;
	}
	buf_str(b, s);
	buf_char(b, '"');
}

void
csv_end(struct buf *b)
{
	buf_str(b, "\r\n");
}

/* Lists, views and files have no form as one cell. */
static bool
is_column(const struct field *f)
{
	if (f->label == NULL)
		return false;
	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_MSG:
	case FIELD_INT:
	case FIELD_BOOL:
	case FIELD_ENUM:
	case FIELD_DAY:
	case FIELD_MINUTE:
	case FIELD_STAMP:
	case FIELD_UID:
		return true;
	case FIELD_UIDS:
	case FIELD_TEXTS:
	case FIELD_BYTES:
	case FIELD_ROWS:
	case FIELD_VIEW:
	case FIELD_FORM:
		break;
	}
	return false;
}

static const char *
stamp_text(struct arena *a, struct stamp s)
{
	struct stamp minute = day_at(stamp_day(s), stamp_minute(s));

	return str_printf(a, "%s %s:%02d", day_iso(a, stamp_day(s)),
	    minute_iso(a, stamp_minute(s)),
	    (int)((s.us - minute.us) / 1000000));
}

static const char *
enum_text(const struct field *f, int value)
{
	const struct choice *c = choice_by_value(f->choices, value);

	return c != NULL ? c->label : NULL;
}

/* NULL for "none". */
static const char *
field_text(struct arena *a, const struct field *f, const void *strct)
{
	const void *p = field_get(f, strct);

	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_MSG:
		return *(const char *const *)p;
	case FIELD_INT:
		return str_printf(a, "%lld",
		    (long long)*(const int64_t *)p);
	case FIELD_BOOL:
		return *(const bool *)p ? N_("はい") : N_("いいえ");
	case FIELD_ENUM:
		return enum_text(f, *(const int *)p);
	case FIELD_DAY: {
		struct day d = *(const struct day *)p;

		return day_is(d) ? day_iso(a, d) : NULL;
	}
	case FIELD_MINUTE: {
		struct minute m = *(const struct minute *)p;

		return minute_is(m) ? minute_text(a, m) : NULL;
	}
	case FIELD_STAMP: {
		struct stamp s = *(const struct stamp *)p;

		return stamp_is(s) ? stamp_text(a, s) : NULL;
	}
	case FIELD_UID: {
		struct uid u = *(const struct uid *)p;

		return uid_is(u) ? uid_text(a, u) : NULL;
	}
	default:
		return NULL;
	}
}

static void
csv_heads(struct buf *b, const struct fields *fields)
{
	for (size_t i = 0; i < fields->n; i++)
		if (is_column(&fields->v[i]))
			csv_cell(b, fields->v[i].label);
	csv_end(b);
}

static void
csv_record(struct buf *b, const struct fields *fields, const void *strct)
{
	for (size_t i = 0; i < fields->n; i++)
		if (is_column(&fields->v[i]))
			csv_cell(b, field_text(b->a, &fields->v[i], strct));
	csv_end(b);
}

void
csv_rows(struct buf *b, const struct fields *fields, const struct list *list)
{
	const char *strct = list->v;

	csv_heads(b, fields);
	for (size_t i = 0; i < list->n; i++, strct += fields->size)
		csv_record(b, fields, strct);
}
