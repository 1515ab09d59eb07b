/* SPDX-License-Identifier: AGPL-3.0-or-later
 * What becomes of a report (F12): seen, changed, withdrawn, by whom and by
 * whom not; and what the other guardian learns of it (design 8). */
#include "t/page/browser.h"

/* A report of today through the pages; its id. */
static int64_t
report(struct browser *b, int64_t pupil)
{
	struct sheet *s;

	browser_get(b, "/absence/new");
	STATUS(b, 200);
	s = sheet_of(b, "/absence/new");
	sheet_put(s, "pupils", site_uid("pupil", pupil));
	sheet_put(s, "kind", "absent");
	sheet_put(s, "when", "today");
	sheet_put(s, "reason", "発熱");
	sheet_put(s, "note", "秘密のメモ");
	sheet_put(s, "step", "send");
	sheet_post(b, s);
	STATUS(b, 303);
	return site_number("SELECT MAX(id) FROM absence");
}

static const char *
page_of(int64_t id, const char *rest)
{
	return str_printf(a, "/absence/%s%s", site_uid("absence", id), rest);
}

static struct sheet *
edit(struct browser *b, int64_t id)
{
	browser_get(b, "%s", page_of(id, "/edit"));
	STATUS(b, 200);
	return sheet_of(b, page_of(id, "/edit"));
}

static struct sheet *
withdraw(struct browser *b, int64_t id)
{
	browser_get(b, "%s", page_of(id, "/withdraw"));
	STATUS(b, 200);
	return sheet_of(b, page_of(id, "/withdraw"));
}

START_TEST(F12_change)
{
	struct browser b;
	struct sheet *s;
	int64_t id;

	browser_sign_in(&b, SIDE_GUARDIAN, AOI_A);
	id = report(&b, 1);
	browser_get(&b, "%s", page_of(id, ""));
	STATUS(&b, 200);
	SHOWS(&b, "秘密のメモ");
	SHOWS(&b, "連絡した人 あなた");
	s = edit(&b, id);
	ck_assert_str_eq(sheet_get(s, "kind"), "absent");
	ck_assert_str_eq(sheet_get(s, "reason"), "発熱");
	ck_assert_str_eq(sheet_get(s, "note"), "秘密のメモ");
	ck_assert_str_eq(sheet_get(s, "version"), "1");
	sheet_put(s, "kind", "late");
	sheet_put(s, "reason", "通院");
	sheet_put(s, "clock", "10:30");
	sheet_put(s, "note", "病院に寄ります");
	sheet_post(&b, s);
	LEADS(&b, page_of(id, "?done=changed"));
	browser_follow(&b);
	SHOWS(&b, "変更しました");
	SHOWS(&b, "10:30");
	ck_assert_str_eq(site_text("SELECT kind, reason_id, clock, note,"
	    " version, state FROM absence WHERE id = %lld", (long long)id),
	    "2 2 630 病院に寄ります 2 1");
	ck_assert_str_eq(site_text("SELECT version, kind, note FROM"
	    " absence_history WHERE absence_id = %lld ORDER BY version",
	    (long long)id), "1 1 秘密のメモ\n2 2 病院に寄ります");
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM outbox_recipient r"
	    " JOIN outbox o ON o.id = r.outbox_id"
	    " WHERE o.params LIKE '%%\"changed\"%%'"), 2);
	ck_assert_str_eq(site_text("SELECT pupil_id, object_id, fields, result"
	    " FROM audit_log WHERE event = 'absence.change'"),
	    str_printf(a, "1 %lld kind,reason,clock,note 1", (long long)id));
	/* Once only, however often it is sent. */
	sheet_post(&b, s);
	LEADS(&b, page_of(id, "?done=changed"));
	ck_assert_int_eq(site_number("SELECT version FROM absence"
	    " WHERE id = %lld", (long long)id), 2);
}
END_TEST

START_TEST(F12_change_refused)
{
	static const struct {
		const char *name, *value;
	} bad[] = { { "kind", "gone" }, { "kind", "" }, { "reason", "" },
		{ "reason", "部活動の大会" }, { "clock", "25:00" },
		{ "version", "" }, { "version", "x" } };
	const char *before;
	struct browser b;
	struct sheet *s;
	int64_t id;

	browser_sign_in(&b, SIDE_GUARDIAN, AOI_A);
	id = report(&b, 1);
	before = site_checksum("");
	for (size_t i = 0; i < COUNT(bad); i++) {
		s = edit(&b, id);
		sheet_put(s, "note", "残る文");
		sheet_put(s, bad[i].name, bad[i].value);
		sheet_post(&b, s);
		STATUS(&b, 422);
		s = sheet_of(&b, page_of(id, "/edit"));
		ck_assert_str_eq(sheet_get(s, "note"), "残る文");
	}
	s = edit(&b, id);
	sheet_put(s, "kind", "early");
	sheet_put(s, "clock", "");
	sheet_post(&b, s);
	STATUS(&b, 422);
	ck_assert_ptr_nonnull(page_error_of(&b, "clock"));
	ck_assert_str_eq(before, site_checksum(""));
}
END_TEST

START_TEST(F12_withdraw)
{
	struct browser b;
	struct sheet *s;
	int64_t id;

	browser_sign_in(&b, SIDE_GUARDIAN, HINA);
	id = report(&b, 2);
	s = withdraw(&b, id);
	SHOWS(&b, "この連絡を取り消しますか");
	sheet_post(&b, s);
	LEADS(&b, page_of(id, "?done=withdrawn"));
	browser_follow(&b);
	SHOWS(&b, "取り消しました");
	HIDES(&b, "/edit");
	ck_assert_str_eq(site_text("SELECT state, version FROM absence"
	    " WHERE id = %lld", (long long)id), "2 2");
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM absence_history"
	    " WHERE absence_id = %lld AND state = 2", (long long)id), 1);
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM audit_log"
	    " WHERE event = 'absence.withdraw' AND pupil_id = 2"), 1);
	browser_get(&b, "/");
	HIDES(&b, site_uid("absence", id));
	/* Gone is gone: neither changed nor withdrawn again. */
	sheet_put(s, "version", "2");
	sheet_put(s, "token", NULL);
	browser_get(&b, "%s", page_of(id, "/withdraw"));
	ck_assert_uint_eq(sheet_count(&b, page_of(id, "/withdraw")), 0);
	browser_get(&b, "%s", page_of(id, "/edit"));
	ck_assert_uint_eq(sheet_count(&b, page_of(id, "/edit")), 0);
	/* One may report anew. */
	report(&b, 2);
}
END_TEST

/* Two windows: the second learns of it and loses nothing. */
START_TEST(F12_stale_version)
{
	struct browser b, other;
	struct sheet *first, *second, *gone;
	const char *before;
	int64_t id;

	browser_sign_in(&b, SIDE_GUARDIAN, AOI_A);
	id = report(&b, 1);
	other = b;
	first = edit(&b, id);
	second = edit(&other, id);
	gone = withdraw(&other, id);
	sheet_put(first, "note", "一つ目");
	sheet_post(&b, first);
	STATUS(&b, 303);
	before = site_checksum("");
	sheet_put(second, "note", "二つ目");
	sheet_post(&other, second);
	STATUS(&other, 422);
	SHOWS(&other, "ほかの画面でこの連絡が変更されました");
	ck_assert_str_eq(before, site_checksum(""));
	second = sheet_of(&other, page_of(id, "/edit"));
	ck_assert_str_eq(sheet_get(second, "note"), "二つ目");
	sheet_post(&b, gone);
	STATUS(&b, 422);
	SHOWS(&b, "ほかの画面でこの連絡が変更されました");
	ck_assert_str_eq(before, site_checksum(""));
	sheet_post(&other, second);
	STATUS(&other, 303);
	ck_assert_str_eq(site_text("SELECT note, version FROM absence"
	    " WHERE id = %lld", (long long)id), "二つ目 3");
	gone = withdraw(&b, id);
	sheet_post(&b, gone);
	STATUS(&b, 303);
}
END_TEST

START_TEST(F12_not_outside_hours)
{
	const char *before;
	struct browser b;
	struct sheet *s, *gone;
	int64_t id;

	browser_sign_in(&b, SIDE_GUARDIAN, AOI_A);
	id = report(&b, 1);
	s = edit(&b, id);
	gone = withdraw(&b, id);
	site_sql("UPDATE reception SET opens = 480 WHERE school_id = 2");
	before = site_checksum("");
	sheet_put(s, "note", "遅すぎる");
	sheet_post(&b, s);
	STATUS(&b, 422);
	SHOWS(&b, "いまは変更できません");
	SHOWS(&b, "8:00〜8:30");
	SHOWS(&b, "042-000-0001");
	sheet_post(&b, gone);
	STATUS(&b, 422);
	SHOWS(&b, "いまは変更できません");
	browser_get(&b, "%s", page_of(id, ""));
	HIDES(&b, "/edit");
	browser_get(&b, "%s", page_of(id, "/edit"));
	ck_assert_uint_eq(sheet_count(&b, page_of(id, "/edit")), 0);
	ck_assert_str_eq(before, site_checksum(""));
	site_sql("UPDATE reception SET opens = 360 WHERE school_id = 2");
	/* Neither that of a day gone by. */
	site_sql("UPDATE absence SET day = '2026-05-29' WHERE id = %lld",
	    (long long)id);
	sheet_post(&b, s);
	STATUS(&b, 422);
	SHOWS(&b, "いまは変更できません");
}
END_TEST

static const char *const places[] = { "", "/edit", "/withdraw" };

/* A foreign id is "not found", never "forbidden", and like no id at all. */
START_TEST(F12_foreign_reports_are_not_found)
{
	const char *missing, *before;
	struct browser b, strange;
	struct sheet *s;
	int64_t id;

	browser_sign_in(&b, SIDE_GUARDIAN, AOI_A);
	id = report(&b, 1);
	s = edit(&b, id);
	before = site_checksum("guardian_session form_token audit_log failure");
	browser_sign_in(&strange, SIDE_GUARDIAN, HINA);
	for (size_t i = 0; i < COUNT(places); i++) {
		browser_get(&strange, "/absence/%s%s", uid_text(a, uid_new()),
		    places[i]);
		STATUS(&strange, 404);
		missing = str_copy_n(a, strange.text, 2000);
		ck_assert_ptr_nonnull(missing);
		browser_get(&strange, "%s", page_of(id, places[i]));
		STATUS(&strange, 404);
		HIDES(&strange, "葵");
	}
	browser_get(&strange, "/absence/done/%s", site_uid("submission",
	    site_number("SELECT MAX(id) FROM submission")));
	STATUS(&strange, 404);
	sheet_put(s, "note", "他人");
	sheet_post(&strange, s);
	STATUS(&strange, 404);
	s->action = page_of(id, "/withdraw");
	sheet_post(&strange, s);
	STATUS(&strange, 404);
	ck_assert_str_eq(before,
	    site_checksum("guardian_session form_token audit_log failure"));
}
END_TEST

/* An ordinary household: the other guardian sees that there is a report, not
 * why, and leaves it alone. */
START_TEST(F12_the_other_guardian)
{
	const char *before;
	struct browser b, other;
	struct sheet *s;
	int64_t id;

	browser_sign_in(&b, SIDE_GUARDIAN, AOI_A);
	id = report(&b, 1);
	s = edit(&b, id);
	browser_sign_in(&other, SIDE_GUARDIAN, AOI_B);
	browser_get(&other, "/");
	SHOWS(&other, "保護者が連絡");
	browser_get(&other, "%s", page_of(id, ""));
	STATUS(&other, 200);
	SHOWS(&other, "連絡した人 保護者");
	HIDES(&other, "秘密のメモ");
	HIDES(&other, "発熱");
	HIDES(&other, AOI_A);
	before = site_checksum("");
	for (size_t i = 1; i < COUNT(places); i++) {
		browser_get(&other, "%s", page_of(id, places[i]));
		STATUS(&other, 200);
		HIDES(&other, "秘密のメモ");
		HIDES(&other, "発熱");
		ck_assert_uint_eq(sheet_count(&other, page_of(id, places[i])),
		    0);
		s->action = page_of(id, places[i]);
		for (int own = 0; own < 2; own++) {
			sheet_post(&other, s);
			STATUS(&other, 422);
			HIDES(&other, "発熱");
			sheet_put(s, "token",
			    browser_token(&other, s->action, 0));
		}
	}
	browser_get(&other, "/absence/done/%s", site_uid("submission",
	    site_number("SELECT MAX(id) FROM submission")));
	STATUS(&other, 404);
	ck_assert_str_eq(before, site_checksum(""));
}
END_TEST

/* Pages of a guardian that could betray the other one. */
static const char *
all_pages(struct browser *b)
{
	static const char *const paths[] = { "/", "/absence/new", "/settings",
		"/welcome", "/email" };
	struct buf *out = buf_new(a, 65536, (size_t)1 << 20);

	for (size_t i = 0; i < COUNT(paths); i++) {
		browser_get(b, "%s", paths[i]);
		STATUS(b, 200);
		buf_str(out, page_masked(b));
	}
	return out->p;
}

/* design 8: for a protected household the bytes served to B are the same with
 * and without A. */
START_TEST(protected_household)
{
	const char *with, *without;
	struct browser mother, father;
	struct sheet *s;
	int64_t id;

	browser_sign_in(&father, SIDE_GUARDIAN, YUI_B);
	without = all_pages(&father);
	browser_sign_in(&mother, SIDE_GUARDIAN, YUI_A);
	id = report(&mother, 4);
	browser_get(&mother, "/");
	SHOWS(&mother, "欠席");
	with = all_pages(&father);
	ck_assert_str_eq(with, without);
	for (size_t i = 0; i < COUNT(places); i++) {
		browser_get(&father, "%s", page_of(id, places[i]));
		STATUS(&father, 404);
	}
	s = edit(&mother, id);
	sheet_post(&father, s);
	STATUS(&father, 404);
	/* Mail goes to her alone, of this and of changes. */
	sheet_put(s, "note", "変更");
	sheet_post(&mother, s);
	STATUS(&mother, 303);
	ck_assert_str_eq(site_text("SELECT DISTINCT r.address FROM"
	    " outbox_recipient r JOIN outbox o ON o.id = r.outbox_id"
	    " WHERE o.pupil_id = 4"), "Mail3@example.jp");
	ck_assert_str_eq(all_pages(&father), without);
	/* He may report himself, and she learns nothing. */
	with = all_pages(&mother);
	report(&father, 4);
	ck_assert_str_eq(all_pages(&mother), with);
}
END_TEST

/* The school's confirmation reaches the home page, a change asks for a new
 * one. */
START_TEST(F12_confirmed_and_changed_again)
{
	struct browser b;
	struct sheet *s;
	int64_t id;

	browser_sign_in(&b, SIDE_GUARDIAN, ITSUKI);
	id = report(&b, 5);
	site_sql("UPDATE absence SET confirmed_version = 1,"
	    " confirmed_at = '2026-05-31 22:15', confirmed_by = 3"
	    " WHERE id = %lld", (long long)id);
	browser_get(&b, "/");
	SHOWS(&b, "学校が確認しました （7:15 担任 ）");
	s = edit(&b, id);
	sheet_put(s, "note", "咳もあります");
	sheet_post(&b, s);
	STATUS(&b, 303);
	browser_get(&b, "/");
	SHOWS(&b, "受付済（学校の確認を待っています）");
}
END_TEST

static void
fill(Suite *s)
{
	TCase *tc = site_case(s, "absence_change");

	tcase_add_test(tc, F12_change);
	tcase_add_test(tc, F12_change_refused);
	tcase_add_test(tc, F12_withdraw);
	tcase_add_test(tc, F12_stale_version);
	tcase_add_test(tc, F12_not_outside_hours);
	tcase_add_test(tc, F12_foreign_reports_are_not_found);
	tcase_add_test(tc, F12_the_other_guardian);
	tcase_add_test(tc, protected_household);
	tcase_add_test(tc, F12_confirmed_and_changed_again);
}

int
main(void)
{
	return site_main("absence_change", fill);
}
