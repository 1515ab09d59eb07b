/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Folding for comparison and for codes. Each function makes a new text,
 * code point by code point; what a guardian typed as a name is
 * never replaced by a folded form. Search keys are in kana_key.c. */
#include "base/kana.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"

#define DAKUTEN 0x3099
#define HANDAKUTEN 0x309a

/* No folding in this file makes a text longer. */
static char *
room(struct arena *a, const char *s)
{
	return arena_alloc(a, strlen(s) + 1);
}

static bool
is_hyphen(uint32_t cp)
{
	return (cp >= 0x2010 && cp <= 0x2015) || cp == 0x2043 || cp == 0x2212 ||
	    cp == 0x2500 || cp == 0xfe58 || cp == 0xfe63;
}

static bool
is_blank(uint32_t cp)
{
	return cp == 0x3000 || cp == 0xa0 || (cp >= 0x2000 && cp <= 0x200a) ||
	    cp == 0x202f || cp == 0x205f;
}

static bool
is_kana(uint32_t cp)
{
	return (cp >= 0x3041 && cp <= 0x3096) || cp == 0x309d ||
	    cp == 0x309e || (cp >= 0x30a1 && cp <= 0x30fa) ||
	    (cp >= 0x30fc && cp <= 0x30fe) || (cp >= 0xff66 && cp <= 0xff9f) ||
	    cp == DAKUTEN || cp == HANDAKUTEN;
}

char *
kana_narrow(struct arena *a, const char *s)
{
	char *out = room(a, s);
	uint32_t before = 0, cp;
	size_t at = 0;

	while ((cp = utf8_next(&s)) != 0) {
		uint32_t to = cp;
		if (cp >= 0xff01 && cp <= 0xff5e)
			to = cp - 0xff01 + '!';
		else if (is_hyphen(cp))
			to = '-';
		else if (is_blank(cp))
			to = ' ';
		else if ((cp == 0x30fc || cp == 0xff70) && !is_kana(before))
			/* Typed for a hyphen: 3ー4. In センター it is a sound. */
			to = '-';
		at += utf8_put(out + at, to);
		before = to;
	}
	return out;
}

/* か and a voice mark are が; 0 when the pair has no composed form. */
static uint32_t
voiced(uint32_t base, uint32_t mark)
{
	/* The voiced form of these follows them directly. */
	static const char pairs[] = "かきくけこさしすせそたちつてとはひふへほゝ";
	uint32_t shift = base >= 0x30a1 && base <= 0x30fe ? 0x60 : 0, cp;
	const char *p = pairs;

	if (mark == DAKUTEN && base - shift == 0x3046)
		return 0x3094 + shift;
	if (mark == DAKUTEN && base >= 0x30ef && base <= 0x30f2)
		return base + 8;
	while ((cp = utf8_next(&p)) != 0 && cp != base - shift)
		;
	if (mark == DAKUTEN)
		return cp == 0 ? 0 : base + 1;
	return cp >= 0x306f && cp <= 0x307b ? base + 2 : 0;
}

/* What CP932 converters of Windows make and what phones send instead. */
static uint32_t
phone_form(uint32_t cp)
{
	switch (cp) {
	case 0xff5e:
		return 0x301c;
	case 0xff0d:
		return 0x2212;
	case 0x2225:
		return 0x2016;
	case 0x2015:
		return 0x2014;
	case 0xffe0:
		return 0xa2;
	case 0xffe1:
		return 0xa3;
	case 0xffe2:
		return 0xac;
	default:
		return cp;
	}
}

/* Half-width forms U+FF61-FF9F as the wide ones; others as they are. */
static uint32_t
widen(uint32_t cp)
{
	static const uint16_t wide[] = {
		0x3002, 0x300c, 0x300d, 0x3001, 0x30fb, 0x30f2, 0x30a1, 0x30a3,
		0x30a5, 0x30a7, 0x30a9, 0x30e3, 0x30e5, 0x30e7, 0x30c3, 0x30fc,
		0x30a2, 0x30a4, 0x30a6, 0x30a8, 0x30aa, 0x30ab, 0x30ad, 0x30af,
		0x30b1, 0x30b3, 0x30b5, 0x30b7, 0x30b9, 0x30bb, 0x30bd, 0x30bf,
		0x30c1, 0x30c4, 0x30c6, 0x30c8, 0x30ca, 0x30cb, 0x30cc, 0x30cd,
		0x30ce, 0x30cf, 0x30d2, 0x30d5, 0x30d8, 0x30db, 0x30de, 0x30df,
		0x30e0, 0x30e1, 0x30e2, 0x30e4, 0x30e6, 0x30e8, 0x30e9, 0x30ea,
		0x30eb, 0x30ec, 0x30ed, 0x30ef, 0x30f3, 0x309b, 0x309c,
	};

	return cp >= 0xff61 && cp <= 0xff9f ? wide[cp - 0xff61] : cp;
}

/* The character at *s with a voice mark that follows it, half-width forms
 * widened first if asked; advances *s over both. */
static uint32_t
next_composed(const char **s, bool wide)
{
	uint32_t cp = utf8_next(s), mark, both;
	const char *after = *s;

	if (cp == 0)
		return 0;
	mark = utf8_next(&after);
	if (wide) {
		cp = widen(cp);
		if (mark == 0xff9e || mark == 0xff9f)
			mark = mark - 0xff9e + DAKUTEN;
	}
	if (mark != DAKUTEN && mark != HANDAKUTEN)
		return cp;
	both = voiced(cp, mark);
	if (both == 0)
		return cp;
	*s = after;
	return both;
}

char *
kana_compose(struct arena *a, const char *s)
{
	char *out = room(a, s);
	uint32_t cp;
	size_t at = 0;

	while ((cp = next_composed(&s, false)) != 0)
		at += utf8_put(out + at, phone_form(cp));
	return out;
}

char *
kana_hiragana(struct arena *a, const char *s)
{
	char *out = room(a, s);
	uint32_t cp;
	size_t at = 0;

	while ((cp = next_composed(&s, true)) != 0) {
		/* ヵ and ヶ stand for か and こ in counting and place names. */
		if ((cp >= 0x30a1 && cp <= 0x30f4) || cp == 0x30fd ||
		    cp == 0x30fe)
			cp -= 0x60;
		at += utf8_put(out + at, cp);
	}
	return out;
}

/* The vowel a hiragana ends in, as a hiragana; ん for itself; 0 for others. */
static uint32_t
vowel(uint32_t cp)
{
	/* U+3041 to U+3096; "-" is ん. */
	static const char row[] =
	    "aaiiuueeoo" "aaiiuueeoo" "aaiiuueeoo" "aaiiuuueeoo" "aiueo"
	    "aaaiiiuuueeeooo" "aiueo" "aauuoo" "aiueo" "aaieo-uae";
	static const char names[] = "aiueo";
	static const uint16_t kana[] = { 0x3042, 0x3044, 0x3046, 0x3048,
		0x304a };
	const char *p;

	if (cp < 0x3041 || cp > 0x3096)
		return 0;
	p = strchr(names, row[cp - 0x3041]);
	return p == NULL ? cp : kana[p - names];
}

char *
kana_sort_key(struct arena *a, const char *text)
{
	const char *s = kana_hiragana(a, kana_compose(a, text));
	char *out = room(a, s);
	uint32_t last = 0, cp;
	size_t at = 0;

	while ((cp = utf8_next(&s)) != 0) {
		if (cp == 0x30fc && last != 0)
			cp = last;
		else
			last = vowel(cp);
		at += utf8_put(out + at, cp);
	}
	return out;
}

static bool
is_latin(uint32_t cp)
{
	if (cp >= 0xff21 && cp <= 0xff5a)
		cp = cp - 0xff01 + '!';
	if (cp < 0x80)
		return (cp | 0x20) >= 'a' && (cp | 0x20) <= 'z';
	return (cp >= 0xc0 && cp <= 0x24f && cp != 0xd7 && cp != 0xf7) ||
	    (cp >= 0x300 && cp <= 0x36f) || (cp >= 0x1e00 && cp <= 0x1eff);
}

static bool
is_reading_mark(uint32_t cp)
{
	return cp == ' ' || cp == '-' || cp == '\'' || cp == 0x30fb ||
	    cp == 0xff65 || cp == 0x2019 || cp == 0xff07 || cp == 0xff0d ||
	    is_hyphen(cp) || is_blank(cp);
}

int
kana_is_reading(const char *s)
{
	bool sound = false;
	uint32_t cp;

	while ((cp = utf8_next(&s)) != 0) {
		if (is_kana(cp) || is_latin(cp))
			sound = true;
		else if (!is_reading_mark(cp))
			return 0;
	}
	return sound;
}
