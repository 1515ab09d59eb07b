/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Whose children, in which class and hours, and what the home page shows of
 * whose reports. */
#include "model/child.h"

#include "model/absence.h"
#include "model/absence_list.h"
#include "t/model/world.h"

#define MONDAY at("2026-06-01", "07:10")

static const char *
names(const struct actor *who, struct stamp now)
{
	struct buf *out = buf_new(world.a, 64, 4096);
	struct list rows;

	MUST(child_list(world.a, world.db, who, now, &rows));
	for (size_t i = 0; i < rows.n; i++)
		buf_printf(out, "%s%s", i == 0 ? "" : " / ",
		    LIST_AT(rows, struct child, i)->name);
	return rows.n == 0 ? "-" : out->p;
}

/* A first-year of the junior high school is older than a third-year of the
 * elementary school. */
START_TEST(own_children_eldest_first)
{
	struct actor a = world_guardian(A, MONDAY);
	struct actor e = world_guardian(E, MONDAY);
	struct actor p = world_guardian(P, MONDAY);

	ck_assert_str_eq(names(&a, MONDAY), "髙橋 颯太 / 髙橋 葵");
	/* Two classes: one child. Who left is no longer there. */
	ck_assert_str_eq(names(&e, MONDAY), "佐藤 結衣 / 田中 ひなた");
	ck_assert_str_eq(names(&p, MONDAY), "葛󠄀城 凛");
}
END_TEST

START_TEST(what_a_child_says)
{
	struct actor a = world_guardian(A, MONDAY);
	struct list rows;
	const struct child *c;

	MUST(child_list(world.a, world.db, &a, MONDAY, &rows));
	c = child_find(&rows, world_uid("pupil", AOI));
	ck_assert_ptr_nonnull(c);
	ck_assert_int_eq(c->id, AOI);
	ck_assert_int_eq(c->school_id, CHUO);
	ck_assert_str_eq(c->given, "葵");
	ck_assert_str_eq(c->school, "中央小学校");
	ck_assert_str_eq(c->phone, "03-0000-0001");
	ck_assert_str_eq(c->class_title, "3年1組");
	ck_assert(c->may_report);
	ck_assert_int_eq(c->opens.n, 360);
	ck_assert_int_eq(c->closes.n, 540);
	ck_assert_str_eq(c->reasons, "発熱\n家庭の都合");
	ck_assert_ptr_nonnull(strstr(c->days_off, "2026-06-05"));
	ck_assert_ptr_nonnull(strstr(c->days_off, "2026-07-20"));
	c = child_find(&rows, world_uid("pupil", SOTA));
	ck_assert_ptr_null(strstr(c->days_off, "2026-06-05"));
	ck_assert_str_eq(c->reasons, "発熱\n部活動");
	ck_assert_ptr_null(child_find(&rows, world_uid("pupil", RIN)));
	ck_assert_ptr_null(child_find(&rows, (struct uid){ { 0 } }));
}
END_TEST

START_TEST(ended_and_coming_rights)
{
	struct actor a = world_guardian(A, MONDAY);

	world_run("UPDATE guardianship SET ends = '2026-05-31'"
	    " WHERE guardian_id = %d AND pupil_id = %d", A, AOI);
	world_run("UPDATE guardianship SET begins = '2026-06-02'"
	    " WHERE guardian_id = %d AND pupil_id = %d", A, SOTA);
	ck_assert_str_eq(names(&a, MONDAY), "-");
	ck_assert_str_eq(names(&a, at("2026-05-31", "23:59")), "髙橋 葵");
	ck_assert_str_eq(names(&a, at("2026-06-02", "00:00")), "髙橋 颯太");
}
END_TEST

/* A class lasts until March 31, and the next one begins with its roster. */
START_TEST(the_school_year_turns)
{
	struct actor e = world_guardian(E, MONDAY);

	ck_assert_str_eq(names(&e, at("2026-03-31", "23:59")), "-");
	ck_assert_str_eq(names(&e, at("2026-04-01", "00:00")),
	    "小林 海斗 / 佐藤 結衣 / 田中 ひなた");
	ck_assert_str_eq(names(&e, at("2026-05-15", "23:59")),
	    "小林 海斗 / 佐藤 結衣 / 田中 ひなた");
	ck_assert_str_eq(names(&e, at("2026-05-16", "00:00")),
	    "佐藤 結衣 / 田中 ひなた");
	ck_assert_str_eq(names(&e, at("2027-03-31", "23:59")),
	    "佐藤 結衣 / 田中 ひなた");
	ck_assert_str_eq(names(&e, at("2027-04-01", "00:00")), "-");
}
END_TEST

START_TEST(hours_of_today)
{
	static const struct {
		const char *day, *clock;
		int opens, closes;
		bool open;
	} rows[] = {
		{ "2026-06-01", "05:59", 360, 540, false },
		{ "2026-06-01", "06:00", 360, 540, true },
		{ "2026-06-01", "09:00", 360, 540, false },
		{ "2026-05-31", "07:00", -1, -1, false },
		{ "2026-06-02", "07:00", -1, -1, false },
		{ "2026-06-06", "10:59", 600, 660, true },
	};
	struct actor a = world_guardian(A, MONDAY);

	world_run("INSERT INTO reception_exception VALUES"
	    " (2, '2026-06-02', 360, 360), (2, '2026-06-06', 600, 660)");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct stamp now = at(rows[i].day, rows[i].clock);
		const struct child *c;
		struct list list;

		MUST(child_list(world.a, world.db, &a, now, &list));
		c = child_find(&list, world_uid("pupil", AOI));
		ck_assert_int_eq(c->opens.n, rows[i].opens);
		ck_assert_int_eq(c->closes.n, rows[i].closes);
		ck_assert_msg(child_is_open(c, now) == rows[i].open,
		    "row %zu", i);
	}
}
END_TEST

/* ── the home page ──────────────────────────────────────────────────────── */

static struct list
home(const struct actor *who, struct stamp now)
{
	struct list rows;

	MUST(child_home(world.a, world.db, who, now, &rows));
	return rows;
}

/* "day kind mine" of the rows that are reports. */
static const char *
reports(const struct actor *who, struct stamp now)
{
	struct list rows = home(who, now);
	struct buf *out = buf_new(world.a, 64, 4096);

	for (size_t i = 0; i < rows.n; i++) {
		struct child_report *r = LIST_AT(rows, struct child_report, i);

		if (uid_is(r->report))
			buf_printf(out, "[%s %s%s]",
			    day_iso(world.a, r->day),
			    r->by_school ? "school" :
			    r->mine ? "mine" : "other",
			    r->confirmed ? " seen" : "");
	}
	return out->p;
}

START_TEST(a_child_without_report_has_a_row)
{
	struct actor a = world_guardian(A, MONDAY);
	struct list rows = home(&a, MONDAY);
	struct child_report *r = LIST_AT(rows, struct child_report, 0);

	ck_assert_uint_eq(rows.n, 2);
	ck_assert_str_eq(r[0].child.name, "髙橋 颯太");
	ck_assert(!uid_is(r[0].report) && !day_is(r[0].day));
	ck_assert_str_eq(r[1].child.class_title, "3年1組");
	ck_assert_int_eq(r[1].child.opens.n, 360);
}
END_TEST

START_TEST(reports_from_today_on)
{
	struct actor a = world_guardian(A, MONDAY);
	struct actor b = world_guardian(B, MONDAY);
	struct stamp tuesday = at("2026-06-02", "07:10");

	world_report(&a, AOI, "2026-06-01", "発熱", MONDAY);
	world_report(&b, AOI, "2026-06-03", "発熱", MONDAY);
	ck_assert_str_eq(reports(&a, MONDAY),
	    "[2026-06-01 mine][2026-06-03 other]");
	ck_assert_str_eq(reports(&b, MONDAY),
	    "[2026-06-01 other][2026-06-03 mine]");
	ck_assert_str_eq(reports(&a, tuesday), "[2026-06-03 other]");
	world_run("UPDATE absence SET confirmed_version = version,"
	    " confirmed_by = %d WHERE day = '2026-06-03'",
	    TEACHER + POSTING);
	ck_assert_str_eq(reports(&a, tuesday), "[2026-06-03 other seen]");
	world_run("UPDATE absence SET state = 2");
	ck_assert_str_eq(reports(&a, MONDAY), "");
	ck_assert_uint_eq(home(&a, MONDAY).n, 2);
}
END_TEST

START_TEST(protected_household_shows_only_the_own)
{
	struct actor p = world_guardian(P, MONDAY);
	struct actor q = world_guardian(Q, MONDAY);

	world_report(&p, RIN, "2026-06-01", "発熱", MONDAY);
	ck_assert_str_eq(reports(&p, MONDAY), "[2026-06-01 mine]");
	ck_assert_str_eq(reports(&q, MONDAY), "");
	ck_assert_uint_eq(home(&q, MONDAY).n, 1);
}
END_TEST

/* Design 8: for Q the answer is the same with and without P. */
START_TEST(protected_household_tells_nothing)
{
	struct actor p = world_guardian(P, MONDAY);
	struct actor q = world_guardian(Q, MONDAY);
	struct child_report before, after;
	struct list rows;

	before = *LIST_AT(home(&q, MONDAY), struct child_report, 0);
	world_report(&p, RIN, "2026-06-01", "発熱", MONDAY);
	rows = home(&q, MONDAY);
	ck_assert_uint_eq(rows.n, 1);
	after = *LIST_AT(rows, struct child_report, 0);
	ck_assert_str_eq(after.child.name, before.child.name);
	ck_assert(!uid_is(after.report) && !day_is(after.day));
	ck_assert_int_eq(after.created_at.us, before.created_at.us);
	ck_assert_ptr_null(after.confirmed_title);
}
END_TEST

static const struct {
	const char *day, *clock;
} clocks[] = {
	{ "2026-05-31", "22:00" }, { "2026-06-01", "00:00" },
	{ "2026-04-01", "00:00" }, { "2027-03-31", "23:59" },
};

START_TEST(at_every_clock)
{
	struct stamp now = at(clocks[_i].day, clocks[_i].clock);
	struct actor a = world_guardian(A, now);

	ck_assert_str_eq(names(&a, now), "髙橋 颯太 / 髙橋 葵");
	ck_assert_uint_eq(home(&a, now).n, 2);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("model/child");
	TCase *c = world_case(s, "child", world_begin);

	tcase_add_test(c, own_children_eldest_first);
	tcase_add_test(c, what_a_child_says);
	tcase_add_test(c, ended_and_coming_rights);
	tcase_add_test(c, the_school_year_turns);
	tcase_add_test(c, hours_of_today);
	tcase_add_test(c, a_child_without_report_has_a_row);
	tcase_add_test(c, reports_from_today_on);
	tcase_add_test(c, protected_household_shows_only_the_own);
	tcase_add_test(c, protected_household_tells_nothing);
	tcase_add_loop_test(c, at_every_clock, 0, COUNT(clocks));
	return world_suite(s);
}
