/* SPDX-License-Identifier: AGPL-3.0-or-later
 * From a roster file as a school has it to cleaned rows. Column headings are
 * found by the words schools use; order does not matter. */
#include "roster_read.h"

#include "base/i18n.h"
#include "base/kana.h"
#include "base/list.h"
#include "base/utf8.h"
#include "in/charset.h"
#include "in/csv.h"
#include "model/school.h"

enum column { SCHOOL, GRADE, CLASS, SEAT, NUMBER, NAME, FAMILY, GIVEN, KANA,
	FAMILY_KANA, GIVEN_KANA, COLUMNS };

static const struct {
	enum column column;
	const char *heading;	/* narrowed, without blanks */
} headings[] = {
	{ SCHOOL, "学校名" }, { SCHOOL, "学校コード" }, { SCHOOL, "学校" },
	{ SCHOOL, "在籍校" },
	{ GRADE, "学年" }, { GRADE, "年" },
	{ CLASS, "組" }, { CLASS, "学級" }, { CLASS, "クラス" },
	{ CLASS, "学級名" },
	{ SEAT, "出席番号" }, { SEAT, "番号" }, { SEAT, "番" },
	{ NUMBER, "学籍番号" }, { NUMBER, "児童生徒番号" },
	{ NUMBER, "児童番号" }, { NUMBER, "生徒番号" },
	{ NUMBER, "管理番号" }, { NUMBER, "管理コード" },
	{ NAME, "氏名" }, { NAME, "名前" }, { NAME, "児童生徒氏名" },
	{ FAMILY, "姓" }, { GIVEN, "名" }, { FAMILY, "氏" },
	{ KANA, "ふりがな" }, { KANA, "フリガナ" }, { KANA, "氏名かな" },
	{ KANA, "氏名カナ" }, { KANA, "カナ" }, { KANA, "かな" },
	{ FAMILY_KANA, "せい" }, { FAMILY_KANA, "セイ" },
	{ FAMILY_KANA, "姓ふりがな" }, { FAMILY_KANA, "姓カナ" },
	{ GIVEN_KANA, "めい" }, { GIVEN_KANA, "メイ" },
	{ GIVEN_KANA, "名ふりがな" }, { GIVEN_KANA, "名カナ" },
};

struct reading {
	struct arena *a;
	const struct list *schools;
	const char **keys;	/* their names squeezed, in the same order */
	int64_t own;
	size_t at[COLUMNS];	/* column + 1, 0 = absent */
	bool headed;
	struct list rows;
	struct roster_problem *problem;
};

static enum err
problem(struct reading *r, const char *msg, const char *what)
{
	r->problem->msg = msg;
	r->problem->what = what;
	return ERR_INVALID;
}

/* Without blanks and in narrow forms, so that 「学　年」 is 学年. */
static const char *
squeeze(struct arena *a, const char *text)
{
	char *out = kana_narrow(a, text), *to = out;

	for (const char *from = out; *from != '\0'; from++)
		if (*from != ' ' && *from != '\t' && *from != '\n')
			*to++ = *from;
	*to = '\0';
	return out;
}

static enum err
read_head(struct reading *r, const struct csv_row *row)
{
	for (size_t i = 0; i < row->n; i++) {
		const char *word = squeeze(r->a,
		    row->v[i] == NULL ? "" : row->v[i]);

		for (size_t k = 0; k < COUNT(headings); k++)
			if (str_eq(word, headings[k].heading) &&
			    r->at[headings[k].column] == 0)
				r->at[headings[k].column] = i + 1;
	}
	r->headed = true;
	if (r->at[NUMBER] == 0)
		return problem(r, N_("「{what}」の列が見つかりません。1行目に見出しのある名簿を選んでください"), "学籍番号");
	if (r->at[NAME] == 0 && (r->at[FAMILY] == 0 || r->at[GIVEN] == 0))
		return problem(r, N_("「{what}」の列が見つかりません。1行目に見出しのある名簿を選んでください"), "氏名");
	if (r->at[GRADE] == 0)
		return problem(r, N_("「{what}」の列が見つかりません。1行目に見出しのある名簿を選んでください"), "学年");
	if (r->at[SCHOOL] == 0 && r->own == 0)
		return problem(r, N_("「{what}」の列が見つかりません。1行目に見出しのある名簿を選んでください"), "学校名");
	return OK;
}

static const char *
cell(struct reading *r, const struct csv_row *row, enum column c)
{
	size_t at = r->at[c];

	if (at == 0 || at > row->n || row->v[at - 1] == NULL)
		return "";
	return str_trim(r->a, row->v[at - 1]);
}

/* Name by itself or 姓 + 名. */
static const char *
joined(struct reading *r, const struct csv_row *row, enum column whole,
    enum column family, enum column given)
{
	const char *first = cell(r, row, family), *last = cell(r, row, given);

	if (!str_empty(cell(r, row, whole)))
		return cell(r, row, whole);
	if (str_empty(first) || str_empty(last))
		return str_empty(first) ? last : first;
	return str_printf(r->a, "%s %s", first, last);
}

/* What follows the first blank (narrow or wide). */
static const char *
given_name(const char *name)
{
	const char *narrow = strchr(name, ' '), *wide = strstr(name, "　");

	if (narrow == NULL && wide == NULL)
		return name;
	if (wide == NULL || (narrow != NULL && narrow < wide))
		return narrow + 1;
	return wide + strlen("　");
}

static int64_t
school_id(struct reading *r, const char *word)
{
	const char *key = squeeze(r->a, word);

	for (size_t i = 0; i < r->schools->n; i++) {
		const struct school *s = LIST_AT(*r->schools, struct school, i);

		if (str_eq(r->keys[i], key) ||
		    (s->code != NULL && str_eq(s->code, key)))
			return s->id;
	}
	return 0;
}

/* 3 + 1 -> 3年1組; 3 + なかよし -> なかよし; なかよし alone -> なかよし. */
static const char *
class_title(struct arena *a, int64_t grade, const char *name)
{
	if (grade == 0)
		return name;
	if (str_ends(name, "組"))
		return str_printf(a, "%lld年%s", (long long)grade, name);
	if (utf8_count(name) > 2)
		return name;
	return str_printf(a, "%lld年%s組", (long long)grade, name);
}

static void
read_class(struct reading *r, const struct csv_row *row, struct roster_row *x)
{
	char *grade = kana_narrow(r->a, cell(r, row, GRADE));
	const char *name = kana_narrow(r->a, cell(r, row, CLASS));

	if (str_ends(grade, "年"))
		grade[strlen(grade) - strlen("年")] = '\0';
	if (str_parse_int(grade, 1, 9, &x->grade) != OK) {
		x->grade = 0;
		if (str_empty(name))
			name = cell(r, row, GRADE);
	}
	if (str_empty(name))
		x->error = N_("組が空です");
	else if (utf8_count(name) > 20)
		x->error = N_("組の名前は20文字までです");
	x->class_name = name;
	x->class_title = class_title(r->a, x->grade, name);
}

static void
read_person(struct reading *r, const struct csv_row *row, struct roster_row *x)
{
	x->name = kana_compose(r->a, joined(r, row, NAME, FAMILY, GIVEN));
	x->given = given_name(x->name);
	x->kana = kana_hiragana(r->a,
	    kana_compose(r->a, joined(r, row, KANA, FAMILY_KANA, GIVEN_KANA)));
	if (str_empty(x->name))
		x->error = N_("氏名が空です");
	else if (utf8_count(x->name) > 60 || utf8_count(x->kana) > 60)
		x->error = N_("氏名とふりがなは60文字までです");
	else if (utf8_has_private(x->name))
		x->error = N_("外字（パソコンごとに登録した文字）が入っています。この文字は読めないため、別の字に直してください");
}

static void
read_number(struct reading *r, const struct csv_row *row, struct roster_row *x)
{
	const char *seat = kana_narrow(r->a, cell(r, row, SEAT));

	x->number = kana_narrow(r->a, cell(r, row, NUMBER));
	if (!str_empty(seat) && str_parse_int(seat, 1, 999, &x->seat) != OK)
		x->error = N_("出席番号は1から999までの数字にしてください");
	if (str_empty(x->number))
		x->error = N_("学籍番号が空です");
	else if (utf8_count(x->number) > 20)
		x->error = N_("学籍番号は20文字までです");
}

static enum err
read_row(const struct csv_row *row, void *arg)
{
	struct reading *r = arg;
	struct roster_row *x;

	if (!r->headed)
		return read_head(r, row);
	x = list_add(r->a, &r->rows, sizeof *x);
	*x = (struct roster_row){ .line = (int64_t)row->number };
	read_person(r, row, x);
	read_class(r, row, x);
	read_number(r, row, x);
	x->school_id = r->at[SCHOOL] == 0 ? r->own
					  : school_id(r, cell(r, row, SCHOOL));
	if (x->school_id == 0)
		x->error = r->own == 0
		    ? N_("この学校名は登録されていません")
		    : N_("ほかの学校の児童生徒は登録できません");
	return OK;
}

enum err
roster_read(struct arena *a, struct bytes file, const struct list *schools,
    int64_t own, struct list *rows, struct roster_problem *why)
{
	static const struct csv_limits limits = { ROSTER_ROWS + 1, 200, 2000 };
	struct reading r = { .a = a, .schools = schools, .own = own,
		.problem = why };
	enum charset charset;
	const char *text, *msg = NULL;
	size_t at = 0;
	enum err e;

	*why = (struct roster_problem){ 0 };
	r.keys = arena_array(a, schools->n + 1, sizeof *r.keys);
	for (size_t i = 0; i < schools->n; i++)
		r.keys[i] = squeeze(a, LIST_AT(*schools, struct school, i)->name);
	if (charset_read(a, file, &charset, &text, &why->msg) != OK)
		return ERR_INVALID;
	e = csv_read(a, text, strlen(text), &limits, read_row, &r, &msg, &at);
	if (e != OK) {
		if (why->msg == NULL) {
			why->msg = msg;
			why->line = (int64_t)at;
		}
		return ERR_INVALID;
	}
	if (r.rows.n == 0)
		return problem(&r, N_("名簿に児童生徒の行がありません"), NULL);
	*rows = r.rows;
	return OK;
}
