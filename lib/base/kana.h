/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Folding of Japanese text: widths, kana, search and sort keys.
 * Names themselves are never folded (standards 3.3): only what is compared. */
#ifndef BASE_KANA_H
#define BASE_KANA_H

#include "base/arena.h"
#include "base/err.h"

/* Full-width ASCII, digits and the various hyphens and blanks to ASCII
 * ("１２－３　４" -> "12-3 4"); for numbers, dates, codes and addresses. */
char *kana_narrow(struct arena *, const char *);
/* Compose only a base kana with a following U+3099/U+309A (names typed on a
 * Mac), fold the five wave/minus pairs to the form phones send
 * (U+FF5E->U+301C, U+FF0D->U+2212, U+2225->U+2016, U+2015->U+2014,
 * U+FFE0/1/2->U+00A2/3/AC). Nothing else changes: no NFC of ideographs. */
char *kana_compose(struct arena *, const char *);
/* Hiragana, katakana and half-width kana to hiragana for showing
 * ("ﾔﾏﾀﾞ ハナコ" -> "やまだ はなこ"); other characters stay. */
char *kana_hiragana(struct arena *, const char *);
/* Key for finding: NFKC, case folded, hiragana, no blanks, no selectors,
 * variants joined (髙=高, 﨑=崎, 邊=邉=辺, 齋=斎=齊=斉, 𠮷=吉 ...). */
char *kana_search_key(struct arena *, const char *);
/* Key for 五十音順 under utf8mb4_uca1400_as_ci: hiragana with ー replaced by
 * its vowel (libraries 3.10). */
char *kana_sort_key(struct arena *, const char *);
/* Only kana, ー, ・, blanks, hyphens, apostrophes or Latin letters? (reading
 * of a name; Latin for names that have no kana) */
int kana_is_reading(const char *);

#endif
