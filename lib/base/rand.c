/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Randomness from the kernel and the two spellings of it that people and URLs
 * carry. No state of its own, so nothing is shared over a fork. */
#include "base/rand.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/kana.h"

static const char code_set[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void
rand_bytes(void *p, size_t n)
{
	arc4random_buf(p, n);
}

unsigned
rand_below(unsigned n)
{
	return arc4random_uniform(n);
}

struct uid
uid_new(void)
{
	struct uid u;

	rand_bytes(u.b, sizeof(u.b));
	return u;
}

bool
uid_is(struct uid u)
{
	return !uid_eq(u, (struct uid){ { 0 } });
}

bool
uid_eq(struct uid x, struct uid y)
{
	return memcmp(x.b, y.b, sizeof(x.b)) == 0;
}

char *
uid_text(struct arena *a, struct uid u)
{
	return b64u_text(a, u.b, sizeof(u.b));
}

enum err
uid_parse(const char *s, struct uid *out)
{
	return s == NULL ? ERR_INVALID : b64u_exact(s, out->b, sizeof(out->b));
}

char *
code_new(struct arena *a, size_t n)
{
	char *out = arena_array(a, n + 1, 2);
	char *p = out;

	for (size_t i = 0; i < n; i++) {
		if (i > 0 && i % 4 == 0)
			*p++ = '-';
		*p++ = code_set[rand_below(32)];
	}
	return out;
}

static char
code_fold(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - ('a' - 'A'));
	if (c == 'O')
		return '0';
	return c == 'I' || c == 'L' ? '1' : c;
}

enum err
code_normal(struct arena *a, const char *typed, size_t n, char **out)
{
	char *code = arena_alloc(a, n + 1);
	size_t at = 0;

	for (const char *p = kana_narrow(a, typed); *p != '\0'; p++) {
		char c = code_fold(*p);
		if (c == ' ' || c == '-' || c == '\t')
			continue;
		if (at == n || strchr(code_set, c) == NULL)
			return ERR_INVALID;
		code[at++] = c;
	}
	if (at != n)
		return ERR_INVALID;
	*out = code;
	return OK;
}
