/* SPDX-License-Identifier: AGPL-3.0-or-later
 * When a session carries somebody and when it does not. */
#include "model/session.h"

#include "t/model/world.h"

#define MONDAY at("2026-06-01", "07:10")
#define MINUTES(n) stamp_add(MONDAY, (n) * 60)
#define HOURS(n) stamp_add(MONDAY, (n) * 3600)
#define DAYS(n) stamp_add(MONDAY, (n) * 86400)

static const unsigned char hash[DIGEST] = { 1, 2, 3 };
static const unsigned char other[DIGEST] = { 1, 2, 4 };

static enum err
guardian(struct stamp now, struct actor *who)
{
	return session_guardian(world.a, world.db, hash, now, who);
}

static enum err
staff(struct stamp now, struct actor *who)
{
	return session_staff(world.a, world.db, hash, now, who);
}

/* ── guardians ──────────────────────────────────────────────────────────── */

START_TEST(a_guardian)
{
	struct actor who;

	memset(&who, 0xff, sizeof who);
	MUST(session_guardian_open(world.db, B, hash, "Firefox", MONDAY));
	MUST(guardian(MONDAY, &who));
	ck_assert_int_eq(who.id, B);
	ck_assert_int_eq(who.role, ROLE_GUARDIAN);
	ck_assert_str_eq(who.login, "200000002");
	ck_assert_str_eq(who.lang, "en");
	ck_assert(who.has_email);
	ck_assert_ptr_null(who.name);
	ck_assert_int_eq(who.posting_id, 0);
	ck_assert_int_eq(who.seen_at.us, MONDAY.us);
	ck_assert_int_eq(who.proved_at.us, MONDAY.us);
	ck_assert_uint_eq(who.session.n, DIGEST);
	GIVES(session_guardian(world.a, world.db, other, MONDAY, &who),
	    ERR_NONE);
	/* The other side's sessions are not this side's. */
	GIVES(staff(MONDAY, &who), ERR_NONE);
}
END_TEST

START_TEST(has_email_means_proved)
{
	struct actor who;

	MUST(session_guardian_open(world.db, D, hash, "", MONDAY));
	MUST(guardian(MONDAY, &who));
	ck_assert(!who.has_email);
	MUST(session_guardian_open(world.db, E, other, "", MONDAY));
	MUST(session_guardian(world.a, world.db, other, MONDAY, &who));
	ck_assert(who.has_email);
}
END_TEST

START_TEST(slides_for_180_days)
{
	struct actor who;

	MUST(session_guardian_open(world.db, A, hash, "", MONDAY));
	MUST(guardian(DAYS(SESSION_GUARDIAN_DAYS - 1), &who));
	GIVES(guardian(DAYS(SESSION_GUARDIAN_DAYS), &who), ERR_NONE);
	MUST(guardian(DAYS(100), &who));
	MUST(session_touch(world.db, &who, DAYS(100)));
	MUST(guardian(DAYS(100 + SESSION_GUARDIAN_DAYS - 1), &who));
	ck_assert_int_eq(who.seen_at.us, DAYS(100).us);
	ck_assert_int_eq(who.proved_at.us, MONDAY.us);
	GIVES(guardian(DAYS(100 + SESSION_GUARDIAN_DAYS), &who), ERR_NONE);
}
END_TEST

START_TEST(ends_with_the_account)
{
	struct actor who;

	MUST(session_guardian_open(world.db, A, hash, "", MONDAY));
	world_run("UPDATE guardian SET ended_at = '2026-06-01' WHERE id = %d",
	    A);
	GIVES(guardian(MONDAY, &who), ERR_NONE);
}
END_TEST

START_TEST(touched_once_a_day)
{
	struct actor who;

	MUST(session_guardian_open(world.db, A, hash, "", MONDAY));
	MUST(guardian(MONDAY, &who));
	ck_assert(!session_is_stale(&who, MONDAY));
	ck_assert(!session_is_stale(&who, HOURS(24)));
	ck_assert(session_is_stale(&who, stamp_add(HOURS(24), 1)));
}
END_TEST

/* A sign-in POST that nginx repeats; and somebody else's cookie is not taken
 * over by it. */
START_TEST(opening_twice_is_once)
{
	struct actor who;

	MUST(session_guardian_open(world.db, A, hash, "one", MONDAY));
	MUST(session_guardian_open(world.db, A, hash, "two", HOURS(1)));
	MUST(guardian(HOURS(1), &who));
	ck_assert_int_eq(who.seen_at.us, MONDAY.us);
	MUST(session_guardian_open(world.db, B, hash, "", HOURS(1)));
	MUST(guardian(HOURS(1), &who));
	ck_assert_int_eq(who.id, A);
	ck_assert_int_eq(world_number("SELECT COUNT(*)"
	    " FROM guardian_session"), 1);
}
END_TEST

START_TEST(signing_out_of_this_device)
{
	struct actor who;

	MUST(session_guardian_open(world.db, A, hash, "", MONDAY));
	MUST(session_guardian_open(world.db, A, other, "", MONDAY));
	MUST(guardian(MONDAY, &who));
	MUST(session_close(world.db, &who));
	MUST(session_close(world.db, &who));
	GIVES(guardian(MONDAY, &who), ERR_NONE);
	MUST(session_guardian(world.a, world.db, other, MONDAY, &who));
}
END_TEST

/* ── staff ──────────────────────────────────────────────────────────────── */

START_TEST(a_teacher)
{
	struct actor who;

	MUST(session_staff_open(world.db, TEACHER, hash, "", MONDAY));
	MUST(staff(MONDAY, &who));
	ck_assert_int_eq(who.id, TEACHER);
	ck_assert_int_eq(who.role, ROLE_TEACHER);
	ck_assert_int_eq(who.posting_id, TEACHER + POSTING);
	ck_assert_int_eq(who.organization_id, CHUO);
	ck_assert_int_eq(who.organization_kind, ELEMENTARY);
	ck_assert_str_eq(who.organization_name, "中央小学校");
	ck_assert(uid_eq(who.organization_uid,
	    world_uid("organization", CHUO)));
	ck_assert_str_eq(who.name, "東 一郎");
	ck_assert_str_eq(who.lang, "ja");
	ck_assert(!who.own_classes);
	ck_assert_int_eq(actor_school(&who, HIGASHI), CHUO);
	ck_assert(!actor_is_city(&who));
	GIVES(guardian(MONDAY, &who), ERR_NONE);
}
END_TEST

START_TEST(scopes)
{
	struct actor who;

	world_run("UPDATE organization SET teacher_scope = 1");
	who = world_staff(TEACHER, MONDAY);
	ck_assert(who.own_classes);
	who = world_staff(PRINCIPAL, MONDAY);
	ck_assert(!who.own_classes);
	who = world_staff(BOARD_ADMIN, MONDAY);
	ck_assert(!who.own_classes && actor_is_city(&who));
	ck_assert_int_eq(actor_school(&who, HIGASHI), HIGASHI);
	ck_assert_int_eq(actor_school(&who, 0), 0);
	who = world_staff(AUDITOR, MONDAY);
	ck_assert(actor_is_city(&who));
	who = actor_operator();
	ck_assert(actor_is_city(&who));
	ck_assert_int_eq(who.role, ROLE_OPERATOR);
}
END_TEST

START_TEST(idle_for_sixty_minutes)
{
	struct actor who;

	MUST(session_staff_open(world.db, TEACHER, hash, "", MONDAY));
	GIVES(staff(MINUTES(60), &who), ERR_NONE);
	GIVES(staff(HOURS(3), &who), ERR_NONE);
	MUST(staff(MINUTES(59), &who));
	MUST(session_touch(world.db, &who, MINUTES(59)));
	MUST(staff(MINUTES(118), &who));
	GIVES(staff(MINUTES(119), &who), ERR_NONE);
}
END_TEST

/* Twelve hours end it, however busy. */
START_TEST(twelve_hours)
{
	struct actor who;

	MUST(session_staff_open(world.db, TEACHER, hash, "", MONDAY));
	MUST(staff(MONDAY, &who));
	for (int i = 1; i < SESSION_STAFF_HOURS * 2; i++)
		MUST(session_touch(world.db, &who, MINUTES(i * 30)));
	MUST(staff(MINUTES(SESSION_STAFF_HOURS * 60 - 1), &who));
	GIVES(staff(HOURS(SESSION_STAFF_HOURS), &who), ERR_NONE);
}
END_TEST

START_TEST(touched_every_five_minutes)
{
	struct actor who = world_staff(TEACHER, MONDAY);

	ck_assert(!session_is_stale(&who, MINUTES(5)));
	ck_assert(session_is_stale(&who, stamp_add(MINUTES(5), 1)));
}
END_TEST

START_TEST(ends_with_the_posting)
{
	static const char *const ends[] = {
		"UPDATE posting SET ends = '2026-05-31'",
		"UPDATE posting SET begins = '2026-06-02'",
		"UPDATE staff SET ended_at = '2026-05-31'",
	};

	for (size_t i = 0; i < COUNT(ends); i++) {
		struct actor who;

		world_end();
		world_begin();
		MUST(session_staff_open(world.db, TEACHER, hash, "", MONDAY));
		MUST(staff(MONDAY, &who));
		world_run("%s", ends[i]);
		GIVES(staff(MONDAY, &who), ERR_NONE);
	}
}
END_TEST

START_TEST(last_day_and_day_after)
{
	struct actor who;

	MUST(session_staff_open(world.db, TEACHER, hash, "",
	    at("2027-03-31", "23:50")));
	MUST(staff(at("2027-03-31", "23:59"), &who));
	GIVES(staff(at("2027-04-01", "00:00"), &who), ERR_NONE);
	GIVES(session_staff_open(world.db, TEACHER, other, "",
	    at("2027-04-01", "00:00")), ERR_NONE);
	GIVES(session_staff_open(world.db, TEACHER, other, "",
	    at("2026-03-31", "23:59")), ERR_NONE);
	MUST(session_staff_open(world.db, TEACHER, other, "",
	    at("2026-04-01", "00:00")));
}
END_TEST

START_TEST(nobody_without_a_posting)
{
	world_run("DELETE FROM posting_class WHERE posting_id = 401");
	world_run("DELETE FROM posting WHERE staff_id = %d", TEACHER);
	GIVES(session_staff_open(world.db, TEACHER, hash, "", MONDAY),
	    ERR_NONE);
	GIVES(session_staff_open(world.db, 999, hash, "", MONDAY), ERR_NONE);
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM staff_session"),
	    0);
}
END_TEST

START_TEST(the_widest_posting)
{
	struct actor who;

	world_run("INSERT INTO posting (id, uid, staff_id, organization_id,"
	    " role, begins, ends) VALUES (499, UNHEX(MD5(499)), %d, 3, 8,"
	    " '2026-04-01', '2027-03-31')", TEACHER);
	MUST(session_staff_open(world.db, TEACHER, hash, "", MONDAY));
	MUST(staff(MONDAY, &who));
	ck_assert_int_eq(who.role, ROLE_SCHOOL);
	ck_assert_int_eq(who.organization_id, HIGASHI);
	/* The session keeps its posting, and ends with it. */
	world_run("UPDATE posting SET ends = '2026-05-31' WHERE id = 499");
	GIVES(staff(MONDAY, &who), ERR_NONE);
}
END_TEST

START_TEST(staff_opening_twice_and_closing)
{
	struct actor who;

	MUST(session_staff_open(world.db, TEACHER, hash, "", MONDAY));
	MUST(session_staff_open(world.db, TEACHER, hash, "", MINUTES(1)));
	MUST(staff(MINUTES(1), &who));
	ck_assert_int_eq(who.seen_at.us, MONDAY.us);
	MUST(session_close(world.db, &who));
	GIVES(staff(MINUTES(1), &who), ERR_NONE);
}
END_TEST

static const struct {
	const char *day, *clock;
} clocks[] = {
	{ "2026-05-31", "22:00" }, { "2026-06-01", "00:00" },
	{ "2027-03-31", "23:59" }, { "2026-04-01", "00:00" },
};

START_TEST(at_every_clock)
{
	struct stamp now = at(clocks[_i].day, clocks[_i].clock);
	struct actor who = world_staff(PRINCIPAL, now);

	ck_assert_int_eq(who.organization_id, CHUO);
	who = world_guardian(A, now);
	ck_assert_int_eq(who.id, A);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("model/session");
	TCase *c = world_case(s, "session", world_begin);

	tcase_add_test(c, a_guardian);
	tcase_add_test(c, has_email_means_proved);
	tcase_add_test(c, slides_for_180_days);
	tcase_add_test(c, ends_with_the_account);
	tcase_add_test(c, touched_once_a_day);
	tcase_add_test(c, opening_twice_is_once);
	tcase_add_test(c, signing_out_of_this_device);
	tcase_add_test(c, a_teacher);
	tcase_add_test(c, scopes);
	tcase_add_test(c, idle_for_sixty_minutes);
	tcase_add_test(c, twelve_hours);
	tcase_add_test(c, touched_every_five_minutes);
	tcase_add_test(c, ends_with_the_posting);
	tcase_add_test(c, last_day_and_day_after);
	tcase_add_test(c, nobody_without_a_posting);
	tcase_add_test(c, the_widest_posting);
	tcase_add_test(c, staff_opening_twice_and_closing);
	tcase_add_loop_test(c, at_every_clock, 0, COUNT(clocks));
	return world_suite(s);
}
