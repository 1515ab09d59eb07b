/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Transactions, and what happens when two meet, when the connection dies and
 * when the server is away. Connections are killed by a second one; a server
 * of the test's own is stopped for real. */
#include "t/db/server.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

SQL(create_database, "",
    "CREATE DATABASE IF NOT EXISTS t_db CHARACTER SET utf8mb4"
    " COLLATE utf8mb4_bin");
SQL(create_thing, "",
    "CREATE OR REPLACE TABLE thing (id BIGINT PRIMARY KEY,"
    " number BIGINT NOT NULL) ENGINE=InnoDB");
SQL(insert_thing, "", "INSERT INTO thing (id, number) VALUES (?, 0)");
SQL(count_up, "", "UPDATE thing SET number = number + 1 WHERE id = ?");
SQL(load_number, "", "SELECT number FROM thing WHERE id = ?");
SQL(count_things, "", "SELECT COUNT(*) FROM thing");
SQL(connection_id, "", "SELECT CONNECTION_ID()");
SQL(kill_connection, "", "KILL CONNECTION ?");
SQL(is_connected, "",
    "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = ?");
SQL(wait_little, "", "SET SESSION innodb_lock_wait_timeout = 1");
SQL(leave_soon, "", "SET SESSION wait_timeout = 1");
SQL(one, "", "SELECT 1");
SQL(list_many, "", "SELECT seq AS number FROM seq_1_to_1000000");

struct line {
	int64_t number;
};
FIELDS(struct line, line_fields, F_INT(struct line, number));

static struct db_account account;
static struct db *db, *other;
static struct arena *a;

static void
setup(void)
{
	account = server_account(NULL);
	db = db_init(&account);
	MUST(db_run(db, &create_database, NULL, NO_VALUES));
	db_free(db);
	account = server_account("t_db");
	db = db_init(&account);
	other = db_init(&account);
	a = arena_init((size_t)64 << 20);
	MUST(db_run(db, &create_thing, NULL, NO_VALUES));
	MUST(db_run(db, &insert_thing, NULL, VALUES(v_int(1))));
	MUST(db_run(db, &insert_thing, NULL, VALUES(v_int(2))));
}

static void
teardown(void)
{
	db_free(db);
	db_free(other);
	arena_free(a);
}

static int64_t
number(struct db *from, int64_t id)
{
	int64_t n = -1;

	MUST(db_number(from, &load_number, &n, VALUES(v_int(id))));
	return n;
}

static enum err
up(struct db *in, int64_t id)
{
	return db_run(in, &count_up, NULL, VALUES(v_int(id)));
}

static void
wait_until_gone(int64_t id)
{
	int64_t left = 1;

	while (left != 0)
		MUST(db_number(other, &is_connected, &left, VALUES(v_int(id))));
}

/* End db's connection, and wait until the server has done so. */
static void
cut(void)
{
	int64_t id;

	MUST(db_number(db, &connection_id, &id, NO_VALUES));
	MUST(db_run(other, &kill_connection, NULL, VALUES(v_int(id))));
	wait_until_gone(id);
}

START_TEST(commit_keeps_and_rollback_forgets)
{
	ck_assert(!db_in_transaction(db));
	MUST(db_begin(db));
	ck_assert(db_in_transaction(db));
	MUST(up(db, 1));
	ck_assert_int_eq(number(other, 1), 0);
	MUST(db_commit(db));
	ck_assert(!db_in_transaction(db));
	ck_assert_int_eq(number(other, 1), 1);
	MUST(db_begin(db));
	MUST(up(db, 1));
	db_rollback(db);
	ck_assert(!db_in_transaction(db));
	ck_assert_int_eq(number(db, 1), 1);
	db_rollback(db);
}
END_TEST

START_TEST(begin_and_commit_in_pairs)
{
	GIVES(db_commit(db), ERR_BUG);
	MUST(db_begin(db));
	GIVES(db_begin(db), ERR_BUG);
	MUST(db_commit(db));
	GIVES(db_commit(db), ERR_BUG);
}
END_TEST

/* A taken key is an answer: the rest of the transaction stands. */
START_TEST(taken_key_inside_a_transaction)
{
	MUST(db_begin(db));
	MUST(up(db, 1));
	GIVES(db_run(db, &insert_thing, NULL, VALUES(v_int(1))), ERR_EXISTS);
	MUST(db_commit(db));
	ck_assert_int_eq(number(db, 1), 1);
}
END_TEST

struct plan {
	int runs;
	int failures;		/* the first so many runs fail */
	enum err failure;
};

static enum err
work(struct db *in, void *arg)
{
	struct plan *p = arg;

	ck_assert(db_in_transaction(in));
	MUST(up(in, 1));
	return p->runs++ < p->failures ? p->failure : OK;
}

START_TEST(whole_transaction_is_retried)
{
	static const struct {
		struct plan plan;
		enum err outcome;
		int runs, kept;
	} rows[] = {
		{ { 0, 0, OK }, OK, 1, 1 },
		{ { 0, 1, ERR_RETRY }, OK, 2, 1 },
		{ { 0, 3, ERR_RETRY }, OK, 4, 1 },
		{ { 0, 99, ERR_RETRY }, ERR_RETRY, 4, 0 },
		{ { 0, 99, ERR_STALE }, ERR_STALE, 1, 0 },
		{ { 0, 99, ERR_DB }, ERR_DB, 1, 0 },
	};
	int64_t kept = 0;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct plan p = rows[i].plan;

		GIVES(db_transaction(db, work, &p), rows[i].outcome);
		ck_assert_int_eq(p.runs, rows[i].runs);
		ck_assert(!db_in_transaction(db));
		kept += rows[i].kept;
		ck_assert_int_eq(number(other, 1), kept);
	}
}
END_TEST

START_TEST(lock_time_out_undoes_all)
{
	MUST(db_run(db, &wait_little, NULL, NO_VALUES));
	MUST(db_begin(other));
	MUST(up(other, 2));
	MUST(db_begin(db));
	MUST(up(db, 1));
	GIVES(up(db, 2), ERR_RETRY);
	/* Nothing may slip in as a transaction of its own. */
	GIVES(up(db, 1), ERR_RETRY);
	GIVES(db_commit(db), ERR_RETRY);
	ck_assert(db_in_transaction(db));
	db_rollback(db);
	MUST(db_commit(other));
	ck_assert_int_eq(number(db, 1), 0);
	ck_assert_int_eq(number(db, 2), 1);
}
END_TEST

struct pair {
	int64_t first, second;
	int ready, go;		/* descriptors */
	int runs;
};

/* Both hold their first row before either asks for its second. */
static enum err
take_two(struct db *in, void *arg)
{
	struct pair *p = arg;
	char c = 'x';

	TRY(up(in, p->first));
	if (p->runs++ == 0) {
		ck_assert_int_eq(write(p->ready, &c, 1), 1);
		ck_assert_int_eq(read(p->go, &c, 1), 1);
	}
	return up(in, p->second);
}

START_TEST(deadlock_ends_with_both_done)
{
	int to_child[2], to_parent[2], status;
	struct pair p = { 0 };
	pid_t child;

	ck_assert_int_eq(pipe(to_child) + pipe(to_parent), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		struct db *mine = db_init(&account);

		p = (struct pair){ 2, 1, to_parent[1], to_child[0], 0 };
		_exit(db_transaction(mine, take_two, &p) == OK ? p.runs : 100);
	}
	p = (struct pair){ 1, 2, to_child[1], to_parent[0], 0 };
	MUST(db_transaction(db, take_two, &p));
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status));
	ck_assert_int_lt(WEXITSTATUS(status), 100);
	ck_assert_int_eq(p.runs + WEXITSTATUS(status), 3);
	ck_assert_int_eq(number(db, 1), 2);
	ck_assert_int_eq(number(db, 2), 2);
}
END_TEST

START_TEST(lost_between_requests)
{
	struct list rows;
	int64_t affected = 0;

	cut();
	ck_assert_int_eq(number(db, 1), 0);
	cut();
	MUST(db_all(db, a, &list_many, &line_fields, &rows, NO_VALUES));
	ck_assert_uint_eq(rows.n, 1000000);
	cut();
	/* A write that never left may be sent again, and happens once. */
	MUST(up(db, 1));
	cut();
	MUST(db_run(db, &count_up, &affected, VALUES(v_int(1))));
	ck_assert_int_eq(affected, 1);
	ck_assert_int_eq(number(db, 1), 2);
	cut();
	MUST(db_begin(db));
	MUST(up(db, 1));
	MUST(db_commit(db));
	ck_assert_int_eq(number(db, 1), 3);
}
END_TEST

START_TEST(closed_because_idle)
{
	int64_t id;

	MUST(db_number(db, &connection_id, &id, NO_VALUES));
	MUST(db_run(db, &leave_soon, NULL, NO_VALUES));
	wait_until_gone(id);
	MUST(up(db, 1));
	ck_assert_int_eq(number(db, 1), 1);
}
END_TEST

START_TEST(lost_inside_a_transaction)
{
	int64_t n = -1;

	MUST(db_begin(db));
	MUST(up(db, 1));
	cut();
	GIVES(db_number(db, &load_number, &n, VALUES(v_int(1))), ERR_RETRY);
	GIVES(up(db, 2), ERR_RETRY);
	GIVES(db_commit(db), ERR_RETRY);
	ck_assert(db_in_transaction(db));
	db_rollback(db);
	ck_assert(!db_in_transaction(db));
	ck_assert_int_eq(number(db, 1), 0);
	ck_assert_int_eq(number(db, 2), 0);
}
END_TEST

static enum err
work_and_lose(struct db *in, void *arg)
{
	int *runs = arg;

	TRY(up(in, 1));
	if (++*runs == 1)
		cut();
	return up(in, 2);
}

static enum err
lose_before_commit(struct db *in, void *arg)
{
	int *runs = arg;

	TRY(up(in, 1));
	if (++*runs == 1)
		cut();
	return OK;
}

START_TEST(lost_transaction_is_retried)
{
	int runs = 0;

	MUST(db_transaction(db, work_and_lose, &runs));
	ck_assert_int_eq(runs, 2);
	ck_assert_int_eq(number(db, 1), 1);
	ck_assert_int_eq(number(db, 2), 1);
	runs = 0;
	MUST(db_transaction(db, lose_before_commit, &runs));
	ck_assert_int_eq(runs, 2);
	ck_assert_int_eq(number(db, 1), 2);
}
END_TEST

struct export {
	int64_t id;		/* of the connection to cut */
	int rows;
};

static enum err
cut_at_ten(void *row, void *arg)
{
	struct export *e = arg;

	(void)row;
	if (++e->rows == 10)
		MUST(db_run(other, &kill_connection, NULL,
		    VALUES(v_int(e->id))));
	return OK;
}

/* Rows already seen cannot be taken back, so this is not repeated. */
START_TEST(lost_amid_an_export)
{
	struct export e = { 0 };

	MUST(db_number(db, &connection_id, &e.id, NO_VALUES));
	GIVES(db_each(db, a, &list_many, &line_fields, cut_at_ten, &e,
	    NO_VALUES), ERR_DB);
	ck_assert_int_ge(e.rows, 10);
	ck_assert_int_lt(e.rows, 1000000);
	ck_assert_int_eq(number(db, 1), 0);
}
END_TEST

START_TEST(nobody_there)
{
	struct db_account wrong[] = { account, account, account };

	wrong[0].socket = "/nonexistent/socket";
	wrong[1].password = "wrong";
	wrong[2].name = "t_db_nowhere";
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct db *nobody = db_init(&wrong[i]);
		int64_t n;

		GIVES(db_number(nobody, &one, &n, NO_VALUES), ERR_DB);
		GIVES(db_begin(nobody), ERR_DB);
		GIVES(db_run(nobody, &one, NULL, NO_VALUES), ERR_DB);
		GIVES(db_prepare(nobody, &one), ERR_DB);
		ck_assert(!db_in_transaction(nobody));
		db_rollback(nobody);
		db_free(nobody);
	}
	db_free(NULL);
}
END_TEST

/* A server of our own: t/with-db beside a shell that tells the socket and
 * ends when we close its input. */
struct server {
	pid_t pid;
	int input;
};

static struct server
server_start(const char *link)
{
	static char shell[] = "echo \"$RENRAKU_TEST_SOCKET\"; read x";
	const char *top = getenv("srcdir");
	char *program = str_printf(a, "%s/t/with-db", top ? top : ".");
	char *argv[] = { program, "sh", "-c", shell, NULL };
	int in[2], out[2];
	posix_spawn_file_actions_t files;
	struct server s;
	char path[200] = "";
	ssize_t n;

	ck_assert_int_eq(pipe2(in, O_CLOEXEC) + pipe2(out, O_CLOEXEC), 0);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, in[0], 0);
	posix_spawn_file_actions_adddup2(&files, out[1], 1);
	ck_assert_int_eq(
	    posix_spawn(&s.pid, program, &files, NULL, argv, environ), 0);
	posix_spawn_file_actions_destroy(&files);
	close(in[0]);
	close(out[1]);
	n = read(out[0], path, sizeof(path) - 1);
	ck_assert_int_gt(n, 1);
	path[n - 1] = '\0';
	close(out[0]);
	s.input = in[1];
	unlink(link);
	ck_assert_int_eq(symlink(path, link), 0);
	return s;
}

static void
server_stop(struct server s)
{
	int status;

	close(s.input);
	ck_assert_int_eq(waitpid(s.pid, &status, 0), s.pid);
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

START_TEST(server_stops_and_comes_back)
{
	char *link = str_printf(a, "/tmp/renraku-%d", (int)getpid());
	struct db_account own = { link, NULL, "root", "", 0 };
	struct server s = server_start(link);
	struct db *its = db_init(&own);
	int64_t n, before;

	MUST(db_number(its, &one, &n, NO_VALUES));
	MUST(db_begin(its));
	server_stop(s);
	before = now_ms();
	GIVES(db_number(its, &one, &n, NO_VALUES), ERR_RETRY);
	db_rollback(its);
	for (int i = 0; i < 100; i++)
		GIVES(db_number(its, &one, &n, NO_VALUES), ERR_DB);
	GIVES(db_begin(its), ERR_DB);
	ck_assert_int_lt(now_ms() - before, 1000);
	s = server_start(link);
	MUST(db_number(its, &one, &n, NO_VALUES));
	server_stop(s);
	GIVES(db_number(its, &one, &n, NO_VALUES), ERR_DB);
	db_free(its);
	unlink(link);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("db");
	TCase *t = tcase_create("connection");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, commit_keeps_and_rollback_forgets);
	tcase_add_test(t, begin_and_commit_in_pairs);
	tcase_add_test(t, taken_key_inside_a_transaction);
	tcase_add_test(t, whole_transaction_is_retried);
	tcase_add_test(t, lock_time_out_undoes_all);
	tcase_add_test(t, deadlock_ends_with_both_done);
	tcase_add_test(t, lost_between_requests);
	tcase_add_test(t, closed_because_idle);
	tcase_add_test(t, lost_inside_a_transaction);
	tcase_add_test(t, lost_transaction_is_retried);
	tcase_add_test(t, lost_amid_an_export);
	tcase_add_test(t, nobody_there);
	tcase_add_test(t, server_stops_and_comes_back);
	suite_add_tcase(s, t);
	return server_suite(s);
}
