/* SPDX-License-Identifier: AGPL-3.0-or-later
 * A small city for tests that need a database: two schools, eight pupils,
 * their guardians and staff, the same in every test, in a throw-away database
 * on the server of t/with-db. Used by t/model and by page tests; it asserts
 * with check and knows no page. */
#ifndef T_MODEL_WORLD_H
#define T_MODEL_WORLD_H

#include <check.h>

#include "base/arena.h"
#include "base/field.h"
#include "base/keys.h"
#include "db/db.h"
#include "model/actor.h"

#define MUST(call) ck_assert_str_eq(err_name(call), "OK")
#define GIVES(call, outcome)                                                   \
	ck_assert_str_eq(err_name(call), err_name(outcome))

/* Keys of the rows. The school year is 2026: enrollments of April 1, 2026 to
 * March 31, 2027. */
enum {
	/* 中央小学校: reports on Monday to Friday 06:00-09:00, closed on
	 * 2026-06-05. 東中学校: every day, all day. */
	CITY = 1, CHUO = 2, HIGASHI = 3,
	CHUO_3_1 = 11, CHUO_5_2, CHUO_NAKAYOSHI, CHUO_LAST_YEAR,
	HIGASHI_1_1 = 21, HIGASHI_2_3,

	AOI = 101,		/* 髙橋 葵, 3年1組; guardians A, B */
	KIPPEI,			/* 山﨑 𠮷平, 3年1組; guardian D */
	RIN,			/* 葛󠄀城 凛, 5年2組; protected; P, Q */
	LONG_NAME,		/* 5年2組; nobody has registered yet */
	SOTA,			/* 髙橋 颯太, 東中 1年1組, Aoi's brother; A, B */
	YUI,			/* 佐藤 結衣, 東中 2年3組; E */
	HINATA,			/* なかよし, and 3年1組 as exchange; E */
	GONE,			/* was in 2年3組 until 2026-05-15; E */

	A = 201, B,		/* ordinary household; B reads English */
	P, Q,			/* protected household */
	D,			/* without e-mail */
	E,			/* one address unproved, one stopped */

	TEACHER = 301,		/* 担任 of 3年1組 */
	PRINCIPAL,		/* 教頭, administrator of 中央小学校 */
	BOARD_ADMIN, AUDITOR,
	OTHER_TEACHER, OTHER_PRINCIPAL,	/* at 東中学校 */
	POSTING = 100,		/* staff id + POSTING = its posting */

	FEVER = 501, HOME, OLD_REASON,		/* 発熱 家庭の都合 ×旧理由 */
	HIGASHI_FEVER = 511, HIGASHI_CLUB,	/* 発熱 部活動 */
};

struct world {
	struct db *db;
	struct arena *a;
};
extern struct world world;

/* For main(): makes the database, runs the suite as TAP, drops the database.
 * Without a server says that it was skipped. */
int world_suite(Suite *);
/* A test case whose tests each find the city as above. `begin` is the test's
 * own and calls world_begin(), or is world_begin itself. */
TCase *world_case(Suite *, const char *name, void (*begin)(void));

/* The database by itself, for programs with a runner of their own: the schema
 * of $srcdir/sql, no rows but the holidays. The name is the process's. */
const char *world_create(void);
void world_drop(void);
/* Rows as above, and only those; opens world.db and world.a. */
void world_begin(void);
void world_end(void);

/* SQL of the test's own, on a second connection: sees what is committed.
 * Formats like printf; nothing is escaped. */
void world_run(const char *fmt, ...) PRINTF(1, 2);
int64_t world_number(const char *fmt, ...) PRINTF(1, 2);
/* One value as text, NULL for NULL or no row. */
const char *world_text(const char *fmt, ...) PRINTF(1, 2);
struct uid world_uid(const char *table, int64_t id);

/* at("2026-06-01", "07:10"): that moment in Tokyo. */
struct stamp at(const char *day, const char *clock);
struct day on(const char *day);
struct minute clock_at(const char *clock);

/* Somebody who has just signed in. */
struct actor world_guardian(int64_t id, struct stamp now);
struct actor world_staff(int64_t id, struct stamp now);
/* Keys of the test's own; world_keys_end() removes them. */
struct keys *world_keys(void);
void world_keys_end(struct keys *);

/* A report of one day through the model, as the pages make it; its uid. */
struct uid world_report(const struct actor *, int64_t pupil, const char *day,
    const char *reason, struct stamp now);
/* Addresses that a job of the newest submission or letter goes to, sorted,
 * joined by blanks; "" = nobody. */
const char *world_told(int kind);

#endif
