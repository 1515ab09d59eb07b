/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The operator's lists of schools and of staff: cells become typed rows here,
 * lib/model/setup.c makes them true. Either the whole file or nothing. */
#include "ctl_table.h"

#include <stdio.h>

#include "base/i18n.h"
#include "base/kana.h"
#include "base/log.h"
#include "model/school.h"
#include "model/setup.h"

/* One file in one transaction; a preview is rolled back. */
struct work {
	struct ctl *c;
	struct list rows;
	struct day day;
	bool apply;
	bool seen;	/* rolled back because nothing was to stay */
	enum err (*each)(struct work *, struct db *, size_t row,
	    struct ctl_outcome *);
	const char *event;
	struct ctl_counts counts;
};

static enum err
work_in(struct db *db, void *arg)
{
	struct work *w = arg;
	int64_t board, n;

	w->counts = (struct ctl_counts){ { 0 } };
	TRY(setup_board(db, &w->c->who, w->c->conf.board, w->c->now, &board));
	for (size_t i = 0; i < w->rows.n; i++) {
		struct arena_mark mark = arena_mark(w->c->a);
		struct ctl_outcome x;

		TRY(w->each(w, db, i, &x));
		ctl_count(&w->counts, &x);
		arena_rewind(w->c->a, mark);
	}
	n = w->counts.n[ROW_NEW] + w->counts.n[ROW_CHANGED];
	w->seen = !w->apply || w->counts.n[ROW_WRONG] > 0;
	if (w->seen)
		return ERR_NONE;
	return n == 0 ? OK : ctl_audit(w->c, db, w->event, 0, n);
}

static enum err
run(struct work *w)
{
	enum err e;

	w->apply = w->c->option[CTL_APPLY] != NULL;
	e = db_transaction(w->c->db, work_in, w);
	if (e != OK && !(e == ERR_NONE && w->seen))
		return e;
	ctl_print_counts(&w->counts, w->apply);
	return w->counts.n[ROW_WRONG] > 0 ? ERR_INVALID : OK;
}

/* ── schools ────────────────────────────────────────────────────────────── */

enum { CODE, SCHOOL_NAME, KIND, PHONE, OPENS, CLOSES };

static const struct ctl_column school_columns[] = {
	[CODE] = { "学校コード", true, 13 },
	[SCHOOL_NAME] = { "学校名", true, 100 },
	[KIND] = { "種別", true, 20 },
	[PHONE] = { "電話番号", true, 20 },
	[OPENS] = { "受付開始", true, 5 },
	[CLOSES] = { "受付終了", true, 5 },
	{ NULL, false, 0 },
};

static const struct choice school_kinds[] = {
	{ ELEMENTARY, "小学校", NULL },
	{ JUNIOR_HIGH, "中学校", NULL },
	{ SPECIAL, "特別支援学校", NULL },
	{ 0, NULL, NULL },
};

static const char *
narrow(struct work *w, const struct ctl_row *row, int column)
{
	return kana_narrow(w->c->a, row->cell[column]);
}

static struct setup_school
school_row(struct work *w, const struct ctl_row *row)
{
	const struct choice *kind = choice_by_name(school_kinds,
	    row->cell[KIND]);
	struct setup_school s = {
		.line = row->line,
		.code = narrow(w, row, CODE),
		.name = row->cell[SCHOOL_NAME],
		.phone = narrow(w, row, PHONE),
		.kind = kind == NULL ? 0 : kind->value,
		.error = row->error,
	};

	if (s.error != NULL)
		return s;
	if (kind == NULL)
		s.error = N_("種別は、小学校・中学校・特別支援学校のどれかです");
	else if (s.code[strspn(s.code, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")])
		s.error = N_("学校コードは、英大文字と数字です");
	else if (s.phone[strspn(s.phone, "0123456789-")])
		s.error = N_("電話番号は、数字とハイフンです");
	else if (minute_parse(w->c->a, row->cell[OPENS], &s.opens) != OK ||
	    minute_parse(w->c->a, row->cell[CLOSES], &s.closes) != OK ||
	    s.opens.n >= s.closes.n)
		s.error = N_("受付時間は、5:00 と 22:00 のように書きます");
	return s;
}

static enum err
each_school(struct work *w, struct db *db, size_t i, struct ctl_outcome *x)
{
	const struct ctl_row *row = LIST_AT(w->rows, struct ctl_row, i);
	struct setup_school s = school_row(w, row);

	TRY(setup_school(w->c->a, db, &w->c->who, &s, w->c->now));
	*x = (struct ctl_outcome){ s.line, s.outcome, s.name, s.error };
	return OK;
}

enum err
ctl_import_schools(struct ctl *c)
{
	struct work w = { .c = c, .each = each_school,
		.event = "import.schools" };

	TRY(ctl_table(c, c->arg[0], school_columns, &w.rows));
	TRY(ctl_connect(c));
	return run(&w);
}

/* ── staff ──────────────────────────────────────────────────────────────── */

enum { LOGIN, NAME, KANA, SCHOOL, ROLE, TITLE, CLASSES };

static const struct ctl_column staff_columns[] = {
	[LOGIN] = { "ログインID", true, 64 },
	[NAME] = { "氏名", true, 60 },
	[KANA] = { "ふりがな", false, 60 },
	[SCHOOL] = { "学校名", true, 100 },
	[ROLE] = { "役割", true, 20 },
	[TITLE] = { "職名", false, 40 },
	[CLASSES] = { "担任学級", false, 300 },
	{ NULL, false, 0 },
};

/* A school's name or code, or the board by its name or as such. */
static enum err
find_place(struct ctl *c, struct db *db, const char *word, int64_t *id)
{
	struct list schools;

	*id = 0;
	if (str_eq(word, c->conf.board) || str_eq(word, "教育委員会"))
		return setup_board(db, &c->who, c->conf.board, c->now, id);
	TRY(school_list(c->a, db, &schools));
	for (size_t i = 0; i < schools.n; i++) {
		const struct school *s = LIST_AT(schools, struct school, i);

		if (str_eq(s->name, word) || str_eq(s->code, word))
			*id = s->id;
	}
	return OK;
}

/* The word of the list or the name in the program: 教員, teacher. */
static int
find_role(const char *word)
{
	for (const struct choice *x = role_choices; x->name != NULL; x++)
		if ((x->value & ROLE_STAFF) != 0 &&
		    (str_eq(word, x->label) || str_eq(word, x->name)))
			return x->value;
	return 0;
}

/* 「3年1組、3年2組」 */
static struct list
split_classes(struct arena *a, const char *text)
{
	const char **v = arena_array(a, strlen(text) + 1, sizeof *v);
	static const char comma[] = "、";
	size_t n = 0;

	while (*text != '\0') {
		const char *end = strstr(text, comma);
		size_t len = end == NULL ? strlen(text) : (size_t)(end - text);
		const char *title = str_trim(a, str_copy_n(a, text, len));

		if (*title != '\0')
			v[n++] = title;
		text += len + (end == NULL ? 0 : strlen(comma));
	}
	return (struct list){ v, n };
}

static const char *
staff_fault(const struct setup_staff *s)
{
	static const char plain[] = "0123456789abcdefghijklmnopqrstuvwxyz.-_";

	if (s->login[strspn(s->login, plain)])
		return N_("ログインIDは、英小文字・数字・「.」「-」「_」です");
	if (s->role == 0)
		return N_("役割は、教員・学校管理者・教育委員会・監査のどれかです");
	if (s->organization_id == 0)
		return N_("この学校名は登録されていません");
	for (size_t i = 0; i < s->classes.n; i++)
		if (strlen(*LIST_AT(s->classes, const char *, i)) > 40)
			return N_("学級の名前が長すぎます");
	return NULL;
}

static enum err
staff_row(struct ctl *c, struct db *db, const struct ctl_row *row,
    struct setup_staff *s)
{
	*s = (struct setup_staff){
		.line = row->line,
		.login = kana_narrow(c->a, row->cell[LOGIN]),
		.name = row->cell[NAME],
		.kana = kana_hiragana(c->a, row->cell[KANA]),
		.role = find_role(row->cell[ROLE]),
		.title = row->cell[TITLE],
		.classes = split_classes(c->a,
		    kana_narrow(c->a, row->cell[CLASSES])),
		.error = row->error,
	};
	TRY(find_place(c, db, row->cell[SCHOOL], &s->organization_id));
	if (s->error == NULL)
		s->error = staff_fault(s);
	return OK;
}

static enum err
each_staff(struct work *w, struct db *db, size_t i, struct ctl_outcome *x)
{
	const struct ctl_row *row = LIST_AT(w->rows, struct ctl_row, i);
	struct setup_staff s;

	TRY(staff_row(w->c, db, row, &s));
	TRY(setup_staff(w->c->a, db, &w->c->who, &s, w->day, w->c->now));
	*x = (struct ctl_outcome){ s.line, s.outcome, row->cell[LOGIN],
		s.error };
	return OK;
}

/* From when new postings count: today, or the first of April that comes. */
static enum err
first_day(struct ctl *c, struct day *day)
{
	*day = stamp_day(c->now);
	if (c->option[CTL_DAY] == NULL ||
	    day_parse_iso(c->option[CTL_DAY], day) == OK)
		return OK;
	log_error("usage", "--day: not like 2027-04-01");
	return ERR_INVALID;
}

enum err
ctl_import_staff(struct ctl *c)
{
	struct work w = { .c = c, .each = each_staff, .event = "import.staff" };

	TRY(first_day(c, &w.day));
	TRY(ctl_table(c, c->arg[0], staff_columns, &w.rows));
	TRY(ctl_connect(c));
	return run(&w);
}

/* One person as options instead of a file. */
enum err
ctl_staff_add(struct ctl *c)
{
	static const enum ctl_option from[] = { CTL_LOGIN, CTL_NAME, CTL_KANA,
		CTL_SCHOOL, CTL_ROLE, CTL_TITLE, CTL_CLASS };
	struct ctl_row row = { .line = 1 };
	struct work w = { .c = c, .each = each_staff, .event = "staff.add",
		.rows = { &row, 1 } };

	for (size_t i = 0; i < COUNT(from); i++) {
		const char *text = c->option[from[i]];

		row.cell[i] = text == NULL ? "" : str_trim(c->a, text);
		if (*row.cell[i] == '\0' && staff_columns[i].required)
			row.error = str_printf(c->a, "%sが空です",
			    staff_columns[i].heading);
	}
	c->option[CTL_APPLY] = "";
	TRY(first_day(c, &w.day));
	TRY(ctl_connect(c));
	return run(&w);
}
