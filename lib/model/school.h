/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Schools and classes as staff pages need them. */
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

struct class_row {
	int64_t id;
	struct uid uid;
	const char *title;
	bool own;		/* of the actor's posting */
};
extern const struct fields class_row_fields;
/* Classes of a school in the school year of a day; only those of the posting
 * where teachers see only their own. */
enum err school_classes(struct arena *, struct db *, const struct actor *,
    int64_t school_id, struct day, struct list *) MUST_USE;

#endif
