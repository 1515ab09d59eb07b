/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The operator's program: chooses the command from a table and leaves the
 * work to the rooms ctl_*.c. Knows no SQL and no file format. */
#include "ctl.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"

#define MEMORY ((size_t)1 << 30)

static const struct option options[] = {
	{ "conf", required_argument, NULL, CTL_CONF },
	{ "sql", required_argument, NULL, CTL_SQL },
	{ "dir", required_argument, NULL, CTL_DIR },
	{ "schools", required_argument, NULL, CTL_SCHOOLS },
	{ "pupils", required_argument, NULL, CTL_PUPILS },
	{ "seed", required_argument, NULL, CTL_SEED },
	{ "apply", no_argument, NULL, CTL_APPLY },
	{ "day", required_argument, NULL, CTL_DAY },
	{ "part", required_argument, NULL, CTL_PART },
	{ "school", required_argument, NULL, CTL_SCHOOL },
	{ "class", required_argument, NULL, CTL_CLASS },
	{ "number", required_argument, NULL, CTL_NUMBER },
	{ "login", required_argument, NULL, CTL_LOGIN },
	{ "name", required_argument, NULL, CTL_NAME },
	{ "kana", required_argument, NULL, CTL_KANA },
	{ "role", required_argument, NULL, CTL_ROLE },
	{ "title", required_argument, NULL, CTL_TITLE },
	{ "nginx", required_argument, NULL, CTL_NGINX },
	{ "json", no_argument, NULL, CTL_JSON },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

#define DIR_SIZE                                                               \
	(CTL_BIT(CTL_DIR) | CTL_BIT(CTL_SCHOOLS) | CTL_BIT(CTL_PUPILS) |       \
	    CTL_BIT(CTL_SEED))
#define PERSON                                                                 \
	(CTL_BIT(CTL_LOGIN) | CTL_BIT(CTL_NAME) | CTL_BIT(CTL_KANA) |          \
	    CTL_BIT(CTL_SCHOOL) | CTL_BIT(CTL_ROLE) | CTL_BIT(CTL_TITLE) |     \
	    CTL_BIT(CTL_CLASS) | CTL_BIT(CTL_DAY))
#define WHOSE                                                                  \
	(CTL_BIT(CTL_SCHOOL) | CTL_BIT(CTL_CLASS) | CTL_BIT(CTL_NUMBER))

enum needs { NOTHING, CONF, DEMO };

static const struct command {
	const char *first, *second;	/* second NULL: one word */
	int args;
	enum needs needs;
	unsigned options;
	enum err (*run)(struct ctl *);
	const char *usage;
} commands[] = {
	{ "check-conf", NULL, 0, CONF, 0, ctl_check_conf,
	    "                        say what is wrong with the configuration" },
	{ "keys", "make", 0, CONF, 0, ctl_keys_make,
	    "                         a first key for each name that has none" },
	{ "keys", "rotate", 1, CONF, 0, ctl_keys_rotate,
	    " NAME                  a new key; the one before stays valid" },
	{ "passwords", "make", 0, CONF, 0, ctl_passwords_make,
	    "                    passwords of the MariaDB accounts" },
	{ "migrate", NULL, 0, CONF, CTL_BIT(CTL_SQL), ctl_migrate,
	    " [--sql DIR]               schema and grants, as account ctl" },
	{ "import", "schools", 1, CONF, CTL_BIT(CTL_APPLY), ctl_import_schools,
	    " FILE [--apply]     without --apply only what would happen" },
	{ "import", "staff", 1, CONF, CTL_BIT(CTL_APPLY) | CTL_BIT(CTL_DAY),
	    ctl_import_staff,
	    " FILE [--apply] [--day 2027-04-01]" },
	{ "import", "pupils", 1, CONF, CTL_BIT(CTL_APPLY), ctl_import_pupils,
	    " FILE [--apply]" },
	{ "staff", "add", 0, CONF, PERSON, ctl_staff_add,
	    " --login ID --name NAME --school NAME --role ROLE [--kana KANA]\n"
	    "      [--title TITLE] [--class TITLE] [--day DAY]" },
	{ "staff", "password", 1, CONF, 0, ctl_staff_password,
	    " LOGIN              reads it from standard input" },
	{ "letters", NULL, 0, CONF, WHOSE, ctl_letters,
	    " --school CODE [--class TITLE] [--number NUMBER]   new codes" },
	{ "audit", "verify", 0, CONF, 0, ctl_audit_verify,
	    "                      check the chain of the access history" },
	{ "routes", NULL, 0, NOTHING, CTL_BIT(CTL_NGINX), ctl_routes,
	    " [--nginx guardian|staff]   the table, or nginx's locations" },
	{ "now", NULL, 0, CONF, 0, ctl_now,
	    "                               business time" },
	{ "assets", NULL, 0, CONF, CTL_BIT(CTL_DIR), ctl_assets,
	    " --dir DIR                  what nginx serves at /assets/" },
	{ "pot", NULL, 0, NOTHING, CTL_BIT(CTL_DIR), ctl_pot,
	    " [--dir TEMPLATES]             texts to translate" },
	{ "sample", NULL, 0, NOTHING, DIR_SIZE, ctl_sample,
	    " --dir DIR [--schools 36] [--pupils 12000] [--seed 1]" },
	{ "sample-guardians", NULL, 0, DEMO, CTL_BIT(CTL_PART),
	    ctl_sample_guardians,
	    " [--part 30]      (demo) guardians of that percentage" },
	{ "access", NULL, 0, DEMO, CTL_BIT(CTL_JSON), ctl_access,
	    " --json                     (demo) logins and letter codes" },
};

static void
usage(FILE *to)
{
	fprintf(to, "usage: renrakuctl --conf FILE COMMAND\n");
	for (size_t i = 0; i < COUNT(commands); i++)
		fprintf(to, "  %s%s%s%s\n", commands[i].first,
		    commands[i].second == NULL ? "" : " ",
		    commands[i].second == NULL ? "" : commands[i].second,
		    commands[i].usage);
}

/* Which options were given; false when one is unknown. */
static bool
read_options(struct ctl *c, int argc, char **argv, unsigned *given)
{
	int o;

	*given = 0;
	while ((o = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (o == 'h') {
			usage(stdout);
			exit(0);
		}
		if (o >= CTL_OPTIONS)
			return false;
		c->option[o] = optarg == NULL ? "" : optarg;
		*given |= CTL_BIT(o);
	}
	return true;
}

static const struct command *
find_command(char *const *words, int n)
{
	for (size_t i = 0; i < COUNT(commands); i++) {
		const struct command *x = &commands[i];
		int used = x->second == NULL ? 1 : 2;

		if (n == used + x->args && str_eq(words[0], x->first) &&
		    (x->second == NULL || str_eq(words[1], x->second)))
			return x;
	}
	return NULL;
}

static enum err
run(struct ctl *c, const struct command *x)
{
	if (c->option[CTL_CONF] != NULL) {
		TRY(conf_load(c->a, c->option[CTL_CONF], &c->conf));
		clock_set_offset(c->conf.clock_offset);
	} else if (x->needs != NOTHING) {
		log_error("usage", "%s needs --conf FILE", x->first);
		return ERR_INVALID;
	}
	if (x->needs == DEMO && !c->conf.demo) {
		log_error("usage", "%s: only with demo = yes", x->first);
		return ERR_DENIED;
	}
	c->now = clock_now();
	return x->run(c);
}

int
main(int argc, char **argv)
{
	struct ctl c = { .who = actor_operator() };
	const struct command *x;
	unsigned given;
	enum err e;

	log_program("renrakuctl");
	if (!read_options(&c, argc, argv, &given) || optind >= argc) {
		usage(stderr);
		return 2;
	}
	x = find_command(argv + optind, argc - optind);
	if (x == NULL || (given & ~(x->options | CTL_BIT(CTL_CONF))) != 0) {
		usage(stderr);
		return 2;
	}
	c.arg = (const char *const *)argv + optind + 1 + (x->second != NULL);
	c.a = arena_init(MEMORY);
	if (c.a == NULL)
		return 1;
	e = run(&c, x);
	if (e != OK)
		log_error("failed", "%s ended with %s", x->first, err_name(e));
	if (c.db != NULL)
		db_free(c.db);
	arena_free(c.a);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		log_error("output", "standard output cannot be written");
		return 1;
	}
	return e == OK ? 0 : 1;
}
