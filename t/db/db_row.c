/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Values into a row and back, at every length and type, and the three
 * outcomes of a fetch. */
#include "t/db/server.h"

SQL(create_database, "",
    "CREATE DATABASE IF NOT EXISTS t_db_row CHARACTER SET utf8mb4"
    " COLLATE utf8mb4_bin");
SQL(drop_thing, "", "DROP TABLE IF EXISTS thing");
SQL(create_thing, "",
    "CREATE TABLE thing (id BIGINT AUTO_INCREMENT PRIMARY KEY,"
    " word VARCHAR(100) UNIQUE, body MEDIUMTEXT, code CHAR(4), note JSON,"
    " number BIGINT, flag BOOLEAN, kind TINYINT, day DATE,"
    " minute SMALLINT, stamp DATETIME(6), uid BINARY(16),"
    " hash VARBINARY(200), file MEDIUMBLOB) ENGINE=InnoDB");
SQL(insert_thing, "",
    "INSERT INTO thing (word, body, code, note, number, flag, kind, day,"
    " minute, stamp, uid, hash, file)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
SQL(load_thing, "", "SELECT * FROM thing WHERE id = ?");
SQL(insert_word, "", "INSERT INTO thing (word) VALUES (?)");
SQL(insert_body, "", "INSERT INTO thing (body, file) VALUES (?, ?)");
SQL(find_word, "", "SELECT word, number FROM thing WHERE word = ?");
SQL(list_numbers, "",
    "SELECT seq AS number, CONCAT('行', seq) AS word"
    " FROM seq_1_to_1000 WHERE seq <= ? ORDER BY seq");
SQL(count_things, "", "SELECT COUNT(*) FROM thing");
SQL(insert_span, "", "INSERT INTO thing (day, stamp, number) VALUES (?, ?, ?)");

struct thing {
	int64_t id;
	const char *word, *body, *code, *note;
	int64_t number;
	bool flag;
	int kind;
	struct day day;
	struct minute minute;
	struct stamp stamp;
	struct uid uid;
	struct bytes hash, file;
};
FIELDS(struct thing, thing_fields, F_INT(struct thing, id),
    F_TEXT(struct thing, word), F_TEXT(struct thing, body),
    F_TEXT(struct thing, code), F_TEXT(struct thing, note),
    F_INT(struct thing, number), F_BOOL(struct thing, flag),
    F_ENUM(struct thing, kind, NULL), F_DAY(struct thing, day),
    F_MINUTE(struct thing, minute), F_STAMP(struct thing, stamp),
    F_UID(struct thing, uid), F_BYTES(struct thing, hash),
    F_BYTES(struct thing, file));

struct line {
	int64_t number;
	const char *word;
};
FIELDS(struct line, line_fields, F_INT(struct line, number),
    F_TEXT(struct line, word));
FIELDS(struct line, number_only, F_INT(struct line, number));

static struct db *db;
static struct arena *a;

static void
setup(void)
{
	static struct db_account account;

	account = server_account(NULL);
	db = db_init(&account);
	MUST(db_run(db, &create_database, NULL, NO_VALUES));
	db_free(db);
	account = server_account("t_db_row");
	db = db_init(&account);
	a = arena_init((size_t)64 << 20);
	MUST(db_run(db, &drop_thing, NULL, NO_VALUES));
	MUST(db_run(db, &create_thing, NULL, NO_VALUES));
}

static void
teardown(void)
{
	db_free(db);
	arena_free(a);
}

static void
load(struct thing *t)
{
	memset(t, 0x5a, sizeof(*t));
	MUST(db_one(db, a, &load_thing, &thing_fields, t,
	    VALUES(v_int(db_inserted(db)))));
}

START_TEST(every_type_comes_back)
{
	const unsigned char hash[] = { 0, 1, 0xff, '\'', '\\', 0 };
	struct uid uid = uid_new();
	struct stamp stamp = { INT64_C(1780301021123456) };
	struct thing t;

	MUST(db_run(db, &insert_thing, NULL, VALUES(v_text("山田 花子"),
	    v_text("a'b\\c\"d\n\t;--"), v_text("A01"), v_text("{\"x\":1}"),
	    v_int(INT64_MIN), v_bool(true), v_int(-7),
	    v_day(day_from(2028, 2, 29)), v_minute((struct minute){ 1440 }),
	    v_stamp(stamp), v_uid(uid), v_bytes(hash, sizeof(hash)),
	    v_bytes("", 0))));
	load(&t);
	ck_assert_str_eq(t.word, "山田 花子");
	ck_assert_str_eq(t.body, "a'b\\c\"d\n\t;--");
	ck_assert_str_eq(t.code, "A01");
	ck_assert_str_eq(t.note, "{\"x\":1}");
	ck_assert(t.number == INT64_MIN);
	ck_assert(t.flag);
	ck_assert_int_eq(t.kind, -7);
	ck_assert_int_eq(t.day.n, day_from(2028, 2, 29).n);
	ck_assert_int_eq(t.minute.n, 1440);
	ck_assert_int_eq(t.stamp.us, stamp.us);
	ck_assert(uid_eq(t.uid, uid));
	ck_assert_uint_eq(t.hash.n, sizeof(hash));
	ck_assert_mem_eq(t.hash.p, hash, sizeof(hash));
	ck_assert_ptr_nonnull(t.file.p);
	ck_assert_uint_eq(t.file.n, 0);
}
END_TEST

START_TEST(none_is_null_and_comes_back_as_none)
{
	struct thing t;

	MUST(db_run(db, &insert_thing, NULL, VALUES(v_text(NULL), v_text(NULL),
	    v_text(NULL), v_text(NULL), v_null_int(0), v_null_int(0),
	    v_null_int(0), v_day(DAY_NONE), v_minute(MINUTE_NONE),
	    v_stamp(STAMP_NONE), v_uid((struct uid){ { 0 } }),
	    v_bytes(NULL, 0), v_bytes(NULL, 9))));
	load(&t);
	ck_assert_int_eq(t.id, db_inserted(db));
	ck_assert_ptr_null(t.word);
	ck_assert_ptr_null(t.body);
	ck_assert_ptr_null(t.code);
	ck_assert_ptr_null(t.note);
	ck_assert_int_eq(t.number, 0);
	ck_assert(!t.flag);
	ck_assert_int_eq(t.kind, 0);
	ck_assert(!day_is(t.day));
	ck_assert(!minute_is(t.minute));
	ck_assert(!stamp_is(t.stamp));
	ck_assert(!uid_is(t.uid));
	ck_assert_ptr_null(t.hash.p);
	ck_assert_ptr_null(t.file.p);
}
END_TEST

/* The server's default collation holds these to be equal. */
START_TEST(different_kanji_are_different)
{
	static const char *const words[] = { "𠮷", "𩸽", "🍣", "🍺", "髙",
		"高", "葛󠄀", "葛", "が", "か\u3099", "a", "A", "" };
	struct line row;

	for (size_t i = 0; i < COUNT(words); i++)
		MUST(db_run(db, &insert_word, NULL, VALUES(v_text(words[i]))));
	for (size_t i = 0; i < COUNT(words); i++) {
		GIVES(db_run(db, &insert_word, NULL, VALUES(v_text(words[i]))),
		    ERR_EXISTS);
		MUST(db_one(db, a, &find_word, &line_fields, &row,
		    VALUES(v_text(words[i]))));
		ck_assert_str_eq(row.word, words[i]);
	}
}
END_TEST

START_TEST(any_length_comes_back)
{
	static const size_t lengths[] = { 0, 1, 127, 128, 129, 250, 251, 252,
		65535, 65536, 102400, 3000000 };
	struct thing t;

	for (size_t i = 0; i < COUNT(lengths); i++) {
		size_t n = lengths[i];
		char *text = arena_alloc(a, n + 1);

		for (size_t j = 0; j < n; j++)
			text[j] = (char)('a' + j % 23);
		MUST(db_run(db, &insert_body, NULL,
		    VALUES(v_text(text), v_bytes(text, n))));
		load(&t);
		ck_assert_uint_eq(strlen(t.body), n);
		ck_assert_str_eq(t.body, text);
		ck_assert_uint_eq(t.file.n, n);
		ck_assert_int_eq(memcmp(t.file.p, text, n), 0);
	}
}
END_TEST

START_TEST(long_text_of_wide_characters)
{
	struct buf *b = buf_new(a, 4096, (size_t)1 << 20);
	struct thing t;

	while (b->n < (size_t)100 * 1024)
		buf_str(b, "葛󠄀城市𠮷田町");
	MUST(db_run(db, &insert_body, NULL,
	    VALUES(v_text(b->p), v_bytes(b->p, b->n))));
	load(&t);
	ck_assert_str_eq(t.body, b->p);
}
END_TEST

START_TEST(days_and_instants_at_their_ends)
{
	static const struct {
		int y, m, d;
		int64_t us;
	} spans[] = {
		{ 1868, 1, 1, INT64_C(-3218745600000000) },
		{ 1969, 12, 31, -1 },
		{ 1970, 1, 1, 1 },
		{ 1999, 12, 31, INT64_C(946684799999999) },
		{ 2200, 12, 31, INT64_C(7289654399999999) },
	};
	struct thing t;

	for (size_t i = 0; i < COUNT(spans); i++) {
		struct day day = day_from(spans[i].y, spans[i].m, spans[i].d);

		MUST(db_run(db, &insert_span, NULL, VALUES(v_day(day),
		    v_stamp((struct stamp){ spans[i].us }), v_int(0))));
		load(&t);
		ck_assert_int_eq(t.day.n, day.n);
		ck_assert_int_eq(t.stamp.us, spans[i].us);
	}
}
END_TEST

SQL(far_day, "", "SELECT DATE'9999-12-31' AS day");
SQL(late, "", "SELECT CAST(1441 AS INT) AS minute");
SQL(short_uid, "", "SELECT CAST('short' AS BINARY(5)) AS uid");
SQL(big, "", "SELECT CAST(18446744073709551615 AS UNSIGNED) AS number");
SQL(wide, "", "SELECT 4294967296 AS kind");

/* What another client wrote and our types cannot hold is no "none". */
START_TEST(values_outside_our_ranges_are_bugs)
{
	static const struct db_stmt *const all[] = { &far_day, &late,
		&short_uid, &big, &wide };
	struct thing t;

	for (size_t i = 0; i < COUNT(all); i++)
		GIVES(db_one(db, a, all[i], &thing_fields, &t, NO_VALUES),
		    ERR_BUG);
}
END_TEST

SQL(null_number, "", "SELECT MAX(number) FROM thing");

START_TEST(no_row_is_not_an_error)
{
	struct line row = { 7, "untouched" };
	struct list rows = { &row, 7 };
	int64_t n = 7;

	GIVES(db_one(db, a, &find_word, &line_fields, &row,
	    VALUES(v_text("no"))), ERR_NONE);
	ck_assert_int_eq(row.number, 7);
	MUST(db_all(db, a, &find_word, &line_fields, &rows,
	    VALUES(v_text("no"))));
	ck_assert_uint_eq(rows.n, 0);
	GIVES(db_number(db, &null_number, &n, NO_VALUES), ERR_NONE);
	MUST(db_number(db, &count_things, &n, NO_VALUES));
	ck_assert_int_eq(n, 0);
}
END_TEST

START_TEST(lists_of_any_size)
{
	static const size_t sizes[] = { 0, 1, 15, 16, 17, 32, 33, 1000 };
	struct list rows;

	for (size_t i = 0; i < COUNT(sizes); i++) {
		MUST(db_all(db, a, &list_numbers, &line_fields, &rows,
		    VALUES(v_int((int64_t)sizes[i]))));
		ck_assert_uint_eq(rows.n, sizes[i]);
		for (size_t j = 0; j < rows.n; j++) {
			const struct line *l = LIST_AT(rows, struct line, j);

			ck_assert_int_eq(l->number, (int64_t)j + 1);
			ck_assert_str_eq(l->word,
			    str_printf(a, "行%zu", j + 1));
		}
	}
}
END_TEST

START_TEST(one_takes_the_first_of_many)
{
	struct line row;

	for (int i = 0; i < 3; i++) {
		MUST(db_one(db, a, &list_numbers, &line_fields, &row,
		    VALUES(v_int(1000))));
		ck_assert_int_eq(row.number, 1);
	}
}
END_TEST

static enum err
add_up(void *row, void *arg)
{
	const struct line *l = row;
	int64_t *sum = arg;

	*sum += l->number;
	return l->number == 500 ? ERR_STALE : OK;
}

static enum err
ask_inside(void *row, void *arg)
{
	(void)row;
	db_rollback(db);
	GIVES(db_begin(db), ERR_BUG);
	return db_number(db, &count_things, arg, NO_VALUES);
}

START_TEST(each_goes_row_by_row)
{
	int64_t sum = 0;
	size_t used;

	MUST(db_each(db, a, &list_numbers, &line_fields, add_up, &sum,
	    VALUES(v_int(499))));
	ck_assert_int_eq(sum, 499 * 500 / 2);
	used = arena_used(a);
	sum = 0;
	GIVES(db_each(db, a, &list_numbers, &line_fields, add_up, &sum,
	    VALUES(v_int(1000))), ERR_STALE);
	ck_assert_int_eq(sum, 500 * 501 / 2);
	ck_assert_uint_lt(arena_used(a) - used, 100);
	GIVES(db_each(db, a, &list_numbers, &line_fields, ask_inside, &sum,
	    VALUES(v_int(1000))), ERR_BUG);
	MUST(db_number(db, &count_things, &sum, NO_VALUES));
}
END_TEST

SQL(unknown, "", "SELECT 1 AS numbre");
SQL(twice, "", "SELECT 1 AS number, 2 AS number");
SQL(text_as_number, "", "SELECT '1' AS number");
SQL(number_as_text, "", "SELECT 1 AS word");
SQL(bytes_as_text, "", "SELECT CAST('x' AS BINARY(1)) AS word");
SQL(text_as_bytes, "", "SELECT 'x' AS hash");
SQL(text_as_uid, "", "SELECT 'aaaaaaaaaaaaaaaa' AS uid");
SQL(day_as_stamp, "", "SELECT DATE'2026-06-01' AS stamp");
SQL(stamp_as_day, "", "SELECT TIMESTAMP'2026-06-01 00:00:00' AS day");
SQL(text_as_day, "", "SELECT '2026-06-01' AS day");
SQL(fraction, "", "SELECT 1.5 AS number");
SQL(real, "", "SELECT 1e0 AS number");

START_TEST(columns_that_do_not_fit)
{
	static const struct db_stmt *const all[] = { &unknown, &twice,
		&text_as_number, &number_as_text, &bytes_as_text,
		&text_as_bytes, &text_as_uid, &day_as_stamp, &stamp_as_day,
		&text_as_day, &fraction, &real };
	struct thing t;
	struct list rows;
	int64_t n;

	for (size_t i = 0; i < COUNT(all); i++) {
		GIVES(db_one(db, a, all[i], &thing_fields, &t, NO_VALUES),
		    ERR_BUG);
		GIVES(db_all(db, a, all[i], &thing_fields, &rows, NO_VALUES),
		    ERR_BUG);
	}
	GIVES(db_number(db, &twice, &n, NO_VALUES), ERR_BUG);
	MUST(db_number(db, &count_things, &n, NO_VALUES));
}
END_TEST

SQL(nulls, "", "SELECT NULL AS word, NULL AS number, NULL AS day,"
    " NULL AS stamp, NULL AS uid, NULL AS hash, NULL AS minute");

START_TEST(null_fits_everything)
{
	struct thing t;

	MUST(db_one(db, a, &nulls, &thing_fields, &t, NO_VALUES));
	ck_assert_ptr_null(t.word);
	ck_assert(!minute_is(t.minute));
}
END_TEST

SQL(sum, "", "SELECT SUM(number) AS number FROM thing");
SQL(average, "", "SELECT AVG(number) AS number FROM thing");

START_TEST(sums_are_whole_numbers)
{
	struct line row;
	int64_t n;

	MUST(db_run(db, &insert_span, NULL, VALUES(v_day(DAY_NONE),
	    v_stamp(STAMP_NONE), v_int(INT64_C(9007199254740993)))));
	MUST(db_run(db, &insert_span, NULL, VALUES(v_day(DAY_NONE),
	    v_stamp(STAMP_NONE), v_int(-1))));
	MUST(db_number(db, &sum, &n, NO_VALUES));
	ck_assert_int_eq(n, INT64_C(9007199254740992));
	MUST(db_one(db, a, &sum, &number_only, &row, NO_VALUES));
	ck_assert_int_eq(row.number, n);
	GIVES(db_number(db, &average, &n, NO_VALUES), ERR_BUG);
}
END_TEST

SQL(numbers, "", "SELECT 5 AS number");

/* One statement, two tables of fields, in turn. */
START_TEST(maps_again_for_another_table)
{
	struct thing t;
	struct line row;
	int64_t n;

	for (int i = 0; i < 3; i++) {
		MUST(db_one(db, a, &numbers, &number_only, &row, NO_VALUES));
		MUST(db_one(db, a, &numbers, &thing_fields, &t, NO_VALUES));
		MUST(db_number(db, &numbers, &n, NO_VALUES));
		ck_assert_int_eq(row.number + t.number + n, 15);
	}
}
END_TEST

SQL(given, "", "SELECT COALESCE(NULL, ?) AS number");
SQL(given_word, "", "SELECT ? AS word");

START_TEST(type_of_an_expression_over_a_value)
{
	struct line row;

	MUST(db_one(db, a, &given, &number_only, &row, VALUES(v_int(41))));
	ck_assert_int_eq(row.number, 41);
	GIVES(db_one(db, a, &given, &number_only, &row, VALUES(v_text("41"))),
	    ERR_BUG);
	MUST(db_one(db, a, &given, &number_only, &row, VALUES(v_int(42))));
	ck_assert_int_eq(row.number, 42);
	MUST(db_one(db, a, &given_word, &line_fields, &row,
	    VALUES(v_text("𠮷"))));
	ck_assert_str_eq(row.word, "𠮷");
}
END_TEST

SQL(make, "", "CREATE OR REPLACE TABLE moving (number INT)");
SQL(fill, "", "INSERT INTO moving VALUES (1)");
SQL(widen, "", "ALTER TABLE moving MODIFY number BIGINT");
SQL(turn, "", "ALTER TABLE moving MODIFY number VARCHAR(9)");
SQL(add, "", "ALTER TABLE moving ADD word VARCHAR(9)");
SQL(read_number, "", "SELECT number FROM moving");
SQL(read_all, "", "SELECT * FROM moving");

START_TEST(column_changed_by_a_migration)
{
	struct line row;

	MUST(db_run(db, &make, NULL, NO_VALUES));
	MUST(db_run(db, &fill, NULL, NO_VALUES));
	MUST(db_one(db, a, &read_number, &line_fields, &row, NO_VALUES));
	MUST(db_one(db, a, &read_all, &line_fields, &row, NO_VALUES));
	MUST(db_run(db, &widen, NULL, NO_VALUES));
	MUST(db_one(db, a, &read_number, &line_fields, &row, NO_VALUES));
	ck_assert_int_eq(row.number, 1);
	MUST(db_run(db, &add, NULL, NO_VALUES));
	MUST(db_one(db, a, &read_all, &line_fields, &row, NO_VALUES));
	MUST(db_run(db, &turn, NULL, NO_VALUES));
	GIVES(db_one(db, a, &read_number, &line_fields, &row, NO_VALUES),
	    ERR_BUG);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("db_row");
	TCase *t = tcase_create("rows");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, every_type_comes_back);
	tcase_add_test(t, none_is_null_and_comes_back_as_none);
	tcase_add_test(t, different_kanji_are_different);
	tcase_add_test(t, any_length_comes_back);
	tcase_add_test(t, long_text_of_wide_characters);
	tcase_add_test(t, days_and_instants_at_their_ends);
	tcase_add_test(t, values_outside_our_ranges_are_bugs);
	tcase_add_test(t, no_row_is_not_an_error);
	tcase_add_test(t, lists_of_any_size);
	tcase_add_test(t, one_takes_the_first_of_many);
	tcase_add_test(t, each_goes_row_by_row);
	tcase_add_test(t, columns_that_do_not_fit);
	tcase_add_test(t, null_fits_everything);
	tcase_add_test(t, sums_are_whole_numbers);
	tcase_add_test(t, maps_again_for_another_table);
	tcase_add_test(t, type_of_an_expression_over_a_value);
	tcase_add_test(t, column_changed_by_a_migration);
	suite_add_tcase(s, t);
	return server_suite(s);
}
