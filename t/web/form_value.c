/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Every type of field with what people and attackers send, and the sentences
 * that answer it. */
#include "web/form_value.h"

#include "t/web/entry.h"

/* Lists without a limit of their own. */
FIELDS(struct entry, free_fields,
    F_TEXT(struct entry, body, .label = "本文", .many_lines = true),
    F_UIDS(struct entry, pupils, .label = "宛先"),
    F_TEXTS(struct entry, options, .label = "選択肢"));

START_TEST(text_is_cleaned)
{
	FINE("name", "　山田 花子 ");
	ck_assert_str_eq(e.name, "山田 花子");
	ck_assert_str_eq(form->text[0], "　山田 花子 ");
	/* kana of a Mac: base and mark become one, ideographs stay */
	FINE("name", "か\u3099神");
	ck_assert_str_eq(e.name, "が神");
	/* names are never made narrow, codes are */
	FINE("name", "Ａ１");
	ck_assert_str_eq(e.name, "Ａ１");
	FINE("code", "　１２－３　Ａ ");
	ck_assert_str_eq(e.code, "12-3 A");
}
END_TEST

START_TEST(text_limits)
{
	FINE("name", "山田");
	FINE("name", "山田花子様");
	FINE("name", "𠮷𠮷𠮷𠮷𠮷");
	FINE("name", "　　　　　山田");
	WRONG("name", "山",
	    "名前は2文字以上で入力してください（いまは1文字です）");
	WRONG("name", "山田花子様様",
	    "名前は5文字までで入力してください（いまは6文字です）");
	ck_assert_ptr_null(e.name);
	ck_assert_str_eq(form->text[0], "山田花子様様");
}
END_TEST

START_TEST(text_lines)
{
	WRONG("name", "山\n田", "名前は改行せずに1行で入力してください");
	WRONG("name", "山\r田", "名前は改行せずに1行で入力してください");
	WRONG("code", "1\r\n2", "番号は改行せずに1行で入力してください");
	WRONG("password", "a\nb",
	    "パスワードは改行せずに1行で入力してください");
	FINE("body", "一\r\n二\r三\n四\n\r五");
	ck_assert_str_eq(e.body, "一\n二\n三\n四\n\n五");
	/* 20 characters although 40 bytes of CRLF more were sent */
	FINE("body", "0\r\n1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7\r\n8\r\n99");
	ck_assert_uint_eq(strlen(e.body), 20);
}
END_TEST

START_TEST(password_untouched_and_not_kept)
{
	FINE("password", " Ａか\u3099 ");
	ck_assert_str_eq(e.password, " Ａか\u3099 ");
	ck_assert_ptr_null(form->text[3]);
	ck_assert_uint_eq(form->values[3].n, 0);
	form_set(form, "password", "x");
	ck_assert_ptr_null(form->text[3]);
	ck_assert(!form_has(form, 3, "x"));
}
END_TEST

START_TEST(numbers)
{
	FINE("number", "1");
	FINE("number", "　４０ ");
	ck_assert_int_eq(e.number, 40);
	WRONG("number", "0", "人数は1から40までの数で入力してください");
	WRONG("number", "41", "人数は1から40までの数で入力してください");
	ck_assert_int_eq(e.number, 0);
	WRONG("number", "十", "人数は数字で入力してください。例：12");
	WRONG("number", "4x", "人数は数字で入力してください。例：12");
	WRONG("number", "99999999999999999999",
	    "人数は数字で入力してください。例：12");
	FINE("degree", "－５");
	ck_assert_int_eq(e.degree, -5);
	WRONG("degree", "1", "気温は-20から0までの数で入力してください");
	FINE("count", "0");
	FINE("count", "9223372036854775807");
	ck_assert_int_eq(e.count, INT64_MAX);
	WRONG("count", "-1", "回数は0以上の数で入力してください");
}
END_TEST

START_TEST(bools)
{
	FINE("agreed", "1");
	ck_assert(e.agreed);
	FINE("agreed", "on");
	ck_assert(e.agreed);
	ck_assert_str_eq(form->text[7], "1");
	ck_assert(form_has(form, 7, "1"));
	ck_assert_ptr_nonnull(wrong("agreed", "0"));
	ck_assert(!e.agreed);
	ck_assert_ptr_nonnull(wrong("agreed", ""));
	ck_assert_ptr_nonnull(wrong("agreed", "true"));
}
END_TEST

START_TEST(enums)
{
	FINE("kind", "late");
	ck_assert_int_eq(e.kind, KIND_LATE);
	WRONG("kind", "2", "種類は画面に出ているものから選んでください");
	ck_assert_int_eq(e.kind, 0);
	ck_assert_ptr_nonnull(wrong("kind", "Late"));
	ck_assert_ptr_nonnull(wrong("kind", "late "));
	ck_assert_ptr_nonnull(wrong("kind", "遅刻"));
}
END_TEST

START_TEST(days)
{
	static const char *const same[] = { "2026-06-01", "2026/6/1",
		"R8.6.1", "令和8年6月1日", "２０２６年６月１日",
		"　2026-06-01 " };

	for (size_t i = 0; i < COUNT(same); i++) {
		FINE("day", same[i]);
		ck_assert_int_eq(e.day.n, day_from(2026, 6, 1).n);
		ck_assert_str_eq(form->text[9], same[i]);
	}
	WRONG("day", "2026-02-29",
	    "日付の日付が正しくありません。例：2026年6月1日");
	ck_assert(!day_is(e.day));
	ck_assert_ptr_nonnull(wrong("day", "あした"));
}
END_TEST

static enum err
three(const char *y, const char *m, const char *d)
{
	r.body_pairs.n = 0;
	put("day_y", y);
	put("day_m", m);
	put("day_d", d);
	return read_form(&entry_fields);
}

START_TEST(day_of_three_inputs)
{
	static const char *const years[] = { "2026", "２０２６", "令和8",
		"R8", "ｒ8", " 2026　" };

	for (size_t i = 0; i < COUNT(years); i++) {
		ck_assert_msg(three(years[i], "6", "０1") == OK, "%s",
		    years[i]);
		ck_assert_int_eq(e.day.n, day_from(2026, 6, 1).n);
	}
	ck_assert_int_eq(three("", " ", "　"), OK);
	ck_assert(!day_is(e.day));
	ck_assert_int_eq(three("2026", "13", "1"), ERR_INVALID);
	ck_assert_str_eq(form->text[9], "2026年13月1日");
	ck_assert_int_eq(three("2026", "", "1"), ERR_INVALID);
	ck_assert_int_eq(three("2026年6月1日", "", ""), ERR_INVALID);
	ck_assert_int_eq(three("2026-06-01", "", ""), ERR_INVALID);
	ck_assert_int_eq(three("", "6", "1"), ERR_INVALID);
}
END_TEST

START_TEST(day_parts_and_whole)
{
	ck_assert_int_eq(three("2026", "6", "1"), OK);
	put("day", "2026-06-02");
	ck_assert_int_eq(read_form(&entry_fields), OK);
	ck_assert_int_eq(e.day.n, day_from(2026, 6, 2).n);
	ck_assert_int_eq(three("2026", "6", "1"), OK);
	put("day_m", "6");
	ck_assert_int_eq(read_form(&entry_fields), ERR_INVALID);
	ck_assert_str_eq(form->error[9], "日付は1つだけ送ってください");
	r.body_pairs.n = 0;
	put("day_y", "2026");
	ck_assert_int_eq(read_form(&entry_fields), ERR_INVALID);
}
END_TEST

START_TEST(minutes)
{
	FINE("at", "8時5分");
	ck_assert_int_eq(e.at.n, 8 * 60 + 5);
	FINE("at", "08:05");
	FINE("at", " ０８：０５");
	ck_assert_int_eq(e.at.n, 8 * 60 + 5);
	WRONG("at", "25:00", "時刻の時刻が正しくありません。例：8時5分、8:05");
	ck_assert(!minute_is(e.at));
}
END_TEST

START_TEST(uids)
{
	struct uid u = uid_new();
	char *text = uid_text(r.a, u);

	FINE("pupil", text);
	ck_assert(uid_eq(e.pupil, u));
	ck_assert_ptr_nonnull(wrong("pupil", "1"));
	ck_assert_ptr_nonnull(
	    wrong("pupil", str_printf(r.a, " %s", text)));
	ck_assert_ptr_nonnull(wrong("pupil", "AAAAAAAAAAAAAAAAAAAAAA"));
	ck_assert(!uid_is(e.pupil));
}
END_TEST

START_TEST(many_uids)
{
	struct uid u[4];
	const char *text[4];

	for (int i = 0; i < 4; i++) {
		u[i] = uid_new();
		text[i] = uid_text(r.a, u[i]);
	}
	put("pupils", text[1]);
	put("pupils", text[0]);
	put("pupils", "");
	put("pupils", text[1]);
	ck_assert_int_eq(read_form(&entry_fields), OK);
	ck_assert_uint_eq(e.pupils.n, 2);
	ck_assert(uid_eq(*LIST_AT(e.pupils, struct uid, 0), u[1]));
	ck_assert(uid_eq(*LIST_AT(e.pupils, struct uid, 1), u[0]));
	ck_assert(form_has(form, 12, text[0]));
	ck_assert(!form_has(form, 12, text[2]));

	put("pupils", text[2]);
	ck_assert_int_eq(read_form(&entry_fields), OK);
	put("pupils", text[3]);
	ck_assert_int_eq(read_form(&entry_fields), ERR_INVALID);
	ck_assert_str_eq(form->error[12],
	    "宛先は3件までにしてください（いまは4件です）");
	ck_assert_uint_eq(e.pupils.n, 0);
	WRONG("pupils", text[0],
	    "宛先は2件以上にしてください（いまは1件です）");
	ck_assert_ptr_nonnull(wrong("pupils", "x"));
}
END_TEST

START_TEST(many_texts)
{
	put("options", " 晴れ ");
	put("options", "　");
	put("options", "晴れ");
	put("options", "雨");
	ck_assert_int_eq(read_form(&entry_fields), OK);
	ck_assert_uint_eq(e.options.n, 3);
	ck_assert_str_eq(*LIST_AT(e.options, const char *, 0), "晴れ");
	ck_assert_str_eq(*LIST_AT(e.options, const char *, 2), "雨");
	ck_assert_uint_eq(form->values[13].n, 4);
	put("options", "雪");
	ck_assert_int_eq(read_form(&entry_fields), ERR_INVALID);
	ck_assert_uint_eq(e.options.n, 0);
	ck_assert_ptr_nonnull(wrong("options", "a\nb"));
}
END_TEST

START_TEST(at_most_200)
{
	for (int i = 0; i < 200; i++) {
		put("pupils", uid_text(r.a, uid_new()));
		put("options", "x");
	}
	ck_assert_int_eq(read_form(&free_fields), OK);
	ck_assert_uint_eq(e.pupils.n, 200);
	put("pupils", uid_text(r.a, uid_new()));
	put("options", "x");
	ck_assert_int_eq(read_form(&free_fields), ERR_INVALID);
	ck_assert_str_eq(form->error[1],
	    "宛先は200件までにしてください（いまは201件です）");
	ck_assert_ptr_nonnull(form->error[2]);
}
END_TEST

START_TEST(files)
{
	put_file("photo", "a.jpg", "1234");
	ck_assert_int_eq(read_form(&entry_fields), OK);
	ck_assert_uint_eq(e.photo.n, 4);
	put_file("photo", "b.jpg", "1234");
	ck_assert_int_eq(read_form(&entry_fields), ERR_INVALID);

	r.body_pairs.n = 0;
	put_file("photo", "a.jpg", "12345");
	ck_assert_int_eq(read_form(&entry_fields), ERR_INVALID);
	ck_assert_str_eq(form->error[14],
	    "写真は4Bまでのファイルを選んでください");
	ck_assert_uint_eq(e.photo.n, 0);

	r.body_pairs.n = 0;
	put_file("photo", "", "");
	ck_assert_int_eq(read_form(&entry_fields), OK);
	/* a form that forgot its enctype sends the name only */
	WRONG("photo", "a.jpg",
	    "写真のファイルが届きませんでした。もう一度選んでください");
}
END_TEST

START_TEST(file_is_no_text)
{
	put_file("name", "a.txt", "山田");
	ck_assert_int_eq(read_form(&entry_fields), OK);
	ck_assert_ptr_null(e.name);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("form_value");
	TCase *t = tcase_create("form_value");
	SRunner *run = srunner_create(s);
	int failed;

	suite_add_tcase(s, t);
	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, text_is_cleaned);
	tcase_add_test(t, text_limits);
	tcase_add_test(t, text_lines);
	tcase_add_test(t, password_untouched_and_not_kept);
	tcase_add_test(t, numbers);
	tcase_add_test(t, bools);
	tcase_add_test(t, enums);
	tcase_add_test(t, days);
	tcase_add_test(t, day_of_three_inputs);
	tcase_add_test(t, day_parts_and_whole);
	tcase_add_test(t, minutes);
	tcase_add_test(t, uids);
	tcase_add_test(t, many_uids);
	tcase_add_test(t, many_texts);
	tcase_add_test(t, at_most_200);
	tcase_add_test(t, files);
	tcase_add_test(t, file_is_no_text);
	srunner_set_tap(run, "-");
	srunner_run_all(run, CK_SILENT);
	failed = srunner_ntests_failed(run);
	srunner_free(run);
	return failed != 0;
}
