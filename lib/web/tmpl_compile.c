/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The tree of a page and its layout to instructions: elements, texts,
 * t:content, t:title, the token of a form. Every output of markup is decided
 * here or in tmpl_attr; called by tmpl.c and, for parts, by tmpl_call. */
#include "web/tmpl_private.h"

#include <libxml/tree.h>
#include <string.h>
#include <strings.h>

/* A stretch of a unit's translation, put where the element's children are. */
struct span {
	const struct tmpl_unit *unit;
	const char *s, *end;
};

static void element(struct tmpl_compile *, const struct tmpl_place *,
    xmlNode *, const struct span *);

static const char *
name_of(const xmlNode *node)
{
	return (const char *)node->name;
}

static void
pieces(struct tmpl_compile *c, const struct tmpl_place *place, const char *s,
    size_t n)
{
	struct tmpl_pieces p = { NULL, 0, 0 };

	tmpl_text_pieces(c, place, s, n, &p);
	for (size_t i = 0; i < p.n; i++)
		tmpl_emit_piece(c, &p.v[i], ESC_TEXT);
}

/* Number of the <n> or <n/> at s, its length and whether it closes itself. */
static size_t
tag_at(const char *s, size_t *len, bool *alone)
{
	char *end;
	size_t n;

	if (s[0] != '<' || s[1] < '1' || s[1] > '9')
		return 0;
	n = strtoul(s + 1, &end, 10);
	*alone = *end == '/';
	end += *alone;
	*len = (size_t)(end - s) + 1;
	return *end == '>' ? n : 0;
}

/* The element a tag stands for; what is left of the span begins at the
 * returned place, NULL if tags cross each other. */
static const char *
span_element(struct tmpl_compile *c, const struct tmpl_place *place,
    const struct span *span, const char *s, size_t number)
{
	struct span inner = { span->unit, NULL, NULL };
	const char *close = str_printf(c->b->a, "</%zu>", number);
	size_t len;
	bool alone;

	(void)tag_at(s, &len, &alone);
	if (number > span->unit->n)
		return NULL;
	if (alone) {
		element(c, place, span->unit->v[number - 1], NULL);
		return s + len;
	}
	inner.s = s + len;
	inner.end = strstr(inner.s, close);
	if (inner.end == NULL || inner.end > span->end)
		return NULL;
	element(c, place, span->unit->v[number - 1], &inner);
	return inner.end + strlen(close);
}

static void
spans(struct tmpl_compile *c, const struct tmpl_place *place,
    const struct span *span)
{
	const char *s = span->s, *from = s;

	while (s < span->end) {
		size_t len, number;
		bool alone;

		number = tag_at(s, &len, &alone);
		if (number == 0 && !(s[0] == '<' && s[1] == '/' &&
		    s[2] >= '0' && s[2] <= '9')) {
			s++;
			continue;
		}
		pieces(c, place, from, (size_t)(s - from));
		s = number > 0 ? span_element(c, place, span, s, number) :
		    NULL;
		if (s == NULL) {
			tmpl_fail(c->b, place, "<n> and </n> do not match "
			    "in \"%s\"", span->unit->msgid);
			return;
		}
		from = s;
	}
	pieces(c, place, from, (size_t)(s - from));
}

static void
unit(struct tmpl_compile *c, const struct tmpl_place *place,
    struct tmpl_unit *u)
{
	const char *before = "", *after = "", *text;
	struct span all = { .unit = u };

	if (!place->verbatim)
		u->msgid = tmpl_text_trim(u->msgid, &before, &after);
	text = tmpl_text_translate(c, place, u->msgid);
	all.s = text;
	all.end = text + strlen(text);
	tmpl_emit_raw(c, before);
	spans(c, place, &all);
	tmpl_emit_raw(c, after);
}

static void
text_node(struct tmpl_compile *c, const struct tmpl_place *place,
    const xmlNode *node)
{
	struct tmpl_place here = *place;
	char *s = tmpl_text_clean(c->b->a, (const char *)node->content,
	    place->verbatim);
	const char *before = "", *after = "", *text;

	if (s == NULL)
		return;
	here.line = tmpl_text_line(node);
	text = s;
	if (!place->plain && tmpl_text_words(s)) {
		if (!place->verbatim)
			s = tmpl_text_trim(s, &before, &after);
		text = tmpl_text_translate(c, &here, s);
	}
	tmpl_emit_raw(c, before);
	pieces(c, &here, text, strlen(text));
	tmpl_emit_raw(c, after);
}

void
tmpl_compile_children(struct tmpl_compile *c, const struct tmpl_place *place,
    xmlNode *node)
{
	struct tmpl_unit u;

	if (!place->plain && tmpl_text_unit(c->b->a, node, place->verbatim,
	    &u)) {
		unit(c, place, &u);
		return;
	}
	for (xmlNode *p = node->children; p != NULL; p = p->next) {
		if (p->type == XML_ELEMENT_NODE)
			element(c, place, p, NULL);
		else if (p->type == XML_TEXT_NODE)
			text_node(c, place, p);
	}
}

static void
inside(struct tmpl_compile *c, const struct tmpl_place *place, xmlNode *node,
    const struct span *span)
{
	if (span != NULL)
		spans(c, place, span);
	else
		tmpl_compile_children(c, place, node);
}

/* <t:content/>: the children of the page or of the t:call, which know what
 * is known where they stand and not what the layout or part knows. */
static void
content(struct tmpl_compile *c, const struct tmpl_place *place)
{
	struct tmpl_place there;

	if (place->content_place == NULL) {
		tmpl_fail(c->b, place, "t:content outside layout and part");
		return;
	}
	there = *place->content_place;
	there.plain |= place->plain;
	there.verbatim |= place->verbatim;
	there.repeated |= place->repeated;
	tmpl_compile_children(c, &there, place->content);
}

static void
title(struct tmpl_compile *c)
{
	const char *text = c->title;

	if (text == NULL)
		return;
	if (tmpl_text_words(text))
		text = tmpl_text_translate(c, c->title_place, text);
	pieces(c, c->title_place, text, strlen(text));
}

static void
only_control(struct tmpl_compile *c, const struct tmpl_place *place,
    const xmlNode *node)
{
	for (const xmlAttr *p = node->properties; p != NULL; p = p->next)
		if (p->ns == NULL || (!str_eq((const char *)p->name, "if") &&
		    !str_eq((const char *)p->name, "for")))
			tmpl_fail(c->b, place, "t:%s takes no %s",
			    name_of(node), (const char *)p->name);
}

static void
special(struct tmpl_compile *c, const struct tmpl_place *place, xmlNode *node,
    const struct span *span)
{
	const char *name = name_of(node);

	if (str_eq(name, "call")) {
		tmpl_call(c, place, node);
		return;
	}
	only_control(c, place, node);
	if (str_eq(name, "group"))
		inside(c, place, node, span);
	else if (str_eq(name, "content"))
		content(c, place);
	else if (str_eq(name, "title"))
		title(c);
	else
		tmpl_fail(c->b, place, "unknown element t:%s", name);
}

static void
check_element(struct tmpl_compile *c, const struct tmpl_place *place,
    const xmlNode *node)
{
	/* The second row is raw text to a browser, where escapes are not
	 * undone; the third can change attributes later. */
	static const char *const refused[] = {
		"style", "base", "iframe", "object", "embed", "applet",
		"xmp", "noembed", "noframes", "plaintext", "frameset",
		"animate", "set",
	};
	const char *name = name_of(node);

	for (size_t i = 0; i < COUNT(refused); i++)
		if (strcasecmp(name, refused[i]) == 0)
			tmpl_fail(c->b, place, "<%s> is refused", name);
	if (strcasecmp(name, "script") == 0 && (node->children != NULL ||
	    tmpl_parse_get(c->b->a, node, "src") == NULL))
		tmpl_fail(c->b, place, "<script> needs src and no content");
	if (tmpl_text_void(name) && node->children != NULL)
		tmpl_fail(c->b, place, "<%s> has no content", name);
}

static bool
is_post(struct tmpl_compile *c, const xmlNode *node)
{
	const char *method = tmpl_parse_get(c->b->a, node, "method");

	return str_eq(name_of(node), "form") && method != NULL &&
	    strcasecmp(method, "post") == 0;
}

static void
tag(struct tmpl_compile *c, const struct tmpl_place *place, xmlNode *node,
    const struct span *span)
{
	const char *name = name_of(node);
	struct tmpl_place in = *place;

	check_element(c, place, node);
	in.plain |= tmpl_text_plain(node);
	in.verbatim |= str_eq(name, "pre") || str_eq(name, "textarea");
	tmpl_emit_raw(c, "<");
	tmpl_emit_raw(c, name);
	tmpl_attr_all(c, &in, node);
	/* Browsers drop the first newline after these two. */
	tmpl_emit_raw(c, in.verbatim && !place->verbatim ? ">\n" : ">");
	if (is_post(c, node)) {
		tmpl_emit_raw(c,
		    "<input type=\"hidden\" name=\"token\" value=\"");
		(void)tmpl_emit(c, OP_TOKEN);
		tmpl_emit_raw(c, "\">");
	}
	if (tmpl_text_void(name))
		return;
	inside(c, &in, node, span);
	tmpl_emit_raw(c, "</");
	tmpl_emit_raw(c, name);
	tmpl_emit_raw(c, ">");
}

static void
element(struct tmpl_compile *c, const struct tmpl_place *place, xmlNode *node,
    const struct span *span)
{
	const char *loop = tmpl_parse_get_t(c->b->a, node, "for");
	const char *cond = tmpl_parse_get_t(c->b->a, node, "if");
	const char *part = tmpl_parse_get_t(c->b->a, node, "part");
	struct tmpl_block block = { .n = 0 };
	struct tmpl_place here = *place;
	size_t first = part != NULL ? tmpl_emit_here(c) : 0;

	here.line = (int)xmlGetLineNo(node);
	if (loop != NULL && !tmpl_expr_for(c, &here, loop, &block))
		return;
	if (cond == NULL || tmpl_expr_if(c, &here, cond, &block)) {
		if (tmpl_parse_is(node, NULL))
			special(c, &here, node, span);
		else
			tag(c, &here, node, span);
	}
	tmpl_expr_close(c, &block);
	if (part == NULL)
		return;
	if (place->repeated)
		tmpl_fail(c->b, &here, "t:part inside t:for");
	else
		tmpl_emit_part(c, &here, part, first);
}

static void
attributes_known(struct tmpl_compile *c, const struct tmpl_place *place,
    const xmlNode *root, const char *list)
{
	for (const xmlAttr *p = root->properties; p != NULL; p = p->next)
		if (p->ns != NULL ||
		    !tmpl_call_lists(list, (const char *)p->name))
			tmpl_fail(c->b, place, "t:%s takes no %s",
			    name_of(root), (const char *)p->name);
}

static bool
has_html(const xmlNode *root)
{
	size_t n = 0;

	for (const xmlNode *p = root->children; p != NULL; p = p->next)
		if (p->type == XML_ELEMENT_NODE ||
		    (p->type == XML_TEXT_NODE && !xmlIsBlankNode(p)))
			n += str_eq(name_of(p), "html") ? 1 : 2;
	return n == 1;
}

static void
document(struct tmpl_compile *c, const struct tmpl_place *place, xmlNode *root)
{
	if (!has_html(root)) {
		tmpl_fail(c->b, place, "must hold one <html>%s",
		    str_eq(name_of(root), "page") ? " or name a layout" : "");
		return;
	}
	tmpl_emit_raw(c, "<!DOCTYPE html>\n");
	tmpl_compile_children(c, place, root);
}

void
tmpl_compile_page(struct tmpl_compile *c, const char *name)
{
	struct tmpl_place none = { .file = name };
	const struct tmpl_file *file = tmpl_parse_file(c->b, &none,
	    str_printf(c->b->a, "%s.xhtml", name));
	xmlNode *root = tmpl_parse_root(c->b, file, "page"), *around;
	struct tmpl_place page = { .file = file->name }, out = page;
	const char *layout;

	if (root == NULL)
		return;
	page.line = (int)xmlGetLineNo(root);
	attributes_known(c, &page, root, "layout title");
	c->title = tmpl_parse_get(c->b->a, root, "title");
	c->title_place = &page;
	layout = tmpl_parse_get(c->b->a, root, "layout");
	if (layout == NULL) {
		document(c, &page, root);
		return;
	}
	file = tmpl_parse_file(c->b, &page,
	    str_printf(c->b->a, "%s.xhtml", layout));
	around = tmpl_parse_root(c->b, file, "layout");
	if (around == NULL)
		return;
	out.file = file->name;
	out.line = (int)xmlGetLineNo(around);
	out.content = root;
	out.content_place = &page;
	attributes_known(c, &out, around, "");
	if (!tmpl_call_content(around))
		tmpl_fail(c->b, &out, "layout without t:content");
	document(c, &out, around);
}
