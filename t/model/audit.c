/* SPDX-License-Identifier: AGPL-3.0-or-later
 * The access history (F54): what a row keeps, who may read which rows, and
 * pages that lose none. */
#include "model/audit.h"

#include "t/model/world.h"

#define MONDAY at("2026-06-01", "07:10")

static void
write_row(const struct actor *who, const char *event, struct stamp now)
{
	struct audit x = { .side = AUDIT_STAFF, .who = who, .event = event,
		.result = AUDIT_SUCCESS };

	MUST(audit_write(world.db, &x, now));
}

static struct audit_filter
all(void)
{
	return (struct audit_filter){ .first = on("2026-06-01"),
		.last = on("2026-06-01") };
}

static struct list
list_of(const struct actor *who, const struct audit_filter *f, int64_t most)
{
	struct list rows;

	MUST(audit_list(world.a, world.db, who, f, most, &rows));
	return rows;
}

static const char *
events(const struct actor *who, const struct audit_filter *f, int64_t most)
{
	struct list rows = list_of(who, f, most);
	struct buf *out = buf_new(world.a, 64, 4096);

	for (size_t i = 0; i < rows.n; i++)
		buf_printf(out, "%s%s", i == 0 ? "" : " ",
		    LIST_AT(rows, struct audit_row, i)->event);
	return out->p;
}

START_TEST(what_a_row_keeps)
{
	struct actor principal = world_staff(PRINCIPAL, MONDAY);
	struct audit_filter f = all();
	struct audit x = { AUDIT_STAFF, &principal, "192.0.2.1", "Firefox",
		"abcdefghijklmnopqrstuv", "absence.list", "GET", "/absence",
		7, AOI, 3, "day=2026-06-01", "name,kana", AUDIT_SUCCESS, 200 };
	struct audit_row *r;
	struct list rows;
	char want[13];

	MUST(audit_write(world.db, &x, MONDAY));
	rows = list_of(&principal, &f, 10);
	ck_assert_uint_eq(rows.n, 1);
	r = LIST_AT(rows, struct audit_row, 0);
	for (size_t i = 0; i < 6; i++)
		(void)snprintf(want + 2 * i, 3, "%02x",
		    principal.session.p[i]);
	ck_assert_int_eq(r->at.us, MONDAY.us);
	ck_assert_int_eq(r->side, AUDIT_STAFF);
	ck_assert_int_eq(r->role, ROLE_SCHOOL);
	ck_assert_int_eq(r->result, AUDIT_SUCCESS);
	ck_assert_str_eq(r->organization, "中央小学校");
	ck_assert_str_eq(r->login, "principal");
	ck_assert_str_eq(r->name, "西 二郎");
	ck_assert_str_eq(r->address, "192.0.2.1");
	ck_assert_str_eq(r->agent, "Firefox");
	ck_assert_str_eq(r->event, "absence.list");
	ck_assert_str_eq(r->what, "連絡一覧の表示");
	ck_assert_str_eq(r->method, "GET");
	ck_assert_str_eq(r->path, "/absence");
	ck_assert_str_eq(r->pupil, "10001");
	ck_assert_int_eq(r->subjects, 3);
	ck_assert_str_eq(r->filter, "day=2026-06-01");
	ck_assert_str_eq(r->fields, "name,kana");
	ck_assert_str_eq(r->request, x.request);
	ck_assert_str_eq(r->session, want);
	ck_assert_int_eq(r->status, 200);
	ck_assert_int_eq(r->sealed, 0);
}
END_TEST

START_TEST(nobody_and_nothing)
{
	struct actor auditor = world_staff(AUDITOR, MONDAY);
	struct actor operator = actor_operator();
	struct audit x = { .side = AUDIT_GUARDIAN, .result = AUDIT_DENIED };
	struct audit_filter f = all();
	struct list rows;

	MUST(audit_write(world.db, &x, MONDAY));
	write_row(&operator, "roster.apply", MONDAY);
	rows = list_of(&auditor, &f, 10);
	ck_assert_uint_eq(rows.n, 2);
	ck_assert_int_eq(LIST_AT(rows, struct audit_row, 0)->role,
	    ROLE_OPERATOR);
	ck_assert_str_eq(LIST_AT(rows, struct audit_row, 0)->login,
	    "operator");
	ck_assert_str_eq(LIST_AT(rows, struct audit_row, 1)->login, "");
	ck_assert_ptr_null(LIST_AT(rows, struct audit_row, 1)->organization);
	ck_assert_str_eq(world_text("SELECT GROUP_CONCAT(actor_kind ORDER BY"
	    " id) FROM audit_log"), "0,3");
}
END_TEST

/* What a browser sends may be long; it is cut between characters. */
START_TEST(long_values_are_cut)
{
	struct audit x = { .side = AUDIT_GUARDIAN, .result = AUDIT_DENIED };
	char agent[1200], path[1200];

	for (size_t i = 0; i < 1197; i += 3)
		memcpy(agent + i, "髙", 4);
	memset(path, 'x', sizeof path - 1);
	path[sizeof path - 1] = '\0';
	x.agent = agent;
	x.path = path;
	x.filter = agent + 3;
	MUST(audit_write(world.db, &x, MONDAY));
	ck_assert_int_eq(world_number("SELECT LENGTH(path) FROM audit_log"),
	    200);
	ck_assert_int_eq(world_number("SELECT LENGTH(agent) FROM audit_log"),
	    198);
	ck_assert_str_eq(world_text("SELECT RIGHT(agent, 1) FROM audit_log"),
	    "髙");
}
END_TEST

START_TEST(scopes)
{
	struct actor principal = world_staff(PRINCIPAL, MONDAY);
	struct actor other = world_staff(OTHER_PRINCIPAL, MONDAY);
	struct actor board = world_staff(BOARD_ADMIN, MONDAY);
	struct actor auditor = world_staff(AUDITOR, MONDAY);
	struct actor a = world_guardian(A, MONDAY);
	struct audit_filter f = all();

	write_row(&principal, "one", MONDAY);
	write_row(&other, "two", MONDAY);
	write_row(&board, "three", MONDAY);
	write_row(&a, "four", MONDAY);
	ck_assert_str_eq(events(&principal, &f, 10), "one");
	ck_assert_str_eq(events(&other, &f, 10), "two");
	ck_assert_str_eq(events(&board, &f, 10), "four three two one");
	ck_assert_str_eq(events(&auditor, &f, 10), "four three two one");
	f.login = "principal2";
	ck_assert_str_eq(events(&auditor, &f, 10), "two");
	ck_assert_str_eq(events(&principal, &f, 10), "");
}
END_TEST

/* Days are those of Tokyo: 00:00 to 24:00. */
START_TEST(days)
{
	struct actor auditor = world_staff(AUDITOR, MONDAY);
	struct audit_filter f = all();

	write_row(&auditor, "sunday", stamp_add(at("2026-06-01", "00:00"), -1));
	write_row(&auditor, "first", at("2026-06-01", "00:00"));
	write_row(&auditor, "last", stamp_add(at("2026-06-02", "00:00"), -1));
	write_row(&auditor, "tuesday", at("2026-06-02", "00:00"));
	ck_assert_str_eq(events(&auditor, &f, 10), "last first");
	f.last = on("2026-06-02");
	ck_assert_str_eq(events(&auditor, &f, 10), "tuesday last first");
}
END_TEST

/* Requests that overlap write in another order than their clocks say: rows 2
 * and 3 are older than row 1, and row 4 is as old as row 3. */
START_TEST(pages_lose_no_row)
{
	struct actor auditor = world_staff(AUDITOR, MONDAY);
	struct audit_filter f = all();
	struct buf *seen = buf_new(world.a, 32, 64);

	write_row(&auditor, "1", stamp_add(MONDAY, 5));
	write_row(&auditor, "2", stamp_add(MONDAY, 4));
	write_row(&auditor, "3", stamp_add(MONDAY, 3));
	write_row(&auditor, "4", stamp_add(MONDAY, 3));
	write_row(&auditor, "5", stamp_add(MONDAY, 6));
	ck_assert_str_eq(events(&auditor, &f, 10), "5 1 2 4 3");
	for (int i = 0; i < 6; i++) {
		struct list rows = list_of(&auditor, &f, 1);

		if (rows.n == 0)
			break;
		f.before = LIST_AT(rows, struct audit_row, 0)->id;
		buf_str(seen, LIST_AT(rows, struct audit_row, 0)->event);
	}
	ck_assert_str_eq(seen->p, "51243");
}
END_TEST

/* A key that is no row's, or another school's, shows nothing new. */
START_TEST(a_page_after_nothing)
{
	struct actor principal = world_staff(PRINCIPAL, MONDAY);
	struct audit_filter f = all();

	write_row(&principal, "one", MONDAY);
	f.before = INT64_C(999999999999);
	ck_assert_str_eq(events(&principal, &f, 10), "");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("model/audit");
	TCase *c = world_case(s, "audit", world_begin);

	tcase_add_test(c, what_a_row_keeps);
	tcase_add_test(c, nobody_and_nothing);
	tcase_add_test(c, long_values_are_cut);
	tcase_add_test(c, scopes);
	tcase_add_test(c, days);
	tcase_add_test(c, pages_lose_no_row);
	tcase_add_test(c, a_page_after_nothing);
	return world_suite(s);
}
