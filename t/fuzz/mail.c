/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Any texts through mail_compose(): no bare CR or LF, lines within 998,
 * encoded-words within 75 octets, exactly the headers we meant, and subject,
 * name and body decode back. */
#include "out/mail.h"

#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static int
sextet(char c)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *p = c == '\0' ? NULL : strchr(set, c);

	return p == NULL ? -1 : (int)(p - set);
}

static void
unbase64(struct buf *b, const char *s, size_t n)
{
	uint32_t v = 0;
	int have = 0;

	for (size_t i = 0; i < n; i++) {
		int six = sextet(s[i]);

		if (six < 0) {
			must(strchr("=\r\n", s[i]) != NULL);
			continue;
		}
		v = v << 6 | (uint32_t)six;
		have += 6;
		if (have >= 8) {
			have -= 8;
			buf_char(b, (char)(v >> have & 0xFF));
		}
	}
}

/* Checks every word at s and returns their joined text. */
static const char *
unwords(struct arena *a, const char *s)
{
	struct buf *all = buf_new(a, 64, 1 << 20);

	while (str_starts(s, "=?UTF-8?B?")) {
		struct buf *one = buf_new(a, 64, 128);
		const char *end = strstr(s + 10, "?=");

		must(end != NULL && end + 2 - s <= 75);
		unbase64(one, s + 10, (size_t)(end - s - 10));
		must(one->n > 0 && utf8_valid(one->p, one->n));
		buf_add(all, one->p, one->n);
		s = end + 2;
		if (str_starts(s, "\r\n =?"))
			s += 3;
	}
	return all->p;
}

static void
check_lines(const char *s, size_t n)
{
	must(strlen(s) == n);
	while (*s != '\0') {
		size_t line = strcspn(s, "\r\n");

		must(line <= 998);
		for (size_t i = 0; i < line; i++)
			must(s[i] >= 0x20 && s[i] <= 0x7E);
		must(s[line] == '\r' && s[line + 1] == '\n');
		s += line + 2;
	}
}

/* The names in their order, nothing between them. */
static void
check_names(const char *s, const struct mail *m)
{
	static const char *const names[] = { "From:", "To:", "Subject:",
		"Date:", "Message-ID:", "Auto-Submitted:", "List-Unsubscribe:",
		"List-Unsubscribe-Post:", "MIME-Version:", "Content-Type:",
		"Content-Transfer-Encoding:" };

	for (size_t i = 0; i < COUNT(names); i++) {
		if (m->unsubscribe == NULL && str_starts(names[i], "List-"))
			continue;
		must(str_starts(s, names[i]));
		do {
			s = strstr(s, "\r\n") + 2;
		} while (*s == ' ');
	}
	must(str_starts(s, "\r\n"));
}

static void
check_body(struct arena *a, const char *mail, const char *body)
{
	struct buf *is = buf_new(a, 64, 1 << 20), *want = buf_new(a, 64, 1 << 20);
	const char *s = strstr(mail, "\r\n\r\n") + 4;

	unbase64(is, s, strlen(s));
	for (size_t i = 0; body[i] != '\0'; i++) {
		if (body[i] == '\n' && (i == 0 || body[i - 1] != '\r'))
			buf_char(want, '\r');
		buf_char(want, body[i]);
	}
	must(str_eq(is->p, want->p));
}

static void
check_mail(struct arena *a, const struct mail *m)
{
	struct buf *b;

	if (mail_compose(a, m, &b) != OK)
		return;
	must(mail_address_ok(m->to) && mail_domain(a, m->to) != NULL);
	check_lines(b->p, b->n);
	check_names(b->p, m);
	if (!str_empty(m->from_name))
		must(str_eq(unwords(a, b->p + strlen("From: ")), m->from_name));
	must(str_eq(unwords(a, strstr(b->p, "\r\nSubject: ") + 11),
	    m->subject));
	check_body(a, b->p, m->body);
}

/* The next text up to a byte 0xFE, or `usual` when it is empty. */
static const char *
take(struct arena *a, const uint8_t **p, size_t *n, const char *usual)
{
	const uint8_t *end = *n > 0 ? memchr(*p, 0xFE, *n) : NULL;
	size_t size = end != NULL ? (size_t)(end - *p) : *n;
	const char *s = size == 0 ? usual :
	    str_copy_n(a, (const char *)*p, size);

	*p += size + (end != NULL);
	*n -= size + (end != NULL);
	return s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena *a = arena_init(64 << 20);
	struct mail m = { .date = { 1780267330000000 } };

	m.subject = take(a, &p, &n, "お知らせ");
	m.from_name = take(a, &p, &n, NULL);
	m.to = take(a, &p, &n, "hanako@mail.example");
	m.body = take(a, &p, &n, "");
	m.from = take(a, &p, &n, "notice@renraku.example");
	m.message_id = take(a, &p, &n, "k1@renraku.example");
	m.unsubscribe = take(a, &p, &n, NULL);
	check_mail(a, &m);
	arena_free(a);
	return 0;
}
