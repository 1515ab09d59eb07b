/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The pupils' roster (F59): a file becomes a preview, the preview becomes the
 * roster; what is wrong with a file is said in words. */
#include "t/page/browser.h"

#define UPLOAD "/roster"
#define BOM    "\xEF\xBB\xBF"
#define HEAD   "学年,組,出席番号,学籍番号,氏名,ふりがな\r\n"
#define ALL                                                                    \
	"3,1,7,00000001,髙橋 葵,たかはし あおい\r\n"                           \
	"3,1,5,00000004,鈴木 結衣,すずき ゆい\r\n"                             \
	"3,1,12,00000006,山本 凛,やまもと りん\r\n"                            \
	"3,2,3,00000002,佐藤 陽菜,さとう ひな\r\n"

static int
upload(struct browser *b, const char *name, const void *p, size_t n)
{
	struct sheet *s;

	browser_get(b, UPLOAD);
	STATUS(b, 200);
	s = sheet_of(b, UPLOAD);
	ck_assert_str_eq(s->file, "file");
	s->file_name = name;
	s->data = (struct bytes){ p, n };
	return sheet_post(b, s);
}

static int
upload_text(struct browser *b, const char *text)
{
	return upload(b, "名簿.csv", text, strlen(text));
}

/* The numbers of the newest preview: all new changed moved same wrong. */
static void
counts(const char *wanted)
{
	ck_assert_str_eq(site_text("SELECT rows_total, rows_new, rows_changed,"
	    " rows_moved, rows_same, rows_wrong FROM import"
	    " ORDER BY id DESC LIMIT 1"), wanted);
}

static const char *
preview(struct browser *b, const char *text)
{
	upload_text(b, text);
	LEADS(b, str_printf(a, "/roster/%s", site_uid("import",
	    site_number("SELECT MAX(id) FROM import"))));
	browser_follow(b);
	STATUS(b, 200);
	return str_printf(a, "/roster/%s/apply", site_uid("import",
	    site_number("SELECT MAX(id) FROM import")));
}

static const char *
people(void)
{
	return str_printf(a, "%s %s", site_text("CHECKSUM TABLE pupil, class,"
	    " enrollment EXTENDED"), site_text("SELECT SUM(roster_version)"
	    " FROM organization"));
}

START_TEST(F59_nothing_new)
{
	static const char *const texts[] = { HEAD ALL, BOM HEAD ALL };
	struct browser b;

	browser_sign_in(&b, SIDE_STAFF, ADMIN);
	for (size_t i = 0; i < COUNT(texts); i++) {
		const char *apply = preview(&b, texts[i]);

		counts("4 0 0 0 4 0");
		SHOWS(&b, "名簿.csv");
		SHOWS(&b, "全部で 4人");
		SHOWS(&b, "変わるところはありません");
		ck_assert_uint_eq(sheet_count(&b, apply), 0);
	}
}
END_TEST

/* Every kind of row in one file, applied, and applied again. */
START_TEST(F59_preview_and_apply)
{
	const char *before = people(), *apply;
	struct browser b;
	struct sheet *s;

	browser_sign_in(&b, SIDE_STAFF, ADMIN);
	apply = preview(&b, BOM "氏名,ふりがな,学年,組,出席番号,学籍番号,備考\r\n"
	    "髙橋 葵,たかはし あおい,3,1,7,00000001,同じ\r\n"
	    "鈴木 結衣,スズキ ユイ,３,１,６,０００００００４,番号が変わる\r\n"
	    "山本 凛,やまもと りん,3,2,12,00000006,組が変わる\r\n"
	    "𠮷田 翔,よしだ しょう,4,1,1,00000007,新しい\r\n"
	    "葛󠄀城 海,かつらぎ うみ,,なかよし,,00000008,\"新しい, 学級\"\r\n");
	counts("5 2 1 1 1 0");
	SHOWS(&b, "新しく登録 2人");
	SHOWS(&b, "𠮷田 翔");
	SHOWS(&b, "この名簿にない児童生徒が1人います");
	ck_assert_str_eq(before, people());
	s = sheet_of(&b, apply);
	sheet_post(&b, s);
	STATUS(&b, 303);
	ck_assert(str_ends(b.location, "?done=applied"));
	browser_follow(&b);
	SHOWS(&b, "登録しました。");
	ck_assert_uint_eq(sheet_count(&b, apply), 0);
	ck_assert_str_eq(site_text("SELECT p.number, p.name, p.given, p.kana,"
	    " k.title, e.seat, e.begins, e.ends FROM enrollment e JOIN pupil p"
	    " ON p.id = e.pupil_id JOIN class k ON k.id = e.class_id"
	    " WHERE e.school_id = 2 AND e.ends >= '2026-06-01' AND"
	    " p.number IN ('00000004', '00000006', '00000007')"
	    " ORDER BY p.number"),
	    "00000004 鈴木 結衣 結衣 すずき ゆい 3年1組 6 2026-04-01 2027-03-31\n"
	    "00000006 山本 凛 凛 やまもと りん 3年2組 12 2026-06-01 2027-03-31\n"
	    "00000007 𠮷田 翔 翔 よしだ しょう 4年1組 1 2026-04-01 2027-03-31");
	/* Where she was stays known. */
	ck_assert_str_eq(site_text("SELECT class_id, ends FROM enrollment"
	    " WHERE pupil_id = 6 AND ends < '2026-06-01'"), "11 2026-05-31");
	ck_assert_str_eq(site_text("SELECT k.title, e.seat IS NULL FROM"
	    " enrollment e JOIN class k ON k.id = e.class_id JOIN pupil p"
	    " ON p.id = e.pupil_id WHERE p.number = '00000008'"), "なかよし 1");
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM audit_log"
	    " WHERE event = 'roster.apply' AND subjects = 5"), 1);
	/* The same post again does nothing again. */
	before = people();
	sheet_post(&b, s);
	STATUS(&b, 303);
	ck_assert_str_eq(before, people());
	/* Neither does a new form of the same preview. */
	sheet_put(s, "token", browser_token(&b, apply, 0));
	sheet_post(&b, s);
	STATUS(&b, 422);
	SHOWS(&b, "名簿が変わりました");
	ck_assert_str_eq(before, people());
	/* And the file says now that all is as it should be. */
	preview(&b, BOM HEAD "4,1,1,00000007,𠮷田 翔,よしだ しょう\r\n");
	counts("1 0 0 0 1 0");
}
END_TEST

/* Somebody else applied a roster of the school since. */
START_TEST(F59_stale_preview)
{
	const char *before, *apply, *later;
	struct browser b, other;
	struct sheet *s;

	browser_sign_in(&b, SIDE_STAFF, ADMIN);
	apply = preview(&b, HEAD "4,1,2,00000010,一ノ瀬 遥,いちのせ はるか\r\n");
	s = sheet_of(&b, apply);
	browser_sign_in(&other, SIDE_STAFF, BOARD_MAN);
	later = preview(&other, "学校名," HEAD
	    "みどり小学校,4,1,3,00000011,二宮 翼,にのみや つばさ\r\n");
	sheet_post(&other, sheet_of(&other, later));
	STATUS(&other, 303);
	before = people();
	sheet_post(&b, s);
	STATUS(&b, 422);
	SHOWS(&b, "名簿が変わりました");
	ck_assert_str_eq(before, people());
}
END_TEST

START_TEST(F59_rows_that_are_wrong)
{
	static const struct {
		const char *row, *said;
	} rows[] = {
		{ "3,1,1,,名無し,ななし", "学籍番号が空です" },
		{ "3,1,1,123456789012345678901,長い,ながい",
		    "学籍番号は20文字まで" },
		{ "3,1,1,00000020,,", "氏名が空です" },
		{ "3,,1,00000020,組 無し,くみ なし", "組が空です" },
		{ "3,1,0,00000020,番号 零,ばんごう れい", "出席番号は1から999" },
		{ "3,1,x,00000020,番号 字,ばんごう じ", "出席番号は1から999" },
		{ "3,1,1,00000005,伊藤 樹,いとう いつき",
		    "ほかの学校に在籍しています" },
		{ "3,1,1,00000020,外字 \xEE\x80\x80,がいじ", "外字" },
	};
	const char *before = people();
	struct browser b;

	browser_sign_in(&b, SIDE_STAFF, ADMIN);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *apply = preview(&b, str_printf(a, "%s%s\r\n"
		    "3,1,7,00000021,正しい 行,ただしい ぎょう\r\n", HEAD,
		    rows[i].row));

		counts("2 1 0 0 0 1");
		SHOWS(&b, rows[i].said);
		SHOWS(&b, "誤りのある行を直して");
		ck_assert_uint_eq(sheet_count(&b, apply), 0);
		/* Not even by hand. */
		struct sheet *s = sheet_new(apply);

		sheet_put(s, "token", browser_token(&b, apply, 0));
		sheet_post(&b, s);
		STATUS(&b, 422);
	}
	ck_assert_str_eq(before, people());
}
END_TEST

START_TEST(F59_doubled_number)
{
	struct browser b;

	browser_sign_in(&b, SIDE_STAFF, ADMIN);
	preview(&b, HEAD "3,1,1,00000030,一人 目,ひとり め\r\n"
	    "3,1,2,００００００３０,二人 目,ふたり め\r\n"
	    "3,1,3,00000031,三人 目,さんにん め\r\n");
	counts("3 1 0 0 0 2");
	SHOWS(&b, "同じ学籍番号がこの名簿のほかの行にもあります");
}
END_TEST

/* What concerns the whole file: nothing is kept, the form says why. */
START_TEST(F59_files_that_cannot_be_read)
{
	static const char sjis[] = HEAD "3,1,1,00000020,\x8d\x82\x8b\xb4,x\r\n";
	static const struct {
		const char *p;
		size_t n;
		const char *said;
	} files[] = {
#define FILE_OF(text, said) { text, sizeof(text) - 1, said }
		FILE_OF("", "ファイルを選んでください"),
		FILE_OF(BOM, "行がありません"),
		FILE_OF(HEAD, "行がありません"),
		FILE_OF(BOM HEAD "\r\n,,,,,\r\n", "行がありません"),
		FILE_OF("学年,組,氏名\r\n3,1,x\r\n", "「学籍番号」の列"),
		FILE_OF("学年,組,学籍番号\r\n3,1,x\r\n", "「氏名」の列"),
		FILE_OF("組,氏名,学籍番号\r\n1,x,1\r\n", "「学年」の列"),
		FILE_OF("\xff\xfe" "a\0,\0b\0\n\0", "UTF-16"),
		FILE_OF("\x8aw\x94N,\x91g\r\n3,1\r\n", "シフトJIS"),
		FILE_OF(HEAD "3,1,1,1\0" "2,x,x\r\n", "制御文字"),
		FILE_OF(HEAD "3,1,1,1\x1b,x,x\r\n", "制御文字"),
		FILE_OF(HEAD "3,1,1,2,\"x,x\r\n", "引用符"),
		FILE_OF("PK\x03\x04\x14\0\x06\0", "Excelブック"),
		{ sjis, sizeof sjis - 1, "文字の形式が分かりません" },
	};
	const char *before;
	struct browser b;

	browser_sign_in(&b, SIDE_STAFF, ADMIN);
	browser_get(&b, UPLOAD);
	before = site_checksum("audit_log");
	for (size_t i = 0; i < COUNT(files); i++) {
		const char *error;

		upload(&b, "a.csv", files[i].p, files[i].n);
		STATUS(&b, 422);
		error = page_error_of(&b, "file");
		ck_assert_msg(error != NULL &&
		    strstr(error, files[i].said) != NULL, "%zu: %s", i,
		    browser_said(&b));
	}
	ck_assert_str_eq(before, site_checksum("audit_log"));
}
END_TEST

START_TEST(F59_schools_of_the_board)
{
	const char *before = people();
	struct browser b;

	browser_sign_in(&b, SIDE_STAFF, BOARD_MAN);
	upload_text(&b, HEAD ALL);
	STATUS(&b, 422);
	SHOWS(&b, "「学校名」の列");
	preview(&b, "学校名," HEAD
	    "みどり小学校,3,1,1,00000040,一,いち\r\n"
	    "あおば　中学校,1,1,2,00000041,二,に\r\n"
	    "C113200000022,1,1,3,00000042,三,さん\r\n"
	    "知らない学校,1,1,4,00000043,四,よん\r\n"
	    "緑ヶ丘市教育委員会,1,1,5,00000044,五,ご\r\n");
	counts("5 3 0 0 0 2");
	SHOWS(&b, "この学校名は登録されていません");
	/* From one school to the other: only the city may. */
	preview(&b, "学校名," HEAD
	    "あおば中学校,1,1,7,00000001,髙橋 葵,たかはし あおい\r\n");
	counts("1 0 0 1 0 0");
	ck_assert_str_eq(before, people());
}
END_TEST

START_TEST(F59_another_school)
{
	struct browser b, other, board;
	const char *apply;
	struct sheet *s;

	browser_sign_in(&b, SIDE_STAFF, ADMIN);
	preview(&b, "学校名," HEAD
	    "あおば中学校,1,1,1,00000050,他校 の子,たこう のこ\r\n");
	counts("1 0 0 0 0 1");
	SHOWS(&b, "ほかの学校の児童生徒は登録できません");
	apply = preview(&b, HEAD "4,1,2,00000051,自校 の子,じこう のこ\r\n");
	s = sheet_of(&b, apply);
	browser_sign_in(&other, SIDE_STAFF, ADMIN_B);
	browser_get(&other, "%s", str_copy_n(a, apply, strlen(apply) - 6));
	STATUS(&other, 404);
	sheet_put(s, "token", browser_token(&other, apply, 0));
	sheet_post(&other, s);
	STATUS(&other, 404);
	/* The board may look at it. */
	browser_sign_in(&board, SIDE_STAFF, BOARD_MAN);
	browser_get(&board, "%s", str_copy_n(a, apply, strlen(apply) - 6));
	STATUS(&board, 200);
}
END_TEST

START_TEST(F59_names_of_files)
{
	static const struct {
		const char *name, *shown;
	} names[] = {
		{ "C:\\Users\\x\\名簿.csv", "名簿.csv" },
		{ "../../etc/passwd", "passwd" },
		{ "<svg onload=x>.csv", "<svg onload=x>.csv" },
	};
	struct buf *long_name = buf_new(a, 4096, 65536);
	struct browser b;

	browser_sign_in(&b, SIDE_STAFF, ADMIN);
	for (size_t i = 0; i < COUNT(names); i++) {
		upload(&b, names[i].name, HEAD ALL, strlen(HEAD ALL));
		STATUS(&b, 303);
		browser_follow(&b);
		SHOWS(&b, names[i].shown);
		HIDES(&b, "<svg");
	}
	for (int i = 0; i < 250; i++)
		buf_str(long_name, "長");
	upload(&b, long_name->p, HEAD ALL, strlen(HEAD ALL));
	STATUS(&b, 303);
}
END_TEST

START_TEST(F59_too_large)
{
	size_t n = BODY_ROSTER + 1;
	unsigned char *p = arena_alloc(a, n);
	struct browser b;

	memset(p, 'x', n);
	browser_sign_in(&b, SIDE_STAFF, ADMIN);
	upload(&b, "a.csv", p, n);
	STATUS(&b, 413);
	/* Just below it is read, and refused for what it is. */
	upload(&b, "a.csv", p, BODY_ROSTER - 2000);
	STATUS(&b, 422);
}
END_TEST

static void
fill(Suite *s)
{
	TCase *tc = site_case(s, "roster");

	tcase_add_test(tc, F59_nothing_new);
	tcase_add_test(tc, F59_preview_and_apply);
	tcase_add_test(tc, F59_stale_preview);
	tcase_add_test(tc, F59_rows_that_are_wrong);
	tcase_add_test(tc, F59_doubled_number);
	tcase_add_test(tc, F59_files_that_cannot_be_read);
	tcase_add_test(tc, F59_schools_of_the_board);
	tcase_add_test(tc, F59_another_school);
	tcase_add_test(tc, F59_names_of_files);
	tcase_add_test(tc, F59_too_large);
}

int
main(void)
{
	return site_main("roster", fill);
}
