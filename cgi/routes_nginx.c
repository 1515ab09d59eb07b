/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The table of routes as nginx locations: only what differs from `location /`,
 * that is another pool or a larger body. The include of each pool's settings
 * and the variable that sends its GETs to main are in conf/nginx. */
#include "routes.h"

/* nginx's own limit for the pages, conf/nginx/renraku.conf. */
#define BODY_PLAIN ((size_t)64 * 1024)

static bool
is_special(const struct route *r)
{
	return r->pool != POOL_MAIN || r->body > BODY_PLAIN;
}

/* A path stands once, by its first special row. */
static bool
is_repeated(size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (routes[i].side == routes[at].side &&
		    is_special(&routes[i]) &&
		    str_eq(routes[i].path, routes[at].path))
			return true;
	return false;
}

/* Exact, or a pattern when the path holds ids. */
static void
put_path(struct buf *out, const char *path)
{
	if (strstr(path, "{uid}") == NULL) {
		buf_printf(out, "location = %s {\n", path);
		return;
	}
	buf_str(out, "location ~ \"^");
	while (*path != '\0') {
		if (str_starts(path, "{uid}")) {
			buf_str(out, "[0-9A-Za-z_-]{22}");
			path += strlen("{uid}");
		} else {
			buf_char(out, *path++);
		}
	}
	buf_str(out, "$\" {\n");
}

static void
put_size(struct buf *out, size_t body)
{
	bool mega = body % (1024 * 1024) == 0;

	buf_printf(out, "\tclient_max_body_size %zu%c;\n",
	    mega ? body / (1024 * 1024) : (body + 1023) / 1024,
	    mega ? 'm' : 'k');
}

void
routes_nginx(enum side side, struct buf *out)
{
	const char *name = choice_by_value(side_choices, (int)side)->name;

	buf_printf(out, "# SPDX-License-Identifier: AGPL-3.0-or-later\n"
	    "# Made by `renrakuctl routes --nginx %s` from cgi/routes.c; a test"
	    " compares.\n# Paths that another pool than main answers, or with"
	    " a body over 64 KiB.\n", name);
	for (size_t i = 0; i < routes_n; i++) {
		const struct route *r = &routes[i];
		const char *pool = choice_by_value(pool_choices,
		    (int)r->pool)->name;

		if (r->side != side || !is_special(r) || is_repeated(i))
			continue;
		put_path(out, r->path);
		if (r->body > BODY_PLAIN)
			put_size(out, r->body);
		buf_printf(out, "\tfastcgi_pass %s%s_%s;\n",
		    r->pool == POOL_MAIN ? "" : "$", name, pool);
		if (r->pool == POOL_MAIN)
			buf_str(out, "\tinclude fastcgi.conf;\n}\n");
		else
			buf_printf(out, "\tinclude pool-%s.conf;\n}\n", pool);
	}
}
