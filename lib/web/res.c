/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Filling the answer of a handler. The one place where a header line is
 * made, so that nothing from outside can start another one (standards 1.9).
 * Must not write to the client: the dispatcher does, after the commit. */
#include "web/res.h"

#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "web/url.h"

#define LOCATION_MAX 2048
#define ALNUM                                                                  \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

static bool
only(const char *s, const char *allowed)
{
	return s[strspn(s, allowed)] == '\0';
}

static bool
has_control(const char *s)
{
	for (; *s != '\0'; s++)
		if (((unsigned char)*s < 0x20 && *s != '\t') || *s == 0x7f)
			return true;
	return false;
}

static void
answer(struct res *res, int status)
{
	res->status = status;
	res->tmpl = NULL;
	res->view = NULL;
	res->location = NULL;
	res->type = NULL;
	res->body = NULL;
}

enum err
res_page(struct res *res, const struct tmpl *tmpl, const void *view)
{
	answer(res, 200);
	res->tmpl = tmpl;
	res->view = view;
	return OK;
}

enum err
res_part(struct res *res, const struct tmpl *tmpl, const char *part,
    const void *view)
{
	TRY(res_page(res, tmpl, view));
	res->part = part;
	return OK;
}

enum err
res_invalid(struct res *res, const struct tmpl *tmpl, const void *view)
{
	answer(res, 422);
	res->tmpl = tmpl;
	res->view = view;
	return OK;
}

/* Browsers read "\" as "/" and drop TAB and LF inside a URL, so "/\host" and
 * "/<TAB>/host" would leave the site; other bytes must be percent-encoded. */
static bool
is_local(const char *path)
{
	if (path[0] != '/' || path[1] == '/')
		return false;
	for (; *path != '\0'; path++)
		if (*path <= ' ' || *path >= 0x7f || *path == '\\')
			return false;
	return true;
}

enum err
res_redirect(struct res *res, const char *fmt, ...)
{
	struct buf *path = buf_new(res->a, 128, LOCATION_MAX);
	va_list args;

	va_start(args, fmt);
	buf_vprintf(path, fmt, args);
	va_end(args);
	if (buf_overflow(path) || !is_local(path->p)) {
		log_error("redirect", "target is not a local path");
		return ERR_BUG;
	}
	answer(res, 303);
	res->location = path->p;
	return OK;
}

/* What no file system and no header parser takes amiss. */
static char *
ascii_name(struct arena *a, const char *name)
{
	char *out = arena_alloc(a, strlen(name) + 1);
	size_t n = 0;

	for (; *name != '\0'; name++) {
		bool plain = *name >= ' ' && *name < 0x7f &&
		    strchr("\"\\/%:*?<>|;", *name) == NULL;

		if (plain)
			out[n++] = *name;
		else if (n == 0 || out[n - 1] != '_')
			out[n++] = '_';
	}
	return out;
}

/* A path is never part of a download's name (RFC 6266 4.3). */
static char *
base_name(struct arena *a, const char *name)
{
	char *out = str_copy(a, name);

	for (char *p = out; *p != '\0'; p++)
		if (*p == '/' || *p == '\\')
			*p = '_';
	return out;
}

enum err
res_file(struct res *res, const char *type, const char *name, struct buf *body)
{
	if (str_empty(type) || has_control(type) || str_empty(name) ||
	    body == NULL || buf_overflow(body)) {
		log_error("file", "a download without type, name or bytes");
		return ERR_BUG;
	}
	name = base_name(res->a, name);
	TRY(res_header(res, "Content-Disposition",
	    str_printf(res->a,
		"attachment; filename=\"%s\"; filename*=UTF-8''%s",
		ascii_name(res->a, name), url_encode(res->a, name))));
	answer(res, 200);
	res->type = type;
	res->body = body;
	return OK;
}

enum err
res_nothing(struct res *res)
{
	answer(res, 204);
	return OK;
}

enum err
res_header(struct res *res, const char *name, const char *value)
{
	if (str_empty(name) || !only(name, ALNUM "-") || value == NULL ||
	    has_control(value)) {
		log_error("header", "a name or value no header can have");
		return ERR_BUG;
	}
	if (res->n_headers >= RES_HEADERS) {
		log_error("header", "more than %d headers", RES_HEADERS);
		return ERR_BUG;
	}
	res->headers[res->n_headers++] =
	    str_printf(res->a, "%s: %s", name, value);
	return OK;
}

enum err
res_cookie(struct res *res, const char *name, const char *value,
    int64_t seconds)
{
	const char *age = "";

	if (str_empty(name) || !only(name, ALNUM "_-") || value == NULL ||
	    !only(value, ALNUM "_.~-")) {
		log_error("cookie", "a name or value no cookie of ours has");
		return ERR_BUG;
	}
	if (seconds != 0)
		age = str_printf(res->a, "; Max-Age=%" PRId64,
		    seconds > 0 ? seconds : 0);
	return res_header(res, "Set-Cookie",
	    str_printf(res->a,
		"__Host-%s=%s; Path=/; Secure; HttpOnly; SameSite=Lax%s", name,
		value, age));
}
