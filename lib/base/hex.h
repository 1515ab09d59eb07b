/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Bytes as text: hex, base64url without padding (RFC 4648 5), base64. */
#ifndef BASE_HEX_H
#define BASE_HEX_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

char *hex_text(struct arena *, const void *, size_t n);
char *b64u_text(struct arena *, const void *, size_t n);
/* Strict: only the alphabet, no padding, no stray bits. */
enum err b64u_parse(struct arena *, const char *, struct bytes *) MUST_USE;
/* The same for a known length: exactly n bytes into `out`. */
enum err b64u_exact(const char *, void *out, size_t n) MUST_USE;
/* With padding, lines of 76 ended by CRLF when `lines` (RFC 2045 6.8). */
char *b64_text(struct arena *, const void *, size_t n, int lines);

#endif
