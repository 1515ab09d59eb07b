/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Staff sign in and out; where one lands depends on the role. */
#include "login.h"

#include "base/i18n.h"
#include "model/actor.h"
#include "model/audit.h"
#include "model/session.h"
#include "staff/pages.h"

TMPL(login_tmpl, "staff/login", &login_view_fields);

enum err
staff_login(struct req *req, struct res *res)
{
	struct login_view *v = arena_new(req->a, struct login_view);
	struct login_form f = { 0 };

	v->form = form_show(req, &login_form_fields, &f);
	return res_page(res, &login_tmpl, v);
}

enum err
staff_login_before(struct req *req, struct res *res UNUSED)
{
	return login_before(req, AUDIT_STAFF, credential_staff);
}

enum err
staff_login_post(struct req *req, struct res *res)
{
	return login_post(req, res, &login_tmpl, session_staff_open);
}

enum err
staff_logout_post(struct req *req, struct res *res)
{
	TRY(session_close(req->db, req->who));
	return res_redirect(res, "/login?done=logout");
}

enum err
staff_home(struct req *req, struct res *res)
{
	return res_redirect(res,
	    req->who->role == ROLE_AUDITOR ? "/audit" : "/absence");
}
