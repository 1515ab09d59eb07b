/* SPDX-License-Identifier: AGPL-3.0-or-later
 * What is to be told to whom, written in the transaction that makes it true;
 * notifyd sends (design 10). A job has recipients, one row per address. */
#ifndef MODEL_OUTBOX_H
#define MODEL_OUTBOX_H

#include "base/arena.h"
#include "base/err.h"
#include "base/field.h"
#include "db/db.h"

enum outbox_kind {
	OUTBOX_REPORT = 1,	/* a report was made, changed, withdrawn */
	OUTBOX_VERIFY,		/* prove that an address is yours */
	OUTBOX_JOINED,		/* one more contact was registered */
	OUTBOX_WELCOME,		/* your own registration, with the login ID */
};
enum outbox_lane { LANE_URGENT = 1, LANE_NORMAL, LANE_BULK };

/* A job without recipients yet; params is JSON; id of the row. */
struct outbox_job {
	int kind, lane;
	int64_t school_id, pupil_id, object_id;	/* 0 = none */
	const char *params;
	int64_t hours;		/* until it expires */
};
/* A flat JSON object of pairs name, text, ..., NULL for `params`. */
const char *outbox_params(struct arena *, ...) __attribute__((sentinel));
enum err outbox_add(struct db *, const struct outbox_job *, struct stamp now,
    int64_t *job) MUST_USE;
/* One address by itself, verified or not (the proof of an address). */
enum err outbox_to(struct db *, int64_t job, int64_t guardian_id,
    const char *address, const char *lang) MUST_USE;
/* Every verified, deliverable address of every guardian of the pupil who
 * receives; in a protected household only guardian `only`'s (0 = the school
 * wrote: everybody's). `except` leaves one guardian out (0 = nobody). */
enum err outbox_to_guardians(struct db *, int64_t job, int64_t pupil_id,
    int64_t only, int64_t except, struct stamp now) MUST_USE;

/* ── notifyd's side ── */

struct outbox_item {
	int64_t id, outbox_id;
	struct uid uid;
	int kind;
	const char *address, *domain, *lang, *params;
	const char *school, *phone;	/* NULL: from the city */
	struct uid object_uid;
	int64_t tries;
	struct stamp expires_at;
};
extern const struct fields outbox_item_fields;
extern const struct choice outbox_kinds[];

/* Take up to `most` due recipients of one queue (a lane, or lane + 10 for
 * retries) for `lease_seconds`; SKIP LOCKED, in index order, own transaction. */
enum err outbox_lease(struct arena *, struct db *, int queue, int64_t most,
    int64_t lease_seconds, struct list *items) MUST_USE;
enum outbox_end { OUTBOX_SENT = 1, OUTBOX_REFUSED, OUTBOX_EXPIRED };
/* Close one. reply: the relay's code. */
enum err outbox_done(struct db *, int64_t id, enum outbox_end, long reply,
    struct stamp now) MUST_USE;
/* Try again after `seconds`, in the retry queue. */
enum err outbox_again(struct db *, int64_t id, int64_t seconds, long reply)
    MUST_USE;

/* Give a lease back unused: due again after `seconds`, no try counted. */
enum err outbox_release(struct db *, int64_t id, int64_t seconds) MUST_USE;

#endif
