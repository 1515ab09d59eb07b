/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Mails: subject and body, blocks on their own lines, nothing escaped, no
 * header from data, paragraphs as msgids. */
#include "web/tmpl.h"

#include "t/web/tmpl_test.h"

static const char *subject, *body;

static const char *
mail_errors(const char *text)
{
	put("mail/m.txt", text);
	(void)compile("mail/m", &view_fields);
	return errors->p;
}

static void
mail(const char *text, enum lang lang)
{
	struct tmpl_env env = env_of(lang);

	ck_assert_str_eq(mail_errors(text), "");
	ck_assert_int_eq(tmpl_mail(set, &one, &env, &view, &subject, &body),
	    OK);
}

START_TEST(whole_mail)
{
	mail("Subject: {child.name}さんの連絡\n\n"
	    "{page.city}です。\n"
	    "{text} {{x}}\n"
	    "\n"
	    "  字下げ {day|near}\n"
	    "\n\n"
	    "おわり", LANG_JA);
	ck_assert_str_eq(subject, "太郎さんの連絡");
	ck_assert_str_eq(body, "架空市です。\na<b>&\"c' {x}\n\n"
	    "  字下げ きょう 6月1日（月）\n\n\nおわり\n");
}
END_TEST

START_TEST(blocks)
{
	mail("Subject: x\n\n"
	    "{#if no}\n0\n{/if}\n"
	    "{#if yes and kind = 'late'}\n1\n{/if}\n"
	    "{#for r in rows}\n"
	    "- {r.name}\n"
	    "  {#for m in r.marks}\n"
	    "  {m.word}\n"
	    "  {/for}\n"
	    "{/for}\n"
	    "{#for r in empty}\n- {r.name}\n{/for}\n"
	    "end\n", LANG_JA);
	ck_assert_str_eq(body,
	    "1\n- 架空 太郎\n  x\n  y\n- 架空 花子\nend\n");
}
END_TEST

START_TEST(no_header_from_data)
{
	view.text = "a\r\nBcc: x@example.jp\n\n本文";
	mail("Subject: {text}!\n\n{text}\n", LANG_JA);
	ck_assert_str_eq(subject, "a  Bcc: x@example.jp  本文!");
	ck_assert_str_eq(body, "a\r\nBcc: x@example.jp\n\n本文\n");
}
END_TEST

START_TEST(line_ends_of_windows)
{
	mail("Subject: x\r\n\r\na\r\nb\r\n\r\nc\r\n", LANG_JA);
	ck_assert_str_eq(subject, "x");
	ck_assert_str_eq(body, "a\nb\n\nc\n");
}
END_TEST

START_TEST(paragraphs_are_translated)
{
	static const char *const pairs[][2] = {
		{ "{text}の\n連絡です。", "About {text}." },
		{ "件名{n}", "Subject {n}" },
		{ "行", "line" },
	};

	put_catalogue(pairs, COUNT(pairs));
	view.text = "X";
	mail("Subject: 件名{n}\n\n{text}の\n連絡です。\n\n{#if yes}\n行\n"
	    "{/if}\n{n}\n", LANG_EN);
	ck_assert_str_eq(subject, "Subject -40");
	ck_assert_str_eq(body, "About X.\n\nline\n-40\n");
	mail("Subject: 件名{n}\n\nまだない\n", LANG_EN);
	ck_assert_str_eq(subject, "件名-40");
}
END_TEST

START_TEST(wrong_mails)
{
	static const struct pair_of bad[] = {
		{ "", "mail/m.txt:1: the first line is Subject:" },
		{ "Hello\n\nx\n", "the first line is Subject:" },
		{ "Subject: x\ny\n", "mail/m.txt:2: an empty line" },
		{ "Subject: {nmae}\n\n", "mail/m.txt:1: nmae: no" },
		{ "Subject: x\n\na\n\nb\n{nmae}\n", "mail/m.txt:5: nmae: no" },
		{ "Subject: x\n\n{#if yes}\na\n", "mail/m.txt:3: block is" },
		{ "Subject: x\n\n{/if}\n", "mail/m.txt:3: {/if} closes" },
		{ "Subject: x\n\n{#for r in rows}\n{/if}\n", "closes nothing" },
		{ "Subject: x\n\n{#if yes}\n{/for}\n", "closes nothing" },
		{ "Subject: x\n\n{#if}\n{/if}\n", "write {#if x}" },
		{ "Subject: x\n\n{#if yes\n{/if}\n", "write {#if x}" },
		{ "Subject: x\n\n{#for r in rows}\n{/for}\n{r.name}\n",
		    "no \"r\" in" },
		{ "Subject: x\n\n{@help}\n", "not a text of this part" },
	};

	for (size_t i = 0; i < COUNT(bad); i++)
		ck_assert_msg(strstr(mail_errors(bad[i].in), bad[i].out) !=
		    NULL, "%s\nwanted: %s\ngot: %s", bad[i].in, bad[i].out,
		    errors->p);
	ck_assert_int_eq(compile("mail/none", NULL), ERR_INVALID);
}
END_TEST

START_TEST(deep_blocks)
{
	struct buf *text = buf_new(arena, 256, 65536);

	buf_str(text, "Subject: x\n\n");
	for (int i = 0; i < 20; i++)
		buf_str(text, "{#if yes}\n");
	for (int i = 0; i < 20; i++)
		buf_str(text, "{/if}\n");
	ck_assert(strstr(mail_errors(text->p), "too many blocks") != NULL);
}
END_TEST

START_TEST(a_page_is_no_mail)
{
	struct tmpl_env env = env_of(LANG_JA);

	ck_assert_str_eq(errors_of("<p/>"), "");
	ck_assert_int_eq(tmpl_mail(set, &one, &env, &view, &subject, &body),
	    ERR_BUG);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		whole_mail,
		blocks,
		no_header_from_data,
		line_ends_of_windows,
		paragraphs_are_translated,
		wrong_mails,
		deep_blocks,
		a_page_is_no_mail,
	};

	return run_tests("tmpl_mail", tests, COUNT(tests));
}
