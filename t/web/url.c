/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Tests of lib/web/url.c: what is decoded, and above all what is refused. */
#include "web/url.h"

#include <check.h>
#include <string.h>

static struct arena *a;

static void
setup(void)
{
	a = arena_init(8 << 20);
}

static void
teardown(void)
{
	arena_free(a);
}

static struct list
pairs_of(const char *s)
{
	struct list l;

	ck_assert_int_eq(url_pairs(a, s, strlen(s), &l), OK);
	return l;
}

static void
check_pair(struct list l, size_t i, const char *name, const char *value)
{
	ck_assert_uint_lt(i, l.n);
	ck_assert_str_eq(LIST_AT(l, struct pair, i)->name, name);
	ck_assert_str_eq(LIST_AT(l, struct pair, i)->value, value);
	ck_assert_ptr_null(LIST_AT(l, struct pair, i)->file);
}

START_TEST(pairs_decode)
{
	struct list l = pairs_of("a=1&b=x+y%2Bz%26&%E3%81%82=%e6%ac%a0&c&d=&"
				 "e=1=2&t=a%0D%0Ab%09");

	ck_assert_uint_eq(l.n, 7);
	check_pair(l, 0, "a", "1");
	check_pair(l, 1, "b", "x y+z&");
	check_pair(l, 2, "あ", "欠");
	check_pair(l, 3, "c", "");
	check_pair(l, 4, "d", "");
	check_pair(l, 5, "e", "1=2");
	check_pair(l, 6, "t", "a\r\nb\t");
}
END_TEST

START_TEST(pairs_empty)
{
	struct list l = { .n = 9 };

	ck_assert_int_eq(url_pairs(a, NULL, 0, &l), OK);
	ck_assert_uint_eq(l.n, 0);
	ck_assert_uint_eq(pairs_of("").n, 0);
	ck_assert_uint_eq(pairs_of("&&&").n, 0);
	l = pairs_of("&a=1&&=2&b=3&");
	ck_assert_uint_eq(l.n, 2);
	check_pair(l, 0, "a", "1");
	check_pair(l, 1, "b", "3");
}
END_TEST

static const char *const bad_pairs[] = {
	"a=%", "a=%4", "a=%4g", "a=%g4", "a=%%41", "%=1", "a=1&b=%2",
	"a=%00", "a=%FF", "a=%C0%AF", "a=%E3%81", "a=%ED%A0%80", "a=%1B",
	"a=\x01", "a%00b=1", "=%FF", "a=\xe3\x81", "a=%C2%85",
};

START_TEST(pairs_refuse)
{
	struct list l;
	const char *s = bad_pairs[_i];

	ck_assert_msg(url_pairs(a, s, strlen(s), &l) == ERR_INVALID, "%s", s);
}
END_TEST

/* The input needs no NUL behind it, and %4 at its end must not read on. */
START_TEST(pairs_stop_at_the_end)
{
	struct list l;

	ck_assert_int_eq(url_pairs(a, "a=b%41", 5, &l), ERR_INVALID);
	ck_assert_int_eq(url_pairs(a, "a=b&c", 3, &l), OK);
	ck_assert_uint_eq(l.n, 1);
	check_pair(l, 0, "a", "b");
}
END_TEST

START_TEST(pairs_limit)
{
	static char s[(URL_PAIRS + 1) * 2 + 1];
	struct list l;

	for (int i = 0; i <= URL_PAIRS; i++)
		memcpy(s + i * 2, "a&", 2);
	ck_assert_int_eq(url_pairs(a, s, URL_PAIRS * 2, &l), OK);
	ck_assert_uint_eq(l.n, URL_PAIRS);
	ck_assert_int_eq(
	    url_pairs(a, s, (URL_PAIRS + 1) * 2, &l), ERR_INVALID);
}
END_TEST

START_TEST(path_decodes)
{
	const char *path;

	ck_assert_int_eq(url_path(a, "/", &path), OK);
	ck_assert_str_eq(path, "/");
	ck_assert_int_eq(url_path(a, "/absence/new", &path), OK);
	ck_assert_str_eq(path, "/absence/new");
	ck_assert_int_eq(url_path(a, "/a+b/%E3%81%82%2e", &path), OK);
	ck_assert_str_eq(path, "/a+b/あ.");
}
END_TEST

static const char *const bad_paths[] = {
	"", "absence", "*", "/a%2Fb", "/a%2fb", "/a%00", "/..", "/a/../b",
	"/%2e%2e/", "/.%2E", "//a", "/a//b", "/%FF", "/a%", "/a%1", "/a%0Ab",
	"/a\tb", "/a%7F", "http://x/", "/\xe3\x81",
};

START_TEST(path_refuses)
{
	const char *path = NULL, *s = bad_paths[_i];

	ck_assert_msg(url_path(a, s, &path) == ERR_INVALID, "%s", s);
}
END_TEST

START_TEST(cookies_lenient)
{
	struct list l;

	ck_assert_int_eq(url_cookies(a,
	    "__Host-s=abc; lang=en;x=\"q\"; bad; =v; e=;  \tw = a=b \t;;u=%41",
	    &l), OK);
	ck_assert_uint_eq(l.n, 6);
	check_pair(l, 0, "__Host-s", "abc");
	check_pair(l, 1, "lang", "en");
	check_pair(l, 2, "x", "\"q\"");
	check_pair(l, 3, "e", "");
	check_pair(l, 4, "w", "a=b");
	check_pair(l, 5, "u", "%41");
}
END_TEST

/* Another program on the same host name must not lock people out. */
START_TEST(cookies_of_others)
{
	struct list l;

	ck_assert_int_eq(url_cookies(a, "x=\xff\xfe; s=1; y=\x01", &l), OK);
	ck_assert_uint_eq(l.n, 1);
	check_pair(l, 0, "s", "1");
	ck_assert_int_eq(url_cookies(a, NULL, &l), OK);
	ck_assert_uint_eq(l.n, 0);
	ck_assert_int_eq(url_cookies(a, "", &l), OK);
	ck_assert_uint_eq(l.n, 0);
}
END_TEST

START_TEST(cookies_limit)
{
	char s[51 * 4 + 1] = "";
	struct list l;

	for (int i = 0; i < 51; i++)
		memcpy(s + i * 4, "a=1;", 5);
	ck_assert_int_eq(url_cookies(a, s, &l), OK);
	ck_assert_uint_eq(l.n, 50);
}
END_TEST

START_TEST(encode)
{
	ck_assert_str_eq(url_encode(a, ""), "");
	ck_assert_str_eq(url_encode(a, "AZaz09-._~"), "AZaz09-._~");
	ck_assert_str_eq(
	    url_encode(a, "a b/&+=%欠"), "a%20b%2F%26%2B%3D%25%E6%AC%A0");
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("url");
	TCase *t = tcase_create("url");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, pairs_decode);
	tcase_add_test(t, pairs_empty);
	tcase_add_loop_test(t, pairs_refuse, 0, COUNT(bad_pairs));
	tcase_add_test(t, pairs_stop_at_the_end);
	tcase_add_test(t, pairs_limit);
	tcase_add_test(t, path_decodes);
	tcase_add_loop_test(t, path_refuses, 0, COUNT(bad_paths));
	tcase_add_test(t, cookies_lenient);
	tcase_add_test(t, cookies_of_others);
	tcase_add_test(t, cookies_limit);
	tcase_add_test(t, encode);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	SRunner *r = srunner_create(suite());
	int failed;

	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
