/* SPDX-License-Identifier: AGPL-3.0-or-later
 * A FastCGI client for tests, in the place of nginx: one request over a unix
 * socket, one connection each, time-out 20 s. */
#ifndef T_CLIENT_H
#define T_CLIENT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct client_request {
	const char *method;		/* NULL: GET */
	const char *path;		/* DOCUMENT_URI */
	const char *query;		/* NULL: none */
	const char *cookie;		/* NULL: none */
	const char *content_type;	/* NULL: none */
	struct bytes body;
	/* Further "NAME=value", NULL-ended; each replaces the default of that
	 * name ("CONTENT_LENGTH=10" promises what the body does not hold). */
	const char *const *params;
	bool cut;			/* close after half of the body */
	/* Called when the head is sent and the body not yet; may be NULL. */
	void (*between)(void *arg);
	void *arg;
};

struct client_response {
	int status;			/* 200 when there is no Status line */
	struct list headers;		/* struct pair: name, value */
	struct bytes body;		/* NUL-terminated behind its end */
};

/* ERR_NONE: nobody listens there. ERR_IO: the connection broke, or nothing
 * came for 20 s, before END_REQUEST. ERR_INVALID: the answer is no CGI
 * answer. */
enum err client_call(struct arena *, const char *socket,
    const struct client_request *, struct client_response *) MUST_USE;
/* Value of the first header of that name (any case), NULL when absent. */
const char *client_header(const struct client_response *, const char *name);

#endif
