/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Read before the transaction, by the login pool only. */
#include "model/credential.h"

FIELDS(struct credential, credential_fields,
    F_INT(struct credential, id),
    F_TEXT(struct credential, login),
    F_TEXT(struct credential, hash),
    F_INT(struct credential, organization_id),
    F_ENUM(struct credential, role, role_choices));

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
    struct stamp now UNUSED, struct credential *c)
{
	TRY(db_one(db, a, &credential_guardian_sql, &credential_fields, c,
	    VALUES(v_text(login), v_text(str_lower(a, login)))));
	c->role = ROLE_GUARDIAN;
	return OK;
}

SQL_WIDE(credential_staff_sql, "today today staff_login",
    "signing in: nobody yet",
    "SELECT t.id, t.login, c.hash, p.organization_id, p.role FROM staff t"
    " JOIN staff_credential c ON c.staff_id = t.id"
    " LEFT JOIN posting p ON p.staff_id = t.id AND p.begins <= ?"
    "  AND p.ends >= ?"
    " WHERE t.login = ? AND t.ended_at IS NULL"
    " ORDER BY p.role DESC, p.id LIMIT 1");

enum err
credential_staff(struct arena *a, struct db *db, const char *login,
    struct stamp now, struct credential *c)
{
	struct db_value today = v_day(stamp_day(now));

	return db_one(db, a, &credential_staff_sql, &credential_fields, c,
	    VALUES(today, today, v_text(login)));
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
