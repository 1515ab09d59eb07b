/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Sessions: one per device, known only by the hash of its cookie. Guardians'
 * slide for 180 days, staff's end after 12 hours or 60 idle minutes
 * (design 11). Always read from the primary. */
#ifndef MODEL_SESSION_H
#define MODEL_SESSION_H

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "model/actor.h"

#define SESSION_GUARDIAN_DAYS 180
#define SESSION_STAFF_HOURS 12
#define SESSION_STAFF_IDLE_MINUTES 60

/* The person of a session, with account, posting and scope, in one statement.
 * ERR_NONE: no such session, expired, idle too long, account or posting over. */
enum err session_guardian(struct arena *, struct db *,
    const unsigned char hash[DIGEST], struct stamp now, struct actor *) MUST_USE;
enum err session_staff(struct arena *, struct db *,
    const unsigned char hash[DIGEST], struct stamp now, struct actor *) MUST_USE;

/* Is it time to note that the session is in use? (a day; five minutes) */
bool session_is_stale(const struct actor *, struct stamp now);
/* Note it, sliding the guardian's expiry. Own transaction on the writer. */
enum err session_touch(struct db *, const struct actor *, struct stamp now)
    MUST_USE;

/* A new session after a proved password. Repeating it with the same hash is
 * OK and changes nothing (a repeated sign-in POST, design 5). */
enum err session_guardian_open(struct db *, int64_t guardian_id,
    const unsigned char hash[DIGEST], const char *device, struct stamp now)
    MUST_USE;
/* ERR_NONE: the person has no posting on this day. */
enum err session_staff_open(struct db *, int64_t staff_id,
    const unsigned char hash[DIGEST], const char *device, struct stamp now)
    MUST_USE;
/* Sign out of this device. */
enum err session_close(struct db *, const struct actor *) MUST_USE;

#endif
