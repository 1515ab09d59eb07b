/* SPDX-License-Identifier: AGPL-3.0-or-later
 * t:if and t:for, the same in pages and mails: terms joined by "and", each a
 * test that jumps behind the block when it fails. Texts given to a part are
 * known now and leave nothing for the run time. */
#include "web/tmpl_private.h"

#include <string.h>

/* One term after another; words are cut off at blanks and around = != '…'. */
struct reader {
	struct arena *a;
	const char *at;
};

static const char *
next_word(struct reader *r)
{
	const char *from, *end;

	r->at += strspn(r->at, " \t\n");
	from = r->at;
	if (*from == '\'') {
		end = strchr(from + 1, '\'');
		end = end != NULL ? end + 1 : from + strlen(from);
	} else if (*from == '=' || str_starts(from, "!=")) {
		end = from + (*from == '=' ? 1 : 2);
	} else {
		end = from + strcspn(from, " \t\n='!");
		if (end == from && *from != '\0')
			end++;
	}
	r->at = end;
	return str_copy_n(r->a, from, (size_t)(end - from));
}

struct term {
	bool negative;
	const char *path;
	const char *word;		/* of = and !=, NULL without */
	const char *has;		/* path after "has", NULL without */
};

/* Reads one term and the "and" behind it. */
static bool
next_term(struct reader *r, struct term *t, bool *more)
{
	const char *w = next_word(r);

	*t = (struct term){ false };
	if (str_eq(w, "not")) {
		t->negative = true;
		w = next_word(r);
	}
	t->path = w;
	if (*w == '\0' || strchr("='!", *w) != NULL)
		return false;
	w = next_word(r);
	if (!t->negative && (str_eq(w, "=") || str_eq(w, "!="))) {
		size_t n;

		t->negative = *w == '!';
		w = next_word(r);
		n = strlen(w);
		if (n < 2 || w[0] != '\'' || w[n - 1] != '\'')
			return false;
		t->word = str_copy_n(r->a, w + 1, n - 2);
		w = next_word(r);
	} else if (str_eq(w, "has")) {
		t->has = next_word(r);
		if (*t->has == '\0')
			return false;
		w = next_word(r);
	}
	*more = str_eq(w, "and");
	return *more || *w == '\0';
}

/* A word that the field can never hold is a slip of the pen. */
static bool
check_word(struct tmpl_compile *c, const struct tmpl_place *place,
    const struct tmpl_ref *ref, const struct term *t,
    const struct choice **choice)
{
	bool is_choice = ref->type == FIELD_ENUM || (ref->sub == SUB_VALUE &&
	    ref->field->choices != NULL && *t->word != '\0');

	*choice = NULL;
	if (is_choice) {
		*choice = choice_by_name(ref->field->choices, t->word);
		if (*choice == NULL)
			tmpl_fail(c->b, place, "'%s' is no choice of %s",
			    t->word, t->path);
		return *choice != NULL;
	}
	if (ref->type == FIELD_TEXT)
		return true;
	tmpl_fail(c->b, place, "%s cannot be compared with '%s'", t->path,
	    t->word);
	return false;
}

static void
emit_word(struct tmpl_compile *c, const struct tmpl_place *place,
    const struct tmpl_ref *ref, const struct term *t)
{
	const struct choice *choice;
	struct tmpl_ins *ins;

	if (!check_word(c, place, ref, t, &choice))
		return;
	ins = tmpl_emit(c, OP_TEST);
	ins->ref = *ref;
	ins->negative = t->negative;
	if (ref->type == FIELD_ENUM) {
		ins->test = TEST_INT;
		ins->number = choice->value;
	} else {
		ins->test = TEST_WORD;
		ins->s = str_copy(c->b->keep, t->word);
	}
}

static void
emit_has(struct tmpl_compile *c, const struct tmpl_place *place,
    const struct tmpl_ref *ref, const struct term *t)
{
	struct tmpl_piece piece = { NULL };
	struct tmpl_ref *other;
	struct tmpl_ins *ins;

	if (ref->sub != SUB_FIELD) {
		tmpl_fail(c->b, place, "%s is no field of a form", t->path);
		return;
	}
	if (!tmpl_path_name(c, place, t->has, &piece))
		return;
	other = arena_new(c->b->keep, struct tmpl_ref);
	*other = piece.ref;
	ins = tmpl_emit(c, OP_TEST);
	ins->test = TEST_HAS;
	ins->negative = t->negative;
	ins->ref = *ref;
	ins->other = other;
	/* Inputs hold names of choices, never labels. */
	ins->filter = other->type == FIELD_ENUM ? FILTER_NAME : FILTER_NONE;
}

static void
emit_truth(struct tmpl_compile *c, const struct tmpl_place *place,
    const struct tmpl_ref *ref, const struct term *t)
{
	struct tmpl_ins *ins;

	if (ref->sub == SUB_FIELD || ref->type == FIELD_VIEW) {
		tmpl_fail(c->b, place, "%s is neither true nor false",
		    t->path);
		return;
	}
	ins = tmpl_emit(c, OP_TEST);
	ins->test = TEST_TRUE;
	ins->negative = t->negative;
	ins->ref = *ref;
}

static bool
constant_holds(struct tmpl_compile *c, const struct tmpl_place *place,
    const struct term *t)
{
	const struct tmpl_constant *k = tmpl_path_constant(place, t->path + 1);
	bool yes;

	if (k == NULL || t->has != NULL) {
		tmpl_fail(c->b, place, "%s is not a text of this part",
		    t->path);
		return false;
	}
	yes = t->word != NULL ? str_eq(k->text, t->word) : *k->text != '\0';
	return yes != t->negative;
}

static void
emit_term(struct tmpl_compile *c, const struct tmpl_place *place,
    const struct term *t)
{
	struct tmpl_ref ref;

	if (!tmpl_path_find(c, place, t->path, &ref))
		return;
	if (t->word != NULL)
		emit_word(c, place, &ref, t);
	else if (t->has != NULL)
		emit_has(c, place, &ref, t);
	else
		emit_truth(c, place, &ref, t);
}

bool
tmpl_expr_if(struct tmpl_compile *c, const struct tmpl_place *place,
    const char *expr, struct tmpl_block *block)
{
	struct reader r = { c->b->a, expr };
	struct term t;
	bool more = true;

	while (more) {
		size_t before;

		if (!next_term(&r, &t, &more) || block->n == TMPL_TERMS) {
			tmpl_fail(c->b, place, "cannot read condition \"%s\"",
			    expr);
			return false;
		}
		if (t.path[0] == '@') {
			if (!constant_holds(c, place, &t))
				return false;
			continue;
		}
		before = tmpl_emit_here(c);
		emit_term(c, place, &t);
		if (c->n > before)
			block->tests[block->n++] = c->n - 1;
	}
	return true;
}

bool
tmpl_expr_for(struct tmpl_compile *c, struct tmpl_place *place,
    const char *text, struct tmpl_block *block)
{
	struct reader r = { c->b->a, text };
	const char *name = next_word(&r), *in = next_word(&r);
	const char *path = next_word(&r);
	struct tmpl_ref rows;
	struct tmpl_ins *ins;

	if (!str_eq(in, "in") || *path == '\0' || *next_word(&r) != '\0' ||
	    str_eq(name, "page") || strchr("@='!", name[0]) != NULL) {
		tmpl_fail(c->b, place, "t:for=\"%s\": write \"row in rows\"",
		    text);
		return false;
	}
	if (!tmpl_path_find(c, place, path, &rows))
		return false;
	if (rows.type != FIELD_ROWS || c->frames == TMPL_FRAMES) {
		tmpl_fail(c->b, place, rows.type != FIELD_ROWS ?
		    "%s is no list of rows" : "%s: too many loops", path);
		return false;
	}
	block->loop = true;
	block->begin = tmpl_emit_here(c);
	ins = tmpl_emit(c, OP_FOR);
	ins->ref = rows;
	ins->frame = c->frames++;
	block->row = (struct tmpl_name){ place->names, name,
		{ .type = FIELD_VIEW, .frame = ins->frame, .of = rows.of } };
	place->names = &block->row;
	place->repeated = true;
	return true;
}

void
tmpl_expr_close(struct tmpl_compile *c, const struct tmpl_block *block)
{
	size_t here = tmpl_emit_here(c);
	struct tmpl_ins *next;

	for (size_t i = 0; i < block->n; i++)
		c->v[block->tests[i]].to = here;
	if (!block->loop)
		return;
	next = tmpl_emit(c, OP_NEXT);
	next->frame = c->v[block->begin].frame;
	next->to = block->begin + 1;
	c->v[block->begin].to = c->n;
	c->frames--;
}
