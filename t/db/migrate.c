/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Schema files applied once, in order, and refused when they changed. */
#include "t/db/server.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/migrate.h"

SQL(drop_database, "", "DROP DATABASE IF EXISTS `t-migrate_1`");
SQL(drop_user, "", "DROP USER IF EXISTS 't_migrate'@'localhost'");
SQL(version_count, "", "SELECT COUNT(*) FROM schema_version");
SQL(versions, "", "SELECT file, HEX(sha256) AS digest, applied_at"
    " FROM schema_version ORDER BY file");
SQL(thing_count, "", "SELECT COUNT(*) FROM thing");
SQL(other_count, "", "SELECT COUNT(*) FROM other");
SQL(collation, "", "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE"
    " SCHEMA_NAME = DATABASE() AND DEFAULT_COLLATION_NAME = 'utf8mb4_bin'");
SQL(hold_lock, "", "SELECT GET_LOCK('migrate.t-migrate_1', 10)");
SQL(release_lock, "", "SELECT RELEASE_LOCK('migrate.t-migrate_1')");
SQL(waiting, "", "SELECT COUNT(*) FROM information_schema.PROCESSLIST"
    " WHERE STATE = 'User lock'");

struct version {
	const char *file, *digest;
	struct stamp applied_at;
};
FIELDS(struct version, version_fields, F_TEXT(struct version, file),
    F_TEXT(struct version, digest), F_STAMP(struct version, applied_at));

#define THING "CREATE TABLE thing (id INT PRIMARY KEY);\n"

static struct db_account account;
static struct db *server, *db;
static struct arena *a;
static char dir[] = "/tmp/renraku-migrate-XXXXXX";

static void
setup(void)
{
	static struct db_account nowhere;

	nowhere = server_account(NULL);
	account = server_account("t-migrate_1");
	server = db_init(&nowhere);
	db = db_init(&account);
	a = arena_init((size_t)1 << 20);
	MUST(db_run(server, &drop_database, NULL, NO_VALUES));
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void
teardown(void)
{
	char *argv[] = { "rm", "-rf", dir, NULL };

	db_free(db);
	db_free(server);
	arena_free(a);
	if (fork() == 0)
		execvp(argv[0], argv);
	wait(NULL);
}

static const char *
file(const char *name, const char *text)
{
	char *path = str_printf(a, "%s/%s", dir, name);
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text, 1, strlen(text), f), strlen(text));
	ck_assert_int_eq(fclose(f), 0);
	return path;
}

static void
applies(int n)
{
	int applied = -1;

	MUST(migrate_run(&account, dir, &applied));
	ck_assert_int_eq(applied, n);
}

static void
refuses(enum err outcome, int n)
{
	int applied = -1;

	GIVES(migrate_run(&account, dir, &applied), outcome);
	ck_assert_int_eq(applied, n);
}

static int64_t
count(const struct db_stmt *stmt)
{
	int64_t n = -1;

	MUST(db_number(db, stmt, &n, NO_VALUES));
	return n;
}

START_TEST(applies_each_file_once)
{
	struct version *v;
	struct list rows;

	applies(0);
	ck_assert_int_eq(count(&collation), 1);
	file("0002_more.sql", "INSERT INTO thing VALUES (1);\n"
	    "-- a comment; with one\nINSERT INTO thing VALUES (2), (3);\n"
	    "SELECT * FROM thing;\n");
	file("0001_core.sql", THING);
	file("grants.sql", "not for us");
	file("README", "neither");
	applies(2);
	applies(0);
	ck_assert_int_eq(count(&thing_count), 3);
	file("0003_later.sql", "CREATE TABLE other (id INT PRIMARY KEY);");
	applies(1);
	ck_assert_int_eq(count(&other_count), 0);
	MUST(db_all(db, a, &versions, &version_fields, &rows, NO_VALUES));
	ck_assert_uint_eq(rows.n, 3);
	v = LIST_AT(rows, struct version, 0);
	ck_assert_str_eq(v->file, "0001_core.sql");
	/* printf 'CREATE TABLE thing (id INT PRIMARY KEY);\n' | sha256sum */
	ck_assert_str_eq(v->digest,
	    "B3D9D1F1709F00A98F33F3D8BC9FB5C4DE6C3AD05BBBA24EE4067AE8E0361F43");
	ck_assert_int_le(v->applied_at.us, clock_now().us);
	ck_assert_int_gt(v->applied_at.us, clock_now().us - 60000000);
}
END_TEST

START_TEST(changed_file_is_stale)
{
	file("0001_core.sql", THING);
	applies(1);
	file("0001_core.sql", THING "\n");
	file("0002_more.sql", "INSERT INTO thing VALUES (1);\n");
	refuses(ERR_STALE, 0);
	ck_assert_int_eq(count(&thing_count), 0);
	file("0001_core.sql", THING);
	applies(1);
}
END_TEST

START_TEST(stops_at_a_mistake)
{
	file("0001_core.sql", THING);
	file("0002_wrong.sql", "INSERT INTO thing VALUES (1);\n\n"
	    "INSERT INTO thing VALUES ('x');\nINSERT INTO thing VALUES (3);");
	file("0003_more.sql", "INSERT INTO thing VALUES (4);\n");
	refuses(ERR_BUG, 1);
	ck_assert_int_eq(count(&thing_count), 1);
	ck_assert_int_eq(count(&version_count), 1);
	file("0002_wrong.sql", "INSERT INTO thing VALUES (2);\n");
	applies(2);
	ck_assert_int_eq(count(&thing_count), 3);
}
END_TEST

/* Nothing of a file that was cut off is applied. */
START_TEST(half_a_file)
{
	file("0001_core.sql", THING "INSERT INTO thing VALUES (1)");
	refuses(ERR_INVALID, 0);
	file("0001_core.sql", THING "INSERT INTO thing VALUES (1);");
	applies(1);
	ck_assert_int_eq(count(&thing_count), 1);
}
END_TEST

START_TEST(names_with_a_slip)
{
	static const char *const names[] = { "1_core.sql", "00001_core.sql",
		"0001-core.sql", "0001_.sql", "0001_Core.sql", "0001.sql" };

	for (size_t i = 0; i < COUNT(names); i++) {
		const char *path = file(names[i], THING);

		refuses(ERR_INVALID, 0);
		ck_assert_int_eq(unlink(path), 0);
	}
	file("0001_core.sql", THING);
	file("0001_other.sql", "SELECT 1;");
	refuses(ERR_INVALID, 0);
}
END_TEST

START_TEST(what_is_not_there)
{
	struct db_account wrong = account;
	int applied;

	GIVES(migrate_run(&account, "/nonexistent", &applied), ERR_IO);
	wrong.socket = "/nonexistent";
	GIVES(migrate_run(&wrong, dir, &applied), ERR_DB);
	wrong = account;
	wrong.name = "t`; DROP DATABASE mysql";
	GIVES(migrate_run(&wrong, dir, &applied), ERR_INVALID);
	GIVES(migrate_file(&account, "/nonexistent", NULL), ERR_IO);
	ck_assert_int_eq(mkdir(str_printf(a, "%s/0001_x.sql", dir), 0700), 0);
	refuses(ERR_IO, 0);
}
END_TEST

START_TEST(second_run_waits_for_the_first)
{
	int64_t n = 0;
	int status;
	pid_t child;

	file("0001_core.sql", THING);
	MUST(db_number(server, &hold_lock, &n, NO_VALUES));
	ck_assert_int_eq(n, 1);
	child = fork();
	if (child == 0) {
		int applied = 0;

		_exit(migrate_run(&account, dir, &applied) != OK || !applied);
	}
	for (n = 0; n == 0;)
		MUST(db_number(server, &waiting, &n, NO_VALUES));
	MUST(db_number(server, &release_lock, &n, NO_VALUES));
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	applies(0);
}
END_TEST

START_TEST(file_with_words)
{
	struct db_account user = account;
	const char *grants = file("grants.sql",
	    "CREATE USER 't_migrate'@'localhost' IDENTIFIED BY '{password}';\n"
	    "GRANT SELECT ON `{db}`.* TO 't_migrate'@'localhost';\n"
	    "SELECT '{}', '{Other}', '{unclosed';\n");
	struct db *its;
	int64_t n;

	MUST(db_run(server, &drop_user, NULL, NO_VALUES));
	file("0001_core.sql", THING);
	applies(1);
	MUST(migrate_file(&account, grants, "password", "p-W_9", "db",
	    account.name, NULL));
	user.user = "t_migrate";
	user.password = "p-W_9";
	its = db_init(&user);
	MUST(db_number(its, &thing_count, &n, NO_VALUES));
	db_free(its);
	MUST(db_run(server, &drop_user, NULL, NO_VALUES));
}
END_TEST

START_TEST(words_that_are_not_plain)
{
	static const char *const values[] = { "", "'", "a b", "a\\", "名",
		"a;" };
	const char *path = file("x.sql", "SELECT '{word}';\n");

	applies(0);
	MUST(migrate_file(&account, path, "word", "aZ09_-", NULL));
	GIVES(migrate_file(&account, path, NULL), ERR_INVALID);
	GIVES(migrate_file(&account, path, "wor", "a", NULL), ERR_INVALID);
	for (size_t i = 0; i < COUNT(values); i++)
		GIVES(migrate_file(&account, path, "word", values[i], NULL),
		    ERR_INVALID);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("migrate");
	TCase *t = tcase_create("migrate");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, applies_each_file_once);
	tcase_add_test(t, changed_file_is_stale);
	tcase_add_test(t, stops_at_a_mistake);
	tcase_add_test(t, half_a_file);
	tcase_add_test(t, names_with_a_slip);
	tcase_add_test(t, what_is_not_there);
	tcase_add_test(t, second_run_waits_for_the_first);
	tcase_add_test(t, file_with_words);
	tcase_add_test(t, words_that_are_not_plain);
	suite_add_tcase(s, t);
	return server_suite(s);
}
