/* SPDX-License-Identifier: AGPL-3.0-or-later
 * A guardian reports (F10, F11, F13): form, check, back, send, done, and every
 * way in which it is refused. What becomes of a report is absence_change.c. */
#include "t/page/browser.h"

#define PATH "/absence/new"

/* All that a report leaves behind. */
static int64_t
rows(void)
{
	return site_number("SELECT (SELECT COUNT(*) FROM submission)"
	    " + (SELECT COUNT(*) FROM absence)"
	    " + (SELECT COUNT(*) FROM absence_history)"
	    " + (SELECT COUNT(*) FROM outbox)"
	    " + (SELECT COUNT(*) FROM outbox_recipient)"
	    " + (SELECT COUNT(*) FROM form_token)");
}

/* The form with an absence of today for Aoi typed in. */
static struct sheet *
typed(struct browser *b)
{
	struct sheet *s;

	browser_get(b, PATH);
	STATUS(b, 200);
	s = sheet_of(b, PATH);
	sheet_put(s, "pupils", site_uid("pupil", 1));
	sheet_put(s, "kind", "absent");
	sheet_put(s, "when", "today");
	sheet_put(s, "reason", "発熱");
	sheet_put(s, "note", "38度の熱があります。");
	sheet_put(s, "step", "check");
	return s;
}

/* The check page's form, ready to be sent. */
static struct sheet *
checked(struct browser *b, const struct sheet *s)
{
	struct sheet *check;

	sheet_post(b, s);
	STATUS(b, 200);
	SHOWS(b, "この内容で送りますか");
	check = sheet_of(b, PATH);
	sheet_put(check, "step", "send");
	return check;
}

START_TEST(F10_report_of_today)
{
	struct browser b;
	struct sheet *s;

	browser_sign_in(&b, SIDE_GUARDIAN, AOI_A);
	s = typed(&b);
	SHOWS(&b, "髙橋 葵 さん");
	SHOWS(&b, "みどり小学校　3年1組");
	s = checked(&b, s);
	SHOWS(&b, "きょう 6月1日（月）");
	SHOWS(&b, "38度の熱があります。");
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM absence"), 0);
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM form_token"
	    " WHERE location <> '/'"), 0);
	sheet_post(&b, s);
	LEADS(&b, str_printf(a, "/absence/done/%s", site_uid("submission",
	    site_number("SELECT id FROM submission"))));
	browser_follow(&b);
	SHOWS(&b, "受け付けました");
	SHOWS(&b, "髙橋 葵 さん");
	ck_assert_str_eq(site_text("SELECT pupil_id, school_id, day, kind,"
	    " reason_id, note, state, version, guardian_id, confirmed_version,"
	    " clock IS NULL FROM absence"),
	    "1 2 2026-06-01 1 1 38度の熱があります。 1 1 1 0 1");
	ck_assert_str_eq(site_text("SELECT version, kind, note FROM"
	    " absence_history"), "1 1 38度の熱があります。");
	ck_assert_str_eq(site_text("SELECT event, method, path, pupil_id,"
	    " subjects, fields, result, status FROM audit_log"
	    " WHERE event = 'absence.report'"),
	    "absence.report POST /absence/new 1 1 kind,reason,day,clock,note"
	    " 1 303");
	browser_get(&b, "/");
	SHOWS(&b, "きょう 6月1日（月） 欠席");
	SHOWS(&b, "受付済（学校の確認を待っています）");
}
END_TEST

/* Who has been told: all verified addresses, the sender's too; no words. */
START_TEST(F11_everybody_is_told)
{
	ck_assert_str_eq(site_text("SELECT r.address FROM outbox_recipient r"
	    " JOIN outbox o ON o.id = r.outbox_id WHERE o.kind = 1"
	    " ORDER BY r.address"), "Mail1@example.jp\nMail2@example.jp");
	ck_assert_str_eq(site_text("SELECT params FROM outbox WHERE kind = 1"),
	    "{\"act\":\"made\",\"by\":\"guardian\",\"kind\":\"absent\","
	    "\"given\":\"葵\",\"days\":[\"2026-06-01\"]}");
}
END_TEST

START_TEST(F10_children_and_days)
{
	struct browser b;
	struct sheet *s;

	browser_sign_in(&b, SIDE_GUARDIAN, AOI_A);
	s = typed(&b);
	sheet_add(s, "pupils", site_uid("pupil", 3));
	sheet_put(s, "when", "date");
	sheet_put(s, "first", "2026-06-04");
	sheet_put(s, "last", "2026-06-09");
	s = checked(&b, s);
	SHOWS(&b, "髙橋 蓮 さん");
	SHOWS(&b, "6月5日（金）");
	HIDES(&b, "6月6日");
	sheet_post(&b, s);
	STATUS(&b, 303);
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM absence"
	    " WHERE day BETWEEN '2026-06-04' AND '2026-06-09'"), 8);
	ck_assert_int_eq(site_number("SELECT COUNT(DISTINCT submission_id)"
	    " FROM absence WHERE day > '2026-06-01'"), 1);
	/* Each with its school's reason. */
	ck_assert_str_eq(site_text("SELECT DISTINCT school_id, reason_id"
	    " FROM absence WHERE day > '2026-06-01' ORDER BY school_id"),
	    "2 1\n3 5");
	/* One mail for each child. */
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM outbox"
	    " WHERE object_id = (SELECT MAX(id) FROM submission)"), 2);
	ck_assert_str_eq(site_text("SELECT subjects, COALESCE(pupil_id, '-')"
	    " FROM audit_log WHERE event = 'absence.report'"
	    " ORDER BY id DESC LIMIT 1"), "8 -");
	browser_follow(&b);
	SHOWS(&b, "6月9日（火）");
}
END_TEST

START_TEST(F10_late_and_early_need_a_time)
{
	static const struct {
		const char *kind, *clock, *text;
	} times[] = { { "late", "10:30", "遅刻" }, { "early", "13:05", "早退" } };
	struct browser b;

	browser_sign_in(&b, SIDE_GUARDIAN, ITSUKI);
	for (size_t i = 0; i < COUNT(times); i++) {
		struct sheet *s = typed(&b);

		sheet_put(s, "pupils", site_uid("pupil", 5));
		sheet_put(s, "kind", times[i].kind);
		sheet_put(s, "clock", "");
		sheet_post(&b, s);
		STATUS(&b, 422);
		ck_assert_str_eq(page_error_of(&b, "clock"),
		    "＊時刻を入力してください");
		s = sheet_of(&b, PATH);
		ck_assert_str_eq(sheet_get(s, "kind"), times[i].kind);
		sheet_put(s, "clock", times[i].clock);
		sheet_put(s, "step", "check");
		s = checked(&b, s);
		SHOWS(&b, times[i].clock);
		SHOWS(&b, times[i].text);
		sheet_post(&b, s);
		STATUS(&b, 303);
	}
	ck_assert_str_eq(site_text("SELECT kind, clock FROM absence"
	    " WHERE pupil_id = 5 ORDER BY id"), "2 630\n3 785");
}
END_TEST

/* Without script the time field is there for an absence too. */
START_TEST(F10_time_of_an_absence_is_ignored)
{
	struct browser b;
	struct sheet *s;

	browser_sign_in(&b, SIDE_GUARDIAN, HINA);
	s = typed(&b);
	sheet_put(s, "pupils", site_uid("pupil", 2));
	sheet_put(s, "clock", "9:15");
	s = checked(&b, s);
	HIDES(&b, "<dt>時刻</dt>");
	sheet_post(&b, s);
	STATUS(&b, 303);
	ck_assert_str_eq(site_text("SELECT clock IS NULL FROM absence"
	    " WHERE pupil_id = 2"), "1");
}
END_TEST

/* 修正する posts all fields back: what was typed comes again, nothing kept. */
START_TEST(F10_back_keeps_everything)
{
	static const char note[] = "一行目\n二行目 𠮷野家 か\u3099 \"><b>&amp;";
	struct browser b;
	struct sheet *s, *back;
	const char *before;

	browser_sign_in(&b, SIDE_GUARDIAN, AOI_A);
	s = typed(&b);
	sheet_add(s, "pupils", site_uid("pupil", 3));
	sheet_put(s, "kind", "late");
	sheet_put(s, "clock", "10:30");
	sheet_put(s, "when", "date");
	sheet_put(s, "first", "2026-06-04");
	sheet_put(s, "last", "2026-06-05");
	sheet_put(s, "note", note);
	before = site_checksum("audit_log failure");
	back = checked(&b, s);
	sheet_put(back, "step", "edit");
	sheet_post(&b, back);
	STATUS(&b, 200);
	SHOWS(&b, "欠席・遅刻・早退の連絡");
	back = sheet_of(&b, PATH);
	ck_assert_uint_eq(back->n, s->n - 1);
	for (size_t i = 0; i < s->n; i++)
		if (!str_eq(s->name[i], "token") && !str_eq(s->name[i], "step"))
			ck_assert_msg(sheet_has(back, s->name[i], s->value[i]),
			    "%s lost %s", s->name[i], s->value[i]);
	ck_assert_str_ne(sheet_get(back, "token"), sheet_get(s, "token"));
	ck_assert_str_eq(before, site_checksum("audit_log failure"));
}
END_TEST

/* Double click, nginx's repetition, back button. */
START_TEST(F10_same_post_again)
{
	struct browser b, again;
	struct sheet *s;
	const char *led;
	int64_t made;

	browser_sign_in(&b, SIDE_GUARDIAN, AOI_B);
	s = typed(&b);
	sheet_put(s, "when", "next");
	s = checked(&b, s);
	again = b;
	sheet_post(&b, s);
	STATUS(&b, 303);
	led = b.location;
	made = rows();
	for (int i = 0; i < 3; i++) {
		sheet_post(&again, s);
		LEADS(&again, led);
	}
	ck_assert_int_eq(rows(), made);
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM absence"
	    " WHERE guardian_id = 2 AND day = '2026-06-02'"), 1);
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM audit_log"
	    " WHERE event = 'absence.report' AND actor_id = 2"), 1);
}
END_TEST

/* A used token with another body: the page once more, with what was typed. */
START_TEST(F10_used_token_with_another_body)
{
	struct browser b;
	struct sheet *s, *fresh;
	const char *before;

	browser_sign_in(&b, SIDE_GUARDIAN, AOI_B);
	s = checked(&b, typed(&b));
	sheet_post(&b, s);
	STATUS(&b, 303);
	before = site_checksum("");
	sheet_put(s, "note", "別の内容です");
	sheet_post(&b, s);
	STATUS(&b, 422);
	SHOWS(&b, "すでに送信されています");
	ck_assert_str_eq(before, site_checksum(""));
	fresh = sheet_of(&b, PATH);
	ck_assert_str_eq(sheet_get(fresh, "note"), "別の内容です");
	ck_assert_str_ne(sheet_get(fresh, "token"), sheet_get(s, "token"));
	sheet_put(fresh, "step", "check");
	s = checked(&b, fresh);
	sheet_post(&b, s);
	STATUS(&b, 303);
}
END_TEST

static void
shown_again(struct browser *b, struct sheet *s)
{
	const char *before = site_checksum("");

	sheet_post(b, s);
	STATUS(b, 422);
	SHOWS(b, "この画面を開いてから時間がたったか");
	ck_assert_str_eq(before, site_checksum(""));
	ck_assert_str_eq(sheet_get(sheet_of(b, PATH), "note"),
	    "38度の熱があります。");
}

START_TEST(expired_token)
{
	struct browser b;
	struct sheet *s;

	browser_sign_in(&b, SIDE_GUARDIAN, AOI_A);
	s = typed(&b);
	sheet_put(s, "step", "send");
	sheet_put(s, "token", browser_token(&b, PATH, 24 * 3600 + 2));
	shown_again(&b, s);
	sheet_put(s, "token", browser_token(&b, PATH, 24 * 3600 - 60));
	sheet_post(&b, s);
	STATUS(&b, 303);
}
END_TEST

START_TEST(token_of_somebody_else)
{
	struct browser b, other;
	struct sheet *s;

	browser_sign_in(&b, SIDE_GUARDIAN, AOI_A);
	browser_sign_in(&other, SIDE_GUARDIAN, AOI_A);
	s = typed(&b);
	sheet_put(s, "step", "send");
	sheet_put(s, "token", sheet_get(typed(&other), "token"));
	shown_again(&b, s);
	sheet_put(s, "token", browser_token(&b, "/email", 0));
	shown_again(&b, s);
	sheet_put(s, "token", "");
	shown_again(&b, s);
	sheet_put(s, "token", "not a token");
	shown_again(&b, s);
	sheet_put(s, "token", NULL);
	shown_again(&b, s);
}
END_TEST

/* ── F13 ── */

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
	s = typed(&b);
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
	s = typed(&b);
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
		struct sheet *s = typed(&b);
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
	s = checked(&b, s);
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
		s = typed(&b);
		sheet_put(s, "pupils", others[i]);
		sheet_put(s, "step", "send");
		sheet_post(&b, s);
		STATUS(&b, 422);
		ck_assert_ptr_nonnull(page_error_of(&b, "pupils"));
	}
	s = typed(&b);
	sheet_add(s, "pupils", site_uid("pupil", 2));
	sheet_put(s, "step", "send");
	sheet_post(&b, s);
	STATUS(&b, 422);
	/* The word of another school. */
	s = typed(&b);
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
	s = typed(&b);
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

START_TEST(preset)
{
	struct browser b;
	struct sheet *s;

	browser_sign_in(&b, SIDE_GUARDIAN, ITSUKI);
	browser_get(&b, PATH);
	s = sheet_of(&b, PATH);
	ck_assert_str_eq(sheet_get(s, "pupils"), site_uid("pupil", 5));
	ck_assert_str_eq(sheet_get(s, "when"), "today");
	browser_sign_in(&b, SIDE_GUARDIAN, AOI_A);
	browser_get(&b, PATH);
	ck_assert_ptr_null(sheet_get(sheet_of(&b, PATH), "pupils"));
	browser_get(&b, PATH "?child=%s", site_uid("pupil", 3));
	ck_assert_str_eq(sheet_get(sheet_of(&b, PATH), "pupils"),
	    site_uid("pupil", 3));
	browser_get(&b, PATH "?child=%s", site_uid("pupil", 2));
	STATUS(&b, 200);
	ck_assert_ptr_null(sheet_get(sheet_of(&b, PATH), "pupils"));
}
END_TEST

static void
fill(Suite *s)
{
	TCase *tc = site_case(s, "absence");

	tcase_add_test(tc, F10_report_of_today);
	tcase_add_test(tc, F11_everybody_is_told);
	tcase_add_test(tc, F10_children_and_days);
	tcase_add_test(tc, F10_late_and_early_need_a_time);
	tcase_add_test(tc, F10_time_of_an_absence_is_ignored);
	tcase_add_test(tc, F10_back_keeps_everything);
	tcase_add_test(tc, F10_same_post_again);
	tcase_add_test(tc, F10_used_token_with_another_body);
	tcase_add_test(tc, expired_token);
	tcase_add_test(tc, token_of_somebody_else);
	tcase_add_test(tc, F13_outside_hours);
	tcase_add_test(tc, F13_one_of_two_schools);
	tcase_add_test(tc, F10_days_refused);
	tcase_add_test(tc, F10_closure_of_the_school);
	tcase_add_test(tc, F10_children_and_reasons_refused);
	tcase_add_test(tc, F10_guardian_without_the_right);
	tcase_add_test(tc, preset);
}

int
main(void)
{
	return site_main("absence", fill);
}
