/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Every statement of the program, on a city of full size (design 7): it
 * prepares, its sample words are one for each `?`, and its plan reads no large
 * table whole and is for values that exist. Runs under t/with-db; prints TAP,
 * one line for each statement; SHOW_PLANS=1 shows all plans.
 *
 * Scope: a statement on a table that belongs to a school compares a school_id,
 * an organization_id or a guardian_id with a value that is bound, or inserts
 * the one row that carries such a key. Whatever is restricted by another key
 * (that of a row found in scope before, a code, a session) is declared with
 * SQL_WIDE and says why; only a reason with "whole", "every" or "beginning"
 * excuses reading a large table whole. */
#include <mysql.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "db/db.h"
#include "db/migrate.h"

#define ROWS_MOST 2000		/* of a large table that one step may read */
#define SUSPECTS 16		/* tables named in one statement */

static MYSQL *my;
static struct arena *a;
static char name[32];

static void
die(const char *what, const char *why)
{
	printf("Bail out! %s: %s\n", what, why);
	exit(1);
}

/* The first result of the statements; the others are read and forgotten. */
static MYSQL_RES *
query(const char *sql, size_t n)
{
	MYSQL_RES *first = NULL;
	int more = mysql_real_query(my, sql, n);

	for (; more == 0; more = mysql_next_result(my)) {
		MYSQL_RES *r = mysql_store_result(my);

		if (first == NULL)
			first = r;
		else
			mysql_free_result(r);
	}
	if (more > 0 && first != NULL) {
		mysql_free_result(first);
		first = NULL;
	}
	return more > 0 ? NULL : first;
}

static void
run(const char *sql, size_t n)
{
	mysql_free_result(query(sql, n));
	if (mysql_errno(my) != 0)
		die("city.sql", mysql_error(my));
}

/* ── the city ───────────────────────────────────────────────────────────── */

static const char *
file_of(const char *dir, const char *rest)
{
	return str_printf(a, "%s/%s", dir == NULL ? "." : dir, rest);
}

static void
load_city(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = arena_alloc(a, 1 << 18);
	size_t n;

	if (f == NULL)
		die(path, "not there");
	n = fread(text, 1, (1 << 18) - 1, f);
	(void)fclose(f);
	run(text, n);
}

static void
analyze(void)
{
	static const char list[] = "SELECT GROUP_CONCAT(TABLE_NAME) FROM"
	    " information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()";
	MYSQL_RES *r = query(list, sizeof list - 1);
	const char *sql = str_printf(a, "ANALYZE TABLE %s",
	    mysql_fetch_row(r)[0]);

	mysql_free_result(r);
	run(sql, strlen(sql));
}

static struct db *
build(void)
{
	const char *top = getenv("srcdir");
	struct db_account account = { getenv("RENRAKU_TEST_SOCKET"), name,
		"root", "", 60 };
	int applied;

	(void)snprintf(name, sizeof name, "t_explain_%ld", (long)getpid());
	if (migrate_run(&account, file_of(top, "sql"), &applied) != OK)
		die("migrate_run", "failed");
	my = mysql_init(NULL);
	mysql_options(my, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	if (mysql_real_connect(my, NULL, "root", "", name, 0, account.socket,
		CLIENT_MULTI_STATEMENTS) == NULL)
		die("connect", mysql_error(my));
	load_city(file_of(top, "t/explain/city.sql"));
	analyze();
	return db_init(&account);
}

/* ── sample words ───────────────────────────────────────────────────────── */

/* A report of today, and what hangs together with it. The second value of a
 * switch turns a filter on. */
#define REPORT "(SELECT MAX(id) FROM absence WHERE day = '2026-10-01')"
#define OF_REPORT(column)                                                      \
	"SELECT " column " FROM absence b JOIN pupil p ON p.id = b.pupil_id"   \
	" JOIN enrollment e ON e.pupil_id = p.id AND e.ends = '2027-03-31'"    \
	" JOIN class k ON k.id = e.class_id"                                   \
	" JOIN organization o ON o.id = b.school_id"                           \
	" JOIN guardian g ON g.id = b.guardian_id WHERE b.id = " REPORT
#define OF_IMPORT                                                              \
	" FROM import i JOIN absence b ON b.school_id = i.organization_id"     \
	" WHERE b.id = " REPORT
#define HEXED(column) "CONCAT('X''', HEX(" column "), '''')"

static const struct {
	const char *word;
	const char *sql;	/* gives a literal of SQL */
	const char *on;		/* a switch's second value */
} words[] = {
	{ "school", OF_REPORT("o.id"), NULL },
	{ "organization", OF_REPORT("o.id"), NULL },
	{ "new_school", "SELECT 22", NULL },
	{ "school_name", "SELECT QUOTE(name) FROM organization WHERE id = 22",
	    NULL },
	{ "school_code", OF_REPORT("QUOTE(o.code)"), NULL },
	{ "uid:school", OF_REPORT(HEXED("o.uid")), NULL },
	{ "pupil", OF_REPORT("p.id"), NULL },
	{ "pupil_number", OF_REPORT("QUOTE(p.number)"), NULL },
	{ "guardian", OF_REPORT("g.id"), NULL },
	{ "only", OF_REPORT("g.id"), NULL },
	{ "login", OF_REPORT("QUOTE(g.login)"), NULL },
	{ "uid:class", OF_REPORT(HEXED("k.uid")), NULL },
	{ "class_title", OF_REPORT("QUOTE(k.title)"), NULL },
	{ "absence_id", OF_REPORT("b.id"), NULL },
	{ "uid:absence", OF_REPORT(HEXED("b.uid")), NULL },
	{ "submission", OF_REPORT("b.submission_id"), NULL },
	{ "uid:submission", "SELECT " HEXED("s.uid") " FROM submission s"
	    " JOIN absence b ON b.submission_id = s.id WHERE b.id = " REPORT,
	    NULL },
	{ "seen", OF_REPORT("QUOTE(JSON_ARRAY(JSON_ARRAY(TO_BASE64(b.uid), 1)))"),
	    NULL },
	{ "rows", OF_REPORT("QUOTE(JSON_ARRAY(JSON_ARRAY(p.id, '2026-10-02')))"),
	    NULL },
	{ "codes", OF_REPORT("QUOTE(JSON_ARRAY(JSON_ARRAY(p.id,"
	    " SHA2('new', 256))))"), NULL },
	{ "ids", "SELECT QUOTE(JSON_ARRAY(id)) FROM outbox_recipient"
	    " WHERE state = 0 LIMIT 1", NULL },
	{ "outbox", "SELECT MAX(id) FROM outbox WHERE kind = 1", NULL },
	{ "outbox_recipient", "SELECT id FROM outbox_recipient WHERE state = 0"
	    " LIMIT 1", NULL },
	{ "guardian_email", "SELECT 77", NULL },
	{ "uid:guardian_email", "SELECT " HEXED("uid") " FROM guardian_email"
	    " WHERE id = 77", NULL },
	{ "address", "SELECT QUOTE(login_address) FROM guardian_email"
	    " WHERE id = 77", NULL },
	{ "invitation", "SELECT MAX(id) FROM invitation", NULL },
	{ "code", "SELECT " HEXED("code") " FROM invitation"
	    " WHERE used = 0 ORDER BY id DESC LIMIT 1", NULL },
	{ "import", "SELECT MAX(i.id)" OF_IMPORT, NULL },
	{ "uid:import", "SELECT " HEXED("i.uid") OF_IMPORT, NULL },
	{ "posting", "SELECT MIN(p.id) FROM posting p JOIN absence b"
	    " ON b.school_id = p.organization_id WHERE p.role = 4 AND b.id = "
	    REPORT, NULL },
	{ "staff", "SELECT MIN(p.staff_id) FROM posting p JOIN absence b"
	    " ON b.school_id = p.organization_id WHERE p.role = 4 AND b.id = "
	    REPORT, NULL },
	{ "staff_login", "SELECT QUOTE(login) FROM staff WHERE id = 77", NULL },
	{ "guardian_session", "SELECT " HEXED("id") " FROM guardian_session"
	    " WHERE expires_at > '2026-11-01' LIMIT 1", NULL },
	{ "staff_session", "SELECT " HEXED("id") " FROM staff_session LIMIT 1",
	    NULL },
	{ "form_token", "SELECT " HEXED("id") " FROM form_token LIMIT 1", NULL },
	{ "hash", "SELECT " HEXED("counted") " FROM failure"
	    " ORDER BY opened_at DESC LIMIT 1", NULL },
	{ "digest", "SELECT " HEXED("sha256") " FROM schema_version"
	    " WHERE file = 'grants.sql'", NULL },
	{ "file", "SELECT '''grants.sql'''", NULL },
	{ "audit", "SELECT MAX(id) - 10 FROM audit_log WHERE at <"
	    " '2026-10-01 15:00:00'", NULL },
	{ "seq", "SELECT MAX(seq) + 1 FROM audit_seal", NULL },
	{ "uid", "SELECT " HEXED("RANDOM_BYTES(16)"), NULL },
	{ "text", "SELECT '''発熱'''", NULL },
	{ "lang", "SELECT '''ja'''", NULL },
	{ "today", "SELECT '''2026-10-01'''", NULL },
	{ "day", "SELECT '''2026-10-01'''", NULL },
	{ "yesterday", "SELECT '''2026-09-30'''", NULL },
	{ "far", "SELECT '''2026-11-30'''", NULL },
	{ "now", "SELECT '''2026-10-01 00:00:00'''", NULL },
	{ "stamp", "SELECT '''2026-10-01 00:00:00'''", NULL },
	{ "idle", "SELECT '''2026-09-30 23:00:00'''", NULL },
	{ "expires", "SELECT '''2026-10-31 00:00:00'''", NULL },
	{ "instant", "SELECT '''2026-09-30 15:00:00'''", NULL },
	{ "year", "SELECT 2026", NULL }, { "weekday", "SELECT 4", NULL },
	{ "minute", "SELECT 0", NULL }, { "clock", "SELECT 630", NULL },
	{ "grade", "SELECT 1", NULL }, { "version", "SELECT 1", NULL },
	{ "role", "SELECT 4", NULL }, { "side", "SELECT 2", NULL },
	{ "limit", "SELECT 100", NULL }, { "count", "SELECT 1", NULL },
	{ "result", "SELECT 1", NULL }, { "status", "SELECT 200", NULL },
	{ "object", "SELECT 1", NULL }, { "key", "SELECT 1", NULL },
	{ "lane", "SELECT 2", NULL }, { "queue", "SELECT 2", NULL },
	{ "outbox_kind", "SELECT 1", NULL }, { "outcome", "SELECT 1", NULL },
	{ "seconds", "SELECT 60", NULL }, { "reply", "SELECT 250", NULL },
	{ "state", "SELECT 1", NULL }, { "guardians", "SELECT 2", NULL },
	{ "except", "SELECT 0", NULL },
	{ "all", "SELECT 1", "0" }, { "city", "SELECT 1", "0" },
	{ "own", "SELECT 0", "1" }, { "kind", "SELECT 0", "1" },
	{ "unconfirmed", "SELECT 0", "1" }, { "before", "SELECT 0", "1" },
};

static const char *samples[COUNT(words)];

static void
find_samples(void)
{
	for (size_t i = 0; i < COUNT(words); i++) {
		MYSQL_RES *r = query(words[i].sql, strlen(words[i].sql));
		MYSQL_ROW row = r == NULL ? NULL : mysql_fetch_row(r);

		if (row == NULL || row[0] == NULL)
			die(words[i].word, mysql_errno(my) == 0
			    ? "no such row in the city" : mysql_error(my));
		samples[i] = str_copy(a, row[0]);
		mysql_free_result(r);
	}
}

/* NULL: no such word. */
static const char *
sample(const char *word, size_t n, bool on)
{
	for (size_t i = 0; i < COUNT(words); i++)
		if (strlen(words[i].word) == n &&
		    memcmp(words[i].word, word, n) == 0)
			return on && words[i].on != NULL ? words[i].on
							 : samples[i];
	return NULL;
}

static bool
has_switch(const struct db_stmt *st)
{
	for (const char *p = st->samples; *p != '\0'; p += *p == ' ') {
		size_t n = strcspn(p, " ");
		const char *off = sample(p, n, false);
		const char *on = sample(p, n, true);

		if (off != on)
			return true;
		p += n;
	}
	return false;
}

/* The statement with values in place of `?`; NULL: a word is unknown. A second
 * instant is a day after the first, so that the two make a stretch. */
static const char *
with_values(const struct db_stmt *st, bool on, const char **unknown)
{
	struct buf *sql = buf_new(a, 4096, 1 << 20);
	const char *word = st->samples;
	bool stretch = false;

	for (const char *p = st->sql; *p != '\0'; p++) {
		size_t n = strcspn(word, " ");
		const char *value;

		if (*p != '?') {
			buf_char(sql, *p);
			continue;
		}
		value = sample(word, n, on);
		if (value == NULL) {
			*unknown = str_copy_n(a, word, n);
			return NULL;
		}
		if (n == 7 && memcmp(word, "instant", n) == 0) {
			if (stretch)
				value = "'2026-10-01 15:00:00'";
			stretch = true;
		}
		buf_str(sql, value);
		word += n + (word[n] == ' ');
	}
	return sql->p;
}

/* ── plans ──────────────────────────────────────────────────────────────── */

static const char *const large[] = { "pupil", "enrollment", "guardian",
	"guardian_email", "guardian_credential", "guardian_session",
	"guardianship", "invitation", "submission", "absence",
	"absence_history", "outbox", "outbox_recipient", "audit_log",
	"audit_seal", "import_row", "form_token", "failure" };

static bool
is_large(const char *table)
{
	for (size_t i = 0; i < COUNT(large); i++)
		if (str_eq(table, large[i]))
			return true;
	return false;
}

/* The table behind a name in the plan: an alias of the text, or itself. */
static const char *
table_of(const struct db_stmt *st, const char *alias)
{
	static const char form[] =
	    "(FROM|JOIN|UPDATE|INTO) +([a-z_]+)( AS)?( +([a-z]+))?";
	const char *p = st->sql;
	regmatch_t m[6];
	regex_t re;
	const char *found = alias;

	if (regcomp(&re, form, REG_EXTENDED) != 0)
		die("regcomp", form);
	for (; regexec(&re, p, 6, m, 0) == 0; p += m[0].rm_eo) {
		const char *table = str_copy_n(a, p + m[2].rm_so,
		    (size_t)(m[2].rm_eo - m[2].rm_so));

		if (m[5].rm_so >= 0 && str_eq(alias, str_copy_n(a,
		    p + m[5].rm_so, (size_t)(m[5].rm_eo - m[5].rm_so))))
			found = table;
	}
	regfree(&re);
	return found;
}

/* Rows come in the order of the index and the statement stops after some. */
static bool
stops_early(const struct db_stmt *st, const char *extra)
{
	return strstr(st->sql, " LIMIT ") != NULL &&
	    strstr(extra, "filesort") == NULL &&
	    strstr(extra, "temporary") == NULL;
}

/* Who reads a table whole says "whole", "every" or "beginning". */
static bool
may_scan(const struct db_stmt *st)
{
	return st->why != NULL && (strstr(st->why, "whole") != NULL ||
	    strstr(st->why, "every") != NULL ||
	    strstr(st->why, "beginning") != NULL);
}

/* Columns of EXPLAIN: id select_type table type possible_keys key key_len ref
 * rows Extra. NULL: good. */
static const char *
step_fault(const struct db_stmt *st, MYSQL_ROW row)
{
	const char *kind = row[1], *type = row[3] == NULL ? "" : row[3];
	const char *extra = row[9] == NULL ? "" : row[9];
	long long rows = row[8] == NULL ? 0 : strtoll(row[8], NULL, 10);
	const char *table;

	if (strstr(extra, "Impossible") != NULL ||
	    strstr(extra, "no matching row") != NULL)
		return extra;
	if (row[2] == NULL || str_eq(kind, "INSERT") || may_scan(st))
		return NULL;
	table = table_of(st, row[2]);
	if (!is_large(table))
		return NULL;
	if (str_eq(type, "ALL") ||
	    (rows > ROWS_MOST && !stops_early(st, extra)))
		return str_printf(a, "%s of %s, %lld rows", type, table, rows);
	return NULL;
}

static void
show(MYSQL_RES *r)
{
	MYSQL_ROW row;

	mysql_data_seek(r, 0);
	while ((row = mysql_fetch_row(r)) != NULL) {
		printf("#  ");
		for (unsigned i = 0; i < mysql_num_fields(r); i++)
			printf(" %s", row[i] == NULL ? "-" : row[i]);
		printf("\n");
	}
}

/* NULL: good, or what is wrong with the plan. */
static const char *
plan_fault(const struct db_stmt *st, bool on)
{
	const char *unknown = NULL, *fault = NULL;
	const char *values = with_values(st, on, &unknown);
	const char *sql;
	MYSQL_RES *r;
	MYSQL_ROW row;

	if (values == NULL)
		return str_printf(a, "the word %s is not in the dictionary",
		    unknown);
	sql = str_printf(a, "EXPLAIN %s", values);
	r = query(sql, strlen(sql));
	if (r == NULL)
		return str_copy(a, mysql_error(my));
	while ((row = mysql_fetch_row(r)) != NULL && fault == NULL)
		fault = step_fault(st, row);
	if (fault != NULL || getenv("SHOW_PLANS") != NULL)
		show(r);
	mysql_free_result(r);
	return fault;
}

/* ── scope ──────────────────────────────────────────────────────────────── */

static bool
matches(const char *text, const char *form)
{
	regex_t re;
	bool found;

	if (regcomp(&re, form, REG_EXTENDED | REG_NOSUB) != 0)
		die("regcomp", form);
	found = regexec(&re, text, 0, NULL, 0) == 0;
	regfree(&re);
	return found;
}

#define OF_A_SCHOOL                                                            \
	"(absence|absence_history|submission|enrollment|class|posting_class|"  \
	"pupil|guardianship|invitation|reason|reception|reception_exception|"  \
	"closure|import|import_row|import_school|guardian_email|audit_log)"

static const char *
scope_fault(const struct db_stmt *st)
{
	if (st->why != NULL ||
	    !matches(st->sql, "(FROM|JOIN|UPDATE|INTO) +" OF_A_SCHOOL
		"( |$|,|\\()"))
		return NULL;
	if (matches(st->sql, "(WHERE|AND|OR|ON|\\() *\\(?([a-z]+\\.)?"
	    "(school_id|organization_id|guardian_id) = \\?"))
		return NULL;
	if (matches(st->sql, "(WHERE|AND|ON) o\\.code = \\?"))
		return NULL;
	if (matches(st->sql, "^INSERT INTO [a-z_]+ *\\([^)]*"
	    "(school_id|organization_id|guardian_id)[^)]*\\) *VALUES \\("))
		return NULL;
	return "neither a school nor a guardian restricts it";
}

/* ── the report ─────────────────────────────────────────────────────────── */

static bool
check(struct db *db, const struct db_stmt *st, int number)
{
	const char *fault = NULL;

	if (db_prepare(db, st) != OK)
		fault = "does not prepare, or words and ? differ";
	if (fault == NULL)
		fault = scope_fault(st);
	if (fault == NULL)
		fault = plan_fault(st, false);
	if (fault == NULL && has_switch(st))
		fault = plan_fault(st, true);
	printf("%s %d - %s%s%s\n", fault == NULL ? "ok" : "not ok", number,
	    st->name, fault == NULL ? "" : ": ", fault == NULL ? "" : fault);
	if (fault != NULL)
		printf("# %s\n# %s\n", st->file, st->sql);
	return fault == NULL;
}

/* Plans prove nothing about tables that are small here. */
static void
check_large(void)
{
	for (size_t i = 0; i < COUNT(large); i++) {
		const char *sql = str_printf(a, "SELECT COUNT(*) > 10000"
		    " FROM %s", large[i]);
		MYSQL_RES *r = query(sql, strlen(sql));

		if (r == NULL || !str_eq(mysql_fetch_row(r)[0], "1"))
			die(large[i], "not large in this city");
		mysql_free_result(r);
	}
}

int
main(void)
{
	int n = (int)(__stop_db_stmts - __start_db_stmts), failed = 0;
	const char *drop;
	struct db *db;

	if (getenv("RENRAKU_TEST_SOCKET") == NULL) {
		printf("1..0 # SKIP no server, see t/with-db\n");
		return 0;
	}
	a = arena_init((size_t)256 << 20);
	if (a == NULL || n < 100)
		die("statements", "the program has few: link all of lib/model");
	printf("1..%d\n", n);
	(void)fflush(stdout);
	db = build();
	check_large();
	find_samples();
	for (int i = 0; i < n; i++)
		failed += !check(db, __start_db_stmts[i], i + 1);
	db_free(db);
	drop = str_printf(a, "DROP DATABASE %s", name);
	run(drop, strlen(drop));
	mysql_close(my);
	arena_free(a);
	return failed != 0;
}
