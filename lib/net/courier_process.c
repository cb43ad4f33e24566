/* SPDX-License-Identifier: ISC */
/* A program as a child, never by a shell. It has a process group of its own, so that a terminal's
 * signals are ours to pass on, and is killed when its time is over or the run is. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "courier.h"

#define STEP 16384
#define WORDS 512
/* Between closing what it writes to and its end: how often that is looked for. */
#define END_MS 10

extern char **environ;

struct process {
	pid_t pid; /* 0: it was waited for */
	int out, err;
	char words[WORDS]; /* the last of what it said on standard error */
	size_t nwords;
};

static bool open_pipe(int ends[2])
{
	int i;

	if (pipe(ends) != 0)
		return false;
	for (i = 0; i < 2; i++)
		fcntl(ends[i], F_SETFD, FD_CLOEXEC);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	return true;
}

static void close_pair(int ends[2])
{
	if (ends[0] >= 0)
		close(ends[0]);
	if (ends[1] >= 0)
		close(ends[1]);
}

/* What the program is to find: no signal is blocked or ignored, whatever we do with them. errno of
 * what failed, or 0. */
static int spawn(const struct dg_fetch *fetch, int out, int err, pid_t *ret_pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int why = posix_spawn_file_actions_init(&files);

	if (why != 0)
		return why;
	why = posix_spawnattr_init(&attributes);
	if (why != 0) {
		posix_spawn_file_actions_destroy(&files);
		return why;
	}
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
						  POSIX_SPAWN_SETPGROUP);
	why = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (why == 0)
		why = posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	if (why == 0)
		why = posix_spawn_file_actions_adddup2(&files, err, STDERR_FILENO);
	if (why == 0)
		why = posix_spawnp(ret_pid, fetch->argv[0], &files, &attributes,
				   (char *const *)fetch->argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	return why;
}

static void process_free(struct process *p)
{
	if (p->out >= 0)
		close(p->out);
	if (p->err >= 0)
		close(p->err);
	free(p);
}

enum dg_status dg_process_begin(struct dg_trip *trip, const struct dg_fetch *fetch)
{
	int out[2] = {-1, -1}, err[2] = {-1, -1}, why = 0;
	struct process *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return DG_ENOMEM;
	p->out = p->err = -1;
	trip->own = p;
	if (!open_pipe(out) || !open_pipe(err))
		why = errno;
	if (why == 0)
		why = spawn(fetch, out[1], err[1], &p->pid);
	if (why != 0) {
		close_pair(out);
		close_pair(err);
		p->pid = 0;
		trip->done = true;
		snprintf(trip->fetched.why, sizeof(trip->fetched.why), "%.60s cannot be run: %s",
			 fetch->argv[0], strerror(why));
		return DG_OK;
	}
	close(out[1]);
	close(err[1]);
	p->out = out[0];
	p->err = err[0];
	return DG_OK;
}

void dg_process_end(struct dg_trip *trip)
{
	struct process *p = trip->own;

	if (p == NULL)
		return;
	if (p->pid > 0) {
		kill(-p->pid, SIGKILL);
		/* One that cannot even be killed hangs in the kernel: it is left alone. */
		waitpid(p->pid, NULL, WNOHANG);
	}
	process_free(p);
	trip->own = NULL;
}

size_t dg_process_pollfds(const struct dg_trip *trip, struct pollfd *set)
{
	const struct process *p = trip->own;
	size_t count = 0;

	if (p == NULL || trip->done)
		return 0;
	if (p->out >= 0)
		set[count++] = (struct pollfd){.fd = p->out, .events = POLLIN};
	if (p->err >= 0)
		set[count++] = (struct pollfd){.fd = p->err, .events = POLLIN};
	return count;
}

/* The last octets are kept. */
static void keep_words(struct process *p, const char *octets, size_t len)
{
	if (len > WORDS) {
		octets += len - WORDS;
		len = WORDS;
	}
	if (p->nwords + len > WORDS) {
		size_t drop = p->nwords + len - WORDS;

		memmove(p->words, p->words + drop, p->nwords - drop);
		p->nwords -= drop;
	}
	memcpy(p->words + p->nwords, octets, len);
	p->nwords += len;
}

/* Reads once; closes it at its end. */
static void read_some(struct dg_trip *trip, int *fd, bool words)
{
	struct process *p = trip->own;
	char octets[STEP];
	ssize_t n;

	if (*fd < 0)
		return;
	n = read(*fd, octets, sizeof(octets));
	if (n > 0 && words)
		keep_words(p, octets, (size_t)n);
	if (n > 0 && !words && !dg_parcel_add(&trip->parcel, octets, (size_t)n))
		trip->done = true;
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		close(*fd);
		*fd = -1;
	}
}

/* Of what it said only the last line is of use: ssh draws frames before it. */
static void tell_words(const struct process *p, struct dg_fetched *f)
{
	size_t end = p->nwords, begin;

	while (end > 0 && (unsigned char)p->words[end - 1] <= ' ')
		end--;
	for (begin = end; begin > 0 && p->words[begin - 1] != '\n'; begin--) {
	}
	dg_fetch_words(p->words + begin, end - begin, f->why, sizeof(f->why));
}

void dg_process_run(struct dg_trip *trip, dg_ms now)
{
	struct process *p = trip->own;
	int status = 0;
	pid_t ended;

	read_some(trip, &p->out, false);
	read_some(trip, &p->err, true);
	/* What it left running may hold its standard error. */
	if (trip->done || p->out >= 0)
		return;
	ended = waitpid(p->pid, &status, WNOHANG);
	trip->again = now + END_MS;
	if (ended == 0)
		return;
	/* Where the caller ignores SIGCHLD nobody knows how it ended: what it wrote has to tell. */
	trip->fetched.status = ended < 0 ? 0 : WIFEXITED(status) ? WEXITSTATUS(status) : 255;
	p->pid = 0;
	read_some(trip, &p->err, true);
	tell_words(p, &trip->fetched);
	trip->done = true;
}
