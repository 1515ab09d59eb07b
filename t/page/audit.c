/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The access history (F54): what leaves a row and what stands in it, who may
 * read which rows, the CSV for auditors. */
#include "t/page/browser.h"

#include "model/absence.h"

#define LAST                                                                   \
	"SELECT actor_kind, actor_id, actor_login, role,"                      \
	" COALESCE(organization_id, '-'), address, event, method, path,"       \
	" COALESCE(pupil_id, '-'), subjects, filter, result, status"           \
	" FROM audit_log ORDER BY id DESC LIMIT 1"

static int64_t
rows(void)
{
	return site_number("SELECT COUNT(*) FROM audit_log");
}

START_TEST(F54_every_staff_page)
{
	static const struct {
		const char *login, *path, *row;
	} pages[] = {
		{ TEACHER, "/absence", "2 1 teacher31 4 2 192.0.2.1"
		  " absence.list GET /absence - 1 day=2026-06-01&class=%s"
		  " 1 200" },
		{ ADMIN, "/absence?kind=late", "2 4 admina 8 2 192.0.2.1"
		  " absence.list GET /absence - 0 day=2026-06-01&kind=late"
		  " 1 200" },
		{ ADMIN, "/absence/csv?day=2026-06-02", "2 4 admina 8 2"
		  " 192.0.2.1 absence.csv GET /absence/csv - 0 day=2026-06-02"
		  " 1 200" },
		{ ADMIN, "/absence/UID", "2 4 admina 8 2 192.0.2.1"
		  " absence.show GET /absence/UID 1 1  1 200" },
		{ ADMIN, "/roster", "2 4 admina 8 2 192.0.2.1 roster GET"
		  " /roster - 0  1 200" },
		{ BOARD_MAN, "/absence", "2 6 board 16 1 192.0.2.1"
		  " absence.list GET /absence - 0  1 200" },
		{ AUDITOR, "/audit?login=nobody", "2 7 auditor 32 1 192.0.2.1"
		  " audit.list GET /audit - 0"
		  " first=2026-06-01&last=2026-06-01&login=nobody 1 200" },
		{ AUDITOR, "/audit/csv?login=nobody", "2 7 auditor 32 1"
		  " 192.0.2.1 audit.csv GET /audit/csv - 0"
		  " first=2026-06-01&last=2026-06-01&login=nobody 1 200" },
	};
	const char *uid = site_uid("absence", site_report(
	    &(struct site_report){ 1, 1, "2026-06-01", "秘密", ABSENT }));

	for (size_t i = 0; i < COUNT(pages); i++) {
		const char *cut = strstr(pages[i].path, "UID");
		struct browser b;
		int64_t before;
		const char *row;

		browser_sign_in(&b, SIDE_STAFF, pages[i].login);
		before = rows();
		if (cut != NULL)
			browser_get(&b, "/absence/%s", uid);
		else
			browser_get(&b, "%s", pages[i].path);
		STATUS(&b, 200);
		ck_assert_int_eq(rows(), before + 1);
		row = pages[i].row;
		if (strstr(row, "%s") != NULL)
			row = str_printf(a, "%.*s%s%s",
			    (int)(strstr(row, "%s") - row), row,
			    site_uid("class", 11), strstr(row, "%s") + 2);
		if ((cut = strstr(row, "UID")) != NULL)
			row = str_printf(a, "%.*s%s%s", (int)(cut - row), row,
			    uid, cut + 3);
		ck_assert_str_eq(site_text(LAST), row);
	}
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM audit_log WHERE"
	    " agent <> 'Test/1.0' OR LENGTH(request) <> 22"
	    " OR (event <> 'login' AND LENGTH(session_ref) <> 12)"), 0);
}
END_TEST

/* Guardians read their own; what they write is recorded (register, report,
 * change, child, e-mail in their tests). Words never are. */
START_TEST(F54_guardians)
{
	struct browser b;
	int64_t before;
	struct sheet *s;

	browser_sign_in(&b, SIDE_GUARDIAN, AOI_A);
	before = rows();
	browser_get(&b, "/");
	browser_get(&b, "/settings");
	ck_assert_int_eq(rows(), before);
	s = sheet_of(&b, "/settings/language");
	sheet_put(s, "lang", "ja");
	sheet_post(&b, s);
	STATUS(&b, 303);
	ck_assert_str_eq(site_text(LAST), "1 1 111111111 2 - 192.0.2.1 language"
	    " POST /settings/language - 0  1 303");
	/* Refused input changes nothing and leaves none. */
	sheet_put(s, "lang", "xx");
	sheet_put(s, "token", browser_token(&b, "/settings/language", 0));
	sheet_post(&b, s);
	STATUS(&b, 422);
	ck_assert_int_eq(rows(), before + 1);
	browser_get(&b, "/settings");
	sheet_post(&b, sheet_of(&b, "/logout"));
	ck_assert_str_eq(site_text(LAST), "1 1 111111111 2 - 192.0.2.1 logout"
	    " POST /logout - 0  1 303");
}
END_TEST

START_TEST(F54_refusals)
{
	struct browser b;
	int64_t before;

	browser_sign_in(&b, SIDE_STAFF, TEACHER);
	before = rows();
	browser_get(&b, "/audit");
	STATUS(&b, 403);
	ck_assert_int_eq(rows(), before + 1);
	ck_assert_str_eq(site_text(LAST), "2 1 teacher31 4 2 192.0.2.1"
	    " audit.list GET /audit - 0  2 403");
	/* Not more than twenty in a quarter of an hour. */
	for (int i = 0; i < 25; i++)
		browser_get(&b, "/roster");
	STATUS(&b, 403);
	ck_assert_int_eq(rows(), before + 20);
	/* Strangers leave none. */
	browser_init(&b, SIDE_STAFF);
	browser_get(&b, "/audit");
	LEADS(&b, "/login");
	ck_assert_int_eq(rows(), before + 20);
}
END_TEST

/* No row, no page. */
START_TEST(F54_page_only_with_its_row)
{
	struct browser b;

	browser_sign_in(&b, SIDE_STAFF, ADMIN);
	browser_get(&b, "/absence");
	STATUS(&b, 200);
	SHOWS(&b, "髙橋 葵");
	site_sql("RENAME TABLE audit_log TO audit_log_away");
	browser_get(&b, "/absence");
	ck_assert_int_ge(b.status, 500);
	HIDES(&b, "髙橋 葵");
	site_sql("RENAME TABLE audit_log_away TO audit_log");
	browser_get(&b, "/absence");
	STATUS(&b, 200);
}
END_TEST

START_TEST(F54_who_reads_which_rows)
{
	static const struct {
		const char *login;
		bool own, other, board, guardian;
	} rows_of[] = {
		{ ADMIN, true, false, false, false },
		{ ADMIN_B, false, true, false, false },
		{ BOARD_MAN, true, true, true, true },
		{ AUDITOR, true, true, true, true },
	};
	struct browser b;

	browser_sign_in(&b, SIDE_STAFF, TEACHER);
	browser_sign_in(&b, SIDE_STAFF, TEACHER_B);
	browser_sign_in(&b, SIDE_STAFF, BOARD_MAN);
	browser_sign_in(&b, SIDE_GUARDIAN, AOI_A);
	for (size_t i = 0; i < COUNT(rows_of); i++) {
		static const char *const pages[] = { "/audit", "/audit/csv" };

		browser_sign_in(&b, SIDE_STAFF, rows_of[i].login);
		for (size_t k = 0; k < COUNT(pages); k++) {
			browser_get(&b, "%s", pages[k]);
			STATUS(&b, 200);
			ck_assert_int_eq(strstr(b.text, "teacher31") != NULL,
			    rows_of[i].own);
			ck_assert_int_eq(strstr(b.text, "teacherb") != NULL,
			    rows_of[i].other);
			ck_assert_int_eq(strstr(b.text, "長谷川") != NULL,
			    rows_of[i].board);
			ck_assert_int_eq(strstr(b.text, "111111111") != NULL,
			    rows_of[i].guardian);
			HIDES(&b, "秘密");
		}
	}
	browser_sign_in(&b, SIDE_STAFF, AUDITOR);
	browser_get(&b, "/audit");
	SHOWS(&b, "小川 恵 teacher31");
	SHOWS(&b, "教員 みどり小学校");
	SHOWS(&b, "連絡の内容の表示");
	SHOWS(&b, "学籍番号 00000001");
	SHOWS(&b, "権限なし");
}
END_TEST

START_TEST(F54_filters)
{
	static const char *const wrong[] = { "first=x", "last=2026-02-30",
		"before=x", "first=2026-06-01&first=2026-06-02" };
	struct browser b;

	browser_sign_in(&b, SIDE_STAFF, AUDITOR);
	browser_get(&b, "/audit?login=teacher31");
	SHOWS(&b, "teacher31");
	HIDES(&b, "admina");
	browser_get(&b, "/audit?login=teacher3");
	SHOWS(&b, "記録はありません");
	browser_get(&b, "/audit?first=2026-05-30&last=2026-05-31");
	SHOWS(&b, "記録はありません");
	browser_get(&b, "/audit?first=2026-05-30&last=2026-06-01");
	SHOWS(&b, "teacher31");
	browser_get(&b, "/audit?first=2026-06-02&last=2026-06-01");
	STATUS(&b, 200);
	for (size_t i = 0; i < COUNT(wrong); i++) {
		browser_get(&b, "/audit?%s", wrong[i]);
		STATUS(&b, 422);
		SHOWS(&b, "ご確認ください");
		browser_get(&b, "/audit/csv?%s", wrong[i]);
		ck_assert_int_eq(b.status / 100, 4);
	}
}
END_TEST

static size_t
count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)) != NULL; text += strlen(what))
		n++;
	return n;
}

/* By key, newest first, nothing twice, nothing missing. */
START_TEST(F54_page_by_page)
{
	size_t seen[3];
	struct browser b;

	site_sql("INSERT INTO audit_log (at, side, organization_id, actor_kind,"
	    " actor_login, event, result) SELECT '2026-05-20 03:00', 2, 2, 2,"
	    " CONCAT('many', seq), 'home', 1 FROM seq_1_to_250");
	browser_sign_in(&b, SIDE_STAFF, ADMIN);
	browser_get(&b, "/audit?first=2026-05-20&last=2026-05-20");
	for (size_t i = 0; i < COUNT(seen); i++) {
		const char *next = page_link(&b, "/audit?first=", 0);

		STATUS(&b, 200);
		seen[i] = count(b.text, "many");
		ck_assert_int_eq(next != NULL, i < 2);
		if (next != NULL)
			browser_get(&b, "%s", next);
	}
	ck_assert_uint_eq(seen[0], 100);
	ck_assert_uint_eq(seen[1], 100);
	ck_assert_uint_eq(seen[2], 50);
	SHOWS(&b, "many50 ");
	HIDES(&b, "many51<");
	/* The CSV is all of it. */
	browser_get(&b, "/audit?first=2026-05-20&last=2026-05-20");
	browser_get(&b, "%s", page_link(&b, "/audit/csv?", 0));
	ck_assert_uint_eq(count(b.text, "\"many"), 250);
}
END_TEST

START_TEST(F54_csv)
{
	struct browser b;

	browser_sign_in(&b, SIDE_STAFF, ADMIN);
	site_sql("INSERT INTO audit_log (at, side, organization_id, actor_kind,"
	    " actor_login, agent, event, result) VALUES ('2026-05-21 03:00', 2,"
	    " 2, 2, '@evil', '=cmd|x', 'home', 1)");
	browser_get(&b, "/audit/csv?first=2026-05-21&last=2026-05-21");
	STATUS(&b, 200);
	ck_assert(str_starts(b.text, "\xEF\xBB\xBF\"番号\",\"日時\",\"画面\","
	    "\"所属\",\"ログインID\",\"氏名\",\"役割\",\"接続元\",\"操作\""));
	ck_assert_ptr_nonnull(strstr(b.text, "\"2026-05-21 12:00:00\""));
	ck_assert_ptr_nonnull(strstr(b.text, "\"みどり小学校\",\"'@evil\""));
	ck_assert_ptr_nonnull(strstr(b.text, "\"'=cmd|x\""));
	ck_assert_uint_eq(count(b.text, "\r\n"), 2);
	ck_assert_ptr_nonnull(strstr(client_header(&b.answer,
	    "Content-Disposition"), "2026-05-21_2026-05-21.csv"));
}
END_TEST

static void
fill(Suite *s)
{
	TCase *tc = site_case(s, "audit");

	tcase_add_test(tc, F54_every_staff_page);
	tcase_add_test(tc, F54_guardians);
	tcase_add_test(tc, F54_refusals);
	tcase_add_test(tc, F54_page_only_with_its_row);
	tcase_add_test(tc, F54_who_reads_which_rows);
	tcase_add_test(tc, F54_filters);
	tcase_add_test(tc, F54_page_by_page);
	tcase_add_test(tc, F54_csv);
}

int
main(void)
{
	return site_main("audit", fill);
}
