/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The school's view of a day's reports (F14): list, version for polls, one
 * report with its history, confirming. Scope: the school of the actor, and the
 * classes of the posting where teachers see only their own. */
#ifndef MODEL_ABSENCE_LIST_H
#define MODEL_ABSENCE_LIST_H

#include "base/arena.h"
#include "base/err.h"
#include "base/field.h"
#include "db/db.h"
#include "model/actor.h"

enum absence_seen { SEEN_NEW = 1, SEEN_CHANGED, SEEN_CONFIRMED, SEEN_WITHDRAWN };
extern const struct choice absence_seens[];

struct absence_filter {
	int64_t school_id;	/* asked for by the board; own otherwise */
	struct uid class_uid;	/* zero = all in scope */
	struct day day;
	int kind;		/* 0 = all */
	bool unconfirmed;
};

struct absence_row {
	int64_t id, pupil_id;
	struct uid uid;
	const char *class_title;
	int64_t seat;
	const char *name, *kana;
	int kind, state, seen;
	const char *reason, *note;
	struct minute clock;
	int64_t version, confirmed_version;
	bool by_school;
	struct stamp created_at, changed_at, confirmed_at;
	const char *confirmed_title, *confirmed_name;
};
extern const struct fields absence_row_fields;

struct class_row {
	struct uid uid;
	const char *title;
	bool own;		/* of the actor's posting */
	const char *version;	/* of the school's day, the same in each row */
};
extern const struct fields class_row_fields;

/* What stands above the list: classes of the school in the day's school year
 * (only the posting's where teachers see only their own), and the version of
 * the day. Asked before the list, so that a report arriving between is shown
 * again rather than missed. */
enum err absence_list_head(struct arena *, struct db *,
    const struct actor *who, const struct absence_filter *,
    struct list *classes, const char **version) MUST_USE;

/* Unconfirmed first, then class and seat. At most 1,000 rows. */
enum err absence_list(struct arena *, struct db *, const struct actor *who,
    const struct absence_filter *, struct list *rows) MUST_USE;
/* Changes with every report, change, withdrawal and confirmation of the
 * school's day: COUNT and sums, because a maximum would miss a transaction that
 * commits late (design 4). Text living in the arena. */
enum err absence_list_version(struct arena *, struct db *,
    const struct actor *who, const struct absence_filter *,
    const char **version) MUST_USE;

/* One report in scope. ERR_NONE: another school's, another class's. */
enum err absence_list_load(struct arena *, struct db *,
    const struct actor *who, struct uid, struct absence_row *,
    struct day *day) MUST_USE;

struct absence_version {
	int64_t version;
	int kind, state;
	const char *reason, *note;
	struct minute clock;
	bool by_school;
	struct stamp made_at;
};
extern const struct fields absence_version_fields;
enum err absence_versions(struct arena *, struct db *,
    const struct actor *who, int64_t absence_id, struct list *) MUST_USE;

/* Confirm what was seen: pairs "uid:version" as texts. A report that changed
 * meanwhile stays unconfirmed. n: how many were confirmed. */
enum err absence_confirm(struct arena *, struct db *, const struct actor *who,
    int64_t school_id, const struct list *seen, struct stamp now, int64_t *n)
    MUST_USE;

#endif
