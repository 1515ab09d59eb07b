/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Names of a template to places in structs: "r.child.name" becomes a frame,
 * an offset and a type, or an error with file and line. Here all names end:
 * the run time has none. Called by tmpl_text and tmpl_expr. */
#include "web/tmpl_private.h"

#include <string.h>

FIELDS(struct tmpl_choice, choice_fields,
    F_TEXT(struct tmpl_choice, name),
    F_MSG(struct tmpl_choice, label),
    F_BOOL(struct tmpl_choice, checked));

FIELDS(struct tmpl_error, error_fields,
    F_TEXT(struct tmpl_error, name),
    F_MSG(struct tmpl_error, label),
    F_TEXT(struct tmpl_error, text));

static const struct {
	const char *name;
	enum tmpl_sub sub;
	enum field_type type;
} subs[] = {
	{ "name", SUB_NAME, FIELD_TEXT },
	{ "label", SUB_LABEL, FIELD_MSG },
	{ "value", SUB_VALUE, FIELD_TEXT },
	{ "error", SUB_ERROR, FIELD_TEXT },
	{ "required", SUB_REQUIRED, FIELD_BOOL },
	{ "maxlength", SUB_MAXLENGTH, FIELD_TEXT },
	{ "choices", SUB_CHOICES, FIELD_ROWS },
	{ "invalid", SUB_INVALID, FIELD_TEXT },
};

static bool
step_field(struct tmpl_ref *ref, const char *name)
{
	for (size_t i = 0; i < COUNT(subs); i++) {
		if (!str_eq(subs[i].name, name))
			continue;
		if (subs[i].sub == SUB_CHOICES && ref->field->choices == NULL)
			return false;
		ref->sub = subs[i].sub;
		ref->type = subs[i].type;
		ref->of = &choice_fields;
		return true;
	}
	return false;
}

static bool
step_form(struct tmpl_ref *ref, const char *name)
{
	const struct field *f;

	if (str_eq(name, "bad")) {
		ref->sub = SUB_BAD;
		ref->type = FIELD_BOOL;
		return true;
	}
	if (str_eq(name, "notice")) {
		ref->sub = SUB_NOTICE;
		ref->type = FIELD_TEXT;
		return true;
	}
	if (str_eq(name, "errors")) {
		ref->sub = SUB_ERRORS;
		ref->type = FIELD_ROWS;
		ref->of = &error_fields;
		return true;
	}
	f = field_find(ref->of, name);
	if (f == NULL)
		return false;
	ref->sub = SUB_FIELD;
	ref->field = f;
	ref->index = (size_t)(f - ref->of->v);
	return true;
}

static bool
step_struct(struct tmpl_ref *ref, const char *name)
{
	const struct field *f = field_find(ref->of, name);

	if (f == NULL)
		return false;
	ref->type = f->type;
	ref->offset += f->offset;
	ref->field = f;
	ref->of = f->of;
	return true;
}

static bool
step(struct tmpl_ref *ref, const char *name)
{
	if (ref->sub == SUB_FIELD)
		return step_field(ref, name);
	if (ref->sub != SUB_NONE || ref->of == NULL)
		return false;
	if (ref->type == FIELD_FORM)
		return step_form(ref, name);
	return ref->type == FIELD_VIEW && step_struct(ref, name);
}

static struct tmpl_ref
whole(unsigned frame, const struct fields *of)
{
	return (struct tmpl_ref){ .type = FIELD_VIEW, .frame = frame,
		.of = of };
}

static const struct tmpl_name *
known_name(const struct tmpl_place *place, const char *s)
{
	const struct tmpl_name *p = place->names;

	while (p != NULL && !str_eq(p->name, s))
		p = p->next;
	return p;
}

/* The first word chooses the struct; true if that uses it up. */
static bool
begin(struct tmpl_compile *c, const struct tmpl_place *place, const char *word,
    struct tmpl_ref *ref)
{
	const struct tmpl_name *known = known_name(place, word);

	if (known != NULL) {
		*ref = known->ref;
		return true;
	}
	if (str_eq(word, "page") && c->b->common != NULL) {
		*ref = whole(TMPL_COMMON, c->b->common);
		c->common = true;
		return true;
	}
	*ref = whole(TMPL_VIEW, c->view);
	return false;
}

bool
tmpl_path_find(struct tmpl_compile *c, const struct tmpl_place *place,
    const char *path, struct tmpl_ref *ref)
{
	char *word = str_copy(c->b->a, path), *dot;
	bool first = true;

	for (; word != NULL; word = dot != NULL ? dot + 1 : NULL) {
		dot = strchr(word, '.');
		if (dot != NULL)
			*dot = '\0';
		if (first && begin(c, place, word, ref)) {
			first = false;
			continue;
		}
		first = false;
		if (!step(ref, word)) {
			tmpl_fail(c->b, place, "%s: no \"%s\" in %s", path,
			    word, ref->of != NULL ? ref->of->name :
			    ref->field != NULL ? ref->field->name :
			    "this page, which has no view");
			return false;
		}
	}
	return true;
}

/* Filters by type; those without a line cannot be printed. */
static const struct {
	enum field_type type;
	const char *name;
	enum tmpl_filter filter;
} filters[] = {
	{ FIELD_TEXT, "", FILTER_NONE },
	{ FIELD_MSG, "", FILTER_NONE },
	{ FIELD_INT, "", FILTER_NONE },
	{ FIELD_UID, "", FILTER_NONE },
	{ FIELD_ENUM, "", FILTER_NONE },
	{ FIELD_ENUM, "name", FILTER_NAME },
	{ FIELD_DAY, "", FILTER_NONE },
	{ FIELD_DAY, "iso", FILTER_ISO },
	{ FIELD_DAY, "full", FILTER_FULL },
	{ FIELD_DAY, "near", FILTER_NEAR },
	{ FIELD_MINUTE, "", FILTER_NONE },
	{ FIELD_MINUTE, "iso", FILTER_ISO },
	{ FIELD_STAMP, "", FILTER_NONE },
	{ FIELD_STAMP, "iso", FILTER_ISO },
	{ FIELD_STAMP, "time", FILTER_TIME },
	{ FIELD_STAMP, "day", FILTER_DAY },
};

bool
tmpl_path_name(struct tmpl_compile *c, const struct tmpl_place *place,
    const char *name, struct tmpl_piece *out)
{
	const char *bar = strchr(name, '|');
	size_t n = bar != NULL ? (size_t)(bar - name) : strlen(name);
	bool printable = false;

	if (!tmpl_path_find(c, place, str_copy_n(c->b->a, name, n),
	    &out->ref))
		return false;
	out->text = NULL;
	for (size_t i = 0; i < COUNT(filters); i++) {
		if (filters[i].type != out->ref.type)
			continue;
		printable = true;
		out->filter = filters[i].filter;
		if (bar == NULL || (bar[1] != '\0' &&
		    str_eq(filters[i].name, bar + 1)))
			return true;
	}
	if (printable)
		tmpl_fail(c->b, place, "{%s}: no such filter here", name);
	else
		tmpl_fail(c->b, place, "{%s} is no text", name);
	return false;
}

const struct tmpl_constant *
tmpl_path_constant(const struct tmpl_place *place, const char *name)
{
	const struct tmpl_constant *k = place->constants, *other = NULL;
	const char *text;
	char inner[64];
	size_t n;

	while (k != NULL && !str_eq(k->name, name))
		k = k->next;
	if (k == NULL)
		return NULL;
	text = k->text;
	n = strlen(text);
	if (n > 3 && n < sizeof(inner) && str_starts(text, "{@") &&
	    strchr(text, '}') == text + n - 1) {
		memcpy(inner, text + 2, n - 3);
		inner[n - 3] = '\0';
		other = tmpl_path_constant(k->place, inner);
	}
	return other != NULL ? other : k;
}
