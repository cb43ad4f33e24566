/* SPDX-License-Identifier: ISC */
/* A process that outlives us, should we be killed, just to end the group of processes that we
 * started. */
#ifndef KEEPER_H
#define KEEPER_H

#include <stdbool.h>
#include <sys/types.h>

struct keeper {
	pid_t pid;
	int end; /* while it is open, we live */
};

/* Starts one for a process group: it gets SIGTERM when we die, and SIGKILL so many milliseconds
 * later. False, with errno: there is none. */
bool keeper_start(struct keeper *ret_keeper, pid_t group, int grace);

/* It is no longer needed: the group has ended, or else is ended now, for which nobody waits. */
void keeper_stop(struct keeper *keeper, bool ended);

#endif
