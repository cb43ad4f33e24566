/* SPDX-License-Identifier: ISC */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "system/clock.h"
#include "system/descriptors.h"
#include "system/guard.h"
#include "keeper.h"
#include "system/outlet.h"
#include "system/output.h"
#include "system/signals.h"

/* Of a script's first line, as the kernel reads it. */
#define INTERPRETER_LEN 256

#define GRACE_MS 500
/* How long a child has to end by itself after a signal that was passed on. */
#define SIGNAL_GRACE_MS (CHILD_SIGNAL_MS - GRACE_MS)
/* And how long what it left running may still print: when there is time, and when there is none. */
#define DRAIN_MS 100
#define DRAIN_LATE_MS 20
/* lego reads lines of up to 64 KiB. */
#define LINE_LEN 4096
#define PATH_LEN 4096

enum { OUT, ERR, ENDED, STOP, FDS };

/* One of its streams. */
struct stream {
	int from;
	struct outlet *to;
	char line[LINE_LEN];
	size_t len;
	bool keep;
	char *kept;
	size_t kept_len;
};

struct watch {
	pid_t pid;
	struct keeper keeper;
	struct stream stream[2];
	struct pollfd poll[FDS];
	dg_ms term_at, kill_at, drain_until;
	bool termed, killed, over;
	int status;
};

/* ---- passing on ------------------------------------------------------------------------------ */

static void keep_text(struct stream *s, const char *text, size_t len)
{
	if (!s->keep || s->kept == NULL)
		return;
	if (len > CHILD_OUTPUT_MAX - s->kept_len)
		len = CHILD_OUTPUT_MAX - s->kept_len;
	memcpy(s->kept + s->kept_len, text, len);
	s->kept_len += len;
}

static void flush_line(struct stream *s, dg_ms until)
{
	outlet_deliver(s->to, s->line, s->len, until);
	s->len = 0;
}

/* Passes on what there is to read, up to its last newline, which it waits for until then at most.
 * False at the end. */
static bool pass_on(struct stream *s, dg_ms until)
{
	ssize_t n = read(s->from, s->line + s->len, LINE_LEN - 1 - s->len);
	char *last;
	size_t whole;

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	if (n == 0) {
		if (s->len > 0)
			s->line[s->len++] = '\n';
		flush_line(s, until);
		return false;
	}
	keep_text(s, s->line + s->len, (size_t)n);
	s->len += (size_t)n;
	if (s->len == LINE_LEN - 1 && memchr(s->line, '\n', s->len) == NULL)
		s->line[s->len++] = '\n';
	for (last = s->line + s->len; last > s->line && last[-1] != '\n'; last--)
		;
	whole = (size_t)(last - s->line);
	outlet_deliver(s->to, s->line, whole, until);
	s->len -= whole;
	memmove(s->line, last, s->len);
	return true;
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
static void become(const struct child *child, int out, int err, const int go[2], int why_fd)
{
	int null = descriptors_empty(), why;
	char octet;

	close(go[1]);
	setpgid(0, 0);
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
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

enum { OUT_PIPE, ERR_PIPE, GO, WHY, PIPES };

/* Lets it become the program, or, without a keeper, end. False, with errno: there is none. */
static bool let_go(struct watch *w, int go, const int hold[2])
{
	bool good;
	int why;

	/* Both sides do it: whichever is first. */
	setpgid(w->pid, w->pid);
	good = keeper_start(&w->keeper, w->pid, hold, GRACE_MS);
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
static int start(const struct child *child, struct watch *w)
{
	int pipes[PIPES][2], why = 0, i;

	for (i = 0; i < PIPES; i++)
		pipes[i][0] = pipes[i][1] = -1;
	for (i = 0; i < PIPES && open_pipe(pipes[i]); i++)
		;
	w->pid = i < PIPES ? -1 : fork();
	if (w->pid == 0)
		become(child, pipes[OUT_PIPE][1], pipes[ERR_PIPE][1], pipes[GO], pipes[WHY][1]);
	if (w->pid < 0) {
		why = errno;
		for (i = 0; i < PIPES; i++)
			close_pair(pipes[i]);
		return why;
	}
	guard_publisher(w->pid);
	for (i = 0; i < PIPES; i++)
		close(pipes[i][i == GO ? 0 : 1]);
	w->stream[0] = (struct stream){
	    .from = pipes[OUT_PIPE][0], .to = outlet_of(child->out_fd), .keep = child->keep};
	w->stream[1] = (struct stream){.from = pipes[ERR_PIPE][0], .to = outlet_of(STDERR_FILENO)};
	if (!let_go(w, pipes[GO][1], (const int[]){pipes[OUT_PIPE][0], pipes[ERR_PIPE][0]}))
		why = errno;
	if (child->keep)
		w->stream[0].kept = malloc(CHILD_OUTPUT_MAX + 1);
	/* Closed by the program's start, or with the reason why there is none. */
	if (why == 0 && read(pipes[WHY][0], &why, sizeof(why)) != (ssize_t)sizeof(why))
		why = 0;
	close(pipes[WHY][0]);
	return why;
}

static void reap(struct watch *w, dg_ms now)
{
	char octets[64];

	while (read(w->poll[ENDED].fd, octets, sizeof(octets)) > 0)
		;
	if (!w->over && waitpid(w->pid, &w->status, WNOHANG) == w->pid) {
		w->over = true;
		w->drain_until =
		    now + (now >= w->term_at || signals_caught() != 0 ? DRAIN_LATE_MS : DRAIN_MS);
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
	}
	if (now >= w->kill_at && !w->killed) {
		w->killed = true;
		kill(-w->pid, SIGKILL);
	}
}

static dg_ms next_moment(const struct watch *w)
{
	if (w->over)
		return w->drain_until;
	if (!w->termed)
		return w->term_at;
	/* One that cannot even be killed hangs in the kernel: it is left alone. */
	return w->killed ? w->kill_at + DRAIN_LATE_MS : w->kill_at;
}

static void attend(struct watch *w)
{
	for (;;) {
		dg_ms now = clock_now(), until;
		int i;

		send_signals(w, now);
		until = next_moment(w);
		if ((w->over && w->poll[OUT].fd < 0 && w->poll[ERR].fd < 0) ||
		    (now >= until && (w->over || w->killed)))
			break;
		if (poll(w->poll, FDS, until > now ? (int)(until - now) : 0) < 0) {
			for (i = 0; i < FDS; i++)
				w->poll[i].revents = 0;
			if (errno != EINTR)
				break;
		}
		for (i = 0; i < 2; i++)
			if (w->poll[i].revents != 0 && !pass_on(&w->stream[i], w->term_at))
				w->poll[i].fd = -1;
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
	struct watch w = {.kill_at = child->until};
	int ended = signals_catch_children(), why = ended < 0 ? errno : start(child, &w), i;

	if (w.pid <= 0)
		return fail_to_run(child->argv[0], why, err);
	w.term_at = child->until - (left / 4 < GRACE_MS ? left / 4 : GRACE_MS);
	w.poll[OUT] = (struct pollfd){.fd = w.stream[0].from, .events = POLLIN};
	w.poll[ERR] = (struct pollfd){.fd = w.stream[1].from, .events = POLLIN};
	w.poll[ENDED] = (struct pollfd){.fd = ended, .events = POLLIN};
	w.poll[STOP] = (struct pollfd){.fd = child->stop_fd, .events = POLLIN};
	attend(&w);
	guard_publisher(0);
	if (w.keeper.pid > 0)
		keeper_stop(&w.keeper, w.over);
	for (i = 0; i < 2; i++) {
		flush_line(&w.stream[i], w.term_at);
		close(w.stream[i].from);
	}
	if (w.stream[0].kept != NULL)
		w.stream[0].kept[w.stream[0].kept_len] = '\0';
	ret_end->in_time = w.over && !w.termed;
	ret_end->status = w.status;
	ret_end->output = w.stream[0].kept;
	if (why != 0) {
		free(ret_end->output);
		return fail_to_run(child->argv[0], why, err);
	}
	return DG_OK;
}
