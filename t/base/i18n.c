/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Languages: choice by header, and texts from a catalogue that the test
 * writes itself (the .mo format: gettext manual, "MO Files"). */
#include "base/i18n.h"

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/str.h"

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

/* Sorted by msgid, as the format wants. */
static const char *const texts[][2] = {
	{ "", "Content-Type: text/plain; charset=UTF-8\n" },
	{ "{name}さんは{day}に欠席", "On {day}, {name} is absent" },
	{ "欠席", "Absence" },
};

static char dir[64];

static const char *
path(const char *rest)
{
	return str_printf(a, "%s%s", dir, rest);
}

static void
write_mo(FILE *f)
{
	uint32_t n = COUNT(texts), at = 28 + 16 * n;
	uint32_t head[7] = { 0x950412de, 0, n, 28, 28 + 8 * n, 0, 0 };

	fwrite(head, sizeof(head), 1, f);
	for (int side = 0; side < 2; side++)
		for (uint32_t i = 0; i < n; i++) {
			uint32_t len = (uint32_t)strlen(texts[i][side]);
			uint32_t entry[2] = { len, at };
			fwrite(entry, sizeof(entry), 1, f);
			at += len + 1;
		}
	for (int side = 0; side < 2; side++)
		for (uint32_t i = 0; i < n; i++)
			fwrite(texts[i][side], strlen(texts[i][side]) + 1, 1, f);
}

static void
open_catalogue(void)
{
	FILE *f;

	(void)snprintf(dir, sizeof(dir), "/tmp/renraku-i18n-XXXXXX");
	open_arena();
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(mkdir(path("/C.UTF-8"), 0700), 0);
	ck_assert_int_eq(mkdir(path("/C.UTF-8/LC_MESSAGES"), 0700), 0);
	f = fopen(path("/C.UTF-8/LC_MESSAGES/renraku-en.mo"), "w");
	ck_assert_ptr_nonnull(f);
	write_mo(f);
	ck_assert_int_eq(fclose(f), 0);
}

static void
close_catalogue(void)
{
	(void)remove(path("/C.UTF-8/LC_MESSAGES/renraku-en.mo"));
	(void)remove(path("/C.UTF-8/LC_MESSAGES"));
	(void)remove(path("/C.UTF-8"));
	ck_assert_int_eq(remove(dir), 0);
	close_arena();
}

START_TEST(tags)
{
	enum lang l = LANG_COUNT;

	ck_assert_str_eq(lang_tag(LANG_JA), "ja");
	ck_assert_str_eq(lang_name(LANG_JA), "日本語");
	ck_assert_str_eq(lang_name(LANG_EN), "English");
	ck_assert(lang_parse("en", &l) && l == LANG_EN);
	ck_assert(lang_parse("ja", &l) && l == LANG_JA);
	ck_assert(!lang_parse("EN", &l) && !lang_parse("en-US", &l));
	ck_assert(!lang_parse("", &l) && !lang_parse(NULL, &l));
}
END_TEST

START_TEST(accept_language)
{
	static const struct {
		const char *header;
		enum lang want;
	} cases[] = { { NULL, LANG_JA }, { "", LANG_JA }, { "en", LANG_EN },
		{ "en-US,en;q=0.9,ja;q=0.8", LANG_EN }, { "EN-gb", LANG_EN },
		{ "ja,en;q=0.9", LANG_JA }, { "fr, en;q=0.1", LANG_EN },
		{ "fr", LANG_JA }, { "ja;q=0.5, en;q=0.501", LANG_EN },
		{ "en;q=0", LANG_JA }, { "en;q=0.000,*", LANG_JA },
		{ "*;q=0.1, en ; q=0.2", LANG_EN }, { "en;q=1.000", LANG_EN },
		{ "eng", LANG_JA }, { "en;q=x, ja;q=0.1", LANG_JA },
		{ "en;q=2", LANG_JA }, { "en;q=1.1", LANG_JA },
		{ ",,, en", LANG_EN }, { "en;q", LANG_JA }, { "en;", LANG_EN },
		{ ";q=1,en;q=0.5", LANG_EN }, { "en;q=0.5555", LANG_JA } };

	for (size_t i = 0; i < COUNT(cases); i++)
		ck_assert_msg(lang_accept(cases[i].header) == cases[i].want,
		    "\"%s\"", cases[i].header);
}
END_TEST

START_TEST(translates)
{
	/* Would otherwise hide the domain (libraries 3.2). */
	ck_assert_int_eq(setenv("LANGUAGE", "fr", 1), 0);
	ck_assert_int_eq(i18n_init(dir), OK);
	ck_assert_str_eq(i18n_text(LANG_EN, "欠席"), "Absence");
	ck_assert_str_eq(i18n_text(LANG_JA, "欠席"), "欠席");
	ck_assert_str_eq(i18n_text(LANG_EN, "遅刻"), "遅刻");
	ck_assert(i18n_has(LANG_EN, "欠席") && !i18n_has(LANG_EN, "遅刻"));
	ck_assert(i18n_has(LANG_JA, "遅刻"));
	ck_assert_str_eq(i18n_text(LANG_EN, ""), "");
	ck_assert_ptr_null(i18n_text(LANG_EN, NULL));
}
END_TEST

START_TEST(no_catalogue)
{
	ck_assert_int_eq(i18n_init("/nonexistent"), OK);
	ck_assert_str_eq(i18n_text(LANG_EN, "欠席"), "欠席");
	ck_assert(!i18n_has(LANG_EN, "欠席"));
}
END_TEST

START_TEST(formats)
{
	static const char both[] = "{name}さんは{day}に欠席";

	ck_assert_int_eq(i18n_init(dir), OK);
	ck_assert_str_eq(i18n_format(a, LANG_JA, both, "name", "花子", "day",
	    "6月1日", NULL), "花子さんは6月1日に欠席");
	ck_assert_str_eq(i18n_format(a, LANG_EN, both, "name", "Hanako", "day",
	    "Jun 1", NULL), "On Jun 1, Hanako is absent");
	/* A value is never read as a pattern. */
	ck_assert_str_eq(i18n_format(a, LANG_JA, both, "name", "{day}", "day",
	    "%s", NULL), "{day}さんは%sに欠席");
	ck_assert_str_eq(i18n_format(a, LANG_JA, "{nam}{names}{}{", "name",
	    "x", NULL), "{nam}{names}{}{");
	ck_assert_str_eq(i18n_format(a, LANG_JA, "", NULL), "");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("i18n");
	TCase *t = tcase_create("i18n");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, open_catalogue, close_catalogue);
	tcase_add_test(t, tags);
	tcase_add_test(t, accept_language);
	tcase_add_test(t, translates);
	tcase_add_test(t, no_catalogue);
	tcase_add_test(t, formats);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
