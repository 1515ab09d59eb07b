/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The configuration file: every complaint names the key or the line, nothing
 * is cut or ignored silently; the example file says what the tables say. */
#include "base/conf.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

#define NEEDED                                                                 \
	"guardian_url = https://renraku.example\n"                             \
	"staff_url = https://staff.renraku.example:8443\n"                     \
	"templates = /t\nassets = /a\nkeys = /k\ndb_socket = /s\n"             \
	"db_name = renraku\ndb_passwords = /p\n"                               \
	"smtp_url = smtp://127.0.0.1:2525\n"                                   \
	"mail_from = renraku@city.example\nmail_bounce = bounce.example\n"
#define WHOLE "[renraku]\n" NEEDED

static char file[64], complaint[4096];

static void
put(const char *text)
{
	FILE *f = fopen(file, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	ck_assert_int_eq(fclose(f), 0);
}

static void
open_file(void)
{
	int fd;

	open_arena();
	(void)snprintf(file, sizeof(file), "/tmp/renraku-conf-XXXXXX");
	fd = mkstemp(file);
	ck_assert_int_ge(fd, 0);
	close(fd);
}

static void
close_file(void)
{
	(void)unlink(file);
	close_arena();
}

/* What conf_load logs ends in `complaint`. */
static enum err
load(const char *text, struct conf *c)
{
	int saved = dup(STDERR_FILENO);
	FILE *f = tmpfile();
	enum err e;
	size_t n;

	ck_assert_ptr_nonnull(f);
	put(text);
	dup2(fileno(f), STDERR_FILENO);
	e = conf_load(a, file, c);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(f);
	n = fread(complaint, 1, sizeof(complaint) - 1, f);
	complaint[n] = '\0';
	fclose(f);
	return e;
}

static void
refused(const char *text, const char *why)
{
	struct conf c;

	ck_assert_msg(load(text, &c) == ERR_INVALID, "taken: %s", text);
	ck_assert_msg(strstr(complaint, why) != NULL, "\"%s\" not in \"%s\"",
	    why, complaint);
}

START_TEST(reads_and_fills_in)
{
	struct conf c;

	ck_assert_int_eq(load("\xef\xbb\xbf# note\n\n" WHOLE
	    "city =  緑ヶ丘市 ; comment\nworkers=16\r\n", &c), OK);
	ck_assert_str_eq(complaint, "");
	ck_assert_str_eq(c.city, "緑ヶ丘市");
	ck_assert_str_eq(c.board, "");
	ck_assert_str_eq(c.staff_url, "https://staff.renraku.example:8443");
	ck_assert_str_eq(c.mail_child, "initial");
	ck_assert_str_eq(c.locale, PKGDATADIR "/locale");
	ck_assert_int_eq(c.workers, 16);
	ck_assert_int_eq(c.letter_guardians, 2);
	ck_assert_int_eq(c.clock_offset, 0);
	ck_assert(!c.demo);
}
END_TEST

START_TEST(each_required_key_is_named)
{
	for (size_t i = 0; i < conf_fields.n; i++) {
		const char *name = conf_fields.v[i].name;
		const char *line = strstr(WHOLE,
		    str_printf(a, "\n%s = ", name)), *next;

		if (line == NULL) {
			ck_assert_ptr_nonnull(conf_default(name));
			continue;
		}
		next = strchr(line + 1, '\n');
		refused(str_printf(a, "%.*s%s", (int)(line - WHOLE), WHOLE,
			    next), str_printf(a, "%s: missing", name));
		refused(str_printf(a, "%.*s\n%s =%s", (int)(line - WHOLE),
			    WHOLE, name, next), str_printf(a, "%s: empty", name));
		ck_assert_ptr_null(conf_default(name));
	}
}
END_TEST

START_TEST(lines_that_are_wrong)
{
	refused(WHOLE "colour = red\n", ":13: colour: unknown key");
	refused(WHOLE "city\n", ":13: neither");
	refused(NEEDED, ":1: guardian_url: not below [renraku]");
	refused(WHOLE "[more]\ncity = x\n", ":14: city: not below");
	refused(WHOLE "city = a\ncity = b\n", ":14: city: given twice");
	refused(WHOLE "city = a\n  b\n", ":14: city: given twice");
	refused(WHOLE "city = \xff\n", ":13: city: not UTF-8");
	refused("", "missing");
}
END_TEST

START_TEST(types_and_limits)
{
	struct conf c;

	refused(WHOLE "workers = many\n", ":13: workers: not a number");
	refused(WHOLE "workers = -1\n", "from 0 to 512");
	refused(WHOLE "workers =\n", "workers: not a number");
	refused(WHOLE "letter_guardians = 0\n", "from 1 to 10");
	refused(WHOLE "demo = true\n", ":13: demo: neither yes nor no");
	refused(WHOLE "mail_child = full\n", "mail_child: initial, given");
	refused(WHOLE "clock_offset = 60\n", "clock_offset: allowed only");
	refused(WHOLE "demo = no\nclock_offset = -1\n", "clock_offset");
	ck_assert_int_eq(load(WHOLE "clock_offset = -3600\ndemo = yes\n", &c),
	    OK);
	ck_assert_int_eq(c.clock_offset, -3600);
	ck_assert(c.demo);
}
END_TEST

/* WHOLE with one value changed. */
static char *
with(const char *key, const char *value)
{
	const char *p = strstr(WHOLE, str_printf(a, "\n%s = ", key));

	ck_assert_ptr_nonnull(p);
	return str_printf(a, "%.*s\n%s = %s%s", (int)(p - WHOLE), WHOLE, key,
	    value, strchr(p + 1, '\n'));
}

START_TEST(values_that_would_break_later)
{
	refused(with("guardian_url", "https://a.example/"), "guardian_url");
	refused(with("guardian_url", "http://a.example"), "guardian_url");
	refused(with("staff_url", "https://"), "staff_url");
	refused(with("staff_url", "https://renraku.example"), "another origin");
	refused(with("smtp_url", "127.0.0.1:25"), "smtp_url");
	refused(with("mail_from", "city.example"), "mail_from");
	refused(with("mail_bounce", "b@city.example"), "mail_bounce");
	refused(with("db_socket", str_printf(a, "/%0107d", 1)), "db_socket");
}
END_TEST

START_TEST(long_lines_are_not_cut)
{
	char *fits = str_printf(a, "%s%s%0191d\n", WHOLE, "city = ", 1);
	char *over = str_printf(a, "%s%s%0192d\n", WHOLE, "city = ", 1);
	/* The rest alone would look like a comment. */
	char *sly = str_printf(a, "%s%s%0192d#x\n", WHOLE, "city = ", 1);
	struct conf c;

	ck_assert_int_eq(load(fits, &c), OK);
	ck_assert_uint_eq(strlen(c.city), 191);
	refused(over, ":13: line: longer than 198 bytes");
	refused(sly, ":13: line: longer than 198 bytes");
}
END_TEST

START_TEST(no_file)
{
	struct conf c;

	ck_assert_int_eq(conf_load(a, "/nonexistent/x", &c), ERR_NONE);
	ck_assert_int_eq(conf_load(a, "/tmp", &c), ERR_IO);
}
END_TEST

START_TEST(secrets)
{
	const char *s = NULL, *name = file + strlen("/tmp/");
	static const mode_t bad[] = { 0644, 0604, 0620, 0660, 0602 };

	put("päss wörd \r\n");
	ck_assert_int_eq(chmod(file, 0600), 0);
	ck_assert_int_eq(conf_secret(a, "/tmp", name, &s), OK);
	ck_assert_str_eq(s, "päss wörd ");
	ck_assert_int_eq(chmod(file, 0440), 0);
	ck_assert_int_eq(conf_secret(a, "/tmp", name, &s), OK);
	for (size_t i = 0; i < COUNT(bad); i++) {
		ck_assert_int_eq(chmod(file, bad[i]), 0);
		ck_assert_int_eq(conf_secret(a, "/tmp", name, &s), ERR_INVALID);
	}
	ck_assert_int_eq(chmod(file, 0600), 0);
	put("\n");
	ck_assert_int_eq(conf_secret(a, "/tmp", name, &s), ERR_INVALID);
	put(str_printf(a, "%04097d", 1));
	ck_assert_int_eq(conf_secret(a, "/tmp", name, &s), ERR_INVALID);
	ck_assert_int_eq(conf_secret(a, "/tmp", "renraku-none", &s), ERR_NONE);
	ck_assert_int_eq(conf_secret(a, "/", "tmp", &s), ERR_INVALID);
}
END_TEST

/* "key = value" or "; key = value" of the example; NULL if it has none. */
static char *
example_value(const char *example, const char *key)
{
	const char *p = strstr(example, str_printf(a, "\n%s =", key));

	if (p == NULL)
		p = strstr(example, str_printf(a, "\n;%s =", key));
	if (p == NULL)
		return NULL;
	p = strchr(p, '=') + 1;
	return str_trim(a, str_copy_n(a, p, strcspn(p, "\n")));
}

START_TEST(example_file_has_every_key)
{
	const char *dir = getenv("srcdir");
	FILE *f = fopen(str_printf(a, "%s/conf/renraku.conf.example",
	    dir == NULL ? "." : dir), "r");
	char *text = arena_alloc(a, 65536);
	struct conf c;

	ck_assert_msg(f != NULL, "conf/renraku.conf.example is missing");
	ck_assert_uint_gt(fread(text, 1, 65535, f), 0);
	fclose(f);
	for (size_t i = 0; i < conf_fields.n; i++) {
		const char *name = conf_fields.v[i].name;
		const char *value = example_value(text, name);
		ck_assert_msg(value != NULL, "%s is not in the example", name);
		/* Where the default is nothing it may show a sample; the
		 * directory of the translations is the build's. */
		if (!str_empty(conf_default(name)) && !str_eq(name, "locale"))
			ck_assert_str_eq(value, conf_default(name));
	}
	ck_assert_int_eq(load(text, &c), OK);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("conf");
	TCase *t = tcase_create("conf");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, open_file, close_file);
	tcase_add_test(t, reads_and_fills_in);
	tcase_add_test(t, each_required_key_is_named);
	tcase_add_test(t, lines_that_are_wrong);
	tcase_add_test(t, types_and_limits);
	tcase_add_test(t, values_that_would_break_later);
	tcase_add_test(t, long_lines_are_not_cut);
	tcase_add_test(t, no_file);
	tcase_add_test(t, secrets);
	tcase_add_test(t, example_file_has_every_key);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
