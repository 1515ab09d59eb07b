/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The only file that knows libfcgi: the accept loop of one worker, from the
 * FastCGI parameters to a struct req and from a struct res to bytes
 * (scale 1.1, 1.2). */
#ifndef WEB_FCGI_H
#define WEB_FCGI_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "web/req.h"

/* What goes out. `head` is complete lines ended by CRLF (Status, headers)
 * without the empty line; Content-Length is added here. */
struct fcgi_answer {
	const char *head;
	struct bytes body;
	bool no_body;		/* 204, 303, 304 */
};

struct fcgi_app {
	/* Make the answer for one request whose head is in `req` (pairs not yet
	 * decoded, body not read). Everything lives in req->a. */
	void (*answer)(struct req *, struct fcgi_answer *, void *arg);
	void *arg;
	size_t arena_limit;
	_Atomic int64_t *busy_since;	/* see master.h; may be NULL */
};

/* Serve the listening socket (descriptor 0) until SIGTERM: epoll EXCLUSIVE on
 * it and on a signalfd, non-blocking accept, time-outs of 20 s on the
 * accepted descriptor; ends between requests only. */
enum err fcgi_serve(const struct fcgi_app *) MUST_USE;

/* Read the request's body into the arena; called by the dispatcher after it
 * knows the route's limit. ERR_LIMIT: longer than `limit`; ERR_IO: the peer
 * sent less than it promised. */
enum err fcgi_body(struct req *, size_t limit) MUST_USE;

/* Fill the head of a req (whose arena is set) from FastCGI parameters
 * "NAME=value" (NULL-ended), as libfcgi hands them over; for the fuzzer.
 * What was not sent is NULL, but query "" and user_agent "-". Text is checked
 * UTF-8, except query and cookie_header, which url.h decodes. Most strings are
 * views into the parameters. ERR_INVALID: unusable, also when a parameter
 * comes twice with two values. */
enum err fcgi_head(char *const *params, struct req *) MUST_USE;

#endif
