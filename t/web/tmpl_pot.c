/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The catalogue of all msgids. */
#include "web/tmpl.h"

#include "t/web/tmpl_test.h"

static const char *
pot(void)
{
	struct buf *out = buf_new(arena, 256, 65536);

	ck_assert_int_eq(tmpl_pot(dir, out), OK);
	return out->p;
}

START_TEST(pot_file)
{
	put_input_part();
	put("a/p.xhtml", "<t:page " NS " layout=\"l\" title=\"件名\">"
	    "<p>あ<b title=\"題\">い</b>{n|x}</p>\n<p>ABC {text}</p>"
	    "<p>{n} 123</p><p translate=\"no\">う</p><pre>え\n \"</pre>"
	    "<t:call part=\"part/input\" type=\"text\" help=\"お{n}\"/>"
	    "<p> ABC {text}<img alt=\"絵\"/></p></t:page>");
	put("mail/m.txt", "Subject: 件名\n\n一\n{#if x}\n二{n}\n三\n{/if}\n");
	put("mail/m.txt~", "no");
	ck_assert_str_eq(pot(),
	    "msgid \"\"\nmsgstr \"\"\n\"MIME-Version: 1.0\\n\"\n"
	    "\"Content-Type: text/plain; charset=UTF-8\\n\"\n"
	    "\"Content-Transfer-Encoding: 8bit\\n\"\n"
	    "\n#: a/p.xhtml:1\n#: mail/m.txt:1\nmsgid \"件名\"\nmsgstr \"\"\n"
	    "\n#: a/p.xhtml:1\nmsgid \"あ<1>い</1>{n|x}\"\nmsgstr \"\"\n"
	    "\n#: a/p.xhtml:1\nmsgid \"題\"\nmsgstr \"\"\n"
	    "\n#: a/p.xhtml:2\n#: a/p.xhtml:3\n#, python-brace-format\n"
	    "msgid \"ABC {text}\"\nmsgstr \"\"\n"
	    "\n#: a/p.xhtml:2\nmsgid \"え\\n \\\"\"\nmsgstr \"\"\n"
	    "\n#: a/p.xhtml:3\n#, python-brace-format\nmsgid \"お{n}\"\n"
	    "msgstr \"\"\n"
	    "\n#: a/p.xhtml:3\nmsgid \"絵\"\nmsgstr \"\"\n"
	    "\n#: mail/m.txt:3\nmsgid \"一\"\nmsgstr \"\"\n"
	    "\n#: mail/m.txt:5\n#, python-brace-format\n"
	    "msgid \"二{n}\\n三\"\nmsgstr \"\"\n"
	    "\n#: part/input.xhtml:1\nmsgid \"p\"\nmsgstr \"\"\n");
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		pot_file,
	};

	return run_tests("tmpl_pot", tests, COUNT(tests));
}
