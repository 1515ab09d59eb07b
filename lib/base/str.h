/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Text and bytes: views, copies into an arena, and the one growing buffer.
 * Text is NUL-terminated valid UTF-8 (input is checked before it gets here). */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/* Bytes that somebody else owns. */
struct bytes {
	const unsigned char *p;
	size_t n;
};

/* n elements of one type, in an arena. Read with LIST_AT. */
struct list {
	void *v;
	size_t n;
};
#define LIST_AT(list, type, i) (&((type *)(list).v)[i])

bool str_eq(const char *, const char *);	/* NULL equals only NULL */
bool str_empty(const char *);			/* NULL or "" */
bool str_starts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);

/* Copies living in the arena. */
char *str_copy(struct arena *, const char *);
char *str_copy_n(struct arena *, const char *, size_t n);
char *str_printf(struct arena *, const char *fmt, ...) PRINTF(2, 3);
/* Without blanks at both ends, U+3000 included. */
char *str_trim(struct arena *, const char *);
/* ASCII lower case copy. */
char *str_lower(struct arena *, const char *);
/* Decimal number in [min, max], the whole string; ERR_INVALID otherwise. */
enum err str_parse_int(const char *, int64_t min, int64_t max, int64_t *out)
    MUST_USE;

/* A buffer that grows inside its arena up to `max` bytes. What does not fit
 * is dropped and buf_overflow() says so; p is always NUL-terminated. */
struct buf {
	struct arena *a;
	char *p;
	size_t n, cap, max;
	bool overflow;
};

struct buf *buf_new(struct arena *, size_t first, size_t max);
void buf_add(struct buf *, const char *p, size_t n);
void buf_str(struct buf *, const char *);
void buf_char(struct buf *, char);
void buf_printf(struct buf *, const char *fmt, ...) PRINTF(2, 3);
void buf_vprintf(struct buf *, const char *fmt, va_list) PRINTF(2, 0);
bool buf_overflow(const struct buf *);

#endif
