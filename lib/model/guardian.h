/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Guardian accounts: registering by letter, further children, addresses and
 * their proof (F02, F04). Nobody's name is asked: the school knows it. */
#ifndef MODEL_GUARDIAN_H
#define MODEL_GUARDIAN_H

#include "base/arena.h"
#include "base/err.h"
#include "base/field.h"
#include "base/keys.h"
#include "db/db.h"
#include "model/actor.h"
#include "model/letter.h"

struct registration {
	const char *hash;		/* of the password */
	const char *address;		/* NULL: without e-mail */
	const char *lang;
};

/* A new account linked to the letter's pupil; asks for the proof of the
 * address and tells the pupil's other guardians (never in a protected
 * household). ERR_NONE: the letter was used up meanwhile. */
enum err guardian_register_letter(struct arena *, struct db *, const struct letter *,
    const struct registration *, struct stamp now, int64_t *id,
    const char **login) MUST_USE;
/* One more child for a signed-in guardian. ERR_EXISTS: already there. */
enum err guardian_add_child(struct arena *, struct db *,
    const struct actor *who, const struct letter *, struct stamp now) MUST_USE;
/* The account's language. */
enum err guardian_set_lang(struct db *, const struct actor *who,
    const char *lang) MUST_USE;

/* ── addresses ── */

struct guardian_email {
	int64_t id, guardian_id;
	struct uid uid;
	const char *address;
	bool verified, stopped;
	struct stamp asked_at;
};
extern const struct fields guardian_email_fields;

#define EMAIL_MOST 5		/* addresses per guardian */
#define EMAIL_LINK_HOURS 48

enum err guardian_emails(struct arena *, struct db *, const struct actor *who,
    struct list *) MUST_USE;
/* Add an address, or ask again for the proof of an unverified one (not more
 * than once a minute: ERR_LIMIT, also beyond EMAIL_MOST). ERR_EXISTS: it is
 * verified already. */
enum err guardian_add_email(struct arena *, struct db *, int64_t guardian_id,
    const char *address, const char *lang, struct stamp now) MUST_USE;

/* The text behind ?t= of the proof: uid || MAC, 43 characters base64url.
 * Works on any device, without a session. */
const char *guardian_link(struct arena *, const struct keys *, struct uid,
    const char *address);
/* The address a link stands for; changes nothing. ERR_NONE: not ours, too old,
 * the address was removed. verified says that it was proved before. */
enum err guardian_link_find(struct arena *, struct db *, const struct keys *,
    const char *link, struct stamp now, struct guardian_email *) MUST_USE;
/* The person pressed the button. Repeating is OK. */
enum err guardian_verify(struct arena *, struct db *,
    const struct guardian_email *, struct stamp now) MUST_USE;

#endif
