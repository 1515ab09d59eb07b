/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Guardians sign in and out; the language of a device. */
#include "login.h"

#include "base/i18n.h"
#include "guardian/pages.h"
#include "model/audit.h"
#include "model/session.h"

TMPL(login_tmpl, "guardian/login", &login_view_fields);

enum err
guardian_login(struct req *req, struct res *res)
{
	struct login_view *v = arena_new(req->a, struct login_view);
	struct login_form f = { 0 };

	v->form = form_show(req, &login_form_fields, &f);
	return res_page(res, &login_tmpl, v);
}

enum err
guardian_login_before(struct req *req, struct res *res UNUSED)
{
	return login_before(req, AUDIT_GUARDIAN, credential_guardian);
}

enum err
guardian_login_post(struct req *req, struct res *res)
{
	return login_post(req, res, &login_tmpl, session_guardian_open);
}

enum err
guardian_logout_post(struct req *req, struct res *res)
{
	TRY(session_close(req->db, req->who));
	return res_redirect(res, "/login?done=logout");
}

/* Sets a cookie only: works before signing in and without script. */
enum err
guardian_language(struct req *req, struct res *res)
{
	const char *to = req_query(req, "to"), *back = req_query(req, "back");
	enum lang lang;

	if (to == NULL || !lang_parse(to, &lang))
		return ERR_NONE;
	TRY(res_cookie(res, "lang", lang_tag(lang), 400 * INT64_C(86400)));
	if (res_redirect(res, "%s", back == NULL ? "/login" : back) != OK)
		return ERR_NONE;
	return OK;
}
