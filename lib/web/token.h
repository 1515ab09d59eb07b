/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The form token (design 5): key id (1) || random (15) || time (4, seconds
 * since 2020) || first 16 bytes of HMAC-SHA256(KEY_FORM, browser || random ||
 * time || path), base64url. Nothing is stored when it is made. `browser` is
 * the session's hash or the pre-session's random. */
#ifndef WEB_TOKEN_H
#define WEB_TOKEN_H

#include "base/arena.h"
#include "base/err.h"
#include "base/jtime.h"
#include "base/keys.h"

#define TOKEN_HOURS 24

const char *token_new(struct arena *, const struct keys *,
    const unsigned char browser[DIGEST], const char *path, struct stamp now);
/* id: SHA-256 of the token, the key of its form_token row. ERR_INVALID: not
 * ours, other browser or path; ERR_STALE: ours but older than 24 hours. */
enum err token_check(const struct keys *, const unsigned char browser[DIGEST],
    const char *path, struct stamp now, const char *token,
    unsigned char id[DIGEST]) MUST_USE;

/* A signed cookie for people who are not signed in: key id (1) || random (16)
 * || time (4) || first 16 bytes of the MAC (KEY_SESSION). Its check gives
 * `browser` as SHA-256 of the random part. Valid 30 days: ERR_STALE after. */
const char *presession_new(struct arena *, const struct keys *, struct stamp,
    unsigned char browser[DIGEST]);
enum err presession_check(const struct keys *, const char *cookie, struct stamp,
    unsigned char browser[DIGEST]) MUST_USE;

#endif
