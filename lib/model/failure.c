/* SPDX-License-Identifier: AGPL-3.0-or-later
 * One row per thing counted, opened anew when its window is over. */
#include "model/failure.h"

#include "base/keys.h"

#define WINDOW_SECONDS 900

static const int64_t most[] = { 10, 10, 100, 30, 20 };

static void
counted(enum failure_of of, const char *what, unsigned char out[DIGEST])
{
	char text[512];
	int n = snprintf(text, sizeof text, "%d:%s", of, what);

	sha256(text, n < (int)sizeof text ? (size_t)n : sizeof text - 1, out);
}

SQL(failure_load, "hash now",
    "SELECT failures FROM failure WHERE counted = ? AND opened_at > ?");

enum err
failure_check(struct db *db, enum failure_of of, const char *what,
    struct stamp now)
{
	unsigned char key[DIGEST];
	int64_t n;
	enum err e;

	counted(of, what, key);
	e = db_number(db, &failure_load, &n,
	    VALUES(v_bytes(key, DIGEST),
		v_stamp(stamp_add(now, -WINDOW_SECONDS))));
	if (e == ERR_NONE)
		return OK;
	TRY(e);
	return n >= most[of] ? ERR_LIMIT : OK;
}

SQL(failure_upsert, "hash now now now now",
    "INSERT INTO failure (counted, opened_at, failures) VALUES (?, ?, 1)"
    " ON DUPLICATE KEY UPDATE"
    " failures = IF(opened_at > ?, failures + 1, 1),"
    " opened_at = IF(opened_at > ?, opened_at, ?)");

enum err
failure_count(struct db *db, enum failure_of of, const char *what,
    struct stamp now)
{
	struct db_value open = v_stamp(stamp_add(now, -WINDOW_SECONDS));
	unsigned char key[DIGEST];

	counted(of, what, key);
	return db_run(db, &failure_upsert, NULL,
	    VALUES(v_bytes(key, DIGEST), v_stamp(now), open, open,
		v_stamp(now)));
}

SQL(failure_delete, "hash", "DELETE FROM failure WHERE counted = ?");

enum err
failure_clear(struct db *db, enum failure_of of, const char *what)
{
	unsigned char key[DIGEST];

	counted(of, what, key);
	return db_run(db, &failure_delete, NULL,
	    VALUES(v_bytes(key, DIGEST)));
}
