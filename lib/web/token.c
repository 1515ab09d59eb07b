/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Making and checking form tokens and the cookie of people who are not signed
 * in. Must not know the database: whether a token was used is a row of the
 * dispatcher, who also makes the tokens of a page that is rendered. */
#include "web/token.h"

#include <string.h>

#include "base/hex.h"
#include "base/rand.h"

#define EPOCH	     INT64_C(1577836800)	/* 2020-01-01T00:00:00Z */
#define SKEW	     300	/* another machine's clock may be ahead */
#define PATH_MAX_LEN 2048
#define MAC	     16
#define FORM_RANDOM  15
#define FORM_SIZE    (1 + FORM_RANDOM + 4 + MAC)
#define PRE_RANDOM   16
#define PRE_SIZE     (1 + PRE_RANDOM + 4 + MAC)
#define PRE_SECONDS  (30 * 86400)

static void
put_time(unsigned char out[4], struct stamp now)
{
	int64_t s = now.us / 1000000 - EPOCH;
	uint32_t t = s < 0 ? 0 : s > UINT32_MAX ? UINT32_MAX : (uint32_t)s;

	for (int i = 0; i < 4; i++)
		out[i] = (unsigned char)(t >> (24 - 8 * i));
}

static int64_t
age(const unsigned char in[4], struct stamp now)
{
	uint32_t t = 0;

	for (int i = 0; i < 4; i++)
		t = t << 8 | in[i];
	return now.us / 1000000 - EPOCH - (int64_t)t;
}

static enum err
in_time(const unsigned char at[4], struct stamp now, int64_t seconds)
{
	int64_t old = age(at, now);

	if (old < -SKEW)
		return ERR_INVALID;
	return old > seconds ? ERR_STALE : OK;
}

static int
digit(char c)
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	const char *p = c != '\0' ? strchr(alphabet, c) : NULL;

	return p != NULL ? (int)(p - alphabet) : -1;
}

/* base64url of exactly n bytes; stray bits would give one token many texts,
 * each with a row of its own. */
static enum err
decode(const char *text, unsigned char *out, size_t n)
{
	uint32_t bits = 0;
	int have = 0;
	size_t done = 0;

	if (text == NULL || strlen(text) != (n * 8 + 5) / 6)
		return ERR_INVALID;
	for (; *text != '\0'; text++) {
		int d = digit(*text);

		if (d < 0)
			return ERR_INVALID;
		bits = (bits << 6 | (uint32_t)d) & 0xffff;
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[done++] = (unsigned char)(bits >> have);
		}
	}
	return (bits & ((1U << have) - 1)) == 0 ? OK : ERR_INVALID;
}

/* MAC of a form token's random and time with what it is bound to. */
static enum err
form_mac(const struct keys *keys, const unsigned char *token,
    const unsigned char browser[DIGEST], const char *path,
    unsigned char mac[DIGEST])
{
	unsigned char in[DIGEST + FORM_RANDOM + 4 + PATH_MAX_LEN];
	size_t n = DIGEST, length = strlen(path);

	if (length > PATH_MAX_LEN)
		return ERR_INVALID;
	memcpy(in, browser, DIGEST);
	memcpy(in + n, token + 1, FORM_RANDOM + 4);
	n += FORM_RANDOM + 4;
	memcpy(in + n, path, length);
	return keys_mac(keys, KEY_FORM, token[0], in, n + length, mac);
}

const char *
token_new(struct arena *a, const struct keys *keys,
    const unsigned char browser[DIGEST], const char *path, struct stamp now)
{
	unsigned char t[FORM_SIZE], mac[DIGEST];

	t[0] = keys_id(keys, KEY_FORM);
	rand_bytes(t + 1, FORM_RANDOM);
	put_time(t + 1 + FORM_RANDOM, now);
	/* A path no request can have gets a token that nothing accepts. */
	if (form_mac(keys, t, browser, path, mac) != OK)
		rand_bytes(mac, sizeof(mac));
	memcpy(t + FORM_SIZE - MAC, mac, MAC);
	return b64u_text(a, t, sizeof(t));
}

enum err
token_check(const struct keys *keys, const unsigned char browser[DIGEST],
    const char *path, struct stamp now, const char *token,
    unsigned char id[DIGEST])
{
	unsigned char t[FORM_SIZE], mac[DIGEST];

	TRY(decode(token, t, sizeof(t)));
	if (form_mac(keys, t, browser, path, mac) != OK ||
	    !mem_equal(mac, t + FORM_SIZE - MAC, MAC))
		return ERR_INVALID;
	sha256(token, strlen(token), id);
	return in_time(t + 1 + FORM_RANDOM, now, TOKEN_HOURS * 3600);
}

const char *
presession_new(struct arena *a, const struct keys *keys, struct stamp now,
    unsigned char browser[DIGEST])
{
	unsigned char t[PRE_SIZE], mac[DIGEST];

	t[0] = keys_id(keys, KEY_SESSION);
	rand_bytes(t + 1, PRE_RANDOM);
	put_time(t + 1 + PRE_RANDOM, now);
	if (keys_mac(keys, KEY_SESSION, t[0], t + 1, PRE_RANDOM + 4, mac) != OK)
		rand_bytes(mac, sizeof(mac));
	memcpy(t + PRE_SIZE - MAC, mac, MAC);
	sha256(t + 1, PRE_RANDOM, browser);
	return b64u_text(a, t, sizeof(t));
}

enum err
presession_check(const struct keys *keys, const char *cookie, struct stamp now,
    unsigned char browser[DIGEST])
{
	unsigned char t[PRE_SIZE], mac[DIGEST];

	TRY(decode(cookie, t, sizeof(t)));
	if (keys_mac(keys, KEY_SESSION, t[0], t + 1, PRE_RANDOM + 4, mac) !=
		OK ||
	    !mem_equal(mac, t + PRE_SIZE - MAC, MAC))
		return ERR_INVALID;
	TRY(in_time(t + 1 + PRE_RANDOM, now, PRE_SECONDS));
	sha256(t + 1, PRE_RANDOM, browser);
	return OK;
}
