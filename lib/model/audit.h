/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The access history (F54, standards 5.2): one row per staff page opened, per
 * write of anybody, per refusal. Sides may only INSERT; staff may SELECT;
 * notifyd seals (seal.h). Never names, texts or tokens, only keys. */
#ifndef MODEL_AUDIT_H
#define MODEL_AUDIT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/field.h"
#include "db/db.h"
#include "model/actor.h"

enum audit_side { AUDIT_GUARDIAN = 1, AUDIT_STAFF, AUDIT_OPERATOR };
enum audit_result { AUDIT_SUCCESS = 1, AUDIT_DENIED, AUDIT_REFUSED, AUDIT_ERROR };
extern const struct choice audit_sides[];
extern const struct choice audit_results[];

struct audit {
	int side;
	const struct actor *who;	/* NULL: nobody signed in */
	const char *address, *agent, *request;
	const char *event, *method, *path;
	int64_t object_id, pupil_id, subjects;
	const char *filter, *fields;
	int result;
	int64_t status;
};
enum err audit_write(struct db *, const struct audit *, struct stamp now)
    MUST_USE;

struct audit_row {
	int64_t id;
	struct stamp at;
	int side, role, result;
	const char *organization, *login, *name, *address, *agent, *event;
	const char *what;	/* the event in Japanese */
	const char *method, *path, *pupil, *filter, *fields, *request, *session;
	int64_t subjects, status, sealed;
};
extern const struct fields audit_row_fields;

struct audit_filter {
	struct day first, last;
	const char *login;	/* exact, NULL = all */
	int64_t before;		/* key of the last row of the page before, 0 */
};
#define AUDIT_PAGE 100

/* Newest first, by key. School administrators see their own school's rows and
 * those of its staff; the board and the auditor all. */
enum err audit_list(struct arena *, struct db *, const struct actor *,
    const struct audit_filter *, int64_t most, struct list *) MUST_USE;

#endif
