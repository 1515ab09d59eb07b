/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Attributes: left out when empty, URLs with hostile values, what is refused,
 * assets, the token of a form. */
#include "web/tmpl.h"

#include "t/web/tmpl_test.h"

START_TEST(attributes)
{
	static const struct pair_of v[] = {
		{ "<p class=\"{none}\" id=\"{child.name}\"/>",
		    "<p id=\"太郎\"></p>" },
		{ "<p class=\"a {none}\"/>", "<p class=\"a \"></p>" },
		{ "<input value=\"{none}\"/>", "<input value=\"\">" },
		{ "<img alt=\"{none}\" src=\"/x\"/>",
		    "<img alt=\"\" src=\"/x\">" },
		{ "<td colspan=\"{zero}\" data-d=\"{no_day|iso}\"/>",
		    "<td colspan=\"0\"></td>" },
		{ "<p class=\"\"/>", "<p class=\"\"></p>" },
		{ "<p title='\"&lt;>&amp;'/>",
		    "<p title=\"&quot;&lt;&gt;&amp;\"></p>" },
		{ "<p data-x=\"{unset}\" data-y=\"{kind}\"/>",
		    "<p data-y=\"遅刻\"></p>" },
	};

	check_pairs(v, COUNT(v));
}
END_TEST

START_TEST(urls)
{
	static const struct {
		const char *text, *out;
	} v[] = {
		{ "/a?b=c&d", "/a?b=c&amp;d" },
		{ "https://x.example/", "https://x.example/" },
		{ "http://x.example/", "http://x.example/" },
		{ "mailto:a@example.jp", "mailto:a@example.jp" },
		{ "tel:0312345678", "tel:0312345678" },
		{ "/\"><script>", "/&quot;&gt;&lt;script&gt;" },
		{ "javascript:alert(1)", "#" },
		{ " javascript:alert(1)", "#" },
		{ "JAVASCRIPT:alert(1)", "#" },
		{ "data:text/html,x", "#" },
		{ "//evil.example/", "#" },
		{ "/\\evil.example/", "#" },
		{ "relative", "#" },
	};

	for (size_t i = 0; i < COUNT(v); i++) {
		view.text = v[i].text;
		ck_assert_str_eq(render("<a href=\"{text}\">{n}</a>"),
		    str_printf(arena, "<a href=\"%s\">-40</a>", v[i].out));
	}
	view.text = "a&b=\"/日";
	ck_assert_str_eq(render("<a href=\"/c/{id}?q={text}&amp;r={none}\"/>"),
	    "<a href=\"/c/____AAAAAAAAAAAAAAAAAA?q=a%26b%3D%22%2F%E6%97%A5"
	    "&amp;r=\"></a>");
	view.text = "javascript:1";
	ck_assert_str_eq(render("<a href=\"{text}/{n}\" title=\"{n}\"/>"),
	    "<a href=\"#\" title=\"-40\"></a>");
	ck_assert_str_eq(render("<i data-href=\"{text}\"/>"),
	    "<i data-href=\"#\"></i>");
	ck_assert_str_eq(render("<a href=\"{none}\"/>"), "<a></a>");
	view.text = "/x";
	ck_assert_str_eq(render("<a href=\"{text}/{n}#{n}\"/>"),
	    "<a href=\"/x/-40#-40\"></a>");
}
END_TEST

START_TEST(refusals)
{
	static const struct pair_of v[] = {
		{ "<p onclick=\"x\"/>", "attribute onclick is refused" },
		{ "<p onClick=\"x\"/>", "attribute onClick is refused" },
		{ "<p style=\"x\"/>", "attribute style is refused" },
		{ "<p srcdoc=\"x\"/>", "attribute srcdoc is refused" },
		{ "<script>x</script>", "<script> needs src" },
		{ "<script src=\"/x.js\">x</script>", "<script> needs src" },
		{ "<script/>", "<script> needs src" },
		{ "<SCRIPT/>", "<script> needs src" },
		{ "<style/>", "<style> is refused" },
		{ "<base href=\"/\"/>", "<base> is refused" },
		{ "<iframe src=\"/\"/>", "<iframe> is refused" },
		{ "<object/>", "<object> is refused" },
		{ "<embed/>", "<embed> is refused" },
		{ "<xmp>{text}</xmp>", "<xmp> is refused" },
		{ "<a href=\"javascript:x\"/>", "javascript is refused" },
		{ "<a href=\" JavaScript:x\"/>", "javascript is refused" },
		{ "<p id=\"a\"/>\n<p id=\"a\"/>", "p.xhtml:2: second id=" },
		{ "<a target=\"_blank\" href=\"/\"/>", "without rel" },
		{ "<form/>", "form without method" },
		{ "<form method=\"put\"/>", "method is get or post" },
		{ "<form method=\"{text}\"/>", "method is get or post" },
		{ "<img srcset=\"{text} 2x\"/>", "no {name} in srcset" },
		{ "<a href=\"{id}\"/>", "a URL begins with a text" },
		{ "<a href=\"asset:none.css\"/>", "asset none.css cannot" },
		{ "<a href=\"asset:../p.xhtml\"/>", "cannot be read" },
		{ "<br>x</br>", "<br> has no content" },
		{ "<t:content/>", "t:content outside" },
		{ "<t:call/>", "t:call without part" },
		{ "<t:call part=\"gone\"/>", "gone.xhtml cannot be read" },
	};

	check_errors(v, COUNT(v));
	ck_assert_str_eq(errors_of("<a target=\"_blank\" rel=\"noopener\" "
	    "href=\"/\"/><form method=\"get\"/>"), "");
}
END_TEST

START_TEST(assets)
{
	put("assets/app.css", "abc");
	put("assets/img/a.min.svg", "abc");
	ck_assert_str_eq(render("<link href=\"asset:app.css\"/>"
	    "<img src=\"asset:img/a.min.svg#bell\"/>"),
	    "<link href=\"/assets/app.ba7816bf.css\">"
	    "<img src=\"/assets/img/a.min.ba7816bf.svg#bell\">");
}
END_TEST

START_TEST(tokens)
{
	static const struct pair_of v[] = {
		{ "<form method=\"post\" action=\"/a?b=1\"><p/></form>",
		    "<form method=\"post\" action=\"/a?b=1\"><input "
		    "type=\"hidden\" name=\"token\" value=\"&lt;/a&gt;\">"
		    "<p></p></form>" },
		{ "<form method=\"post\"/>",
		    "<form method=\"post\"><input type=\"hidden\" "
		    "name=\"token\" value=\"&lt;/here&gt;\"></form>" },
		{ "<form method=\"post\" action=\"{none}\"/>",
		    "<form method=\"post\"><input type=\"hidden\" "
		    "name=\"token\" value=\"&lt;/here&gt;\"></form>" },
		{ "<form method=\"post\" action=\"?x\"/>",
		    "<form method=\"post\" action=\"?x\"><input "
		    "type=\"hidden\" name=\"token\" value=\"&lt;/here&gt;\">"
		    "</form>" },
		{ "<form action=\"/c/{n}&amp;{zero}\" method=\"post\"/>",
		    "<form action=\"/c/-40&amp;0\" method=\"post\"><input "
		    "type=\"hidden\" name=\"token\" "
		    "value=\"&lt;/c/-40&amp;0&gt;\"></form>" },
		{ "<form method=\"post\" action=\"/&quot;&lt;>&amp;x\"/>",
		    "<form method=\"post\" action=\"/&quot;&lt;&gt;&amp;x\">"
		    "<input type=\"hidden\" name=\"token\" "
		    "value=\"&lt;/&quot;&lt;&gt;&amp;x&gt;\"></form>" },
		{ "<form method=\"get\" action=\"/a\"/>"
		  "<form method=\"post\"/>",
		    "<form method=\"get\" action=\"/a\"></form>"
		    "<form method=\"post\"><input type=\"hidden\" "
		    "name=\"token\" value=\"&lt;/here&gt;\"></form>" },
	};

	check_pairs(v, COUNT(v));
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		attributes,
		urls,
		refusals,
		assets,
		tokens,
	};

	return run_tests("tmpl_attr", tests, COUNT(tests));
}
