/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Forms and texts of a page, read with the HTML parser of libxml2, which is
 * not the one that made them. Used by browser.h. */
#include "t/page/browser.h"

#include <libxml/HTMLparser.h>
#include <libxml/xpath.h>

#include "base/rand.h"
#include "base/hex.h"
#include "web/url.h"

#define PAIRS 1000

/* ── the page ───────────────────────────────────────────────────────────── */

static htmlDocPtr
parse(const struct browser *b)
{
	htmlDocPtr doc = htmlReadMemory(b->text, (int)strlen(b->text), NULL,
	    "UTF-8", HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
	    HTML_PARSE_NOWARNING | HTML_PARSE_NONET);

	ck_assert_msg(doc != NULL, "%s is no page: %s", b->asked, b->text);
	return doc;
}

static const char *
copied(xmlChar *text)
{
	const char *out = text == NULL ? NULL : str_copy(a, (char *)text);

	xmlFree(text);
	return out;
}

static const char *
attr(xmlNodePtr node, const char *name)
{
	return copied(xmlGetProp(node, (const xmlChar *)name));
}

/* Calls `each` for all nodes of an XPath expression. */
static void
find(xmlDocPtr doc, xmlNodePtr from, const char *path,
    void (*each)(xmlNodePtr, void *), void *arg)
{
	xmlXPathContextPtr ctx = xmlXPathNewContext(doc);
	xmlXPathObjectPtr found;

	ctx->node = from;
	found = xmlXPathEvalExpression((const xmlChar *)path, ctx);
	ck_assert_ptr_nonnull(found);
	for (int i = 0; found->nodesetval != NULL &&
	    i < found->nodesetval->nodeNr; i++)
		each(found->nodesetval->nodeTab[i], arg);
	xmlXPathFreeObject(found);
	xmlXPathFreeContext(ctx);
}

/* ── reading a form ─────────────────────────────────────────────────────── */

struct wanted {
	const char *action;
	size_t n, seen;
	struct sheet *sheet;
	xmlDocPtr doc;
};

static const char *
option_value(xmlNodePtr option)
{
	const char *value = attr(option, "value");

	return value == NULL ? copied(xmlNodeGetContent(option)) : value;
}

struct chosen {
	const char *first, *selected;
};

static void
take_option(xmlNodePtr option, void *arg)
{
	struct chosen *c = arg;
	const char *value = option_value(option);

	if (c->first == NULL)
		c->first = value;
	if (attr(option, "selected") != NULL)
		c->selected = value;
}

static void
take_input(xmlNodePtr node, struct sheet *s, const char *name)
{
	const char *type = attr(node, "type"), *value = attr(node, "value");

	if (str_eq(type, "submit") || str_eq(type, "button"))
		return;
	if (str_eq(type, "file")) {
		s->file = name;
		return;
	}
	if ((str_eq(type, "checkbox") || str_eq(type, "radio")) &&
	    attr(node, "checked") == NULL)
		return;
	sheet_add(s, name, value == NULL ? "" : value);
}

static void
take_control(xmlNodePtr node, void *arg)
{
	struct wanted *w = arg;
	const char *name = attr(node, "name");
	const char *kind = (const char *)node->name;
	struct chosen c = { NULL, NULL };

	if (name == NULL)
		return;
	if (str_eq(kind, "input")) {
		take_input(node, w->sheet, name);
	} else if (str_eq(kind, "textarea")) {
		const char *text = copied(xmlNodeGetContent(node));

		/* Browsers drop the newline after the tag. */
		sheet_add(w->sheet, name, text + (*text == '\n'));
	} else {
		find(w->doc, node, ".//option", take_option, &c);
		if (c.first != NULL)
			sheet_add(w->sheet, name,
			    c.selected != NULL ? c.selected : c.first);
	}
}

static void
take_form(xmlNodePtr node, void *arg)
{
	struct wanted *w = arg;

	if (!str_eq(attr(node, "action"), w->action) ||
	    !str_eq(attr(node, "method"), "post") || w->seen++ != w->n)
		return;
	w->sheet = sheet_new(w->action);
	find(w->doc, node, ".//input | .//select | .//textarea", take_control,
	    w);
}

static struct wanted
look(const struct browser *b, const char *action, size_t n)
{
	struct wanted w = { .action = action, .n = n };

	w.doc = parse(b);
	find(w.doc, xmlDocGetRootElement(w.doc), "//form", take_form, &w);
	xmlFreeDoc(w.doc);
	return w;
}

struct sheet *
sheet_nth(const struct browser *b, const char *action, size_t n)
{
	struct wanted w = look(b, action, n);

	ck_assert_msg(w.sheet != NULL, "%s (%d) has no form %zu to %s: %s",
	    b->asked, b->status, n, action, browser_said(b));
	ck_assert_msg(sheet_get(w.sheet, "token") != NULL,
	    "%s: the form to %s has no token", b->asked, action);
	return w.sheet;
}

struct sheet *
sheet_of(const struct browser *b, const char *action)
{
	return sheet_nth(b, action, 0);
}

size_t
sheet_count(const struct browser *b, const char *action)
{
	return look(b, action, 0).seen;
}

/* ── filling it in ──────────────────────────────────────────────────────── */

struct sheet *
sheet_new(const char *action)
{
	struct sheet *s = arena_new(a, struct sheet);

	s->action = str_copy(a, action);
	s->name = arena_array(a, PAIRS, sizeof *s->name);
	s->value = arena_array(a, PAIRS, sizeof *s->value);
	return s;
}

void
sheet_add(struct sheet *s, const char *name, const char *value)
{
	ck_assert_uint_lt(s->n, PAIRS);
	s->name[s->n] = str_copy(a, name);
	s->value[s->n++] = str_copy(a, value);
}

void
sheet_put(struct sheet *s, const char *name, const char *value)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (str_eq(s->name[i], name))
			continue;
		s->name[kept] = s->name[i];
		s->value[kept++] = s->value[i];
	}
	s->n = kept;
	if (value != NULL)
		sheet_add(s, name, value);
}

const char *
sheet_get(const struct sheet *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->name[i], name))
			return s->value[i];
	return NULL;
}

bool
sheet_has(const struct sheet *s, const char *name, const char *value)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->name[i], name) && str_eq(s->value[i], value))
			return true;
	return false;
}

const char *
sheet_body(const struct sheet *s)
{
	struct buf *b = buf_new(a, 1024, (size_t)16 << 20);

	for (size_t i = 0; i < s->n; i++)
		buf_printf(b, "%s%s=%s", i == 0 ? "" : "&",
		    url_encode(a, s->name[i]), url_encode(a, s->value[i]));
	return b->p;
}

static struct bytes
multipart(const struct sheet *s, const char *boundary)
{
	struct buf *b = buf_new(a, 65536, (size_t)64 << 20);

	for (size_t i = 0; i < s->n; i++)
		buf_printf(b, "--%s\r\nContent-Disposition: form-data;"
		    " name=\"%s\"\r\n\r\n%s\r\n", boundary, s->name[i],
		    s->value[i]);
	buf_printf(b, "--%s\r\nContent-Disposition: form-data; name=\"%s\";"
	    " filename=\"%s\"\r\nContent-Type: text/csv\r\n\r\n", boundary,
	    s->file, s->file_name == NULL ? "" : s->file_name);
	buf_add(b, (const char *)s->data.p, s->data.n);
	buf_printf(b, "\r\n--%s--\r\n", boundary);
	return (struct bytes){ (const unsigned char *)b->p, b->n };
}

int
sheet_post(struct browser *b, const struct sheet *s)
{
	const char *boundary = str_printf(a, "----%s", uid_text(a, uid_new()));
	struct client_request rq = { .method = "POST", .path = s->action };

	if (s->file == NULL)
		return browser_post(b, s->action, sheet_body(s));
	rq.content_type = str_printf(a, "multipart/form-data; boundary=%s",
	    boundary);
	rq.body = multipart(s, boundary);
	return browser_send(b, &rq);
}

/* ── texts ──────────────────────────────────────────────────────────────── */

static const char *
single_blanks(const char *text)
{
	struct buf *b = buf_new(a, 4096, (size_t)16 << 20);
	bool blank = false;

	for (; *text != '\0'; text++) {
		blank = strchr(" \t\r\n", *text) != NULL;
		if (!blank)
			buf_char(b, *text);
		else if (b->n > 0 && b->p[b->n - 1] != ' ')
			buf_char(b, ' ');
	}
	return b->p;
}

static void
take_text(xmlNodePtr node, void *arg)
{
	struct buf *b = arg;

	buf_char(b, ' ');
	buf_str(b, copied(xmlNodeGetContent(node)));
}

const char *
page_words(const struct browser *b)
{
	const char *type = client_header(&b->answer, "Content-Type");
	struct buf *words = buf_new(a, 4096, (size_t)16 << 20);
	xmlDocPtr doc;

	if (*b->text == '\0' || type == NULL || !str_starts(type, "text/html"))
		return b->text;
	doc = parse(b);
	find(doc, xmlDocGetRootElement(doc), "//text()", take_text, words);
	xmlFreeDoc(doc);
	return single_blanks(words->p);
}

struct link {
	const char *prefix, *href;
	size_t n;
};

static void
take_link(xmlNodePtr node, void *arg)
{
	struct link *l = arg;
	const char *href = attr(node, "href");

	if (href != NULL && str_starts(href, l->prefix) && l->n-- == 0)
		l->href = href;
}

const char *
page_link(const struct browser *b, const char *prefix, size_t n)
{
	struct link l = { prefix, NULL, n };
	xmlDocPtr doc = parse(b);

	find(doc, xmlDocGetRootElement(doc), "//a", take_link, &l);
	xmlFreeDoc(doc);
	return l.href;
}

const char *
page_error_of(const struct browser *b, const char *name)
{
	struct buf *words = buf_new(a, 256, 65536);
	xmlDocPtr doc = parse(b);

	find(doc, xmlDocGetRootElement(doc),
	    str_printf(a, "//*[@id='f-%s']//p[contains(concat(' ',@class,' '),"
		" ' error ')] | //p[@id='f-%s' and @class='error']", name,
		name),
	    take_text, words);
	xmlFreeDoc(doc);
	return words->n == 0 ? NULL : single_blanks(words->p);
}

/* Tokens are 48 characters base64url in a hidden field. */
const char *
page_masked(const struct browser *b)
{
	static const char mark[] = "name=\"token\" value=\"";
	struct buf *out = buf_new(a, 4096, (size_t)16 << 20);
	const char *at = b->text, *next;

	while ((next = strstr(at, mark)) != NULL) {
		next += strlen(mark);
		buf_add(out, at, (size_t)(next - at));
		at = next + strcspn(next, "\"");
	}
	buf_str(out, at);
	return out->p;
}
