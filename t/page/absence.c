/* SPDX-License-Identifier: AGPL-3.0-or-later
 * A guardian reports (F10, F11): form, check, back, send, done, each once.
 * What is refused is absence_refused.c, what becomes of a report
 * absence_change.c. */
#include "t/page/forms.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

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
	s = form_report(&b);
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
	s = form_report(&b);
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
		struct sheet *s = form_report(&b);

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
	s = form_report(&b);
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
	s = form_report(&b);
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
	s = form_report(&b);
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

#define AT_ONCE 6
#define LED	80

/* Sends in a process of its own; where it led comes through the pipe. */
static void
send_apart(const struct browser *b, const struct sheet *s, int out)
{
	struct browser mine = *b;
	char led[LED] = "";

	if (fork() != 0)
		return;
	sheet_post(&mine, s);
	snprintf(led, sizeof led, "%d %s", mine.status, mine.location);
	_exit(write(out, led, sizeof led) == sizeof led ? 0 : 1);
}

START_TEST(F10_same_post_at_the_same_moment)
{
	char first[LED], led[LED];
	struct browser b;
	struct sheet *s;
	int64_t before;
	int ends[2];

	browser_sign_in(&b, SIDE_GUARDIAN, AOI_A);
	s = form_report(&b);
	sheet_put(s, "step", "send");
	before = site_number("SELECT COUNT(*) FROM absence");
	ck_assert_int_eq(pipe(ends), 0);
	for (int i = 0; i < AT_ONCE; i++)
		send_apart(&b, s, ends[1]);
	for (int i = 0; i < AT_ONCE; i++) {
		ck_assert_int_eq(read(ends[0], led, LED), LED);
		if (i == 0)
			memcpy(first, led, LED);
		ck_assert_str_eq(led, first);
	}
	ck_assert(str_starts(first, "303 /absence/done/"));
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM absence"),
	    before + 1);
	while (wait(NULL) > 0)
		;
}
END_TEST

/* A used token with another body: the page once more, with what was typed. */
START_TEST(F10_used_token_with_another_body)
{
	struct browser b;
	struct sheet *s, *fresh;
	const char *before;

	browser_sign_in(&b, SIDE_GUARDIAN, AOI_B);
	s = checked(&b, form_report(&b));
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
	s = form_report(&b);
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
	s = form_report(&b);
	sheet_put(s, "step", "send");
	sheet_put(s, "token", sheet_get(form_report(&other), "token"));
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
	tcase_add_test(tc, F10_same_post_at_the_same_moment);
	tcase_add_test(tc, F10_used_token_with_another_body);
	tcase_add_test(tc, expired_token);
	tcase_add_test(tc, token_of_somebody_else);
	tcase_add_test(tc, preset);
}

int
main(void)
{
	return site_main("absence", fill);
}
