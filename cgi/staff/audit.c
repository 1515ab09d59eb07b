/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The access history for auditors (F54): who, role, when, from where, what, on
 * whom, result; and the same as CSV. */
#include "staff/pages.h"

#include "base/i18n.h"
#include "model/audit.h"
#include "out/csv.h"
#include "web/form.h"

#define CSV_ROWS 50000

struct filter_form {
	struct day first, last;
	const char *login;
	int64_t before;
};
FIELDS(struct filter_form, filter_fields,
    F_DAY(struct filter_form, first, .label = N_("いつから")),
    F_DAY(struct filter_form, last, .label = N_("いつまで")),
    F_TEXT(struct filter_form, login, .label = N_("ログインID"),
	.clean = CLEAN_NARROW, .max = 64),
    F_INT(struct filter_form, before, .label = N_("番号")));

struct audit_view {
	struct form *filter;
	struct list rows;
	struct day first, last;
	int64_t next;
};
FIELDS(struct audit_view, audit_view_fields,
    F_FORM(struct audit_view, filter, &filter_fields),
    F_ROWS(struct audit_view, rows, &audit_row_fields),
    F_INT(struct audit_view, next));
TMPL(audit_tmpl, "staff/audit", &audit_view_fields);

static enum err
load(struct req *req, struct res *res, int64_t most, struct audit_view **view)
{
	struct audit_view *v = arena_new(req->a, struct audit_view);
	struct audit_filter filter;
	struct filter_form f;

	*view = v;
	if (form_read_query(req, &filter_fields, &f, &v->filter) != OK)
		return ERR_INVALID;
	if (!day_is(f.last))
		f.last = stamp_day(req->now);
	if (!day_is(f.first))
		f.first = f.last;
	v->filter = form_show(req, &filter_fields, &f);
	filter = (struct audit_filter){ f.first, f.last, f.login, f.before };
	TRY(audit_list(req->a, req->db, req->who, &filter, most, &v->rows));
	v->first = f.first;
	v->last = f.last;
	res->audit_count = (int64_t)v->rows.n;
	res->audit_filter = str_printf(req->a, "first=%s&last=%s&login=%s",
	    day_iso(req->a, f.first), day_iso(req->a, f.last),
	    f.login == NULL ? "" : f.login);
	return OK;
}

enum err
staff_audit(struct req *req, struct res *res)
{
	struct audit_view *v;
	enum err e = load(req, res, AUDIT_PAGE, &v);

	if (e == ERR_INVALID)
		return res_invalid(res, &audit_tmpl, v);
	TRY(e);
	if (v->rows.n == AUDIT_PAGE)
		v->next = LIST_AT(v->rows, struct audit_row, AUDIT_PAGE - 1)->id;
	return res_page(res, &audit_tmpl, v);
}

enum err
staff_audit_csv(struct req *req, struct res *res)
{
	struct audit_view *v;
	struct buf *csv = csv_new(req->a, 32u * 1024 * 1024);

	TRY(load(req, res, CSV_ROWS, &v));
	csv_rows(csv, &audit_row_fields, &v->rows);
	return res_file(res, "text/csv; charset=utf-8; header=present",
	    str_printf(req->a, "操作履歴_%s_%s.csv", day_iso(req->a, v->first),
		day_iso(req->a, v->last)),
	    csv);
}
