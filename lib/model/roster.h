/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Pupils' rosters: a file becomes a preview in the database, the preview is
 * applied in one transaction, and refused when the roster changed since
 * (design 8). Classes come from the roster. Applying twice changes nothing. */
#ifndef MODEL_ROSTER_H
#define MODEL_ROSTER_H

#include "base/arena.h"
#include "base/err.h"
#include "base/field.h"
#include "db/db.h"
#include "model/actor.h"

/* A row as read from the file, cleaned; error: msgid, NULL = good so far. */
struct roster_row {
	int64_t line;		/* of the file, head = 1 */
	int64_t school_id;	/* 0 = unknown */
	int64_t grade;		/* 0 = without */
	const char *class_name, *class_title;
	int64_t seat;		/* 0 = none */
	const char *number, *name, *given, *kana;
	const char *error;
};

/* Keep the rows as a preview and find out what each would do. Scope: a school
 * administrator's rows are of the own school only. Inside the caller's
 * transaction. */
enum err roster_preview(struct arena *, struct db *, const struct actor *,
    const char *file_name, const struct list *rows, struct stamp now,
    struct uid *import) MUST_USE;

enum roster_outcome { ROW_WRONG, ROW_NEW, ROW_CHANGED, ROW_MOVED, ROW_SAME };
extern const struct choice roster_outcomes[];

struct roster_import {
	int64_t id;
	struct uid uid;
	const char *file_name;
	int64_t state;			/* 1 preview, 2 applied */
	int64_t rows_total, rows_new, rows_changed, rows_moved, rows_same;
	int64_t rows_wrong;
	struct stamp created_at, applied_at;
};
extern const struct fields roster_import_fields;

struct roster_line {
	int64_t line, seat;
	const char *school, *class_title, *number, *name, *kana, *error;
	int outcome;
};
extern const struct fields roster_line_fields;

enum err roster_load(struct arena *, struct db *, const struct actor *,
    struct uid, struct roster_import *) MUST_USE;
/* Rows of one outcome, at most `most`, in the file's order. */
enum err roster_lines(struct arena *, struct db *, const struct roster_import *,
    int outcome, int64_t most, struct list *) MUST_USE;
/* Pupils enrolled today in the imported schools whom the file does not name;
 * they stay as they are. */
enum err roster_absent(struct db *, const struct roster_import *,
    struct stamp now, int64_t *n) MUST_USE;

/* Make it so, in the caller's transaction. ERR_STALE: the roster of one of
 * the schools changed since the preview, or it was applied before.
 * ERR_INVALID: it has wrong rows. */
enum err roster_apply(struct arena *, struct db *,
    const struct roster_import *, struct stamp now) MUST_USE;

#endif
