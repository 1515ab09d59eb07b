/* SPDX-License-Identifier: AGPL-3.0-or-later
 * UTF-8 as it comes in: checked once at the border, counted in characters.
 * Source: Unicode 15 table 3-7 (well-formed byte sequences). */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Well-formed and free of NUL, of C0/C1 controls other than TAB, LF, CR, and
 * of noncharacters (U+FFFE, U+FFFF, U+FDD0-FDEF, ...). */
bool utf8_valid(const char *p, size_t n);
/* Code points of a valid text. */
size_t utf8_count(const char *);
/* The first n characters (grapheme clusters: 葛+selector is one, か+U+3099 is
 * one) as a copy; the whole text when shorter. */
char *utf8_first(struct arena *, const char *, size_t n);
/* Contains a code point of a private use area (外字, standards 3.3). */
bool utf8_has_private(const char *);
/* Next code point at *s of a valid text; advances *s. 0 at the end. */
uint32_t utf8_next(const char **s);
/* Write one code point; returns its length 1-4. `out` has room for 4. */
size_t utf8_put(char *out, uint32_t cp);

#endif
