/* SPDX-License-Identifier: AGPL-3.0-or-later
 * All forms of the product, each as a person would fill it in. */
#ifndef T_PAGE_FORMS_H
#define T_PAGE_FORMS_H

#include "t/page/browser.h"

struct form_case {
	enum side side;
	const char *path;		/* of the route */
	const char *login;		/* who may send it, NULL: a stranger */
	const char *tmpl;		/* page with the form's table, or NULL */
	struct sheet *(*open)(struct browser *);
};
extern const struct form_case form_cases[];
extern const size_t form_cases_n;

/* A new browser in front of the form. */
struct sheet *form_open(const struct form_case *, struct browser *);
/* The row of a POST route; fails the test when there is none. */
const struct form_case *form_case(enum side, const char *path);

/* The form of a report with an absence of today for Aoi typed in; the browser
 * is signed in as a guardian. */
struct sheet *form_report(struct browser *);

#endif
