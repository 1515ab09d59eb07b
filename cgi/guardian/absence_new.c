/* SPDX-License-Identifier: AGPL-3.0-or-later
 * A guardian reports absence, late arrival or early leave (F10, F13): form,
 * check, send, done. The model page: form table, view table, handlers. */
#include "guardian/pages.h"

#include "base/i18n.h"
#include "guardian/reasons.h"
#include "model/absence.h"
#include "model/calendar.h"
#include "model/child.h"
#include "web/form.h"

enum when { WHEN_TODAY = 1, WHEN_NEXT, WHEN_DATE };
static const struct choice whens[] = {
	{ WHEN_TODAY, "today", N_("きょう") },
	{ WHEN_NEXT, "next", N_("次の登校日") },
	{ WHEN_DATE, "date", N_("日付を選ぶ") },
	{ 0, NULL, NULL },
};
enum step { STEP_CHECK = 1, STEP_EDIT, STEP_SEND };
static const struct choice steps[] = {
	{ STEP_CHECK, "check", NULL },
	{ STEP_EDIT, "edit", NULL },
	{ STEP_SEND, "send", NULL },
	{ 0, NULL, NULL },
};

struct report_form {
	struct list pupils;
	int kind, when, step;
	struct day first, last;
	const char *reason, *note;
	struct minute clock;
};
FIELDS(struct report_form, report_form_fields,
    F_UIDS(struct report_form, pupils, .label = N_("お子さま"),
	.required = true, .max = 20),
    F_ENUM(struct report_form, kind, absence_kinds, .label = N_("連絡の種類"),
	.required = true),
    F_ENUM(struct report_form, when, whens, .label = N_("いつ"),
	.required = true),
    F_DAY(struct report_form, first, .label = N_("日付")),
    F_DAY(struct report_form, last, .label = N_("何日まで")),
    F_TEXT(struct report_form, reason, .label = N_("理由"), .required = true,
	.offered = true, .max = 40),
    F_MINUTE(struct report_form, clock, .label = N_("時刻")),
    F_TEXT(struct report_form, note, .label = N_("学校に伝えたいこと"),
	.max = 500, .many_lines = true),
    F_ENUM(struct report_form, step, steps, .label = N_("操作")));

/* A child in the form: those whose school is closed now cannot be chosen. */
struct child_option {
	struct uid uid;
	const char *name, *class_title, *school, *phone;
	struct minute opens, closes;
	bool open, closed_all_day;
};
FIELDS(struct child_option, child_option_fields,
    F_UID(struct child_option, uid),
    F_TEXT(struct child_option, name),
    F_TEXT(struct child_option, class_title),
    F_TEXT(struct child_option, school),
    F_TEXT(struct child_option, phone),
    F_MINUTE(struct child_option, opens),
    F_MINUTE(struct child_option, closes),
    F_BOOL(struct child_option, open),
    F_BOOL(struct child_option, closed_all_day));

struct day_row {
	struct day day;
};
FIELDS(struct day_row, day_row_fields, F_DAY(struct day_row, day));

struct new_view {
	struct form *form;
	struct list children, reasons, days;
	struct day today, next, last_day;
	bool today_is_school, any_open, any_child, is_absent;
	const char *kind;
};
FIELDS(struct new_view, new_view_fields,
    F_FORM(struct new_view, form, &report_form_fields),
    F_ROWS(struct new_view, children, &child_option_fields),
    F_ROWS(struct new_view, reasons, &reason_fields),
    F_ROWS(struct new_view, days, &day_row_fields),
    F_DAY(struct new_view, today),
    F_DAY(struct new_view, next),
    F_DAY(struct new_view, last_day),
    F_BOOL(struct new_view, today_is_school),
    F_BOOL(struct new_view, any_open),
    F_BOOL(struct new_view, any_child),
    F_BOOL(struct new_view, is_absent),
    F_MSG(struct new_view, kind));
TMPL(new_tmpl, "guardian/absence/new", &new_view_fields);
TMPL(check_tmpl, "guardian/absence/check", &new_view_fields);
TMPL(closed_tmpl, "guardian/absence/closed", &new_view_fields);

/* ── the form's choices ─────────────────────────────────────────────────── */

static void
add_option(struct new_view *v, const struct child *c, struct stamp now)
{
	struct child_option *o =
	    LIST_AT(v->children, struct child_option, v->children.n);

	if (!c->may_report)
		return;
	*o = (struct child_option){ c->uid, c->name, c->class_title, c->school,
		c->phone, c->opens, c->closes, child_is_open(c, now),
		!minute_is(c->opens) };
	v->children.n++;
	v->any_child = true;
	v->any_open |= o->open;
}

static struct new_view *
make_view(struct req *req, const struct list *children)
{
	struct new_view *v = arena_new(req->a, struct new_view);
	const char *days_off = NULL;

	v->children.v = arena_array(req->a, children->n + 1,
	    sizeof(struct child_option));
	v->today = stamp_day(req->now);
	for (size_t i = 0; i < children->n; i++) {
		const struct child *c = LIST_AT(*children, struct child, i);

		add_option(v, c, req->now);
		reasons_add(req->a, &v->reasons, c->reasons);
		if (days_off == NULL)
			days_off = c->days_off;
	}
	v->today_is_school = calendar_is_school_day(days_off, v->today);
	v->next = calendar_next(days_off, v->today);
	v->last_day = day_add(v->today, CALENDAR_AHEAD);
	return v;
}

/* The only child and the likely day are chosen already. */
static struct form *
preset(struct req *req, const struct new_view *v)
{
	struct report_form f;
	struct uid *chosen = arena_new(req->a, struct uid);
	const char *asked = req_query(req, "child");

	field_clear(&report_form_fields, &f);
	f.when = v->today_is_school ? WHEN_TODAY : WHEN_NEXT;
	if (v->children.n == 1)
		*chosen = LIST_AT(v->children, struct child_option, 0)->uid;
	else if (asked == NULL || uid_parse(asked, chosen) != OK)
		return form_show(req, &report_form_fields, &f);
	f.pupils = (struct list){ chosen, 1 };
	return form_show(req, &report_form_fields, &f);
}

enum err
guardian_absence_new(struct req *req, struct res *res)
{
	struct list children;
	struct new_view *v;

	TRY(child_list(req->a, req->db, req->who, req->now, &children));
	v = make_view(req, &children);
	v->form = preset(req, v);
	return res_page(res, v->any_open ? &new_tmpl : &closed_tmpl, v);
}

/* ── sending ────────────────────────────────────────────────────────────── */

static struct absence_new
wish(const struct report_form *f, const struct new_view *v)
{
	struct absence_new new = { f->pupils, f->kind, f->first, f->last,
		f->reason, f->clock, f->note };

	if (f->when == WHEN_DATE)
		return new;
	new.first = f->when == WHEN_TODAY ? v->today : v->next;
	new.last = DAY_NONE;
	return new;
}

/* The chosen children and days, for the page that asks to check. */
static void
show_plan(struct new_view *v, const struct absence_plan *plan,
    struct stamp now)
{
	v->children.n = 0;
	for (size_t i = 0; i < plan->children.n; i++)
		add_option(v, *LIST_AT(plan->children, const struct child *, i),
		    now);
	v->days = plan->days; /* struct day_row is a struct day */
}

static enum err
send(struct req *req, struct res *res, const struct absence_new *new,
    const struct absence_plan *plan)
{
	struct uid submission;

	TRY(absence_report(req->a, req->db, req->who, new, plan, req->now,
	    &submission));
	res->audit_count = (int64_t)plan->rows.n;
	if (plan->children.n == 1)
		res->audit_pupil =
		    (*LIST_AT(plan->children, const struct child *, 0))->id;
	res->audit_fields = "kind,reason,day,clock,note";
	return res_redirect(res, "/absence/done/%s",
	    uid_text(req->a, submission));
}

enum err
guardian_absence_new_post(struct req *req, struct res *res)
{
	struct report_form f;
	struct refusal why = { 0 };
	struct absence_plan plan;
	struct absence_new new;
	struct list children;
	struct new_view *v;
	enum err e;

	TRY(child_list(req->a, req->db, req->who, req->now, &children));
	v = make_view(req, &children);
	e = form_read(req, &report_form_fields, &f, &v->form);
	if (e == OK && f.when == WHEN_DATE && !day_is(f.first)) {
		form_error(v->form, "first", N_("日付を入力してください"));
		e = ERR_INVALID;
	}
	if (e == ERR_INVALID || (e == OK && f.step == STEP_EDIT))
		return e == OK ? res_page(res, &new_tmpl, v)
			       : res_invalid(res, &new_tmpl, v);
	TRY(e);
	new = wish(&f, v);
	e = absence_plan(req->a, &children, &new, req->now, &plan, &why);
	if (e == ERR_CLOSED)
		return res_invalid(res, &closed_tmpl, v);
	if (e == ERR_INVALID) {
		form_error(v->form, why.field, why.msg);
		return res_invalid(res, &new_tmpl, v);
	}
	TRY(e);
	if (f.step == STEP_SEND)
		return send(req, res, &new, &plan);
	show_plan(v, &plan, req->now);
	v->is_absent = f.kind == ABSENT;
	v->kind = choice_by_value(absence_kinds, f.kind)->label;
	return res_page(res, &check_tmpl, v);
}
