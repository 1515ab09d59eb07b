/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Rows: columns matched by name to a field table, once for a statement and a
 * table, then copied into structs at their real length.
 * The three outcomes stay apart: a row, no row, an error (design 7). */
#include "db/db.h"

#include <string.h>

#include "base/log.h"
#include "db/db_private.h"

#define BINARY_CHARSET 63
#define FIRST_ROWS 16

/* db_number() takes the only column whatever it is called. */
struct number {
	int64_t n;
};
FIELDS(struct number, number_fields, F_INT(struct number, n));

static bool
is_whole(const MYSQL_FIELD *c)
{
	switch (c->type) {
	case MYSQL_TYPE_TINY:
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_INT24:
	case MYSQL_TYPE_LONG:
	case MYSQL_TYPE_LONGLONG:
	case MYSQL_TYPE_YEAR:
		return true;
	case MYSQL_TYPE_NEWDECIMAL:
		return c->decimals == 0;	/* SUM() of whole numbers */
	default:
		return false;
	}
}

static bool
is_string(const MYSQL_FIELD *c)
{
	switch (c->type) {
	case MYSQL_TYPE_STRING:
	case MYSQL_TYPE_VAR_STRING:
	case MYSQL_TYPE_VARCHAR:
	case MYSQL_TYPE_TINY_BLOB:
	case MYSQL_TYPE_BLOB:
	case MYSQL_TYPE_MEDIUM_BLOB:
	case MYSQL_TYPE_LONG_BLOB:
	case MYSQL_TYPE_JSON:
		return true;
	default:
		return false;
	}
}

static bool
fits(enum field_type type, const MYSQL_FIELD *c)
{
	bool null = c->type == MYSQL_TYPE_NULL;

	switch (type) {
	case FIELD_TEXT:
		return null || (is_string(c) && c->charsetnr != BINARY_CHARSET);
	case FIELD_BYTES:
	case FIELD_UID:
		return null || (is_string(c) && c->charsetnr == BINARY_CHARSET);
	case FIELD_INT:
	case FIELD_BOOL:
	case FIELD_ENUM:
	case FIELD_MINUTE:
		return null || is_whole(c);
	case FIELD_DAY:
		return null || c->type == MYSQL_TYPE_DATE;
	case FIELD_STAMP:
		return null || c->type == MYSQL_TYPE_DATETIME ||
		    c->type == MYSQL_TYPE_TIMESTAMP;
	default:
		return false;
	}
}

static void
bind_cell(MYSQL_BIND *b, struct db_cell *cell)
{
	*b = (MYSQL_BIND){ .length = &cell->length, .is_null = &cell->null,
		.error = &cell->error, .buffer = &cell->u,
		.buffer_length = sizeof(cell->u) };
	switch (cell->field->type) {
	case FIELD_TEXT:
		b->buffer_type = MYSQL_TYPE_STRING;
		b->buffer_length = DB_INLINE;
		break;
	case FIELD_BYTES:
	case FIELD_UID:
		b->buffer_type = MYSQL_TYPE_BLOB;
		b->buffer_length = DB_INLINE;
		break;
	case FIELD_DAY:
		b->buffer_type = MYSQL_TYPE_DATE;
		break;
	case FIELD_STAMP:
		b->buffer_type = MYSQL_TYPE_DATETIME;
		break;
	default:
		b->buffer_type = MYSQL_TYPE_LONGLONG;
		break;
	}
}

static const struct field *
field_of(const struct db_prepared *p, const struct fields *fields, unsigned i,
    const MYSQL_FIELD *c)
{
	const struct field *f = fields == &number_fields ?
	    (p->columns == 1 ? &number_fields_v[0] : NULL) :
	    field_find(fields, c->name);

	if (f == NULL || !fits(f->type, c)) {
		log_error("db_bug", "%s: column %s %s %s", p->stmt->name,
		    c->name, f == NULL ? "is no field of" : "does not fit",
		    fields->name);
		return NULL;
	}
	for (unsigned j = 0; j < i; j++) {
		if (p->cell[j].field != f)
			continue;
		log_error("db_bug", "%s: column %s twice", p->stmt->name,
		    c->name);
		return NULL;
	}
	return f;
}

/* INSERT ... RETURNING has no columns before it was executed. */
static void
make_cells(struct db *db, struct db_prepared *p)
{
	p->columns = mysql_stmt_field_count(p->handle);
	p->result = arena_array(db->a, p->columns, sizeof(*p->result));
	p->cell = arena_array(db->a, p->columns, sizeof(*p->cell));
	p->fields = NULL;
}

static enum err
map(struct db_prepared *p, const struct fields *fields, const MYSQL_FIELD *c)
{
	p->fields = NULL;
	for (unsigned i = 0; i < p->columns; i++) {
		struct db_cell *cell = &p->cell[i];

		cell->field = field_of(p, fields, i, &c[i]);
		if (cell->field == NULL)
			return ERR_BUG;
		cell->type = c[i].type;
		cell->charset = c[i].charsetnr;
		bind_cell(&p->result[i], cell);
	}
	if (mysql_stmt_bind_result(p->handle, p->result)) {
		log_error("db_bug", "%s: %s", p->stmt->name,
		    mysql_stmt_error(p->handle));
		return ERR_BUG;
	}
	p->fields = fields;
	return OK;
}

/* The type of an expression over a `?` is known only after the execution, and
 * a migration may change a column's while the statement lives. */
static bool
is_mapped(const struct db_prepared *p, const struct fields *fields,
    const MYSQL_FIELD *c)
{
	if (p->fields != fields)
		return false;
	for (unsigned i = 0; i < p->columns; i++)
		if (c[i].type != p->cell[i].type ||
		    c[i].charsetnr != p->cell[i].charset)
			return false;
	return true;
}

/* Rows nobody wants must be off the wire before the next statement. */
static void
finish(struct db *db, struct db_prepared *p)
{
	if (db->my != NULL)
		mysql_stmt_free_result(p->handle);
}

static enum err
start(struct db *db, const struct db_stmt *stmt, const struct fields *fields,
    struct db_values values, struct db_prepared **out)
{
	struct db_prepared *p;
	const MYSQL_FIELD *columns;

	TRY(db_execute(db, stmt, values, &p));
	if (mysql_stmt_field_count(p->handle) != p->columns)
		make_cells(db, p);
	if (p->columns == 0) {
		log_error("db_bug", "%s: returns no rows", stmt->name);
		return ERR_BUG;
	}
	columns = mariadb_stmt_fetch_fields(p->handle);
	if (!is_mapped(p, fields, columns) && map(p, fields, columns) != OK) {
		finish(db, p);
		return ERR_BUG;
	}
	*out = p;
	return OK;
}

static enum err
bad_value(const struct db_prepared *p, const struct db_cell *cell)
{
	log_error("db_bug", "%s: a value of %s does not fit", p->stmt->name,
	    cell->field->name);
	return ERR_BUG;
}

/* A copy with a NUL behind it, which texts need and bytes do not mind. */
static unsigned char *
copy(struct db_prepared *p, struct arena *a, unsigned i)
{
	const struct db_cell *cell = &p->cell[i];
	unsigned char *to = arena_alloc(a, cell->length + 1);
	MYSQL_BIND b;

	if (cell->length <= DB_INLINE)
		return memcpy(to, cell->u.bytes, cell->length);
	b = (MYSQL_BIND){ .buffer_type = p->result[i].buffer_type,
		.buffer = to, .buffer_length = cell->length };
	if (mysql_stmt_fetch_column(p->handle, &b, i, 0) != 0)
		return NULL;
	return to;
}

static enum err
store_whole(const struct db_prepared *p, const struct db_cell *cell, void *to)
{
	long long i = cell->u.i;

	if (cell->error)
		return bad_value(p, cell);
	switch (cell->field->type) {
	case FIELD_BOOL:
		*(bool *)to = i != 0;
		return OK;
	case FIELD_ENUM:
		if (i < INT32_MIN || i > INT32_MAX)
			return bad_value(p, cell);
		*(int *)to = (int)i;
		return OK;
	case FIELD_MINUTE:
		if (i < 0 || i > 1440)
			return bad_value(p, cell);
		((struct minute *)to)->n = (int32_t)i;
		return OK;
	default:
		*(int64_t *)to = i;
		return OK;
	}
}

static enum err
store_time(const struct db_prepared *p, const struct db_cell *cell, void *to)
{
	const MYSQL_TIME *t = &cell->u.time;
	struct day day = day_from((int)t->year, (int)t->month, (int)t->day);
	int64_t seconds;

	if (!day_is(day))
		return bad_value(p, cell);
	if (cell->field->type == FIELD_DAY) {
		*(struct day *)to = day;
		return OK;
	}
	seconds = (int64_t)day.n * 86400 + (int64_t)t->hour * 3600 +
	    (int64_t)t->minute * 60 + (int64_t)t->second;
	((struct stamp *)to)->us = seconds * 1000000 + (int64_t)t->second_part;
	return OK;
}

static enum err
store_string(struct db_prepared *p, struct arena *a, unsigned i, void *to)
{
	const struct db_cell *cell = &p->cell[i];
	unsigned char *copied;

	if (cell->field->type == FIELD_UID) {
		if (cell->length != sizeof(struct uid))
			return bad_value(p, cell);
		memcpy(to, cell->u.bytes, sizeof(struct uid));
		return OK;
	}
	copied = copy(p, a, i);
	if (copied == NULL)
		return bad_value(p, cell);
	if (cell->field->type == FIELD_TEXT)
		*(const char **)to = (const char *)copied;
	else
		*(struct bytes *)to = (struct bytes){ copied, cell->length };
	return OK;
}

static enum err
store(struct db_prepared *p, struct arena *a, unsigned i, void *row)
{
	const struct db_cell *cell = &p->cell[i];
	void *to = field_ptr(cell->field, row);

	if (cell->null)
		return OK;
	switch (cell->field->type) {
	case FIELD_TEXT:
	case FIELD_BYTES:
	case FIELD_UID:
		return store_string(p, a, i, to);
	case FIELD_DAY:
	case FIELD_STAMP:
		return store_time(p, cell, to);
	default:
		return store_whole(p, cell, to);
	}
}

static enum err
store_row(struct db_prepared *p, struct arena *a, void *row)
{
	field_clear(p->fields, row);
	for (unsigned i = 0; i < p->columns; i++)
		TRY(store(p, a, i, row));
	return OK;
}

/* The next row into the cells; ERR_NONE after the last. */
static enum err
fetch(struct db *db, struct db_prepared *p)
{
	int result = mysql_stmt_fetch(p->handle);

	if (result == 0 || result == MYSQL_DATA_TRUNCATED)
		return OK;
	if (result == MYSQL_NO_DATA)
		return ERR_NONE;
	return db_failed(db, p->stmt->name, p->handle);
}

enum err
db_one(struct db *db, struct arena *a, const struct db_stmt *stmt,
    const struct fields *fields, void *row, struct db_values values)
{
	struct db_prepared *p;
	enum err err;

	TRY(start(db, stmt, fields, values, &p));
	err = fetch(db, p);
	if (err == OK)
		err = store_row(p, a, row);
	finish(db, p);
	return err;
}

/* Room for one more row: the array doubles. */
static void *
next_row(struct arena *a, struct list *rows, size_t *room, size_t size)
{
	void *more;

	if (rows->n == *room) {
		*room = *room == 0 ? FIRST_ROWS : *room * 2;
		more = arena_array(a, *room, size);
		if (rows->n > 0)
			memcpy(more, rows->v, rows->n * size);
		rows->v = more;
	}
	return (char *)rows->v + rows->n++ * size;
}

enum err
db_all(struct db *db, struct arena *a, const struct db_stmt *stmt,
    const struct fields *fields, struct list *rows, struct db_values values)
{
	struct db_prepared *p;
	struct list got = { NULL, 0 };
	size_t room = 0;
	enum err err;

	*rows = got;
	TRY(start(db, stmt, fields, values, &p));
	while ((err = fetch(db, p)) == OK) {
		void *row = next_row(a, &got, &room, fields->size);

		err = store_row(p, a, row);
		if (err != OK)
			break;
	}
	if (err != ERR_NONE) {
		finish(db, p);
		return err;
	}
	*rows = got;
	return OK;
}

enum err
db_each(struct db *db, struct arena *a, const struct db_stmt *stmt,
    const struct fields *fields, enum err (*each)(void *row, void *arg),
    void *arg, struct db_values values)
{
	void *row = arena_alloc(a, fields->size);
	struct arena_mark mark = arena_mark(a);
	struct db_prepared *p;
	enum err err;

	TRY(start(db, stmt, fields, values, &p));
	while ((err = fetch(db, p)) == OK) {
		err = store_row(p, a, row);
		db->busy = true;
		if (err == OK)
			err = each(row, arg);
		db->busy = false;
		arena_rewind(a, mark);
		if (err != OK)
			break;
	}
	if (err == ERR_NONE)
		return OK;
	finish(db, p);
	return err;
}

enum err
db_number(struct db *db, const struct db_stmt *stmt, int64_t *out,
    struct db_values values)
{
	struct number row = { 0 };
	struct db_prepared *p;
	enum err err;

	TRY(start(db, stmt, &number_fields, values, &p));
	err = fetch(db, p);
	if (err == OK && p->cell[0].null)
		err = ERR_NONE;
	if (err == OK)
		err = store_whole(p, &p->cell[0], &row.n);
	finish(db, p);
	if (err == OK)
		*out = row.n;
	return err;
}
