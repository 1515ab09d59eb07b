/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Words that sample rosters are made of. Common names, with the letters that
 * rosters trip over; nobody in particular. Used by ctl_sample.c. */
#ifndef CGI_CTL_NAMES_H
#define CGI_CTL_NAMES_H

#include <stddef.h>

struct ctl_name {
	const char *text, *kana;
};

/* Commoner ones first. */
extern const struct ctl_name ctl_families[];
extern const size_t ctl_families_n;
extern const struct ctl_name ctl_givens[];
extern const size_t ctl_givens_n;
/* Whole names of another order and length. */
extern const struct ctl_name ctl_foreigners[];
extern const size_t ctl_foreigners_n;
/* What schools are called before 小学校. */
extern const char *const ctl_places[];
extern const size_t ctl_places_n;

#endif
