/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Runs in login pools: the only workers whose account can read hashes. */
#include "login.h"

#include "base/hex.h"
#include "base/i18n.h"
#include "base/keys.h"
#include "base/password.h"
#include "model/audit.h"
#include "model/failure.h"

#define DEVICE_SECONDS (400 * INT64_C(86400))

FIELDS_SHARED(struct login_form, login_form_fields,
    F_TEXT(struct login_form, login,
	.label = N_("ログインIDまたはメールアドレス"), .required = true,
	.clean = CLEAN_NARROW, .max = 254),
    F_TEXT(struct login_form, password, .label = N_("パスワード"),
	.required = true, .clean = CLEAN_NONE, .max = 128));

FIELDS_SHARED(struct login_view, login_view_fields,
    F_FORM(struct login_view, form, &login_form_fields));

struct login {
	struct credential account;
	struct actor who;	/* for the access history: not signed in yet */
	const char *error;	/* msgid, NULL = proved */
	bool limited;		/* not even looked at: leaves no further row */
};

/* "482-913-507" and "482 913 507" are the issued ID 482913507; whatever has
 * other characters (addresses, staff IDs) stays as it is. */
static const char *
plain_login(struct arena *a, const char *typed)
{
	char *out = str_copy(a, typed), *to = out;

	if (strspn(typed, "0123456789- ") != strlen(typed))
		return out;
	for (const char *from = typed; *from != '\0'; from++)
		if (*from != '-' && *from != ' ')
			*to++ = *from;
	*to = '\0';
	return out;
}

/* ── a device that signed in to this account before ─────────────────────── */

static enum err
device_mac(const struct req *req, int64_t account,
    const unsigned char random[16], unsigned char mac[DIGEST])
{
	char text[64];
	int n = snprintf(text, sizeof text, "device %lld ", (long long)account);

	memcpy(text + n, random, 16);
	return keys_mac(req->keys, KEY_SESSION, keys_id(req->keys, KEY_SESSION),
	    text, (size_t)n + 16, mac);
}

static bool
device_is_known(struct req *req, int64_t account)
{
	const char *cookie = req_cookie(req, "d");
	unsigned char mac[DIGEST];
	struct bytes raw;

	return cookie != NULL && account != 0 &&
	    b64u_parse(req->a, cookie, &raw) == OK && raw.n == 32 &&
	    device_mac(req, account, raw.p, mac) == OK &&
	    mem_equal(mac, raw.p + 16, 16);
}

static enum err
device_remember(struct req *req, struct res *res, int64_t account)
{
	unsigned char cookie[32], mac[DIGEST];

	rand_bytes(cookie, 16);
	TRY(device_mac(req, account, cookie, mac));
	memcpy(cookie + 16, mac, 16);
	return res_cookie(res, "d", b64u_text(req->a, cookie, sizeof cookie),
	    DEVICE_SECONDS);
}

/* ── proving ────────────────────────────────────────────────────────────── */

static enum err
prove(struct req *req, const struct login_form *f, const char *name,
    struct login *login)
{
	bool known = device_is_known(req, login->account.id);
	const char *device = known ? req_cookie(req, "d") : name;
	enum failure_of of = known ? FAILURE_DEVICE : FAILURE_ACCOUNT;
	enum err e = failure_check(req->db, of, device, req->now);

	if (e == OK)
		e = failure_check(req->db, FAILURE_ADDRESS, req->address,
		    req->now);
	if (e == ERR_LIMIT) {
		login->limited = true;
		login->error = N_("続けて間違えたため、いまはログインできません。15分ほど待ってからお試しください");
		return OK;
	}
	TRY(e);
	if (password_matches(login->account.hash, f->password))
		return failure_clear(req->db, of, device);
	login->error = N_("ログインIDかパスワードが違います。もう一度ご確認ください");
	TRY(failure_count(req->db, of, device, req->now));
	return failure_count(req->db, FAILURE_ADDRESS, req->address, req->now);
}

/* Whom the history names. What was typed for an account that does not exist
 * may be somebody's password: it is not kept. */
static void
name_actor(struct login *login)
{
	const struct credential *c = &login->account;

	login->who = (struct actor){ .id = c->id, .role = c->role,
		.login = c->login != NULL ? c->login : "-",
		.organization_id = c->organization_id };
}

static enum err
record_failure(struct req *req, int side, const struct login *login)
{
	struct audit row = { .side = side, .who = &login->who,
		.address = req->address, .agent = req->user_agent,
		.request = req->id, .event = "login",
		.method = req->method_text, .path = req->path,
		.result = AUDIT_REFUSED, .status = 422 };

	return audit_write(req->db, &row, req->now);
}

enum err
login_before(struct req *req, int side,
    enum err (*find)(struct arena *, struct db *, const char *login,
	struct stamp now, struct credential *))
{
	struct login *login = arena_new(req->a, struct login);
	struct login_form f;
	struct form *form;
	const char *name;
	enum err e;

	req->costly = login;
	if (form_read(req, &login_form_fields, &f, &form) != OK)
		return OK; /* the handler shows it */
	name = plain_login(req->a, f.login);
	e = find(req->a, req->db, name, req->now, &login->account);
	if (e == ERR_NONE)
		login->account = (struct credential){ 0 };
	else
		TRY(e);
	name_actor(login);
	TRY(prove(req, &f, name, login));
	return login->error == NULL || login->limited
	    ? OK
	    : record_failure(req, side, login);
}

enum err
login_post(struct req *req, struct res *res, const struct tmpl *tmpl,
    enum err (*open)(struct db *, int64_t id, const unsigned char hash[DIGEST],
	const char *device, struct stamp now))
{
	struct login_view *v = arena_new(req->a, struct login_view);
	const struct login *login = req->costly;
	struct login_form f;
	enum err e;

	if (form_read(req, &login_form_fields, &f, &v->form) != OK)
		return res_invalid(res, tmpl, v);
	if (login->error != NULL) {
		v->form->notice = i18n_text(req->lang, login->error);
		v->form->bad = true;
		return res_invalid(res, tmpl, v);
	}
	e = open(req->db, login->account.id, req->session_hash,
	    req->user_agent, req->now);
	if (e == ERR_NONE) {
		form_error(v->form, "login",
		    N_("いま有効な所属がありません。学校の管理者にご確認ください"));
		return res_invalid(res, tmpl, v);
	}
	TRY(e);
	res->audit_who = &login->who;
	TRY(device_remember(req, res, login->account.id));
	return res_redirect(res, "/");
}
