/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The two session tables. Kept apart per side because a guardian's worker has
 * no grant on staff sessions. */
#include "model/session.h"

FIELDS(struct actor, guardian_fields,
    F_INT(struct actor, id),
    F_TEXT(struct actor, login),
    F_TEXT(struct actor, lang),
    F_BOOL(struct actor, has_email),
    F_STAMP(struct actor, seen_at),
    F_STAMP(struct actor, proved_at));

SQL_WIDE(session_guardian_sql, "guardian_session now",
    "by primary key: the session is the scope",
    "SELECT g.id, g.login, g.lang, g.has_email, s.seen_at, s.proved_at"
    " FROM guardian_session s JOIN guardian g ON g.id = s.guardian_id"
    " WHERE s.id = ? AND s.expires_at > ? AND g.ended_at IS NULL");

enum err
session_guardian(struct arena *a, struct db *db,
    const unsigned char hash[DIGEST], struct stamp now, struct actor *who)
{
	*who = (struct actor){ 0 };
	TRY(db_one(db, a, &session_guardian_sql, &guardian_fields, who,
	    VALUES(v_bytes(hash, DIGEST), v_stamp(now))));
	who->role = ROLE_GUARDIAN;
	who->session = (struct bytes){ hash, DIGEST };
	return OK;
}


FIELDS(struct actor, staff_fields,
    F_INT(struct actor, id),
    F_TEXT(struct actor, login),
    F_TEXT(struct actor, name),
    F_INT(struct actor, posting_id),
    F_INT(struct actor, organization_id),
    F_INT(struct actor, organization_kind),
    F_TEXT(struct actor, organization_name),
    F_UID(struct actor, organization_uid),
    F_BOOL(struct actor, own_classes),
    F_ENUM(struct actor, role, role_choices),
    F_STAMP(struct actor, seen_at),
    F_STAMP(struct actor, proved_at));

SQL_WIDE(session_staff_sql, "staff_session now idle today today",
    "by primary key: the session is the scope",
    "SELECT t.id, t.login, t.name, p.id AS posting_id, p.role,"
    " o.id AS organization_id, o.kind AS organization_kind,"
    " o.name AS organization_name, o.uid AS organization_uid,"
    " (p.role = 4 AND o.teacher_scope = 1) AS own_classes,"
    " s.seen_at, s.proved_at"
    " FROM staff_session s JOIN staff t ON t.id = s.staff_id"
    " JOIN posting p ON p.id = s.posting_id AND p.staff_id = t.id"
    " JOIN organization o ON o.id = p.organization_id"
    " WHERE s.id = ? AND s.expires_at > ? AND s.seen_at > ?"
    " AND t.ended_at IS NULL AND p.begins <= ? AND p.ends >= ?");

enum err
session_staff(struct arena *a, struct db *db, const unsigned char hash[DIGEST],
    struct stamp now, struct actor *who)
{
	struct stamp idle = stamp_add(now, -SESSION_STAFF_IDLE_MINUTES * 60);
	struct day today = stamp_day(now);

	*who = (struct actor){ 0 };
	TRY(db_one(db, a, &session_staff_sql, &staff_fields, who,
	    VALUES(v_bytes(hash, DIGEST), v_stamp(now), v_stamp(idle),
		v_day(today), v_day(today))));
	who->lang = "ja";
	who->session = (struct bytes){ hash, DIGEST };
	return OK;
}

bool
session_is_stale(const struct actor *who, struct stamp now)
{
	int64_t seconds = (who->role & ROLE_GUARDIAN) != 0 ? 86400 : 300;

	return now.us - who->seen_at.us > seconds * 1000000;
}

SQL_WIDE(session_guardian_touch, "now expires guardian_session",
    "by primary key: the session is the scope",
    "UPDATE guardian_session SET seen_at = ?, expires_at = ? WHERE id = ?");
SQL_WIDE(session_staff_touch, "now staff_session",
    "by primary key: the session is the scope",
    "UPDATE staff_session SET seen_at = ? WHERE id = ?");

enum err
session_touch(struct db *db, const struct actor *who, struct stamp now)
{
	if (who->role & ROLE_GUARDIAN)
		return db_run(db, &session_guardian_touch, NULL,
		    VALUES(v_stamp(now),
			v_stamp(stamp_add(now, SESSION_GUARDIAN_DAYS * 86400)),
			v_bytes(who->session.p, who->session.n)));
	return db_run(db, &session_staff_touch, NULL,
	    VALUES(v_stamp(now), v_bytes(who->session.p, who->session.n)));
}

SQL(session_guardian_insert, "hash guardian text now now now expires",
    "INSERT INTO guardian_session"
    " (id, guardian_id, device, created_at, seen_at, proved_at, expires_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)");

enum err
session_guardian_open(struct db *db, int64_t guardian_id,
    const unsigned char hash[DIGEST], const char *device, struct stamp now)
{
	enum err e = db_run(db, &session_guardian_insert, NULL,
	    VALUES(v_bytes(hash, DIGEST), v_int(guardian_id), v_text(device),
		v_stamp(now), v_stamp(now), v_stamp(now),
		v_stamp(stamp_add(now, SESSION_GUARDIAN_DAYS * 86400))));

	return e == ERR_EXISTS ? OK : e;
}

/* The posting with the widest role first: who is administrator and teacher
 * wants the administrator's screens. */
SQL_WIDE(session_staff_insert,
    "hash text now now now expires staff today today",
    "a person's own postings, before any school is known",
    "INSERT INTO staff_session (id, staff_id, posting_id, device, created_at,"
    " seen_at, proved_at, expires_at)"
    " SELECT ?, p.staff_id, p.id, ?, ?, ?, ?, ? FROM posting p"
    " WHERE p.staff_id = ? AND p.begins <= ? AND p.ends >= ?"
    " ORDER BY p.role DESC, p.id LIMIT 1");

enum err
session_staff_open(struct db *db, int64_t staff_id,
    const unsigned char hash[DIGEST], const char *device, struct stamp now)
{
	struct stamp expires = stamp_add(now, SESSION_STAFF_HOURS * 3600);
	struct day today = stamp_day(now);
	int64_t rows = 0;
	enum err e;

	e = db_run(db, &session_staff_insert, &rows,
	    VALUES(v_bytes(hash, DIGEST), v_text(device), v_stamp(now),
		v_stamp(now), v_stamp(now), v_stamp(expires), v_int(staff_id),
		v_day(today), v_day(today)));
	if (e == ERR_EXISTS)
		return OK;
	TRY(e);
	return rows == 0 ? ERR_NONE : OK;
}

SQL_WIDE(session_guardian_delete, "guardian_session",
    "by primary key: the session is the scope",
    "DELETE FROM guardian_session WHERE id = ?");
SQL_WIDE(session_staff_delete, "staff_session",
    "by primary key: the session is the scope",
    "DELETE FROM staff_session WHERE id = ?");

enum err
session_close(struct db *db, const struct actor *who)
{
	const struct db_stmt *st = (who->role & ROLE_GUARDIAN) != 0
	    ? &session_guardian_delete
	    : &session_staff_delete;

	return db_run(db, st, NULL,
	    VALUES(v_bytes(who->session.p, who->session.n)));
}
