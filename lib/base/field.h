/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The field table: one description of a struct that crosses every border:
 * form -> struct, row -> struct, struct -> template, CSV, configuration
 * (design 6). A member of the wrong C type does not compile. */
#ifndef BASE_FIELD_H
#define BASE_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/jtime.h"
#include "base/rand.h"
#include "base/str.h"

enum field_type {
	FIELD_TEXT,	/* const char *   NULL = none */
	FIELD_MSG,	/* const char *   a msgid, translated when shown */
	FIELD_INT,	/* int64_t */
	FIELD_BOOL,	/* bool */
	FIELD_ENUM,	/* int            with a choice table */
	FIELD_DAY,	/* struct day */
	FIELD_MINUTE,	/* struct minute */
	FIELD_STAMP,	/* struct stamp */
	FIELD_UID,	/* struct uid */
	FIELD_UIDS,	/* struct list of struct uid: a repeated input */
	FIELD_TEXTS,	/* struct list of const char *: a repeated input */
	FIELD_BYTES,	/* struct bytes   an uploaded file, a hash */
	FIELD_ROWS,	/* struct list of structs described by .of */
	FIELD_VIEW,	/* struct inside the struct, described by .of */
	FIELD_FORM,	/* struct form * (web/form.h) of the table .of */
};

/* One value of an enum: number in the program and in SQL, name in URLs, forms
 * and templates, label (msgid) for people. A table ends with a NULL name. */
struct choice {
	int value;
	const char *name;
	const char *label;
};

/* How a text input is cleaned before its length is checked. */
enum field_clean {
	CLEAN_TRIM,	/* outer blanks off, kana composed, CRLF -> LF */
	CLEAN_NARROW,	/* also wide to narrow: codes, numbers, addresses */
	CLEAN_NONE,	/* as it came: passwords */
};

struct fields;

struct field {
	enum field_type type;
	size_t offset;
	const char *name;		/* input, member, column, {name} */
	const char *label;		/* msgid; for forms and CSV heads */
	/* limits of a form's field */
	bool required;
	bool many_lines;		/* LF allowed */
	bool offered;			/* chosen from a list, not typed */
	enum field_clean clean;
	int64_t min, max;		/* characters, number, count of values */
	const struct choice *choices;	/* FIELD_ENUM */
	const struct fields *of;	/* FIELD_ROWS, FIELD_VIEW, FIELD_FORM */
};

/* A struct's table; FIELDS(struct x, x_fields, F_TEXT(struct x, name, ...)) */
struct fields {
	const char *name;
	size_t size;
	const struct field *v;
	size_t n;
};

/* Refuses at compile time a member that is not of the type. */
#define FIELD_AT(S, m, T)                                                      \
	(offsetof(S, m) + 0 * sizeof(_Generic(((S *)0)->m, T: 1)))

#define F_ANY(T, kind, S, m, ...)                                              \
	{ .type = (kind), .offset = FIELD_AT(S, m, T), .name = #m, __VA_ARGS__ }
/* A member of a struct inside the struct: F_IN(struct x, child, name, ...). */
#define F_IN(T, kind, S, outer, m)                                             \
	{ .type = (kind), .offset = FIELD_AT(S, outer.m, T), .name = #m }
#define F_TEXT(S, m, ...) F_ANY(const char *, FIELD_TEXT, S, m, __VA_ARGS__)
#define F_MSG(S, m, ...) F_ANY(const char *, FIELD_MSG, S, m, __VA_ARGS__)
#define F_INT(S, m, ...) F_ANY(int64_t, FIELD_INT, S, m, __VA_ARGS__)
#define F_BOOL(S, m, ...) F_ANY(bool, FIELD_BOOL, S, m, __VA_ARGS__)
#define F_ENUM(S, m, table, ...)                                               \
	F_ANY(int, FIELD_ENUM, S, m, .choices = (table), __VA_ARGS__)
#define F_DAY(S, m, ...) F_ANY(struct day, FIELD_DAY, S, m, __VA_ARGS__)
#define F_MINUTE(S, m, ...)                                                    \
	F_ANY(struct minute, FIELD_MINUTE, S, m, __VA_ARGS__)
#define F_STAMP(S, m, ...) F_ANY(struct stamp, FIELD_STAMP, S, m, __VA_ARGS__)
#define F_UID(S, m, ...) F_ANY(struct uid, FIELD_UID, S, m, __VA_ARGS__)
#define F_UIDS(S, m, ...) F_ANY(struct list, FIELD_UIDS, S, m, __VA_ARGS__)
#define F_TEXTS(S, m, ...) F_ANY(struct list, FIELD_TEXTS, S, m, __VA_ARGS__)
#define F_BYTES(S, m, ...) F_ANY(struct bytes, FIELD_BYTES, S, m, __VA_ARGS__)
#define F_ROWS(S, m, table) F_ANY(struct list, FIELD_ROWS, S, m, .of = (table))
#define F_VIEW(S, m, T, table) F_ANY(T, FIELD_VIEW, S, m, .of = (table))
#define F_FORM(S, m, table)                                                    \
	F_ANY(struct form *, FIELD_FORM, S, m, .of = (table))

#define FIELDS(S, var, ...)                                                    \
	static const struct field var##_v[] = { __VA_ARGS__ };                 \
	static const struct fields var = { #S, sizeof(S), var##_v,             \
		COUNT(var##_v) }
/* The same with external linkage, declared in a header. */
#define FIELDS_SHARED(S, var, ...)                                             \
	static const struct field var##_v[] = { __VA_ARGS__ };                 \
	const struct fields var = { #S, sizeof(S), var##_v, COUNT(var##_v) }

const struct field *field_find(const struct fields *, const char *name);
/* Pointer to the member inside the struct. */
void *field_ptr(const struct field *, void *strct);
const void *field_get(const struct field *, const void *strct);
/* Set every member to its "none" (text NULL, DAY_NONE, MINUTE_NONE, 0). */
void field_clear(const struct fields *, void *strct);

const struct choice *choice_by_value(const struct choice *, int value);
const struct choice *choice_by_name(const struct choice *, const char *name);

#endif
