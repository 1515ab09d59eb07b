/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The life of one request, for all pages at once (cgi/dispatch.c): methods,
 * origins, what cannot be read, and life without a database. That every answer
 * is no-store and has a length is checked in browser.c. */
#include "t/page/browser.h"

#include <stdio.h>
#include <time.h>

static const char form_type[] = "application/x-www-form-urlencoded";

static int
request(struct browser *b, const char *method, const char *path)
{
	struct client_request rq = { .method = method, .path = path };

	return browser_send(b, &rq);
}

/* An error page: plain words, a number to quote, a way home. */
static void
is_error_page(const struct browser *b, int status, const char *title)
{
	STATUS(b, status);
	SHOWS(b, title);
	SHOWS(b, "ホームへ");
	SHOWS(b, "受付番号");
	ck_assert_ptr_nonnull(strstr(b->text, "<html lang=\"ja\">"));
	ck_assert_str_eq(client_header(&b->answer, "Content-Type"),
	    "text/html; charset=utf-8");
}

START_TEST(not_found)
{
	static const char *const paths[] = { "/nowhere", "/login/",
		"/absence/x", "/absence/AAAAAAAAAAAAAAAAAAAAAA/x", "/LOGIN",
		"/absence/AAAAAAAAAAAAAAAAAAAAAAA", "/index.html", "/robots",
		"/absence/AAAAAAAAAAAAAAAAAAAA\xE3\x81\x82" };
	struct browser b;

	browser_init(&b, SIDE_GUARDIAN);
	for (size_t i = 0; i < COUNT(paths); i++) {
		request(&b, "GET", paths[i]);
		is_error_page(&b, 404, "ページが見つかりません");
	}
	/* Pages of the other side are not there. */
	request(&b, "GET", "/roster");
	STATUS(&b, 404);
	browser_init(&b, SIDE_STAFF);
	request(&b, "GET", "/settings");
	STATUS(&b, 404);
}
END_TEST

START_TEST(methods)
{
	static const struct {
		const char *method, *path;
		int status;
	} rows[] = {
		{ "PUT", "/login", 405 }, { "DELETE", "/login", 405 },
		{ "OPTIONS", "/login", 405 }, { "TRACE", "/login", 405 },
		{ "get", "/login", 405 }, { "POST", "/mail/verified", 405 },
		{ "POST", "/", 405 }, { "GET", "/register/account", 405 },
		{ "GET", "/logout", 405 }, { "PUT", "/nowhere", 404 },
		{ "POST", "/nowhere", 404 },
	};
	struct browser b;

	browser_init(&b, SIDE_GUARDIAN);
	for (size_t i = 0; i < COUNT(rows); i++) {
		request(&b, rows[i].method, rows[i].path);
		STATUS(&b, rows[i].status);
		if (rows[i].status == 405)
			is_error_page(&b, 405, "この方法では開けません");
	}
}
END_TEST

START_TEST(head)
{
	static const char *const paths[] = { "/login", "/register",
		"/nowhere" };
	struct browser b;

	browser_init(&b, SIDE_GUARDIAN);
	for (size_t i = 0; i < COUNT(paths); i++) {
		const char *length;
		int status;

		/* The second time, with the same cookie. */
		request(&b, "GET", paths[i]);
		status = request(&b, "GET", paths[i]);
		length = client_header(&b.answer, "Content-Length");
		request(&b, "HEAD", paths[i]);
		STATUS(&b, status);
		ck_assert_str_eq(client_header(&b.answer, "Content-Length"),
		    length);
		ck_assert_uint_eq(b.answer.body.n, 0);
	}
}
END_TEST

START_TEST(origins)
{
	static const struct {
		const char *origin, *fetch_site;
		int status;
	} rows[] = {
		{ GUARDIAN_URL, "same-origin", 422 },
		{ GUARDIAN_URL, NULL, 422 },
		{ NULL, "same-origin", 422 },
		{ NULL, NULL, 403 },
		{ "null", NULL, 403 },
		{ "null", "same-origin", 403 },
		{ "https://evil.example", NULL, 403 },
		{ "https://evil.example", "same-origin", 403 },
		{ STAFF_URL, NULL, 403 },
		{ STAFF_URL, "same-site", 403 },
		{ "http://localhost:8443", NULL, 403 },
		{ "https://localhost", NULL, 403 },
		{ GUARDIAN_URL, "cross-site", 403 },
		{ GUARDIAN_URL, "same-site", 403 },
		{ GUARDIAN_URL, "none", 403 },
	};
	const char *before = site_checksum("");
	struct browser b;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sheet *s;

		browser_init(&b, SIDE_GUARDIAN);
		browser_get(&b, "/login");
		s = sheet_of(&b, "/login");
		b.origin = rows[i].origin;
		b.fetch_site = rows[i].fetch_site;
		sheet_post(&b, s);
		STATUS(&b, rows[i].status);
		if (rows[i].status == 403)
			is_error_page(&b, 403, "この操作はできません");
	}
	ck_assert_str_eq(before, site_checksum(""));
}
END_TEST

START_TEST(paths_and_queries_that_cannot_be_read)
{
	static const struct {
		const char *path, *query;
	} rows[] = {
		{ "/\xff", NULL }, { "/a%00b", NULL }, { "/../login", NULL },
		{ "/a//b", NULL }, { "/a%2Fb", NULL }, { "/%zz", NULL },
		{ "login", NULL }, { "/%e3%81", NULL }, { "/a%0Ab", NULL },
		{ "/login", "x=%ff" }, { "/login", "x=%e3%81" },
		{ "/login", "x=%00" }, { "/login", "x=%zz" },
		{ "/login", "x=\xc0\xaf" }, { "/login", "x=%1b" },
	};
	struct browser b;

	browser_init(&b, SIDE_GUARDIAN);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct client_request rq = { .path = rows[i].path,
			.query = rows[i].query };

		browser_send(&b, &rq);
		ck_assert_msg(b.status == 400, "%s: %d", b.asked, b.status);
		ck_assert(strstr(b.text, "送られた内容を読み取れませんでした")
		    != NULL || strstr(b.text,
		    "リクエストの形式が正しくありません") != NULL);
	}
}
END_TEST

START_TEST(bodies_that_cannot_be_read)
{
	static const struct {
		const char *type, *body;
		int status;
	} rows[] = {
		{ form_type, "login=%ff&password=x", 400 },
		{ form_type, "login=%00", 400 },
		{ form_type, "login=%", 400 },
		{ form_type, "login=\xe3\x81", 400 },
		{ form_type, "login=%1b", 400 },
		{ form_type, "", 422 },
		{ form_type, "=&&==&", 422 },
		{ "application/x-www-form-urlencoded; charset=UTF-8", "login=x",
		    422 },
		{ "text/plain", "login=x", 400 },
		{ "application/json", "{}", 400 },
		{ NULL, "login=x", 400 },
		{ "multipart/form-data; boundary=x", "--x--\r\n", 400 },
	};
	const char *before = site_checksum("");
	struct browser b;

	browser_init(&b, SIDE_GUARDIAN);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct client_request rq = { .method = "POST",
			.path = "/login", .content_type = rows[i].type,
			.body = { (const unsigned char *)rows[i].body,
			    strlen(rows[i].body) } };

		browser_send(&b, &rq);
		ck_assert_msg(b.status == rows[i].status, "%s %s: %d",
		    rows[i].type, rows[i].body, b.status);
	}
	ck_assert_str_eq(before, site_checksum(""));
}
END_TEST

START_TEST(files_that_cannot_be_read)
{
	static const struct {
		const char *type, *body;
	} rows[] = {
		{ form_type, "file=x" },
		{ "multipart/form-data", "--x--\r\n" },
		{ "multipart/form-data; boundary=", "----\r\n" },
		{ "multipart/form-data; boundary=x", "nothing" },
		{ "multipart/form-data; boundary=x", "--x\r\nContent-Disp" },
		{ "multipart/form-data; boundary=x", "--x\r\n"
		  "Content-Disposition: form-data; name=\"file\"\r\n\r\n\xff"
		  "\r\n--x--\r\n" },
	};
	struct browser b;

	browser_sign_in(&b, SIDE_STAFF, ADMIN);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct client_request rq = { .method = "POST",
			.path = "/roster", .content_type = rows[i].type,
			.body = { (const unsigned char *)rows[i].body,
			    strlen(rows[i].body) } };

		browser_send(&b, &rq);
		ck_assert_msg(b.status == 400, "%s %s: %d", rows[i].type,
		    rows[i].body, b.status);
	}
}
END_TEST

START_TEST(too_large)
{
	char *body = arena_alloc(a, BODY_FORM + 2);
	struct browser b;

	browser_init(&b, SIDE_GUARDIAN);
	memset(body, 'a', BODY_FORM + 1);
	browser_post(&b, "/login", body);
	is_error_page(&b, 413, "送られた内容が大きすぎます");
	body[BODY_FORM] = '\0';
	browser_post(&b, "/login", body);
	STATUS(&b, 422);
	/* A length that nobody could send. */
	browser_send(&b, &(struct client_request){ .method = "POST",
	    .path = "/login", .content_type = form_type,
	    .params = (const char *const[]){
		"CONTENT_LENGTH=99999999999999999999", NULL } });
	STATUS(&b, 400);
	/* Inputs without number. */
	for (size_t i = 0; i < BODY_FORM; i += 4)
		memcpy(body + i, "a=1&", 4);
	browser_post(&b, "/login", body);
	STATUS(&b, 400);
}
END_TEST

/* The browser left in the middle: nothing happens, the worker lives. */
START_TEST(cut_off)
{
	static const char body[] = "login=111111111&password=x&token=y";
	struct client_request rq = { .method = "POST", .path = "/login",
		.content_type = form_type, .cut = true,
		.body = { (const unsigned char *)body, sizeof body - 1 } };
	const char *before = site_checksum("");
	struct client_response rs;
	struct browser b;

	for (int i = 0; i < 5; i++)
		ck_assert_int_ne(client_call(a, site_socket(SIDE_GUARDIAN,
		    POOL_LOGIN), &rq, &rs), OK);
	browser_init(&b, SIDE_GUARDIAN);
	browser_post(&b, "/login", body);
	STATUS(&b, 422);
	ck_assert_str_eq(before, site_checksum(""));
}
END_TEST

/* Two inputs where one belongs: refused, not chosen from. */
START_TEST(names_sent_twice)
{
	struct browser b;
	struct sheet *s;

	browser_init(&b, SIDE_GUARDIAN);
	browser_get(&b, "/login");
	s = sheet_of(&b, "/login");
	sheet_put(s, "login", AOI_A);
	sheet_put(s, "password", PASSWORD);
	sheet_add(s, "login", AOI_B);
	sheet_post(&b, s);
	STATUS(&b, 422);
	SHOWS(&b, "1つだけ送ってください");
	/* Two different lengths, two different methods. */
	browser_send(&b, &(struct client_request){ .path = "/login",
	    .params = (const char *const[]){ "REQUEST_METHOD=GET",
		"REQUEST_METHOD=POST", NULL } });
	STATUS(&b, 400);
}
END_TEST

START_TEST(cookies_that_mean_nothing)
{
	static const char *const cookies[] = { "", "=", ";;;", "__Host-s",
		"__Host-s=", "__Host-s=x", "__Host-s=\xff",
		"__Host-s=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"s=x", "__Host-p=x; __Host-d=x; __Host-lang=xx",
		"__Host-s=a; __Host-s=b" };
	struct browser b;

	browser_init(&b, SIDE_GUARDIAN);
	for (size_t i = 0; i < COUNT(cookies); i++) {
		struct client_request rq = { .path = "/",
			.cookie = cookies[i] };

		browser_send(&b, &rq);
		LEADS(&b, "/login");
		rq.path = "/login";
		browser_send(&b, &rq);
		STATUS(&b, 200);
	}
}
END_TEST

START_TEST(wrong_pool)
{
	struct client_request rq = { .method = "POST", .path = "/login",
		.content_type = form_type,
		.params = (const char *const[]){
		    "HTTP_ORIGIN=" GUARDIAN_URL, NULL } };
	struct client_response rs;

	ck_assert_int_eq(client_call(a, site_socket(SIDE_GUARDIAN, POOL_MAIN),
	    &rq, &rs), OK);
	ck_assert_int_eq(rs.status, 500);
	ck_assert(site_logged("event=wrong_pool"));
}
END_TEST

/* ── without a database ── */

/* Pids of all workers: the children of the masters. */
static const char *
workers(void)
{
	static const struct {
		enum side side;
		enum pool pool;
	} pools[] = { { SIDE_GUARDIAN, POOL_MAIN }, { SIDE_GUARDIAN, POOL_LOGIN },
		{ SIDE_STAFF, POOL_MAIN }, { SIDE_STAFF, POOL_LOGIN },
		{ SIDE_STAFF, POOL_UPLOAD } };
	struct buf *out = buf_new(a, 256, 4096);

	for (size_t i = 0; i < COUNT(pools); i++) {
		int pid = (int)site_master(pools[i].side, pools[i].pool);
		FILE *f = fopen(str_printf(a, "/proc/%d/task/%d/children", pid,
		    pid), "re");
		char line[256] = "";

		ck_assert_ptr_nonnull(f);
		ck_assert_ptr_nonnull(fgets(line, sizeof line, f));
		fclose(f);
		buf_str(out, line);
	}
	return out->p;
}

static time_t
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

static void
says_503(const struct browser *b)
{
	STATUS(b, 503);
	SHOWS(b, "ただいま混み合っているか、一時的に使えません");
	SHOWS(b, "学校に電話してください");
	ck_assert_str_eq(client_header(&b->answer, "Retry-After"), "60");
}

struct visitors {
	struct browser guardian, staff, stranger;
	struct sheet *report, *login, *file;
};

static struct visitors
arrive(void)
{
	struct visitors v;

	browser_sign_in(&v.guardian, SIDE_GUARDIAN, AOI_A);
	browser_get(&v.guardian, "/absence/new");
	v.report = sheet_of(&v.guardian, "/absence/new");
	sheet_put(v.report, "pupils", site_uid("pupil", 1));
	sheet_put(v.report, "kind", "absent");
	sheet_put(v.report, "reason", "発熱");
	sheet_put(v.report, "step", "send");
	browser_sign_in(&v.staff, SIDE_STAFF, ADMIN);
	browser_get(&v.staff, "/roster");
	v.file = sheet_of(&v.staff, "/roster");
	v.file->data = (struct bytes){ (const unsigned char *)"x", 1 };
	browser_init(&v.stranger, SIDE_GUARDIAN);
	browser_get(&v.stranger, "/login");
	v.login = sheet_of(&v.stranger, "/login");
	sheet_put(v.login, "login", AOI_A);
	sheet_put(v.login, "password", PASSWORD);
	return v;
}

static void
live_without(struct visitors *v)
{
	static const char *const open[] = { "/login", "/register",
		"/mail/verified", "/nowhere" };
	const char *session = browser_cookie(&v->guardian, "s");

	/* Each worker of the pool, not only one. */
	for (int i = 0; i < 6; i++) {
		browser_get(&v->stranger, "%s", open[i % 4]);
		ck_assert_int_lt(v->stranger.status, 500);
	}
	browser_get(&v->guardian, "/");
	says_503(&v->guardian);
	sheet_post(&v->guardian, v->report);
	says_503(&v->guardian);
	browser_get(&v->staff, "/absence");
	says_503(&v->staff);
	browser_get(&v->staff, "/absence/rows?v=1");
	says_503(&v->staff);
	sheet_post(&v->staff, v->file);
	says_503(&v->staff);
	sheet_post(&v->stranger, v->login);
	says_503(&v->stranger);
	ck_assert_ptr_null(browser_cookie(&v->stranger, "s"));
	/* Nobody is signed out by it. */
	ck_assert_str_eq(browser_cookie(&v->guardian, "s"), session);
}

static void
live_again(struct visitors *v)
{
	for (int i = 0; i < 4; i++) {
		browser_get(&v->guardian, "/");
		STATUS(&v->guardian, 200);
		browser_get(&v->staff, "/absence");
		STATUS(&v->staff, 200);
	}
	sheet_post(&v->guardian, v->report);
	STATUS(&v->guardian, 303);
	sheet_post(&v->staff, v->file);
	STATUS(&v->staff, 422);
	sheet_post(&v->stranger, v->login);
	LEADS(&v->stranger, "/");
}

START_TEST(database_away)
{
	struct visitors v = arrive();
	const char *before = workers(), *rows = site_checksum("");
	time_t began = seconds();

	site_db_away();
	live_without(&v);
	ck_assert_int_le(seconds() - began, 10);
	site_db_back();
	ck_assert_str_eq(rows, site_checksum(""));
	live_again(&v);
	ck_assert_str_eq(before, workers());
	ck_assert_int_eq(site_number("SELECT COUNT(*) FROM absence"), 1);
}
END_TEST

/* It is there and does not answer (stopped, or its disk hangs). */
START_TEST(database_silent)
{
	struct visitors v = arrive();
	const char *before = workers();
	time_t began;

	site_db_silent();
	began = seconds();
	browser_get(&v.guardian, "/");
	says_503(&v.guardian);
	ck_assert_int_le(seconds() - began, 8);
	browser_get(&v.stranger, "/login");
	STATUS(&v.stranger, 200);
	site_db_back();
	live_again(&v);
	ck_assert_str_eq(before, workers());
}
END_TEST

/* A connection that ended between two requests is nobody's concern. */
START_TEST(connections_cut)
{
	struct visitors v = arrive();

	for (int i = 0; i < 5; i++) {
		site_db_away();
		site_db_back();
		browser_get(&v.guardian, "/");
		STATUS(&v.guardian, 200);
		browser_get(&v.staff, "/absence");
		STATUS(&v.staff, 200);
	}
	site_db_away();
	site_db_back();
	live_again(&v);
}
END_TEST

static void
fill(Suite *s)
{
	TCase *tc = site_case(s, "dispatch");

	tcase_add_test(tc, not_found);
	tcase_add_test(tc, methods);
	tcase_add_test(tc, head);
	tcase_add_test(tc, origins);
	tcase_add_test(tc, paths_and_queries_that_cannot_be_read);
	tcase_add_test(tc, bodies_that_cannot_be_read);
	tcase_add_test(tc, files_that_cannot_be_read);
	tcase_add_test(tc, too_large);
	tcase_add_test(tc, cut_off);
	tcase_add_test(tc, names_sent_twice);
	tcase_add_test(tc, cookies_that_mean_nothing);
	tcase_add_test(tc, wrong_pool);
	tc = site_case(s, "dispatch_database");
	tcase_add_test(tc, database_away);
	tcase_add_test(tc, database_silent);
	tcase_add_test(tc, connections_cut);
}

int
main(void)
{
	return site_main("dispatch", fill);
}
