/* SPDX-License-Identifier: AGPL-3.0-or-later
 * What the city's operator sets up: the board, its schools, their staff. Rows
 * come from the operator's files; a wrong row says why and the caller rolls
 * everything back. Nobody but renrakuctl calls this; nothing is deleted. */
#ifndef MODEL_SETUP_H
#define MODEL_SETUP_H

#include "base/arena.h"
#include "base/err.h"
#include "base/jtime.h"
#include "base/keys.h"
#include "base/str.h"
#include "db/db.h"
#include "model/actor.h"
#include "model/roster.h"

struct setup_school {
	int64_t line;			/* of the file, head = 1 */
	const char *code, *name, *phone;
	int kind;			/* enum organization_kind */
	struct minute opens, closes;	/* of reports, on every weekday */
	const char *error;		/* msgid, NULL = good so far */
	int outcome;			/* ROW_NEW, _CHANGED, _SAME, _WRONG */
};

struct setup_staff {
	int64_t line;
	const char *login, *name, *kana;
	int64_t organization_id;	/* 0 = unknown */
	int role;			/* enum role, one bit */
	const char *title;
	struct list classes;		/* const char *: titles, 3年1組 */
	const char *error;
	int outcome;
};

/* The board by the name of the configuration, made when there is none and
 * renamed when it is called otherwise. */
enum err setup_board(struct db *, const struct actor *, const char *name,
    struct stamp now, int64_t *id) MUST_USE;

/* Make or change the school of a code; hours for all seven weekdays, and the
 * usual reasons when it has none. In the caller's transaction. */
enum err setup_school(struct arena *, struct db *, const struct actor *,
    struct setup_school *, struct stamp now) MUST_USE;

/* Make or change a staff member and one posting. A new posting begins on
 * `day` and ends with that day's school year: whoever stays is in next year's
 * file. Its classes become those of the row; a class that the roster has not
 * brought yet is made. In the caller's transaction. */
enum err setup_staff(struct arena *, struct db *, const struct actor *,
    struct setup_staff *, struct day day, struct stamp now) MUST_USE;

/* Grants are given again only when the file or a password changed, because a
 * running worker must not meet an account between REVOKE and GRANT. digest:
 * of both. ERR_NONE: other grants, or none, are in force. */
enum err setup_grants_check(struct db *, const unsigned char digest[DIGEST])
    MUST_USE;
enum err setup_grants_done(struct db *, const unsigned char digest[DIGEST],
    struct stamp now) MUST_USE;

#endif
