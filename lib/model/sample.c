/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Set by set, so that thousands of households take a second. */
#include "model/sample.h"

#include <json-c/json.h>

#define WHY "sample data of a whole city"
#define BATCH 500

/* ── children ───────────────────────────────────────────────────────────── */

FIELDS(struct sample_pupil, sample_pupil_fields,
    F_INT(struct sample_pupil, id),
    F_INT(struct sample_pupil, school_id),
    F_TEXT(struct sample_pupil, number),
    F_TEXT(struct sample_pupil, name),
    F_BOOL(struct sample_pupil, junior),
    F_BOOL(struct sample_pupil, taken));

SQL_WIDE(sample_pupils_sql, "today today", WHY,
    "SELECT p.id, p.number, p.name, e.school_id, (o.kind = 3) AS junior,"
    " EXISTS (SELECT 1 FROM guardianship g WHERE g.pupil_id = p.id) AS taken"
    " FROM pupil p JOIN enrollment e ON e.pupil_id = p.id AND e.main = 1"
    "  AND e.begins <= ? AND e.ends >= ?"
    " JOIN organization o ON o.id = e.school_id ORDER BY p.number");

enum err
sample_pupils(struct arena *a, struct db *db, struct day today,
    struct list *rows)
{
	return db_all(db, a, &sample_pupils_sql, &sample_pupil_fields, rows,
	    VALUES(v_day(today), v_day(today)));
}

SQL_WIDE(sample_protect_sql, "ids", WHY,
    "UPDATE pupil p JOIN JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) j"
    " ON j.id = p.id SET p.protected = 1");

enum err
sample_protect(struct arena *a, struct db *db, const struct list *ids)
{
	struct buf *json = buf_new(a, 256, ids->n * 24 + 16);

	buf_char(json, '[');
	for (size_t i = 0; i < ids->n; i++)
		buf_printf(json, "%s%lld", i == 0 ? "" : ",",
		    (long long)*LIST_AT(*ids, int64_t, i));
	buf_char(json, ']');
	return db_run(db, &sample_protect_sql, NULL, VALUES(v_text(json->p)));
}

/* ── accounts ───────────────────────────────────────────────────────────── */

#define ROWS                                                                   \
	"JSON_TABLE(?, '$[*]' COLUMNS ("                                       \
	"login VARCHAR(12) COLLATE utf8mb4_nopad_bin PATH '$[0]',"             \
	" lang VARCHAR(8) PATH '$[1]', address VARCHAR(254) PATH '$[2]',"      \
	" child BIGINT PATH '$[3]', second BIGINT PATH '$[4]')) j"

SQL_WIDE(sample_count_sql, "", WHY, "SELECT COUNT(*) FROM guardian");
SQL_WIDE(sample_insert, "now rows", WHY,
    "INSERT INTO guardian (uid, login, lang, has_email, created_at)"
    " SELECT RANDOM_BYTES(16), j.login, j.lang, j.address <> '', ? FROM " ROWS);
SQL_WIDE(sample_credentials, "text now rows", WHY,
    "INSERT INTO guardian_credential (guardian_id, hash, changed_at)"
    " SELECT g.id, ?, ? FROM " ROWS " JOIN guardian g ON g.login = j.login");
SQL_WIDE(sample_addresses, "now now rows", WHY,
    "INSERT INTO guardian_email (uid, guardian_id, address, login_address,"
    " asked_at, verified_at)"
    " SELECT RANDOM_BYTES(16), g.id, j.address, LOWER(j.address), ?, ?"
    " FROM " ROWS " JOIN guardian g ON g.login = j.login"
    " WHERE j.address <> ''");
SQL_WIDE(sample_children, "today far rows", WHY,
    "INSERT INTO guardianship (guardian_id, pupil_id, begins, ends)"
    " SELECT g.id, p.id, ?, ? FROM " ROWS
    " JOIN guardian g ON g.login = j.login"
    " JOIN pupil p ON p.id IN (j.child, j.second)");

enum err
sample_count(struct db *db, int64_t *n)
{
	return db_number(db, &sample_count_sql, n, NO_VALUES);
}

static struct json_object *
rows_json(const struct list *rows, size_t from)
{
	struct json_object *all = json_object_new_array();

	for (size_t i = from; i < rows->n && i < from + BATCH; i++) {
		const struct sample_guardian *g =
		    LIST_AT(*rows, struct sample_guardian, i);
		struct json_object *row = json_object_new_array();

		json_object_array_add(row, json_object_new_string(g->login));
		json_object_array_add(row, json_object_new_string(g->lang));
		json_object_array_add(row, json_object_new_string(
		    g->address == NULL ? "" : g->address));
		json_object_array_add(row, json_object_new_int64(g->child));
		json_object_array_add(row, json_object_new_int64(g->second));
		json_object_array_add(all, row);
	}
	return all;
}

static enum err
insert_batch(struct db *db, const char *json, const char *hash,
    struct stamp now)
{
	struct db_value rows = v_text(json), at = v_stamp(now);
	struct db_value forever = v_day(day_from(2199, 12, 31));

	TRY(db_run(db, &sample_insert, NULL, VALUES(at, rows)));
	TRY(db_run(db, &sample_credentials, NULL,
	    VALUES(v_text(hash), at, rows)));
	TRY(db_run(db, &sample_addresses, NULL, VALUES(at, at, rows)));
	return db_run(db, &sample_children, NULL,
	    VALUES(v_day(stamp_day(now)), forever, rows));
}

enum err
sample_guardians(struct db *db, const struct list *rows, const char *hash,
    struct stamp now)
{
	for (size_t from = 0; from < rows->n; from += BATCH) {
		struct json_object *json = rows_json(rows, from);
		enum err e = insert_batch(db,
		    json_object_to_json_string_ext(json,
			JSON_C_TO_STRING_PLAIN), hash, now);

		json_object_put(json);
		TRY(e);
	}
	return OK;
}

SQL_WIDE(sample_staff_sql, "text now", WHY,
    "INSERT INTO staff_credential (staff_id, hash, changed_at)"
    " SELECT t.id, ?, ? FROM staff t"
    " LEFT JOIN staff_credential c ON c.staff_id = t.id"
    " WHERE c.staff_id IS NULL AND t.ended_at IS NULL");

enum err
sample_staff(struct db *db, const char *hash, struct stamp now, int64_t *n)
{
	return db_run(db, &sample_staff_sql, n,
	    VALUES(v_text(hash), v_stamp(now)));
}

/* ── who is worth trying ────────────────────────────────────────────────── */

FIELDS(struct sample_login, sample_login_fields,
    F_INT(struct sample_login, id),
    F_INT(struct sample_login, class_id),
    F_INT(struct sample_login, school_id),
    F_INT(struct sample_login, pupil_id),
    F_TEXT(struct sample_login, login),
    F_TEXT(struct sample_login, address),
    F_TEXT(struct sample_login, lang),
    F_TEXT(struct sample_login, hash),
    F_INT(struct sample_login, children),
    F_INT(struct sample_login, schools),
    F_INT(struct sample_login, guardians),
    F_BOOL(struct sample_login, protected),
    F_BOOL(struct sample_login, brief),
    F_TEXT(struct sample_login, about));

SQL_WIDE(sample_logins_sql, "weekday today today today today", WHY,
    "SELECT g.id, g.login, g.lang, c.hash, m.address, MIN(e.class_id) AS class_id,"
    " MIN(e.school_id) AS school_id, MIN(p.id) AS pupil_id,"
    " COUNT(*) AS children, COUNT(DISTINCT e.school_id) AS schools,"
    " MAX((SELECT COUNT(*) FROM guardianship s WHERE s.pupil_id = p.id))"
    "  AS guardians,"
    " MAX(p.protected) AS protected, MAX(r.closes - r.opens <= 60) AS brief,"
    " GROUP_CONCAT(CONCAT(p.name, '\t', o.name, '\t', k.title)"
    "  ORDER BY p.id SEPARATOR '\n') AS about"
    " FROM guardian g JOIN guardian_credential c ON c.guardian_id = g.id"
    " JOIN guardianship q ON q.guardian_id = g.id"
    " JOIN pupil p ON p.id = q.pupil_id"
    " JOIN enrollment e ON e.pupil_id = p.id AND e.main = 1"
    " JOIN class k ON k.id = e.class_id"
    " JOIN organization o ON o.id = e.school_id"
    " JOIN reception r ON r.school_id = o.id AND r.weekday = ?"
    " LEFT JOIN (SELECT guardian_id, MIN(address) AS address"
    "  FROM guardian_email WHERE verified_at IS NOT NULL GROUP BY guardian_id)"
    "  m ON m.guardian_id = g.id"
    " WHERE g.ended_at IS NULL AND q.begins <= ? AND q.ends >= ?"
    " AND e.begins <= ? AND e.ends >= ?"
    " GROUP BY g.id, g.login, g.lang, c.hash, m.address ORDER BY g.id");

enum err
sample_logins(struct arena *a, struct db *db, struct stamp now,
    struct list *rows)
{
	struct db_value today = v_day(stamp_day(now));

	return db_all(db, a, &sample_logins_sql, &sample_login_fields, rows,
	    VALUES(v_int(day_weekday(stamp_day(now))), today, today, today,
		today));
}

FIELDS(struct sample_staff_login, sample_staff_login_fields,
    F_TEXT(struct sample_staff_login, login),
    F_TEXT(struct sample_staff_login, hash),
    F_TEXT(struct sample_staff_login, name),
    F_TEXT(struct sample_staff_login, title),
    F_TEXT(struct sample_staff_login, school),
    F_TEXT(struct sample_staff_login, class_title),
    F_INT(struct sample_staff_login, role),
    F_INT(struct sample_staff_login, school_id),
    F_INT(struct sample_staff_login, class_id));

SQL_WIDE(sample_staff_logins_sql, "today today", WHY,
    "SELECT t.login, c.hash, t.name, p.title, p.role, o.name AS school,"
    " o.id AS school_id, k.id AS class_id, k.title AS class_title"
    " FROM staff t JOIN staff_credential c ON c.staff_id = t.id"
    " JOIN posting p ON p.staff_id = t.id AND p.begins <= ? AND p.ends >= ?"
    " JOIN organization o ON o.id = p.organization_id"
    " LEFT JOIN posting_class pc ON pc.posting_id = p.id"
    " LEFT JOIN class k ON k.id = pc.class_id"
    " WHERE t.ended_at IS NULL ORDER BY p.role, t.id, k.id");

enum err
sample_staff_logins(struct arena *a, struct db *db, struct day today,
    struct list *rows)
{
	return db_all(db, a, &sample_staff_logins_sql,
	    &sample_staff_login_fields, rows,
	    VALUES(v_day(today), v_day(today)));
}

FIELDS(struct sample_open, sample_open_fields,
    F_TEXT(struct sample_open, number),
    F_TEXT(struct sample_open, school_code));

SQL_WIDE(sample_unregistered_sql, "today today limit", WHY,
    "SELECT MIN(p.number) AS number, o.code AS school_code FROM pupil p"
    " JOIN enrollment e ON e.pupil_id = p.id AND e.main = 1"
    "  AND e.begins <= ? AND e.ends >= ?"
    " JOIN organization o ON o.id = e.school_id"
    " LEFT JOIN guardianship g ON g.pupil_id = p.id"
    " WHERE g.id IS NULL AND p.protected = 0 AND o.code IS NOT NULL"
    " GROUP BY o.id, o.code ORDER BY o.id LIMIT ?");

enum err
sample_unregistered(struct arena *a, struct db *db, struct day today,
    int64_t most, struct list *rows)
{
	return db_all(db, a, &sample_unregistered_sql, &sample_open_fields,
	    rows, VALUES(v_day(today), v_day(today), v_int(most)));
}
