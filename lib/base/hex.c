/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Bytes as text and, for base64url, back. Strict on the way in: one value has
 * one spelling, so that a token cannot be given twice in two forms. */
#include "base/hex.h"

#include <string.h>

static const char b64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char b64u[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* 57 bytes are 76 characters. */
#define LINE_BYTES 57

char *
hex_text(struct arena *a, const void *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *p = bytes;
	char *out = arena_array(a, 2, n + 1);

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[p[i] >> 4];
		out[2 * i + 1] = digits[p[i] & 15];
	}
	return out;
}

/* Up to three bytes to two to four characters; returns how many. */
static size_t
put3(char *out, const char *set, const unsigned char *p, size_t n)
{
	uint32_t v = (uint32_t)p[0] << 16;

	if (n > 1)
		v |= (uint32_t)p[1] << 8;
	if (n > 2)
		v |= p[2];
	for (size_t i = 0; i <= n; i++)
		out[i] = set[(v >> (18 - 6 * i)) & 63];
	return n + 1;
}

char *
b64u_text(struct arena *a, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	char *out = arena_array(a, n / 3 + 1, 4 + 1);
	size_t at = 0;

	for (size_t i = 0; i < n; i += 3)
		at += put3(out + at, b64u, p + i, n - i < 3 ? n - i : 3);
	return out;
}

char *
b64_text(struct arena *a, const void *bytes, size_t n, int lines)
{
	const unsigned char *p = bytes;
	char *out =
	    arena_alloc(a, (n / 3 + 1) * 4 + (n / LINE_BYTES + 1) * 2 + 1);
	size_t at = 0;

	for (size_t i = 0; i < n; i += 3) {
		size_t k = n - i < 3 ? n - i : 3;
		size_t end = at + 4;
		at += put3(out + at, b64, p + i, k);
		while (at < end)
			out[at++] = '=';
		if (lines && ((i + 3) % LINE_BYTES == 0 || i + 3 >= n)) {
			out[at++] = '\r';
			out[at++] = '\n';
		}
	}
	return out;
}

static int
b64u_value(char c)
{
	const char *p = strchr(b64u, c);

	return p == NULL ? -1 : (int)(p - b64u);
}

enum err
b64u_exact(const char *s, void *out, size_t n)
{
	unsigned char *p = out, *end = p + n;
	uint32_t v = 0;
	unsigned have = 0;

	if (strlen(s) != n / 3 * 4 + (n % 3 > 0 ? n % 3 + 1 : 0))
		return ERR_INVALID;
	for (; *s != '\0'; s++) {
		int six = b64u_value(*s);
		if (six < 0)
			return ERR_INVALID;
		v = (v << 6 | (uint32_t)six) & 0xffff;
		have += 6;
		if (have >= 8 && p < end) {
			have -= 8;
			*p++ = (unsigned char)(v >> have & 0xff);
		}
	}
	return (v & ((1u << have) - 1)) == 0 ? OK : ERR_INVALID;
}

enum err
b64u_parse(struct arena *a, const char *s, struct bytes *out)
{
	size_t len = strlen(s);
	size_t n = len / 4 * 3 + (len % 4 > 0 ? len % 4 - 1 : 0);
	unsigned char *p = arena_alloc(a, n + 1);

	TRY(b64u_exact(s, p, n));
	*out = (struct bytes){ p, n };
	return OK;
}
