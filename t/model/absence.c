/* SPDX-License-Identifier: AGPL-3.0-or-later
 * What guardians report: days and children (F10), who is told (F11), hours
 * (F13). What becomes of a report is absence_change.c. */
#include "model/absence.h"

#include "model/child.h"
#include "model/outbox.h"
#include "t/model/world.h"

/* Monday, within everybody's hours. */
#define MONDAY at("2026-06-01", "07:10")

static struct actor a, b;
static struct refusal why;

static void
begin(void)
{
	world_begin();
	a = world_guardian(A, MONDAY);
	b = world_guardian(B, MONDAY);
	why = (struct refusal){ NULL, NULL };
}

static struct list
children_of(const struct actor *who, struct stamp now)
{
	struct list children;

	MUST(child_list(world.a, world.db, who, now, &children));
	return children;
}

/* A wish for some of the world's pupils. */
static struct absence_new
wish(const int64_t *pupils, size_t n, const char *first, const char *last)
{
	struct uid *uids = arena_array(world.a, n + 1, sizeof *uids);

	for (size_t i = 0; i < n; i++)
		uids[i] = world_uid("pupil", pupils[i]);
	return (struct absence_new){ { uids, n }, ABSENT, on(first),
		last == NULL ? DAY_NONE : on(last), "発熱", MINUTE_NONE, "" };
}

#define WISH(first, last, ...)                                                 \
	wish((const int64_t[]){ __VA_ARGS__ },                                 \
	    COUNT(((const int64_t[]){ __VA_ARGS__ })), (first), (last))

static enum err
plan(const struct actor *who, const struct absence_new *new, struct stamp now,
    struct absence_plan *p)
{
	struct list children = children_of(who, now);

	return absence_plan(world.a, &children, new, now, p, &why);
}

static enum err
report(const struct actor *who, const struct absence_new *new,
    struct stamp now, struct uid *submission)
{
	struct absence_plan p;

	TRY(plan(who, new, now, &p));
	return absence_report(world.a, world.db, who, new, &p, now,
	    submission);
}

static const char *
days_of(int64_t pupil)
{
	const char *days = world_text("SELECT GROUP_CONCAT(day ORDER BY day)"
	    " FROM absence WHERE pupil_id = %lld", (long long)pupil);

	return days == NULL ? "" : days;
}

/* ── planning and reporting ─────────────────────────────────────────────── */

START_TEST(one_child_today)
{
	struct absence_new new = WISH("2026-06-01", NULL, AOI);
	struct uid submission;
	struct absence *row;
	struct list rows;

	new.note = "熱が38度あります。\n午後に電話します。";
	MUST(report(&a, &new, MONDAY, &submission));
	MUST(absence_submitted(world.a, world.db, &a, submission, &rows));
	ck_assert_uint_eq(rows.n, 1);
	row = LIST_AT(rows, struct absence, 0);
	ck_assert_str_eq(row->name, "髙橋 葵");
	ck_assert_str_eq(row->class_title, "3年1組");
	ck_assert_str_eq(row->school, "中央小学校");
	ck_assert_str_eq(row->note, new.note);
	ck_assert_int_eq(row->day.n, on("2026-06-01").n);
	ck_assert_int_eq(row->kind, ABSENT);
	ck_assert_int_eq(row->state, RECEIVED);
	ck_assert_int_eq(row->version, 1);
	ck_assert(row->mine && !row->by_school && !row->confirmed);
	ck_assert(!minute_is(row->clock));
	ck_assert_int_eq(row->created_at.us, MONDAY.us);
	ck_assert(uid_eq(row->submission, submission));
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM absence_history"),
	    1);
}
END_TEST

/* Friday to Wednesday around a weekend; the closure of June 5 is a Friday. */
START_TEST(days_skip_weekends_holidays_and_closures)
{
	struct absence_new new = WISH("2026-06-04", "2026-06-09", AOI);
	struct uid submission;
	struct absence_plan p;
	struct stamp july = at("2026-07-16", "07:00");

	MUST(report(&a, &new, MONDAY, &submission));
	ck_assert_str_eq(days_of(AOI), "2026-06-04,2026-06-08,2026-06-09");
	new = WISH("2026-07-17", "2026-07-21", AOI);	/* 7/20 海の日 */
	MUST(plan(&a, &new, july, &p));
	ck_assert_uint_eq(p.days.n, 2);
	ck_assert_int_eq(LIST_AT(p.days, struct day, 0)->n,
	    on("2026-07-17").n);
	ck_assert_int_eq(LIST_AT(p.days, struct day, 1)->n,
	    on("2026-07-21").n);
}
END_TEST

START_TEST(several_children_of_two_schools)
{
	struct absence_new new = WISH("2026-06-01", "2026-06-02", AOI, SOTA);
	struct uid submission;
	struct list rows;

	MUST(report(&a, &new, MONDAY, &submission));
	MUST(absence_submitted(world.a, world.db, &a, submission, &rows));
	ck_assert_uint_eq(rows.n, 4);
	ck_assert_int_eq(world_number(
	    "SELECT COUNT(*) FROM absence WHERE school_id = 3"
	    " AND reason_id = 511"), 2);
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM submission"), 1);
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM absence_history"),
	    4);
	/* One mail for each child. */
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM outbox"), 2);
}
END_TEST

/* June 5 is a day off at one school only: each child has its own days, and a
 * child that would have none is not passed over in silence. */
START_TEST(a_day_off_at_one_school)
{
	struct absence_new new = WISH("2026-06-04", "2026-06-05", AOI, SOTA);
	struct uid submission;
	struct absence_plan p;

	MUST(report(&a, &new, MONDAY, &submission));
	ck_assert_str_eq(days_of(AOI), "2026-06-04");
	ck_assert_str_eq(days_of(SOTA), "2026-06-04,2026-06-05");
	ck_assert_str_eq(world_text("SELECT JSON_EXTRACT(params, '$.days')"
	    " FROM outbox WHERE pupil_id = %d", AOI), "[\"2026-06-04\"]");
	/* The check page shows the days of both. */
	world_run("INSERT INTO closure VALUES (3, '2026-06-09', '代休')");
	new = WISH("2026-06-05", "2026-06-10", AOI, SOTA);
	MUST(plan(&a, &new, MONDAY, &p));
	ck_assert_uint_eq(p.days.n, 4);
	ck_assert_int_eq(LIST_AT(p.days, struct day, 0)->n,
	    on("2026-06-05").n);
	ck_assert_int_eq(LIST_AT(p.days, struct day, 2)->n,
	    on("2026-06-09").n);
	ck_assert_uint_eq(p.rows.n, 6);
	new = WISH("2026-06-05", NULL, SOTA, AOI);
	GIVES(report(&a, &new, MONDAY, &submission), ERR_INVALID);
	ck_assert_str_eq(why.field, "first");
}
END_TEST

START_TEST(the_same_child_twice_is_once)
{
	struct absence_new new = WISH("2026-06-01", NULL, AOI, AOI);
	struct uid submission;

	MUST(report(&a, &new, MONDAY, &submission));
	ck_assert_str_eq(days_of(AOI), "2026-06-01");
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM outbox"), 1);
}
END_TEST

START_TEST(refused_plans)
{
	static const struct {
		int64_t pupil;		/* 0 = none */
		const char *first, *last, *reason;
		int kind;
		const char *field;
	} rows[] = {
		{ AOI, "2026-05-29", NULL, "発熱", ABSENT, "first" },
		{ AOI, "2026-06-03", "2026-06-02", "発熱", ABSENT, "last" },
		{ AOI, "2026-06-06", NULL, "発熱", ABSENT, "first" },
		{ AOI, "2026-06-06", "2026-06-07", "発熱", ABSENT, "first" },
		{ AOI, "2026-06-05", NULL, "発熱", ABSENT, "first" },
		/* 60 days ahead is July 31. */
		{ AOI, "2026-08-03", NULL, "発熱", ABSENT, "first" },
		{ AOI, "2026-07-31", "2026-08-01", "発熱", ABSENT, "last" },
		/* The fifteenth school day. */
		{ AOI, "2026-06-01", "2026-06-22", "発熱", ABSENT, "last" },
		{ AOI, "2026-06-01", NULL, "旧理由", ABSENT, "reason" },
		{ AOI, "2026-06-01", NULL, "部活動", ABSENT, "reason" },
		{ AOI, "2026-06-01", NULL, "発", ABSENT, "reason" },
		{ AOI, "2026-06-01", NULL, "発熱\n家庭の都合", ABSENT, "reason" },
		{ AOI, "2026-06-01", NULL, "", ABSENT, "reason" },
		{ AOI, "2026-06-01", NULL, "発熱", LATE, "clock" },
		{ AOI, "2026-06-01", NULL, "発熱", EARLY, "clock" },
		{ YUI, "2026-06-01", NULL, "発熱", ABSENT, "pupils" },
		{ 0, "2026-06-01", NULL, "発熱", ABSENT, "pupils" },
	};
	struct absence_plan p;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct absence_new new = wish(&rows[i].pupil,
		    rows[i].pupil != 0, rows[i].first, rows[i].last);

		new.kind = rows[i].kind;
		new.reason = rows[i].reason;
		why = (struct refusal){ "", "" };
		ck_assert_msg(plan(&a, &new, MONDAY, &p) == ERR_INVALID,
		    "row %zu was planned", i);
		ck_assert_msg(str_eq(why.field, rows[i].field),
		    "row %zu: %s", i, why.field);
	}
}
END_TEST

START_TEST(limits_that_still_hold)
{
	struct absence_new new = WISH("2026-07-31", NULL, AOI);
	struct absence_plan p;

	MUST(plan(&a, &new, MONDAY, &p));
	new = WISH("2026-06-01", "2026-06-19", AOI);
	MUST(plan(&a, &new, MONDAY, &p));
	ck_assert_uint_eq(p.days.n, ABSENCE_DAYS);
}
END_TEST

/* The year's last day is in reach, the next year's first is not. */
START_TEST(nothing_beyond_the_school_year)
{
	struct stamp march = at("2027-03-30", "07:00");
	struct absence_new new = WISH("2027-03-31", NULL, AOI);
	struct absence_plan p;

	MUST(plan(&a, &new, march, &p));
	new = WISH("2027-03-31", "2027-04-01", AOI);
	GIVES(plan(&a, &new, march, &p), ERR_INVALID);
	ck_assert_str_eq(why.field, "last");
}
END_TEST

START_TEST(late_has_a_clock_and_absent_has_none)
{
	struct absence_new new = WISH("2026-06-01", NULL, AOI);
	struct uid submission;

	new.kind = LATE;
	new.clock = clock_at("10:30");
	MUST(report(&a, &new, MONDAY, &submission));
	ck_assert_int_eq(world_number("SELECT clock FROM absence"), 630);
	new.kind = ABSENT;
	MUST(report(&a, &new, MONDAY, &submission));
	ck_assert_int_eq(world_number(
	    "SELECT COUNT(*) FROM absence WHERE clock IS NULL"), 1);
}
END_TEST

/* Late in the morning and early in the afternoon: both stand. */
START_TEST(several_reports_of_a_day_coexist)
{
	struct absence_new new = WISH("2026-06-01", NULL, AOI);
	struct uid submission;

	MUST(report(&a, &new, MONDAY, &submission));
	MUST(report(&a, &new, MONDAY, &submission));
	MUST(report(&b, &new, MONDAY, &submission));
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM absence"), 3);
}
END_TEST

START_TEST(no_right_to_report)
{
	struct absence_new new = WISH("2026-06-01", NULL, AOI);
	struct absence_plan p;

	world_run("UPDATE guardianship SET may_report = 0"
	    " WHERE guardian_id = %d AND pupil_id = %d", A, AOI);
	GIVES(plan(&a, &new, MONDAY, &p), ERR_INVALID);
	ck_assert_str_eq(why.field, "pupils");
}
END_TEST

/* Whatever the plan believed is looked at again when it is written. */
START_TEST(what_ended_since_the_plan_is_stale)
{
	static const char *const ends[] = {
		"UPDATE guardianship SET ends = '2026-05-31' WHERE pupil_id = 101",
		"UPDATE guardianship SET may_report = 0 WHERE pupil_id = 101",
		"UPDATE enrollment SET ends = '2026-06-01' WHERE pupil_id = 101",
		"UPDATE reason SET ended_at = '2026-06-01' WHERE id = 501",
	};
	struct absence_new new = WISH("2026-06-01", "2026-06-02", AOI);
	struct uid submission;
	struct absence_plan p;

	for (size_t i = 0; i < COUNT(ends); i++) {
		world_end();
		begin();
		new = WISH("2026-06-01", "2026-06-02", AOI);
		MUST(plan(&a, &new, MONDAY, &p));
		world_run("%s", ends[i]);
		MUST(db_begin(world.db));
		GIVES(absence_report(world.a, world.db, &a, &new, &p, MONDAY,
		    &submission), ERR_STALE);
		db_rollback(world.db);
		ck_assert_str_eq(days_of(AOI), "");
		ck_assert_int_eq(world_number("SELECT COUNT(*) FROM outbox"),
		    0);
	}
}
END_TEST

/* ── hours (F13) ────────────────────────────────────────────────────────── */

START_TEST(hours)
{
	static const struct {
		const char *day, *clock;
		int64_t pupil;
		bool open;
	} rows[] = {
		{ "2026-06-01", "05:59", AOI, false },
		{ "2026-06-01", "06:00", AOI, true },
		{ "2026-06-01", "08:59", AOI, true },
		{ "2026-06-01", "09:00", AOI, false },
		{ "2026-05-31", "07:00", AOI, false },	/* Sunday: no row */
		{ "2026-06-02", "07:00", AOI, false },	/* closed all day */
		{ "2026-06-03", "06:30", AOI, false },	/* opens later */
		{ "2026-06-03", "07:00", AOI, true },
		{ "2026-06-03", "11:59", AOI, true },
		{ "2026-06-06", "10:00", AOI, true },	/* a Saturday */
		{ "2026-05-31", "22:00", SOTA, true },
		{ "2026-06-01", "00:00", SOTA, true },
		{ "2026-06-01", "23:59", SOTA, true },
	};
	struct absence_plan p;

	world_run("INSERT INTO reception_exception VALUES"
	    " (2, '2026-06-02', 360, 360), (2, '2026-06-03', 420, 720),"
	    " (2, '2026-06-06', 600, 660)");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct absence_new new = wish(&rows[i].pupil, 1, "2026-06-08",
		    NULL);

		ck_assert_msg(plan(&a, &new, at(rows[i].day, rows[i].clock),
		    &p) == (rows[i].open ? OK : ERR_CLOSED), "row %zu", i);
	}
}
END_TEST

/* Both schools must be open. */
START_TEST(one_closed_school_closes_the_plan)
{
	struct absence_new new = WISH("2026-06-02", NULL, SOTA, AOI);
	struct absence_plan p;

	GIVES(plan(&a, &new, at("2026-06-01", "09:00"), &p), ERR_CLOSED);
}
END_TEST

/* ── who is told (F11) ──────────────────────────────────────────────────── */

START_TEST(ordinary_household_all_are_told)
{
	world_report(&a, AOI, "2026-06-01", "発熱", MONDAY);
	ck_assert_str_eq(world_told(OUTBOX_REPORT), "A@example.jp b@example.jp");
	ck_assert_str_eq(world_text("SELECT lang FROM outbox_recipient"
	    " WHERE guardian_id = %d", B), "en");
}
END_TEST

START_TEST(protected_household_the_reporter_only)
{
	struct actor p = world_guardian(P, MONDAY);

	world_report(&p, RIN, "2026-06-01", "発熱", MONDAY);
	ck_assert_str_eq(world_told(OUTBOX_REPORT), "p@example.jp");
}
END_TEST

START_TEST(nobody_is_told_without_a_proved_address)
{
	struct actor d = world_guardian(D, MONDAY);
	struct actor e = world_guardian(E, MONDAY);

	world_report(&d, KIPPEI, "2026-06-01", "発熱", MONDAY);
	ck_assert_str_eq(world_told(OUTBOX_REPORT), "");
	world_report(&e, HINATA, "2026-06-01", "発熱", MONDAY);
	ck_assert_str_eq(world_told(OUTBOX_REPORT), "");
}
END_TEST

START_TEST(who_is_left_out)
{
	static const char *const rows[] = {
		"UPDATE guardianship SET receives = 0 WHERE guardian_id = 202",
		"UPDATE guardianship SET ends = '2026-05-31'"
		" WHERE guardian_id = 202",
		"UPDATE guardianship SET begins = '2026-06-02'"
		" WHERE guardian_id = 202",
		"UPDATE guardian SET ended_at = '2026-05-31' WHERE id = 202",
		"UPDATE guardian_email SET stopped_at = '2026-05-31'"
		" WHERE guardian_id = 202",
		"UPDATE guardian_email SET verified_at = NULL"
		" WHERE guardian_id = 202",
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		world_end();
		begin();
		world_run("%s", rows[i]);
		world_report(&a, AOI, "2026-06-01", "発熱", MONDAY);
		ck_assert_str_eq(world_told(OUTBOX_REPORT), "A@example.jp");
	}
}
END_TEST

/* What leaves the system: neither reason nor note nor a family name. */
START_TEST(the_mail_says_little)
{
	struct absence_new new = WISH("2026-06-01", NULL, AOI);
	struct uid submission;
	const char *params;

	new.note = "ひみつ";
	MUST(report(&a, &new, MONDAY, &submission));
	params = world_text("SELECT params FROM outbox");
	ck_assert_ptr_nonnull(strstr(params, "\"act\":\"made\""));
	ck_assert_ptr_nonnull(strstr(params, "2026-06-01"));
	ck_assert_ptr_nonnull(strstr(params, "葵"));
	ck_assert_ptr_null(strstr(params, "ひみつ"));
	ck_assert_ptr_null(strstr(params, "発熱"));
	ck_assert_ptr_null(strstr(params, "髙橋"));
}
END_TEST

START_TEST(reason_lists)
{
	ck_assert(absence_has_reason("発熱\n家庭の都合", "発熱"));
	ck_assert(absence_has_reason("発熱\n家庭の都合", "家庭の都合"));
	ck_assert(!absence_has_reason("発熱\n家庭の都合", "家庭"));
	ck_assert(!absence_has_reason("発熱\n家庭の都合", "都合"));
	ck_assert(!absence_has_reason("発熱\n\n家庭", ""));
	ck_assert(!absence_has_reason(NULL, "発熱"));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("model/absence");
	TCase *c = world_case(s, "absence", begin);

	tcase_add_test(c, one_child_today);
	tcase_add_test(c, days_skip_weekends_holidays_and_closures);
	tcase_add_test(c, several_children_of_two_schools);
	tcase_add_test(c, a_day_off_at_one_school);
	tcase_add_test(c, the_same_child_twice_is_once);
	tcase_add_test(c, refused_plans);
	tcase_add_test(c, limits_that_still_hold);
	tcase_add_test(c, nothing_beyond_the_school_year);
	tcase_add_test(c, late_has_a_clock_and_absent_has_none);
	tcase_add_test(c, several_reports_of_a_day_coexist);
	tcase_add_test(c, no_right_to_report);
	tcase_add_test(c, what_ended_since_the_plan_is_stale);
	tcase_add_test(c, hours);
	tcase_add_test(c, one_closed_school_closes_the_plan);
	tcase_add_test(c, ordinary_household_all_are_told);
	tcase_add_test(c, protected_household_the_reporter_only);
	tcase_add_test(c, nobody_is_told_without_a_proved_address);
	tcase_add_test(c, who_is_left_out);
	tcase_add_test(c, the_mail_says_little);
	tcase_add_test(c, reason_lists);
	return world_suite(s);
}
