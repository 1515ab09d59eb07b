/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Growing across the doublings keeps every element and begins new ones at
 * zero. */
#include "base/list.h"

#include <check.h>

START_TEST(grows_and_keeps)
{
	struct arena *a = arena_init(16 << 20);
	struct list list = { NULL, 0 };

	for (int64_t i = 0; i < 1000; i++) {
		int64_t *x = list_add(a, &list, sizeof *x);

		ck_assert_int_eq(*x, 0);
		*x = i + 1;
		ck_assert_uint_eq(list.n, (size_t)i + 1);
	}
	for (size_t i = 0; i < list.n; i++)
		ck_assert_int_eq(*LIST_AT(list, int64_t, i), (int64_t)i + 1);
	arena_free(a);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("list");
	TCase *t = tcase_create("list");
	SRunner *r;
	int failed;

	tcase_add_test(t, grows_and_keeps);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
