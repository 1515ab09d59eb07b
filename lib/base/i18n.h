/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Languages of the guardian side. Japanese is the source text; each other
 * language is a gettext domain "renraku-<tag>" read under C.UTF-8
 * (libraries 3.2), so one process serves all of them at once. */
#ifndef BASE_I18N_H
#define BASE_I18N_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"

enum lang { LANG_JA, LANG_EN, LANG_COUNT };

/* Bind all domains below `dir` (.../locale); unsets LANGUAGE. Once, before
 * any template is compiled. A missing catalogue is not an error. */
enum err i18n_init(const char *dir) MUST_USE;

const char *lang_tag(enum lang);	/* "ja", "en": html lang, cookie */
const char *lang_name(enum lang);	/* "日本語", "English" */
/* A tag as in a cookie or form; false if it is none of ours. */
bool lang_parse(const char *tag, enum lang *);
/* RFC 9110 12.5.4, first acceptable by weight; LANG_JA when none. */
enum lang lang_accept(const char *accept_language);

/* Translation, or the msgid itself. Static memory. */
const char *i18n_text(enum lang, const char *msgid);
bool i18n_has(enum lang, const char *msgid);
/* i18n_text() with {name}s replaced: pairs name, value, ..., NULL. */
char *i18n_format(struct arena *, enum lang, const char *msgid, ...)
    __attribute__((sentinel));

/* Marks a Japanese literal for xgettext without translating it: tables hold
 * N_("…"), a FIELD_MSG member or i18n_text() translates when shown. */
#define N_(text) text

#endif
