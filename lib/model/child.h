/* SPDX-License-Identifier: AGPL-3.0-or-later
 * A guardian's children as the guardian sees them: with school, class, the
 * school's hours of today, its reasons and days off, or with the reports of the
 * coming days. One statement each. */
#ifndef MODEL_CHILD_H
#define MODEL_CHILD_H

#include "base/arena.h"
#include "base/err.h"
#include "base/field.h"
#include "db/db.h"
#include "model/actor.h"

struct child {
	int64_t id, school_id;		/* internal, never shown */
	int64_t grade;			/* 1..9 through both kinds of school */
	struct uid uid;
	const char *name, *given, *sort_key;
	const char *school, *phone;
	const char *class_title;
	bool may_report;
	struct minute opens, closes;	/* hours of today, none = closed */
	const char *days_off;		/* calendar.h, from today on */
	const char *reasons;		/* names, one per line */
};

/* All children of the guardian `who` that have a guardianship today, eldest
 * first. */
enum err child_list(struct arena *, struct db *, const struct actor *who,
    struct stamp now, struct list *children) MUST_USE;

/* The home page: child by child, each with its reports from today on that this
 * guardian may see (design 8), none = one row without report. */
struct child_report {
	struct child child;
	struct uid report;		/* zero: no report */
	int64_t report_id;
	struct day day;
	int kind;			/* absence_kinds */
	struct minute clock;
	bool mine;			/* reported by this guardian */
	bool by_school;
	bool confirmed;			/* the school has seen this version */
	struct stamp created_at, confirmed_at;
	const char *confirmed_title;	/* 担任, 教頭 */
};
enum err child_home(struct arena *, struct db *, const struct actor *who,
    struct stamp now, struct list *rows) MUST_USE;

/* May a report be sent now (F13)? */
bool child_is_open(const struct child *, struct stamp now);
/* By uid in a list; NULL when it is not there. */
const struct child *child_find(const struct list *, struct uid);

#endif
