/* SPDX-License-Identifier: AGPL-3.0-or-later
 * A file with headings, as rows of cells in the order that the program wants.
 * For the operator's own lists; pupils' rosters, whose headings vary from
 * school to school, are roster_read's. */
#ifndef CGI_CTL_TABLE_H
#define CGI_CTL_TABLE_H

#include "ctl.h"
#include "model/roster.h"

#define CTL_COLUMNS 8

struct ctl_column {
	const char *heading;
	bool required;		/* the column must be there and filled */
	size_t max;		/* characters */
};

struct ctl_row {
	int64_t line;
	const char *cell[CTL_COLUMNS];	/* trimmed, never NULL */
	const char *error;		/* an empty or too long cell */
};

/* File -> list of struct ctl_row. Says what is wrong with the file as a
 * whole (ERR_INVALID). `columns` ends with a NULL heading. */
enum err ctl_table(struct ctl *, const char *file, const struct ctl_column *,
    struct list *) MUST_USE;

/* What an import did or would do, the first wrong lines among it. */
struct ctl_outcome {
	int64_t line;
	int outcome;		/* enum roster_outcome */
	const char *about, *error;
};
struct ctl_counts {
	int64_t n[ROW_SAME + 1];
};
#define CTL_WRONG_SHOWN 20
void ctl_count(struct ctl_counts *, const struct ctl_outcome *);
/* The line of counts; `applied` says whether it is true already. */
void ctl_print_counts(const struct ctl_counts *, bool applied);

#endif
