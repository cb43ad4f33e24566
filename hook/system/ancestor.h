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

/* Finds the outermost ancestor process in this container. False when /proc cannot be read. */
bool ancestor_oldest(struct ancestor *ret_ancestor);

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
