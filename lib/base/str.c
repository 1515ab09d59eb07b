/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Text in an arena, and the growing buffer that pages, mails and files are
 * written into. Knows bytes and ASCII; characters are the business of utf8.c
 * and kana.c. */
#include "base/str.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
str_eq(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

bool
str_empty(const char *s)
{
	return s == NULL || *s == '\0';
}

bool
str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool
str_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && memcmp(s + n - m, suffix, m) == 0;
}

char *
str_copy(struct arena *a, const char *s)
{
	return str_copy_n(a, s, strlen(s));
}

char *
str_copy_n(struct arena *a, const char *s, size_t n)
{
	char *p = arena_alloc(a, n + 1);

	if (n > 0)
		memcpy(p, s, n);
	return p;
}

static char *format(struct arena *a, size_t *n, const char *fmt, va_list ap)
    PRINTF(3, 0);

static char *
format(struct arena *a, size_t *n, const char *fmt, va_list ap)
{
	va_list again;
	int len;
	char *p;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (len < 0)
		len = 0;
	*n = (size_t)len;
	p = arena_alloc(a, *n + 1);
	(void)vsnprintf(p, *n + 1, fmt, ap);
	return p;
}

char *
str_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	size_t n;
	char *p;

	va_start(ap, fmt);
	p = format(a, &n, fmt, ap);
	va_end(ap);
	return p;
}

/* The last three are what copying from mails and web pages leaves behind. */
static const char *const blanks[] = {
	" ",
	"\t",
	"\r",
	"\n",
	"\u3000",
	"\u00a0",
	"\u200b",
	"\ufeff",
};

static size_t
blank_before(const char *s, size_t n)
{
	for (size_t i = 0; i < COUNT(blanks); i++) {
		size_t m = strlen(blanks[i]);
		if (n >= m && memcmp(s + n - m, blanks[i], m) == 0)
			return m;
	}
	return 0;
}

static size_t
blank_at(const char *s)
{
	for (size_t i = 0; i < COUNT(blanks); i++)
		if (str_starts(s, blanks[i]))
			return strlen(blanks[i]);
	return 0;
}

char *
str_trim(struct arena *a, const char *s)
{
	size_t n, m;

	while ((m = blank_at(s)) > 0)
		s += m;
	n = strlen(s);
	while ((m = blank_before(s, n)) > 0)
		n -= m;
	return str_copy_n(a, s, n);
}

char *
str_lower(struct arena *a, const char *s)
{
	char *copy = str_copy(a, s);

	for (char *p = copy; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + ('a' - 'A'));
	return copy;
}

enum err
str_parse_int(const char *s, int64_t min, int64_t max, int64_t *out)
{
	const char *digit = s;
	char *end;
	long long v;

	if (s == NULL)
		return ERR_INVALID;
	/* strtoll alone would take blanks and a plus sign. */
	if (*digit == '-')
		digit++;
	if (*digit < '0' || *digit > '9')
		return ERR_INVALID;
	errno = 0;
	v = strtoll(s, &end, 10);
	if (errno != 0 || *end != '\0' || v < min || v > max)
		return ERR_INVALID;
	*out = v;
	return OK;
}

struct buf *
buf_new(struct arena *a, size_t first, size_t max)
{
	struct buf *b = arena_new(a, struct buf);

	b->a = a;
	b->max = max;
	b->cap = (first < max ? first : max) + 1;
	b->p = arena_alloc(a, b->cap);
	return b;
}

/* Room for n more bytes and the NUL; n fits below max. */
static void
grow(struct buf *b, size_t n)
{
	size_t cap = b->cap;
	char *p;

	while (cap - 1 - b->n < n)
		cap = cap - 1 > b->max / 2 ? b->max + 1 : cap * 2;
	if (cap == b->cap)
		return;
	p = arena_alloc(b->a, cap);
	memcpy(p, b->p, b->n);
	b->p = p;
	b->cap = cap;
}

void
buf_add(struct buf *b, const char *p, size_t n)
{
	/* After the first loss nothing more: a hole would look whole. */
	if (b->overflow || n > b->max - b->n) {
		b->overflow = true;
		return;
	}
	if (n == 0)
		return;
	grow(b, n);
	memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
}

void
buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

void
buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	char small[256];
	va_list again;
	size_t n;
	int len;

	va_copy(again, ap);
	len = vsnprintf(small, sizeof(small), fmt, again);
	va_end(again);
	if (len < 0)
		return;
	if ((size_t)len < sizeof(small)) {
		buf_add(b, small, (size_t)len);
		return;
	}
	if ((size_t)len > b->max - b->n) {
		b->overflow = true;
		return;
	}
	buf_add(b, format(b->a, &n, fmt, ap), (size_t)len);
}

bool
buf_overflow(const struct buf *b)
{
	return b->overflow;
}
