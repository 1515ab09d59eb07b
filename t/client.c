/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The web server's half of FastCGI 1.0, as far as tests of a responder need
 * it. Talks to a worker or a master; never retries by itself. */
#include "t/client.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "web/req.h"

#define SECONDS	   20
#define RECORD_MAX 65528	/* content of one record, a multiple of 8 */
#define ANSWER_MAX ((size_t)64 << 20)
#define LINES_MAX  100

enum record {
	BEGIN_REQUEST = 1,
	ABORT_REQUEST,
	END_REQUEST,
	PARAMS,
	STDIN,
	STDOUT,
	STDERR,
};

/* ---- sending ---- */

static enum err
send_all(int fd, const void *data, size_t n)
{
	const char *p = data;

	while (n > 0) {
		ssize_t k = send(fd, p, n, MSG_NOSIGNAL);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return ERR_IO;
		p += k;
		n -= (size_t)k;
	}
	return OK;
}

static enum err
send_record(int fd, enum record type, const void *p, size_t n)
{
	const unsigned char head[8] = { 1, (unsigned char)type, 0, 1,
		(unsigned char)(n >> 8), (unsigned char)n, 0, 0 };

	TRY(send_all(fd, head, sizeof(head)));
	return send_all(fd, p, n);
}

/* A stream in records, without the empty one that ends it. */
static enum err
send_stream(int fd, enum record type, struct bytes b)
{
	while (b.n > 0) {
		size_t n = b.n < RECORD_MAX ? b.n : RECORD_MAX;

		TRY(send_record(fd, type, b.p, n));
		b.p += n;
		b.n -= n;
	}
	return OK;
}

static void
add_length(struct buf *b, size_t n)
{
	if (n > 127) {
		buf_char(b, (char)(n >> 24 | 0x80));
		buf_char(b, (char)(n >> 16));
		buf_char(b, (char)(n >> 8));
	}
	buf_char(b, (char)n);
}

static void
add_param(struct buf *b, const char *name, size_t n, const char *value)
{
	add_length(b, n);
	add_length(b, strlen(value));
	buf_add(b, name, n);
	buf_str(b, value);
}

static void
add_default(struct buf *b, const struct client_request *rq, const char *name,
    const char *value)
{
	size_t n = strlen(name);

	for (const char *const *s = rq->params; s && *s; s++)
		if (strncmp(*s, name, n) == 0 && (*s)[n] == '=')
			return;
	add_param(b, name, n, value ? value : "");
}

static struct bytes
make_params(struct arena *a, const struct client_request *rq)
{
	struct buf *b = buf_new(a, 4096, 1 << 20);

	add_default(b, rq, "REQUEST_METHOD", rq->method ? rq->method : "GET");
	add_default(b, rq, "DOCUMENT_URI", rq->path);
	add_default(b, rq, "QUERY_STRING", rq->query);
	add_default(b, rq, "CONTENT_TYPE", rq->content_type);
	add_default(b, rq, "CONTENT_LENGTH",
	    rq->body.n ? str_printf(a, "%zu", rq->body.n) : "");
	add_default(b, rq, "REMOTE_ADDR", "192.0.2.1");
	add_default(b, rq, "HTTP_HOST", "localhost:8443");
	add_default(b, rq, "HTTP_COOKIE", rq->cookie);
	for (const char *const *s = rq->params; s && *s; s++) {
		size_t n = strcspn(*s, "=");

		add_param(b, *s, n, (*s)[n] ? *s + n + 1 : "");
	}
	return (struct bytes){ (const unsigned char *)b->p, b->n };
}

static enum err
send_request(struct arena *a, int fd, const struct client_request *rq)
{
	static const unsigned char begin[8] = { 0, 1 };	/* responder, close */
	struct bytes body = rq->body;

	TRY(send_record(fd, BEGIN_REQUEST, begin, sizeof(begin)));
	TRY(send_stream(fd, PARAMS, make_params(a, rq)));
	TRY(send_record(fd, PARAMS, NULL, 0));
	if (rq->between)
		rq->between(rq->arg);
	if (rq->cut) {
		body.n /= 2;
		TRY(send_stream(fd, STDIN, body));
		return ERR_IO;
	}
	TRY(send_stream(fd, STDIN, body));
	return send_record(fd, STDIN, NULL, 0);
}

/* ---- receiving ---- */

static enum err
receive_all(int fd, void *data, size_t n)
{
	char *p = data;

	while (n > 0) {
		ssize_t k = recv(fd, p, n, 0);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return ERR_IO;
		p += k;
		n -= (size_t)k;
	}
	return OK;
}

/* STDOUT up to END_REQUEST; STDERR is not used by the product. */
static enum err
receive_stdout(int fd, struct buf *out)
{
	for (;;) {
		unsigned char head[8], data[65535 + 255];
		size_t n;

		TRY(receive_all(fd, head, sizeof(head)));
		n = (size_t)head[4] << 8 | head[5];
		TRY(receive_all(fd, data, n + head[6]));
		if (head[1] == STDOUT)
			buf_add(out, (const char *)data, n);
		else if (head[1] == END_REQUEST)
			return n == 8 && data[4] == 0 && !buf_overflow(out) ?
			    OK :
			    ERR_IO;
	}
}

static enum err
parse_line(struct arena *a, const char *line, size_t n,
    struct client_response *rs)
{
	const char *colon = memchr(line, ':', n);
	struct pair *h = LIST_AT(rs->headers, struct pair, rs->headers.n);
	size_t name = colon ? (size_t)(colon - line) : 0;
	int64_t status;

	if (name == 0 || rs->headers.n == LINES_MAX)
		return ERR_INVALID;
	h->name = str_copy_n(a, line, name);
	h->value = str_trim(a, str_copy_n(a, colon + 1, n - name - 1));
	rs->headers.n++;
	if (strcasecmp(h->name, "Status") != 0)
		return OK;
	TRY(str_parse_int(str_copy_n(a, h->value, 3), 100, 599, &status));
	rs->status = (int)status;
	return OK;
}

static enum err
parse_answer(struct arena *a, const struct buf *out, struct client_response *rs)
{
	const char *line = out->p, *end;

	*rs = (struct client_response){ .status = 200 };
	rs->headers.v = arena_array(a, LINES_MAX + 1, sizeof(struct pair));
	for (; (end = strstr(line, "\r\n")); line = end + 2) {
		if (end == line) {
			rs->body.p = (const unsigned char *)end + 2;
			rs->body.n = out->n - (size_t)(end + 2 - out->p);
			return OK;
		}
		TRY(parse_line(a, line, (size_t)(end - line), rs));
	}
	return ERR_INVALID;
}

static int
open_socket(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	const struct timeval t = { .tv_sec = SECONDS };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t));
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0)
		return fd;
	close(fd);
	return -1;
}

enum err
client_call(struct arena *a, const char *path, const struct client_request *rq,
    struct client_response *rs)
{
	struct buf *out = buf_new(a, 16384, ANSWER_MAX);
	int fd = open_socket(path);
	enum err e;

	*rs = (struct client_response){ 0 };
	if (fd < 0)
		return ERR_NONE;
	e = send_request(a, fd, rq);
	/* An answer may come before all was sent (body too long). */
	if (e == OK || !rq->cut)
		e = receive_stdout(fd, out);
	close(fd);
	return e == OK ? parse_answer(a, out, rs) : e;
}

const char *
client_header(const struct client_response *rs, const char *name)
{
	for (size_t i = 0; i < rs->headers.n; i++) {
		const struct pair *h = LIST_AT(rs->headers, struct pair, i);

		if (strcasecmp(h->name, name) == 0)
			return h->value;
	}
	return NULL;
}
