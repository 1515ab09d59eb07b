/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Reference: 10 KB after one prepared SELECT by primary key.
 * ref_select SOCKET MARIADB-SOCKET; started by t/bench/run, which made the
 * table page(id, title) with 10,000 rows. */
#include "ref_db.h"

#define ROWS 10000

static unsigned id;
static char title[80];
static unsigned long length;
static MYSQL_BIND in[1], out[1];

static void
init(char **args)
{
	ref_prepare(args, "SELECT title FROM page WHERE id = ?");
	id = (unsigned)getpid();
	in[0].buffer_type = MYSQL_TYPE_LONG;
	in[0].buffer = &id;
	out[0].buffer_type = MYSQL_TYPE_STRING;
	out[0].buffer = title;
	out[0].buffer_length = sizeof(title);
	out[0].length = &length;
	mysql_stmt_bind_param(statement, in);
	mysql_stmt_bind_result(statement, out);
}

static int
one_select(void)
{
	int ok;

	id = (id * 7919 + 1) % ROWS + 1;
	ok = mysql_stmt_execute(statement) == 0 &&
	    mysql_stmt_fetch(statement) == 0;
	mysql_stmt_free_result(statement);
	return ok;
}

int
main(int argc, char **argv)
{
	(void)argc;
	return ref_main(argv, init, one_select);
}
