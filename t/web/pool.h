/* SPDX-License-Identifier: AGPL-3.0-or-later
 * A tiny pool and what is needed around it, for master.c alone: the program
 * executes itself as "app DIR WORKERS SECONDS". The pool's behaviour is a word
 * in DIR/conf, its number of generation behind it; its log is DIR/log. */
#ifndef T_WEB_POOL_H
#define T_WEB_POOL_H

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "t/client.h"
#include "web/fcgi.h"
#include "web/master.h"

#define CLIENTS 4
#define PIDS	64
#define BIG	((size_t)300000)

/* ---- the pool ---- */

struct app {
	const char *dir;
	bool candidate;
	char word[16];
	int generation;
};

static enum err
app_load(void *arg)
{
	struct app *app = arg;
	char file[128];
	FILE *f;
	int n;

	snprintf(file, sizeof(file), "%s/conf", app->dir);
	f = fopen(file, "r");
	if (!f)
		return ERR_NONE;
	n = fscanf(f, "%15s %d", app->word, &app->generation);
	fclose(f);
	if (n != 2 || str_eq(app->word, "bad"))
		return ERR_INVALID;
	return str_eq(app->word, "late") && !app->candidate ? ERR_INVALID : OK;
}

static void
wait_for_term(void)
{
	sigset_t set;

	do {
		usleep(1000);
		sigpending(&set);
	} while (!sigismember(&set, SIGTERM));
}

static void
app_answer(struct req *r, struct fcgi_answer *an, void *arg)
{
	const struct app *app = arg;
	char *p = arena_alloc(r->a, BIG);
	int n = snprintf(p, BIG, "%d %d", app->generation, (int)getpid());

	if (str_eq(r->path, "/stuck")) {
		log_info("stuck_here", "For ever.");
		for (;;)
			pause();
	}
	if (str_eq(r->path, "/term")) {
		kill(getppid(), SIGTERM);
		wait_for_term();
	}
	an->head = "Content-Type: text/plain\r\n";
	an->body = (struct bytes){ (unsigned char *)p,
		str_eq(r->path, "/") ? (size_t)n : BIG };
}

static int
app_work(void *arg, _Atomic int64_t *busy)
{
	struct app *app = arg;
	const struct fcgi_app fcgi = { .answer = app_answer, .arg = app,
		.arena_limit = (size_t)4 << 20, .busy_since = busy };
	char file[128];
	int fd;

	if (str_eq(app->word, "deaf")) {
		atomic_store(busy, 0);
		for (;;)
			pause();
	}
	if (!str_eq(app->word, "crash"))
		return fcgi_serve(&fcgi) == OK ? 0 : 1;
	snprintf(file, sizeof(file), "%s/forks", app->dir);
	fd = open(file, O_WRONLY | O_CREAT | O_APPEND, 0600);
	return write(fd, "x", 1) == 1 ? 1 : 2;
}

/* argv: program "app" dir workers request_seconds ["--candidate"] */
static int
app_main(char **argv)
{
	struct app app = { .dir = argv[2], .candidate = argv[5] != NULL };
	int64_t workers = 0, seconds = 0;
	struct master m = { .argv = argv, .load = app_load, .work = app_work,
		.arg = &app };

	if (str_parse_int(argv[3], 1, 64, &workers) != OK ||
	    str_parse_int(argv[4], 1, 60, &seconds) != OK)
		return 9;
	m.workers = (int)workers;
	m.request_seconds = (int)seconds;
	return master_run(&m);
}

/* ---- around it ---- */

struct shared {
	_Atomic int done, failed, again, generation;
	_Atomic int calls[CLIENTS];
};

static struct arena *a;
static char dir[] = "/tmp/renraku-master-XXXXXX";
static char path[64], program[256], logfile[64];
static int listener = -1;
static struct shared *shared;
static pid_t master, clients[CLIENTS];

static void
in_dir(char *out, size_t n, const char *name)
{
	ck_assert_int_lt(snprintf(out, n, "%s/%s", dir, name), (int)n);
}

static void
configure(const char *word, int generation)
{
	char file[64], new[64];
	FILE *f;

	in_dir(file, sizeof(file), "conf");
	in_dir(new, sizeof(new), "conf.new");
	f = fopen(new, "w");
	ck_assert_ptr_nonnull(f);
	fprintf(f, "%s %d\n", word, generation);
	fclose(f);
	ck_assert_int_eq(rename(new, file), 0);
}

static void
open_listener(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	in_dir(path, sizeof(path), "s");
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(
	    bind(listener, (struct sockaddr *)&addr, sizeof(addr)), 0);
	ck_assert_int_eq(listen(listener, 128), 0);
}

static void
setup(void)
{
	ssize_t n;

	a = arena_init((size_t)64 << 20);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(shared, MAP_FAILED);
	ck_assert_ptr_nonnull(mkdtemp(dir));
	in_dir(logfile, sizeof(logfile), "log");
	n = readlink("/proc/self/exe", program, sizeof(program) - 1);
	ck_assert_int_gt(n, 0);
	program[n] = '\0';
	open_listener();
	configure("ok", 1);
	/* What a dead master leaves comes to us. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

static pid_t
start(int stdin_fd, const char *workers, const char *seconds, const char *flag)
{
	pid_t pid = fork();
	int fd;

	ck_assert_int_ge(pid, 0);
	if (pid > 0)
		return pid;
	fd = open(logfile, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (fd < 0 || dup2(fd, 2) < 0 || dup2(stdin_fd, 0) < 0)
		_exit(9);
	execl(program, program, "app", dir, workers, seconds, flag, NULL);
	_exit(9);
}

static int
exit_status(pid_t pid)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
teardown(void)
{
	static const char *const files[] = { "conf", "log", "s", "forks",
		"program" };
	char file[64];

	if (master > 0) {
		kill(master, SIGTERM);
		ck_assert_int_eq(exit_status(master), 0);
	}
	for (size_t i = 0; i < COUNT(files); i++) {
		in_dir(file, sizeof(file), files[i]);
		unlink(file);
	}
	rmdir(dir);
	arena_free(a);
}

/* Generation and process that answered, ERR_IO: the connection broke. */
static enum err
ask(const char *what, int *generation, pid_t *pid)
{
	const struct client_request rq = { .path = what };
	struct arena_mark mark = arena_mark(a);
	struct client_response rs;
	enum err e = client_call(a, path, &rq, &rs);

	if (e == OK && sscanf((const char *)rs.body.p, "%d %d", generation,
			   pid) != 2)
		e = ERR_INVALID;
	if (e == OK && !str_eq(what, "/") && rs.body.n != BIG)
		e = ERR_INVALID;
	arena_rewind(a, mark);
	return e;
}

static int
generation_now(void)
{
	int generation = 0;
	pid_t pid;

	ck_assert_int_eq(ask("/", &generation, &pid), OK);
	return generation;
}

static pid_t
pid_now(void)
{
	int generation;
	pid_t pid = 0;

	ck_assert_int_eq(ask("/", &generation, &pid), OK);
	return pid;
}

static void
wait_generation(int generation)
{
	while (generation_now() != generation)
		usleep(5000);
}

/* Children of the master: its workers, when no restart is under way. */
static int
children(pid_t v[PIDS])
{
	char file[64];
	FILE *f;
	int n = 0;

	snprintf(file, sizeof(file), "/proc/%d/task/%d/children", (int)master,
	    (int)master);
	f = fopen(file, "r");
	ck_assert_ptr_nonnull(f);
	while (n < PIDS && fscanf(f, "%d", &v[n]) == 1)
		n++;
	fclose(f);
	return n;
}

static void
wait_children(int n)
{
	pid_t v[PIDS];

	while (children(v) != n)
		usleep(2000);
}

static int
log_count(const char *text)
{
	static char content[1 << 20];
	int fd = open(logfile, O_RDONLY), count = 0;
	ssize_t n = read(fd, content, sizeof(content) - 1);

	close(fd);
	content[n > 0 ? n : 0] = '\0';
	for (const char *s = content; (s = strstr(s, text)); s++)
		count++;
	return count;
}

static bool
log_has(const char *text)
{
	return log_count(text) > 0;
}

static void
wait_log(const char *text)
{
	while (!log_has(text))
		usleep(5000);
}

/* ---- load ---- */

static void
note_generation(int generation)
{
	if (atomic_load(&shared->generation) < generation)
		atomic_store(&shared->generation, generation);
}

/* nginx repeats a request once when the connection breaks. */
static void
client_main(int me, int tries)
{
	while (!atomic_load(&shared->done)) {
		enum err e = ERR_IO;
		int generation = 0;
		pid_t pid;

		for (int i = 0; i < tries && e != OK; i++) {
			e = ask(me % 2 ? "/" : "/big", &generation, &pid);
			if (e != OK)
				atomic_fetch_add(&shared->again, 1);
		}
		if (e != OK)
			atomic_fetch_add(&shared->failed, 1);
		note_generation(generation);
		atomic_fetch_add(&shared->calls[me], 1);
	}
	_exit(0);
}

static void
begin_load(int tries)
{
	for (int i = 0; i < CLIENTS; i++) {
		clients[i] = fork();
		ck_assert_int_ge(clients[i], 0);
		if (clients[i] == 0)
			client_main(i, tries);
	}
}

static void
end_load(void)
{
	atomic_store(&shared->done, 1);
	for (int i = 0; i < CLIENTS; i++)
		ck_assert_int_eq(exit_status(clients[i]), 0);
}

/* Until each client has had an answer: no request is hit twice. */
static void
wait_each(void)
{
	int before[CLIENTS];

	for (int i = 0; i < CLIENTS; i++)
		before[i] = atomic_load(&shared->calls[i]);
	for (int i = 0; i < CLIENTS; i++)
		while (atomic_load(&shared->calls[i]) < before[i] + 2)
			usleep(500);
}

#endif
