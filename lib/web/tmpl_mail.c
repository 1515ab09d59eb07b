/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Mails: text files with a subject line, paragraphs that are msgids, and
 * {#if}, {#for} lines. Nothing is escaped, and no value can add a header.
 * Called by tmpl.c, tmpl_pot and, through tmpl.h, notifyd. */
#include "web/tmpl_private.h"

#include <string.h>

#define MAIL_DEPTH 8
#define SUBJECT_MAX ((size_t)4096)

static bool
is_empty(const char *line)
{
	return line[strspn(line, " \t\r")] == '\0';
}

static bool
is_control(const char *line)
{
	line += strspn(line, " \t");
	return str_starts(line, "{#") || str_starts(line, "{/");
}

static const char *
peek_line(struct tmpl_mail_reader *r, size_t *len)
{
	size_t n = strcspn(r->at, "\n");

	*len = n + (r->at[n] == '\n');
	if (n > 0 && r->at[n - 1] == '\r')
		n--;
	return str_copy_n(r->a, r->at, n);
}

static const char *
take_line(struct tmpl_mail_reader *r)
{
	size_t len;
	const char *line = peek_line(r, &len);

	r->at += len;
	r->line++;
	return line;
}

static const char *
take_paragraph(struct tmpl_mail_reader *r, const char *first)
{
	struct buf *text = buf_new(r->a, 256, TMPL_TEXT_MAX);

	buf_str(text, first);
	while (*r->at != '\0') {
		size_t len;
		const char *line = peek_line(r, &len);

		if (is_empty(line) || is_control(line))
			break;
		buf_char(text, '\n');
		buf_str(text, take_line(r));
	}
	return text->p;
}

bool
tmpl_mail_next(struct tmpl_mail_reader *r, struct tmpl_mail_item *item)
{
	const char *line;

	if (*r->at == '\0')
		return false;
	line = take_line(r);
	item->line = r->line;
	item->text = line;
	if (r->line == 1 && str_starts(line, "Subject: ")) {
		item->kind = MAIL_SUBJECT;
		item->text = line + 9;
	} else if (is_empty(line)) {
		item->kind = MAIL_BLANK;
	} else if (is_control(line)) {
		item->kind = MAIL_CONTROL;
		item->text = str_trim(r->a, line);
	} else {
		item->kind = MAIL_TEXT;
		item->text = take_paragraph(r, line);
	}
	return true;
}

/* Blocks that are open, each with what is known inside it. */
struct open {
	struct tmpl_place place[MAIL_DEPTH + 1];
	struct tmpl_block block[MAIL_DEPTH + 1];
	size_t n;
};

static void
text(struct tmpl_compile *c, const struct tmpl_place *place, const char *s,
    enum tmpl_esc esc)
{
	struct tmpl_pieces p = { NULL, 0, 0 };

	if (tmpl_text_words(s))
		s = tmpl_text_translate(c, place, s);
	tmpl_text_pieces(c, place, s, strlen(s), &p);
	for (size_t i = 0; i < p.n; i++)
		tmpl_emit_piece(c, &p.v[i], esc);
}

static void
open_block(struct tmpl_compile *c, struct open *open, const char *word)
{
	struct tmpl_place *place = &open->place[open->n];
	struct tmpl_block *block = &open->block[open->n];
	size_t n = strlen(word);
	const char *arg;

	*block = (struct tmpl_block){ .n = 0 };
	arg = str_copy_n(c->b->a, word, n > 0 ? n - 1 : 0);
	if (n > 0 && word[n - 1] == '}' && str_starts(arg, "{#if "))
		(void)tmpl_expr_if(c, place, arg + 5, block);
	else if (n > 0 && word[n - 1] == '}' && str_starts(arg, "{#for "))
		(void)tmpl_expr_for(c, place, arg + 6, block);
	else
		tmpl_fail(c->b, place, "%s: write {#if x} or {#for r in "
		    "rows}", word);
}

static void
control(struct tmpl_compile *c, struct open *open, const char *word, int line)
{
	struct tmpl_place *place = &open->place[open->n];
	bool loop;

	place->line = line;
	if (str_starts(word, "{#")) {
		if (open->n == MAIL_DEPTH) {
			tmpl_fail(c->b, place, "too many blocks");
			return;
		}
		open->n++;
		open->place[open->n] = *place;
		open_block(c, open, word);
		return;
	}
	loop = open->n > 0 && open->block[open->n].loop;
	if (open->n == 0 || !str_eq(word, loop ? "{/for}" : "{/if}")) {
		tmpl_fail(c->b, place, "%s closes nothing", word);
		return;
	}
	tmpl_expr_close(c, &open->block[open->n]);
	open->n--;
}

static void
body_item(struct tmpl_compile *c, struct open *open,
    const struct tmpl_mail_item *item)
{
	struct tmpl_place *place = &open->place[open->n];

	place->line = item->line;
	switch (item->kind) {
	case MAIL_CONTROL:
		control(c, open, item->text, item->line);
		break;
	case MAIL_TEXT:
		text(c, place, item->text, ESC_NONE);
		tmpl_emit_raw(c, "\n");
		break;
	default:
		tmpl_emit_raw(c, "\n");
		break;
	}
}

static void
compile(struct tmpl_compile *c, struct open *open,
    struct tmpl_mail_reader *r)
{
	struct tmpl_place *top = &open->place[0];
	struct tmpl_mail_item item;
	size_t begin;

	if (!tmpl_mail_next(r, &item) || item.kind != MAIL_SUBJECT) {
		tmpl_fail(c->b, top, "the first line is Subject: …");
		return;
	}
	text(c, top, item.text, ESC_LINE);
	tmpl_emit_part(c, top, "subject", 0);
	if (!tmpl_mail_next(r, &item) || item.kind != MAIL_BLANK) {
		top->line = 2;
		tmpl_fail(c->b, top, "an empty line follows the subject");
		return;
	}
	begin = tmpl_emit_here(c);
	while (tmpl_mail_next(r, &item))
		body_item(c, open, &item);
	if (open->n > 0)
		tmpl_fail(c->b, &open->place[open->n - 1],
		    "block is not closed");
	tmpl_emit_part(c, top, "body", begin);
}

void
tmpl_mail_compile(struct tmpl_compile *c, const char *name)
{
	struct open *open = arena_new(c->b->a, struct open);
	struct tmpl_place *top = &open->place[0];
	struct tmpl_mail_reader r = { .a = c->b->a };
	struct bytes source;

	top->file = str_printf(c->b->a, "%s.txt", name);
	top->line = 1;
	if (tmpl_parse_read(c->b->a,
	    str_printf(c->b->a, "%s/%s", c->b->dir, top->file),
	    &source) != OK) {
		tmpl_fail(c->b, top, "cannot be read");
		return;
	}
	r.at = (const char *)source.p;
	compile(c, open, &r);
}

enum err
tmpl_mail(const struct tmpl_set *set, const struct tmpl *t,
    const struct tmpl_env *env, const void *view, const char **subject,
    const char **body)
{
	enum lang lang = tmpl_lang(set, t, env->lang);
	const struct tmpl_code *code = tmpl_code(set, t, lang);
	struct buf *head = buf_new(env->a, 256, SUBJECT_MAX);
	struct buf *text_r = buf_new(env->a, 4096, TMPL_TEXT_MAX);

	if (code == NULL || code->parts_n != 2 ||
	    (view == NULL && t->view != NULL))
		return ERR_BUG;
	TRY(tmpl_render_code(code, code->parts[0].first, code->parts[0].end,
	    env, lang, view, head));
	TRY(tmpl_render_code(code, code->parts[1].first, code->parts[1].end,
	    env, lang, view, text_r));
	*subject = head->p;
	*body = text_r->p;
	return OK;
}
