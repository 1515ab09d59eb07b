/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Rosters: what a preview finds out, that applying does that and nothing else,
 * and that it is refused when the roster changed since. */
#include "model/roster.h"

#include "t/model/world.h"

#define MONDAY at("2026-06-01", "07:10")
#define TUESDAY at("2026-06-02", "07:10")

static struct actor principal, other, board;

static void
begin(void)
{
	world_begin();
	principal = world_staff(PRINCIPAL, MONDAY);
	other = world_staff(OTHER_PRINCIPAL, MONDAY);
	board = world_staff(BOARD_ADMIN, MONDAY);
}

/* A row as the reader gives it. */
static struct roster_row
row(int64_t line, int64_t school, int64_t grade, const char *class_name,
    int64_t seat, const char *number, const char *name, const char *kana)
{
	const char *blank = strchr(name, ' ');

	return (struct roster_row){ line, school, grade, class_name,
		grade == 0 ? class_name
			   : str_printf(world.a, "%lld年%s組",
				 (long long)grade, class_name),
		seat, number, name, blank == NULL ? name : blank + 1, kana,
		NULL };
}

#define AOI_ROW                                                                \
	row(2, CHUO, 3, "1", 1, "10001", "髙橋 葵", "たかはし あおい")
#define KIPPEI_ROW                                                             \
	row(3, CHUO, 3, "1", 2, "10002", "山﨑 𠮷平", "やまざき きっぺい")

static enum err
preview_at(const struct actor *who, struct roster_row *rows, size_t n,
    struct stamp now, struct roster_import *import)
{
	struct list list = { rows, n };
	struct uid uid;

	TRY(roster_preview(world.a, world.db, who, "meibo.csv", &list, now,
	    &uid));
	return roster_load(world.a, world.db, who, uid, import);
}

#define PREVIEW(who, import, ...)                                              \
	MUST(preview_at(who, (struct roster_row[]){ __VA_ARGS__ },             \
	    COUNT(((struct roster_row[]){ __VA_ARGS__ })), MONDAY, import))

static enum err
apply(const struct roster_import *import, struct stamp now)
{
	enum err e;

	MUST(db_begin(world.db));
	e = roster_apply(world.a, world.db, import, now);
	if (e == OK)
		MUST(db_commit(world.db));
	else
		db_rollback(world.db);
	return e;
}

/* "total new changed moved same wrong" */
static const char *
counts(const struct roster_import *i)
{
	return str_printf(world.a, "%lld: %lld %lld %lld %lld %lld",
	    (long long)i->rows_total, (long long)i->rows_new,
	    (long long)i->rows_changed, (long long)i->rows_moved,
	    (long long)i->rows_same, (long long)i->rows_wrong);
}

/* The text under a wrong line, "" when it is not wrong. */
static const char *
wrong(const struct roster_import *import, int64_t line)
{
	struct list rows;

	MUST(roster_lines(world.a, world.db, import, ROW_WRONG, 100, &rows));
	for (size_t i = 0; i < rows.n; i++)
		if (LIST_AT(rows, struct roster_line, i)->line == line)
			return LIST_AT(rows, struct roster_line, i)->error;
	return "";
}

/* The pupil's main enrollments: "class seat begins..ends", in order. */
static const char *
places(const char *number)
{
	const char *text = world_text("SELECT GROUP_CONCAT(CONCAT(k.title, ' ',"
	    " COALESCE(e.seat, '-'), ' ', e.begins, '..', e.ends)"
	    " ORDER BY e.begins, e.id SEPARATOR ', ')"
	    " FROM pupil p JOIN enrollment e ON e.pupil_id = p.id AND e.main = 1"
	    " JOIN class k ON k.id = e.class_id WHERE p.number = '%s'", number);

	return text == NULL ? "" : text;
}

/* Everything a roster may touch, as one number. */
static int64_t
fingerprint(void)
{
	return world_number("SELECT CRC32(CONCAT_WS('#',"
	    " (SELECT GROUP_CONCAT(CONCAT_WS('|', id, HEX(uid), HEX(number), name,"
	    "  given, kana, search_key, HEX(sort_key), protected) ORDER BY id)"
	    "  FROM pupil),"
	    " (SELECT GROUP_CONCAT(CONCAT_WS('|', id, pupil_id, class_id, seat,"
	    "  main, begins, ends) ORDER BY id) FROM enrollment),"
	    " (SELECT GROUP_CONCAT(CONCAT_WS('|', id, title) ORDER BY id)"
	    "  FROM class)))");
}

/* ── previews ───────────────────────────────────────────────────────────── */

START_TEST(each_outcome)
{
	struct roster_import import;
	struct roster_row bad = row(7, CHUO, 3, "1", 9, "10009", "誤 り", "");
	struct roster_line *l;
	struct list rows;

	bad.error = "組が空です";
	PREVIEW(&principal, &import, AOI_ROW,
	    row(3, CHUO, 3, "1", 5, "10002", "山﨑 𠮷平", "やまざき きっぺい"),
	    row(4, CHUO, 5, "3", 1, "10003", "葛󠄀城 凛", "かつらぎ りん"),
	    row(5, CHUO, 3, "1", 3, "10009", "新 人", "あら ひと"), bad,
	    row(8, CHUO, 0, "なかよし", 1, "10007", "田中 ひなた",
		"たなか ひなた"));
	/* The same number in two rows is wrong in both. */
	ck_assert_str_eq(counts(&import), "6: 0 1 1 2 2");
	ck_assert_str_eq(wrong(&import, 7), "組が空です");
	ck_assert_str_ne(wrong(&import, 5), "");
	ck_assert_str_eq(import.file_name, "meibo.csv");
	ck_assert_int_eq(import.state, 1);
	ck_assert_int_eq(import.created_at.us, MONDAY.us);
	MUST(roster_lines(world.a, world.db, &import, ROW_MOVED, 100, &rows));
	ck_assert_uint_eq(rows.n, 1);
	l = LIST_AT(rows, struct roster_line, 0);
	ck_assert_int_eq(l->line, 4);
	ck_assert_str_eq(l->school, "中央小学校");
	ck_assert_str_eq(l->class_title, "5年3組");
	ck_assert_str_eq(l->name, "葛󠄀城 凛");
	MUST(roster_lines(world.a, world.db, &import, ROW_SAME, 1, &rows));
	ck_assert_uint_eq(rows.n, 1);
	GIVES(apply(&import, MONDAY), ERR_INVALID);
}
END_TEST

START_TEST(what_counts_as_changed)
{
	static const struct {
		const char *name, *kana;
		int64_t seat;
		const char *counts;
	} rows[] = {
		{ "髙橋 葵", "たかはし あおい", 1, "1: 0 0 0 1 0" },
		{ "高橋 葵", "たかはし あおい", 1, "1: 0 1 0 0 0" },
		{ "髙橋 葵", "たかはし あおいこ", 1, "1: 0 1 0 0 0" },
		{ "髙橋 葵", "たかはし あおい", 2, "1: 0 1 0 0 0" },
		{ "髙橋 葵", "たかはし あおい", 0, "1: 0 1 0 0 0" },
	};
	struct roster_import import;

	for (size_t i = 0; i < COUNT(rows); i++) {
		PREVIEW(&principal, &import, row(2, CHUO, 3, "1",
		    rows[i].seat, "10001", rows[i].name, rows[i].kana));
		ck_assert_msg(str_eq(counts(&import), rows[i].counts),
		    "row %zu: %s", i, counts(&import));
	}
}
END_TEST

START_TEST(another_schools_pupil)
{
	struct roster_import import;

	PREVIEW(&principal, &import, row(2, CHUO, 3, "1", 1, "20001",
	    "髙橋 颯太", "たかはし そうた"));
	ck_assert_str_eq(counts(&import), "1: 0 0 0 0 1");
	ck_assert_str_ne(wrong(&import, 2), "");
	/* The board may move it. */
	PREVIEW(&board, &import, row(2, CHUO, 3, "1", 9, "20001",
	    "髙橋 颯太", "たかはし そうた"));
	ck_assert_str_eq(counts(&import), "1: 0 0 1 0 0");
	MUST(apply(&import, MONDAY));
	ck_assert_str_eq(places("20001"), "1年1組 1 2026-04-01..2026-05-31,"
	    " 3年1組 9 2026-06-01..2027-03-31");
}
END_TEST

/* Whatever the reader believed: a school's people write only their own. */
START_TEST(another_schools_row)
{
	struct roster_import import;

	PREVIEW(&principal, &import, AOI_ROW,
	    row(3, HIGASHI, 1, "1", 7, "30001", "新 人", "あら ひと"));
	ck_assert_str_eq(counts(&import), "2: 0 0 0 1 1");
	ck_assert_str_ne(wrong(&import, 3), "");
	PREVIEW(&board, &import, AOI_ROW,
	    row(3, HIGASHI, 1, "1", 7, "30001", "新 人", "あら ひと"));
	ck_assert_str_eq(counts(&import), "2: 1 0 0 1 0");
}
END_TEST

START_TEST(imports_are_their_schools)
{
	struct roster_import import, found;

	PREVIEW(&principal, &import, AOI_ROW);
	GIVES(roster_load(world.a, world.db, &other, import.uid, &found),
	    ERR_NONE);
	MUST(roster_load(world.a, world.db, &board, import.uid, &found));
	PREVIEW(&board, &import, AOI_ROW);
	GIVES(roster_load(world.a, world.db, &principal, import.uid, &found),
	    ERR_NONE);
	GIVES(roster_load(world.a, world.db, &board, uid_new(), &found),
	    ERR_NONE);
}
END_TEST

/* Rows that cannot be stored as they are are wrong anyway: they are shown. */
START_TEST(rows_too_long_to_keep)
{
	struct roster_import import;
	char *text = arena_alloc(world.a, 3001);
	struct roster_row bad = row(2, 0, 0, "", 0, "", "", "");

	for (size_t i = 0; i < 3000; i += 3)
		memcpy(text + i, "髙", 3);
	bad.class_name = bad.class_title = bad.number = bad.name = bad.kana =
	    bad.given = text;
	bad.error = "長すぎます";
	PREVIEW(&principal, &import, bad);
	ck_assert_str_eq(counts(&import), "1: 0 0 0 0 1");
	ck_assert_str_eq(wrong(&import, 2), "長すぎます");
}
END_TEST

START_TEST(who_the_file_does_not_name)
{
	struct roster_import import;
	int64_t n;

	PREVIEW(&principal, &import, AOI_ROW, KIPPEI_ROW);
	MUST(roster_absent(world.db, &import, MONDAY, &n));
	ck_assert_int_eq(n, 3);
	MUST(apply(&import, MONDAY));
	ck_assert_str_eq(places("10003"),
	    "5年2組 1 2026-04-01..2027-03-31");
}
END_TEST

/* ── applying ───────────────────────────────────────────────────────────── */

START_TEST(names_keep_every_byte)
{
	static const char *const names[] = { "髙橋 﨑子", "山﨑 𠮷平",
		"葛󠄀城 凛", "葛城 凛", "O'Brien \"Jo\\e\"", "ﾊﾝｶｸ 半角",
		"が 濁点", "José ñ", "森　全角空白" };
	struct roster_row rows[COUNT(names)];
	struct roster_import import;

	for (size_t i = 0; i < COUNT(names); i++)
		rows[i] = row(2 + (int64_t)i, CHUO, 4, "1", 1 + (int64_t)i,
		    str_printf(world.a, "n%zu", i), names[i], "かな かな");
	MUST(preview_at(&principal, rows, COUNT(rows), MONDAY, &import));
	MUST(apply(&import, MONDAY));
	for (size_t i = 0; i < COUNT(names); i++)
		ck_assert_str_eq(world_text("SELECT name FROM pupil"
		    " WHERE number = 'n%zu'", i), names[i]);
	/* 葛󠄀 and 葛 are two names. */
	ck_assert_int_eq(world_number("SELECT COUNT(DISTINCT name) FROM pupil"
	    " WHERE number LIKE 'n%%'"), COUNT(names));
}
END_TEST

START_TEST(new_changed_and_moved)
{
	struct roster_import import;

	PREVIEW(&principal, &import,
	    row(2, CHUO, 3, "1", 7, "10001", "高橋 葵", "たかはし あおい"),
	    row(3, CHUO, 3, "2", 4, "10002", "山﨑 𠮷平", "やまざき きっぺい"),
	    row(4, CHUO, 1, "1", 0, "10009", "新 人", "あら ひと"));
	ck_assert_str_eq(counts(&import), "3: 1 1 1 0 0");
	MUST(apply(&import, MONDAY));
	ck_assert_str_eq(world_text("SELECT name FROM pupil WHERE id = %d",
	    AOI), "高橋 葵");
	ck_assert_str_eq(places("10001"), "3年1組 7 2026-04-01..2027-03-31");
	ck_assert_str_eq(places("10002"), "3年1組 2 2026-04-01..2026-05-31,"
	    " 3年2組 4 2026-06-01..2027-03-31");
	ck_assert_str_eq(places("10009"), "1年1組 - 2026-04-01..2027-03-31");
	ck_assert_str_eq(world_text("SELECT CONCAT(given, search_key <> '',"
	    " sort_key <> '') FROM pupil WHERE number = '10009'"), "人11");
	/* The pupil's key and public id stay. */
	ck_assert_int_eq(world_number("SELECT id FROM pupil"
	    " WHERE number = '10002'"), KIPPEI);
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM class"
	    " WHERE school_id = 2 AND school_year = 2026"), 5);
	MUST(roster_load(world.a, world.db, &principal, import.uid, &import));
	ck_assert_int_eq(import.state, 2);
	ck_assert_int_eq(import.applied_at.us, MONDAY.us);
}
END_TEST

/* A second class (exchange) is not the roster's business. */
START_TEST(exchange_classes_stay)
{
	struct roster_import import;

	PREVIEW(&principal, &import, row(2, CHUO, 5, "2", 9, "10007",
	    "田中 ひなた", "たなか ひなた"));
	MUST(apply(&import, MONDAY));
	ck_assert_str_eq(places("10007"), "なかよし 1 2026-04-01..2026-05-31,"
	    " 5年2組 9 2026-06-01..2027-03-31");
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM enrollment"
	    " WHERE pupil_id = %d AND main = 0 AND ends = '2027-03-31'",
	    HINATA), 1);
}
END_TEST

START_TEST(the_same_roster_again_changes_nothing)
{
	struct roster_import import;
	int64_t before;

#define ROWS AOI_ROW, KIPPEI_ROW,                                              \
	row(4, CHUO, 1, "1", 3, "10009", "新 人", "あら ひと"),                \
	row(5, CHUO, 0, "わかば", 1, "10010", "桜 井", "さくら い")
	PREVIEW(&principal, &import, ROWS);
	ck_assert_str_eq(counts(&import), "4: 2 0 0 2 0");
	MUST(apply(&import, MONDAY));
	before = fingerprint();
	GIVES(apply(&import, MONDAY), ERR_STALE);
	PREVIEW(&principal, &import, ROWS);
	ck_assert_str_eq(counts(&import), "4: 0 0 0 4 0");
	MUST(apply(&import, TUESDAY));
	ck_assert_int_eq(fingerprint(), before);
#undef ROWS
}
END_TEST

/* There and back on one day leaves one place for every day. */
START_TEST(moved_twice_on_one_day)
{
	struct roster_import import;

	PREVIEW(&principal, &import, row(2, CHUO, 3, "2", 4, "10001",
	    "髙橋 葵", "たかはし あおい"));
	MUST(apply(&import, MONDAY));
	PREVIEW(&principal, &import, row(2, CHUO, 3, "3", 5, "10001",
	    "髙橋 葵", "たかはし あおい"));
	MUST(apply(&import, MONDAY));
	PREVIEW(&principal, &import, row(2, CHUO, 3, "2", 6, "10001",
	    "髙橋 葵", "たかはし あおい"));
	MUST(apply(&import, MONDAY));
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM enrollment"
	    " WHERE pupil_id = %d AND main = 1 AND begins <= '2026-06-01'"
	    " AND ends >= '2026-06-01' AND seat = 6", AOI), 1);
	ck_assert_int_eq(world_number("SELECT MAX(n) FROM (SELECT COUNT(e.id)"
	    " AS n FROM seq_0_to_300 s JOIN enrollment e ON e.pupil_id = %d"
	    " AND e.main = 1 AND '2026-04-01' + INTERVAL s.seq DAY"
	    " BETWEEN e.begins AND e.ends GROUP BY s.seq) d", AOI), 1);
}
END_TEST

START_TEST(stale_after_another_apply)
{
	struct roster_import one, two, elsewhere;

	PREVIEW(&principal, &one, AOI_ROW);
	PREVIEW(&principal, &two, KIPPEI_ROW);
	PREVIEW(&other, &elsewhere, row(2, HIGASHI, 1, "1", 1, "20001",
	    "髙橋 颯太", "たかはし そうた"));
	MUST(apply(&two, MONDAY));
	GIVES(apply(&one, MONDAY), ERR_STALE);
	MUST(apply(&elsewhere, MONDAY));
}
END_TEST

/* Two schools take in the same new pupil: the second must look again. */
START_TEST(stale_after_another_school_took_the_pupil)
{
	struct roster_import one, two;
	int64_t before;

	PREVIEW(&principal, &one, row(2, CHUO, 3, "1", 8, "30001", "新 人",
	    "あら ひと"));
	PREVIEW(&other, &two, row(2, HIGASHI, 1, "1", 8, "30001", "新 人",
	    "あら ひと"));
	MUST(apply(&one, MONDAY));
	before = fingerprint();
	GIVES(apply(&two, MONDAY), ERR_STALE);
	ck_assert_int_eq(fingerprint(), before);
}
END_TEST

/* A preview of yesterday speaks of yesterday's places. */
START_TEST(the_school_year_turns)
{
	struct stamp march = at("2027-03-31", "23:50");
	struct stamp april = at("2027-04-01", "00:10");
	struct actor head, next;
	struct roster_import import;
	struct roster_row aoi = row(2, CHUO, 4, "1", 1, "10001", "髙橋 葵",
	    "たかはし あおい"), same = AOI_ROW;

	world_run("UPDATE posting SET ends = '2028-03-31'");
	head = world_staff(PRINCIPAL, march);
	next = world_staff(PRINCIPAL, april);
	MUST(preview_at(&head, &same, 1, march, &import));
	ck_assert_str_eq(counts(&import), "1: 0 0 0 1 0");
	MUST(preview_at(&next, &aoi, 1, april, &import));
	ck_assert_str_eq(counts(&import), "1: 0 0 1 0 0");
	MUST(apply(&import, april));
	ck_assert_str_eq(places("10001"), "3年1組 1 2026-04-01..2027-03-31,"
	    " 4年1組 1 2027-04-01..2028-03-31");
	ck_assert_int_eq(world_number("SELECT school_year FROM class"
	    " WHERE grade = 4"), 2027);
}
END_TEST

/* 12,000 pupils are sets, not round trips. */
START_TEST(statements_do_not_grow_with_rows)
{
	struct roster_row *rows = arena_array(world.a, 2000, sizeof *rows);
	struct roster_import import;
	int64_t few, many;

	for (int i = 0; i < 2000; i++)
		rows[i] = row(i + 2, CHUO, 6, "1", 1,
		    str_printf(world.a, "m%04d", i), "新 人", "あら ひと");
	MUST(preview_at(&principal, rows, 500, MONDAY, &import));
	few = db_statements(world.db);
	MUST(apply(&import, MONDAY));
	few = db_statements(world.db) - few;
	MUST(preview_at(&principal, rows, 2000, MONDAY, &import));
	ck_assert_str_eq(counts(&import), "2000: 1500 0 0 500 0");
	many = db_statements(world.db);
	MUST(apply(&import, MONDAY));
	many = db_statements(world.db) - many;
	ck_assert_int_eq(few, many);
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM enrollment e"
	    " JOIN pupil p ON p.id = e.pupil_id WHERE p.number LIKE 'm%%'"),
	    2000);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("model/roster");
	TCase *c = world_case(s, "roster", begin);

	tcase_add_test(c, each_outcome);
	tcase_add_test(c, what_counts_as_changed);
	tcase_add_test(c, another_schools_pupil);
	tcase_add_test(c, another_schools_row);
	tcase_add_test(c, imports_are_their_schools);
	tcase_add_test(c, rows_too_long_to_keep);
	tcase_add_test(c, who_the_file_does_not_name);
	tcase_add_test(c, names_keep_every_byte);
	tcase_add_test(c, new_changed_and_moved);
	tcase_add_test(c, exchange_classes_stay);
	tcase_add_test(c, the_same_roster_again_changes_nothing);
	tcase_add_test(c, moved_twice_on_one_day);
	tcase_add_test(c, stale_after_another_apply);
	tcase_add_test(c, stale_after_another_school_took_the_pupil);
	tcase_add_test(c, the_school_year_turns);
	tcase_add_test(c, statements_do_not_grow_with_rows);
	return world_suite(s);
}
