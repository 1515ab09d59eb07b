/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The letter of a pupil: one code, hashed, usable by as many guardians as the
 * school sets until it expires; a new letter kills the old (F02). */
#ifndef MODEL_LETTER_H
#define MODEL_LETTER_H

#include "base/arena.h"
#include "base/err.h"
#include "base/field.h"
#include "db/db.h"
#include "model/actor.h"

#define LETTER_CODE 16		/* characters: 80 bits */

struct letter {
	int64_t invitation_id, pupil_id, school_id;
	const char *name, *given, *class_title, *school, *phone;
	bool protected;
};

/* The letter of a code as typed (any case, with or without hyphens).
 * ERR_NONE: no such code, expired, replaced, used up - never which. */
enum err letter_find(struct arena *, struct db *, const char *code,
    struct stamp now, struct letter *) MUST_USE;
/* Count one use inside the registration's transaction. ERR_NONE: used up or
 * replaced meanwhile. */
enum err letter_use(struct db *, int64_t invitation_id, struct stamp now)
    MUST_USE;

struct letter_issued {
	int64_t pupil_id;
	const char *school, *class_title, *name, *number;
	int64_t seat;
	const char *code;		/* XXXX-XXXX-XXXX-XXXX */
};
/* Which pupils get new codes, and what the codes are good for. */
struct letter_order {
	const char *school_code;	/* 学校コード */
	const char *class_title;	/* NULL: all classes */
	const char *number;		/* NULL: all pupils */
	int64_t guardians, days;
};
/* New codes for the pupils enrolled today; the older ones die. Own
 * transaction. The clear codes exist only in this list. */
enum err letter_issue(struct arena *, struct db *, const struct letter_order *,
    struct stamp now, struct list *issued) MUST_USE;

#endif
