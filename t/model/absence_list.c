/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The school's list of a day (F14): whose reports, in which order, when it
 * changes, and that only what was seen is confirmed. */
#include "model/absence_list.h"

#include "model/absence.h"
#include "t/model/world.h"

#define MONDAY at("2026-06-01", "07:10")
#define LATER at("2026-06-01", "07:30")

static struct actor a, e, p, teacher, principal, board, auditor, other;

static void
begin(void)
{
	world_begin();
	a = world_guardian(A, MONDAY);
	e = world_guardian(E, MONDAY);
	p = world_guardian(P, MONDAY);
	teacher = world_staff(TEACHER, MONDAY);
	principal = world_staff(PRINCIPAL, MONDAY);
	board = world_staff(BOARD_ADMIN, MONDAY);
	auditor = world_staff(AUDITOR, MONDAY);
	other = world_staff(OTHER_TEACHER, MONDAY);
}

static struct absence_filter
today(void)
{
	return (struct absence_filter){ .day = on("2026-06-01") };
}

/* Names of the list in order, or "-". */
static const char *
list_of(const struct actor *who, const struct absence_filter *f)
{
	struct buf *out = buf_new(world.a, 64, 4096);
	struct list rows;

	MUST(absence_list(world.a, world.db, who, f, &rows));
	for (size_t i = 0; i < rows.n; i++)
		buf_printf(out, "%s%s", i == 0 ? "" : " / ",
		    LIST_AT(rows, struct absence_row, i)->name);
	return rows.n == 0 ? "-" : out->p;
}

static int64_t
confirm(const struct actor *who, int64_t school, struct uid uid,
    int64_t version)
{
	const char *text = str_printf(world.a, "%s:%lld",
	    uid_text(world.a, uid), (long long)version);
	struct list seen = { &text, 1 };
	int64_t n = -1;

	MUST(absence_confirm(world.a, world.db, who, school, &seen, LATER,
	    &n));
	return n;
}

static void
change(const struct actor *who, struct uid uid, int64_t version)
{
	struct absence_change new = { ABSENT, "家庭の都合", MINUTE_NONE, "",
		version };
	struct refusal why;
	struct absence row;

	MUST(absence_load(world.a, world.db, who, uid, LATER, &row));
	MUST(absence_change(world.a, world.db, who, &row, &new, LATER, &why));
}

static void
withdraw(const struct actor *who, struct uid uid, int64_t version)
{
	struct absence row;

	MUST(absence_load(world.a, world.db, who, uid, LATER, &row));
	MUST(absence_withdraw(world.a, world.db, who, &row, version, LATER));
}

START_TEST(own_school_and_day_only)
{
	struct absence_filter f = today();

	world_report(&a, AOI, "2026-06-01", "発熱", MONDAY);
	world_report(&a, SOTA, "2026-06-01", "部活動", MONDAY);
	world_report(&a, AOI, "2026-06-02", "発熱", MONDAY);
	ck_assert_str_eq(list_of(&teacher, &f), "髙橋 葵");
	ck_assert_str_eq(list_of(&principal, &f), "髙橋 葵");
	ck_assert_str_eq(list_of(&other, &f), "髙橋 颯太");
	/* Asking for another school changes nothing for a school's people. */
	f.school_id = HIGASHI;
	ck_assert_str_eq(list_of(&principal, &f), "髙橋 葵");
	ck_assert_str_eq(list_of(&board, &f), "髙橋 颯太");
	ck_assert_str_eq(list_of(&auditor, &f), "髙橋 颯太");
	f.school_id = 0;
	ck_assert_str_eq(list_of(&board, &f), "-");
}
END_TEST

/* The school sees every report, of a protected household too, and each as it
 * is: two guardians may disagree. */
START_TEST(all_reports_of_all_guardians)
{
	struct actor q = world_guardian(Q, MONDAY);
	struct absence_filter f = today();

	world_report(&p, RIN, "2026-06-01", "発熱", MONDAY);
	world_report(&q, RIN, "2026-06-01", "家庭の都合", MONDAY);
	ck_assert_str_eq(list_of(&principal, &f), "葛󠄀城 凛 / 葛󠄀城 凛");
}
END_TEST

START_TEST(what_a_row_says)
{
	struct uid uid = world_report(&e, HINATA, "2026-06-01", "発熱",
	    MONDAY);
	struct absence_filter f = today();
	struct absence_row row;
	struct list rows;
	struct day day;

	/* In two classes: one row, under the main class. */
	MUST(absence_list(world.a, world.db, &principal, &f, &rows));
	ck_assert_uint_eq(rows.n, 1);
	row = *LIST_AT(rows, struct absence_row, 0);
	ck_assert_str_eq(row.class_title, "なかよし");
	ck_assert_int_eq(row.seat, 1);
	ck_assert_str_eq(row.kana, "たなか ひなた");
	ck_assert_int_eq(row.seen, SEEN_NEW);
	ck_assert(!row.by_school && !stamp_is(row.confirmed_at));
	ck_assert_ptr_null(row.confirmed_name);
	MUST(absence_list_load(world.a, world.db, &principal, uid, &row,
	    &day));
	ck_assert_int_eq(day.n, f.day.n);
	ck_assert_int_eq(row.pupil_id, HINATA);
}
END_TEST

START_TEST(order_unconfirmed_first)
{
	struct absence_filter f = today();
	struct uid uid = world_report(&a, AOI, "2026-06-01", "発熱", MONDAY);
	struct actor d = world_guardian(D, MONDAY);

	world_report(&d, KIPPEI, "2026-06-01", "発熱", MONDAY);
	world_report(&p, RIN, "2026-06-01", "発熱", MONDAY);
	world_report(&e, HINATA, "2026-06-01", "発熱", MONDAY);
	ck_assert_str_eq(list_of(&principal, &f),
	    "田中 ひなた / 髙橋 葵 / 山﨑 𠮷平 / 葛󠄀城 凛");
	ck_assert_int_eq(confirm(&principal, 0, uid, 1), 1);
	ck_assert_str_eq(list_of(&principal, &f),
	    "田中 ひなた / 山﨑 𠮷平 / 葛󠄀城 凛 / 髙橋 葵");
	f.unconfirmed = true;
	ck_assert_str_eq(list_of(&principal, &f),
	    "田中 ひなた / 山﨑 𠮷平 / 葛󠄀城 凛");
}
END_TEST

START_TEST(filters)
{
	struct absence_filter f = today();

	world_report(&a, AOI, "2026-06-01", "発熱", MONDAY);
	world_report(&p, RIN, "2026-06-01", "発熱", MONDAY);
	world_report(&e, HINATA, "2026-06-01", "発熱", MONDAY);
	world_run("UPDATE absence SET kind = 2, clock = 630"
	    " WHERE pupil_id = %d", RIN);
	f.kind = LATE;
	ck_assert_str_eq(list_of(&principal, &f), "葛󠄀城 凛");
	f.kind = 0;
	/* The exchange class counts too. */
	f.class_uid = world_uid("class", CHUO_3_1);
	ck_assert_str_eq(list_of(&principal, &f), "田中 ひなた / 髙橋 葵");
	f.class_uid = world_uid("class", HIGASHI_1_1);
	ck_assert_str_eq(list_of(&principal, &f), "-");
	f.class_uid = uid_new();
	ck_assert_str_eq(list_of(&principal, &f), "-");
}
END_TEST

/* Where teachers see only their own classes, exchange pupils included. */
START_TEST(own_classes_only)
{
	struct absence_filter f = today();
	struct uid rin, aoi;
	struct absence_row row;
	struct actor own;
	struct day day;

	aoi = world_report(&a, AOI, "2026-06-01", "発熱", MONDAY);
	rin = world_report(&p, RIN, "2026-06-01", "発熱", MONDAY);
	world_report(&e, HINATA, "2026-06-01", "発熱", MONDAY);
	world_run("UPDATE organization SET teacher_scope = 1 WHERE id = 2");
	own = world_staff(TEACHER, MONDAY);
	ck_assert(own.own_classes);
	ck_assert_str_eq(list_of(&own, &f), "田中 ひなた / 髙橋 葵");
	f.class_uid = world_uid("class", CHUO_5_2);
	ck_assert_str_eq(list_of(&own, &f), "-");
	GIVES(absence_list_load(world.a, world.db, &own, rin, &row, &day),
	    ERR_NONE);
	MUST(absence_list_load(world.a, world.db, &own, aoi, &row, &day));
	ck_assert_int_eq(confirm(&own, 0, rin, 1), 0);
	ck_assert_int_eq(confirm(&own, 0, aoi, 1), 1);
	/* Administrators of the same school see all. */
	own = world_staff(PRINCIPAL, MONDAY);
	ck_assert(!own.own_classes);
	MUST(absence_list_load(world.a, world.db, &own, rin, &row, &day));
}
END_TEST

START_TEST(head_of_the_list)
{
	struct absence_filter f = today();
	const char *version = NULL, *polled;
	struct class_row *k;
	struct actor own;
	struct list rows;

	MUST(absence_list_head(world.a, world.db, &teacher, &f, &rows,
	    &version));
	ck_assert_uint_eq(rows.n, 3);
	k = LIST_AT(rows, struct class_row, 0);
	ck_assert_str_eq(k[0].title, "なかよし");
	ck_assert_str_eq(k[1].title, "3年1組");
	ck_assert_str_eq(k[2].title, "5年2組");
	ck_assert(!k[0].own && k[1].own && !k[2].own);
	MUST(absence_list_version(world.a, world.db, &teacher, &f, &polled));
	ck_assert_str_eq(version, polled);
	/* Last school year had other classes. */
	f.day = on("2026-03-31");
	MUST(absence_list_head(world.a, world.db, &teacher, &f, &rows,
	    &version));
	ck_assert_uint_eq(rows.n, 1);
	world_run("UPDATE organization SET teacher_scope = 1 WHERE id = 2");
	own = world_staff(TEACHER, MONDAY);
	f = today();
	MUST(absence_list_head(world.a, world.db, &own, &f, &rows, &version));
	ck_assert_uint_eq(rows.n, 1);
	ck_assert(LIST_AT(rows, struct class_row, 0)->own);
}
END_TEST

/* A year whose roster has not come yet has a version too. */
START_TEST(head_without_classes)
{
	struct absence_filter f = { .day = on("2027-04-01") };
	const char *version = NULL;
	struct list rows;

	MUST(absence_list_head(world.a, world.db, &teacher, &f, &rows,
	    &version));
	ck_assert_uint_eq(rows.n, 0);
	ck_assert_ptr_nonnull(version);
}
END_TEST

START_TEST(version_changes_with_everything)
{
	struct absence_filter f = today(), tomorrow = today();
	const char *v[8], *elsewhere[2];
	struct uid uid, second;
	size_t n = 0;

	tomorrow.day = day_add(f.day, 1);
#define NOTE()                                                                 \
	MUST(absence_list_version(world.a, world.db, &principal, &f, &v[n++]))
	NOTE();
	uid = world_report(&a, AOI, "2026-06-01", "発熱", MONDAY);
	NOTE();
	second = world_report(&p, RIN, "2026-06-01", "発熱", MONDAY);
	NOTE();
	change(&a, uid, 1);
	NOTE();
	ck_assert_int_eq(confirm(&principal, 0, uid, 2), 1);
	NOTE();
	withdraw(&p, second, 1);
	NOTE();
	ck_assert_int_eq(confirm(&principal, 0, second, 2), 1);
	NOTE();
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(v[i], v[k]);
	/* Other days and other schools leave it alone. */
	MUST(absence_list_version(world.a, world.db, &principal, &tomorrow,
	    &elsewhere[0]));
	world_report(&a, SOTA, "2026-06-02", "発熱", MONDAY);
	MUST(absence_list_version(world.a, world.db, &principal, &tomorrow,
	    &elsewhere[1]));
	ck_assert_str_eq(elsewhere[0], elsewhere[1]);
	NOTE();
	ck_assert_str_eq(v[n - 1], v[n - 2]);
#undef NOTE
}
END_TEST

START_TEST(another_schools_report_is_not_there)
{
	struct uid uid = world_report(&a, AOI, "2026-06-01", "発熱", MONDAY);
	int64_t id = world_number("SELECT MAX(id) FROM absence");
	struct absence_row row;
	struct list versions;
	struct day day;

	GIVES(absence_list_load(world.a, world.db, &other, uid, &row, &day),
	    ERR_NONE);
	MUST(absence_versions(world.a, world.db, &other, id, &versions));
	ck_assert_uint_eq(versions.n, 0);
	ck_assert_int_eq(confirm(&other, 0, uid, 1), 0);
	ck_assert_int_eq(confirm(&other, CHUO, uid, 1), 0);
	ck_assert_int_eq(world_number(
	    "SELECT confirmed_version FROM absence"), 0);
	MUST(absence_list_load(world.a, world.db, &board, uid, &row, &day));
	MUST(absence_versions(world.a, world.db, &board, id, &versions));
	ck_assert_uint_eq(versions.n, 1);
}
END_TEST

START_TEST(versions_newest_first)
{
	struct uid uid = world_report(&a, AOI, "2026-06-01", "発熱", MONDAY);
	int64_t id = world_number("SELECT MAX(id) FROM absence");
	struct absence_version *v;
	struct list rows;

	change(&a, uid, 1);
	withdraw(&a, uid, 2);
	MUST(absence_versions(world.a, world.db, &teacher, id, &rows));
	ck_assert_uint_eq(rows.n, 3);
	v = LIST_AT(rows, struct absence_version, 0);
	ck_assert_int_eq(v[0].version, 3);
	ck_assert_int_eq(v[0].state, WITHDRAWN);
	ck_assert_int_eq(v[1].state, RECEIVED);
	ck_assert_str_eq(v[1].reason, "家庭の都合");
	ck_assert_str_eq(v[2].reason, "発熱");
	ck_assert_int_eq(v[2].made_at.us, MONDAY.us);
	ck_assert_int_eq(v[0].made_at.us, LATER.us);
}
END_TEST

/* ── confirming ─────────────────────────────────────────────────────────── */

static int
seen(struct uid uid)
{
	struct absence_row row;
	struct day day;

	MUST(absence_list_load(world.a, world.db, &principal, uid, &row,
	    &day));
	return row.seen;
}

START_TEST(only_the_version_seen)
{
	struct uid uid = world_report(&a, AOI, "2026-06-01", "発熱", MONDAY);
	struct absence_row row;
	struct absence mine;
	struct day day;

	change(&a, uid, 1);
	ck_assert_int_eq(confirm(&teacher, 0, uid, 1), 0);
	ck_assert_int_eq(seen(uid), SEEN_NEW);
	ck_assert_int_eq(confirm(&teacher, 0, uid, 3), 0);
	ck_assert_int_eq(confirm(&teacher, 0, uid, 2), 1);
	ck_assert_int_eq(seen(uid), SEEN_CONFIRMED);
	MUST(absence_list_load(world.a, world.db, &principal, uid, &row,
	    &day));
	ck_assert_str_eq(row.confirmed_name, "東 一郎");
	ck_assert_str_eq(row.confirmed_title, "担任");
	ck_assert_int_eq(row.confirmed_at.us, LATER.us);
	/* Again changes nothing: who was first stays. */
	ck_assert_int_eq(confirm(&principal, 0, uid, 2), 0);
	MUST(absence_load(world.a, world.db, &a, uid, LATER, &mine));
	ck_assert(mine.confirmed);
	ck_assert_str_eq(mine.confirmed_title, "担任");
	change(&a, uid, 2);
	ck_assert_int_eq(seen(uid), SEEN_CHANGED);
	withdraw(&a, uid, 3);
	ck_assert_int_eq(seen(uid), SEEN_CHANGED);
	ck_assert_int_eq(confirm(&principal, 0, uid, 4), 1);
	ck_assert_int_eq(seen(uid), SEEN_WITHDRAWN);
}
END_TEST

START_TEST(withdrawn_unseen_needs_no_look)
{
	struct uid uid = world_report(&a, AOI, "2026-06-01", "発熱", MONDAY);
	struct absence_filter f = today();

	withdraw(&a, uid, 1);
	ck_assert_int_eq(seen(uid), SEEN_WITHDRAWN);
	f.unconfirmed = true;
	ck_assert_str_eq(list_of(&principal, &f), "-");
	f.unconfirmed = false;
	ck_assert_str_eq(list_of(&principal, &f), "髙橋 葵");
}
END_TEST

START_TEST(many_at_once_and_nonsense)
{
	struct uid one = world_report(&a, AOI, "2026-06-01", "発熱", MONDAY);
	struct uid two = world_report(&p, RIN, "2026-06-01", "発熱", MONDAY);
	const char *texts[] = {
		str_printf(world.a, "%s:1", uid_text(world.a, one)),
		str_printf(world.a, "%s:1", uid_text(world.a, two)),
		str_printf(world.a, "%s:1", uid_text(world.a, two)),
		str_printf(world.a, "%s:1", uid_text(world.a, uid_new())),
		str_printf(world.a, "%s:0", uid_text(world.a, one)),
		str_printf(world.a, "%s", uid_text(world.a, one)),
		"", ":", ":1", "x:1", "]:1", "\"],[\"x\",1]:1",
	};
	struct list all = { texts, COUNT(texts) }, none = { texts, 0 };
	int64_t n;

	MUST(absence_confirm(world.a, world.db, &principal, 0, &none, LATER,
	    &n));
	ck_assert_int_eq(n, 0);
	MUST(absence_confirm(world.a, world.db, &principal, 0, &all, LATER,
	    &n));
	ck_assert_int_eq(n, 2);
	ck_assert_int_eq(seen(one), SEEN_CONFIRMED);
	ck_assert_int_eq(seen(two), SEEN_CONFIRMED);
}
END_TEST

START_TEST(the_board_confirms_for_the_school_asked)
{
	struct uid uid = world_report(&a, AOI, "2026-06-01", "発熱", MONDAY);

	ck_assert_int_eq(confirm(&board, 0, uid, 1), 0);
	ck_assert_int_eq(confirm(&board, HIGASHI, uid, 1), 0);
	ck_assert_int_eq(confirm(&board, CHUO, uid, 1), 1);
}
END_TEST

/* What the school wrote itself is marked as such. */
START_TEST(the_schools_own_entry)
{
	struct uid uid = world_report(&a, AOI, "2026-06-01", "発熱", MONDAY);
	struct absence_row row;
	struct absence mine;
	struct day day;

	world_run("UPDATE absence SET guardian_id = NULL, staff_id = %d",
	    PRINCIPAL);
	MUST(absence_list_load(world.a, world.db, &principal, uid, &row,
	    &day));
	ck_assert(row.by_school);
	MUST(absence_load(world.a, world.db, &a, uid, LATER, &mine));
	ck_assert(mine.by_school && !mine.mine);
	ck_assert(!absence_is_open(&mine, LATER));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("model/absence_list");
	TCase *c = world_case(s, "absence_list", begin);

	tcase_add_test(c, own_school_and_day_only);
	tcase_add_test(c, all_reports_of_all_guardians);
	tcase_add_test(c, what_a_row_says);
	tcase_add_test(c, order_unconfirmed_first);
	tcase_add_test(c, filters);
	tcase_add_test(c, own_classes_only);
	tcase_add_test(c, head_of_the_list);
	tcase_add_test(c, head_without_classes);
	tcase_add_test(c, version_changes_with_everything);
	tcase_add_test(c, another_schools_report_is_not_there);
	tcase_add_test(c, versions_newest_first);
	tcase_add_test(c, only_the_version_seen);
	tcase_add_test(c, withdrawn_unseen_needs_no_look);
	tcase_add_test(c, many_at_once_and_nonsense);
	tcase_add_test(c, the_board_confirms_for_the_school_asked);
	tcase_add_test(c, the_schools_own_entry);
	return world_suite(s);
}
