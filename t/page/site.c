/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Starts and ends the city of site.h. The masters are children of the test
 * program and end with it, however that ends. */
#include "t/page/site_private.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/jtime.h"
#include "base/log.h"
#include "db/db.h"
#include "db/migrate.h"
#include "t/client.h"

#define FILE_MODE 0400

struct arena *a;
struct site site;
/* What lives as long as the city; `a` is the running test's. */
static struct arena *city;

static const struct {
	enum side side;
	enum pool pool;
	const char *side_name, *pool_name;
} pools[POOLS] = {
	{ SIDE_GUARDIAN, POOL_MAIN, "guardian", "main" },
	{ SIDE_GUARDIAN, POOL_LOGIN, "guardian", "login" },
	{ SIDE_STAFF, POOL_MAIN, "staff", "main" },
	{ SIDE_STAFF, POOL_LOGIN, "staff", "login" },
	{ SIDE_STAFF, POOL_UPLOAD, "staff", "upload" },
};

static size_t
pool_index(enum side side, enum pool pool)
{
	size_t i = 0;

	while (i + 1 < POOLS && (pools[i].side != side || pools[i].pool != pool))
		i++;
	return i;
}

const char *
site_socket(enum side side, enum pool pool)
{
	return site.socket[pool_index(side, pool)];
}

pid_t
site_master(enum side side, enum pool pool)
{
	return site.master[pool_index(side, pool)];
}

const struct keys *
site_keys(void)
{
	return site.keys;
}

struct stamp
site_now(void)
{
	return clock_now();
}

/* ── files ──────────────────────────────────────────────────────────────── */

static const char *
source_dir(void)
{
	const char *dir = getenv("srcdir");

	return realpath(dir == NULL ? "." : dir, site.source);
}

/* From builddir, else from where this program lies: …/t/page/x.t. */
static void
find_build(void)
{
	const char *dir = getenv("builddir");
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

	ck_assert_int_gt(n, 0);
	self[n] = '\0';
	for (int i = 0; i < 3; i++)
		*strrchr(self, '/') = '\0';
	ck_assert_ptr_nonnull(realpath(dir == NULL ? self : dir, site.build));
}

static void
write_file(const char *name, const char *text)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof path, "%s/%s", site.dir, name);
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
	ck_assert_msg(fd >= 0, "%s: %s", path, strerror(errno));
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

/* Seconds between the machine's clock and 07:10 on a Monday in June. */
static int64_t
clock_offset(void)
{
	struct stamp wanted = day_at(day_from(2026, 6, 1),
	    (struct minute){ 7 * 60 + 10 });

	clock_set_offset(0);
	return (wanted.us - clock_now().us) / 1000000;
}

static void
write_conf(void)
{
	int64_t offset = clock_offset();

	clock_set_offset(offset);
	write_file("conf", str_printf(a,
	    "[renraku]\ncity = 緑ヶ丘市\nboard = 緑ヶ丘市教育委員会\n"
	    "guardian_url = " GUARDIAN_URL "\nstaff_url = " STAFF_URL "\n"
	    "templates = %s/templates\nlocale = %s/locale\n"
	    "assets = %s/templates/assets\nkeys = %s/keys\n"
	    "db_socket = %s/db\ndb_name = %s\ndb_passwords = %s/passwords\n"
	    "smtp_url = smtp://127.0.0.1:9\nmail_from = renraku@city.example\n"
	    "mail_bounce = bounce.city.example\nspool = %s\n"
	    "demo = yes\nclock_offset = %lld\nworkers = 2\n",
	    site.source, site.build, site.source, site.dir, site.dir,
	    SITE_DATABASE, site.dir, site.dir, (long long)offset));
}

static void
make_files(void)
{
	static const char *const accounts[] = { "guardian_r", "guardian_w",
		"staff_r", "staff_w", "login_guardian", "login_staff" };

	snprintf(site.dir, sizeof site.dir, "/tmp/rpage-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(site.dir));
	ck_assert_int_eq(
	    mkdir(str_printf(a, "%s/keys", site.dir), 0700), 0);
	ck_assert_int_eq(
	    mkdir(str_printf(a, "%s/passwords", site.dir), 0700), 0);
	ck_assert_int_eq(keys_make(str_printf(a, "%s/keys", site.dir)), OK);
	ck_assert_int_eq(
	    keys_init(str_printf(a, "%s/keys", site.dir), &site.keys), OK);
	for (size_t i = 0; i < COUNT(accounts); i++)
		write_file(str_printf(a, "passwords/%s", accounts[i]),
		    str_printf(a, "pw-%s", accounts[i]));
	site_db_back();
	write_conf();
}

static int
erase(const char *path, const struct stat *st UNUSED, int type UNUSED,
    struct FTW *ftw UNUSED)
{
	return remove(path);
}

/* ── database ───────────────────────────────────────────────────────────── */

static void
make_database(void)
{
	struct db_account root = { getenv("RENRAKU_TEST_SOCKET"),
		SITE_DATABASE, "root", "", 60 };
	int applied;

	site_sql("DROP DATABASE IF EXISTS %s", SITE_DATABASE);
	ck_assert_int_eq(migrate_run(&root,
	    str_printf(a, "%s/sql", site.source), &applied), OK);
	ck_assert_int_eq(migrate_file(&root,
	    str_printf(a, "%s/sql/grants.sql", site.source),
	    "guardian_r", "pw-guardian_r", "guardian_w", "pw-guardian_w",
	    "login_guardian", "pw-login_guardian", "staff_r", "pw-staff_r",
	    "staff_w", "pw-staff_w", "login_staff", "pw-login_staff",
	    "notify", "pw-notify", NULL), OK);
	ck_assert_int_eq(migrate_file(&root,
	    str_printf(a, "%s/t/page/site.sql", site.source), NULL), OK);
	site_sql("USE %s", SITE_DATABASE);
	site_set_passwords();
}

/* ── pools ──────────────────────────────────────────────────────────────── */

static int
listen_at(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(addr.sun_path, sizeof addr.sun_path, "%s", path);
	unlink(path);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&addr, sizeof addr), 0);
	ck_assert_int_eq(listen(fd, 64), 0);
	return fd;
}

static _Noreturn void
become_pool(size_t i, int listener)
{
	const char *program = str_printf(a, "%s/renraku_fcgi", site.build);
	const char *conf = str_printf(a, "%s/conf", site.dir);
	int log = open(str_printf(a, "%s/log", site.dir),
	    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	dup2(listener, 0);
	dup2(log, 1);
	dup2(log, 2);
	execl(program, program, "--conf", conf, "--side", pools[i].side_name,
	    "--pool", pools[i].pool_name, (char *)NULL);
	_exit(127);
}

static void
start_pool(size_t i)
{
	int listener;

	snprintf(site.socket[i], sizeof site.socket[i], "%s/%s-%s", site.dir,
	    pools[i].side_name, pools[i].pool_name);
	listener = listen_at(site.socket[i]);
	site.master[i] = fork();
	ck_assert_int_ge(site.master[i], 0);
	if (site.master[i] == 0)
		become_pool(i, listener);
	close(listener);
}

/* The listener queues the request until a worker is there; a master that gave
 * up closes it. */
static void
await_pool(size_t i)
{
	struct client_request rq = { .path = "/nowhere" };
	struct client_response rs;
	enum err e = client_call(a, site.socket[i], &rq, &rs);

	if (e != OK || rs.status != 404)
		fprintf(stderr, "%s\n", site_log_end());
	ck_assert_int_eq(e, OK);
	ck_assert_int_eq(rs.status, 404);
}

static void
start(void)
{
	a = city = arena_init((size_t)64 << 20);
	log_threshold(LOG_WARN);
	ck_assert_ptr_nonnull(source_dir());
	find_build();
	make_files();
	make_database();
	for (size_t i = 0; i < POOLS; i++)
		start_pool(i);
	for (size_t i = 0; i < POOLS; i++)
		await_pool(i);
	site_disconnect();
}

static void
stop(void)
{
	for (size_t i = 0; i < POOLS; i++)
		if (site.master[i] > 0)
			kill(site.master[i], SIGTERM);
	for (size_t i = 0; i < POOLS; i++) {
		int status = -1;

		if (site.master[i] <= 0)
			continue;
		waitpid(site.master[i], &status, 0);
		/* check does not say why a teardown failed. */
		if (status != 0)
			fprintf(stderr, "%s/%s ended with %x: %s\n",
			    pools[i].side_name, pools[i].pool_name, status,
			    site_log_end());
		ck_assert_int_eq(status, 0);
	}
	site_sql("DROP DATABASE IF EXISTS %s", SITE_DATABASE);
	site_disconnect();
	keys_free(site.keys);
	arena_free(city);
	nftw(site.dir, erase, 16, FTW_DEPTH | FTW_PHYS);
}

/* ── logs ───────────────────────────────────────────────────────────────── */

static char *
read_log(void)
{
	FILE *f = fopen(str_printf(a, "%s/log", site.dir), "re");
	struct buf *b = buf_new(a, 65536, (size_t)16 << 20);
	char line[4096];

	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		buf_str(b, line);
	if (f != NULL)
		fclose(f);
	return b->p;
}

bool
site_logged(const char *text)
{
	return strstr(read_log(), text) != NULL;
}

const char *
site_log_end(void)
{
	const char *log = read_log();
	size_t n = strlen(log);

	return n > 3000 ? log + n - 3000 : log;
}

/* ── suites ─────────────────────────────────────────────────────────────── */

static void
begin_test(void)
{
	a = arena_init((size_t)256 << 20);
}

static void
end_test(void)
{
	site_disconnect();
	arena_free(a);
	a = city;
}

TCase *
site_case(Suite *s, const char *name)
{
	TCase *tc = tcase_create(name);

	tcase_add_unchecked_fixture(tc, start, stop);
	tcase_add_checked_fixture(tc, begin_test, end_test);
	tcase_set_timeout(tc, 120);
	suite_add_tcase(s, tc);
	return tc;
}

int
site_main(const char *name, void (*fill)(Suite *))
{
	SRunner *r;
	Suite *s;
	int failed;

	if (getenv("RENRAKU_TEST_SOCKET") == NULL) {
		printf("1..0 # SKIP no server, see t/with-db\n");
		return 0;
	}
	s = suite_create(name);
	fill(s);
	r = srunner_create(s);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
