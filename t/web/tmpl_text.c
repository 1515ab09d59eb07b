/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Blanks, and texts in another language. */
#include "web/tmpl.h"

#include "t/web/tmpl_test.h"

START_TEST(html_output)
{
	static const struct pair_of v[] = {
		{ "<div/><br/><p><!-- c --></p>", "<div></div><br><p></p>" },
		{ "<script src=\"/x.js\" defer=\"defer\"/>",
		    "<script src=\"/x.js\" defer=\"defer\"></script>" },
		{ "<textarea name=\"x\">{none}</textarea>",
		    "<textarea name=\"x\">\n</textarea>" },
		{ "<pre> a\n  b </pre>", "<pre>\n a\n  b </pre>" },
		{ "<p>\n  日本\n  語\n</p>", "<p>日本語</p>" },
		{ "<p>\n  one\n  two  three\n</p>", "<p>one two three</p>" },
		{ "<p>日本\n one</p>", "<p>日本 one</p>" },
		{ "<p>日本 語</p>", "<p>日本 語</p>" },
		{ "<p>\n<b>a</b>\n<b>b</b> <b>c</b>\n</p>",
		    "<p><b>a</b><b>b</b> <b>c</b></p>" },
		{ "<p>1 <b>2</b> 3</p>", "<p>1 <b>2</b> 3</p>" },
		{ "<p>あ<br/>い <b>う</b></p>", "<p>あ<br>い <b>う</b></p>" },
		{ "<p>a &lt;b&gt; &amp; \"</p>", "<p>a &lt;b&gt; &amp; \"</p>" },
		{ "<p><![CDATA[<x>]]></p>", "<p>&lt;x&gt;</p>" },
		{ "<p>a<?x y?></p>", "<p>a</p>" },
	};

	check_pairs(v, COUNT(v));
}
END_TEST

START_TEST(translation)
{
	static const char *const pairs[][2] = {
		{ "あした", "Tomorrow" },
		{ "<1>{text}</1>の<2>連絡<3/></2>", "<2>Note<3/></2> of "
		    "<1>{text}</1>" },
		{ "きょう", "Today" },
		{ "ヒント", "A hint" },
		{ "受け付けました", "Received" },
		{ "新しい", "New" },
		{ "欠席", "Absent" },
		{ "理由", "Reason" },
		{ "遅刻", "Late" },
	};
	static const struct {
		const char *in, *out;
	} v[] = {
		{ "<p><b>{text}</b>の\n<a href=\"/x\">連絡<br/></a></p>",
		    "<p><a href=\"/x\">Note<br></a> of "
		    "<b>a&lt;b&gt;&amp;\"c'</b></p>" },
		{ "<p>{msg} {kind} {day|near}</p>",
		    "<p>Received Late Today Mon, Jun 1</p>" },
		{ "<p>{day|full}</p>", "<p>Mon, Jun 1, 2026</p>" },
		{ "<p>{stamp}</p>", "<p>Mon, Jun 1 7:42</p>" },
		{ "<p title=\"理由\" translate=\"no\">理由</p>",
		    "<p title=\"理由\" translate=\"no\">理由</p>" },
		{ "<p title=\"理由\"> 新しい <input/></p>",
		    "<p title=\"Reason\"> New <input></p>" },
		{ "<t:call part=\"part/input\" f=\"form.reason\" "
		  "help=\"ヒント\"/>",
		    "<label>Reason<input name=\"reason\" "
		    "value=\"熱 &amp; &lt;咳&gt;\"></label>"
		    "<small>A hint</small>" },
		{ "<i t:for=\"c in form.kind.choices\">{c.label}</i>",
		    "<i>Absent</i><i>Late</i>" },
	};

	view.form = make_form();
	put_input_part();
	put_catalogue(pairs, COUNT(pairs));
	for (size_t i = 0; i < COUNT(v); i++)
		ck_assert_str_eq(in_lang(v[i].in, LANG_EN), v[i].out);
	/* One text without translation: the whole page is Japanese. */
	ck_assert_str_eq(in_lang("<p>理由</p><p>まだない</p>", LANG_EN),
	    "<p>理由</p><p>まだない</p>");
	ck_assert_int_eq(tmpl_lang(set, &one, LANG_EN), LANG_JA);
	ck_assert_str_eq(in_lang("<p>理由</p>", LANG_EN), "<p>Reason</p>");
	ck_assert_int_eq(tmpl_lang(set, &one, LANG_EN), LANG_EN);
}
END_TEST

START_TEST(title_and_layout_are_translated)
{
	static const char *const pairs[][2] = {
		{ "{text}の件", "About {text}" },
		{ "連絡", "Note" },
	};

	put_catalogue(pairs, COUNT(pairs));
	view.text = "X";
	put("l.xhtml", "<t:layout " NS "><html><p>連絡</p><title><t:title/>"
	    "</title><t:content/></html></t:layout>");
	put("q.xhtml", "<t:page " NS " layout=\"l\" title=\"{text}の件\"/>");
	ck_assert_int_eq(compile("q", &view_fields), OK);
	ck_assert_str_eq(show(LANG_EN), "<!DOCTYPE html>\n<html><p>Note</p>"
	    "<title>About X</title></html>");
	put("l.xhtml", "<t:layout " NS "><html><p>ない</p><t:content/></html>"
	    "</t:layout>");
	ck_assert_int_eq(compile("q", &view_fields), OK);
	ck_assert_int_eq(tmpl_lang(set, &one, LANG_EN), LANG_JA);
}
END_TEST

START_TEST(wrong_translations)
{
	static const char *const pairs[][2] = {
		{ "<1>一</1><2>二</2>", "<1>a<2>b</1>c</2>" },
		{ "{text}が{n}回", "{n} times {n}" },
		{ "{text}は", "none" },
		{ "太字<1>は</1>", "bold" },
		{ "改行<1/>", "line<1>x</1>" },
	};
	static const struct pair_of bad[] = {
		{ "<p>{text}は</p>", "must use each {name} and <n> once" },
		{ "<p>{text}が{n}回</p>", "must use each" },
		{ "<p>太字<b>は</b></p>", "must use each" },
		{ "<p>改行<br/></p>", "must use each" },
	};

	put_catalogue(pairs, COUNT(pairs));
	check_errors(bad, COUNT(bad));
	/* The unit must have a text of its own beside the two. */
	ck_assert_str_eq(errors_of("<p><b>一</b><b>二</b></p>"), "");
}
END_TEST

START_TEST(crossing_tags)
{
	static const char *const pairs[][2] = {
		{ "<1>一</1>と<2>二</2>", "<1>a<2>b</1>c</2>" },
	};

	put_catalogue(pairs, COUNT(pairs));
	ck_assert(strstr(errors_of("<p><b>一</b>と<i>二</i></p>"),
	    "do not match") != NULL);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		html_output,
		translation,
		title_and_layout_are_translated,
		wrong_translations,
		crossing_tags,
	};

	return run_tests("tmpl_text", tests, COUNT(tests));
}
