/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Counting failures: the limit of each kind, the window of 15 minutes, and
 * that one thing's failures are not another's. */
#include "model/failure.h"

#include "t/model/world.h"

#define MONDAY at("2026-06-01", "07:10")

static void
failing(enum failure_of of, const char *what, int n, struct stamp now)
{
	for (int i = 0; i < n; i++)
		MUST(failure_count(world.db, of, what, now));
}

static enum err
check(enum failure_of of, const char *what, struct stamp now)
{
	return failure_check(world.db, of, what, now);
}

static const struct {
	enum failure_of of;
	int most;
} kinds[] = {
	{ FAILURE_ACCOUNT, 10 }, { FAILURE_DEVICE, 10 },
	{ FAILURE_ADDRESS, 100 }, { FAILURE_CODE, 30 },
	{ FAILURE_DENIED, 20 },
};

START_TEST(limits)
{
	MUST(check(kinds[_i].of, "x", MONDAY));
	failing(kinds[_i].of, "x", kinds[_i].most - 1, MONDAY);
	MUST(check(kinds[_i].of, "x", MONDAY));
	failing(kinds[_i].of, "x", 1, MONDAY);
	GIVES(check(kinds[_i].of, "x", MONDAY), ERR_LIMIT);
	/* Neither another thing nor the same word of another kind. */
	MUST(check(kinds[_i].of, "y", MONDAY));
	for (size_t k = 0; k < COUNT(kinds); k++)
		if (k != (size_t)_i)
			MUST(check(kinds[k].of, "x", MONDAY));
	MUST(failure_clear(world.db, kinds[_i].of, "x"));
	MUST(check(kinds[_i].of, "x", MONDAY));
}
END_TEST

/* The window opens with the first failure; after it, counting begins anew. */
START_TEST(window)
{
	struct stamp last = stamp_add(MONDAY, 899);
	struct stamp over = stamp_add(MONDAY, 900);

	failing(FAILURE_ACCOUNT, "x", 1, MONDAY);
	failing(FAILURE_ACCOUNT, "x", 9, last);
	GIVES(check(FAILURE_ACCOUNT, "x", last), ERR_LIMIT);
	MUST(check(FAILURE_ACCOUNT, "x", over));
	failing(FAILURE_ACCOUNT, "x", 1, over);
	MUST(check(FAILURE_ACCOUNT, "x", over));
	ck_assert_int_eq(world_number("SELECT failures FROM failure"), 1);
}
END_TEST

START_TEST(the_table_names_nobody)
{
	failing(FAILURE_ACCOUNT, "200000001", 1, MONDAY);
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM failure"
	    " WHERE counted LIKE '%%200000001%%'"), 0);
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM failure"), 1);
}
END_TEST

/* Longer than the buffer that is hashed, and equal at its beginning. */
START_TEST(long_words)
{
	char *word = arena_alloc(world.a, 2000);

	memset(word, 'x', 1999);
	failing(FAILURE_ADDRESS, word, 100, MONDAY);
	GIVES(check(FAILURE_ADDRESS, word, MONDAY), ERR_LIMIT);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("model/failure");
	TCase *c = world_case(s, "failure", world_begin);

	tcase_add_loop_test(c, limits, 0, COUNT(kinds));
	tcase_add_test(c, window);
	tcase_add_test(c, the_table_names_nobody);
	tcase_add_test(c, long_words);
	return world_suite(s);
}
