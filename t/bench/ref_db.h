/* SPDX-License-Identifier: AGPL-3.0-or-later
 * What ref_select and ref_insert share: one connection and one prepared
 * statement for each process, by Connector/C as its manual shows it. */
#ifndef BENCH_REF_DB_H
#define BENCH_REF_DB_H

#include <mysql.h>

#include "ref.h"

static MYSQL_STMT *statement;

/* args: program, FastCGI socket, MariaDB socket; the password of the account
 * `bench` comes in the environment. */
static inline void
ref_prepare(char **args, const char *sql)
{
	MYSQL *db = mysql_init(NULL);

	if (args[2] == NULL ||
	    mysql_real_connect(db, NULL, "bench", getenv("REF_PASSWORD"),
		"renraku_bench", 0, args[2], 0) == NULL) {
		fprintf(stderr, "reference: %s\n", mysql_error(db));
		exit(1);
	}
	statement = mysql_stmt_init(db);
	if (mysql_stmt_prepare(statement, sql, (unsigned long)strlen(sql)))
		exit(1);
}

#endif
