/* SPDX-License-Identifier: AGPL-3.0-or-later
 * lib/out/csv.c: the bytes Excel gets, and that lib/in/csv.c reads back
 * exactly what was written. */
#include "out/csv.h"

#include <check.h>

#include "in/csv.h"

#define BOM "\xEF\xBB\xBF"

static struct arena *a;
static struct buf *b;

static void
setup(void)
{
	a = arena_init(16 << 20);
	b = csv_new(a, 1 << 20);
}

static void
teardown(void)
{
	arena_free(a);
}

START_TEST(empty_file_is_a_bom)
{
	ck_assert_str_eq(b->p, BOM);
	ck_assert_uint_eq(b->n, 3);
}
END_TEST

START_TEST(every_cell_is_quoted)
{
	csv_cell(b, "氏名");
	csv_cell(b, NULL);
	csv_cell(b, "");
	csv_cell(b, "\"a\",\nb\"");
	csv_end(b);
	csv_cell(b, "00123401");
	csv_end(b);
	ck_assert_str_eq(b->p, BOM "\"氏名\",\"\",\"\",\"\"\"a\"\",\nb\"\"\"\r\n"
	    "\"00123401\"\r\n");
}
END_TEST

/* A record may begin with an empty cell, and a cell may end with LF. */
START_TEST(commas_only_between)
{
	csv_cell(b, "");
	csv_cell(b, "a\n");
	csv_cell(b, "\n");
	csv_end(b);
	csv_end(b);
	csv_cell(b, "b");
	ck_assert_str_eq(b->p, BOM "\"\",\"a\n\",\"'\n\"\r\n\r\n\"b\"");
}
END_TEST

static const char *const formulas[] = { "=1+1", "+81-90", "-5", "@SUM(A1)",
	"\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", "−1", "=", "-" };

static const char *const plain[] = { "a=1", "1-2", " =1", "'", "''", "'a",
	"O'Neil", "〜", "ー", "！", "1年2組", "#1", "\"=1\"" };

static const char *
cell(const char *text)
{
	struct buf *one = csv_new(a, 1 << 10);

	csv_cell(one, text);
	return one->p + 3;
}

START_TEST(formulas_are_defused)
{
	for (size_t i = 0; i < COUNT(formulas); i++)
		ck_assert_str_eq(cell(formulas[i]),
		    str_printf(a, "\"'%s\"", formulas[i]));
	ck_assert_str_eq(cell("=HYPERLINK(\"x\")"),
	    "\"'=HYPERLINK(\"\"x\"\")\"");
	ck_assert_str_eq(cell("'=1"), "\"''=1\"");
}
END_TEST

START_TEST(other_text_is_left_alone)
{
	for (size_t i = 0; i + 1 < COUNT(plain); i++)
		ck_assert_str_eq(cell(plain[i]),
		    str_printf(a, "\"%s\"", plain[i]));
	ck_assert_str_eq(cell("\"=1\""), "\"\"\"=1\"\"\"");
}
END_TEST

static enum err
compare(const struct csv_row *row, void *arg)
{
	const char *const *v = arg;

	ck_assert_uint_eq(row->number, 1);
	for (size_t i = 0; i < row->n; i++)
		ck_assert_str_eq(row->v[i], v[i]);
	return row->n == COUNT(formulas) ? OK : ERR_BUG;
}

START_TEST(import_reads_back)
{
	static const char *const quotes[] = { "", "'", "''" };
	static const struct csv_limits limits = { 10, 100, 1000 };
	const char *why, *v[COUNT(formulas)];
	size_t at;

	for (size_t q = 0; q < COUNT(quotes); q++) {
		b = csv_new(a, 1 << 20);
		for (size_t i = 0; i < COUNT(formulas); i++) {
			v[i] = str_printf(a, "%s%s%s", quotes[q],
			    i < COUNT(plain) ? plain[i] : "", formulas[i]);
			if (i % 2 == 0)
				v[i] = str_printf(a, "%s%s", quotes[q],
				    formulas[i]);
			csv_cell(b, v[i]);
		}
		csv_end(b);
		ck_assert_int_eq(csv_read(a, b->p + 3, b->n - 3, &limits,
		    compare, v, &why, &at), OK);
	}
}
END_TEST

START_TEST(overflow_is_known)
{
	struct buf *small = csv_new(a, 20);

	csv_cell(small, "1234567890");
	csv_end(small);
	ck_assert(!buf_overflow(small));
	csv_cell(small, "1234567890");
	ck_assert(buf_overflow(small));
}
END_TEST

enum kind { KIND_ABSENT = 1, KIND_LATE = 2 };

static const struct choice kinds[] = {
	{ KIND_ABSENT, "absent", "欠席" },
	{ KIND_LATE, "late", "遅刻" },
	{ 0, NULL, NULL },
};

struct thing {
	const char *name;
	const char *secret;
	const char *state;
	int64_t number;
	bool seen;
	int kind;
	struct day day;
	struct minute at;
	struct stamp made;
	struct uid uid;
	struct list pupils;
};

FIELDS(struct thing, thing_fields,
    F_TEXT(struct thing, name, .label = "氏名"),
    F_TEXT(struct thing, secret),
    F_MSG(struct thing, state, .label = "状態"),
    F_INT(struct thing, number, .label = "番号"),
    F_BOOL(struct thing, seen, .label = "既読"),
    F_ENUM(struct thing, kind, kinds, .label = "種類"),
    F_DAY(struct thing, day, .label = "日"),
    F_MINUTE(struct thing, at, .label = "時刻"),
    F_STAMP(struct thing, made, .label = "受付"),
    F_UID(struct thing, uid, .label = "整理番号"),
    F_UIDS(struct thing, pupils, .label = "児童"));

#define HEADS BOM "\"氏名\",\"状態\",\"番号\",\"既読\",\"種類\",\"日\",\"時刻\"," \
	"\"受付\",\"整理番号\"\r\n"

START_TEST(rows_by_field_table)
{
	struct thing v[2] = { {
		.name = "=髙橋", .secret = "x", .state = "確認済み",
		.number = -3, .seen = true, .kind = KIND_LATE,
		.uid = { { 1 } }, .day = day_from(2026, 6, 1), .at = { 7 * 60 + 42 },
		.made = day_at(day_from(2026, 6, 1), (struct minute){ 462 }),
	} };
	struct list list = { v, 2 };

	v[0].made.us += 10 * 1000000 + 999999;
	field_clear(&thing_fields, &v[1]);
	csv_rows(b, &thing_fields, &list);
	ck_assert_str_eq(b->p, HEADS
	    "\"'=髙橋\",\"確認済み\",\"'-3\",\"はい\",\"遅刻\",\"2026-06-01\","
	    "\"7:42\",\"2026-06-01 07:42:10\","
	    "\"AQAAAAAAAAAAAAAAAAAAAA\"\r\n"
	    "\"\",\"\",\"0\",\"いいえ\",\"\",\"\",\"\",\"\",\"\"\r\n");
}
END_TEST

/* 15:00 UTC is the next day in Tokyo. */
START_TEST(stamps_are_in_tokyo)
{
	struct thing v = { .day = DAY_NONE, .at = { 0 } };
	struct list list = { &v, 1 };

	v.made = day_at(day_from(2027, 4, 1), (struct minute){ 0 });
	csv_rows(b, &thing_fields, &list);
	ck_assert_ptr_nonnull(strstr(b->p,
	    "\"\",\"0:00\",\"2027-04-01 00:00:00\",\"\"\r\n"));
}
END_TEST

START_TEST(no_rows_is_heads_only)
{
	struct list none = { NULL, 0 };

	csv_rows(b, &thing_fields, &none);
	ck_assert_str_eq(b->p, HEADS);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("out/csv");
	TCase *c = tcase_create("csv");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, empty_file_is_a_bom);
	tcase_add_test(c, every_cell_is_quoted);
	tcase_add_test(c, commas_only_between);
	tcase_add_test(c, formulas_are_defused);
	tcase_add_test(c, other_text_is_left_alone);
	tcase_add_test(c, import_reads_back);
	tcase_add_test(c, overflow_is_known);
	tcase_add_test(c, rows_by_field_table);
	tcase_add_test(c, stamps_are_in_tokyo);
	tcase_add_test(c, no_rows_is_heads_only);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
