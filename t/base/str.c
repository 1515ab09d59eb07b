/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Text helpers and the growing buffer at their edges. */
#include "base/str.h"

#include <check.h>
#include <string.h>

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

START_TEST(compares)
{
	ck_assert(str_eq("a", "a") && !str_eq("a", "b") && !str_eq("a", ""));
	ck_assert(str_eq(NULL, NULL) && !str_eq(NULL, "") && !str_eq("", NULL));
	ck_assert(str_empty(NULL) && str_empty("") && !str_empty(" "));
	ck_assert(str_starts("abc", "ab") && str_starts("abc", ""));
	ck_assert(!str_starts("ab", "abc"));
	ck_assert(str_ends("abc", "bc") && str_ends("abc", ""));
	ck_assert(!str_ends("bc", "abc") && !str_ends("abc", "ab"));
}
END_TEST

START_TEST(copies)
{
	const char text[] = "緑ヶ丘";
	char *copy = str_copy(a, text);

	ck_assert_ptr_ne(copy, text);
	ck_assert_str_eq(copy, text);
	ck_assert_str_eq(str_copy_n(a, "abcdef", 3), "abc");
	ck_assert_str_eq(str_copy_n(a, "", 0), "");
	ck_assert_str_eq(str_printf(a, "%s-%d", "x", 7), "x-7");
	ck_assert_uint_eq(strlen(str_printf(a, "%5000d", 1)), 5000);
	ck_assert_str_eq(str_lower(a, "AZaz09@[Ａ"), "azaz09@[Ａ");
}
END_TEST

START_TEST(trims_japanese_blanks)
{
	ck_assert_str_eq(str_trim(a, ""), "");
	ck_assert_str_eq(str_trim(a, "　 \r\n\t　"), "");
	ck_assert_str_eq(str_trim(a, "　山田　花子　"), "山田　花子");
	ck_assert_str_eq(str_trim(a, "\ufeff a\u00a0\u200b"), "a");
	/* The last byte of は is that of no blank, but near U+3000's bytes. */
	ck_assert_str_eq(str_trim(a, "、は\u3001"), "、は\u3001");
}
END_TEST

START_TEST(numbers)
{
	int64_t v = 7;

	ck_assert_int_eq(str_parse_int("0", 0, 9, &v), OK);
	ck_assert_int_eq(v, 0);
	ck_assert_int_eq(str_parse_int("007", 0, 9, &v), OK);
	ck_assert_int_eq(v, 7);
	ck_assert_int_eq(
	    str_parse_int("-9223372036854775808", INT64_MIN, 0, &v), OK);
	ck_assert_int_eq(v, INT64_MIN);
	v = 7;
	ck_assert_int_eq(str_parse_int(NULL, 0, 9, &v), ERR_INVALID);
	ck_assert_int_eq(str_parse_int("", 0, 9, &v), ERR_INVALID);
	ck_assert_int_eq(str_parse_int("-", -9, 9, &v), ERR_INVALID);
	ck_assert_int_eq(str_parse_int("--1", -9, 9, &v), ERR_INVALID);
	ck_assert_int_eq(str_parse_int("+1", 0, 9, &v), ERR_INVALID);
	ck_assert_int_eq(str_parse_int(" 1", 0, 9, &v), ERR_INVALID);
	ck_assert_int_eq(str_parse_int("1 ", 0, 9, &v), ERR_INVALID);
	ck_assert_int_eq(str_parse_int("0x1", 0, 9, &v), ERR_INVALID);
	ck_assert_int_eq(str_parse_int("1.0", 0, 9, &v), ERR_INVALID);
	ck_assert_int_eq(str_parse_int("10", 0, 9, &v), ERR_INVALID);
	ck_assert_int_eq(str_parse_int("-1", 0, 9, &v), ERR_INVALID);
	ck_assert_int_eq(str_parse_int("9223372036854775808", INT64_MIN,
	    INT64_MAX, &v), ERR_INVALID);
	ck_assert_int_eq(v, 7);
}
END_TEST

START_TEST(buffer_grows)
{
	struct buf *b = buf_new(a, 1, 100000);

	ck_assert_str_eq(b->p, "");
	for (int i = 0; i < 1000; i++)
		buf_printf(b, "%d,", i);
	buf_char(b, '!');
	buf_str(b, "");
	ck_assert(!buf_overflow(b));
	ck_assert_uint_eq(b->n, strlen(b->p));
	ck_assert_uint_eq(b->n, 3890 + 1);
	ck_assert(str_starts(b->p, "0,1,2,") && str_ends(b->p, "998,999,!"));
}
END_TEST

START_TEST(buffer_keeps_to_its_maximum)
{
	struct buf *b = buf_new(a, 0, 10);

	buf_str(b, "12345");
	buf_str(b, "67890");
	ck_assert(!buf_overflow(b));
	buf_str(b, "");
	ck_assert(!buf_overflow(b));
	buf_char(b, 'x');
	ck_assert(buf_overflow(b));
	ck_assert_str_eq(b->p, "1234567890");
}
END_TEST

START_TEST(buffer_makes_no_holes)
{
	struct buf *b = buf_new(a, 100, 4);

	buf_str(b, "山田");
	ck_assert(buf_overflow(b));
	buf_str(b, "a");
	buf_printf(b, "%d", 1);
	ck_assert_str_eq(b->p, "");
	b = buf_new(a, 0, 300);
	buf_printf(b, "%301s", "x");
	ck_assert(buf_overflow(b));
	ck_assert_uint_eq(b->n, 0);
	b = buf_new(a, 0, 300);
	buf_printf(b, "%300s", "x");
	ck_assert(!buf_overflow(b));
	ck_assert_uint_eq(b->n, 300);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("str");
	TCase *t = tcase_create("str");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, open_arena, close_arena);
	tcase_add_test(t, compares);
	tcase_add_test(t, copies);
	tcase_add_test(t, trims_japanese_blanks);
	tcase_add_test(t, numbers);
	tcase_add_test(t, buffer_grows);
	tcase_add_test(t, buffer_keeps_to_its_maximum);
	tcase_add_test(t, buffer_makes_no_holes);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
