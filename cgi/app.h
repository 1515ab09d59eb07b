/* SPDX-License-Identifier: AGPL-3.0-or-later
 * What one worker process has: configuration, keys, templates, connections.
 * Made by renraku_fcgi.c, used by dispatch.c. */
#ifndef CGI_APP_H
#define CGI_APP_H

#include "base/conf.h"
#include "base/keys.h"
#include "db/db.h"
#include "routes.h"
#include "web/fcgi.h"
#include "web/tmpl.h"

struct app {
	struct conf conf;
	struct keys *keys;
	struct tmpl_set *tmpls;
	enum side side;
	enum pool pool;
	const char *origin;	/* of this side: "https://host:port" */
	struct db *reader;	/* may only SELECT */
	struct db *writer;	/* in login pools the one that sees hashes */
};

/* Answer one request: the life of design 4. */
void dispatch(struct req *, struct fcgi_answer *, void *app);

#endif
