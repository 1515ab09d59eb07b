/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Reports after they were made: who sees what of another's (design 8), changing
 * and withdrawing (F12), and all of it at the clocks of design 12. */
#include "model/absence.h"

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

/* ── who sees it (design 8) ─────────────────────────────────────────────── */

START_TEST(the_other_guardian_sees_a_report)
{
	struct uid uid = world_report(&a, AOI, "2026-06-01", "発熱", MONDAY);
	struct absence row;

	MUST(absence_load(world.a, world.db, &b, uid, MONDAY, &row));
	ck_assert(!row.mine && !row.by_school && !row.protected);
	ck_assert_str_eq(row.reason, "発熱");
	ck_assert(!absence_is_open(&row, MONDAY));
	MUST(absence_load(world.a, world.db, &a, uid, MONDAY, &row));
	ck_assert(row.mine && absence_is_open(&row, MONDAY));
}
END_TEST

START_TEST(protected_household_hides_a_report)
{
	struct actor p = world_guardian(P, MONDAY);
	struct actor q = world_guardian(Q, MONDAY);
	struct uid uid = world_report(&p, RIN, "2026-06-01", "発熱", MONDAY);
	struct absence row;

	GIVES(absence_load(world.a, world.db, &q, uid, MONDAY, &row),
	    ERR_NONE);
	MUST(absence_load(world.a, world.db, &p, uid, MONDAY, &row));
	ck_assert(row.mine && row.protected);
}
END_TEST

START_TEST(strangers_find_nothing)
{
	struct uid uid = world_report(&a, AOI, "2026-06-01", "発熱", MONDAY);
	struct uid submission = world_uid("submission",
	    world_number("SELECT MAX(id) FROM submission"));
	struct actor e = world_guardian(E, MONDAY);
	struct absence row;
	struct list rows;

	GIVES(absence_load(world.a, world.db, &e, uid, MONDAY, &row),
	    ERR_NONE);
	GIVES(absence_load(world.a, world.db, &a, uid_new(), MONDAY, &row),
	    ERR_NONE);
	GIVES(absence_submitted(world.a, world.db, &e, submission, &rows),
	    ERR_NONE);
	/* A receipt is the sender's, in the same household too. */
	GIVES(absence_submitted(world.a, world.db, &b, submission, &rows),
	    ERR_NONE);
	world_run("UPDATE guardianship SET ends = '2026-05-31'"
	    " WHERE guardian_id = %d", B);
	GIVES(absence_load(world.a, world.db, &b, uid, MONDAY, &row),
	    ERR_NONE);
}
END_TEST

/* ── changing (F12) ─────────────────────────────────────────────────────── */

static struct absence
reported(const struct actor *who, int64_t pupil, const char *day)
{
	struct uid uid = world_report(who, pupil, day, "発熱", MONDAY);
	struct absence row;

	MUST(absence_load(world.a, world.db, who, uid, MONDAY, &row));
	return row;
}

START_TEST(change_keeps_every_version)
{
	struct absence row = reported(&a, AOI, "2026-06-01");
	struct absence_change change = { LATE, "家庭の都合",
		clock_at("10:30"), "遅れます", 1 };
	struct stamp later = at("2026-06-01", "07:40");

	MUST(absence_change(world.a, world.db, &a, &row, &change, later,
	    &why));
	MUST(absence_load(world.a, world.db, &a, row.uid, later, &row));
	ck_assert_int_eq(row.version, 2);
	ck_assert_int_eq(row.kind, LATE);
	ck_assert_int_eq(row.clock.n, 630);
	ck_assert_str_eq(row.reason, "家庭の都合");
	ck_assert_str_eq(row.note, "遅れます");
	ck_assert_int_eq(row.created_at.us, MONDAY.us);
	ck_assert_int_eq(row.changed_at.us, later.us);
	ck_assert_str_eq(world_told(OUTBOX_REPORT), "A@example.jp b@example.jp");
	ck_assert_str_eq(world_text("SELECT JSON_VALUE(params, '$.act')"
	    " FROM outbox ORDER BY id DESC LIMIT 1"), "changed");
	MUST(absence_withdraw(world.a, world.db, &a, &row, 2, later));
	ck_assert_str_eq(world_text("SELECT GROUP_CONCAT(CONCAT_WS(':', version,"
	    " kind, reason_id, COALESCE(clock, '-'), note, state, guardian_id)"
	    " ORDER BY version SEPARATOR ' ') FROM absence_history"),
	    "1:1:501:-::1:201 2:2:502:630:遅れます:1:201"
	    " 3:2:502:630:遅れます:2:201");
	ck_assert_str_eq(world_text("SELECT JSON_VALUE(params, '$.act')"
	    " FROM outbox ORDER BY id DESC LIMIT 1"), "withdrawn");
}
END_TEST

START_TEST(an_old_version_changes_nothing)
{
	struct absence row = reported(&a, AOI, "2026-06-01");
	struct absence_change change = { ABSENT, "家庭の都合", MINUTE_NONE,
		"", 1 };
	int64_t mails;

	MUST(absence_change(world.a, world.db, &a, &row, &change, MONDAY,
	    &why));
	mails = world_number("SELECT COUNT(*) FROM outbox");
	GIVES(absence_change(world.a, world.db, &a, &row, &change, MONDAY,
	    &why), ERR_STALE);
	GIVES(absence_withdraw(world.a, world.db, &a, &row, 1, MONDAY),
	    ERR_STALE);
	MUST(absence_withdraw(world.a, world.db, &a, &row, 2, MONDAY));
	GIVES(absence_withdraw(world.a, world.db, &a, &row, 3, MONDAY),
	    ERR_STALE);
	change.version = 3;
	GIVES(absence_change(world.a, world.db, &a, &row, &change, MONDAY,
	    &why), ERR_STALE);
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM absence_history"),
	    3);
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM outbox"),
	    mails + 1);
}
END_TEST

START_TEST(changes_are_checked)
{
	struct absence row = reported(&a, AOI, "2026-06-01");
	struct absence_change change = { ABSENT, "旧理由", MINUTE_NONE, "", 1 };

	GIVES(absence_change(world.a, world.db, &a, &row, &change, MONDAY,
	    &why), ERR_INVALID);
	ck_assert_str_eq(why.field, "reason");
	change = (struct absence_change){ EARLY, "発熱", MINUTE_NONE, "", 1 };
	GIVES(absence_change(world.a, world.db, &a, &row, &change, MONDAY,
	    &why), ERR_INVALID);
	ck_assert_str_eq(why.field, "clock");
}
END_TEST

/* Own, not withdrawn, of today or later, within hours. */
START_TEST(closed_for_changes)
{
	struct absence row = reported(&a, AOI, "2026-06-01");
	struct absence_change change = { ABSENT, "発熱", MINUTE_NONE, "", 1 };
	static const struct {
		const char *day, *clock;
		bool open;
	} rows[] = {
		{ "2026-06-01", "05:59", false },
		{ "2026-06-01", "06:00", true },
		{ "2026-06-01", "08:59", true },
		{ "2026-06-01", "09:00", false },
		{ "2026-06-02", "07:00", false },
		{ "2026-05-31", "07:00", false },
	};
	struct absence other;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct stamp now = at(rows[i].day, rows[i].clock);

		MUST(absence_load(world.a, world.db, &a, row.uid, now, &row));
		ck_assert_msg(absence_is_open(&row, now) == rows[i].open,
		    "row %zu", i);
		if (rows[i].open)
			continue;
		GIVES(absence_change(world.a, world.db, &a, &row, &change, now,
		    &why), ERR_CLOSED);
		GIVES(absence_withdraw(world.a, world.db, &a, &row, 1, now),
		    ERR_CLOSED);
	}
	MUST(absence_load(world.a, world.db, &b, row.uid, MONDAY, &other));
	GIVES(absence_withdraw(world.a, world.db, &b, &other, 1, MONDAY),
	    ERR_CLOSED);
	/* Even a row that pretends to be B's own. */
	other.mine = true;
	GIVES(absence_withdraw(world.a, world.db, &b, &other, 1, MONDAY),
	    ERR_STALE);
	ck_assert_int_eq(world_number("SELECT state FROM absence"), 1);
}
END_TEST

/* Two change at the same time: one wins, the other learns of it. */
START_TEST(two_changes_at_once)
{
	struct db_account account = { getenv("RENRAKU_TEST_SOCKET"),
		world_text("SELECT DATABASE()"), "root", "", 60 };
	struct absence row = reported(&a, AOI, "2026-06-01");
	struct absence_change change = { ABSENT, "家庭の都合", MINUTE_NONE,
		"", 1 };
	struct db *other = db_init(&account);

	MUST(db_begin(other));
	MUST(absence_change(world.a, other, &a, &row, &change, MONDAY, &why));
	MUST(db_commit(other));
	MUST(db_begin(world.db));
	GIVES(absence_withdraw(world.a, world.db, &a, &row, 1, MONDAY),
	    ERR_STALE);
	db_rollback(world.db);
	db_free(other);
	ck_assert_int_eq(world_number("SELECT state FROM absence"), 1);
}
END_TEST

/* ── clocks (design 12) ─────────────────────────────────────────────────── */

static const struct {
	const char *day, *clock, *next;
} clocks[] = {
	{ "2026-05-31", "22:00", "2026-06-01" },	/* Sunday night */
	{ "2026-06-01", "00:00", "2026-06-01" },
	{ "2026-06-01", "23:59", "2026-06-02" },
	{ "2026-04-01", "00:00", "2026-04-01" },
	{ "2026-04-01", "07:00", "2026-04-02" },
	{ "2027-03-31", "23:59", "2027-03-31" },
};

START_TEST(at_every_clock)
{
	struct stamp now = at(clocks[_i].day, clocks[_i].clock);
	struct actor who = world_guardian(A, now);
	struct uid uid = world_report(&who, SOTA, clocks[_i].next, "発熱",
	    now);
	struct absence row;

	ck_assert_str_eq(world_text("SELECT day FROM absence"),
	    clocks[_i].next);
	MUST(absence_load(world.a, world.db, &who, uid, now, &row));
	ck_assert_int_eq(row.created_at.us, now.us);
	ck_assert(absence_is_open(&row, now));
	ck_assert_str_eq(world_told(OUTBOX_REPORT), "A@example.jp b@example.jp");
	MUST(absence_withdraw(world.a, world.db, &who, &row, 1, now));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("model/absence_change");
	TCase *c = world_case(s, "absence_change", begin);

	tcase_add_test(c, the_other_guardian_sees_a_report);
	tcase_add_test(c, protected_household_hides_a_report);
	tcase_add_test(c, strangers_find_nothing);
	tcase_add_test(c, change_keeps_every_version);
	tcase_add_test(c, an_old_version_changes_nothing);
	tcase_add_test(c, changes_are_checked);
	tcase_add_test(c, closed_for_changes);
	tcase_add_test(c, two_changes_at_once);
	tcase_add_loop_test(c, at_every_clock, 0, COUNT(clocks));
	return world_suite(s);
}
