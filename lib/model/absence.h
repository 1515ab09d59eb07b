/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Absence, late arrival, early leave as a guardian reports them (F10-F13): one
 * row per pupil and school day, grouped by submission, every version kept.
 * The school's view is absence_list.h. */
#ifndef MODEL_ABSENCE_H
#define MODEL_ABSENCE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/field.h"
#include "db/db.h"
#include "model/actor.h"

enum absence_kind { ABSENT = 1, LATE, EARLY };
enum absence_state { RECEIVED = 1, WITHDRAWN };
extern const struct choice absence_kinds[];	/* absent late early */
extern const struct choice absence_states[];	/* received withdrawn */

/* School days one submission may cover. */
#define ABSENCE_DAYS 14

/* What a guardian wants to report; the form of the page fills it. */
struct absence_new {
	struct list pupils;		/* struct uid */
	int kind;
	struct day first, last;		/* last none = one day */
	const char *reason;
	struct minute clock;		/* late, early: needed; else ignored */
	const char *note;
};

/* Why something is refused: the field of the form and a msgid. */
struct child;
struct refusal {
	const char *field, *msg;
};

/* The rows a submission would become, for the check page and for the insert:
 * each chosen child on each of its school days. ERR_INVALID with a refusal:
 * a child that is not there, no school day, a reason the school does not have,
 * a missing time. ERR_CLOSED: outside the hours of one of the schools. */
struct absence_plan {
	struct list children;		/* const struct child * */
	struct list days;		/* struct day: school days of any child */
	struct list rows;		/* struct absence_plan_row */
};
struct absence_plan_row {
	const struct child *child;
	struct day day;			/* a school day of that child */
};
enum err absence_plan(struct arena *, const struct list *children,
    const struct absence_new *, struct stamp now, struct absence_plan *,
    struct refusal *) MUST_USE;

/* Write it: submission, rows, history, and the mail to everybody concerned
 * (F11). ERR_STALE: a right or an enrollment ended meanwhile. */
enum err absence_report(struct arena *, struct db *, const struct actor *who,
    const struct absence_new *, const struct absence_plan *, struct stamp now,
    struct uid *submission) MUST_USE;

/* One report of this guardian (or one it may see), with what the pages show. */
struct absence {
	int64_t id, pupil_id, school_id, submission_id;
	struct uid uid, pupil, submission;
	const char *name, *given, *class_title, *school, *phone;
	struct day day;
	int kind, state;
	const char *reason, *note;
	struct minute clock;
	int64_t version;
	bool mine, by_school, confirmed, protected;
	struct stamp created_at, changed_at, confirmed_at;
	const char *confirmed_title;
	struct minute opens, closes;
	const char *reasons;		/* of the school, one per line */
};
extern const struct fields absence_fields;

enum err absence_load(struct arena *, struct db *, const struct actor *who,
    struct uid, struct stamp now, struct absence *) MUST_USE;
/* The rows of one own submission, for the done page. ERR_NONE: not mine. */
enum err absence_submitted(struct arena *, struct db *,
    const struct actor *who, struct uid submission, struct list *rows) MUST_USE;

/* May this guardian change or withdraw it now: own, of today or later, still
 * there, within hours? */
bool absence_is_open(const struct absence *, struct stamp now);

struct absence_change {
	int kind;
	const char *reason;
	struct minute clock;
	const char *note;
	int64_t version;		/* the one that was shown */
};
/* ERR_STALE: changed since it was shown. ERR_CLOSED: not open. */
enum err absence_change(struct arena *, struct db *, const struct actor *who,
    const struct absence *, const struct absence_change *, struct stamp now,
    struct refusal *) MUST_USE;
enum err absence_withdraw(struct arena *, struct db *,
    const struct actor *who, const struct absence *, int64_t version,
    struct stamp now) MUST_USE;

/* A reason of the list "one per line"? */
bool absence_has_reason(const char *reasons, const char *reason);

#endif
