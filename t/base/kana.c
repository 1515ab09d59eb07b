/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Folding: what must become equal, and what must stay as it is. */
#include "base/kana.h"

#include <check.h>
#include <string.h>

#include "base/kana_table.h"
#include "base/str.h"
#include "base/utf8.h"

static struct arena *a;

static void
open_arena(void)
{
	a = arena_init((size_t)16 * 1024 * 1024);
}

static void
close_arena(void)
{
	arena_free(a);
}

START_TEST(narrow)
{
	ck_assert_str_eq(kana_narrow(a, ""), "");
	ck_assert_str_eq(kana_narrow(a, "１２－３　４"), "12-3 4");
	ck_assert_str_eq(kana_narrow(a, "Ａｚ！～＠"), "Az!~@");
	ck_assert_str_eq(kana_narrow(a, "3−4‐5–6—7―8ー9"), "3-4-5-6-7-8-9");
	ck_assert_str_eq(kana_narrow(a, "３ｰ４"), "3-4");
	ck_assert_str_eq(kana_narrow(a, "３ーー４"), "3--4");
	ck_assert_str_eq(kana_narrow(a, "a\u00a0b\u2003c"), "a b c");
	/* A long vowel is no hyphen. */
	ck_assert_str_eq(kana_narrow(a, "センター１ー２"), "センター1-2");
	ck_assert_str_eq(kana_narrow(a, "ｾﾝﾀｰらーめーん"), "ｾﾝﾀｰらーめーん");
	ck_assert_str_eq(kana_narrow(a, "山田𠮷ｱ"), "山田𠮷ｱ");
}
END_TEST

START_TEST(compose_joins_marks_to_kana)
{
	ck_assert_str_eq(kana_compose(a, "か\u3099は\u309aう\u3099ゝ\u3099"),
	    "がぱゔゞ");
	ck_assert_str_eq(kana_compose(a, "カ\u3099ハ\u309aウ\u3099ヽ\u3099"),
	    "ガパヴヾ");
	ck_assert_str_eq(kana_compose(a, "ワ\u3099ヰ\u3099ヱ\u3099ヲ\u3099"),
	    "ヷヸヹヺ");
	ck_assert_str_eq(kana_compose(a, "やまた\u3099 はなこ"),
	    "やまだ はなこ");
	/* No such pair, and no base at all. */
	ck_assert_str_eq(kana_compose(a, "あ\u3099か\u309a\u3099が\u3099"),
	    "あ\u3099か\u309a\u3099が\u3099");
	ck_assert_str_eq(kana_compose(a, "\u3099"), "\u3099");
}
END_TEST

/* All kana against the composition the Unicode data gives. */
START_TEST(compose_knows_every_pair)
{
	static const char plain[] =
	    "うかきくけこさしすせそたちつてとはひふへほゝ";
	static const char voiced[] =
	    "ゔがぎぐげござじずぜぞだぢづでどばびぶべぼゞ";
	const char *p = plain, *q = voiced;
	uint32_t cp;

	while ((cp = utf8_next(&p)) != 0) {
		uint32_t want = utf8_next(&q);
		for (uint32_t shift = 0; shift <= 0x60; shift += 0x60) {
			char in[8] = { 0 }, out[5] = { 0 };
			size_t n = utf8_put(in, cp + shift);
			utf8_put(in + n, 0x3099);
			utf8_put(out, want + shift);
			ck_assert_str_eq(kana_compose(a, in), out);
		}
	}
}
END_TEST

START_TEST(compose_folds_five_pairs_and_nothing_else)
{
	ck_assert_str_eq(kana_compose(a, "～－∥―￠￡￢"),
	    "\u301c\u2212\u2016\u2014\u00a2\u00a3\u00ac");
	/* NFC would change these (standards 3.3), names must not. */
	ck_assert_str_eq(kana_compose(a, "\ufa19\ufa10é\u212b葛\U000e0100"),
	    "\ufa19\ufa10é\u212b葛\U000e0100");
	ck_assert_str_eq(kana_compose(a, "ｶﾞ１Ａ㈱"), "ｶﾞ１Ａ㈱");
}
END_TEST

START_TEST(hiragana)
{
	ck_assert_str_eq(kana_hiragana(a, "ﾔﾏﾀﾞ ハナコ"), "やまだ はなこ");
	ck_assert_str_eq(kana_hiragana(a, "ﾊﾟｰﾃｨ･ｳﾞｧｯ｡"),
	    "ぱーてぃ・ゔぁっ。");
	ck_assert_str_eq(kana_hiragana(a, "カ\u3099ﾊ\u309aハﾞ"), "がぱば");
	ck_assert_str_eq(kana_hiragana(a, "ヴヽヾン"), "ゔゝゞん");
	ck_assert_str_eq(kana_hiragana(a, "緑ヶ丘 John 山ﾞ"), "緑ヶ丘 John 山゛");
	ck_assert_str_eq(kana_hiragana(a, "ｱﾞ"), "あ゛");
	ck_assert_str_eq(kana_hiragana(a, "ｦﾜﾝ"), "をわん");
}
END_TEST

static void
same_key(const char *x, const char *y)
{
	const char *kx = kana_search_key(a, x), *ky = kana_search_key(a, y);

	ck_assert_msg(strcmp(kx, ky) == 0, "%s -> %s, %s -> %s", x, kx, y, ky);
}

START_TEST(search_keys_join)
{
	same_key("ﾀｶﾊｼ　ﾖｼｺ", "たかはし よしこ");
	same_key("タカハシヨシコ", "たかはしよしこ");
	same_key("髙橋", "高橋");
	same_key("山﨑", "山崎");
	same_key("渡邊", "渡辺");
	same_key("渡邉", "渡辺");
	same_key("齋藤", "斉藤");
	same_key("斎藤", "齊藤");
	same_key("𠮷田", "吉田");
	same_key("濵田", "浜田");
	same_key("\ufa19", "神");
	same_key("葛\U000e0100城", "葛城");
	same_key("緑ヶ丘", "緑ケ丘");
	same_key("Ａｂｃ１２３", "ABC123");
	same_key("㈱", "(株)");
	same_key("か\u3099", "ガ");
	same_key("O'Brien\t", "o'brien");
	same_key("\ufeff山\u200b田\u202e", "山田");
	same_key("　 \u00a0", "");
	ck_assert_str_eq(kana_search_key(a, "髙橋　ヨシコ"), "高橋よしこ");
}
END_TEST

START_TEST(search_keys_keep_apart)
{
	ck_assert_str_ne(kana_search_key(a, "はし"), kana_search_key(a, "ばし"));
	ck_assert_str_ne(kana_search_key(a, "𠮷"), kana_search_key(a, "𩸽"));
	ck_assert_str_ne(kana_search_key(a, "🍣"), kana_search_key(a, "🍺"));
	ck_assert_str_ne(kana_search_key(a, "阪"), kana_search_key(a, "坂"));
}
END_TEST

START_TEST(variants_are_sorted_and_final)
{
	for (size_t i = 0; i < COUNT(variants); i++) {
		char from[5] = { 0 }, to[5] = { 0 };
		if (i > 0)
			ck_assert_uint_lt(variants[i - 1].from, variants[i].from);
		utf8_put(from, variants[i].from);
		utf8_put(to, variants[i].to);
		ck_assert_str_eq(kana_search_key(a, from), to);
		ck_assert_str_eq(kana_search_key(a, to), to);
	}
}
END_TEST

START_TEST(sort_keys_expand_long_vowels)
{
	ck_assert_str_eq(kana_sort_key(a, "ガトー"), "がとお");
	ck_assert_str_eq(kana_sort_key(a, "ｻｰﾋﾞｽ"), "さあびす");
	ck_assert_str_eq(kana_sort_key(a, "キーグーテーポー"),
	    "きいぐうてえぽお");
	ck_assert_str_eq(kana_sort_key(a, "しゃーゔーんーわーをー"),
	    "しゃあゔうんんわあをお");
	ck_assert_str_eq(kana_sort_key(a, "あーー"), "あああ");
	ck_assert_str_eq(kana_sort_key(a, "ーあ"), "ーあ");
	ck_assert_str_eq(kana_sort_key(a, "山ーあ"), "山ーあ");
	ck_assert_str_eq(kana_sort_key(a, "は\u309aー"), "ぱあ");
	ck_assert_str_eq(kana_sort_key(a, "ヴァーぢーっーづーヴー"),
	    "ゔぁあぢいっうづうゔう");
}
END_TEST

START_TEST(readings)
{
	static const char *const good[] = { "やまだ", "ヤマダ　ハナコ", "ﾔﾏﾀﾞ",
		"マリア・クララ", "ジョー", "Nguyễn Văn", "O'Brien", "O’Brien",
		"Anne-Marie", "か\u3099", "ヴィ", "Ａｎｎ", "ヶ" };
	static const char *const bad[] = { "", " ", "・", "山田", "やまだ1",
		"やまだ\n", "<b>", "や、ま", "やまだ🍣", "a;b", "Ａ［", "×" };

	for (size_t i = 0; i < COUNT(good); i++)
		ck_assert_msg(kana_is_reading(good[i]), "%s", good[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
		ck_assert_msg(!kana_is_reading(bad[i]), "%s", bad[i]);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("kana");
	TCase *t = tcase_create("kana");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, open_arena, close_arena);
	tcase_add_test(t, narrow);
	tcase_add_test(t, compose_joins_marks_to_kana);
	tcase_add_test(t, compose_knows_every_pair);
	tcase_add_test(t, compose_folds_five_pairs_and_nothing_else);
	tcase_add_test(t, hiragana);
	tcase_add_test(t, search_keys_join);
	tcase_add_test(t, search_keys_keep_apart);
	tcase_add_test(t, variants_are_sorted_and_final);
	tcase_add_test(t, sort_keys_expand_long_vowels);
	tcase_add_test(t, readings);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
