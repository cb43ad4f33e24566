/* SPDX-License-Identifier: ISC */
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* They end the program. */
static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
/* What the caller wants to become of these is a child's to inherit. */
static const int changed[] = {SIGPIPE, SIGXFSZ, SIGCHLD};

static struct sigaction before[COUNT(changed)];
static sigset_t mask_before, held;
static bool holding;
static int stop_fd = -1;
/* Where an octet is written to for children that ended. */
static int children_end = -1;

void signals_hold(void)
{
	size_t i;

	for (i = 0; i < COUNT(changed); i++)
		sigaction(changed[i], NULL, &before[i]);
	sigemptyset(&held);
	for (i = 0; i < COUNT(ending); i++) {
		struct sigaction action;

		/* nohup's wish is kept. */
		if (sigaction(ending[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			sigaddset(&held, ending[i]);
	}
	/* A thread of Apache's calls its hooks with all of them blocked. */
	sigprocmask(SIG_SETMASK, &held, &mask_before);
	stop_fd = signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK);
	holding = true;
}

static void on_file_limit(int number)
{
	(void)number;
}

void signals_outlive_file_limit(void)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	/* Not SIG_IGN, which a program that is executed would inherit. */
	action.sa_handler = on_file_limit;
	sigemptyset(&action.sa_mask);
	sigaction(SIGXFSZ, &action, NULL);
}

void signals_give_back(void)
{
	size_t i;

	if (!holding)
		return;
	for (i = 0; i < COUNT(changed); i++)
		sigaction(changed[i], &before[i], NULL);
	for (i = 0; i < COUNT(ending); i++)
		sigdelset(&mask_before, ending[i]);
	sigprocmask(SIG_SETMASK, &mask_before, NULL);
}

int signals_catch(void)
{
	signal(SIGPIPE, SIG_IGN);
	return stop_fd;
}

int signals_stop_fd(void)
{
	return stop_fd;
}

int signals_caught(void)
{
	sigset_t pending;
	size_t i;

	if (!holding || sigpending(&pending) != 0)
		return 0;
	for (i = 0; i < COUNT(ending); i++)
		if (sigismember(&held, ending[i]) == 1 && sigismember(&pending, ending[i]) == 1)
			return ending[i];
	return 0;
}

/* ---- children -------------------------------------------------------------------------------- */

static void on_child(int number)
{
	int saved = errno;
	char octet = 0;

	(void)number;
	/* A full pipe is readable too. */
	if (write(children_end, &octet, 1) < 0)
		errno = saved;
	errno = saved;
}

int signals_catch_children(void)
{
	static int end = -1;
	struct sigaction action;
	int ends[2], i;

	if (end >= 0)
		return end;
	if (pipe(ends) != 0)
		return -1;
	for (i = 0; i < 2; i++) {
		fcntl(ends[i], F_SETFD, FD_CLOEXEC);
		fcntl(ends[i], F_SETFL, O_NONBLOCK);
	}
	end = ends[0];
	children_end = ends[1];
	memset(&action, 0, sizeof(action));
	action.sa_handler = on_child;
	action.sa_flags = SA_RESTART;
	sigemptyset(&action.sa_mask);
	sigaction(SIGCHLD, &action, NULL);
	return end;
}
