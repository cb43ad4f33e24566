/* SPDX-License-Identifier: ISC */
/*
 * Where text goes that may not go: a terminal that was stopped, a pipe or a log that nobody reads.
 * No write blocks.
 *
 *  1. A write waits for room, but no longer than a second, and never past the timeout or a signal
 *     (guard.h).
 *  2. What does not go is dropped as a whole, a line or a stroke of the table; of what went in
 *     part, the rest goes before anything else does.
 *  3. Where something was dropped, the next write does not wait, until one goes again.
 *
 * The descriptor is the caller's: whoever else has it must not find it changed. So a pipe and a
 * terminal are opened anew, not to block; where that is not allowed, so little is written at a time
 * that there is room for it.
 */
#ifndef OUTLET_H
#define OUTLET_H

#include "dns01gate.h"

struct outlet {
	int fd;
	bool open, socket, careful; /* careful: writing to it may block */
	bool clogged;
	char *rest; /* of what went in part */
	size_t rest_len;
};

/* An outlet for a descriptor of the caller's, like standard error; made at the first use of it. */
struct outlet *outlet_of(int fd);

/* One for a descriptor that was opened not to block. outlet_close closes it too. */
void outlet_open(struct outlet *o, int fd);
void outlet_close(struct outlet *o);

/* Writes a line, or what else stands for itself. False: it was dropped. */
bool outlet_put(struct outlet *o, const char *text, size_t len);

/* Writes all of it, for which it may wait until then. False, with errno (EAGAIN: there was no room
 * in time): a part of it is missing. */
bool outlet_deliver(struct outlet *o, const char *text, size_t len, dg_ms until);

/* The program ends: a terminal on which a stroke was cut is set right. */
void outlet_end(struct outlet *o);

/* The same, and writes as much as goes at once, whatever another thread is just writing. With all
 * signals blocked. */
void outlet_last(const struct outlet *o, const char *text, size_t len);

#endif
