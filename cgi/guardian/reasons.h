/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The reasons a form offers: words of the schools, each once. */
#ifndef CGI_GUARDIAN_REASONS_H
#define CGI_GUARDIAN_REASONS_H

#include "base/arena.h"
#include "base/field.h"
#include "base/str.h"

#define REASONS_MOST 100

struct reason_word {
	const char *name;
};
extern const struct fields reason_fields;

/* Add the words of a school (one per line, as the model loads them) that the
 * list does not have yet; an empty list is made. */
void reasons_add(struct arena *, struct list *, const char *lines);

#endif
