/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The key under which a name or word is found. Never shown, never stored in
 * the place of a name: it joins what people write differently. */
#include "base/kana.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "base/kana_table.h"
#include "base/log.h"
#include "base/str.h"
#include "base/utf8.h"

#define FOLD                                                                   \
	(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |                \
	    UTF8PROC_CASEFOLD | UTF8PROC_IGNORE | UTF8PROC_STRIPCC)

static int
variant_cmp(const void *key, const void *element)
{
	uint32_t cp = *(const uint32_t *)key;
	const struct variant *v = element;

	return (cp > v->from) - (cp < v->from);
}

static uint32_t
join(uint32_t cp)
{
	const struct variant *v;

	if (cp >= 0x30a1 && cp <= 0x30f6)
		cp -= 0x60;
	else if (cp == 0x30fd || cp == 0x30fe)
		cp -= 0x60;
	/* 緑ヶ丘 = 緑ケ丘 */
	if (cp == 0x3095 || cp == 0x3096)
		return cp == 0x3095 ? 0x304b : 0x3051;
	if (cp < 0x3400)
		return cp;
	v = bsearch(
	    &cp, variants, COUNT(variants), sizeof(variants[0]), variant_cmp);
	return v == NULL ? cp : v->to;
}

/* NFKC and case folding as code points; the arena owns them. */
static utf8proc_int32_t *
folded(struct arena *a, const char *s, size_t *n)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)s;
	utf8proc_ssize_t len = (utf8proc_ssize_t)strlen(s), need;
	utf8proc_int32_t *cps;

	need = utf8proc_decompose(p, len, NULL, 0, FOLD);
	if (need < 0)
		need = 0;
	cps = arena_array(a, (size_t)need + 1, sizeof(*cps));
	if (utf8proc_decompose(p, len, cps, need, FOLD) != need) {
		/* Only text that utf8_valid() refuses comes here. */
		log_error("kana_key", "text is not UTF-8");
		need = 0;
	}
	need = utf8proc_normalize_utf32(cps, need, FOLD);
	*n = need < 0 ? 0 : (size_t)need;
	return cps;
}

char *
kana_search_key(struct arena *a, const char *s)
{
	size_t n, at = 0;
	utf8proc_int32_t *cps = folded(a, s, &n);
	char *out = arena_array(a, 4, n + 1);

	for (size_t i = 0; i < n; i++) {
		uint32_t cp = (uint32_t)cps[i];
		if (utf8proc_category(cps[i]) != UTF8PROC_CATEGORY_ZS)
			at += utf8_put(out + at, join(cp));
	}
	return out;
}
