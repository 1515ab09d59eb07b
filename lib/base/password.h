/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Password hashing: libsodium argon2id, 19 MiB, t=2 (design 11). About 30 ms
 * of one core: only login pools call it, before the transaction. */
#ifndef BASE_PASSWORD_H
#define BASE_PASSWORD_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"

#define PASSWORD_MIN 8
#define PASSWORD_MAX 128	/* characters */

/* PHC string living in the arena. */
enum err password_hash(struct arena *, const char *password, const char **hash)
    MUST_USE;
/* Same time whether hash is a hash or NULL (no such account: false). */
bool password_matches(const char *hash, const char *password);
/* msgid of what makes it too easy to guess, NULL when it will do. login: must
 * not be the password. Source: standards 1.1 V6.2.4. */
const char *password_weakness(struct arena *, const char *password,
    const char *login);

#endif
