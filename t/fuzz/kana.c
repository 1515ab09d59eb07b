/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Every folding of any valid text is valid text, and folding what is folded
 * changes nothing where the folding promises that. */
#include "base/kana.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

typedef char *(*folding)(struct arena *, const char *);

static const struct {
	folding fold;
	bool final;		/* folding again changes nothing */
	bool no_longer;		/* never more bytes than before */
} foldings[] = {
	{ kana_narrow, true, true },
	{ kana_compose, true, true },
	{ kana_hiragana, true, true },
	{ kana_search_key, false, false },
	{ kana_sort_key, false, true },
};

static void
must(bool holds)
{
	if (!holds)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a;
	char *text;

	if (n > 4096 || !utf8_valid((const char *)data, n))
		return 0;
	a = arena_init((size_t)16 * 1024 * 1024);
	text = str_copy_n(a, (const char *)data, n);
	for (size_t i = 0; i < COUNT(foldings); i++) {
		char *once = foldings[i].fold(a, text);
		must(utf8_valid(once, strlen(once)));
		must(!foldings[i].no_longer || strlen(once) <= n);
		must(!foldings[i].final ||
		    str_eq(foldings[i].fold(a, once), once));
	}
	(void)kana_is_reading(text);
	(void)utf8_has_private(text);
	must(utf8_valid(text, strlen(utf8_first(a, text, 3))));
	arena_free(a);
	return 0;
}
