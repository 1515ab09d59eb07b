/* SPDX-License-Identifier: AGPL-3.0-or-later
 * One worker: accepts, lets libfcgi read the parameters, hands a struct req to
 * the application and sends what it made. Decides nothing about pages. Signals
 * stay blocked throughout, because libfcgi takes EINTR for a broken peer
 * (scale 1.1); the end comes through a signalfd, between requests. */
#include "web/fcgi.h"

#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/utf8.h"
#include "web/url.h"

#define LISTENER     0
#define PEER_SECONDS 20
#define AGENT_MAX    200	/* bytes */
#define LENGTH_MAX   ((int64_t)1 << 40)

struct worker {
	const struct fcgi_app *app;
	struct arena *a;
	FCGX_Request request;
	int epoll, term;
};

/* The request in hand, for fcgi_body(). */
static FCGX_Request *current;

/* ---- the head ---- */

struct head {
	struct req *req;
	const char *document_uri, *script_name, *length;
};

/* Where the value of a parameter goes, NULL: not wanted. */
static const char **
head_slot(struct head *h, const char *name, size_t n)
{
	struct req *r = h->req;
	const struct {
		const char *name;
		const char **slot;
	} slots[] = {
		{ "REQUEST_METHOD", &r->method_text },
		{ "DOCUMENT_URI", &h->document_uri },
		{ "SCRIPT_NAME", &h->script_name },
		{ "QUERY_STRING", &r->query },
		{ "CONTENT_TYPE", &r->content_type },
		{ "CONTENT_LENGTH", &h->length },
		{ "REMOTE_ADDR", &r->address },
		{ "HTTP_HOST", &r->host },
		{ "HTTP_ORIGIN", &r->origin },
		{ "HTTP_SEC_FETCH_SITE", &r->fetch_site },
		{ "HTTP_COOKIE", &r->cookie_header },
		{ "HTTP_ACCEPT_LANGUAGE", &r->accept_language },
		{ "HTTP_USER_AGENT", &r->user_agent },
	};

	for (size_t i = 0; i < COUNT(slots); i++)
		if (strncmp(slots[i].name, name, n) == 0 &&
		    slots[i].name[n] == '\0')
			return slots[i].slot;
	return NULL;
}

/* Empty is absent: nginx passes empty parameters for headers not sent. */
static enum err
head_collect(struct head *h, char *const *params)
{
	for (; *params; params++) {
		const char *eq = strchr(*params, '=');
		const char **slot;

		if (!eq)
			return ERR_INVALID;
		slot = head_slot(h, *params, (size_t)(eq - *params));
		if (!slot || eq[1] == '\0')
			continue;
		/* Which of two would the check see, which the page? */
		if (*slot && !str_eq(*slot, eq + 1))
			return ERR_INVALID;
		*slot = eq + 1;
	}
	return OK;
}

static bool
is_text(const char *s)
{
	return !s || utf8_valid(s, strlen(s));
}

static enum err
parse_length(const char *text, size_t *length)
{
	int64_t n = 0;

	if (text) {
		if (text[strspn(text, "0123456789")] != '\0')
			return ERR_INVALID;
		TRY(str_parse_int(text, 0, LENGTH_MAX, &n));
	}
	*length = (size_t)n;
	return OK;
}

static const char *
clean_agent(struct arena *a, const char *s)
{
	size_t n = s ? strlen(s) : 0;

	if (n == 0 || !utf8_valid(s, n))
		return "-";
	if (n <= AGENT_MAX)
		return s;
	n = AGENT_MAX;
	while (((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	return str_copy_n(a, s, n);
}

static enum method
parse_method(const char *text)
{
	/* nginx drops the body of the answer to a HEAD; so do we. */
	if (str_eq(text, "GET") || str_eq(text, "HEAD"))
		return METHOD_GET;
	return str_eq(text, "POST") ? METHOD_POST : METHOD_OTHER;
}

enum err
fcgi_head(char *const *params, struct req *r)
{
	struct head h = { .req = r };
	const char *path;

	TRY(head_collect(&h, params));
	path = h.document_uri ? h.document_uri : h.script_name;
	if (!r->method_text || !r->address || !path)
		return ERR_INVALID;
	if (!is_text(r->method_text) || !is_text(r->address) ||
	    !is_text(r->host) || !is_text(r->origin) ||
	    !is_text(r->fetch_site) || !is_text(r->content_type))
		return ERR_INVALID;
	if (!is_text(r->accept_language))
		r->accept_language = NULL;
	if (!r->query)
		r->query = "";
	r->user_agent = clean_agent(r->a, r->user_agent);
	r->method = parse_method(r->method_text);
	TRY(parse_length(h.length, &r->content_length));
	TRY(url_path(r->a, path, &r->path));
	memcpy(r->id, uid_text(r->a, uid_new()), sizeof(r->id));
	r->now = clock_now();
	return OK;
}

/* ---- the body ---- */

enum err
fcgi_body(struct req *r, size_t limit)
{
	size_t want = r->content_length, have = 0;
	unsigned char *p;

	r->body = (struct bytes){ 0 };
	if (want > limit)
		return ERR_LIMIT;
	if (want == 0)
		return OK;
	if (!current)
		return ERR_BUG;
	p = arena_alloc(r->a, want + 1);
	while (have < want) {
		size_t left = want - have;
		int n = FCGX_GetStr((char *)p + have,
		    left > INT_MAX ? INT_MAX : (int)left, current->in);

		if (n <= 0)
			return ERR_IO;
		have += (size_t)n;
	}
	r->body = (struct bytes){ p, have };
	return OK;
}

/* ---- the answer ---- */

static void
put(FCGX_Request *request, const void *data, size_t n)
{
	const char *p = data;

	while (n > 0) {
		int some = n > INT_MAX ? INT_MAX : (int)n;

		if (FCGX_PutStr(p, some, request->out) != some)
			return;	/* the browser left; nobody to tell */
		p += some;
		n -= (size_t)some;
	}
}

static void
send_answer(struct worker *w, const struct req *r, const struct fcgi_answer *an)
{
	struct bytes body = an->body;
	const char *head;

	if (an->no_body) {
		head = str_printf(w->a, "%s\r\n", an->head);
		body.n = 0;
	} else {
		head = str_printf(w->a, "%sContent-Length: %zu\r\n\r\n",
		    an->head, body.n);
	}
	put(&w->request, head, strlen(head));
	if (!str_eq(r->method_text, "HEAD"))
		put(&w->request, body.p, body.n);
}

static void
answer_unusable(struct fcgi_answer *an)
{
	static const char text[] = "リクエストの形式が正しくありません。\n";

	an->head = "Status: 400 Bad Request\r\n"
		   "Content-Type: text/plain; charset=utf-8\r\n"
		   "Cache-Control: no-store\r\n";
	an->body = (struct bytes){ (const unsigned char *)text,
		sizeof(text) - 1 };
}

static void
serve_request(struct worker *w)
{
	struct req *r = arena_new(w->a, struct req);
	struct fcgi_answer an = { 0 };

	r->a = w->a;
	if (fcgi_head(w->request.envp, r) == OK) {
		log_request(r->id);
		w->app->answer(r, &an, w->app->arg);
	} else {
		log_warn("bad_head", "The web server passed on a request "
				     "whose head cannot be used.");
		answer_unusable(&an);
	}
	send_answer(w, r, &an);
	log_request(NULL);
}

/* ---- the loop ---- */

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
set_busy(const struct fcgi_app *app, int64_t since)
{
	if (app->busy_since)
		atomic_store(app->busy_since, since);
}

/* We accept ourselves, since libfcgi sets no time-outs before it reads the
 * parameters. It takes an open descriptor for the next request of a kept
 * connection; with no listening socket of its own it cannot accept another
 * when this one turns out to be broken, but returns. */
static void
serve_connection(struct worker *w, int fd)
{
	const struct timeval t = { .tv_sec = PEER_SECONDS };
	FCGX_Request *request = &w->request;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t));
	FCGX_InitRequest(request, -1, 0);
	request->ipcFd = fd;
	request->keepConnection = 1;
	if (FCGX_Accept_r(request) != 0)
		return;
	request->keepConnection = 0;
	current = request;
	serve_request(w);
	current = NULL;
	FCGX_Finish_r(request);
	arena_reset(w->a);
}

static enum err
accept_one(struct worker *w)
{
	int fd = accept4(LISTENER, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0) {
		/* EAGAIN: another worker was faster. */
		if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED)
			return OK;
		log_error("accept", "No connection can be accepted: %s.",
		    strerror(errno));
		return ERR_IO;
	}
	set_busy(w->app, now_ms());
	serve_connection(w, fd);
	set_busy(w->app, 0);
	return OK;
}

/* A connection that woke us is taken even when the end has come too: the
 * kernel woke nobody else for it (EPOLLEXCLUSIVE). */
static enum err
serve_until_term(struct worker *w)
{
	for (;;) {
		struct epoll_event events[2];
		int n = epoll_wait(w->epoll, events, COUNT(events), -1);
		bool term = false;

		if (n < 0 && errno != EINTR)
			return ERR_IO;
		for (int i = 0; i < n; i++)
			if (events[i].data.fd == LISTENER)
				TRY(accept_one(w));
			else
				term = true;
		if (term)
			return OK;
	}
}

/* After FCGX_Init(), which sets handlers of its own. That a peer has left is
 * told by write(2); no signal is needed. */
static enum err
block_signals(int *term)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	*term = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return *term >= 0 ? OK : ERR_IO;
}

static enum err
watch(int epoll, int fd, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.fd = fd };

	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) == 0 ? OK : ERR_IO;
}

static enum err
worker_open(struct worker *w)
{
	int flags = fcntl(LISTENER, F_GETFL);

	if (FCGX_Init() != 0)
		return ERR_BUG;
	TRY(block_signals(&w->term));
	if (flags < 0 || fcntl(LISTENER, F_SETFL, flags | O_NONBLOCK) < 0)
		return ERR_IO;
	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (w->epoll < 0)
		return ERR_IO;
	TRY(watch(w->epoll, w->term, EPOLLIN));
	return watch(w->epoll, LISTENER, EPOLLIN | EPOLLEXCLUSIVE);
}

enum err
fcgi_serve(const struct fcgi_app *app)
{
	struct worker w = { .app = app, .epoll = -1, .term = -1 };
	enum err e;

	w.a = arena_init(app->arena_limit);
	e = w.a ? worker_open(&w) : ERR_IO;
	if (e == OK) {
		set_busy(app, 0);
		e = serve_until_term(&w);
	} else {
		log_error("worker_open", "The worker cannot begin: %s.",
		    strerror(errno));
	}
	close(w.epoll);
	close(w.term);
	arena_free(w.a);
	return e;
}
