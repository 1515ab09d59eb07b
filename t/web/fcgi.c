/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Tests of lib/web/fcgi.c: a real worker in a child process on a unix socket,
 * driven by t/client.c. The head by itself: fcgi_head.c. */
#include "web/fcgi.h"

#include <check.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "t/client.h"

#define BIG	  ((size_t)1 << 20)
#define LIMIT	  ((size_t)6 << 20)
#define CLIENTS	  3
#define REPLACED  60

/* What processes of one test share. */
struct shared {
	_Atomic int64_t busy;
	_Atomic int done, calls, failed;
};

static struct arena *a;
static char dir[] = "/tmp/renraku-fcgi-XXXXXX";
static char path[64];
static int listener = -1;
static struct shared *shared;
static pid_t worker;

/* ---- the application ---- */

static void
answer_text(struct req *r, struct fcgi_answer *an, const char *status,
    const char *text)
{
	an->head = str_printf(r->a, "Status: %s\r\nX-Pid: %d\r\n", status,
	    (int)getpid());
	an->body = (struct bytes){ (const unsigned char *)text, strlen(text) };
}

static void
answer_body(struct req *r, struct fcgi_answer *an)
{
	enum err e = fcgi_body(r, LIMIT);

	if (e == OK) {
		answer_text(r, an, "200 OK", "");
		an->body = r->body;
	} else {
		answer_text(r, an, "418 No body", err_name(e));
	}
}

static void
answer(struct req *r, struct fcgi_answer *an, void *arg)
{
	ck_assert_ptr_eq(arg, &path);
	if (str_eq(r->path, "/term"))
		kill(getpid(), SIGTERM);
	if (str_eq(r->path, "/body")) {
		answer_body(r, an);
	} else if (str_eq(r->path, "/big") || str_eq(r->path, "/term")) {
		char *p = arena_alloc(r->a, BIG);

		memset(p, 'x', BIG);
		answer_text(r, an, "200 OK", "");
		an->body = (struct bytes){ (unsigned char *)p, BIG };
	} else if (str_eq(r->path, "/204")) {
		an->head = "Status: 204 No Content\r\n";
		an->no_body = true;
	} else if (str_eq(r->path, "/303")) {
		answer_text(r, an, "303 See Other", "dropped");
		an->head = str_printf(r->a, "%sLocation: /\r\n", an->head);
		an->no_body = true;
	} else {
		answer_text(r, an, "200 OK",
		    str_printf(r->a, "%s|%d|%s|%s|%s|%s", r->method_text,
			(int)r->method, r->path, r->query, r->address,
			r->cookie_header ? r->cookie_header : "-"));
	}
}

static pid_t
start_worker(void)
{
	const struct fcgi_app app = { .answer = answer, .arg = &path,
		.arena_limit = (size_t)16 << 20, .busy_since = &shared->busy };
	sigset_t term;
	pid_t pid;

	/* As the master does: from its first instruction on, SIGTERM waits. */
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid > 0) {
		sigprocmask(SIG_UNBLOCK, &term, NULL);
		return pid;
	}
	if (dup2(listener, 0) != 0)
		_exit(9);
	_exit(fcgi_serve(&app) == OK ? 0 : 1);
}

static void
open_listener(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/s", dir);
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(
	    bind(listener, (struct sockaddr *)&addr, sizeof(addr)), 0);
	ck_assert_int_eq(listen(listener, 128), 0);
}

static void
setup(void)
{
	a = arena_init((size_t)64 << 20);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(shared, MAP_FAILED);
	shared->busy = -1;
	open_listener();
	worker = start_worker();
}

static void
end_worker(pid_t pid)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}

static void
teardown(void)
{
	if (worker > 0) {
		kill(worker, SIGTERM);
		end_worker(worker);
	}
	close(listener);
	unlink(path);
	rmdir(dir);
	munmap(shared, sizeof(*shared));
	arena_free(a);
}

/* ---- helpers ---- */

static struct client_response
call(const struct client_request *rq)
{
	struct client_response rs;

	ck_assert_int_eq(client_call(a, path, rq, &rs), OK);
	return rs;
}

static struct client_response
get(const char *what)
{
	return call(&(struct client_request){ .path = what });
}

static struct client_response
get_with(const char *param)
{
	const char *const params[] = { param, NULL };

	return call(
	    &(struct client_request){ .path = "/", .params = params });
}

static struct bytes
some_bytes(size_t n)
{
	unsigned char *p = arena_alloc(a, n);

	for (size_t i = 0; i < n; i++)
		p[i] = (unsigned char)(i * 7 + i / 251);
	return (struct bytes){ p, n };
}

static void
check_text(struct client_response rs, const char *text)
{
	ck_assert_str_eq((const char *)rs.body.p, text);
}

static void
wait_busy(bool busy)
{
	while ((atomic_load(&shared->busy) > 0) != busy)
		usleep(1000);
}

/* ---- the worker ---- */

START_TEST(get_request)
{
	struct client_response rs = call(&(struct client_request){
	    .path = "/a", .query = "q=1", .cookie = "s=1" });

	ck_assert_int_eq(rs.status, 200);
	check_text(rs, "GET|1|/a|q=1|192.0.2.1|s=1");
	ck_assert_str_eq(client_header(&rs, "content-length"), "26");
	ck_assert_uint_eq(rs.headers.n, 3);
	check_text(get("/b"), "GET|1|/b||192.0.2.1|-");
	wait_busy(false);
}
END_TEST

START_TEST(head_request)
{
	struct client_response rs = call(
	    &(struct client_request){ .method = "HEAD", .path = "/big" });

	ck_assert_int_eq(rs.status, 200);
	ck_assert_uint_eq(rs.body.n, 0);
	ck_assert_str_eq(client_header(&rs, "Content-Length"), "1048576");
}
END_TEST

START_TEST(answers_without_body)
{
	struct client_response rs = get("/204");

	ck_assert_int_eq(rs.status, 204);
	ck_assert_uint_eq(rs.body.n, 0);
	ck_assert_ptr_null(client_header(&rs, "Content-Length"));
	rs = get("/303");
	ck_assert_int_eq(rs.status, 303);
	ck_assert_str_eq(client_header(&rs, "Location"), "/");
	ck_assert_uint_eq(rs.body.n, 0);
}
END_TEST

static const size_t sizes[] = { 0, 1, 5, 65528, 65529, (size_t)5 << 20,
	LIMIT };

START_TEST(body_arrives)
{
	struct bytes body = some_bytes(sizes[_i]);
	struct client_response rs = call(&(struct client_request){
	    .method = "POST", .path = "/body", .body = body });

	ck_assert_int_eq(rs.status, 200);
	ck_assert_uint_eq(rs.body.n, body.n);
	ck_assert_mem_eq(rs.body.p, body.p, body.n);
}
END_TEST

START_TEST(body_too_long)
{
	struct client_response rs = call(&(struct client_request){
	    .method = "POST", .path = "/body", .body = some_bytes(LIMIT + 1) });

	ck_assert_int_eq(rs.status, 418);
	check_text(rs, "ERR_LIMIT");
}
END_TEST

START_TEST(body_too_short)
{
	const char *const params[] = { "CONTENT_LENGTH=10", NULL };
	struct client_response rs = call(&(struct client_request){
	    .method = "POST", .path = "/body", .body = some_bytes(9),
	    .params = params });

	ck_assert_int_eq(rs.status, 418);
	check_text(rs, "ERR_IO");
}
END_TEST

START_TEST(body_longer_than_promised)
{
	const char *const params[] = { "CONTENT_LENGTH=3", NULL };
	struct client_response rs = call(&(struct client_request){
	    .method = "POST", .path = "/body", .body = some_bytes(100000),
	    .params = params });

	ck_assert_int_eq(rs.status, 200);
	ck_assert_uint_eq(rs.body.n, 3);
}
END_TEST

/* The peer goes away at any point: the same worker serves the next. */
START_TEST(peer_leaves)
{
	struct client_request cut[] = {
		{ .method = "POST", .path = "/body", .body = some_bytes(100),
		    .cut = true },
		{ .path = "/big", .cut = true },
	};
	struct client_response rs;
	const char *pid;

	rs = get("/");
	pid = client_header(&rs, "X-Pid");
	for (size_t i = 0; i < 20; i++)
		ck_assert_int_eq(client_call(a, path, &cut[i % 2], &rs),
		    ERR_IO);
	rs = get("/");
	ck_assert_str_eq(client_header(&rs, "X-Pid"), pid);
}
END_TEST

static void
send_raw(const void *p, size_t n)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	ck_assert_int_eq(
	    connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	if (n > 0)
		ck_assert_int_eq(send(fd, p, n, MSG_NOSIGNAL), n);
	close(fd);
}

START_TEST(peer_talks_nonsense)
{
	static const char begin[] = "\1\1\0\1\0\10\0\0\0\1\0\0\0\0\0\0";
	static const char role[] = "\1\1\0\1\0\10\0\0\0\11\0\0\0\0\0\0";
	static const char params[] = "\1\1\0\1\0\10\0\0\0\1\0\0\0\0\0\0"
				     "\1\4\0\1\0\4\0\0\200\377\377\377";
	struct client_response rs;
	const char *pid;

	rs = get("/");
	pid = client_header(&rs, "X-Pid");
	send_raw("", 0);
	send_raw("GET / HTTP/1.0\r\n\r\n", 18);
	send_raw(begin, 5);
	send_raw(begin, sizeof(begin) - 1);
	send_raw(role, sizeof(role) - 1);
	send_raw(params, sizeof(params) - 1);
	rs = get("/");
	ck_assert_str_eq(client_header(&rs, "X-Pid"), pid);
}
END_TEST

START_TEST(unusable_heads)
{
	static const char *const params[] = { "REMOTE_ADDR=",
		"DOCUMENT_URI=/%00", "CONTENT_LENGTH=x" };

	for (size_t i = 0; i < COUNT(params); i++) {
		struct client_response rs = get_with(params[i]);

		ck_assert_int_eq(rs.status, 400);
		ck_assert_str_eq(client_header(&rs, "Content-Type"),
		    "text/plain; charset=utf-8");
		check_text(rs, "リクエストの形式が正しくありません。\n");
	}
	ck_assert_int_eq(get("/").status, 200);
}
END_TEST

/* 100 MB in all through an arena of 16. */
START_TEST(arena_is_reset)
{
	for (int i = 0; i < 100; i++) {
		struct arena_mark mark = arena_mark(a);

		ck_assert_uint_eq(get("/big").body.n, BIG);
		arena_rewind(a, mark);
	}
}
END_TEST

/* ---- the end of a worker ---- */

START_TEST(term_when_idle)
{
	ck_assert_int_eq(get("/").status, 200);
	kill(worker, SIGTERM);
	end_worker(worker);
	worker = 0;
}
END_TEST

START_TEST(term_in_handler)
{
	struct client_response rs = get("/term");

	ck_assert_int_eq(rs.status, 200);
	ck_assert_uint_eq(rs.body.n, BIG);
	end_worker(worker);
	worker = 0;
}
END_TEST

static void
term_now(void *arg)
{
	if (arg)
		wait_busy(true);
	kill(worker, SIGTERM);
}

/* Before (0) or after (1) the worker has taken the connection. */
START_TEST(term_before_body)
{
	struct bytes body = some_bytes(200000);
	struct client_response rs = call(&(struct client_request){
	    .method = "POST", .path = "/body", .body = body,
	    .between = term_now, .arg = _i ? &worker : NULL });

	ck_assert_uint_eq(rs.body.n, body.n);
	end_worker(worker);
	worker = 0;
}
END_TEST

static void
other_signals(void *arg)
{
	static const int signals[] = { SIGUSR1, SIGHUP, SIGINT, SIGPIPE };

	(void)arg;
	wait_busy(true);
	for (size_t i = 0; i < COUNT(signals); i++)
		kill(worker, signals[i]);
}

/* libfcgi would take an interrupted read for a broken peer. */
START_TEST(other_signals_wait)
{
	struct bytes body = some_bytes(200000);

	for (int i = 0; i < 5; i++) {
		struct client_response rs = call(&(struct client_request){
		    .method = "POST", .path = "/body", .body = body,
		    .between = other_signals });

		ck_assert_int_eq(rs.status, 200);
		ck_assert_uint_eq(rs.body.n, body.n);
	}
}
END_TEST

static void
load_forever(void)
{
	struct client_request rq = { .method = "POST", .path = "/body",
		.body = some_bytes(70000) };
	struct arena_mark mark = arena_mark(a);

	while (!atomic_load(&shared->done)) {
		struct client_response rs;

		if (client_call(a, path, &rq, &rs) != OK ||
		    rs.status != 200 || rs.body.n != rq.body.n)
			atomic_fetch_add(&shared->failed, 1);
		atomic_fetch_add(&shared->calls, 1);
		arena_rewind(a, mark);
	}
	_exit(0);
}

START_TEST(term_under_load)
{
	pid_t clients[CLIENTS];

	for (int i = 0; i < CLIENTS; i++) {
		clients[i] = fork();
		if (clients[i] == 0)
			load_forever();
	}
	for (int i = 0; i < REPLACED; i++) {
		pid_t old = worker;
		int calls = atomic_load(&shared->calls);

		while (atomic_load(&shared->calls) < calls + 2)
			usleep(100);
		worker = start_worker();
		kill(old, SIGTERM);
		end_worker(old);
	}
	atomic_store(&shared->done, 1);
	for (int i = 0; i < CLIENTS; i++)
		end_worker(clients[i]);
	ck_assert_int_eq(shared->failed, 0);
	ck_assert_int_ge(shared->calls, REPLACED * 2);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("fcgi");
	TCase *t = tcase_create("fcgi");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, get_request);
	tcase_add_test(t, head_request);
	tcase_add_test(t, answers_without_body);
	tcase_add_loop_test(t, body_arrives, 0, COUNT(sizes));
	tcase_add_test(t, body_too_long);
	tcase_add_test(t, body_too_short);
	tcase_add_test(t, body_longer_than_promised);
	tcase_add_test(t, peer_leaves);
	tcase_add_test(t, peer_talks_nonsense);
	tcase_add_test(t, unusable_heads);
	tcase_add_test(t, arena_is_reset);
	tcase_add_test(t, term_when_idle);
	tcase_add_test(t, term_in_handler);
	tcase_add_loop_test(t, term_before_body, 0, 2);
	tcase_add_test(t, other_signals_wait);
	tcase_add_test(t, term_under_load);
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
