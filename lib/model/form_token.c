/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Purged by notifyd after two days (a token lives one). */
#include "model/form_token.h"

SQL(form_token_insert, "hash hash now",
    "INSERT INTO form_token (id, body, location, used_at)"
    " VALUES (?, ?, '', ?)");
SQL(form_token_load, "form_token",
    "SELECT body, location FROM form_token WHERE id = ?");
SQL(form_token_update, "text form_token",
    "UPDATE form_token SET location = ? WHERE id = ?");

struct used {
	struct bytes body;
	const char *location;
};
FIELDS(struct used, used_fields,
    F_BYTES(struct used, body),
    F_TEXT(struct used, location));

enum err
form_token_use(struct arena *a, struct db *db, const unsigned char id[DIGEST],
    const unsigned char body[DIGEST], struct stamp now, const char **location)
{
	struct used used;
	enum err e;

	e = db_run(db, &form_token_insert, NULL,
	    VALUES(v_bytes(id, DIGEST), v_bytes(body, DIGEST), v_stamp(now)));
	if (e != ERR_EXISTS)
		return e;
	e = db_one(db, a, &form_token_load, &used_fields, &used,
	    VALUES(v_bytes(id, DIGEST)));
	if (e == ERR_NONE) /* its transaction was rolled back meanwhile */
		return ERR_RETRY;
	TRY(e);
	if (used.body.n != DIGEST || !mem_equal(used.body.p, body, DIGEST))
		return ERR_STALE;
	*location = used.location;
	return ERR_EXISTS;
}

enum err
form_token_led(struct db *db, const unsigned char id[DIGEST],
    const char *location)
{
	return db_run(db, &form_token_update, NULL,
	    VALUES(v_text(location), v_bytes(id, DIGEST)));
}
