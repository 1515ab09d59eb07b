/* SPDX-License-Identifier: AGPL-3.0-or-later
 * Tests of lib/web/master.c: workers are killed, programs and configurations
 * replaced under load, and no request may be lost (pool.h has the pool). */
#include "web/master.h"

#include "t/web/pool.h"

#define KILLS 60

START_TEST(begins_and_ends)
{
	pid_t v[PIDS];
	int n;

	master = start(listener, "3", "20", NULL);
	ck_assert_int_eq(generation_now(), 1);
	wait_children(3);
	n = children(v);
	kill(master, SIGTERM);
	ck_assert_int_eq(exit_status(master), 0);
	master = 0;
	for (int i = 0; i < n; i++)
		ck_assert(kill(v[i], 0) < 0 && errno == ESRCH);
}
END_TEST

START_TEST(interrupt_ends)
{
	master = start(listener, "1", "20", NULL);
	ck_assert_int_eq(generation_now(), 1);
	kill(master, SIGINT);
	ck_assert_int_eq(exit_status(master), 0);
	master = 0;
}
END_TEST

START_TEST(needs_a_listening_socket)
{
	int null = open("/dev/null", O_RDONLY);

	ck_assert_int_eq(exit_status(start(null, "1", "20", NULL)), 2);
	ck_assert(log_has("spawn-fcgi -n -s"));
	ck_assert(log_has("StandardInput=socket"));
	close(null);
}
END_TEST

START_TEST(candidate_only_loads)
{
	ck_assert_int_eq(
	    exit_status(start(listener, "1", "20", "--candidate")), 0);
	configure("bad", 1);
	ck_assert_int_eq(
	    exit_status(start(listener, "1", "20", "--candidate")), 1);
}
END_TEST

START_TEST(first_load_fails)
{
	configure("bad", 1);
	ck_assert_int_eq(exit_status(start(listener, "2", "20", NULL)), 1);
}
END_TEST

START_TEST(request_in_hand_is_finished)
{
	int generation;
	pid_t pid;

	master = start(listener, "2", "20", NULL);
	ck_assert_int_eq(ask("/term", &generation, &pid), OK);
	ck_assert_int_eq(exit_status(master), 0);
	master = 0;
}
END_TEST

START_TEST(workers_die_with_the_master)
{
	master = start(listener, "3", "20", NULL);
	ck_assert_int_eq(generation_now(), 1);
	wait_children(3);
	kill(master, SIGKILL);
	for (int i = 0; i < 4; i++)
		ck_assert_int_gt(wait(NULL), 0);
	master = 0;
}
END_TEST

START_TEST(killed_under_load)
{
	master = start(listener, "4", "20", NULL);
	begin_load(2);
	for (int i = 0; i < KILLS; i++) {
		pid_t v[PIDS];
		int n;

		wait_each();
		n = children(v);
		if (n > 0)
			kill(v[i % n], SIGKILL);
	}
	wait_children(4);
	end_load();
	ck_assert_int_eq(shared->failed, 0);
	ck_assert(log_has("ended by signal 9"));
}
END_TEST

START_TEST(restarts_under_load)
{
	master = start(listener, "4", "20", NULL);
	ck_assert_int_eq(generation_now(), 1);
	begin_load(1);
	for (int i = 2; i < 32; i++) {
		configure("ok", i);
		kill(master, SIGHUP);
		usleep(100000);
	}
	configure("ok", 99);
	kill(master, SIGHUP);
	wait_generation(99);
	wait_children(4);
	wait_each();
	end_load();
	ck_assert_int_eq(shared->failed, 0);
	ck_assert_int_eq(shared->again, 0);
	ck_assert_int_eq(shared->generation, 99);
	ck_assert_int_ge(log_count("event=restart"), 5);
	ck_assert_int_eq(log_count("worker_"), 0);
	ck_assert_int_eq(generation_now(), 99);
}
END_TEST

/* Also when half of the signals come while a restart is under way. */
START_TEST(burst_of_restarts)
{
	master = start(listener, "2", "20", NULL);
	ck_assert_int_eq(generation_now(), 1);
	begin_load(1);
	for (int i = 2; i < 300; i++) {
		configure("ok", i);
		kill(master, SIGHUP);
		usleep(2000);
	}
	wait_generation(299);
	wait_children(2);
	end_load();
	ck_assert_int_eq(shared->failed, 0);
	ck_assert_int_eq(log_count("worker_"), 0);
}
END_TEST

START_TEST(unfit_candidate)
{
	pid_t before, v[PIDS];
	int n;

	master = start(listener, "2", "20", NULL);
	before = pid_now();
	configure("bad", 2);
	kill(master, SIGHUP);
	wait_log("event=candidate");
	ck_assert_int_eq(kill(before, 0), 0);
	ck_assert_int_eq(generation_now(), 1);
	/* What dies is replaced by the program in memory. */
	n = children(v);
	for (int i = 0; i < n; i++)
		kill(v[i], SIGKILL);
	ck_assert_int_eq(generation_now(), 1);
	configure("ok", 3);
	kill(master, SIGHUP);
	wait_generation(3);
	wait_children(2);
	ck_assert_int_eq(log_count("event=candidate"), 1);
	ck_assert_int_eq(log_count("event=restart"), 1);
}
END_TEST

/* The candidate was fit, the program itself is not. */
START_TEST(unfit_after_all)
{
	pid_t before;

	master = start(listener, "2", "20", NULL);
	before = pid_now();
	wait_children(2);
	configure("late", 2);
	kill(master, SIGHUP);
	wait_log("event=restart");
	for (int i = 0; i < 200; i++) {
		ck_assert_int_eq(generation_now(), 1);
		usleep(5000);
	}
	ck_assert_int_eq(kill(before, 0), 0);
	configure("ok", 3);
	wait_generation(3);
	wait_children(2);
}
END_TEST

START_TEST(stuck_worker)
{
	pid_t before, pid = 0;
	int generation;

	master = start(listener, "1", "1", NULL);
	before = pid_now();
	ck_assert_int_eq(ask("/stuck", &generation, &pid), ERR_IO);
	ck_assert_int_ne(pid_now(), before);
	ck_assert(log_has("sat on one request for too long"));
}
END_TEST

/* A peer that connects and says nothing may not hold the only worker. */
START_TEST(silent_peer)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	pid_t before;

	master = start(listener, "1", "1", NULL);
	before = pid_now();
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	ck_assert_int_eq(
	    connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	ck_assert_int_ne(pid_now(), before);
	close(fd);
}
END_TEST

/* An old worker at a request that never ends. */
START_TEST(stuck_old_worker)
{
	int generation;
	pid_t pid, client;

	master = start(listener, "1", "3", NULL);
	pid = pid_now();
	client = fork();
	if (client == 0)
		_exit(ask("/stuck", &generation, &pid) == ERR_IO ? 0 : 1);
	wait_log("stuck_here");
	configure("ok", 2);
	kill(master, SIGHUP);
	wait_generation(2);
	ck_assert(!log_has("worker_killed"));
	ck_assert_int_eq(exit_status(client), 0);
	wait_children(1);
}
END_TEST

/* Idle by its slot, yet it does not end: killed 5 s later than a request may
 * last. */
START_TEST(deaf_worker)
{
	configure("deaf", 1);
	master = start(listener, "2", "1", NULL);
	wait_children(2);
	kill(master, SIGTERM);
	ck_assert_int_eq(exit_status(master), 0);
	master = 0;
	ck_assert_int_eq(log_count("did not end when told to"), 2);
}
END_TEST

START_TEST(back_off)
{
	struct stat st;
	char file[64];

	configure("crash", 1);
	in_dir(file, sizeof(file), "forks");
	master = start(listener, "4", "20", NULL);
	usleep(2500000);
	ck_assert_int_eq(stat(file, &st), 0);
	ck_assert_int_ge(st.st_size, 5);
	ck_assert_int_le(st.st_size, 14);
	configure("ok", 2);
	kill(master, SIGHUP);
	ck_assert_int_eq(generation_now(), 2);
	wait_children(4);
}
END_TEST

static void
copy_program(const char *to)
{
	int in = open("/proc/self/exe", O_RDONLY), out;
	struct stat st;

	ck_assert_int_eq(fstat(in, &st), 0);
	out = open(to, O_WRONLY | O_CREAT | O_EXCL, 0700);
	while (st.st_size > 0) {
		ssize_t n = sendfile(out, in, NULL, (size_t)st.st_size);

		ck_assert_int_gt(n, 0);
		st.st_size -= n;
	}
	close(in);
	close(out);
}

START_TEST(program_replaced)
{
	in_dir(program, sizeof(program), "program");
	copy_program(program);
	master = start(listener, "2", "20", NULL);
	ck_assert_int_eq(generation_now(), 1);
	unlink(program);
	configure("ok", 2);
	kill(master, SIGHUP);
	wait_log("event=candidate");
	ck_assert_int_eq(generation_now(), 1);
	copy_program(program);
	kill(master, SIGHUP);
	wait_generation(2);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("master");
	TCase *t = tcase_create("master");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, begins_and_ends);
	tcase_add_test(t, interrupt_ends);
	tcase_add_test(t, needs_a_listening_socket);
	tcase_add_test(t, candidate_only_loads);
	tcase_add_test(t, first_load_fails);
	tcase_add_test(t, request_in_hand_is_finished);
	tcase_add_test(t, workers_die_with_the_master);
	tcase_add_test(t, killed_under_load);
	tcase_add_test(t, restarts_under_load);
	tcase_add_test(t, burst_of_restarts);
	tcase_add_test(t, unfit_candidate);
	tcase_add_test(t, unfit_after_all);
	tcase_add_test(t, stuck_worker);
	tcase_add_test(t, silent_peer);
	tcase_add_test(t, stuck_old_worker);
	tcase_add_test(t, deaf_worker);
	tcase_add_test(t, back_off);
	tcase_add_test(t, program_replaced);
	suite_add_tcase(s, t);
	return s;
}

int
main(int argc, char **argv)
{
	SRunner *r;
	int failed;

	if (argc >= 5 && str_eq(argv[1], "app"))
		return app_main(argv);
	r = srunner_create(suite());
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
