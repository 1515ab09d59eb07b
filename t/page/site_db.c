/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Looking into the city's database from outside, as root, with statements the
 * tests write, and taking the database away from the workers: the socket in
 * their configuration is a symbolic link in the site's directory. */
#include "t/page/site_private.h"

#include <mysql.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/password.h"

static MYSQL *root;
static int silent = -1;

/* One connection for each process: tests run in children of their own. */
static void
connect_root(void)
{
	if (root != NULL)
		return;
	root = mysql_init(NULL);
	mysql_options(root, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	ck_assert_msg(mysql_real_connect(root, NULL, "root", "", NULL, 0,
	    getenv("RENRAKU_TEST_SOCKET"), 0) != NULL, "%s", mysql_error(root));
	mysql_query(root, "USE " SITE_DATABASE);
}

void
site_disconnect(void)
{
	if (root != NULL)
		mysql_close(root);
	root = NULL;
}

static void
run(const char *sql)
{
	connect_root();
	ck_assert_msg(mysql_query(root, sql) == 0, "%s: %s", sql,
	    mysql_error(root));
}

/* Columns and rows joined by blanks and newlines; NULL: no row, or NULL. */
static const char *
ask(const char *sql)
{
	struct buf *b = buf_new(a, 256, (size_t)1 << 20);
	MYSQL_RES *rows;
	MYSQL_ROW row;
	bool null = true;

	run(sql);
	rows = mysql_store_result(root);
	ck_assert_msg(rows != NULL, "%s", sql);
	while ((row = mysql_fetch_row(rows)) != NULL)
		for (unsigned i = 0; i < mysql_num_fields(rows); i++) {
			if (row[i] == NULL)
				continue;
			if (!null)
				buf_char(b, i == 0 ? '\n' : ' ');
			buf_str(b, row[i]);
			null = false;
		}
	mysql_free_result(rows);
	return null ? NULL : b->p;
}

static PRINTF(1, 0) const char *
format(const char *fmt, va_list args)
{
	struct buf *b = buf_new(a, 256, 65536);

	buf_vprintf(b, fmt, args);
	return b->p;
}

void
site_sql(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	run(format(fmt, args));
	va_end(args);
}

const char *
site_text(const char *fmt, ...)
{
	const char *sql;
	va_list args;

	va_start(args, fmt);
	sql = format(fmt, args);
	va_end(args);
	return ask(sql);
}

int64_t
site_number(const char *fmt, ...)
{
	const char *sql, *text;
	va_list args;
	int64_t n;

	va_start(args, fmt);
	sql = format(fmt, args);
	va_end(args);
	text = ask(sql);
	ck_assert_msg(text != NULL &&
	    str_parse_int(text, INT64_MIN, INT64_MAX, &n) == OK,
	    "%s: %s", sql, text == NULL ? "no row" : text);
	return n;
}

const char *
site_uid(const char *table, int64_t id)
{
	const char *hex = site_text("SELECT HEX(uid) FROM %s WHERE id = %lld",
	    table, (long long)id);
	struct uid uid;

	ck_assert_msg(hex != NULL, "%s has no row %lld", table, (long long)id);
	for (size_t i = 0; i < sizeof uid.b; i++) {
		char two[3] = { hex[2 * i], hex[2 * i + 1], '\0' };

		uid.b[i] = (unsigned char)strtoul(two, NULL, 16);
	}
	return uid_text(a, uid);
}

int64_t
site_report(const struct site_report *r)
{
	site_sql("INSERT INTO submission (uid, guardian_id, created_at)"
	    " VALUES (RANDOM_BYTES(16), %lld, '2026-05-31 22:05')",
	    (long long)r->guardian);
	site_sql("INSERT INTO absence (uid, submission_id, school_id, pupil_id,"
	    " day, kind, reason_id, clock, note, guardian_id, created_at,"
	    " changed_at) SELECT RANDOM_BYTES(16), LAST_INSERT_ID(),"
	    " e.school_id, e.pupil_id, '%s', %d, (SELECT MIN(n.id) FROM reason"
	    " n WHERE n.school_id = e.school_id), IF(%d = 1, NULL, 600), '%s',"
	    " %lld, '2026-05-31 22:05', '2026-05-31 22:05' FROM enrollment e"
	    " WHERE e.pupil_id = %lld AND e.main = 1", r->day, r->kind, r->kind,
	    r->note, (long long)r->guardian, (long long)r->pupil);
	site_sql("INSERT INTO absence_history (absence_id, version, school_id,"
	    " kind, reason_id, clock, note, state, guardian_id, made_at)"
	    " SELECT id, version, school_id, kind, reason_id, clock, note,"
	    " state, guardian_id, changed_at FROM absence"
	    " WHERE id = LAST_INSERT_ID()");
	return site_number("SELECT MAX(id) FROM absence");
}

const char *
site_checksum(const char *except)
{
	const char *tables = site_text("SELECT GROUP_CONCAT(TABLE_NAME)"
	    " FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()"
	    " AND NOT FIND_IN_SET(TABLE_NAME, REPLACE('%s', ' ', ','))",
	    except);

	return site_text("CHECKSUM TABLE %s EXTENDED", tables);
}

int64_t
site_statements(void)
{
	return site_number("SELECT VARIABLE_VALUE"
	    " FROM information_schema.GLOBAL_STATUS"
	    " WHERE VARIABLE_NAME = 'COM_STMT_EXECUTE'");
}

/* One hash for all: hashing is slow on purpose. */
void
site_set_passwords(void)
{
	const char *hash;

	ck_assert_int_eq(password_hash(a, PASSWORD, &hash), OK);
	site_sql("INSERT INTO guardian_credential"
	    " SELECT id, '%s', '2026-04-10' FROM guardian", hash);
	site_sql("INSERT INTO staff_credential"
	    " SELECT id, '%s', '2026-04-10' FROM staff", hash);
}

/* ── without a database ─────────────────────────────────────────────────── */

static void
lead(const char *target)
{
	const char *link = str_printf(a, "%s/db", site.dir);
	const char *made = str_printf(a, "%s/db.new", site.dir);

	unlink(made);
	ck_assert_int_eq(symlink(target, made), 0);
	ck_assert_int_eq(rename(made, link), 0);
}

static void
cut(void)
{
	const char *ids = site_text("SELECT ID FROM"
	    " information_schema.PROCESSLIST WHERE USER <> 'root'"
	    " AND USER <> 'system user'");

	for (const char *at = ids; at != NULL && *at != '\0';) {
		size_t n = strcspn(at, "\n");

		connect_root();
		/* It may have ended by itself. */
		mysql_query(root, str_printf(a, "KILL CONNECTION %.*s", (int)n,
		    at));
		at += n + (at[n] == '\n');
	}
}

void
site_db_away(void)
{
	lead("nowhere");
	cut();
}

void
site_db_silent(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	snprintf(addr.sun_path, sizeof addr.sun_path, "%s/silent", site.dir);
	silent = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(bind(silent, (struct sockaddr *)&addr, sizeof addr),
	    0);
	ck_assert_int_eq(listen(silent, 64), 0);
	lead("silent");
	cut();
}

void
site_db_back(void)
{
	lead(getenv("RENRAKU_TEST_SOCKET"));
	if (silent >= 0) {
		close(silent);
		unlink(str_printf(a, "%s/silent", site.dir));
	}
	silent = -1;
}
