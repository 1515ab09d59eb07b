/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The one clock and the calendar of a Japanese school (design 12).
 * Instants are UTC microseconds; days and minutes are civil in Asia/Tokyo,
 * which has had no summer time since 1951, so the offset is a constant. */
#ifndef BASE_JTIME_H
#define BASE_JTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/* Microseconds since 1970-01-01T00:00:00Z. 0 = none. */
struct stamp {
	int64_t us;
};
/* Days since 1970-01-01 in the proleptic Gregorian calendar. */
struct day {
	int32_t n;
};
/* Minutes since midnight, 0..1440 (1440 = 24:00 as an end). */
struct minute {
	int32_t n;
};

#define STAMP_NONE  ((struct stamp){ 0 })
#define DAY_NONE    ((struct day){ INT32_MIN })
#define MINUTE_NONE ((struct minute){ -1 })

static inline bool day_is(struct day d) { return d.n != INT32_MIN; }
static inline bool minute_is(struct minute m) { return m.n >= 0; }
static inline bool stamp_is(struct stamp s) { return s.us != 0; }

/* Business time. The offset (seconds, may be negative) comes from the
 * configuration key clock_offset, allowed in demo and test only. */
void clock_set_offset(int64_t seconds);
struct stamp clock_now(void);

struct stamp stamp_add(struct stamp, int64_t seconds);
struct day stamp_day(struct stamp);		/* civil day in Tokyo */
struct minute stamp_minute(struct stamp);	/* civil minute in Tokyo */
struct stamp day_at(struct day, struct minute);	/* back to an instant */

/* y-m-d of a day; m 1..12. */
struct ymd {
	int y, m, d;
};
struct ymd day_ymd(struct day);
/* DAY_NONE for a date that does not exist (2026-02-29). Years 1868..2200. */
struct day day_from(int y, int m, int d);
struct day day_add(struct day, int days);
int day_weekday(struct day);			/* 0 = Sunday .. 6 */
int day_school_year(struct day);		/* 2027-03-31 -> 2026 */
struct day school_year_begins(int year);	/* April 1 */
struct day school_year_ends(int year);		/* March 31 of year + 1 */

/* What people write: 2026-06-01, 2026/6/1, 20260601, 2026年6月1日, R8.6.1,
 * 令和8年6月1日, H29.6.30, 平成24年10月1日, 令和元年5月1日; wide digits too
 * (standards 2.4). ERR_INVALID for anything else or a date that is none. */
enum err day_parse(struct arena *, const char *, struct day *) MUST_USE;
/* 8:05, 08:05, 0805, 8時5分, 8時; wide digits too; 0:00..24:00. */
enum err minute_parse(struct arena *, const char *, struct minute *) MUST_USE;
/* ISO only, for machines: 2026-06-01, 2026-06-01T08:03:12.345678Z */
enum err day_parse_iso(const char *, struct day *) MUST_USE;

/* Formats living in the arena. */
char *day_iso(struct arena *, struct day);	/* 2026-06-01 */
char *day_ja(struct arena *, struct day);	/* 6月1日（月） */
char *day_ja_full(struct arena *, struct day);	/* 2026年6月1日（月） */
char *day_en(struct arena *, struct day);	/* Mon, Jun 1 */
char *minute_text(struct arena *, struct minute);	/* 7:42 */
char *minute_iso(struct arena *, struct minute);	/* 07:42, for inputs */
char *stamp_iso(struct arena *, struct stamp);	/* ...T08:03:12.345+09:00 */
char *stamp_sql(struct arena *, struct stamp);	/* UTC, for logs and keys */
char *stamp_mail(struct arena *, struct stamp);	/* RFC 5322 Date, +0900 */

#endif
