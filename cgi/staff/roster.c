/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The pupils' roster (F59): upload, preview kept in the database, apply. */
#include "staff/pages.h"

#include "base/i18n.h"
#include "base/utf8.h"
#include "model/roster.h"
#include "model/school.h"
#include "roster_read.h"
#include "routes.h"
#include "web/form.h"

#define SHOWN	      100	/* rows of one kind on the preview */
#define FILE_NAME_MAX 200	/* characters of import.file_name */

struct upload_form {
	struct bytes file;
};
FIELDS(struct upload_form, upload_fields,
    F_BYTES(struct upload_form, file, .label = N_("名簿のファイル"),
	.required = true, .max = BODY_ROSTER));

struct upload_view {
	struct form *form;
	int64_t line;
};
FIELDS(struct upload_view, upload_view_fields,
    F_FORM(struct upload_view, form, &upload_fields),
    F_INT(struct upload_view, line));
TMPL(upload_tmpl, "staff/roster/upload", &upload_view_fields);

enum err
staff_roster(struct req *req, struct res *res)
{
	struct upload_view *v = arena_new(req->a, struct upload_view);
	struct upload_form f = { 0 };

	v->form = form_show(req, &upload_fields, &f);
	return res_page(res, &upload_tmpl, v);
}

/* The schools a file of this person may name. */
static enum err
schools_of(struct req *req, struct list *schools, int64_t *own)
{
	struct school *s;

	*own = 0;
	if (actor_is_city(req->who))
		return school_list(req->a, req->db, schools);
	s = arena_new(req->a, struct school);
	TRY(school_of(req->a, req->db, req->who, (struct uid){ 0 }, s));
	*schools = (struct list){ s, 1 };
	*own = s->id;
	return OK;
}

static enum err
refuse(struct req *req, struct res *res, struct upload_view *v,
    const struct roster_problem *why)
{
	const char *text = i18n_format(req->a, req->lang, why->msg, "what",
	    why->what == NULL ? "" : why->what, NULL);

	form_error(v->form, "file", text);
	v->line = why->line;
	return res_invalid(res, &upload_tmpl, v);
}

/* As sent, as far as the column holds it. */
static const char *
file_name(struct arena *a, const struct pair *part)
{
	const char *end = part == NULL ? NULL : part->file;

	if (end == NULL)
		return "";
	for (int i = 0; i < FILE_NAME_MAX && *end != '\0'; i++)
		(void)utf8_next(&end);
	return str_copy_n(a, part->file, (size_t)(end - part->file));
}

enum err
staff_roster_post(struct req *req, struct res *res)
{
	struct upload_view *v = arena_new(req->a, struct upload_view);
	const struct pair *part = req_file(req, "file");
	struct roster_problem why;
	struct upload_form f;
	struct list schools, rows;
	struct uid import;
	int64_t own;
	enum err e;

	if (form_read(req, &upload_fields, &f, &v->form) != OK)
		return res_invalid(res, &upload_tmpl, v);
	TRY(schools_of(req, &schools, &own));
	e = roster_read(req->a, f.file, &schools, own, &rows, &why);
	if (e == ERR_INVALID)
		return refuse(req, res, v, &why);
	TRY(e);
	TRY(roster_preview(req->a, req->db, req->who,
	    file_name(req->a, part), &rows, req->now, &import));
	res->audit_count = (int64_t)rows.n;
	return res_redirect(res, "/roster/%s", uid_text(req->a, import));
}

/* ── preview ────────────────────────────────────────────────────────────── */

struct apply_form {
	int64_t id;
};
FIELDS(struct apply_form, apply_fields,
    F_INT(struct apply_form, id, .label = N_("番号")));

struct preview_view {
	struct roster_import import;
	struct list wrong, added, changed, moved;
	int64_t absent, shown;
	bool applied, can_apply, nothing;
	struct form *form;
};
FIELDS(struct preview_view, preview_fields,
    F_VIEW(struct preview_view, import, struct roster_import,
	&roster_import_fields),
    F_ROWS(struct preview_view, wrong, &roster_line_fields),
    F_ROWS(struct preview_view, added, &roster_line_fields),
    F_ROWS(struct preview_view, changed, &roster_line_fields),
    F_ROWS(struct preview_view, moved, &roster_line_fields),
    F_INT(struct preview_view, absent),
    F_INT(struct preview_view, shown),
    F_BOOL(struct preview_view, applied),
    F_BOOL(struct preview_view, can_apply),
    F_BOOL(struct preview_view, nothing),
    F_FORM(struct preview_view, form, &apply_fields));
TMPL(preview_tmpl, "staff/roster/preview", &preview_fields);

static enum err
load_preview(struct req *req, struct preview_view **view)
{
	struct preview_view *v = arena_new(req->a, struct preview_view);
	struct roster_import *i = &v->import;

	TRY(roster_load(req->a, req->db, req->who, req->uids[0], i));
	TRY(roster_lines(req->a, req->db, i, ROW_WRONG, SHOWN, &v->wrong));
	TRY(roster_lines(req->a, req->db, i, ROW_MOVED, SHOWN, &v->moved));
	TRY(roster_lines(req->a, req->db, i, ROW_CHANGED, SHOWN, &v->changed));
	TRY(roster_lines(req->a, req->db, i, ROW_NEW, SHOWN, &v->added));
	TRY(roster_absent(req->db, i, req->now, &v->absent));
	v->shown = SHOWN;
	v->applied = i->state == 2;
	v->nothing = i->rows_new + i->rows_changed + i->rows_moved == 0;
	v->can_apply = !v->applied && i->rows_wrong == 0 && !v->nothing;
	*view = v;
	return OK;
}

enum err
staff_roster_show(struct req *req, struct res *res)
{
	struct preview_view *v;

	TRY(load_preview(req, &v));
	res->audit_object = v->import.id;
	res->audit_count = v->import.rows_total;
	return res_page(res, &preview_tmpl, v);
}

enum err
staff_roster_apply_post(struct req *req, struct res *res)
{
	struct preview_view *v;
	struct apply_form f;
	struct form *form;
	enum err e;

	TRY(load_preview(req, &v));
	v->form = form_show(req, &apply_fields, &(struct apply_form){ 0 });
	e = form_read(req, &apply_fields, &f, &form);
	if (e != OK) {
		v->form->notice = form->notice;
		v->form->bad = true;
		return res_invalid(res, &preview_tmpl, v);
	}
	e = roster_apply(req->a, req->db, &v->import, req->now);
	if (e == ERR_STALE || e == ERR_INVALID) {
		v->form->bad = true;
		v->form->notice = i18n_text(req->lang, e == ERR_INVALID
		    ? N_("誤りのある行を直して、もう一度ファイルを選んでください。")
		    : N_("この確認画面を開いたあとに、名簿が変わりました。もう一度ファイルを選び、新しい確認画面でお確かめください。"));
		return res_invalid(res, &preview_tmpl, v);
	}
	TRY(e);
	res->audit_object = v->import.id;
	res->audit_count = v->import.rows_total;
	return res_redirect(res, "/roster/%s?done=applied",
	    uid_text(req->a, v->import.uid));
}
