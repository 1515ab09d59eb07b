/* SPDX-License-Identifier: AGPL-3.0-or-later
 * What became of a report: receipt, state, changing and withdrawing within
 * hours (F12). Only the one who reported can change it. */
#include "guardian/pages.h"

#include "base/i18n.h"
#include "guardian/reasons.h"
#include "model/absence.h"
#include "web/form.h"

/* ── done ───────────────────────────────────────────────────────────────── */

struct done_view {
	struct list rows;
	int64_t number;
	struct stamp at;
};
FIELDS(struct done_view, done_fields,
    F_ROWS(struct done_view, rows, &absence_fields),
    F_INT(struct done_view, number),
    F_STAMP(struct done_view, at));
TMPL(done_tmpl, "guardian/absence/done", &done_fields);

enum err
guardian_absence_done(struct req *req, struct res *res)
{
	struct done_view *v = arena_new(req->a, struct done_view);
	const struct absence *first;

	TRY(absence_submitted(req->a, req->db, req->who, req->uids[0],
	    &v->rows));
	first = LIST_AT(v->rows, struct absence, 0);
	v->number = first->submission_id;
	v->at = first->created_at;
	return res_page(res, &done_tmpl, v);
}

/* ── one report ─────────────────────────────────────────────────────────── */

struct change_form {
	int kind;
	const char *reason, *note;
	struct minute clock;
	int64_t version;
};
FIELDS(struct change_form, change_fields,
    F_ENUM(struct change_form, kind, absence_kinds, .label = N_("連絡の種類"),
	.required = true),
    F_TEXT(struct change_form, reason, .label = N_("理由"), .required = true,
	.offered = true, .max = 40),
    F_MINUTE(struct change_form, clock, .label = N_("時刻")),
    F_TEXT(struct change_form, note, .label = N_("学校に伝えたいこと"),
	.max = 500, .many_lines = true),
    F_INT(struct change_form, version, .label = N_("版"), .required = true,
	.min = 1));

struct one_view {
	struct absence report;
	bool open;
	struct list reasons;
	struct form *form;
};
FIELDS(struct one_view, one_fields,
    F_VIEW(struct one_view, report, struct absence, &absence_fields),
    F_BOOL(struct one_view, open),
    F_ROWS(struct one_view, reasons, &reason_fields),
    F_FORM(struct one_view, form, &change_fields));
TMPL(show_tmpl, "guardian/absence/show", &one_fields);
TMPL(edit_tmpl, "guardian/absence/edit", &one_fields);
TMPL(withdraw_tmpl, "guardian/absence/withdraw", &one_fields);

static enum err
load(struct req *req, struct one_view **view)
{
	struct one_view *v = arena_new(req->a, struct one_view);

	TRY(absence_load(req->a, req->db, req->who, req->uids[0], req->now,
	    &v->report));
	v->open = absence_is_open(&v->report, req->now);
	reasons_add(req->a, &v->reasons, v->report.reasons);
	*view = v;
	return OK;
}

static struct form *
show_form(struct req *req, const struct absence *b)
{
	struct change_form f = { b->kind, b->reason, b->note, b->clock,
		b->version };

	return form_show(req, &change_fields, &f);
}

enum err
guardian_absence(struct req *req, struct res *res)
{
	struct one_view *v;

	TRY(load(req, &v));
	return res_page(res, &show_tmpl, v);
}

enum err
guardian_absence_edit(struct req *req, struct res *res)
{
	struct one_view *v;

	TRY(load(req, &v));
	v->form = show_form(req, &v->report);
	return res_page(res, v->open ? &edit_tmpl : &show_tmpl, v);
}

static void
note_subject(struct res *res, const struct absence *b)
{
	res->audit_pupil = b->pupil_id;
	res->audit_object = b->id;
	res->audit_count = 1;
}

/* Changed in another window since it was shown: what was typed stays, and who
 * sends once more means the report as it is now. */
static void
changed_meanwhile(struct req *req, struct one_view *v)
{
	v->form->bad = true;
	v->form->notice = i18n_text(req->lang,
	    N_("表示したあとに、ほかの画面でこの連絡が変更されました。よろしければ、もう一度送ってください。"));
	form_set(v->form, "version",
	    str_printf(req->a, "%lld", (long long)v->report.version));
}

enum err
guardian_absence_edit_post(struct req *req, struct res *res)
{
	struct absence_change change;
	struct change_form f;
	struct refusal why = { 0 };
	struct one_view *v;
	enum err e;

	TRY(load(req, &v));
	if (form_read(req, &change_fields, &f, &v->form) != OK)
		return res_invalid(res, v->open ? &edit_tmpl : &show_tmpl, v);
	change = (struct absence_change){ f.kind, f.reason, f.clock, f.note,
		f.version };
	e = absence_change(req->a, req->db, req->who, &v->report, &change,
	    req->now, &why);
	if (e == ERR_INVALID) {
		form_error(v->form, why.field, why.msg);
		return res_invalid(res, &edit_tmpl, v);
	}
	if (e == ERR_CLOSED)
		return res_invalid(res, &show_tmpl, v);
	if (e == ERR_STALE) {
		changed_meanwhile(req, v);
		return res_invalid(res, &edit_tmpl, v);
	}
	TRY(e);
	note_subject(res, &v->report);
	res->audit_fields = "kind,reason,clock,note";
	return res_redirect(res, "/absence/%s?done=changed",
	    uid_text(req->a, v->report.uid));
}

enum err
guardian_absence_withdraw(struct req *req, struct res *res)
{
	struct one_view *v;

	TRY(load(req, &v));
	v->form = show_form(req, &v->report);
	return res_page(res, v->open ? &withdraw_tmpl : &show_tmpl, v);
}

struct withdraw_form {
	int64_t version;
};
FIELDS(struct withdraw_form, withdraw_fields,
    F_INT(struct withdraw_form, version, .label = N_("版"), .required = true,
	.min = 1));

enum err
guardian_absence_withdraw_post(struct req *req, struct res *res)
{
	struct withdraw_form f;
	struct form *form;
	struct one_view *v;
	enum err e;

	TRY(load(req, &v));
	v->form = show_form(req, &v->report);
	if (form_read(req, &withdraw_fields, &f, &form) != OK) {
		v->form->notice = form->notice;
		v->form->bad = true;
		return res_invalid(res, v->open ? &withdraw_tmpl : &show_tmpl,
		    v);
	}
	e = absence_withdraw(req->a, req->db, req->who, &v->report, f.version,
	    req->now);
	if (e == ERR_CLOSED)
		return res_invalid(res, &show_tmpl, v);
	if (e == ERR_STALE) {
		changed_meanwhile(req, v);
		return res_invalid(res, &withdraw_tmpl, v);
	}
	TRY(e);
	note_subject(res, &v->report);
	return res_redirect(res, "/absence/%s?done=withdrawn",
	    uid_text(req->a, v->report.uid));
}
