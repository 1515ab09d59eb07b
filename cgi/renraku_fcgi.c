/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The FastCGI program: one side, one pool. The master supervises; each worker
 * opens its connections when first needed and serves until told to stop. */
#include "app.h"
#include "page.h"

#include <getopt.h>

#include "base/i18n.h"
#include "base/log.h"
#include "web/master.h"

#define ARENA_LIMIT (256u * 1024 * 1024)

/* Workers on two cores, and how long one may sit on a request (seconds). */
static const struct {
	enum side side;
	enum pool pool;
	int workers, seconds;
} defaults[] = {
	{ SIDE_GUARDIAN, POOL_MAIN, 16, 20 },
	{ SIDE_GUARDIAN, POOL_LOGIN, 2, 20 },
	{ SIDE_STAFF, POOL_MAIN, 8, 30 },
	{ SIDE_STAFF, POOL_LOGIN, 2, 20 },
	{ SIDE_STAFF, POOL_UPLOAD, 2, 120 },
};

struct program {
	struct app app;
	struct arena *a;
	const char *conf_file;
	size_t row;		/* of defaults */
};

/* ── loading (master, candidate) ────────────────────────────────────────── */

static enum err
load(void *arg)
{
	struct program *p = arg;
	struct app *app = &p->app;

	p->a = arena_init(4u * 1024 * 1024);
	if (p->a == NULL)
		return ERR_BUG;
	TRY(conf_load(p->a, p->conf_file, &app->conf));
	clock_set_offset(app->conf.clock_offset);
	TRY(routes_check());
	TRY(keys_init(app->conf.keys, &app->keys));
	TRY(i18n_init(app->conf.locale));
	app->origin = app->side == SIDE_GUARDIAN ? app->conf.guardian_url
						 : app->conf.staff_url;
	return tmpl_init(app->conf.templates, app->conf.assets, &page_fields,
	    &app->tmpls);
}

/* ── one worker ─────────────────────────────────────────────────────────── */

static enum err
open_account(struct program *p, const char *user, struct db **db)
{
	struct db_account account = {
		.socket = p->app.conf.db_socket,
		.name = p->app.conf.db_name,
		.user = user,
		.statement_seconds = p->app.pool == POOL_UPLOAD ? 60 : 0,
	};

	TRY(conf_secret(p->a, p->app.conf.db_passwords, user,
	    &account.password));
	*db = db_init(&account);
	return *db == NULL ? ERR_BUG : OK;
}

/* "<side>_r" reads, "<side>_w" writes; in login pools "login_<side>" does. */
static enum err
open_accounts(struct program *p)
{
	const char *side = choice_by_value(side_choices, (int)p->app.side)->name;
	const char *writer = p->app.pool == POOL_LOGIN
	    ? str_printf(p->a, "login_%s", side)
	    : str_printf(p->a, "%s_w", side);

	TRY(open_account(p, str_printf(p->a, "%s_r", side), &p->app.reader));
	return open_account(p, writer, &p->app.writer);
}

static int
work(void *arg, _Atomic int64_t *busy_since)
{
	struct program *p = arg;
	struct fcgi_app serve = { dispatch, &p->app, ARENA_LIMIT, busy_since };

	if (open_accounts(p) != OK || fcgi_serve(&serve) != OK)
		return 1;
	db_free(p->app.reader);
	db_free(p->app.writer);
	return 0;
}

/* ── command line ───────────────────────────────────────────────────────── */

static int
usage(void)
{
	fputs("usage: renraku_fcgi --conf FILE --side guardian|staff"
	      " --pool main|login|upload\n"
	      "Serves the listening socket that is descriptor 0 (spawn-fcgi -n,"
	      " systemd StandardInput=socket).\n",
	    stderr);
	return 2;
}

static bool
read_options(int argc, char **argv, struct program *p)
{
	static const struct option options[] = {
		{ "conf", required_argument, NULL, 'c' },
		{ "side", required_argument, NULL, 's' },
		{ "pool", required_argument, NULL, 'p' },
		{ "candidate", no_argument, NULL, 'x' },
		{ NULL, 0, NULL, 0 },
	};
	const struct choice *side = NULL, *pool = NULL;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'c')
			p->conf_file = optarg;
		else if (c == 's')
			side = choice_by_name(side_choices, optarg);
		else if (c == 'p')
			pool = choice_by_name(pool_choices, optarg);
		else if (c != 'x')
			return false;
	}
	if (p->conf_file == NULL || side == NULL || pool == NULL)
		return false;
	p->app.side = (enum side)side->value;
	p->app.pool = (enum pool)pool->value;
	for (p->row = 0; p->row < COUNT(defaults); p->row++)
		if (defaults[p->row].side == p->app.side &&
		    defaults[p->row].pool == p->app.pool)
			return true;
	return false;
}

/* Workers of this pool as configured, read before the rest is loaded. */
static int
wanted_workers(const struct program *p)
{
	struct arena *a = arena_init(1024 * 1024);
	struct conf conf;
	int n = defaults[p->row].workers;

	if (a == NULL)
		return n;
	if (conf_load(a, p->conf_file, &conf) == OK && conf.workers > 0)
		n = (int)conf.workers;
	arena_free(a);
	return n;
}

int
main(int argc, char **argv)
{
	/* Static: what they point to lives as long as the process. */
	static char name[64];
	static struct program p;
	struct master master = { .load = load, .work = work, .arg = &p,
		.argv = argv };

	if (!read_options(argc, argv, &p))
		return usage();
	snprintf(name, sizeof name, "renraku_fcgi %s/%s",
	    choice_by_value(side_choices, (int)p.app.side)->name,
	    choice_by_value(pool_choices, (int)p.app.pool)->name);
	log_program(name);
	master.workers = wanted_workers(&p);
	master.request_seconds = defaults[p.row].seconds;
	return master_run(&master);
}
