/* SPDX-License-Identifier: AGPL-3.0-or-later
 * What the files of lib/db share and nobody else sees: the connection and its
 * prepared statements. The only header that knows MariaDB Connector/C. */
#ifndef DB_DB_PRIVATE_H
#define DB_DB_PRIVATE_H

#include <mysql.h>

#include "db/db.h"

/* Longer texts are fetched a second time, straight into the arena. */
#define DB_INLINE 128

/* Where the library puts one column before it goes into a struct's member. */
struct db_cell {
	const struct field *field;
	enum enum_field_types type;	/* as the server announced it */
	unsigned charset;
	unsigned long length;
	my_bool null, error;
	union {
		long long i;
		MYSQL_TIME time;
		char bytes[DB_INLINE];
	} u;
};

/* A statement on this connection, with everything that does not change from
 * one execution to the next. */
struct db_prepared {
	const struct db_stmt *stmt;
	MYSQL_STMT *handle;
	unsigned params;
	MYSQL_BIND *param;
	MYSQL_TIME *time;		/* one per parameter */
	unsigned columns;		/* made by the first fetch */
	MYSQL_BIND *result;
	struct db_cell *cell;
	const struct fields *fields;	/* what the cells are bound for */
};

/* TX_FAILED: the server has rolled back or the connection is gone; nothing is
 * sent until the caller rolls back, or a statement meant for the transaction
 * would commit by itself. */
enum db_tx { TX_NONE, TX_OPEN, TX_FAILED };

struct db {
	struct db_account account;
	struct arena *a;		/* this object, then what is prepared */
	struct arena_mark home;		/* where the prepared part begins */
	MYSQL *my;			/* NULL when not connected */
	struct db_prepared **prepared;	/* by the place in the section */
	enum db_tx tx;
	bool busy;			/* inside the callback of db_each() */
	bool unsent;			/* the failed command never left */
	bool secret;			/* statements may hold passwords */
	bool down;			/* and the log says so */
	int64_t down_logged;		/* monotonic milliseconds, 0 never */
	int64_t inserted, statements;
};

/* Connect unless connected. */
enum err db_connect(struct db *) MUST_USE;
/* Forget the connection and all that was prepared on it. */
void db_drop(struct db *);
/* Is the connection free for another command? ERR_RETRY in a failed
 * transaction; ERR_BUG, logged, inside db_each(). */
enum err db_ready(struct db *, const char *what) MUST_USE;
/* One text command whose result nobody wants: DDL, transactions. */
enum err db_text(struct db *, const char *what, const char *sql, size_t n)
    MUST_USE;
/* The last error of the statement or connection as an outcome: logs, rolls
 * back or drops the connection as the error asks. `what` names it in the log;
 * handle may be NULL. After a drop db->my is NULL and statements are gone. */
enum err db_failed(struct db *, const char *what, MYSQL_STMT *handle) MUST_USE;
/* Connect, prepare, bind, execute. A kept connection that turns out dead is
 * replaced once when that cannot do a thing twice. */
enum err db_execute(struct db *, const struct db_stmt *, struct db_values,
    struct db_prepared **) MUST_USE;

#endif
