/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Finding parameters, fields, files and cookies by name. */
#include "web/req.h"

#include <check.h>

static struct pair query[] = {
	{ .name = "day", .value = "2026-06-01" },
	{ .name = "day", .value = "2026-06-02" },
	{ .name = "empty", .value = "" },
};
static struct pair body[] = {
	{ .name = "photo", .file = "写真.jpg",
	    .data = { (const unsigned char *)"xy", 2 } },
	{ .name = "photo", .value = "文字" },
	{ .name = "reason", .value = "発熱" },
};
static struct pair cookies[] = {
	{ .name = "session", .value = "planted" },
	{ .name = "__Host-session", .value = "ours" },
	{ .name = "__Secure-lang", .value = "en" },
	{ .name = "__host-lang", .value = "en" },
};
static const struct req r = {
	.query_pairs = { query, COUNT(query) },
	.body_pairs = { body, COUNT(body) },
	.cookies = { cookies, COUNT(cookies) },
};

START_TEST(first_value)
{
	ck_assert_str_eq(req_query(&r, "day"), "2026-06-01");
	ck_assert_str_eq(req_query(&r, "empty"), "");
	ck_assert_str_eq(req_input(&r, "reason"), "発熱");
}
END_TEST

START_TEST(absent)
{
	static const struct req none;

	ck_assert_ptr_null(req_query(&r, "reason"));
	ck_assert_ptr_null(req_query(&r, "Day"));
	ck_assert_ptr_null(req_input(&r, "day"));
	ck_assert_ptr_null(req_file(&r, "reason"));
	ck_assert_ptr_null(req_cookie(&none, "session"));
	ck_assert_ptr_null(req_query(&none, "day"));
}
END_TEST

START_TEST(files_apart_from_text)
{
	ck_assert_str_eq(req_input(&r, "photo"), "文字");
	ck_assert_str_eq(req_file(&r, "photo")->file, "写真.jpg");
	ck_assert_uint_eq(req_file(&r, "photo")->data.n, 2);
}
END_TEST

START_TEST(only_host_cookies)
{
	ck_assert_str_eq(req_cookie(&r, "session"), "ours");
	ck_assert_ptr_null(req_cookie(&r, "lang"));
	ck_assert_ptr_null(req_cookie(&r, "__Host-session"));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("req");
	TCase *t = tcase_create("lookup");
	SRunner *run = srunner_create(s);
	int failed;

	suite_add_tcase(s, t);
	tcase_add_test(t, first_value);
	tcase_add_test(t, absent);
	tcase_add_test(t, files_apart_from_text);
	tcase_add_test(t, only_host_cookies);
	srunner_set_tap(run, "-");
	srunner_run_all(run, CK_SILENT);
	failed = srunner_ntests_failed(run);
	srunner_free(run);
	return failed != 0;
}
