/* SPDX-License-Identifier: ISC */
/*
 * One UDP and one TCP socket for all of 127.0.0.0/8, bound to the loopback device: whatever address
 * of it is asked is a server. Who answers what is the caller's.
 */
#ifndef SERVER_H
#define SERVER_H

#include "ledger.h"
#include "mad.h"

struct server;

/* Fills in the answer, and how it is delivered, which is at once and once unless told otherwise;
 * `nth`: so many of the same question to the same address were before. */
typedef void server_answer(void *self, const struct question *q, unsigned nth, struct draft *d,
			   struct delivery *delivery);

/* On a port that is free; what cannot be ends the program. */
struct server *server_open(server_answer *answer, void *self);
void server_close(struct server *s);
unsigned server_port(const struct server *s);

/* What was asked; the server's. */
struct ledger *server_ledger(struct server *s);

/* Serves until `until` becomes readable or so many seconds have gone; false: the latter. What comes
 * from `drain` (-1: nothing) goes to the file `to`. */
bool server_run(struct server *s, int until, double seconds, int drain, int to);

/* Seconds since the server was opened. */
double server_now(const struct server *s);

#endif
