/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Every outcome has a name; TRY leaves with the first that is not OK. */
#include "base/err.h"

#include <check.h>

START_TEST(each_has_its_name)
{
	ck_assert_str_eq(err_name(OK), "OK");
	ck_assert_str_eq(err_name(ERR_NONE), "ERR_NONE");
	ck_assert_str_eq(err_name(ERR_BUG), "ERR_BUG");
	for (int e = OK; e <= ERR_BUG; e++)
		ck_assert_str_ne(err_name((enum err)e), "ERR_?");
	ck_assert_str_eq(err_name((enum err)(ERR_BUG + 1)), "ERR_?");
	ck_assert_str_eq(err_name((enum err)-1), "ERR_?");
}
END_TEST

static enum err
tries(enum err first, int *went_on)
{
	*went_on = 0;
	TRY(first);
	*went_on = 1;
	return OK;
}

START_TEST(try_leaves_early)
{
	int on;

	ck_assert_int_eq(tries(ERR_STALE, &on), ERR_STALE);
	ck_assert_int_eq(on, 0);
	ck_assert_int_eq(tries(OK, &on), OK);
	ck_assert_int_eq(on, 1);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("err");
	TCase *t = tcase_create("err");
	SRunner *r;
	int failed;

	tcase_add_test(t, each_has_its_name);
	tcase_add_test(t, try_leaves_early);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
