/* SPDX-License-Identifier: AGPL-3.0-or-later
 * What site.c and site_db.c share; tests see site.h. */
#ifndef T_PAGE_SITE_PRIVATE_H
#define T_PAGE_SITE_PRIVATE_H

#include <limits.h>
#include <sys/types.h>

#include "t/page/site.h"

#define POOLS	      5
#define SITE_DATABASE "renraku_page"

struct site {
	char dir[32];			/* short: sockets lie in it */
	char source[PATH_MAX], build[PATH_MAX];
	char socket[POOLS][64];
	pid_t master[POOLS];
	struct keys *keys;
};
extern struct site site;

void site_set_passwords(void);
void site_disconnect(void);

#endif
