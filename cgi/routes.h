/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The table of routes: what exists, on which side, in which pool, for whom.
 * A page is reachable only by a row of routes.c (design 4). */
#ifndef CGI_ROUTES_H
#define CGI_ROUTES_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "web/req.h"
#include "web/res.h"

enum side { SIDE_GUARDIAN = 1, SIDE_STAFF };
enum pool { POOL_MAIN = 1, POOL_LOGIN, POOL_UPLOAD };
extern const struct choice side_choices[];	/* guardian staff */
extern const struct choice pool_choices[];	/* main login upload */

enum route_flag {
	ROUTE_SIGN_IN = 1,	/* its success opens a session */
	ROUTE_SIGN_OUT = 2,
	ROUTE_POLL = 4,		/* not audited, does not keep a session alive */
	ROUTE_SECRET_URL = 8,	/* Referrer-Policy: no-referrer */
	ROUTE_FILE = 16,	/* multipart/form-data */
};

struct route {
	enum side side;
	enum pool pool;
	enum method method;
	const char *path;	/* {uid} stands for 22 characters */
	enum err (*handle)(struct req *, struct res *);
	int roles;		/* bits of enum role; strangers' routes have
				 * ROLE_STRANGER alone and no session */
	size_t body;		/* most bytes of a POST */
	int flags;
	const char *audit;	/* event in the access history, NULL = none */
	/* Costly or counted work before the transaction (hashing, limits):
	 * may answer itself, else leaves its result in req->costly. */
	enum err (*before)(struct req *, struct res *);
};

extern const struct route routes[];
extern const size_t routes_n;

#define BODY_FORM (64 * 1024)
#define BODY_ROSTER (8 * 1024 * 1024)

/* The row of side, method and path; captured {uid}s into uids. ERR_NONE: no
 * such path; ERR_DENIED: the path exists with another method only. */
enum err route_find(enum side, enum method, const char *path,
    struct uid uids[REQ_UIDS], const struct route **) MUST_USE;
/* The program stops at start when a row has no role, no handler, a POST no
 * body limit, a path comes twice … (logged). */
enum err routes_check(void) MUST_USE;
/* nginx locations of a side (conf/nginx/routes-<side>.conf). */
void routes_nginx(enum side, struct buf *out);

#endif
