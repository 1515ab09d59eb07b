/* SPDX-License-Identifier: AGPL-3.0-or-later
 * lib/in/csv.c: rows, their numbers, limits and faults. */
#include "in/csv.h"

#include <check.h>

static struct arena *a;
static struct csv_limits limits;
static const char *why;
static size_t at;
static struct buf *seen;
static size_t fail_at;

static void
setup(void)
{
	a = arena_init(64 << 20);
	limits = (struct csv_limits){ 1000, 200, 100 };
	seen = buf_new(a, 256, 1 << 20);
	fail_at = 0;
}

static void
teardown(void)
{
	arena_free(a);
}

/* "1[a|b]" per row, so that a whole file is one comparison. */
static enum err
note(const struct csv_row *row, void *arg)
{
	ck_assert_ptr_eq(arg, &limits);
	if (row->number == fail_at)
		return ERR_DB;
	buf_printf(seen, "%zu[", row->number);
	for (size_t i = 0; i < row->n; i++)
		buf_printf(seen, "%s%s", i > 0 ? "|" : "", row->v[i]);
	buf_char(seen, ']');
	return OK;
}

static enum err
read_n(const char *text, size_t n)
{
	seen->n = 0;
	seen->p[0] = '\0';
	return csv_read(a, text, n, &limits, note, &limits, &why, &at);
}

#define READS(literal, expected)                                              \
	do {                                                                  \
		ck_assert_int_eq(read_n((literal), sizeof(literal) - 1), OK); \
		ck_assert_str_eq(seen->p, (expected));                        \
	} while (0)

#define FAILS(literal, error, row)                                            \
	do {                                                                  \
		ck_assert_int_eq(read_n((literal), sizeof(literal) - 1),      \
		    (error));                                                 \
		ck_assert_uint_eq(at, (row));                                 \
	} while (0)

START_TEST(cells_and_quotes)
{
	READS("氏名,学年\r\n青木 さくら,3\r\n", "1[氏名|学年]2[青木 さくら|3]");
	READS("\"a\",\"b\"\"c\",\"d,e\"\n", "1[a|b\"c|d,e]");
	READS("\"a\r\nb\"\r\nc", "1[a\r\nb]2[c]");
	READS("", "");
	READS("a", "1[a]");
	READS("\"a\"", "1[a]");
}
END_TEST

/* Names may begin or end with blanks; a tab is no separator. */
START_TEST(blanks_stay)
{
	READS(" a ,\tb\t, \n", "1[ a |\tb\t| ]");
	READS("a\tb,c\n", "1[a\tb|c]");
	READS("　青木　,x\n", "1[　青木　|x]");
}
END_TEST

START_TEST(every_line_end)
{
	READS("a\nb\nc\n", "1[a]2[b]3[c]");
	READS("a\r\nb\r\nc\r\n", "1[a]2[b]3[c]");
	READS("a\rb\rc\r", "1[a]2[b]3[c]");
	READS("a\r\nb\nc\rd", "1[a]2[b]3[c]4[d]");
}
END_TEST

START_TEST(empty_rows_count)
{
	READS("a\n\nb\n", "1[a]3[b]");
	READS("a\r\n\r\nb\r\n", "1[a]3[b]");
	READS("a\r\rb\r", "1[a]3[b]");
	READS("\r\n\r\n\r\na", "4[a]");
	READS("\n\r\n\na", "4[a]");
	READS("a\n,,\n\"\",\"\"\nb\n,,,\n\n", "1[a]4[b]");
	READS("\n\n\n", "");
}
END_TEST

START_TEST(empty_cells)
{
	READS(",a,,b,,\n", "1[|a||b]");
	READS("\"\",x,\"\"\n", "1[|x]");
	READS("a,b,c\n1\n,,3\n", "1[a|b|c]2[1]3[||3]");
}
END_TEST

START_TEST(defused_cells_come_back)
{
	READS("'=1,'+8190,'-1,'@x\n", "1[=1|+8190|-1|@x]");
	READS("'＝1,'＋1,'－1,'＠x,'−5\n", "1[＝1|＋1|－1|＠x|−5]");
	READS("\"'\tx\",\"'\rx\",\"'\nx\"\n", "1[\tx|\rx|\nx]");
	READS("'a,',O'Neil,''\n", "1['a|'|O'Neil|'']");
	READS("''=1,=1,'' =1\n", "1['=1|=1|'' =1]");
	READS("'1,'０\n", "1['1|'０]");
}
END_TEST

START_TEST(bad_quotes)
{
	FAILS("a\nb\"c\n", ERR_INVALID, 2);
	FAILS("a\n\n\"b\"c\n", ERR_INVALID, 3);
	FAILS("a\nb\n\"c", ERR_INVALID, 3);
	FAILS("\"a\n\"\nb\n\"x\" ,y", ERR_INVALID, 3);
	ck_assert_ptr_nonnull(strstr(why, "引用符"));
	ck_assert_str_eq(seen->p, "1[a\n]2[b]");
}
END_TEST

START_TEST(nul_is_refused)
{
	FAILS("a\nb\0c\n", ERR_INVALID, 0);
	ck_assert_str_eq(seen->p, "");
	ck_assert_ptr_nonnull(why);
}
END_TEST

START_TEST(limit_of_rows)
{
	limits.rows = 2;
	READS("a\n\nb\n,,\n\n", "1[a]3[b]");
	FAILS("a\n\nb\n\nc\nd\n", ERR_LIMIT, 5);
	ck_assert_str_eq(seen->p, "1[a]3[b]");
	ck_assert_ptr_nonnull(strstr(why, "行"));
	limits.rows = 0;
	FAILS("a", ERR_LIMIT, 1);
}
END_TEST

START_TEST(limit_of_columns)
{
	limits.columns = 2;
	READS("a,b\n,d,,,\n", "1[a|b]2[|d]");
	FAILS("a,b\na,b,c\nd\n", ERR_LIMIT, 2);
	ck_assert_str_eq(seen->p, "1[a|b]");
	ck_assert_ptr_nonnull(strstr(why, "列"));
}
END_TEST

START_TEST(limit_of_cells)
{
	limits.cell = 6;
	READS("山田,\"12\"\"456\"\n", "1[山田|12\"456]");
	FAILS("a\n山田,1234567\n", ERR_LIMIT, 2);
	ck_assert_ptr_nonnull(strstr(why, "マス"));
	FAILS("1234567", ERR_LIMIT, 1);
}
END_TEST

/* A quote nobody closed must not collect the rest of a large file. */
START_TEST(open_quote_ends_early)
{
	size_t n = 8 << 20;
	char *p = arena_alloc(a, n + 1);
	size_t before = arena_used(a);

	memset(p, 'x', n);
	memcpy(p, "a\n\"", 3);
	ck_assert_int_eq(read_n(p, n), ERR_LIMIT);
	ck_assert_uint_eq(at, 2);
	ck_assert_uint_lt(arena_used(a) - before, 4096);
}
END_TEST

START_TEST(own_error_passes)
{
	fail_at = 2;
	FAILS("a\nb\nc\n", ERR_DB, 2);
	ck_assert_str_eq(seen->p, "1[a]");
	ck_assert_ptr_null(why);
}
END_TEST

static enum err
rewind_each(const struct csv_row *row, void *arg)
{
	struct arena_mark *mark = arg;

	ck_assert_uint_eq(row->n, row->number % 40 + 1);
	ck_assert_str_eq(row->v[row->n - 1], "青");
	for (size_t i = 0; i + 1 < row->n; i++)
		ck_assert_str_eq(row->v[i], "x");
	arena_rewind(a, *mark);
	return OK;
}

/* Through several pieces of the file, with rows growing and shrinking. */
START_TEST(rewound_between_rows)
{
	struct buf *b = buf_new(a, 1 << 20, 1 << 20);
	struct arena_mark mark;
	size_t used;

	for (size_t row = 1; row <= 999; row++) {
		for (size_t i = 0; i < row % 40; i++)
			buf_str(b, "x,");
		buf_str(b, "青\r\n");
	}
	ck_assert(!buf_overflow(b));
	mark = arena_mark(a);
	used = arena_used(a);
	ck_assert_int_eq(csv_read(a, b->p, b->n, &limits, rewind_each, &mark,
	    &why, &at), OK);
	ck_assert_uint_eq(arena_used(a), used);
}
END_TEST

static enum err
keep(const struct csv_row *row, void *arg)
{
	const char ***kept = arg;

	kept[row->number] = row->v;
	return OK;
}

START_TEST(rows_stay_readable)
{
	const char **kept[4] = { NULL };

	ck_assert_int_eq(csv_read(a, "a,b\nc\nd,e", 9, &limits, keep, kept,
	    &why, &at), OK);
	ck_assert_str_eq(kept[1][1], "b");
	ck_assert_str_eq(kept[2][0], "c");
	ck_assert_str_eq(kept[3][1], "e");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("in/csv");
	TCase *c = tcase_create("csv");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, cells_and_quotes);
	tcase_add_test(c, blanks_stay);
	tcase_add_test(c, every_line_end);
	tcase_add_test(c, empty_rows_count);
	tcase_add_test(c, empty_cells);
	tcase_add_test(c, defused_cells_come_back);
	tcase_add_test(c, bad_quotes);
	tcase_add_test(c, nul_is_refused);
	tcase_add_test(c, limit_of_rows);
	tcase_add_test(c, limit_of_columns);
	tcase_add_test(c, limit_of_cells);
	tcase_add_test(c, open_quote_ends_early);
	tcase_add_test(c, own_error_passes);
	tcase_add_test(c, rewound_between_rows);
	tcase_add_test(c, rows_stay_readable);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
