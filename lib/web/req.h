/* SPDX-License-Identifier: AGPL-3.0-or-later
 * A request as the handlers see it: decoded, checked, with the database and
 * the person. Filled by fcgi.c (head, body) and cgi/dispatch.c (the rest). */
#ifndef WEB_REQ_H
#define WEB_REQ_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/jtime.h"
#include "base/keys.h"
#include "base/rand.h"
#include "base/str.h"

enum method { METHOD_GET = 1, METHOD_POST = 2, METHOD_OTHER = 0 };

/* A decoded name=value; a file part has a file name and its bytes. */
struct pair {
	const char *name;
	const char *value;
	const char *file;	/* base name as sent, NULL for plain fields */
	struct bytes data;	/* of a file part */
};

#define REQ_UIDS 2		/* {uid}s a path may hold */

struct db;
struct actor;
struct conf;

struct req {
	struct arena *a;
	char id[23];			/* request id: log, audit, error page */
	struct stamp now;		/* one instant for the whole request */
	enum method method;
	const char *method_text;
	const char *path;		/* decoded, "/absence/new" */
	const char *query;		/* raw, after "?" */
	const char *host, *origin, *fetch_site, *content_type;
	const char *cookie_header, *accept_language, *user_agent;
	const char *address;		/* REMOTE_ADDR, never a header */
	size_t content_length;
	struct bytes body;
	struct list query_pairs;	/* struct pair */
	struct list body_pairs;		/* struct pair */
	struct list cookies;		/* struct pair */
	struct uid uids[REQ_UIDS];	/* captured {uid}s, in order */
	enum lang lang;
	/* set by the dispatcher */
	const struct conf *conf;
	const struct keys *keys;
	struct db *db;			/* reader for GET, writer for POST */
	const struct actor *who;	/* NULL on strangers' routes */
	const unsigned char *browser;	/* 32 bytes: what form tokens bind to */
	const unsigned char *token;	/* of this POST, 32 bytes; see token.h */
	const unsigned char *session_hash; /* of the session a sign-in opens */
	void *costly;			/* what the route's `before` computed */
};

/* First value of a query parameter or form field, NULL when absent. */
const char *req_query(const struct req *, const char *name);
const char *req_input(const struct req *, const char *name);
const struct pair *req_file(const struct req *, const char *name);
/* name as given to res_cookie(): without "__Host-", which the cookie's name
 * in the header must have. */
const char *req_cookie(const struct req *, const char *name);

#endif
