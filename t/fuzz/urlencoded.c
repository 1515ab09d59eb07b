/* SPDX-License-Identifier: AGPL-3.0-or-later
 * url_pairs() and url_path() on any bytes: what passes is clean text, and what
 * is encoded again decodes to the same. */
#include "web/url.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static void
check_text(const char *s)
{
	if (!utf8_valid(s, strlen(s)))
		abort();
}

static void
check_pairs(struct arena *a, struct list l)
{
	struct buf *b = buf_new(a, 256, 4 << 20);
	struct list again;

	for (size_t i = 0; i < l.n; i++) {
		const struct pair *p = LIST_AT(l, struct pair, i);

		check_text(p->name);
		check_text(p->value);
		if (p->name[0] == '\0' || p->file)
			abort();
		buf_printf(b, "&%s=%s", url_encode(a, p->name),
		    url_encode(a, p->value));
	}
	if (l.n > URL_PAIRS || url_pairs(a, b->p, b->n, &again) != OK ||
	    again.n != l.n)
		abort();
	for (size_t i = 0; i < l.n; i++)
		if (!str_eq(LIST_AT(l, struct pair, i)->name,
			LIST_AT(again, struct pair, i)->name) ||
		    !str_eq(LIST_AT(l, struct pair, i)->value,
			LIST_AT(again, struct pair, i)->value))
			abort();
}

static void
check_path(struct arena *a, const char *raw)
{
	const char *path;

	if (url_path(a, raw, &path) != OK)
		return;
	check_text(path);
	if (path[0] != '/' || strstr(path, "..") || strstr(path, "//"))
		abort();
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	struct arena *a = arena_init((size_t)64 << 20);
	struct list l;

	if (url_pairs(a, (const char *)data, n, &l) == OK)
		check_pairs(a, l);
	check_path(a, str_copy_n(a, (const char *)data, n));
	arena_free(a);
	return 0;
}
