/* SPDX-License-Identifier: ISC */
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t caught;
/* Where octets are written to, for what ends the program and for children that ended. */
static int stop_end = -1, children_end = -1;

static void on_signal(int number)
{
	int saved = errno, end = number == SIGCHLD ? children_end : stop_end;
	char octet = 0;

	if (number != SIGCHLD)
		caught = number;
	/* A full pipe is readable too. */
	if (write(end, &octet, 1) < 0)
		errno = saved;
	errno = saved;
}

/* The end to read from of a new pipe, which never blocks; -1 when there is none. */
static int open_pipe(int *ret_write_end)
{
	int ends[2], i;

	if (pipe(ends) != 0)
		return -1;
	for (i = 0; i < 2; i++) {
		fcntl(ends[i], F_SETFD, FD_CLOEXEC);
		fcntl(ends[i], F_SETFL, O_NONBLOCK);
	}
	*ret_write_end = ends[1];
	return ends[0];
}

int signals_catch(void)
{
	static const int ours[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action;
	sigset_t none;
	int end;
	size_t i;

	signal(SIGPIPE, SIG_IGN);
	end = open_pipe(&stop_end);
	if (end < 0)
		return -1;
	memset(&action, 0, sizeof(action));
	action.sa_handler = on_signal;
	sigemptyset(&action.sa_mask);
	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		struct sigaction before;

		/* nohup's wish is kept. */
		if (sigaction(ours[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
			sigaction(ours[i], &action, NULL);
	}
	/* A thread of Apache's calls its hooks with all of them blocked. */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	return end;
}

int signals_catch_children(void)
{
	static int end = -1;
	struct sigaction action;

	if (end >= 0)
		return end;
	end = open_pipe(&children_end);
	memset(&action, 0, sizeof(action));
	action.sa_handler = on_signal;
	action.sa_flags = SA_NOCLDSTOP | SA_RESTART;
	sigemptyset(&action.sa_mask);
	if (end >= 0)
		sigaction(SIGCHLD, &action, NULL);
	return end;
}

int signals_caught(void)
{
	return caught;
}
