/* SPDX-License-Identifier: AGPL-3.0-or-later
 * One keep-alive connection of the load generator: TLS with resumption,
 * HTTP/1.1, always to 127.0.0.1. Used by load.c only. */
#ifndef BENCH_WIRE_H
#define BENCH_WIRE_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>

struct target {
	char host[128];		/* localhost or *.localhost */
	char port[8];
	char path[512];
};

struct wire {
	const struct target *to;
	SSL_CTX *ctx;
	SSL *ssl;		/* NULL: not connected */
	SSL_SESSION *session;	/* the newest ticket */
	int fd;
	char *buf;		/* the last answer, NUL-ended */
	size_t size, n;		/* room, bytes in it */
	size_t body;		/* where the body begins */
	int status;
	bool closing;		/* the server said it will close */
	long handshakes, resumed, bytes;
};

/* "https://localhost:8443/path". False for anything but this machine. */
bool target_parse(const char *url, struct target *);

void wire_init(struct wire *, const struct target *, const char *ca);
void wire_free(struct wire *);
/* Send one request (head and body ready) and read its answer whole; connects
 * when needed. False: no complete answer; the connection is closed then. */
bool wire_ask(struct wire *, const char *request, size_t n);
/* Say goodbye; the next request makes a new connection, with the ticket. */
void wire_close(struct wire *);

#endif
