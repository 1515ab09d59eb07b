/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Headings to cells, and the words an import ends with. No SQL. */
#include "ctl_table.h"

#include <stdio.h>

#include "base/i18n.h"
#include "base/kana.h"
#include "base/list.h"
#include "base/log.h"
#include "base/utf8.h"
#include "in/charset.h"
#include "in/csv.h"

#define FILE_MAX ((size_t)16 << 20)
#define ROWS_MAX 100000

struct reading {
	struct arena *a;
	const struct ctl_column *columns;
	size_t at[CTL_COLUMNS];		/* column + 1, 0 = absent */
	bool headed;
	struct list rows;
	const char *missing;
};

static enum err
read_head(struct reading *r, const struct csv_row *row)
{
	for (size_t k = 0; r->columns[k].heading != NULL; k++) {
		for (size_t i = 0; i < row->n && r->at[k] == 0; i++)
			if (str_eq(str_trim(r->a, row->v[i]),
				r->columns[k].heading))
				r->at[k] = i + 1;
		if (r->at[k] == 0 && r->columns[k].required) {
			r->missing = r->columns[k].heading;
			return ERR_INVALID;
		}
	}
	r->headed = true;
	return OK;
}

static enum err
read_row(const struct csv_row *row, void *arg)
{
	struct reading *r = arg;
	struct ctl_row *x;

	if (!r->headed)
		return read_head(r, row);
	x = list_add(r->a, &r->rows, sizeof *x);
	*x = (struct ctl_row){ .line = (int64_t)row->number };
	for (size_t k = 0; r->columns[k].heading != NULL; k++) {
		const struct ctl_column *column = &r->columns[k];
		size_t at = r->at[k];

		x->cell[k] = at == 0 || at > row->n
		    ? ""
		    : str_trim(r->a, kana_compose(r->a, row->v[at - 1]));
		if (column->required && *x->cell[k] == '\0')
			x->error = str_printf(r->a, "%sが空です",
			    column->heading);
		else if (utf8_count(x->cell[k]) > column->max)
			x->error = str_printf(r->a, "%sは%zu文字までです",
			    column->heading, column->max);
	}
	return OK;
}

static enum err
complain(const char *file, size_t line, const char *why)
{
	printf("%s", file);
	if (line > 0)
		printf(":%zu", line);
	printf(": %s\n", why);
	return ERR_INVALID;
}

enum err
ctl_table(struct ctl *c, const char *file, const struct ctl_column *columns,
    struct list *rows)
{
	static const struct csv_limits limits = { ROWS_MAX, 100, 4000 };
	struct reading r = { .a = c->a, .columns = columns };
	const char *text, *why = NULL;
	enum charset charset;
	struct bytes bytes;
	size_t at = 0;

	TRY(ctl_read(c, file, FILE_MAX, &bytes));
	if (charset_read(c->a, bytes, &charset, &text, &why) != OK)
		return complain(file, 0, why);
	if (csv_read(c->a, text, strlen(text), &limits, read_row, &r, &why,
		&at) != OK) {
		if (r.missing != NULL)
			why = str_printf(c->a, "「%s」の列が見つかりません",
			    r.missing);
		return complain(file, at, why == NULL ? "" : why);
	}
	if (r.rows.n == 0)
		return complain(file, 0, "行がありません");
	*rows = r.rows;
	return OK;
}

void
ctl_count(struct ctl_counts *counts, const struct ctl_outcome *x)
{
	if (x->outcome == ROW_WRONG && counts->n[ROW_WRONG] < CTL_WRONG_SHOWN)
		printf("%lld行目 %s: %s\n", (long long)x->line, x->about,
		    x->error);
	counts->n[x->outcome]++;
}

void
ctl_print_counts(const struct ctl_counts *counts, bool applied)
{
	printf("新規 %lld  変更 %lld  移動 %lld  変わりなし %lld  誤り %lld\n",
	    (long long)counts->n[ROW_NEW], (long long)counts->n[ROW_CHANGED],
	    (long long)counts->n[ROW_MOVED], (long long)counts->n[ROW_SAME],
	    (long long)counts->n[ROW_WRONG]);
	if (counts->n[ROW_WRONG] > 0)
		printf("誤りがあるため、何も登録していません\n");
	else if (!applied)
		printf("確認だけです。登録するには --apply を付けます\n");
}
