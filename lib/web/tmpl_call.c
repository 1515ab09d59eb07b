/* SPDX-License-Identifier: AGPL-3.0-or-later
 * t:call: a part with its own names. What the call gives is checked against
 * what the part declares; the caller's loop variables are not seen inside.
 * Writes no markup itself; called by tmpl_compile. */
#include "web/tmpl_private.h"

#include <libxml/tree.h>
#include <string.h>

bool
tmpl_call_lists(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *s = list; s != NULL && *s != '\0';) {
		size_t len = strcspn(s, " \n\t");

		if (len == n && memcmp(s, word, n) == 0)
			return true;
		s += len;
		s += strspn(s, " \n\t");
	}
	return false;
}

static void
learn_alias(struct tmpl_compile *c, const struct tmpl_place *caller,
    struct tmpl_place *part, const char *name, const char *path)
{
	struct tmpl_name *new = arena_new(c->b->a, struct tmpl_name);

	if (!tmpl_path_find(c, caller, path, &new->ref))
		return;
	new->name = name;
	new->next = part->names;
	part->names = new;
}

static void
learn_text(struct tmpl_compile *c, const struct tmpl_place *caller,
    struct tmpl_place *part, const char *name, const char *text)
{
	struct tmpl_constant *new = arena_new(c->b->a, struct tmpl_constant);

	new->name = name;
	new->text = text;
	new->place = caller;
	new->next = part->constants;
	part->constants = new;
}

/* Every word of the part's list that the call did not give. */
static void
learn_missing(struct tmpl_compile *c, const struct tmpl_place *caller,
    struct tmpl_place *part, const xmlNode *call, const char *list, bool alias)
{
	for (const char *s = list; s != NULL && *s != '\0';) {
		size_t len = strcspn(s, " \n\t");
		const char *word = str_copy_n(c->b->a, s, len);

		s += len;
		s += strspn(s, " \n\t");
		if (tmpl_parse_get(c->b->a, call, word) != NULL || len == 0)
			continue;
		if (alias)
			tmpl_fail(c->b, caller, "t:call without %s=\"…\"",
			    word);
		else
			learn_text(c, caller, part, word, "");
	}
}

static void
arguments(struct tmpl_compile *c, const struct tmpl_place *caller,
    struct tmpl_place *part, const xmlNode *call, const xmlNode *root)
{
	const char *alias = tmpl_parse_get(c->b->a, root, "alias");
	const char *texts = tmpl_parse_get(c->b->a, root, "text");

	for (const xmlAttr *p = call->properties; p != NULL; p = p->next) {
		const char *name = (const char *)p->name;
		const char *value = tmpl_parse_value(c->b->a, p);

		if (p->ns != NULL) {
			if (!str_eq(name, "if") && !str_eq(name, "for"))
				tmpl_fail(c->b, caller, "t:%s on t:call",
				    name);
		} else if (tmpl_call_lists(alias, name)) {
			learn_alias(c, caller, part, name, value);
		} else if (tmpl_call_lists(texts, name)) {
			learn_text(c, caller, part, name, value);
		} else if (!str_eq(name, "part")) {
			tmpl_fail(c->b, caller, "%s takes no %s", part->file,
			    name);
		}
	}
	learn_missing(c, caller, part, call, alias, true);
	learn_missing(c, caller, part, call, texts, false);
}

bool
tmpl_call_content(const xmlNode *node)
{
	for (const xmlNode *p = node->children; p != NULL; p = p->next)
		if (tmpl_parse_is(p, "content") || tmpl_call_content(p))
			return true;
	return false;
}

static bool
is_filled(const xmlNode *node)
{
	for (const xmlNode *p = node->children; p != NULL; p = p->next)
		if (p->type == XML_ELEMENT_NODE ||
		    (p->type == XML_TEXT_NODE && !xmlIsBlankNode(p)))
			return true;
	return false;
}

static bool
recursive(const struct tmpl_place *place, const char *file)
{
	for (; place != NULL; place = place->caller)
		if (str_eq(place->file, file))
			return true;
	return false;
}

void
tmpl_call(struct tmpl_compile *c, const struct tmpl_place *place, xmlNode *node)
{
	const char *name = tmpl_parse_get(c->b->a, node, "part");
	struct tmpl_place part = *place;
	const struct tmpl_file *file;
	xmlNode *root;

	if (name == NULL) {
		tmpl_fail(c->b, place, "t:call without part=\"…\"");
		return;
	}
	file = tmpl_parse_file(c->b, place,
	    str_printf(c->b->a, "%s.xhtml", name));
	root = tmpl_parse_root(c->b, file, "part");
	if (root == NULL)
		return;
	if (recursive(place, file->name)) {
		tmpl_fail(c->b, place, "%s calls itself", name);
		return;
	}
	if (is_filled(node) && !tmpl_call_content(root))
		tmpl_fail(c->b, place, "%s has no place for content", name);
	part.caller = place;
	part.file = file->name;
	part.line = (int)xmlGetLineNo(root);
	part.names = NULL;
	part.constants = NULL;
	part.content = node;
	part.content_place = place;
	arguments(c, place, &part, node, root);
	tmpl_compile_children(c, &part, root);
}
