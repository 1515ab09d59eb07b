/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The arena: alignment, zeroes, limits, rewinding, and that nothing secret
 * stays behind. */
#include "base/arena.h"

#include <check.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>

#define KIB ((size_t)1024)

START_TEST(gives_zeroed_aligned_memory)
{
	struct arena *a = arena_init(KIB * KIB);

	for (size_t size = 0; size < 300; size++) {
		unsigned char *p = arena_alloc(a, size);
		ck_assert_uint_eq((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			ck_assert_uint_eq(p[i], 0);
		memset(p, 0xaa, size);
	}
	arena_free(a);
}
END_TEST

START_TEST(allocations_do_not_overlap)
{
	struct arena *a = arena_init(64 * KIB * KIB);
	unsigned char *p[200];

	for (size_t i = 0; i < 200; i++) {
		p[i] = arena_alloc(a, i * 173);
		memset(p[i], (int)i, i * 173);
	}
	for (size_t i = 0; i < 200; i++)
		for (size_t k = 0; k < i * 173; k++)
			if (p[i][k] != (unsigned char)i)
				ck_abort_msg("%zu overwritten", i);
	arena_free(a);
}
END_TEST

START_TEST(reset_wipes_and_keeps_the_first_block)
{
	struct arena *a = arena_init(KIB * KIB);
	unsigned char *p = arena_alloc(a, 1000), *again;

	memset(p, 0x55, 1000);
	memset(arena_alloc(a, 200 * KIB), 0x55, 200 * KIB);
	arena_reset(a);
	ck_assert_uint_eq(arena_used(a), 0);
	again = arena_alloc(a, 1000);
	ck_assert_ptr_eq(again, p);
	for (size_t i = 0; i < 1000; i++)
		ck_assert_uint_eq(again[i], 0);
	arena_free(a);
}
END_TEST

START_TEST(rewind_forgets_only_what_came_after)
{
	struct arena *a = arena_init(8 * KIB * KIB);
	unsigned char *small, *big, *after;
	struct arena_mark m;
	size_t used;

	small = arena_alloc(a, 100);
	big = arena_alloc(a, 100 * KIB);
	memset(small, 1, 100);
	memset(big, 2, 100 * KIB);
	m = arena_mark(a);
	used = arena_used(a);
	after = arena_alloc(a, 100);
	memset(after, 3, 100);
	memset(arena_alloc(a, 100 * KIB), 3, 100 * KIB);
	for (size_t i = 0; i < 1000; i++)
		memset(arena_alloc(a, 500), 3, 500);
	arena_rewind(a, m);
	ck_assert_uint_eq(arena_used(a), used);
	ck_assert_uint_eq(small[99], 1);
	ck_assert_uint_eq(big[100 * KIB - 1], 2);
	ck_assert_ptr_eq(arena_alloc(a, 100), after);
	ck_assert_uint_eq(after[0], 0);
	ck_assert_uint_eq(after[99], 0);
	arena_free(a);
}
END_TEST

START_TEST(big_blocks_go_back_on_reset)
{
	struct arena *a = arena_init(KIB * KIB);

	/* Fits only if each round gives its memory back. */
	for (size_t i = 0; i < 100; i++) {
		(void)arena_alloc(a, 900 * KIB);
		arena_reset(a);
	}
	arena_free(a);
}
END_TEST

START_TEST(last_bytes_of_the_limit_are_usable)
{
	struct arena *a = arena_init(100 * KIB);

	for (size_t i = 0; i < 150; i++)
		(void)arena_alloc(a, 512);
	arena_free(a);
	a = arena_init(100);
	(void)arena_alloc(a, 64);
	arena_free(a);
}
END_TEST

START_TEST(free_takes_null)
{
	arena_free(NULL);
}
END_TEST

START_TEST(small_allocations_past_the_limit)
{
	struct arena *a = arena_init(100 * KIB);

	for (size_t i = 0; i < 201; i++)
		(void)arena_alloc(a, 512);
}
END_TEST

START_TEST(one_allocation_past_the_limit)
{
	(void)arena_alloc(arena_init(100 * KIB), 101 * KIB);
}
END_TEST

START_TEST(array_that_overflows)
{
	(void)arena_array(arena_init(100 * KIB), SIZE_MAX / 2, 3);
}
END_TEST

START_TEST(size_near_the_end_of_size_t)
{
	(void)arena_alloc(arena_init(100 * KIB), SIZE_MAX - 4);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("arena");
	TCase *t = tcase_create("arena");
	SRunner *r;
	int failed;

	tcase_add_test(t, gives_zeroed_aligned_memory);
	tcase_add_test(t, allocations_do_not_overlap);
	tcase_add_test(t, reset_wipes_and_keeps_the_first_block);
	tcase_add_test(t, rewind_forgets_only_what_came_after);
	tcase_add_test(t, big_blocks_go_back_on_reset);
	tcase_add_test(t, last_bytes_of_the_limit_are_usable);
	tcase_add_test(t, free_takes_null);
	tcase_add_test_raise_signal(t, small_allocations_past_the_limit, SIGABRT);
	tcase_add_test_raise_signal(t, one_allocation_past_the_limit, SIGABRT);
	tcase_add_test_raise_signal(t, array_that_overflows, SIGABRT);
	tcase_add_test_raise_signal(t, size_near_the_end_of_size_t, SIGABRT);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
