/* SPDX-License-Identifier: AGPL-3.0-or-later
 * What notifyd removes in the background, in transactions of at most 10,000
 * rows: used tokens, ended sessions, old counters, unapplied imports, sent
 * mail's rows. Retention is in purge.c's table. */
#ifndef MODEL_PURGE_H
#define MODEL_PURGE_H

#include "base/err.h"
#include "base/jtime.h"
#include "db/db.h"

/* One round over all kinds; n: rows removed. Call again at once when it says
 * 10,000 or more. */
enum err purge_run(struct db *, struct stamp now, int64_t *n) MUST_USE;

#endif
