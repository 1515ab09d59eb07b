/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The answer of a handler. A GET answers with a page, a file or a redirect. A
 * POST that changed something answers with a redirect (303) and is committed;
 * a POST that answers with a page changed nothing and is rolled back. */
#ifndef WEB_RES_H
#define WEB_RES_H

#include "base/arena.h"
#include "base/err.h"
#include "base/field.h"
#include "base/str.h"
#include "web/tmpl.h"

struct actor;

#define RES_HEADERS 8

struct res {
	struct arena *a;
	int status;			/* 200 until said otherwise */
	const struct tmpl *tmpl;	/* page to render after the handler */
	const void *view;
	const char *part;		/* only this t:part of the page */
	const char *location;		/* of a redirect: a local path */
	const char *type;		/* Content-Type of `body` */
	struct buf *body;
	const char *headers[RES_HEADERS];	/* whole lines, no CRLF */
	size_t n_headers;
	/* what the audit row says beside who, when and where (F54) */
	const struct actor *audit_who;	/* a sign-in's: nobody is yet */
	const char *audit_fields;	/* words only, never values */
	int64_t audit_pupil;		/* internal id, 0 = none */
	int64_t audit_object;
	int64_t audit_count;		/* rows shown or touched */
	const char *audit_filter;	/* filter of a list, as in the URL */
};

/* Show a page. The view is read after the handler returned. */
enum err res_page(struct res *, const struct tmpl *, const void *view) MUST_USE;
/* Only one t:part of it: what a poll replaces. */
enum err res_part(struct res *, const struct tmpl *, const char *part,
    const void *view) MUST_USE;
/* 422 with the page again: the form's errors are shown. */
enum err res_invalid(struct res *, const struct tmpl *, const void *view)
    MUST_USE;
/* 303 to a local path ("/" first, no "//", no CR LF): else ERR_BUG. */
enum err res_redirect(struct res *, const char *fmt, ...) MUST_USE PRINTF(2, 3);
/* A download. name: UTF-8 file name, sent as RFC 6266 filename* with an ASCII
 * fallback. */
enum err res_file(struct res *, const char *type, const char *name,
    struct buf *) MUST_USE;
/* 204, nothing new (polls). */
enum err res_nothing(struct res *) MUST_USE;
/* Header by name; a CR, LF or NUL in the value is ERR_BUG. */
enum err res_header(struct res *, const char *name, const char *value) MUST_USE;
/* Set-Cookie: __Host-<name>=<value>; Path=/; Secure; HttpOnly; SameSite=Lax.
 * seconds 0: until the browser closes; negative: removed now. */
enum err res_cookie(struct res *, const char *name, const char *value,
    int64_t seconds) MUST_USE;

#endif
