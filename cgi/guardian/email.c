/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Addresses of a guardian and their proof by a link that changes nothing when
 * opened and works on any device (F02). */
#include "guardian/pages.h"

#include "base/conf.h"
#include "base/i18n.h"
#include "model/guardian.h"
#include "out/mail.h"
#include "web/form.h"

/* ── addresses ──────────────────────────────────────────────────────────── */

struct email_form {
	const char *address;
};
FIELDS(struct email_form, email_form_fields,
    F_TEXT(struct email_form, address, .label = N_("メールアドレス"),
	.required = true, .clean = CLEAN_NARROW, .max = 254));
struct email_view {
	struct form *form;
	struct list emails;
	const char *sender;
};
FIELDS(struct email_view, email_view_fields,
    F_FORM(struct email_view, form, &email_form_fields),
    F_ROWS(struct email_view, emails, &guardian_email_fields),
    F_TEXT(struct email_view, sender));
TMPL(email_tmpl, "guardian/email", &email_view_fields);

enum err
guardian_email(struct req *req, struct res *res)
{
	struct email_view *v = arena_new(req->a, struct email_view);
	struct email_form f = { 0 };

	TRY(guardian_emails(req->a, req->db, req->who, &v->emails));
	v->form = form_show(req, &email_form_fields, &f);
	v->sender = req->conf->mail_from;
	return res_page(res, &email_tmpl, v);
}

static const char *
address_refusal(enum err e)
{
	if (e == ERR_EXISTS)
		return N_("このアドレスはすでに確認済みです");
	if (e == ERR_LIMIT)
		return N_("1分以内に送ったばかりか、アドレスの数が上限（5件）です。しばらく待ってからお試しください");
	return NULL;
}

enum err
guardian_email_post(struct req *req, struct res *res)
{
	struct email_view *v = arena_new(req->a, struct email_view);
	struct email_form f;
	enum err e;

	TRY(guardian_emails(req->a, req->db, req->who, &v->emails));
	v->sender = req->conf->mail_from;
	e = form_read(req, &email_form_fields, &f, &v->form);
	if (e == OK && !mail_address_ok(f.address)) {
		form_error(v->form, "address",
		    N_("メールアドレスの形が正しくありません。例：taro@example.jp"));
		e = ERR_INVALID;
	}
	if (e != OK)
		return res_invalid(res, &email_tmpl, v);
	e = guardian_add_email(req->a, req->db, req->who->id, f.address,
	    req->who->lang, req->now);
	if (address_refusal(e) != NULL) {
		form_error(v->form, "address", address_refusal(e));
		return res_invalid(res, &email_tmpl, v);
	}
	TRY(e);
	return res_redirect(res, "/email?done=sent");
}

/* ── the proof of an address ────────────────────────────────────────────── */

struct proof_form {
	const char *t;
};
FIELDS(struct proof_form, proof_form_fields,
    F_TEXT(struct proof_form, t, .label = N_("確認の番号"), .required = true,
	.max = 60));
struct proof_view {
	struct form *form;
	const char *address;
	bool found, verified;
};
FIELDS(struct proof_view, proof_view_fields,
    F_FORM(struct proof_view, form, &proof_form_fields),
    F_TEXT(struct proof_view, address),
    F_BOOL(struct proof_view, found),
    F_BOOL(struct proof_view, verified));
TMPL(proof_tmpl, "guardian/mail/verify", &proof_view_fields);
TMPL(proved_tmpl, "guardian/mail/verified", NULL);

static enum err
find_proof(struct req *req, const char *link, struct proof_view *v,
    struct guardian_email *email)
{
	enum err e = guardian_link_find(req->a, req->db, req->keys, link,
	    req->now, email);

	if (e == ERR_NONE)
		return OK;
	TRY(e);
	v->found = true;
	v->verified = email->verified;
	v->address = email->address;
	return OK;
}

/* Mail scanners follow links: opening one changes nothing. */
enum err
guardian_mail_verify(struct req *req, struct res *res)
{
	struct proof_view *v = arena_new(req->a, struct proof_view);
	struct proof_form f = { req_query(req, "t") };
	struct guardian_email email;

	TRY(find_proof(req, f.t, v, &email));
	v->form = form_show(req, &proof_form_fields, &f);
	return res_page(res, &proof_tmpl, v);
}

enum err
guardian_mail_verify_post(struct req *req, struct res *res)
{
	struct proof_view *v = arena_new(req->a, struct proof_view);
	struct guardian_email email;
	struct proof_form f;
	enum err e;

	e = form_read(req, &proof_form_fields, &f, &v->form);
	TRY(find_proof(req, f.t, v, &email));
	if (e != OK || !v->found)
		return res_invalid(res, &proof_tmpl, v);
	TRY(guardian_verify(req->a, req->db, &email, req->now));
	res->audit_object = email.guardian_id;
	return res_redirect(res, "/mail/verified");
}

enum err
guardian_mail_verified(struct req *req UNUSED, struct res *res)
{
	return res_page(res, &proved_tmpl, NULL);
}
