/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The calendar at its seams (midnight in Tokyo, March 31, leap years, changes
 * of era) and everything people write for a date or a time. */
#include "base/jtime.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/str.h"

static struct arena *a;

static void
open_arena(void)
{
	a = arena_init((size_t)16 * 1024 * 1024);
}

static void
close_arena(void)
{
	arena_free(a);
}

/* The stamp of a civil time in Tokyo. */
static struct stamp
at(int y, int mo, int d, int h, int m, int s)
{
	return stamp_add(day_at(day_from(y, mo, d),
	    (struct minute){ h * 60 + m }), s);
}

START_TEST(days_from_dates)
{
	ck_assert_int_eq(day_from(1970, 1, 1).n, 0);
	ck_assert_int_eq(day_from(1969, 12, 31).n, -1);
	ck_assert_int_eq(day_from(2026, 6, 1).n, 20605);
	ck_assert_int_eq(day_from(2000, 2, 29).n, 11016);
	ck_assert(!day_is(day_from(2026, 2, 29)));
	ck_assert(!day_is(day_from(2100, 2, 29)));
	ck_assert(day_is(day_from(2024, 2, 29)));
	ck_assert(!day_is(day_from(2026, 4, 31)));
	ck_assert(!day_is(day_from(2026, 0, 1)));
	ck_assert(!day_is(day_from(2026, 13, 1)));
	ck_assert(!day_is(day_from(2026, 1, 0)));
	ck_assert(!day_is(day_from(2026, -1, 1)));
	ck_assert(!day_is(day_from(1867, 12, 31)));
	ck_assert(day_is(day_from(1868, 1, 1)));
	ck_assert(day_is(day_from(2200, 12, 31)));
	ck_assert(!day_is(day_from(2201, 1, 1)));
}
END_TEST

START_TEST(every_day_follows_the_one_before)
{
	struct day d = day_from(1868, 1, 1), end = day_from(2200, 12, 31);
	int weekday = day_weekday(d);

	for (; d.n <= end.n; d = day_add(d, 1)) {
		struct ymd c = day_ymd(d);
		if (day_from(c.y, c.m, c.d).n != d.n ||
		    day_weekday(d) != weekday)
			ck_abort_msg("%d-%d-%d", c.y, c.m, c.d);
		weekday = (weekday + 1) % 7;
	}
	ck_assert_int_eq(day_weekday(day_from(2026, 6, 1)), 1);
	ck_assert_int_eq(day_weekday(day_from(2026, 5, 31)), 0);
	ck_assert_int_eq(day_weekday(day_from(1945, 8, 15)), 3);
}
END_TEST

START_TEST(school_years)
{
	ck_assert_int_eq(day_school_year(day_from(2027, 3, 31)), 2026);
	ck_assert_int_eq(day_school_year(day_from(2027, 4, 1)), 2027);
	ck_assert_int_eq(day_school_year(day_from(2026, 12, 31)), 2026);
	ck_assert_int_eq(day_school_year(day_from(2027, 1, 1)), 2026);
	ck_assert_str_eq(day_iso(a, school_year_begins(2026)), "2026-04-01");
	ck_assert_str_eq(day_iso(a, school_year_ends(2026)), "2027-03-31");
}
END_TEST

START_TEST(tokyo_has_its_own_midnight)
{
	struct stamp before = { INT64_C(1780239599999999) };
	struct stamp midnight = { INT64_C(1780239600000000) };

	/* 2026-05-31T15:00:00Z */
	ck_assert_str_eq(day_iso(a, stamp_day(before)), "2026-05-31");
	ck_assert_int_eq(stamp_minute(before).n, 1439);
	ck_assert_str_eq(day_iso(a, stamp_day(midnight)), "2026-06-01");
	ck_assert_int_eq(stamp_minute(midnight).n, 0);
	ck_assert_int_eq(at(2026, 6, 1, 0, 0, 0).us, midnight.us);
	ck_assert_int_eq(at(2026, 5, 31, 24, 0, 0).us, midnight.us);
	/* Before the epoch as well. */
	ck_assert_str_eq(day_iso(a, stamp_day(at(1950, 1, 1, 0, 0, 0))),
	    "1950-01-01");
	ck_assert_int_eq(stamp_minute(at(1950, 1, 1, 23, 59, 59)).n, 1439);
}
END_TEST

START_TEST(none_stays_none)
{
	ck_assert(!day_is(stamp_day(STAMP_NONE)));
	ck_assert(!minute_is(stamp_minute(STAMP_NONE)));
	ck_assert(!stamp_is(stamp_add(STAMP_NONE, 60)));
	ck_assert(!stamp_is(day_at(DAY_NONE, (struct minute){ 0 })));
	ck_assert(!stamp_is(day_at(day_from(2026, 6, 1), MINUTE_NONE)));
	ck_assert(!day_is(day_add(DAY_NONE, 1)));
	ck_assert(!day_is(day_add((struct day){ INT32_MAX }, 1)));
	ck_assert_str_eq(day_iso(a, DAY_NONE), "");
	ck_assert_str_eq(day_ja(a, DAY_NONE), "");
	ck_assert_str_eq(day_ja_full(a, DAY_NONE), "");
	ck_assert_str_eq(day_en(a, DAY_NONE), "");
	ck_assert_str_eq(minute_text(a, MINUTE_NONE), "");
	ck_assert_str_eq(minute_iso(a, MINUTE_NONE), "");
	ck_assert_str_eq(stamp_iso(a, STAMP_NONE), "");
	ck_assert_str_eq(stamp_sql(a, STAMP_NONE), "");
	ck_assert_str_eq(stamp_mail(a, STAMP_NONE), "");
}
END_TEST

START_TEST(clock_has_an_offset_and_no_zone)
{
	int64_t real, moved;

	ck_assert_int_eq(setenv("TZ", "America/New_York", 1), 0);
	tzset();
	real = clock_now().us;
	ck_assert_int_lt(llabs(real / 1000000 - (int64_t)time(NULL)), 5);
	clock_set_offset(-86400);
	moved = clock_now().us;
	ck_assert_int_lt(llabs(real - moved - INT64_C(86400000000)), 5000000);
	ck_assert_str_eq(stamp_iso(a, at(2026, 6, 1, 8, 3, 12)),
	    "2026-06-01T08:03:12.000+09:00");
}
END_TEST

START_TEST(formats)
{
	struct day d = day_from(2026, 6, 1);
	struct stamp s = at(2026, 6, 1, 8, 3, 12);

	s.us += 345678;
	ck_assert_str_eq(day_iso(a, d), "2026-06-01");
	ck_assert_str_eq(day_ja(a, d), "6月1日（月）");
	ck_assert_str_eq(day_ja_full(a, d), "2026年6月1日（月）");
	ck_assert_str_eq(day_ja(a, day_from(2026, 5, 31)), "5月31日（日）");
	ck_assert_str_eq(day_en(a, d), "Mon, Jun 1");
	ck_assert_str_eq(day_en(a, day_from(2026, 12, 26)), "Sat, Dec 26");
	ck_assert_str_eq(minute_text(a, (struct minute){ 462 }), "7:42");
	ck_assert_str_eq(minute_iso(a, (struct minute){ 462 }), "07:42");
	ck_assert_str_eq(minute_text(a, (struct minute){ 0 }), "0:00");
	ck_assert_str_eq(minute_iso(a, (struct minute){ 1440 }), "24:00");
	ck_assert_str_eq(stamp_iso(a, s), "2026-06-01T08:03:12.345+09:00");
	ck_assert_str_eq(stamp_sql(a, s), "2026-05-31 23:03:12.345678");
	ck_assert_str_eq(stamp_mail(a, s), "Mon, 01 Jun 2026 08:03:12 +0900");
}
END_TEST

static void
reads_day(const char *text, const char *iso)
{
	struct day d;

	ck_assert_msg(day_parse(a, text, &d) == OK, "%s refused", text);
	ck_assert_msg(str_eq(day_iso(a, d), iso), "%s is %s", text,
	    day_iso(a, d));
}

START_TEST(dates_as_people_write_them)
{
	static const char *const same[] = { "2026-06-01", "2026-6-1",
		"2026/6/1", "2026/06/01", "2026.6.1", "20260601",
		"2026年6月1日", "２０２６年６月１日", "２０２６／６／１",
		"2026－06－01", "2026−6−1", "2026ー6ー1", " 2026-06-01　",
		"R8.6.1", "r8.6.1", "Ｒ８．６．１", "R8/6/1", "R08.06.01",
		"R8-6-1", "令和8年6月1日", "令和８年６月１日", "令和8.6.1" };

	for (size_t i = 0; i < COUNT(same); i++)
		reads_day(same[i], "2026-06-01");
	reads_day("H29.6.30", "2017-06-30");
	reads_day("平成24年10月1日", "2012-10-01");
	reads_day("令和元年5月1日", "2019-05-01");
	reads_day("R元.5.1", "2019-05-01");
	reads_day("S50.3.31", "1975-03-31");
	reads_day("昭和64年1月7日", "1989-01-07");
	reads_day("大正元年7月30日", "1912-07-30");
	reads_day("明治45年7月29日", "1912-07-29");
	reads_day("2024-02-29", "2024-02-29");
}
END_TEST

START_TEST(eras_end)
{
	static const char *const first_last[][2] = {
		{ "M1.1.25", "M45.7.29" }, { "T1.7.30", "T15.12.24" },
		{ "S1.12.25", "S64.1.7" }, { "H1.1.8", "H31.4.30" },
		{ "R1.5.1", "R99.12.31" } };
	static const char *const outside[] = { "M1.1.24", "M45.7.30",
		"T1.7.29", "T15.12.25", "S1.12.24", "S64.1.8", "H1.1.7",
		"H31.5.1", "H32.1.1", "R1.4.30", "令和元年4月30日",
		"平成35年1月1日", "R0.1.1", "R8", "令和8年", "平成31" };
	struct day d;

	for (size_t i = 0; i < COUNT(first_last); i++) {
		ck_assert_int_eq(day_parse(a, first_last[i][0], &d), OK);
		ck_assert_int_eq(day_parse(a, first_last[i][1], &d), OK);
	}
	for (size_t i = 0; i < COUNT(outside); i++)
		ck_assert_msg(day_parse(a, outside[i], &d) == ERR_INVALID,
		    "%s was taken", outside[i]);
}
END_TEST

START_TEST(no_dates)
{
	static const char *const bad[] = { "", " ", "今日", "2026", "2026-06",
		"2026-6/1", "26-06-01", "6/1/2026", "2026-06-01x",
		"2026-06-01 08:00", "2026-02-29", "2026-13-01", "2026-00-10",
		"2026-06-00", "20260631", "2026060", "202606011", "+2026-6-1",
		"2026--6-1", "2026-6-1-", "2026年6月1", "2026年6/1", "2026年",
		"X8.6.1", "R8.6", "R100.1.1", "R.6.1", "1.6.1", "18670101",
		"2201-01-01", "R-8.6.1", "令8.6.1", "2026-006-01",
		"元年5月1日", "20 26-06-01" };
	struct day d = { 77 };

	for (size_t i = 0; i < COUNT(bad); i++)
		ck_assert_msg(day_parse(a, bad[i], &d) == ERR_INVALID,
		    "\"%s\" was taken", bad[i]);
	ck_assert_int_eq(d.n, 77);
}
END_TEST

START_TEST(times_as_people_write_them)
{
	static const struct {
		const char *text;
		int n;
	} good[] = { { "8:05", 485 }, { "08:05", 485 }, { "0805", 485 },
		{ "8時5分", 485 }, { "8時", 480 }, { "８：０５", 485 },
		{ "８時５分", 485 }, { "08時05分", 485 }, { " 8:05 ", 485 },
		{ "0:00", 0 }, { "0時", 0 }, { "24:00", 1440 },
		{ "2400", 1440 }, { "24時", 1440 }, { "23:59", 1439 } };
	static const char *const bad[] = { "", "8", "8:5", "805", "08055",
		"24:01", "25:00", "8:60", "0860", "-8:00", "8:05:00", "8:",
		":05", "8時60分", "8時5", "8時分", "8時5分0", "008:00", "2401",
		"8.05", "99時" };
	struct minute m = { 77 };

	for (size_t i = 0; i < COUNT(bad); i++)
		ck_assert_msg(minute_parse(a, bad[i], &m) == ERR_INVALID,
		    "\"%s\" was taken", bad[i]);
	ck_assert_int_eq(m.n, 77);
	for (size_t i = 0; i < COUNT(good); i++) {
		ck_assert_msg(minute_parse(a, good[i].text, &m) == OK,
		    "%s refused", good[i].text);
		ck_assert_int_eq(m.n, good[i].n);
	}
}
END_TEST

START_TEST(iso_is_strict)
{
	static const char *const bad[] = { "", "2026-6-1", "2026/06/01",
		"20260601", "2026-06-01 ", "２026-06-01", "2026-06-01T",
		"2026-06-01T08:03:12", "2026-06-01T08:03:12.Z",
		"2026-06-01T08:03Z", "2026-06-01T24:00:00Z",
		"2026-06-01T08:60:00Z", "2026-06-01T08:00:60Z",
		"2026-06-01T08:03:12.1234567Z", "2026-06-01T08:03:12+09:00",
		"2026-02-30", "2026-02-30T00:00:00Z" };
	struct day d;

	for (size_t i = 0; i < COUNT(bad); i++)
		ck_assert_msg(day_parse_iso(bad[i], &d) == ERR_INVALID,
		    "\"%s\" was taken", bad[i]);
	ck_assert_int_eq(day_parse_iso("2026-06-01", &d), OK);
	ck_assert_str_eq(day_iso(a, d), "2026-06-01");
	ck_assert_int_eq(day_parse_iso("2026-06-01T14:59:59.999999Z", &d), OK);
	ck_assert_str_eq(day_iso(a, d), "2026-06-01");
	ck_assert_int_eq(day_parse_iso("2026-06-01T15:00:00Z", &d), OK);
	ck_assert_str_eq(day_iso(a, d), "2026-06-02");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("jtime");
	TCase *t = tcase_create("jtime");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, open_arena, close_arena);
	tcase_add_test(t, days_from_dates);
	tcase_add_test(t, every_day_follows_the_one_before);
	tcase_add_test(t, school_years);
	tcase_add_test(t, tokyo_has_its_own_midnight);
	tcase_add_test(t, none_stays_none);
	tcase_add_test(t, clock_has_an_offset_and_no_zone);
	tcase_add_test(t, formats);
	tcase_add_test(t, dates_as_people_write_them);
	tcase_add_test(t, eras_end);
	tcase_add_test(t, no_dates);
	tcase_add_test(t, times_as_people_write_them);
	tcase_add_test(t, iso_is_strict);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
