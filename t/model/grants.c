/* SPDX-License-Identifier: AGPL-3.0-or-later
 * sql/grants.sql against the statements: each account can prepare what its
 * pool runs, and cannot what it must never. A statement that no account is
 * said to need fails here, so that whoever adds one thinks of the grant. */
#include "t/model/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "db/migrate.h"
#include "model/absence.h"
#include "model/absence_list.h"
#include "model/audit.h"
#include "model/calendar.h"
#include "model/child.h"
#include "model/credential.h"
#include "model/failure.h"
#include "model/form_token.h"
#include "model/guardian.h"
#include "model/letter.h"
#include "model/outbox.h"
#include "model/purge.h"
#include "model/roster.h"
#include "model/sample.h"
#include "model/school.h"
#include "model/seal.h"
#include "model/session.h"
#include "model/setup.h"

/* One function of each file of lib/model, so that all of them are linked. */
static void (*const linked[])(void) = {
	(void (*)(void))absence_plan, (void (*)(void))absence_list,
	(void (*)(void))audit_write, (void (*)(void))calendar_city_next,
	(void (*)(void))child_list, (void (*)(void))credential_staff,
	(void (*)(void))failure_check, (void (*)(void))form_token_use,
	(void (*)(void))guardian_set_lang, (void (*)(void))guardian_emails,
	(void (*)(void))letter_find, (void (*)(void))outbox_add,
	(void (*)(void))purge_run, (void (*)(void))roster_preview,
	(void (*)(void))roster_apply, (void (*)(void))sample_count,
	(void (*)(void))school_list, (void (*)(void))seal_run,
	(void (*)(void))session_staff, (void (*)(void))setup_board,
};

#define POSTS                                                                  \
	" form_token_insert form_token_load form_token_update failure_load"    \
	" failure_upsert failure_delete audit_insert "
#define LETTERS " letter_find_sql letter_use_sql guardianship_insert"          \
	" outbox_insert outbox_recipient_insert outbox_fan_out "
#define ADDRESSES                                                              \
	" guardian_emails_sql guardian_email_insert guardian_email_asked "

static const struct account {
	const char *name;
	const char *runs;	/* what its pool may ask for */
	const char *never;
} accounts[] = {
	{ "guardian_r",
	    "session_guardian_sql child_list_sql child_home_sql"
	    " absence_load_sql absence_submitted_sql guardian_emails_sql"
	    " guardian_email_by_uid",
	    "credential_guardian_sql credential_staff_sql session_staff_sql"
	    " audit_list_sql audit_insert letter_find_sql absence_insert"
	    " absence_list_sql roster_lines_sql failure_load" },
	{ "guardian_w",
	    POSTS LETTERS ADDRESSES "session_guardian_touch"
	    " session_guardian_delete guardian_lang guardian_email_by_uid"
	    " guardian_email_verify guardian_has_email child_list_sql submission_insert"
	    " absence_insert history_of_submission absence_load_sql"
	    " absence_update absence_withdraw_sql history_of_absence",
	    "credential_guardian_sql credential_staff_sql session_staff_sql"
	    " audit_list_sql guardian_insert guardian_credential_insert"
	    " absence_confirm_sql absence_versions_sql session_guardian_insert"
	    " apply_names seal_insert outbox_pick" },
	{ "login_guardian",
	    POSTS LETTERS ADDRESSES "credential_guardian_sql guardian_insert"
	    " guardian_credential_insert session_guardian_insert",
	    "credential_staff_sql session_staff_sql audit_list_sql"
	    " absence_load_sql absence_insert session_guardian_delete"
	    " guardian_email_verify" },
	{ "staff_r",
	    "session_staff_sql school_load_sql school_list_sql"
	    " absence_list_sql absence_list_version_sql absence_list_head_sql"
	    " absence_row_sql absence_day_sql absence_versions_sql"
	    " roster_load_sql roster_lines_sql roster_absent_sql"
	    " audit_list_sql",
	    "credential_guardian_sql credential_staff_sql"
	    " session_guardian_sql guardian_emails_sql letter_find_sql"
	    " audit_insert absence_confirm_sql outbox_leased" },
	{ "staff_w",
	    POSTS "session_staff_touch session_staff_delete absence_row_sql"
	    " absence_day_sql absence_confirm_sql absence_list_sql"
	    " absence_list_head_sql absence_versions_sql school_load_sql"
	    " school_list_sql import_insert import_rows_insert import_doubled import_scope"
	    " import_compare import_schools import_count roster_load_sql"
	    " roster_lines_sql roster_absent_sql apply_lock apply_versions"
	    " apply_bump apply_classes apply_pupils apply_found apply_names"
	    " apply_seats apply_end apply_enrollments apply_done",
	    "credential_guardian_sql credential_staff_sql"
	    " session_guardian_sql guardian_emails_sql session_staff_insert"
	    " absence_update seal_insert letter_find_sql purge_outbox"
	    " setup_staff_insert setup_posting_insert sample_protect_sql" },
	{ "login_staff",
	    POSTS "credential_staff_sql session_staff_insert",
	    "credential_guardian_sql session_guardian_sql audit_list_sql"
	    " absence_list_sql credential_staff_upsert session_staff_delete" },
	{ "notify",
	    "outbox_pick outbox_mark outbox_leased outbox_close outbox_retry"
	    " outbox_unlease seal_tip seal_unsealed seal_insert purge_tokens"
	    " purge_guardian_sessions purge_staff_sessions purge_failures"
	    " purge_import_rows purge_imports purge_recipients purge_outbox",
	    "credential_guardian_sql credential_staff_sql"
	    " session_guardian_sql absence_load_sql roster_lines_sql"
	    " audit_insert guardian_email_verify" },
	{ "ctl",
	    "calendar_holidays credential_staff_upsert letter_pupils"
	    " letter_replace letter_insert seal_all seal_stragglers",
	    "" },
};

#define SECRET "t-grants"

/* By the name of the C variable; NULL when there is no such statement. */
static const struct db_stmt *
find(const char *name, size_t n)
{
	for (const struct db_stmt *const *s = __start_db_stmts;
	     s < __stop_db_stmts; s++)
		if (strlen((*s)->name) == n && memcmp((*s)->name, name, n) == 0)
			return *s;
	return NULL;
}

static bool
has_word(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = words; (at = strstr(at, word)) != NULL; at++)
		if ((at == words || at[-1] == ' ') &&
		    (at[n] == ' ' || at[n] == '\0'))
			return true;
	return false;
}

static const char *database;

static void
grant(const char *password)
{
	struct db_account root = { getenv("RENRAKU_TEST_SOCKET"), database,
		"root", "", 0 };
	const char *dir = getenv("srcdir");

	MUST(migrate_file(&root, str_printf(world.a, "%s/sql/grants.sql",
	    dir == NULL ? "." : dir), "guardian_r", password, "guardian_w",
	    password, "staff_r", password, "staff_w", password,
	    "login_guardian", password, "login_staff", password, "notify",
	    password, NULL));
}

/* ctl has everything; it stands for the account made by hand. */
static void
begin(void)
{
	world_begin();
	database = world_text("SELECT DATABASE()");
	grant(SECRET);
	world_run("CREATE USER IF NOT EXISTS ctl@localhost;"
		  "ALTER USER ctl@localhost IDENTIFIED BY '" SECRET "';"
		  "GRANT ALL ON *.* TO ctl@localhost");
	log_threshold((enum log_level)0);
}

static void
end(void)
{
	for (size_t i = 0; i < COUNT(accounts); i++)
		world_run("DROP USER %s@localhost", accounts[i].name);
	world_end();
}

static struct db *
open_as(const char *user)
{
	struct db_account *account = arena_new(world.a, struct db_account);
	struct db *db;

	*account = (struct db_account){ getenv("RENRAKU_TEST_SOCKET"),
		database, user, SECRET, 0 };
	db = db_init(account);
	ck_assert_ptr_nonnull(db);
	return db;
}

/* Prepare each statement of the list under the account; the outcome is the
 * same for all. */
static void
try_all(const char *user, const char *words, bool may)
{
	struct db *db = open_as(user);

	for (size_t n; *words != '\0'; words += n) {
		const struct db_stmt *s;
		enum err e;

		words += strspn(words, " ");
		n = strcspn(words, " ");
		if (n == 0)
			break;
		s = find(words, n);
		ck_assert_msg(s != NULL, "no statement %.*s", (int)n, words);
		e = db_prepare(db, s);
		ck_assert_msg((e == OK) == may, "%s %s %s: %s", user,
		    may ? "cannot" : "can", s->name, err_name(e));
	}
	db_free(db);
}

START_TEST(each_account_can_what_its_pool_runs)
{
	try_all(accounts[_i].name, accounts[_i].runs, true);
}
END_TEST

START_TEST(each_account_cannot_what_it_must_not)
{
	try_all(accounts[_i].name, accounts[_i].never, false);
}
END_TEST

START_TEST(every_statement_is_somebodys)
{
	for (const struct db_stmt *const *s = __start_db_stmts;
	     s < __stop_db_stmts; s++) {
		bool found = strstr((*s)->file, "lib/model/") == NULL ||
		    strstr((*s)->file, "setup.c") != NULL ||
		    strstr((*s)->file, "sample.c") != NULL;

		for (size_t i = 0; i < COUNT(accounts) && !found; i++)
			found = has_word(accounts[i].runs, (*s)->name);
		ck_assert_msg(found, "%s: no account is said to run it",
		    (*s)->name);
	}
}
END_TEST

/* Over accounts that are there, with other passwords. */
START_TEST(granting_again_changes_passwords_and_nothing_else)
{
	world_run("GRANT SELECT ON staff_credential TO guardian_w@localhost");
	grant("another");
	try_all("guardian_w", accounts[1].runs, false);
	grant(SECRET);
	try_all("guardian_w", accounts[1].runs, true);
	try_all("guardian_w", accounts[1].never, false);
}
END_TEST

START_TEST(nobody_may_grant_or_alter)
{
	for (size_t i = 0; i + 1 < COUNT(accounts); i++)
		ck_assert_int_eq(world_number("SELECT COUNT(*) FROM mysql.db"
		    " WHERE User = '%s'", accounts[i].name) +
		    world_number("SELECT COUNT(*) FROM mysql.tables_priv"
		    " WHERE User = '%s' AND Table_priv REGEXP"
		    " 'Grant|Alter|Drop|Create|Trigger|Index'",
		    accounts[i].name), 0);
}
END_TEST

/* The two that only read have SELECT and nothing else on any table. */
START_TEST(readers_only_read)
{
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM mysql.tables_priv"
	    " WHERE User IN ('guardian_r', 'staff_r')"
	    " AND Table_priv NOT IN ('Select', '')"), 0);
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM mysql.columns_priv"
	    " WHERE User IN ('guardian_r', 'staff_r')"
	    " AND Column_priv <> 'Select'"), 0);
}
END_TEST

/* "account Right,Right; …" of everybody who has any right on a table. */
static const char *
rights(const char *table)
{
	return world_text("SELECT GROUP_CONCAT(DISTINCT CONCAT(User, ' ',"
	    " Table_priv) ORDER BY User SEPARATOR '; ') FROM mysql.tables_priv"
	    " WHERE Db = DATABASE() AND Table_name = '%s'", table);
}

START_TEST(what_must_stay_apart_does)
{
	ck_assert_str_eq(rights("audit_log"), "guardian_w Insert;"
	    " login_guardian Insert; login_staff Insert; notify Select;"
	    " staff_r Select; staff_w Select,Insert");
	ck_assert_str_eq(rights("guardian_credential"),
	    "login_guardian Select,Insert");
	ck_assert_str_eq(rights("staff_credential"), "login_staff Select");
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM mysql.tables_priv"
	    " WHERE Db = DATABASE() AND User LIKE '%%guardian%%'"
	    " AND (Table_name LIKE 'staff%%' OR Table_name LIKE 'import%%'"
	    "  OR Table_name = 'posting_class')"), 0);
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM mysql.tables_priv"
	    " WHERE Db = DATABASE() AND User LIKE '%%staff%%'"
	    " AND (Table_name LIKE 'guardian%%' OR Table_name LIKE 'outbox%%'"
	    "  OR Table_name = 'invitation')"), 0);
}
END_TEST

/* ── what is checked only when a statement runs ─────────────────────────── */

START_TEST(login_pools_open_sessions)
{
	struct stamp now = at("2026-06-01", "07:10");
	struct db *staff = open_as("login_staff");
	struct db *guardian = open_as("login_guardian");
	unsigned char hash[DIGEST] = { 1 };

	for (int i = 0; i < 2; i++) {
		MUST(session_staff_open(staff, TEACHER, hash, "", now));
		MUST(session_guardian_open(guardian, A, hash, "", now));
		MUST(failure_count(guardian, FAILURE_ACCOUNT, "x", now));
		MUST(failure_check(guardian, FAILURE_ACCOUNT, "x", now));
	}
	MUST(failure_clear(guardian, FAILURE_ACCOUNT, "x"));
	db_free(staff);
	db_free(guardian);
}
END_TEST

START_TEST(login_guardian_registers)
{
	struct stamp now = at("2026-06-01", "07:10");
	struct registration r = { "hash", "new@example.jp", "ja" };
	struct letter_order order = { .number = world_text(
	    "SELECT number FROM pupil WHERE id = %d", LONG_NAME),
		.guardians = 1, .days = 1, .school_code = world_text(
	    "SELECT code FROM organization WHERE id = %d", CHUO) };
	struct db *db = open_as("login_guardian");
	struct letter letter;
	struct list issued;
	const char *login;
	int64_t id;

	MUST(letter_issue(world.a, world.db, &order, now, &issued));
	MUST(letter_find(world.a, db,
	    LIST_AT(issued, struct letter_issued, 0)->code, now, &letter));
	MUST(db_begin(db));
	MUST(guardian_register_letter(world.a, db, &letter, &r, now, &id,
	    &login));
	MUST(db_commit(db));
	db_free(db);
}
END_TEST

START_TEST(guardian_w_reports)
{
	struct stamp now = at("2026-06-01", "07:10");
	struct actor a = world_guardian(A, now);
	struct db *root = world.db;
	struct guardian_email email = { .id = 1, .address = "a@example.jp" };

	world.db = open_as("guardian_w");
	world_report(&a, AOI, "2026-06-01", "発熱", now);
	MUST(session_touch(world.db, &a, now));
	MUST(guardian_verify(world.a, world.db, &email, now));
	MUST(session_close(world.db, &a));
	db_free(world.db);
	world.db = root;
}
END_TEST

static enum err
roster_work(struct db *db, void *arg)
{
	struct stamp now = at("2026-06-01", "07:10");
	struct roster_row rows[] = {
		{ 2, CHUO, 3, "1", "3年1組", 1, "99000001", "山田 花", "花",
		    "やまだ はな", NULL },
		{ 3, CHUO, 6, "1", "6年1組", 1, "99000002", "山田 空", "空",
		    "やまだ そら", NULL },
	};
	struct list list = { rows, COUNT(rows) };
	struct roster_import import;
	struct uid uid;

	TRY(roster_preview(world.a, db, arg, "x.csv", &list, now, &uid));
	TRY(roster_load(world.a, db, arg, uid, &import));
	return roster_apply(world.a, db, &import, now);
}

START_TEST(staff_w_applies_rosters_and_confirms)
{
	struct stamp now = at("2026-06-01", "07:10");
	struct actor a = world_guardian(A, now);
	struct actor principal = world_staff(PRINCIPAL, now);
	struct uid uid = world_report(&a, AOI, "2026-06-01", "発熱", now);
	const char *seen[] = { str_printf(world.a, "%s:1",
	    uid_text(world.a, uid)) };
	struct list list = { seen, 1 };
	struct db *db = open_as("staff_w");
	int64_t n;

	MUST(db_transaction(db, roster_work, &principal));
	MUST(absence_confirm(world.a, db, &principal, CHUO, &list, now, &n));
	ck_assert_int_eq(n, 1);
	MUST(session_touch(db, &principal, now));
	db_free(db);
}
END_TEST

START_TEST(notify_seals_leases_and_purges)
{
	struct stamp now = at("2026-06-01", "07:10");
	struct audit row = { .side = AUDIT_STAFF, .event = "x",
		.result = AUDIT_SUCCESS };
	struct keys *keys = world_keys();
	struct db *db = open_as("notify");
	struct list items;
	int64_t n;

	MUST(audit_write(world.db, &row, now));
	for (int i = 0; i < 2; i++)
		MUST(seal_run(world.a, db, keys, stamp_add(now, 3600), true, &n));
	ck_assert_int_eq(world_number("SELECT COUNT(*) FROM audit_seal"), 1);
	MUST(outbox_lease(world.a, db, LANE_URGENT, 10, 60, &items));
	MUST(purge_run(db, now, &n));
	world_keys_end(keys);
	db_free(db);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("model/grants");
	TCase *c = tcase_create("grants");

	if (linked[0] == NULL)
		return 1;
	tcase_add_checked_fixture(c, begin, end);
	tcase_set_timeout(c, 60);
	tcase_add_loop_test(c, each_account_can_what_its_pool_runs, 0,
	    (int)COUNT(accounts));
	tcase_add_loop_test(c, each_account_cannot_what_it_must_not, 0,
	    (int)COUNT(accounts));
	tcase_add_test(c, every_statement_is_somebodys);
	tcase_add_test(c,
	    granting_again_changes_passwords_and_nothing_else);
	tcase_add_test(c, nobody_may_grant_or_alter);
	tcase_add_test(c, readers_only_read);
	tcase_add_test(c, what_must_stay_apart_does);
	tcase_add_test(c, login_pools_open_sessions);
	tcase_add_test(c, login_guardian_registers);
	tcase_add_test(c, guardian_w_reports);
	tcase_add_test(c, staff_w_applies_rosters_and_confirms);
	tcase_add_test(c, notify_seals_leases_and_purges);
	suite_add_tcase(s, c);
	return world_suite(s);
}
