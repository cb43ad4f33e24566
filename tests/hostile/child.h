/* SPDX-License-Identifier: ISC */
/* The program under test: started, and what its end tells. */
#ifndef CHILD_H
#define CHILD_H

#include <stdbool.h>
#include <sys/types.h>

struct child {
	pid_t pid;
	int done;     /* readable when it has ended */
	int terminal; /* what it writes to its terminal; -1: it has none */
	double begin, waited;
};

struct ending {
	int status;     /* of exit, or 1000 and the signal */
	double elapsed; /* seconds, from before the fork */
	double waited;  /* of them, so many neither it nor we had a processor that we wanted */
	double cpu;
	long kib; /* peak memory */
};

/* A copy of us: true in the copy, whose end is told as that of any other child. */
bool child_fork(struct child *c);

/* Starts argv[0] with its standard output and error in files (folder/out, folder/err), or with its
 * error on a terminal of that size. It dies with us. */
void child_start(struct child *c, char *const *argv, const char *folder,
		 const unsigned *columns_and_rows);

/* Waits for it; `kill`: it is made to end first. */
void child_end(struct child *c, bool kill_it, struct ending *ret_ending);

#endif
