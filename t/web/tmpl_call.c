/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Forms shown by templates, and parts called with them. */
#include "web/tmpl.h"

#include "t/web/tmpl_test.h"

START_TEST(form_fields)
{
	static const struct pair_of v[] = {
		{ "<input name=\"{form.reason.name}\" "
		  "value=\"{form.reason.value}\" "
		  "maxlength=\"{form.reason.maxlength}\" "
		  "aria-invalid=\"{form.reason.invalid}\" "
		  "t:required=\"form.reason.required\"/>",
		    "<input name=\"reason\" value=\"熱 &amp; &lt;咳&gt;\" "
		    "maxlength=\"200\" aria-invalid=\"true\" required>" },
		{ "<input maxlength=\"{form.kind.maxlength}\" "
		  "aria-invalid=\"{form.kind.invalid}\" "
		  "t:required=\"form.kind.required\"/>", "<input>" },
		{ "<p t:if=\"form.bad\">{form.reason.error}|"
		  "{form.kind.error}</p>",
		    "<p>理由を入力してください|</p>" },
		{ "<t:group t:for=\"c in form.kind.choices\"><input "
		  "value=\"{c.name}\" t:checked=\"c.checked\"/>"
		  "{c.label}</t:group>",
		    "<input value=\"absent\">欠席"
		    "<input value=\"late\" checked>遅刻" },
		{ "<li t:for=\"e in form.errors\">{e.name} {e.label} "
		  "{e.text}</li>",
		    "<li>reason 理由 理由を入力してください</li>" },
		{ "<input t:checked=\"form.children has id\"/>"
		  "<input t:checked=\"not form.children has id\"/>",
		    "<input checked><input>" },
		{ "<i t:if=\"form.kind has kind\"/>", "<i></i>" },
		{ "<i t:if=\"form.kind.value = 'late'\"/>", "<i></i>" },
		{ "<textarea>{form.reason.value}</textarea>",
		    "<textarea>\n熱 &amp; &lt;咳&gt;</textarea>" },
	};
	static const struct pair_of none[] = {
		{ "<p>{no_form.reason.label}{no_form.reason.value}"
		  "{no_form.kind.error}</p>", "<p></p>" },
		{ "<i t:if=\"no_form.bad\"/><i t:if=\"no_form.errors\"/>"
		  "<i t:if=\"no_form.reason.required\"/>"
		  "<i t:if=\"no_form.children has id\"/>"
		  "<i t:for=\"c in no_form.kind.choices\"/>", "" },
	};
	static const struct pair_of bad[] = {
		{ "<p>{form.reasn.value}</p>", "no \"reasn\" in" },
		{ "<p>{form.reason.valeu}</p>", "no \"valeu\" in" },
		{ "<p t:for=\"c in form.reason.choices\"/>",
		    "no \"choices\"" },
		{ "<p t:if=\"form.kind.value = 'x'\"/>", "is no choice" },
	};

	view.form = make_form();
	check_pairs(v, COUNT(v));
	check_pairs(none, COUNT(none));
	check_errors(bad, COUNT(bad));
}
END_TEST

/* A page that puts the form of another table into its view. */
START_TEST(form_of_another_table)
{
	static const struct fields other = { "struct other", 8, child_fields_v,
		1 };
	struct tmpl_env env = env_of(LANG_JA);
	struct buf *out = buf_new(arena, 256, 65536);

	view.form = make_form();
	view.form->of = &other;
	ck_assert_str_eq(errors_of("<p>{form.kind.value}</p>"), "");
	ck_assert_int_eq(tmpl_render(set, &one, &env, &view, out), ERR_BUG);
}
END_TEST

START_TEST(parts)
{
	static const struct pair_of v[] = {
		{ "<t:call part=\"part/input\" f=\"form.reason\" "
		  "type=\"text\" help=\"例：{child.name}が熱\"/>",
		    "<label>理由<input type=\"text\" name=\"reason\" "
		    "value=\"熱 &amp; &lt;咳&gt;\"></label>"
		    "<small>例：太郎が熱</small>" },
		{ "<t:call part=\"part/input\" f=\"form.reason\" "
		  "type=\"password\"><i>{n}</i></t:call>",
		    "<label>理由<input type=\"password\" name=\"reason\" "
		    "value=\"熱 &amp; &lt;咳&gt;\"></label><em>-</em><b>p</b>"
		    "<i>-40</i>" },
		{ "<t:call part=\"two\" g=\"form\" t:if=\"yes\"/>"
		  "<t:call part=\"two\" g=\"form\" t:if=\"no\"/>",
		    "<label>連絡の種類<input type=\"date\" name=\"kind\" "
		    "value=\"late\"></label><em>-</em>" },
		{ "<t:call part=\"row\" t:for=\"r in rows\" x=\"r\">"
		  "{r.number}</t:call>",
		    "<u>架空 太郎1</u><u>架空 花子2</u>" },
	};
	static const struct pair_of bad[] = {
		{ "<t:call part=\"part/input\" f=\"form.reason\" hlep=\"x\"/>",
		    "part/input.xhtml takes no hlep" },
		{ "<t:call part=\"part/input\"/>", "t:call without f=" },
		{ "<t:call part=\"part/input\" f=\"form.x\"/>",
		    "p.xhtml:1: form.x: no \"x\"" },
		{ "<t:call part=\"self\"/>", "self calls itself" },
		{ "<t:call part=\"row2\" x=\"rows\"/>", "no \"r\" in" },
		{ "<t:call part=\"row2\" x=\"child\">a</t:call>",
		    "row2 has no place for content" },
	};

	view.form = make_form();
	put_input_part();
	put("two.xhtml", "<t:part " NS " alias=\"g\" text=\"help\">"
	    "<t:call part=\"part/input\" f=\"g.kind\" type=\"date\" "
	    "help=\"{@help}\"/></t:part>");
	put("row.xhtml", "<t:part " NS " alias=\"x\"><u>{x.name}<t:content/>"
	    "</u></t:part>");
	put("row2.xhtml", "<t:part " NS " alias=\"x\"><u t:for=\"q in rows\">"
	    "{r.name}</u></t:part>");
	put("self.xhtml", "<t:part " NS "><t:call part=\"self\"/></t:part>");
	check_pairs(v, COUNT(v));
	check_errors(bad, COUNT(bad));
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		form_fields,
		form_of_another_table,
		parts,
	};

	return run_tests("tmpl_call", tests, COUNT(tests));
}
