/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The requests and the cookies of browser.h; forms and pages are sheet.c. */
#include "t/page/browser.h"

#include <stdio.h>
#include <strings.h>

#include "base/hex.h"
#include "web/req.h"
#include "web/token.h"

#define HOST "__Host-"

void
browser_init(struct browser *b, enum side side)
{
	*b = (struct browser){
		.side = side,
		.address = "192.0.2.1",
		.origin = side == SIDE_STAFF ? STAFF_URL : GUARDIAN_URL,
		.fetch_site = "same-origin",
		.text = "",
		.asked = "",
	};
}

/* ── cookies ────────────────────────────────────────────────────────────── */

const char *
browser_cookie(const struct browser *b, const char *name)
{
	for (size_t i = 0; i < BROWSER_COOKIES; i++)
		if (b->names[i] != NULL && str_eq(b->names[i], name))
			return b->values[i];
	return NULL;
}

void
browser_set_cookie(struct browser *b, const char *name, const char *value)
{
	size_t at = BROWSER_COOKIES;

	for (size_t i = BROWSER_COOKIES; i-- > 0;)
		if (b->names[i] == NULL || str_eq(b->names[i], name))
			at = i;
	for (size_t i = 0; i < BROWSER_COOKIES; i++)
		if (b->names[i] != NULL && str_eq(b->names[i], name))
			at = i;
	ck_assert_uint_lt(at, BROWSER_COOKIES);
	b->names[at] = value == NULL ? NULL : str_copy(a, name);
	b->values[at] = value == NULL ? NULL : str_copy(a, value);
}

/* A cookie of ours never comes without these (standards 1.4). */
static void
take_cookie(struct browser *b, const char *line)
{
	const char *eq = strchr(line, '='), *end = strchr(line, ';');
	const char *age = strstr(line, "; Max-Age=");

	ck_assert_msg(str_starts(line, HOST) && eq != NULL && end > eq, "%s",
	    line);
	ck_assert_ptr_nonnull(strstr(line, "; Path=/; Secure; HttpOnly"));
	ck_assert_ptr_nonnull(strstr(line, "; SameSite=Lax"));
	ck_assert_ptr_null(strstr(line, "Domain"));
	line += strlen(HOST);
	browser_set_cookie(b, str_copy_n(a, line, (size_t)(eq - line)),
	    age != NULL && str_starts(age, "; Max-Age=0")
	    ? NULL
	    : str_copy_n(a, eq + 1, (size_t)(end - eq - 1)));
}

static const char *
cookie_header(const struct browser *b)
{
	struct buf *out = buf_new(a, 256, 65536);

	for (size_t i = 0; i < BROWSER_COOKIES; i++)
		if (b->names[i] != NULL)
			buf_printf(out, "%s" HOST "%s=%s",
			    out->n == 0 ? "" : "; ", b->names[i],
			    b->values[i]);
	return out->n == 0 ? NULL : out->p;
}

/* ── what every answer has ──────────────────────────────────────────────── */

static void
check_answer(const struct browser *b, const char *method)
{
	const struct client_response *rs = &b->answer;
	const char *length = client_header(rs, "Content-Length");
	const char *type = client_header(rs, "Content-Type");

	ck_assert_str_eq(client_header(rs, "Cache-Control"), "no-store");
	if (rs->status == 204 || rs->status == 303) {
		ck_assert_msg(length == NULL && type == NULL &&
		    rs->body.n == 0, "%s has a body", b->asked);
		return;
	}
	ck_assert_msg(length != NULL && type != NULL, "%s: no length or type",
	    b->asked);
	ck_assert_ptr_nonnull(strstr(type, "charset=utf-8"));
	if (!str_eq(method, "HEAD"))
		ck_assert_str_eq(length, str_printf(a, "%zu", rs->body.n));
}

static void
take_answer(struct browser *b, const char *method)
{
	struct client_response *rs = &b->answer;

	b->status = rs->status;
	b->location = client_header(rs, "Location");
	b->text = rs->body.p == NULL ? "" : (const char *)rs->body.p;
	for (size_t i = 0; i < rs->headers.n; i++) {
		const struct pair *h = LIST_AT(rs->headers, struct pair, i);

		if (strcasecmp(h->name, "Set-Cookie") == 0)
			take_cookie(b, h->value);
	}
	check_answer(b, method);
}

/* ── requests ───────────────────────────────────────────────────────────── */

static const char *
choose_socket(const struct browser *b, const char *method, const char *path)
{
	enum method m = str_eq(method, "POST") ? METHOD_POST : METHOD_GET;
	const struct route *route = NULL;
	struct uid uids[REQ_UIDS];

	if (route_find(b->side, m, path, uids, &route) != OK)
		return site_socket(b->side, POOL_MAIN);
	return site_socket(b->side, route->pool);
}

int
browser_send(struct browser *b, const struct client_request *wanted)
{
	struct client_request rq = *wanted;
	const char *params[24] = { NULL };
	const char *method = rq.method == NULL ? "GET" : rq.method;
	bool post = str_eq(method, "POST");
	size_t n = 0;
	enum err e;

	params[n++] = str_printf(a, "REMOTE_ADDR=%s", b->address);
	params[n++] = "HTTP_USER_AGENT=Test/1.0";
	if (b->language != NULL)
		params[n++] = str_printf(a, "HTTP_ACCEPT_LANGUAGE=%s",
		    b->language);
	if (post && b->origin != NULL)
		params[n++] = str_printf(a, "HTTP_ORIGIN=%s", b->origin);
	if (post && b->fetch_site != NULL)
		params[n++] = str_printf(a, "HTTP_SEC_FETCH_SITE=%s",
		    b->fetch_site);
	for (size_t i = 0; rq.params != NULL && rq.params[i] != NULL; i++)
		params[n++] = rq.params[i];
	ck_assert_uint_lt(n, COUNT(params));
	rq.params = params;
	if (rq.cookie == NULL)
		rq.cookie = cookie_header(b);
	b->asked = str_printf(a, "%s %s%s%s", method, rq.path,
	    rq.query == NULL ? "" : "?", rq.query == NULL ? "" : rq.query);
	e = client_call(a, choose_socket(b, method, rq.path), &rq, &b->answer);
	ck_assert_msg(e == OK, "%s: %s", b->asked, err_name(e));
	take_answer(b, method);
	return b->status;
}

static int
get(struct browser *b, const char *url)
{
	const char *mark = strchr(url, '?');
	struct client_request rq = {
		.path = mark == NULL ? url
				     : str_copy_n(a, url, (size_t)(mark - url)),
		.query = mark == NULL ? NULL : mark + 1,
	};

	return browser_send(b, &rq);
}

int
browser_get(struct browser *b, const char *fmt, ...)
{
	struct buf *url = buf_new(a, 256, 65536);
	va_list args;

	va_start(args, fmt);
	buf_vprintf(url, fmt, args);
	va_end(args);
	return get(b, url->p);
}

int
browser_follow(struct browser *b)
{
	ck_assert_msg(b->location != NULL, "%s led nowhere: %d", b->asked,
	    b->status);
	return get(b, b->location);
}

int
browser_post(struct browser *b, const char *path, const char *body)
{
	struct client_request rq = {
		.method = "POST",
		.path = path,
		.content_type = "application/x-www-form-urlencoded",
		.body = { (const unsigned char *)body, strlen(body) },
	};

	return browser_send(b, &rq);
}

/* Tokens are bound to the hash of the session's secret. */
const char *
browser_token(const struct browser *b, const char *path, int64_t seconds_ago)
{
	const char *secret = browser_cookie(b, "s");
	unsigned char hash[DIGEST], raw[DIGEST];

	ck_assert_ptr_nonnull(secret);
	ck_assert_int_eq(b64u_exact(secret, raw, sizeof raw), OK);
	sha256(raw, sizeof raw, hash);
	return token_new(a, site_keys(), hash, path,
	    stamp_add(site_now(), -seconds_ago));
}

const char *
browser_said(const struct browser *b)
{
	return str_printf(a, "%.3000s%s", page_words(b),
	    b->status < 500 ? "" : site_log_end());
}

void
browser_sign_in(struct browser *b, enum side side, const char *login)
{
	struct sheet *s;

	browser_init(b, side);
	browser_get(b, "/login");
	STATUS(b, 200);
	s = sheet_of(b, "/login");
	sheet_put(s, "login", login);
	sheet_put(s, "password", PASSWORD);
	sheet_post(b, s);
	LEADS(b, "/");
	ck_assert_ptr_nonnull(browser_cookie(b, "s"));
}
