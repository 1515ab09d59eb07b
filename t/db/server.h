/* SPDX-License-Identifier: AGPL-3.0-or-later
 * What the tests of lib/db share: the server that t/with-db started, and a
 * database of the test's own on it. */
#ifndef T_DB_SERVER_H
#define T_DB_SERVER_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "db/db.h"

#define MUST(call) ck_assert_str_eq(err_name(call), "OK")
#define GIVES(call, outcome)                                                   \
	ck_assert_str_eq(err_name(call), err_name(outcome))

static inline struct db_account
server_account(const char *name)
{
	return (struct db_account){ getenv("RENRAKU_TEST_SOCKET"), name,
		"root", "", 0 };
}

/* Runs the suite, or says why not; the value for main() to return. */
static inline int
server_suite(Suite *s)
{
	SRunner *r;
	int failed;

	if (getenv("RENRAKU_TEST_SOCKET") == NULL) {
		printf("1..0 # SKIP no server, see t/with-db\n");
		return 0;
	}
	r = srunner_create(s);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}

#endif
