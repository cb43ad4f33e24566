/* SPDX-License-Identifier: ISC */
#include "keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* More than we have open before we ask anything. */
#define DESCRIPTORS 256

/* Nobody must wait for the end of a stream, or send a signal to our group, and mean us. The
 * standard streams were never closed, so what is wanted has other numbers than those that it gets.
 */
static void part_from_us(int life)
{
	sigset_t all;
	int fd;

	setsid();
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	dup2(life, 0);
	dup2(life, 1);
	dup2(life, 2);
	for (fd = 3; fd < DESCRIPTORS; fd++)
		close(fd);
}

static void keep(int life, pid_t group, int grace)
{
	char octet;

	part_from_us(life);
	while (read(0, &octet, 1) < 0 && errno == EINTR)
		;
	kill(-group, SIGTERM);
	poll(NULL, 0, grace);
	kill(-group, SIGKILL);
	_exit(0);
}

bool keeper_start(struct keeper *ret_keeper, pid_t group, int grace)
{
	int life[2];
	pid_t pid;

	if (pipe(life) != 0)
		return false;
	fcntl(life[0], F_SETFD, FD_CLOEXEC);
	fcntl(life[1], F_SETFD, FD_CLOEXEC);
	pid = fork();
	if (pid == 0)
		keep(life[0], group, grace);
	close(life[0]);
	if (pid < 0) {
		close(life[1]);
		return false;
	}
	*ret_keeper = (struct keeper){pid, life[1]};
	return true;
}

void keeper_stop(struct keeper *keeper, bool ended)
{
	if (ended) {
		kill(keeper->pid, SIGKILL);
		while (waitpid(keeper->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	close(keeper->end);
}
