/* SPDX-License-Identifier: AGPL-3.0-or-later
 * One write(2) per line to standard error, so that lines of many processes do
 * not mix. Uses no arena: the arena reports its own end here. What comes from
 * outside is escaped; what must stay secret is not this file's to know. */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"

#define LINE_MAX_BYTES 2048
#define REQUEST_MAX 64

static struct {
	const char *program;
	enum log_level threshold;
	char request[REQUEST_MAX];
} state = { "renraku", LOG_INFO, "" };

void
log_program(const char *name)
{
	state.program = name;
}

void
log_threshold(enum log_level level)
{
	state.threshold = level;
}

void
log_request(const char *id)
{
	size_t n = 0;

	for (; id != NULL && id[n] != '\0' && n < REQUEST_MAX - 1; n++)
		state.request[n] =
		    id[n] > ' ' && id[n] < 0x7f && id[n] != '"' && id[n] != '\\'
		    ? id[n]
		    : '?';
	state.request[n] = '\0';
}

/* Bytes of the printable character at p; 0 when it must be escaped. */
static size_t
printable(const char *p)
{
	unsigned char c = (unsigned char)*p;
	size_t n = c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

	if (c < 0x20 || c == '"' || c == '\\' || strnlen(p, n) < n)
		return 0;
	return utf8_valid(p, n) ? n : 0;
}

/* Append text escaped, never past `max`; returns the new end. */
static size_t
put_escaped(char *line, size_t at, size_t max, const char *text)
{
	while (*text != '\0') {
		size_t n = printable(text);
		char piece[5];
		int len;

		if (n > 0)
			len = snprintf(
			    piece, sizeof(piece), "%.*s", (int)n, text);
		else if (*text == '"' || *text == '\\')
			len = snprintf(piece, sizeof(piece), "\\%c", *text);
		else
			len = snprintf(piece, sizeof(piece), "\\x%02x",
			    (unsigned)(unsigned char)*text);
		if (at + (size_t)len > max)
			break;
		memcpy(line + at, piece, (size_t)len);
		at += (size_t)len;
		text += n > 0 ? n : 1;
	}
	return at;
}

static void
put_line(const char *line, size_t n)
{
	while (write(STDERR_FILENO, line, n) < 0 && errno == EINTR)
		;
}

void
log_write(enum log_level level, const char *event, const char *fmt, ...)
{
	int saved = errno;
	char line[LINE_MAX_BYTES], text[LINE_MAX_BYTES];
	bool req = state.request[0] != '\0';
	va_list ap;
	size_t at;
	int n;

	if (level > state.threshold)
		return;
	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0)
		text[0] = '\0';
	n = snprintf(line, sizeof(line) / 2, "<%d>%s[%ld]%s%s event=%s msg=\"",
	    (int)level, state.program, (long)getpid(), req ? " req=" : "",
	    state.request, event);
	at = (size_t)n < sizeof(line) / 2 ? (size_t)n : sizeof(line) / 2 - 1;
	at = put_escaped(line, at, sizeof(line) - 2, text);
	line[at++] = '"';
	line[at++] = '\n';
	put_line(line, at);
	errno = saved;
}
