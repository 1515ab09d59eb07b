/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Row by row: a city has tens of schools and some thousand staff, once a
 * year. Pupils are another matter and are set by set (roster.c). */
#include "model/setup.h"

#include "base/i18n.h"

#define WHY "the operator sets up the whole city"

/* ── the board ──────────────────────────────────────────────────────────── */

SQL_WIDE(setup_board_load, "", WHY,
    "SELECT id FROM organization WHERE kind = 1 ORDER BY id LIMIT 1");
SQL_WIDE(setup_board_insert, "uid text now", WHY,
    "INSERT INTO organization (uid, kind, name, phone, created_at)"
    " VALUES (?, 1, ?, '', ?)");
SQL_WIDE(setup_board_rename, "text school", WHY,
    "UPDATE organization SET name = ? WHERE id = ? AND kind = 1");

static bool
may(const struct actor *who)
{
	return (who->role & ROLE_OPERATOR) != 0;
}

enum err
setup_board(struct db *db, const struct actor *who, const char *name,
    struct stamp now, int64_t *id)
{
	enum err e;

	if (!may(who))
		return ERR_DENIED;
	e = db_number(db, &setup_board_load, id, NO_VALUES);
	if (e == OK)
		return db_run(db, &setup_board_rename, NULL,
		    VALUES(v_text(name), v_int(*id)));
	if (e != ERR_NONE)
		return e;
	TRY(db_run(db, &setup_board_insert, NULL,
	    VALUES(v_uid(uid_new()), v_text(name), v_stamp(now))));
	*id = db_inserted(db);
	return OK;
}

/* ── schools ────────────────────────────────────────────────────────────── */

struct known_school {
	int64_t id, kind, hours;
	const char *name, *phone;
};
FIELDS(struct known_school, known_school_fields,
    F_INT(struct known_school, id),
    F_INT(struct known_school, kind),
    F_INT(struct known_school, hours),
    F_TEXT(struct known_school, name),
    F_TEXT(struct known_school, phone));

SQL_WIDE(setup_school_load, "minute minute school_code", WHY,
    "SELECT o.id, o.kind, o.name, o.phone, (SELECT COUNT(*) FROM reception r"
    "  WHERE r.school_id = o.id AND r.opens = ? AND r.closes = ?) AS hours"
    " FROM organization o WHERE o.code = ?");
SQL_WIDE(setup_school_named, "school_name school_code", WHY,
    "SELECT COUNT(*) FROM organization WHERE name = ? AND NOT (code <=> ?)");
SQL_WIDE(setup_school_insert, "uid kind school_code text text now", WHY,
    "INSERT INTO organization (uid, kind, code, name, phone, created_at)"
    " VALUES (?, ?, ?, ?, ?, ?)");
SQL_WIDE(setup_school_update, "kind text text school", WHY,
    "UPDATE organization SET kind = ?, name = ?, phone = ? WHERE id = ?");
SQL_WIDE(setup_reception, "school minute minute", WHY,
    "INSERT INTO reception (school_id, weekday, opens, closes)"
    " SELECT ?, w.weekday, ?, ? FROM JSON_TABLE('[0,1,2,3,4,5,6]', '$[*]'"
    "  COLUMNS (weekday INT PATH '$')) w"
    " ON DUPLICATE KEY UPDATE opens = VALUES(opens), closes = VALUES(closes)");
/* counts_as: 1 absence, 2 suspension, 3 bereavement. */
SQL_WIDE(setup_reasons, "new_school new_school", WHY,
    "INSERT INTO reason (uid, school_id, name, counts_as, position)"
    " SELECT RANDOM_BYTES(16), o.id, d.name, d.counts_as, d.position"
    " FROM organization o JOIN JSON_TABLE('[[\"発熱\",1],[\"かぜ\",1],"
    "[\"頭痛・腹痛\",1],[\"けが\",1],[\"通院\",1],[\"家庭の都合\",1],"
    "[\"忌引\",3],[\"感染症（出席停止）\",2],[\"その他\",1]]', '$[*]' COLUMNS ("
    "  position FOR ORDINALITY, name VARCHAR(40) PATH '$[0]',"
    "  counts_as INT PATH '$[1]')) d"
    " WHERE o.id = ? AND NOT EXISTS (SELECT 1 FROM reason r"
    "  WHERE r.school_id = ?)");

static enum err
wrong_school(struct setup_school *s, const char *error)
{
	s->error = error;
	s->outcome = ROW_WRONG;
	return OK;
}

static bool
same_school(const struct setup_school *s, const struct known_school *k)
{
	return k->hours == 7 && k->kind == s->kind &&
	    str_eq(k->name, s->name) && str_eq(k->phone, s->phone);
}

static enum err
write_school(struct db *db, struct setup_school *s, int64_t *id,
    struct stamp now)
{
	if (s->outcome == ROW_CHANGED)
		return db_run(db, &setup_school_update, NULL,
		    VALUES(v_int(s->kind), v_text(s->name), v_text(s->phone),
			v_int(*id)));
	TRY(db_run(db, &setup_school_insert, NULL,
	    VALUES(v_uid(uid_new()), v_int(s->kind), v_text(s->code),
		v_text(s->name), v_text(s->phone), v_stamp(now))));
	*id = db_inserted(db);
	return OK;
}

enum err
setup_school(struct arena *a, struct db *db, const struct actor *who,
    struct setup_school *s, struct stamp now)
{
	struct db_value opens = v_minute(s->opens);
	struct db_value closes = v_minute(s->closes);
	struct known_school known = { 0 };
	int64_t named;
	enum err e;

	if (!may(who))
		return ERR_DENIED;
	if (s->error != NULL)
		return wrong_school(s, s->error);
	TRY(db_number(db, &setup_school_named, &named,
	    VALUES(v_text(s->name), v_text(s->code))));
	if (named > 0)
		return wrong_school(s,
		    N_("同じ名前の学校が、ほかの学校コードで登録されています"));
	e = db_one(db, a, &setup_school_load, &known_school_fields, &known,
	    VALUES(opens, closes, v_text(s->code)));
	if (e != OK && e != ERR_NONE)
		return e;
	if (e == OK && known.kind == BOARD)
		return wrong_school(s, N_("この学校コードは使えません"));
	s->outcome = e == ERR_NONE ? ROW_NEW : ROW_CHANGED;
	if (e == OK && same_school(s, &known)) {
		s->outcome = ROW_SAME;
		return OK;
	}
	TRY(write_school(db, s, &known.id, now));
	TRY(db_run(db, &setup_reception, NULL,
	    VALUES(v_int(known.id), opens, closes)));
	return db_run(db, &setup_reasons, NULL,
	    VALUES(v_int(known.id), v_int(known.id)));
}

/* ── staff ──────────────────────────────────────────────────────────────── */

struct known_staff {
	int64_t id;
	const char *name, *kana;
	bool ended;
};
FIELDS(struct known_staff, known_staff_fields,
    F_INT(struct known_staff, id),
    F_TEXT(struct known_staff, name),
    F_TEXT(struct known_staff, kana),
    F_BOOL(struct known_staff, ended));

struct known_posting {
	int64_t id;
	const char *title, *classes;
};
FIELDS(struct known_posting, known_posting_fields,
    F_INT(struct known_posting, id),
    F_TEXT(struct known_posting, title),
    F_TEXT(struct known_posting, classes));

SQL_WIDE(setup_place, "school", WHY,
    "SELECT kind FROM organization WHERE id = ?");
SQL_WIDE(setup_staff_load, "staff_login", WHY,
    "SELECT id, name, kana, (ended_at IS NOT NULL) AS ended FROM staff"
    " WHERE login = ?");
SQL_WIDE(setup_staff_insert, "uid staff_login text text now", WHY,
    "INSERT INTO staff (uid, login, name, kana, created_at)"
    " VALUES (?, ?, ?, ?, ?)");
SQL_WIDE(setup_staff_update, "text text staff", WHY,
    "UPDATE staff SET name = ?, kana = ? WHERE id = ?");
SQL_WIDE(setup_posting_load, "staff school role today today", WHY,
    "SELECT p.id, p.title, (SELECT GROUP_CONCAT(k.title ORDER BY k.title"
    "  SEPARATOR '\n') FROM posting_class pc"
    "  JOIN class k ON k.id = pc.class_id WHERE pc.posting_id = p.id)"
    "  AS classes FROM posting p"
    " WHERE p.staff_id = ? AND p.organization_id = ? AND p.role = ?"
    " AND p.begins <= ? AND p.ends >= ? ORDER BY p.id LIMIT 1");
SQL_WIDE(setup_posting_insert, "uid staff school role text today far", WHY,
    "INSERT INTO posting (uid, staff_id, organization_id, role, title, begins,"
    " ends) VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id), title = VALUES(title),"
    " ends = VALUES(ends)");
SQL_WIDE(setup_posting_update, "text posting", WHY,
    "UPDATE posting SET title = ? WHERE id = ?");
SQL_WIDE(setup_classes_clear, "posting", WHY,
    "DELETE FROM posting_class WHERE posting_id = ?");
SQL_WIDE(setup_class_count, "school year class_title", WHY,
    "SELECT COUNT(*) FROM class"
    " WHERE school_id = ? AND school_year = ? AND title = ?");
SQL_WIDE(setup_class_insert, "uid school year grade text class_title", WHY,
    "INSERT INTO class (uid, school_id, school_year, grade, name, title)"
    " VALUES (?, ?, ?, ?, ?, ?)");
SQL_WIDE(setup_class_assign, "posting school year class_title", WHY,
    "INSERT IGNORE INTO posting_class (posting_id, class_id)"
    " SELECT ?, k.id FROM class k"
    " WHERE k.school_id = ? AND k.school_year = ? AND k.title = ?");

struct placing {
	struct arena *a;
	struct db *db;
	struct setup_staff *s;
	struct day day;
	struct stamp now;
};

static enum err
wrong_staff(struct setup_staff *s, const char *error)
{
	s->error = error;
	s->outcome = ROW_WRONG;
	return OK;
}

/* 3年1組 as the roster would name it; any other title is a class without a
 * grade. */
static enum err
make_class(struct placing *w, const char *title, int year)
{
	struct db_value school = v_int(w->s->organization_id);
	int64_t grade = 0, n;
	const char *name = title;

	TRY(db_number(w->db, &setup_class_count, &n,
	    VALUES(school, v_int(year), v_text(title))));
	if (n > 0)
		return OK;
	if (title[0] >= '1' && title[0] <= '9' &&
	    str_starts(title + 1, "年") && str_ends(title, "組") &&
	    strlen(title) > strlen("1年組")) {
		grade = title[0] - '0';
		name = str_copy_n(w->a, title + strlen("1年"),
		    strlen(title) - strlen("1年組"));
	}
	return db_run(w->db, &setup_class_insert, NULL,
	    VALUES(v_uid(uid_new()), school, v_int(year), v_int(grade),
		v_text(name), v_text(title)));
}

static enum err
assign_classes(struct placing *w, int64_t posting_id)
{
	struct db_value posting = v_int(posting_id);
	int year = day_school_year(w->day);

	TRY(db_run(w->db, &setup_classes_clear, NULL, VALUES(posting)));
	for (size_t i = 0; i < w->s->classes.n; i++) {
		const char *title = *LIST_AT(w->s->classes, const char *, i);

		TRY(make_class(w, title, year));
		TRY(db_run(w->db, &setup_class_assign, NULL,
		    VALUES(posting, v_int(w->s->organization_id), v_int(year),
			v_text(title))));
	}
	return OK;
}

static int
by_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* The row's classes in the form and order of setup_posting_load. */
static const char *
joined_classes(struct arena *a, const struct list *classes)
{
	const char **sorted = arena_array(a, classes->n + 1, sizeof *sorted);
	struct buf *b = buf_new(a, 64, 16 * 1024);

	for (size_t i = 0; i < classes->n; i++)
		sorted[i] = *LIST_AT(*classes, const char *, i);
	qsort(sorted, classes->n, sizeof *sorted, by_text);
	for (size_t i = 0; i < classes->n; i++) {
		if (i > 0 && str_eq(sorted[i], sorted[i - 1]))
			continue;
		if (i > 0)
			buf_char(b, '\n');
		buf_str(b, sorted[i]);
	}
	return b->p;
}

static void
changed(struct setup_staff *s)
{
	if (s->outcome == ROW_SAME)
		s->outcome = ROW_CHANGED;
}

static enum err
new_posting(struct placing *w, int64_t staff_id)
{
	const struct setup_staff *s = w->s;

	TRY(db_run(w->db, &setup_posting_insert, NULL,
	    VALUES(v_uid(uid_new()), v_int(staff_id),
		v_int(s->organization_id), v_int(s->role), v_text(s->title),
		v_day(w->day),
		v_day(school_year_ends(day_school_year(w->day))))));
	return assign_classes(w, db_inserted(w->db));
}

static enum err
write_posting(struct placing *w, int64_t staff_id)
{
	const char *classes = joined_classes(w->a, &w->s->classes);
	struct setup_staff *s = w->s;
	struct known_posting known;
	enum err e;

	e = db_one(w->db, w->a, &setup_posting_load, &known_posting_fields,
	    &known, VALUES(v_int(staff_id), v_int(s->organization_id),
		v_int(s->role), v_day(w->day), v_day(w->day)));
	if (e == ERR_NONE) {
		s->outcome = ROW_NEW;
		return new_posting(w, staff_id);
	}
	TRY(e);
	if (!str_eq(known.title, s->title)) {
		changed(s);
		TRY(db_run(w->db, &setup_posting_update, NULL,
		    VALUES(v_text(s->title), v_int(known.id))));
	}
	if (str_eq(known.classes == NULL ? "" : known.classes, classes))
		return OK;
	changed(s);
	return assign_classes(w, known.id);
}

static enum err
write_person(struct placing *w, int64_t *id)
{
	struct setup_staff *s = w->s;
	struct known_staff known;
	enum err e;

	e = db_one(w->db, w->a, &setup_staff_load, &known_staff_fields, &known,
	    VALUES(v_text(s->login)));
	if (e == ERR_NONE) {
		s->outcome = ROW_NEW;
		TRY(db_run(w->db, &setup_staff_insert, NULL,
		    VALUES(v_uid(uid_new()), v_text(s->login), v_text(s->name),
			v_text(s->kana), v_stamp(w->now))));
		*id = db_inserted(w->db);
		return OK;
	}
	TRY(e);
	*id = known.id;
	if (known.ended)
		return wrong_staff(s,
		    N_("このログインIDは、以前の利用者のものです"));
	if (str_eq(known.name, s->name) && str_eq(known.kana, s->kana))
		return OK;
	s->outcome = ROW_CHANGED;
	return db_run(w->db, &setup_staff_update, NULL,
	    VALUES(v_text(s->name), v_text(s->kana), v_int(known.id)));
}

/* Board people at the board, school people at a school. */
static enum err
check_place(struct placing *w)
{
	struct setup_staff *s = w->s;
	bool city = (s->role & (ROLE_BOARD | ROLE_AUDITOR)) != 0;
	int64_t kind;
	enum err e;

	e = db_number(w->db, &setup_place, &kind,
	    VALUES(v_int(s->organization_id)));
	if (e == ERR_NONE)
		return wrong_staff(s, N_("この学校名は登録されていません"));
	TRY(e);
	if (city != (kind == BOARD))
		return wrong_staff(s, N_("この役割は、この所属にはありません"));
	if (city && s->classes.n > 0)
		return wrong_staff(s,
		    N_("教育委員会の人に担任学級は付けられません"));
	return OK;
}

enum err
setup_staff(struct arena *a, struct db *db, const struct actor *who,
    struct setup_staff *s, struct day day, struct stamp now)
{
	struct placing w = { a, db, s, day, now };
	int64_t id;

	if (!may(who))
		return ERR_DENIED;
	s->outcome = ROW_SAME;
	if (s->error != NULL)
		return wrong_staff(s, s->error);
	TRY(check_place(&w));
	if (s->error == NULL)
		TRY(write_person(&w, &id));
	if (s->error == NULL)
		TRY(write_posting(&w, id));
	return OK;
}

/* ── grants ─────────────────────────────────────────────────────────────── */

SQL_WIDE(setup_grants_count, "digest", WHY,
    "SELECT COUNT(*) FROM schema_version"
    " WHERE file = 'grants.sql' AND sha256 = ?");
SQL_WIDE(setup_grants_upsert, "digest now", WHY,
    "INSERT INTO schema_version (file, sha256, applied_at)"
    " VALUES ('grants.sql', ?, ?) ON DUPLICATE KEY UPDATE"
    " sha256 = VALUES(sha256), applied_at = VALUES(applied_at)");

enum err
setup_grants_check(struct db *db, const unsigned char digest[DIGEST])
{
	int64_t n;

	TRY(db_number(db, &setup_grants_count, &n,
	    VALUES(v_bytes(digest, DIGEST))));
	return n == 0 ? ERR_NONE : OK;
}

enum err
setup_grants_done(struct db *db, const unsigned char digest[DIGEST],
    struct stamp now)
{
	return db_run(db, &setup_grants_upsert, NULL,
	    VALUES(v_bytes(digest, DIGEST), v_stamp(now)));
}
