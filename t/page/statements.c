/* SPDX-License-Identifier: AGPL-3.0-or-later
 * How many statements each route costs (design 4), counted by the server:
 * prepared statements executed, BEGIN and COMMIT apart. A route without a cap
 * fails. The table is printed, for the record. */
#include "t/page/forms.h"

#include <stdio.h>

#include "model/absence.h"

/* The most a route may cost, session, audit row and token included. */
static const struct cap {
	enum side side;
	enum method method;
	const char *path, *login, *query;
	int most;
} caps[] = {
#define G SIDE_GUARDIAN, METHOD_GET
#define P SIDE_GUARDIAN, METHOD_POST
	{ G, "/login", NULL, NULL, 0 },
	{ P, "/login", NULL, NULL, 8 },
	{ G, "/register", NULL, NULL, 0 },
	{ P, "/register", NULL, NULL, 3 },
	{ P, "/register/account", NULL, NULL, 16 },
	{ G, "/mail/verify", NULL, NULL, 0 },
	{ P, "/mail/verify", NULL, NULL, 6 },
	{ G, "/mail/verified", NULL, NULL, 0 },
	{ G, "/language", NULL, "to=en", 0 },
	{ G, "/", AOI_A, NULL, 2 },
	{ G, "/welcome", AOI_A, NULL, 3 },
	{ P, "/logout", AOI_A, NULL, 5 },
	{ G, "/settings", AOI_A, NULL, 3 },
	{ P, "/settings/language", AOI_A, NULL, 5 },
	{ G, "/child/new", AOI_A, NULL, 1 },
	{ P, "/child/new", AOI_A, NULL, 10 },
	{ G, "/email", AOI_A, NULL, 2 },
	{ P, "/email", AOI_A, NULL, 9 },
	{ G, "/absence/new", AOI_A, NULL, 2 },
	{ P, "/absence/new", AOI_A, NULL, 10 },
	{ G, "/absence/done/{uid}", AOI_A, NULL, 2 },
	{ G, "/absence/{uid}", AOI_A, NULL, 2 },
	{ G, "/absence/{uid}/edit", AOI_A, NULL, 2 },
	{ P, "/absence/{uid}/edit", AOI_A, NULL, 9 },
	{ G, "/absence/{uid}/withdraw", AOI_A, NULL, 2 },
	{ P, "/absence/{uid}/withdraw", AOI_A, NULL, 9 },
#undef G
#undef P
#define S SIDE_STAFF, METHOD_GET
#define P SIDE_STAFF, METHOD_POST
	{ S, "/login", NULL, NULL, 0 },
	{ P, "/login", NULL, NULL, 8 },
	{ S, "/", ADMIN, NULL, 1 },
	{ P, "/logout", ADMIN, NULL, 5 },
	{ S, "/absence", ADMIN, NULL, 4 },
	{ S, "/absence/rows", ADMIN, "v=0.0.0", 5 },
	{ S, "/absence/csv", ADMIN, NULL, 4 },
	{ S, "/absence/{uid}", ADMIN, NULL, 5 },
	{ P, "/absence/confirm", ADMIN, NULL, 5 },
	{ S, "/roster", ADMIN, NULL, 2 },
	{ P, "/roster", ADMIN, NULL, 11 },
	{ S, "/roster/{uid}", ADMIN, NULL, 8 },
	{ P, "/roster/{uid}/apply", ADMIN, NULL, 21 },
	{ S, "/audit", ADMIN, NULL, 3 },
	{ S, "/audit/csv", ADMIN, NULL, 3 },
};

static const struct cap *
cap_of(const struct route *r)
{
	for (size_t i = 0; i < COUNT(caps); i++)
		if (caps[i].side == r->side && caps[i].method == r->method &&
		    str_eq(caps[i].path, r->path))
			return &caps[i];
	ck_assert_msg(false, "no cap for %s", r->path);
	return NULL;
}

/* The path with the public id of an object that there is. */
static const char *
concrete(const char *path)
{
	const char *at = strstr(path, "{uid}"), *table = "absence";
	int64_t id;

	if (at == NULL)
		return path;
	id = site_report(&(struct site_report){ 1, 1, "2026-06-01", "", LATE });
	if (str_starts(path, "/absence/done"))
		table = "submission";
	if (str_starts(path, "/roster"))
		table = "import";
	id = site_number("SELECT MAX(id) FROM %s", table);
	return str_printf(a, "%.*s%s%s", (int)(at - path), path,
	    site_uid(table, id), at + strlen("{uid}"));
}

static int64_t
cost_of_get(const struct cap *c)
{
	struct browser b;
	int64_t least = INT64_MAX;

	if (c->login == NULL)
		browser_init(&b, c->side);
	else
		browser_sign_in(&b, c->side, c->login);
	for (int i = 0; i < 3; i++) {
		const char *path = concrete(c->path);
		int64_t before = site_statements();

		browser_get(&b, "%s%s%s", path, c->query == NULL ? "" : "?",
		    c->query == NULL ? "" : c->query);
		ck_assert_msg(b.status == 200 || b.status == 303, "%s: %d",
		    b.asked, b.status);
		before = site_statements() - before;
		least = before < least ? before : least;
	}
	return least;
}

static int64_t
cost_of_post(const struct route *r)
{
	const struct form_case *c = form_case(r->side, r->path);
	static const char roster[] = "学年,組,出席番号,学籍番号,氏名,ふりがな\n"
	    "3,1,7,00000001,髙橋 葵,たかはし あおい\n";
	struct browser b;
	struct sheet *s = form_open(c, &b);
	int64_t before;

	if (str_eq(r->path, "/login"))
		sheet_put(s, "login", r->side == SIDE_STAFF ? ADMIN : AOI_A);
	if (str_eq(r->path, "/register/account"))
		sheet_put(s, "address", "new@example.jp");
	if (s->file != NULL)
		s->data = (struct bytes){ (const unsigned char *)roster,
			sizeof roster - 1 };
	before = site_statements();
	sheet_post(&b, s);
	before = site_statements() - before;
	ck_assert_msg(b.status == 303 || str_eq(r->path, "/register"),
	    "%s: %d %s", b.asked, b.status, browser_said(&b));
	return before;
}

START_TEST(statements_of_each_route)
{
	struct browser b;
	int over = 0;

	/* A preview for the pages of one. */
	form_open(form_case(SIDE_STAFF, "/roster/{uid}/apply"), &b);
	for (size_t i = 0; i < routes_n; i++) {
		const struct route *r = &routes[i];
		const struct cap *cap = cap_of(r);
		int64_t n = r->method == METHOD_GET ? cost_of_get(cap)
						    : cost_of_post(r);

		printf("# %-8s %-4s %-26s %2lld of %2d%s\n",
		    r->side == SIDE_STAFF ? "staff" : "guardian",
		    r->method == METHOD_GET ? "GET" : "POST", r->path,
		    (long long)n, cap->most, n > cap->most ? " TOO MANY" : "");
		over += n > cap->most;
	}
	fflush(stdout);
	ck_assert_int_eq(over, 0);
}
END_TEST

/* design 4: nothing new costs one statement beside the session. */
START_TEST(poll_without_news)
{
	struct browser b;
	int64_t before;
	const char *version;

	site_sql("DELETE FROM absence_history");
	site_sql("DELETE FROM absence");
	browser_sign_in(&b, SIDE_STAFF, ADMIN);
	version = "0.0.0";
	before = site_statements();
	browser_get(&b, "/absence/rows?v=%s", version);
	STATUS(&b, 204);
	ck_assert_int_le(site_statements() - before, 2);
}
END_TEST

/* The cost does not grow with what is shown. */
START_TEST(list_of_many)
{
	struct browser b;
	int64_t before;

	browser_sign_in(&b, SIDE_STAFF, ADMIN);
	for (int i = 0; i < 50; i++)
		site_report(&(struct site_report){ 1, 1, "2026-06-01", "",
		    ABSENT });
	before = site_statements();
	browser_get(&b, "/absence");
	STATUS(&b, 200);
	ck_assert_int_le(site_statements() - before, 4);
}
END_TEST

static void
fill(Suite *s)
{
	TCase *tc = site_case(s, "statements");

	tcase_add_test(tc, statements_of_each_route);
	tcase_add_test(tc, poll_without_news);
	tcase_add_test(tc, list_of_many);
}

int
main(void)
{
	return site_main("statements", fill);
}
