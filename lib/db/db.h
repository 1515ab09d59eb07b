/* SPDX-License-Identifier: AGPL-3.0-or-later
 * One connection to MariaDB: prepared statements by name, values only by bind,
 * rows by field table, whole-transaction retry (design 7, scale 2).
 * Knows no table of ours. The connection opens when first used and again
 * after it was lost; every statement is prepared once per connection. */
#ifndef DB_DB_H
#define DB_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/field.h"

struct db;

/* A statement. Declared only by the macros below, which put a pointer to it
 * into a section of its own, so that all of them can be listed and tested. */
struct db_stmt {
	const char *name;	/* the C name, for logs and tests */
	const char *file;	/* where it stands */
	const char *samples;	/* one word per `?`, see t/db/explain */
	const char *sql;
	const char *why;	/* why it may scan or restrict nothing, or NULL */
	const struct db_stmt *const *ref;	/* its place in the section */
};

/* SQL(name, "word word", "SELECT ... ?"): samples names, in order, what each
 * `?` stands for (school, guardian, day, uid:pupil, ...): documentation that
 * a test turns into values that exist. Only a literal compiles. */
#define SQL(stmt, words, text) SQL_DECLARE(stmt, words, text, NULL)
/* A statement that reads a large table whole, or a school's table without
 * restricting the school or the guardian, and says why that is right. */
#define SQL_WIDE(stmt, words, reason, text)                                    \
	SQL_DECLARE(stmt, words, text, "" reason "")
#define SQL_DECLARE(stmt, words, text, reason)                                 \
	static const struct db_stmt stmt;                                      \
	static const struct db_stmt *const stmt##_ref                          \
	    __attribute__((used, section("db_stmts"))) = &stmt;                \
	static const struct db_stmt stmt = { #stmt, __FILE__, "" words "",     \
		"" text "", reason, &stmt##_ref }

/* All statements linked into the program, in no order. */
extern const struct db_stmt *const __start_db_stmts[] __attribute__((weak));
extern const struct db_stmt *const __stop_db_stmts[] __attribute__((weak));

/* A value to bind. */
struct db_value {
	enum field_type type;
	bool null;
	union {
		const char *text;
		int64_t i;
		struct day day;
		struct minute minute;
		struct stamp stamp;
		struct uid uid;
		struct bytes bytes;
	} u;
};

static inline struct db_value
v_text(const char *s)		/* NULL binds NULL */
{
	return (struct db_value){ FIELD_TEXT, s == NULL, { .text = s } };
}
static inline struct db_value
v_int(int64_t i)
{
	return (struct db_value){ FIELD_INT, false, { .i = i } };
}
static inline struct db_value
v_null_int(int64_t i)		/* 0 binds NULL: ids of nobody */
{
	return (struct db_value){ FIELD_INT, i == 0, { .i = i } };
}
static inline struct db_value
v_bool(bool b)
{
	return (struct db_value){ FIELD_INT, false, { .i = b } };
}
static inline struct db_value
v_day(struct day d)		/* DAY_NONE binds NULL; column DATE */
{
	return (struct db_value){ FIELD_DAY, !day_is(d), { .day = d } };
}
static inline struct db_value
v_minute(struct minute m)	/* MINUTE_NONE binds NULL; column SMALLINT */
{
	return (struct db_value){ FIELD_MINUTE, !minute_is(m), { .minute = m } };
}
static inline struct db_value
v_stamp(struct stamp s)		/* STAMP_NONE binds NULL; DATETIME(6) in UTC */
{
	return (struct db_value){ FIELD_STAMP, !stamp_is(s), { .stamp = s } };
}
static inline struct db_value
v_uid(struct uid u)		/* zero binds NULL; column BINARY(16) */
{
	return (struct db_value){ FIELD_UID, !uid_is(u), { .uid = u } };
}
static inline struct db_value
v_bytes(const void *p, size_t n)	/* NULL binds NULL; BINARY, BLOB */
{
	return (struct db_value){ FIELD_BYTES, p == NULL,
		{ .bytes = { p, n } } };
}

struct db_values {
	const struct db_value *v;
	size_t n;
};
/* The last argument of the calls below: VALUES(v_int(3), v_day(d)), or NONE. */
#define VALUES(...)                                                            \
	((struct db_values){ (const struct db_value[]){ __VA_ARGS__ },         \
	    sizeof((const struct db_value[]){ __VA_ARGS__ }) /                 \
		sizeof(struct db_value) })
#define NO_VALUES ((struct db_values){ NULL, 0 })

struct db_account {
	const char *socket;	/* path of a unix socket */
	const char *name;	/* database; NULL for none */
	const char *user;
	const char *password;
	int64_t statement_seconds;	/* max_statement_time, 0 = 4 */
};

/* The strings must outlive the connection object. Does not connect yet; NULL
 * without memory. db_free() closes. */
struct db *db_init(const struct db_account *);
void db_free(struct db *);

/* One transaction: READ COMMITTED, strict SQL mode. Errors of these and of
 * all calls below: ERR_RETRY (deadlock, lock time-out, lost connection inside
 * a transaction: try the whole again), ERR_DB (server away or refuses),
 * ERR_EXISTS (unique key). After any error inside a transaction the caller
 * rolls back. */
enum err db_begin(struct db *) MUST_USE;
enum err db_commit(struct db *) MUST_USE;
void db_rollback(struct db *);
bool db_in_transaction(const struct db *);

/* Run `work` in a transaction, commit; again up to 3 times after ERR_RETRY with
 * 5 to 50 ms between. Any other error of work rolls back and is returned. A
 * COMMIT whose answer was lost counts as ERR_RETRY too: what must not happen
 * twice takes a unique key first (the token, design 5). */
enum err db_transaction(struct db *, enum err (*work)(struct db *, void *),
    void *arg) MUST_USE;

/* One row into `row` (texts in the arena, columns matched by their names to
 * the table; a column without field or a field type that does not fit is
 * ERR_BUG, fields without column keep what they hold after field_clear()).
 * ERR_NONE when there is no row. SQL NULL becomes the member's "none". */
enum err db_one(struct db *, struct arena *, const struct db_stmt *,
    const struct fields *, void *row, struct db_values) MUST_USE;
/* All rows as an array in the arena. No row is OK with n = 0. */
enum err db_all(struct db *, struct arena *, const struct db_stmt *,
    const struct fields *, struct list *rows, struct db_values) MUST_USE;
/* Row by row for exports: `each` returns OK to go on. Rows and their texts are
 * gone after each call, and so is what `each` itself allocated in this arena;
 * it must not use the connection either (ERR_BUG). */
enum err db_each(struct db *, struct arena *, const struct db_stmt *,
    const struct fields *, enum err (*each)(void *row, void *arg), void *arg,
    struct db_values) MUST_USE;
/* One number (COUNT, a key). ERR_NONE when there is no row or it is NULL. */
enum err db_number(struct db *, const struct db_stmt *, int64_t *,
    struct db_values) MUST_USE;
/* INSERT, UPDATE, DELETE. affected may be NULL; counts matched rows. */
enum err db_run(struct db *, const struct db_stmt *, int64_t *affected,
    struct db_values) MUST_USE;
/* AUTO_INCREMENT value of the last db_run. */
int64_t db_inserted(const struct db *);

/* Statements executed since db_init, BEGIN and COMMIT not counted; the cap of
 * statements per route is tested with it. */
int64_t db_statements(const struct db *);

/* Prepare only, and check that `?` and words agree (ERR_BUG); used by
 * t/db/explain. */
enum err db_prepare(struct db *, const struct db_stmt *) MUST_USE;

#endif
