/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Key files from the first to the last rotation, and files that are none;
 * digests against the vectors of FIPS 180 and RFC 4231. */
#include "base/keys.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64];

static void
open_dir(void)
{
	(void)snprintf(dir, sizeof(dir), "/tmp/renraku-keys-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static const char *
path(const char *name)
{
	static char text[128];

	(void)snprintf(text, sizeof(text), "%s/%s", dir, name);
	return text;
}

static void
close_dir(void)
{
	for (enum key_name k = 0; k < KEY_COUNT; k++)
		for (int id = 0; id <= 256; id++) {
			char name[32];
			(void)snprintf(name, sizeof(name), "%s.%d",
			    keys_word(k), id);
			(void)unlink(path(name));
		}
	(void)unlink(path("form.1.bak"));
	(void)unlink(path("form.02"));
	ck_assert_int_eq(rmdir(dir), 0);
}

static bool
exists(const char *name)
{
	return access(path(name), F_OK) == 0;
}

static void
put(const char *name, const char *text, mode_t mode)
{
	int fd = open(path(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (int)strlen(text));
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
}

static enum err
init(void)
{
	struct keys *k = NULL;
	enum err e = keys_init(dir, &k);

	keys_free(k);
	return e;
}

#define ZEROS "0000000000000000000000000000000"
#define KEY_0 ZEROS ZEROS "00"

START_TEST(words)
{
	ck_assert_str_eq(keys_word(KEY_FORM), "form");
	ck_assert_str_eq(keys_word(KEY_TOTP), "totp");
	ck_assert_ptr_null(keys_word(KEY_COUNT));
}
END_TEST

START_TEST(make_once)
{
	unsigned char x[DIGEST], y[DIGEST];
	struct keys *k, *again;
	struct stat st;

	ck_assert_int_eq(init(), ERR_NONE);
	ck_assert_int_eq(keys_make(dir), OK);
	ck_assert_int_eq(stat(path("audit.1"), &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0400);
	ck_assert_int_eq(keys_init(dir, &k), OK);
	ck_assert_int_eq(keys_make(dir), OK);
	ck_assert(!exists("form.2"));
	ck_assert_int_eq(keys_init(dir, &again), OK);
	ck_assert_int_eq(keys_mac(k, KEY_FORM, 1, "m", 1, x), OK);
	ck_assert_int_eq(keys_mac(again, KEY_FORM, 1, "m", 1, y), OK);
	ck_assert_mem_eq(x, y, DIGEST);
	/* Each name has a key of its own. */
	ck_assert_int_eq(keys_mac(k, KEY_LINK, 1, "m", 1, y), OK);
	ck_assert_mem_ne(x, y, DIGEST);
	ck_assert_int_eq(keys_mac(k, KEY_FORM, 0, "m", 1, y), ERR_NONE);
	ck_assert_int_eq(keys_mac(k, KEY_FORM, 2, "m", 1, y), ERR_NONE);
	keys_free(k);
	keys_free(again);
}
END_TEST

START_TEST(rotation_keeps_two)
{
	unsigned char x[DIGEST], y[DIGEST];
	struct keys *before, *after;

	ck_assert_int_eq(keys_make(dir), OK);
	ck_assert_int_eq(keys_init(dir, &before), OK);
	ck_assert_int_eq(keys_rotate(dir, KEY_FORM), OK);
	ck_assert_int_eq(keys_init(dir, &after), OK);
	ck_assert_uint_eq(keys_id(before, KEY_FORM), 1);
	ck_assert_uint_eq(keys_id(after, KEY_FORM), 2);
	ck_assert_uint_eq(keys_id(after, KEY_LINK), 1);
	ck_assert_int_eq(keys_mac(before, KEY_FORM, 1, "m", 1, x), OK);
	ck_assert_int_eq(keys_mac(after, KEY_FORM, 1, "m", 1, y), OK);
	ck_assert_mem_eq(x, y, DIGEST);
	ck_assert_int_eq(keys_mac(after, KEY_FORM, 2, "m", 1, y), OK);
	ck_assert_mem_ne(x, y, DIGEST);
	keys_free(before);
	keys_free(after);
	ck_assert_int_eq(keys_rotate(dir, KEY_FORM), OK);
	ck_assert(!exists("form.1") && exists("form.2") && exists("form.3"));
	ck_assert_int_eq(keys_init(dir, &after), OK);
	ck_assert_int_eq(keys_mac(after, KEY_FORM, 1, "m", 1, y), ERR_NONE);
	keys_free(after);
}
END_TEST

/* Seals made with an old key must be verifiable years later. */
START_TEST(rotation_keeps_audit)
{
	unsigned char x[DIGEST];
	struct keys *keys;

	ck_assert_int_eq(keys_make(dir), OK);
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(keys_rotate(dir, KEY_AUDIT), OK);
	ck_assert_int_eq(keys_init(dir, &keys), OK);
	ck_assert_uint_eq(keys_id(keys, KEY_AUDIT), 6);
	for (unsigned char id = 1; id <= 6; id++)
		ck_assert_int_eq(keys_mac(keys, KEY_AUDIT, id, "m", 1, x), OK);
	keys_free(keys);
}
END_TEST

START_TEST(the_last_id)
{
	ck_assert_int_eq(keys_make(dir), OK);
	put("form.255", KEY_0, 0400);
	ck_assert_int_eq(keys_rotate(dir, KEY_FORM), ERR_LIMIT);
	ck_assert(exists("form.1") && exists("form.255"));
}
END_TEST

START_TEST(other_files_are_no_keys)
{
	struct keys *k;

	ck_assert_int_eq(keys_make(dir), OK);
	put("form.256", "x", 0644);
	put("form.0", "x", 0644);
	put("form.02", "x", 0644);
	put("form.1.bak", "x", 0644);
	ck_assert_int_eq(keys_init(dir, &k), OK);
	ck_assert_uint_eq(keys_id(k, KEY_FORM), 1);
	keys_free(k);
}
END_TEST

START_TEST(bad_files_are_refused)
{
	static const mode_t open_to_others[] = { 0440, 0404, 0604, 0640, 0700 };

	ck_assert_int_eq(keys_make(dir), OK);
	put("form.2", KEY_0 "\n", 0600);
	ck_assert_int_eq(init(), OK);
	put("form.2", KEY_0, 0400);
	ck_assert_int_eq(init(), OK);
	put("form.2", KEY_0 "0", 0400);
	ck_assert_int_eq(init(), ERR_INVALID);
	put("form.2", ZEROS ZEROS "0", 0400);
	ck_assert_int_eq(init(), ERR_INVALID);
	put("form.2", ZEROS ZEROS "0g", 0400);
	ck_assert_int_eq(init(), ERR_INVALID);
	put("form.2", "", 0400);
	ck_assert_int_eq(init(), ERR_INVALID);
	for (size_t i = 0; i < COUNT(open_to_others); i++) {
		put("form.2", KEY_0, open_to_others[i]);
		ck_assert_int_eq(init(), ERR_INVALID);
	}
}
END_TEST

START_TEST(no_directory)
{
	struct keys *k;

	ck_assert_int_eq(keys_init("/nonexistent", &k), ERR_IO);
	ck_assert_int_eq(keys_make("/nonexistent"), ERR_IO);
	ck_assert_int_eq(keys_rotate("/nonexistent", KEY_FORM), ERR_IO);
}
END_TEST

static const char *
hex(const unsigned char d[DIGEST])
{
	static char text[2 * DIGEST + 1];

	for (size_t i = 0; i < DIGEST; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", d[i]);
	return text;
}

START_TEST(digests)
{
	unsigned char d[DIGEST];
	struct keys *k;

	sha256("abc", 3, d);
	ck_assert_str_eq(hex(d), "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
	sha256("", 0, d);
	ck_assert_str_eq(hex(d), "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855");
	/* RFC 4231 case 1; a key's trailing zeros do not change an HMAC. */
	ck_assert_int_eq(keys_make(dir), OK);
	put("form.9", "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"
	    "000000000000000000000000", 0400);
	ck_assert_int_eq(keys_init(dir, &k), OK);
	ck_assert_int_eq(keys_mac(k, KEY_FORM, 9, "Hi There", 8, d), OK);
	ck_assert_str_eq(hex(d), "b0344c61d8db38535ca8afceaf0bf12b"
	    "881dc200c9833da726e9376c2e32cff7");
	keys_free(k);
}
END_TEST

START_TEST(memory)
{
	char text[4] = "abc";

	ck_assert(mem_equal("abc", "abd", 2) && !mem_equal("abc", "abd", 3));
	ck_assert(mem_equal("a", "b", 0));
	mem_wipe(text, sizeof(text));
	ck_assert_mem_eq(text, "\0\0\0\0", 4);
	keys_free(NULL);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("keys");
	TCase *t = tcase_create("keys");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, open_dir, close_dir);
	tcase_add_test(t, words);
	tcase_add_test(t, make_once);
	tcase_add_test(t, rotation_keeps_two);
	tcase_add_test(t, rotation_keeps_audit);
	tcase_add_test(t, the_last_id);
	tcase_add_test(t, other_files_are_no_keys);
	tcase_add_test(t, bad_files_are_refused);
	tcase_add_test(t, no_directory);
	tcase_add_test(t, digests);
	tcase_add_test(t, memory);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
