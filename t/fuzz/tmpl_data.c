/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Hostile data through one fixed template: whatever the values are, a parser
 * of HTML must find the same elements and the same texts again. */
#include <libxml/HTMLparser.h>
#include <libxml/tree.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "web/tmpl_private.h"
#include "web/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

struct row {
	const char *b;
};
struct view {
	const char *a, *b;
	struct list rows;
};
FIELDS(struct row, row_fields, F_TEXT(struct row, b));
FIELDS(struct view, view_fields, F_TEXT(struct view, a),
    F_TEXT(struct view, b), F_ROWS(struct view, rows, &row_fields));

#define ELEMENTS 16

static const char source[] =
    "<t:page xmlns:t=\"urn:renraku:template\"><html><head>"
    "<title>x{a}y</title></head><body>"
    "<p>x{a}y</p>"
    "<p title=\"x{b}y\">x{b}y<b>.</b></p>"
    "<p><a href=\"{a}\">.</a></p>"
    "<p><a href=\"{a}/{b}\">.</a></p>"
    "<p><a href=\"/q?x={b}\">.</a></p>"
    "<form method=\"post\" action=\"{b}\"><textarea>x{a}y</textarea></form>"
    "<p t:for=\"r in rows\" title=\"{r.b}\" t:if=\"a != 'x'\">x{r.b}y</p>"
    "</body></html></t:page>";

static struct tmpl page;
static const struct tmpl *page_ref[1] = { &page };

static const char *
token(void *arg, const char *action)
{
	return str_printf(arg, "\"<%s>", action);
}

static struct tmpl_set *
compile(void)
{
	struct arena *a = arena_init((size_t)1 << 20);
	char dir[] = "/tmp/tmpl-fuzz-XXXXXX";
	struct buf *errors = buf_new(a, 256, 65536);
	struct tmpl_set *set;
	const char *path;
	FILE *f;

	if (mkdtemp(dir) == NULL)
		abort();
	path = str_printf(a, "%s/p.xhtml", dir);
	f = fopen(path, "we");
	if (f == NULL || fputs(source, f) == EOF || fclose(f) != 0)
		abort();
	page = (struct tmpl){ "p", &view_fields, &page_ref[0] };
	if (tmpl_init_list(dir, NULL, NULL, page_ref, 1, errors, &set) != OK) {
		(void)fputs(errors->p, stderr);
		abort();
	}
	(void)unlink(path);
	(void)rmdir(dir);
	arena_free(a);
	return set;
}

/* The parser's answer and ours, elements in the order of the page. */
struct seen {
	const xmlNode *v[ELEMENTS + 8];
	size_t n;
};

static void
walk(const xmlNode *node, struct seen *seen)
{
	for (; node != NULL; node = node->next) {
		if (node->type != XML_ELEMENT_NODE)
			continue;
		if (seen->n < COUNT(seen->v))
			seen->v[seen->n] = node;
		seen->n++;
		walk(node->children, seen);
	}
}

static void
must(bool so, const char *what)
{
	if (so)
		return;
	(void)fprintf(stderr, "%s\n", what);
	abort();
}

/* A parser may turn CR LF into LF. */
static bool
same(const char *got, const char *before, const char *s, const char *after)
{
	const char *parts[] = { before, s, after };

	for (size_t i = 0; i < 3; i++)
		for (const char *p = parts[i]; *p != '\0'; p++) {
			if (*p == '\r')
				continue;
			while (*got == '\r')
				got++;
			if (*got++ != *p)
				return false;
		}
	while (*got == '\r')
		got++;
	return *got == '\0';
}

static void
must_text(const xmlNode *node, const char *before, const char *s,
    const char *after, const char *what)
{
	xmlChar *got = xmlNodeGetContent(node);

	must(got != NULL && same((const char *)got, before, s, after), what);
	xmlFree(got);
}

static void
must_attribute(const xmlNode *node, const char *name, const char *before,
    const char *s, const char *after)
{
	xmlChar *got = xmlGetProp(node, (const xmlChar *)name);

	must(got != NULL && same((const char *)got, before, s, after), name);
	xmlFree(got);
}

static bool
is_safe(const char *s)
{
	static const char *const safe[] = { "https://", "http://", "mailto:",
		"tel:" };

	if (*s == '/')
		return s[1] != '/' && s[1] != '\\';
	for (size_t i = 0; i < COUNT(safe); i++)
		if (strncmp(s, safe[i], strlen(safe[i])) == 0)
			return true;
	return false;
}

/* A URL that is {s} alone: left out when empty. */
static void
must_url(const xmlNode *node, const char *name, const char *s)
{
	if (*s == '\0')
		must(xmlHasProp((xmlNode *)(uintptr_t)node,
		    (const xmlChar *)name) == NULL, "empty URL");
	else
		must_attribute(node, name, is_safe(s) ? s : "#", "", "");
}

/* The action's path, or the page's own when it has none. */
static void
must_token(struct arena *arena, const xmlNode *node, const char *s)
{
	size_t n;

	if (*s != '\0' && !is_safe(s))
		s = "#";
	n = strcspn(s, "?");
	must_attribute(node, "value", "\"<", n == 0 ? "/\"here" :
	    str_copy_n(arena, s, n), ">");
}

static void
compare(struct arena *arena, const struct seen *seen, const struct view *view)
{
	const char *a = view->a, *b = view->b;
	size_t rows = strcmp(a, "x") == 0 ? 0 : view->rows.n;
	const xmlNode *const *v = seen->v;

	must(seen->n == ELEMENTS + rows, "elements");
	must_text(v[2], "x", a, "y", "title");
	must_text(v[4], "x", a, "y", "text");
	must_attribute(v[5], "title", "x", b, "y");
	must_text(v[5], "x", b, "y.", "text and element");
	must_url(v[8], "href", a);
	must_attribute(v[10], "href", is_safe(a) ? a : "#",
	    is_safe(a) ? "/" : "", is_safe(a) ? url_encode(arena, b) : "");
	must_attribute(v[12], "href", "/q?x=", url_encode(arena, b), "");
	must_url(v[13], "action", b);
	must_token(arena, v[14], b);
	must_text(v[15], "\nx", a, "y", "textarea");
	for (size_t i = 0; i < rows; i++)
		must_text(v[ELEMENTS + i], "x", b, "y", "row");
}

static void
one(struct tmpl_set *set, struct arena *arena, const struct view *view)
{
	struct tmpl_env env = { .a = arena, .lang = LANG_JA, .token = token,
		.arg = arena, .path = "/\"here" };
	struct buf *out = buf_new(arena, 4096, (size_t)16 << 20);
	struct seen seen = { .n = 0 };
	htmlDocPtr doc;

	must(tmpl_render(set, &page, &env, view, out) == OK, "render");
	doc = htmlReadMemory(out->p, (int)out->n, NULL, "UTF-8",
	    HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
	    HTML_PARSE_RECOVER);
	must(doc != NULL, "parse");
	walk(xmlDocGetRootElement(doc), &seen);
	compare(arena, &seen, view);
	xmlFreeDoc(doc);
}

/* Both texts are what follows the input check: valid UTF-8. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tmpl_set *set;
	static struct arena *arena;
	struct view view;
	struct row *rows;
	char *text, *bar;

	if (set == NULL) {
		set = compile();
		arena = arena_init((size_t)64 << 20);
	}
	if (!utf8_valid((const char *)data, size))
		return 0;
	arena_reset(arena);
	text = str_copy_n(arena, (const char *)data, size);
	bar = strchr(text, '|');
	if (bar != NULL)
		*bar = '\0';
	view.a = text;
	view.b = bar != NULL ? bar + 1 : text;
	rows = arena_array(arena, 2, sizeof(*rows));
	rows[0].b = rows[1].b = view.b;
	view.rows = (struct list){ rows, 2 };
	one(set, arena, &view);
	return 0;
}
