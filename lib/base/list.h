/* SPDX-License-Identifier: AGPL-3.0-or-later
 * A list that grows in its arena, for readers that do not know how many
 * elements will come. */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include "base/arena.h"
#include "base/str.h"

/* Room for one more element of `size` bytes, zeroed; n counts it. The list
 * begins as { NULL, 0 } and is only ever grown by this function. Pointers to
 * earlier elements do not survive. */
void *list_add(struct arena *, struct list *, size_t size);

#endif
