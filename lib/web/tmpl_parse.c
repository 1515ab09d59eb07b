/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Template files and assets: read once, parsed by libxml2, its first error
 * told with its line and in words a writer of HTML understands. Does not look
 * into the tree; called by the compiler and by tmpl_pot. */
#include "web/tmpl_private.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "base/keys.h"

struct tmpl_asset {
	struct tmpl_asset *next;
	const char *name, *url;
};

/* The handler's constness changed in libxml2 2.12. */
#if LIBXML_VERSION >= 21200
typedef const xmlError *error_arg;
#else
typedef xmlErrorPtr error_arg;
#endif

struct complaint {
	struct arena *a;
	int line;
	const char *text;	/* NULL: none yet */
};

static const char *
entity_hint(struct arena *a, const char *name)
{
	static const struct {
		const char *name;
		int code;
	} known[] = {
		{ "nbsp", 160 }, { "copy", 169 }, { "middot", 183 },
		{ "times", 215 }, { "yen", 165 }, { "laquo", 171 },
		{ "raquo", 187 }, { "ndash", 8211 }, { "mdash", 8212 },
		{ "hellip", 8230 }, { "larr", 8592 }, { "rarr", 8594 },
	};

	for (size_t i = 0; i < COUNT(known); i++)
		if (str_eq(known[i].name, name))
			return str_printf(a, "&%s;: write &#%d;", name,
			    known[i].code);
	return str_printf(a, "&%s;: write the character itself", name);
}

static const char *
explain(struct arena *a, const xmlError *e)
{
	const char *s = e->message != NULL ? e->message : "unknown error";
	char *text = str_trim(a, s);

	switch (e->code) {
	case XML_ERR_UNDECLARED_ENTITY:
	case XML_WAR_UNDECLARED_ENTITY:
		return entity_hint(a, e->str1 != NULL ? e->str1 : "?");
	case XML_ERR_NAME_REQUIRED:
		return strstr(text, "EntityRef") != NULL ?
		    str_printf(a, "%s: write &amp; for &", text) : text;
	case XML_ERR_ENTITYREF_SEMICOL_MISSING:
		return str_printf(a, "%s: write &amp; for &", text);
	case XML_ERR_ATTRIBUTE_WITHOUT_VALUE:
		return str_printf(a, "%s: write %s=\"%s\"", text,
		    e->str1 != NULL ? e->str1 : "name",
		    e->str1 != NULL ? e->str1 : "name");
	default:
		return text;
	}
}

/* Only the first is told: the others follow from it. */
static void
on_error(void *arg, error_arg e)
{
	struct complaint *first = arg;

	if (first->text != NULL || e->level < XML_ERR_ERROR)
		return;
	first->line = e->line;
	first->text = explain(first->a, e);
}

static xmlDoc *
parse(struct tmpl_build *b, const char *name, const struct bytes *source)
{
	struct complaint first = { .a = b->a };
	struct tmpl_place at = { .file = name, .line = 1 };
	xmlDoc *doc;

	xmlSetStructuredErrorFunc(&first, on_error);
	doc = xmlReadMemory((const char *)source->p, (int)source->n, name,
	    NULL, XML_PARSE_NONET | XML_PARSE_NOCDATA);
	xmlSetStructuredErrorFunc(NULL, NULL);
	if (first.text != NULL) {
		at.line = first.line;
		tmpl_fail(b, &at, "%s", first.text);
	} else if (doc == NULL) {
		tmpl_fail(b, &at, "cannot be parsed");
	} else if (xmlGetIntSubset(doc) != NULL) {
		tmpl_fail(b, &at, "no <!DOCTYPE>: it is written for you");
	} else {
		return doc;
	}
	xmlFreeDoc(doc);
	return NULL;
}

enum err
tmpl_parse_read(struct arena *a, const char *path, struct bytes *out)
{
	struct buf *text = buf_new(a, 16384, (size_t)64 << 20);
	FILE *f = fopen(path, "rbe");
	char part[8192];
	size_t n;
	int bad;

	if (f == NULL)
		return ERR_IO;
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(text, part, n);
	bad = ferror(f);
	(void)fclose(f);
	if (bad != 0 || buf_overflow(text))
		return ERR_IO;
	out->p = (const unsigned char *)text->p;
	out->n = text->n;
	return OK;
}

struct tmpl_file *
tmpl_parse_file(struct tmpl_build *b, const struct tmpl_place *from,
    const char *name)
{
	struct tmpl_file *file;
	struct bytes source;

	for (file = b->files; file != NULL; file = file->next)
		if (str_eq(file->name, name))
			return file;
	file = arena_new(b->a, struct tmpl_file);
	file->name = str_copy(b->a, name);
	file->next = b->files;
	b->files = file;
	if (strstr(name, "..") != NULL ||
	    tmpl_parse_read(b->a, str_printf(b->a, "%s/%s", b->dir, name),
		&source) != OK)
		tmpl_fail(b, from, "%s cannot be read", name);
	else
		file->doc = parse(b, file->name, &source);
	return file;
}

struct _xmlNode *
tmpl_parse_root(struct tmpl_build *b, const struct tmpl_file *file,
    const char *what)
{
	struct tmpl_place at = { .file = file->name };
	xmlNode *root;

	if (file->doc == NULL)
		return NULL;
	root = xmlDocGetRootElement(file->doc);
	if (tmpl_parse_is(root, what))
		return root;
	at.line = (int)xmlGetLineNo(root);
	tmpl_fail(b, &at, "the root must be <t:%s xmlns:t=\"" TMPL_SPACE "\">",
	    what);
	return NULL;
}

void
tmpl_parse_end(struct tmpl_build *b)
{
	for (struct tmpl_file *f = b->files; f != NULL; f = f->next)
		xmlFreeDoc(f->doc);
	b->files = NULL;
}

bool
tmpl_parse_is(const xmlNode *node, const char *what)
{
	return node != NULL && node->ns != NULL &&
	    str_eq((const char *)node->ns->href, TMPL_SPACE) &&
	    (what == NULL || str_eq((const char *)node->name, what));
}

const char *
tmpl_parse_value(struct arena *a, const xmlAttr *attr)
{
	xmlChar *s = xmlNodeListGetString(attr->doc, attr->children, 1);
	char *copy = str_copy(a, s != NULL ? (const char *)s : "");

	xmlFree(s);
	return copy;
}

static const char *
get(struct arena *a, const xmlNode *node, const char *name, bool t)
{
	for (const xmlAttr *p = node->properties; p != NULL; p = p->next)
		if (str_eq((const char *)p->name, name) &&
		    (p->ns != NULL && str_eq((const char *)p->ns->href,
			TMPL_SPACE)) == t)
			return tmpl_parse_value(a, p);
	return NULL;
}

const char *
tmpl_parse_get(struct arena *a, const xmlNode *node, const char *name)
{
	return get(a, node, name, false);
}

const char *
tmpl_parse_get_t(struct arena *a, const xmlNode *node, const char *name)
{
	return get(a, node, name, true);
}

/* "app.css" + its bytes -> "/assets/app.<8 hex>.css". */
static const char *
asset_url(struct tmpl_build *b, const char *name, const struct bytes *data)
{
	unsigned char hash[DIGEST];
	const char *dot = strrchr(name, '.');

	if (dot == NULL)
		return NULL;
	sha256(data->p, data->n, hash);
	return str_printf(b->a, "/assets/%.*s.%s%s", (int)(dot - name), name,
	    hex_text(b->a, hash, 4), dot);
}

static struct tmpl_asset *
asset(struct tmpl_build *b, const struct tmpl_place *place, const char *name)
{
	struct tmpl_asset *known;
	struct bytes data;

	for (known = b->hashed; known != NULL; known = known->next)
		if (str_eq(known->name, name))
			return known;
	known = arena_new(b->a, struct tmpl_asset);
	known->name = name;
	if (b->assets != NULL && strstr(name, "..") == NULL &&
	    tmpl_parse_read(b->a, str_printf(b->a, "%s/%s", b->assets, name),
		&data) == OK)
		known->url = asset_url(b, name, &data);
	if (known->url == NULL) {
		tmpl_fail(b, place, "asset %s cannot be read", name);
		return known;
	}
	known->next = b->hashed;
	b->hashed = known;
	return known;
}

const char *
tmpl_parse_asset(struct tmpl_build *b, const struct tmpl_place *place,
    const char *name)
{
	const char *hash = strchr(name, '#');
	size_t n = hash != NULL ? (size_t)(hash - name) : strlen(name);
	const char *url = asset(b, place, str_copy_n(b->a, name, n))->url;

	if (url == NULL || hash == NULL)
		return url;
	return str_printf(b->a, "%s%s", url, hash);
}
