/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Unguessable bytes, ids of rows, and letter codes. */
#ifndef BASE_RAND_H
#define BASE_RAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/* A row's public id: 128 random bits, 22 characters base64url in URLs. */
struct uid {
	unsigned char b[16];
};
#define UID_TEXT 22

void rand_bytes(void *, size_t n);		/* aborts if the kernel refuses */
unsigned rand_below(unsigned n);		/* uniform in 0..n-1, n > 0 */

struct uid uid_new(void);
bool uid_is(struct uid);			/* not all zero */
bool uid_eq(struct uid, struct uid);
char *uid_text(struct arena *, struct uid);
/* Exactly 22 base64url characters whose last one has no stray bits. */
enum err uid_parse(const char *, struct uid *) MUST_USE;

/* Crockford base32 without I L O U: what people copy from paper.
 * `n` characters in groups of 4 joined by "-" (n = 16: 80 bits). */
char *code_new(struct arena *, size_t n);
/* Upper case, no hyphens or blanks, O->0, I/L->1, wide forms narrowed;
 * the normal form that is hashed. ERR_INVALID for other characters. */
enum err code_normal(struct arena *, const char *, size_t n, char **) MUST_USE;

#endif
