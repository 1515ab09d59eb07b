/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The queue: recipients, leases that never hand a row out twice, retries and
 * ends. Who is told about a report is t/model/absence.c. */
#include "model/outbox.h"

#include "t/model/world.h"

#define MONDAY at("2026-06-01", "07:10")

static int64_t
job(int kind, int lane, int64_t object)
{
	struct outbox_job j = { kind, lane, CHUO, AOI, object, "{}", 12 };
	int64_t id;

	MUST(outbox_add(world.db, &j, MONDAY, &id));
	return id;
}

static struct list
lease(int queue, int64_t most)
{
	struct list items;

	MUST(outbox_lease(world.a, world.db, queue, most, 60, &items));
	return items;
}

static void
fill(int n, int lane)
{
	int64_t id = job(OUTBOX_REPORT, lane, 0);

	for (int i = 0; i < n; i++)
		MUST(outbox_to(world.db, id, A,
		    str_printf(world.a, "x%d@example.jp", i), "ja"));
}

/* Nobody waits for a lease to end: its end is moved. */
static void
let_leases_end(void)
{
	world_run("UPDATE outbox_recipient SET due_at = UTC_TIMESTAMP(6)"
	    " WHERE state = 0");
}

START_TEST(params_are_json)
{
	ck_assert_str_eq(outbox_params(world.a, NULL), "{}");
	ck_assert_str_eq(outbox_params(world.a, "given", "𠮷平", "q",
	    "a\"b\\c\n", NULL),
	    "{\"given\":\"𠮷平\",\"q\":\"a\\\"b\\\\c\\n\"}");
}
END_TEST

START_TEST(what_an_item_says)
{
	struct outbox_item *x;
	struct list items;
	int64_t id = job(OUTBOX_VERIFY, LANE_URGENT, 605);

	MUST(outbox_to(world.db, id, E, "Someone@Example.JP", "en"));
	items = lease(LANE_URGENT, 10);
	ck_assert_uint_eq(items.n, 1);
	x = LIST_AT(items, struct outbox_item, 0);
	ck_assert_int_eq(x->outbox_id, id);
	ck_assert_int_eq(x->kind, OUTBOX_VERIFY);
	ck_assert_str_eq(x->address, "Someone@Example.JP");
	ck_assert_str_eq(x->domain, "example.jp");
	ck_assert_str_eq(x->lang, "en");
	ck_assert_str_eq(x->params, "{}");
	ck_assert_str_eq(x->school, "中央小学校");
	ck_assert_str_eq(x->phone, "03-0000-0001");
	ck_assert(uid_eq(x->object_uid, world_uid("guardian_email", 605)));
	ck_assert_int_eq(x->tries, 1);
	ck_assert_int_eq(x->expires_at.us, stamp_add(MONDAY, 12 * 3600).us);
	ck_assert(uid_is(x->uid));
}
END_TEST

START_TEST(mail_of_the_city_names_no_school)
{
	struct outbox_job j = { OUTBOX_VERIFY, LANE_URGENT, 0, 0, 0, "{}", 1 };
	struct list items;
	int64_t id;

	MUST(outbox_add(world.db, &j, MONDAY, &id));
	MUST(outbox_to(world.db, id, 0, "x@example.jp", "ja"));
	items = lease(LANE_URGENT, 1);
	ck_assert_uint_eq(items.n, 1);
	ck_assert_ptr_null(LIST_AT(items, struct outbox_item, 0)->school);
	ck_assert(!uid_is(LIST_AT(items, struct outbox_item, 0)->object_uid));
}
END_TEST

START_TEST(one_address_once)
{
	int64_t id = job(OUTBOX_REPORT, LANE_NORMAL, 0);

	MUST(outbox_to(world.db, id, A, "x@example.jp", "ja"));
	GIVES(outbox_to(world.db, id, B, "x@example.jp", "ja"), ERR_EXISTS);
	MUST(outbox_to_guardians(world.db, id, AOI, A, 0, MONDAY));
	MUST(outbox_to_guardians(world.db, id, AOI, A, 0, MONDAY));
	ck_assert_str_eq(world_told(OUTBOX_REPORT),
	    "A@example.jp b@example.jp x@example.jp");
}
END_TEST

START_TEST(who_is_meant)
{
	static const struct {
		int64_t pupil, only, except;
		const char *told;
	} rows[] = {
		{ AOI, A, 0, "A@example.jp b@example.jp" },
		{ AOI, 0, 0, "A@example.jp b@example.jp" },
		{ AOI, A, A, "b@example.jp" },
		{ RIN, P, 0, "p@example.jp" },
		{ RIN, 0, 0, "p@example.jp q@example.jp" },	/* the school */
		{ RIN, P, P, "" },
		{ KIPPEI, D, 0, "" },
		{ YUI, E, 0, "" },
		{ LONG_NAME, 0, 0, "" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t id = job(OUTBOX_REPORT, LANE_NORMAL, 0);

		MUST(outbox_to_guardians(world.db, id, rows[i].pupil,
		    rows[i].only, rows[i].except, MONDAY));
		ck_assert_msg(str_eq(world_told(OUTBOX_REPORT), rows[i].told),
		    "row %zu: %s", i, world_told(OUTBOX_REPORT));
	}
}
END_TEST

START_TEST(nothing_is_leased_twice)
{
	struct list first, second, third;

	fill(5, LANE_NORMAL);
	first = lease(LANE_NORMAL, 3);
	second = lease(LANE_NORMAL, 3);
	third = lease(LANE_NORMAL, 3);
	ck_assert_uint_eq(first.n, 3);
	ck_assert_uint_eq(second.n, 2);
	ck_assert_uint_eq(third.n, 0);
	ck_assert_str_eq(LIST_AT(first, struct outbox_item, 0)->address,
	    "x0@example.jp");
	ck_assert_str_eq(LIST_AT(second, struct outbox_item, 0)->address,
	    "x3@example.jp");
	/* The sender died: its leases come back. */
	let_leases_end();
	first = lease(LANE_NORMAL, 10);
	ck_assert_uint_eq(first.n, 5);
	ck_assert_int_eq(LIST_AT(first, struct outbox_item, 0)->tries, 2);
}
END_TEST

/* A second sender passes over what the first is taking. */
START_TEST(two_senders_at_once)
{
	struct list items;

	fill(4, LANE_NORMAL);
	world_run("BEGIN; SELECT id FROM outbox_recipient ORDER BY id LIMIT 2"
	    " FOR UPDATE");
	items = lease(LANE_NORMAL, 4);
	world_run("ROLLBACK");
	ck_assert_uint_eq(items.n, 2);
	ck_assert_str_eq(LIST_AT(items, struct outbox_item, 0)->address,
	    "x2@example.jp");
}
END_TEST

START_TEST(lanes_do_not_mix)
{
	fill(1, LANE_URGENT);
	fill(2, LANE_BULK);
	ck_assert_uint_eq(lease(LANE_NORMAL, 10).n, 0);
	ck_assert_uint_eq(lease(LANE_BULK, 10).n, 2);
	ck_assert_uint_eq(lease(LANE_URGENT, 10).n, 1);
}
END_TEST

START_TEST(ends)
{
	struct list items;
	int64_t id[3];

	fill(3, LANE_NORMAL);
	items = lease(LANE_NORMAL, 3);
	for (size_t i = 0; i < 3; i++)
		id[i] = LIST_AT(items, struct outbox_item, i)->id;
	MUST(outbox_done(world.db, id[0], OUTBOX_SENT, 250, MONDAY));
	MUST(outbox_done(world.db, id[1], OUTBOX_REFUSED, 550, MONDAY));
	MUST(outbox_done(world.db, id[2], OUTBOX_EXPIRED, 0, MONDAY));
	let_leases_end();
	ck_assert_uint_eq(lease(LANE_NORMAL, 3).n, 0);
	/* An end is the end. */
	MUST(outbox_done(world.db, id[0], OUTBOX_REFUSED, 550, MONDAY));
	MUST(outbox_again(world.db, id[0], 0, 450));
	MUST(outbox_release(world.db, id[0], 0));
	ck_assert_str_eq(world_text("SELECT GROUP_CONCAT(CONCAT(state, ':',"
	    " reply) ORDER BY id) FROM outbox_recipient"), "1:250,2:550,3:0");
}
END_TEST

/* A retry waits in a queue of its own; a lease given back counts no try. */
START_TEST(again_and_back)
{
	struct outbox_item *x;
	struct list items;

	fill(1, LANE_NORMAL);
	items = lease(LANE_NORMAL, 1);
	x = LIST_AT(items, struct outbox_item, 0);
	MUST(outbox_release(world.db, x->id, 0));
	items = lease(LANE_NORMAL, 1);
	ck_assert_uint_eq(items.n, 1);
	ck_assert_int_eq(LIST_AT(items, struct outbox_item, 0)->tries, 1);
	MUST(outbox_again(world.db, x->id, 0, 450));
	ck_assert_uint_eq(lease(LANE_NORMAL, 1).n, 0);
	items = lease(LANE_NORMAL + 10, 1);
	ck_assert_uint_eq(items.n, 1);
	ck_assert_int_eq(LIST_AT(items, struct outbox_item, 0)->tries, 2);
	MUST(outbox_again(world.db, x->id, 3600, 451));
	ck_assert_uint_eq(lease(LANE_NORMAL + 10, 1).n, 0);
	ck_assert_int_eq(world_number("SELECT reply FROM outbox_recipient"),
	    451);
	let_leases_end();
	ck_assert_uint_eq(lease(LANE_NORMAL + 10, 1).n, 1);
}
END_TEST

/* Announced only when it is true. */
START_TEST(rolled_back_is_never_sent)
{
	MUST(db_begin(world.db));
	fill(1, LANE_NORMAL);
	db_rollback(world.db);
	ck_assert_uint_eq(lease(LANE_NORMAL, 1).n, 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("model/outbox");
	TCase *c = world_case(s, "outbox", world_begin);

	tcase_add_test(c, params_are_json);
	tcase_add_test(c, what_an_item_says);
	tcase_add_test(c, mail_of_the_city_names_no_school);
	tcase_add_test(c, one_address_once);
	tcase_add_test(c, who_is_meant);
	tcase_add_test(c, nothing_is_leased_twice);
	tcase_add_test(c, two_senders_at_once);
	tcase_add_test(c, lanes_do_not_mix);
	tcase_add_test(c, ends);
	tcase_add_test(c, again_and_back);
	tcase_add_test(c, rolled_back_is_never_sent);
	return world_suite(s);
}
