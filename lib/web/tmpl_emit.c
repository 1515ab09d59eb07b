/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Building the instruction array: literals that follow each other become one,
 * already escaped. Knows nothing of trees or names. */
#include "web/tmpl_private.h"

#include <string.h>

static struct tmpl_ins *
append(struct tmpl_compile *c, enum tmpl_op op)
{
	struct tmpl_ins *old = c->v;

	if (c->n == c->cap) {
		c->cap = c->cap > 0 ? c->cap * 2 : 64;
		c->v = arena_array(c->b->a, c->cap, sizeof(*c->v));
		if (c->n > 0)
			memcpy(c->v, old, c->n * sizeof(*c->v));
	}
	c->v[c->n].op = op;
	return &c->v[c->n++];
}

static void
flush(struct tmpl_compile *c)
{
	struct tmpl_ins *ins;

	if (c->lit->n == 0)
		return;
	ins = append(c, OP_LIT);
	ins->s = str_copy_n(c->b->keep, c->lit->p, c->lit->n);
	ins->n = c->lit->n;
	c->lit->n = 0;
	c->lit->p[0] = '\0';
}

struct tmpl_ins *
tmpl_emit(struct tmpl_compile *c, enum tmpl_op op)
{
	flush(c);
	return append(c, op);
}

size_t
tmpl_emit_here(struct tmpl_compile *c)
{
	flush(c);
	return c->n;
}

void
tmpl_emit_raw(struct tmpl_compile *c, const char *s)
{
	buf_str(c->lit, s);
}

void
tmpl_emit_text(struct tmpl_compile *c, const char *s, enum tmpl_esc esc)
{
	bool html = esc != ESC_NONE && esc != ESC_LINE;

	for (; *s != '\0'; s++) {
		if (html && *s == '&')
			buf_str(c->lit, "&amp;");
		else if (html && *s == '<')
			buf_str(c->lit, "&lt;");
		else if (html && *s == '>')
			buf_str(c->lit, "&gt;");
		else if (html && esc != ESC_TEXT && *s == '"')
			buf_str(c->lit, "&quot;");
		else
			buf_char(c->lit, *s);
	}
}

/* Labels are translated now, so that a list costs no look-ups later. */
static const struct choice *
labels(struct tmpl_compile *c, const struct choice *from)
{
	struct choice *to;
	size_t n = 0;

	if (c->lang == LANG_JA)
		return from;
	while (from[n].name != NULL)
		n++;
	to = arena_array(c->b->keep, n + 1, sizeof(*to));
	memcpy(to, from, n * sizeof(*to));
	for (size_t i = 0; i < n; i++)
		if (from[i].label != NULL)
			to[i].label = i18n_text(c->lang, from[i].label);
	return to;
}

void
tmpl_emit_piece(struct tmpl_compile *c, const struct tmpl_piece *piece,
    enum tmpl_esc esc)
{
	struct tmpl_ins *ins;

	if (piece->text != NULL) {
		tmpl_emit_text(c, piece->text, esc);
		return;
	}
	ins = tmpl_emit(c, OP_VALUE);
	ins->esc = esc;
	ins->ref = piece->ref;
	ins->filter = piece->filter;
	if (piece->ref.type == FIELD_ENUM)
		ins->choices = labels(c, piece->ref.field->choices);
}

void
tmpl_emit_part(struct tmpl_compile *c, const struct tmpl_place *place,
    const char *name, size_t first)
{
	struct tmpl_part *v = arena_array(c->b->a, c->parts_n + 1, sizeof(*v));

	for (size_t i = 0; i < c->parts_n; i++) {
		v[i] = c->parts[i];
		if (str_eq(v[i].name, name))
			tmpl_fail(c->b, place, "second t:part=\"%s\"", name);
	}
	v[c->parts_n++] = (struct tmpl_part){
		.name = str_copy(c->b->keep, name),
		.first = first,
		.end = tmpl_emit_here(c),
	};
	c->parts = v;
}

void
tmpl_emit_done(struct tmpl_compile *c, struct tmpl_code *out)
{
	struct tmpl_ins *v;
	struct tmpl_part *parts;

	flush(c);
	v = arena_array(c->b->keep, c->n + 1, sizeof(*v));
	parts = arena_array(c->b->keep, c->parts_n + 1, sizeof(*parts));
	if (c->n > 0)
		memcpy(v, c->v, c->n * sizeof(*v));
	if (c->parts_n > 0)
		memcpy(parts, c->parts, c->parts_n * sizeof(*parts));
	*out = (struct tmpl_code){ v, c->n, parts, c->parts_n, c->common };
}
