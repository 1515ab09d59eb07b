/* SPDX-License-Identifier: AGPL-3.0-or-later
 * A form: inputs -> struct by field table, errors per field, and everything a
 * template needs to show it again (design 6, standards 2.3). */
#ifndef WEB_FORM_H
#define WEB_FORM_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/field.h"
#include "web/req.h"

/* What was typed and what is wrong with it; index = field's index. */
struct form {
	const struct fields *of;
	const char **text;	/* first value as typed, NULL when not sent */
	struct list *values;	/* const char *: all values of a repeated one */
	const char **error;	/* already in the reader's language, or NULL */
	const char *notice;	/* about the form as a whole, or NULL */
	bool bad;
	struct arena *a;
	enum lang lang;
};

/* Read the POST body (or, for a filter form, the query) into `out`, a struct
 * described by the table; names not in it are ignored (no mass assignment).
 * A single-valued input sent twice is wrong. ERR_INVALID when any field is
 * wrong; `form` is made in every case. Fields with an error, or not sent, hold
 * their "none" value. A day may come as one input or as name_y, name_m and
 * name_d; it is shown again as one text. Passwords (CLEAN_NONE) are not shown
 * again. A repeated input without a limit takes 200 values.
 * On a POST whose token no longer holds (req->token NULL) it is ERR_INVALID
 * too, with a notice: what was typed is shown once more.
 * ERR_BUG: the table has a type that no input can send. */
enum err form_read(struct req *, const struct fields *, void *out,
    struct form **form) MUST_USE;
enum err form_read_query(struct req *, const struct fields *, void *out,
    struct form **form) MUST_USE;
/* A form that shows the values of a struct (edit pages, presets). */
struct form *form_show(struct req *, const struct fields *, const void *strct);
/* Add an error found by the page or the model. msgid; name must be a field. */
void form_error(struct form *, const char *name, const char *msgid);
/* Replace what is shown for a field. */
void form_set(struct form *, const char *name, const char *text);

/* For the template engine. */
size_t form_index(const struct form *, const char *name);
bool form_has(const struct form *, size_t index, const char *value);

#endif
