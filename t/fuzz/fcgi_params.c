/* SPDX-License-Identifier: AGPL-3.0-or-later
 * fcgi_head() on any parameters (lines of the input): what it accepts keeps
 * the promises of fcgi.h and req.h. */
#include "web/fcgi.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

#define PARAMS 64

static void
check_text(const char *s, bool needed)
{
	if (needed && !s)
		abort();
	if (s && !utf8_valid(s, strlen(s)))
		abort();
}

static void
check(const struct req *r)
{
	check_text(r->method_text, true);
	check_text(r->path, true);
	check_text(r->address, true);
	check_text(r->user_agent, true);
	check_text(r->host, false);
	check_text(r->origin, false);
	check_text(r->fetch_site, false);
	check_text(r->content_type, false);
	check_text(r->accept_language, false);
	if (!r->query || strlen(r->id) != 22 || strlen(r->user_agent) > 200)
		abort();
	if (r->path[0] != '/' || strstr(r->path, "..") ||
	    strstr(r->path, "//"))
		abort();
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	struct arena *a = arena_init((size_t)16 << 20);
	char *s = str_copy_n(a, (const char *)data, n);
	char *params[PARAMS + 1] = { NULL };
	struct req r = { .a = a };

	for (int i = 0; s && i < PARAMS; i++) {
		char *end = strchr(s, '\n');

		params[i] = s;
		if (end)
			*end++ = '\0';
		s = end;
	}
	if (fcgi_head(params, &r) == OK)
		check(&r);
	arena_free(a);
	return 0;
}
