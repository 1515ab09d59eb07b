/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The people of a demonstration: guardians who have registered already, one
 * password for everybody, and who of them shows what. Called by renrakuctl
 * with demo = yes only; a real city's guardians register by letter. */
#ifndef MODEL_SAMPLE_H
#define MODEL_SAMPLE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/jtime.h"
#include "base/str.h"
#include "db/db.h"

/* A pupil enrolled today. */
struct sample_pupil {
	int64_t id, school_id;
	const char *number, *name;
	bool junior;		/* at a junior high school */
	bool taken;		/* has a guardian already */
};
/* All of them, by number. */
enum err sample_pupils(struct arena *, struct db *, struct day today,
    struct list *) MUST_USE;

struct sample_guardian {
	const char *login, *lang;
	const char *address;	/* NULL: without e-mail */
	int64_t child, second;	/* pupils; second 0 = none */
};
/* Accounts with credential, verified address and children, in the caller's
 * transaction. ERR_EXISTS: a login is taken. */
enum err sample_guardians(struct db *, const struct list *, const char *hash,
    struct stamp now) MUST_USE;
/* How many guardians there are, so that new logins go on from there. */
enum err sample_count(struct db *, int64_t *) MUST_USE;
/* Make the households of these pupils (int64_t) protected. */
enum err sample_protect(struct arena *, struct db *, const struct list *)
    MUST_USE;
/* Give the hash to all staff who have none. */
enum err sample_staff(struct db *, const char *hash, struct stamp now,
    int64_t *n) MUST_USE;

/* Who can sign in, with what makes them worth trying. */
struct sample_login {
	int64_t id, class_id, school_id, pupil_id;
	const char *login, *address, *lang, *hash;
	int64_t children, schools, guardians;	/* guardians of the child */
	bool protected, brief;		/* brief: a school open for an hour */
	const char *about;	/* lines name TAB school TAB class */
};
enum err sample_logins(struct arena *, struct db *, struct stamp now,
    struct list *) MUST_USE;

struct sample_staff_login {
	const char *login, *hash, *name, *title, *school, *class_title;
	int64_t role, school_id, class_id;
};
/* One row per posting and class of people who have a password. */
enum err sample_staff_logins(struct arena *, struct db *, struct day today,
    struct list *) MUST_USE;

struct sample_open {
	const char *number, *school_code;
};
/* Pupils without guardian and not protected, one per school, by number. */
enum err sample_unregistered(struct arena *, struct db *, struct day today,
    int64_t most, struct list *) MUST_USE;

#endif
