/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Typed text -> value by type of field, and value -> text of an input
 * (standards 2.4: wide and narrow are both right everywhere). Must not know
 * sentences or languages. Called by form.c only. */
#include "web/form_value.h"

#include <string.h>

#include "base/kana.h"
#include "base/utf8.h"
#include "web/req.h"

bool
form_value_is(const struct field *f)
{
	switch (f->type) {
	case FIELD_ENUM:
		return f->choices != NULL;
	case FIELD_TEXT:
	case FIELD_INT:
	case FIELD_BOOL:
	case FIELD_DAY:
	case FIELD_MINUTE:
	case FIELD_UID:
	case FIELD_UIDS:
	case FIELD_TEXTS:
	case FIELD_BYTES:
		return true;
	case FIELD_MSG:
	case FIELD_STAMP:
	case FIELD_ROWS:
	case FIELD_VIEW:
	case FIELD_FORM:
		break;
	}
	return false;
}

int64_t
form_value_max(const struct field *f)
{
	if (f->max != 0)
		return f->max;
	if (f->type == FIELD_UIDS || f->type == FIELD_TEXTS)
		return FORM_VALUES;
	return f->type == FIELD_INT && f->min < 0 ? 0 : INT64_MAX;
}

/* CRLF and CR to LF. */
static char *
one_line_end(struct arena *a, const char *s)
{
	char *out = arena_alloc(a, strlen(s) + 1), *p = out;

	for (; *s != '\0'; s++) {
		if (*s != '\r')
			*p++ = *s;
		else if (s[1] != '\n')
			*p++ = '\n';
	}
	return out;
}

/* kana_narrow first: kana_compose would turn a wide hyphen into a minus. */
static const char *
clean(struct arena *a, const struct field *f, const char *s)
{
	if (f->clean == CLEAN_NONE)
		return s;
	s = one_line_end(a, s);
	if (f->clean == CLEAN_NARROW)
		s = kana_narrow(a, s);
	return str_trim(a, kana_compose(a, s));
}

static const char *
narrow(struct arena *a, const char *s)
{
	return str_trim(a, kana_narrow(a, s));
}

static enum form_fault
line(struct arena *a, const struct field *f, const char *s, const char **out)
{
	s = clean(a, f, s);
	if (*s == '\0')
		return FORM_EMPTY;
	if (!f->many_lines && strpbrk(s, "\r\n") != NULL)
		return FORM_LINES;
	*out = s;
	return FORM_FINE;
}

static enum form_fault
text_value(struct arena *a, const struct field *f, const char *s,
    const char **at, size_t *count)
{
	const char *out;
	enum form_fault fault = line(a, f, s, &out);

	if (fault != FORM_FINE)
		return fault;
	*count = utf8_count(out);
	if ((int64_t)*count < f->min)
		return FORM_SHORT;
	if ((int64_t)*count > form_value_max(f))
		return FORM_LONG;
	*at = out;
	return FORM_FINE;
}

static enum form_fault
int_value(struct arena *a, const struct field *f, const char *s, int64_t *at)
{
	int64_t n;

	s = narrow(a, s);
	if (*s == '\0')
		return FORM_EMPTY;
	if (str_parse_int(s, INT64_MIN, INT64_MAX, &n) != OK)
		return FORM_NUMBER;
	if (n < f->min || n > form_value_max(f))
		return form_value_max(f) == INT64_MAX ? FORM_SMALL : FORM_RANGE;
	*at = n;
	return FORM_FINE;
}

static enum form_fault
bool_value(const char *s, bool *at)
{
	if (!str_eq(s, "1") && !str_eq(s, "on"))
		return FORM_CHOICE;
	*at = true;
	return FORM_FINE;
}

static enum form_fault
enum_value(const struct field *f, const char *s, int *at)
{
	const struct choice *c;

	if (*s == '\0')
		return FORM_EMPTY;
	c = choice_by_name(f->choices, s);
	if (c == NULL)
		return FORM_CHOICE;
	*at = c->value;
	return FORM_FINE;
}

static enum form_fault
day_value(struct arena *a, const char *s, struct day *at)
{
	struct day d;

	s = str_trim(a, s);
	if (*s == '\0')
		return FORM_EMPTY;
	if (day_parse(a, s, &d) != OK)
		return FORM_DAY;
	*at = d;
	return FORM_FINE;
}

static enum form_fault
minute_value(struct arena *a, const char *s, struct minute *at)
{
	struct minute m;

	s = str_trim(a, s);
	if (*s == '\0')
		return FORM_EMPTY;
	if (minute_parse(a, s, &m) != OK)
		return FORM_MINUTE;
	*at = m;
	return FORM_FINE;
}

static enum form_fault
uid_value(const char *s, struct uid *at)
{
	struct uid u;

	if (*s == '\0')
		return FORM_EMPTY;
	if (uid_parse(s, &u) != OK || !uid_is(u))
		return FORM_CHOICE;
	*at = u;
	return FORM_FINE;
}

static enum form_fault
how_many(const struct field *f, const struct list *found, struct list *at,
    size_t *count)
{
	*count = found->n;
	if (found->n == 0)
		return FORM_EMPTY;
	if ((int64_t)found->n < f->min)
		return FORM_FEW;
	if ((int64_t)found->n > form_value_max(f))
		return FORM_MANY;
	*at = *found;
	return FORM_FINE;
}

static bool
holds(const struct list *uids, struct uid u)
{
	for (size_t i = 0; i < uids->n; i++)
		if (uid_eq(*LIST_AT(*uids, struct uid, i), u))
			return true;
	return false;
}

static enum form_fault
uids_value(struct arena *a, const struct field *f, const struct list *texts,
    struct list *at, size_t *count)
{
	struct list found = { arena_array(a, texts->n, sizeof(struct uid)), 0 };

	for (size_t i = 0; i < texts->n; i++) {
		struct uid u;
		enum form_fault fault =
		    uid_value(*LIST_AT(*texts, const char *, i), &u);

		if (fault == FORM_EMPTY)
			continue;
		if (fault != FORM_FINE)
			return fault;
		if (!holds(&found, u))
			*LIST_AT(found, struct uid, found.n++) = u;
	}
	return how_many(f, &found, at, count);
}

static enum form_fault
texts_value(struct arena *a, const struct field *f, const struct list *texts,
    struct list *at, size_t *count)
{
	struct list found = { arena_array(a, texts->n, sizeof(char *)), 0 };

	for (size_t i = 0; i < texts->n; i++) {
		const char **next = LIST_AT(found, const char *, found.n);
		enum form_fault fault =
		    line(a, f, *LIST_AT(*texts, const char *, i), next);

		if (fault == FORM_FINE)
			found.n++;
		else if (fault != FORM_EMPTY)
			return fault;
	}
	return how_many(f, &found, at, count);
}

static enum form_fault
one_value(struct arena *a, const struct field *f, const char *s, void *at,
    size_t *count)
{
	switch (f->type) {
	case FIELD_TEXT:
		return text_value(a, f, s, at, count);
	case FIELD_INT:
		return int_value(a, f, s, at);
	case FIELD_BOOL:
		return bool_value(s, at);
	case FIELD_ENUM:
		return enum_value(f, s, at);
	case FIELD_DAY:
		return day_value(a, s, at);
	case FIELD_MINUTE:
		return minute_value(a, s, at);
	case FIELD_UID:
		return uid_value(s, at);
	default:
		return FORM_CHOICE;
	}
}

enum form_fault
form_value_read(struct arena *a, const struct field *f,
    const struct list *texts, void *at, size_t *count)
{
	if (texts->n == 0)
		return FORM_EMPTY;
	if (f->type == FIELD_UIDS)
		return uids_value(a, f, texts, at, count);
	if (f->type == FIELD_TEXTS)
		return texts_value(a, f, texts, at, count);
	if (texts->n > 1)
		return FORM_TWICE;
	return one_value(a, f, *LIST_AT(*texts, const char *, 0), at, count);
}

enum form_fault
form_value_file(const struct field *f, const struct list *pairs,
    struct bytes *at)
{
	const struct pair *file = NULL;

	for (size_t i = 0; i < pairs->n; i++) {
		const struct pair *p = LIST_AT(*pairs, const struct pair, i);

		if (!str_eq(p->name, f->name))
			continue;
		if (p->file == NULL && !str_empty(p->value))
			return FORM_FILE_TEXT;
		if (p->file != NULL && file != NULL)
			return FORM_TWICE;
		if (p->file != NULL)
			file = p;
	}
	if (file == NULL || file->data.n == 0)
		return FORM_EMPTY;
	if (file->data.n > (uint64_t)form_value_max(f))
		return FORM_FILE_BIG;
	*at = file->data;
	return FORM_FINE;
}

/* 0 is a number's "none" too; where the limits rule it out it must be that. */
static const char *
show_int(struct arena *a, const struct field *f, int64_t n)
{
	if (n == 0 && f->min > 0)
		return NULL;
	return str_printf(a, "%lld", (long long)n);
}

static const char *
show_enum(const struct field *f, int value)
{
	const struct choice *c = choice_by_value(f->choices, value);

	return c != NULL ? c->name : NULL;
}

static const char *
show_one(struct arena *a, const struct field *f, const void *at)
{
	const struct day *d = at;
	const struct minute *m = at;
	const struct uid *u = at;

	switch (f->type) {
	case FIELD_TEXT:
		return *(const char *const *)at;
	case FIELD_INT:
		return show_int(a, f, *(const int64_t *)at);
	case FIELD_BOOL:
		return *(const bool *)at ? "1" : NULL;
	case FIELD_ENUM:
		return show_enum(f, *(const int *)at);
	case FIELD_DAY:
		return day_is(*d) ? day_iso(a, *d) : NULL;
	case FIELD_MINUTE:
		return minute_is(*m) ? minute_iso(a, *m) : NULL;
	case FIELD_UID:
		return uid_is(*u) ? uid_text(a, *u) : NULL;
	default:
		return NULL;
	}
}

static struct list
show_uids(struct arena *a, const struct list *uids)
{
	struct list out = { arena_array(a, uids->n, sizeof(char *)), uids->n };

	for (size_t i = 0; i < out.n; i++)
		*LIST_AT(out, const char *, i) =
		    uid_text(a, *LIST_AT(*uids, const struct uid, i));
	return out;
}

struct list
form_value_show(struct arena *a, const struct field *f, const void *at)
{
	struct list out = { NULL, 0 };
	const char *text;

	if (f->type == FIELD_UIDS)
		return show_uids(a, at);
	if (f->type == FIELD_TEXTS)
		return *(const struct list *)at;
	text = show_one(a, f, at);
	if (text != NULL) {
		out.v = arena_alloc(a, sizeof(char *));
		out.n = 1;
		*LIST_AT(out, const char *, 0) = text;
	}
	return out;
}
