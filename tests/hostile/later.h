/* SPDX-License-Identifier: ISC */
/* Datagrams to be sent later: a heap, the next one first. */
#ifndef LATER_H
#define LATER_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LATER_MOST 20000

struct datagram {
	double at;     /* seconds since the server began */
	uint32_t from; /* in host order */
	struct sockaddr_in to;
	uint8_t *wire; /* its own */
	size_t len;
};

struct later {
	struct datagram *datagram[LATER_MOST];
	size_t count;
};

/* Takes it, and its octets; false: there is no room, and nothing is taken. */
bool later_push(struct later *l, const struct datagram *one);

/* The next one, of which there has to be one; and when it is due, infinite without any. */
struct datagram later_pop(struct later *l);
double later_due(const struct later *l);

#endif
