/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The life of one request, in the order of design 4: route, origin, session,
 * permission, body, token, costly work, transaction, handler, audit, commit,
 * answer. What must never be forgotten stands here, for every page at once;
 * handlers only say what they want. */
#include "app.h"
#include "page.h"

#include "base/hex.h"
#include "base/i18n.h"
#include "base/log.h"
#include "model/audit.h"
#include "model/failure.h"
#include "model/form_token.h"
#include "model/session.h"
#include "web/form.h"
#include "web/multipart.h"
#include "web/token.h"
#include "web/url.h"

#define PAGE_MAX (8u * 1024 * 1024)

/* Everything one request gathers on its way. */
struct trip {
	struct app *app;
	struct req *req;
	struct res *res;
	const struct route *route;
	unsigned char browser[DIGEST];		/* what tokens bind to */
	unsigned char session[DIGEST];		/* hash of the cookie */
	unsigned char token[DIGEST];		/* id of this POST's token */
	unsigned char body[DIGEST];		/* digest of what was sent */
	struct actor who;
	const char *presession;			/* cookie to set, or NULL */
	struct arena_mark before;		/* the first try of the transaction */
	bool wrote;				/* the transaction committed */
	bool spent;				/* the token was used otherwise */
};

/* ── who ────────────────────────────────────────────────────────────────── */

static enum err
load_session(struct trip *t)
{
	struct req *req = t->req;
	const char *cookie = req_cookie(req, "s");
	struct bytes raw;
	enum err e;

	if (cookie == NULL || b64u_parse(req->a, cookie, &raw) != OK ||
	    raw.n != 32)
		return ERR_NONE;
	sha256(raw.p, raw.n, t->session);
	e = t->app->side == SIDE_GUARDIAN
	    ? session_guardian(req->a, t->app->reader, t->session, req->now,
		  &t->who)
	    : session_staff(req->a, t->app->reader, t->session, req->now,
		  &t->who);
	if (e != OK)
		return e;
	memcpy(t->browser, t->session, DIGEST);
	req->who = &t->who;
	if (!lang_parse(t->who.lang, &req->lang))
		req->lang = LANG_JA;
	return OK;
}

/* A signed cookie that stores nothing on the server. */
static void
load_presession(struct trip *t)
{
	struct req *req = t->req;
	const char *cookie = req_cookie(req, "p");

	if (cookie != NULL &&
	    presession_check(t->app->keys, cookie, req->now, t->browser) == OK)
		return;
	t->presession = presession_new(req->a, t->app->keys, req->now,
	    t->browser);
}

static enum err
sign_in_first(struct trip *t)
{
	return res_redirect(t->res, "/login");
}

static struct audit
audit_row(const struct trip *t, int result, int status)
{
	const struct req *req = t->req;
	const struct res *res = t->res;

	return (struct audit){
		.side = t->app->side == SIDE_STAFF ? AUDIT_STAFF
						   : AUDIT_GUARDIAN,
		.who = res->audit_who != NULL ? res->audit_who : req->who,
		.address = req->address,
		.agent = req->user_agent,
		.request = req->id,
		.event = t->route->audit,
		.method = req->method_text,
		.path = req->path,
		.object_id = res->audit_object,
		.pupil_id = res->audit_pupil,
		.subjects = res->audit_count,
		.filter = res->audit_filter,
		.fields = res->audit_fields,
		.result = result,
		.status = status,
	};
}

/* Signed-in people who ask for what is not theirs leave a row, but not more
 * than the limit in a quarter of an hour. */
static enum err
deny(struct trip *t)
{
	struct req *req = t->req;
	const char *session = hex_text(req->a, t->session, DIGEST);
	struct audit row = audit_row(t, AUDIT_DENIED, 403);

	if (failure_check(t->app->writer, FAILURE_DENIED, session, req->now) ==
	    OK) {
		TRY(failure_count(t->app->writer, FAILURE_DENIED, session,
		    req->now));
		TRY(audit_write(t->app->writer, &row, req->now));
	}
	return page_error(req, t->res, 403);
}

/* OK and nothing answered: go on. */
static enum err
admit(struct trip *t, bool *answered)
{
	enum err e;

	if (t->route->roles == ROLE_STRANGER) {
		load_presession(t);
		return OK;
	}
	e = load_session(t);
	if (e == ERR_NONE) {
		*answered = true;
		return sign_in_first(t);
	}
	TRY(e);
	if ((t->who.role & t->route->roles) == 0) {
		*answered = true;
		return deny(t);
	}
	return OK;
}

/* ── what was sent ──────────────────────────────────────────────────────── */

/* Pages with a secret in their address are no-referrer, and browsers then
 * send "Origin: null" with their forms; the form token stays the guard. */
static bool
same_origin(const struct trip *t)
{
	const struct req *req = t->req;
	bool hidden = (t->route->flags & ROUTE_SECRET_URL) != 0 &&
	    str_eq(req->origin, "null");

	if (req->origin != NULL && !hidden &&
	    !str_eq(req->origin, t->app->origin))
		return false;
	if (req->fetch_site != NULL)
		return str_eq(req->fetch_site, "same-origin");
	return req->origin != NULL;
}

static enum err
read_body(struct trip *t)
{
	struct req *req = t->req;
	const char *type = req->content_type == NULL ? "" : req->content_type;

	TRY(fcgi_body(req, t->route->body));
	if (t->route->flags & ROUTE_FILE)
		TRY(multipart_pairs(req->a, type, req->body,
		    &req->body_pairs));
	else if (str_starts(type, "application/x-www-form-urlencoded"))
		TRY(url_pairs(req->a, (const char *)req->body.p, req->body.n,
		    &req->body_pairs));
	else
		return ERR_INVALID;
	sha256(req->body.p, req->body.n, t->body);
	return OK;
}

/* ── transaction ────────────────────────────────────────────────────────── */

static void
res_clear(struct res *res, struct arena *a)
{
	*res = (struct res){ .a = a, .status = 200 };
}

/* The same POST again: answered as before, done once (design 5). */
static enum err
answer_again(struct trip *t, const char *location)
{
	return res_redirect(t->res, "%s", location);
}

static enum err
post_work(struct db *db, void *arg)
{
	struct trip *t = arg;
	const char *location = NULL;
	struct audit row;
	enum err e;

	arena_rewind(t->req->a, t->before); /* what an earlier try left */
	res_clear(t->res, t->req->a);
	e = form_token_use(t->req->a, db, t->token, t->body, t->req->now,
	    &location);
	if (e == ERR_EXISTS && !str_empty(location)) {
		t->wrote = true;
		return answer_again(t, location);
	}
	t->spent = e == ERR_STALE;
	TRY(e);
	TRY(t->route->handle(t->req, t->res));
	if (t->res->location == NULL)
		return ERR_INVALID; /* a page: nothing may stay */
	TRY(form_token_led(db, t->token, t->res->location));
	if (t->route->audit != NULL) {
		row = audit_row(t, AUDIT_SUCCESS, 303);
		TRY(audit_write(db, &row, t->req->now));
	}
	t->wrote = true;
	return OK;
}

/* The cookie of a session whose secret is made from the form token, so that
 * nginx's repetition of a sign-in after a crash gets the same session. */
static void
session_secret(const struct app *app, const unsigned char token[DIGEST],
    unsigned char secret[DIGEST])
{
	if (keys_mac(app->keys, KEY_SESSION, keys_id(app->keys, KEY_SESSION),
		token, DIGEST, secret) != OK)
		rand_bytes(secret, DIGEST);
}

static enum err
session_cookies(struct trip *t)
{
	unsigned char secret[DIGEST];
	int64_t seconds = t->app->side == SIDE_GUARDIAN
	    ? SESSION_GUARDIAN_DAYS * INT64_C(86400)
	    : 0;

	if (t->route->flags & ROUTE_SIGN_OUT) {
		TRY(res_header(t->res, "Clear-Site-Data",
		    "\"cache\", \"storage\""));
		return res_cookie(t->res, "s", "", -1);
	}
	if ((t->route->flags & ROUTE_SIGN_IN) == 0)
		return OK;
	session_secret(t->app, t->token, secret);
	TRY(res_cookie(t->res, "s", b64u_text(t->req->a, secret, DIGEST),
	    seconds));
	return res_cookie(t->res, "p", "", -1);
}

static enum err
check_token(struct trip *t)
{
	const struct req *req = t->req;
	const char *token = req_input(req, "token");
	unsigned char secret[DIGEST];

	TRY(token_check(t->app->keys, t->browser, req->path, req->now,
	    token == NULL ? "" : token, t->token));
	t->req->token = t->token;
	if (t->route->flags & ROUTE_SIGN_IN) {
		unsigned char *hash = arena_alloc(req->a, DIGEST);

		session_secret(t->app, t->token, secret);
		sha256(secret, DIGEST, hash);
		t->req->session_hash = hash;
	}
	return OK;
}

/* An expired or used token, or another browser's: the same page once more with
 * what was typed and a fresh token. form_read() refuses because req->token is
 * NULL, and the connection can only read: nothing happens twice. */
static enum err
show_again(struct trip *t)
{
	enum err e;

	t->req->token = NULL;
	res_clear(t->res, t->req->a);
	t->req->db = t->app->reader;
	e = t->route->handle(t->req, t->res);
	if (e != OK || t->res->location != NULL) {
		res_clear(t->res, t->req->a);
		return e == ERR_NONE ? e : page_error(t->req, t->res, 409);
	}
	if (t->res->status == 200)
		t->res->status = 422;
	return OK;
}

static enum err
post(struct trip *t)
{
	struct req *req = t->req;
	enum err e;

	e = check_token(t);
	if (e == ERR_INVALID || e == ERR_STALE)
		return show_again(t);
	TRY(e);
	req->db = t->app->writer;
	if (t->route->before != NULL) {
		TRY(t->route->before(req, t->res));
		if (t->res->tmpl != NULL)
			return OK;
	}
	t->before = arena_mark(req->a);
	e = db_transaction(t->app->writer, post_work, t);
	if (t->spent)
		return show_again(t);
	if (e == ERR_INVALID && t->res->tmpl != NULL)
		return OK;
	if (e == ERR_STALE && t->res->tmpl == NULL && !t->wrote)
		return page_error(req, t->res, 409);
	TRY(e);
	return session_cookies(t);
}

/* In use: noted in the database, and a guardian's cookie lives on with it. */
static enum err
keep_session(struct trip *t)
{
	const struct req *req = t->req;

	TRY(session_touch(t->app->writer, req->who, req->now));
	if (t->app->side != SIDE_GUARDIAN)
		return OK;
	return res_cookie(t->res, "s", req_cookie(req, "s"),
	    SESSION_GUARDIAN_DAYS * INT64_C(86400));
}

static enum err
get(struct trip *t)
{
	struct req *req = t->req;
	bool staff = t->app->side == SIDE_STAFF && req->who != NULL;
	struct audit row;

	req->db = t->app->reader;
	TRY(t->route->handle(req, t->res));
	if (req->who != NULL && (t->route->flags & ROUTE_POLL) == 0 &&
	    session_is_stale(req->who, req->now))
		TRY(keep_session(t));
	if (!staff || t->route->audit == NULL || t->res->location != NULL ||
	    ((t->route->flags & ROUTE_POLL) && t->res->audit_count == 0))
		return OK;
	row = audit_row(t, AUDIT_SUCCESS, t->res->status);
	return audit_write(t->app->writer, &row, req->now);
}

/* ── answer ─────────────────────────────────────────────────────────────── */

static const char *
make_token(void *arg, const char *action)
{
	struct trip *t = arg;

	return token_new(t->req->a, t->app->keys, t->browser, action,
	    t->req->now);
}

static enum err
render(struct trip *t)
{
	struct req *req = t->req;
	struct res *res = t->res;
	struct page page;
	struct tmpl_env env = {
		.a = req->a,
		.common = &page,
		.token = make_token,
		.arg = t,
		.path = req->path,
		.today = stamp_day(req->now),
	};

	req->lang = tmpl_lang(t->app->tmpls, res->tmpl, req->lang);
	env.lang = req->lang;
	page_fill(&page, t->app, req);
	res->body = buf_new(req->a, 16 * 1024, PAGE_MAX);
	res->type = "text/html; charset=utf-8";
	if (res->part != NULL)
		return tmpl_render_part(t->app->tmpls, res->tmpl, res->part,
		    &env, res->view, res->body);
	return tmpl_render(t->app->tmpls, res->tmpl, &env, res->view,
	    res->body);
}

static enum err
answer_head(struct trip *t, struct fcgi_answer *ans)
{
	struct res *res = t->res;
	struct buf *head = buf_new(t->req->a, 512, 16 * 1024);

	if (t->presession != NULL && !t->wrote)
		TRY(res_cookie(res, "p", t->presession, 0));
	buf_printf(head, "Status: %d\r\n", res->status);
	buf_str(head, "Cache-Control: no-store\r\n");
	if (t->route != NULL && (t->route->flags & ROUTE_SECRET_URL))
		buf_str(head, "Referrer-Policy: no-referrer\r\n");
	if (res->status == 503)
		buf_str(head, "Retry-After: 60\r\n");
	if (res->location != NULL)
		buf_printf(head, "Location: %s\r\n", res->location);
	if (res->body != NULL)
		buf_printf(head, "Content-Type: %s\r\n", res->type);
	for (size_t i = 0; i < res->n_headers; i++)
		buf_printf(head, "%s\r\n", res->headers[i]);
	ans->head = head->p;
	ans->no_body = res->body == NULL;
	if (res->body != NULL)
		ans->body = (struct bytes){ (unsigned char *)res->body->p,
			res->body->n };
	return buf_overflow(head) ? ERR_BUG : OK;
}

static int
status_of(enum err e)
{
	switch (e) {
	case ERR_NONE:
		return 404;
	case ERR_INVALID:
		return 400;
	case ERR_DENIED:
		return 403;
	case ERR_STALE:
	case ERR_EXISTS:
		return 409;
	case ERR_LIMIT:
		return 429;
	case ERR_DB:
	case ERR_RETRY:
		return 503;
	default:
		return 500;
	}
}

static void
choose_lang(struct req *req)
{
	const char *cookie = req_cookie(req, "lang");

	if (cookie == NULL || !lang_parse(cookie, &req->lang))
		req->lang = lang_accept(req->accept_language);
}

static enum err
walk(struct trip *t)
{
	struct req *req = t->req;
	bool answered = false;
	enum err e;

	choose_lang(req);
	e = route_find(t->app->side, req->method, req->path, req->uids,
	    &t->route);
	if (e == ERR_DENIED)
		return page_error(req, t->res, 405);
	TRY(e);
	if (t->route->pool != t->app->pool) {
		log_error("wrong_pool", "%s reached the wrong pool: regenerate"
		    " the nginx locations", t->route->path);
		return ERR_BUG;
	}
	if (req->method == METHOD_POST && !same_origin(t)) {
		log_note("cross_origin", "a POST came from another origin");
		return page_error(req, t->res, 403);
	}
	TRY(admit(t, &answered));
	if (answered)
		return OK;
	if (req->method != METHOD_POST)
		return get(t);
	e = read_body(t);
	if (e == ERR_LIMIT)
		return page_error(req, t->res, 413);
	TRY(e);
	return post(t);
}

void
dispatch(struct req *req, struct fcgi_answer *ans, void *arg)
{
	struct res res = { .a = req->a, .status = 200 };
	struct trip t = { .app = arg, .req = req, .res = &res };
	enum err e = OK;

	log_request(req->id);
	req->conf = &t.app->conf;
	req->keys = t.app->keys;
	req->browser = t.browser;
	if (url_pairs(req->a, req->query == NULL ? "" : req->query,
		req->query == NULL ? 0 : strlen(req->query),
		&req->query_pairs) != OK ||
	    url_cookies(req->a, req->cookie_header == NULL ? ""
							   : req->cookie_header,
		&req->cookies) != OK)
		e = ERR_INVALID;
	if (e == OK)
		e = walk(&t);
	if (e == OK && res.tmpl != NULL)
		e = render(&t);
	if (e == OK)
		e = answer_head(&t, ans);
	if (e != OK) {
		int status = status_of(e);

		if (status >= 500)
			log_error("request_failed", "%s %s ended with %s",
			    req->method_text, t.route == NULL ? "-"
							      : t.route->path,
			    err_name(e));
		res_clear(&res, req->a);
		if (page_error(req, &res, status) != OK || render(&t) != OK ||
		    answer_head(&t, ans) != OK)
			abort();
	}
	log_request(NULL);
}
