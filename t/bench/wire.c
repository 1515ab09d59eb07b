/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Plain blocking calls, a thread for each connection: the generator shares the
 * cores with what it measures, so it does as little as it can. It reads what
 * nginx sends (Content-Length or chunks) and believes nothing else. */
#include "wire.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define ANSWER_SECONDS 30

static bool
is_local(const char *host)
{
	size_t n = strlen(host), m = strlen(".localhost");

	return strcmp(host, "localhost") == 0 ||
	    (n > m && strcmp(host + n - m, ".localhost") == 0);
}

bool
target_parse(const char *url, struct target *to)
{
	memset(to, 0, sizeof(*to));
	return sscanf(url, "https://%127[a-z0-9.-]:%7[0-9]%511s", to->host,
	    to->port, to->path) == 3 && to->path[0] == '/' &&
	    is_local(to->host);
}

/* TLS 1.3 sends tickets after the handshake, so they come here. */
static int
keep_session(SSL *ssl, SSL_SESSION *session)
{
	struct wire *w = SSL_get_app_data(ssl);

	SSL_SESSION_free(w->session);
	w->session = session;
	return 1;
}

void
wire_init(struct wire *w, const struct target *to, const char *ca)
{
	*w = (struct wire){ .to = to, .fd = -1, .size = 64 * 1024 };
	w->buf = malloc(w->size);
	w->ctx = SSL_CTX_new(TLS_client_method());
	if (w->buf == NULL || w->ctx == NULL ||
	    SSL_CTX_load_verify_locations(w->ctx, ca, NULL) != 1) {
		fprintf(stderr, "load: no certificate %s\n", ca);
		exit(2);
	}
	SSL_CTX_set_verify(w->ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_session_cache_mode(w->ctx, SSL_SESS_CACHE_CLIENT |
	    SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(w->ctx, keep_session);
}

void
wire_free(struct wire *w)
{
	wire_close(w);
	SSL_SESSION_free(w->session);
	SSL_CTX_free(w->ctx);
	free(w->buf);
}

void
wire_close(struct wire *w)
{
	if (w->ssl != NULL) {
		/* without this the ticket would be taken for a broken one */
		SSL_shutdown(w->ssl);
		SSL_free(w->ssl);
	}
	if (w->fd >= 0)
		close(w->fd);
	w->ssl = NULL;
	w->fd = -1;
}

static bool
connect_local(struct wire *w)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_port = htons((unsigned short)strtoul(w->to->port, NULL,
		    10)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval t = { .tv_sec = ANSWER_SECONDS };
	int on = 1;

	w->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (w->fd < 0)
		return false;
	setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(w->fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
	setsockopt(w->fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t));
	return connect(w->fd, (struct sockaddr *)&a, sizeof(a)) == 0;
}

static bool
open_tls(struct wire *w)
{
	w->ssl = SSL_new(w->ctx);
	if (w->ssl == NULL || !connect_local(w))
		return false;
	SSL_set_app_data(w->ssl, (char *)w);
	SSL_set_fd(w->ssl, w->fd);
	SSL_set_tlsext_host_name(w->ssl, w->to->host);
	SSL_set1_host(w->ssl, w->to->host);
	if (w->session != NULL)
		SSL_set_session(w->ssl, w->session);
	if (SSL_connect(w->ssl) != 1)
		return false;
	w->handshakes++;
	w->resumed += SSL_session_reused(w->ssl);
	return true;
}

/* ── reading an answer ──────────────────────────────────────────────────── */

static bool
more(struct wire *w)
{
	int n;

	if (w->n + 1 >= w->size) {
		char *bigger = realloc(w->buf, w->size * 2);

		if (bigger == NULL)
			return false;
		w->buf = bigger;
		w->size *= 2;
	}
	n = SSL_read(w->ssl, w->buf + w->n, (int)(w->size - w->n - 1));
	if (n <= 0)
		return false;
	w->n += (size_t)n;
	w->bytes += n;
	w->buf[w->n] = '\0';
	return true;
}

/* The value of a header, NULL when it is not there. name: "\r\nname:". */
static const char *
header(const struct wire *w, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = w->buf; p + n < w->buf + w->body; p++)
		if (*p == '\r' && strncasecmp(p, name, n) == 0)
			return p + n + strspn(p + n, " ");
	return NULL;
}

static bool
read_head(struct wire *w)
{
	const char *end = NULL, *connection;

	while (end == NULL) {
		if (!more(w))
			return false;
		end = strstr(w->buf, "\r\n\r\n");
	}
	w->body = (size_t)(end - w->buf) + 4;
	if (strncmp(w->buf, "HTTP/1.1 ", 9) != 0)
		return false;
	w->status = (int)strtol(w->buf + 9, NULL, 10);
	connection = header(w, "\r\nConnection:");
	w->closing = connection != NULL && strncasecmp(connection, "close",
	    5) == 0;
	return true;
}

static bool
have(struct wire *w, size_t n)
{
	while (w->n < n)
		if (!more(w))
			return false;
	return true;
}

/* Chunks stay as they are in the buffer: only their lengths matter here. */
static bool
read_chunks(struct wire *w)
{
	size_t at = w->body, length;

	do {
		while (strstr(w->buf + at, "\r\n") == NULL)
			if (!more(w))
				return false;
		length = strtoul(w->buf + at, NULL, 16);
		at = (size_t)(strstr(w->buf + at, "\r\n") - w->buf) + 2;
		at += length + 2;
		if (!have(w, at))
			return false;
	} while (length > 0);
	return at == w->n;
}

static bool
read_body(struct wire *w)
{
	const char *length = header(w, "\r\nContent-Length:");
	size_t end;

	if (w->status == 204 || w->status == 304)
		return w->n == w->body;
	if (header(w, "\r\nTransfer-Encoding:") != NULL)
		return read_chunks(w);
	if (length == NULL)
		return false;
	end = w->body + strtoul(length, NULL, 10);
	return have(w, end) && w->n == end;
}

bool
wire_ask(struct wire *w, const char *request, size_t n)
{
	bool ok = w->ssl != NULL || open_tls(w);

	w->n = w->body = 0;
	w->status = 0;
	w->buf[0] = '\0';
	ok = ok && SSL_write(w->ssl, request, (int)n) == (int)n &&
	    read_head(w) && read_body(w);
	if (!ok || w->closing)
		wire_close(w);
	w->closing = false;
	return ok;
}
