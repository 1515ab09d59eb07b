/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Addresses of guardians. The link in the mail is made from the row and a key:
 * no secret is stored, and an old key's links die with it. */
#include "base/hex.h"
#include "model/guardian.h"
#include "model/outbox.h"

FIELDS_SHARED(struct guardian_email, guardian_email_fields,
    F_INT(struct guardian_email, id),
    F_INT(struct guardian_email, guardian_id),
    F_UID(struct guardian_email, uid),
    F_TEXT(struct guardian_email, address),
    F_BOOL(struct guardian_email, verified),
    F_BOOL(struct guardian_email, stopped),
    F_STAMP(struct guardian_email, asked_at));

#define EMAIL_COLUMNS                                                          \
	"e.id, e.guardian_id, e.uid, e.address,"                               \
	" (e.verified_at IS NOT NULL) AS verified,"                            \
	" (e.stopped_at IS NOT NULL) AS stopped, e.asked_at"

SQL(guardian_emails_sql, "guardian",
    "SELECT " EMAIL_COLUMNS " FROM guardian_email e WHERE e.guardian_id = ?"
    " ORDER BY e.id");

enum err
guardian_emails(struct arena *a, struct db *db, const struct actor *who,
    struct list *rows)
{
	return db_all(db, a, &guardian_emails_sql, &guardian_email_fields, rows,
	    VALUES(v_int(who->id)));
}

SQL(guardian_email_insert, "uid guardian address now",
    "INSERT INTO guardian_email (uid, guardian_id, address, asked_at)"
    " VALUES (?, ?, ?, ?)");
SQL(guardian_email_asked, "now guardian_email guardian",
    "UPDATE guardian_email SET asked_at = ? WHERE id = ? AND guardian_id = ?");

static const struct guardian_email *
find_address(const struct list *rows, const char *address)
{
	for (size_t i = 0; i < rows->n; i++) {
		const struct guardian_email *e =
		    LIST_AT(*rows, struct guardian_email, i);

		if (str_eq(e->address, address))
			return e;
	}
	return NULL;
}

/* The row of the address, made or asked again. */
static enum err
ask(struct arena *a, struct db *db, int64_t guardian_id, const char *address,
    struct stamp now, int64_t *id)
{
	struct actor owner = { .id = guardian_id };
	const struct guardian_email *old;
	struct list rows;

	TRY(guardian_emails(a, db, &owner, &rows));
	old = find_address(&rows, address);
	if (old == NULL) {
		if (rows.n >= EMAIL_MOST)
			return ERR_LIMIT;
		TRY(db_run(db, &guardian_email_insert, NULL,
		    VALUES(v_uid(uid_new()), v_int(guardian_id),
			v_text(address), v_stamp(now))));
		*id = db_inserted(db);
		return OK;
	}
	if (old->verified)
		return ERR_EXISTS;
	if (now.us - old->asked_at.us < 60 * INT64_C(1000000))
		return ERR_LIMIT;
	*id = old->id;
	return db_run(db, &guardian_email_asked, NULL,
	    VALUES(v_stamp(now), v_int(old->id), v_int(guardian_id)));
}

enum err
guardian_add_email(struct arena *a, struct db *db, int64_t guardian_id,
    const char *address, const char *lang, struct stamp now)
{
	struct outbox_job job = {
		.kind = OUTBOX_VERIFY,
		.lane = LANE_URGENT,
		.params = "{}",
		.hours = EMAIL_LINK_HOURS,
	};
	int64_t id;

	TRY(ask(a, db, guardian_id, address, now, &job.object_id));
	TRY(outbox_add(db, &job, now, &id));
	return outbox_to(db, id, guardian_id, address, lang);
}

/* ── the proof ──────────────────────────────────────────────────────────── */

#define LINK_MAC 15
#define LINK_BYTES (1 + 16 + LINK_MAC)

/* key id || uid || MAC(uid, address) */
static enum err
link_mac(const struct keys *keys, unsigned char key_id, struct uid uid,
    const char *address, unsigned char mac[DIGEST])
{
	unsigned char text[16 + 256] = { 0 };
	size_t n = strlen(address);

	if (n > 254)
		return ERR_INVALID;
	memcpy(text, uid.b, 16);
	memcpy(text + 16, address, n);
	return keys_mac(keys, KEY_LINK, key_id, text, 16 + n, mac);
}

const char *
guardian_link(struct arena *a, const struct keys *keys, struct uid uid,
    const char *address)
{
	unsigned char link[LINK_BYTES], mac[DIGEST];

	link[0] = keys_id(keys, KEY_LINK);
	memcpy(link + 1, uid.b, 16);
	if (link_mac(keys, link[0], uid, address, mac) != OK)
		return "";
	memcpy(link + 17, mac, LINK_MAC);
	return b64u_text(a, link, sizeof link);
}

SQL_WIDE(guardian_email_by_uid, "uid:guardian_email instant",
    "the link is the scope: who reads the mail",
    "SELECT " EMAIL_COLUMNS " FROM guardian_email e"
    " JOIN guardian g ON g.id = e.guardian_id AND g.ended_at IS NULL"
    " WHERE e.uid = ? AND e.asked_at > ?");

enum err
guardian_link_find(struct arena *a, struct db *db, const struct keys *keys,
    const char *link, struct stamp now, struct guardian_email *email)
{
	unsigned char mac[DIGEST];
	struct bytes raw;
	struct uid uid;

	if (link == NULL || b64u_parse(a, link, &raw) != OK ||
	    raw.n != LINK_BYTES)
		return ERR_NONE;
	memcpy(uid.b, raw.p + 1, 16);
	TRY(db_one(db, a, &guardian_email_by_uid, &guardian_email_fields, email,
	    VALUES(v_uid(uid),
		v_stamp(stamp_add(now, -EMAIL_LINK_HOURS * 3600)))));
	if (link_mac(keys, raw.p[0], uid, email->address, mac) != OK ||
	    !mem_equal(mac, raw.p + 17, LINK_MAC))
		return ERR_NONE;
	return OK;
}

SQL_WIDE(guardian_email_verify, "now address guardian_email",
    "the link is the scope: who reads the mail",
    "UPDATE guardian_email SET verified_at = COALESCE(verified_at, ?),"
    " login_address = ?, stopped_at = NULL WHERE id = ?");

SQL(guardian_has_email, "guardian",
    "UPDATE guardian SET has_email = 1 WHERE id = ?");

enum err
guardian_verify(struct arena *a, struct db *db,
    const struct guardian_email *email, struct stamp now)
{
	enum err e;

	if (email->verified)
		return OK;
	TRY(db_run(db, &guardian_has_email, NULL,
	    VALUES(v_int(email->guardian_id))));
	e = db_run(db, &guardian_email_verify, NULL,
	    VALUES(v_stamp(now), v_text(str_lower(a, email->address)),
		v_int(email->id)));
	if (e != ERR_EXISTS)
		return e;
	/* Somebody else signs in with this address (a shared mailbox): it
	 * receives mail all the same and the issued ID stays the login. */
	return db_run(db, &guardian_email_verify, NULL,
	    VALUES(v_stamp(now), v_text(NULL), v_int(email->id)));
}
