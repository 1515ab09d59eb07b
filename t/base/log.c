/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Log lines as journald gets them: one line, one write, nothing smuggled. */
#include "base/log.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

static char line[8192];
static int pipe_end;

static void
catch_stderr(void)
{
	int p[2];

	ck_assert_int_eq(pipe(p), 0);
	ck_assert_int_ge(dup2(p[1], STDERR_FILENO), 0);
	close(p[1]);
	pipe_end = p[0];
	log_program("renraku_fcgi guardian/main");
}

/* One read returns what one write put in. */
static void
read_line(void)
{
	ssize_t n = read(pipe_end, line, sizeof(line) - 1);

	ck_assert_int_gt(n, 0);
	line[n] = '\0';
}

static const char *
head(const char *level, const char *rest)
{
	static char text[200];

	(void)snprintf(text, sizeof(text), "<%s>renraku_fcgi guardian/main[%ld]%s",
	    level, (long)getpid(), rest);
	return text;
}

START_TEST(format)
{
	log_error("db_down", "error %d", 2002);
	read_line();
	ck_assert_str_eq(line, head("3", " event=db_down msg=\"error 2002\"\n"));
	log_request("r-1_a");
	log_info("start", "ok");
	read_line();
	ck_assert_str_eq(line, head("6", " req=r-1_a event=start msg=\"ok\"\n"));
	log_request(NULL);
	log_warn("x", "y");
	read_line();
	ck_assert_str_eq(line, head("4", " event=x msg=\"y\"\n"));
}
END_TEST

START_TEST(escapes)
{
	log_note("x", "%s", "a\n<3>\x1b[m\"\\\x7f\xff\xe3\x81");
	read_line();
	ck_assert_str_eq(line, head("5", " event=x msg=\"a\\x0a<3>\\x1b[m"
	    "\\\"\\\\\\x7f\\xff\\xe3\\x81\"\n"));
	log_note("x", "%s", "山\xc2\x85" "𠮷");
	read_line();
	ck_assert_str_eq(line, head("5",
	    " event=x msg=\"山\\xc2\\x85𠮷\"\n"));
}
END_TEST

START_TEST(request_cannot_break_the_line)
{
	log_request("a\nb \"");
	log_note("x", "y");
	read_line();
	ck_assert_str_eq(line, head("5", " req=a?b?? event=x msg=\"y\"\n"));
}
END_TEST

START_TEST(long_lines_are_cut_whole)
{
	char text[5000];

	for (size_t i = 0; i + 3 < sizeof(text); i += 3)
		memcpy(text + i, "山", 3);
	text[4998] = '\0';
	log_note("x", "%s", text);
	read_line();
	ck_assert_uint_le(strlen(line), 2048);
	ck_assert_uint_gt(strlen(line), 2000);
	ck_assert(str_ends(line, "\"\n"));
	ck_assert_ptr_eq(strchr(line, '\n'), line + strlen(line) - 1);
	memset(text, '\n', sizeof(text) - 1);
	log_note("x", "%s", text);
	read_line();
	ck_assert_uint_le(strlen(line), 2048);
	ck_assert(str_ends(line, "\\x0a\"\n"));
}
END_TEST

START_TEST(threshold_and_errno)
{
	errno = ENOSPC;
	log_threshold(LOG_WARN);
	log_note("quiet", "x");
	log_warn("loud", "x");
	ck_assert_int_eq(errno, ENOSPC);
	read_line();
	ck_assert_ptr_nonnull(strstr(line, "event=loud"));
	ck_assert_ptr_null(strstr(line, "quiet"));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("log");
	TCase *t = tcase_create("log");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, catch_stderr, NULL);
	tcase_add_test(t, format);
	tcase_add_test(t, escapes);
	tcase_add_test(t, request_cannot_break_the_line);
	tcase_add_test(t, long_lines_are_cut_whole);
	tcase_add_test(t, threshold_and_errno);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
