/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Values while a template runs: a reference to text as people read it, to
 * true or false, to rows. Escapes nothing; called by tmpl_render. */
#include "web/tmpl_private.h"

#include <string.h>

#include "base/log.h"

static const void *
at(const struct tmpl_run *run, const struct tmpl_ref *ref)
{
	return run->frame[ref->frame] + ref->offset;
}

/* NULL: the page shows no form this time. */
static const struct form *
form_of(struct tmpl_run *run, const struct tmpl_ref *ref)
{
	const struct form *form =
	    *(const struct form *const *)at(run, ref);
	const struct fields *of;

	if (form == NULL || ref->field == NULL)
		return form;
	of = form->of;
	/* A view that holds the form of another table is our mistake. */
	if (ref->field != NULL && ref->sub != SUB_BAD &&
	    ref->sub != SUB_NOTICE && ref->sub != SUB_ERRORS &&
	    (ref->index >= of->n || (ref->field != &of->v[ref->index] &&
	    !str_eq(ref->field->name, of->v[ref->index].name)))) {
		log_error("template", "a form of %s where %s was promised",
		    of->name, ref->field->name);
		run->err = ERR_BUG;
		return NULL;
	}
	return form;
}

static const char *
max_text(struct tmpl_run *run, const struct field *f)
{
	if (f->type != FIELD_TEXT || f->max <= 0)
		return "";
	return str_printf(run->env->a, "%lld", (long long)f->max);
}

static const char *
form_text(struct tmpl_run *run, const struct tmpl_ref *ref)
{
	const struct form *form = form_of(run, ref);

	if (form == NULL)
		return NULL;
	switch (ref->sub) {
	case SUB_NOTICE:
		return form->notice;
	case SUB_NAME:
		return ref->field->name;
	case SUB_LABEL:
		return ref->field->label;
	case SUB_VALUE:
		return form->text[ref->index];
	case SUB_ERROR:
		return form->error[ref->index];
	case SUB_INVALID:
		return form->error[ref->index] != NULL ? "true" : NULL;
	case SUB_MAXLENGTH:
		return max_text(run, ref->field);
	default:
		return NULL;
	}
}

/* A TEXT or MSG; NULL for none. */
static const char *
string(struct tmpl_run *run, const struct tmpl_ref *ref)
{
	if (ref->sub != SUB_NONE)
		return form_text(run, ref);
	return *(const char *const *)at(run, ref);
}

static const char *
int_text(struct arena *a, int64_t n)
{
	char digits[24], *p = digits + sizeof(digits) - 1;
	uint64_t left = n < 0 ? -(uint64_t)n : (uint64_t)n;

	*p = '\0';
	do {
		*--p = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (n < 0)
		*--p = '-';
	return str_copy(a, p);
}

static const char *
enum_text(const struct tmpl_run *run, const struct tmpl_ref *ref,
    enum tmpl_filter filter, const struct choice *labels)
{
	const struct choice *c = choice_by_value(
	    labels != NULL ? labels : ref->field->choices,
	    *(const int *)at(run, ref));

	if (c == NULL)
		return "";
	return filter == FILTER_NAME || c->label == NULL ? c->name : c->label;
}

static const char *
day_local(const struct tmpl_run *run, struct day d)
{
	return run->lang == LANG_JA ? day_ja(run->env->a, d) :
	    day_en(run->env->a, d);
}

static const char *
day_year(const struct tmpl_run *run, struct day d)
{
	if (run->lang == LANG_JA)
		return day_ja_full(run->env->a, d);
	return str_printf(run->env->a, "%s, %d", day_en(run->env->a, d),
	    day_ymd(d).y);
}

static const char *
day_near(const struct tmpl_run *run, struct day d)
{
	struct day today = run->env->today;
	const char *word = NULL, *text = day_local(run, d);

	if (day_is(today) && d.n == today.n)
		word = N_("きょう");
	else if (day_is(today) && d.n == day_add(today, 1).n)
		word = N_("あした");
	if (word == NULL)
		return text;
	return str_printf(run->env->a, "%s %s", i18n_text(run->lang, word),
	    text);
}

static const char *
day_text(const struct tmpl_run *run, struct day d, enum tmpl_filter filter)
{
	if (!day_is(d))
		return "";
	switch (filter) {
	case FILTER_ISO:
		return day_iso(run->env->a, d);
	case FILTER_FULL:
		return day_year(run, d);
	case FILTER_NEAR:
		return day_near(run, d);
	default:
		return day_local(run, d);
	}
}

static const char *
minute_of(const struct tmpl_run *run, struct minute m, enum tmpl_filter filter)
{
	if (!minute_is(m))
		return "";
	return filter == FILTER_ISO ? minute_iso(run->env->a, m) :
	    minute_text(run->env->a, m);
}

static const char *
stamp_of(const struct tmpl_run *run, struct stamp s, enum tmpl_filter filter)
{
	struct arena *a = run->env->a;
	const char *day, *time;

	if (!stamp_is(s))
		return "";
	if (filter == FILTER_ISO)
		return stamp_iso(a, s);
	time = minute_text(a, stamp_minute(s));
	if (filter == FILTER_TIME)
		return time;
	day = day_local(run, stamp_day(s));
	if (filter == FILTER_DAY)
		return day;
	return str_printf(a, "%s%s%s", day, run->lang == LANG_JA ? "" : " ",
	    time);
}

const char *
tmpl_value_text(struct tmpl_run *run, const struct tmpl_ref *ref,
    enum tmpl_filter filter, const struct choice *labels)
{
	const char *s;

	switch (ref->type) {
	case FIELD_TEXT:
		s = string(run, ref);
		return s != NULL ? s : "";
	case FIELD_MSG:
		s = string(run, ref);
		return str_empty(s) ? "" : i18n_text(run->lang, s);
	case FIELD_INT:
		return int_text(run->env->a, *(const int64_t *)at(run, ref));
	case FIELD_ENUM:
		return enum_text(run, ref, filter, labels);
	case FIELD_DAY:
		return day_text(run, *(const struct day *)at(run, ref),
		    filter);
	case FIELD_MINUTE:
		return minute_of(run, *(const struct minute *)at(run, ref),
		    filter);
	case FIELD_STAMP:
		return stamp_of(run, *(const struct stamp *)at(run, ref),
		    filter);
	case FIELD_UID:
		if (!uid_is(*(const struct uid *)at(run, ref)))
			return "";
		return uid_text(run->env->a,
		    *(const struct uid *)at(run, ref));
	default:
		run->err = ERR_BUG;
		return "";
	}
}

static struct list
choice_rows(struct tmpl_run *run, const struct form *form,
    const struct tmpl_ref *ref)
{
	const struct choice *c = ref->field->choices;
	struct list out = { NULL, 0 };

	while (c[out.n].name != NULL)
		out.n++;
	out.v = arena_array(run->env->a, out.n, sizeof(struct tmpl_choice));
	for (size_t i = 0; i < out.n; i++)
		*LIST_AT(out, struct tmpl_choice, i) = (struct tmpl_choice){
			c[i].name, c[i].label,
			str_eq(form->text[ref->index], c[i].name) ||
			    form_has(form, ref->index, c[i].name),
		};
	return out;
}

static struct list
error_rows(struct tmpl_run *run, const struct form *form)
{
	const struct fields *of = form->of;
	struct list out = { NULL, 0 };

	out.v = arena_array(run->env->a, of->n, sizeof(struct tmpl_error));
	for (size_t i = 0; i < of->n; i++)
		if (form->error[i] != NULL)
			*LIST_AT(out, struct tmpl_error, out.n++) =
			    (struct tmpl_error){ of->v[i].name,
				    of->v[i].label, form->error[i] };
	return out;
}

struct list
tmpl_value_rows(struct tmpl_run *run, const struct tmpl_ref *ref)
{
	const struct form *form;

	if (ref->sub == SUB_NONE)
		return *(const struct list *)at(run, ref);
	form = form_of(run, ref);
	if (form == NULL)
		return (struct list){ NULL, 0 };
	return ref->sub == SUB_ERRORS ? error_rows(run, form) :
	    choice_rows(run, form, ref);
}

static bool
form_bool(struct tmpl_run *run, const struct tmpl_ref *ref)
{
	const struct form *form = form_of(run, ref);

	if (form == NULL)
		return false;
	return ref->sub == SUB_BAD ? form->bad : ref->field->required;
}

static bool
is_true(struct tmpl_run *run, const struct tmpl_ref *ref)
{
	switch (ref->type) {
	case FIELD_TEXT:
	case FIELD_MSG:
		return !str_empty(string(run, ref));
	case FIELD_INT:
		return *(const int64_t *)at(run, ref) != 0;
	case FIELD_BOOL:
		return ref->sub != SUB_NONE ? form_bool(run, ref) :
		    *(const bool *)at(run, ref);
	case FIELD_ENUM:
		return *(const int *)at(run, ref) != 0;
	case FIELD_DAY:
		return day_is(*(const struct day *)at(run, ref));
	case FIELD_MINUTE:
		return minute_is(*(const struct minute *)at(run, ref));
	case FIELD_STAMP:
		return stamp_is(*(const struct stamp *)at(run, ref));
	case FIELD_UID:
		return uid_is(*(const struct uid *)at(run, ref));
	case FIELD_UIDS:
	case FIELD_TEXTS:
	case FIELD_ROWS:
		return tmpl_value_rows(run, ref).n > 0;
	case FIELD_BYTES:
		return ((const struct bytes *)at(run, ref))->n > 0;
	case FIELD_FORM:
		return *(const struct form *const *)at(run, ref) != NULL;
	case FIELD_VIEW:
		break;
	}
	return false;
}

/* Would anything be printed? A zero is. */
static bool
is_present(struct tmpl_run *run, const struct tmpl_ref *ref)
{
	if (ref->type == FIELD_INT)
		return true;
	if (ref->type == FIELD_ENUM)
		return *enum_text(run, ref, FILTER_NONE, NULL) != '\0';
	return is_true(run, ref);
}

static bool
has(struct tmpl_run *run, const struct tmpl_ins *ins)
{
	const struct form *form = form_of(run, &ins->ref);
	const char *value;

	if (form == NULL)
		return false;
	value = tmpl_value_text(run, ins->other, ins->filter, NULL);
	return *value != '\0' && (form_has(form, ins->ref.index, value) ||
	    str_eq(form->text[ins->ref.index], value));
}

bool
tmpl_value_test(struct tmpl_run *run, const struct tmpl_ins *ins)
{
	const char *s;

	switch (ins->test) {
	case TEST_TRUE:
		return is_true(run, &ins->ref);
	case TEST_PRESENT:
		return is_present(run, &ins->ref);
	case TEST_INT:
		return *(const int *)at(run, &ins->ref) == ins->number;
	case TEST_WORD:
		s = string(run, &ins->ref);
		return strcmp(s != NULL ? s : "", ins->s) == 0;
	case TEST_HAS:
		return has(run, ins);
	}
	return false;
}
