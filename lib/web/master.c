/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The master of one pool, a single loop over a signalfd. It serves no request
 * and opens nothing of the application: load() and work() do. After a SIGHUP
 * it becomes the new program by execv() and keeps pid, descriptors and the
 * children, which it is told of through the environment. */
#include "web/master.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"

#define SLOTS	       128	/* twice the most workers: old and new */
#define BOARD_SIZE     (SLOTS * sizeof(_Atomic int64_t))
#define HERITAGE       "RENRAKU_MASTER"	/* "<board fd> <pid>:<slot> ..." */
#define FIRST_DELAY    10	/* ms between deaths before the first answer */
#define LAST_DELAY     1000
#define FIRST_RETRY    1000	/* ms between candidates after a failed load */
#define LAST_RETRY     30000
#define CANDIDATE_TIME 60000
#define GRACE_SECONDS  5	/* libfcgi waits 2 s for a peer, twice */
#define LONG_WAIT      1000
#define SHORT_WAIT     10	/* while workers begin or end */

extern char **environ;

struct worker {
	pid_t pid;		/* 0: the slot is free */
	bool old;		/* of the program before the last execv() */
	bool ready;
	bool killed;
	int64_t told_at;	/* SIGTERM was sent, ms; 0 = not yet */
};

struct pool {
	const struct master *m;
	struct worker w[SLOTS];
	_Atomic int64_t *board;	/* per slot, ms; see work() */
	int board_fd, signals;
	bool loaded, stopping;
	bool hup;		/* a restart is asked for */
	pid_t candidate;
	int64_t candidate_at;
	int64_t retry_delay, retry_at;	/* of candidates when not loaded */
	int64_t fork_delay, fork_at;	/* of workers */
};

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t
longer(int64_t delay, int64_t first, int64_t last)
{
	if (delay == 0)
		return first;
	return delay * 2 < last ? delay * 2 : last;
}

static int
count(const struct pool *p, bool old)
{
	int n = 0;

	for (int i = 0; i < SLOTS; i++)
		n += p->w[i].pid != 0 && p->w[i].old == old;
	return n;
}

/* ---- workers ---- */

static _Noreturn void
worker_main(struct pool *p, int slot, pid_t master)
{
	sigset_t set;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != master)
		_exit(1);
	close(p->signals);
	close(p->board_fd);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	exit(p->m->work(p->m->arg, &p->board[slot]));
}

static void
fork_worker(struct pool *p)
{
	pid_t master = getpid(), pid;
	int slot = 0;

	while (slot < SLOTS && p->w[slot].pid != 0)
		slot++;
	if (slot == SLOTS)
		return;
	atomic_store(&p->board[slot], -now_ms());
	pid = fork();
	if (pid == 0)
		worker_main(p, slot, master);
	if (pid < 0) {
		log_error("fork", "No worker can be started: %s.",
		    strerror(errno));
		p->fork_delay = LAST_DELAY;
		p->fork_at = now_ms() + p->fork_delay;
		return;
	}
	p->w[slot] = (struct worker){ .pid = pid };
}

/* One at a time while workers die, all at once otherwise. */
static void
fork_missing(struct pool *p)
{
	int missing = p->m->workers - count(p, false);

	for (; missing > 0 && now_ms() >= p->fork_at; missing--) {
		p->fork_at = p->fork_delay ? now_ms() + p->fork_delay : 0;
		fork_worker(p);
	}
}

static void
tell_to_end(struct worker *w)
{
	w->told_at = now_ms();
	kill(w->pid, SIGTERM);
}

static void
find_ready(struct pool *p)
{
	for (int i = 0; i < SLOTS; i++) {
		struct worker *w = &p->w[i];

		if (w->pid == 0 || w->ready || atomic_load(&p->board[i]) < 0)
			continue;
		w->ready = true;
		p->fork_delay = p->fork_at = 0;
	}
}

/* For each new worker that is ready an old one may go. */
static void
retire_old(struct pool *p)
{
	int needed = p->m->workers;

	for (int i = 0; i < SLOTS; i++)
		if (p->w[i].pid != 0 && !p->w[i].old && p->w[i].ready)
			needed--;
	for (int i = 0; i < SLOTS; i++) {
		struct worker *w = &p->w[i];

		if (w->pid == 0 || !w->old || w->told_at != 0)
			continue;
		if (needed > 0)
			needed--;
		else
			tell_to_end(w);
	}
}

static void
kill_worker(struct worker *w, const char *why)
{
	if (w->killed)
		return;
	w->killed = true;
	log_error("worker_killed", "Worker %d was killed: %s.", (int)w->pid,
	    why);
	kill(w->pid, SIGKILL);
}

static void
kill_stuck(struct pool *p)
{
	int64_t now = now_ms(), most = (int64_t)p->m->request_seconds * 1000;

	for (int i = 0; i < SLOTS; i++) {
		struct worker *w = &p->w[i];
		int64_t since = w->pid ? atomic_load(&p->board[i]) : 0;

		if (since > 0 && now - since > most)
			kill_worker(w, "it sat on one request for too long");
		else if (since < 0 && now + since > most)
			kill_worker(w, "it did not begin to serve");
		if (w->pid && w->told_at &&
		    now - w->told_at > most + GRACE_SECONDS * 1000)
			kill_worker(w, "it did not end when told to");
	}
}

static void
log_death(const struct worker *w, int status)
{
	if (WIFSIGNALED(status))
		log_error("worker_died", "Worker %d was ended by signal %d.",
		    (int)w->pid, WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0 || !w->told_at)
		log_warn("worker_died", "Worker %d ended with status %d.",
		    (int)w->pid, WEXITSTATUS(status));
}

/* A worker that dies of a request is replaced soon; one that dies before it
 * serves will do so again, ever more slowly. */
static void
worker_died(struct pool *p, int slot, int status)
{
	struct worker *w = &p->w[slot];
	bool served = w->ready || atomic_load(&p->board[slot]) >= 0;

	if (!w->killed)
		log_death(w, status);
	if (!w->told_at) {
		p->fork_delay = served ?
		    FIRST_DELAY :
		    longer(p->fork_delay, FIRST_DELAY, LAST_DELAY);
		p->fork_at = now_ms() + p->fork_delay;
	}
	*w = (struct worker){ 0 };
}

/* ---- the next program ---- */

static void
retry_later(struct pool *p)
{
	p->retry_delay = longer(p->retry_delay, FIRST_RETRY, LAST_RETRY);
	p->retry_at = now_ms() + p->retry_delay;
}

/* The environment is the one thing that passes through execv() besides
 * descriptors and children. */
static enum err
write_heritage(const struct pool *p)
{
	struct arena *a = arena_init(SLOTS * 64);
	struct buf *b;
	int rc;

	if (!a)
		return ERR_LIMIT;
	b = buf_new(a, SLOTS * 24, SLOTS * 24);
	buf_printf(b, "%d", p->board_fd);
	for (int i = 0; i < SLOTS; i++)
		if (p->w[i].pid != 0)
			buf_printf(b, " %d:%d", (int)p->w[i].pid, i);
	rc = buf_overflow(b) ? -1 : setenv(HERITAGE, b->p, 1);
	arena_free(a);
	return rc == 0 ? OK : ERR_LIMIT;
}

/* argv[0], not /proc/self/exe: the program may have been replaced on disk. */
static void
become_candidate(struct pool *p)
{
	log_note("restart", "The candidate is fit; the master takes over its "
			    "program.");
	if (write_heritage(p) == OK) {
		fcntl(p->board_fd, F_SETFD, 0);
		execv(p->m->argv[0], p->m->argv);
		fcntl(p->board_fd, F_SETFD, FD_CLOEXEC);
		unsetenv(HERITAGE);
	}
	log_error("restart", "The program cannot be executed: %s.",
	    strerror(errno));
	retry_later(p);
}

static void
candidate_ended(struct pool *p, int status)
{
	p->candidate = 0;
	if (p->stopping)
		return;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		become_candidate(p);
		return;
	}
	log_error("candidate", "The new program, configuration or templates "
			       "are unfit; the workers serve on as they are.");
	retry_later(p);
}

static enum err
spawn(pid_t *pid, char *const *argv)
{
	posix_spawnattr_t attr;
	sigset_t set;
	int rc;

	posix_spawnattr_init(&attr);
	sigemptyset(&set);
	posix_spawnattr_setsigmask(&attr, &set);
	sigaddset(&set, SIGPIPE);
	posix_spawnattr_setsigdefault(&attr, &set);
	posix_spawnattr_setflags(
	    &attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	rc = posix_spawn(pid, argv[0], NULL, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	errno = rc;
	return rc == 0 ? OK : ERR_IO;
}

static void
start_candidate(struct pool *p)
{
	static char flag[] = "--candidate";
	size_t n = 0;
	char **argv;

	while (p->m->argv[n])
		n++;
	argv = calloc(n + 2, sizeof(*argv));
	if (!argv)
		return;
	memcpy(argv, p->m->argv, n * sizeof(*argv));
	argv[n] = flag;
	p->hup = false;
	p->candidate_at = now_ms();
	if (spawn(&p->candidate, argv) != OK) {
		p->candidate = 0;
		log_error("candidate", "The program cannot be executed: %s.",
		    strerror(errno));
		retry_later(p);
	}
	free(argv);
}

/* A second restart waits until the first is through: the slots hold two
 * generations. A master that could not load has no first to wait for. */
static void
try_candidate(struct pool *p)
{
	int64_t now = now_ms();
	bool due = p->loaded ? p->hup && count(p, true) == 0 :
			       p->hup || now >= p->retry_at;

	if (p->candidate == 0 && due)
		start_candidate(p);
	else if (p->candidate != 0 && now - p->candidate_at > CANDIDATE_TIME)
		kill(p->candidate, SIGKILL);
}

/* ---- the loop ---- */

static void
read_signals(struct pool *p)
{
	struct signalfd_siginfo s;

	while (read(p->signals, &s, sizeof(s)) == (ssize_t)sizeof(s))
		if (s.ssi_signo == SIGHUP)
			p->hup = true;
		else if (s.ssi_signo == SIGTERM || s.ssi_signo == SIGINT)
			p->stopping = true;
}

static void
reap(struct pool *p)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == p->candidate) {
			candidate_ended(p, status);
			continue;
		}
		for (int i = 0; i < SLOTS; i++)
			if (p->w[i].pid == pid)
				worker_died(p, i, status);
	}
}

static void
stop_all(struct pool *p)
{
	for (int i = 0; i < SLOTS; i++)
		if (p->w[i].pid != 0 && p->w[i].told_at == 0)
			tell_to_end(&p->w[i]);
	if (p->candidate != 0)
		kill(p->candidate, SIGKILL);
}

static void
step(struct pool *p)
{
	reap(p);
	find_ready(p);
	kill_stuck(p);
	if (p->stopping) {
		stop_all(p);
		return;
	}
	if (p->loaded) {
		fork_missing(p);
		retire_old(p);
	}
	try_candidate(p);
}

static int
wait_time(const struct pool *p)
{
	int64_t left = LONG_WAIT;

	for (int i = 0; i < SLOTS; i++)
		if (p->w[i].pid != 0 && !p->w[i].ready)
			return SHORT_WAIT;
	if (p->loaded && !p->stopping &&
	    count(p, false) < p->m->workers)
		left = p->fork_at - now_ms();
	if (left < 1)
		return 1;
	return left < LONG_WAIT ? (int)left : LONG_WAIT;
}

static int
run(struct pool *p)
{
	struct pollfd fd = { .fd = p->signals, .events = POLLIN };

	for (;;) {
		step(p);
		if (p->stopping && p->candidate == 0 &&
		    count(p, false) + count(p, true) == 0)
			return 0;
		poll(&fd, 1, wait_time(p));
		read_signals(p);
	}
}

/* ---- the beginning ---- */

static enum err
open_signals(struct pool *p)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	p->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return p->signals >= 0 ? OK : ERR_IO;
}

/* " <pid>:<slot>", only if it is a living child of ours. */
static const char *
adopt(struct pool *p, const char *s)
{
	char *end;
	long pid = strtol(s, &end, 10), slot;

	if (end == s || *end != ':')
		return NULL;
	s = end + 1;
	slot = strtol(s, &end, 10);
	if (end == s || slot < 0 || slot >= SLOTS || pid <= 0)
		return NULL;
	if (waitpid((pid_t)pid, NULL, WNOHANG) == 0)
		p->w[slot] = (struct worker){ .pid = (pid_t)pid,
			.old = true };
	return end;
}

static bool
is_board(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_size == (off_t)BOARD_SIZE;
}

/* What the program before execv() left. No variable: a first start. */
static void
inherit(struct pool *p)
{
	const char *s = getenv(HERITAGE);
	char *end;
	long fd;

	p->board_fd = -1;
	if (!s)
		return;
	fd = strtol(s, &end, 10);
	if (end != s && is_board((int)fd)) {
		p->board_fd = (int)fd;
		fcntl(p->board_fd, F_SETFD, FD_CLOEXEC);
		for (s = end; s && *s != '\0';)
			s = adopt(p, s);
	}
	unsetenv(HERITAGE);
}

static enum err
open_board(struct pool *p)
{
	if (p->board_fd < 0) {
		p->board_fd = memfd_create("workers", MFD_CLOEXEC);
		if (p->board_fd < 0 || ftruncate(p->board_fd, BOARD_SIZE) < 0)
			return ERR_IO;
	}
	p->board = mmap(NULL, BOARD_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
	    p->board_fd, 0);
	return p->board != MAP_FAILED ? OK : ERR_IO;
}

static bool
is_candidate(char *const *argv)
{
	for (; *argv; argv++)
		if (str_eq(*argv, "--candidate"))
			return true;
	return false;
}

static bool
has_listener(void)
{
	int on = 0;
	socklen_t n = sizeof(on);

	return getsockopt(0, SOL_SOCKET, SO_ACCEPTCONN, &on, &n) == 0 && on;
}

int
master_run(const struct master *m)
{
	struct pool p = { .m = m };

	if (is_candidate(m->argv))
		return m->load(m->arg) == OK ? 0 : 1;
	if (!has_listener()) {
		log_error("no_socket",
		    "Descriptor 0 is no listening socket. Start this program "
		    "with 'spawn-fcgi -n -s SOCKET -- %s ...' or by a systemd "
		    "socket unit with StandardInput=socket.",
		    m->argv[0]);
		return 2;
	}
	inherit(&p);
	if (open_signals(&p) != OK || open_board(&p) != OK) {
		log_error("master", "The master cannot begin: %s.",
		    strerror(errno));
		return 1;
	}
	p.loaded = m->load(m->arg) == OK;
	if (!p.loaded && count(&p, true) == 0)
		return 1;
	if (!p.loaded)
		retry_later(&p);
	return run(&p);
}
