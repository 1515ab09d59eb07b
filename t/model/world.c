/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Makes the city of world.h. The schema is migrated once for a program; each
 * test then finds the same rows, because migrating costs more than all tests. */
#include "t/model/world.h"

#include <ftw.h>
#include <mysql.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db/migrate.h"
#include "model/absence.h"
#include "model/child.h"
#include "model/session.h"

#define SQL_MOST 32768

struct world world;
static char name[32];
static MYSQL *observer;

/* ── the database ───────────────────────────────────────────────────────── */

/* Outside of a test, where check's own assertions do not work. */
static void
need(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "world: %s\n", what);
	exit(1);
}

static struct db_account
account(void)
{
	return (struct db_account){ getenv("RENRAKU_TEST_SOCKET"), name,
		"root", "", 60 };
}

static void
observe(const char *database)
{
	observer = mysql_init(NULL);
	need(observer != NULL, "memory");
	mysql_options(observer, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	if (mysql_real_connect(observer, NULL, "root", "", database, 0,
		getenv("RENRAKU_TEST_SOCKET"), CLIENT_MULTI_STATEMENTS) == NULL)
		need(false, mysql_error(observer));
}

static void
blind(void)
{
	mysql_close(observer);
	observer = NULL;
}

/* All results off the wire; the first one, if it has rows, is returned. */
static MYSQL_RES *
query(const char *sql)
{
	MYSQL_RES *first = NULL;
	int more = mysql_query(observer, sql);

	for (; more == 0; more = mysql_next_result(observer)) {
		MYSQL_RES *r = mysql_store_result(observer);

		if (first == NULL)
			first = r;
		else
			mysql_free_result(r);
	}
	if (more > 0) {
		fprintf(stderr, "%s\n", sql);
		need(false, mysql_error(observer));
	}
	return first;
}

const char *
world_create(void)
{
	const char *top = getenv("srcdir");
	struct db_account a;
	char dir[4096];
	int applied;

	(void)snprintf(name, sizeof name, "t_world_%ld", (long)getpid());
	(void)snprintf(dir, sizeof dir, "%s/sql", top == NULL ? "." : top);
	a = account();
	need(migrate_run(&a, dir, &applied) == OK && applied > 0, dir);
	return name;
}

void
world_drop(void)
{
	char sql[64];

	observe(NULL);
	(void)snprintf(sql, sizeof sql, "DROP DATABASE %s", name);
	(void)query(sql);
	blind();
}

int
world_suite(Suite *s)
{
	SRunner *r;
	int failed;

	if (getenv("RENRAKU_TEST_SOCKET") == NULL) {
		printf("1..0 # SKIP no server, see t/with-db\n");
		return 0;
	}
	world_create();
	r = srunner_create(s);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	world_drop();
	return failed != 0;
}

TCase *
world_case(Suite *s, const char *title, void (*begin)(void))
{
	TCase *c = tcase_create(title);

	tcase_add_checked_fixture(c, begin, world_end);
	tcase_set_timeout(c, 60);
	suite_add_tcase(s, c);
	return c;
}

/* ── the city ───────────────────────────────────────────────────────────── */

static const char empty[] =
    "SET FOREIGN_KEY_CHECKS = 0;"
    "DELETE FROM audit_seal; DELETE FROM audit_log; DELETE FROM form_token;"
    "DELETE FROM outbox_recipient; DELETE FROM outbox;"
    "DELETE FROM import_row; DELETE FROM import_school; DELETE FROM import;"
    "DELETE FROM absence_history; DELETE FROM absence;"
    "DELETE FROM submission; DELETE FROM reason;"
    "DELETE FROM reception_exception; DELETE FROM reception;"
    "DELETE FROM closure; DELETE FROM failure;"
    "DELETE FROM staff_session; DELETE FROM posting_class;"
    "DELETE FROM posting; DELETE FROM staff_credential; DELETE FROM staff;"
    "DELETE FROM guardianship; DELETE FROM invitation;"
    "DELETE FROM guardian_session; DELETE FROM guardian_email;"
    "DELETE FROM guardian_credential; DELETE FROM guardian;"
    "DELETE FROM enrollment; DELETE FROM pupil; DELETE FROM class;"
    "DELETE FROM organization;"
    "SET FOREIGN_KEY_CHECKS = 1;";

#define U(id) "UNHEX(MD5('" #id "'))"
#define MADE "'2026-03-20 00:00:00'"
#define YEAR "'2026-04-01', '2027-03-31'"

static const char schools[] =
    "INSERT INTO organization (id, uid, kind, code, name, phone, created_at)"
    " VALUES (1, " U(1) ", 1, NULL, '緑ヶ丘市教育委員会', '', " MADE "),"
    " (2, " U(2) ", 2, 'B100000000001', '中央小学校', '03-0000-0001', " MADE "),"
    " (3, " U(3) ", 3, 'C100000000001', '東中学校', '03-0000-0002', " MADE ");"
    "INSERT INTO class (id, uid, school_id, school_year, grade, name, title)"
    " VALUES (11, " U(11) ", 2, 2026, 3, '1', '3年1組'),"
    " (12, " U(12) ", 2, 2026, 5, '2', '5年2組'),"
    " (13, " U(13) ", 2, 2026, 0, 'なかよし', 'なかよし'),"
    " (14, " U(14) ", 2, 2025, 2, '1', '2年1組'),"
    " (21, " U(21) ", 3, 2026, 1, '1', '1年1組'),"
    " (22, " U(22) ", 3, 2026, 2, '3', '2年3組');"
    "INSERT INTO reception (school_id, weekday, opens, closes)"
    " SELECT 2, seq, 360, 540 FROM seq_1_to_5"
    " UNION ALL SELECT 3, seq, 0, 1440 FROM seq_0_to_6;"
    "INSERT INTO closure (school_id, day, name)"
    " VALUES (2, '2026-06-05', '開校記念日');"
    "INSERT INTO reason (id, uid, school_id, name, position, ended_at) VALUES"
    " (501, " U(501) ", 2, '発熱', 1, NULL),"
    " (502, " U(502) ", 2, '家庭の都合', 2, NULL),"
    " (503, " U(503) ", 2, '旧理由', 3, '2026-04-01 00:00:00'),"
    " (511, " U(511) ", 3, '発熱', 1, NULL),"
    " (512, " U(512) ", 3, '部活動', 2, NULL);";

#define PUPIL(id, number, name, given, kana, protected)                        \
	"(" #id ", " U(id) ", '" number "', '" name "', '" given "', '" kana   \
	"', '" name "', '" kana "', " #protected ", " MADE ")"

static const char pupils[] =
    "INSERT INTO pupil (id, uid, number, name, given, kana, search_key,"
    " sort_key, protected, created_at) VALUES "
    PUPIL(101, "10001", "髙橋 葵", "葵", "たかはし あおい", 0) ","
    PUPIL(102, "10002", "山﨑 𠮷平", "𠮷平", "やまざき きっぺい", 0) ","
    PUPIL(103, "10003", "葛󠄀城 凛", "凛", "かつらぎ りん", 1) ","
    PUPIL(104, "10004", "Maria Aparecida dos Santos Oliveira Nakamura Pereira",
	"Aparecida dos Santos Oliveira Nakamura Pereira", "まりあ", 0) ","
    PUPIL(105, "20001", "髙橋 颯太", "颯太", "たかはし そうた", 0) ","
    PUPIL(106, "20002", "佐藤 結衣", "結衣", "さとう ゆい", 0) ","
    PUPIL(107, "10007", "田中 ひなた", "ひなた", "たなか ひなた", 0) ","
    PUPIL(108, "20008", "小林 海斗", "海斗", "こばやし かいと", 0) ";"
    "INSERT INTO enrollment (pupil_id, class_id, school_id, school_year, seat,"
    " main, begins, ends) VALUES"
    " (101, 11, 2, 2026, 1, 1, " YEAR "), (102, 11, 2, 2026, 2, 1, " YEAR "),"
    " (103, 12, 2, 2026, 1, 1, " YEAR "), (104, 12, 2, 2026, 2, 1, " YEAR "),"
    " (105, 21, 3, 2026, 1, 1, " YEAR "), (106, 22, 3, 2026, 1, 1, " YEAR "),"
    " (107, 13, 2, 2026, 1, 1, " YEAR "), (107, 11, 2, 2026, 3, 0, " YEAR "),"
    " (108, 22, 3, 2026, 2, 1, '2026-04-01', '2026-05-15');";

#define GUARDIAN(id, login, lang)                                              \
	"(" #id ", " U(id) ", '" login "', '" lang "', " MADE ")"
#define EMAIL(id, guardian, address, login, verified, stopped)                 \
	"(" #id ", " U(id) ", " #guardian ", '" address "', " login ", " MADE  \
	", " verified ", " stopped ")"

static const char guardians[] =
    "INSERT INTO guardian (id, uid, login, lang, created_at) VALUES "
    GUARDIAN(201, "200000001", "ja") "," GUARDIAN(202, "200000002", "en") ","
    GUARDIAN(203, "200000003", "ja") "," GUARDIAN(204, "200000004", "ja") ","
    GUARDIAN(205, "200000005", "ja") "," GUARDIAN(206, "200000006", "ja") ";"
    "INSERT INTO guardian_credential (guardian_id, hash, changed_at)"
    " SELECT id, CONCAT('hash-of-', id), " MADE " FROM guardian;"
    "INSERT INTO guardian_email (id, uid, guardian_id, address, login_address,"
    " asked_at, verified_at, stopped_at) VALUES "
    EMAIL(601, 201, "A@example.jp", "'a@example.jp'", MADE, "NULL") ","
    EMAIL(602, 202, "b@example.jp", "'b@example.jp'", MADE, "NULL") ","
    EMAIL(603, 203, "p@example.jp", "'p@example.jp'", MADE, "NULL") ","
    EMAIL(604, 204, "q@example.jp", "'q@example.jp'", MADE, "NULL") ","
    EMAIL(605, 206, "unproved@example.jp", "NULL", "NULL", "NULL") ","
    EMAIL(606, 206, "stopped@example.jp", "NULL", MADE, MADE) ";"
    "UPDATE guardian g SET has_email = EXISTS (SELECT 1 FROM guardian_email e"
    " WHERE e.guardian_id = g.id AND e.verified_at IS NOT NULL);"
    "INSERT INTO guardianship (guardian_id, pupil_id, begins, ends) VALUES"
    " (201, 101, '2026-03-20', '2199-12-31'),"
    " (201, 105, '2026-03-20', '2199-12-31'),"
    " (202, 101, '2026-03-20', '2199-12-31'),"
    " (202, 105, '2026-03-20', '2199-12-31'),"
    " (203, 103, '2026-03-20', '2199-12-31'),"
    " (204, 103, '2026-03-20', '2199-12-31'),"
    " (205, 102, '2026-03-20', '2199-12-31'),"
    " (206, 106, '2026-03-20', '2199-12-31'),"
    " (206, 107, '2026-03-20', '2199-12-31'),"
    " (206, 108, '2026-03-20', '2199-12-31');";

#define STAFF(id, login, name)                                                 \
	"(" #id ", " U(id) ", '" login "', '" name "', " MADE ")"

static const char staff[] =
    "INSERT INTO staff (id, uid, login, name, created_at) VALUES "
    STAFF(301, "teacher", "東 一郎") "," STAFF(302, "principal", "西 二郎") ","
    STAFF(303, "board", "南 三郎") "," STAFF(304, "auditor", "北 四郎") ","
    STAFF(305, "teacher2", "中 五郎") "," STAFF(306, "principal2", "上 六郎")
    ";"
    "INSERT INTO staff_credential (staff_id, hash, changed_at)"
    " SELECT id, CONCAT('hash-of-', id), " MADE " FROM staff;"
    "INSERT INTO posting (id, uid, staff_id, organization_id, role, title,"
    " begins, ends) VALUES"
    " (401, " U(401) ", 301, 2, 4, '担任', " YEAR "),"
    " (402, " U(402) ", 302, 2, 8, '教頭', " YEAR "),"
    " (403, " U(403) ", 303, 1, 16, '', " YEAR "),"
    " (404, " U(404) ", 304, 1, 32, '', " YEAR "),"
    " (405, " U(405) ", 305, 3, 4, '担任', " YEAR "),"
    " (406, " U(406) ", 306, 3, 8, '教頭', " YEAR ");"
    "INSERT INTO posting_class (posting_id, class_id)"
    " VALUES (401, 11), (405, 21);";

void
world_begin(void)
{
	static const char *const parts[] = { empty, schools, pupils, guardians,
		staff };
	struct db_account a = account();

	observe(name);
	(void)query("SET SESSION innodb_lock_wait_timeout = 2");
	for (size_t i = 0; i < COUNT(parts); i++)
		(void)query(parts[i]);
	world.a = arena_init((size_t)256 << 20);
	world.db = db_init(&a);
	ck_assert_ptr_nonnull(world.db);
}

void
world_end(void)
{
	db_free(world.db);
	arena_free(world.a);
	blind();
}

/* ── looking and touching ───────────────────────────────────────────────── */

static MYSQL_RES *formatted(const char *fmt, va_list) PRINTF(1, 0);

static MYSQL_RES *
formatted(const char *fmt, va_list args)
{
	static char sql[SQL_MOST];
	int n = vsnprintf(sql, sizeof sql, fmt, args);

	ck_assert_int_lt(n, (int)sizeof sql);
	return query(sql);
}

void
world_run(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	mysql_free_result(formatted(fmt, args));
	va_end(args);
}

static const char *
value(MYSQL_RES *r)
{
	MYSQL_ROW row = r == NULL ? NULL : mysql_fetch_row(r);
	const char *text = row == NULL || row[0] == NULL
	    ? NULL : str_copy(world.a, row[0]);

	mysql_free_result(r);
	return text;
}

int64_t
world_number(const char *fmt, ...)
{
	const char *text;
	va_list args;

	va_start(args, fmt);
	text = value(formatted(fmt, args));
	va_end(args);
	ck_assert_ptr_nonnull(text);
	return strtoll(text, NULL, 10);
}

const char *
world_text(const char *fmt, ...)
{
	const char *text;
	va_list args;

	va_start(args, fmt);
	text = value(formatted(fmt, args));
	va_end(args);
	return text;
}

struct uid
world_uid(const char *table, int64_t id)
{
	const char *hex = world_text("SELECT HEX(uid) FROM %s WHERE id = %lld",
	    table, (long long)id);
	struct uid uid;

	ck_assert_ptr_nonnull(hex);
	for (size_t i = 0; i < sizeof uid.b; i++) {
		char two[3] = { hex[2 * i], hex[2 * i + 1], '\0' };

		uid.b[i] = (unsigned char)strtoul(two, NULL, 16);
	}
	return uid;
}

/* ── when and who ───────────────────────────────────────────────────────── */

struct day
on(const char *text)
{
	struct day day;

	MUST(day_parse_iso(text, &day));
	return day;
}

struct minute
clock_at(const char *text)
{
	struct minute m = { (text[0] - '0') * 600 + (text[1] - '0') * 60 +
		(text[3] - '0') * 10 + (text[4] - '0') };

	return m;
}

struct stamp
at(const char *day, const char *clock)
{
	return day_at(on(day), clock_at(clock));
}

static const unsigned char *
session_hash(int64_t id)
{
	unsigned char *hash = arena_alloc(world.a, DIGEST);

	rand_bytes(hash, DIGEST);
	hash[0] = (unsigned char)id;
	return hash;
}

struct actor
world_guardian(int64_t id, struct stamp now)
{
	const unsigned char *hash = session_hash(id);
	struct actor who;

	MUST(session_guardian_open(world.db, id, hash, "test", now));
	MUST(session_guardian(world.a, world.db, hash, now, &who));
	return who;
}

struct actor
world_staff(int64_t id, struct stamp now)
{
	const unsigned char *hash = session_hash(id);
	struct actor who;

	MUST(session_staff_open(world.db, id, hash, "test", now));
	MUST(session_staff(world.a, world.db, hash, now, &who));
	return who;
}

static char key_dir[] = "/tmp/renraku-world-XXXXXX";

struct keys *
world_keys(void)
{
	struct keys *keys = NULL;

	ck_assert_ptr_nonnull(mkdtemp(key_dir));
	MUST(keys_make(key_dir));
	MUST(keys_init(key_dir, &keys));
	return keys;
}

static int
erase(const char *path, const struct stat *st UNUSED, int type UNUSED,
    struct FTW *ftw UNUSED)
{
	return remove(path);
}

void
world_keys_end(struct keys *keys)
{
	keys_free(keys);
	ck_assert_int_eq(nftw(key_dir, erase, 8, FTW_DEPTH | FTW_PHYS), 0);
}

/* ── reports ────────────────────────────────────────────────────────────── */

struct uid
world_report(const struct actor *who, int64_t pupil, const char *day,
    const char *reason, struct stamp now)
{
	struct uid chosen = world_uid("pupil", pupil), submission;
	struct absence_new new = { { &chosen, 1 }, ABSENT, on(day), DAY_NONE,
		reason, MINUTE_NONE, "" };
	struct absence_plan plan;
	struct refusal why = { 0 };
	struct list children;

	MUST(child_list(world.a, world.db, who, now, &children));
	MUST(absence_plan(world.a, &children, &new, now, &plan, &why));
	MUST(absence_report(world.a, world.db, who, &new, &plan, now,
	    &submission));
	return world_uid("absence",
	    world_number("SELECT MAX(id) FROM absence"));
}

const char *
world_told(int kind)
{
	const char *text = world_text(
	    "SELECT GROUP_CONCAT(address ORDER BY address SEPARATOR ' ')"
	    " FROM outbox_recipient WHERE outbox_id ="
	    " (SELECT MAX(id) FROM outbox WHERE kind = %d)", kind);

	return text == NULL ? "" : text;
}
