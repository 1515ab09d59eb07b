/* SPDX-License-Identifier: AGPL-3.0-or-later
 * CSV that opens in Excel: UTF-8 with BOM, CRLF, every cell quoted, formulas
 * defused by a leading "'" (standards 1.9, 3.4). */
#ifndef OUT_CSV_H
#define OUT_CSV_H

#include "base/arena.h"
#include "base/field.h"
#include "base/str.h"

/* A buffer of at most `max` bytes that begins with the BOM. */
struct buf *csv_new(struct arena *, size_t max);
void csv_cell(struct buf *, const char *text);	/* NULL = empty */
void csv_end(struct buf *);			/* end of a record */
/* Heads from the labels, then one record per struct of the list; days as
 * 2026-06-01, minutes as 7:42, stamps as 2026-06-01 07:42:10 in Tokyo, enums
 * as their label. Fields without a label are left out. */
void csv_rows(struct buf *, const struct fields *, const struct list *);

#endif
