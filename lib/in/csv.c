/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Rows out of a CSV text. libcsv finds the cells; this room counts rows as
 * Excel shows them, keeps the limits while reading (not after), and takes off
 * what lib/out/csv.c put before formulas. It knows no headings and no school.
 * Called by the roster import with text that lib/in/charset.c has checked. */
#include "in/csv.h"

#include <csv.h>

#include "base/i18n.h"

/* Callbacks cannot stop libcsv, so it gets the text in pieces. */
#define PIECE 4096

static const char bad_quotes[] = N_("引用符（\"）の使い方が正しくありません。"
    "表計算ソフトで開いて、CSVとして保存し直してください。");
static const char bad_nul[] =
    N_("このファイルには、画面に表示できない文字（制御文字など）が入っています。"
    "その文字を消してから、もう一度選んでください。");
static const char many_rows[] =
    N_("行の数が多すぎます。ファイルをいくつかに分けてください。");
static const char many_columns[] =
    N_("列の数が多すぎます。いらない列を消してください。");
static const char long_cell[] = N_("1つのマスの文字が多すぎます。"
    "引用符（\"）が閉じていないかもしれません。");

struct reader {
	struct arena *a;
	const struct csv_limits *limits;
	enum err (*each)(const struct csv_row *, void *);
	void *arg;
	struct csv_row row;	/* the one being read */
	size_t room;		/* of row.v */
	size_t column;		/* of the next cell, empty ones counted */
	size_t rows;		/* given to each() */
	bool after_cr;
	enum err err;
	const char *why;
};

static int
no_blank(unsigned char c UNUSED)
{
	return 0;
}

static void
stop(struct reader *r, enum err err, const char *why)
{
	r->err = err;
	r->why = why;
}

/* The same list as in lib/out/csv.c; t/out/csv.c reads back what it wrote. */
static bool
is_formula(const char *s)
{
	static const char *const starts[] = { "=", "+", "-", "@", "\t", "\r",
		"\n", "＝", "＋", "－", "＠", "−" };

	for (size_t i = 0; i < COUNT(starts); i++)
		if (str_starts(s, starts[i]))
			return true;
	return false;
}

/* Every array is new: the caller may rewind the arena between rows. */
static void
row_reach(struct reader *r, size_t n)
{
	const char **v;

	if (n > r->room) {
		r->room = r->room == 0 ? 16 : r->room * 2;
		if (r->room < n)
			r->room = n;
		v = arena_array(r->a, r->room, sizeof(*v));
		if (r->row.n > 0)
			memcpy(v, r->row.v, r->row.n * sizeof(*v));
		r->row.v = v;
	}
	while (r->row.n < n)
		r->row.v[r->row.n++] = "";
}

static void
on_cell(void *text, size_t n, void *arg)
{
	struct reader *r = arg;
	const char *s = text;
	size_t column = r->column++;

	r->after_cr = false;
	if (n == 0 || r->err != OK)
		return;
	if (column >= r->limits->columns) {
		stop(r, ERR_LIMIT, many_columns);
		return;
	}
	if (n > r->limits->cell) {
		stop(r, ERR_LIMIT, long_cell);
		return;
	}
	if (*s == '\'' && is_formula(s + strspn(s, "'"))) {
		s++;
		n--;
	}
	row_reach(r, column + 1);
	r->row.v[column] = str_copy_n(r->a, s, n);
}

static void
row_give(struct reader *r)
{
	if (r->rows >= r->limits->rows) {
		stop(r, ERR_LIMIT, many_rows);
		return;
	}
	r->rows++;
	r->err = r->each(&r->row, r->arg);
}

static void
on_row(int c, void *arg)
{
	struct reader *r = arg;

	/* REPALL_NL reports the LF of a CRLF as an empty row of its own. */
	if (c == '\n' && r->after_cr) {
		r->after_cr = false;
		return;
	}
	r->after_cr = c == '\r';
	if (r->err == OK && r->row.n > 0)
		row_give(r);
	if (r->err != OK)
		return;
	r->row = (struct csv_row){ .number = r->row.number + 1 };
	r->room = 0;
	r->column = 0;
}

static void
parse(struct reader *r, struct csv_parser *p, const char *text, size_t n)
{
	size_t size;

	for (size_t at = 0; at < n && r->err == OK; at += size) {
		size = n - at < PIECE ? n - at : PIECE;
		if (csv_parse(p, text + at, size, on_cell, on_row, r) == size) {
			if (r->err == OK && p->entry_pos > r->limits->cell + 1)
				stop(r, ERR_LIMIT, long_cell);
		} else if (r->err == OK) {
			stop(r, ERR_INVALID, bad_quotes);
		}
	}
	if (r->err == OK && csv_fini(p, on_cell, on_row, r) != 0)
		stop(r, ERR_INVALID, bad_quotes);
}

enum err
csv_read(struct arena *a, const char *text, size_t n,
    const struct csv_limits *limits,
    enum err (*each)(const struct csv_row *, void *), void *arg,
    const char **why_r, size_t *at_r)
{
	struct reader r = { .a = a, .limits = limits, .each = each, .arg = arg,
		.row.number = 1 };
	struct csv_parser p;

	*why_r = NULL;
	*at_r = 0;
	if (n > 0 && memchr(text, 0, n) != NULL) {
		*why_r = bad_nul;
		return ERR_INVALID;
	}
	if (csv_init(&p, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL |
	    CSV_EMPTY_IS_NULL | CSV_REPALL_NL) != 0)
		return ERR_BUG;
	csv_set_space_func(&p, no_blank);
	csv_set_blk_size(&p, PIECE);
	parse(&r, &p, text, n);
	csv_free(&p);
	if (r.err != OK) {
		*why_r = r.why;
		*at_r = r.row.number;
	}
	return r.err;
}
