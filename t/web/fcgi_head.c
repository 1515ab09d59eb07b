/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Tests of fcgi_head() in lib/web/fcgi.c: what a request is made of, and which
 * parameters make it unusable. */
#include "web/fcgi.h"

#include <check.h>
#include <string.h>

static struct arena *a;

static void
setup(void)
{
	a = arena_init((size_t)1 << 20);
}

static void
teardown(void)
{
	arena_free(a);
}

#define HEAD "REQUEST_METHOD=GET", "REMOTE_ADDR=::1"

static struct req *
head_of(char *const *params, enum err expected)
{
	struct req *r = arena_new(a, struct req);

	r->a = a;
	ck_assert_int_eq(fcgi_head(params, r), expected);
	return r;
}

START_TEST(head_full)
{
	char *const params[] = { "FCGI_ROLE=RESPONDER",
		"REQUEST_METHOD=POST", "SCRIPT_NAME=/script",
		"DOCUMENT_URI=/a%20b", "QUERY_STRING=q=1&x=%FF",
		"CONTENT_TYPE=text/plain", "CONTENT_LENGTH=007",
		"REMOTE_ADDR=2001:db8::1", "HTTP_HOST=h:1",
		"HTTP_ORIGIN=https://h:1", "HTTP_SEC_FETCH_SITE=same-origin",
		"HTTP_COOKIE=\xff=1; s=2", "HTTP_ACCEPT_LANGUAGE=en",
		"HTTP_USER_AGENT=欠席", "HTTP_HOST=h:1",
		"HTTP_X_FORWARDED_FOR=1.1.1.1", NULL };
	struct req *r = head_of(params, OK), *other = head_of(params, OK);

	ck_assert_int_eq(r->method, METHOD_POST);
	ck_assert_str_eq(r->path, "/a b");
	ck_assert_str_eq(r->query, "q=1&x=%FF");
	ck_assert_str_eq(r->content_type, "text/plain");
	ck_assert_uint_eq(r->content_length, 7);
	ck_assert_str_eq(r->address, "2001:db8::1");
	ck_assert_str_eq(r->host, "h:1");
	ck_assert_str_eq(r->origin, "https://h:1");
	ck_assert_str_eq(r->fetch_site, "same-origin");
	ck_assert_str_eq(r->cookie_header, "\xff=1; s=2");
	ck_assert_str_eq(r->accept_language, "en");
	ck_assert_str_eq(r->user_agent, "欠席");
	ck_assert_uint_eq(strlen(r->id), 22);
	ck_assert_str_ne(r->id, other->id);
	ck_assert(stamp_is(r->now));
}
END_TEST

START_TEST(head_least)
{
	char *const params[] = { HEAD, "SCRIPT_NAME=/s", "HTTP_ORIGIN=",
		"CONTENT_LENGTH=", "QUERY_STRING=", NULL };
	struct req *r = head_of(params, OK);

	ck_assert_int_eq(r->method, METHOD_GET);
	ck_assert_str_eq(r->path, "/s");
	ck_assert_str_eq(r->query, "");
	ck_assert_str_eq(r->user_agent, "-");
	ck_assert_ptr_null(r->origin);
	ck_assert_ptr_null(r->host);
	ck_assert_ptr_null(r->content_type);
	ck_assert_ptr_null(r->cookie_header);
	ck_assert_uint_eq(r->content_length, 0);
}
END_TEST

static char *const bad_heads[][6] = {
	{ NULL },
	{ "REMOTE_ADDR=::1", "SCRIPT_NAME=/", NULL },
	{ "REQUEST_METHOD=GET", "SCRIPT_NAME=/", NULL },
	{ HEAD, NULL },
	{ HEAD, "DOCUMENT_URI=/a/../b", "SCRIPT_NAME=/", NULL },
	{ HEAD, "SCRIPT_NAME=/", "no equals sign", NULL },
	{ HEAD, "SCRIPT_NAME=/", "CONTENT_LENGTH=1x", NULL },
	{ HEAD, "SCRIPT_NAME=/", "CONTENT_LENGTH=-1", NULL },
	{ HEAD, "SCRIPT_NAME=/", "CONTENT_LENGTH=+1", NULL },
	{ HEAD, "SCRIPT_NAME=/", "CONTENT_LENGTH= 1", NULL },
	{ HEAD, "SCRIPT_NAME=/", "CONTENT_LENGTH=18446744073709551617", NULL },
	{ HEAD, "SCRIPT_NAME=/", "HTTP_ORIGIN=\xff", NULL },
	{ HEAD, "SCRIPT_NAME=/", "HTTP_HOST=\xff", NULL },
	{ HEAD, "SCRIPT_NAME=/", "HTTP_SEC_FETCH_SITE=\xff", NULL },
	{ HEAD, "SCRIPT_NAME=/", "CONTENT_TYPE=\xff", NULL },
	{ HEAD, "SCRIPT_NAME=/", "HTTP_HOST=a", "HTTP_HOST=b", NULL },
};

START_TEST(head_refused)
{
	head_of(bad_heads[_i], ERR_INVALID);
}
END_TEST

START_TEST(head_agent)
{
	char agent[300] = "HTTP_USER_AGENT=x";
	char *params[] = { HEAD, "SCRIPT_NAME=/", agent, NULL };
	size_t at = strlen(agent);
	struct req *r;

	for (int i = 0; i < 80; i++, at += 3)
		memcpy(agent + at, "あ", 4);
	r = head_of(params, OK);
	ck_assert_uint_eq(strlen(r->user_agent), 199);
	ck_assert_str_eq(r->user_agent + 196, "あ");
	agent[at - 1] = '\0';
	ck_assert_str_eq(head_of(params, OK)->user_agent, "-");
}
END_TEST

START_TEST(head_language)
{
	char *const params[] = { HEAD, "SCRIPT_NAME=/",
		"HTTP_ACCEPT_LANGUAGE=\xff", NULL };

	ck_assert_ptr_null(head_of(params, OK)->accept_language);
}
END_TEST

START_TEST(head_methods)
{
	static char *const lines[] = { "REQUEST_METHOD=HEAD",
		"REQUEST_METHOD=PUT", "REQUEST_METHOD=get" };
	static const enum method methods[] = { METHOD_GET, METHOD_OTHER,
		METHOD_OTHER };

	for (size_t i = 0; i < COUNT(lines); i++) {
		char *const params[] = { lines[i], "REMOTE_ADDR=::1",
			"SCRIPT_NAME=/", NULL };

		ck_assert_int_eq(head_of(params, OK)->method, methods[i]);
	}
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("fcgi_head");
	TCase *t = tcase_create("fcgi_head");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, head_full);
	tcase_add_test(t, head_least);
	tcase_add_loop_test(t, head_refused, 0, COUNT(bad_heads));
	tcase_add_test(t, head_agent);
	tcase_add_test(t, head_language);
	tcase_add_test(t, head_methods);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	SRunner *r = srunner_create(suite());
	int failed;

	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
