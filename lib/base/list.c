/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Doubles when n is a power of two, so that no capacity has to be kept. */
#include "base/list.h"

#include <string.h>

#define FIRST 64

void *
list_add(struct arena *a, struct list *list, size_t size)
{
	size_t n = list->n;

	if (n == 0 || (n >= FIRST && (n & (n - 1)) == 0)) {
		void *v = arena_array(a, n == 0 ? FIRST : n * 2, size);

		if (n > 0)
			memcpy(v, list->v, n * size);
		list->v = v;
	}
	list->n++;
	return (char *)list->v + n * size;
}
