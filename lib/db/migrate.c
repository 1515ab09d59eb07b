/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Brings a database to the schema of the files in sql/, forward only, and runs
 * single files such as grants.sql. Decides nothing about their contents.
 * MariaDB commits each DDL statement by itself: a file that stops half way
 * stays half applied, the log says at which line. For renrakuctl. */
#include "db/migrate.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/keys.h"
#include "base/log.h"
#include "db/db_private.h"
#include "db/script.h"

#define ARENA_LIMIT ((size_t)128 << 20)
#define FILE_LIMIT ((off_t)16 << 20)
#define NAME_LIMIT 100
#define PAIRS_LIMIT 32
/* A change of a large table takes as long as it takes. */
#define PATIENCE INT64_C(86400)

struct version {
	struct bytes sha256;
};
FIELDS(struct version, version_fields, F_BYTES(struct version, sha256));

SQL(migrate_lock, "", "SELECT GET_LOCK(CONCAT('migrate.', DATABASE()), 60)");
SQL(migrate_load, "file", "SELECT sha256 FROM schema_version WHERE file = ?");
SQL(migrate_insert, "file digest stamp",
    "INSERT INTO schema_version (file, sha256, applied_at) VALUES (?, ?, ?)");

static const char create_version[] =
    "CREATE TABLE IF NOT EXISTS schema_version ("
    " file VARCHAR(100) NOT NULL PRIMARY KEY,"
    " sha256 BINARY(32) NOT NULL,"
    " applied_at DATETIME(6) NOT NULL)"
    " ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";

struct pair {
	const char *name, *value;
};

struct run {
	struct db *db;
	struct arena *a;
	const char *dir;
	int *applied;
};

/* Nothing that could end a quoted word or a path. */
static bool
is_plain(const char *s)
{
	static const char plain[] = "0123456789_-abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	return !str_empty(s) && s[strspn(s, plain)] == '\0';
}

static enum err
read_all(int fd, char *to, size_t n)
{
	while (n > 0) {
		ssize_t got = read(fd, to, n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return ERR_IO;
		to += got;
		n -= (size_t)got;
	}
	return OK;
}

static enum err
load_file(struct arena *a, const char *file, struct bytes *out)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *text;
	enum err err = ERR_IO;

	if (fd < 0 || fstat(fd, &st) != 0) {
		log_error("migrate", "%s: %s", file, strerror(errno));
	} else if (!S_ISREG(st.st_mode) || st.st_size > FILE_LIMIT) {
		log_error("migrate", "%s: no file, or too large", file);
	} else {
		text = arena_alloc(a, (size_t)st.st_size + 1);
		err = read_all(fd, text, (size_t)st.st_size);
		*out = (struct bytes){ (unsigned char *)text,
			(size_t)st.st_size };
	}
	if (fd >= 0)
		close(fd);
	if (err == OK && memchr(out->p, '\0', out->n) != NULL) {
		log_error("migrate", "%s: holds a NUL", file);
		return ERR_INVALID;
	}
	return err;
}

static enum err
run_part(struct db *db, const char *file, const struct script_part *part)
{
	enum err err = db_text(db, file, part->p, part->n);

	if (err != OK)
		log_error("migrate", "%s:%d: %s; what stands before is done",
		    file, part->line, err_name(err));
	return err;
}

/* Without db only looks whether the file can be split. */
static enum err
walk(struct db *db, const char *file, struct bytes text)
{
	struct script s = script_init((const char *)text.p, text.n);
	struct script_part part;
	enum err err;

	while ((err = script_next(&s, &part)) == OK)
		if (db != NULL)
			TRY(run_part(db, file, &part));
	if (err == ERR_NONE)
		return OK;
	log_error("migrate", "%s:%d: begins here and does not end", file,
	    part.line);
	return err;
}

/* A file cut off half way must be found out before its first half is run. */
static enum err
run_script(struct db *db, const char *file, struct bytes text)
{
	TRY(walk(NULL, file, text));
	return walk(db, file, text);
}

/* Anything that looks meant for us: a name with a slip is refused later, not
 * left out in silence. */
static int
is_candidate(const struct dirent *e)
{
	return e->d_name[0] >= '0' && e->d_name[0] <= '9' &&
	    str_ends(e->d_name, ".sql");
}

static bool
is_name(const char *name)
{
	size_t n = strlen(name);

	return n > strlen("0000_.sql") && n <= NAME_LIMIT &&
	    strspn(name, "0123456789") == 4 && name[4] == '_' &&
	    strspn(name, "0123456789abcdefghijklmnopqrstuvwxyz_") == n - 4;
}

static enum err
check_names(const char *dir, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool twice = i > 0 && strncmp(names[i - 1], names[i], 4) == 0;

		if (is_name(names[i]) && !twice)
			continue;
		log_error("migrate", "%s/%s: %s", dir, names[i],
		    twice ? "the number is taken" : "is not NNNN_name.sql");
		return ERR_INVALID;
	}
	return OK;
}

static enum err
list_files(struct arena *a, const char *dir, struct list *out)
{
	struct dirent **found;
	int n = scandir(dir, &found, is_candidate, alphasort);
	const char **names;

	if (n < 0) {
		log_error("migrate", "%s: %s", dir, strerror(errno));
		return ERR_IO;
	}
	names = arena_array(a, (size_t)n, sizeof(*names));
	for (int i = 0; i < n; i++) {
		names[i] = str_copy(a, found[i]->d_name);
		free(found[i]);
	}
	free(found);
	*out = (struct list){ names, (size_t)n };
	return check_names(dir, names, out->n);
}

/* ERR_NONE: not applied yet. */
static enum err
check_version(const struct run *r, const char *name,
    const unsigned char digest[DIGEST])
{
	struct version v;

	TRY(db_one(r->db, r->a, &migrate_load, &version_fields, &v,
	    VALUES(v_text(name))));
	if (v.sha256.n == DIGEST && memcmp(v.sha256.p, digest, DIGEST) == 0)
		return OK;
	log_error("migrate", "%s changed after it was applied", name);
	return ERR_STALE;
}

static enum err
apply(const struct run *r, const char *name)
{
	const char *path = str_printf(r->a, "%s/%s", r->dir, name);
	unsigned char digest[DIGEST];
	struct bytes text;
	enum err err;

	TRY(load_file(r->a, path, &text));
	sha256(text.p, text.n, digest);
	err = check_version(r, name, digest);
	if (err != ERR_NONE)
		return err;
	TRY(run_script(r->db, path, text));
	TRY(db_run(r->db, &migrate_insert, NULL,
	    VALUES(v_text(name), v_bytes(digest, DIGEST),
		v_stamp(clock_now()))));
	log_note("migrate", "%s applied", name);
	++*r->applied;
	return OK;
}

static enum err
apply_all(const struct run *r)
{
	struct list names;
	int64_t locked;

	TRY(list_files(r->a, r->dir, &names));
	TRY(db_number(r->db, &migrate_lock, &locked, NO_VALUES));
	if (locked != 1) {
		log_error("migrate", "another run holds the lock");
		return ERR_RETRY;
	}
	TRY(db_text(r->db, "schema_version", create_version,
	    strlen(create_version)));
	for (size_t i = 0; i < names.n; i++) {
		struct arena_mark mark = arena_mark(r->a);

		TRY(apply(r, *LIST_AT(names, const char *, i)));
		arena_rewind(r->a, mark);
	}
	return OK;
}

static enum err
create_database(const struct db_account *account, struct arena *a)
{
	struct db_account nowhere = *account;
	struct db *db;
	char *sql;
	enum err err;

	if (!is_plain(account->name)) {
		log_error("migrate", "the database's name is not plain");
		return ERR_INVALID;
	}
	sql = str_printf(a, "CREATE DATABASE IF NOT EXISTS `%s`"
	    " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", account->name);
	nowhere.name = NULL;
	db = db_init(&nowhere);
	if (db == NULL)
		return ERR_IO;
	err = db_text(db, "create database", sql, strlen(sql));
	db_free(db);
	return err;
}

static enum err
run_all(const struct db_account *account, struct arena *a, const char *dir,
    int *applied)
{
	struct db *db;
	enum err err;

	TRY(create_database(account, a));
	db = db_init(account);
	if (db == NULL)
		return ERR_IO;
	err = apply_all(&(struct run){ db, a, dir, applied });
	db_free(db);
	return err;
}

enum err
migrate_run(const struct db_account *account, const char *dir, int *applied)
{
	struct arena *a = arena_init(ARENA_LIMIT);
	struct db_account patient = *account;
	enum err err;

	*applied = 0;
	if (a == NULL)
		return ERR_IO;
	patient.statement_seconds = PATIENCE;
	err = run_all(&patient, a, dir, applied);
	arena_free(a);
	return err;
}

static const char *
value_of(const struct pair *pairs, const char *word, size_t n)
{
	for (; pairs->name != NULL; pairs++)
		if (strlen(pairs->name) == n &&
		    memcmp(pairs->name, word, n) == 0)
			return pairs->value;
	return NULL;
}

static enum err
fill(struct buf *b, const char *file, struct bytes text,
    const struct pair *pairs)
{
	const char *s = (const char *)text.p;
	int line = 1;

	while (*s != '\0') {
		size_t n = *s != '{' ? 0 :
		    strspn(s + 1, "abcdefghijklmnopqrstuvwxyz_");
		const char *value;

		if (n == 0 || s[n + 1] != '}') {
			line += *s == '\n';
			buf_char(b, *s++);
			continue;
		}
		value = value_of(pairs, s + 1, n);
		if (value == NULL) {
			log_error("migrate", "%s:%d: {%.*s} has no value",
			    file, line, (int)n, s + 1);
			return ERR_INVALID;
		}
		buf_str(b, value);
		s += n + 2;
	}
	return buf_overflow(b) ? ERR_LIMIT : OK;
}

static enum err
run_file(const struct db_account *account, struct arena *a, const char *file,
    const struct pair *pairs)
{
	struct buf *b = buf_new(a, 4096, (size_t)FILE_LIMIT);
	struct bytes text;
	struct db *db;
	enum err err;

	TRY(load_file(a, file, &text));
	TRY(fill(b, file, text, pairs));
	text = (struct bytes){ (unsigned char *)b->p, b->n };
	db = db_init(account);
	if (db == NULL)
		return ERR_IO;
	db->secret = true;
	err = run_script(db, file, text);
	db_free(db);
	return err;
}

static enum err
take_pairs(struct pair pairs[PAIRS_LIMIT], va_list ap)
{
	const char *name;
	size_t n = 0;

	while ((name = va_arg(ap, const char *)) != NULL) {
		const char *value = va_arg(ap, const char *);

		if (n == PAIRS_LIMIT - 1 || !is_plain(value)) {
			log_error("migrate", "value of {%s} is not plain",
			    name);
			return ERR_INVALID;
		}
		pairs[n++] = (struct pair){ name, value };
	}
	return OK;
}

enum err
migrate_file(const struct db_account *account, const char *file, ...)
{
	struct pair pairs[PAIRS_LIMIT] = { 0 };
	struct arena *a;
	va_list ap;
	enum err err;

	va_start(ap, file);
	err = take_pairs(pairs, ap);
	va_end(ap);
	if (err != OK)
		return err;
	a = arena_init(ARENA_LIMIT);
	if (a == NULL)
		return ERR_IO;
	err = run_file(account, a, file, pairs);
	arena_free(a);
	return err;
}
