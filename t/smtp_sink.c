/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Starts t/smtp_sink.py in a directory of its own below /tmp, waits until it
 * listens, reads its Maildir, and removes all of it again. */
#include "t/smtp_sink.h"

#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"

static char dir[64];
static char script[256], mail[128], ready[128], cert[128], key[128];
static pid_t sink;
static int sink_port;

int
smtp_sink_port(void)
{
	return sink_port;
}

const char *
smtp_sink_ca(void)
{
	return cert;
}

static void
name_files(void)
{
	const char *srcdir = getenv("srcdir");

	snprintf(dir, sizeof(dir), "/tmp/renraku-sink-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(script, sizeof(script), "%s/t/smtp_sink.py",
	    srcdir != NULL ? srcdir : ".");
	snprintf(mail, sizeof(mail), "%s/mail", dir);
	snprintf(ready, sizeof(ready), "%s/ready", dir);
	snprintf(cert, sizeof(cert), "%s/cert.pem", dir);
	snprintf(key, sizeof(key), "%s/key.pem", dir);
}

/* Ends with this process, however that ends. */
static pid_t
run(const char *const argv[])
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	return pid;
}

static void
make_certificate(void)
{
	pid_t pid = run((const char *const[]){ "/usr/bin/openssl", "req",
	    "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
	    "-nodes", "-days", "2", "-subj", "/CN=relay.localhost", "-addext",
	    "subjectAltName=DNS:relay.localhost", "-keyout", key, "-out", cert,
	    NULL });
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}

static void
read_port(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char text[16] = "";
	int64_t port;

	ck_assert_int_eq(poll(&p, 1, 30000), 1);
	ck_assert_int_gt(read(fd, text, sizeof(text) - 1), 1);
	*strchrnul(text, '\n') = '\0';
	ck_assert_int_eq(str_parse_int(text, 1, 65535, &port), OK);
	sink_port = (int)port;
}

/* The ready file is a FIFO, so that waiting for it needs no sleep. */
void
smtp_sink_start(void)
{
	int fd;

	name_files();
	make_certificate();
	ck_assert_int_eq(mkfifo(ready, 0600), 0);
	fd = open(ready, O_RDWR | O_CLOEXEC);
	sink = run((const char *const[]){ "/usr/bin/python3", script,
	    "--socket-port", "0", "--maildir", mail, "--ready", ready,
	    "--tls-cert", cert, "--tls-key", key, NULL });
	read_port(fd);
	close(fd);
}

static int
remove_one(const char *path, const struct stat *st UNUSED, int type UNUSED,
    struct FTW *ftw UNUSED)
{
	return remove(path);
}

void
smtp_sink_stop(void)
{
	int status;

	kill(sink, SIGTERM);
	ck_assert_int_eq(waitpid(sink, &status, 0), sink);
	ck_assert_int_eq(status, 0);
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static const char *
file_text(struct arena *a, const char *path)
{
	char text[65536];
	FILE *f = fopen(path, "r");
	size_t n;

	ck_assert_ptr_nonnull(f);
	n = fread(text, 1, sizeof(text), f);
	ck_assert_uint_lt(n, sizeof(text));
	fclose(f);
	return str_copy_n(a, text, n);
}

size_t
smtp_sink_received(struct arena *a, const char *needle, const char **text_r)
{
	DIR *d = opendir(str_printf(a, "%s/new", mail));
	struct dirent *e;
	size_t n = 0;

	ck_assert_ptr_nonnull(d);
	while ((e = readdir(d)) != NULL) {
		const char *text;

		if (e->d_name[0] == '.')
			continue;
		text = file_text(a, str_printf(a, "%s/new/%s", mail,
		    e->d_name));
		if (strstr(text, needle) == NULL)
			continue;
		n++;
		if (text_r != NULL)
			*text_r = text;
	}
	closedir(d);
	return n;
}
