/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The school's list (F14): who sees which rows, filters, confirming, polls,
 * CSV. */
#include "t/page/browser.h"

#include "model/absence.h"

#define LIST	"/absence"
#define CONFIRM "/absence/confirm"

/* Ids of the reports that make_reports() made, by pupil. */
static int64_t aoi, hina, ren, yui, itsuki, tomorrow;

static void
make_reports(void)
{
	site_sql("DELETE FROM absence_history");
	site_sql("DELETE FROM absence");
	aoi = site_report(&(struct site_report){ 1, 1, "2026-06-01",
	    "=HYPERLINK(\"x\")", ABSENT });
	hina = site_report(&(struct site_report){ 2, 5, "2026-06-01",
	    "+81-42, \"引用\"", LATE });
	ren = site_report(&(struct site_report){ 3, 1, "2026-06-01", "咳",
	    EARLY });
	yui = site_report(&(struct site_report){ 4, 3, "2026-06-01", "",
	    ABSENT });
	itsuki = site_report(&(struct site_report){ 5, 6, "2026-06-01",
	    "<b>太字</b>", ABSENT });
	tomorrow = site_report(&(struct site_report){ 1, 2, "2026-06-02",
	    "あしたの分", ABSENT });
}

static const char *
name_of(int64_t pupil)
{
	return site_text("SELECT name FROM pupil WHERE id = %lld",
	    (long long)pupil);
}

/* Exactly these pupils stand in the table of the last page. */
static void
lists(const struct browser *b, const char *pupils)
{
	for (int64_t i = 1; i <= 6; i++) {
		bool wanted = strchr(pupils, (char)('0' + i)) != NULL;
		const char *cell = str_printf(a, "<span translate=\"no\">%s"
		    "</span></a>", name_of(i));

		ck_assert_msg(wanted == (strstr(b->text, cell) != NULL),
		    "%s: pupil %d, wanted %s: %s", b->asked, (int)i, pupils,
		    browser_said(b));
	}
}

START_TEST(F14_who_sees_which_rows)
{
	static const struct {
		const char *login, *query, *pupils;
	} rows[] = {
		{ TEACHER, "", "14" }, { TEACHER, "?all=1", "14" },
		{ TEACHER2, "", "2" }, { TEACHER2, "?all=1", "2" },
		{ TEACHER_B, "", "35" }, { TEACHER_B, "?all=1", "35" },
		{ ADMIN, "", "124" }, { ADMIN_B, "", "35" },
		{ BOARD_MAN, "", "" },
	};
	struct browser b;

	make_reports();
	for (size_t i = 0; i < COUNT(rows); i++) {
		browser_sign_in(&b, SIDE_STAFF, rows[i].login);
		browser_get(&b, LIST "%s", rows[i].query);
		STATUS(&b, 200);
		lists(&b, rows[i].pupils);
		HIDES(&b, "<b>太字");
		HIDES(&b, "あしたの分");
	}
}
END_TEST

START_TEST(F14_asking_for_another_school_or_class)
{
	struct browser b;

	make_reports();
	browser_sign_in(&b, SIDE_STAFF, ADMIN);
	browser_get(&b, LIST "?school=%s", site_uid("organization", 3));
	lists(&b, "124");
	browser_get(&b, LIST "?class=%s", site_uid("class", 21));
	lists(&b, "");
	browser_get(&b, LIST "?class=%s", site_uid("class", 12));
	lists(&b, "2");
	SHOWS(&b, "みどり小学校 　3年2組");
	browser_sign_in(&b, SIDE_STAFF, TEACHER);
	browser_get(&b, LIST "?class=%s", site_uid("class", 12));
	lists(&b, "");
	browser_sign_in(&b, SIDE_STAFF, BOARD_MAN);
	browser_get(&b, LIST);
	SHOWS(&b, "学校を選ぶと");
	browser_get(&b, LIST "?school=%s", site_uid("organization", 3));
	lists(&b, "35");
	ck_assert_uint_eq(sheet_count(&b, CONFIRM), 0);
	browser_get(&b, LIST "?school=%s", site_uid("organization", 1));
	STATUS(&b, 404);
	browser_get(&b, LIST "?school=%s", uid_text(a, uid_new()));
	STATUS(&b, 404);
}
END_TEST

START_TEST(F14_filters)
{
	static const struct {
		const char *query, *pupils;
	} rows[] = {
		{ "kind=absent", "14" }, { "kind=late", "2" },
		{ "kind=early", "" }, { "kind=", "124" },
		{ "unconfirmed=1", "24" }, { "day=2026-06-02", "1" },
		{ "day=2026-05-29", "" }, { "day=", "124" },
		{ "kind=absent&unconfirmed=1", "4" },
		{ "day=2026%E5%B9%B46%E6%9C%882%E6%97%A5", "1" },
	};
	static const char *const wrong[] = { "kind=x", "day=x", "class=x",
		"school=1", "unconfirmed=9", "day=2026-06-01&day=2026-06-02",
		"n=-1" };
	struct browser b;

	make_reports();
	site_sql("UPDATE absence SET confirmed_version = 1,"
	    " confirmed_at = '2026-05-31 22:08', confirmed_by = 4"
	    " WHERE id = %lld", (long long)aoi);
	browser_sign_in(&b, SIDE_STAFF, ADMIN);
	for (size_t i = 0; i < COUNT(rows); i++) {
		browser_get(&b, LIST "?%s", rows[i].query);
		STATUS(&b, 200);
		lists(&b, rows[i].pupils);
	}
	for (size_t i = 0; i < COUNT(wrong); i++) {
		browser_get(&b, LIST "?%s", wrong[i]);
		ck_assert_msg(b.status == 404 || b.status == 400 ||
		    b.status == 422, "%s: %d", b.asked, b.status);
	}
}
END_TEST

static size_t
position(const struct browser *b, int64_t pupil)
{
	const char *at = strstr(b->text, str_printf(a,
	    "<span translate=\"no\">%s</span></a>", name_of(pupil)));

	ck_assert_ptr_nonnull(at);
	return (size_t)(at - b->text);
}

START_TEST(F14_unconfirmed_first_withdrawn_last)
{
	struct browser b;

	make_reports();
	site_sql("UPDATE absence SET confirmed_version = 1,"
	    " confirmed_at = '2026-05-31 22:08', confirmed_by = 1"
	    " WHERE id = %lld", (long long)yui);
	site_sql("UPDATE absence SET state = 2, version = 2 WHERE id = %lld",
	    (long long)aoi);
	browser_sign_in(&b, SIDE_STAFF, ADMIN);
	browser_get(&b, LIST);
	ck_assert_uint_lt(position(&b, 2), position(&b, 4));
	ck_assert_uint_lt(position(&b, 4), position(&b, 1));
	SHOWS(&b, "欠席 1 遅刻 1 早退 0 未確認 1");
	SHOWS(&b, "担任 7:08 小川 恵");
	/* Withdrawn after the school had seen it: the school must learn. */
	site_sql("UPDATE absence SET confirmed_version = 1 WHERE id = %lld",
	    (long long)aoi);
	browser_get(&b, LIST "?unconfirmed=1");
	lists(&b, "12");
}
END_TEST

START_TEST(F14_confirm_one)
{
	struct browser b;
	struct sheet *s;

	make_reports();
	browser_sign_in(&b, SIDE_STAFF, TEACHER);
	browser_get(&b, LIST);
	ck_assert_uint_eq(sheet_count(&b, CONFIRM), 3);
	s = sheet_nth(&b, CONFIRM, 1);
	sheet_post(&b, s);
	LEADS(&b, str_printf(a, "/absence?day=2026-06-01&class=%s"
	    "&done=confirmed", site_uid("class", 11)));
	ck_assert_str_eq(site_text("SELECT COUNT(*), SUM(confirmed_version),"
	    " MIN(confirmed_by) FROM absence WHERE confirmed_version > 0"),
	    "1 1 1");
	browser_follow(&b);
	SHOWS(&b, "確認しました。");
	ck_assert_uint_eq(sheet_count(&b, CONFIRM), 2);
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM audit_log WHERE"
	    " event = 'absence.confirm' AND subjects = 1 AND actor_id = 1"), 1);
	/* Again: the same answer, nothing more. */
	sheet_post(&b, s);
	STATUS(&b, 303);
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM absence"
	    " WHERE confirmed_version > 0"), 1);
}
END_TEST

START_TEST(F14_confirm_all_that_is_shown)
{
	struct browser b;
	struct sheet *s;

	make_reports();
	browser_sign_in(&b, SIDE_STAFF, ADMIN);
	browser_get(&b, LIST "?kind=absent");
	SHOWS(&b, "表示中の2件をすべて確認");
	s = sheet_of(&b, CONFIRM);
	/* What arrived or changed since it was shown is not confirmed. */
	site_sql("UPDATE absence SET version = 2, note = '変わった'"
	    " WHERE id = %lld", (long long)yui);
	sheet_post(&b, s);
	LEADS(&b, "/absence?day=2026-06-01&kind=absent&done=confirmed");
	ck_assert_str_eq(site_text("SELECT GROUP_CONCAT(id) FROM absence"
	    " WHERE confirmed_version > 0"), str_printf(a, "%lld",
	    (long long)aoi));
	browser_follow(&b);
	SHOWS(&b, "表示中の1件をすべて確認");
	sheet_post(&b, sheet_of(&b, CONFIRM));
	STATUS(&b, 303);
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM absence"
	    " WHERE confirmed_version = version"), 2);
	/* A change asks again, and says so. */
	site_sql("UPDATE absence SET version = 3 WHERE id = %lld",
	    (long long)yui);
	browser_get(&b, LIST);
	SHOWS(&b, "変更あり");
}
END_TEST

START_TEST(F14_confirm_refused)
{
	const char *before;
	struct browser b;
	struct sheet *s;

	make_reports();
	browser_sign_in(&b, SIDE_STAFF, TEACHER2);
	browser_get(&b, LIST);
	s = sheet_of(&b, CONFIRM);
	before = site_checksum("form_token audit_log");
	/* Another class, another school, no report. */
	sheet_put(s, "seen", str_printf(a, "%s:1", site_uid("absence", aoi)));
	sheet_add(s, "seen", str_printf(a, "%s:1", site_uid("absence", ren)));
	sheet_add(s, "seen", "nonsense");
	sheet_add(s, "seen", str_printf(a, "%s:99999999999999999999",
	    site_uid("absence", hina)));
	sheet_post(&b, s);
	STATUS(&b, 303);
	ck_assert_str_eq(before, site_checksum("form_token audit_log"));
	browser_get(&b, LIST);
	s = sheet_of(&b, CONFIRM);
	sheet_put(s, "seen", NULL);
	sheet_post(&b, s);
	ck_assert_int_ge(b.status, 400);
	ck_assert_str_eq(before, site_checksum("form_token audit_log"));
}
END_TEST

START_TEST(F14_back_to_our_own_list)
{
	static const char *const backs[] = { "", "//evil.example", "あ",
		"x\\y", "day=2026-06-02&x=1" };
	struct browser b;

	make_reports();
	browser_sign_in(&b, SIDE_STAFF, ADMIN);
	for (size_t i = 0; i < COUNT(backs); i++) {
		struct sheet *s;

		browser_get(&b, LIST);
		s = sheet_of(&b, CONFIRM);
		sheet_put(s, "back", backs[i]);
		sheet_put(s, "seen", "none");
		sheet_post(&b, s);
		STATUS(&b, 303);
		ck_assert(str_starts(b.location, "/absence?"));
		ck_assert(str_ends(b.location, "done=confirmed"));
		browser_follow(&b);
		ck_assert_int_eq(b.status, 200);
	}
}
END_TEST

START_TEST(F14_board_and_auditor_do_not_confirm)
{
	struct browser b;
	struct sheet *s;

	make_reports();
	browser_sign_in(&b, SIDE_STAFF, BOARD_MAN);
	browser_get(&b, LIST "?school=%s", site_uid("organization", 2));
	lists(&b, "124");
	s = sheet_new(CONFIRM);
	sheet_put(s, "token", browser_token(&b, CONFIRM, 0));
	sheet_put(s, "seen", str_printf(a, "%s:1", site_uid("absence", aoi)));
	sheet_post(&b, s);
	STATUS(&b, 403);
	browser_sign_in(&b, SIDE_STAFF, AUDITOR);
	browser_get(&b, LIST);
	STATUS(&b, 403);
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM absence"
	    " WHERE confirmed_version > 0"), 0);
}
END_TEST

/* ── polls ── */

static const char *
version(const struct browser *b)
{
	const char *at = strstr(b->text, "data-version=\"");

	ck_assert_ptr_nonnull(at);
	at += strlen("data-version=\"");
	return str_copy_n(a, at, strcspn(at, "\""));
}

START_TEST(F14_poll)
{
	struct browser b;
	const char *seen;
	int64_t audited;

	make_reports();
	browser_sign_in(&b, SIDE_STAFF, ADMIN);
	browser_get(&b, LIST);
	SHOWS(&b, "きょう 6月1日（月）");
	ck_assert_ptr_nonnull(strstr(b.text,
	    "data-src=\"/absence/rows?day=2026-06-01\""));
	seen = version(&b);
	audited = site_number("SELECT COUNT(*) FROM audit_log");
	for (int n = 1; n <= 3; n++) {
		browser_get(&b, LIST "/rows?day=2026-06-01&v=%s&n=%d", seen, n);
		STATUS(&b, 204);
	}
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM audit_log"),
	    audited);
	/* After a quarter of an hour: one row. */
	browser_get(&b, LIST "/rows?day=2026-06-01&v=%s&n=45", seen);
	STATUS(&b, 204);
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM audit_log"
	    " WHERE event = 'absence.poll'"), 1);
	site_report(&(struct site_report){ 6, 1, "2026-06-01", "", LATE });
	browser_get(&b, LIST "/rows?day=2026-06-01&v=%s&n=46", seen);
	STATUS(&b, 200);
	lists(&b, "1246");
	ck_assert(str_starts(b.text, "<div id=\"rows\""));
	HIDES(&b, "<html");
	HIDES(&b, "ログアウト");
	ck_assert_str_ne(version(&b), seen);
	seen = version(&b);
	browser_get(&b, LIST "/rows?day=2026-06-01&v=%s&n=47", seen);
	STATUS(&b, 204);
	/* The part's forms work. */
	browser_get(&b, LIST "/rows?day=2026-06-01");
	sheet_post(&b, sheet_of(&b, CONFIRM));
	STATUS(&b, 303);
	browser_get(&b, LIST "/rows?day=2026-06-01&v=%s", seen);
	STATUS(&b, 200);
}
END_TEST

/* Changes of every kind are news; of another school or day they are not. */
START_TEST(F14_poll_sees_every_change)
{
	static const struct {
		const char *sql;
		int status;
	} changes[] = {
		{ "UPDATE absence SET version = version + 1 WHERE pupil_id = 1"
		  " AND day = '2026-06-01'", 200 },
		{ "UPDATE absence SET state = 2, version = version + 1"
		  " WHERE pupil_id = 2", 200 },
		{ "UPDATE absence SET confirmed_version = version"
		  " WHERE pupil_id = 4", 200 },
		{ "UPDATE absence SET version = version + 1 WHERE pupil_id = 5",
		    204 },
		{ "UPDATE absence SET version = version + 1 WHERE day ="
		  " '2026-06-02'", 204 },
	};
	struct browser b;

	make_reports();
	browser_sign_in(&b, SIDE_STAFF, ADMIN);
	for (size_t i = 0; i < COUNT(changes); i++) {
		browser_get(&b, LIST);
		site_sql("%s", changes[i].sql);
		browser_get(&b, LIST "/rows?day=2026-06-01&v=%s", version(&b));
		STATUS(&b, changes[i].status);
	}
}
END_TEST

/* A poll keeps no session alive, and needs one. */
START_TEST(F14_poll_without_session)
{
	struct browser b;

	site_sql("DELETE FROM staff_session");
	browser_sign_in(&b, SIDE_STAFF, ADMIN_B);
	site_sql("UPDATE staff_session SET seen_at = seen_at"
	    " - INTERVAL 30 MINUTE WHERE staff_id = 5");
	browser_get(&b, LIST "/rows");
	STATUS(&b, 200);
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM staff_session"
	    " WHERE staff_id = 5 AND seen_at < '2026-05-31 22:00'"), 1);
	browser_get(&b, LIST);
	STATUS(&b, 200);
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM staff_session"
	    " WHERE staff_id = 5 AND seen_at < '2026-05-31 22:00'"), 0);
	browser_init(&b, SIDE_STAFF);
	browser_get(&b, LIST "/rows");
	LEADS(&b, "/login");
}
END_TEST

/* ── CSV ── */

START_TEST(F14_csv)
{
	static const char head[] = "\xEF\xBB\xBF\"状態\",\"学級\",\"出席番号\","
	    "\"氏名\",\"ふりがな\",\"種別\",\"理由\",\"時刻\",\"備考\","
	    "\"連絡した日時\",\"最後の変更\",\"確認した日時\","
	    "\"確認した人\"\r\n";
	static const char when[] = "\"2026-06-01 07:05:00\"";
	struct browser b;

	make_reports();
	browser_sign_in(&b, SIDE_STAFF, ADMIN);
	browser_get(&b, LIST "/csv?day=2026-06-01");
	STATUS(&b, 200);
	ck_assert_str_eq(client_header(&b.answer, "Content-Type"),
	    "text/csv; charset=utf-8; header=present");
	ck_assert(str_starts(client_header(&b.answer, "Content-Disposition"),
	    "attachment; filename="));
	ck_assert_ptr_nonnull(strstr(client_header(&b.answer,
	    "Content-Disposition"), "2026-06-01.csv"));
	ck_assert_str_eq(b.text, str_printf(a, "%s"
	    "\"未確認\",\"3年1組\",\"5\",\"鈴木 結衣\",\"すずき ゆい\",\"欠席\","
	    "\"発熱\",\"\",\"\",%s,%s,\"\",\"\"\r\n"
	    "\"未確認\",\"3年1組\",\"7\",\"髙橋 葵\",\"たかはし あおい\","
	    "\"欠席\",\"発熱\",\"\",\"'=HYPERLINK(\"\"x\"\")\",%s,%s,\"\","
	    "\"\"\r\n"
	    "\"未確認\",\"3年2組\",\"3\",\"佐藤 陽菜\",\"さとう ひな\",\"遅刻\","
	    "\"発熱\",\"10:00\",\"'+81-42, \"\"引用\"\"\",%s,%s,\"\",\"\"\r\n",
	    head, when, when, when, when, when, when));
	/* Just what is shown. */
	browser_get(&b, LIST "/csv?day=2026-06-01&kind=early");
	ck_assert_str_eq(b.text, head);
	browser_get(&b, LIST "?kind=late&class=%s", site_uid("class", 12));
	browser_get(&b, "%s", page_link(&b, LIST "/csv", 0));
	STATUS(&b, 200);
	ck_assert_ptr_nonnull(strstr(b.text, "佐藤 陽菜"));
	ck_assert_ptr_null(strstr(b.text, "髙橋 葵"));
	ck_assert_ptr_nonnull(strstr(client_header(&b.answer,
	    "Content-Disposition"), "3%E5%B9%B42%E7%B5%84.csv"));
	ck_assert_str_eq(site_text("SELECT event, subjects, filter FROM"
	    " audit_log ORDER BY id DESC LIMIT 1"), str_printf(a,
	    "absence.csv 1 day=2026-06-01&class=%s&kind=late",
	    site_uid("class", 12)));
	browser_sign_in(&b, SIDE_STAFF, TEACHER2);
	browser_get(&b, LIST "/csv?all=1");
	ck_assert_ptr_null(strstr(b.text, "髙橋 葵"));
	browser_sign_in(&b, SIDE_STAFF, BOARD_MAN);
	browser_get(&b, LIST "/csv");
	STATUS(&b, 404);
}
END_TEST

/* ── one report ── */

START_TEST(F14_one_report)
{
	struct browser b;
	struct sheet *s;

	make_reports();
	site_sql("UPDATE absence SET version = 2, note = '新しい', kind = 2,"
	    " clock = 640 WHERE id = %lld", (long long)aoi);
	site_sql("INSERT INTO absence_history SELECT id, version, school_id,"
	    " kind, reason_id, clock, note, state, guardian_id, NULL,"
	    " '2026-05-31 22:09' FROM absence WHERE id = %lld", (long long)aoi);
	browser_sign_in(&b, SIDE_STAFF, TEACHER);
	browser_get(&b, LIST "/%s", site_uid("absence", aoi));
	STATUS(&b, 200);
	SHOWS(&b, "髙橋 葵 （たかはし あおい）");
	SHOWS(&b, "新しい");
	SHOWS(&b, "=HYPERLINK");
	SHOWS(&b, "10:40");
	ck_assert_str_eq(site_text("SELECT event, pupil_id, object_id, subjects"
	    " FROM audit_log ORDER BY id DESC LIMIT 1"), str_printf(a,
	    "absence.show 1 %lld 1", (long long)aoi));
	s = sheet_of(&b, CONFIRM);
	sheet_post(&b, s);
	STATUS(&b, 303);
	ck_assert_int_eq(site_number("SELECT confirmed_version FROM absence"
	    " WHERE id = %lld", (long long)aoi), 2);
	browser_get(&b, LIST "/%s", site_uid("absence", aoi));
	ck_assert_uint_eq(sheet_count(&b, CONFIRM), 0);
	browser_get(&b, LIST "/%s", site_uid("absence", hina));
	STATUS(&b, 404);
	browser_get(&b, LIST "/%s", site_uid("absence", itsuki));
	STATUS(&b, 404);
	HIDES(&b, "伊藤");
	browser_sign_in(&b, SIDE_STAFF, BOARD_MAN);
	browser_get(&b, LIST "/%s", site_uid("absence", itsuki));
	STATUS(&b, 200);
	HIDES(&b, "<b>");
	SHOWS(&b, "<b>太字</b>");
	ck_assert_uint_eq(sheet_count(&b, CONFIRM), 0);
}
END_TEST

static void
fill(Suite *s)
{
	TCase *tc = site_case(s, "staff_absence");

	tcase_add_test(tc, F14_who_sees_which_rows);
	tcase_add_test(tc, F14_asking_for_another_school_or_class);
	tcase_add_test(tc, F14_filters);
	tcase_add_test(tc, F14_unconfirmed_first_withdrawn_last);
	tcase_add_test(tc, F14_confirm_one);
	tcase_add_test(tc, F14_confirm_all_that_is_shown);
	tcase_add_test(tc, F14_confirm_refused);
	tcase_add_test(tc, F14_back_to_our_own_list);
	tcase_add_test(tc, F14_board_and_auditor_do_not_confirm);
	tcase_add_test(tc, F14_poll);
	tcase_add_test(tc, F14_poll_sees_every_change);
	tcase_add_test(tc, F14_poll_without_session);
	tcase_add_test(tc, F14_csv);
	tcase_add_test(tc, F14_one_report);
}

int
main(void)
{
	return site_main("staff_absence", fill);
}
