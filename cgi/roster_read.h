/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Glue between a roster file (lib/in) and the rows that the model keeps
 * (lib/model/roster): used by the staff page and by renrakuctl. */
#ifndef CGI_ROSTER_READ_H
#define CGI_ROSTER_READ_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "model/roster.h"

#define ROSTER_ROWS 60000	/* rows one file may have */

/* What was wrong with the file as a whole. */
struct roster_problem {
	const char *msg;	/* msgid, may name {what} */
	const char *what;
	int64_t line;		/* 0 = the file */
};

/* File -> list of struct roster_row. `schools`: list of struct school that may
 * appear; `own`: the one meant when the file has no school column, or 0.
 * ERR_INVALID with a problem: encoding, no rows, a missing column. */
enum err roster_read(struct arena *, struct bytes file,
    const struct list *schools, int64_t own, struct list *rows,
    struct roster_problem *) MUST_USE;

#endif
