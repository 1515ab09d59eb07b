/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Read before the transaction, by the login pool only. */
#include "model/credential.h"

FIELDS(struct credential, credential_fields,
    F_INT(struct credential, id),
    F_TEXT(struct credential, login),
    F_TEXT(struct credential, hash));

SQL_WIDE(credential_guardian_sql, "login address", "signing in: nobody yet",
    "SELECT g.id, g.login, c.hash FROM guardian g"
    " JOIN guardian_credential c ON c.guardian_id = g.id"
    " WHERE g.login = ? AND g.ended_at IS NULL"
    " UNION ALL"
    " SELECT g.id, g.login, c.hash FROM guardian_email e"
    " JOIN guardian g ON g.id = e.guardian_id AND g.ended_at IS NULL"
    " JOIN guardian_credential c ON c.guardian_id = g.id"
    " WHERE e.login_address = ?");

enum err
credential_guardian(struct arena *a, struct db *db, const char *login,
    struct credential *c)
{
	return db_one(db, a, &credential_guardian_sql, &credential_fields, c,
	    VALUES(v_text(login), v_text(str_lower(a, login))));
}

SQL_WIDE(credential_staff_sql, "staff_login", "signing in: nobody yet",
    "SELECT t.id, t.login, c.hash FROM staff t"
    " JOIN staff_credential c ON c.staff_id = t.id"
    " WHERE t.login = ? AND t.ended_at IS NULL");

enum err
credential_staff(struct arena *a, struct db *db, const char *login,
    struct credential *c)
{
	return db_one(db, a, &credential_staff_sql, &credential_fields, c,
	    VALUES(v_text(login)));
}

SQL_WIDE(credential_staff_upsert, "text now staff_login", "renrakuctl only",
    "INSERT INTO staff_credential (staff_id, hash, changed_at)"
    " SELECT id, ?, ? FROM staff WHERE login = ?"
    " ON DUPLICATE KEY UPDATE hash = VALUES(hash),"
    " changed_at = VALUES(changed_at)");

enum err
credential_set_staff(struct db *db, const char *login, const char *hash,
    struct stamp now)
{
	int64_t rows;

	TRY(db_run(db, &credential_staff_upsert, &rows,
	    VALUES(v_text(hash), v_stamp(now), v_text(login))));
	return rows == 0 ? ERR_NONE : OK;
}
