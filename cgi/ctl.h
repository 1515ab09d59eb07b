/* SPDX-License-Identifier: AGPL-3.0-or-later
 * What the rooms of renrakuctl share: one run of one command by the city's
 * operator. A command prints to standard output what was asked for; what goes
 * wrong is logged to standard error. */
#ifndef CGI_CTL_H
#define CGI_CTL_H

#include <stdint.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/jtime.h"
#include "base/str.h"
#include "db/db.h"
#include "model/actor.h"

enum ctl_option {
	CTL_CONF, CTL_SQL, CTL_DIR, CTL_SCHOOLS, CTL_PUPILS, CTL_SEED,
	CTL_APPLY, CTL_DAY, CTL_PART, CTL_SCHOOL, CTL_CLASS, CTL_NUMBER,
	CTL_LOGIN, CTL_NAME, CTL_KANA, CTL_ROLE, CTL_TITLE, CTL_NGINX,
	CTL_JSON, CTL_OPTIONS
};
#define CTL_BIT(option) (1u << (option))

struct ctl {
	struct arena *a;
	const char *option[CTL_OPTIONS];	/* NULL: not given */
	const char *const *arg;			/* after the command's words */
	struct conf conf;
	struct db *db;				/* account ctl */
	struct actor who;
	struct stamp now;
};

/* ctl.c: for all commands. */

/* A number option within limits, or `otherwise` when it was not given. Says
 * what is wrong. */
enum err ctl_number(const struct ctl *, enum ctl_option, int64_t min,
    int64_t max, int64_t otherwise, int64_t *) MUST_USE;
/* The MariaDB account `ctl`, with patience for a whole roster. */
enum err ctl_account(struct ctl *, struct db_account *) MUST_USE;
/* Opens c->db unless it is open. */
enum err ctl_connect(struct ctl *) MUST_USE;
/* A row of the access history, in the caller's transaction. */
enum err ctl_audit(struct ctl *, struct db *, const char *event,
    int64_t object_id, int64_t subjects) MUST_USE;
/* A whole file in the arena; at most `max` bytes. */
enum err ctl_read(struct ctl *, const char *file, size_t max, struct bytes *)
    MUST_USE;
/* A new file of this mode, whole or not at all. */
enum err ctl_write(struct ctl *, const char *file, struct bytes, unsigned mode)
    MUST_USE;
/* The names of the MariaDB accounts, `ctl` first; NULL ends. */
extern const char *const ctl_accounts[];

/* The commands. */
enum err ctl_check_conf(struct ctl *) MUST_USE;		/* ctl_conf.c */
enum err ctl_keys_make(struct ctl *) MUST_USE;
enum err ctl_keys_rotate(struct ctl *) MUST_USE;
enum err ctl_passwords_make(struct ctl *) MUST_USE;
enum err ctl_migrate(struct ctl *) MUST_USE;		/* ctl_migrate.c */
enum err ctl_sample(struct ctl *) MUST_USE;		/* ctl_sample.c */
enum err ctl_sample_guardians(struct ctl *) MUST_USE;	/* ctl_guardians.c */
enum err ctl_import_schools(struct ctl *) MUST_USE;	/* ctl_import.c */
enum err ctl_import_staff(struct ctl *) MUST_USE;
enum err ctl_staff_add(struct ctl *) MUST_USE;
enum err ctl_import_pupils(struct ctl *) MUST_USE;	/* ctl_pupils.c */
enum err ctl_letters(struct ctl *) MUST_USE;		/* ctl_people.c */
enum err ctl_staff_password(struct ctl *) MUST_USE;
enum err ctl_audit_verify(struct ctl *) MUST_USE;	/* ctl_show.c */
enum err ctl_routes(struct ctl *) MUST_USE;
enum err ctl_now(struct ctl *) MUST_USE;
enum err ctl_pot(struct ctl *) MUST_USE;
enum err ctl_access(struct ctl *) MUST_USE;		/* ctl_access.c */
enum err ctl_assets(struct ctl *) MUST_USE;		/* ctl_assets.c */

/* The password of everybody in a demonstration. */
#define CTL_DEMO_PASSWORD "renraku-demo-2026"

#endif
