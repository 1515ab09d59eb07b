/* SPDX-License-Identifier: AGPL-3.0-or-later
 * School days: weekends, national holidays of the schema, closures. */
#include "model/calendar.h"

#include "t/model/world.h"

START_TEST(school_days)
{
	static const struct {
		const char *days_off, *day;
		bool school;
	} rows[] = {
		{ NULL, "2026-06-01", true },
		{ "", "2026-06-05", true },
		{ NULL, "2026-06-06", false },
		{ NULL, "2026-06-07", false },
		{ "2026-06-05", "2026-06-05", false },
		{ "2026-06-05", "2026-06-04", true },
		{ "2026-06-04,2026-06-05", "2026-06-05", false },
		{ "2026-06-05", "2027-06-07", true },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		ck_assert_msg(calendar_is_school_day(rows[i].days_off,
		    on(rows[i].day)) == rows[i].school, "row %zu", i);
}
END_TEST

START_TEST(next_day)
{
	ck_assert_int_eq(calendar_next(NULL, on("2026-06-01")).n,
	    on("2026-06-02").n);
	ck_assert_int_eq(calendar_next("2026-06-05", on("2026-06-04")).n,
	    on("2026-06-08").n);
	ck_assert_int_eq(calendar_next(NULL, on("2026-05-31")).n,
	    on("2026-06-01").n);
}
END_TEST

START_TEST(no_next_day)
{
	struct buf *off = buf_new(world.a, 1024, 4096);

	for (int i = 1; i <= CALENDAR_AHEAD; i++)
		buf_printf(off, "%s%s", i == 1 ? "" : ",",
		    day_iso(world.a, day_add(on("2026-07-17"), i)));
	ck_assert(!day_is(calendar_next(off->p, on("2026-07-17"))));
}
END_TEST

START_TEST(stretches)
{
	struct list days = calendar_days(world.a, "2026-06-05",
	    on("2026-06-04"), on("2026-06-09"));

	ck_assert_uint_eq(days.n, 3);
	ck_assert_int_eq(LIST_AT(days, struct day, 1)->n, on("2026-06-08").n);
	ck_assert_uint_eq(calendar_days(world.a, NULL, on("2026-06-06"),
	    on("2026-06-07")).n, 0);
	ck_assert_uint_eq(calendar_days(world.a, NULL, on("2026-06-02"),
	    on("2026-06-01")).n, 0);
	ck_assert_uint_eq(calendar_days(world.a, NULL, on("2026-06-01"),
	    on("2026-06-01")).n, 1);
}
END_TEST

/* Golden week: 4/29, then 5/3 (Sunday) to 5/6. A closure is one school's. */
START_TEST(the_citys_next_day)
{
	static const struct {
		const char *after, *next;
	} rows[] = {
		{ "2026-04-28", "2026-04-30" },
		{ "2026-05-01", "2026-05-07" },
		{ "2026-06-04", "2026-06-05" },
		{ "2026-12-31", "2027-01-04" },
		{ "2026-09-18", "2026-09-24" },
	};
	struct day next;

	for (size_t i = 0; i < COUNT(rows); i++) {
		MUST(calendar_city_next(world.a, world.db, on(rows[i].after),
		    &next));
		ck_assert_msg(next.n == on(rows[i].next).n, "row %zu", i);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("model/calendar");
	TCase *c = world_case(s, "calendar", world_begin);

	tcase_add_test(c, school_days);
	tcase_add_test(c, next_day);
	tcase_add_test(c, no_next_day);
	tcase_add_test(c, stretches);
	tcase_add_test(c, the_citys_next_day);
	return world_suite(s);
}
