/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Memory that lives as long as one request (or one job of a daemon).
 * Allocations are never freed one by one and never fail: a process that
 * cannot get memory, or passes its arena's limit, logs that and aborts; the
 * master replaces it and nginx repeats the request (design 3).
 * Not thread-safe; a worker has one thread. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/err.h"

struct arena;

/* A point to come back to; see arena_rewind(). */
struct arena_mark {
	void *block;
	size_t used;
};

/* New arena of at most `limit` bytes in all. NULL without memory. The caller
 * ends it with arena_free(). */
struct arena *arena_init(size_t limit);
void arena_free(struct arena *);

/* Wipe what was used (passwords and names must not stay) and start again;
 * the first block is kept, further and big blocks go back to the system. */
void arena_reset(struct arena *);

/* Forget (and wipe) everything allocated after the mark was taken. */
struct arena_mark arena_mark(struct arena *);
void arena_rewind(struct arena *, struct arena_mark);

/* Zeroed memory aligned for any type, living until reset. Never NULL. */
void *arena_alloc(struct arena *, size_t size)
    __attribute__((malloc, returns_nonnull));
/* The same for an array; aborts if n * size overflows. */
void *arena_array(struct arena *, size_t n, size_t size)
    __attribute__((malloc, returns_nonnull));
/* One zeroed object of a type. */
#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))

/* Bytes in use, for tests and the log. */
size_t arena_used(const struct arena *);

#endif
