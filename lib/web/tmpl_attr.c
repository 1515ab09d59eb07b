/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Attributes of a start tag: which are refused, which hold URLs, which are
 * translated, which are left out when empty. Called by tmpl_compile only. */
#include "web/tmpl_private.h"

#include <libxml/tree.h>
#include <string.h>
#include <strings.h>

static bool
in(const char *const *words, size_t n, const char *s)
{
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(words[i], s) == 0)
			return true;
	return false;
}

static bool
is_boolean(const char *name)
{
	static const char *const words[] = {
		"checked", "selected", "disabled", "required", "open",
		"hidden", "multiple", "autofocus", "readonly",
	};

	return in(words, COUNT(words), name);
}

static bool
is_url(const char *name)
{
	static const char *const words[] = {
		"src", "action", "formaction", "poster", "cite", "manifest",
		"background", "data", "data-src", "data-url", "data-action",
	};
	size_t n = strlen(name);

	return in(words, COUNT(words), name) ||
	    (n >= 4 && strcasecmp(name + n - 4, "href") == 0);
}

/* Attributes that hold several URLs or a program: no values into them. */
static bool
is_literal_only(const char *name)
{
	static const char *const words[] = {
		"srcset", "imagesrcset", "ping", "http-equiv", "integrity",
		"method", "formmethod",
	};

	return in(words, COUNT(words), name);
}

static bool
is_refused(const char *name)
{
	static const char *const words[] = { "style", "srcdoc", "xmlns" };

	return strncasecmp(name, "on", 2) == 0 ||
	    in(words, COUNT(words), name);
}

static bool
is_program(const char *url)
{
	url += strspn(url, " \t\r\n");
	return strncasecmp(url, "javascript:", 11) == 0 ||
	    strncasecmp(url, "vbscript:", 9) == 0;
}

/* The text before the first value, constants included. */
static const char *
literal(struct tmpl_compile *c, const struct tmpl_pieces *p, bool *all)
{
	struct buf *out = buf_new(c->b->a, 64, TMPL_TEXT_MAX);
	size_t i = 0;

	while (i < p->n && p->v[i].text != NULL)
		buf_str(out, p->v[i++].text);
	*all = i == p->n;
	return out->p;
}

static void
check_id(struct tmpl_compile *c, const struct tmpl_place *place,
    const char *id)
{
	struct tmpl_id *new;

	for (const struct tmpl_id *p = c->ids; p != NULL; p = p->next)
		if (str_eq(p->id, id))
			tmpl_fail(c->b, place, "second id=\"%s\"", id);
	new = arena_new(c->b->a, struct tmpl_id);
	new->id = id;
	new->next = c->ids;
	c->ids = new;
}

static void
check(struct tmpl_compile *c, const struct tmpl_place *place, const char *name,
    const struct tmpl_pieces *p)
{
	bool all;
	const char *text = literal(c, p, &all);

	if (str_eq(name, "id") && all)
		check_id(c, place, text);
	if (!all && is_literal_only(name))
		tmpl_fail(c->b, place, "no {name} in %s", name);
	if (!is_url(name))
		return;
	if (is_program(text))
		tmpl_fail(c->b, place, "%s: javascript is refused", name);
	if (p->n > 0 && p->v[0].text == NULL &&
	    p->v[0].ref.type != FIELD_TEXT)
		tmpl_fail(c->b, place, "%s: a URL begins with a text", name);
}

static void
emit_url(struct tmpl_compile *c, const struct tmpl_pieces *p)
{
	size_t first = 0, end;

	for (size_t i = 0; i < p->n; i++) {
		tmpl_emit_piece(c, &p->v[i], p->v[i].text != NULL ? ESC_ATTR :
		    i == 0 ? ESC_URL : ESC_QUERY);
		if (i == 0)
			first = c->n;
	}
	if (p->n == 0 || p->v[0].text != NULL)
		return;
	end = tmpl_emit_here(c);
	c->v[first - 1].to = end;
}

static void
emit(struct tmpl_compile *c, const char *name, const struct tmpl_pieces *p,
    bool marked)
{
	tmpl_emit_raw(c, " ");
	tmpl_emit_raw(c, name);
	tmpl_emit_raw(c, "=\"");
	if (marked)
		(void)tmpl_emit(c, OP_MARK);
	if (is_url(name))
		emit_url(c, p);
	else
		for (size_t i = 0; i < p->n; i++)
			tmpl_emit_piece(c, &p->v[i], ESC_ATTR);
	tmpl_emit_raw(c, "\"");
}

/* Left out as a whole when its only value is empty. */
static void
emit_optional(struct tmpl_compile *c, const char *name,
    const struct tmpl_pieces *p, bool marked)
{
	struct tmpl_ins *ins = tmpl_emit(c, OP_TEST);
	size_t test = c->n - 1, end;

	ins->test = TEST_PRESENT;
	ins->ref = p->v[0].ref;
	ins->filter = p->v[0].filter;
	emit(c, name, p, marked);
	end = tmpl_emit_here(c);
	c->v[test].to = end;
}

static bool
is_single(const char *value)
{
	size_t n = strlen(value);

	return n > 2 && value[0] == '{' && value[1] != '{' &&
	    strchr(value, '}') == value + n - 1;
}

static const char *
value_of(struct tmpl_compile *c, const struct tmpl_place *place,
    const char *name, const xmlAttr *attr)
{
	const char *value = tmpl_parse_value(c->b->a, attr);
	const char *url;

	if (is_url(name) && str_starts(value, "asset:")) {
		url = tmpl_parse_asset(c->b, place, value + 6);
		return url != NULL ? url : "#";
	}
	if (!place->plain && tmpl_text_attribute(name) &&
	    tmpl_text_words(value))
		return tmpl_text_translate(c, place, value);
	return value;
}

static void
plain_attribute(struct tmpl_compile *c, const struct tmpl_place *place,
    const xmlAttr *attr, bool marked)
{
	const char *name = (const char *)attr->name, *value;
	struct tmpl_pieces p = { NULL, 0, 0 };

	if (attr->ns != NULL)
		name = str_printf(c->b->a, "%s:%s",
		    (const char *)attr->ns->prefix, name);
	if (is_refused(name)) {
		tmpl_fail(c->b, place, "attribute %s is refused", name);
		return;
	}
	value = value_of(c, place, name, attr);
	tmpl_text_pieces(c, place, value, strlen(value), &p);
	check(c, place, name, &p);
	if (!is_single(value) || str_eq(name, "value") || str_eq(name, "alt"))
		emit(c, name, &p, marked);
	else if (p.n == 1 && p.v[0].text == NULL)
		emit_optional(c, name, &p, marked);
	else if (p.n > 0)
		emit(c, name, &p, marked);
}

static void
boolean(struct tmpl_compile *c, const struct tmpl_place *place,
    const xmlAttr *attr)
{
	const char *name = (const char *)attr->name;
	struct tmpl_block block = { .n = 0 };

	if (str_eq(name, "if") || str_eq(name, "for") || str_eq(name, "part"))
		return;
	if (!is_boolean(name)) {
		tmpl_fail(c->b, place, "unknown attribute t:%s", name);
		return;
	}
	if (tmpl_expr_if(c, place, tmpl_parse_value(c->b->a, attr), &block)) {
		tmpl_emit_raw(c, " ");
		tmpl_emit_raw(c, name);
	}
	tmpl_expr_close(c, &block);
}

static void
check_element(struct tmpl_compile *c, const struct tmpl_place *place,
    const xmlNode *node)
{
	static const char *const methods[] = { "get", "post", "dialog" };
	const char *target = tmpl_parse_get(c->b->a, node, "target");
	const char *method = tmpl_parse_get(c->b->a, node, "method");

	if (target != NULL && strcasecmp(target, "_blank") == 0 &&
	    tmpl_parse_get(c->b->a, node, "rel") == NULL)
		tmpl_fail(c->b, place, "target=\"_blank\" without rel");
	if (!str_eq((const char *)node->name, "form"))
		return;
	if (method == NULL)
		tmpl_fail(c->b, place, "form without method");
	else if (!in(methods, COUNT(methods), method))
		tmpl_fail(c->b, place, "method is get or post");
}

void
tmpl_attr_all(struct tmpl_compile *c, const struct tmpl_place *place,
    const xmlNode *node)
{
	const char *method = tmpl_parse_get(c->b->a, node, "method");
	bool post = str_eq((const char *)node->name, "form") &&
	    method != NULL && strcasecmp(method, "post") == 0;

	check_element(c, place, node);
	for (const xmlAttr *p = node->properties; p != NULL; p = p->next) {
		if (p->ns != NULL &&
		    str_eq((const char *)p->ns->href, TMPL_SPACE))
			boolean(c, place, p);
		else
			plain_attribute(c, place, p, post &&
			    str_eq((const char *)p->name, "action"));
	}
}
