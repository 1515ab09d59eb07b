/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Named keys with rotation (design 5): files `<dir>/<name>.<id>`, 64 hex
 * characters each, mode 0400, the same on all machines. id is 1..255; the
 * highest id signs, the two highest verify (of "audit" the 16 highest: the
 * chain must be verifiable for as long as it is kept).
 * Digest and MAC helpers live here too, so that OpenSSL has one door. */
#ifndef BASE_KEYS_H
#define BASE_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

#define DIGEST 32

enum key_name { KEY_FORM, KEY_SESSION, KEY_LINK, KEY_AUDIT, KEY_TOTP, KEY_COUNT };

struct keys;

/* Read all names; ERR_NONE (logged with the file's name) if one is missing,
 * ERR_INVALID if a file is not a key or others may read it. keys_free() ends. */
enum err keys_init(const char *dir, struct keys **) MUST_USE;
void keys_free(struct keys *);
/* Make a first key for each name that has none (renrakuctl keys). */
enum err keys_make(const char *dir) MUST_USE;
/* Add a key with the next id and remove those that no longer verify. */
enum err keys_rotate(const char *dir, enum key_name) MUST_USE;
/* File name part: "form", "session", ...; NULL past the end. */
const char *keys_word(enum key_name);

/* id of the signing key. */
unsigned char keys_id(const struct keys *, enum key_name);
/* HMAC-SHA256 with the key of that id; ERR_NONE when it is no longer live. */
enum err keys_mac(const struct keys *, enum key_name, unsigned char id,
    const void *, size_t n, unsigned char out[DIGEST]) MUST_USE;

void sha256(const void *, size_t n, unsigned char out[DIGEST]);
/* Constant time. */
bool mem_equal(const void *, const void *, size_t n);
/* Not removed by the compiler. */
void mem_wipe(void *, size_t n);

#endif
