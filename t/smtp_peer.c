/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The misbehaving relay: a child process that reads its lines from a script
 * and ends with the test. */
#include "t/smtp_peer.h"

#include <arpa/inet.h>
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"

static int peer_pipe[2];
static FILE *peer_said;

static void
peer_tell(const char *line)
{
	ck_assert_int_gt(write(peer_pipe[1], line, strlen(line)), 0);
}

void
smtp_peer_hear(const char *wanted)
{
	char line[2048];

	do {
		ck_assert_ptr_nonnull(fgets(line, sizeof(line), peer_said));
	} while (strcmp(line, wanted) != 0);
}

static void
peer_read(FILE *in, bool message)
{
	char line[2048];

	while (fgets(line, sizeof(line), in) != NULL) {
		peer_tell(line);
		if (!message || strcmp(line, ".\r\n") == 0)
			return;
	}
}

static void
peer_serve(int fd, const char *const *replies)
{
	FILE *in = fdopen(fd, "r+");

	for (; *replies != NULL; replies++) {
		if (send(fd, *replies, strlen(*replies), MSG_NOSIGNAL) < 0)
			break;
		if (replies[1] != NULL)
			peer_read(in, str_starts(*replies, "354"));
	}
	fclose(in);
	peer_tell("closed\n");
}

int
smtp_peer_listen(int *fd_r)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);

	*fd_r = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(bind(*fd_r, (struct sockaddr *)&at, n), 0);
	ck_assert_int_eq(listen(*fd_r, 8), 0);
	ck_assert_int_eq(getsockname(*fd_r, (struct sockaddr *)&at, &n), 0);
	return ntohs(at.sin_port);
}

int
smtp_peer_start(bool once, const char *const *replies)
{
	int fd, port = smtp_peer_listen(&fd);

	if (peer_said != NULL)
		fclose(peer_said);
	ck_assert_int_eq(pipe(peer_pipe), 0);
	peer_said = fdopen(peer_pipe[0], "r");
	if (fork() == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		do {
			int one = accept(fd, NULL, NULL);

			if (once)
				close(fd);
			peer_serve(one, replies);
		} while (!once);
		_exit(0);
	}
	close(fd);
	close(peer_pipe[1]);
	return port;
}
