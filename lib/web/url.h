/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Decoding of what stands in URLs, bodies and cookies, with limits. */
#ifndef WEB_URL_H
#define WEB_URL_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "web/req.h"

#define URL_PAIRS 2000		/* most pairs in one body */

/* application/x-www-form-urlencoded (WHATWG URL 5.1). ERR_INVALID: a bad %XX,
 * invalid UTF-8, NUL or control characters, too many pairs. Empty names are
 * dropped. `pairs` becomes a list of struct pair. */
enum err url_pairs(struct arena *, const char *p, size_t n, struct list *pairs)
    MUST_USE;
/* Path part: percent-decoded, "+" stays; refuses %00, %2F, "..", "//", UTF-8
 * faults. */
enum err url_path(struct arena *, const char *raw, const char **path) MUST_USE;
/* Cookie header (RFC 6265bis 4.2.1, lenient reading; NULL: none): the first
 * 50 pairs. Cookies without a name or with invalid UTF-8 are passed over. */
enum err url_cookies(struct arena *, const char *header, struct list *pairs)
    MUST_USE;
/* Percent-encode everything but unreserved characters (RFC 3986 2.3). */
char *url_encode(struct arena *, const char *);

#endif
