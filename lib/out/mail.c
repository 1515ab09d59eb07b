/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Composing one mail as octets for the wire (RFC 5322, 2045, 2047, 8058).
 * The only door for addresses and header values: nothing with a control byte
 * leaves here, because libcurl would pass it on. Sends nothing (mailer.c).
 * Called by notifyd. */
#include "out/mail.h"

#include <stdio.h>

#include "base/hex.h"
#include "base/utf8.h"

#define LINE 76		/* columns of a folded line */
#define WORD 12		/* octets of "=?UTF-8?B?" and "?=" */
#define HEADERS 12288	/* old carriers refuse more (standards 4.2) */
#define ID_LONGEST 250
#define URL_LONGEST 900

/* isalpha() would ask the locale. */
static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_alnum(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9');
}

static bool
is_atom_char(char c)
{
	return is_alnum(c) ||
	    (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

/* Atom characters and dots, not beginning with a dot. */
static bool
local_ok(const char *s, size_t n)
{
	if (n == 0 || n > 64 || s[0] == '.')
		return false;
	for (size_t i = 0; i < n; i++)
		if (s[i] != '.' && !is_atom_char(s[i]))
			return false;
	return true;
}

static bool
label_ok(const char *s, size_t n)
{
	if (n == 0 || n > 63 || s[0] == '-' || s[n - 1] == '-')
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_alnum(s[i]) && s[i] != '-')
			return false;
	return true;
}

/* Two labels or more, the last one no number (192.0.2.1 is no host name). */
static bool
host_ok(const char *s)
{
	size_t n = strcspn(s, ".");

	if (s[n] == '\0')
		return false;
	while (s[n] == '.') {
		if (!label_ok(s, n))
			return false;
		s += n + 1;
		n = strcspn(s, ".");
	}
	return label_ok(s, n) && is_letter(s[0]);
}

bool
mail_address_ok(const char *s)
{
	const char *at;

	if (s == NULL || strlen(s) > 254)
		return false;
	at = strchr(s, '@');
	return at != NULL && local_ok(s, (size_t)(at - s)) && host_ok(at + 1);
}

const char *
mail_domain(struct arena *a, const char *address)
{
	if (!mail_address_ok(address))
		return NULL;
	return str_lower(a, strchr(address, '@') + 1);
}

bool
mail_wire(const char *address, char out[MAIL_WIRE])
{
	const char *at;
	int local;
	bool quote;

	if (!mail_address_ok(address))
		return false;
	at = strchr(address, '@');
	local = (int)(at - address);
	quote = strstr(address, "..") != NULL || at[-1] == '.';
	snprintf(out, MAIL_WIRE, quote ? "\"%.*s\"%s" : "%.*s%s", local,
	    address, at);
	return true;
}

/* Text that may stand in a header once it is encoded. */
static bool
text_ok(const char *s)
{
	if (str_empty(s) || !utf8_valid(s, strlen(s)))
		return false;
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7F)
			return false;
	return true;
}

/* RFC 5322 3.6.4 without quoted strings and literals. */
static bool
id_ok(const char *s)
{
	bool at = false, begun = false;

	if (s == NULL || strlen(s) > ID_LONGEST)
		return false;
	for (; *s != '\0'; s++) {
		if (is_atom_char(*s)) {
			begun = true;
			continue;
		}
		if (!begun || (*s != '.' && (*s != '@' || at)))
			return false;
		at = at || *s == '@';
		begun = false;
	}
	return at && begun;
}

static bool
url_ok(const char *s)
{
	if (!str_starts(s, "https://") || strlen(s) > URL_LONGEST)
		return false;
	for (; *s != '\0'; s++)
		if (*s < 0x21 || *s > 0x7E || strchr("<>,", *s) != NULL)
			return false;
	return true;
}

static bool
mail_ok(const struct mail *m)
{
	return mail_address_ok(m->from) && mail_address_ok(m->to) &&
	    (str_empty(m->from_name) || text_ok(m->from_name)) &&
	    text_ok(m->subject) && id_ok(m->message_id) &&
	    (m->unsubscribe == NULL || url_ok(m->unsubscribe)) &&
	    stamp_is(m->date);
}

/* Octets of the longest beginning of whole characters within `room`. */
static size_t
whole_chars(const char *s, size_t room)
{
	const char *next = s, *end;

	do {
		end = next;
	} while (utf8_next(&next) != 0 && (size_t)(next - s) <= room);
	return (size_t)(end - s);
}

/* Plain ASCII is encoded as well: one way for all, and text that looks like
 * an encoded-word stays what it is. */
static void
add_words(struct buf *b, const char *s, size_t column)
{
	while (*s != '\0') {
		size_t n = whole_chars(s, (LINE - column - WORD) / 4 * 3);

		buf_printf(b, "=?UTF-8?B?%s?=", b64_text(b->a, s, n, 0));
		s += n;
		if (*s != '\0')
			buf_str(b, "\r\n ");
		column = 1;
	}
}

static void
add_text(struct buf *b, const char *name, const char *value)
{
	buf_printf(b, "%s: ", name);
	add_words(b, value, strlen(name) + 2);
	buf_str(b, "\r\n");
}

/* A value that cannot be folded goes to a line of its own when long. */
static void
add_plain(struct buf *b, const char *name, const char *value)
{
	size_t n = strlen(name) + 2 + strlen(value);

	buf_printf(b, "%s:%s%s\r\n", name, n > LINE ? "\r\n " : " ", value);
}

static void
add_from(struct buf *b, const struct mail *m)
{
	char wire[MAIL_WIRE];

	if (!mail_wire(m->from, wire))
		return;
	if (str_empty(m->from_name)) {
		add_plain(b, "From", wire);
		return;
	}
	buf_str(b, "From: ");
	add_words(b, m->from_name, strlen("From: "));
	buf_printf(b, "\r\n <%s>\r\n", wire);
}

static void
add_to(struct buf *b, const struct mail *m)
{
	char wire[MAIL_WIRE];

	if (mail_wire(m->to, wire))
		add_plain(b, "To", wire);
}

static void
add_unsubscribe(struct buf *b, const char *url)
{
	if (url == NULL)
		return;
	add_plain(b, "List-Unsubscribe", str_printf(b->a, "<%s>", url));
	add_plain(b, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
}

/* Text in the canonical form that base64 must carry (RFC 2045 6.8). */
static const char *
body_base64(struct arena *a, const char *body)
{
	size_t n = strlen(body);
	struct buf *b = buf_new(a, n + 64, 2 * n + 64);
	char last = '\0';

	for (; *body != '\0'; body++) {
		if (*body == '\n' && last != '\r')
			buf_char(b, '\r');
		buf_char(b, *body);
		last = *body;
	}
	return b64_text(a, b->p, b->n, 1);
}

enum err
mail_compose(struct arena *a, const struct mail *m, struct buf **out_r)
{
	const char *body;
	struct buf *b;

	if (!mail_ok(m))
		return ERR_INVALID;
	body = body_base64(a, m->body != NULL ? m->body : "");
	b = buf_new(a, 1024 + strlen(body), HEADERS + strlen(body));
	add_from(b, m);
	add_to(b, m);
	add_text(b, "Subject", m->subject);
	add_plain(b, "Date", stamp_mail(a, m->date));
	add_plain(b, "Message-ID", str_printf(a, "<%s>", m->message_id));
	add_plain(b, "Auto-Submitted", "auto-generated");
	add_unsubscribe(b, m->unsubscribe);
	add_plain(b, "MIME-Version", "1.0");
	add_plain(b, "Content-Type", "text/plain; charset=UTF-8");
	add_plain(b, "Content-Transfer-Encoding", "base64");
	buf_str(b, "\r\n");
	buf_str(b, body);
	if (!str_ends(body, "\r\n"))
		buf_str(b, "\r\n");
	if (buf_overflow(b))
		return ERR_INVALID;
	*out_r = b;
	return OK;
}
