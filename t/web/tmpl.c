/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The template engine on pages: names, conditions, loops, layouts, errors
 * with their lines, what a rendering needs. */
#include "web/tmpl.h"

#include "t/web/tmpl_test.h"

START_TEST(values)
{
	static const struct pair_of v[] = {
		{ "<p>{text}</p>", "<p>a&lt;b&gt;&amp;\"c'</p>" },
		{ "<p title=\"{text}\"/>",
		    "<p title=\"a&lt;b&gt;&amp;&quot;c'\"></p>" },
		{ "<p>{none}{n} {zero}</p>", "<p>-40 0</p>" },
		{ "<p>{msg}</p>", "<p>受け付けました</p>" },
		{ "<p>{kind} {kind|name} {unset}|</p>",
		    "<p>遅刻 late |</p>" },
		{ "<p>{day}/{day|iso}/{day|full}/{day|near}</p>",
		    "<p>6月1日（月）/2026-06-01/2026年6月1日（月）/"
		    "きょう 6月1日（月）</p>" },
		{ "<p>{no_day}{no_day|iso}{no_day|near}</p>", "<p></p>" },
		{ "<p>{minute} {minute|iso}</p>", "<p>7:42 07:42</p>" },
		{ "<p>{stamp}/{stamp|time}/{stamp|day}</p>",
		    "<p>6月1日（月）7:42/7:42/6月1日（月）</p>" },
		{ "<p>{id}</p>", "<p>____AAAAAAAAAAAAAAAAAA</p>" },
		{ "<p>{child.name} {page.city}</p>", "<p>太郎 架空市</p>" },
		{ "<p>{{text}} }}{{</p>", "<p>{text} }{</p>" },
	};

	check_pairs(v, COUNT(v));
	ck_assert_str_eq(render("<p>{stamp|iso}</p>"), str_printf(arena,
	    "<p>%s</p>", stamp_iso(arena, view.stamp)));
}
END_TEST

START_TEST(near_days)
{
	view.day = day_from(2026, 6, 2);
	ck_assert_str_eq(render("<p>{day|near}</p>"),
	    "<p>あした 6月2日（火）</p>");
	view.day = day_from(2026, 5, 31);
	ck_assert_str_eq(render("<p>{day|near}</p>"), "<p>5月31日（日）</p>");
	view.day = day_from(2026, 6, 3);
	ck_assert_str_eq(render("<p>{day|near}</p>"), "<p>6月3日（水）</p>");
}
END_TEST

START_TEST(wrong_names)
{
	static const struct pair_of v[] = {
		{ "<p>\n{nmae}</p>", "p.xhtml:2: nmae: no \"nmae\" in" },
		{ "<p>{child.x}</p>", "no \"x\" in struct child" },
		{ "<p>{text.x}</p>", "no \"x\" in text" },
		{ "<p>{page.x}</p>", "no \"x\" in struct common" },
		{ "<p>{yes}</p>", "is no text" },
		{ "<p>{rows}</p>", "is no text" },
		{ "<p>{child}</p>", "is no text" },
		{ "<p>{form}</p>", "is no text" },
		{ "<p>{form.reason}</p>", "is no text" },
		{ "<p>{form.bad}</p>", "is no text" },
		{ "<p>{texts}</p>", "is no text" },
		{ "<p>{bytes}</p>", "is no text" },
		{ "<p>{text|iso}</p>", "no such filter" },
		{ "<p>{day|}</p>", "no such filter" },
		{ "<p>{day|weekly}</p>", "no such filter" },
		{ "<p>{text</p>", "a brace is written {{" },
		{ "<p>text}</p>", "a brace is written }}" },
		{ "<p>{}</p>", "no \"\" in" },
		{ "<p>{r.name}</p>", "no \"r\" in" },
		{ "<p>{@help}</p>", "{@help} is not a text of this part" },
		{ "<p title=\"{nmae}\"/>", "no \"nmae\"" },
		{ "<p t:if=\"nmae\"/>", "no \"nmae\"" },
		{ "<p t:for=\"r in nmae\"/>", "no \"nmae\"" },
	};

	check_errors(v, COUNT(v));
}
END_TEST

START_TEST(conditions)
{
	static const struct pair_of v[] = {
		{ "<p t:if=\"text\">1</p><p t:if=\"none\">0</p>",
		    "<p>1</p>" },
		{ "<b t:if=\"n\">1</b><b t:if=\"zero\">0</b>", "<b>1</b>" },
		{ "<b t:if=\"not n\">0</b><b t:if=\"not zero\">1</b>",
		    "<b>1</b>" },
		{ "<b t:if=\"yes and not no and text\">1</b>", "<b>1</b>" },
		{ "<b t:if=\"yes and no\">0</b><b t:if=\"no and yes\">0</b>",
		    "" },
		{ "<b t:if=\"day and minute and stamp and id\">1</b>",
		    "<b>1</b>" },
		{ "<b t:if=\"no_day\">0</b><b t:if=\"not no_day\">1</b>",
		    "<b>1</b>" },
		{ "<b t:if=\"rows\">1</b><b t:if=\"empty\">0</b>",
		    "<b>1</b>" },
		{ "<b t:if=\"form\">0</b><b t:if=\"not no_form\">1</b>",
		    "<b>1</b>" },
		{ "<b t:if=\"kind = 'late'\">1</b>"
		  "<b t:if=\"kind = 'absent'\">0</b>", "<b>1</b>" },
		{ "<b t:if=\"kind != 'late'\">0</b>"
		  "<b t:if=\"kind != 'absent'\">1</b>", "<b>1</b>" },
		{ "<b t:if=\"child.name = '太郎'\">1</b>", "<b>1</b>" },
		{ "<b t:if=\"child.name='x and y'\">0</b>", "" },
		{ "<b t:if=\"none = ''\">1</b>", "<b>1</b>" },
		{ "<b t:if=\"unset\">0</b><b t:if=\"kind\">1</b>",
		    "<b>1</b>" },
		{ "<t:group t:if=\"yes\"><i>1</i>2</t:group>"
		  "<t:group t:if=\"no\">3</t:group>", "<i>1</i>2" },
		{ "<i t:hidden=\"yes\" t:open=\"no\"/>", "<i hidden></i>" },
		{ "<input t:checked=\"kind = 'late'\" t:disabled=\"none\"/>",
		    "<input checked>" },
	};
	static const struct pair_of bad[] = {
		{ "<p t:if=\"kind = 'lte'\"/>", "'lte' is no choice of kind" },
		{ "<p t:if=\"n = '3'\"/>", "cannot be compared" },
		{ "<p t:if=\"text or n\"/>", "cannot read condition" },
		{ "<p t:if=\"\"/>", "cannot read condition" },
		{ "<p t:if=\"yes and\"/>", "cannot read condition" },
		{ "<p t:if=\"text = late\"/>", "cannot read condition" },
		{ "<p t:if=\"text = 'x\"/>", "cannot read condition" },
		{ "<p t:if=\"child\"/>", "neither true nor false" },
		{ "<p t:if=\"form.reason\"/>", "neither true nor false" },
		{ "<p t:if=\"text has id\"/>", "no field of a form" },
		{ "<p t:foo=\"yes\"/>", "unknown attribute t:foo" },
		{ "<t:foo/>", "unknown element t:foo" },
		{ "<t:group class=\"x\"/>", "t:group takes no class" },
	};

	check_pairs(v, COUNT(v));
	check_errors(bad, COUNT(bad));
}
END_TEST

START_TEST(loops)
{
	static const struct pair_of v[] = {
		{ "<li t:for=\"r in rows\">{r.number}:{r.name}</li>",
		    "<li>1:架空 太郎</li><li>2:架空 花子</li>" },
		{ "<li t:for=\"r in empty\">{r.name}</li>!", "!" },
		{ "<li t:for=\"r in rows\" t:if=\"r.day\">{r.day}</li>",
		    "<li>6月2日（火）</li>" },
		{ "<t:group t:for=\"r in rows\"><i t:for=\"m in r.marks\">"
		  "{r.number}{m.word}{text}</i></t:group>",
		    "<i>1xa&lt;b&gt;&amp;\"c'</i>"
		    "<i>1ya&lt;b&gt;&amp;\"c'</i>" },
		{ "<i t:for=\"r in rows\" class=\"{r.kind|name}\">"
		  "{r.child.name}</i>",
		    "<i class=\"late\">a</i><i class=\"absent\">b</i>" },
	};
	static const struct pair_of bad[] = {
		{ "<p t:for=\"rows\"/>", "write \"row in rows\"" },
		{ "<p t:for=\"r of rows\"/>", "write \"row in rows\"" },
		{ "<p t:for=\"page in rows\"/>", "write \"row in rows\"" },
		{ "<p t:for=\"r in rows x\"/>", "write \"row in rows\"" },
		{ "<p t:for=\"r in text\"/>", "text is no list of rows" },
		{ "<p t:for=\"r in texts\"/>", "is no list of rows" },
		{ "<p><i t:for=\"r in rows\"/>{r.name}</p>", "no \"r\" in" },
	};

	check_pairs(v, COUNT(v));
	check_errors(bad, COUNT(bad));
}
END_TEST

START_TEST(page_parts)
{
	struct tmpl_env env = env_of(LANG_JA);
	struct buf *out = buf_new(arena, 256, 65536);

	ck_assert_str_eq(errors_of("<div t:if=\"no\"><ul t:part=\"list\">"
	    "<li t:for=\"r in rows\">{r.number}</li></ul></div><p/>"), "");
	ck_assert_int_eq(tmpl_render_part(set, &one, "list", &env, &view,
	    out), OK);
	ck_assert_str_eq(out->p, "<ul><li>1</li><li>2</li></ul>");
	ck_assert_int_eq(tmpl_render_part(set, &one, "lits", &env, &view,
	    out), ERR_BUG);
	ck_assert(strstr(errors_of("<p t:for=\"r in rows\"><i t:part=\"x\"/>"
	    "</p>"), "t:part inside t:for") != NULL);
	ck_assert(strstr(errors_of("<i t:part=\"x\"/><i t:part=\"x\"/>"),
	    "second t:part") != NULL);
}
END_TEST

START_TEST(xml_errors)
{
	static const struct pair_of v[] = {
		{ "<p>\n&nbsp;</p>", "p.xhtml:2: &nbsp;: write &#160;" },
		{ "<p>\n\na & b</p>", "p.xhtml:3: " },
		{ "<p>a & b</p>", "write &amp;" },
		{ "<input\n required/>", "write required=\"required\"" },
		{ "<div>\n<br>\n</div>", "mismatch: br line 2 and div" },
		{ "<x:y/>", "Namespace prefix x" },
	};

	check_errors(v, COUNT(v));
	put("p.xhtml", "<!DOCTYPE html><html/>");
	ck_assert_int_eq(compile("p", NULL), ERR_INVALID);
	ck_assert_str_eq(errors->p,
	    "p.xhtml:1: no <!DOCTYPE>: it is written for you\n");
	put("p.xhtml", "<html/>");
	ck_assert_int_eq(compile("p", NULL), ERR_INVALID);
	ck_assert(strstr(errors->p, "the root must be <t:page") != NULL);
	put("p.xhtml", "");
	ck_assert_int_eq(compile("p", NULL), ERR_INVALID);
	ck_assert_int_eq(compile("not/there", NULL), ERR_INVALID);
	ck_assert(strstr(errors->p, "not/there.xhtml cannot") != NULL);
	put("p.xhtml", "<t:page " NS "><p/></t:page>");
	ck_assert_int_eq(compile("p", NULL), ERR_INVALID);
	ck_assert(strstr(errors->p, "must hold one <html>") != NULL);
}
END_TEST

START_TEST(all_errors_at_once)
{
	const char *s = errors_of("<p>{a}</p>\n<p style=\"\">{b}</p>\n"
	    "<style/>");

	ck_assert_str_eq(s,
	    "p.xhtml:1: a: no \"a\" in struct view\n"
	    "p.xhtml:2: attribute style is refused\n"
	    "p.xhtml:2: b: no \"b\" in struct view\n"
	    "p.xhtml:3: <style> is refused\n");
}
END_TEST

START_TEST(layout)
{
	put("layout/l.xhtml", "<t:layout " NS "><html lang=\"ja\"><head>\n"
	    "<title><t:title/> - {page.city}</title></head><body>\n"
	    "<h1><t:title/></h1>\n<main><t:content/></main></body></html>"
	    "</t:layout>");
	put("q.xhtml", "<t:page " NS " layout=\"layout/l\" "
	    "title=\"{child.name}の連絡\">\n<p>{text}</p>\n本文</t:page>");
	ck_assert_int_eq(compile("q", &view_fields), OK);
	ck_assert_str_eq(show(LANG_JA), "<!DOCTYPE html>\n<html lang=\"ja\">"
	    "<head><title>太郎の連絡 - 架空市</title></head><body>"
	    "<h1>太郎の連絡</h1><main><p>a&lt;b&gt;&amp;\"c'</p>本文</main>"
	    "</body></html>");
	put("q.xhtml", "<t:page " NS " layout=\"layout/none\"/>");
	ck_assert_int_eq(compile("q", &view_fields), ERR_INVALID);
	put("q.xhtml", "<t:page " NS " layout=\"layout/l\" titel=\"x\"/>");
	ck_assert_int_eq(compile("q", &view_fields), ERR_INVALID);
	ck_assert_str_eq(errors->p, "q.xhtml:1: t:page takes no titel\n");
}
END_TEST

/* An error in a layout is told with the layout's name, and once. */
START_TEST(layout_errors)
{
	static struct tmpl two[2];
	static const struct tmpl *refs[2] = { &two[0], &two[1] };

	put("l.xhtml", "<t:layout " NS ">\n<html>{x}<t:content/></html>"
	    "</t:layout>");
	put("a.xhtml", "<t:page " NS " layout=\"l\"><p>{y}</p></t:page>");
	put("b.xhtml", "<t:page " NS " layout=\"l\"/>");
	two[0] = (struct tmpl){ "a", &view_fields, &refs[0] };
	two[1] = (struct tmpl){ "b", &view_fields, &refs[1] };
	errors = buf_new(arena, 256, 65536);
	ck_assert_int_eq(tmpl_init_list(dir, NULL, NULL, refs, 2, errors,
	    &set), ERR_INVALID);
	ck_assert_str_eq(errors->p,
	    "l.xhtml:2: x: no \"x\" in struct view\n"
	    "a.xhtml:1: y: no \"y\" in struct view\n");
}
END_TEST

TMPL(linked_page, "p", &view_fields);
TMPL(linked_mail, "mail/m", &view_fields);

/* As the programs do it: whatever TMPL() declares, nothing listed by hand. */
START_TEST(linked_templates)
{
	struct tmpl_env env = env_of(LANG_JA);
	struct buf *out = buf_new(arena, 16, 4096);
	const char *subject, *body;

	put("p.xhtml", page("", "<p>{n} {page.city}</p>"));
	put("mail/m.txt", "Subject: {n}\n\n{text}\n");
	ck_assert_int_eq(tmpl_init(dir, dir, &common_fields, &set), OK);
	ck_assert_int_eq(tmpl_render(set, &linked_page, &env, &view, out),
	    OK);
	ck_assert_str_eq(inner(out->p), "<p>-40 架空市</p>");
	ck_assert_int_eq(tmpl_mail(set, &linked_mail, &env, &view, &subject,
	    &body), OK);
	ck_assert_str_eq(subject, "-40");
	tmpl_free(set);
	put("p.xhtml", page("", "<p>{x}\n</p><style/>"));
	ck_assert_int_eq(tmpl_init(dir, dir, &common_fields, &set),
	    ERR_INVALID);
	ck_assert_ptr_null(set);
}
END_TEST

START_TEST(too_long)
{
	struct tmpl_env env = env_of(LANG_JA);
	struct buf *out = buf_new(arena, 16, 32);

	ck_assert_str_eq(errors_of("<p>{text}</p>"), "");
	ck_assert_int_eq(tmpl_render(set, &one, &env, &view, out), ERR_LIMIT);
}
END_TEST

START_TEST(missing_parts_of_the_environment)
{
	struct tmpl_env env = env_of(LANG_JA);
	struct buf *out = buf_new(arena, 16, 4096);
	struct tmpl other = { "x", NULL, &one_ref[0] };

	ck_assert_str_eq(errors_of("<p>{page.city}</p>"), "");
	ck_assert_int_eq(tmpl_render(set, &one, &env, NULL, out), ERR_BUG);
	ck_assert_int_eq(tmpl_render(set, &other, &env, &view, out), ERR_BUG);
	env.common = NULL;
	ck_assert_int_eq(tmpl_render(set, &one, &env, &view, out), ERR_BUG);
	env = env_of(LANG_JA);
	env.token = NULL;
	ck_assert_str_eq(errors_of("<form method=\"post\"/>"), "");
	ck_assert_int_eq(tmpl_render(set, &one, &env, &view, out), ERR_BUG);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		values,
		near_days,
		wrong_names,
		conditions,
		loops,
		page_parts,
		xml_errors,
		all_errors_at_once,
		layout,
		layout_errors,
		linked_templates,
		too_long,
		missing_parts_of_the_environment,
	};

	return run_tests("tmpl", tests, COUNT(tests));
}
