/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Looking things up in a decoded request by name. Must not decode anything
 * (url.c, multipart.c) nor judge a value (form.c). Called by the dispatcher
 * and by pages that need one parameter without a form table. */
#include "web/req.h"

#include <string.h>

#define HOST_PREFIX "__Host-"

static const struct pair *
first(const struct list *pairs, const char *name, bool file)
{
	for (size_t i = 0; i < pairs->n; i++) {
		const struct pair *p = LIST_AT(*pairs, const struct pair, i);

		if ((p->file != NULL) == file && str_eq(p->name, name))
			return p;
	}
	return NULL;
}

const char *
req_query(const struct req *r, const char *name)
{
	const struct pair *p = first(&r->query_pairs, name, false);

	return p != NULL ? p->value : NULL;
}

const char *
req_input(const struct req *r, const char *name)
{
	const struct pair *p = first(&r->body_pairs, name, false);

	return p != NULL ? p->value : NULL;
}

const struct pair *
req_file(const struct req *r, const char *name)
{
	return first(&r->body_pairs, name, true);
}

/* A cookie of that name without the prefix may have been planted by another
 * host of the domain or over plain HTTP: it is not looked at. */
const char *
req_cookie(const struct req *r, const char *name)
{
	for (size_t i = 0; i < r->cookies.n; i++) {
		const struct pair *p =
		    LIST_AT(r->cookies, const struct pair, i);

		if (str_starts(p->name, HOST_PREFIX) &&
		    str_eq(p->name + strlen(HOST_PREFIX), name))
			return p->value;
	}
	return NULL;
}
