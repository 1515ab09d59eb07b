/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Signing in and out on both sides (F01): what it tells, what it keeps, what
 * it counts. */
#include "t/page/browser.h"

#include <time.h>

static int
try_login(struct browser *b, const char *login, const char *password)
{
	struct sheet *s;

	browser_get(b, "/login");
	STATUS(b, 200);
	s = sheet_of(b, "/login");
	sheet_put(s, "login", login);
	sheet_put(s, "password", password);
	return sheet_post(b, s);
}

START_TEST(F01_right_password)
{
	static const char *const logins[] = { AOI_A, "111-111-111",
		"111 111 111", "１１１１１１１１１", " mail1@example.jp",
		"MAIL1@EXAMPLE.JP" };
	struct browser b;

	for (size_t i = 0; i < COUNT(logins); i++) {
		browser_init(&b, SIDE_GUARDIAN);
		try_login(&b, logins[i], PASSWORD);
		LEADS(&b, "/");
		browser_follow(&b);
		STATUS(&b, 200);
		SHOWS(&b, "髙橋 葵 さん");
		HIDES(&b, PASSWORD);
	}
}
END_TEST

START_TEST(F01_staff_of_all_roles)
{
	static const struct {
		const char *login, *home;
	} rows[] = { { TEACHER, "/absence" }, { TEACHER_B, "/absence" },
		{ ADMIN, "/absence" }, { BOARD_MAN, "/absence" },
		{ AUDITOR, "/audit" } };
	struct browser b;

	for (size_t i = 0; i < COUNT(rows); i++) {
		browser_sign_in(&b, SIDE_STAFF, rows[i].login);
		browser_follow(&b);
		LEADS(&b, rows[i].home);
		browser_follow(&b);
		STATUS(&b, 200);
	}
}
END_TEST

/* An account of one side is nobody on the other. */
START_TEST(F01_sides_apart)
{
	struct browser b;
	const char *session;

	browser_init(&b, SIDE_STAFF);
	try_login(&b, AOI_A, PASSWORD);
	STATUS(&b, 422);
	browser_init(&b, SIDE_GUARDIAN);
	try_login(&b, TEACHER, PASSWORD);
	STATUS(&b, 422);
	browser_sign_in(&b, SIDE_STAFF, TEACHER);
	session = browser_cookie(&b, "s");
	browser_init(&b, SIDE_GUARDIAN);
	browser_set_cookie(&b, "s", session);
	browser_get(&b, "/");
	LEADS(&b, "/login");
}
END_TEST

static int64_t
microseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* The page but for what the stranger typed. */
static const char *
refused_page(enum side side, const char *login, int64_t *took)
{
	int64_t began = INT64_MAX;
	struct browser b;
	const char *page = NULL;

	for (int i = 0; i < 3; i++) {
		int64_t start;
		struct sheet *s;

		browser_init(&b, side);
		b.address = "192.0.2.20";
		browser_get(&b, "/login");
		s = sheet_of(&b, "/login");
		sheet_put(s, "login", login);
		sheet_put(s, "password", "wrong horse");
		start = microseconds();
		sheet_post(&b, s);
		start = microseconds() - start;
		began = start < began ? start : began;
		STATUS(&b, 422);
		HIDES(&b, "wrong horse");
		ck_assert_ptr_null(browser_cookie(&b, "s"));
		/* Above the form: which of the two is wrong is not said. */
		SHOWS(&b, "ログインIDかパスワードが違います");
		ck_assert_ptr_nonnull(strstr(b.text, login));
		page = page_masked(&b);
	}
	*took = began;
	return page;
}

START_TEST(F01_never_tells_whether_an_account_exists)
{
	int64_t known, unknown;

	for (int i = 0; i < 2; i++) {
		enum side side = i == 0 ? SIDE_GUARDIAN : SIDE_STAFF;
		const char *there = i == 0 ? ITSUKI : TEACHER2;
		const char *not_there = i == 0 ? "999999999" : "teacher99";
		const char *x = refused_page(side, there, &known);
		const char *y = refused_page(side, not_there, &unknown);
		const char *at;

		ck_assert_uint_eq(strlen(x), strlen(y));
		/* The same but for the login typed. */
		while ((at = strstr(y, not_there)) != NULL)
			y = str_printf(a, "%.*s%s%s", (int)(at - y), y, there,
			    at + strlen(not_there));
		ck_assert_str_eq(x, y);
		/* Both hash, which is most of the time. */
		ck_assert_int_lt(known, 4 * unknown);
		ck_assert_int_lt(unknown, 4 * known);
	}
}
END_TEST

START_TEST(F01_strangers_get_leaves_no_row)
{
	static const char *const paths[] = { "/login", "/register",
		"/mail/verify?t=x", "/mail/verified", "/language?to=en",
		"/", "/absence/new", "/login?done=logout" };
	const char *before = site_checksum("");
	struct browser b;

	for (size_t i = 0; i < COUNT(paths); i++) {
		browser_init(&b, SIDE_GUARDIAN);
		browser_get(&b, "%s", paths[i]);
	}
	browser_init(&b, SIDE_STAFF);
	browser_get(&b, "/login");
	STATUS(&b, 200);
	browser_get(&b, "/absence");
	LEADS(&b, "/login");
	ck_assert_str_eq(before, site_checksum(""));
}
END_TEST

START_TEST(presession_cookie)
{
	const char *first;
	struct browser b;

	browser_init(&b, SIDE_GUARDIAN);
	browser_get(&b, "/login");
	first = browser_cookie(&b, "p");
	ck_assert_ptr_nonnull(first);
	/* Kept, so that forms open in two tabs both work. */
	browser_get(&b, "/register");
	ck_assert_str_eq(browser_cookie(&b, "p"), first);
	ck_assert_ptr_null(client_header(&b.answer, "Set-Cookie"));
	/* A forged one is replaced. */
	browser_set_cookie(&b, "p", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	    "AAAAAA");
	browser_get(&b, "/login");
	ck_assert(!str_starts(browser_cookie(&b, "p"), "AAAAAAAA"));
}
END_TEST

static const char *
set_cookie(const struct browser *b, const char *begin)
{
	for (size_t i = 0; i < b->answer.headers.n; i++) {
		const struct pair *h = LIST_AT(b->answer.headers, struct pair,
		    i);

		if (str_eq(h->name, "Set-Cookie") && str_starts(h->value, begin))
			return h->value;
	}
	return NULL;
}

/* Secure, HttpOnly, SameSite and Path are checked of every cookie (browser.c);
 * guardians stay signed in for half a year, staff until the browser closes. */
START_TEST(F01_session_cookie)
{
	struct browser b;

	browser_sign_in(&b, SIDE_GUARDIAN, AOI_A);
	ck_assert_ptr_nonnull(strstr(set_cookie(&b, "__Host-s="),
	    "; Max-Age=15552000"));
	ck_assert_ptr_nonnull(strstr(set_cookie(&b, "__Host-p="),
	    "; Max-Age=0"));
	ck_assert_ptr_nonnull(set_cookie(&b, "__Host-d="));
	ck_assert_uint_eq(strlen(browser_cookie(&b, "s")), 43);
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM guardian_session"
	    " WHERE LOCATE('%s', HEX(id))", browser_cookie(&b, "s")), 0);
	browser_sign_in(&b, SIDE_STAFF, TEACHER);
	ck_assert_ptr_null(strstr(set_cookie(&b, "__Host-s="), "Max-Age"));
}
END_TEST

START_TEST(F01_session_rows_and_audit)
{
	int64_t sessions = site_number("SELECT COUNT(*) FROM staff_session");
	int64_t rows = site_number("SELECT COUNT(*) FROM audit_log");
	struct browser b;

	browser_sign_in(&b, SIDE_STAFF, ADMIN_B);
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM staff_session"),
	    sessions + 1);
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM audit_log"),
	    rows + 1);
	ck_assert_str_eq(site_text("SELECT actor_id, actor_login, role,"
	    " organization_id, event, method, path, result, status, address"
	    " FROM audit_log ORDER BY id DESC LIMIT 1"),
	    "5 adminb 8 3 login POST /login 1 303 192.0.2.1");
	/* Expires 12 hours after signing in. */
	ck_assert_int_eq(site_number("SELECT MAX(TIMESTAMPDIFF(MINUTE,"
	    " created_at, expires_at)) FROM staff_session"), 720);
}
END_TEST

START_TEST(F01_failed_logins_in_the_history)
{
	static const char last[] = "SELECT actor_kind, actor_id, actor_login,"
	    " organization_id, event, result, status, address FROM audit_log"
	    " ORDER BY id DESC LIMIT 1";
	struct browser b;

	browser_init(&b, SIDE_STAFF);
	b.address = "192.0.2.70";
	try_login(&b, ADMIN, "wrong horse");
	STATUS(&b, 422);
	ck_assert_str_eq(site_text(last),
	    "2 4 admina 2 login 3 422 192.0.2.70");
	try_login(&b, "nobody", "wrong horse");
	STATUS(&b, 422);
	ck_assert_str_eq(site_text("SELECT actor_login, event, result, status,"
	    " address FROM audit_log ORDER BY id DESC LIMIT 1"),
	    "- login 3 422 192.0.2.70"); /* it may be a password */
	/* Longer than the column: still a plain refusal. */
	try_login(&b, str_printf(a, "%0200d", 7), "wrong horse");
	STATUS(&b, 422);
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM audit_log"
	    " WHERE actor_login LIKE '%%wrong%%'"), 0);
}
END_TEST

START_TEST(F01_logout_ends_the_session)
{
	static const struct {
		enum side side;
		const char *login, *page, *form, *table;
	} rows[] = {
		{ SIDE_GUARDIAN, AOI_B, "/settings", "/logout",
		    "guardian_session" },
		{ SIDE_STAFF, TEACHER2, "/absence", "/logout",
		    "staff_session" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct browser b, stolen;
		int64_t before;

		browser_sign_in(&b, rows[i].side, rows[i].login);
		stolen = b;
		browser_get(&b, "%s", rows[i].page);
		STATUS(&b, 200);
		before = site_number("SELECT COUNT(*) FROM %s", rows[i].table);
		sheet_post(&b, sheet_of(&b, rows[i].form));
		LEADS(&b, "/login?done=logout");
		ck_assert_ptr_null(browser_cookie(&b, "s"));
		ck_assert_str_eq(client_header(&b.answer, "Clear-Site-Data"),
		    "\"cache\", \"storage\"");
		ck_assert_int_eq(site_number("SELECT COUNT(*) FROM %s",
		    rows[i].table), before - 1);
		browser_follow(&b);
		SHOWS(&b, "ログアウトしました");
		browser_get(&stolen, "%s", rows[i].page);
		LEADS(&stolen, "/login");
	}
}
END_TEST

/* What the browser brought before signing in is worth nothing after. */
START_TEST(F01_no_session_fixation)
{
	static const char planted[] =
	    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
	const char *first;
	struct browser b;

	browser_init(&b, SIDE_GUARDIAN);
	browser_set_cookie(&b, "s", planted);
	browser_get(&b, "/");
	LEADS(&b, "/login");
	try_login(&b, AOI_A, PASSWORD);
	LEADS(&b, "/");
	first = browser_cookie(&b, "s");
	ck_assert_str_ne(first, planted);
	try_login(&b, AOI_A, PASSWORD);
	LEADS(&b, "/");
	ck_assert_str_ne(browser_cookie(&b, "s"), first);
	browser_set_cookie(&b, "s", planted);
	browser_get(&b, "/");
	LEADS(&b, "/login");
}
END_TEST

START_TEST(F01_session_ends_in_time)
{
	struct browser g, s;

	browser_sign_in(&g, SIDE_GUARDIAN, AOI_A);
	browser_sign_in(&s, SIDE_STAFF, TEACHER_B);
	site_sql("UPDATE guardian_session SET expires_at = '2026-05-31 22:00'");
	browser_get(&g, "/");
	LEADS(&g, "/login");
	/* Idle for an hour. */
	site_sql("UPDATE staff_session SET seen_at = '2026-05-31 21:05'");
	browser_get(&s, "/absence");
	LEADS(&s, "/login");
	/* The posting ended yesterday. */
	browser_sign_in(&s, SIDE_STAFF, TEACHER_B);
	site_sql("UPDATE posting SET ends = '2026-05-31' WHERE staff_id = 3");
	browser_get(&s, "/absence");
	LEADS(&s, "/login");
	browser_init(&s, SIDE_STAFF);
	try_login(&s, TEACHER_B, PASSWORD);
	STATUS(&s, 422);
	SHOWS(&s, "いま有効な所属がありません");
	site_sql("UPDATE posting SET ends = '2027-03-31' WHERE staff_id = 3");
}
END_TEST

/* design 11: a stranger cannot lock a guardian out. */
START_TEST(F01_ten_wrong_passwords)
{
	struct browser stranger, device, fresh;

	browser_sign_in(&device, SIDE_GUARDIAN, HINA);
	browser_init(&stranger, SIDE_GUARDIAN);
	stranger.address = "192.0.2.66";
	for (int i = 0; i < 10; i++) {
		try_login(&stranger, HINA, "wrong horse");
		STATUS(&stranger, 422);
		SHOWS(&stranger, "ログインIDかパスワードが違います");
	}
	try_login(&stranger, HINA, PASSWORD);
	STATUS(&stranger, 422);
	SHOWS(&stranger, "15分ほど待って");
	ck_assert_ptr_null(browser_cookie(&stranger, "s"));
	/* Neither can another stranger, … */
	browser_init(&fresh, SIDE_GUARDIAN);
	fresh.address = "192.0.2.67";
	try_login(&fresh, HINA, PASSWORD);
	STATUS(&fresh, 422);
	/* … but the device that signed in before can, … */
	browser_set_cookie(&device, "s", NULL);
	try_login(&device, HINA, PASSWORD);
	LEADS(&device, "/");
	/* … and a quarter of an hour later everybody. */
	site_sql("UPDATE failure SET opened_at = opened_at"
	    " - INTERVAL 16 MINUTE");
	try_login(&fresh, HINA, PASSWORD);
	LEADS(&fresh, "/");
}
END_TEST

START_TEST(F01_known_device_is_counted_too)
{
	struct browser b;

	browser_sign_in(&b, SIDE_GUARDIAN, YUI_A);
	browser_set_cookie(&b, "s", NULL);
	b.address = "192.0.2.68";
	for (int i = 0; i < 10; i++)
		try_login(&b, YUI_A, "wrong horse");
	try_login(&b, YUI_A, PASSWORD);
	STATUS(&b, 422);
	SHOWS(&b, "15分ほど待って");
}
END_TEST

START_TEST(F01_hundred_failures_of_an_address)
{
	struct browser b;

	site_sql("INSERT INTO failure (counted, opened_at, failures) VALUES"
	    " (UNHEX(SHA2('2:192.0.2.69', 256)), '2026-05-31 22:05', 100)");
	browser_init(&b, SIDE_GUARDIAN);
	b.address = "192.0.2.69";
	try_login(&b, AOI_A, PASSWORD);
	STATUS(&b, 422);
	SHOWS(&b, "15分ほど待って");
}
END_TEST

/* nginx repeats a request after a crash: the browser gets the same answer and
 * the same session, and there is one row. */
START_TEST(F01_same_login_twice)
{
	const char *first, *session;
	struct browser b, again;
	int64_t rows;

	browser_init(&b, SIDE_GUARDIAN);
	browser_get(&b, "/login");
	again = b;
	first = str_printf(a, "login=%s&password=correct%%20horse%%20battery"
	    "%%20staple&token=%s", AOI_A, sheet_get(sheet_of(&b, "/login"),
		"token"));
	browser_post(&b, "/login", first);
	LEADS(&b, "/");
	session = browser_cookie(&b, "s");
	rows = site_number("SELECT COUNT(*) FROM guardian_session");
	browser_post(&again, "/login", first);
	LEADS(&again, "/");
	ck_assert_str_eq(browser_cookie(&again, "s"), session);
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM guardian_session"),
	    rows);
	browser_get(&again, "/");
	STATUS(&again, 200);
}
END_TEST

/* The token of a sign-in is no ticket: without the password it is nothing. */
START_TEST(F01_used_token_with_other_password)
{
	struct browser b, thief;
	struct sheet *s;

	browser_init(&b, SIDE_GUARDIAN);
	browser_get(&b, "/login");
	thief = b;
	s = sheet_of(&b, "/login");
	sheet_put(s, "login", AOI_A);
	sheet_put(s, "password", PASSWORD);
	sheet_post(&b, s);
	LEADS(&b, "/");
	sheet_put(s, "password", "wrong horse");
	sheet_post(&thief, s);
	STATUS(&thief, 422);
	ck_assert_ptr_null(browser_cookie(&thief, "s"));
	sheet_put(s, "login", AOI_B);
	sheet_put(s, "password", PASSWORD);
	sheet_post(&thief, s);
	STATUS(&thief, 422);
	ck_assert_ptr_null(browser_cookie(&thief, "s"));
}
END_TEST

START_TEST(language_of_the_device)
{
	struct browser b;

	browser_init(&b, SIDE_GUARDIAN);
	browser_get(&b, "/language?to=en&back=/register");
	LEADS(&b, "/register");
	ck_assert_str_eq(browser_cookie(&b, "lang"), "en");
	browser_get(&b, "/language?to=xx");
	STATUS(&b, 404);
	browser_get(&b, "/language?to=ja&back=//evil.example");
	STATUS(&b, 404);
	browser_get(&b, "/language?to=ja&back=https://evil.example");
	STATUS(&b, 404);
	browser_get(&b, "/language?to=ja&back=%%2Flogin%%0d%%0aX:1");
	ck_assert_int_ge(b.status, 400);
}
END_TEST

static void
fill(Suite *s)
{
	TCase *tc = site_case(s, "login");

	tcase_add_test(tc, F01_right_password);
	tcase_add_test(tc, F01_staff_of_all_roles);
	tcase_add_test(tc, F01_sides_apart);
	tcase_add_test(tc, F01_never_tells_whether_an_account_exists);
	tcase_add_test(tc, F01_strangers_get_leaves_no_row);
	tcase_add_test(tc, presession_cookie);
	tcase_add_test(tc, F01_session_cookie);
	tcase_add_test(tc, F01_session_rows_and_audit);
	tcase_add_test(tc, F01_failed_logins_in_the_history);
	tcase_add_test(tc, F01_logout_ends_the_session);
	tcase_add_test(tc, F01_no_session_fixation);
	tcase_add_test(tc, F01_session_ends_in_time);
	tcase_add_test(tc, F01_ten_wrong_passwords);
	tcase_add_test(tc, F01_known_device_is_counted_too);
	tcase_add_test(tc, F01_hundred_failures_of_an_address);
	tcase_add_test(tc, F01_same_login_twice);
	tcase_add_test(tc, F01_used_token_with_other_password);
	tcase_add_test(tc, language_of_the_device);
}

int
main(void)
{
	return site_main("login", fill);
}
