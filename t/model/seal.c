/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The chain over the access history: what is sealed when, and that every
 * alteration, removal and reordering is found. */
#include "model/seal.h"

#include "model/audit.h"
#include "t/model/world.h"

#define MONDAY at("2026-06-01", "07:10")
#define AFTER(seconds) stamp_add(MONDAY, seconds)

static struct keys *keys;

static void
begin(void)
{
	world_begin();
	keys = world_keys();
}

static void
end(void)
{
	world_keys_end(keys);
	world_end();
}

static void
write_row(struct stamp now)
{
	struct actor who = actor_operator();
	struct audit x = { .side = AUDIT_STAFF, .who = &who, .agent = "a|b",
		.request = "c", .event = "event", .method = "GET",
		.path = "/x", .filter = "d|e", .fields = "f", .object_id = 7,
		.result = AUDIT_SUCCESS, .status = 200 };

	MUST(audit_write(world.db, &x, now));
}

static int64_t
seal(struct stamp now)
{
	int64_t n = -1;

	MUST(seal_run(world.a, world.db, keys, now, false, &n));
	return n;
}

static struct seal_report
verify(struct stamp now)
{
	struct seal_report r;

	MUST(seal_verify(world.a, world.db, keys, now, &r));
	return r;
}

/* Five sealed rows; the key of the first. */
static int64_t
five(void)
{
	for (int i = 0; i < 5; i++)
		write_row(AFTER(i));
	ck_assert_int_eq(seal(AFTER(100)), 5);
	return world_number("SELECT MIN(id) FROM audit_log");
}

START_TEST(older_than_a_minute)
{
	write_row(MONDAY);
	write_row(AFTER(30));
	ck_assert_int_eq(seal(AFTER(60)), 0);
	ck_assert_int_eq(seal(AFTER(61)), 1);
	ck_assert_int_eq(seal(AFTER(61)), 0);
	ck_assert_int_eq(seal(AFTER(91)), 1);
	ck_assert_int_eq(world_number("SELECT GROUP_CONCAT(seq ORDER BY seq)"
	    " = '1,2' FROM audit_seal"), 1);
}
END_TEST

START_TEST(an_empty_history)
{
	struct seal_report r;

	ck_assert_int_eq(seal(MONDAY), 0);
	r = verify(MONDAY);
	ck_assert_int_eq(r.seals, 0);
	ck_assert_int_eq(r.broken, 0);
	ck_assert_int_eq(r.stragglers, 0);
}
END_TEST

START_TEST(a_whole_chain)
{
	struct seal_report r;

	five();
	write_row(AFTER(200));
	ck_assert_int_eq(seal(AFTER(300)), 1);
	r = verify(AFTER(300));
	ck_assert_int_eq(r.seals, 6);
	ck_assert_int_eq(r.broken, 0);
	ck_assert_int_eq(r.stragglers, 0);
}
END_TEST

/* A row that commits after later ones were sealed is sealed all the same. */
START_TEST(a_late_commit)
{
	int64_t first = five();
	struct seal_report r;

	world_run("UPDATE audit_log SET id = id + 1000000 WHERE id = %lld",
	    (long long)first);
	world_run("DELETE FROM audit_seal");
	world_run("DELETE FROM audit_log WHERE id > 1000000");
	ck_assert_int_eq(seal(AFTER(100)), 4);
	write_row(AFTER(2));
	world_run("UPDATE audit_log SET id = %lld ORDER BY id DESC LIMIT 1",
	    (long long)first);
	ck_assert_int_eq(seal(AFTER(100)), 1);
	r = verify(AFTER(600));
	ck_assert_int_eq(r.seals, 5);
	ck_assert_int_eq(r.broken, 0);
	ck_assert_int_eq(r.stragglers, 0);
}
END_TEST

START_TEST(stragglers_are_counted)
{
	five();
	write_row(AFTER(200));
	ck_assert_int_eq(verify(AFTER(500)).stragglers, 0);
	ck_assert_int_eq(verify(AFTER(501)).stragglers, 1);
	ck_assert_int_eq(verify(AFTER(501)).broken, 0);
}
END_TEST

/* Each column by itself, and values that move across a border. */
static const char *const alterations[] = {
	"at = at + INTERVAL 1 MICROSECOND",
	"side = 1", "organization_id = 2", "actor_kind = 1", "actor_id = 1",
	"actor_login = 'x'", "role = 0", "session_ref = 'x'", "address = 'x'",
	"agent = 'x'", "request = 'x'", "event = 'x'", "method = 'x'",
	"path = 'x'", "object_id = NULL", "object_id = 8", "pupil_id = 101",
	"subjects = 1", "filter = 'x'", "fields = 'x'", "result = 2",
	"status = 404",
	"agent = 'a', request = 'b|c'",
	"filter = 'd', fields = 'e|f'",
	"agent = 'a|b|c', request = ''",
};

START_TEST(an_altered_row)
{
	int64_t first = five();
	struct seal_report r;

	world_run("UPDATE audit_log SET %s WHERE id = %lld", alterations[_i],
	    (long long)first + 2);
	r = verify(AFTER(100));
	ck_assert_int_eq(r.broken, 3);
	ck_assert_int_eq(r.audit_id, first + 2);
}
END_TEST

START_TEST(a_removed_row)
{
	int64_t first = five();
	struct seal_report r;

	world_run("DELETE FROM audit_log WHERE id = %lld",
	    (long long)first + 1);
	r = verify(AFTER(100));
	ck_assert_int_eq(r.broken, 2);
	ck_assert_int_eq(r.audit_id, first + 1);
	ck_assert(r.missing);
}
END_TEST

/* With its seal: the numbers no longer follow one another. */
START_TEST(a_removed_link)
{
	int64_t first = five();
	struct seal_report r;

	world_run("DELETE FROM audit_log WHERE id = %lld;"
	    "DELETE FROM audit_seal WHERE seq = 2", (long long)first + 1);
	r = verify(AFTER(100));
	ck_assert_int_eq(r.broken, 3);
	ck_assert(!r.missing);
	world_run("UPDATE audit_seal SET seq = seq - 1 WHERE seq > 2"
	    " ORDER BY seq");
	ck_assert_int_eq(verify(AFTER(100)).broken, 2);
}
END_TEST

START_TEST(reordered_rows)
{
	int64_t first = five();

	world_run("UPDATE audit_log SET id = 0 WHERE id = %lld;"
	    "UPDATE audit_log SET id = %lld, at = '%s' WHERE id = %lld;"
	    "UPDATE audit_log SET id = %lld, at = '%s' WHERE id = 0",
	    (long long)first + 1, (long long)first + 1,
	    "2026-05-31 22:10:01", (long long)first + 2, (long long)first + 2,
	    "2026-05-31 22:10:02");
	/* The rows differ in nothing but their keys, and are as before. */
	ck_assert_int_eq(verify(AFTER(100)).broken, 0);
	world_run("UPDATE audit_seal s, audit_seal t SET s.seq = 100"
	    " WHERE s.seq = 2 AND t.seq = 3;"
	    "UPDATE audit_seal SET seq = 2 WHERE seq = 3;"
	    "UPDATE audit_seal SET seq = 3 WHERE seq = 100");
	ck_assert_int_eq(verify(AFTER(100)).broken, 2);
}
END_TEST

START_TEST(a_forged_row)
{
	five();
	world_run("INSERT INTO audit_seal (seq, audit_id, audit_at, key_id,"
	    " chain) SELECT 6, l.id, l.at, 1, REPEAT('x', 32) FROM audit_log l"
	    " WHERE l.id = (SELECT MAX(id) FROM audit_log) AND NOT EXISTS"
	    " (SELECT 1 FROM audit_seal WHERE audit_id = l.id)");
	write_row(AFTER(10));
	world_run("INSERT INTO audit_seal (seq, audit_id, audit_at, key_id,"
	    " chain) SELECT 6, id, at, 1, REPEAT('x', 32) FROM audit_log"
	    " ORDER BY id DESC LIMIT 1");
	ck_assert_int_eq(verify(AFTER(100)).broken, 6);
}
END_TEST

/* Who has no key makes no chain. */
START_TEST(a_key_that_is_gone)
{
	five();
	world_run("UPDATE audit_seal SET key_id = 77 WHERE seq = 4");
	ck_assert_int_eq(verify(AFTER(100)).broken, 4);
}
END_TEST

START_TEST(a_thousand_at_a_time)
{
	world_run("INSERT INTO audit_log (at, side, actor_kind, event, result)"
	    " SELECT '2026-05-31 22:10:00', 2, 0, 'x', 1 FROM seq_1_to_1500");
	ck_assert_int_eq(seal(AFTER(100)), 1000);
	ck_assert_int_eq(seal(AFTER(100)), 500);
	ck_assert_int_eq(seal(AFTER(100)), 0);
	ck_assert_int_eq(verify(AFTER(600)).seals, 1500);
	ck_assert_int_eq(verify(AFTER(600)).broken, 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("model/seal");
	TCase *c = tcase_create("seal");

	tcase_add_checked_fixture(c, begin, end);
	tcase_set_timeout(c, 60);
	suite_add_tcase(s, c);
	tcase_add_test(c, older_than_a_minute);
	tcase_add_test(c, an_empty_history);
	tcase_add_test(c, a_whole_chain);
	tcase_add_test(c, a_late_commit);
	tcase_add_test(c, stragglers_are_counted);
	tcase_add_loop_test(c, an_altered_row, 0, COUNT(alterations));
	tcase_add_test(c, a_removed_row);
	tcase_add_test(c, a_removed_link);
	tcase_add_test(c, reordered_rows);
	tcase_add_test(c, a_forged_row);
	tcase_add_test(c, a_key_that_is_gone);
	tcase_add_test(c, a_thousand_at_a_time);
	return world_suite(s);
}
