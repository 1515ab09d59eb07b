/* SPDX-License-Identifier: AGPL-3.0-or-later
 * A preview becomes true: classes, pupils, enrollments, in one transaction.
 * Nothing is deleted; an enrollment that is over ends the day before. */
#include "model/roster.h"

#define SCOPE "the import was loaded in the actor's scope"

SQL_WIDE(apply_lock, "import", SCOPE,
    "SELECT state FROM import WHERE id = ? FOR UPDATE");
/* 0 when every school's roster is as it was when the preview was made; locks
 * the schools until the commit. */
SQL_WIDE(apply_versions, "import", SCOPE,
    "SELECT (o.roster_version <> s.roster_version) AS changed"
    " FROM import_school s JOIN organization o ON o.id = s.school_id"
    " WHERE s.import_id = ? ORDER BY o.id FOR UPDATE");
SQL_WIDE(apply_bump, "import", SCOPE,
    "UPDATE organization o JOIN import_school s ON s.school_id = o.id"
    " SET o.roster_version = o.roster_version + 1 WHERE s.import_id = ?");

SQL_WIDE(apply_classes, "import", SCOPE,
    "INSERT INTO class (uid, school_id, school_year, grade, name, title)"
    " SELECT RANDOM_BYTES(16), d.school_id, d.school_year, d.grade,"
    " d.class_name, d.class_title FROM (SELECT r.school_id, i.school_year,"
    "  r.grade, r.class_name, MIN(r.class_title) AS class_title"
    "  FROM import_row r JOIN import i ON i.id = r.import_id"
    "  WHERE r.import_id = ? AND r.outcome IN (1, 3)"
    "  GROUP BY r.school_id, i.school_year, r.grade, r.class_name) d"
    " LEFT JOIN class k ON k.school_id = d.school_id"
    "  AND k.school_year = d.school_year AND k.grade = d.grade"
    "  AND k.name = d.class_name"
    " WHERE k.id IS NULL");
SQL_WIDE(apply_pupils, "now import", SCOPE,
    "INSERT INTO pupil (uid, number, name, given, kana, search_key, sort_key,"
    " created_at) SELECT RANDOM_BYTES(16), r.number, r.name, r.given, r.kana,"
    " r.search_key, r.sort_key, ? FROM import_row r"
    " WHERE r.import_id = ? AND r.outcome = 1 AND r.pupil_id IS NULL");
SQL_WIDE(apply_found, "import", SCOPE,
    "UPDATE import_row r JOIN pupil p ON p.number = r.number"
    " SET r.pupil_id = p.id WHERE r.import_id = ? AND r.pupil_id IS NULL");
SQL_WIDE(apply_names, "import", SCOPE,
    "UPDATE pupil p JOIN import_row r ON r.pupil_id = p.id"
    " SET p.name = r.name, p.given = r.given, p.kana = r.kana,"
    " p.search_key = r.search_key, p.sort_key = r.sort_key"
    " WHERE r.import_id = ? AND r.outcome IN (2, 3)");
SQL_WIDE(apply_seats, "today today import", SCOPE,
    "UPDATE enrollment e JOIN import_row r ON r.pupil_id = e.pupil_id"
    " SET e.seat = r.seat WHERE e.main = 1 AND e.begins <= ? AND e.ends >= ?"
    " AND r.import_id = ? AND r.outcome = 2");
/* Who moves on the very day of an enrollment's beginning never was there:
 * begins after ends marks it as void. */
SQL_WIDE(apply_end, "yesterday today today import", SCOPE,
    "UPDATE enrollment e JOIN import_row r ON r.pupil_id = e.pupil_id"
    " SET e.ends = ? WHERE e.main = 1 AND e.begins <= ? AND e.ends >= ?"
    " AND r.import_id = ? AND r.outcome = 3");
/* New pupils count from the beginning of the school year, so that a list of
 * last week shows them; who moved counts from today. */
SQL_WIDE(apply_enrollments, "today today far import", SCOPE,
    "INSERT INTO enrollment (pupil_id, class_id, school_id, school_year, seat,"
    " main, begins, ends)"
    " SELECT r.pupil_id, k.id, k.school_id, k.school_year, r.seat, 1,"
    " IF(r.outcome = 1, ?, ?), ?"
    " FROM import_row r JOIN import i ON i.id = r.import_id"
    " JOIN class k ON k.school_id = r.school_id"
    "  AND k.school_year = i.school_year AND k.grade = r.grade"
    "  AND k.name = r.class_name"
    " WHERE r.import_id = ? AND r.outcome IN (1, 3)"
    " ON DUPLICATE KEY UPDATE ends = VALUES(ends), seat = VALUES(seat)");
SQL_WIDE(apply_done, "now import", SCOPE,
    "UPDATE import SET state = 2, applied_at = ? WHERE id = ?");

struct changed {
	bool changed;
};
FIELDS(struct changed, changed_fields, F_BOOL(struct changed, changed));

/* Still a preview, and nobody else applied a roster of these schools since. */
static enum err
check_fresh(struct arena *a, struct db *db, int64_t import_id)
{
	struct list rows;
	int64_t state;

	TRY(db_number(db, &apply_lock, &state, VALUES(v_int(import_id))));
	if (state != 1)
		return ERR_STALE;
	TRY(db_all(db, a, &apply_versions, &changed_fields, &rows,
	    VALUES(v_int(import_id))));
	for (size_t i = 0; i < rows.n; i++)
		if (LIST_AT(rows, struct changed, i)->changed)
			return ERR_STALE;
	return OK;
}

/* Another school may have taken in the same new pupil since the preview. */
static enum err
new_pupils(struct db *db, struct db_value id, struct stamp now)
{
	enum err e = db_run(db, &apply_pupils, NULL, VALUES(v_stamp(now), id));

	return e == ERR_EXISTS ? ERR_STALE : e;
}

enum err
roster_apply(struct arena *a, struct db *db, const struct roster_import *import,
    struct stamp now)
{
	struct day day = stamp_day(now);
	struct db_value today = v_day(day), id = v_int(import->id);
	int year = day_school_year(day);

	if (import->rows_wrong > 0)
		return ERR_INVALID;
	TRY(check_fresh(a, db, import->id));
	TRY(db_run(db, &apply_classes, NULL, VALUES(id)));
	TRY(new_pupils(db, id, now));
	TRY(db_run(db, &apply_found, NULL, VALUES(id)));
	TRY(db_run(db, &apply_names, NULL, VALUES(id)));
	TRY(db_run(db, &apply_seats, NULL, VALUES(today, today, id)));
	TRY(db_run(db, &apply_end, NULL,
	    VALUES(v_day(day_add(day, -1)), today, today, id)));
	TRY(db_run(db, &apply_enrollments, NULL,
	    VALUES(v_day(school_year_begins(year)), today,
		v_day(school_year_ends(year)), id)));
	TRY(db_run(db, &apply_bump, NULL, VALUES(id)));
	return db_run(db, &apply_done, NULL, VALUES(v_stamp(now), id));
}
