/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Hex and base64 against the vectors of RFC 4648 10 and bad spellings. */
#include "base/hex.h"

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

START_TEST(hex)
{
	ck_assert_str_eq(hex_text(a, "", 0), "");
	ck_assert_str_eq(hex_text(a, "\x00\xff\x1a", 3), "00ff1a");
}
END_TEST

START_TEST(rfc4648_vectors)
{
	static const char *const padded[] = { "", "Zg==", "Zm8=", "Zm9v",
		"Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy" };
	static const char *const bare[] = { "", "Zg", "Zm8", "Zm9v", "Zm9vYg",
		"Zm9vYmE", "Zm9vYmFy" };

	for (size_t n = 0; n < COUNT(bare); n++) {
		struct bytes b;
		ck_assert_str_eq(b64_text(a, "foobar", n, 0), padded[n]);
		ck_assert_str_eq(b64u_text(a, "foobar", n), bare[n]);
		ck_assert_int_eq(b64u_parse(a, bare[n], &b), OK);
		ck_assert_uint_eq(b.n, n);
		ck_assert_mem_eq(b.p, "foobar", n);
	}
	ck_assert_str_eq(b64u_text(a, "\xfb\xff\xbf", 3), "-_-_");
	ck_assert_str_eq(b64_text(a, "\xfb\xff\xbf", 3, 0), "+/+/");
}
END_TEST

START_TEST(every_length_comes_back)
{
	unsigned char all[256];
	struct bytes b;

	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (unsigned char)(i * 7);
	for (size_t n = 0; n <= sizeof(all); n++) {
		ck_assert_int_eq(b64u_parse(a, b64u_text(a, all, n), &b), OK);
		ck_assert_uint_eq(b.n, n);
		ck_assert_mem_eq(b.p, all, n);
	}
}
END_TEST

START_TEST(refuses_other_spellings)
{
	static const char *const bad[] = { "A", "Zg==", "Zh", "Zm9", "Zm+v",
		"Zm/v", "Zm v", "Zm9vY", "Zm9v\n", "Ｚm9v", "=" };
	unsigned char out[3];
	struct bytes b;

	for (size_t i = 0; i < COUNT(bad); i++)
		ck_assert_msg(b64u_parse(a, bad[i], &b) == ERR_INVALID,
		    "\"%s\" was taken", bad[i]);
	ck_assert_int_eq(b64u_exact("Zm9v", out, 3), OK);
	ck_assert_int_eq(b64u_exact("Zm9vYg", out, 3), ERR_INVALID);
	ck_assert_int_eq(b64u_exact("Zm8", out, 3), ERR_INVALID);
	ck_assert_int_eq(b64u_exact("", out, 3), ERR_INVALID);
}
END_TEST

START_TEST(mime_lines)
{
	char bytes[58] = { 0 };
	char *text = b64_text(a, bytes, 57, 1);

	ck_assert_uint_eq(strlen(text), 78);
	ck_assert(str_ends(text, "\r\n"));
	text = b64_text(a, bytes, 58, 1);
	ck_assert_uint_eq(strlen(text), 78 + 4 + 2);
	ck_assert_str_eq(text + 76, "\r\nAA==\r\n");
	ck_assert_str_eq(b64_text(a, "", 0, 1), "");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("hex");
	TCase *t = tcase_create("hex");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, open_arena, close_arena);
	tcase_add_test(t, hex);
	tcase_add_test(t, rfc4648_vectors);
	tcase_add_test(t, every_length_comes_back);
	tcase_add_test(t, refuses_other_spellings);
	tcase_add_test(t, mime_lines);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
