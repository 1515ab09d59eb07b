/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Dates and times from any text: nothing outside the calendar comes out, and
 * what was read is read again from its ISO form. */
#include "base/jtime.h"

#include <stdlib.h>

#include "base/str.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_day(struct arena *a, const char *text)
{
	struct day d, again;
	struct ymd c;

	if (day_parse(a, text, &d) != OK)
		return;
	c = day_ymd(d);
	must(c.y >= 1868 && c.y <= 2200);
	must(day_from(c.y, c.m, c.d).n == d.n);
	must(day_parse(a, day_iso(a, d), &again) == OK && again.n == d.n);
	must(day_parse_iso(day_iso(a, d), &again) == OK && again.n == d.n);
}

static void
check_minute(struct arena *a, const char *text)
{
	struct minute m, again;

	if (minute_parse(a, text, &m) != OK)
		return;
	must(m.n >= 0 && m.n <= 1440);
	must(minute_parse(a, minute_iso(a, m), &again) == OK &&
	    again.n == m.n);
	must(minute_parse(a, minute_text(a, m), &again) == OK &&
	    again.n == m.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a;
	struct day d;
	char *text;

	if (!utf8_valid((const char *)data, n))
		return 0;
	a = arena_init((size_t)16 * 1024 * 1024);
	text = str_copy_n(a, (const char *)data, n);
	check_day(a, text);
	check_minute(a, text);
	(void)!day_parse_iso(text, &d);
	arena_free(a);
	return 0;
}
