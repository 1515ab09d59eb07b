/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Guardians register themselves (F02): letter, account, e-mail address and its
 * proof, one more child. */
#include "t/page/browser.h"

#include "model/guardian.h"
#include "model/outbox.h"

#define CODE	"/register"
#define ACCOUNT "/register/account"

static int
send_code(struct browser *b, const char *code)
{
	struct sheet *s;

	browser_get(b, CODE);
	STATUS(b, 200);
	s = sheet_of(b, CODE);
	sheet_put(s, "code", code);
	return sheet_post(b, s);
}

/* The second page of a new browser, filled in. */
static struct sheet *
account(struct browser *b, const char *code, const char *address)
{
	struct sheet *s;

	browser_init(b, SIDE_GUARDIAN);
	send_code(b, code);
	STATUS(b, 200);
	s = sheet_of(b, ACCOUNT);
	sheet_put(s, "password", "nine blue bicycles");
	sheet_put(s, "address", address);
	return s;
}

static int64_t
newest(void)
{
	return site_number("SELECT MAX(id) FROM guardian");
}

START_TEST(F02_with_email)
{
	struct browser b;
	struct sheet *s;
	const char *login;

	s = account(&b, LETTER_RIN, "Rin.Mother@example.jp");
	/* The letter shows what its holder knows, not the whole name. */
	SHOWS(&b, "凛 さん（3年1組）");
	HIDES(&b, "山本");
	ck_assert_str_eq(sheet_get(s, "code"), LETTER_RIN);
	sheet_post(&b, s);
	LEADS(&b, "/welcome");
	browser_follow(&b);
	STATUS(&b, 200);
	login = site_text("SELECT login FROM guardian WHERE id = %lld",
	    (long long)newest());
	SHOWS(&b, str_printf(a, "%.3s-%.3s-%.3s", login, login + 3, login + 6));
	SHOWS(&b, "山本 凛 さん");
	SHOWS(&b, "Rin.Mother@example.jp に確認のメールを送りました");
	ck_assert_str_eq(site_text("SELECT LEFT(c.hash, 25) FROM"
	    " guardian_credential c ORDER BY guardian_id DESC LIMIT 1"),
	    "$argon2id$v=19$m=19456,t=");
	ck_assert_str_eq(site_text("SELECT pupil_id, may_report, receives,"
	    " begins FROM guardianship ORDER BY id DESC LIMIT 1"),
	    "6 1 1 2026-06-01");
	ck_assert_str_eq(site_text("SELECT address, verified_at IS NULL,"
	    " login_address IS NULL FROM guardian_email ORDER BY id DESC"
	    " LIMIT 1"), "Rin.Mother@example.jp 1 1");
	ck_assert_str_eq(site_text("SELECT o.kind, r.address FROM outbox o JOIN"
	    " outbox_recipient r ON r.outbox_id = o.id"),
	    str_printf(a, "%d Rin.Mother@example.jp", OUTBOX_VERIFY));
	ck_assert_str_eq(site_text("SELECT event, pupil_id, object_id, result"
	    " FROM audit_log ORDER BY id DESC LIMIT 1"),
	    str_printf(a, "register 6 %lld 1", (long long)newest()));
	ck_assert_int_eq(site_number("SELECT used FROM invitation"
	    " WHERE pupil_id = 6 AND replaced_at IS NULL"), 1);
}
END_TEST

/* The link works without a session, on any device; opening it is nothing. */
START_TEST(F02_proof_of_an_address)
{
	int64_t id = site_number("SELECT MAX(id) FROM guardian_email");
	struct uid uid;
	const char *link, *before;
	struct browser phone, other, b;
	struct sheet *s;

	ck_assert_int_eq(uid_parse(site_uid("guardian_email", id), &uid), OK);
	link = guardian_link(a, site_keys(), uid, "Rin.Mother@example.jp");
	before = site_checksum("");
	browser_init(&phone, SIDE_GUARDIAN);
	for (int i = 0; i < 3; i++) {
		browser_get(&phone, "/mail/verify?t=%s", link);
		STATUS(&phone, 200);
		SHOWS(&phone, "Rin.Mother@example.jp");
	}
	ck_assert_str_eq(client_header(&phone.answer, "Referrer-Policy"),
	    "no-referrer");
	browser_send(&phone, &(struct client_request){ .method = "HEAD",
	    .path = "/mail/verify", .query = str_printf(a, "t=%s", link) });
	STATUS(&phone, 200);
	ck_assert_str_eq(before, site_checksum(""));
	/* Not a login yet, and nothing but the proof is sent there. */
	browser_init(&b, SIDE_GUARDIAN);
	b.address = "192.0.2.30";
	browser_get(&b, "/login");
	s = sheet_of(&b, "/login");
	sheet_put(s, "login", "rin.mother@example.jp");
	sheet_put(s, "password", "nine blue bicycles");
	sheet_post(&b, s);
	STATUS(&b, 422);
	browser_init(&other, SIDE_GUARDIAN);
	browser_get(&other, "/mail/verify?t=%s", link);
	s = sheet_of(&other, "/mail/verify");
	other.origin = "null"; /* what a no-referrer page's form sends */
	sheet_post(&other, s);
	LEADS(&other, "/mail/verified");
	browser_follow(&other);
	SHOWS(&other, "確認できました");
	ck_assert_str_eq(site_text("SELECT login_address, verified_at IS NULL"
	    " FROM guardian_email WHERE id = %lld", (long long)id),
	    "rin.mother@example.jp 0");
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM audit_log"
	    " WHERE event = 'email.verify' AND object_id = %lld",
	    (long long)newest()), 1);
	sheet_post(&other, s);
	LEADS(&other, "/mail/verified");
	browser_get(&phone, "/mail/verify?t=%s", link);
	SHOWS(&phone, "確認済みです");
	browser_init(&b, SIDE_GUARDIAN);
	browser_get(&b, "/login");
	s = sheet_of(&b, "/login");
	sheet_put(s, "login", "Rin.Mother@Example.jp");
	sheet_put(s, "password", "nine blue bicycles");
	sheet_post(&b, s);
	LEADS(&b, "/");
}
END_TEST

START_TEST(F02_links_that_prove_nothing)
{
	int64_t id = site_number("SELECT MAX(id) FROM guardian_email");
	struct browser b;
	struct uid uid;
	struct sheet *s;
	const char *before, *good, *bad[5];

	site_sql("UPDATE guardian_email SET verified_at = NULL,"
	    " login_address = NULL WHERE id = %lld", (long long)id);
	ck_assert_int_eq(uid_parse(site_uid("guardian_email", id), &uid), OK);
	good = guardian_link(a, site_keys(), uid, "Rin.Mother@example.jp");
	browser_init(&b, SIDE_GUARDIAN);
	browser_get(&b, "/mail/verify?t=%s", good);
	s = sheet_of(&b, "/mail/verify");
	before = site_checksum("");
	bad[0] = "";
	bad[1] = str_copy_n(a, good, strlen(good) - 4);
	bad[2] = guardian_link(a, site_keys(), uid, "other@example.jp");
	bad[3] = guardian_link(a, site_keys(), uid_new(),
	    "Rin.Mother@example.jp");
	bad[4] = "%E3%81%82";
	for (size_t i = 0; i < COUNT(bad); i++) {
		browser_get(&b, "/mail/verify?t=%s", bad[i]);
		STATUS(&b, 200);
		SHOWS(&b, "このリンクは使えません");
		HIDES(&b, "example.jp</p>");
		sheet_put(s, "t", bad[i]);
		sheet_post(&b, s);
		STATUS(&b, 422);
	}
	/* Two days later. */
	site_sql("UPDATE guardian_email SET asked_at = '2026-05-29 22:00'"
	    " WHERE id = %lld", (long long)id);
	before = site_checksum("");
	browser_get(&b, "/mail/verify?t=%s", good);
	SHOWS(&b, "このリンクは使えません");
	sheet_put(s, "t", good);
	sheet_post(&b, s);
	STATUS(&b, 422);
	ck_assert_str_eq(before, site_checksum(""));
	site_sql("UPDATE guardian_email SET verified_at = '2026-05-31 22:10'"
	    " WHERE id = %lld", (long long)id);
}
END_TEST

/* The second guardian with the same letter; the first learns of it. */
START_TEST(F04_second_guardian_without_email)
{
	struct browser b, third;
	struct sheet *s, *late;

	s = account(&b, "aaaabbbbccccdddd", NULL);
	late = account(&third, "ＡＡＡＡ ＢＢＢＢ ＣＣＣＣ ＤＤＤＤ", NULL);
	sheet_post(&b, s);
	LEADS(&b, "/welcome");
	browser_follow(&b);
	SHOWS(&b, "メールなしで登録しました");
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM guardian_email"
	    " WHERE guardian_id = %lld", (long long)newest()), 0);
	ck_assert_str_eq(site_text("SELECT r.address, o.pupil_id, o.params FROM"
	    " outbox o JOIN outbox_recipient r ON r.outbox_id = o.id"
	    " WHERE o.kind = %d", OUTBOX_JOINED),
	    "Rin.Mother@example.jp 6 {\"given\":\"凛\"}");
	browser_get(&b, "/");
	STATUS(&b, 200);
	SHOWS(&b, "山本 凛 さん");
	/* The letter is used up: for who had it open, and for anybody. */
	sheet_post(&third, late);
	STATUS(&third, 422);
	SHOWS(&third, "このコードは使えません");
	ck_assert_ptr_null(browser_cookie(&third, "s"));
	send_code(&third, LETTER_RIN);
	STATUS(&third, 422);
	SHOWS(&third, "このコードは使えません");
}
END_TEST

START_TEST(F02_protected_household_tells_nobody)
{
	int64_t told = site_number("SELECT COUNT(*) FROM outbox_recipient");
	struct browser b;

	sheet_post(&b, account(&b, LETTER_YUI, NULL));
	LEADS(&b, "/welcome");
	browser_get(&b, "/");
	SHOWS(&b, "鈴木 結衣 さん");
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM outbox_recipient"),
	    told);
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM outbox"
	    " WHERE pupil_id = 4"), 0);
}
END_TEST

START_TEST(F02_same_post_again)
{
	struct browser b, again;
	struct sheet *s;
	int64_t there;

	s = account(&b, LETTER_ITSUKI, "twice@example.jp");
	again = b;
	sheet_post(&b, s);
	LEADS(&b, "/welcome");
	there = newest();
	sheet_post(&again, s);
	LEADS(&again, "/welcome");
	ck_assert_int_eq(newest(), there);
	ck_assert_str_eq(browser_cookie(&b, "s"), browser_cookie(&again, "s"));
	browser_follow(&again);
	STATUS(&again, 200);
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM outbox_recipient"
	    " WHERE address = 'twice@example.jp'"), 1);
	ck_assert_int_eq(site_number("SELECT used FROM invitation"
	    " WHERE pupil_id = 5"), 1);
}
END_TEST

START_TEST(F02_letters_that_do_not_work)
{
	static const char *const codes[] = { LETTER_OLD, LETTER_USED,
		LETTER_DEAD, "5555-5555-5555-5555", "short", "ABCD",
		"登録コード" };
	const char *page = NULL;
	const char *before = site_checksum("failure");
	struct browser b;

	browser_init(&b, SIDE_GUARDIAN);
	b.address = "192.0.2.31";
	for (size_t i = 0; i < COUNT(codes); i++) {
		send_code(&b, codes[i]);
		STATUS(&b, 422);
		ck_assert_ptr_nonnull(strstr(page_error_of(&b, "code"),
		    "このコードは使えません"));
		ck_assert_str_eq(sheet_get(sheet_of(&b, CODE), "code"),
		    codes[i]);
		/* Which of the reasons is not told. */
		if (i < 4 && page != NULL)
			ck_assert_uint_eq(strlen(page), strlen(page_masked(&b)));
		page = page_masked(&b);
	}
	ck_assert_str_eq(before, site_checksum("failure"));
}
END_TEST

START_TEST(F02_wrong_codes_are_counted)
{
	struct browser b, neighbour;

	browser_init(&b, SIDE_GUARDIAN);
	b.address = "192.0.2.32";
	for (int i = 0; i < 30; i++) {
		send_code(&b, str_printf(a, "9999-9999-9999-%04d", i));
		STATUS(&b, 422);
		SHOWS(&b, "このコードは使えません");
	}
	send_code(&b, LETTER_AOI);
	STATUS(&b, 422);
	SHOWS(&b, "15分ほど待って");
	browser_init(&neighbour, SIDE_GUARDIAN);
	send_code(&neighbour, LETTER_AOI);
	STATUS(&neighbour, 200);
	site_sql("UPDATE failure SET opened_at = opened_at"
	    " - INTERVAL 16 MINUTE");
	send_code(&b, LETTER_AOI);
	STATUS(&b, 200);
}
END_TEST

START_TEST(F02_passwords_and_addresses_refused)
{
	static const struct {
		const char *password, *address, *field;
	} bad[] = {
		{ "", "x@example.jp", "password" },
		{ "seven77", "x@example.jp", "password" },
		{ "password", "x@example.jp", "password" },
		{ "12345678", "x@example.jp", "password" },
		{ "aaaaaaaa", "x@example.jp", "password" },
		{ "nine blue bicycles", "x", "address" },
		{ "nine blue bicycles", "x@", "address" },
		{ "nine blue bicycles", "x@example.jp, y@example.jp",
		    "address" },
		{ "nine blue bicycles", "x@example.jp\r\nBcc: y@example.jp",
		    "address" },
	};
	const char *before = site_checksum("failure");
	struct browser b;

	for (size_t i = 0; i < COUNT(bad); i++) {
		struct sheet *s = account(&b, LETTER_AOI, bad[i].address);

		sheet_put(s, "password", bad[i].password);
		sheet_post(&b, s);
		STATUS(&b, 422);
		ck_assert_msg(page_error_of(&b, bad[i].field) != NULL,
		    "%s %s", bad[i].password, bad[i].address);
		s = sheet_of(&b, ACCOUNT);
		ck_assert_str_eq(sheet_get(s, "password"), "");
		ck_assert_str_eq(sheet_get(s, "code"), LETTER_AOI);
		if (strchr(bad[i].address, '\r') == NULL)
			ck_assert_str_eq(sheet_get(s, "address"),
			    bad[i].address);
		ck_assert_ptr_null(browser_cookie(&b, "s"));
	}
	ck_assert_str_eq(before, site_checksum("failure"));
}
END_TEST

/* ── signed in: another child, more addresses ── */

START_TEST(F04_second_child_at_another_school)
{
	struct browser b;
	struct sheet *s;
	const char *before;

	browser_sign_in(&b, SIDE_GUARDIAN, HINA);
	browser_get(&b, "/child/new");
	s = sheet_of(&b, "/child/new");
	sheet_put(s, "code", LETTER_ITSUKI);
	sheet_put(s, "step", "check");
	before = site_checksum("");
	sheet_post(&b, s);
	STATUS(&b, 200);
	SHOWS(&b, "樹 さん（1年1組）");
	HIDES(&b, "伊藤");
	ck_assert_str_eq(before, site_checksum(""));
	s = sheet_of(&b, "/child/new");
	sheet_put(s, "step", "send");
	sheet_post(&b, s);
	LEADS(&b, "/?done=child");
	browser_follow(&b);
	SHOWS(&b, "お子さまを追加しました");
	SHOWS(&b, "あおば中学校　1年1組");
	SHOWS(&b, "みどり小学校　3年2組");
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM audit_log"
	    " WHERE event = 'child.add' AND pupil_id = 5 AND actor_id = 5"), 1);
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM outbox_recipient r"
	    " JOIN outbox o ON o.id = r.outbox_id WHERE o.kind = %d"
	    " AND r.guardian_id = 6 AND r.address = 'Mail6@example.jp'",
	    OUTBOX_JOINED), 2);
	/* Used up by now; with a letter of the same child: already there. */
	site_sql("UPDATE invitation SET used = 0 WHERE pupil_id = 5");
	browser_get(&b, "/child/new");
	s = sheet_of(&b, "/child/new");
	sheet_put(s, "code", LETTER_ITSUKI);
	sheet_put(s, "step", "send");
	before = site_checksum("failure");
	sheet_post(&b, s);
	STATUS(&b, 422);
	SHOWS(&b, "すでに登録されています");
	sheet_put(s, "code", LETTER_OLD);
	sheet_post(&b, s);
	STATUS(&b, 422);
	SHOWS(&b, "このコードは使えません");
	ck_assert_str_eq(before, site_checksum("failure"));
}
END_TEST

static int
add_address(struct browser *b, const char *address)
{
	struct sheet *s;

	browser_get(b, "/email");
	s = sheet_of(b, "/email");
	sheet_put(s, "address", address);
	return sheet_post(b, s);
}

START_TEST(F02_addresses)
{
	struct browser b;

	browser_sign_in(&b, SIDE_GUARDIAN, YUI_A);
	add_address(&b, " ｎｅｗ@example.jp ");
	LEADS(&b, "/email?done=sent");
	browser_follow(&b);
	SHOWS(&b, "確認のメールを送りました");
	SHOWS(&b, "new@example.jp 確認を待っています");
	SHOWS(&b, "renraku@city.example");
	/* Not twice within a minute, not what is proved, five at most. */
	add_address(&b, "new@example.jp");
	STATUS(&b, 422);
	ck_assert_ptr_nonnull(page_error_of(&b, "address"));
	add_address(&b, "Mail3@example.jp");
	STATUS(&b, 422);
	SHOWS(&b, "すでに確認済みです");
	for (int i = 3; i <= 5; i++) {
		add_address(&b, str_printf(a, "new%d@example.jp", i));
		STATUS(&b, 303);
	}
	add_address(&b, "new6@example.jp");
	STATUS(&b, 422);
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM guardian_email"
	    " WHERE guardian_id = 3"), 5);
	site_sql("UPDATE guardian_email SET asked_at = asked_at"
	    " - INTERVAL 2 MINUTE");
	add_address(&b, "new@example.jp");
	STATUS(&b, 303);
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM outbox_recipient"
	    " WHERE address = 'new@example.jp'"), 2);
}
END_TEST

START_TEST(F02_address_that_somebody_else_proved)
{
	int64_t id;
	struct browser b;
	struct uid uid;

	browser_sign_in(&b, SIDE_GUARDIAN, YUI_B);
	add_address(&b, "mail3@example.jp");
	LEADS(&b, "/email?done=sent");
	id = site_number("SELECT MAX(id) FROM guardian_email");
	ck_assert_int_eq(uid_parse(site_uid("guardian_email", id), &uid), OK);
	browser_get(&b, "/mail/verify?t=%s", guardian_link(a, site_keys(), uid,
	    "mail3@example.jp"));
	sheet_post(&b, sheet_of(&b, "/mail/verify"));
	LEADS(&b, "/mail/verified");
	/* Both receive; the login stays with who proved it first. */
	ck_assert_str_eq(site_text("SELECT guardian_id, verified_at IS NULL,"
	    " login_address IS NULL FROM guardian_email WHERE"
	    " address LIKE 'mail3@example.jp' ORDER BY guardian_id"),
	    "4 0 1");
	browser_sign_in(&b, SIDE_GUARDIAN, "mail3@example.jp");
	browser_get(&b, "/settings");
	SHOWS(&b, "333-333-333");
}
END_TEST

START_TEST(language_of_the_account)
{
	struct browser b;
	struct sheet *s;

	browser_sign_in(&b, SIDE_GUARDIAN, AOI_B);
	browser_get(&b, "/settings");
	s = sheet_of(&b, "/settings/language");
	ck_assert_str_eq(sheet_get(s, "lang"), "ja");
	sheet_put(s, "lang", "en");
	sheet_post(&b, s);
	LEADS(&b, "/settings?done=language");
	ck_assert_str_eq(site_text("SELECT lang FROM guardian WHERE id = 2"),
	    "en");
	browser_get(&b, "/settings");
	s = sheet_of(&b, "/settings/language");
	ck_assert_str_eq(sheet_get(s, "lang"), "en");
	sheet_put(s, "lang", "xx");
	sheet_post(&b, s);
	STATUS(&b, 422);
}
END_TEST

static void
fill(Suite *s)
{
	TCase *tc = site_case(s, "register");

	tcase_add_test(tc, F02_with_email);
	tcase_add_test(tc, F02_proof_of_an_address);
	tcase_add_test(tc, F02_links_that_prove_nothing);
	tcase_add_test(tc, F04_second_guardian_without_email);
	tcase_add_test(tc, F02_protected_household_tells_nobody);
	tcase_add_test(tc, F02_same_post_again);
	tcase_add_test(tc, F02_letters_that_do_not_work);
	tcase_add_test(tc, F02_wrong_codes_are_counted);
	tcase_add_test(tc, F02_passwords_and_addresses_refused);
	tcase_add_test(tc, F04_second_child_at_another_school);
	tcase_add_test(tc, F02_addresses);
	tcase_add_test(tc, F02_address_that_somebody_else_proved);
	tcase_add_test(tc, language_of_the_account);
}

int
main(void)
{
	return site_main("register", fill);
}
