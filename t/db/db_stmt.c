/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Values given to statements, what the session is set to, and which error
 * becomes which outcome. */
#include "t/db/server.h"

SQL(create_database, "",
    "CREATE DATABASE IF NOT EXISTS t_db_stmt CHARACTER SET utf8mb4"
    " COLLATE utf8mb4_bin");
SQL(create_thing, "",
    "CREATE OR REPLACE TABLE thing (id BIGINT AUTO_INCREMENT PRIMARY KEY,"
    " word VARCHAR(10) NOT NULL UNIQUE, number TINYINT NOT NULL DEFAULT 0,"
    " CHECK (number <> 13)) ENGINE=InnoDB");
SQL(insert_thing, "text int", "INSERT INTO thing (word, number) VALUES (?, ?)");
SQL(insert_returning, "text",
    "INSERT INTO thing (word) VALUES (?) RETURNING id");
SQL(update_thing, "int text", "UPDATE thing SET number = ? WHERE word = ?");
SQL(count_things, "", "SELECT COUNT(*) FROM thing");
SQL(count_word, "text", "SELECT COUNT(*) FROM thing WHERE word = ?");
SQL(no_table, "", "SELECT 1 FROM nothing");
SQL(no_syntax, "", "SELEKT 1");
SQL(few_words, "int", "SELECT ?, ?");
SQL(right_words, "int  uid:pupil ", "SELECT ?, ?");
SQL(session, "",
    "SELECT @@sql_mode AS sql_mode, @@tx_isolation AS isolation,"
    " @@time_zone AS zone, @@collation_connection AS collation,"
    " @@character_set_results AS results,"
    " CAST(@@max_statement_time AS INT) AS seconds,"
    " @@innodb_lock_wait_timeout AS wait");
SQL(slow, "", "SELECT COUNT(*) FROM information_schema.COLUMNS a,"
    " information_schema.COLUMNS b, information_schema.COLUMNS c"
    " WHERE CONCAT(a.TABLE_NAME, b.TABLE_NAME) = c.COLUMN_COMMENT");
SQL(sleep_long, "", "SELECT SLEEP(30)");

struct session {
	const char *sql_mode, *isolation, *zone, *collation, *results;
	int64_t seconds, wait;
};
FIELDS(struct session, session_fields, F_TEXT(struct session, sql_mode),
    F_TEXT(struct session, isolation), F_TEXT(struct session, zone),
    F_TEXT(struct session, collation), F_TEXT(struct session, results),
    F_INT(struct session, seconds), F_INT(struct session, wait));

static struct db_account account;
static struct db *db;
static struct arena *a;

static void
setup(void)
{
	account = server_account(NULL);
	db = db_init(&account);
	MUST(db_run(db, &create_database, NULL, NO_VALUES));
	db_free(db);
	account = server_account("t_db_stmt");
	db = db_init(&account);
	a = arena_init((size_t)1 << 20);
	MUST(db_run(db, &create_thing, NULL, NO_VALUES));
}

static void
teardown(void)
{
	db_free(db);
	arena_free(a);
}

static enum err
insert(const char *word, int64_t number)
{
	return db_run(db, &insert_thing, NULL,
	    VALUES(v_text(word), v_int(number)));
}

static int64_t
things(void)
{
	int64_t n = -1;

	MUST(db_number(db, &count_things, &n, NO_VALUES));
	return n;
}

START_TEST(session_is_set)
{
	struct session s;

	MUST(db_one(db, a, &session, &session_fields, &s, NO_VALUES));
	ck_assert_str_eq(s.sql_mode,
	    "STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,"
	    "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION");
	ck_assert_str_eq(s.isolation, "READ-COMMITTED");
	ck_assert_str_eq(s.zone, "+00:00");
	ck_assert_str_eq(s.collation, "utf8mb4_bin");
	ck_assert_str_eq(s.results, "utf8mb4");
	ck_assert_int_eq(s.seconds, 4);
	ck_assert_int_eq(s.wait, 3);
}
END_TEST

START_TEST(number_of_values_must_agree)
{
	int64_t n;

	GIVES(db_run(db, &insert_thing, NULL, NO_VALUES), ERR_BUG);
	GIVES(db_run(db, &insert_thing, NULL, VALUES(v_text("a"))), ERR_BUG);
	GIVES(db_run(db, &insert_thing, NULL,
	    VALUES(v_text("a"), v_int(1), v_int(1))), ERR_BUG);
	GIVES(db_number(db, &count_things, &n, VALUES(v_int(1))), ERR_BUG);
	ck_assert_int_eq(things(), 0);
}
END_TEST

START_TEST(value_of_no_type)
{
	const struct db_value odd = { FIELD_ROWS, false, { .i = 0 } };

	GIVES(db_run(db, &insert_thing, NULL, VALUES(odd, v_int(1))), ERR_BUG);
}
END_TEST

START_TEST(values_change_type_between_executions)
{
	int64_t n;

	MUST(insert("5", 1));
	MUST(db_number(db, &count_word, &n, VALUES(v_text("5"))));
	ck_assert_int_eq(n, 1);
	MUST(db_number(db, &count_word, &n, VALUES(v_int(5))));
	ck_assert_int_eq(n, 1);
	MUST(db_number(db, &count_word, &n, VALUES(v_text(NULL))));
	ck_assert_int_eq(n, 0);
	MUST(db_number(db, &count_word, &n, VALUES(v_bytes("5", 1))));
	ck_assert_int_eq(n, 1);
}
END_TEST

START_TEST(sql_in_a_value_stays_a_value)
{
	int64_t n;

	MUST(insert("'); -- \\", 1));
	MUST(db_number(db, &count_word, &n, VALUES(v_text("' OR 1=1 #"))));
	ck_assert_int_eq(n, 0);
	MUST(db_number(db, &count_word, &n, VALUES(v_text("'); -- \\"))));
	ck_assert_int_eq(n, 1);
}
END_TEST

START_TEST(affected_counts_matched_rows)
{
	int64_t n = -1;

	MUST(insert("a", 1));
	ck_assert_int_eq(db_inserted(db), 1);
	MUST(insert("b", 1));
	ck_assert_int_eq(db_inserted(db), 2);
	MUST(db_run(db, &update_thing, &n, VALUES(v_int(1), v_text("a"))));
	ck_assert_int_eq(n, 1);
	MUST(db_run(db, &update_thing, &n, VALUES(v_int(1), v_text("c"))));
	ck_assert_int_eq(n, 0);
}
END_TEST

START_TEST(returning_is_a_row)
{
	int64_t id;

	MUST(db_number(db, &insert_returning, &id, VALUES(v_text("a"))));
	ck_assert_int_eq(id, 1);
	GIVES(db_number(db, &insert_returning, &id, VALUES(v_text("a"))),
	    ERR_EXISTS);
	GIVES(db_run(db, &insert_returning, NULL, VALUES(v_text("b"))),
	    ERR_BUG);
	ck_assert_int_eq(things(), 2);
}
END_TEST

START_TEST(rows_only_where_there_are_rows)
{
	int64_t n;

	GIVES(db_run(db, &count_things, NULL, NO_VALUES), ERR_BUG);
	GIVES(db_number(db, &update_thing, &n,
	    VALUES(v_int(1), v_text("a"))), ERR_BUG);
	ck_assert_int_eq(things(), 0);
}
END_TEST

START_TEST(strict_mode_refuses)
{
	GIVES(insert("eleven char", 1), ERR_BUG);
	GIVES(insert("a", 128), ERR_BUG);
	GIVES(insert("a", 13), ERR_BUG);
	GIVES(insert(NULL, 1), ERR_BUG);
	GIVES(insert("\xff\xfe", 1), ERR_BUG);
	MUST(insert("𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷", 127));
	GIVES(insert("𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷", 127), ERR_EXISTS);
	ck_assert_int_eq(things(), 1);
}
END_TEST

START_TEST(wrong_sql_is_a_bug)
{
	int64_t n;

	for (int i = 0; i < 2; i++) {
		GIVES(db_number(db, &no_table, &n, NO_VALUES), ERR_BUG);
		GIVES(db_number(db, &no_syntax, &n, NO_VALUES), ERR_BUG);
	}
	ck_assert_int_eq(things(), 0);
}
END_TEST

START_TEST(prepare_checks_the_words)
{
	MUST(db_prepare(db, &insert_thing));
	MUST(db_prepare(db, &right_words));
	GIVES(db_prepare(db, &few_words), ERR_BUG);
	GIVES(db_prepare(db, &no_table), ERR_BUG);
}
END_TEST

START_TEST(executions_are_counted)
{
	int64_t before = db_statements(db);

	MUST(db_begin(db));
	MUST(insert("a", 1));
	things();
	MUST(db_commit(db));
	ck_assert_int_eq(db_statements(db) - before, 2);
}
END_TEST

/* The server's own limit ends a statement, so that the connection stays. */
START_TEST(statement_that_takes_too_long)
{
	struct db_account hasty = account;
	struct db *other;
	int64_t n;

	hasty.statement_seconds = 1;
	other = db_init(&hasty);
	GIVES(db_number(other, &slow, &n, NO_VALUES), ERR_DB);
	MUST(db_begin(other));
	GIVES(db_number(other, &sleep_long, &n, NO_VALUES), ERR_DB);
	ck_assert(db_in_transaction(other));
	db_rollback(other);
	MUST(db_number(other, &count_things, &n, NO_VALUES));
	db_free(other);
}
END_TEST

START_TEST(all_statements_are_listed)
{
	size_t found = 0;

	for (const struct db_stmt *const *s = __start_db_stmts;
	     s < __stop_db_stmts; s++) {
		ck_assert_ptr_eq((*s)->ref, s);
		found += strcmp((*s)->name, "insert_thing") == 0 ||
		    strcmp((*s)->name, "sleep_long") == 0;
	}
	ck_assert_uint_eq(found, 2);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("db_stmt");
	TCase *t = tcase_create("statements");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, session_is_set);
	tcase_add_test(t, number_of_values_must_agree);
	tcase_add_test(t, value_of_no_type);
	tcase_add_test(t, values_change_type_between_executions);
	tcase_add_test(t, sql_in_a_value_stays_a_value);
	tcase_add_test(t, affected_counts_matched_rows);
	tcase_add_test(t, returning_is_a_row);
	tcase_add_test(t, rows_only_where_there_are_rows);
	tcase_add_test(t, strict_mode_refuses);
	tcase_add_test(t, wrong_sql_is_a_bug);
	tcase_add_test(t, prepare_checks_the_words);
	tcase_add_test(t, executions_are_counted);
	tcase_add_test(t, statement_that_takes_too_long);
	tcase_add_test(t, all_statements_are_listed);
	suite_add_tcase(s, t);
	return server_suite(s);
}
