/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Uploaded bytes through charset and CSV reader: limits hold, cells are text,
 * and what was read survives the way out and in again. */
#include "in/csv.h"

#include "base/utf8.h"
#include "in/charset.h"
#include "out/csv.h"

#define ROWS 50
#define COLUMNS 8
#define CELL 64

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

struct table {
	struct csv_row rows[ROWS];
	size_t n;
};

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static enum err
keep(const struct csv_row *row, void *arg)
{
	struct table *t = arg;

	must(t->n < ROWS && row->n > 0 && row->n <= COLUMNS);
	must(row->number > (t->n > 0 ? t->rows[t->n - 1].number : 0));
	must(row->v[row->n - 1][0] != '\0');
	for (size_t i = 0; i < row->n; i++) {
		size_t n = strlen(row->v[i]);

		must(n <= CELL && utf8_valid(row->v[i], n));
	}
	t->rows[t->n++] = *row;
	return OK;
}

static bool
read_table(struct arena *a, const char *text, size_t n, size_t cell,
    struct table *t)
{
	struct csv_limits limits = { ROWS, COLUMNS, cell };
	const char *why;
	size_t at;
	enum err err = csv_read(a, text, n, &limits, keep, t, &why, &at);

	must(err == OK || err == ERR_LIMIT || err == ERR_INVALID);
	must((err == OK) == (why == NULL));
	return err == OK;
}

static struct buf *
write_table(struct arena *a, const struct table *t)
{
	struct buf *b = csv_new(a, 1 << 20);

	for (size_t i = 0; i < t->n; i++) {
		for (size_t k = 0; k < t->rows[i].n; k++)
			csv_cell(b, t->rows[i].v[k]);
		csv_end(b);
	}
	must(!buf_overflow(b));
	return b;
}

static void
same(const struct table *x, const struct table *y)
{
	must(x->n == y->n);
	for (size_t i = 0; i < x->n; i++) {
		must(x->rows[i].n == y->rows[i].n);
		for (size_t k = 0; k < x->rows[i].n; k++)
			must(str_eq(x->rows[i].v[k], y->rows[i].v[k]));
	}
}

static void
try_text(struct arena *a, const char *text)
{
	struct table *first = arena_new(a, struct table);
	struct table *again = arena_new(a, struct table);
	struct buf *b;

	if (!read_table(a, text, strlen(text), CELL, first))
		return;
	b = write_table(a, first);
	/* one byte more for the defusing quote */
	must(read_table(a, b->p + 3, b->n - 3, CELL + 1, again));
	same(first, again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena *a = arena_init(64 << 20);
	enum charset charset;
	const char *text = NULL, *why = NULL;
	enum err err = charset_read(a, (struct bytes){ p, n }, &charset, &text,
	    &why);

	must(err == OK ? text != NULL : err == ERR_INVALID && why != NULL);
	if (err == OK)
		try_text(a, text);
	arena_free(a);
	return 0;
}
