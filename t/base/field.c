/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Field tables: offsets, names, and clearing every type to its "none". */
#include "base/field.h"

#include <check.h>
#include <string.h>

struct form;

struct inner {
	struct day day;
	const char *text;
};
FIELDS(struct inner, inner_fields, F_DAY(struct inner, day),
	F_TEXT(struct inner, text));

enum kind { KIND_A, KIND_B };
static const struct choice kinds[] = {
	{ KIND_A, "a", "A" },
	{ KIND_B, "b", "B" },
	{ 0, NULL, NULL },
};

struct all {
	char untouched;
	const char *text, *msg;
	int64_t number;
	bool yes;
	int kind;
	struct day day;
	struct minute minute;
	struct stamp stamp;
	struct uid uid;
	struct list uids, texts, rows;
	struct bytes bytes;
	struct inner view;
	struct form *form;
};
FIELDS(struct all, all_fields,
	F_TEXT(struct all, text, .required = true, .max = 10),
	F_MSG(struct all, msg), F_INT(struct all, number),
	F_BOOL(struct all, yes), F_ENUM(struct all, kind, kinds),
	F_DAY(struct all, day), F_MINUTE(struct all, minute),
	F_STAMP(struct all, stamp), F_UID(struct all, uid),
	F_UIDS(struct all, uids), F_TEXTS(struct all, texts),
	F_BYTES(struct all, bytes), F_ROWS(struct all, rows, &inner_fields),
	F_VIEW(struct all, view, struct inner, &inner_fields),
	F_FORM(struct all, form, &inner_fields));

START_TEST(table_describes_the_struct)
{
	ck_assert_uint_eq(all_fields.n, 15);
	ck_assert_uint_eq(all_fields.size, sizeof(struct all));
	ck_assert_uint_eq(all_fields.v[0].offset, offsetof(struct all, text));
	ck_assert(all_fields.v[0].required);
	ck_assert_int_eq(all_fields.v[0].max, 10);
}
END_TEST

START_TEST(finds_by_name)
{
	struct all x = { .number = 5 };
	const struct field *f = field_find(&all_fields, "number");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(*(const int64_t *)field_get(f, &x), 5);
	*(int64_t *)field_ptr(f, &x) = 6;
	ck_assert_int_eq(x.number, 6);
	ck_assert_ptr_null(field_find(&all_fields, "numbe"));
	ck_assert_ptr_null(field_find(&all_fields, "untouched"));
}
END_TEST

START_TEST(clears_each_type)
{
	struct all x;

	memset(&x, 0x5a, sizeof(x));
	field_clear(&all_fields, &x);
	ck_assert_int_eq(x.untouched, 0x5a);
	ck_assert_ptr_null(x.text);
	ck_assert_ptr_null(x.msg);
	ck_assert_int_eq(x.number, 0);
	ck_assert(!x.yes);
	ck_assert_int_eq(x.kind, 0);
	ck_assert(!day_is(x.day) && !minute_is(x.minute));
	ck_assert(!stamp_is(x.stamp) && !uid_is(x.uid));
	ck_assert(x.uids.v == NULL && x.uids.n == 0);
	ck_assert(x.texts.n == 0 && x.rows.n == 0 && x.bytes.n == 0);
	ck_assert(!day_is(x.view.day));
	ck_assert_ptr_null(x.view.text);
	ck_assert_ptr_null(x.form);
}
END_TEST

START_TEST(choices)
{
	ck_assert_str_eq(choice_by_value(kinds, KIND_B)->name, "b");
	ck_assert_ptr_null(choice_by_value(kinds, 2));
	ck_assert_int_eq(choice_by_name(kinds, "b")->value, KIND_B);
	ck_assert_ptr_null(choice_by_name(kinds, "c"));
	ck_assert_ptr_null(choice_by_name(kinds, ""));
	ck_assert_ptr_null(choice_by_name(kinds, NULL));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("field");
	TCase *t = tcase_create("field");
	SRunner *r;
	int failed;

	tcase_add_test(t, table_describes_the_struct);
	tcase_add_test(t, finds_by_name);
	tcase_add_test(t, clears_each_type);
	tcase_add_test(t, choices);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
