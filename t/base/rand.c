/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Ids and letter codes: their one spelling, and what people make of codes. */
#include "base/rand.h"

#include <check.h>
#include <string.h>

#include "base/str.h"

static struct arena *a;

static void
open_arena(void)
{
	a = arena_init((size_t)16 * 1024 * 1024);
}

static void
close_arena(void)
{
	arena_free(a);
}

START_TEST(below_is_below_and_reaches_all)
{
	unsigned seen = 0;

	for (int i = 0; i < 2000; i++) {
		unsigned v = rand_below(7);
		ck_assert_uint_lt(v, 7);
		seen |= 1u << v;
	}
	ck_assert_uint_eq(seen, 0x7f);
	ck_assert_uint_eq(rand_below(1), 0);
}
END_TEST

START_TEST(uid_round_trip)
{
	struct uid u = uid_new(), v;
	struct uid zero = { { 0 } };

	ck_assert(uid_is(u) && !uid_is(zero));
	ck_assert(!uid_eq(u, uid_new()));
	ck_assert_uint_eq(strlen(uid_text(a, u)), UID_TEXT);
	ck_assert_int_eq(uid_parse(uid_text(a, u), &v), OK);
	ck_assert(uid_eq(u, v));
}
END_TEST

START_TEST(uid_has_one_spelling)
{
	static const char *const bad[] = { "", "AAAAAAAAAAAAAAAAAAAAA",
		"AAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAB",
		"AAAAAAAAAAAAAAAAAAAAA=", "AAAAAAAAAA+AAAAAAAAAAA",
		"AAAAAAAAAA AAAAAAAAAAA" };
	struct uid u;

	for (size_t i = 0; i < COUNT(bad); i++)
		ck_assert_msg(uid_parse(bad[i], &u) == ERR_INVALID,
		    "\"%s\" was taken", bad[i]);
	ck_assert_int_eq(uid_parse(NULL, &u), ERR_INVALID);
	ck_assert_int_eq(uid_parse("AAAAAAAAAAAAAAAAAAAAAQ", &u), OK);
	ck_assert_uint_eq(u.b[15], 1);
}
END_TEST

START_TEST(codes_are_grouped)
{
	char *code = code_new(a, 16), *normal;

	ck_assert_uint_eq(strlen(code), 19);
	ck_assert(code[4] == '-' && code[9] == '-' && code[14] == '-');
	ck_assert_uint_eq(strcspn(code, "ILOU"), 19);
	ck_assert_int_eq(code_normal(a, code, 16, &normal), OK);
	ck_assert_uint_eq(strlen(normal), 16);
	ck_assert_str_ne(code, code_new(a, 16));
	ck_assert_str_eq(code_new(a, 0), "");
	ck_assert_uint_eq(strlen(code_new(a, 5)), 6);
}
END_TEST

START_TEST(codes_as_people_type_them)
{
	static const char *const good[] = { "0AB1-1XYZ", "oab1-lxyz",
		"OAB1 ixyz", " ０ＡＢ１ー１ＸＹＺ　", "０ａｂ１－１ｘｙｚ",
		"0ab1―1xyz", "0AB11XYZ" };
	static const char *const bad[] = { "", "0AB1-1XY", "0AB1-1XYZ0",
		"0AB1-1XYU", "0AB1-1XY!", "0AB1-1XYあ" };
	char *code;

	for (size_t i = 0; i < COUNT(good); i++) {
		ck_assert_msg(code_normal(a, good[i], 8, &code) == OK,
		    "\"%s\" was refused", good[i]);
		ck_assert_str_eq(code, "0AB11XYZ");
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		ck_assert_msg(code_normal(a, bad[i], 8, &code) == ERR_INVALID,
		    "\"%s\" was taken", bad[i]);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("rand");
	TCase *t = tcase_create("rand");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, open_arena, close_arena);
	tcase_add_test(t, below_is_below_and_reaches_all);
	tcase_add_test(t, uid_round_trip);
	tcase_add_test(t, uid_has_one_spelling);
	tcase_add_test(t, codes_are_grouped);
	tcase_add_test(t, codes_as_people_type_them);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
