/* SPDX-License-Identifier: AGPL-3.0-or-later
 * What is removed when, and that what must stay stays. */
#include "model/purge.h"

#include "model/failure.h"
#include "model/outbox.h"
#include "model/session.h"
#include "t/model/world.h"

#define MONDAY at("2026-06-01", "07:10")
#define DAYS(n) stamp_add(MONDAY, INT64_C(86400) * (n))

static int64_t
purge(struct stamp now)
{
	int64_t n = -1;

	MUST(purge_run(world.db, now, &n));
	return n;
}

static int64_t
rows(const char *table)
{
	return world_number("SELECT COUNT(*) FROM %s", table);
}

/* One row of a kind, made on Monday; gone at `days`, there before. */
static const struct {
	const char *table, *insert;
	int days;
} kinds[] = {
	{ "form_token", "INSERT INTO form_token VALUES (REPEAT('t', 32),"
	    " REPEAT('b', 32), '/', '%s')", 2 },
	{ "failure", "INSERT INTO failure VALUES (REPEAT('f', 32), '%s', 1)",
	    1 },
	{ "import", "INSERT INTO import (uid, school_year, file_name, day,"
	    " state, rows_total, rows_new, rows_changed, rows_moved, rows_same,"
	    " rows_wrong, created_at) VALUES (REPEAT('u', 16), 2026, 'x',"
	    " '2026-06-01', 1, 0, 0, 0, 0, 0, 0, '%s')", 7 },
	{ "outbox_recipient", "INSERT INTO outbox (id, kind, lane, params,"
	    " created_at, expires_at) VALUES (1, 1, 2, '{}', '2026-06-01',"
	    " '2026-06-01'); INSERT INTO outbox_recipient (outbox_id, uid,"
	    " address, domain, lang, state, queue, due_at, done_at) VALUES (1,"
	    " REPEAT('u', 16), 'x', 'x', 'ja', 1, 2, '2026-06-01', '%s')", 90 },
	{ "outbox", "INSERT INTO outbox (kind, lane, params, created_at,"
	    " expires_at) VALUES (1, 2, '{}', '%s', '2026-06-01')", 180 },
};

static void
insert(const char *fmt, struct stamp now)
{
	const char *mark = strstr(fmt, "%s");
	ck_assert_ptr_nonnull(mark);
	world_run("%.*s%s%s", (int)(mark - fmt), fmt,
	    stamp_sql(world.a, now), mark + 2);
}

START_TEST(kept_and_removed)
{
	insert(kinds[_i].insert, MONDAY);
	ck_assert_int_eq(purge(DAYS(kinds[_i].days)), 0);
	ck_assert_int_eq(rows(kinds[_i].table), 1);
	ck_assert_int_eq(purge(stamp_add(DAYS(kinds[_i].days), 1)), 1);
	ck_assert_int_eq(rows(kinds[_i].table), 0);
	ck_assert_int_eq(purge(stamp_add(DAYS(kinds[_i].days), 1)), 0);
}
END_TEST

START_TEST(sessions)
{
	struct actor a = world_guardian(A, MONDAY);
	struct actor teacher = world_staff(TEACHER, MONDAY);
	unsigned char hash[DIGEST];
	struct actor who;

	memcpy(hash, a.session.p, DIGEST);
	ck_assert_int_eq(purge(stamp_add(MONDAY, 12 * 3600)), 0);
	ck_assert_int_eq(purge(stamp_add(MONDAY, 12 * 3600 + 1)), 1);
	GIVES(session_staff(world.a, world.db, teacher.session.p, MONDAY,
	    &who), ERR_NONE);
	ck_assert_int_eq(purge(DAYS(SESSION_GUARDIAN_DAYS)), 0);
	MUST(session_guardian(world.a, world.db, hash, DAYS(1), &who));
	ck_assert_int_eq(purge(stamp_add(DAYS(SESSION_GUARDIAN_DAYS), 1)), 1);
	ck_assert_int_eq(rows("guardian_session"), 0);
}
END_TEST

/* An applied roster is history, a preview is not; the rows of the file are
 * needed by neither. */
START_TEST(applied_imports_stay)
{
	insert(kinds[2].insert, MONDAY);
	world_run("UPDATE import SET state = 2; INSERT INTO import_row"
	    " (import_id, line, class_name, class_title, number, name, given,"
	    " kana, search_key, sort_key, outcome) SELECT id, 2, '', '', '',"
	    " '', '', '', '', '', 1 FROM import");
	ck_assert_int_eq(purge(DAYS(400)), 1);
	ck_assert_int_eq(rows("import_row"), 0);
	ck_assert_int_eq(rows("import"), 1);
	world_run("UPDATE import SET state = 1");
	ck_assert_int_eq(purge(DAYS(400)), 1);
	ck_assert_int_eq(rows("import"), 0);
}
END_TEST

/* Mail that was not sent yet is the sender's to expire. */
START_TEST(unsent_mail_stays)
{
	struct actor a = world_guardian(A, MONDAY);

	world_report(&a, AOI, "2026-06-01", "発熱", MONDAY);
	ck_assert_int_eq(rows("outbox_recipient"), 2);
	ck_assert_int_eq(purge(DAYS(100)), 0);
	ck_assert_int_eq(rows("outbox_recipient"), 2);
}
END_TEST

/* Years later: people, reports, their history and the access history. */
START_TEST(what_is_never_purged)
{
	static const char *const tables[] = { "absence", "absence_history",
		"submission", "pupil", "enrollment", "class", "guardian",
		"guardian_email", "guardianship", "invitation", "staff",
		"posting", "audit_log", "audit_seal", "holiday", "reason" };
	struct actor a = world_guardian(A, MONDAY);
	int64_t before[COUNT(tables)];

	world_report(&a, AOI, "2026-06-01", "発熱", MONDAY);
	world_run("INSERT INTO invitation (pupil_id, school_id, code, most,"
	    " created_at, expires_at) VALUES (101, 2, REPEAT('c', 32), 2,"
	    " '2026-06-01', '2026-06-02');"
	    "INSERT INTO audit_log (id, at, side, actor_kind, event, result)"
	    " VALUES (1, '2026-06-01', 1, 0, 'x', 1);"
	    "INSERT INTO audit_seal VALUES (1, 1, '2026-06-01', 1,"
	    " REPEAT('c', 32))");
	for (size_t i = 0; i < COUNT(tables); i++) {
		before[i] = rows(tables[i]);
		ck_assert_int_gt(before[i], 0);
	}
	ck_assert_int_ge(purge(DAYS(3650)), 1);
	for (size_t i = 0; i < COUNT(tables); i++)
		ck_assert_msg(rows(tables[i]) == before[i], "%s", tables[i]);
}
END_TEST

START_TEST(ten_thousand_at_a_time)
{
	world_run("INSERT INTO form_token SELECT LPAD(seq, 32, '0'),"
	    " REPEAT('b', 32), '/', '2026-06-01' FROM seq_1_to_10500");
	ck_assert_int_eq(purge(DAYS(10)), 10000);
	ck_assert_int_eq(purge(DAYS(10)), 500);
	ck_assert_int_eq(purge(DAYS(10)), 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("model/purge");
	TCase *c = world_case(s, "purge", world_begin);

	tcase_add_loop_test(c, kept_and_removed, 0, COUNT(kinds));
	tcase_add_test(c, sessions);
	tcase_add_test(c, applied_imports_stay);
	tcase_add_test(c, unsent_mail_stays);
	tcase_add_test(c, what_is_never_purged);
	tcase_add_test(c, ten_thousand_at_a_time);
	return world_suite(s);
}
