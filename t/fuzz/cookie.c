/* SPDX-License-Identifier: AGPL-3.0-or-later
 * url_cookies() on any header: never more than 50, only clean text, no blanks
 * around it, no ";" inside. */
#include "web/url.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static void
check(const char *s)
{
	size_t n = strlen(s);

	if (!utf8_valid(s, n) || strchr(s, ';'))
		abort();
	if (n > 0 && (strchr(" \t", s[0]) || strchr(" \t", s[n - 1])))
		abort();
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	struct arena *a = arena_init((size_t)16 << 20);
	struct list l;

	if (url_cookies(a, str_copy_n(a, (const char *)data, n), &l) != OK ||
	    l.n > 50)
		abort();
	for (size_t i = 0; i < l.n; i++) {
		const struct pair *p = LIST_AT(l, struct pair, i);

		check(p->name);
		check(p->value);
		if (p->name[0] == '\0' || strchr(p->name, '='))
			abort();
	}
	arena_free(a);
	return 0;
}
