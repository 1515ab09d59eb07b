/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Reports that are refused: outside the hours (F13), on days without school,
 * for children or with reasons that are not the guardian's to choose. */
#include "t/page/forms.h"

#define PATH "/absence/new"

static void
refused_now(struct browser *b, struct sheet *s, const char *shown)
{
	const char *before = site_checksum("");

	sheet_put(s, "step", "send");
	sheet_post(b, s);
	STATUS(b, 422);
	SHOWS(b, "いまは受付時間外です");
	SHOWS(b, shown);
	SHOWS(b, "042-000-0001");
	ck_assert_str_eq(before, site_checksum(""));
	browser_get(b, PATH);
	STATUS(b, 200);
	SHOWS(b, "いまは受付時間外です");
	ck_assert_uint_eq(sheet_count(b, PATH), 0);
	browser_get(b, "/");
	SHOWS(b, "042-000-0001");
}

START_TEST(F13_outside_hours)
{
	struct browser b;
	struct sheet *s;

	browser_sign_in(&b, SIDE_GUARDIAN, HINA);
	s = form_report(&b);
	sheet_put(s, "pupils", site_uid("pupil", 2));
	/* From 8:00; until 7:10, the minute it is. */
	site_sql("UPDATE reception SET opens = 480 WHERE school_id = 2");
	refused_now(&b, s, "8:00〜8:30");
	site_sql("UPDATE reception SET opens = 360, closes = 430"
	    " WHERE school_id = 2");
	refused_now(&b, s, "6:00〜7:10");
	/* No hours on Mondays. */
	site_sql("UPDATE reception SET closes = 510 WHERE school_id = 2");
	site_sql("UPDATE reception SET weekday = 9 WHERE school_id = 2"
	    " AND weekday = 1");
	refused_now(&b, s, "きょうは受け付けていません");
	site_sql("UPDATE reception SET weekday = 1 WHERE weekday = 9");
	/* The date's exceptions win. */
	site_sql("INSERT INTO reception_exception VALUES"
	    " (2, '2026-06-01', 0, 0)");
	refused_now(&b, s, "きょうは受け付けていません");
	site_sql("UPDATE reception_exception SET opens = 440, closes = 500");
	refused_now(&b, s, "7:20〜8:20");
	site_sql("UPDATE reception_exception SET opens = 300, closes = 500");
	sheet_put(s, "step", "send");
	sheet_put(s, "kind", "late");
	sheet_put(s, "clock", "9:00");
	sheet_post(&b, s);
	STATUS(&b, 303);
	site_sql("DELETE FROM reception_exception");
}
END_TEST

/* One of two schools is closed: the other child can be reported. */
START_TEST(F13_one_of_two_schools)
{
	struct browser b;
	struct sheet *s;
	const char *before;

	site_sql("UPDATE reception SET opens = 480 WHERE school_id = 3");
	browser_sign_in(&b, SIDE_GUARDIAN, AOI_A);
	s = form_report(&b);
	SHOWS(&b, "いまは受付時間外です。電話 042-000-0002");
	sheet_add(s, "pupils", site_uid("pupil", 3));
	sheet_put(s, "step", "send");
	before = site_checksum("");
	sheet_post(&b, s);
	STATUS(&b, 422);
	SHOWS(&b, "いまは受付時間外です");
	SHOWS(&b, "8:00〜8:30");
	SHOWS(&b, "いまは受け付けています");
	ck_assert_str_eq(before, site_checksum(""));
	sheet_put(s, "pupils", site_uid("pupil", 1));
	sheet_put(s, "kind", "early");
	sheet_put(s, "clock", "11:00");
	sheet_post(&b, s);
	STATUS(&b, 303);
	site_sql("UPDATE reception SET opens = 360 WHERE school_id = 3");
}
END_TEST

/* ── refused days, reasons and children ── */

START_TEST(F10_days_refused)
{
	static const struct {
		const char *first, *last, *field, *text;
	} days[] = {
		{ "", "", "first", "日付を入力してください" },
		{ "2026-05-31", "", "first", "きょうか、きょうより後の日" },
		{ "2026-06-06", "", "first", "学校がお休み" },
		{ "2026-06-06", "2026-06-07", "first", "学校がお休み" },
		{ "2026-07-20", "", "first", "学校がお休み" },
		{ "2026-06-05", "2026-06-04", "last", "同じか後" },
		{ "2026-06-01", "2026-06-19", "last", "14日分まで" },
		{ "2026-08-10", "", "first", "60日先まで" },
		{ "2026-06-01", "2026-08-10", "last", "60日先まで" },
		{ "2026-02-30", "", "first", "日付が正しくありません" },
		{ "2026-06-01", "あした", "last", "日付が正しくありません" },
	};
	const char *before;
	struct browser b;

	browser_sign_in(&b, SIDE_GUARDIAN, AOI_A);
	before = site_checksum("");
	for (size_t i = 0; i < COUNT(days); i++) {
		struct sheet *s = form_report(&b);
		const char *error;

		sheet_put(s, "when", "date");
		sheet_put(s, "first", days[i].first);
		sheet_put(s, "last", days[i].last);
		sheet_post(&b, s);
		STATUS(&b, 422);
		error = page_error_of(&b, days[i].field);
		ck_assert_msg(error != NULL &&
		    strstr(error, days[i].text) != NULL, "%s %s: %s",
		    days[i].first, days[i].last, error);
		SHOWS(&b, "ご確認ください");
		s = sheet_of(&b, PATH);
		ck_assert_str_eq(sheet_get(s, "note"), "38度の熱があります。");
		ck_assert_str_eq(sheet_get(s, "first"), days[i].first);
		ck_assert_str_eq(sheet_get(s, "last"), days[i].last);
	}
	ck_assert_str_eq(before, site_checksum(""));
}
END_TEST

START_TEST(F10_closure_of_the_school)
{
	struct browser b;
	struct sheet *s;

	site_sql("INSERT INTO closure VALUES (2, '2026-06-01', '開校記念日'),"
	    " (2, '2026-06-02', '開校記念日')");
	browser_sign_in(&b, SIDE_GUARDIAN, HINA);
	browser_get(&b, PATH);
	HIDES(&b, "value=\"today\"");
	SHOWS(&b, "次の登校日 6月3日（水）");
	s = sheet_of(&b, PATH);
	ck_assert_str_eq(sheet_get(s, "when"), "next");
	sheet_put(s, "pupils", site_uid("pupil", 2));
	sheet_put(s, "kind", "absent");
	sheet_put(s, "reason", "通院");
	sheet_put(s, "step", "send");
	sheet_post(&b, s);
	STATUS(&b, 303);
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM absence"
	    " WHERE pupil_id = 2 AND day = '2026-06-03'"), 1);
	site_sql("DELETE FROM closure");
}
END_TEST

START_TEST(F10_children_and_reasons_refused)
{
	const char *others[] = { site_uid("pupil", 2), site_uid("pupil", 4),
		site_uid("guardian", 1), "AAAAAAAAAAAAAAAAAAAAAA", "x", "" };
	const char *before;
	struct browser b;
	struct sheet *s;

	browser_sign_in(&b, SIDE_GUARDIAN, AOI_A);
	before = site_checksum("");
	for (size_t i = 0; i < COUNT(others); i++) {
		s = form_report(&b);
		sheet_put(s, "pupils", others[i]);
		sheet_put(s, "step", "send");
		sheet_post(&b, s);
		STATUS(&b, 422);
		ck_assert_ptr_nonnull(page_error_of(&b, "pupils"));
	}
	s = form_report(&b);
	sheet_add(s, "pupils", site_uid("pupil", 2));
	sheet_put(s, "step", "send");
	sheet_post(&b, s);
	STATUS(&b, 422);
	/* The word of another school. */
	s = form_report(&b);
	sheet_put(s, "reason", "部活動の大会");
	sheet_put(s, "step", "send");
	sheet_post(&b, s);
	STATUS(&b, 422);
	ck_assert_ptr_nonnull(page_error_of(&b, "reason"));
	ck_assert_str_eq(before, site_checksum(""));
}
END_TEST

/* A right that ended, or was never given. */
START_TEST(F10_guardian_without_the_right)
{
	struct browser b;
	struct sheet *s;
	const char *before;

	browser_sign_in(&b, SIDE_GUARDIAN, ITSUKI);
	s = form_report(&b);
	sheet_put(s, "pupils", site_uid("pupil", 5));
	sheet_put(s, "step", "send");
	site_sql("UPDATE guardianship SET may_report = 0 WHERE guardian_id = 6");
	before = site_checksum("");
	sheet_post(&b, s);
	STATUS(&b, 422);
	browser_get(&b, PATH);
	ck_assert_uint_eq(sheet_count(&b, PATH), 0);
	SHOWS(&b, "連絡できるお子さまが登録されていません");
	ck_assert_str_eq(before, site_checksum(""));
	site_sql("UPDATE guardianship SET may_report = 1, ends = '2026-05-31'"
	    " WHERE guardian_id = 6");
	sheet_post(&b, s);
	STATUS(&b, 422);
	browser_get(&b, "/");
	HIDES(&b, "伊藤");
	site_sql("UPDATE guardianship SET ends = '2199-12-31'"
	    " WHERE guardian_id = 6");
}
END_TEST

static void
fill(Suite *s)
{
	TCase *tc = site_case(s, "absence_refused");

	tcase_add_test(tc, F13_outside_hours);
	tcase_add_test(tc, F13_one_of_two_schools);
	tcase_add_test(tc, F10_days_refused);
	tcase_add_test(tc, F10_closure_of_the_school);
	tcase_add_test(tc, F10_children_and_reasons_refused);
	tcase_add_test(tc, F10_guardian_without_the_right);
}

int
main(void)
{
	return site_main("absence_refused", fill);
}
