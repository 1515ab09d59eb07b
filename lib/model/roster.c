/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Preview and apply, set by set: a city's roster is a handful of statements,
 * not 12,000 round trips. */
#include "model/roster.h"

#include <json-c/json.h>

#include "base/i18n.h"
#include "base/kana.h"

const struct choice roster_outcomes[] = {
	{ ROW_WRONG, "wrong", N_("誤り") },
	{ ROW_NEW, "new", N_("新しく登録") },
	{ ROW_CHANGED, "changed", N_("変更") },
	{ ROW_MOVED, "moved", N_("組・学校の移動") },
	{ ROW_SAME, "same", N_("変わりなし") },
	{ -1, NULL, NULL },
};

/* ── preview ────────────────────────────────────────────────────────────── */

SQL_WIDE(import_insert, "uid organization staff year text today count now",
    "made by whoever may upload",
    "INSERT INTO import (uid, organization_id, staff_id, school_year,"
    " file_name, day, state, rows_total, rows_new, rows_changed, rows_moved,"
    " rows_same, rows_wrong, created_at)"
    " VALUES (?, ?, ?, ?, ?, ?, 1, ?, 0, 0, 0, 0, 0, ?)");

SQL_WIDE(import_rows_insert, "import rows",
    "rows of an import made in this transaction",
    "INSERT INTO import_row (import_id, line, school_id, grade, class_name,"
    " class_title, seat, number, name, given, kana, search_key, sort_key,"
    " outcome, error)"
    " SELECT ?, j.line, NULLIF(j.school, 0), j.grade, j.class, j.title,"
    " NULLIF(j.seat, 0), j.number, j.name, j.given, j.kana, j.search, j.sort,"
    " IF(j.error = '', 1, 0), j.error"
    " FROM JSON_TABLE(?, '$[*]' COLUMNS (line INT PATH '$[0]',"
    "  school BIGINT PATH '$[1]', grade INT PATH '$[2]',"
    "  class VARCHAR(40) PATH '$[3]', title VARCHAR(60) PATH '$[4]',"
    "  seat INT PATH '$[5]', number VARCHAR(20) PATH '$[6]',"
    "  name VARCHAR(120) PATH '$[7]', given VARCHAR(120) PATH '$[8]',"
    "  kana VARCHAR(120) PATH '$[9]', search VARCHAR(255) PATH '$[10]',"
    "  sort VARCHAR(255) PATH '$[11]', error VARCHAR(200) PATH '$[12]')) j");

static void
add(struct json_object *row, const char *text)
{
	json_object_array_add(row,
	    json_object_new_string(text == NULL ? "" : text));
}

static struct json_object *
row_json(struct arena *a, const struct roster_row *r)
{
	struct json_object *row = json_object_new_array();

	json_object_array_add(row, json_object_new_int64(r->line));
	json_object_array_add(row, json_object_new_int64(r->school_id));
	json_object_array_add(row, json_object_new_int64(r->grade));
	add(row, r->class_name);
	add(row, r->class_title);
	json_object_array_add(row, json_object_new_int64(r->seat));
	add(row, r->number);
	add(row, r->name);
	add(row, r->given);
	add(row, r->kana);
	add(row, kana_search_key(a, r->name));
	add(row, kana_sort_key(a, str_empty(r->kana) ? r->name : r->kana));
	add(row, r->error);
	return row;
}

/* Too long for a column: only rows that are wrong anyway; cut them so that the
 * preview can show them. */
static struct roster_row
fitting(const struct roster_row *r)
{
	struct roster_row fit = *r;

	if (r->error == NULL)
		return fit;
	fit.class_title = strlen(r->class_title) > 60 ? "" : r->class_title;
	fit.class_name = strlen(r->class_name) > 40 ? "" : r->class_name;
	fit.number = strlen(r->number) > 20 ? "" : r->number;
	fit.name = strlen(r->name) > 120 ? "" : r->name;
	fit.given = fit.name;
	fit.kana = strlen(r->kana) > 120 ? "" : r->kana;
	return fit;
}

#define BATCH 500

static enum err
insert_rows(struct arena *a, struct db *db, int64_t import_id,
    const struct list *rows)
{
	for (size_t from = 0; from < rows->n; from += BATCH) {
		struct arena_mark mark = arena_mark(a);
		struct json_object *json = json_object_new_array();
		enum err e;

		for (size_t i = from; i < rows->n && i < from + BATCH; i++) {
			struct roster_row r =
			    fitting(LIST_AT(*rows, struct roster_row, i));

			json_object_array_add(json, row_json(a, &r));
		}
		e = db_run(db, &import_rows_insert, NULL,
		    VALUES(v_int(import_id),
			v_text(json_object_to_json_string_ext(json,
			    JSON_C_TO_STRING_PLAIN))));
		json_object_put(json);
		arena_rewind(a, mark);
		TRY(e);
	}
	return OK;
}

#define IN_IMPORT "rows of an import made in this transaction"

SQL_WIDE(import_doubled, "import text import", IN_IMPORT,
    "UPDATE import_row r JOIN (SELECT number FROM import_row"
    "  WHERE import_id = ? AND number <> '' GROUP BY number"
    "  HAVING COUNT(*) > 1) d ON d.number = r.number"
    " SET r.outcome = 0, r.error = IF(r.error = '', ?, r.error)"
    " WHERE r.import_id = ?");

SQL_WIDE(import_scope, "text import school", IN_IMPORT,
    "UPDATE import_row SET outcome = 0, error = ?"
    " WHERE import_id = ? AND outcome = 1 AND school_id <> ?");

/* The pupil's place today decides: same school and class, or moved. A pupil
 * who is at another school may be taken over only by the city's own import. */
SQL_WIDE(import_compare, "today today city text city import", IN_IMPORT,
    "UPDATE import_row r"
    " JOIN pupil p ON p.number = r.number"
    " LEFT JOIN enrollment e ON e.pupil_id = p.id AND e.main = 1"
    "  AND e.begins <= ? AND e.ends >= ?"
    " LEFT JOIN class k ON k.id = e.class_id"
    " SET r.pupil_id = p.id,"
    " r.error = IF(? = 0 AND e.school_id <> r.school_id, ?, r.error),"
    " r.outcome = CASE"
    "  WHEN ? = 0 AND e.school_id <> r.school_id THEN 0"
    "  WHEN e.id IS NULL OR e.school_id <> r.school_id OR k.grade <> r.grade"
    "   OR k.name <> r.class_name OR k.school_year <> (SELECT i.school_year"
    "   FROM import i WHERE i.id = r.import_id) THEN 3"
    "  WHEN p.name <> r.name OR p.kana <> r.kana OR NOT (e.seat <=> r.seat)"
    "   THEN 2"
    "  ELSE 4 END"
    " WHERE r.import_id = ? AND r.outcome = 1");

SQL_WIDE(import_schools, "import", IN_IMPORT,
    "INSERT INTO import_school (import_id, school_id, roster_version)"
    " SELECT r.import_id, o.id, o.roster_version FROM import_row r"
    " JOIN organization o ON o.id = r.school_id WHERE r.import_id = ?"
    " GROUP BY r.import_id, o.id, o.roster_version");

SQL_WIDE(import_count, "import import", IN_IMPORT,
    "UPDATE import i JOIN (SELECT SUM(outcome = 0) AS wrong,"
    " SUM(outcome = 1) AS fresh, SUM(outcome = 2) AS changed,"
    " SUM(outcome = 3) AS moved, SUM(outcome = 4) AS same"
    " FROM import_row WHERE import_id = ?) c"
    " SET i.rows_wrong = c.wrong, i.rows_new = c.fresh,"
    " i.rows_changed = c.changed, i.rows_moved = c.moved, i.rows_same = c.same"
    " WHERE i.id = ?");

enum err
roster_preview(struct arena *a, struct db *db, const struct actor *who,
    const char *file_name, const struct list *rows, struct stamp now,
    struct uid *import)
{
	static const char doubled[] = N_("同じ学籍番号がこの名簿のほかの行にもあります");
	static const char elsewhere[] = N_("ほかの学校に在籍しています。転校のときは教育委員会にご連絡ください");
	static const char foreign[] = N_("ほかの学校の児童生徒は登録できません");
	struct day day = stamp_day(now);
	struct db_value city = v_bool(actor_is_city(who)), id;

	*import = uid_new();
	TRY(db_run(db, &import_insert, NULL,
	    VALUES(v_uid(*import),
		v_null_int(actor_is_city(who) ? 0 : who->organization_id),
		v_null_int(who->id), v_int(day_school_year(day)),
		v_text(file_name), v_day(day), v_int((int64_t)rows->n),
		v_stamp(now))));
	id = v_int(db_inserted(db));
	TRY(insert_rows(a, db, id.u.i, rows));
	TRY(db_run(db, &import_doubled, NULL, VALUES(id, v_text(doubled), id)));
	if (!actor_is_city(who))
		TRY(db_run(db, &import_scope, NULL,
		    VALUES(v_text(foreign), id, v_int(who->organization_id))));
	TRY(db_run(db, &import_compare, NULL,
	    VALUES(v_day(day), v_day(day), city, v_text(elsewhere), city, id)));
	TRY(db_run(db, &import_schools, NULL, VALUES(id)));
	return db_run(db, &import_count, NULL, VALUES(id, id));
}

/* ── showing ────────────────────────────────────────────────────────────── */

FIELDS_SHARED(struct roster_import, roster_import_fields,
    F_INT(struct roster_import, id),
    F_UID(struct roster_import, uid),
    F_TEXT(struct roster_import, file_name),
    F_INT(struct roster_import, state),
    F_INT(struct roster_import, rows_total),
    F_INT(struct roster_import, rows_new),
    F_INT(struct roster_import, rows_changed),
    F_INT(struct roster_import, rows_moved),
    F_INT(struct roster_import, rows_same),
    F_INT(struct roster_import, rows_wrong),
    F_STAMP(struct roster_import, created_at),
    F_STAMP(struct roster_import, applied_at));

SQL(roster_load_sql, "uid:import city school",
    "SELECT i.id, i.uid, i.file_name, i.state, i.rows_total, i.rows_new,"
    " i.rows_changed, i.rows_moved, i.rows_same, i.rows_wrong, i.created_at,"
    " i.applied_at FROM import i"
    " WHERE i.uid = ? AND (? = 1 OR i.organization_id = ?)");

enum err
roster_load(struct arena *a, struct db *db, const struct actor *who,
    struct uid uid, struct roster_import *import)
{
	return db_one(db, a, &roster_load_sql, &roster_import_fields, import,
	    VALUES(v_uid(uid), v_bool(actor_is_city(who)),
		v_int(who->organization_id)));
}

FIELDS_SHARED(struct roster_line, roster_line_fields,
    F_INT(struct roster_line, line),
    F_TEXT(struct roster_line, school),
    F_TEXT(struct roster_line, class_title),
    F_INT(struct roster_line, seat),
    F_TEXT(struct roster_line, number),
    F_TEXT(struct roster_line, name),
    F_TEXT(struct roster_line, kana),
    F_ENUM(struct roster_line, outcome, roster_outcomes),
    F_TEXT(struct roster_line, error));

SQL_WIDE(roster_lines_sql, "import outcome limit",
    "the import was loaded in the actor's scope",
    "SELECT r.line, o.name AS school, r.class_title, r.seat, r.number, r.name,"
    " r.kana, r.outcome, r.error FROM import_row r"
    " LEFT JOIN organization o ON o.id = r.school_id"
    " WHERE r.import_id = ? AND r.outcome = ? ORDER BY r.line LIMIT ?");

enum err
roster_lines(struct arena *a, struct db *db, const struct roster_import *import,
    int outcome, int64_t most, struct list *rows)
{
	return db_all(db, a, &roster_lines_sql, &roster_line_fields, rows,
	    VALUES(v_int(import->id), v_int(outcome), v_int(most)));
}

SQL_WIDE(roster_absent_sql, "today today import import",
    "the import was loaded in the actor's scope",
    "SELECT COUNT(*) FROM import_school s"
    " JOIN enrollment e ON e.school_id = s.school_id AND e.main = 1"
    "  AND e.begins <= ? AND e.ends >= ?"
    " WHERE s.import_id = ? AND e.pupil_id NOT IN (SELECT r.pupil_id"
    "  FROM import_row r WHERE r.import_id = ? AND r.pupil_id IS NOT NULL)");

enum err
roster_absent(struct db *db, const struct roster_import *import,
    struct stamp now, int64_t *n)
{
	struct db_value today = v_day(stamp_day(now));

	return db_number(db, &roster_absent_sql, n,
	    VALUES(today, today, v_int(import->id), v_int(import->id)));
}
