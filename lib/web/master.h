/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The master of one pool: preforks single-threaded workers on descriptor 0,
 * replaces the dead with back-off, ends the stuck, and restarts by turns on
 * SIGHUP without a failed request (design 3, scale 1.3). */
#ifndef WEB_MASTER_H
#define WEB_MASTER_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/err.h"

struct master {
	int workers;			/* 1..64 */
	int request_seconds;		/* a worker busy longer is killed */
	char *const *argv;		/* for the re-execution; argv[0] a path */
	/* Load configuration and templates. Called once per process image,
	 * before the first fork. Logs what is wrong. */
	enum err (*load)(void *arg);
	/* Serve until SIGTERM; runs in the worker after the fork, returns its
	 * exit status. busy_since is this worker's slot of the scoreboard, in
	 * monotonic ms: negative while it begins, 0 idle, else since when it
	 * is at a request. Storing 0 says "ready" (fcgi_serve() does). */
	int (*work)(void *arg, _Atomic int64_t *busy_since);
	void *arg;
};

/* Runs until SIGTERM/SIGINT (workers end after the request in hand); returns
 * the exit status. SIGHUP: a candidate (`argv --candidate`) of the binary now
 * on disk must load and exit 0, only then does the master re-execute itself
 * with the same pid and descriptors, fork new workers and end the old ones one
 * by one; if the candidate fails the old ones serve on and the log says why.
 * SIGHUPs that come meanwhile are joined into one. With --candidate in argv it
 * only loads and exits. Workers die with the master (PDEATHSIG TERM). */
int master_run(const struct master *);

#endif
