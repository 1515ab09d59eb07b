/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Statements: prepared when first used on a connection, values bound and
 * executed. Values reach the server in no other way.
 * Rows are db_row.c's; this file knows only statements without rows. */
#include "db/db.h"

#include <string.h>

#include "base/log.h"
#include "db/db_private.h"

#define DAY_US (INT64_C(86400) * 1000000)

static struct db_prepared **
place_of(struct db *db, const struct db_stmt *stmt)
{
	return &db->prepared[stmt->ref - __start_db_stmts];
}

static struct db_prepared *
prepared_new(struct arena *a, const struct db_stmt *stmt, MYSQL_STMT *handle)
{
	struct db_prepared *p = arena_new(a, struct db_prepared);

	p->stmt = stmt;
	p->handle = handle;
	p->params = (unsigned)mysql_stmt_param_count(handle);
	p->param = arena_array(a, p->params, sizeof(*p->param));
	p->time = arena_array(a, p->params, sizeof(*p->time));
	return p;
}

static enum err
prepare(struct db *db, const struct db_stmt *stmt, struct db_prepared **out)
{
	struct db_prepared **place = place_of(db, stmt);
	MYSQL_STMT *handle;
	enum err err;

	if (*place == NULL) {
		handle = mysql_stmt_init(db->my);
		if (handle == NULL)
			return db_failed(db, stmt->name, NULL);
		if (mysql_stmt_prepare(handle, stmt->sql,
			(unsigned long)strlen(stmt->sql)) != 0) {
			err = db_failed(db, stmt->name, handle);
			/* The statement itself was not sent yet. */
			db->unsent = true;
			mysql_stmt_close(handle);
			return err;
		}
		*place = prepared_new(db->a, stmt, handle);
	}
	*out = *place;
	return OK;
}

static void
bind_day(MYSQL_BIND *b, MYSQL_TIME *t, struct day day)
{
	struct ymd c = day_ymd(day);

	*t = (MYSQL_TIME){ .year = (unsigned)c.y, .month = (unsigned)c.m,
		.day = (unsigned)c.d, .time_type = MYSQL_TIMESTAMP_DATE };
	b->buffer_type = MYSQL_TYPE_DATE;
	b->buffer = t;
}

static void
bind_stamp(MYSQL_BIND *b, MYSQL_TIME *t, struct stamp stamp)
{
	int64_t us = stamp.us % DAY_US, days = stamp.us / DAY_US;

	if (us < 0) {
		us += DAY_US;
		days--;
	}
	bind_day(b, t, (struct day){ (int32_t)days });
	t->second_part = (unsigned long)(us % 1000000);
	t->second = (unsigned)(us / 1000000 % 60);
	t->minute = (unsigned)(us / 60000000 % 60);
	t->hour = (unsigned)(us / INT64_C(3600000000));
	t->time_type = MYSQL_TIMESTAMP_DATETIME;
	b->buffer_type = MYSQL_TYPE_DATETIME;
}

static void
bind_memory(MYSQL_BIND *b, enum enum_field_types type, const void *p, size_t n)
{
	b->buffer_type = type;
	b->buffer = (void *)p;
	b->buffer_length = (unsigned long)n;
}

static enum err
bind_value(MYSQL_BIND *b, MYSQL_TIME *t, const struct db_value *v)
{
	memset(b, 0, sizeof(*b));
	if (v->null) {
		b->buffer_type = MYSQL_TYPE_NULL;
		return OK;
	}
	switch (v->type) {
	case FIELD_TEXT:
		bind_memory(b, MYSQL_TYPE_STRING, v->u.text,
		    strlen(v->u.text));
		return OK;
	case FIELD_INT:
		bind_memory(b, MYSQL_TYPE_LONGLONG, &v->u.i, sizeof(v->u.i));
		return OK;
	case FIELD_MINUTE:
		bind_memory(b, MYSQL_TYPE_LONG, &v->u.minute.n,
		    sizeof(v->u.minute.n));
		return OK;
	case FIELD_DAY:
		bind_day(b, t, v->u.day);
		return OK;
	case FIELD_STAMP:
		bind_stamp(b, t, v->u.stamp);
		return OK;
	case FIELD_UID:
		bind_memory(b, MYSQL_TYPE_BLOB, v->u.uid.b,
		    sizeof(v->u.uid.b));
		return OK;
	case FIELD_BYTES:
		bind_memory(b, MYSQL_TYPE_BLOB, v->u.bytes.p, v->u.bytes.n);
		return OK;
	default:
		return ERR_BUG;
	}
}

static enum err
bind_all(struct db_prepared *p, struct db_values values)
{
	if (values.n != p->params) {
		log_error("db_bug", "%s: %zu values for %u ?", p->stmt->name,
		    values.n, p->params);
		return ERR_BUG;
	}
	for (size_t i = 0; i < values.n; i++) {
		if (bind_value(&p->param[i], &p->time[i], &values.v[i]) == OK)
			continue;
		log_error("db_bug", "%s: value %zu is of no type that binds",
		    p->stmt->name, i + 1);
		return ERR_BUG;
	}
	return OK;
}

static enum err
execute_once(struct db *db, const struct db_stmt *stmt,
    struct db_values values, struct db_prepared **out)
{
	struct db_prepared *p;

	TRY(db_connect(db));
	TRY(prepare(db, stmt, &p));
	TRY(bind_all(p, values));
	db->statements++;
	if ((p->params > 0 && mysql_stmt_bind_param(p->handle, p->param)) ||
	    mysql_stmt_execute(p->handle) != 0)
		return db_failed(db, stmt->name, p->handle);
	*out = p;
	return OK;
}

/* Safe to send again when nobody knows whether it arrived. */
static bool
only_reads(const struct db_stmt *stmt)
{
	return str_starts(stmt->sql, "SELECT ") ||
	    str_starts(stmt->sql, "WITH ");
}

enum err
db_execute(struct db *db, const struct db_stmt *stmt, struct db_values values,
    struct db_prepared **out)
{
	bool kept = db->my != NULL;
	enum err err;

	TRY(db_ready(db, stmt->name));
	err = execute_once(db, stmt, values, out);
	if (err == ERR_DB && kept && db->my == NULL &&
	    (db->unsent || only_reads(stmt)))
		err = execute_once(db, stmt, values, out);
	return err;
}

enum err
db_run(struct db *db, const struct db_stmt *stmt, int64_t *affected,
    struct db_values values)
{
	struct db_prepared *p;

	TRY(db_execute(db, stmt, values, &p));
	if (mysql_stmt_field_count(p->handle) > 0) {
		mysql_stmt_free_result(p->handle);
		log_error("db_bug", "%s: db_run() of what returns rows",
		    stmt->name);
		return ERR_BUG;
	}
	db->inserted = (int64_t)mysql_stmt_insert_id(p->handle);
	if (affected != NULL)
		*affected = (int64_t)mysql_stmt_affected_rows(p->handle);
	return OK;
}

static unsigned
count_words(const char *s)
{
	unsigned n = 0;

	for (; *s != '\0'; s++)
		if (*s != ' ' && (s[1] == ' ' || s[1] == '\0'))
			n++;
	return n;
}

enum err
db_prepare(struct db *db, const struct db_stmt *stmt)
{
	struct db_prepared *p;
	unsigned words = count_words(stmt->samples);

	TRY(db_ready(db, stmt->name));
	TRY(db_connect(db));
	TRY(prepare(db, stmt, &p));
	if (words == p->params)
		return OK;
	log_error("db_bug", "%s:%s: %u words for %u ?", stmt->file, stmt->name,
	    words, p->params);
	return ERR_BUG;
}
