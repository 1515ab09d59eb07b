/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The sender (design 10): leases recipients, renders their mail in their
 * language, hands it to the relay, marks it; between times it seals the access
 * history and purges what is over. Several may run. Never loses a job: what it
 * leased comes back when the lease ends. */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/i18n.h"
#include "base/log.h"
#include "db/db.h"
#include "mail_text.h"
#include "model/outbox.h"
#include "model/purge.h"
#include "model/seal.h"
#include "out/mail.h"

#define AT_ONCE	      32	/* transfers under way */
#define PER_DOMAIN    4		/* of them to one domain */
#define WAIT_DOMAIN   8		/* leased and waiting for one domain */
#define WAIT_SECONDS  2		/* others of that domain come again then */
#define BATCH_BYTES   (12u * 1024 * 1024)
#define BATCH	      64	/* recipients leased at once */
#define LEASE_SECONDS 120
#define TRIES	      8
#define IDLE_MS	      200
#define SEAL_SECONDS  10
#define PURGE_SECONDS 60

/* A leased recipient: waiting for a transfer, or under way. */
struct job {
	struct outbox_item item;
	struct job *next;
};

struct daemon {
	struct conf conf;
	struct keys *keys;
	struct tmpl_set *tmpls;
	struct db *db;
	struct mailer *mailer;
	struct arena *forever;	/* configuration */
	struct arena *batch;	/* the leased jobs; reset when all are done */
	struct arena *scratch;	/* one mail, one seal round */
	struct job *waiting;
	size_t n_waiting;
	struct job *flying[AT_ONCE];
	int stop_fd;
	bool relay_down, db_down;
	bool caught_up;		/* sealed all that was there at the start */
	struct stamp sealed, purged;
};

/* ── outcomes ───────────────────────────────────────────────────────────── */

/* 30 s, 1, 2, 4 … 60 minutes. */
static int64_t
back_off(int64_t tries)
{
	int64_t seconds = 30;

	for (int64_t i = 1; i < tries && seconds < 3600; i++)
		seconds *= 2;
	return seconds > 3600 ? 3600 : seconds;
}

static void
close_job(struct daemon *d, const struct job *job, enum outbox_end end,
    long reply)
{
	if (outbox_done(d->db, job->item.id, end, reply, clock_now()) != OK)
		log_warn("outbox_mark", "recipient %lld could not be marked;"
		    " its lease will end", (long long)job->item.id);
}

static void
put_off(struct daemon *d, const struct job *job, long reply)
{
	if (outbox_again(d->db, job->item.id, back_off(job->item.tries),
		reply) != OK)
		log_warn("outbox_mark", "recipient %lld could not be put off;"
		    " its lease will end", (long long)job->item.id);
}

static void
land(struct daemon *d, const struct job *job)
{
	for (size_t i = 0; i < AT_ONCE; i++)
		if (d->flying[i] == job)
			d->flying[i] = NULL;
}

static void
done(void *key, enum mail_outcome outcome, long code, void *arg)
{
	struct daemon *d = arg;
	struct job *job = key;

	land(d, job);
	if ((outcome == MAIL_DOWN) != d->relay_down) {
		d->relay_down = outcome == MAIL_DOWN;
		log_warn(d->relay_down ? "relay_down" : "relay_up",
		    d->relay_down ? "the mail relay does not answer"
				  : "the mail relay answers again");
	}
	if (outcome == MAIL_SENT)
		close_job(d, job, OUTBOX_SENT, code);
	else if (outcome == MAIL_REFUSED ||
	    (outcome == MAIL_LATER && job->item.tries >= TRIES))
		close_job(d, job, OUTBOX_REFUSED, code);
	else
		put_off(d, job, code);
}

/* ── sending ────────────────────────────────────────────────────────────── */

static int
flying_to(const struct daemon *d, const char *domain)
{
	int n = 0;

	for (size_t i = 0; i < AT_ONCE; i++)
		n += d->flying[i] != NULL &&
		    str_eq(d->flying[i]->item.domain, domain);
	return n;
}

static enum err
start(struct daemon *d, struct job *job)
{
	const char *bounce;
	struct buf *message;
	struct mail mail;

	arena_reset(d->scratch);
	TRY(mail_text(d->scratch, &d->conf, d->keys, d->tmpls, &job->item,
	    &mail));
	TRY(mail_compose(d->scratch, &mail, &message));
	bounce = str_printf(d->scratch, "b-%s@%s",
	    uid_text(d->scratch, job->item.uid), d->conf.mail_bounce);
	return mailer_send(d->mailer, bounce, job->item.address,
	    (struct bytes){ (unsigned char *)message->p, message->n }, job);
}

/* Every waiting job whose domain has room; others keep their place. */
static void
start_waiting(struct daemon *d)
{
	for (struct job **at = &d->waiting; *at != NULL;) {
		struct job *job = *at;
		enum err e;

		if (mailer_busy(d->mailer) >= AT_ONCE)
			return;
		if (flying_to(d, job->item.domain) >= PER_DOMAIN) {
			at = &job->next;
			continue;
		}
		*at = job->next;
		d->n_waiting--;
		if (job->item.expires_at.us <= clock_now().us) {
			close_job(d, job, OUTBOX_EXPIRED, 0);
			continue;
		}
		e = start(d, job);
		if (e != OK) {
			log_error("mail_refused", "recipient %lld: the mail"
			    " could not be made (%s)",
			    (long long)job->item.id, err_name(e));
			close_job(d, job, OUTBOX_REFUSED, 0);
			continue;
		}
		for (size_t i = 0; i < AT_ONCE; i++)
			if (d->flying[i] == NULL) {
				d->flying[i] = job;
				break;
			}
	}
}

/* ── leasing ────────────────────────────────────────────────────────────── */

static int
waiting_for(const struct daemon *d, const char *domain)
{
	int n = 0;

	for (const struct job *job = d->waiting; job != NULL; job = job->next)
		n += str_eq(job->item.domain, domain);
	return n;
}

/* Keep what was leased; of a domain that has enough waiting the rest goes
 * back, so that a slow domain never stands before another. */
static void
keep(struct daemon *d, const struct list *items)
{
	struct job **end = &d->waiting;

	while (*end != NULL)
		end = &(*end)->next;
	for (size_t i = 0; i < items->n; i++) {
		const struct outbox_item *item =
		    LIST_AT(*items, struct outbox_item, i);
		struct job *job;

		if (flying_to(d, item->domain) >= PER_DOMAIN &&
		    waiting_for(d, item->domain) >= WAIT_DOMAIN &&
		    outbox_release(d->db, item->id, WAIT_SECONDS) == OK)
			continue;
		job = arena_new(d->batch, struct job);
		job->item = *item;
		*end = job;
		end = &job->next;
		d->n_waiting++;
	}
}

/* Urgent first, then first attempts, then retries: a queue of retries never
 * stands before somebody's first mail. */
static enum err
lease(struct daemon *d, size_t *n)
{
	static const int queues[] = { LANE_URGENT, LANE_NORMAL, LANE_BULK,
		LANE_URGENT + 10, LANE_NORMAL + 10, LANE_BULK + 10 };
	struct list items;

	*n = 0;
	if (d->waiting == NULL && mailer_busy(d->mailer) == 0)
		arena_reset(d->batch);
	if (d->n_waiting >= BATCH || arena_used(d->batch) > BATCH_BYTES)
		return OK;
	for (size_t i = 0; i < COUNT(queues) && *n < BATCH; i++) {
		TRY(outbox_lease(d->batch, d->db, queues[i],
		    BATCH - (int64_t)*n, LEASE_SECONDS, &items));
		keep(d, &items);
		*n += items.n;
	}
	return OK;
}

/* ── house-keeping ──────────────────────────────────────────────────────── */

static bool
is_due(struct stamp *last, int64_t seconds)
{
	struct stamp now = clock_now();

	if (now.us - last->us < seconds * 1000000 && now.us >= last->us)
		return false;
	*last = now;
	return true;
}

static enum err
keep_house(struct daemon *d)
{
	int64_t n;

	if (is_due(&d->sealed, SEAL_SECONDS)) {
		do {
			arena_reset(d->scratch);
			TRY(seal_run(d->scratch, d->db, d->keys, clock_now(),
			    !d->caught_up, &n));
		} while (n == 1000);
		d->caught_up = true;
	}
	if (is_due(&d->purged, PURGE_SECONDS)) {
		TRY(purge_run(d->db, clock_now(), &n));
		if (n >= 10000)
			d->purged = STAMP_NONE;
	}
	return OK;
}

/* ── loop ───────────────────────────────────────────────────────────────── */

static bool
stopping(const struct daemon *d)
{
	struct pollfd p = { d->stop_fd, POLLIN, 0 };

	return poll(&p, 1, 0) > 0;
}

static void
turn(struct daemon *d)
{
	size_t n = 0;
	enum err e = lease(d, &n);

	if (e == OK)
		e = keep_house(d);
	if ((e != OK) != d->db_down) {
		d->db_down = e != OK;
		log_warn("notifyd_db", d->db_down
		    ? "the database is away; trying again"
		    : "the database is back");
	}
	start_waiting(d);
	if (mailer_wait(d->mailer, n > 0 ? 0 : IDLE_MS, d->stop_fd, done, d) !=
	    OK)
		log_error("mailer", "the mailer failed");
}

/* The hand-overs under way end; what only waits comes back by its lease. */
static void
run(struct daemon *d)
{
	while (!stopping(d))
		turn(d);
	for (int i = 0; i < 600 && mailer_busy(d->mailer) > 0; i++)
		if (mailer_wait(d->mailer, 100, -1, done, d) != OK)
			break;
}

static enum err
prepare(struct daemon *d, const char *conf_file)
{
	struct db_account account = { .user = "notify",
		.statement_seconds = 30 };

	TRY(conf_load(d->forever, conf_file, &d->conf));
	clock_set_offset(d->conf.clock_offset);
	TRY(keys_init(d->conf.keys, &d->keys));
	TRY(i18n_init(d->conf.locale));
	TRY(tmpl_init(d->conf.templates, d->conf.assets, NULL, &d->tmpls));
	account.socket = d->conf.db_socket;
	account.name = d->conf.db_name;
	TRY(conf_secret(d->forever, d->conf.db_passwords, "notify",
	    &account.password));
	d->db = db_init(&account);
	d->mailer = mailer_init(d->conf.smtp_url,
	    str_empty(d->conf.smtp_ca) ? NULL : d->conf.smtp_ca, AT_ONCE);
	return d->db == NULL || d->mailer == NULL ? ERR_BUG : OK;
}

static int
block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "conf", required_argument, NULL, 'c' },
		{ NULL, 0, NULL, 0 },
	};
	const char *conf_file = NULL;
	struct daemon d = { 0 };
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (c == 'c')
			conf_file = optarg;
	if (conf_file == NULL) {
		fputs("usage: notifyd --conf FILE\n", stderr);
		return 2;
	}
	log_program("notifyd");
	d.forever = arena_init(4u * 1024 * 1024);
	d.batch = arena_init(16u * 1024 * 1024);
	d.scratch = arena_init(64u * 1024 * 1024);
	d.stop_fd = block_signals();
	if (d.forever == NULL || d.batch == NULL || d.scratch == NULL ||
	    d.stop_fd < 0 || prepare(&d, conf_file) != OK)
		return 1;
	log_note("notifyd_ready", "sending through %s", d.conf.smtp_url);
	run(&d);
	db_free(d.db);
	mailer_free(d.mailer);
	return 0;
}
