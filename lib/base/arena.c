/* SPDX-License-Identifier: AGPL-3.0-or-later
 * A request's memory: a stack of blocks, each about twice the one before, and
 * a list of allocations too big for that, whose list nodes live in the blocks
 * (so that rewinding the blocks finds exactly the big ones made since).
 * Memory given back is wiped at once; what lies above `used` is always zero,
 * therefore nothing is cleared when it is given out. */
#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#endif

/* Under AddressSanitizer the unused part of a block is poisoned and a gap
 * follows each allocation, so that an overrun is seen as with malloc. */
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define GAP ALIGN
#define POISON(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
#define GAP ((size_t)0)
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

#define ALIGN _Alignof(max_align_t)
#define FIRST ((size_t)64 * 1024)
#define LARGEST ((size_t)1024 * 1024)
/* From here on an allocation that does not fit gets memory of its own. */
#define BIG ((size_t)16 * 1024)

struct block {
	struct block *below;
	size_t size, used;
	_Alignas(max_align_t) unsigned char data[];
};

struct big {
	struct big *before;
	void *p;
	size_t size;
};

struct arena {
	struct block *top;
	struct big *bigs;
	size_t limit, held;
};

static _Noreturn void
die(const struct arena *a, size_t size)
{
	log_error("arena_limit", "%zu bytes asked, %zu held of %zu", size,
	    a->held, a->limit);
	abort();
}

static struct block *
block_new(size_t size)
{
	struct block *b = calloc(1, sizeof(*b) + size);

	if (b != NULL) {
		b->size = size;
		POISON(b->data, size);
	}
	return b;
}

struct arena *
arena_init(size_t limit)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	a->limit = limit;
	a->held = limit < FIRST ? limit : FIRST;
	a->top = block_new(a->held);
	if (a->top == NULL) {
		free(a);
		return NULL;
	}
	return a;
}

/* Does the newest big allocation's node lie in b at or above `from`? */
static bool
big_is_above(const struct arena *a, const struct block *b, size_t from)
{
	uintptr_t p = (uintptr_t)a->bigs;

	return a->bigs != NULL && p >= (uintptr_t)b->data + from &&
	    p < (uintptr_t)b->data + b->used;
}

static void
big_pop(struct arena *a)
{
	struct big *big = a->bigs;

	a->bigs = big->before;
	a->held -= big->size;
	explicit_bzero(big->p, big->size);
	free(big->p);
}

static void
top_cut(struct arena *a, size_t used)
{
	struct block *b = a->top;

	while (big_is_above(a, b, used))
		big_pop(a);
	UNPOISON(b->data + used, b->used - used);
	explicit_bzero(b->data + used, b->used - used);
	POISON(b->data + used, b->size - used);
	b->used = used;
}

static void
top_pop(struct arena *a)
{
	struct block *b = a->top;

	top_cut(a, 0);
	a->top = b->below;
	a->held -= b->size;
	UNPOISON(b->data, b->size);
	free(b);
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	while (a->top != NULL)
		top_pop(a);
	free(a);
}

void
arena_reset(struct arena *a)
{
	while (a->top->below != NULL)
		top_pop(a);
	top_cut(a, 0);
}

struct arena_mark
arena_mark(struct arena *a)
{
	return (struct arena_mark){ a->top, a->top->used };
}

void
arena_rewind(struct arena *a, struct arena_mark mark)
{
	while (a->top != mark.block)
		top_pop(a);
	top_cut(a, mark.used);
}

static void
top_push(struct arena *a, size_t need)
{
	size_t left = a->limit - a->held;
	size_t size = a->top->size < LARGEST ? a->top->size * 2 : LARGEST;
	struct block *b;

	if (size < need)
		size = need;
	if (size > left)
		size = left;
	b = size < need ? NULL : block_new(size);
	if (b == NULL)
		die(a, need);
	b->below = a->top;
	a->top = b;
	a->held += size;
}

static void *
small_alloc(struct arena *a, size_t size)
{
	size_t room = ((size + ALIGN - 1) & ~(ALIGN - 1)) + GAP;
	void *p;

	if (room > a->top->size - a->top->used)
		top_push(a, room);
	p = a->top->data + a->top->used;
	a->top->used += room;
	UNPOISON(p, size);
	return p;
}

static void *
big_alloc(struct arena *a, size_t size)
{
	struct big *big = small_alloc(a, sizeof(*big));
	void *p = size > a->limit - a->held ? NULL : calloc(1, size);

	if (p == NULL)
		die(a, size);
	*big = (struct big){ a->bigs, p, size };
	a->bigs = big;
	a->held += size;
	return p;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	if (size > a->limit)
		die(a, size);
	if (size > BIG && size + ALIGN + GAP > a->top->size - a->top->used)
		return big_alloc(a, size);
	return small_alloc(a, size == 0 ? 1 : size);
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	size_t all;

	if (__builtin_mul_overflow(n, size, &all))
		die(a, SIZE_MAX);
	return arena_alloc(a, all);
}

size_t
arena_used(const struct arena *a)
{
	size_t n = 0;

	for (const struct block *b = a->top; b != NULL; b = b->below)
		n += b->used;
	for (const struct big *g = a->bigs; g != NULL; g = g->before)
		n += g->size;
	return n;
}
