/* SPDX-License-Identifier: AGPL-3.0-or-later
 * What a guardian keeps in order: welcome page, language, further children
 * (F02, F04). Addresses are email.c. */
#include "guardian/pages.h"

#include "base/i18n.h"
#include "guardian/code.h"
#include "model/child.h"
#include "model/guardian.h"

/* ── welcome and settings ───────────────────────────────────────────────── */

struct child_row {
	const char *name, *school, *class_title;
};
FIELDS(struct child_row, child_row_fields,
    F_TEXT(struct child_row, name),
    F_TEXT(struct child_row, school),
    F_TEXT(struct child_row, class_title));

struct lang_form {
	int lang;
};
static const struct choice langs[] = {
	{ LANG_JA + 1, "ja", "日本語" },
	{ LANG_EN + 1, "en", "English" },
	{ 0, NULL, NULL },
};
FIELDS(struct lang_form, lang_fields,
    F_ENUM(struct lang_form, lang, langs, .label = N_("表示する言語"),
	.required = true));

struct settings_view {
	const char *login;
	struct list children, emails;
	bool no_email;
	struct form *form;
};
FIELDS(struct settings_view, settings_fields,
    F_TEXT(struct settings_view, login),
    F_ROWS(struct settings_view, children, &child_row_fields),
    F_ROWS(struct settings_view, emails, &guardian_email_fields),
    F_BOOL(struct settings_view, no_email),
    F_FORM(struct settings_view, form, &lang_fields));
TMPL(welcome_tmpl, "guardian/welcome", &settings_fields);
TMPL(settings_tmpl, "guardian/settings", &settings_fields);

/* 482913507 as 482-913-507: easier to copy from a screen. */
static const char *
spoken_login(struct arena *a, const char *login)
{
	if (strlen(login) != 9)
		return login;
	return str_printf(a, "%.3s-%.3s-%.3s", login, login + 3, login + 6);
}

static enum err
load_settings(struct req *req, struct settings_view **view)
{
	struct settings_view *v = arena_new(req->a, struct settings_view);
	struct lang_form f = { (int)req->lang + 1 };
	struct list children;

	TRY(child_list(req->a, req->db, req->who, req->now, &children));
	TRY(guardian_emails(req->a, req->db, req->who, &v->emails));
	v->children.v = arena_array(req->a, children.n + 1,
	    sizeof(struct child_row));
	for (size_t i = 0; i < children.n; i++) {
		const struct child *c = LIST_AT(children, struct child, i);

		*LIST_AT(v->children, struct child_row, v->children.n++) =
		    (struct child_row){ c->name, c->school, c->class_title };
	}
	v->login = spoken_login(req->a, req->who->login);
	v->no_email = v->emails.n == 0;
	v->form = form_show(req, &lang_fields, &f);
	*view = v;
	return OK;
}

enum err
guardian_welcome(struct req *req, struct res *res)
{
	struct settings_view *v;

	TRY(load_settings(req, &v));
	return res_page(res, &welcome_tmpl, v);
}

enum err
guardian_settings(struct req *req, struct res *res)
{
	struct settings_view *v;

	TRY(load_settings(req, &v));
	return res_page(res, &settings_tmpl, v);
}

enum err
guardian_settings_language_post(struct req *req, struct res *res)
{
	struct settings_view *v;
	struct lang_form f;
	struct form *form;

	if (form_read(req, &lang_fields, &f, &form) != OK) {
		TRY(load_settings(req, &v));
		v->form = form;
		return res_invalid(res, &settings_tmpl, v);
	}
	TRY(guardian_set_lang(req->db, req->who,
	    lang_tag((enum lang)(f.lang - 1))));
	return res_redirect(res, "/settings?done=language");
}

/* ── one more child ─────────────────────────────────────────────────────── */

enum step { STEP_CHECK = 1, STEP_SEND };
static const struct choice steps[] = {
	{ STEP_CHECK, "check", NULL },
	{ STEP_SEND, "send", NULL },
	{ 0, NULL, NULL },
};
struct child_form {
	const char *code;
	int step;
};
FIELDS(struct child_form, child_form_fields,
    F_TEXT(struct child_form, code, .label = N_("登録コード"),
	.required = true, .clean = CLEAN_NARROW, .max = 40),
    F_ENUM(struct child_form, step, steps, .label = N_("操作")));

struct child_view {
	struct form *form;
	const char *given, *class_title;
};
FIELDS(struct child_view, child_view_fields,
    F_FORM(struct child_view, form, &child_form_fields),
    F_TEXT(struct child_view, given),
    F_TEXT(struct child_view, class_title));
TMPL(child_tmpl, "guardian/child/new", &child_view_fields);
TMPL(child_check_tmpl, "guardian/child/check", &child_view_fields);

struct found {
	enum err found;
	struct letter letter;
};

enum err
guardian_child_new(struct req *req, struct res *res)
{
	struct child_view *v = arena_new(req->a, struct child_view);
	struct child_form f = { 0 };

	v->form = form_show(req, &child_form_fields, &f);
	return res_page(res, &child_tmpl, v);
}

enum err
guardian_child_new_before(struct req *req, struct res *res UNUSED)
{
	struct found *found = arena_new(req->a, struct found);
	struct child_form f;
	struct form *form;

	req->costly = found;
	if (form_read(req, &child_form_fields, &f, &form) != OK)
		return OK;
	found->found = code_find(req, f.code, &found->letter);
	return found->found == ERR_NONE || found->found == ERR_LIMIT
	    ? OK
	    : found->found;
}

enum err
guardian_child_new_post(struct req *req, struct res *res)
{
	struct child_view *v = arena_new(req->a, struct child_view);
	const struct found *found = req->costly;
	struct child_form f;
	enum err e;

	if (form_read(req, &child_form_fields, &f, &v->form) != OK)
		return res_invalid(res, &child_tmpl, v);
	if (found->found != OK) {
		code_error(v->form, found->found);
		return res_invalid(res, &child_tmpl, v);
	}
	v->given = found->letter.given;
	v->class_title = found->letter.class_title;
	if (f.step != STEP_SEND)
		return res_page(res, &child_check_tmpl, v);
	e = guardian_add_child(req->a, req->db, req->who, &found->letter,
	    req->now);
	if (e == ERR_EXISTS) {
		form_error(v->form, "code",
		    N_("このお子さまはすでに登録されています"));
		return res_invalid(res, &child_tmpl, v);
	}
	if (e == ERR_NONE) {
		code_error(v->form, e);
		return res_invalid(res, &child_tmpl, v);
	}
	TRY(e);
	res->audit_pupil = found->letter.pupil_id;
	return res_redirect(res, "/?done=child");
}
