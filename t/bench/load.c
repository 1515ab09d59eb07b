/* SPDX-License-Identifier: AGPL-3.0-or-later
 * A small load generator for this machine only: connections with a thread
 * each, the sessions of many people in turn, bounded in time and number. It
 * gets a page again and again or, with --report, sends absence reports whose
 * forms it fetched before. Prints one JSON object; t/bench/run reads it. */
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "wire.h"

#define CONNECTIONS_MAX 64
#define SECONDS_MAX     30
#define REQUESTS_MAX    1000000
#define REPORTS_MAX     20000	/* their forms wait in memory */
#define COOKIE_MAX      128
#define REQUEST_MAX     4096

struct options {
	struct target to;
	const char *ca;
	char (*cookies)[COOKIE_MAX];
	size_t n_cookies;
	int connections, seconds, expect;
	long requests;		/* of all connections together */
	long fresh;		/* requests on one connection; 0: the server says */
	double rate;		/* requests/s wanted; 0: as fast as answered */
	bool report, gzip;
};

/* What one phase of one connection counted. */
struct count {
	uint32_t *us;		/* times of the requests that went well */
	long n, failures;
	int strange;		/* the status of the last failure, 0: broken */
};

struct client {
	const struct options *o;
	struct wire w;
	size_t turn;		/* whose cookie is next */
	struct count get, post;
	char (*forms)[REQUEST_MAX];	/* requests to send, --report */
	long n_forms;
	pthread_t thread;
};

static pthread_barrier_t phase;
static double began;	/* of the timed phase; set between two barriers */

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
sleep_until(double when)
{
	struct timespec t = { .tv_sec = (time_t)when };

	t.tv_nsec = (long)((when - (double)t.tv_sec) * 1e9);
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) ==
	    EINTR)
		;
}

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "load: %s\n", what);
	exit(2);
}

/* ── requests ───────────────────────────────────────────────────────────── */

static const char *
next_cookie(struct client *c)
{
	const struct options *o = c->o;
	const char *cookie;

	if (o->n_cookies == 0)
		return "none=1";
	cookie = o->cookies[c->turn % o->n_cookies];
	c->turn += (size_t)o->connections;
	return cookie;
}

static size_t
make_get(const struct options *o, const char *cookie, char *out)
{
	return (size_t)snprintf(out, REQUEST_MAX,
	    "GET %s HTTP/1.1\r\nHost: %s:%s\r\nCookie: %s\r\n"
	    "User-Agent: load\r\nAccept-Language: ja\r\n%s\r\n",
	    o->to.path, o->to.host, o->to.port, cookie,
	    o->gzip ? "Accept-Encoding: gzip\r\n" : "");
}

/* One request, timed from when it was due. */
static bool
ask(struct client *c, struct count *count, const char *request, size_t n,
    int expect, double due)
{
	bool ok = wire_ask(&c->w, request, n) && c->w.status == expect;
	double took = (now() - due) * 1e6;

	if (ok) {
		count->us[count->n++] = took < 4e9 ? (uint32_t)took
						   : UINT32_MAX;
		return true;
	}
	count->failures++;
	count->strange = c->w.status;
	return false;
}

/* ── forms of reports ───────────────────────────────────────────────────── */

/* The value of the first input of that name, percent-encoded. */
static bool
input(const char *page, const char *name, char *out, size_t size)
{
	char wanted[64];
	const char *p;
	size_t n = 0;

	snprintf(wanted, sizeof(wanted), "name=\"%s\" value=\"", name);
	p = strstr(page, wanted);
	if (p == NULL)
		return false;
	for (p += strlen(wanted); *p != '"' && *p != '\0'; p++) {
		if (n + 4 > size)
			return false;
		n += (size_t)snprintf(out + n, size - n, "%%%02X",
		    (unsigned)(unsigned char)*p);
	}
	return n > 0;
}

static bool
make_report(const struct client *c, const char *cookie, char *out)
{
	const struct options *o = c->o;
	const char *page = c->w.buf + c->w.body;
	char token[256], pupil[128], reason[512], body[2048];
	int n;

	page = strstr(page, "action=\"/absence/new\"");
	if (page == NULL || !input(page, "token", token, sizeof(token)) ||
	    !input(page, "pupils", pupil, sizeof(pupil)) ||
	    !input(page, "reason", reason, sizeof(reason)))
		return false;
	n = snprintf(body, sizeof(body),
	    "token=%s&pupils=%s&kind=absent&when=today&first=&last=&reason=%s"
	    "&clock=&note=%%E8%%B2%%A0%%E8%%8D%%B7&step=send",
	    token, pupil, reason);
	snprintf(out, REQUEST_MAX,
	    "POST /absence/new HTTP/1.1\r\nHost: %s:%s\r\n"
	    "Origin: https://%s:%s\r\nSec-Fetch-Site: same-origin\r\n"
	    "Cookie: %s\r\nUser-Agent: load\r\nAccept-Language: ja\r\n"
	    "Content-Type: application/x-www-form-urlencoded\r\n"
	    "Content-Length: %d\r\n\r\n%s",
	    o->to.host, o->to.port, o->to.host, o->to.port, cookie, n, body);
	return true;
}

/* Before the timed phase; a form stores nothing on the server. */
static void
fetch_forms(struct client *c, long wanted)
{
	char request[REQUEST_MAX];
	double end = now() + SECONDS_MAX;

	for (long i = 0; i < wanted && now() < end; i++) {
		const char *cookie = next_cookie(c);
		size_t n = make_get(c->o, cookie, request);

		if (!ask(c, &c->get, request, n, 200, now()))
			continue;
		if (make_report(c, cookie, c->forms[c->n_forms]))
			c->n_forms++;
		else
			c->get.failures++;
	}
}

/* ── one connection ─────────────────────────────────────────────────────── */

static void
pace(const struct options *o, long i, double *due)
{
	*due = now();
	if (o->rate <= 0)
		return;
	*due = began + (double)(i * o->connections) / o->rate;
	if (*due > now())
		sleep_until(*due);
}

static void
run_timed(struct client *c, long most)
{
	const struct options *o = c->o;
	struct count *count = o->report ? &c->post : &c->get;
	char get[REQUEST_MAX];
	double due;

	for (long i = 0; i < most && now() < began + o->seconds; i++) {
		const char *request = o->report ? c->forms[i] : get;
		size_t n = o->report ? strlen(request)
				     : make_get(o, next_cookie(c), get);

		pace(o, i, &due);
		if (o->fresh > 0 && i % o->fresh == 0)
			wire_close(&c->w);
		ask(c, count, request, n, o->expect, due);
	}
}

static void *
client_main(void *arg)
{
	struct client *c = arg;
	long most = c->o->requests / c->o->connections;

	if (c->o->report)
		fetch_forms(c, most);
	pthread_barrier_wait(&phase);
	pthread_barrier_wait(&phase);
	run_timed(c, c->o->report ? c->n_forms : most);
	return NULL;
}

static void
client_init(struct client *c, const struct options *o, int number)
{
	size_t room = (size_t)(o->requests / o->connections) + 1;

	*c = (struct client){ .o = o, .turn = (size_t)number };
	wire_init(&c->w, &o->to, o->ca);
	c->get.us = malloc(room * sizeof(*c->get.us));
	c->post.us = malloc(room * sizeof(*c->post.us));
	if (o->report)
		c->forms = malloc(room * sizeof(*c->forms));
	if (c->get.us == NULL || c->post.us == NULL ||
	    (o->report && c->forms == NULL))
		die("no memory");
}

/* ── what came of it ────────────────────────────────────────────────────── */

static int
compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void
print_phase(const char *name, struct client *clients, int n, bool post,
    double seconds)
{
	uint32_t *all;
	long total = 0, failures = 0;
	int strange = -1;

	for (int i = 0; i < n; i++)
		total += post ? clients[i].post.n : clients[i].get.n;
	all = malloc((size_t)(total + 1) * sizeof(*all));
	if (all == NULL)
		die("no memory");
	total = 0;
	for (int i = 0; i < n; i++) {
		const struct count *k = post ? &clients[i].post
					     : &clients[i].get;

		memcpy(all + total, k->us, (size_t)k->n * sizeof(*all));
		total += k->n;
		failures += k->failures;
		if (k->failures > 0)
			strange = k->strange;
	}
	qsort(all, (size_t)total, sizeof(*all), compare);
	printf("\"%s\":{\"requests\":%ld,\"rate\":%.1f,\"p50_us\":%u,"
	       "\"p99_us\":%u,\"failures\":%ld,\"strange_status\":%d},",
	    name, total, (double)total / seconds,
	    total > 0 ? all[total / 2] : 0,
	    total > 0 ? all[total - 1 - total / 100] : 0, failures, strange);
	free(all);
}

static void
print_all(struct client *clients, const struct options *o, double seconds,
    double before)
{
	long bytes = 0, handshakes = 0, resumed = 0;

	for (int i = 0; i < o->connections; i++) {
		bytes += clients[i].w.bytes;
		handshakes += clients[i].w.handshakes;
		resumed += clients[i].w.resumed;
	}
	printf("{");
	print_phase("get", clients, o->connections, false,
	    o->report ? before : seconds);
	if (o->report)
		print_phase("post", clients, o->connections, true, seconds);
	printf("\"seconds\":%.3f,\"bytes\":%ld,\"handshakes\":%ld,"
	       "\"resumed\":%ld}\n",
	    seconds, bytes, handshakes, resumed);
}

static void
run(const struct options *o)
{
	struct client *clients = calloc((size_t)o->connections,
	    sizeof(*clients));
	double start = now(), before, seconds;

	if (clients == NULL)
		die("no memory");
	pthread_barrier_init(&phase, NULL, (unsigned)o->connections + 1);
	for (int i = 0; i < o->connections; i++) {
		client_init(&clients[i], o, i);
		if (pthread_create(&clients[i].thread, NULL, client_main,
			&clients[i]) != 0)
			die("no thread");
	}
	pthread_barrier_wait(&phase);
	before = now() - start;
	began = now();
	pthread_barrier_wait(&phase);
	for (int i = 0; i < o->connections; i++)
		pthread_join(clients[i].thread, NULL);
	seconds = now() - began;
	print_all(clients, o, seconds, before);
	for (int i = 0; i < o->connections; i++) {
		wire_free(&clients[i].w);
		free(clients[i].get.us);
		free(clients[i].post.us);
		free(clients[i].forms);
	}
	free(clients);
}

/* ── command line ───────────────────────────────────────────────────────── */

static void
read_cookies(struct options *o, const char *file)
{
	FILE *f = fopen(file, "r");
	size_t room = 0;
	char line[COOKIE_MAX];

	if (f == NULL)
		die("no file of sessions");
	while (fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		if (o->n_cookies == room) {
			room = room * 2 + 64;
			o->cookies = realloc(o->cookies,
			    room * sizeof(*o->cookies));
			if (o->cookies == NULL)
				die("no memory");
		}
		memcpy(o->cookies[o->n_cookies++], line, sizeof(line));
	}
	fclose(f);
}

static long
number(const char *text, long most)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (*end != '\0' || n < 0 || n > most)
		die("a number is out of range");
	return n;
}

static _Noreturn void
usage(void)
{
	fputs("usage: load --ca FILE [--sessions FILE] [--connections 16]"
	      " [--seconds 5]\n"
	      "            [--requests N] [--fresh N] [--rate N] [--expect 200]"
	      " [--gzip] [--report]\n"
	      "            https://[*.]localhost:PORT/PATH\n",
	    stderr);
	exit(2);
}

static void
read_options(int argc, char **argv, struct options *o)
{
	static const struct option names[] = {
		{ "ca", required_argument, NULL, 'a' },
		{ "sessions", required_argument, NULL, 'f' },
		{ "connections", required_argument, NULL, 'c' },
		{ "seconds", required_argument, NULL, 's' },
		{ "requests", required_argument, NULL, 'n' },
		{ "fresh", required_argument, NULL, 'x' },
		{ "rate", required_argument, NULL, 'r' },
		{ "expect", required_argument, NULL, 'e' },
		{ "gzip", no_argument, NULL, 'z' },
		{ "report", no_argument, NULL, 'p' },
		{ NULL, 0, NULL, 0 },
	};
	int k;

	while ((k = getopt_long(argc, argv, "", names, NULL)) != -1)
		switch (k) {
		case 'a': o->ca = optarg; break;
		case 'f': read_cookies(o, optarg); break;
		case 'c':
			o->connections = (int)number(optarg, CONNECTIONS_MAX);
			break;
		case 's':
			o->seconds = (int)number(optarg, SECONDS_MAX);
			break;
		case 'n': o->requests = number(optarg, REQUESTS_MAX); break;
		case 'x': o->fresh = number(optarg, REQUESTS_MAX); break;
		case 'r': o->rate = (double)number(optarg, 100000); break;
		case 'e': o->expect = (int)number(optarg, 999); break;
		case 'z': o->gzip = true; break;
		case 'p': o->report = true; break;
		default: usage();
		}
	if (o->ca == NULL || o->connections < 1 || optind != argc - 1)
		usage();
	if (!target_parse(argv[optind], &o->to))
		die("only https:// to this machine's localhost");
}

int
main(int argc, char **argv)
{
	struct options o = { .connections = 16, .seconds = 5,
		.requests = REQUESTS_MAX };

	signal(SIGPIPE, SIG_IGN);
	read_options(argc, argv, &o);
	if (o.expect == 0)
		o.expect = o.report ? 303 : 200;
	if (o.report && o.requests > REPORTS_MAX)
		o.requests = REPORTS_MAX;
	run(&o);
	free(o.cookies);
	return 0;
}
