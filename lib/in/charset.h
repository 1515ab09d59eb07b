/* SPDX-License-Identifier: AGPL-3.0-or-later
 * From the bytes of a file somebody uploaded to checked UTF-8 text. */
#ifndef IN_CHARSET_H
#define IN_CHARSET_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum charset { CHARSET_UTF8, CHARSET_UTF8_BOM };

/* UTF-8 with or without BOM; the text without the BOM, NUL-terminated copy in
 * the arena. ERR_INVALID for anything else, `why` (msgid) says what to do:
 * UTF-16 and CP932 are recognised so that the words can be exact. */
enum err charset_read(struct arena *, struct bytes, enum charset *,
    const char **text, const char **why) MUST_USE;

#endif
