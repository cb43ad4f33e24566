/* SPDX-License-Identifier: ISC */
/* memfd_create(2) and seals. */
#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "system/clock.h"
#include "system/descriptors.h"
#include "system/guard.h"
#include "keeper.h"
#include "system/outlet.h"
#include "system/output.h"
#include "system/say.h"
#include "system/signals.h"

/* Of a script's first line, as the kernel reads it. */
#define INTERPRETER_LEN 256

#define GRACE_MS 500
/* How long a child has to end by itself after a signal that was passed on. */
#define SIGNAL_GRACE_MS (CHILD_SIGNAL_MS - GRACE_MS)
/* How long the end of one that was killed may take. */
#define KILLED_MS 20
#define PATH_LEN 4096
/* What it may print where that is kept: more makes its writes fail. */
#define PRINTED_MAX (64 << 20)

enum { ENDED, STOP, FDS };

struct watch {
	const struct child *child;
	pid_t pid;
	struct keeper keeper;
	struct pollfd poll[FDS];
	dg_ms term_at, kill_at;
	bool termed, killed, over, stopped;
	int status;
	int terminal; /* that it was given; -1: none */
	pid_t front;  /* the group that had it before */
};

/* ---- what it prints -------------------------------------------------------------------------- */

/* It writes to the client's own descriptors, so that nothing comes between, and what it leaves
 * running may write on. Only what is kept goes to a file without a name first. */
static int make_file(void)
{
	int fd = memfd_create("output", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd >= 0 && (ftruncate(fd, PRINTED_MAX) != 0 ||
			fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Passes on what was kept; its beginning, or NULL. free() it. */
static char *take_file(int fd, int out_fd, dg_ms until)
{
	/* The child has the same offset. */
	off_t len = lseek(fd, 0, SEEK_CUR), done = 0;
	char *kept = calloc(1, CHILD_OUTPUT_MAX + 1);
	char buf[4096];

	while (done < len) {
		size_t want = len - done < (off_t)sizeof(buf) ? (size_t)(len - done) : sizeof(buf);
		ssize_t n = pread(fd, buf, want, done);

		if (n <= 0 || !outlet_deliver(outlet_of(out_fd), buf, (size_t)n, until))
			break;
		if (kept != NULL && done < CHILD_OUTPUT_MAX)
			memcpy(kept + done, buf,
			       done + n <= CHILD_OUTPUT_MAX ? (size_t)n
							    : (size_t)(CHILD_OUTPUT_MAX - done));
		done += n;
	}
	close(fd);
	return kept;
}

/* ---- the child's side ------------------------------------------------------------------------ */

/* execvp(3) would give a file that is no program to a shell. */
static int find_and_execute(const struct child *child)
{
	const char *name = child->argv[0], *path = getenv("PATH");
	char file[PATH_LEN];
	int why = ENOENT;

	if (strchr(name, '/') != NULL) {
		execve(name, child->argv, child->environment);
		return errno;
	}
	while (path != NULL && *path != '\0') {
		size_t len = strcspn(path, ":");

		if (len > 0 &&
		    snprintf(file, sizeof(file), "%.*s/%s", (int)len, path, name) < PATH_LEN) {
			execve(file, child->argv, child->environment);
			if (errno != ENOENT && errno != ENOTDIR)
				why = errno;
		}
		path += len + (path[len] == ':');
	}
	return why;
}

/* It starts once it is told to, when it has a keeper. */
static void become(const struct child *child, int out, const int go[2], int why_fd)
{
	int null = descriptors_empty(), why;
	char octet;

	close(go[1]);
	setpgid(0, 0);
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	if (null > STDERR_FILENO)
		close(null);
	if (read(go[0], &octet, 1) != 1)
		_exit(127);
	descriptors_give_back();
	signals_give_back();
	why = find_and_execute(child);
	output_raw(why_fd, (const char *)&why, sizeof(why));
	_exit(127);
}

/* ---- our side -------------------------------------------------------------------------------- */

static bool open_pipe(int ends[2])
{
	int i;

	if (pipe(ends) != 0)
		return false;
	for (i = 0; i < 2; i++)
		fcntl(ends[i], F_SETFD, FD_CLOEXEC);
	return true;
}

static void close_pair(const int ends[2])
{
	if (ends[0] >= 0)
		close(ends[0]);
	if (ends[1] >= 0)
		close(ends[1]);
}

enum { GO, WHY, PIPES };

/* Lets it become the program, or, without a keeper, end. False, with errno: there is none. */
static bool let_go(struct watch *w, int go)
{
	bool good;
	int why;

	/* Both sides do it: whichever is first. */
	setpgid(w->pid, w->pid);
	good = keeper_start(&w->keeper, w->pid, GRACE_MS);
	why = errno;
	if (good)
		output_raw(go, "", 1);
	close(go);
	if (!good)
		w->over = waitpid(w->pid, &w->status, 0) == w->pid;
	errno = why;
	return good;
}

/* Starts it; errno when that fails, else 0. */
static int start(struct watch *w, int out)
{
	int pipes[PIPES][2], why = 0, i;

	for (i = 0; i < PIPES; i++)
		pipes[i][0] = pipes[i][1] = -1;
	for (i = 0; i < PIPES && open_pipe(pipes[i]); i++)
		;
	w->pid = i < PIPES ? -1 : fork();
	if (w->pid == 0)
		become(w->child, out, pipes[GO], pipes[WHY][1]);
	if (w->pid < 0) {
		why = errno;
		for (i = 0; i < PIPES; i++)
			close_pair(pipes[i]);
		return why;
	}
	guard_publisher(w->pid);
	close(pipes[GO][0]);
	close(pipes[WHY][1]);
	if (!let_go(w, pipes[GO][1]))
		why = errno;
	/* Closed by the program's start, or with the reason why there is none. */
	if (why == 0 && read(pipes[WHY][0], &why, sizeof(why)) != (ssize_t)sizeof(why))
		why = 0;
	close(pipes[WHY][0]);
	return why;
}

/* It reads from the terminal, or sets it up, as for a password: it gets it if it is ours to give.
 */
static bool give_terminal(struct watch *w)
{
	int fd = w->terminal >= 0 ? -1 : open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	w->front = fd < 0 ? -1 : tcgetpgrp(fd);
	if (fd < 0 || w->front != getpgrp() || tcsetpgrp(fd, w->pid) != 0) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	w->terminal = fd;
	return true;
}

/* What the user typed to end it was meant for all of us. */
static void take_terminal_back(struct watch *w)
{
	sigset_t one, before;

	if (w->terminal < 0)
		return;
	sigemptyset(&one);
	sigaddset(&one, SIGTTOU);
	sigprocmask(SIG_BLOCK, &one, &before);
	tcsetpgrp(w->terminal, w->front);
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(w->terminal);
	w->terminal = -1;
	if (w->over && WIFSIGNALED(w->status) && WTERMSIG(w->status) == SIGINT)
		kill(0, SIGINT);
}

/* Nobody sees otherwise why nothing goes on. */
static void heed_stop(struct watch *w, int number, dg_ms now)
{
	const char *program = w->child->argv[0];
	bool terminal = number == SIGTTIN || number == SIGTTOU;

	if (terminal && give_terminal(w)) {
		kill(-w->pid, SIGCONT);
	} else if (terminal) {
		say_at(SAY_WARNING,
		       "%.200s was stopped because it wants the terminal, which is not there for "
		       "it; it is ended",
		       program);
		w->stopped = true;
		w->term_at = now < w->term_at ? now : w->term_at;
		w->kill_at =
		    w->term_at + GRACE_MS < w->kill_at ? w->term_at + GRACE_MS : w->kill_at;
	} else {
		say_at(SAY_WARNING, "%.200s was stopped by signal %d; it is waited for", program,
		       number);
	}
}

static void reap(struct watch *w, dg_ms now)
{
	char octets[64];
	int status;

	while (read(w->poll[ENDED].fd, octets, sizeof(octets)) > 0)
		;
	while (!w->over && waitpid(w->pid, &status, WNOHANG | WUNTRACED) == w->pid) {
		if (WIFSTOPPED(status)) {
			heed_stop(w, WSTOPSIG(status), now);
			continue;
		}
		w->over = true;
		w->status = status;
	}
}

/* Passes a signal on, or ends it because its time is over. */
static void send_signals(struct watch *w, dg_ms now)
{
	if (w->over)
		return;
	if (w->poll[STOP].revents != 0) {
		kill(-w->pid, signals_caught() != 0 ? signals_caught() : SIGTERM);
		w->poll[STOP].fd = -1;
		w->poll[STOP].revents = 0;
		if (w->term_at > now + SIGNAL_GRACE_MS)
			w->term_at = now + SIGNAL_GRACE_MS;
		if (w->kill_at > w->term_at + GRACE_MS)
			w->kill_at = w->term_at + GRACE_MS;
	}
	if (now >= w->term_at && !w->termed) {
		w->termed = true;
		kill(-w->pid, SIGTERM);
		/* One that is stopped hears of it then. */
		kill(-w->pid, SIGCONT);
	}
	if (now >= w->kill_at && !w->killed) {
		w->killed = true;
		kill(-w->pid, SIGKILL);
	}
}

static void attend(struct watch *w)
{
	for (;;) {
		dg_ms now = clock_now(), until;
		int i;

		send_signals(w, now);
		until = w->termed ? w->kill_at : w->term_at;
		/* One that cannot even be killed hangs in the kernel: it is left alone. */
		if (w->over || (w->killed && now >= w->kill_at + KILLED_MS))
			break;
		if (w->killed)
			until = w->kill_at + KILLED_MS;
		if (poll(w->poll, FDS, until > now ? (int)(until - now) : 0) < 0) {
			for (i = 0; i < FDS; i++)
				w->poll[i].revents = 0;
			if (errno != EINTR)
				break;
		}
		reap(w, clock_now());
	}
}

/* What execve(2) does not find may be the program that a script names in its first line. */
static void find_interpreter(const char *program, int why, char line[INTERPRETER_LEN])
{
	int fd = why == ENOENT && strchr(program, '/') != NULL
		     ? open(program, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
		     : -1;
	ssize_t n = fd < 0 ? 0 : read(fd, line, INTERPRETER_LEN - 1);

	line[n < 0 ? 0 : n] = '\0';
	line[strcspn(line, "\n")] = '\0';
	if (strncmp(line, "#!", 2) != 0)
		line[0] = '\0';
	if (fd >= 0)
		close(fd);
}

static enum dg_status fail_to_run(const char *program, int why, struct dg_error *err)
{
	char line[INTERPRETER_LEN];
	struct statvfs fs;

	if (why == EACCES && strchr(program, '/') != NULL && statvfs(program, &fs) == 0 &&
	    (fs.f_flag & ST_NOEXEC) != 0)
		return dg_fail(err, DG_ESYSTEM,
			       "%.200s cannot be run: the file system that it is on is mounted "
			       "with noexec",
			       program);
	find_interpreter(program, why, line);
	if (line[0] == '\0')
		return dg_fail(err, DG_ESYSTEM, "%.200s cannot be run: %s", program, strerror(why));
	return dg_fail(
	    err, DG_ESYSTEM,
	    "%.200s cannot be run: its first line, \"%.80s\", names a program that is not "
	    "there%s",
	    program, line,
	    strchr(line, '\r') != NULL ? "; its lines end with CR LF, save it with LF" : "");
}

enum dg_status child_run(const struct child *child, struct child_end *ret_end, struct dg_error *err)
{
	dg_ms now = clock_now(), left = child->until > now ? child->until - now : 0;
	struct watch w = {.child = child, .kill_at = child->until, .terminal = -1};
	int file = child->keep ? make_file() : -1, ended = signals_catch_children();
	int why = ended < 0 ? errno : start(&w, file >= 0 ? file : child->out_fd);
	char *kept = NULL;

	if (w.pid > 0) {
		w.term_at = child->until - (left / 4 < GRACE_MS ? left / 4 : GRACE_MS);
		w.poll[ENDED] = (struct pollfd){.fd = ended, .events = POLLIN};
		w.poll[STOP] = (struct pollfd){.fd = child->stop_fd, .events = POLLIN};
		attend(&w);
		guard_publisher(0);
		take_terminal_back(&w);
	}
	if (w.keeper.pid > 0)
		keeper_stop(&w.keeper, w.over);
	if (file >= 0)
		kept = take_file(file, child->out_fd, w.term_at);
	if (w.pid <= 0 || why != 0) {
		free(kept);
		return fail_to_run(child->argv[0], why, err);
	}
	*ret_end = (struct child_end){.in_time = w.over && (!w.termed || w.stopped),
				      .stopped = w.stopped,
				      .status = w.status,
				      .output = kept};
	return DG_OK;
}

enum dg_status child_become(const struct child *child, struct dg_error *err)
{
	int why;

	descriptors_give_back();
	signals_give_back();
	if (child->out_fd != STDOUT_FILENO)
		dup2(child->out_fd, STDOUT_FILENO);
	why = find_and_execute(child);
	return fail_to_run(child->argv[0], why, err);
}
