/* SPDX-License-Identifier: AGPL-3.0-or-later
 * What the operator sets up, row by row: made once, changed when it differs,
 * refused when it contradicts what is there. */
#include "t/model/world.h"

#include "base/str.h"
#include "model/setup.h"

static struct actor operator;
static struct stamp now;

static void
begin(void)
{
	world_begin();
	operator = actor_operator();
	now = at("2026-06-01", "07:10");
}

/* ── the board ──────────────────────────────────────────────────────────── */

START_TEST(the_board_is_made_once_and_renamed)
{
	int64_t id, again;

	MUST(setup_board(world.db, &operator, "みどり市教育委員会", now, &id));
	ck_assert_int_eq(id, CITY);
	ck_assert_str_eq(world_text("SELECT name FROM organization"
	    " WHERE kind = 1"), "みどり市教育委員会");
	world_run("DELETE FROM posting_class; DELETE FROM staff_session;"
		  "DELETE FROM posting;"
		  "DELETE FROM organization WHERE kind = 1");
	MUST(setup_board(world.db, &operator, "緑市教育委員会", now, &id));
	MUST(setup_board(world.db, &operator, "緑市教育委員会", now, &again));
	ck_assert_int_eq(id, again);
}
END_TEST

/* ── schools ────────────────────────────────────────────────────────────── */

static struct setup_school
nishi(void)
{
	return (struct setup_school){ .line = 2, .code = "B199200019999",
		.name = "西小学校", .phone = "099-999-0199",
		.kind = ELEMENTARY, .opens = clock_at("05:00"),
		.closes = clock_at("22:00") };
}

static int
school(struct setup_school s)
{
	MUST(setup_school(world.a, world.db, &operator, &s, now));
	ck_assert_int_eq(s.outcome == ROW_WRONG, s.error != NULL);
	return s.outcome;
}

#define OF_NISHI                                                               \
	" WHERE school_id = (SELECT id FROM organization"                      \
	" WHERE name = '西小学校')"

START_TEST(a_school_comes_with_hours_and_reasons)
{
	ck_assert_int_eq(school(nishi()), ROW_NEW);
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM reception" OF_NISHI
	    " AND opens = 300 AND closes = 1320"), 7);
	ck_assert_str_eq(world_text("SELECT GROUP_CONCAT(name, counts_as"
	    " ORDER BY position SEPARATOR ' ') FROM reason" OF_NISHI),
	    "発熱1 かぜ1 頭痛・腹痛1 けが1 通院1 家庭の都合1 忌引3"
	    " 感染症（出席停止）2 その他1");
	ck_assert_int_eq(school(nishi()), ROW_SAME);
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM reason" OF_NISHI),
	    9);
}
END_TEST

START_TEST(a_school_changes)
{
	struct setup_school s = nishi();

	ck_assert_int_eq(school(s), ROW_NEW);
	world_run("DELETE FROM reason" OF_NISHI " AND name <> '発熱'");
	s.phone = "099-999-0200";
	s.closes = clock_at("08:00");
	ck_assert_int_eq(school(s), ROW_CHANGED);
	ck_assert_int_eq(school(s), ROW_SAME);
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM reception" OF_NISHI
	    " AND closes = 480"), 7);
	/* the school's own list of reasons is nobody else's business */
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM reason" OF_NISHI),
	    1);
	s.name = "新西小学校";
	ck_assert_int_eq(school(s), ROW_CHANGED);
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM organization"
	    " WHERE code = 'B199200019999'"), 1);
}
END_TEST

/* A day whose hours were set by hand goes back to the file's. */
START_TEST(one_odd_day_is_a_change)
{
	ck_assert_int_eq(school(nishi()), ROW_NEW);
	world_run("UPDATE reception SET opens = 0" OF_NISHI
	    " AND weekday = 3");
	ck_assert_int_eq(school(nishi()), ROW_CHANGED);
	world_run("DELETE FROM reception" OF_NISHI " AND weekday = 3");
	ck_assert_int_eq(school(nishi()), ROW_CHANGED);
	ck_assert_int_eq(school(nishi()), ROW_SAME);
}
END_TEST

START_TEST(wrong_schools_are_not_written)
{
	struct setup_school s = nishi();

	s.name = "中央小学校";
	ck_assert_int_eq(school(s), ROW_WRONG);
	s = nishi();
	s.error = "known before";
	ck_assert_int_eq(school(s), ROW_WRONG);
	world_run("UPDATE organization SET code = 'B199200019999'"
		  " WHERE kind = 1");
	ck_assert_int_eq(school(nishi()), ROW_WRONG);
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM organization"),
	    3);
}
END_TEST

/* ── staff ──────────────────────────────────────────────────────────────── */

static struct setup_staff
hanako(const char *const *classes, size_t n)
{
	return (struct setup_staff){ .line = 2, .login = "hanako",
		.name = "𠮷田 花子", .kana = "よしだ はなこ",
		.organization_id = CHUO, .role = ROLE_TEACHER, .title = "担任",
		.classes = { (void *)(uintptr_t)classes, n } };
}

static int
staff(struct setup_staff s, const char *day)
{
	MUST(setup_staff(world.a, world.db, &operator, &s, on(day), now));
	ck_assert_int_eq(s.outcome == ROW_WRONG, s.error != NULL);
	return s.outcome;
}

static const char *
postings(void)
{
	const char *text = world_text("SELECT GROUP_CONCAT(x ORDER BY x"
	    " SEPARATOR ' / ') FROM (SELECT CONCAT_WS(' ', p.begins, p.ends,"
	    "  p.role, p.title, GROUP_CONCAT(k.school_year, ':', k.grade, ':',"
	    "  k.name, ':', k.title ORDER BY k.school_year, k.title"
	    "  SEPARATOR ' ')) AS x"
	    " FROM staff t JOIN posting p ON p.staff_id = t.id"
	    " LEFT JOIN posting_class c ON c.posting_id = p.id"
	    " LEFT JOIN class k ON k.id = c.class_id WHERE t.login = 'hanako'"
	    " GROUP BY p.id) y");

	return text == NULL ? "" : text;
}

START_TEST(staff_get_a_posting_until_the_year_ends)
{
	ck_assert_int_eq(staff(hanako(NULL, 0), "2026-06-01"), ROW_NEW);
	ck_assert_str_eq(postings(), "2026-06-01 2027-03-31 4 担任");
	ck_assert_int_eq(staff(hanako(NULL, 0), "2026-07-01"), ROW_SAME);
	ck_assert_str_eq(postings(), "2026-06-01 2027-03-31 4 担任");
}
END_TEST

START_TEST(next_years_list_comes_ahead)
{
	static const char *const one[] = { "3年1組" };

	ck_assert_int_eq(staff(hanako(one, 1), "2026-06-01"), ROW_NEW);
	ck_assert_int_eq(staff(hanako(one, 1), "2027-04-01"), ROW_NEW);
	ck_assert_int_eq(staff(hanako(one, 1), "2027-04-01"), ROW_SAME);
	ck_assert_str_eq(postings(),
	    "2026-06-01 2027-03-31 4 担任 2026:3:1:3年1組 / "
	    "2027-04-01 2028-03-31 4 担任 2027:3:1:3年1組");
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM staff"
	    " WHERE login = 'hanako'"), 1);
}
END_TEST

START_TEST(classes_follow_the_list)
{
	static const char *const two[] = { "5年2組", "3年1組", "3年1組" };
	static const char *const new[] = { "6年A組", "ひまわり" };
	int64_t before = world_number("SELECT COUNT(*) FROM class");

	ck_assert_int_eq(staff(hanako(two, 3), "2026-06-01"), ROW_NEW);
	ck_assert_int_eq(staff(hanako(two, 2), "2026-06-01"), ROW_SAME);
	ck_assert_str_eq(postings(), "2026-06-01 2027-03-31 4 担任"
	    " 2026:3:1:3年1組 2026:5:2:5年2組");
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM class"), before);
	ck_assert_int_eq(staff(hanako(new, 2), "2026-06-01"), ROW_CHANGED);
	/* as the roster will call them */
	ck_assert_str_eq(postings(), "2026-06-01 2027-03-31 4 担任"
	    " 2026:6:A:6年A組 2026:0:ひまわり:ひまわり");
	ck_assert_int_eq(staff(hanako(NULL, 0), "2026-06-01"), ROW_CHANGED);
	ck_assert_str_eq(postings(), "2026-06-01 2027-03-31 4 担任");
}
END_TEST

START_TEST(names_and_titles_change)
{
	struct setup_staff s = hanako(NULL, 0);

	ck_assert_int_eq(staff(s, "2026-06-01"), ROW_NEW);
	s.name = "吉田 花子";
	ck_assert_int_eq(staff(s, "2026-06-01"), ROW_CHANGED);
	s.title = "専科";
	ck_assert_int_eq(staff(s, "2026-06-01"), ROW_CHANGED);
	ck_assert_int_eq(staff(s, "2026-06-01"), ROW_SAME);
	/* one more posting, the first stays */
	s.organization_id = HIGASHI;
	ck_assert_int_eq(staff(s, "2026-06-01"), ROW_NEW);
	s.role = ROLE_SCHOOL;
	ck_assert_int_eq(staff(s, "2026-06-01"), ROW_NEW);
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM posting p"
	    " JOIN staff t ON t.id = p.staff_id WHERE t.login = 'hanako'"), 3);
}
END_TEST

/* Ended in the morning, posted again in the afternoon: the same row. */
START_TEST(a_posting_of_today_can_come_back)
{
	ck_assert_int_eq(staff(hanako(NULL, 0), "2026-06-01"), ROW_NEW);
	world_run("UPDATE posting p JOIN staff t ON t.id = p.staff_id"
		  " SET p.ends = '2026-05-31' WHERE t.login = 'hanako'");
	ck_assert_int_eq(staff(hanako(NULL, 0), "2026-06-01"), ROW_NEW);
	ck_assert_str_eq(postings(), "2026-06-01 2027-03-31 4 担任");
}
END_TEST

START_TEST(wrong_staff_are_not_written)
{
	static const char *const one[] = { "3年1組" };
	int64_t before = world_number("SELECT COUNT(*) FROM staff");
	struct setup_staff s = hanako(NULL, 0);

	s.organization_id = 999;
	ck_assert_int_eq(staff(s, "2026-06-01"), ROW_WRONG);
	s.organization_id = CITY;
	ck_assert_int_eq(staff(s, "2026-06-01"), ROW_WRONG);
	s.organization_id = CHUO;
	s.role = ROLE_BOARD;
	ck_assert_int_eq(staff(s, "2026-06-01"), ROW_WRONG);
	s.role = ROLE_AUDITOR;
	ck_assert_int_eq(staff(s, "2026-06-01"), ROW_WRONG);
	s = hanako(one, 1);
	s.organization_id = CITY;
	s.role = ROLE_BOARD;
	ck_assert_int_eq(staff(s, "2026-06-01"), ROW_WRONG);
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM staff"), before);
	ck_assert_int_eq(staff(hanako(NULL, 0), "2026-06-01"), ROW_NEW);
	world_run("UPDATE staff SET ended_at = '2026-05-01'"
		  " WHERE login = 'hanako'");
	ck_assert_int_eq(staff(hanako(NULL, 0), "2026-06-01"), ROW_WRONG);
}
END_TEST

/* ── who may ────────────────────────────────────────────────────────────── */

START_TEST(nobody_but_the_operator_sets_up)
{
	struct actor board = world_staff(BOARD_ADMIN, now);
	struct setup_staff t = hanako(NULL, 0);
	struct setup_school s = nishi();
	int64_t id;

	GIVES(setup_board(world.db, &board, "x", now, &id), ERR_DENIED);
	GIVES(setup_school(world.a, world.db, &board, &s, now), ERR_DENIED);
	GIVES(setup_staff(world.a, world.db, &board, &t, on("2026-06-01"),
	    now), ERR_DENIED);
}
END_TEST

START_TEST(grants_are_remembered_by_their_digest)
{
	unsigned char one[DIGEST] = { 1 }, two[DIGEST] = { 2 };

	GIVES(setup_grants_check(world.db, one), ERR_NONE);
	MUST(setup_grants_done(world.db, one, now));
	MUST(setup_grants_check(world.db, one));
	GIVES(setup_grants_check(world.db, two), ERR_NONE);
	MUST(setup_grants_done(world.db, two, now));
	MUST(setup_grants_check(world.db, two));
	GIVES(setup_grants_check(world.db, one), ERR_NONE);
	world_run("DELETE FROM schema_version WHERE file = 'grants.sql'");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("model/setup");
	TCase *c = world_case(s, "setup", begin);

	tcase_add_test(c, the_board_is_made_once_and_renamed);
	tcase_add_test(c, a_school_comes_with_hours_and_reasons);
	tcase_add_test(c, a_school_changes);
	tcase_add_test(c, one_odd_day_is_a_change);
	tcase_add_test(c, wrong_schools_are_not_written);
	tcase_add_test(c, staff_get_a_posting_until_the_year_ends);
	tcase_add_test(c, next_years_list_comes_ahead);
	tcase_add_test(c, classes_follow_the_list);
	tcase_add_test(c, names_and_titles_change);
	tcase_add_test(c, a_posting_of_today_can_come_back);
	tcase_add_test(c, wrong_staff_are_not_written);
	tcase_add_test(c, nobody_but_the_operator_sets_up);
	tcase_add_test(c, grants_are_remembered_by_their_digest);
	return world_suite(s);
}
