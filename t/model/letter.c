/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Letters (F02): who gets a code, how it may be typed, how often and how long
 * it works, and that a new letter kills the old. */
#include "model/letter.h"

#include "t/model/world.h"

#define MONDAY at("2026-06-01", "07:10")

static struct list
issue(const char *class_title, const char *number, int64_t days)
{
	struct letter_order order = { "B100000000001", class_title, number, 2,
		days };
	struct list issued;

	MUST(letter_issue(world.a, world.db, &order, MONDAY, &issued));
	return issued;
}

static const char *
code_of(const char *number)
{
	struct list issued = issue(NULL, number, 60);

	ck_assert_uint_eq(issued.n, 1);
	return LIST_AT(issued, struct letter_issued, 0)->code;
}

static enum err
find(const char *code, struct stamp now)
{
	struct letter letter;

	return letter_find(world.a, world.db, code, now, &letter);
}

START_TEST(what_a_letter_says)
{
	const char *code = code_of("10003");
	struct letter letter;

	MUST(letter_find(world.a, world.db, code, MONDAY, &letter));
	ck_assert_int_eq(letter.pupil_id, RIN);
	ck_assert_int_eq(letter.school_id, CHUO);
	ck_assert_str_eq(letter.name, "葛󠄀城 凛");
	ck_assert_str_eq(letter.given, "凛");
	ck_assert_str_eq(letter.class_title, "5年2組");
	ck_assert_str_eq(letter.school, "中央小学校");
	ck_assert_str_eq(letter.phone, "03-0000-0001");
	ck_assert(letter.protected);
}
END_TEST

START_TEST(the_code_is_not_kept)
{
	const char *code = code_of("10001");

	ck_assert_uint_eq(strlen(code), 19);
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM invitation WHERE"
	    " code = '%s' OR code LIKE '%%%.4s%%'", code, code), 0);
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM invitation WHERE"
	    " code = UNHEX(SHA2(REPLACE('%s', '-', ''), 256))", code), 1);
}
END_TEST

START_TEST(as_people_type_it)
{
	const char *code = code_of("10001");
	char *lower = str_lower(world.a, code), *bare = str_copy(world.a, code);
	char *to = bare, *fold = str_copy(world.a, code);
	struct buf *wide = buf_new(world.a, 64, 256);

	for (const char *p = code; *p != '\0'; p++)
		if (*p != '-')
			*to++ = *p;
	*to = '\0';
	for (char *p = fold; *p != '\0'; p++)
		*p = *p == '0' ? 'o' : *p == '1' ? 'l' : *p;
	for (const char *p = code; *p != '\0'; p++) {
		if (*p >= '0' && *p <= '9')
			buf_printf(wide, "\xef\xbc%c", 0x90 + *p - '0');
		else if (*p != '-')
			buf_printf(wide, "\xef\xbc%c", 0xa1 + *p - 'A');
		else
			buf_str(wide, "－");
	}
	MUST(find(code, MONDAY));
	MUST(find(lower, MONDAY));
	MUST(find(bare, MONDAY));
	MUST(find(fold, MONDAY));
	MUST(find(wide->p, MONDAY));
	MUST(find(str_printf(world.a, " %s　", code), MONDAY));
}
END_TEST

START_TEST(codes_that_are_none)
{
	const char *code = code_of("10001");
	char *wrong = str_copy(world.a, code);

	wrong[0] = wrong[0] == 'A' ? 'B' : 'A';
	GIVES(find(wrong, MONDAY), ERR_NONE);
	GIVES(find(NULL, MONDAY), ERR_NONE);
	GIVES(find("", MONDAY), ERR_NONE);
	GIVES(find("----", MONDAY), ERR_NONE);
	GIVES(find(code + 1, MONDAY), ERR_NONE);
	GIVES(find(str_printf(world.a, "%sA", code), MONDAY), ERR_NONE);
	wrong[0] = 'U';
	GIVES(find(wrong, MONDAY), ERR_NONE);
	GIVES(find("' OR 1 = 1 --", MONDAY), ERR_NONE);
}
END_TEST

START_TEST(it_is_used_up)
{
	const char *code = code_of("10001");
	struct letter letter;

	MUST(letter_find(world.a, world.db, code, MONDAY, &letter));
	MUST(letter_use(world.db, letter.invitation_id, MONDAY));
	MUST(find(code, MONDAY));
	MUST(letter_use(world.db, letter.invitation_id, MONDAY));
	GIVES(find(code, MONDAY), ERR_NONE);
	GIVES(letter_use(world.db, letter.invitation_id, MONDAY), ERR_NONE);
	ck_assert_int_eq(world_number("SELECT used FROM invitation"), 2);
}
END_TEST

START_TEST(it_expires)
{
	struct list issued = issue(NULL, "10001", 60);
	const char *code = LIST_AT(issued, struct letter_issued, 0)->code;
	struct stamp end = stamp_add(MONDAY, 60 * 86400);
	struct letter letter;

	MUST(letter_find(world.a, world.db, code, stamp_add(end, -1),
	    &letter));
	GIVES(find(code, end), ERR_NONE);
	GIVES(letter_use(world.db, letter.invitation_id, end), ERR_NONE);
	MUST(letter_use(world.db, letter.invitation_id, stamp_add(end, -1)));
}
END_TEST

START_TEST(a_new_letter_kills_the_old)
{
	const char *old = code_of("10001"), *other = code_of("10002");
	struct letter letter;
	const char *new;

	MUST(letter_find(world.a, world.db, old, MONDAY, &letter));
	new = code_of("10001");
	ck_assert_str_ne(old, new);
	GIVES(find(old, MONDAY), ERR_NONE);
	GIVES(letter_use(world.db, letter.invitation_id, MONDAY), ERR_NONE);
	MUST(find(new, MONDAY));
	MUST(find(other, MONDAY));
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM invitation"
	    " WHERE replaced_at IS NOT NULL"), 1);
}
END_TEST

START_TEST(who_left_has_no_letter)
{
	const char *code = code_of("10001");

	world_run("UPDATE enrollment SET ends = '2026-05-31'"
	    " WHERE pupil_id = %d", AOI);
	GIVES(find(code, MONDAY), ERR_NONE);
}
END_TEST

START_TEST(whole_school_and_one_class)
{
	struct list all = issue(NULL, NULL, 60), one;
	struct letter_issued *l = all.v;

	/* By grade, class and seat; each pupil once. */
	ck_assert_uint_eq(all.n, 5);
	ck_assert_str_eq(l[0].name, "田中 ひなた");
	ck_assert_str_eq(l[0].class_title, "なかよし");
	ck_assert_str_eq(l[1].name, "髙橋 葵");
	ck_assert_str_eq(l[1].number, "10001");
	ck_assert_int_eq(l[1].seat, 1);
	ck_assert_str_eq(l[4].name,
	    "Maria Aparecida dos Santos Oliveira Nakamura Pereira");
	for (size_t i = 0; i < all.n; i++)
		MUST(find(l[i].code, MONDAY));
	one = issue("3年1組", NULL, 60);
	ck_assert_uint_eq(one.n, 2);
	GIVES(find(l[1].code, MONDAY), ERR_NONE);
	MUST(find(l[0].code, MONDAY));
}
END_TEST

START_TEST(orders_for_nobody)
{
	struct letter_order orders[] = {
		{ "B999", NULL, NULL, 2, 60 },
		{ "B100000000001", "9年9組", NULL, 2, 60 },
		{ "B100000000001", NULL, "20001", 2, 60 },
		{ "C100000000001", NULL, "20008", 2, 60 },
	};
	struct list issued;

	for (size_t i = 0; i < COUNT(orders); i++)
		GIVES(letter_issue(world.a, world.db, &orders[i], MONDAY,
		    &issued), ERR_NONE);
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM invitation"), 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("model/letter");
	TCase *c = world_case(s, "letter", world_begin);

	tcase_add_test(c, what_a_letter_says);
	tcase_add_test(c, the_code_is_not_kept);
	tcase_add_test(c, as_people_type_it);
	tcase_add_test(c, codes_that_are_none);
	tcase_add_test(c, it_is_used_up);
	tcase_add_test(c, it_expires);
	tcase_add_test(c, a_new_letter_kills_the_old);
	tcase_add_test(c, who_left_has_no_letter);
	tcase_add_test(c, whole_school_and_one_class);
	tcase_add_test(c, orders_for_nobody);
	return world_suite(s);
}
