/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Mail: composing (RFC 5322, 2045, 2047) and handing over to a relay by
 * libcurl, many at once. Validates every address and header itself because
 * libcurl 7.88 passes CR and LF through (standards 1.9, 4.2). */
#ifndef OUT_MAIL_H
#define OUT_MAIL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/jtime.h"
#include "base/str.h"

/* Usable as an envelope and header address: 3..254 bytes, one "@", local part
 * of atom characters and dots (also the carriers' old ".." and trailing "."),
 * a host name with a dot, no byte below 0x21 or above 0x7E. */
bool mail_address_ok(const char *);
/* The host part, lower case; NULL for an unusable address. */
const char *mail_domain(struct arena *, const char *address);
/* As SMTP and headers spell it: the local part quoted where it is no
 * dot-atom. False, out untouched, for an unusable address. */
#define MAIL_WIRE 260
bool mail_wire(const char *address, char out[MAIL_WIRE]) MUST_USE;

struct mail {
	const char *from_name;		/* display name, any UTF-8 */
	const char *from;
	const char *to;
	const char *subject;
	const char *body;		/* LF line ends */
	const char *message_id;		/* without <>, "<key>@<domain>" */
	const char *unsubscribe;	/* https URL or NULL */
	struct stamp date;
};

/* The whole message with CRLF, ready for DATA (curl stuffs the dots): UTF-8,
 * base64 body, encoded-words cut at character borders, each at most 75
 * octets, local parts with ".." quoted. ERR_INVALID: bad address or header. */
enum err mail_compose(struct arena *, const struct mail *, struct buf **out)
    MUST_USE;

enum mail_outcome { MAIL_SENT, MAIL_LATER, MAIL_REFUSED, MAIL_DOWN };

struct mailer;
/* url "smtp://host:port" or "smtps://…"; `most` transfers at once over kept
 * connections, one thread (all signals blocked) each. TLS is demanded unless
 * the host is a loopback. NULL without memory. */
struct mailer *mailer_init(const char *url, const char *ca_file, int most);
void mailer_free(struct mailer *);
/* Start one hand-over; ERR_LIMIT when `most` are under way. `message` and the
 * addresses are copied. The outcome comes from mailer_wait() with `key`:
 * MAIL_LATER 4xx, MAIL_REFUSED 5xx, MAIL_DOWN no relay or one that breaks off
 * or turns the whole session away (greeting, STARTTLS): says nothing about the
 * recipient. ERR_INVALID: a bad address. */
enum err mailer_send(struct mailer *, const char *envelope_from, const char *to,
    struct bytes message, void *key) MUST_USE;
int mailer_busy(const struct mailer *);
/* Work for at most `ms`, also returning when one of the caller's descriptors
 * (or -1) is readable; calls `done` for each that ended, with the relay's reply
 * code (0: none). */
enum err mailer_wait(struct mailer *, int ms, int extra_fd,
    void (*done)(void *key, enum mail_outcome, long code, void *arg), void *arg)
    MUST_USE;

#endif
