/* SPDX-License-Identifier: AGPL-3.0-or-later
 * A repeated POST does nothing twice: same body, other body, after a roll
 * back, and while the first one is still at work. */
#include "model/form_token.h"

#include "t/model/world.h"

#define MONDAY at("2026-06-01", "07:10")

static const unsigned char token[DIGEST] = { 1 }, next[DIGEST] = { 2 };
static const unsigned char body[DIGEST] = { 3 }, changed[DIGEST] = { 3, 1 };

static enum err
use(struct db *db, const unsigned char *id, const unsigned char *sent,
    const char **location)
{
	*location = NULL;
	return form_token_use(world.a, db, id, sent, MONDAY, location);
}

START_TEST(once)
{
	const char *location;

	MUST(db_begin(world.db));
	MUST(use(world.db, token, body, &location));
	MUST(form_token_led(world.db, token, "/absence/done?s=1"));
	MUST(db_commit(world.db));
	MUST(db_begin(world.db));
	GIVES(use(world.db, token, body, &location), ERR_EXISTS);
	ck_assert_str_eq(location, "/absence/done?s=1");
	GIVES(use(world.db, token, changed, &location), ERR_STALE);
	ck_assert_ptr_null(location);
	MUST(use(world.db, next, body, &location));
	MUST(db_commit(world.db));
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM form_token"), 2);
}
END_TEST

/* A form with errors comes back with its token unused. */
START_TEST(rolled_back_is_unused)
{
	const char *location;

	MUST(db_begin(world.db));
	MUST(use(world.db, token, body, &location));
	db_rollback(world.db);
	MUST(db_begin(world.db));
	MUST(use(world.db, token, changed, &location));
	MUST(db_commit(world.db));
}
END_TEST

/* The second one waits for the first and never runs beside it. */
START_TEST(while_the_first_is_at_work)
{
	struct db_account account = { getenv("RENRAKU_TEST_SOCKET"),
		world_text("SELECT DATABASE()"), "root", "", 60 };
	struct db *other = db_init(&account);
	const char *location;

	MUST(db_begin(world.db));
	MUST(use(world.db, token, body, &location));
	world_run("SET GLOBAL innodb_lock_wait_timeout = 1");
	MUST(db_begin(other));
	GIVES(use(other, token, body, &location), ERR_RETRY);
	db_rollback(other);
	MUST(form_token_led(world.db, token, "/x"));
	MUST(db_commit(world.db));
	MUST(db_begin(other));
	GIVES(use(other, token, body, &location), ERR_EXISTS);
	ck_assert_str_eq(location, "/x");
	db_rollback(other);
	db_free(other);
	world_run("SET GLOBAL innodb_lock_wait_timeout = 50");
}
END_TEST

START_TEST(long_locations)
{
	char *path = arena_alloc(world.a, 401);
	const char *location;

	memset(path, 'x', 400);
	path[0] = '/';
	MUST(use(world.db, token, body, &location));
	MUST(form_token_led(world.db, token, path));
	GIVES(use(world.db, token, body, &location), ERR_EXISTS);
	ck_assert_str_eq(location, path);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("model/form_token");
	TCase *c = world_case(s, "form_token", world_begin);

	tcase_add_test(c, once);
	tcase_add_test(c, rolled_back_is_unused);
	tcase_add_test(c, while_the_first_is_at_work);
	tcase_add_test(c, long_locations);
	return world_suite(s);
}
