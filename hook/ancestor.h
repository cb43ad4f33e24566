/* SPDX-License-Identifier: ISC */
/* Who called us, however many shells stand between. */
#ifndef ANCESTOR_H
#define ANCESTOR_H

#include <stdbool.h>
#include <stddef.h>

/* What tells a process from any other, past and to come, on this machine. */
struct ancestor {
	long pid;
	unsigned long long start; /* in clock ticks since this machine's */
};

/* Finds the farthest, or the nearest, ancestor process whose program or script has this name. (A near one may be a
 * hook script named after it, another process at each call.) False when there is none, or /proc cannot be read. */
bool ancestor_find(const char *program, bool nearest, struct ancestor *ret_ancestor);

/* Sends it a signal, if it is still there. */
bool ancestor_signal(const struct ancestor *ancestor, int number);

#endif
