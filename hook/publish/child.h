/* SPDX-License-Identifier: ISC */
/* The user's own program, run as a child: never by a shell. */
#ifndef CHILD_H
#define CHILD_H

#include "dns01gate.h"

/* The most of its output that is kept: an environment string may be 128 KiB (execve(2)). */
#define CHILD_OUTPUT_MAX 65536

/* How long a child has to end after a signal. */
#define CHILD_SIGNAL_MS 2500

struct child {
	char *const *argv; /* its first word: a path, or looked for in PATH */
	char *const *environment;
	dg_ms until; /* on clock.h's clock: then it is killed */
	int stop_fd; /* readable: the signal that came is passed on */
	int out_fd;  /* where its standard output goes */
	bool keep;   /* and is kept */
};

struct child_end {
	bool in_time;
	int status;   /* as waitpid(2) gives it */
	char *output; /* with `keep`: free() it */
};

/* Runs it to its end. What it prints is passed on line by line; as long as nobody reads that, it is
 * not read from the child either. It, and what it started, has a process group of its own, nothing
 * on standard input, the signals and limits that we were given, and half a second between SIGTERM
 * and SIGKILL when its time is over, or when we are killed. DG_ESYSTEM: it cannot be run. */
enum dg_status child_run(const struct child *child, struct child_end *ret_end,
			 struct dg_error *err) DG_MUST_CHECK;

#endif
