/* SPDX-License-Identifier: AGPL-3.0-or-later
 * multipart/form-data as browsers send it (RFC 7578, WHATWG HTML 4.10.21.8):
 * a byte-driven machine, a parser for the head of a part, and the collector
 * that makes pairs. Stores no file and knows no form. */
#include "web/multipart.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "web/req.h"

#define BOUNDARY_MAX 70		/* RFC 2046 5.1.1 */
#define DELIM_MAX    (4 + BOUNDARY_MAX)

enum state { PREAMBLE, AFTER, HEAD, BODY, EPILOGUE };

struct multipart {
	struct arena *a;
	struct multipart_sink sink;
	enum state state;
	enum err failed;		/* sticky */
	char delim[DELIM_MAX + 1];	/* CRLF "--" boundary */
	size_t delim_n, matched;
	char head[MULTIPART_HEADER + 1];
	size_t head_n;
	char last;			/* byte before this one, in AFTER */
	int parts;
};

/* ---- parameters of a header value ---- */

static const char *
skip_blanks(const char *s)
{
	return s + strspn(s, " \t");
}

/* Browsers escape a quote as %22; curl and older ones write \". Any other
 * backslash stands for itself (a path from Windows). */
static const char *
quoted_value(struct arena *a, const char *s, char **value)
{
	char *out = arena_alloc(a, strlen(s) + 1);

	*value = out;
	for (s++; *s != '"'; s++) {
		if (s[0] == '\\' && s[1] == '"')
			s++;
		if (*s == '\0')
			return NULL;
		*out++ = *s;
	}
	return s + 1;
}

/* The next "; name=value". Returns where to go on; NULL at the end and, with
 * *bad set, at what is none. */
static const char *
param_next(struct arena *a, const char *s, char **name, char **value, bool *bad)
{
	size_t n;

	s = skip_blanks(s);
	*bad = *s != '\0' && *s != ';';
	if (*s != ';')
		return NULL;
	s = skip_blanks(s + 1);
	if (*s == '\0')
		return NULL;
	n = strcspn(s, "=; \t\"");
	*bad = n == 0 || s[n] != '=';
	if (*bad)
		return NULL;
	*name = str_copy_n(a, s, n);
	s += n + 1;
	if (*s == '"') {
		s = quoted_value(a, s, value);
		*bad = !s;
		return s;
	}
	n = strcspn(s, "; \t\"");
	*value = str_copy_n(a, s, n);
	return s + n;
}

/* Behind `word` (without case) when the value starts with just that. */
static const char *
after_word(const char *s, const char *word)
{
	size_t n = strlen(word);

	s = skip_blanks(s);
	if (strncasecmp(s, word, n) != 0 || !strchr("; \t", s[n]))
		return NULL;
	return s + n;
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *s = slash ? slash + 1 : path;
	const char *back = strrchr(s, '\\');

	return back ? back + 1 : s;
}

/* ---- the head of a part ---- */

struct disposition {
	char *name, *file;
};

static enum err
parse_disposition(struct arena *a, const char *s, struct disposition *d)
{
	char *name, *value;
	bool bad = true;

	if (d->name)
		return ERR_INVALID;
	s = after_word(s, "form-data");
	while (s && (s = param_next(a, s, &name, &value, &bad))) {
		char **member = NULL;

		if (strcasecmp(name, "name") == 0)
			member = &d->name;
		else if (strcasecmp(name, "filename") == 0)
			member = &d->file;
		if (!member)
			continue;
		if (*member || !utf8_valid(value, strlen(value)))
			return ERR_INVALID;
		*member = value;
	}
	return bad || str_empty(d->name) ? ERR_INVALID : OK;
}

/* m->head is complete lines and the empty one; CR and LF come as CRLF only. */
static enum err
begin_part(struct multipart *m)
{
	static const char disposition[] = "Content-Disposition:";
	struct disposition d = { 0 };
	char *line = m->head, *end;

	for (; (end = strstr(line, "\r\n")) != line; line = end + 2) {
		*end = '\0';
		if (strncasecmp(line, disposition, strlen(disposition)) == 0)
			TRY(parse_disposition(
			    m->a, line + strlen(disposition), &d));
	}
	if (!d.name)
		return ERR_INVALID;
	m->state = BODY;
	m->matched = 0;
	return m->sink.begin(
	    m->sink.arg, d.name, d.file ? base_name(d.file) : NULL);
}

/* ---- the machine ---- */

static enum err
emit(struct multipart *m, const void *p, size_t n)
{
	if (m->state != BODY || n == 0)
		return OK;
	return m->sink.data(m->sink.arg, p, n);
}

static enum err
end_body(struct multipart *m)
{
	enum state was = m->state;

	m->state = AFTER;
	m->matched = 0;
	m->last = '\0';
	return was == BODY ? m->sink.end(m->sink.arg) : OK;
}

/* Up to the next delimiter. It holds one CR, its first byte, so a failed match
 * starts again at the byte that failed. Bytes that turn out to be data leave
 * from the input itself: a body fed whole gives each part in one piece. Only
 * what was matched in an earlier feed comes from the delimiter's copy. */
static enum err
feed_body(
    struct multipart *m, const unsigned char **pp, const unsigned char *end)
{
	const unsigned char *from = *pp, *p = from;
	size_t before = m->matched;

	while (p < end) {
		if (*p == (unsigned char)m->delim[m->matched]) {
			p++;
			if (++m->matched < m->delim_n)
				continue;
			*pp = p;
			TRY(emit(m, from,
			    (size_t)(p - from) - (m->delim_n - before)));
			return end_body(m);
		}
		if (m->matched == 0) {
			p = memchr(p, '\r', (size_t)(end - p));
			if (!p)
				p = end;
			continue;
		}
		TRY(emit(m, m->delim, before));
		before = m->matched = 0;
	}
	*pp = end;
	return emit(m, from, (size_t)(end - from) - (m->matched - before));
}

/* Behind a delimiter: "--" ends all, blanks and CRLF start a part. */
static enum err
feed_after(struct multipart *m, char c)
{
	char last = m->last;

	m->last = c;
	if (last == '-') {
		m->state = EPILOGUE;
		return c == '-' ? OK : ERR_INVALID;
	}
	if (last == '\r') {
		m->state = HEAD;
		m->head_n = 0;
		if (++m->parts > MULTIPART_PARTS)
			return ERR_INVALID;
		return c == '\n' ? OK : ERR_INVALID;
	}
	if (c == '\r' || c == ' ' || c == '\t' || (c == '-' && last == '\0'))
		return OK;
	return ERR_INVALID;
}

static enum err
feed_head(struct multipart *m, char c)
{
	bool after_cr = m->head_n > 0 && m->head[m->head_n - 1] == '\r';

	if (c == '\0' || m->head_n == MULTIPART_HEADER ||
	    (c == '\n') != after_cr)
		return ERR_INVALID;
	m->head[m->head_n++] = c;
	m->head[m->head_n] = '\0';
	if (c != '\n')
		return OK;
	if (m->head_n == 2 || str_ends(m->head, "\r\n\r\n"))
		return begin_part(m);
	return OK;
}

static enum err
feed_some(
    struct multipart *m, const unsigned char **p, const unsigned char *end)
{
	switch (m->state) {
	case AFTER:
		return feed_after(m, (char)*(*p)++);
	case HEAD:
		return feed_head(m, (char)*(*p)++);
	case EPILOGUE:
		*p = end;
		return OK;
	case PREAMBLE:
	case BODY:
		break;
	}
	return feed_body(m, p, end);
}

enum err
multipart_feed(struct multipart *m, const unsigned char *p, size_t n)
{
	const unsigned char *end = n ? p + n : p;

	while (p < end && m->failed == OK)
		m->failed = feed_some(m, &p, end);
	return m->failed;
}

enum err
multipart_finish(struct multipart *m)
{
	if (m->failed == OK && m->state != EPILOGUE)
		m->failed = ERR_INVALID;
	return m->failed;
}

/* RFC 2046 5.1.1: bchars, no blank at the end. */
static bool
is_boundary(const char *s)
{
	static const char chars[] = "0123456789abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ'()+_,-./:=? ";
	size_t n = strlen(s);

	return n > 0 && n <= BOUNDARY_MAX && strspn(s, chars) == n &&
	    s[n - 1] != ' ';
}

static const char *
find_boundary(struct arena *a, const char *content_type)
{
	const char *s = content_type, *found = NULL;
	char *name, *value;
	bool bad = true;

	s = s ? after_word(s, "multipart/form-data") : NULL;
	while (s && (s = param_next(a, s, &name, &value, &bad))) {
		if (strcasecmp(name, "boundary") != 0)
			continue;
		if (found || !is_boundary(value))
			return NULL;
		found = value;
	}
	return bad ? NULL : found;
}

struct multipart *
multipart_new(struct arena *a, const char *content_type,
    const struct multipart_sink *sink)
{
	const char *boundary = find_boundary(a, content_type);
	struct multipart *m;

	if (!boundary)
		return NULL;
	m = arena_new(a, struct multipart);
	m->a = a;
	m->sink = *sink;
	m->delim_n = (size_t)snprintf(
	    m->delim, sizeof(m->delim), "\r\n--%s", boundary);
	/* The first delimiter stands at the very start, without its CRLF. */
	m->matched = 2;
	return m;
}

/* ---- pairs from a body in memory ---- */

struct collector {
	struct arena *a;
	struct pair *v;
	size_t n;
};

static enum err
collect_begin(void *arg, const char *name, const char *file)
{
	struct collector *c = arg;

	c->v[c->n] = (struct pair){ .name = name, .file = file };
	return OK;
}

static enum err
collect_data(void *arg, const unsigned char *p, size_t n)
{
	struct collector *c = arg;
	struct bytes *data = &c->v[c->n].data;

	if (data->n > 0)
		return ERR_BUG;	/* the body is fed whole: one piece a part */
	*data = (struct bytes){ p, n };
	return OK;
}

static enum err
collect_end(void *arg)
{
	struct collector *c = arg;
	struct pair *pair = &c->v[c->n++];
	struct bytes data = pair->data;

	if (pair->file) {
		pair->value = "";
		return OK;
	}
	pair->data = (struct bytes){ 0 };
	if (data.n == 0) {
		pair->value = "";
		return OK;
	}
	if (!utf8_valid((const char *)data.p, data.n))
		return ERR_INVALID;
	pair->value = str_copy_n(c->a, (const char *)data.p, data.n);
	return OK;
}

enum err
multipart_pairs(struct arena *a, const char *content_type, struct bytes body,
    struct list *pairs)
{
	struct collector c = { a,
		arena_array(a, MULTIPART_PARTS, sizeof(struct pair)), 0 };
	const struct multipart_sink sink = { collect_begin, collect_data,
		collect_end, &c };
	struct multipart *m = multipart_new(a, content_type, &sink);

	*pairs = (struct list){ 0 };
	if (!m)
		return ERR_INVALID;
	TRY(multipart_feed(m, body.p, body.n));
	TRY(multipart_finish(m));
	*pairs = (struct list){ c.v, c.n };
	return OK;
}
