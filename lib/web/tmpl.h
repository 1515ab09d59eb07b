/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Templates: well-formed XHTML parsed once by libxml2 and compiled into one
 * instruction array per language (design 9). The compiler knows the context
 * of every {name} and escapes; there is no way to put raw HTML. */
#ifndef WEB_TMPL_H
#define WEB_TMPL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/field.h"
#include "base/i18n.h"
#include "base/str.h"

/* A page that C code can show: template name and the table of its view.
 * Declared only by TMPL, so that all can be compiled and checked at start. */
struct tmpl {
	const char *name;		/* "guardian/absence/new" */
	const struct fields *view;	/* NULL: the page has no view */
	const struct tmpl *const *ref;
};
#define TMPL(var, path, table)                                                 \
	static const struct tmpl var;                                          \
	static const struct tmpl *const var##_ref                              \
	    __attribute__((used, section("tmpls"))) = &var;                    \
	static const struct tmpl var = { "" path "", table, &var##_ref }

extern const struct tmpl *const __start_tmpls[] __attribute__((weak));
extern const struct tmpl *const __stop_tmpls[] __attribute__((weak));

struct tmpl_set;

/* Compile all templates linked into the program for all languages. `common`
 * is the table of the struct every page can name (city, user, flash, ...).
 * `assets` is a directory whose file names are made content-addressed:
 * href="asset:app.css" becomes "/assets/app.<8 hex of SHA-256>.css".
 * ERR_INVALID after logging every error as file:line: text (unknown name, not
 * well-formed, on…=, style=, inline script or style, form without method…).
 * tmpl_free() ends. */
enum err tmpl_init(const char *dir, const char *assets,
    const struct fields *common, struct tmpl_set **) MUST_USE;
void tmpl_free(struct tmpl_set *);

/* What a rendering needs beside the view. */
struct tmpl_env {
	struct arena *a;
	enum lang lang;
	const void *common;
	/* Value of the hidden field `token` of a form posting to `action`. */
	const char *(*token)(void *arg, const char *action);
	void *arg;
	const char *path;	/* action of a form that names none */
	struct day today;	/* for きょう and あした beside dates */
};

/* Language in which the page is really there: the wanted one if every text of
 * page and layout is translated, Japanese otherwise. */
enum lang tmpl_lang(const struct tmpl_set *, const struct tmpl *, enum lang);
/* Append the page. No allocation but out's growth and env->a for values. */
enum err tmpl_render(const struct tmpl_set *, const struct tmpl *,
    const struct tmpl_env *, const void *view, struct buf *out) MUST_USE;
/* Only the element with t:part="name" of the page: what a poll replaces. */
enum err tmpl_render_part(const struct tmpl_set *, const struct tmpl *,
    const char *part, const struct tmpl_env *, const void *view,
    struct buf *out) MUST_USE;

/* A mail: text template `mail/<name>.txt`, first line "Subject: ...", an empty
 * line, then the body; {name} as in pages, no HTML escaping, no header from
 * data: CR and LF in a subject's value become a blank. Lines {#if x} ... {/if}
 * and {#for r in rows} ... {/for} stand alone on a line. The whole paragraph
 * (lines up to an empty one) is a msgid. */
enum err tmpl_mail(const struct tmpl_set *, const struct tmpl *,
    const struct tmpl_env *, const void *view, const char **subject,
    const char **body) MUST_USE;

/* All msgids of all templates as a .pot file (python-brace-format). */
enum err tmpl_pot(const char *dir, struct buf *out) MUST_USE;

#endif
