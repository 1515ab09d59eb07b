/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Proving a password, the same for both sides (F01, design 11): counted per
 * account for unknown devices, per device that signed in before, per address;
 * the answer never tells whether an account exists. */
#ifndef CGI_LOGIN_H
#define CGI_LOGIN_H

#include "base/err.h"
#include "base/field.h"
#include "db/db.h"
#include "model/credential.h"
#include "web/form.h"
#include "web/req.h"
#include "web/res.h"

struct login_form {
	const char *login, *password;
};
extern const struct fields login_form_fields;

struct login_view {
	struct form *form;
};
extern const struct fields login_view_fields;

/* The route's `before`: leaves a struct login in req->costly; a failure is
 * counted and stands in the access history. side: enum audit_side. */
enum err login_before(struct req *, int side,
    enum err (*find)(struct arena *, struct db *, const char *login,
	struct stamp now, struct credential *)) MUST_USE;

/* The handler of the POST: shows `tmpl` again with an error, or calls `open`
 * and leads home. */
enum err login_post(struct req *, struct res *, const struct tmpl *,
    enum err (*open)(struct db *, int64_t id, const unsigned char hash[DIGEST],
	const char *device, struct stamp now)) MUST_USE;

#endif
