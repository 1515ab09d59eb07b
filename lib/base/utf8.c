/* SPDX-License-Identifier: AGPL-3.0-or-later
 * UTF-8: the check at the border, and walking over text that passed it.
 * Everything behind the border relies on utf8_valid(); folding is kana.c. */
#include "base/utf8.h"

#include <utf8proc.h>

#include "base/str.h"

/* Length of the sequence at p by Unicode table 3-7, 0 if ill-formed. */
static size_t
sequence(const unsigned char *p, size_t n)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t len;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	len = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (n < len)
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

static bool
is_text(uint32_t cp)
{
	if (cp < 0x20)
		return cp == '\t' || cp == '\n' || cp == '\r';
	if (cp >= 0x7f && cp < 0xa0)
		return false;
	return (cp & 0xfffe) != 0xfffe && (cp < 0xfdd0 || cp > 0xfdef);
}

bool
utf8_valid(const char *text, size_t n)
{
	const char *end = text + n;

	while (text < end) {
		if (sequence(
			(const unsigned char *)text, (size_t)(end - text)) == 0)
			return false;
		if (*text == '\0' || !is_text(utf8_next(&text)))
			return false;
	}
	return true;
}

uint32_t
utf8_next(const char **s)
{
	const unsigned char *p = (const unsigned char *)*s;
	uint32_t cp = p[0];
	size_t more;

	if (cp == 0)
		return 0;
	more = cp < 0x80 ? 0 : cp < 0xe0 ? 1 : cp < 0xf0 ? 2 : 3;
	if (more > 0)
		cp &= 0x3fu >> more;
	for (size_t i = 1; i <= more; i++)
		cp = cp << 6 | (p[i] & 0x3f);
	*s += more + 1;
	return cp;
}

size_t
utf8_put(char *out, uint32_t cp)
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

size_t
utf8_count(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		if (((unsigned char)*s & 0xc0) != 0x80)
			n++;
	return n;
}

char *
utf8_first(struct arena *a, const char *text, size_t n)
{
	const char *p = text, *end = text;
	uint32_t before = 0, cp;
	utf8proc_int32_t state = 0;

	while ((cp = utf8_next(&p)) != 0) {
		if (before == 0 ||
		    utf8proc_grapheme_break_stateful(
			(utf8proc_int32_t)before, (utf8proc_int32_t)cp, &state))
			if (n-- == 0)
				break;
		before = cp;
		end = p;
	}
	return str_copy_n(a, text, (size_t)(end - text));
}

bool
utf8_has_private(const char *s)
{
	uint32_t cp;

	while ((cp = utf8_next(&s)) != 0)
		if ((cp >= 0xe000 && cp <= 0xf8ff) || cp >= 0xf0000)
			return true;
	return false;
}
