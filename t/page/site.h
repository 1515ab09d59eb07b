/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The whole product for page tests, without web server and mail: a database of
 * its own on the server of t/with-db with the real schema and grants, a small
 * city (site.sql), and the real program as all five pools on unix sockets.
 * Business time stands at 07:10 on Monday 2026-06-01 when a suite begins.
 * Tests drive it with browser.h. */
#ifndef T_PAGE_SITE_H
#define T_PAGE_SITE_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/keys.h"
#include "base/str.h"
#include "routes.h"

#define GUARDIAN_URL "https://localhost:8443"
#define STAFF_URL    "https://staff.localhost:8443"

/* Everybody in site.sql has this password. */
#define PASSWORD "correct horse battery staple"

/* Who is who in site.sql: みどり小学校 has 3年1組 (pupils 1 葵, 4 結衣, 6 凛) and
 * 3年2組 (2 陽菜), あおば中学校 has 1年1組 (3 蓮, 5 樹). */
#define AOI_A	  "111111111"	/* guardian 1: of 葵 and 蓮, two schools */
#define AOI_B	  "222222222"	/* guardian 2: of 葵 too */
#define YUI_A	  "333333333"	/* guardian 3: of 結衣, protected household */
#define YUI_B	  "444444444"	/* guardian 4: of 結衣 too, must stay unknown */
#define HINA	  "555555555"	/* guardian 5: of 陽菜, 3年2組 */
#define ITSUKI	  "666666666"	/* guardian 6: of 樹, another school */
#define TEACHER	  "teacher31"	/* homeroom teacher of 3年1組, own class only */
#define TEACHER2  "teacher32"
#define TEACHER_B "teacherb"	/* あおば中学校, sees the whole school */
#define ADMIN	  "admina"	/* school administrator of みどり小学校 */
#define ADMIN_B	  "adminb"
#define BOARD_MAN "board"
#define AUDITOR	  "auditor"
/* Letters, each good for two guardians. */
#define LETTER_RIN    "AAAA-BBBB-CCCC-DDDD"	/* 山本 凛 */
#define LETTER_ITSUKI "EEEE-FFFF-GGGG-HHHH"
#define LETTER_AOI    "JJJJ-KKKK-MMMM-NNNN"
#define LETTER_YUI    "PPPP-QQQQ-RRRR-SSSS"	/* protected household */
#define LETTER_OLD    "2222-2222-2222-2222"	/* expired */
#define LETTER_USED   "3333-3333-3333-3333"
#define LETTER_DEAD   "4444-4444-4444-4444"	/* replaced by LETTER_RIN */

/* The arena of the running test. */
extern struct arena *a;

/* Runs a test program: `fill` adds cases; each case's tests share one city.
 * SKIP without a server. The value for main() to return. */
int site_main(const char *name, void (*fill)(Suite *));
/* A case whose tests run one after the other on one fresh city. */
TCase *site_case(Suite *, const char *name);

/* Socket of a pool. */
const char *site_socket(enum side, enum pool);
pid_t site_master(enum side, enum pool);
/* The keys the workers use. */
const struct keys *site_keys(void);
/* The site's business time now. */
struct stamp site_now(void);
/* A line of the program's logs holds the text. */
bool site_logged(const char *text);
const char *site_log_end(void);

/* The database as its root, outside the product. */
void site_sql(const char *fmt, ...) PRINTF(1, 2);
int64_t site_number(const char *fmt, ...) PRINTF(1, 2);
const char *site_text(const char *fmt, ...) PRINTF(1, 2);	/* NULL: none */
/* Public id of a row, as in URLs. */
const char *site_uid(const char *table, int64_t id);
/* A report as a guardian's page would have made it: "2026-06-01", kind of
 * model/absence.h, first reason of the school. Its id. */
struct site_report {
	int64_t pupil, guardian;
	const char *day, *note;
	int kind;
};
int64_t site_report(const struct site_report *);
/* Of all rows of all tables but those in `except` ("audit_log failure"). */
const char *site_checksum(const char *except);
/* Prepared statements executed by anybody so far; with BEGIN and COMMIT apart. */
int64_t site_statements(void);

/* Cut the workers off: their connections end and the socket they know leads
 * nowhere, or to somebody who never answers. site_db_back() undoes it. */
void site_db_away(void);
void site_db_silent(void);
void site_db_back(void);

#endif
