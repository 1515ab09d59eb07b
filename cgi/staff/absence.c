/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The school's list of a day (F14): for the homeroom teacher the own class,
 * for others the school; unconfirmed first; confirm; CSV of just what is shown;
 * rows alone for the page that refreshes itself. */
#include "staff/pages.h"

#include "base/i18n.h"
#include "model/absence.h"
#include "model/absence_list.h"
#include "model/school.h"
#include "out/csv.h"
#include "web/form.h"
#include "web/url.h"

/* What the URL asks for; every link of the page carries it on. */
struct filter_form {
	struct uid school, class;
	struct day day;
	int kind;
	bool all, unconfirmed;
	const char *v;
	int64_t n;
};
FIELDS(struct filter_form, filter_fields,
    F_UID(struct filter_form, school, .label = N_("学校")),
    F_UID(struct filter_form, class, .label = N_("学級")),
    F_DAY(struct filter_form, day, .label = N_("日付")),
    F_ENUM(struct filter_form, kind, absence_kinds, .label = N_("種別")),
    F_BOOL(struct filter_form, all, .label = N_("学校全体")),
    F_BOOL(struct filter_form, unconfirmed, .label = N_("未確認だけ")),
    F_TEXT(struct filter_form, v, .label = N_("版"), .max = 80),
    F_INT(struct filter_form, n, .label = N_("回"), .max = 100000));

struct list_view {
	struct form *filter;
	struct list schools, classes, rows;
	struct day day, before, after;
	const char *school, *class_title, *version, *query, *school_uid;
	const char *csv_url, *rows_url;
	int64_t n_absent, n_late, n_early, n_new;
	bool choose_school, no_school, may_confirm, whole_school, is_today;
	struct stamp at;
};
FIELDS(struct list_view, list_fields,
    F_FORM(struct list_view, filter, &filter_fields),
    F_ROWS(struct list_view, schools, &school_fields),
    F_ROWS(struct list_view, classes, &class_row_fields),
    F_ROWS(struct list_view, rows, &absence_row_fields),
    F_DAY(struct list_view, day),
    F_DAY(struct list_view, before),
    F_DAY(struct list_view, after),
    F_TEXT(struct list_view, school),
    F_TEXT(struct list_view, class_title),
    F_TEXT(struct list_view, version),
    F_TEXT(struct list_view, query),
    F_TEXT(struct list_view, csv_url),
    F_TEXT(struct list_view, rows_url),
    F_INT(struct list_view, n_absent),
    F_INT(struct list_view, n_late),
    F_INT(struct list_view, n_early),
    F_INT(struct list_view, n_new),
    F_BOOL(struct list_view, choose_school),
    F_BOOL(struct list_view, no_school),
    F_BOOL(struct list_view, may_confirm),
    F_BOOL(struct list_view, whole_school),
    F_BOOL(struct list_view, is_today),
    F_STAMP(struct list_view, at));
TMPL(list_tmpl, "staff/absence/list", &list_fields);

/* ── filter ─────────────────────────────────────────────────────────────── */

/* A homeroom teacher sees the own class first; ?all=1 is the school. */
static void
own_class(const struct req *req, const struct filter_form *f,
    const struct list *classes, struct uid *class)
{
	if (uid_is(f->class) || f->all || req->who->role != ROLE_TEACHER)
		return;
	for (size_t i = 0; i < classes->n; i++) {
		const struct class_row *k =
		    LIST_AT(*classes, struct class_row, i);

		if (!k->own)
			continue;
		*class = k->uid;
		return;
	}
}

static const char *
query_text(struct req *req, const struct filter_form *f)
{
	struct buf *q = buf_new(req->a, 128, 1024);

	buf_printf(q, "day=%s", day_iso(req->a, f->day));
	if (uid_is(f->school))
		buf_printf(q, "&school=%s", uid_text(req->a, f->school));
	if (uid_is(f->class))
		buf_printf(q, "&class=%s", uid_text(req->a, f->class));
	if (f->all)
		buf_str(q, "&all=1");
	if (f->kind != 0)
		buf_printf(q, "&kind=%s",
		    choice_by_value(absence_kinds, f->kind)->name);
	if (f->unconfirmed)
		buf_str(q, "&unconfirmed=1");
	return q->p;
}

static void
show_class(struct list_view *v, struct uid class)
{
	for (size_t i = 0; i < v->classes.n; i++) {
		const struct class_row *k =
		    LIST_AT(v->classes, struct class_row, i);

		if (uid_eq(k->uid, class))
			v->class_title = k->title;
	}
}

/* Day, school and class of this request, checked and in scope. */
static enum err
read_filter(struct req *req, struct list_view *v, struct filter_form *f,
    struct absence_filter *filter)
{
	struct school school;
	enum err e;

	if (form_read_query(req, &filter_fields, f, &v->filter) != OK)
		return ERR_NONE;
	if (!day_is(f->day))
		f->day = stamp_day(req->now);
	e = school_of(req->a, req->db, req->who, f->school, &school);
	v->choose_school = actor_is_city(req->who);
	v->no_school = e == ERR_NONE;
	if (e == ERR_NONE)
		return v->choose_school && !uid_is(f->school) ? OK : e;
	TRY(e);
	v->school = school.name;
	*filter = (struct absence_filter){ school.id, f->class, f->day, f->kind,
		f->unconfirmed };
	TRY(absence_list_head(req->a, req->db, req->who, filter, &v->classes,
	    &v->version));
	own_class(req, f, &v->classes, &f->class);
	show_class(v, f->class);
	filter->class_uid = f->class;
	return OK;
}

static void
count(struct list_view *v)
{
	for (size_t i = 0; i < v->rows.n; i++) {
		const struct absence_row *r =
		    LIST_AT(v->rows, struct absence_row, i);

		v->n_new += r->seen == SEEN_NEW || r->seen == SEEN_CHANGED;
		if (r->state == WITHDRAWN)
			continue;
		v->n_absent += r->kind == ABSENT;
		v->n_late += r->kind == LATE;
		v->n_early += r->kind == EARLY;
	}
}

static void
show_filter(struct req *req, struct list_view *v, struct filter_form *f)
{
	struct filter_form shown = *f;

	v->filter = form_show(req, &filter_fields, &shown);
	v->day = f->day;
	v->before = day_add(f->day, -1);
	v->after = day_add(f->day, 1);
	v->is_today = f->day.n == stamp_day(req->now).n;
	v->whole_school = !uid_is(f->class);
	v->query = query_text(req, f);
	v->csv_url = str_printf(req->a, "/absence/csv?%s", v->query);
	v->rows_url = str_printf(req->a, "/absence/rows?%s", v->query);
	v->at = req->now;
	v->may_confirm = (req->who->role & (ROLE_TEACHER | ROLE_SCHOOL)) != 0;
}

static enum err
load_list(struct req *req, struct res *res, struct list_view *v,
    struct absence_filter *filter)
{
	struct filter_form f;

	TRY(read_filter(req, v, &f, filter));
	show_filter(req, v, &f);
	if (v->no_school)
		return OK;
	TRY(absence_list(req->a, req->db, req->who, filter, &v->rows));
	count(v);
	res->audit_count = (int64_t)v->rows.n;
	res->audit_filter = v->query;
	return OK;
}

/* ── pages ──────────────────────────────────────────────────────────────── */

enum err
staff_absence(struct req *req, struct res *res)
{
	struct list_view *v = arena_new(req->a, struct list_view);
	struct absence_filter filter;

	TRY(load_list(req, res, v, &filter));
	if (v->choose_school)
		TRY(school_list(req->a, req->db, &v->schools));
	return res_page(res, &list_tmpl, v);
}

/* Polls of an open page: 204 while nothing is new. One row in the history for
 * each quarter of an hour (45 polls of 20 s). */
enum err
staff_absence_rows(struct req *req, struct res *res)
{
	struct list_view *v = arena_new(req->a, struct list_view);
	struct absence_filter filter;
	struct filter_form f;

	if (form_read_query(req, &filter_fields, &f, &v->filter) != OK)
		return ERR_NONE;
	if (!day_is(f.day))
		f.day = stamp_day(req->now);
	filter = (struct absence_filter){ .day = f.day };
	if (actor_is_city(req->who)) {
		struct school school;

		TRY(school_of(req->a, req->db, req->who, f.school, &school));
		filter.school_id = school.id;
	}
	TRY(absence_list_version(req->a, req->db, req->who, &filter,
	    &v->version));
	if (str_eq(f.v, v->version)) {
		res->audit_count = f.n > 0 && f.n % 45 == 0;
		return res_nothing(res);
	}
	TRY(load_list(req, res, v, &filter));
	return res_part(res, &list_tmpl, "rows", v);
}

enum err
staff_absence_csv(struct req *req, struct res *res)
{
	struct list_view *v = arena_new(req->a, struct list_view);
	struct absence_filter filter;
	struct buf *csv = csv_new(req->a, 4u * 1024 * 1024);

	TRY(load_list(req, res, v, &filter));
	if (v->no_school)
		return ERR_NONE;
	csv_rows(csv, &absence_row_fields, &v->rows);
	return res_file(res, "text/csv; charset=utf-8; header=present",
	    str_printf(req->a, "欠席連絡_%s_%s%s%s.csv", v->school,
		day_iso(req->a, v->day), v->class_title == NULL ? "" : "_",
		v->class_title == NULL ? "" : v->class_title),
	    csv);
}

/* ── one report ─────────────────────────────────────────────────────────── */

struct show_view {
	struct absence_row row;
	struct day day;
	struct list versions;
	bool may_confirm, is_confirmed;
};
FIELDS(struct show_view, show_fields,
    F_VIEW(struct show_view, row, struct absence_row, &absence_row_fields),
    F_DAY(struct show_view, day),
    F_ROWS(struct show_view, versions, &absence_version_fields),
    F_BOOL(struct show_view, may_confirm),
    F_BOOL(struct show_view, is_confirmed));
TMPL(show_tmpl, "staff/absence/show", &show_fields);

enum err
staff_absence_show(struct req *req, struct res *res)
{
	struct show_view *v = arena_new(req->a, struct show_view);

	TRY(absence_list_load(req->a, req->db, req->who, req->uids[0], &v->row,
	    &v->day));
	TRY(absence_versions(req->a, req->db, req->who, v->row.id,
	    &v->versions));
	v->is_confirmed = v->row.confirmed_version == v->row.version;
	v->may_confirm = !v->is_confirmed &&
	    (req->who->role & (ROLE_TEACHER | ROLE_SCHOOL)) != 0;
	res->audit_pupil = v->row.pupil_id;
	res->audit_object = v->row.id;
	res->audit_count = 1;
	return res_page(res, &show_tmpl, v);
}

/* ── confirming ─────────────────────────────────────────────────────────── */

struct confirm_form {
	struct list seen;	/* "uid:version" of what stood on the screen */
	const char *back;	/* filter of the list to go back to */
};
FIELDS(struct confirm_form, confirm_fields,
    F_TEXTS(struct confirm_form, seen, .label = N_("連絡"), .required = true,
	.max = 1000),
    F_TEXT(struct confirm_form, back, .label = N_("戻り先"), .max = 300));

enum err
staff_absence_confirm_post(struct req *req, struct res *res)
{
	struct confirm_form f;
	struct form *form;

	if (form_read(req, &confirm_fields, &f, &form) != OK)
		return ERR_STALE;
	TRY(absence_confirm(req->a, req->db, req->who, 0, &f.seen, req->now,
	    &res->audit_count));
	if (str_empty(f.back) || res_redirect(res, "/absence?%s&done=confirmed",
	    f.back) != OK)
		return res_redirect(res, "/absence?done=confirmed");
	return OK;
}
