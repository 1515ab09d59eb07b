/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Schema and grants. Both are files in sql/; this room gives them the
 * passwords and sees to it that a second run disturbs nobody. */
#include "ctl.h"

#include <stdio.h>

#include "base/keys.h"
#include "base/log.h"
#include "db/migrate.h"
#include "model/setup.h"

#define GRANTS_MAX ((size_t)1 << 20)

/* As in ctl_accounts, without ctl itself. */
#define GRANTED 7

/* Of the file and every password, so that a change of either counts. */
static void
digest_of(struct ctl *c, struct bytes file, const char *const secrets[GRANTED],
    unsigned char out[DIGEST])
{
	struct buf *b = buf_new(c->a, file.n + 1024, GRANTS_MAX * 2);

	buf_add(b, (const char *)file.p, file.n);
	for (size_t i = 0; i < GRANTED; i++)
		buf_printf(b, "\n%s %s", ctl_accounts[i + 1], secrets[i]);
	sha256(b->p, b->n, out);
}

static enum err
grant(struct ctl *c, const struct db_account *account, const char *dir)
{
	const char *file = str_printf(c->a, "%s/grants.sql", dir);
	const char *s[GRANTED];
	unsigned char digest[DIGEST];
	struct bytes text;
	enum err e;

	TRY(ctl_read(c, file, GRANTS_MAX, &text));
	for (size_t i = 0; i < GRANTED; i++)
		TRY(conf_secret(c->a, c->conf.db_passwords,
		    ctl_accounts[i + 1], &s[i]));
	digest_of(c, text, s, digest);
	TRY(ctl_connect(c));
	e = setup_grants_check(c->db, digest);
	if (e != ERR_NONE)
		return e;
	TRY(migrate_file(account, file, ctl_accounts[1], s[0],
	    ctl_accounts[2], s[1], ctl_accounts[3], s[2], ctl_accounts[4],
	    s[3], ctl_accounts[5], s[4], ctl_accounts[6], s[5],
	    ctl_accounts[7], s[6], NULL));
	log_note("grants", "given as in %s", file);
	return setup_grants_done(c->db, digest, c->now);
}

enum err
ctl_migrate(struct ctl *c)
{
	const char *dir = c->option[CTL_SQL] == NULL ? PKGDATADIR "/sql"
						     : c->option[CTL_SQL];
	struct db_account account;
	int applied;

	TRY(ctl_account(c, &account));
	TRY(migrate_run(&account, dir, &applied));
	TRY(grant(c, &account, dir));
	TRY(ctl_connect(c));
	if (applied > 0)
		TRY(ctl_audit(c, c->db, "migrate", 0, applied));
	printf("%d file(s) applied\n", applied);
	return OK;
}
