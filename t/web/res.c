/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Answers: what may be a redirect, a header, a cookie, a file's name. */
#include "web/res.h"

#include <check.h>
#include <string.h>

static struct arena *a;
static struct res res;

static void
begin(void)
{
	a = arena_init(1 << 20);
	res = (struct res){ .a = a, .status = 200 };
}

static void
end(void)
{
	arena_free(a);
}

START_TEST(pages)
{
	static const struct tmpl page = { .name = "x" };
	int view = 1;

	ck_assert_int_eq(res_page(&res, &page, &view), OK);
	ck_assert_int_eq(res.status, 200);
	ck_assert_ptr_eq(res.tmpl, &page);
	ck_assert_ptr_eq(res.view, &view);
	ck_assert_int_eq(res_invalid(&res, &page, &view), OK);
	ck_assert_int_eq(res.status, 422);
	ck_assert_ptr_eq(res.view, &view);
	ck_assert_int_eq(res_nothing(&res), OK);
	ck_assert_int_eq(res.status, 204);
	ck_assert_ptr_null(res.tmpl);
}
END_TEST

START_TEST(redirect_local)
{
	ck_assert_int_eq(
	    res_redirect(&res, "/absence/%s?v=%d", "AbC", 3), OK);
	ck_assert_int_eq(res.status, 303);
	ck_assert_str_eq(res.location, "/absence/AbC?v=3");
	ck_assert_int_eq(res_redirect(&res, "/"), OK);
	ck_assert_str_eq(res.location, "/");
}
END_TEST

START_TEST(redirect_elsewhere)
{
	static const char *const bad[] = { "", "absence", "//evil.example",
		"/\\evil.example", "https://evil.example/", "/\t/evil.example",
		"/a\r\nSet-Cookie: x=1", "/a\nb", "/a b", "/\x7f", "/欠席",
		" /a", "/a\\b" };

	for (size_t i = 0; i < COUNT(bad); i++) {
		ck_assert_msg(res_redirect(&res, "%s", bad[i]) == ERR_BUG,
		    "%s", bad[i]);
		ck_assert_int_eq(res.status, 200);
		ck_assert_ptr_null(res.location);
	}
}
END_TEST

START_TEST(redirect_too_long)
{
	char *path = arena_alloc(a, 4001);

	memset(path, '/', 4000);
	memset(path + 1, 'a', 3999);
	ck_assert_int_eq(res_redirect(&res, "%s", path), ERR_BUG);
	ck_assert_ptr_null(res.location);
}
END_TEST

START_TEST(headers)
{
	ck_assert_int_eq(res_header(&res, "X-Renraku", "はい"), OK);
	ck_assert_str_eq(res.headers[0], "X-Renraku: はい");
	ck_assert_int_eq(res_header(&res, "X", "a\r\nY: b"), ERR_BUG);
	ck_assert_int_eq(res_header(&res, "X", "a\rb"), ERR_BUG);
	ck_assert_int_eq(res_header(&res, "X", "a\nb"), ERR_BUG);
	ck_assert_int_eq(res_header(&res, "X", NULL), ERR_BUG);
	ck_assert_int_eq(res_header(&res, "X:", "a"), ERR_BUG);
	ck_assert_int_eq(res_header(&res, "X\n", "a"), ERR_BUG);
	ck_assert_int_eq(res_header(&res, "", "a"), ERR_BUG);
	ck_assert_uint_eq(res.n_headers, 1);
}
END_TEST

START_TEST(headers_full)
{
	for (int i = 0; i < RES_HEADERS; i++)
		ck_assert_int_eq(res_header(&res, "X", "1"), OK);
	ck_assert_int_eq(res_header(&res, "X", "1"), ERR_BUG);
	ck_assert_uint_eq(res.n_headers, RES_HEADERS);
}
END_TEST

static const char *
disposition(const char *name)
{
	struct buf *body = buf_new(a, 16, 16);

	res.n_headers = 0;
	ck_assert_int_eq(res_file(&res, "text/csv", name, body), OK);
	ck_assert_uint_eq(res.n_headers, 1);
	return res.headers[0];
}

START_TEST(file_names)
{
	ck_assert_str_eq(disposition("list.csv"),
	    "Content-Disposition: attachment; filename=\"list.csv\";"
	    " filename*=UTF-8''list.csv");
	ck_assert_str_eq(disposition("欠席 6月.csv"),
	    "Content-Disposition: attachment; filename=\"_ 6_.csv\";"
	    " filename*=UTF-8''"
	    "%E6%AC%A0%E5%B8%AD%206%E6%9C%88.csv");
	ck_assert_str_eq(disposition("a\"; x=\"b%41.txt"),
	    "Content-Disposition: attachment; filename=\"a_ x=_b_41.txt\";"
	    " filename*=UTF-8''a%22%3B%20x%3D%22b%2541.txt");
	ck_assert_str_eq(disposition("../..\\a\r\nb"),
	    "Content-Disposition: attachment; filename=\".._.._a_b\";"
	    " filename*=UTF-8''.._.._a%0D%0Ab");
}
END_TEST

START_TEST(file_answer)
{
	struct buf *body = buf_new(a, 16, 16);

	buf_str(body, "a,b");
	ck_assert_int_eq(res_file(&res, "text/csv", "a.csv", body), OK);
	ck_assert_int_eq(res.status, 200);
	ck_assert_str_eq(res.type, "text/csv");
	ck_assert_ptr_eq(res.body, body);
}
END_TEST

START_TEST(file_refused)
{
	struct buf *body = buf_new(a, 16, 16);

	ck_assert_int_eq(res_file(&res, "a\r\nb", "a", body), ERR_BUG);
	ck_assert_int_eq(res_file(&res, NULL, "a", body), ERR_BUG);
	ck_assert_int_eq(res_file(&res, "a/b", "", body), ERR_BUG);
	ck_assert_int_eq(res_file(&res, "a/b", "a", NULL), ERR_BUG);
	buf_str(body, "more than sixteen bytes");
	ck_assert_int_eq(res_file(&res, "a/b", "a", body), ERR_BUG);
	ck_assert_ptr_null(res.body);
	ck_assert_uint_eq(res.n_headers, 0);
}
END_TEST

START_TEST(cookies)
{
	ck_assert_int_eq(res_cookie(&res, "session", "aZ0_.~-", 0), OK);
	ck_assert_int_eq(res_cookie(&res, "lang", "en", 86400), OK);
	ck_assert_int_eq(res_cookie(&res, "session", "", -1), OK);
	ck_assert_str_eq(res.headers[0],
	    "Set-Cookie: __Host-session=aZ0_.~-; Path=/; Secure; HttpOnly;"
	    " SameSite=Lax");
	ck_assert_str_eq(res.headers[1],
	    "Set-Cookie: __Host-lang=en; Path=/; Secure; HttpOnly;"
	    " SameSite=Lax; Max-Age=86400");
	ck_assert_str_eq(res.headers[2],
	    "Set-Cookie: __Host-session=; Path=/; Secure; HttpOnly;"
	    " SameSite=Lax; Max-Age=0");
}
END_TEST

START_TEST(cookies_refused)
{
	static const char *const bad[] = { "a;b", "a b", "a,b", "a\"b", "a=b",
		"a\nb", "あ", "a+b", "a/b" };

	for (size_t i = 0; i < COUNT(bad); i++)
		ck_assert_msg(res_cookie(&res, "c", bad[i], 0) == ERR_BUG,
		    "%s", bad[i]);
	ck_assert_int_eq(res_cookie(&res, "", "a", 0), ERR_BUG);
	ck_assert_int_eq(res_cookie(&res, "a=b", "a", 0), ERR_BUG);
	ck_assert_int_eq(res_cookie(&res, "c", NULL, 0), ERR_BUG);
	ck_assert_uint_eq(res.n_headers, 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("res");
	TCase *t = tcase_create("answer");
	SRunner *run = srunner_create(s);
	int failed;

	suite_add_tcase(s, t);
	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, pages);
	tcase_add_test(t, redirect_local);
	tcase_add_test(t, redirect_elsewhere);
	tcase_add_test(t, redirect_too_long);
	tcase_add_test(t, headers);
	tcase_add_test(t, headers_full);
	tcase_add_test(t, file_names);
	tcase_add_test(t, file_answer);
	tcase_add_test(t, file_refused);
	tcase_add_test(t, cookies);
	tcase_add_test(t, cookies_refused);
	srunner_set_tap(run, "-");
	srunner_run_all(run, CK_SILENT);
	failed = srunner_ntests_failed(run);
	srunner_free(run);
	return failed != 0;
}
