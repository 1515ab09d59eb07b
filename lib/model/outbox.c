/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The queue. Lease times use the database's clock because several notifyd on
 * several machines share it; everything else is business time (design 7). */
#include "model/outbox.h"

#include <stdarg.h>

#include <json-c/json.h>

const char *
outbox_params(struct arena *a, ...)
{
	struct json_object *o = json_object_new_object();
	const char *name, *text;
	va_list args;

	va_start(args, a);
	while ((name = va_arg(args, const char *)) != NULL)
		json_object_object_add(o, name,
		    json_object_new_string(va_arg(args, const char *)));
	va_end(args);
	text = str_copy(a,
	    json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
	json_object_put(o);
	return text;
}

SQL(outbox_insert,
    "outbox_kind lane school pupil object text now expires",
    "INSERT INTO outbox (kind, lane, school_id, pupil_id, object_id, params,"
    " created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");

enum err
outbox_add(struct db *db, const struct outbox_job *j, struct stamp now,
    int64_t *job)
{
	TRY(db_run(db, &outbox_insert, NULL,
	    VALUES(v_int(j->kind), v_int(j->lane), v_null_int(j->school_id),
		v_null_int(j->pupil_id), v_null_int(j->object_id),
		v_text(j->params), v_stamp(now),
		v_stamp(stamp_add(now, j->hours * 3600)))));
	*job = db_inserted(db);
	return OK;
}

SQL(outbox_recipient_insert,
    "uid guardian address address lang outbox",
    "INSERT INTO outbox_recipient (outbox_id, uid, guardian_id, address,"
    " domain, lang, queue, due_at)"
    " SELECT o.id, ?, ?, ?, LOWER(SUBSTRING_INDEX(?, '@', -1)), ?, o.lane,"
    " UTC_TIMESTAMP(6) FROM outbox o WHERE o.id = ?");

enum err
outbox_to(struct db *db, int64_t job, int64_t guardian_id,
    const char *address, const char *lang)
{
	return db_run(db, &outbox_recipient_insert, NULL,
	    VALUES(v_uid(uid_new()), v_null_int(guardian_id), v_text(address),
		v_text(address), v_text(lang), v_int(job)));
}

SQL_WIDE(outbox_fan_out,
    "pupil only only except today today outbox",
    "the pupil is the scope; the job was made by whoever may report on it",
    "INSERT IGNORE INTO outbox_recipient (outbox_id, uid, guardian_id, address,"
    " domain, lang, queue, due_at)"
    " SELECT o.id, RANDOM_BYTES(16), w.id, e.address,"
    " LOWER(SUBSTRING_INDEX(e.address, '@', -1)), w.lang, o.lane,"
    " UTC_TIMESTAMP(6)"
    " FROM outbox o"
    " JOIN pupil p ON p.id = ?"
    " JOIN guardianship g ON g.pupil_id = p.id AND g.receives = 1"
    "  AND (p.protected = 0 OR ? = 0 OR g.guardian_id = ?)"
    "  AND g.guardian_id <> ? AND g.begins <= ? AND g.ends >= ?"
    " JOIN guardian w ON w.id = g.guardian_id AND w.ended_at IS NULL"
    " JOIN guardian_email e ON e.guardian_id = w.id"
    "  AND e.verified_at IS NOT NULL AND e.stopped_at IS NULL"
    " WHERE o.id = ?");

enum err
outbox_to_guardians(struct db *db, int64_t job, int64_t pupil_id, int64_t only,
    int64_t except, struct stamp now)
{
	struct db_value today = v_day(stamp_day(now));

	return db_run(db, &outbox_fan_out, NULL,
	    VALUES(v_int(pupil_id), v_int(only), v_int(only), v_int(except),
		today, today, v_int(job)));
}

const struct choice outbox_kinds[] = {
	{ OUTBOX_REPORT, "report", NULL },
	{ OUTBOX_VERIFY, "verify", NULL },
	{ OUTBOX_JOINED, "joined", NULL },
	{ OUTBOX_WELCOME, "welcome", NULL },
	{ 0, NULL, NULL },
};

FIELDS_SHARED(struct outbox_item, outbox_item_fields,
    F_INT(struct outbox_item, id),
    F_INT(struct outbox_item, outbox_id),
    F_UID(struct outbox_item, uid),
    F_ENUM(struct outbox_item, kind, outbox_kinds),
    F_TEXT(struct outbox_item, address),
    F_TEXT(struct outbox_item, domain),
    F_TEXT(struct outbox_item, lang),
    F_TEXT(struct outbox_item, params),
    F_TEXT(struct outbox_item, school),
    F_TEXT(struct outbox_item, phone),
    F_UID(struct outbox_item, object_uid),
    F_INT(struct outbox_item, tries),
    F_STAMP(struct outbox_item, expires_at));

SQL(outbox_pick, "queue limit",
    "SELECT id FROM outbox_recipient"
    " WHERE state = 0 AND queue = ? AND due_at <= UTC_TIMESTAMP(6)"
    " ORDER BY state, queue, due_at, id LIMIT ? FOR UPDATE SKIP LOCKED");
/* A join in this order: MariaDB would run an IN (SELECT) of an UPDATE for
 * every row of the table, and wait for rows that another sender holds. */
SQL(outbox_mark, "ids uid seconds",
    "UPDATE JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) j"
    " STRAIGHT_JOIN outbox_recipient r FORCE INDEX (PRIMARY)"
    "  ON r.id = j.id"
    " SET r.lease = ?, r.tries = r.tries + 1,"
    " r.due_at = UTC_TIMESTAMP(6) + INTERVAL ? SECOND");
SQL_WIDE(outbox_leased, "ids",
    "the sender handles all schools' mail",
    "SELECT r.id, r.outbox_id, r.uid, o.kind, r.address, r.domain, r.lang,"
    " o.params, s.name AS school, s.phone, e.uid AS object_uid,"
    " r.tries, o.expires_at"
    " FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) j"
    " JOIN outbox_recipient r ON r.id = j.id"
    " JOIN outbox o ON o.id = r.outbox_id"
    " LEFT JOIN organization s ON s.id = o.school_id"
    " LEFT JOIN guardian_email e ON e.id = o.object_id AND o.kind = 2"
    " ORDER BY r.id");

struct picked {
	int64_t id;
};
FIELDS(struct picked, picked_fields, F_INT(struct picked, id));

struct lease {
	struct arena *a;
	int queue;
	int64_t most, seconds;
	struct list *items;
};

static const char *
json_ids(struct arena *a, const struct list *picked)
{
	struct buf *json = buf_new(a, 64, picked->n * 24 + 16);

	for (size_t i = 0; i < picked->n; i++)
		buf_printf(json, "%s%lld", i == 0 ? "[" : ",",
		    (long long)LIST_AT(*picked, struct picked, i)->id);
	buf_char(json, ']');
	return json->p;
}

static enum err
lease_work(struct db *db, void *arg)
{
	struct lease *l = arg;
	struct list picked;
	const char *ids;

	*l->items = (struct list){ NULL, 0 };
	TRY(db_all(db, l->a, &outbox_pick, &picked_fields, &picked,
	    VALUES(v_int(l->queue), v_int(l->most))));
	if (picked.n == 0)
		return OK;
	ids = json_ids(l->a, &picked);
	TRY(db_run(db, &outbox_mark, NULL,
	    VALUES(v_text(ids), v_uid(uid_new()), v_int(l->seconds))));
	return db_all(db, l->a, &outbox_leased, &outbox_item_fields, l->items,
	    VALUES(v_text(ids)));
}

enum err
outbox_lease(struct arena *a, struct db *db, int queue, int64_t most,
    int64_t lease_seconds, struct list *items)
{
	struct lease l = { a, queue, most, lease_seconds, items };

	return db_transaction(db, lease_work, &l);
}

SQL(outbox_close, "state reply now outbox_recipient",
    "UPDATE outbox_recipient SET state = ?, reply = ?, done_at = ?"
    " WHERE id = ? AND state = 0");

enum err
outbox_done(struct db *db, int64_t id, enum outbox_end end, long reply,
    struct stamp now)
{
	return db_run(db, &outbox_close, NULL,
	    VALUES(v_int((int64_t)end), v_int(reply), v_stamp(now),
		v_int(id)));
}

SQL(outbox_retry, "seconds reply outbox_recipient",
    "UPDATE outbox_recipient SET queue = MOD(queue, 10) + 10, lease = NULL,"
    " due_at = UTC_TIMESTAMP(6) + INTERVAL ? SECOND, reply = ?"
    " WHERE id = ? AND state = 0");

enum err
outbox_again(struct db *db, int64_t id, int64_t seconds, long reply)
{
	return db_run(db, &outbox_retry, NULL,
	    VALUES(v_int(seconds), v_int(reply), v_int(id)));
}

SQL(outbox_unlease, "seconds outbox_recipient",
    "UPDATE outbox_recipient SET lease = NULL, tries = tries - 1,"
    " due_at = UTC_TIMESTAMP(6) + INTERVAL ? SECOND WHERE id = ? AND state = 0");

enum err
outbox_release(struct db *db, int64_t id, int64_t seconds)
{
	return db_run(db, &outbox_unlease, NULL,
	    VALUES(v_int(seconds), v_int(id)));
}
