/* SPDX-License-Identifier: ISC */
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t caught;
static int pipe_end = -1;

static void on_signal(int number)
{
	int saved = errno;
	char octet = 0;

	caught = number;
	/* A full pipe is readable too. */
	if (write(pipe_end, &octet, 1) < 0)
		errno = saved;
	errno = saved;
}

int signals_catch(void)
{
	static const int ours[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action;
	sigset_t none;
	int ends[2];
	size_t i;

	signal(SIGPIPE, SIG_IGN);
	if (pipe(ends) != 0)
		return -1;
	for (i = 0; i < 2; i++) {
		fcntl(ends[i], F_SETFD, FD_CLOEXEC);
		fcntl(ends[i], F_SETFL, O_NONBLOCK);
	}
	pipe_end = ends[1];
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
	return ends[0];
}

int signals_caught(void)
{
	return caught;
}
