/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Dates and times as people write them, and ISO for machines. Part of
 * jtime.h; a form, a file import or a URL calls it. Guesses nothing: a date
 * that could be read in two ways is refused. */
#include "base/jtime.h"

#include <string.h>

#include "base/kana.h"
#include "base/str.h"

struct era {
	char letter;
	const char *name;
	int first_year;	    /* 元年 */
	int from[3], to[3]; /* first and last day */
};

/* JIS X 0301; the day of a change belongs to the new era. */
static const struct era eras[] = {
	{ 'M', "明治", 1868, { 1868, 1, 25 }, { 1912, 7, 29 } },
	{ 'T', "大正", 1912, { 1912, 7, 30 }, { 1926, 12, 24 } },
	{ 'S', "昭和", 1926, { 1926, 12, 25 }, { 1989, 1, 7 } },
	{ 'H', "平成", 1989, { 1989, 1, 8 }, { 2019, 4, 30 } },
	{ 'R', "令和", 2019, { 2019, 5, 1 }, { 2200, 12, 31 } },
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A number of min to max digits at *s, which is advanced behind it. */
static bool
number(const char **s, size_t min, size_t max, int *out)
{
	size_t n = 0;
	int v = 0;

	for (; n < max && is_digit((*s)[n]); n++)
		v = v * 10 + ((*s)[n] - '0');
	if (n < min || is_digit((*s)[n]))
		return false;
	*s += n;
	*out = v;
	return true;
}

static bool
skip(const char **s, const char *word)
{
	if (!str_starts(*s, word))
		return false;
	*s += strlen(word);
	return true;
}

static enum err
day_of(int y, int m, int d, struct day *out)
{
	struct day day = day_from(y, m, d);

	if (!day_is(day))
		return ERR_INVALID;
	*out = day;
	return OK;
}

/* What follows the year: "-6-1", "/6/1", ".6.1", "年6月1日". */
static bool
month_day(const char *s, int *m, int *d)
{
	char mark[2] = { *s, '\0' };

	if (skip(&s, "年"))
		return number(&s, 1, 2, m) && skip(&s, "月") &&
		    number(&s, 1, 2, d) && skip(&s, "日") && *s == '\0';
	if (*s == '\0' || strchr("-/.", *s) == NULL)
		return false;
	s++;
	return number(&s, 1, 2, m) && skip(&s, mark) && number(&s, 1, 2, d) &&
	    *s == '\0';
}

static const struct era *
era_at(const char **s)
{
	for (size_t i = 0; i < COUNT(eras); i++) {
		if (skip(s, eras[i].name))
			return &eras[i];
		/* The letter in either case. */
		if ((**s & ~0x20) == eras[i].letter) {
			(*s)++;
			return &eras[i];
		}
	}
	return NULL;
}

static enum err
era_day(const struct era *e, const char *s, struct day *out)
{
	struct day from = day_from(e->from[0], e->from[1], e->from[2]);
	struct day to = day_from(e->to[0], e->to[1], e->to[2]);
	struct day day;
	int y = 1, m, d;

	if (!skip(&s, "元") && (!number(&s, 1, 2, &y) || y == 0))
		return ERR_INVALID;
	if (!month_day(s, &m, &d))
		return ERR_INVALID;
	TRY(day_of(e->first_year + y - 1, m, d, &day));
	if (day.n < from.n || day.n > to.n)
		return ERR_INVALID;
	*out = day;
	return OK;
}

enum err
day_parse(struct arena *a, const char *text, struct day *out)
{
	const char *s = str_trim(a, kana_narrow(a, text));
	const struct era *e = era_at(&s);
	int y, m, d;

	if (e != NULL)
		return era_day(e, s, out);
	if (strlen(s) == 8 && number(&s, 8, 8, &y))
		return day_of(y / 10000, y / 100 % 100, y % 100, out);
	if (!number(&s, 4, 4, &y) || !month_day(s, &m, &d))
		return ERR_INVALID;
	return day_of(y, m, d, out);
}

enum err
minute_parse(struct arena *a, const char *text, struct minute *out)
{
	const char *s = str_trim(a, kana_narrow(a, text));
	int h, m = 0;

	if (strlen(s) == 4 && number(&s, 4, 4, &m)) {
		h = m / 100;
		m %= 100;
	} else if (!number(&s, 1, 2, &h)) {
		return ERR_INVALID;
	} else if (skip(&s, ":")) {
		if (!number(&s, 2, 2, &m))
			return ERR_INVALID;
	} else if (!skip(&s, "時")) {
		return ERR_INVALID;
	} else if (*s != '\0' && (!number(&s, 1, 2, &m) || !skip(&s, "分"))) {
		return ERR_INVALID;
	}
	if (*s != '\0' || m > 59 || h * 60 + m > 1440)
		return ERR_INVALID;
	*out = (struct minute){ h * 60 + m };
	return OK;
}

/* "T08:03:12Z", with or without a fraction: whole minutes of the UTC day. */
static bool
iso_time(const char *s, int *minutes)
{
	int h, m, sec, fraction;

	if (!skip(&s, "T") || !number(&s, 2, 2, &h) || !skip(&s, ":") ||
	    !number(&s, 2, 2, &m) || !skip(&s, ":") || !number(&s, 2, 2, &sec))
		return false;
	if (skip(&s, ".") && !number(&s, 1, 6, &fraction))
		return false;
	*minutes = h * 60 + m;
	return str_eq(s, "Z") && h < 24 && m < 60 && sec < 60;
}

enum err
day_parse_iso(const char *s, struct day *out)
{
	int y, m, d, minutes;

	if (!number(&s, 4, 4, &y) || !skip(&s, "-") || !number(&s, 2, 2, &m) ||
	    !skip(&s, "-") || !number(&s, 2, 2, &d))
		return ERR_INVALID;
	if (*s == '\0')
		return day_of(y, m, d, out);
	if (!iso_time(s, &minutes))
		return ERR_INVALID;
	TRY(day_of(y, m, d, out));
	/* From 15:00 UTC on it is the next day in Tokyo. */
	if (minutes >= 15 * 60)
		*out = day_add(*out, 1);
	return OK;
}
