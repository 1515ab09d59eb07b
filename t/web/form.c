/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Forms as a whole: what is given, missing, doubled or unknown, errors, and
 * what the page shows again. */
#include "web/form.h"

#include "t/web/entry.h"
#include "web/multipart.h"

/* The same inputs, all of them required. */
FIELDS(struct entry, must_fields,
    F_TEXT(struct entry, name, .label = "名前", .required = true),
    F_INT(struct entry, number, .label = "人数", .required = true),
    F_BOOL(struct entry, agreed, .label = "同意", .required = true),
    F_ENUM(struct entry, kind, kinds, .label = "種類", .required = true),
    F_DAY(struct entry, day, .label = "日付", .required = true),
    F_MINUTE(struct entry, at, .label = "時刻", .required = true),
    F_UID(struct entry, pupil, .label = "お子さま", .required = true),
    F_UIDS(struct entry, pupils, .label = "宛先", .required = true),
    F_TEXTS(struct entry, options, .label = "選択肢", .required = true),
    F_BYTES(struct entry, photo, .label = "写真", .required = true));

START_TEST(nothing_sent)
{
	ck_assert_int_eq(read_form(&entry_fields), OK);
	ck_assert_ptr_null(e.name);
	ck_assert_int_eq(e.number, 0);
	ck_assert(!e.agreed);
	ck_assert_int_eq(e.kind, 0);
	ck_assert(!day_is(e.day));
	ck_assert(!minute_is(e.at));
	ck_assert(!uid_is(e.pupil));
	ck_assert_uint_eq(e.pupils.n, 0);
	ck_assert_uint_eq(e.photo.n, 0);
	for (size_t i = 0; i < entry_fields.n; i++)
		ck_assert_ptr_null(form->text[i]);
}
END_TEST

START_TEST(empty_is_nothing)
{
	for (size_t i = 0; i < entry_fields.n; i++)
		if (entry_fields.v[i].type != FIELD_BOOL)
			put(entry_fields.v[i].name, "");
	put("name_y", "2026");
	ck_assert_int_eq(read_form(&entry_fields), OK);
	ck_assert_ptr_null(e.name);
	ck_assert(!day_is(e.day));
	ck_assert_uint_eq(e.options.n, 0);
	FINE("name", " 　\t\r\n　");
	ck_assert_ptr_null(e.name);
	FINE("number", "　");
	FINE("day", "　");
}
END_TEST

START_TEST(required)
{
	static const char *const say[] = { "名前を入力してください",
		"人数を入力してください", "同意にチェックを入れてください",
		"種類を選んでください", "日付を入力してください",
		"時刻を入力してください", "お子さまを選んでください",
		"宛先を選んでください", "選択肢を入力してください",
		"写真のファイルを選んでください" };

	ck_assert_int_eq(read_form(&must_fields), ERR_INVALID);
	for (size_t i = 0; i < COUNT(say); i++)
		ck_assert_str_eq(form->error[i], say[i]);
	ck_assert_str_eq(error_of(&must_fields, "name", "　 "), say[0]);
	ck_assert_str_eq(error_of(&must_fields, "day", ""), say[4]);
	ck_assert_str_eq(error_of(&must_fields, "pupils", ""), say[7]);
}
END_TEST

START_TEST(sent_twice)
{
	static const char *const single[] = { "name", "number", "agreed",
		"kind", "day", "at", "pupil", "password" };

	for (size_t i = 0; i < COUNT(single); i++) {
		r.body_pairs.n = 0;
		put(single[i], "1");
		put(single[i], "1");
		ck_assert_int_eq(read_form(&entry_fields), ERR_INVALID);
		ck_assert_ptr_nonnull(
		    strstr(form->error[form_index(form, single[i])],
			"は1つだけ送ってください"));
	}
	ck_assert_ptr_null(e.name);
}
END_TEST

START_TEST(unknown_names_are_ignored)
{
	put("role", "admin");
	put("Name", "山田");
	put("name ", "山田");
	ck_assert_int_eq(read_form(&entry_fields), OK);
	ck_assert_ptr_null(e.name);
	ck_assert_uint_eq(form_index(form, "role"), SIZE_MAX);
}
END_TEST

START_TEST(table_that_is_no_form)
{
	static const struct field v[] = {
		{ .type = FIELD_TEXT, .name = "a" },
		{ .type = FIELD_STAMP, .name = "b" },
	};
	static const enum field_type bad[] = { FIELD_STAMP, FIELD_MSG,
		FIELD_ROWS, FIELD_FORM, FIELD_ENUM };
	struct field copy[2];
	const struct fields of = { "x", sizeof(e), copy, 2 };

	memcpy(copy, v, sizeof(v));
	put("a", "x");
	for (size_t i = 0; i < COUNT(bad); i++) {
		copy[1].type = bad[i];
		form = NULL;
		ck_assert_int_eq(form_read(&r, &of, &e, &form), ERR_BUG);
		ck_assert_ptr_nonnull(form);
		ck_assert_ptr_nonnull(form_show(&r, &of, &e));
	}
}
END_TEST

START_TEST(query)
{
	static struct pair q[] = { { .name = "kind", .value = "late" } };

	put("kind", "absent");
	r.query_pairs = (struct list){ q, 1 };
	ck_assert_int_eq(form_read_query(&r, &entry_fields, &e, &form), OK);
	ck_assert_int_eq(e.kind, KIND_LATE);
	ck_assert(form_has(form, 8, "late"));
	ck_assert(!form_has(form, 8, "absent"));
	ck_assert(!form_has(form, 999, "late"));
}
END_TEST

START_TEST(errors_from_the_model)
{
	put("name", "山田");
	ck_assert_int_eq(read_form(&entry_fields), OK);
	form_error(form, "name", "{label}はもう使われています");
	ck_assert(form->bad);
	ck_assert_str_eq(form->error[0], "名前はもう使われています");
	form_error(form, "name", "二つめ");
	ck_assert_str_eq(form->error[0], "名前はもう使われています");
	form_set(form, "name", "佐藤");
	ck_assert_str_eq(form->text[0], "佐藤");
	ck_assert(form_has(form, 0, "佐藤"));
	ck_assert(!form_has(form, 0, "山田"));
	form_set(form, "name", NULL);
	ck_assert_ptr_null(form->text[0]);
	/* a misspelt name must not make the page pass */
	form->bad = false;
	form_error(form, "nmae", "x");
	ck_assert(form->bad);
	form_set(form, "nmae", "x");
}
END_TEST

START_TEST(braces_in_input_stay)
{
	static const struct field v[] = { { .type = FIELD_TEXT, .name = "name",
	    .label = "{max}の名前", .max = 3 } };
	const struct fields of = { "x", sizeof(e), v, 1 };

	put("name", "{label}");
	ck_assert_int_eq(read_form(&of), ERR_INVALID);
	ck_assert_str_eq(form->error[0],
	    "{max}の名前は3文字までで入力してください（いまは7文字です）");
}
END_TEST

static struct entry
sample(void)
{
	static struct uid two[2] = { { { 1 } }, { { 2 } } };
	static const char *texts[] = { "晴れ", "雨" };

	return (struct entry){ .name = "山田", .body = "一\n二",
		.password = "secret", .number = 7, .degree = 0, .agreed = true,
		.kind = KIND_LATE, .day = day_from(2026, 6, 1),
		.at = { 7 * 60 + 42 }, .pupil = two[0], .pupils = { two, 2 },
		.options = { texts, 2 } };
}

START_TEST(values_are_shown)
{
	struct entry x = sample();

	form = form_show(&r, &entry_fields, &x);
	ck_assert(!form->bad);
	ck_assert_str_eq(form->text[0], "山田");
	ck_assert_ptr_null(form->text[1]);
	ck_assert_str_eq(form->text[2], "一\n二");
	ck_assert_ptr_null(form->text[3]);
	ck_assert_str_eq(form->text[4], "7");
	ck_assert_str_eq(form->text[5], "0");
	ck_assert_str_eq(form->text[7], "1");
	ck_assert_str_eq(form->text[8], "late");
	ck_assert_str_eq(form->text[9], "2026-06-01");
	ck_assert_str_eq(form->text[10], "07:42");
	ck_assert_str_eq(form->text[11], "AQAAAAAAAAAAAAAAAAAAAA");
	ck_assert(form_has(form, 12, "AgAAAAAAAAAAAAAAAAAAAA"));
	ck_assert(form_has(form, 13, "雨"));
	ck_assert_ptr_null(form->text[14]);
}
END_TEST

START_TEST(none_is_shown_empty)
{
	struct entry x;

	field_clear(&entry_fields, &x);
	form = form_show(&r, &entry_fields, &x);
	for (size_t i = 0; i < entry_fields.n; i++)
		if (i != 5 && i != 6)	/* where 0 is a number like others */
			ck_assert_ptr_null(form->text[i]);
}
END_TEST

/* What is shown and sent back unchanged is the same struct again. */
START_TEST(shown_and_read_again)
{
	struct entry x = sample();
	struct form *first = form_show(&r, &entry_fields, &x);

	for (size_t i = 0; i < entry_fields.n; i++)
		for (size_t k = 0; k < first->values[i].n; k++)
			put(entry_fields.v[i].name,
			    *LIST_AT(first->values[i], const char *, k));
	ck_assert_int_eq(read_form(&entry_fields), OK);
	ck_assert_str_eq(e.name, x.name);
	ck_assert_str_eq(e.body, x.body);
	ck_assert_int_eq(e.number, x.number);
	ck_assert(e.agreed);
	ck_assert_int_eq(e.kind, x.kind);
	ck_assert_int_eq(e.day.n, x.day.n);
	ck_assert_int_eq(e.at.n, x.at.n);
	ck_assert(uid_eq(e.pupil, x.pupil));
	ck_assert_uint_eq(e.pupils.n, 2);
	ck_assert_uint_eq(e.options.n, 2);
}
END_TEST

/* A token that no longer holds: what was typed is shown once more. */
START_TEST(without_token_nothing_is_right)
{
	put("name", "青木");
	r.token = NULL;
	ck_assert_int_eq(form_read(&r, &entry_fields, &e, &form), ERR_INVALID);
	ck_assert(form->bad && form->notice != NULL);
	ck_assert_str_eq(form->text[form_index(form, "name")], "青木");
}
END_TEST

START_TEST(through_multipart)
{
	static const char body[] = "--x\r\n"
	    "Content-Disposition: form-data; name=\"name\"\r\n\r\n山田\r\n"
	    "--x\r\nContent-Disposition: form-data; name=\"photo\"; "
	    "filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8"
	    "\r\n--x--\r\n";

	ck_assert_int_eq(multipart_pairs(r.a,
			     "multipart/form-data; boundary=x",
			     (struct bytes){ (const unsigned char *)body,
				 sizeof(body) - 1 },
			     &r.body_pairs),
	    OK);
	ck_assert_int_eq(read_form(&entry_fields), OK);
	ck_assert_str_eq(e.name, "山田");
	ck_assert_uint_eq(e.photo.n, 2);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("form");
	TCase *t = tcase_create("form");
	SRunner *run = srunner_create(s);
	int failed;

	suite_add_tcase(s, t);
	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, nothing_sent);
	tcase_add_test(t, empty_is_nothing);
	tcase_add_test(t, required);
	tcase_add_test(t, sent_twice);
	tcase_add_test(t, unknown_names_are_ignored);
	tcase_add_test(t, table_that_is_no_form);
	tcase_add_test(t, query);
	tcase_add_test(t, errors_from_the_model);
	tcase_add_test(t, braces_in_input_stay);
	tcase_add_test(t, values_are_shown);
	tcase_add_test(t, none_is_shown_empty);
	tcase_add_test(t, shown_and_read_again);
	tcase_add_test(t, through_multipart);
	tcase_add_test(t, without_token_nothing_is_right);
	srunner_set_tap(run, "-");
	srunner_run_all(run, CK_SILENT);
	failed = srunner_ntests_failed(run);
	srunner_free(run);
	return failed != 0;
}
