/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Looking things up in field and choice tables. Converting values is done by
 * the layer that knows the other side: form, db, tmpl, csv, conf. */
#include "base/field.h"

#include <string.h>

const struct field *
field_find(const struct fields *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->v[i].name, name) == 0)
			return &t->v[i];
	return NULL;
}

void *
field_ptr(const struct field *f, void *strct)
{
	return (char *)strct + f->offset;
}

const void *
field_get(const struct field *f, const void *strct)
{
	return (const char *)strct + f->offset;
}

static size_t
width(const struct field *f)
{
	static const size_t widths[] = {
		[FIELD_TEXT] = sizeof(const char *),
		[FIELD_MSG] = sizeof(const char *),
		[FIELD_INT] = sizeof(int64_t),
		[FIELD_BOOL] = sizeof(bool),
		[FIELD_ENUM] = sizeof(int),
		[FIELD_DAY] = sizeof(struct day),
		[FIELD_MINUTE] = sizeof(struct minute),
		[FIELD_STAMP] = sizeof(struct stamp),
		[FIELD_UID] = sizeof(struct uid),
		[FIELD_UIDS] = sizeof(struct list),
		[FIELD_TEXTS] = sizeof(struct list),
		[FIELD_BYTES] = sizeof(struct bytes),
		[FIELD_ROWS] = sizeof(struct list),
		[FIELD_FORM] = sizeof(void *),
	};

	return widths[f->type];
}

void
field_clear(const struct fields *t, void *strct)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct field *f = &t->v[i];
		void *p = field_ptr(f, strct);

		if (f->type == FIELD_DAY)
			*(struct day *)p = DAY_NONE;
		else if (f->type == FIELD_MINUTE)
			*(struct minute *)p = MINUTE_NONE;
		else if (f->type == FIELD_VIEW)
			field_clear(f->of, p);
		else
			memset(p, 0, width(f));
	}
}

const struct choice *
choice_by_value(const struct choice *c, int value)
{
	for (; c->name != NULL; c++)
		if (c->value == value)
			return c;
	return NULL;
}

const struct choice *
choice_by_name(const struct choice *c, const char *name)
{
	for (; name != NULL && c->name != NULL; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}
