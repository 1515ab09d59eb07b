/* SPDX-License-Identifier: AGPL-3.0-or-later
 * chain = HMAC(KEY_AUDIT, previous chain || seq || canonical row). The
 * canonical row is made by the database from every column, quoted, so that an
 * alteration of any of them, or across two of them, breaks the link. */
#include "model/seal.h"

#include "base/str.h"

#define CANONICAL                                                              \
	"JSON_ARRAY(l.id, l.at, l.side, l.organization_id, l.actor_kind,"      \
	" l.actor_id, l.actor_login, l.role, l.session_ref, l.address,"        \
	" l.agent, l.request, l.event, l.method, l.path, l.object_id,"         \
	" l.pupil_id, l.subjects, l.filter, l.fields, l.result, l.status)"

struct link {
	int64_t seq, audit_id, key_id, missing;
	struct stamp at;
	struct bytes chain;
	const char *row;
};
FIELDS(struct link, link_fields,
    F_INT(struct link, seq),
    F_INT(struct link, audit_id),
    F_INT(struct link, key_id),
    F_INT(struct link, missing),
    F_STAMP(struct link, at),
    F_BYTES(struct link, chain),
    F_TEXT(struct link, row));

static enum err
chain_next(struct arena *a, const struct keys *keys, unsigned char key_id,
    const unsigned char before[DIGEST], int64_t seq, const char *row,
    unsigned char out[DIGEST])
{
	struct buf *text = buf_new(a, 256, 8192);

	buf_add(text, (const char *)before, DIGEST);
	buf_printf(text, "%lld|%s", (long long)seq, row);
	return keys_mac(keys, KEY_AUDIT, key_id, text->p, text->n, out);
}

SQL(seal_tip, "",
    "SELECT seq, audit_id, key_id, chain FROM audit_seal"
    " ORDER BY seq DESC LIMIT 1 FOR UPDATE");
/* A row that commits late has a smaller key than the tip: the anti-join over
 * the last days finds it all the same. */
SQL_WIDE(seal_unsealed, "instant instant limit",
    "the chain covers the whole city",
    "SELECT l.id AS audit_id, l.at, " CANONICAL " AS row FROM audit_log l"
    " LEFT JOIN audit_seal s ON s.audit_id = l.id"
    " WHERE l.at >= ? AND l.at < ? AND s.audit_id IS NULL"
    " ORDER BY l.at, l.id LIMIT ?");
SQL(seal_insert, "seq audit now key hash",
    "INSERT INTO audit_seal (seq, audit_id, audit_at, key_id, chain)"
    " VALUES (?, ?, ?, ?, ?)");

struct sealing {
	struct arena *a;
	const struct keys *keys;
	struct stamp now, since;
	int64_t n;
};

static enum err
seal_work(struct db *db, void *arg)
{
	struct sealing *w = arg;
	unsigned char key_id = keys_id(w->keys, KEY_AUDIT);
	unsigned char chain[DIGEST] = { 0 };
	struct link tip = { 0 };
	struct list rows;
	enum err e;

	e = db_one(db, w->a, &seal_tip, &link_fields, &tip, NO_VALUES);
	if (e != OK && e != ERR_NONE)
		return e;
	if (e == ERR_NONE)
		tip.seq = 0;
	else
		memcpy(chain, tip.chain.p, DIGEST);
	TRY(db_all(db, w->a, &seal_unsealed, &link_fields, &rows,
	    VALUES(v_stamp(w->since),
		v_stamp(stamp_add(w->now, -60)), v_int(1000))));
	w->n = (int64_t)rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		const struct link *l = LIST_AT(rows, struct link, i);
		int64_t seq = tip.seq + 1 + (int64_t)i;

		TRY(chain_next(w->a, w->keys, key_id, chain, seq, l->row,
		    chain));
		TRY(db_run(db, &seal_insert, NULL,
		    VALUES(v_int(seq), v_int(l->audit_id), v_stamp(l->at),
			v_int(key_id), v_bytes(chain, DIGEST))));
	}
	return OK;
}

enum err
seal_run(struct arena *a, struct db *db, const struct keys *keys,
    struct stamp now, bool all, int64_t *n)
{
	struct stamp days = stamp_add(now, -3 * 86400), ever = { 1 };
	struct sealing w = { a, keys, now, all ? ever : days, 0 };

	TRY(db_transaction(db, seal_work, &w));
	*n = w.n;
	return OK;
}

/* ── verifying ──────────────────────────────────────────────────────────── */

SQL_WIDE(seal_all, "", "verifying reads the chain from its beginning",
    "SELECT s.seq, s.audit_id, s.key_id, s.chain, (l.id IS NULL) AS missing, "
    CANONICAL " AS row FROM audit_seal s"
    " LEFT JOIN audit_log l ON l.id = s.audit_id AND l.at = s.audit_at"
    " ORDER BY s.seq");
SQL_WIDE(seal_stragglers, "instant", "verifying looks at every row",
    "SELECT COUNT(*) FROM audit_log l LEFT JOIN audit_seal s"
    " ON s.audit_id = l.id WHERE l.at < ? AND s.audit_id IS NULL");

struct verifying {
	struct arena *a;
	const struct keys *keys;
	struct seal_report *report;
	unsigned char chain[DIGEST];
};

static enum err
verify_link(void *row, void *arg)
{
	struct verifying *w = arg;
	const struct link *l = row;
	struct seal_report *r = w->report;
	struct arena_mark mark = arena_mark(w->a);
	unsigned char want[DIGEST] = { 0 };
	bool good;

	if (r->broken != 0)
		return OK;
	r->seals++;
	good = !l->missing && l->seq == r->seals &&
	    chain_next(w->a, w->keys, (unsigned char)l->key_id, w->chain,
		l->seq, l->row, want) == OK &&
	    mem_equal(want, l->chain.p, DIGEST);
	if (!good) {
		r->broken = l->seq;
		r->audit_id = l->audit_id;
		r->missing = l->missing != 0;
	}
	memcpy(w->chain, want, DIGEST);
	arena_rewind(w->a, mark);
	return OK;
}

enum err
seal_verify(struct arena *a, struct db *db, const struct keys *keys,
    struct stamp now, struct seal_report *report)
{
	struct verifying w = { a, keys, report, { 0 } };

	*report = (struct seal_report){ 0 };
	TRY(db_each(db, a, &seal_all, &link_fields, verify_link, &w,
	    NO_VALUES));
	return db_number(db, &seal_stragglers, &report->stragglers,
	    VALUES(v_stamp(stamp_add(now, -300))));
}
