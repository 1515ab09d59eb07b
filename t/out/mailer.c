/* SPDX-License-Identifier: AGPL-3.0-or-later
 * lib/out/mailer.c against a real SMTP receiver (t/smtp_sink.py) and against
 * peers that misbehave by a script. */
#include "out/mail.h"

#include <check.h>
#include <signal.h>
#include <unistd.h>

#include "t/smtp_peer.h"
#include "t/smtp_sink.h"

#define FROM "bounce+1@renraku.example"
#define MESSAGE "Subject: %s\r\n\r\n.\r\n..b\r\nlast\r\n"

static struct arena *a;

struct result {
	int times;
	enum mail_outcome outcome;
	long code;
	int turn;
};

static int turns;

static void
setup(void)
{
	a = arena_init(64 << 20);
	turns = 0;
	signal(SIGPIPE, SIG_IGN);
}

static void
teardown(void)
{
	arena_free(a);
}

static struct mailer *
mailer_at(const char *host, int port, int most)
{
	struct mailer *m = mailer_init(str_printf(a, "smtp://%s:%d", host,
	    port), "", most);

	ck_assert_ptr_nonnull(m);
	return m;
}

static enum err
start(struct mailer *m, const char *to, const char *subject,
    struct result *result)
{
	char *text = str_printf(a, MESSAGE, subject);
	struct bytes message = { (unsigned char *)text, strlen(text) };
	enum err err;

	*result = (struct result){ .outcome = MAIL_DOWN, .code = -1 };
	err = mailer_send(m, FROM, to, message, result);
	memset(text, '?', message.n);	/* it must have been copied */
	return err;
}

static void
note(void *key, enum mail_outcome outcome, long code, void *arg)
{
	struct result *r = key;

	ck_assert_ptr_eq(arg, &turns);
	r->times++;
	r->outcome = outcome;
	r->code = code;
	r->turn = ++turns;
}

static void
finish(struct mailer *m)
{
	while (mailer_busy(m) > 0)
		ck_assert_int_eq(mailer_wait(m, 1000, -1, note, &turns), OK);
}

static struct result
send_one(struct mailer *m, const char *to, const char *subject)
{
	struct result r;

	ck_assert_int_eq(start(m, to, subject, &r), OK);
	ck_assert_int_eq(mailer_busy(m), 1);
	finish(m);
	ck_assert_int_eq(r.times, 1);
	return r;
}

#define ENDS(got, want, reply)                                                \
	do {                                                                  \
		struct result ends_ = (got);                                  \
		ck_assert_int_eq(ends_.outcome, (want));                      \
		ck_assert_int_eq(ends_.code, (reply));                        \
	} while (0)

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

START_TEST(mail_arrives_whole)
{
	struct mailer *m = mailer_at("127.0.0.1", smtp_sink_port(), 1);
	const char *text = NULL;

	ENDS(send_one(m, "whole@mail.example", "s-whole"), MAIL_SENT, 250);
	ck_assert_uint_eq(smtp_sink_received(a, "s-whole", &text), 1);
	ck_assert_ptr_nonnull(strstr(text, "X-Envelope-From: " FROM "\n"));
	ck_assert_ptr_nonnull(strstr(text,
	    "X-Envelope-To: whole@mail.example\n"));
	ck_assert_ptr_nonnull(strstr(text, "X-Envelope-Helo: renraku\n"));
	ck_assert(str_ends(text, "Subject: s-whole\n\n.\n..b\nlast\n"));
	mailer_free(m);
}
END_TEST

START_TEST(outcomes_of_a_relay)
{
	struct mailer *m = mailer_at("127.0.0.1", smtp_sink_port(), 1);

	ENDS(send_one(m, "later-x@mail.example", "s-out"), MAIL_LATER, 451);
	ENDS(send_one(m, "refused-x@mail.example", "s-out"), MAIL_REFUSED, 550);
	ENDS(send_one(m, "good@mail.example", "s-out"), MAIL_SENT, 250);
	ck_assert_uint_eq(smtp_sink_received(a, "s-out", NULL), 1);
	mailer_free(m);
}
END_TEST

#define MANY 60

struct stream {
	struct mailer *m;
	struct result v[MANY];
	int next;
};

static void
start_next(struct stream *s)
{
	struct result *r = &s->v[s->next];

	ck_assert_int_eq(start(s->m, str_printf(a, "n%d@mail.example",
	    s->next), "s-many", r), OK);
	s->next++;
}

static void
refill(void *key, enum mail_outcome outcome, long code, void *arg)
{
	struct stream *s = arg;

	note(key, outcome, code, &turns);
	if (s->next < MANY)
		start_next(s);
}

static size_t
peers(void)
{
	size_t n = 0;
	const char *last = "";

	for (int i = 0; i < MANY; i++) {
		const char *text = NULL, *line;

		ck_assert_uint_eq(smtp_sink_received(a, str_printf(a,
		    "X-Envelope-To: n%d@mail.example\n", i), &text), 1);
		line = strstr(text, "X-Envelope-Peer: ");
		line = str_copy_n(a, line, strcspn(line, "\n"));
		if (strstr(last, line) == NULL) {
			last = str_printf(a, "%s%s\n", last, line);
			n++;
		}
	}
	return n;
}

START_TEST(many_over_few_connections)
{
	struct stream *s = arena_new(a, struct stream);
	struct result extra;

	s->m = mailer_at("127.0.0.1", smtp_sink_port(), 4);
	for (int i = 0; i < 4; i++)
		start_next(s);
	ck_assert_int_eq(mailer_busy(s->m), 4);
	ck_assert_int_eq(start(s->m, "x@mail.example", "s", &extra), ERR_LIMIT);
	while (mailer_busy(s->m) > 0)
		ck_assert_int_eq(mailer_wait(s->m, 1000, -1, refill, s), OK);
	for (int i = 0; i < MANY; i++) {
		ck_assert_int_eq(s->v[i].times, 1);
		ENDS(s->v[i], MAIL_SENT, 250);
	}
	ck_assert_uint_le(peers(), 4);
	mailer_free(s->m);
}
END_TEST

START_TEST(slow_one_holds_nobody_up)
{
	struct mailer *m = mailer_at("127.0.0.1", smtp_sink_port(), 2);
	struct result slow, fast;

	ck_assert_int_eq(start(m, "slow-x@mail.example", "s", &slow), OK);
	ck_assert_int_eq(start(m, "fast@mail.example", "s", &fast), OK);
	while (fast.times == 0)
		ck_assert_int_eq(mailer_wait(m, 1000, -1, note, &turns), OK);
	ck_assert_int_eq(slow.times, 0);
	ck_assert_int_eq(mailer_busy(m), 1);
	finish(m);
	ENDS(fast, MAIL_SENT, 250);
	ENDS(slow, MAIL_SENT, 250);
	ck_assert_int_eq(slow.turn, 2);
	mailer_free(m);
}
END_TEST

START_TEST(wait_returns_in_time)
{
	struct mailer *m = mailer_at("127.0.0.1", smtp_sink_port(), 1);
	double begin = seconds();

	ck_assert_int_eq(mailer_wait(m, 0, -1, note, &turns), OK);
	ck_assert_int_eq(mailer_wait(m, 150, -1, note, &turns), OK);
	ck_assert(seconds() - begin >= 0.149);
	ck_assert(seconds() - begin < 5);
	mailer_free(m);
}
END_TEST

START_TEST(wait_sees_other_descriptors)
{
	struct mailer *m = mailer_at("127.0.0.1", smtp_sink_port(), 2);
	struct result slow, fast;
	double begin = seconds();
	int fd[2];

	ck_assert_int_eq(pipe(fd), 0);
	ck_assert_int_eq(start(m, "slow-y@mail.example", "s", &slow), OK);
	ck_assert_int_eq(write(fd[1], "x", 1), 1);
	ck_assert_int_eq(mailer_wait(m, 60000, fd[0], note, &turns), OK);
	ck_assert_int_eq(slow.times, 0);
	ck_assert_int_eq(read(fd[0], (char[1]){ 0 }, 1), 1);
	ck_assert_int_eq(mailer_wait(m, 10, fd[0], note, &turns), OK);
	close(fd[1]);	/* a hang-up counts as readable */
	ck_assert_int_eq(mailer_wait(m, 60000, fd[0], note, &turns), OK);
	ck_assert_int_eq(slow.times, 0);
	ck_assert(seconds() - begin < 3);
	/* and goes on working while the descriptor stays readable */
	ck_assert_int_eq(start(m, "fast@mail.example", "s", &fast), OK);
	while (fast.times == 0)
		ck_assert_int_eq(mailer_wait(m, 100, fd[0], note, &turns), OK);
	ENDS(fast, MAIL_SENT, 250);
	close(fd[0]);
	mailer_free(m);
}
END_TEST

START_TEST(freed_while_sending)
{
	struct mailer *m = mailer_at("127.0.0.1", smtp_sink_port(), 2);
	struct result slow, idle;
	double begin = seconds();

	ck_assert_int_eq(start(m, "slow-z@mail.example", "s", &slow), OK);
	ck_assert_int_eq(mailer_wait(m, 50, -1, note, &turns), OK);
	ck_assert_int_eq(start(m, "never@mail.example", "s", &idle), OK);
	mailer_free(m);
	ck_assert(seconds() - begin < 3);
	ck_assert_int_eq(turns, 0);
	mailer_free(NULL);
}
END_TEST

START_TEST(bad_addresses_go_nowhere)
{
	static const char *const bad[] = { NULL, "", "a", "a@b",
		"x@e.jp>\r\nRCPT TO:<s-evil@e.jp", "x@e.jp\r\n", "a b@c.jp",
		"<a@b.jp>", "花@b.jp" };
	struct mailer *m = mailer_at("127.0.0.1", smtp_sink_port(), 1);
	struct bytes text = { (const unsigned char *)"s-evil", 6 };

	for (size_t i = 0; i < COUNT(bad); i++) {
		ck_assert_int_eq(mailer_send(m, FROM, bad[i], text, NULL),
		    ERR_INVALID);
		ck_assert_int_eq(mailer_send(m, bad[i], "a@b.jp", text, NULL),
		    ERR_INVALID);
	}
	ck_assert_int_eq(mailer_busy(m), 0);
	ENDS(send_one(m, "after@mail.example", "s-after"), MAIL_SENT, 250);
	ck_assert_uint_eq(smtp_sink_received(a, "s-evil", NULL), 0);
	mailer_free(m);
}
END_TEST

/* Anything but the loopback needs STARTTLS and a certificate that fits. */
START_TEST(tls_off_the_loopback)
{
	const char *url = str_printf(a, "smtp://relay.localhost:%d/",
	    smtp_sink_port());
	struct mailer *m = mailer_init(url, NULL, 1);

	ENDS(send_one(m, "tls@mail.example", "s-untrusted"), MAIL_DOWN, 220);
	ck_assert_uint_eq(smtp_sink_received(a, "s-untrusted", NULL), 0);
	mailer_free(m);
	m = mailer_init(url, smtp_sink_ca(), 1);
	ENDS(send_one(m, "tls@mail.example", "s-trusted"), MAIL_SENT, 250);
	ENDS(send_one(m, "tls@mail.example", "s-trusted"), MAIL_SENT, 250);
	ck_assert_uint_eq(smtp_sink_received(a, "s-trusted", NULL), 2);
	mailer_free(m);
	m = mailer_init(str_printf(a, "smtp://other.localhost:%d", smtp_sink_port()),
	    smtp_sink_ca(), 1);
	ENDS(send_one(m, "tls@mail.example", "s-other"), MAIL_DOWN, 220);
	ck_assert_uint_eq(smtp_sink_received(a, "s-other", NULL), 0);
	mailer_free(m);
}
END_TEST

START_TEST(only_smtp_urls)
{
	static const char *const urls[] = { "http://127.0.0.1:1",
		"file:///etc/hosts", "", "smtp://", "127.0.0.1:1 2" };

	for (size_t i = 0; i < COUNT(urls); i++) {
		struct mailer *m = mailer_init(urls[i], NULL, 1);

		ck_assert_ptr_nonnull(m);
		ENDS(send_one(m, "a@mail.example", "s"), MAIL_DOWN, 0);
		mailer_free(m);
	}
	ck_assert_ptr_null(mailer_init("smtp://127.0.0.1", NULL, 0));
}
END_TEST

/* Peers by script (t/smtp_peer.h). */

#define GREETING "220 x\r\n"
#define FINE "250 x\r\n"
#define GO "354 x\r\n"

#define PEER(want, reply, ...)                                                \
	do {                                                                  \
		struct mailer *m_ = mailer_at("127.0.0.1",                    \
		    smtp_peer_start(false,                                    \
		    (const char *const[]){ __VA_ARGS__, NULL }), 1);          \
		ENDS(send_one(m_, "a@mail.example", "s"), (want), (reply));   \
		mailer_free(m_);                                              \
	} while (0)

START_TEST(replies_about_the_mail)
{
	PEER(MAIL_SENT, 250, GREETING, FINE, FINE, FINE, GO, FINE);
	PEER(MAIL_LATER, 452, GREETING, FINE, "452 full\r\n");
	PEER(MAIL_REFUSED, 553, GREETING, FINE, "553 sender\r\n");
	PEER(MAIL_LATER, 421, GREETING, FINE, FINE, "421 closing\r\n");
	PEER(MAIL_REFUSED, 554, GREETING, FINE, FINE, FINE, "554 no\r\n");
	PEER(MAIL_LATER, 451, GREETING, FINE, FINE, FINE, GO, "451 disk\r\n");
	PEER(MAIL_REFUSED, 552, GREETING, FINE, FINE, FINE, GO,
	    "552-too\r\n552 large\r\n");
}
END_TEST

/* None of these is the fault of the recipient. */
START_TEST(replies_about_the_session)
{
	PEER(MAIL_DOWN, 554, "554 not you\r\n");
	PEER(MAIL_DOWN, 421, "421 busy\r\n");
	PEER(MAIL_DOWN, 550, GREETING, "550 no\r\n", "550 no\r\n");
}
END_TEST

START_TEST(peers_that_break_off)
{
	PEER(MAIL_DOWN, 0, "");
	PEER(MAIL_DOWN, 0, "HTTP/1.1 400 Bad Request\r\n\r\n");
	PEER(MAIL_DOWN, 220, GREETING);
	PEER(MAIL_DOWN, 250, GREETING, FINE, FINE);
	PEER(MAIL_DOWN, 354, GREETING, FINE, FINE, FINE, GO);
}
END_TEST

/* One that offers no TLS gets no mail in the clear. */
START_TEST(relay_without_tls)
{
	struct mailer *m = mailer_at("relay.localhost", smtp_peer_start(false,
	    (const char *const[]){ GREETING, FINE, FINE, FINE, GO, FINE,
	    NULL }), 1);

	ENDS(send_one(m, "a@mail.example", "s"), MAIL_DOWN, 250);
	mailer_free(m);
}
END_TEST

/* Word for word, dots doubled, an old carrier's address in quotes. */
START_TEST(said_on_the_wire)
{
	struct mailer *m = mailer_at("127.0.0.1", smtp_peer_start(true,
	    (const char *const[]){ GREETING, FINE, FINE, FINE, GO, FINE, "",
	    NULL }), 1);

	ENDS(send_one(m, "a..b.@docomo.example", "s"), MAIL_SENT, 250);
	smtp_peer_hear("EHLO renraku\r\n");
	smtp_peer_hear("MAIL FROM:<" FROM ">\r\n");
	smtp_peer_hear("RCPT TO:<\"a..b.\"@docomo.example>\r\n");
	smtp_peer_hear("DATA\r\n");
	smtp_peer_hear("Subject: s\r\n");
	smtp_peer_hear("..\r\n");
	smtp_peer_hear("...b\r\n");
	smtp_peer_hear("last\r\n");
	smtp_peer_hear(".\r\n");
	mailer_free(m);
	smtp_peer_hear("QUIT\r\n");
}
END_TEST

START_TEST(closed_connections_are_made_again)
{
	struct mailer *m = mailer_at("127.0.0.1", smtp_peer_start(false,
	    (const char *const[]){ GREETING, FINE, FINE, FINE, GO, FINE,
	    NULL }), 1);

	for (int i = 0; i < 5; i++) {
		ENDS(send_one(m, "a@mail.example", "s"), MAIL_SENT, 250);
		smtp_peer_hear("closed\n");
	}
	mailer_free(m);
}
END_TEST

START_TEST(no_relay)
{
	int fd, port = smtp_peer_listen(&fd);
	struct mailer *m = mailer_at("127.0.0.1", port, 1);

	close(fd);
	ENDS(send_one(m, "a@mail.example", "s"), MAIL_DOWN, 0);
	ENDS(send_one(m, "b@mail.example", "s"), MAIL_DOWN, 0);
	mailer_free(m);
}
END_TEST

/* The code of the mail before must not stick to the next one. */
START_TEST(relay_gone_after_a_refusal)
{
	struct mailer *m = mailer_at("127.0.0.1", smtp_peer_start(true,
	    (const char *const[]){ GREETING, FINE, FINE, "550 no\r\n", FINE,
	    NULL }), 1);

	ENDS(send_one(m, "a@mail.example", "s"), MAIL_REFUSED, 550);
	ENDS(send_one(m, "a@mail.example", "s"), MAIL_DOWN, 0);
	mailer_free(m);
}
END_TEST

START_TEST(silent_relay)
{
	int fd, port = smtp_peer_listen(&fd);
	struct mailer *m = mailer_at("127.0.0.1", port, 1);
	double begin = seconds();

	ENDS(send_one(m, "a@mail.example", "s"), MAIL_DOWN, 0);
	ck_assert(seconds() - begin > 4);
	ck_assert(seconds() - begin < 10);
	mailer_free(m);
	close(fd);
}
END_TEST

/* The good-bye of a kept connection must not wait for a dead relay. */
START_TEST(relay_silent_at_the_end)
{
	struct mailer *m = mailer_at("127.0.0.1", smtp_peer_start(false,
	    (const char *const[]){ GREETING, FINE, FINE, FINE, GO, FINE,
	    "", "", NULL }), 1);
	double begin = seconds();

	ENDS(send_one(m, "a@mail.example", "s"), MAIL_SENT, 250);
	mailer_free(m);
	ck_assert(seconds() - begin < 3);
}
END_TEST

static Suite *
mailer_suite(void)
{
	Suite *s = suite_create("out/mailer");
	TCase *c = tcase_create("mailer");

	tcase_set_timeout(c, 60);
	tcase_add_unchecked_fixture(c, smtp_sink_start, smtp_sink_stop);
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, mail_arrives_whole);
	tcase_add_test(c, outcomes_of_a_relay);
	tcase_add_test(c, many_over_few_connections);
	tcase_add_test(c, slow_one_holds_nobody_up);
	tcase_add_test(c, wait_returns_in_time);
	tcase_add_test(c, wait_sees_other_descriptors);
	tcase_add_test(c, freed_while_sending);
	tcase_add_test(c, bad_addresses_go_nowhere);
	tcase_add_test(c, tls_off_the_loopback);
	tcase_add_test(c, only_smtp_urls);
	tcase_add_test(c, replies_about_the_mail);
	tcase_add_test(c, replies_about_the_session);
	tcase_add_test(c, peers_that_break_off);
	tcase_add_test(c, relay_without_tls);
	tcase_add_test(c, said_on_the_wire);
	tcase_add_test(c, closed_connections_are_made_again);
	tcase_add_test(c, no_relay);
	tcase_add_test(c, relay_gone_after_a_refusal);
	tcase_add_test(c, silent_relay);
	tcase_add_test(c, relay_silent_at_the_end);
	suite_add_tcase(s, c);
	return s;
}

int
main(void)
{
	SRunner *r = srunner_create(mailer_suite());
	int failed;

	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
