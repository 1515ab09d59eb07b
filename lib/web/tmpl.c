/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The set of templates: compiled at start in all languages, looked up by the
 * place of their pointer in the linker's section, ended with the process.
 * Knows nothing of trees and values; called by main, dispatch and notifyd. */
#include "web/tmpl.h"

#include <string.h>

#include "base/log.h"
#include "web/tmpl_private.h"

#define KEEP_MAX ((size_t)128 << 20)
#define SCRATCH_MAX ((size_t)512 << 20)
#define ERRORS_MAX ((size_t)1 << 20)

void
tmpl_fail(struct tmpl_build *b, const struct tmpl_place *place, const char *fmt,
    ...)
{
	struct buf *line = buf_new(b->a, 256, 4096);
	const char *same;
	va_list ap;

	buf_printf(line, "%s:%d: ", place->file, place->line);
	va_start(ap, fmt);
	buf_vprintf(line, fmt, ap);
	va_end(ap);
	buf_char(line, '\n');
	/* A layout is compiled once for each page that uses it. */
	same = strstr(b->errors->p, line->p);
	if (same == NULL || (same != b->errors->p && same[-1] != '\n'))
		buf_add(b->errors, line->p, line->n);
}

bool
tmpl_is_mail(const char *name)
{
	return str_starts(name, "mail/");
}

static struct tmpl_compile
compile_new(struct tmpl_build *b, const struct fields *view, enum lang lang)
{
	struct tmpl_compile c = {
		.b = b,
		.view = view,
		.lang = lang,
		.complete = true,
		.frames = TMPL_LOOPS,
		.lit = buf_new(b->a, 4096, TMPL_TEXT_MAX),
	};

	return c;
}

/* Japanese first: a page with errors is not tried in other languages. */
static void
compile_all(struct tmpl_build *b, const struct tmpl *t, struct tmpl_page *page)
{
	for (enum lang lang = LANG_JA; lang < LANG_COUNT; lang++) {
		struct arena_mark mark = arena_mark(b->keep);
		struct tmpl_compile c = compile_new(b, t->view, lang);
		size_t before = b->errors->n;

		if (tmpl_is_mail(t->name))
			tmpl_mail_compile(&c, t->name);
		else
			tmpl_compile_page(&c, t->name);
		if (b->errors->n != before)
			return;
		if (c.complete)
			tmpl_emit_done(&c, &page->code[lang]);
		else
			arena_rewind(b->keep, mark);
	}
}

enum err
tmpl_init_list(const char *dir, const char *assets,
    const struct fields *common, const struct tmpl *const *first, size_t n,
    struct buf *errors, struct tmpl_set **set_r)
{
	struct arena *keep = arena_init(KEEP_MAX);
	struct arena *scratch = arena_init(SCRATCH_MAX);
	struct tmpl_build b = { keep, scratch, dir, assets, common,
		.errors = errors };
	struct tmpl_set *set;

	*set_r = NULL;
	if (keep == NULL || scratch == NULL) {
		arena_free(keep);
		arena_free(scratch);
		return ERR_IO;
	}
	set = arena_new(keep, struct tmpl_set);
	set->a = keep;
	set->first = first;
	set->n = n;
	set->pages = arena_array(keep, n, sizeof(*set->pages));
	for (size_t i = 0; i < n; i++)
		compile_all(&b, first[i], &set->pages[i]);
	tmpl_parse_end(&b);
	arena_free(scratch);
	if (errors->n > 0) {
		tmpl_free(set);
		return ERR_INVALID;
	}
	*set_r = set;
	return OK;
}

static void
log_lines(char *errors)
{
	for (char *line = errors, *end; *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		if (end == NULL)
			return;
		*end = '\0';
		log_error("template", "%s", line);
	}
}

enum err
tmpl_init(const char *dir, const char *assets, const struct fields *common,
    struct tmpl_set **set_r)
{
	struct arena *a = arena_init(ERRORS_MAX * 4);
	struct buf *errors;
	size_t n = 0;
	enum err err;

	if (a == NULL)
		return ERR_IO;
	if (__start_tmpls != NULL)
		n = (size_t)(__stop_tmpls - __start_tmpls);
	errors = buf_new(a, 4096, ERRORS_MAX);
	err = tmpl_init_list(dir, assets, common, __start_tmpls, n, errors,
	    set_r);
	log_lines(errors->p);
	arena_free(a);
	return err;
}

void
tmpl_free(struct tmpl_set *set)
{
	if (set != NULL)
		arena_free(set->a);
}

static const struct tmpl_page *
page_of(const struct tmpl_set *set, const struct tmpl *t)
{
	size_t i = (size_t)(t->ref - set->first);

	return i < set->n && set->first[i] == t ? &set->pages[i] : NULL;
}

enum lang
tmpl_lang(const struct tmpl_set *set, const struct tmpl *t, enum lang lang)
{
	const struct tmpl_page *page = page_of(set, t);

	return page != NULL && page->code[lang].v != NULL ? lang : LANG_JA;
}

const struct tmpl_code *
tmpl_code(const struct tmpl_set *set, const struct tmpl *t, enum lang lang)
{
	const struct tmpl_page *page = page_of(set, t);

	if (page == NULL || page->code[lang].v == NULL) {
		log_error("template", "%s was not compiled", t->name);
		return NULL;
	}
	return &page->code[lang];
}
