/* SPDX-License-Identifier: AGPL-3.0-or-later
 * lib/in/charset.c: which files are taken, and what the others are told. */
#include "in/charset.h"

#include <check.h>
#include <iconv.h>

static struct arena *a;
static enum charset charset;
static const char *text, *why;

static void
setup(void)
{
	a = arena_init(1 << 20);
	text = why = NULL;
}

static void
teardown(void)
{
	arena_free(a);
}

static enum err
read_n(const void *p, size_t n)
{
	return charset_read(a, (struct bytes){ p, n }, &charset, &text, &why);
}

#define READ(literal) read_n((literal), sizeof(literal) - 1)

static const char roster[] = "学年,氏名\r\n3,髙橋 葵〜\r\n3,山﨑 花\r\n";

/* The roster as another program would have saved it. */
static struct bytes
saved_as(const char *encoding)
{
	static char out[512];
	char *in = (char *)(uintptr_t)roster, *o = out;
	size_t n = sizeof(roster) - 1, room = sizeof(out);
	iconv_t cd = iconv_open(encoding, "UTF-8");

	ck_assert(cd != (iconv_t)-1);
	ck_assert_uint_eq(iconv(cd, &in, &n, &o, &room), 0);
	iconv_close(cd);
	return (struct bytes){ (unsigned char *)out, sizeof(out) - room };
}

START_TEST(utf8_is_taken)
{
	ck_assert_int_eq(read_n(roster, sizeof(roster) - 1), OK);
	ck_assert_int_eq(charset, CHARSET_UTF8);
	ck_assert_str_eq(text, roster);
	ck_assert_ptr_ne(text, roster);
}
END_TEST

START_TEST(bom_is_taken_off_once)
{
	ck_assert_int_eq(READ("\xEF\xBB\xBF" "𠮷,葛\U000E0100"), OK);
	ck_assert_int_eq(charset, CHARSET_UTF8_BOM);
	ck_assert_str_eq(text, "𠮷,葛\U000E0100");
	ck_assert_int_eq(READ("\xEF\xBB\xBF\xEF\xBB\xBF" "a"), OK);
	ck_assert_str_eq(text, "\xEF\xBB\xBF" "a");
}
END_TEST

START_TEST(empty_files)
{
	ck_assert_int_eq(read_n(NULL, 0), OK);
	ck_assert_int_eq(charset, CHARSET_UTF8);
	ck_assert_str_eq(text, "");
	ck_assert_int_eq(READ("\xEF\xBB\xBF"), OK);
	ck_assert_int_eq(charset, CHARSET_UTF8_BOM);
	ck_assert_str_eq(text, "");
}
END_TEST

/* Only the first n bytes count, whatever follows them. */
START_TEST(length_is_respected)
{
	ck_assert_int_eq(read_n("ab\xFF", 2), OK);
	ck_assert_str_eq(text, "ab");
	ck_assert_int_eq(read_n("\xEF\xBB\xBF", 2), ERR_INVALID);
}
END_TEST

START_TEST(cp932_is_named)
{
	struct bytes b = saved_as("CP932");

	ck_assert_int_eq(read_n(b.p, b.n), ERR_INVALID);
	ck_assert_ptr_nonnull(strstr(why, "シフトJIS"));
	ck_assert_ptr_nonnull(strstr(why, "CSV UTF-8（コンマ区切り）"));
	ck_assert_ptr_null(text);
}
END_TEST

START_TEST(utf16_is_named)
{
	static const char *const kinds[] = { "UTF-16", "UTF-16LE", "UTF-16BE" };

	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct bytes b = saved_as(kinds[i]);

		ck_assert_int_eq(read_n(b.p, b.n), ERR_INVALID);
		ck_assert_ptr_nonnull(strstr(why, "UTF-16"));
		ck_assert_ptr_nonnull(strstr(why, "CSV UTF-8（コンマ区切り）"));
	}
	ck_assert_int_eq(READ("\xFF\xFE"), ERR_INVALID);
	ck_assert_ptr_nonnull(strstr(why, "UTF-16"));
}
END_TEST

START_TEST(controls_are_not_called_an_encoding)
{
	ck_assert_int_eq(READ("氏名\n青木\vさくら\n"), ERR_INVALID);
	ck_assert_ptr_nonnull(strstr(why, "制御文字"));
	ck_assert_int_eq(READ("a,b\0c\n"), ERR_INVALID);
	ck_assert_ptr_nonnull(strstr(why, "制御文字"));
	ck_assert_int_eq(READ("\xEF\xBB\xBF" "a\x1B[2J"), ERR_INVALID);
	ck_assert_ptr_nonnull(strstr(why, "制御文字"));
}
END_TEST

START_TEST(anything_else_is_unknown)
{
	static const char png[] = "\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\xFF";

	ck_assert_int_eq(READ("氏名,\x80\xFF\xFF\n"), ERR_INVALID);
	ck_assert_ptr_nonnull(strstr(why, "文字の形式が分かりません"));
	ck_assert_int_eq(read_n(png, sizeof(png) - 1), ERR_INVALID);
	ck_assert_ptr_nonnull(strstr(why, "文字の形式が分かりません"));
	/* a character cut off at the end of CP932 */
	ck_assert_int_eq(READ("\x8E\x81\x96"), ERR_INVALID);
	ck_assert_ptr_nonnull(strstr(why, "文字の形式が分かりません"));
}
END_TEST

/* Longer than the converter's own buffer, the fault at the very end. */
START_TEST(large_files_to_the_last_byte)
{
	size_t n = 300000;
	char *p = malloc(n);

	ck_assert_ptr_nonnull(p);
	for (size_t i = 0; i < n; i += 2)
		memcpy(p + i, "\x8E\x52", 2);	/* 山 in CP932 */
	ck_assert_int_eq(read_n(p, n), ERR_INVALID);
	ck_assert_ptr_nonnull(strstr(why, "シフトJIS"));
	p[n - 1] = '\xFF';
	ck_assert_int_eq(read_n(p, n), ERR_INVALID);
	ck_assert_ptr_nonnull(strstr(why, "文字の形式が分かりません"));
	free(p);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("in/charset");
	TCase *c = tcase_create("charset");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, utf8_is_taken);
	tcase_add_test(c, bom_is_taken_off_once);
	tcase_add_test(c, empty_files);
	tcase_add_test(c, length_is_respected);
	tcase_add_test(c, cp932_is_named);
	tcase_add_test(c, utf16_is_named);
	tcase_add_test(c, controls_are_not_called_an_encoding);
	tcase_add_test(c, anything_else_is_unknown);
	tcase_add_test(c, large_files_to_the_last_byte);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
