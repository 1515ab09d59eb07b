/* SPDX-License-Identifier: AGPL-3.0-or-later
 * What every page shows around its own content, and the pages for errors.
 * Filled by the dispatcher, named {page.…} in templates. */
#ifndef CGI_PAGE_H
#define CGI_PAGE_H

#include "app.h"
#include "base/field.h"

struct page {
	const char *lang;		/* of the text really served */
	const char *city, *board;
	const char *path;
	const char *nav;		/* first part of the path */
	bool signed_in, demo;
	const char *user;		/* staff: name; guardian: login ID */
	const char *title;		/* staff: label of the role */
	const char *place;		/* staff: school or board */
	const char *done;		/* ?done= of a redirect: what succeeded */
	bool nav_absence, nav_roster, nav_audit;
	struct stamp now;
};
extern const struct fields page_fields;

void page_fill(struct page *, const struct app *, const struct req *);

/* A page for an outcome that is no page of its own. */
enum err page_error(struct req *, struct res *, int status) MUST_USE;

#endif
