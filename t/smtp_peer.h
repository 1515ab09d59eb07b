/* SPDX-License-Identifier: AGPL-3.0-or-later
 * A relay by script, for tests of what goes wrong: broken, rude or silent
 * peers that t/smtp_sink.py cannot play. One at a time. */
#ifndef T_SMTP_PEER_H
#define T_SMTP_PEER_H

#include <stdbool.h>

/* Serves connections until the test ends, or one only, and returns its port.
 * After each reply but the last it reads a line, after 354 a whole message;
 * then it hangs up. NULL ends the list; an empty last reply makes it wait for
 * one line more. */
int smtp_peer_start(bool once, const char *const *replies);
/* Waits until the peer has read that line ("QUIT\r\n"), or hung up
 * ("closed\n"); everything before it is forgotten. */
void smtp_peer_hear(const char *line);
/* A listening socket on 127.0.0.1 that nobody serves; returns its port. */
int smtp_peer_listen(int *fd);

#endif
