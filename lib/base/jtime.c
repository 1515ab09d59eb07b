/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The clock and the calendar by plain arithmetic: no TZ, no locale and no
 * libc time zone functions. What people type is read in jtime_parse.c. */
#include "base/jtime.h"

#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "base/str.h"

#define SECOND INT64_C(1000000)
#define MINUTE (60 * SECOND)
#define DAY (1440 * MINUTE)
#define TOKYO (9 * 60 * MINUTE)

static int64_t clock_offset;

void
clock_set_offset(int64_t seconds)
{
	clock_offset = seconds;
}

struct stamp
clock_now(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_REALTIME, &t) != 0) {
		log_error("clock", "no clock");
		abort();
	}
	return (struct stamp){ (t.tv_sec + clock_offset) * SECOND +
		t.tv_nsec / 1000 };
}

struct stamp
stamp_add(struct stamp s, int64_t seconds)
{
	return stamp_is(s) ? (struct stamp){ s.us + seconds * SECOND } : s;
}

static int64_t
floor_div(int64_t n, int64_t by)
{
	return n / by - (n % by < 0);
}

struct day
stamp_day(struct stamp s)
{
	if (!stamp_is(s))
		return DAY_NONE;
	return (struct day){ (int32_t)floor_div(s.us + TOKYO, DAY) };
}

struct minute
stamp_minute(struct stamp s)
{
	int64_t local = s.us + TOKYO;

	if (!stamp_is(s))
		return MINUTE_NONE;
	return (struct minute){ (
	    int32_t)((local - floor_div(local, DAY) * DAY) / MINUTE) };
}

struct stamp
day_at(struct day d, struct minute m)
{
	if (!day_is(d) || !minute_is(m))
		return STAMP_NONE;
	return (struct stamp){ d.n * DAY + m.n * MINUTE - TOKYO };
}

/* Years are counted from March, so that the leap day is the last of its
 * year; the calendar repeats every 400 years of 146097 days, and 719468 days
 * lie between 0000-03-01 and 1970-01-01. */
struct ymd
day_ymd(struct day d)
{
	int64_t n = (int64_t)d.n + 719468;
	int64_t era = floor_div(n, 146097);
	int64_t of_era = n - era * 146097;
	int64_t y =
	    (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t month = (5 * of_year + 2) / 153;
	int m = (int)(month < 10 ? month + 3 : month - 9);

	return (struct ymd){ (int)(era * 400 + y) + (m <= 2), m,
		(int)(of_year - (153 * month + 2) / 5) + 1 };
}

static int
month_days(int y, int m)
{
	if (m == 2)
		return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0) ? 29 : 28;
	return m == 4 || m == 6 || m == 9 || m == 11 ? 30 : 31;
}

struct day
day_from(int y, int m, int d)
{
	int march, of_year;

	if (y < 1868 || y > 2200 || m < 1 || m > 12 || d < 1 ||
	    d > month_days(y, m))
		return DAY_NONE;
	march = m <= 2 ? y - 1 : y;
	of_year = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
	return (struct day){ march * 365 + march / 4 - march / 100 +
		march / 400 + of_year - 719468 };
}

struct day
day_add(struct day d, int days)
{
	struct day sum;

	if (!day_is(d) || __builtin_add_overflow(d.n, days, &sum.n))
		return DAY_NONE;
	return sum;
}

int
day_weekday(struct day d)
{
	/* 1970-01-01 was a Thursday. */
	return (int)((((int64_t)d.n + 4) % 7 + 7) % 7);
}

int
day_school_year(struct day d)
{
	struct ymd c = day_ymd(d);

	return c.m >= 4 ? c.y : c.y - 1;
}

struct day
school_year_begins(int year)
{
	return day_from(year, 4, 1);
}

struct day
school_year_ends(int year)
{
	return day_from(year + 1, 3, 31);
}

char *
day_iso(struct arena *a, struct day d)
{
	struct ymd c = day_ymd(d);

	if (!day_is(d))
		return str_copy(a, "");
	return str_printf(a, "%04d-%02d-%02d", c.y, c.m, c.d);
}

static const char *
weekday_ja(struct day d)
{
	static const char *const names[] = { "日", "月", "火", "水", "木", "金",
		"土" };

	return names[day_weekday(d)];
}

static const char *
weekday_en(struct day d)
{
	static const char *const names[] = { "Sun", "Mon", "Tue", "Wed", "Thu",
		"Fri", "Sat" };

	return names[day_weekday(d)];
}

static const char *
month_en(int m)
{
	static const char *const names[] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

	return names[m - 1];
}

char *
day_ja(struct arena *a, struct day d)
{
	struct ymd c = day_ymd(d);

	if (!day_is(d))
		return str_copy(a, "");
	return str_printf(a, "%d月%d日（%s）", c.m, c.d, weekday_ja(d));
}

char *
day_ja_full(struct arena *a, struct day d)
{
	if (!day_is(d))
		return str_copy(a, "");
	return str_printf(a, "%d年%s", day_ymd(d).y, day_ja(a, d));
}

char *
day_en(struct arena *a, struct day d)
{
	struct ymd c = day_ymd(d);

	if (!day_is(d))
		return str_copy(a, "");
	return str_printf(a, "%s, %s %d", weekday_en(d), month_en(c.m), c.d);
}

char *
minute_text(struct arena *a, struct minute m)
{
	if (!minute_is(m))
		return str_copy(a, "");
	return str_printf(a, "%d:%02d", m.n / 60, m.n % 60);
}

char *
minute_iso(struct arena *a, struct minute m)
{
	if (!minute_is(m))
		return str_copy(a, "");
	return str_printf(a, "%02d:%02d", m.n / 60, m.n % 60);
}

/* A stamp taken apart at an offset from UTC. */
struct clock {
	struct day day;
	struct ymd c;
	int h, m, s, us;
};

static struct clock
stamp_clock(struct stamp s, int64_t offset)
{
	int64_t local = s.us + offset;
	int64_t n = floor_div(local, DAY);
	int64_t rest = local - n * DAY;
	struct day d = { (int32_t)n };

	return (struct clock){ d, day_ymd(d), (int)(rest / (60 * MINUTE)),
		(int)(rest / MINUTE % 60), (int)(rest / SECOND % 60),
		(int)(rest % SECOND) };
}

char *
stamp_iso(struct arena *a, struct stamp s)
{
	struct clock k = stamp_clock(s, TOKYO);

	if (!stamp_is(s))
		return str_copy(a, "");
	return str_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d.%03d+09:00", k.c.y,
	    k.c.m, k.c.d, k.h, k.m, k.s, k.us / 1000);
}

char *
stamp_sql(struct arena *a, struct stamp s)
{
	struct clock k = stamp_clock(s, 0);

	if (!stamp_is(s))
		return str_copy(a, "");
	return str_printf(a, "%04d-%02d-%02d %02d:%02d:%02d.%06d", k.c.y, k.c.m,
	    k.c.d, k.h, k.m, k.s, k.us);
}

char *
stamp_mail(struct arena *a, struct stamp s)
{
	struct clock k = stamp_clock(s, TOKYO);

	if (!stamp_is(s))
		return str_copy(a, "");
	return str_printf(a, "%s, %02d %s %04d %02d:%02d:%02d +0900",
	    weekday_en(k.day), k.c.d, month_en(k.c.m), k.c.y, k.h, k.m, k.s);
}
