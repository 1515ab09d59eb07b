/* SPDX-License-Identifier: AGPL-3.0-or-later
 * School days: no weekend, no national holiday, no closure of the school.
 * The days off of a stretch come with the statement that loads a school (a
 * text of dates), so that asking costs no further statement. */
#ifndef MODEL_CALENDAR_H
#define MODEL_CALENDAR_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/jtime.h"
#include "base/str.h"
#include "db/db.h"

/* How far ahead a report may reach. */
#define CALENDAR_AHEAD 60

/* SQL for the days off between two bound days, for a school in scope as
 * `school`: 'YYYY-MM-DD,YYYY-MM-DD'. Binds: day, day, day, day. */
#define CALENDAR_DAYS_OFF                                                      \
	"CONCAT_WS(',', (SELECT GROUP_CONCAT(h.day) FROM holiday h"            \
	" WHERE h.day BETWEEN ? AND ?), (SELECT GROUP_CONCAT(c.day)"           \
	" FROM closure c WHERE c.school_id = school.id"                        \
	" AND c.day BETWEEN ? AND ?))"

/* days_off: what that SQL gave; NULL or "" = none. */
bool calendar_is_school_day(const char *days_off, struct day);
/* The first school day after `day`; DAY_NONE when none within AHEAD days. */
struct day calendar_next(const char *days_off, struct day);
/* All school days of [first, last] as a list of struct day in the arena. */
struct list calendar_days(struct arena *, const char *days_off,
    struct day first, struct day last);

/* The next day that is a school day for the city (no closures looked at). */
enum err calendar_city_next(struct arena *, struct db *, struct day after,
    struct day *) MUST_USE;

#endif
