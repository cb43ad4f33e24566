/* SPDX-License-Identifier: ISC */
#define _XOPEN_SOURCE 700
#include "child.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what)
{
	perror(what);
	exit(70);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Seconds that a process was runnable without a processor (the kernel's run queue). */
static double run_delay(pid_t pid)
{
	unsigned long long ran, waited = 0;
	char path[64];
	FILE *fp;

	snprintf(path, sizeof(path), "/proc/%ld/schedstat", (long)pid);
	fp = fopen(path, "r");
	if (fp == NULL)
		return 0;
	if (fscanf(fp, "%llu %llu", &ran, &waited) != 2)
		waited = 0;
	fclose(fp);
	return (double)waited / 1e9;
}

static int open_terminal(const unsigned *size)
{
	struct winsize window = {.ws_col = (unsigned short)size[0],
				 .ws_row = (unsigned short)size[1]};
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 || grantpt(fd) != 0 || unlockpt(fd) != 0 || ioctl(fd, TIOCSWINSZ, &window) != 0)
		die("a terminal");
	return fd;
}

static int open_file(const char *folder, const char *name)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0)
		die(path);
	return fd;
}

static void become(char *const *argv, const char *folder, int terminal)
{
	int in = open("/dev/null", O_RDONLY), out = open_file(folder, "out"), err;

	if (terminal >= 0) {
		setsid();
		err = open(ptsname(terminal), O_RDWR);
		setenv("TERM", "xterm", 1);
	} else {
		err = open_file(folder, "err");
	}
	if (err < 0)
		die("standard error");
	dup2(in, 0);
	dup2(out, 1);
	dup2(err, 2);
	execv(argv[0], argv);
	die(argv[0]);
}

bool child_fork(struct child *c)
{
	int done[2];

	if (pipe(done) != 0)
		die("pipe");
	fcntl(done[0], F_SETFD, FD_CLOEXEC);
	c->waited = run_delay(getpid());
	c->begin = now();
	c->pid = fork();
	if (c->pid < 0)
		die("fork");
	/* Its end closes the last copy of the pipe's other end. */
	close(done[c->pid == 0 ? 0 : 1]);
	c->done = done[0];
	if (c->pid == 0)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return c->pid == 0;
}

void child_start(struct child *c, char *const *argv, const char *folder,
		 const unsigned *columns_and_rows)
{
	c->terminal = columns_and_rows == NULL ? -1 : open_terminal(columns_and_rows);
	if (child_fork(c))
		become(argv, folder, c->terminal);
}

void child_end(struct child *c, bool kill_it, struct ending *ret_ending)
{
	struct rusage usage;
	siginfo_t info;
	int status;

	if (kill_it)
		kill(c->pid, SIGKILL);
	/* Ended, but not yet forgotten. */
	if (waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOWAIT) != 0)
		die("waitid");
	ret_ending->elapsed = now() - c->begin;
	ret_ending->waited = run_delay(c->pid) + run_delay(getpid()) - c->waited;
	if (wait4(c->pid, &status, 0, &usage) != c->pid)
		die("wait4");
	ret_ending->status = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
	ret_ending->cpu = (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6 +
			  (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6;
	ret_ending->kib = usage.ru_maxrss;
	close(c->done);
	if (c->terminal >= 0)
		close(c->terminal);
}
