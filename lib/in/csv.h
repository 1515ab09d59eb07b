/* SPDX-License-Identifier: AGPL-3.0-or-later
 * CSV (RFC 4180) as rows of strings with limits; libcsv, strict, underneath.
 * Rows keep the line-independent number a person sees in Excel: header = 1. */
#ifndef IN_CSV_H
#define IN_CSV_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct csv_limits {
	size_t rows, columns, cell;	/* cell in bytes */
};

struct csv_row {
	size_t number;		/* 1 = first row of the file */
	const char **v;
	size_t n;
};

/* Calls `each` per row; trailing empty cells and wholly empty rows (Excel
 * leaves them) are dropped but counted; an empty cell is "", never NULL. A
 * leading "'" before = + - @ TAB CR LF or their wide forms is removed (we put
 * it there). ERR_LIMIT / ERR_INVALID with `why` (msgid) and `at` (row number,
 * 0 = the whole file); an error of each is returned as it is.
 * Cells live in the arena until the caller rewinds it. */
enum err csv_read(struct arena *, const char *text, size_t n,
    const struct csv_limits *, enum err (*each)(const struct csv_row *, void *),
    void *arg, const char **why, size_t *at) MUST_USE;

#endif
