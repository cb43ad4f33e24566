/* SPDX-License-Identifier: ISC */
/* The program that called us, however many shells and wrappers stand between. */
#ifndef ANCESTOR_H
#define ANCESTOR_H

#include <stdbool.h>
#include <stddef.h>

/* Tells a process from any other on this machine, past and to come. */
struct ancestor {
	long pid;
	unsigned long long start; /* in clock ticks since this machine's */
};

/* Finds the nearest ancestor process, process 1 too, that executes this program: itself, or as the
 * script or module of an interpreter. One that a shell interprets is a wrapper or a hook of that
 * name, and is found only when there is no other. False when there is none, or /proc cannot be
 * read. */
bool ancestor_find(const char *program, struct ancestor *ret_ancestor);

/* The same, and of a shell that calls from copies of itself the first. */
bool ancestor_client(const char *program, struct ancestor *ret_ancestor);

/* Finds the nearest ancestor process that did not begin with that setting, "NAME=value": all that
 * stand between it and us got it from there. False when that cannot be read. */
bool ancestor_before(const char *setting, struct ancestor *ret_ancestor);

/* This process; it starts at 0 when /proc cannot be read. */
void ancestor_own(struct ancestor *ret_self);

/* True when that process is one of our ancestors, or /proc cannot be read. */
bool ancestor_is(const struct ancestor *ancestor);

/* Sends it a signal, if it is still there, or 0 to try. For any thread. */
bool ancestor_signal(const struct ancestor *ancestor, int number);

/* What a command line executes. `words`: the NUL-terminated words one after the other, `len` octets
 * in all. */
enum executes {
	EXECUTES_OTHER,
	EXECUTES_IN_SHELL, /* the program, as a shell's script */
	EXECUTES_ITSELF
};
enum executes ancestor_executes(const char *words, size_t len, const char *program);

#endif
