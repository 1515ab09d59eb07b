/* SPDX-License-Identifier: AGPL-3.0-or-later
 * A file of SQL, statement by statement. Knows quotes and comments, not SQL;
 * DELIMITER is not supported: a body of several statements stands on one
 * line, because only a `;` at the end of a line ends a statement. */
#ifndef DB_SCRIPT_H
#define DB_SCRIPT_H

#include <stddef.h>

#include "base/err.h"

struct script {
	const char *at, *end;
	int line;		/* of `at`, from 1 */
};

/* A view into the text, without the `;`. */
struct script_part {
	const char *p;
	size_t n;
	int line;		/* where it begins */
};

struct script script_init(const char *text, size_t n);
/* The next statement; ERR_NONE after the last. ERR_INVALID: a quote, a
 * comment or the statement beginning at part->line does not end, or there is
 * nothing before its `;`. */
enum err script_next(struct script *, struct script_part *) MUST_USE;

#endif
