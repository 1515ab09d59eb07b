/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Password hashes of both sides. Only login pools' accounts can read them. */
#ifndef MODEL_CREDENTIAL_H
#define MODEL_CREDENTIAL_H

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "model/actor.h"

struct credential {
	int64_t id;		/* guardian or staff */
	const char *login, *hash;
	int64_t organization_id;	/* staff: of the widest posting */
	int role;
};

/* By issued login ID or by verified e-mail address. ERR_NONE: nobody. */
enum err credential_guardian(struct arena *, struct db *, const char *login,
    struct stamp now, struct credential *) MUST_USE;
enum err credential_staff(struct arena *, struct db *, const char *login,
    struct stamp now, struct credential *) MUST_USE;
/* Set a staff member's password (renrakuctl). ERR_NONE: no such login. */
enum err credential_set_staff(struct db *, const char *login, const char *hash,
    struct stamp now) MUST_USE;

#endif
