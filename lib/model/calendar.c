/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Days off as data (design 8); the arithmetic is base/jtime. */
#include "model/calendar.h"

#include "base/field.h"

bool
calendar_is_school_day(const char *days_off, struct day day)
{
	int weekday = day_weekday(day);
	struct ymd at = day_ymd(day);
	char iso[32];

	if (weekday == 0 || weekday == 6)
		return false;
	snprintf(iso, sizeof iso, "%04d-%02d-%02d", at.y, at.m, at.d);
	return days_off == NULL || strstr(days_off, iso) == NULL;
}

struct day
calendar_next(const char *days_off, struct day day)
{
	for (int i = 1; i <= CALENDAR_AHEAD; i++) {
		struct day next = day_add(day, i);

		if (calendar_is_school_day(days_off, next))
			return next;
	}
	return DAY_NONE;
}

struct list
calendar_days(struct arena *a, const char *days_off, struct day first,
    struct day last)
{
	size_t most = last.n >= first.n ? (size_t)(last.n - first.n) + 1 : 0;
	struct day *days = arena_array(a, most + 1, sizeof *days);
	size_t n = 0;

	for (size_t i = 0; i < most; i++) {
		struct day day = day_add(first, (int)i);

		if (calendar_is_school_day(days_off, day))
			days[n++] = day;
	}
	return (struct list){ days, n };
}

struct off {
	const char *days;
};
FIELDS(struct off, off_fields, F_TEXT(struct off, days));

SQL(calendar_holidays, "today today",
    "SELECT GROUP_CONCAT(day) AS days FROM holiday WHERE day BETWEEN ? AND ?");

enum err
calendar_city_next(struct arena *a, struct db *db, struct day after,
    struct day *next)
{
	struct off off;

	TRY(db_one(db, a, &calendar_holidays, &off_fields, &off,
	    VALUES(v_day(after), v_day(day_add(after, CALENDAR_AHEAD)))));
	*next = calendar_next(off.days, after);
	return OK;
}
