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
	bool in_time; /* it ended before its time was over */
	bool stopped; /* and wanted a terminal that it could not have */
	int status;   /* as waitpid(2) gives it */
	char *output; /* with `keep`: free() it */
};

/* Runs it to its end. It writes to our own standard error, and to out_fd; with `keep` what it
 * printed there is passed on at its end. It, and what it started, has a process group of its own,
 * nothing on standard input, the signals and limits that we were given, the terminal if it asks for
 * it and we have it, and half a second between SIGTERM and SIGKILL when its time is over, or when
 * we are killed. What it leaves running goes on. DG_ESYSTEM: it cannot be run. */
enum dg_status child_run(const struct child *child, struct child_end *ret_end,
			 struct dg_error *err) DG_MUST_CHECK;

/* Becomes the program, in our own place; of the child only argv, environment and out_fd count.
 * Returns only if it cannot be run: DG_ESYSTEM. */
enum dg_status child_become(const struct child *child, struct dg_error *err) DG_MUST_CHECK;

#endif
