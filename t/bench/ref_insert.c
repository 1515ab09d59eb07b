/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Reference: 10 KB after one prepared INSERT that is on the disk.
 * ref_insert SOCKET MARIADB-SOCKET; started by t/bench/run, which made the
 * table entry(id, text) and set the server as conf/mariadb does. */
#include "ref_db.h"

static char text[80] = "one row of eighty bytes at most, as a reference";
static unsigned long length;
static MYSQL_BIND in[1];

static void
init(char **args)
{
	ref_prepare(args, "INSERT INTO entry (text) VALUES (?)");
	length = (unsigned long)strlen(text);
	in[0].buffer_type = MYSQL_TYPE_STRING;
	in[0].buffer = text;
	in[0].buffer_length = length;
	in[0].length = &length;
	mysql_stmt_bind_param(statement, in);
}

static int
one_insert(void)
{
	return mysql_stmt_execute(statement) == 0;
}

int
main(int argc, char **argv)
{
	(void)argc;
	return ref_main(argv, init, one_insert);
}
