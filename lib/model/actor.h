/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Who is acting. Every model function takes one, and its scope stands in the
 * WHERE of the statement (design 7). Made by session.c (people) or by
 * actor_operator() (renrakuctl); nobody else fills one. */
#ifndef MODEL_ACTOR_H
#define MODEL_ACTOR_H

#include <stdbool.h>

#include "base/field.h"
#include "base/i18n.h"
#include "base/jtime.h"
#include "base/keys.h"
#include "base/rand.h"

/* Bits, as in posting.role and in the rows of cgi/routes.c. */
enum role {
	ROLE_STRANGER = 1,
	ROLE_GUARDIAN = 2,
	ROLE_TEACHER = 4,
	ROLE_SCHOOL = 8,	/* school administrator */
	ROLE_BOARD = 16,	/* board administrator */
	ROLE_AUDITOR = 32,
	ROLE_OPERATOR = 64,	/* renrakuctl: no route has it */
};
#define ROLE_STAFF (ROLE_TEACHER | ROLE_SCHOOL | ROLE_BOARD | ROLE_AUDITOR)

/* Labels for people; the names are those of staff rosters and the matrix. */
extern const struct choice role_choices[];

enum organization_kind { BOARD = 1, ELEMENTARY, JUNIOR_HIGH, SPECIAL };

struct actor {
	int role;
	int64_t id;		/* guardian or staff */
	const char *login;
	const char *name;	/* staff only: guardians have none */
	const char *lang;
	bool has_email;		/* guardian: at least one verified address */
	/* staff: the posting in use */
	int64_t posting_id;
	int64_t organization_id;
	int64_t organization_kind;
	const char *organization_name;
	struct uid organization_uid;
	bool own_classes;	/* sees only the classes of the posting */
	/* the session */
	struct bytes session;	/* hash, 32 bytes */
	struct stamp seen_at, proved_at;
};

/* The city's operator on the command line: may all, is audited as such. */
struct actor actor_operator(void);
/* The school a statement is restricted to: the posting's own school; for the
 * board (and the operator) the one asked for. 0 = none chosen yet. */
int64_t actor_school(const struct actor *, int64_t asked);
bool actor_is_city(const struct actor *);	/* board, auditor, operator */

#endif
