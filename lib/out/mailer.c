/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Handing composed mails over to a relay: one thread with one easy handle and
 * its kept connection per transfer, because libcurl's multi interface stands
 * still while a relay thinks about a message (7.88, smtp_done). The threads
 * see only their slot; everything else, done() too, is the caller's thread.
 * Decides nothing about repeating: reports what the relay said and forgets the
 * mail. Addresses are checked once more here, at the last door before libcurl.
 * Called by notifyd's loop. */
#include "out/mail.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/keys.h"
#include "base/log.h"

#define CONNECT_S 5
#define REPLY_S 30
#define WHOLE_S 60

enum state { IDLE, GIVEN, ENDED };

/* A thread owns the slot while it is GIVEN, the caller otherwise. */
struct slot {
	struct mailer *m;
	pthread_t thread;
	bool started;
	pthread_cond_t given;
	enum state state;	/* under the lock */
	CURL *easy;
	struct curl_slist *to;
	char *message;
	size_t n, sent;
	CURLcode result;
	void *key;
};

struct mailer {
	char *url;		/* with the HELO name as its path */
	char *ca_file;		/* NULL: the system's */
	bool loopback;
	int ended;		/* eventfd */
	int most, busy;
	pthread_mutex_t lock;
	atomic_bool stop;
	struct slot v[];
};

static bool
is_loopback_host(const char *host)
{
	struct in_addr v4;

	if (strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
		return true;
	return inet_pton(AF_INET, host, &v4) == 1 &&
	    ntohl(v4.s_addr) >> 24 == 127;
}

static bool
is_loopback(const char *url)
{
	CURLU *u = curl_url();
	char *host = NULL;
	bool yes = false;

	if (u != NULL && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK)
		yes = is_loopback_host(host);
	curl_free(host);
	curl_url_cleanup(u);
	return yes;
}

static size_t
on_read(char *out, size_t size, size_t count, void *arg)
{
	struct slot *t = arg;
	size_t left = t->n - t->sent, n = size * count;

	if (n > left)
		n = left;
	memcpy(out, t->message + t->sent, n);
	t->sent += n;
	return n;
}

/* Asked about once a second; anything but 0 ends the transfer. */
static int
on_progress(void *arg, curl_off_t a UNUSED, curl_off_t b UNUSED,
    curl_off_t c UNUSED, curl_off_t d UNUSED)
{
	const struct slot *t = arg;

	return atomic_load(&t->m->stop);
}

static bool
easy_init(struct slot *t)
{
	const struct mailer *m = t->m;
	CURL *e = t->easy = curl_easy_init();
	bool plain = m->loopback && str_starts(m->url, "smtp://");

#define SET(option, value) (curl_easy_setopt(e, (option), (value)) == CURLE_OK)
	return e != NULL && SET(CURLOPT_URL, m->url) &&
	    SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps") &&
	    SET(CURLOPT_USE_SSL, (long)(plain ? CURLUSESSL_NONE :
	    CURLUSESSL_ALL)) &&
	    (m->ca_file == NULL || SET(CURLOPT_CAINFO, m->ca_file)) &&
	    SET(CURLOPT_PROXY, "") && SET(CURLOPT_NOSIGNAL, 1L) &&
	    SET(CURLOPT_MAXCONNECTS, 1L) &&
	    SET(CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S) &&
	    SET(CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)REPLY_S) &&
	    SET(CURLOPT_TIMEOUT, (long)WHOLE_S) &&
	    SET(CURLOPT_NOPROGRESS, 0L) &&
	    SET(CURLOPT_XFERINFOFUNCTION, on_progress) &&
	    SET(CURLOPT_XFERINFODATA, t) && SET(CURLOPT_UPLOAD, 1L) &&
	    SET(CURLOPT_READFUNCTION, on_read) && SET(CURLOPT_READDATA, t);
#undef SET
}

/* Without its reading half the connection still says QUIT, but does not wait
 * up to two minutes for the answer of a relay that hangs. */
static void
easy_free(CURL *easy)
{
	curl_socket_t fd = CURL_SOCKET_BAD;

	if (easy == NULL)
		return;
	if (curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &fd) == CURLE_OK &&
	    fd != CURL_SOCKET_BAD)
		shutdown(fd, SHUT_RD);
	curl_easy_cleanup(easy);
}

static bool
slot_take(struct slot *t)
{
	struct mailer *m = t->m;
	bool stop;

	pthread_mutex_lock(&m->lock);
	while (t->state != GIVEN && !atomic_load(&m->stop))
		pthread_cond_wait(&t->given, &m->lock);
	stop = atomic_load(&m->stop);
	pthread_mutex_unlock(&m->lock);
	return !stop;
}

static void
slot_set(struct slot *t, enum state state)
{
	pthread_mutex_lock(&t->m->lock);
	t->state = state;
	pthread_cond_signal(&t->given);
	pthread_mutex_unlock(&t->m->lock);
}

static void *
slot_run(void *arg)
{
	struct slot *t = arg;

	while (slot_take(t)) {
		t->result = curl_easy_perform(t->easy);
		slot_set(t, ENDED);
		eventfd_write(t->m->ended, 1);
	}
	easy_free(t->easy);
	t->easy = NULL;
	return NULL;
}

/* Names and texts must not stay in the heap of a daemon. */
static void
slot_clear(struct slot *t)
{
	if (t->message != NULL)
		mem_wipe(t->message, t->n);
	free(t->message);
	curl_slist_free_all(t->to);
	t->message = NULL;
	t->to = NULL;
	t->state = IDLE;
}

static bool
slot_init(struct mailer *m, struct slot *t)
{
	t->m = m;
	pthread_cond_init(&t->given, NULL);
	if (!easy_init(t))
		return false;
	t->started = pthread_create(&t->thread, NULL, slot_run, t) == 0;
	return t->started;
}

static void
slot_free(struct slot *t)
{
	if (t->m == NULL)
		return;
	if (t->started) {
		pthread_mutex_lock(&t->m->lock);
		pthread_cond_signal(&t->given);
		pthread_mutex_unlock(&t->m->lock);
		pthread_join(t->thread, NULL);
	}
	easy_free(t->easy);
	slot_clear(t);
	pthread_cond_destroy(&t->given);
}

static char *
url_with_helo(const char *url)
{
	size_t n = strlen(url);
	char *s = NULL;

	if (n > 0 && url[n - 1] == '/')
		n--;
	return asprintf(&s, "%.*s/renraku", (int)n, url) < 0 ? NULL : s;
}

static bool
mailer_fill(struct mailer *m, const char *url, const char *ca_file)
{
	m->url = url_with_helo(url);
	if (m->ended < 0 || m->url == NULL)
		return false;
	if (!str_empty(ca_file) && (m->ca_file = strdup(ca_file)) == NULL)
		return false;
	m->loopback = is_loopback(m->url);
	for (int i = 0; i < m->most; i++)
		if (!slot_init(m, &m->v[i]))
			return false;
	return true;
}

/* Signals are the caller's business, and a SIGPIPE nobody's. */
static bool
mailer_fill_quietly(struct mailer *m, const char *url, const char *ca_file)
{
	sigset_t all, old;
	bool ok;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	ok = mailer_fill(m, url, ca_file);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return ok;
}

struct mailer *
mailer_init(const char *url, const char *ca_file, int most)
{
	struct mailer *m;

	if (most < 1 || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return NULL;
	m = calloc(1, sizeof(*m) + (size_t)most * sizeof(m->v[0]));
	if (m == NULL) {
		curl_global_cleanup();
		return NULL;
	}
	m->most = most;
	m->ended = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&m->lock, NULL);
	if (!mailer_fill_quietly(m, url, ca_file)) {
		mailer_free(m);
		return NULL;
	}
	return m;
}

void
mailer_free(struct mailer *m)
{
	if (m == NULL)
		return;
	atomic_store(&m->stop, true);
	for (int i = 0; i < m->most; i++)
		slot_free(&m->v[i]);
	pthread_mutex_destroy(&m->lock);
	if (m->ended >= 0)
		close(m->ended);
	free(m->url);
	free(m->ca_file);
	free(m);
	curl_global_cleanup();
}

int
mailer_busy(const struct mailer *m)
{
	return m->busy;
}

/* Any slot in that state, or NULL. */
static struct slot *
slot_find(struct mailer *m, enum state state)
{
	struct slot *found = NULL;

	pthread_mutex_lock(&m->lock);
	for (int i = 0; i < m->most && found == NULL; i++)
		if (m->v[i].state == state)
			found = &m->v[i];
	pthread_mutex_unlock(&m->lock);
	return found;
}

static bool
slot_address(struct slot *t, const char *from, const char *to)
{
	char path[MAIL_WIRE + 2];

	snprintf(path, sizeof(path), "<%s>", from);
	if (curl_easy_setopt(t->easy, CURLOPT_MAIL_FROM, path) != CURLE_OK)
		return false;
	snprintf(path, sizeof(path), "<%s>", to);
	t->to = curl_slist_append(NULL, path);
	return t->to != NULL &&
	    curl_easy_setopt(t->easy, CURLOPT_MAIL_RCPT, t->to) == CURLE_OK;
}

static bool
slot_message(struct slot *t, struct bytes message)
{
	t->message = malloc(message.n + 1);
	if (t->message == NULL)
		return false;
	if (message.n > 0)
		memcpy(t->message, message.p, message.n);
	t->n = message.n;
	t->sent = 0;
	return true;
}

enum err
mailer_send(struct mailer *m, const char *envelope_from, const char *to,
    struct bytes message, void *key)
{
	char from_wire[MAIL_WIRE], to_wire[MAIL_WIRE];
	struct slot *t;

	if (!mail_wire(envelope_from, from_wire) || !mail_wire(to, to_wire))
		return ERR_INVALID;
	t = slot_find(m, IDLE);
	if (t == NULL)
		return ERR_LIMIT;
	if (!slot_address(t, from_wire, to_wire) || !slot_message(t, message)) {
		log_error("mail_start", "no memory for a mail");
		slot_clear(t);
		return ERR_IO;
	}
	t->key = key;
	m->busy++;
	slot_set(t, GIVEN);
	return OK;
}

/* libcurl says CURLE_SEND_ERROR for a refused MAIL or RCPT, and a strange
 * reply both for a refused message and for a refused session. */
static enum mail_outcome
outcome(const struct slot *t, long code)
{
	bool about_mail = t->result == CURLE_SEND_ERROR ||
	    (t->result == CURLE_WEIRD_SERVER_REPLY && t->sent > 0);

	if (t->result == CURLE_OK)
		return MAIL_SENT;
	if (!about_mail || code < 400 || code > 599)
		return MAIL_DOWN;
	return code < 500 ? MAIL_LATER : MAIL_REFUSED;
}

static void
slot_report(struct mailer *m, struct slot *t,
    void (*done)(void *key, enum mail_outcome, long code, void *arg), void *arg)
{
	enum mail_outcome o;
	void *key = t->key;
	long code = 0;

	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &code);
	o = outcome(t, code);
	if (o == MAIL_DOWN)
		log_warn("mail_relay", "%s (reply %ld)",
		    curl_easy_strerror(t->result), code);
	/* First, so that done() may send the next one. */
	slot_clear(t);
	m->busy--;
	done(key, o, code, arg);
}

enum err
mailer_wait(struct mailer *m, int ms, int extra_fd,
    void (*done)(void *key, enum mail_outcome, long code, void *arg), void *arg)
{
	struct pollfd p[] = {
		{ .fd = m->ended, .events = POLLIN },
		{ .fd = extra_fd, .events = POLLIN },
	};
	struct slot *t;
	eventfd_t ended;
	int n = poll(p, COUNT(p), ms);

	if (n < 0 && errno != EINTR) {
		log_error("mail_loop", "poll: %s", strerror(errno));
		return ERR_IO;
	}
	if (n <= 0 || p[0].revents == 0)
		return OK;
	eventfd_read(m->ended, &ended);
	while ((t = slot_find(m, ENDED)) != NULL)
		slot_report(m, t, done, arg);
	return OK;
}
