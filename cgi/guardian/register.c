/* SPDX-License-Identifier: AGPL-3.0-or-later
 * A guardian registers with the letter's code (F02): code, then password and
 * e-mail (or none), then signed in. No name is asked. */
#include "guardian/pages.h"

#include "base/i18n.h"
#include "base/password.h"
#include "guardian/code.h"
#include "model/guardian.h"
#include "model/session.h"
#include "out/mail.h"

struct account_form {
	const char *code, *password, *address;
};
FIELDS(struct account_form, code_fields,
    F_TEXT(struct account_form, code, .label = N_("登録コード"),
	.required = true, .clean = CLEAN_NARROW, .max = 40));
FIELDS(struct account_form, account_fields,
    F_TEXT(struct account_form, code, .label = N_("登録コード"),
	.required = true, .clean = CLEAN_NARROW, .max = 40),
    F_TEXT(struct account_form, password, .label = N_("パスワード"),
	.required = true, .clean = CLEAN_NONE, .min = PASSWORD_MIN,
	.max = PASSWORD_MAX),
    F_TEXT(struct account_form, address, .label = N_("メールアドレス"),
	.clean = CLEAN_NARROW, .max = 254));

struct code_view {
	struct form *form;
};
FIELDS(struct code_view, code_view_fields,
    F_FORM(struct code_view, form, &code_fields));
TMPL(code_tmpl, "guardian/register/code", &code_view_fields);

struct account_view {
	struct form *form;
	const char *given, *class_title;
};
FIELDS(struct account_view, account_view_fields,
    F_FORM(struct account_view, form, &account_fields),
    F_TEXT(struct account_view, given),
    F_TEXT(struct account_view, class_title));
TMPL(account_tmpl, "guardian/register/account", &account_view_fields);

/* What `before` found out; found: OK, ERR_NONE or ERR_LIMIT. */
struct found {
	enum err found;
	struct letter letter;
	const char *hash;
	const char *weak, *bad_address;
};

enum err
guardian_register(struct req *req, struct res *res)
{
	struct code_view *v = arena_new(req->a, struct code_view);
	struct account_form f = { 0 };

	v->form = form_show(req, &code_fields, &f);
	return res_page(res, &code_tmpl, v);
}

static enum err
find(struct req *req, const char *code, struct found *found)
{
	found->found = code_find(req, code, &found->letter);
	return found->found == ERR_NONE || found->found == ERR_LIMIT
	    ? OK
	    : found->found;
}

enum err
guardian_register_before(struct req *req, struct res *res UNUSED)
{
	struct found *found = arena_new(req->a, struct found);
	struct account_form f;
	struct form *form;

	req->costly = found;
	if (form_read(req, &code_fields, &f, &form) != OK)
		return OK;
	return find(req, f.code, found);
}

enum err
guardian_register_post(struct req *req, struct res *res)
{
	struct code_view *v = arena_new(req->a, struct code_view);
	struct account_view *next = arena_new(req->a, struct account_view);
	const struct found *found = req->costly;
	struct account_form f;

	field_clear(&account_fields, &f);
	if (form_read(req, &code_fields, &f, &v->form) != OK)
		return res_invalid(res, &code_tmpl, v);
	if (found->found != OK) {
		code_error(v->form, found->found);
		return res_invalid(res, &code_tmpl, v);
	}
	next->form = form_show(req, &account_fields, &f);
	next->given = found->letter.given;
	next->class_title = found->letter.class_title;
	return res_page(res, &account_tmpl, next);
}

enum err
guardian_register_account_before(struct req *req, struct res *res UNUSED)
{
	struct found *found = arena_new(req->a, struct found);
	struct account_form f;
	struct form *form;
	enum err e;

	req->costly = found;
	e = form_read(req, &account_fields, &f, &form);
	if (e != OK && f.code == NULL)
		return OK;
	TRY(find(req, f.code, found));
	if (e != OK || found->found != OK)
		return OK;
	found->weak = password_weakness(req->a, f.password, NULL);
	if (f.address != NULL && !mail_address_ok(f.address))
		found->bad_address =
		    N_("メールアドレスの形が正しくありません。例：taro@example.jp");
	if (found->weak != NULL || found->bad_address != NULL)
		return OK;
	return password_hash(req->a, f.password, &found->hash);
}

static enum err
register_now(struct req *req, struct res *res, const struct found *found,
    const struct account_form *f)
{
	struct registration r = { found->hash, f->address,
		lang_tag(req->lang) };
	const char *login;
	int64_t id;

	TRY(guardian_register_letter(req->a, req->db, &found->letter, &r,
	    req->now, &id, &login));
	TRY(session_guardian_open(req->db, id, req->session_hash,
	    req->user_agent, req->now));
	res->audit_object = id;
	res->audit_pupil = found->letter.pupil_id;
	return res_redirect(res, "/welcome");
}

enum err
guardian_register_account_post(struct req *req, struct res *res)
{
	struct account_view *v = arena_new(req->a, struct account_view);
	const struct found *found = req->costly;
	struct account_form f;
	enum err e;

	e = form_read(req, &account_fields, &f, &v->form);
	if (found == NULL || found->found != OK ||
	    found->letter.given == NULL) {
		struct code_view *code = arena_new(req->a, struct code_view);

		code->form = form_show(req, &code_fields, &f);
		code->form->bad = v->form->bad;
		code->form->notice = v->form->notice;
		if (found != NULL)
			code_error(code->form, found->found);
		return res_invalid(res, &code_tmpl, code);
	}
	v->given = found->letter.given;
	v->class_title = found->letter.class_title;
	if (found->weak != NULL)
		form_error(v->form, "password", found->weak);
	if (found->bad_address != NULL)
		form_error(v->form, "address", found->bad_address);
	if (e != OK || found->hash == NULL)
		return res_invalid(res, &account_tmpl, v);
	e = register_now(req, res, found, &f);
	if (e != ERR_NONE)
		return e;
	code_error(v->form, ERR_NONE);
	return res_invalid(res, &account_tmpl, v);
}
