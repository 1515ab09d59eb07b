/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Codes carry 80 random bits, so a plain digest keeps them. */
#include "model/letter.h"

#include "base/hex.h"
#include "base/keys.h"

FIELDS(struct letter, letter_fields,
    F_INT(struct letter, invitation_id),
    F_INT(struct letter, pupil_id),
    F_INT(struct letter, school_id),
    F_TEXT(struct letter, name),
    F_TEXT(struct letter, given),
    F_TEXT(struct letter, class_title),
    F_TEXT(struct letter, school),
    F_TEXT(struct letter, phone),
    F_BOOL(struct letter, protected));

static enum err
code_hash(struct arena *a, const char *code, unsigned char out[DIGEST])
{
	char *normal;

	if (code == NULL || code_normal(a, code, LETTER_CODE, &normal) != OK)
		return ERR_NONE;
	sha256(normal, strlen(normal), out);
	return OK;
}

SQL_WIDE(letter_find_sql, "today today code now",
    "the code is the scope: who holds the letter",
    "SELECT i.id AS invitation_id, i.pupil_id, p.name, p.given, p.protected,"
    " k.title AS class_title, o.id AS school_id, o.name AS school, o.phone"
    " FROM invitation i JOIN pupil p ON p.id = i.pupil_id"
    " JOIN enrollment e ON e.pupil_id = p.id AND e.main = 1"
    "  AND e.begins <= ? AND e.ends >= ?"
    " JOIN class k ON k.id = e.class_id"
    " JOIN organization o ON o.id = e.school_id"
    " WHERE i.code = ? AND i.expires_at > ? AND i.replaced_at IS NULL"
    " AND i.used < i.most");

enum err
letter_find(struct arena *a, struct db *db, const char *code, struct stamp now,
    struct letter *letter)
{
	unsigned char hash[DIGEST];
	struct db_value today = v_day(stamp_day(now));

	TRY(code_hash(a, code, hash));
	return db_one(db, a, &letter_find_sql, &letter_fields, letter,
	    VALUES(today, today, v_bytes(hash, DIGEST), v_stamp(now)));
}

SQL_WIDE(letter_use_sql, "invitation now",
    "by primary key of a letter just found by its code",
    "UPDATE invitation SET used = used + 1 WHERE id = ? AND expires_at > ?"
    " AND replaced_at IS NULL AND used < most");

enum err
letter_use(struct db *db, int64_t invitation_id, struct stamp now)
{
	int64_t rows;

	TRY(db_run(db, &letter_use_sql, &rows,
	    VALUES(v_int(invitation_id), v_stamp(now))));
	return rows == 0 ? ERR_NONE : OK;
}

/* ── issuing ────────────────────────────────────────────────────────────── */

FIELDS(struct letter_issued, issued_fields,
    F_INT(struct letter_issued, pupil_id),
    F_TEXT(struct letter_issued, school),
    F_TEXT(struct letter_issued, class_title),
    F_TEXT(struct letter_issued, name),
    F_TEXT(struct letter_issued, number),
    F_INT(struct letter_issued, seat));

SQL(letter_pupils,
    "today today school_code all class_title all pupil_number",
    "SELECT p.id AS pupil_id, o.name AS school, k.title AS class_title,"
    " p.name, p.number, e.seat"
    " FROM organization o JOIN enrollment e ON e.school_id = o.id"
    "  AND e.main = 1 AND e.begins <= ? AND e.ends >= ?"
    " JOIN class k ON k.id = e.class_id JOIN pupil p ON p.id = e.pupil_id"
    " WHERE o.code = ? AND (? = 1 OR k.title = ?) AND (? = 1 OR p.number = ?)"
    " ORDER BY k.grade, k.position, k.title, e.seat, p.id");

SQL_WIDE(letter_replace, "codes now",
    "the pupils were selected by school in this transaction",
    "UPDATE invitation i JOIN JSON_TABLE(?, '$[*]'"
    "  COLUMNS (pupil BIGINT PATH '$[0]')) j ON j.pupil = i.pupil_id"
    " SET i.replaced_at = ? WHERE i.replaced_at IS NULL");
SQL_WIDE(letter_insert, "guardians now expires codes today today",
    "the pupils were selected by school in this transaction",
    "INSERT INTO invitation (pupil_id, school_id, code, most, created_at,"
    " expires_at)"
    " SELECT e.pupil_id, e.school_id, UNHEX(j.hash), ?, ?, ?"
    " FROM JSON_TABLE(?, '$[*]' COLUMNS (pupil BIGINT PATH '$[0]',"
    "  hash CHAR(64) PATH '$[1]')) j"
    " JOIN enrollment e ON e.pupil_id = j.pupil AND e.main = 1"
    "  AND e.begins <= ? AND e.ends >= ?");

struct issue {
	struct arena *a;
	const struct letter_order *order;
	struct stamp now;
	struct list *issued;
};

static const char *
new_codes(struct arena *a, struct list *issued)
{
	struct buf *json = buf_new(a, 1024, issued->n * 100 + 16);

	buf_char(json, '[');
	for (size_t i = 0; i < issued->n; i++) {
		struct letter_issued *l = LIST_AT(*issued,
		    struct letter_issued, i);
		unsigned char hash[DIGEST];

		l->code = code_new(a, LETTER_CODE);
		if (code_hash(a, l->code, hash) != OK)
			continue;
		buf_printf(json, "%s[%lld,\"%s\"]", i == 0 ? "" : ",",
		    (long long)l->pupil_id, hex_text(a, hash, DIGEST));
	}
	buf_char(json, ']');
	return json->p;
}

static enum err
issue_work(struct db *db, void *arg)
{
	struct issue *w = arg;
	const struct letter_order *o = w->order;
	struct db_value today = v_day(stamp_day(w->now));
	const char *codes;

	TRY(db_all(db, w->a, &letter_pupils, &issued_fields, w->issued,
	    VALUES(today, today, v_text(o->school_code),
		v_bool(o->class_title == NULL),
		v_text(o->class_title ? o->class_title : ""),
		v_bool(o->number == NULL), v_text(o->number ? o->number : ""))));
	if (w->issued->n == 0)
		return ERR_NONE;
	codes = new_codes(w->a, w->issued);
	TRY(db_run(db, &letter_replace, NULL,
	    VALUES(v_text(codes), v_stamp(w->now))));
	return db_run(db, &letter_insert, NULL,
	    VALUES(v_int(o->guardians), v_stamp(w->now),
		v_stamp(stamp_add(w->now, o->days * 86400)), v_text(codes),
		today, today));
}

enum err
letter_issue(struct arena *a, struct db *db, const struct letter_order *order,
    struct stamp now, struct list *issued)
{
	struct issue w = { a, order, now, issued };

	return db_transaction(db, issue_work, &w);
}
