/* SPDX-License-Identifier: AGPL-3.0-or-later
 * One statement per kind, each by an index on its time. */
#include "model/purge.h"

#define WHY "purging covers the whole city"

SQL_WIDE(purge_tokens, "instant", WHY,
    "DELETE FROM form_token WHERE used_at < ? LIMIT 10000");
SQL_WIDE(purge_guardian_sessions, "instant", WHY,
    "DELETE FROM guardian_session WHERE expires_at < ? LIMIT 10000");
SQL_WIDE(purge_staff_sessions, "instant", WHY,
    "DELETE FROM staff_session WHERE expires_at < ? LIMIT 10000");
SQL_WIDE(purge_failures, "instant", WHY,
    "DELETE FROM failure WHERE opened_at < ? LIMIT 10000");
/* The rows of a roster file are needed until it is applied, not after. */
SQL_WIDE(purge_import_rows, "instant", WHY,
    "DELETE FROM import_row WHERE import_id = (SELECT MIN(i.id) FROM import i"
    " WHERE i.created_at < ? AND EXISTS (SELECT 1 FROM import_row r"
    "  WHERE r.import_id = i.id)) LIMIT 10000");
SQL_WIDE(purge_imports, "instant", WHY,
    "DELETE FROM import WHERE created_at < ? AND state = 1"
    " AND NOT EXISTS (SELECT 1 FROM import_row r WHERE r.import_id = import.id)"
    " LIMIT 100");
SQL_WIDE(purge_recipients, "instant", WHY,
    "DELETE FROM outbox_recipient WHERE done_at < ? LIMIT 10000");
SQL_WIDE(purge_outbox, "instant", WHY,
    "DELETE FROM outbox WHERE created_at < ? LIMIT 1000");

static const struct {
	const struct db_stmt *statement;
	int64_t keep;			/* seconds */
} kinds[] = {
	{ &purge_tokens, 2 * 86400 },
	{ &purge_guardian_sessions, 0 },
	{ &purge_staff_sessions, 0 },
	{ &purge_failures, 86400 },
	{ &purge_import_rows, 7 * 86400 },
	{ &purge_imports, 7 * 86400 },
	{ &purge_recipients, 90 * 86400 },
	{ &purge_outbox, 180 * 86400 },
};

enum err
purge_run(struct db *db, struct stamp now, int64_t *n)
{
	*n = 0;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		int64_t rows;

		TRY(db_run(db, kinds[i].statement, &rows,
		    VALUES(v_stamp(stamp_add(now, -kinds[i].keep)))));
		*n += rows;
	}
	return OK;
}
