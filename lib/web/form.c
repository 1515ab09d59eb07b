/* SPDX-License-Identifier: AGPL-3.0-or-later
 * A form as a whole: which inputs belong to which field, the sentences about
 * what is wrong, and what is shown again. Nothing that the table does not
 * name is read. Typed values come from form_value.c; called by pages. */
#include "web/form.h"

#include <inttypes.h>
#include <string.h>

#include "base/kana.h"
#include "base/log.h"
#include "web/form_value.h"

/* What is wrong and what to do, without blame. */
static const char *const sentences[FORM_FAULTS] = {
	[FORM_EMPTY] = N_("{label}を入力してください"),
	[FORM_TWICE] = N_("{label}は1つだけ送ってください"),
	[FORM_LINES] = N_("{label}は改行せずに1行で入力してください"),
	[FORM_SHORT] = N_("{label}は{min}文字以上で入力してください"
			  "（いまは{count}文字です）"),
	[FORM_LONG] = N_("{label}は{max}文字までで入力してください"
			 "（いまは{count}文字です）"),
	[FORM_NUMBER] = N_("{label}は数字で入力してください。例：12"),
	[FORM_SMALL] = N_("{label}は{min}以上の数で入力してください"),
	[FORM_RANGE] = N_("{label}は{min}から{max}までの数で入力してください"),
	[FORM_CHOICE] = N_("{label}は画面に出ているものから選んでください"),
	[FORM_DAY] = N_("{label}の日付が正しくありません。例：2026年6月1日"),
	[FORM_MINUTE] = N_("{label}の時刻が正しくありません。例：8時5分、8:05"),
	[FORM_FEW] = N_("{label}は{min}件以上にしてください"
			"（いまは{count}件です）"),
	[FORM_MANY] = N_("{label}は{max}件までにしてください"
			 "（いまは{count}件です）"),
	[FORM_FILE_TEXT] = N_("{label}のファイルが届きませんでした。"
			      "もう一度選んでください"),
	[FORM_FILE_BIG] = N_("{label}は{max}までのファイルを選んでください"),
};

/* What is said instead of FORM_EMPTY where nothing is typed. */
static const char *
empty_sentence(const struct field *f)
{
	if (f->offered)
		return N_("{label}を選んでください");
	switch (f->type) {
	case FIELD_BOOL:
		return N_("{label}にチェックを入れてください");
	case FIELD_ENUM:
	case FIELD_UID:
	case FIELD_UIDS:
		return N_("{label}を選んでください");
	case FIELD_BYTES:
		return N_("{label}のファイルを選んでください");
	default:
		return sentences[FORM_EMPTY];
	}
}

static const char *
size_text(struct arena *a, int64_t n)
{
	if (n >= 1 << 20)
		return str_printf(a, "%" PRId64 "MB", n >> 20);
	if (n >= 1 << 10)
		return str_printf(a, "%" PRId64 "KB", n >> 10);
	return str_printf(a, "%" PRId64 "B", n);
}

/* The first fault found of a field stays: it is the nearest to the typing. */
static void
say(struct form *form, size_t i, const char *msgid, size_t count)
{
	const struct field *f = &form->of->v[i];
	struct arena *a = form->a;
	const char *label = f->label != NULL ? f->label : N_("この項目");
	int64_t max = form_value_max(f);

	form->bad = true;
	if (form->error[i] != NULL)
		return;
	form->error[i] = i18n_format(a, form->lang, msgid,
	    "label", i18n_text(form->lang, label),
	    "min", str_printf(a, "%" PRId64, f->min),
	    "max",
	    f->type == FIELD_BYTES ? size_text(a, max) :
				     str_printf(a, "%" PRId64, max),
	    "count", str_printf(a, "%zu", count), NULL);
}

static struct form *
new_form(struct req *r, const struct fields *of)
{
	struct form *form = arena_new(r->a, struct form);

	form->of = of;
	form->a = r->a;
	form->lang = r->lang;
	form->text = arena_array(r->a, of->n, sizeof(*form->text));
	form->values = arena_array(r->a, of->n, sizeof(*form->values));
	form->error = arena_array(r->a, of->n, sizeof(*form->error));
	return form;
}

static struct list
one_text(struct arena *a, const char *text)
{
	struct list out = { arena_alloc(a, sizeof(char *)), 1 };

	*LIST_AT(out, const char *, 0) = text;
	return out;
}

/* What the page shows again; a password is never among it. A checkbox has one
 * text for "set", so that templates need to know one only. */
static void
keep(struct form *form, size_t i, struct list texts)
{
	const struct field *f = &form->of->v[i];
	const char *first =
	    texts.n > 0 ? *LIST_AT(texts, const char *, 0) : NULL;

	if (f->clean == CLEAN_NONE)
		return;
	if (f->type == FIELD_BOOL && str_eq(first, "on")) {
		first = "1";
		texts = one_text(form->a, first);
	}
	form->values[i] = texts;
	form->text[i] = first;
}

static bool
is_sent(const struct pair *p, const char *name)
{
	return p->file == NULL && str_eq(p->name, name);
}

static struct list
sent(struct arena *a, const struct list *pairs, const char *name)
{
	struct list out = { NULL, 0 };
	size_t n = 0;

	for (size_t i = 0; i < pairs->n; i++)
		n += is_sent(LIST_AT(*pairs, const struct pair, i), name);
	if (n == 0)
		return out;
	out.v = arena_array(a, n, sizeof(char *));
	for (size_t i = 0; i < pairs->n; i++) {
		const struct pair *p = LIST_AT(*pairs, const struct pair, i);

		if (is_sent(p, name))
			*LIST_AT(out, const char *, out.n++) = p->value;
	}
	return out;
}

/* One date from the three inputs name_y, name_m and name_d (standards 2.3).
 * A year may be 2026, 令和8 or R8; a part sent twice makes two dates, which
 * is one too many. */
static struct list
day_parts(struct arena *a, const struct list *pairs, const char *name)
{
	static const char *const suffix[] = { "_y", "_m", "_d" };
	const char *part[3];
	size_t given = 0;
	bool era;

	for (size_t i = 0; i < 3; i++) {
		struct list s =
		    sent(a, pairs, str_printf(a, "%s%s", name, suffix[i]));

		if (s.n > 1)
			return s;
		given += s.n;
		part[i] = "";
		if (s.n == 1)
			part[i] = str_trim(a,
			    kana_narrow(a, *LIST_AT(s, const char *, 0)));
	}
	if (given == 0)
		return (struct list){ NULL, 0 };
	if (*part[0] == '\0' && *part[1] == '\0' && *part[2] == '\0')
		return one_text(a, "");
	era = *part[0] >= 'A' && *part[0] <= 'z';
	return one_text(a,
	    str_printf(a, era ? "%s.%s.%s" : "%s年%s月%s日", part[0], part[1],
		part[2]));
}

static void
read_field(struct form *form, size_t i, const struct list *pairs, void *out)
{
	const struct field *f = &form->of->v[i];
	enum form_fault fault;
	size_t count = 0;

	if (f->type == FIELD_BYTES) {
		fault = form_value_file(f, pairs, field_ptr(f, out));
	} else {
		struct list texts = sent(form->a, pairs, f->name);

		if (texts.n == 0 && f->type == FIELD_DAY)
			texts = day_parts(form->a, pairs, f->name);
		keep(form, i, texts);
		fault = form_value_read(form->a, f, &texts, field_ptr(f, out),
		    &count);
	}
	if (fault == FORM_EMPTY && f->required)
		say(form, i, empty_sentence(f), count);
	else if (fault != FORM_FINE && fault != FORM_EMPTY)
		say(form, i, sentences[fault], count);
}

static enum err
check_table(const struct fields *of)
{
	for (size_t i = 0; i < of->n; i++)
		if (!form_value_is(&of->v[i])) {
			log_error("form_table", "%s.%s cannot be an input",
			    of->name, of->v[i].name);
			return ERR_BUG;
		}
	return OK;
}

static enum err
read_pairs(struct req *r, const struct fields *of, const struct list *pairs,
    void *out, struct form **form)
{
	*form = new_form(r, of);
	field_clear(of, out);
	TRY(check_table(of));
	for (size_t i = 0; i < of->n; i++)
		read_field(*form, i, pairs, out);
	return (*form)->bad ? ERR_INVALID : OK;
}

enum err
form_read(struct req *r, const struct fields *of, void *out, struct form **form)
{
	enum err e = read_pairs(r, of, &r->body_pairs, out, form);

	if (e == ERR_BUG || r->token != NULL)
		return e;
	(*form)->bad = true;
	(*form)->notice = i18n_text(r->lang,
	    N_("この画面を開いてから時間がたったか、すでに送信されています。内容をご確認のうえ、もう一度送ってください。"));
	return ERR_INVALID;
}

enum err
form_read_query(struct req *r, const struct fields *of, void *out,
    struct form **form)
{
	return read_pairs(r, of, &r->query_pairs, out, form);
}

struct form *
form_show(struct req *r, const struct fields *of, const void *strct)
{
	struct form *form = new_form(r, of);

	if (check_table(of) != OK)
		return form;
	for (size_t i = 0; i < of->n; i++) {
		const struct field *f = &of->v[i];

		keep(form, i, form_value_show(r->a, f, field_get(f, strct)));
	}
	return form;
}

size_t
form_index(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->of->n; i++)
		if (str_eq(form->of->v[i].name, name))
			return i;
	return SIZE_MAX;
}

void
form_error(struct form *form, const char *name, const char *msgid)
{
	size_t i = form_index(form, name);

	form->bad = true;
	if (i == SIZE_MAX)
		log_error("form_field", "%s has no field %s", form->of->name,
		    name);
	else
		say(form, i, msgid, 0);
}

void
form_set(struct form *form, const char *name, const char *text)
{
	size_t i = form_index(form, name);

	if (i == SIZE_MAX)
		log_error("form_field", "%s has no field %s", form->of->name,
		    name);
	else
		keep(form, i,
		    text != NULL ? one_text(form->a, text) :
				   (struct list){ NULL, 0 });
}

bool
form_has(const struct form *form, size_t index, const char *value)
{
	const struct list *values;

	if (index >= form->of->n)
		return false;
	values = &form->values[index];
	for (size_t i = 0; i < values->n; i++)
		if (str_eq(*LIST_AT(*values, const char *, i), value))
			return true;
	return false;
}
