/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The border check against Unicode table 3-7, and walking over text. */
#include "base/utf8.h"

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

START_TEST(accepts_text)
{
	static const char *const good[] = { "", "a\tb\r\n", "山田", "𠮷", "葛󠄀",
		"か\u3099", "é", "\u00a0", "\u07ff", "\u0800", "\ud7ff",
		"\ue000", "\ufffd", "\U0010fffd", "👨‍👩‍👧" };

	for (size_t i = 0; i < COUNT(good); i++)
		ck_assert_msg(utf8_valid(good[i], strlen(good[i])), "%zu", i);
}
END_TEST

START_TEST(refuses_what_is_not_text)
{
	static const char *const bad[] = { "\x80", "\xbf", "\xc0\x80",
		"\xc1\xbf", "\xc3", "\xc3(", "\xe0\x9f\xbf", "\xe3\x81",
		"\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xfe",
		"\xf0\x9f\x98", "a\xf0\x9f\x98z", "\x01", "\x1b[31m", "\x7f",
		"\xc2\x80", "\xc2\x9f", "\xef\xbf\xbe", "\xef\xbf\xbf",
		"\xef\xb7\x90", "\xef\xb7\xaf", "\xf0\x9f\xbf\xbe",
		"\xf4\x8f\xbf\xbf", "\x82\xa0" };

	for (size_t i = 0; i < COUNT(bad); i++)
		ck_assert_msg(!utf8_valid(bad[i], strlen(bad[i])), "%zu", i);
	ck_assert(!utf8_valid("a\0b", 3));
	/* Cut by the length, whole in memory. */
	ck_assert(!utf8_valid("あ", 2));
}
END_TEST

START_TEST(every_code_point_comes_back)
{
	char text[5];

	for (uint32_t cp = 1; cp <= 0x10ffff; cp++) {
		const char *p = text;
		size_t n = utf8_put(text, cp);
		text[n] = '\0';
		if (cp >= 0xd800 && cp <= 0xdfff) {
			ck_assert(!utf8_valid(text, n));
			continue;
		}
		if (utf8_next(&p) != cp || p != text + n)
			ck_abort_msg("U+%04X", cp);
	}
}
END_TEST

START_TEST(next_stops_at_the_end)
{
	const char *p = "a";

	ck_assert_uint_eq(utf8_next(&p), 'a');
	ck_assert_uint_eq(utf8_next(&p), 0);
	ck_assert_uint_eq(utf8_next(&p), 0);
}
END_TEST

START_TEST(counts)
{
	ck_assert_uint_eq(utf8_count(""), 0);
	ck_assert_uint_eq(utf8_count("a山𠮷"), 3);
	ck_assert_uint_eq(utf8_count("か\u3099"), 2);
}
END_TEST

START_TEST(first_characters_stay_whole)
{
	ck_assert_str_eq(utf8_first(a, "花子", 1), "花");
	ck_assert_str_eq(utf8_first(a, "花子", 0), "");
	ck_assert_str_eq(utf8_first(a, "花子", 2), "花子");
	ck_assert_str_eq(utf8_first(a, "花子", 9), "花子");
	ck_assert_str_eq(utf8_first(a, "", 1), "");
	ck_assert_str_eq(utf8_first(a, "葛\U000e0100城", 1), "葛\U000e0100");
	ck_assert_str_eq(utf8_first(a, "か\u3099お", 1), "か\u3099");
	ck_assert_str_eq(utf8_first(a, "𠮷田", 1), "𠮷");
	ck_assert_str_eq(utf8_first(a, "👨‍👩‍👧あ", 1), "👨‍👩‍👧");
	ck_assert_str_eq(utf8_first(a, "🇯🇵🇫🇷", 1), "🇯🇵");
}
END_TEST

START_TEST(finds_private_use)
{
	ck_assert(!utf8_has_private("山田𠮷\ud7ff\uf900"));
	ck_assert(utf8_has_private("山\ue000"));
	ck_assert(utf8_has_private("\uf8ff"));
	ck_assert(utf8_has_private("\U000f0000"));
	ck_assert(utf8_has_private("\U00100000"));
	ck_assert(!utf8_has_private("葛\U000e0100"));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("utf8");
	TCase *t = tcase_create("utf8");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, open_arena, close_arena);
	tcase_add_test(t, accepts_text);
	tcase_add_test(t, refuses_what_is_not_text);
	tcase_add_test(t, every_code_point_comes_back);
	tcase_add_test(t, next_stops_at_the_end);
	tcase_add_test(t, counts);
	tcase_add_test(t, first_characters_stay_whole);
	tcase_add_test(t, finds_private_use);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
