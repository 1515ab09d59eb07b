/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The chain over the access history (design 8): notifyd seals rows older than
 * a minute; anybody with the key can verify. */
#ifndef MODEL_SEAL_H
#define MODEL_SEAL_H

#include "base/arena.h"
#include "base/err.h"
#include "base/keys.h"
#include "db/db.h"

/* Seal up to 1,000 rows that are older than a minute and not sealed yet, in
 * order of time after the chain's end; `n` tells how many. Looks at the last
 * three days, or at all there is when `all` (after notifyd was away). Own
 * transaction. */
enum err seal_run(struct arena *, struct db *, const struct keys *,
    struct stamp now, bool all, int64_t *n) MUST_USE;

struct seal_report {
	int64_t seals;		/* links checked */
	int64_t broken;		/* seq of the first wrong link, 0 = none */
	int64_t audit_id;	/* row the broken link stands for */
	bool missing;		/* the row is gone (else it differs) */
	int64_t stragglers;	/* rows older than five minutes without seal */
};
enum err seal_verify(struct arena *, struct db *, const struct keys *,
    struct stamp now, struct seal_report *) MUST_USE;

#endif
