/* SPDX-License-Identifier: AGPL-3.0-or-later
 * A real SMTP receiver (t/smtp_sink.py) for tests in C that send mail. It
 * knows STARTTLS as "relay.localhost". Rules for recipients: see the script. */
#ifndef T_SMTP_SINK_H
#define T_SMTP_SINK_H

#include "base/arena.h"

/* Unchecked fixtures: one receiver for all tests of a case. */
void smtp_sink_start(void);
void smtp_sink_stop(void);

int smtp_sink_port(void);		/* on 127.0.0.1 */
const char *smtp_sink_ca(void);		/* file that trusts its certificate */
/* How many mails kept so far contain the needle, and the text of one; each
 * begins with X-Envelope-From, -To, -Peer (port), -Helo. */
size_t smtp_sink_received(struct arena *, const char *needle,
    const char **text);

#endif
