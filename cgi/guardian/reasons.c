/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Siblings at two schools see both schools' words; the server checks that the
 * chosen one fits each child. */
#include "guardian/reasons.h"

FIELDS_SHARED(struct reason_word, reason_fields,
    F_TEXT(struct reason_word, name));

static bool
has(const struct list *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (str_eq(LIST_AT(*list, struct reason_word, i)->name, name))
			return true;
	return false;
}

void
reasons_add(struct arena *a, struct list *list, const char *lines)
{
	const char *at = lines == NULL ? "" : lines;

	if (list->v == NULL)
		list->v = arena_array(a, REASONS_MOST,
		    sizeof(struct reason_word));
	while (*at != '\0' && list->n < REASONS_MOST) {
		size_t n = strcspn(at, "\n");
		const char *name = str_copy_n(a, at, n);

		if (!has(list, name))
			LIST_AT(*list, struct reason_word, list->n++)->name =
			    name;
		at += n + (at[n] == '\n');
	}
}
