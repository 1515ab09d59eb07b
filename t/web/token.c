/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Form tokens and the strangers' cookie: only ours, only here, only in time,
 * also while a key is being replaced. */
#include "web/token.h"

#include <check.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* 2026-06-01T00:00:00Z */
static const struct stamp now = { INT64_C(1780272000000000) };
static const unsigned char me[DIGEST] = { 1, 2, 3 };
static const unsigned char other[DIGEST] = { 1, 2, 4 };

static struct arena *a;
static struct keys *keys;
static char dir[] = "/tmp/renraku-token-XXXXXX";

static void
load_keys(void)
{
	keys_free(keys);
	keys = NULL;
	ck_assert_int_eq(keys_init(dir, &keys), OK);
}

static void
begin(void)
{
	a = arena_init(1 << 20);
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(keys_make(dir), OK);
	load_keys();
}

static int
erase(const char *path, const struct stat *st UNUSED, int type UNUSED,
    struct FTW *ftw UNUSED)
{
	return remove(path);
}

static void
end(void)
{
	keys_free(keys);
	arena_free(a);
	ck_assert_int_eq(nftw(dir, erase, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static enum err
check_at(const char *token, int64_t seconds)
{
	unsigned char id[DIGEST];

	return token_check(keys, me, "/absence/new", stamp_add(now, seconds),
	    token, id);
}

START_TEST(accepted)
{
	const char *t = token_new(a, keys, me, "/absence/new", now);
	unsigned char id[DIGEST], digest[DIGEST];

	ck_assert_uint_eq(strlen(t), 48);
	ck_assert_uint_eq(
	    strspn(t, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		      "0123456789-_"),
	    48);
	ck_assert_int_eq(
	    token_check(keys, me, "/absence/new", now, t, id), OK);
	sha256(t, 48, digest);
	ck_assert_mem_eq(id, digest, DIGEST);
	ck_assert_str_ne(t, token_new(a, keys, me, "/absence/new", now));
}
END_TEST

START_TEST(bound)
{
	const char *t = token_new(a, keys, me, "/absence/new", now);
	unsigned char id[DIGEST];

	ck_assert_int_eq(token_check(keys, other, "/absence/new", now, t, id),
	    ERR_INVALID);
	ck_assert_int_eq(
	    token_check(keys, me, "/absence/ne", now, t, id), ERR_INVALID);
	ck_assert_int_eq(
	    token_check(keys, me, "/absence/new/", now, t, id), ERR_INVALID);
	ck_assert_int_eq(token_check(keys, me, "", now, t, id), ERR_INVALID);
}
END_TEST

START_TEST(in_time_only)
{
	const char *t = token_new(a, keys, me, "/absence/new", now);
	unsigned char id[DIGEST] = { 0 }, digest[DIGEST];

	ck_assert_int_eq(check_at(t, 24 * 3600), OK);
	ck_assert_int_eq(check_at(t, 24 * 3600 + 1), ERR_STALE);
	ck_assert_int_eq(check_at(t, 365 * 86400), ERR_STALE);
	ck_assert_int_eq(check_at(t, -300), OK);
	ck_assert_int_eq(check_at(t, -301), ERR_INVALID);
	/* stale, but known to be ours: the page may come back filled in */
	ck_assert_int_eq(token_check(keys, me, "/absence/new",
			     stamp_add(now, 90000), t, id),
	    ERR_STALE);
	sha256(t, 48, digest);
	ck_assert_mem_eq(id, digest, DIGEST);
	/* stale and of another browser is not ours */
	ck_assert_int_eq(token_check(keys, other, "/absence/new",
			     stamp_add(now, 90000), t, id),
	    ERR_INVALID);
}
END_TEST

/* Every change of every character is seen, stray bits too. */
START_TEST(changed)
{
	const char *t = token_new(a, keys, me, "/absence/new", now);

	for (size_t i = 0; i < 48; i++) {
		char *x = str_copy(a, t);

		x[i] = x[i] == 'A' ? 'B' : 'A';
		ck_assert_int_eq(check_at(x, 0), ERR_INVALID);
		x[i] = t[i] == '_' ? '/' : '+';
		ck_assert_int_eq(check_at(x, 0), ERR_INVALID);
		x[i] = '\0';
		ck_assert_int_eq(check_at(x, 0), ERR_INVALID);
	}
	ck_assert_int_eq(check_at("", 0), ERR_INVALID);
	ck_assert_int_eq(check_at(NULL, 0), ERR_INVALID);
	ck_assert_int_eq(check_at(str_printf(a, "%sA", t), 0), ERR_INVALID);
	ck_assert_int_eq(check_at(str_printf(a, "%s=", t), 0), ERR_INVALID);
	ck_assert_int_eq(check_at(str_printf(a, " %s", t), 0), ERR_INVALID);
}
END_TEST

START_TEST(two_keys_live)
{
	const char *t = token_new(a, keys, me, "/absence/new", now);
	unsigned char first = keys_id(keys, KEY_FORM);
	const char *newer;

	ck_assert_int_eq(keys_rotate(dir, KEY_FORM), OK);
	load_keys();
	newer = token_new(a, keys, me, "/absence/new", now);
	ck_assert_uint_ne(keys_id(keys, KEY_FORM), first);
	ck_assert_int_eq(check_at(t, 0), OK);
	ck_assert_int_eq(check_at(newer, 0), OK);
	ck_assert_int_eq(keys_rotate(dir, KEY_FORM), OK);
	load_keys();
	ck_assert_int_eq(check_at(t, 0), ERR_INVALID);
	ck_assert_int_eq(check_at(newer, 0), OK);
}
END_TEST

START_TEST(path_too_long)
{
	char *path = arena_alloc(a, 5001);
	unsigned char id[DIGEST];

	memset(path, 'a', 5000);
	ck_assert_int_eq(token_check(keys, me, path, now,
			     token_new(a, keys, me, path, now), id),
	    ERR_INVALID);
}
END_TEST

START_TEST(time_at_its_ends)
{
	const struct stamp early = { 0 }, late = { INT64_MAX };
	unsigned char id[DIGEST];
	const char *t = token_new(a, keys, me, "/", early);

	ck_assert_int_eq(token_check(keys, me, "/", now, t, id), ERR_STALE);
	t = token_new(a, keys, me, "/", late);
	ck_assert_int_eq(token_check(keys, me, "/", now, t, id), ERR_INVALID);
}
END_TEST

START_TEST(presession)
{
	unsigned char made[DIGEST], read[DIGEST], second[DIGEST];
	const char *c = presession_new(a, keys, now, made);

	ck_assert_uint_eq(strlen(c), 50);
	ck_assert_int_eq(presession_check(keys, c, now, read), OK);
	ck_assert_mem_eq(made, read, DIGEST);
	(void)presession_new(a, keys, now, second);
	ck_assert_mem_ne(made, second, DIGEST);
	ck_assert_int_eq(presession_check(keys, c,
			     stamp_add(now, 30 * 86400), read),
	    OK);
	ck_assert_int_eq(presession_check(keys, c,
			     stamp_add(now, 30 * 86400 + 1), read),
	    ERR_STALE);
	ck_assert_int_eq(
	    presession_check(keys, c, stamp_add(now, -301), read),
	    ERR_INVALID);
}
END_TEST

START_TEST(presession_changed)
{
	unsigned char browser[DIGEST];
	const char *c = presession_new(a, keys, now, browser);

	for (size_t i = 0; i < 50; i++) {
		char *x = str_copy(a, c);

		x[i] = x[i] == 'A' ? 'B' : 'A';
		ck_assert_int_eq(
		    presession_check(keys, x, now, browser), ERR_INVALID);
	}
	ck_assert_int_eq(
	    presession_check(keys, NULL, now, browser), ERR_INVALID);
	ck_assert_int_eq(
	    presession_check(keys, "", now, browser), ERR_INVALID);
	/* a form token is no cookie, whatever its length were */
	ck_assert_int_eq(presession_check(keys,
			     token_new(a, keys, me, "/", now), now, browser),
	    ERR_INVALID);
}
END_TEST

/* The last character of 50 carries 4 bits of nothing: only one spelling. */
START_TEST(presession_one_spelling)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	unsigned char browser[DIGEST];
	char *c = str_copy(a, presession_new(a, keys, now, browser));
	int right = 0;

	for (size_t i = 0; i < 64; i++) {
		c[49] = digits[i];
		right += presession_check(keys, c, now, browser) == OK;
	}
	ck_assert_int_eq(right, 1);
}
END_TEST

START_TEST(presession_two_keys)
{
	unsigned char made[DIGEST], read[DIGEST];
	const char *c = presession_new(a, keys, now, made);

	ck_assert_int_eq(keys_rotate(dir, KEY_SESSION), OK);
	load_keys();
	ck_assert_int_eq(presession_check(keys, c, now, read), OK);
	ck_assert_mem_eq(made, read, DIGEST);
	ck_assert_int_eq(keys_rotate(dir, KEY_SESSION), OK);
	load_keys();
	ck_assert_int_eq(presession_check(keys, c, now, read), ERR_INVALID);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("token");
	TCase *t = tcase_create("token");
	SRunner *run = srunner_create(s);
	int failed;

	suite_add_tcase(s, t);
	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, accepted);
	tcase_add_test(t, bound);
	tcase_add_test(t, in_time_only);
	tcase_add_test(t, changed);
	tcase_add_test(t, two_keys_live);
	tcase_add_test(t, path_too_long);
	tcase_add_test(t, time_at_its_ends);
	tcase_add_test(t, presession);
	tcase_add_test(t, presession_changed);
	tcase_add_test(t, presession_one_spelling);
	tcase_add_test(t, presession_two_keys);
	srunner_set_tap(run, "-");
	srunner_run_all(run, CK_SILENT);
	failed = srunner_ntests_failed(run);
	srunner_free(run);
	return failed != 0;
}
