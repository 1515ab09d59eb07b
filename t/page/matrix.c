/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Who may what: each route × each role × own, other class, other school, other
 * guardian (design 14). Made from routes[]: a route without a row below fails.
 * POSTs carry a good token and nothing else, so 422 (or 409, 400) is as far as
 * who may can get. */
#include "t/page/browser.h"

#include "model/absence.h"
#include "model/actor.h"

#define L (-303)	/* to /login: not signed in */

/* ── guardian side ── */

enum { STRANGER, OTHER_SIDE, FIRST };	/* columns of both sides */

/* Whose report: guardian 1's of Aoi, or guardian 3's of Yui in a protected
 * household. */
enum object { NONE, OF_AOI, OF_YUI, OF_SCHOOL, OF_CITY };

static const char *const guardians[] = { NULL, TEACHER,
	AOI_A, AOI_B, HINA, YUI_A, YUI_B };

#define COLUMNS 9
struct row {
	enum method method;
	const char *path;
	enum object object;
	int status[COLUMNS];
};

#define G METHOD_GET
#define P METHOD_POST
#define ALL(n) { n, n, n, n, n, n, n, n, n }
#define IN(n)  { L, L, n, n, n, n, n, n, n }

static const struct row guardian_rows[] = {
	{ G, "/login", NONE, ALL(200) },
	{ P, "/login", NONE, ALL(422) },
	{ G, "/register", NONE, ALL(200) },
	{ P, "/register", NONE, ALL(422) },
	{ P, "/register/account", NONE, ALL(422) },
	{ G, "/mail/verify", NONE, ALL(200) },
	{ P, "/mail/verify", NONE, ALL(422) },
	{ G, "/mail/verified", NONE, ALL(200) },
	{ G, "/language", NONE, ALL(404) },	/* names no language */
	{ G, "/", NONE, IN(200) },
	{ G, "/welcome", NONE, IN(200) },
	{ P, "/logout", NONE, IN(303) },
	{ G, "/settings", NONE, IN(200) },
	{ P, "/settings/language", NONE, IN(422) },
	{ G, "/child/new", NONE, IN(200) },
	{ P, "/child/new", NONE, IN(422) },
	{ G, "/email", NONE, IN(200) },
	{ P, "/email", NONE, IN(422) },
	{ G, "/absence/new", NONE, IN(200) },
	{ P, "/absence/new", NONE, IN(422) },
	/*                            AOI_A AOI_B HINA YUI_A YUI_B */
	{ G, "/absence/done/{uid}", OF_AOI,
	    { L, L, 200, 404, 404, 404, 404 } },
	{ G, "/absence/done/{uid}", OF_YUI,
	    { L, L, 404, 404, 404, 200, 404 } },
	{ G, "/absence/{uid}", OF_AOI,
	    { L, L, 200, 200, 404, 404, 404 } },
	{ G, "/absence/{uid}", OF_YUI,
	    { L, L, 404, 404, 404, 200, 404 } },
	{ G, "/absence/{uid}", NONE, IN(404) },
	{ G, "/absence/{uid}/edit", OF_AOI,
	    { L, L, 200, 200, 404, 404, 404 } },
	{ G, "/absence/{uid}/edit", OF_YUI,
	    { L, L, 404, 404, 404, 200, 404 } },
	{ P, "/absence/{uid}/edit", OF_AOI,
	    { L, L, 422, 422, 404, 404, 404 } },
	{ P, "/absence/{uid}/edit", OF_YUI,
	    { L, L, 404, 404, 404, 422, 404 } },
	{ P, "/absence/{uid}/edit", NONE, IN(404) },
	{ G, "/absence/{uid}/withdraw", OF_AOI,
	    { L, L, 200, 200, 404, 404, 404 } },
	{ G, "/absence/{uid}/withdraw", OF_YUI,
	    { L, L, 404, 404, 404, 200, 404 } },
	{ P, "/absence/{uid}/withdraw", OF_AOI,
	    { L, L, 422, 422, 404, 404, 404 } },
	{ P, "/absence/{uid}/withdraw", OF_YUI,
	    { L, L, 404, 404, 404, 422, 404 } },
};

/* ── staff side ── */

static const char *const staff[] = { NULL, AOI_A, TEACHER, TEACHER2, TEACHER_B,
	ADMIN, ADMIN_B, BOARD_MAN, AUDITOR };

static const struct row staff_rows[] = {
	/*                  TEACHER  2    B  ADMIN  B  BOARD AUDITOR */
	{ G, "/login", NONE, ALL(200) },
	{ P, "/login", NONE, ALL(422) },
	{ G, "/", NONE, IN(303) },
	{ P, "/logout", NONE, IN(303) },
	{ G, "/absence", NONE,
	    { L, L, 200, 200, 200, 200, 200, 200, 403 } },
	/* The board has to choose a school first. */
	{ G, "/absence/rows", NONE,
	    { L, L, 200, 200, 200, 200, 200, 404, 403 } },
	{ G, "/absence/csv", NONE,
	    { L, L, 200, 200, 200, 200, 200, 404, 403 } },
	{ G, "/absence/{uid}", OF_AOI,
	    { L, L, 200, 404, 404, 200, 404, 200, 403 } },
	{ G, "/absence/{uid}", NONE,
	    { L, L, 404, 404, 404, 404, 404, 404, 403 } },
	{ P, "/absence/confirm", NONE,
	    { L, L, 409, 409, 409, 409, 409, 403, 403 } },
	{ G, "/roster", NONE,
	    { L, L, 403, 403, 403, 200, 200, 200, 403 } },
	{ P, "/roster", NONE,
	    { L, L, 403, 403, 403, 400, 400, 400, 403 } },
	{ G, "/roster/{uid}", OF_SCHOOL,
	    { L, L, 403, 403, 403, 200, 404, 200, 403 } },
	{ G, "/roster/{uid}", OF_CITY,
	    { L, L, 403, 403, 403, 404, 404, 200, 403 } },
	{ P, "/roster/{uid}/apply", OF_SCHOOL,
	    { L, L, 403, 403, 403, 422, 404, 422, 403 } },
	{ P, "/roster/{uid}/apply", OF_CITY,
	    { L, L, 403, 403, 403, 404, 404, 422, 403 } },
	{ P, "/roster/{uid}/apply", NONE,
	    { L, L, 403, 403, 403, 404, 404, 404, 403 } },
	{ G, "/audit", NONE,
	    { L, L, 403, 403, 403, 200, 200, 200, 200 } },
	{ G, "/audit/csv", NONE,
	    { L, L, 403, 403, 403, 200, 200, 200, 200 } },
};

static const struct table {
	enum side side;
	const struct row *rows;
	size_t n;
	const char *const *logins;
	size_t columns;
} tables[] = {
	{ SIDE_GUARDIAN, guardian_rows, COUNT(guardian_rows), guardians,
	    COUNT(guardians) },
	{ SIDE_STAFF, staff_rows, COUNT(staff_rows), staff, COUNT(staff) },
};

START_TEST(every_route_has_a_row)
{
	for (size_t i = 0; i < routes_n; i++) {
		const struct route *r = &routes[i];
		const struct table *t = &tables[r->side == SIDE_STAFF];
		bool found = false, foreign = strstr(r->path, "{uid}") == NULL;

		for (size_t k = 0; k < t->n; k++) {
			if (t->rows[k].method != r->method ||
			    !str_eq(t->rows[k].path, r->path))
				continue;
			found = true;
			for (size_t c = 0; c < t->columns; c++)
				foreign |= t->rows[k].status[c] == 404;
		}
		ck_assert_msg(found, "no row for %s", r->path);
		ck_assert_msg(foreign, "%s: nobody is refused", r->path);
	}
}
END_TEST

/* What the table expects must agree with the roles of the route. */
START_TEST(rows_agree_with_roles)
{
	static const int roles[] = { 0, 0, ROLE_TEACHER, ROLE_TEACHER,
		ROLE_TEACHER, ROLE_SCHOOL, ROLE_SCHOOL, ROLE_BOARD,
		ROLE_AUDITOR };

	for (size_t k = 0; k < COUNT(staff_rows); k++) {
		const struct row *row = &staff_rows[k];
		const struct route *r = NULL;

		for (size_t i = 0; i < routes_n; i++)
			if (routes[i].side == SIDE_STAFF &&
			    routes[i].method == row->method &&
			    str_eq(routes[i].path, row->path))
				r = &routes[i];
		ck_assert_msg(r != NULL, "no route %s", row->path);
		for (size_t c = FIRST; c < COUNT(staff); c++)
			ck_assert_msg(r->roles == ROLE_STRANGER ||
			    (row->status[c] == 403) ==
			    ((r->roles & roles[c]) == 0), "%s %s", row->path,
			    staff[c]);
	}
}
END_TEST

/* ── asking ─────────────────────────────────────────────────────────────── */

static const char *
object_uid(const struct row *row)
{
	int64_t report = row->object == OF_YUI ? 2 : 1;

	switch (row->object) {
	case OF_AOI:
	case OF_YUI:
		return site_uid(str_starts(row->path, "/absence/done")
		    ? "submission"
		    : "absence", report);
	case OF_SCHOOL:
		return site_uid("import", 1);
	case OF_CITY:
		return site_uid("import", 2);
	default:
		return uid_text(a, uid_new());
	}
}

static void
make_objects(void)
{
	site_report(&(struct site_report){ 1, 1, "2026-06-01", "x", ABSENT });
	site_report(&(struct site_report){ 4, 3, "2026-06-01", "y", ABSENT });
	/* With a wrong row: nobody can apply them by the way. */
	site_sql("INSERT INTO import (id, uid, organization_id, school_year,"
	    " file_name, day, state, rows_total, rows_new, rows_changed,"
	    " rows_moved, rows_same, rows_wrong, created_at) VALUES"
	    " (1, RANDOM_BYTES(16), 2, 2026, 'a.csv', '2026-06-01', 1,"
	    " 1, 0, 0, 0, 0, 1, '2026-05-31 22:00'),"
	    " (2, RANDOM_BYTES(16), NULL, 2026, 'b.csv', '2026-06-01', 1,"
	    " 1, 0, 0, 0, 0, 1, '2026-05-31 22:00')");
}

/* A new browser of the column; somebody of the other side brings the cookie
 * that is good over there. */
static void
enter(struct browser *b, const struct table *t, size_t column)
{
	enum side other = t->side == SIDE_STAFF ? SIDE_GUARDIAN : SIDE_STAFF;
	const char *secret;

	if (column == STRANGER) {
		browser_init(b, t->side);
	} else if (column == OTHER_SIDE) {
		browser_sign_in(b, other, t->logins[column]);
		secret = browser_cookie(b, "s");
		browser_init(b, t->side);
		browser_set_cookie(b, "s", secret);
	} else {
		browser_sign_in(b, t->side, t->logins[column]);
	}
}

static const char *
path_of(const struct row *row)
{
	const char *at = strstr(row->path, "{uid}");

	if (at == NULL)
		return row->path;
	return str_printf(a, "%.*s%s%s", (int)(at - row->path), row->path,
	    object_uid(row), at + strlen("{uid}"));
}

static void
ask(struct browser *b, const struct row *row)
{
	const char *path = path_of(row);

	if (row->method == METHOD_GET)
		browser_get(b, "%s", path);
	else
		browser_post(b, path, str_printf(a, "token=%s",
		    browser_cookie(b, "s") == NULL
		    ? "x"
		    : browser_token(b, path, 0)));
}

static int64_t
denials(void)
{
	return site_number("SELECT COUNT(*) FROM audit_log WHERE result = 2"
	    " AND status = 403");
}

static void
check(struct browser *b, const struct table *t, size_t column,
    const struct row *row)
{
	const char *login = t->logins[column] == NULL ? "stranger"
						      : t->logins[column];
	int64_t before = denials();
	int wanted = row->status[column];

	ask(b, row);
	if (wanted == L) {
		ck_assert_msg(b->status == 303 && str_eq(b->location, "/login"),
		    "%s by %s: %d %s", b->asked, login, b->status,
		    b->location == NULL ? "" : b->location);
	} else {
		ck_assert_msg(b->status == wanted, "%s by %s: %d, not %d: %s",
		    b->asked, login, b->status, wanted, browser_said(b));
		if (wanted == 303)
			ck_assert_str_ne(b->location, "/login");
	}
	/* Who is signed in and may not leaves a row, strangers none. */
	ck_assert_msg(denials() - before == (wanted == 403),
	    "%s by %s: %d rows", b->asked, login, (int)(denials() - before));
}

static const char *
state(void)
{
	return site_checksum("audit_log failure form_token guardian_session"
	    " staff_session");
}

START_TEST(each_route_and_role)
{
	const struct table *t = &tables[_i];
	const char *before;

	if (site_number("SELECT COUNT(*) FROM import") == 0)
		make_objects();
	before = state();
	for (size_t c = 0; c < t->columns; c++) {
		struct browser b;

		enter(&b, t, c);
		for (size_t k = 0; k < t->n; k++) {
			check(&b, t, c, &t->rows[k]);
			if (str_eq(t->rows[k].path, "/logout"))
				enter(&b, t, c);
		}
	}
	ck_assert_str_eq(before, state());
}
END_TEST

static void
fill(Suite *s)
{
	TCase *tc = site_case(s, "matrix");

	tcase_add_test(tc, every_route_has_a_row);
	tcase_add_test(tc, rows_agree_with_roles);
	tcase_add_loop_test(tc, each_route_and_role, 0, COUNT(tables));
}

int
main(void)
{
	return site_main("matrix", fill);
}
