/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Running a compiled template: one loop over its instructions, the escaping
 * of values, the form's token. The only place where data meets markup. Called
 * by handlers through tmpl.h and by tmpl_mail. */
#include "web/tmpl_private.h"

#include <string.h>

#include "base/log.h"
#include "web/url.h"

/* Everything that can end a text or an attribute's value in quotes. */
static const char *
entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	default:
		return NULL;
	}
}

static void
put_escaped(struct buf *out, const char *s, bool attribute)
{
	const char *from = s, *e;

	for (; *s != '\0'; s++) {
		if (*s > '>' || (e = entity(*s)) == NULL ||
		    (*s == '"' && !attribute))
			continue;
		buf_add(out, from, (size_t)(s - from));
		buf_str(out, e);
		from = s + 1;
	}
	buf_add(out, from, (size_t)(s - from));
}

static void
put_line(struct buf *out, const char *s)
{
	for (; *s != '\0'; s++)
		buf_char(out, *s == '\r' || *s == '\n' ? ' ' : *s);
}

/* "//host" would leave the site although it looks like a path. */
static bool
is_safe_url(const char *s)
{
	if (s[0] == '/')
		return s[1] != '/' && s[1] != '\\';
	return str_starts(s, "https://") || str_starts(s, "http://") ||
	    str_starts(s, "mailto:") || str_starts(s, "tel:");
}

/* False: an unsafe URL, whose other pieces must not be printed either. */
static bool
put_value(struct tmpl_run *run, const struct tmpl_ins *ins)
{
	const char *s = tmpl_value_text(run, &ins->ref, ins->filter,
	    ins->choices);

	switch (ins->esc) {
	case ESC_TEXT:
		put_escaped(run->out, s, false);
		break;
	case ESC_ATTR:
		put_escaped(run->out, s, true);
		break;
	case ESC_URL:
		if (!is_safe_url(s)) {
			buf_char(run->out, '#');
			return false;
		}
		put_escaped(run->out, s, true);
		break;
	case ESC_QUERY:
		/* An id is base64url, nothing in it is to be encoded. */
		buf_str(run->out, ins->ref.type == FIELD_UID ? s :
		    url_encode(run->env->a, s));
		break;
	case ESC_LINE:
		put_line(run->out, s);
		break;
	case ESC_NONE:
		buf_str(run->out, s);
		break;
	}
	return true;
}

/* put_escaped() undone. */
static const char *
unescape(struct arena *a, const char *s, size_t n)
{
	static const char chars[] = "&<>\"";
	struct buf *out = buf_new(a, n + 1, n + 1);

	for (const char *end = s + n; s < end; s++) {
		const char *c = *s == '&' ? chars : "";

		while (*c != '\0' && !str_starts(s, entity(*c)))
			c++;
		buf_char(out, *c != '\0' ? *c : *s);
		if (*c != '\0')
			s += strlen(entity(*c)) - 1;
	}
	return out->p;
}

/* The action as it was just printed; its quote ends it. */
static const char *
action(struct tmpl_run *run)
{
	const char *s;
	size_t n;

	if (!run->marked)
		return run->env->path;
	s = run->out->p + run->mark;
	n = strcspn(s, "\"?");
	return n == 0 ? run->env->path : unescape(run->env->a, s, n);
}

static void
put_token(struct tmpl_run *run)
{
	if (run->env->token == NULL) {
		log_error("template", "a form and no token for it");
		run->err = ERR_BUG;
		return;
	}
	put_escaped(run->out, run->env->token(run->env->arg, action(run)),
	    true);
	run->marked = false;
}

/* False: no rows. */
static bool
loop_begin(struct tmpl_run *run, const struct tmpl_ins *ins)
{
	struct list rows = tmpl_value_rows(run, &ins->ref);

	run->frame[ins->frame] = rows.v;
	run->loop[ins->frame] = (struct tmpl_loop){ rows.n,
		ins->ref.of->size };
	return rows.n > 0;
}

static bool
loop_next(struct tmpl_run *run, unsigned frame)
{
	if (--run->loop[frame].left == 0)
		return false;
	run->frame[frame] += run->loop[frame].stride;
	return true;
}

static size_t
step(struct tmpl_run *run, const struct tmpl_ins *ins, size_t next)
{
	switch (ins->op) {
	case OP_LIT:
		buf_add(run->out, ins->s, ins->n);
		return next;
	case OP_VALUE:
		return put_value(run, ins) ? next : ins->to;
	case OP_TEST:
		return tmpl_value_test(run, ins) != ins->negative ? next :
		    ins->to;
	case OP_FOR:
		return loop_begin(run, ins) ? next : ins->to;
	case OP_NEXT:
		return loop_next(run, ins->frame) ? ins->to : next;
	case OP_MARK:
		run->mark = run->out->n;
		run->marked = true;
		return next;
	case OP_TOKEN:
		put_token(run);
		return next;
	}
	return next;
}

enum err
tmpl_render_code(const struct tmpl_code *code, size_t first, size_t end,
    const struct tmpl_env *env, enum lang lang, const void *view,
    struct buf *out)
{
	struct tmpl_run run = { .env = env, .lang = lang, .out = out };

	run.frame[TMPL_VIEW] = view;
	run.frame[TMPL_COMMON] = env->common;
	if (code->common && env->common == NULL) {
		log_error("template", "no common struct");
		return ERR_BUG;
	}
	for (size_t i = first; i < end;)
		i = step(&run, &code->v[i], i + 1);
	return buf_overflow(out) && run.err == OK ? ERR_LIMIT : run.err;
}

enum err
tmpl_render(const struct tmpl_set *set, const struct tmpl *t,
    const struct tmpl_env *env, const void *view, struct buf *out)
{
	enum lang lang = tmpl_lang(set, t, env->lang);
	const struct tmpl_code *code = tmpl_code(set, t, lang);

	if (code == NULL || (view == NULL && t->view != NULL))
		return ERR_BUG;
	return tmpl_render_code(code, 0, code->n, env, lang, view, out);
}

enum err
tmpl_render_part(const struct tmpl_set *set, const struct tmpl *t,
    const char *part, const struct tmpl_env *env, const void *view,
    struct buf *out)
{
	enum lang lang = tmpl_lang(set, t, env->lang);
	const struct tmpl_code *code = tmpl_code(set, t, lang);

	if (code == NULL || (view == NULL && t->view != NULL))
		return ERR_BUG;
	for (size_t i = 0; i < code->parts_n; i++)
		if (str_eq(code->parts[i].name, part))
			return tmpl_render_code(code, code->parts[i].first,
			    code->parts[i].end, env, lang, view, out);
	log_error("template", "%s has no part %s", t->name, part);
	return ERR_BUG;
}
