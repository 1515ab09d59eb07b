/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Schools as staff pages need them. */
#ifndef MODEL_SCHOOL_H
#define MODEL_SCHOOL_H

#include "base/arena.h"
#include "base/err.h"
#include "base/field.h"
#include "db/db.h"
#include "model/actor.h"

struct school {
	int64_t id;
	struct uid uid;
	const char *name, *phone, *code;
};
extern const struct fields school_fields;

/* The school the actor works with: the own one; for the city's people the one
 * of the uid, ERR_NONE when it is zero or no school. One statement, or none
 * for the own school. */
enum err school_of(struct arena *, struct db *, const struct actor *,
    struct uid asked, struct school *) MUST_USE;
/* All schools, by name (city's people). */
enum err school_list(struct arena *, struct db *, struct list *) MUST_USE;

#endif
