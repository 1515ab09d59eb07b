/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The connection to MariaDB and its transactions: opened when first used,
 * dropped when lost, never the reason for a process to end (scale 2).
 * Sends no statement of its own but the session's settings, BEGIN, COMMIT and
 * ROLLBACK. Statements are in db_stmt.c, rows in db_row.c. */
#include "db/db.h"

#include <errmsg.h>
#include <mysqld_error.h>
#include <stdio.h>
#include <time.h>

#include "base/log.h"
#include "base/rand.h"
#include "db/db_private.h"

#define ARENA_LIMIT ((size_t)64 << 20)
#define STATEMENT_SECONDS 4
#define CONNECT_SECONDS 2
#define WRITE_SECONDS 5
#define RETRIES 3

/* The outcome of an error number; not listed: our own mistake. */
enum kind { KIND_BUG, KIND_LOST, KIND_RETRY, KIND_EXISTS, KIND_SERVER };

static const struct {
	unsigned code;
	enum kind kind;
} kinds[] = {
	{ CR_SERVER_GONE_ERROR, KIND_LOST },
	{ CR_SERVER_LOST, KIND_LOST },
	{ CR_SERVER_LOST_EXTENDED, KIND_LOST },
	{ CR_MALFORMED_PACKET, KIND_LOST },
	{ CR_OUT_OF_MEMORY, KIND_LOST },
	{ CR_STMT_CLOSED, KIND_LOST },
	{ CR_NEW_STMT_METADATA, KIND_LOST },
	{ ER_CONNECTION_KILLED, KIND_LOST },
	{ ER_SERVER_SHUTDOWN, KIND_LOST },
	{ ER_ABORTING_CONNECTION, KIND_LOST },
	{ ER_NEW_ABORTING_CONNECTION, KIND_LOST },
	{ ER_NET_READ_ERROR, KIND_LOST },
	{ ER_NET_READ_INTERRUPTED, KIND_LOST },
	{ ER_NET_ERROR_ON_WRITE, KIND_LOST },
	{ ER_NET_WRITE_INTERRUPTED, KIND_LOST },
	{ ER_UNKNOWN_STMT_HANDLER, KIND_LOST },
	{ ER_LOCK_DEADLOCK, KIND_RETRY },
	{ ER_LOCK_WAIT_TIMEOUT, KIND_RETRY },
	{ ER_CHECKREAD, KIND_RETRY },
	{ ER_UNKNOWN_COM_ERROR, KIND_RETRY },	/* Galera: node not ready */
	{ ER_DUP_ENTRY, KIND_EXISTS },
	{ ER_CON_COUNT_ERROR, KIND_SERVER },
	{ ER_TOO_MANY_USER_CONNECTIONS, KIND_SERVER },
	{ ER_USER_LIMIT_REACHED, KIND_SERVER },
	{ ER_MAX_PREPARED_STMT_COUNT_REACHED, KIND_SERVER },
	{ ER_OPTION_PREVENTS_STATEMENT, KIND_SERVER },	/* read only */
	{ ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION, KIND_SERVER },
	{ ER_READ_ONLY_MODE, KIND_SERVER },
	{ ER_STATEMENT_TIMEOUT, KIND_SERVER },
	{ ER_QUERY_INTERRUPTED, KIND_SERVER },
	{ ER_DISK_FULL, KIND_SERVER },
	{ ER_RECORD_FILE_FULL, KIND_SERVER },
	{ ER_LOCK_TABLE_FULL, KIND_SERVER },
	{ ER_GET_ERRNO, KIND_SERVER },
	{ ER_OUTOFMEMORY, KIND_SERVER },
	{ ER_OUT_OF_SORTMEMORY, KIND_SERVER },
	{ ER_OUT_OF_RESOURCES, KIND_SERVER },
	{ ER_ERROR_DURING_COMMIT, KIND_SERVER },
	{ ER_CRASHED_ON_USAGE, KIND_SERVER },
};

static enum kind
kind_of(unsigned code)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (kinds[i].code == code)
			return kinds[i].kind;
	return KIND_BUG;
}

struct db *
db_init(const struct db_account *account)
{
	struct arena *a = arena_init(ARENA_LIMIT);
	struct db *db;

	if (a == NULL)
		return NULL;
	db = arena_new(a, struct db);
	db->account = *account;
	if (db->account.statement_seconds == 0)
		db->account.statement_seconds = STATEMENT_SECONDS;
	db->a = a;
	db->prepared = arena_array(a,
	    (size_t)(__stop_db_stmts - __start_db_stmts),
	    sizeof(struct db_prepared *));
	db->home = arena_mark(a);
	return db;
}

void
db_free(struct db *db)
{
	if (db == NULL)
		return;
	db_drop(db);
	arena_free(db->a);
}

/* Settings that make the server's limits end a statement before ours do: a
 * time-out of the client does not stop the server (scale 2.1). */
static void
set_options(MYSQL *my, int64_t statement_seconds)
{
	const unsigned connect = CONNECT_SECONDS;
	const unsigned read = (unsigned)statement_seconds + 1;
	const unsigned write = WRITE_SECONDS;
	const unsigned protocol = MYSQL_PROTOCOL_SOCKET, no_files = 0;
	const my_bool off = 0;

	mysql_optionsv(my, MYSQL_OPT_PROTOCOL, &protocol);
	mysql_optionsv(my, MYSQL_OPT_CONNECT_TIMEOUT, &connect);
	mysql_optionsv(my, MYSQL_OPT_READ_TIMEOUT, &read);
	mysql_optionsv(my, MYSQL_OPT_WRITE_TIMEOUT, &write);
	mysql_optionsv(my, MYSQL_OPT_LOCAL_INFILE, &no_files);
	mysql_optionsv(my, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	/* A silent reconnect forgets the transaction and the settings. */
	mysql_optionsv(my, MYSQL_OPT_RECONNECT, &off);
	/* Reported truncation of a first row makes the library refuse to
	 * fetch that column again; we look at lengths and flags ourselves. */
	mysql_optionsv(my, MYSQL_REPORT_DATA_TRUNCATION, &off);
}

static bool
set_session(MYSQL *my, int64_t statement_seconds)
{
	char sql[512];
	int n = snprintf(sql, sizeof(sql),
	    "SET NAMES utf8mb4 COLLATE utf8mb4_bin,"
	    " SESSION sql_mode='STRICT_ALL_TABLES,NO_ZERO_DATE,"
	    "NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
	    "NO_ENGINE_SUBSTITUTION',"
	    " SESSION tx_isolation='READ-COMMITTED',"
	    " SESSION max_statement_time=%lld,"
	    " SESSION innodb_lock_wait_timeout=3,"
	    " SESSION time_zone='+00:00'",
	    (long long)statement_seconds);

	return mysql_real_query(my, sql, (unsigned long)n) == 0;
}

/* Once a second: a server that is away fails every request. */
static enum err
report_down(struct db *db, unsigned code, const char *message)
{
	struct timespec t;
	int64_t now;

	clock_gettime(CLOCK_MONOTONIC, &t);
	now = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
	if (db->down_logged != 0 && now - db->down_logged < 1000)
		return ERR_DB;
	log_error("db_down", "%s: %u %s", db->account.socket, code, message);
	db->down_logged = now;
	db->down = true;
	return ERR_DB;
}

enum err
db_connect(struct db *db)
{
	const struct db_account *c = &db->account;
	MYSQL *my;
	enum err err;

	if (db->my != NULL)
		return OK;
	my = mysql_init(NULL);
	if (my == NULL)
		return report_down(db, CR_OUT_OF_MEMORY, "out of memory");
	set_options(my, c->statement_seconds);
	/* FOUND_ROWS: an UPDATE to the same value counts as a match. */
	if (mysql_real_connect(my, NULL, c->user, c->password, c->name, 0,
		c->socket, CLIENT_FOUND_ROWS) == NULL ||
	    !set_session(my, c->statement_seconds)) {
		err = report_down(db, mysql_errno(my), mysql_error(my));
		mysql_close(my);
		return err;
	}
	if (db->down)
		log_note("db_up", "%s: connected again", c->socket);
	db->down = false;
	db->my = my;
	return OK;
}

void
db_drop(struct db *db)
{
	size_t n = (size_t)(__stop_db_stmts - __start_db_stmts);

	if (db->my == NULL)
		return;
	/* The connection first: closing a statement on a live one would send
	 * a command for each. */
	mysql_close(db->my);
	db->my = NULL;
	for (size_t i = 0; i < n; i++) {
		if (db->prepared[i] == NULL)
			continue;
		mysql_stmt_close(db->prepared[i]->handle);
		db->prepared[i] = NULL;
	}
	arena_rewind(db->a, db->home);
	if (db->tx == TX_OPEN)
		db->tx = TX_FAILED;
}

/* Messages about values quote them; a person's data is not for the log. */
static bool
quotes_data(unsigned code, const char *state)
{
	return (state[0] == '2' && state[1] == '2') ||
	    code == ER_TRUNCATED_WRONG_VALUE_FOR_FIELD ||
	    code == ER_TRUNCATED_WRONG_VALUE || code == ER_DUP_ENTRY;
}

static enum err
retry(struct db *db)
{
	if (db->tx != TX_OPEN)
		return ERR_RETRY;
	/* A lock time-out undoes only its statement (scale 2.2). */
	if (mysql_real_query(db->my, "ROLLBACK", 8) != 0)
		db_drop(db);
	db->tx = TX_FAILED;
	return ERR_RETRY;
}

enum err
db_failed(struct db *db, const char *what, MYSQL_STMT *handle)
{
	/* A fetch leaves its error with the connection only. */
	bool own = handle != NULL && mysql_stmt_errno(handle) != 0;
	unsigned code = own ? mysql_stmt_errno(handle) : mysql_errno(db->my);
	const char *state =
	    own ? mysql_stmt_sqlstate(handle) : mysql_sqlstate(db->my);
	const char *message =
	    own ? mysql_stmt_error(handle) : mysql_error(db->my);
	enum kind kind = kind_of(code);

	if (quotes_data(code, state) || (db->secret && code == ER_PARSE_ERROR))
		message = state;
	db->unsent = code == CR_SERVER_GONE_ERROR;
	switch (kind) {
	case KIND_EXISTS:
		return ERR_EXISTS;
	case KIND_RETRY:
		log_note("db_retry", "%s: %u %s", what, code, message);
		return retry(db);
	case KIND_LOST:
		log_note("db_lost", "%s: %u %s", what, code, message);
		db_drop(db);
		return db->tx == TX_FAILED ? ERR_RETRY : ERR_DB;
	case KIND_SERVER:
		log_error("db_refused", "%s: %u %s", what, code, message);
		return ERR_DB;
	case KIND_BUG:
		break;
	}
	log_error("db_bug", "%s: %u %s", what, code, message);
	return ERR_BUG;
}

enum err
db_ready(struct db *db, const char *what)
{
	if (db->tx == TX_FAILED)
		return ERR_RETRY;
	if (!db->busy)
		return OK;
	log_error("db_bug", "%s: called inside db_each()", what);
	return ERR_BUG;
}

enum err
db_text(struct db *db, const char *what, const char *sql, size_t n)
{
	TRY(db_connect(db));
	if (mysql_real_query(db->my, sql, n) != 0)
		return db_failed(db, what, NULL);
	/* Nobody asked for rows, but they must be off the wire. */
	if (mysql_field_count(db->my) > 0)
		mysql_free_result(mysql_store_result(db->my));
	return OK;
}

enum err
db_begin(struct db *db)
{
	bool kept = db->my != NULL;
	enum err err;

	if (db->tx != TX_NONE) {
		log_error("db_bug", "BEGIN inside a transaction");
		return ERR_BUG;
	}
	TRY(db_ready(db, "BEGIN"));
	err = db_text(db, "BEGIN", "BEGIN", 5);
	if (err == ERR_DB && kept && db->my == NULL)
		err = db_text(db, "BEGIN", "BEGIN", 5);
	if (err == OK)
		db->tx = TX_OPEN;
	return err;
}

enum err
db_commit(struct db *db)
{
	if (db->tx == TX_NONE) {
		log_error("db_bug", "COMMIT outside a transaction");
		return ERR_BUG;
	}
	TRY(db_ready(db, "COMMIT"));
	TRY(db_text(db, "COMMIT", "COMMIT", 6));
	db->tx = TX_NONE;
	return OK;
}

void
db_rollback(struct db *db)
{
	if (db->busy) {
		log_error("db_bug", "ROLLBACK inside db_each()");
		return;
	}
	if (db->tx == TX_OPEN && mysql_real_query(db->my, "ROLLBACK", 8) != 0)
		db_drop(db);
	db->tx = TX_NONE;
}

bool
db_in_transaction(const struct db *db)
{
	return db->tx != TX_NONE;
}

static void
pause_before_retry(void)
{
	const long ms = 5 + (long)rand_below(46);
	const struct timespec t = { 0, ms * 1000000 };

	nanosleep(&t, NULL);
}

static enum err
attempt(struct db *db, enum err (*work)(struct db *, void *), void *arg)
{
	enum err err;

	TRY(db_begin(db));
	err = work(db, arg);
	if (err == OK)
		err = db_commit(db);
	if (err != OK)
		db_rollback(db);
	return err;
}

enum err
db_transaction(struct db *db, enum err (*work)(struct db *, void *), void *arg)
{
	enum err err = attempt(db, work, arg);

	for (int i = 0; i < RETRIES && err == ERR_RETRY; i++) {
		pause_before_retry();
		err = attempt(db, work, arg);
	}
	return err;
}

int64_t
db_inserted(const struct db *db)
{
	return db->inserted;
}

int64_t
db_statements(const struct db *db)
{
	return db->statements;
}
