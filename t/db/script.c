/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Where a file of SQL is cut into statements. Needs no server. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "db/script.h"

#define PARTS 8

static const struct {
	const char *text;
	const char *parts[PARTS];
	int lines[PARTS];
} good[] = {
	{ "", { 0 }, { 0 } },
	{ " \n\t\r\n", { 0 }, { 0 } },
	{ "-- only this\n# and this\n/* and\nthis */\n--", { 0 }, { 0 } },
	{ "A;", { "A" }, { 1 } },
	{ "A;\n", { "A" }, { 1 } },
	{ "A;\nB;\n", { "A", "B" }, { 1, 2 } },
	{ "\n\n  A\nB\n;\r\nC;", { "A\nB\n", "C" }, { 3, 6 } },
	{ "A; B;\nC;", { "A; B", "C" }, { 1, 2 } },
	{ "A;  \t\nB;", { "A", "B" }, { 1, 2 } },
	{ "A; -- why\nB; # why\nC;", { "A", "B", "C" }, { 1, 2, 3 } },
	{ "-- it's\nA;", { "A" }, { 2 } },
	{ "A -- it's;\nB;", { "A -- it's;\nB" }, { 1 } },
	{ "A # \";\nB;", { "A # \";\nB" }, { 1 } },
	{ "A /* ;\n'*/ B;\nC;", { "A /* ;\n'*/ B", "C" }, { 1, 3 } },
	{ "/* x */ A;", { "A" }, { 1 } },
	{ "/*!99 A */;\nB;", { "/*!99 A */", "B" }, { 1, 2 } },
	{ "/*M!99 A */;", { "/*M!99 A */" }, { 1 } },
	{ "A ';\n' B;\nC;", { "A ';\n' B", "C" }, { 1, 3 } },
	{ "A \";\n\" B;", { "A \";\n\" B" }, { 1 } },
	{ "A `;\n\\` B;", { "A `;\n\\` B" }, { 1 } },
	{ "A 'it''s;\n' B;", { "A 'it''s;\n' B" }, { 1 } },
	{ "A '\\';\n' B;", { "A '\\';\n' B" }, { 1 } },
	{ "A '\\\\';\nB;", { "A '\\\\'", "B" }, { 1, 2 } },
	{ "A '-- /* #';\nB;", { "A '-- /* #'", "B" }, { 1, 2 } },
	{ "A 5--3;\nB;", { "A 5--3", "B" }, { 1, 2 } },
	{ "A '名前;\n' ;\n", { "A '名前;\n' " }, { 1 } },
	{ "A '\\\n';\nB;", { "A '\\\n'", "B" }, { 1, 3 } },
};

static const struct {
	const char *text;
	int line;
} bad[] = {
	{ "A", 1 },
	{ "A;\n\nB\n", 3 },
	{ "A;\nB; C", 2 },
	{ "A;\nB 'x;\n", 2 },
	{ "A \"x;\n", 1 },
	{ "A `x;\n", 1 },
	{ "A '\\", 1 },
	{ "A;\n/* x;\n", 2 },
	{ "A;\n/*! x;\n", 2 },
	{ "\nA; /* x\n*/", 2 },
	{ ";", 1 },
	{ "A;\n\n;", 3 },
};

START_TEST(cuts)
{
	struct script s = script_init(good[_i].text, strlen(good[_i].text));
	struct script_part p;

	for (int i = 0; good[_i].parts[i] != NULL; i++) {
		ck_assert_int_eq(script_next(&s, &p), OK);
		ck_assert_uint_eq(p.n, strlen(good[_i].parts[i]));
		ck_assert_mem_eq(p.p, good[_i].parts[i], p.n);
		ck_assert_int_eq(p.line, good[_i].lines[i]);
	}
	ck_assert_int_eq(script_next(&s, &p), ERR_NONE);
	ck_assert_int_eq(script_next(&s, &p), ERR_NONE);
}
END_TEST

START_TEST(refuses_what_does_not_end)
{
	struct script s = script_init(bad[_i].text, strlen(bad[_i].text));
	struct script_part p;
	enum err err;

	while ((err = script_next(&s, &p)) == OK)
		continue;
	ck_assert_int_eq(err, ERR_INVALID);
	ck_assert_int_eq(p.line, bad[_i].line);
}
END_TEST

/* A copy of exactly this length: a look behind the end is seen. */
START_TEST(never_looks_behind_the_end)
{
	const char *text = good[_i].text;
	size_t length = strlen(text);

	for (size_t n = 0; n <= length; n++) {
		char *copy = malloc(n + 1);
		struct script s;
		struct script_part p;

		ck_assert_ptr_nonnull(copy);
		memcpy(copy, text, n);
		copy = realloc(copy, n == 0 ? 1 : n);
		ck_assert_ptr_nonnull(copy);
		s = script_init(copy, n);
		while (script_next(&s, &p) == OK)
			ck_assert(p.p >= copy && p.p + p.n <= copy + n);
		free(copy);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("script");
	TCase *t = tcase_create("script");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_loop_test(t, cuts, 0, (int)COUNT(good));
	tcase_add_loop_test(t, refuses_what_does_not_end, 0, (int)COUNT(bad));
	tcase_add_loop_test(t, never_looks_behind_the_end, 0, (int)COUNT(good));
	suite_add_tcase(s, t);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
