/* SPDX-License-Identifier: AGPL-3.0-or-later
 * What the reference programs share: a page of 10 KB and the plainest loop
 * that libfcgi has, in four processes on a unix socket. References to measure
 * against (t/bench/run), not part of the product: they read no request. */
#ifndef BENCH_REF_H
#define BENCH_REF_H

#include <fcgiapp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define REF_PROCESSES 4
#define REF_PAGE      10240

/* An answer that "before" (one statement, or nothing) allows. */
static inline void
ref_answer(FCGX_Request *request, const char *page, int ok)
{
	FCGX_FPrintF(request->out,
	    "Status: %s\r\nContent-Type: text/html; charset=utf-8\r\n"
	    "Cache-Control: no-store\r\nContent-Length: %d\r\n\r\n",
	    ok ? "200 OK" : "500 Error", REF_PAGE);
	FCGX_PutStr(page, REF_PAGE, request->out);
	FCGX_Finish_r(request);
}

/* Serve; init is called in each process, before for each request. */
static inline void
ref_serve(int fd, void (*init)(char **), int (*before)(void), char **args)
{
	static char page[REF_PAGE];
	FCGX_Request request;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	memset(page, 'x', sizeof(page));
	if (init != NULL)
		init(args);
	FCGX_Init();
	FCGX_InitRequest(&request, fd, 0);
	while (FCGX_Accept_r(&request) == 0)
		ref_answer(&request, page, before == NULL || before());
}

static inline int
ref_main(char **args, void (*init)(char **), int (*before)(void))
{
	int fd;

	if (args[1] == NULL)
		return 2;
	FCGX_Init();
	fd = FCGX_OpenSocket(args[1], 1024);
	if (fd < 0)
		return 1;
	for (int i = 0; i < REF_PROCESSES; i++)
		if (fork() == 0) {
			ref_serve(fd, init, before, args);
			_exit(1);
		}
	signal(SIGTERM, SIG_DFL);
	while (wait(NULL) > 0)
		;
	return 1;
}

#endif
