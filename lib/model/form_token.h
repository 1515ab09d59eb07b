/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The row that makes a POST happen once (design 5). The first INSERT of every
 * POST's transaction; a second request with the same token waits on it. */
#ifndef MODEL_FORM_TOKEN_H
#define MODEL_FORM_TOKEN_H

#include "base/arena.h"
#include "base/err.h"
#include "base/keys.h"
#include "db/db.h"

/* OK: first time. ERR_EXISTS: the same body was sent before; `location` is
 * where its answer led. ERR_STALE: used before with another body. */
enum err form_token_use(struct arena *, struct db *,
    const unsigned char id[DIGEST], const unsigned char body[DIGEST],
    struct stamp now, const char **location) MUST_USE;
/* Keep where the answer leads, before the commit. */
enum err form_token_led(struct db *, const unsigned char id[DIGEST],
    const char *location) MUST_USE;

#endif
