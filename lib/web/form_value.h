/* SPDX-License-Identifier: AGPL-3.0-or-later
 * One field of a form: typed text -> value of the struct's member, and back.
 * Only form.c calls this; it owns the sentences said about each fault. */
#ifndef WEB_FORM_VALUE_H
#define WEB_FORM_VALUE_H

#include "base/arena.h"
#include "base/field.h"
#include "base/str.h"

#define FORM_VALUES 200		/* most values of a repeated input, unsaid */

enum form_fault {
	FORM_FINE,
	FORM_EMPTY,		/* not given: a fault when it is required */
	FORM_TWICE,
	FORM_LINES,		/* a line end in a field of one line */
	FORM_SHORT, FORM_LONG,
	FORM_NUMBER, FORM_SMALL, FORM_RANGE,
	FORM_CHOICE,
	FORM_DAY, FORM_MINUTE,
	FORM_FEW, FORM_MANY,
	FORM_FILE_TEXT,		/* a file's name came without the file */
	FORM_FILE_BIG,
	FORM_FAULTS,
};

/* Can a field of this kind stand in a form at all? */
bool form_value_is(const struct field *);
/* texts: const char *, all that was sent under the name. `at` is the member
 * (holding its "none"), written only when FORM_FINE. count: characters or
 * values that were sent, for the sentence. */
enum form_fault form_value_read(struct arena *, const struct field *,
    const struct list *texts, void *at, size_t *count);
/* The same for FIELD_BYTES, from struct pair. */
enum form_fault form_value_file(const struct field *, const struct list *pairs,
    struct bytes *at);
/* What an input holds to show the member: const char *, none when none. */
struct list form_value_show(struct arena *, const struct field *,
    const void *at);

/* Limits as they are meant when the table leaves them 0. A number is never
 * below min (0 unless said); max 0 with min >= 0 is no limit. */
int64_t form_value_max(const struct field *);

#endif
