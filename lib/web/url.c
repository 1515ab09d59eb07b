/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Decoding of names and values from URLs, bodies and cookies: bytes in,
 * checked UTF-8 text out. Knows no route and no form; it refuses rather than
 * repairs, because what it lets through is stored. */
#include "web/url.h"

#include <string.h>

#include "base/utf8.h"

#define URL_COOKIES 50

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Decoded copy, NULL when a %XX is bad or the result is no text. */
static char *
decode(struct arena *a, const char *s, size_t n, bool plus)
{
	char *out = arena_alloc(a, n + 1);
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		char c = s[i];

		if (c == '%') {
			int high = i + 2 < n ? hex_digit(s[i + 1]) : -1;
			int low = high >= 0 ? hex_digit(s[i + 2]) : -1;

			if (low < 0)
				return NULL;
			c = (char)(high * 16 + low);
			i += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		out[k++] = c;
	}
	return utf8_valid(out, k) ? out : NULL;
}

/* The piece up to `sep` or the end; moves *p behind it. */
static struct bytes
piece(const char **p, const char *end, char sep)
{
	const char *from = *p;
	const char *to = memchr(from, sep, (size_t)(end - from));

	*p = to ? to + 1 : end;
	if (!to)
		to = end;
	return (struct bytes){ (const unsigned char *)from,
		(size_t)(to - from) };
}

static size_t
count_pieces(const char *p, const char *end, char sep)
{
	size_t n = 0;

	while (p < end)
		n += piece(&p, end, sep).n > 0;
	return n;
}

static enum err
decode_pair(struct arena *a, struct bytes b, struct pair *pair)
{
	const char *s = (const char *)b.p, *eq = memchr(s, '=', b.n);
	size_t n = eq ? (size_t)(eq - s) : b.n;

	pair->name = decode(a, s, n, true);
	pair->value = eq ? decode(a, eq + 1, b.n - n - 1, true) : "";
	return pair->name && pair->value ? OK : ERR_INVALID;
}

enum err
url_pairs(struct arena *a, const char *p, size_t n, struct list *pairs)
{
	const char *end = n ? p + n : p;
	size_t count = n ? count_pieces(p, end, '&') : 0;
	struct pair *v;

	*pairs = (struct list){ 0 };
	if (count > URL_PAIRS)
		return ERR_INVALID;
	v = arena_array(a, count, sizeof(*v));
	pairs->v = v;
	while (count > 0) {
		struct bytes b = piece(&p, end, '&');

		if (b.n == 0)
			continue;
		count--;
		TRY(decode_pair(a, b, &v[pairs->n]));
		if (v[pairs->n].name[0] != '\0')
			pairs->n++;
	}
	return OK;
}

static bool
has_control(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return true;
	return false;
}

enum err
url_path(struct arena *a, const char *raw, const char **path)
{
	char *s;

	if (raw[0] != '/' || strcasestr(raw, "%2f"))
		return ERR_INVALID;
	s = decode(a, raw, strlen(raw), false);
	if (!s || has_control(s) || strstr(s, "..") || strstr(s, "//"))
		return ERR_INVALID;
	*path = s;
	return OK;
}

static struct bytes
trim_blanks(struct bytes b)
{
	while (b.n && (b.p[0] == ' ' || b.p[0] == '\t'))
		b.p++, b.n--;
	while (b.n && (b.p[b.n - 1] == ' ' || b.p[b.n - 1] == '\t'))
		b.n--;
	return b;
}

/* A cookie that is no text or has no name was not set by us: passed over. */
static bool
cookie_pair(struct arena *a, struct bytes b, struct pair *pair)
{
	const unsigned char *eq = memchr(b.p, '=', b.n);
	struct bytes name, value;

	if (!eq || !utf8_valid((const char *)b.p, b.n))
		return false;
	name = trim_blanks((struct bytes){ b.p, (size_t)(eq - b.p) });
	value = trim_blanks(
	    (struct bytes){ eq + 1, b.n - (size_t)(eq - b.p) - 1 });
	pair->name = str_copy_n(a, (const char *)name.p, name.n);
	pair->value = str_copy_n(a, (const char *)value.p, value.n);
	return name.n > 0;
}

enum err
url_cookies(struct arena *a, const char *header, struct list *pairs)
{
	const char *p = header ? header : "", *end = p + strlen(p);
	struct pair *v = arena_array(a, URL_COOKIES, sizeof(*v));

	*pairs = (struct list){ v, 0 };
	while (p < end && pairs->n < URL_COOKIES)
		if (cookie_pair(a, piece(&p, end, ';'), &v[pairs->n]))
			pairs->n++;
	return OK;
}

static bool
is_unreserved(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_' ||
	    c == '~';
}

char *
url_encode(struct arena *a, const char *s)
{
	static const char hex[] = "0123456789ABCDEF";
	char *out = arena_array(a, strlen(s) + 1, 3), *o = out;

	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (is_unreserved(*s)) {
			*o++ = *s;
			continue;
		}
		*o++ = '%';
		*o++ = hex[c >> 4];
		*o++ = hex[c & 15];
	}
	return out;
}
