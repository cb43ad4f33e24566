/* SPDX-License-Identifier: ISC */
/*
 * What a network does to packets, for fakenet.h: loss, jitter, outages, a narrow link with a queue,
 * servers that limit their answers. All by chance from a seed, or fixed; times are seconds.
 */
#ifndef WEATHER_H
#define WEATHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

#define WEATHER_OUTAGES 4
#define WEATHER_SERVERS 64

struct weather {
	double loss;   /* of packets, each way: 0 to 1 */
	double jitter; /* at most so much later, by chance */
	struct {
		double from, to;
	} outage[WEATHER_OUTAGES];
	size_t noutages;
	bool no_route;  /* in an outage this machine knows that it has no way out */
	double limit;   /* answers a second of one server over UDP; 0: all */
	unsigned slip;  /* of those above it, each such one is sent truncated; 0: none is */
	double width;   /* octets a second, each way; 0: any */
	double longest; /* seconds that a packet waits for the link; one that would wait longer is
			   lost */
	uint32_t random;

	/* as it goes on */
	double owner_free[2];
	struct {
		char addr[DG_ADDR_TEXT];
		double credit, at;
		unsigned over;
	} server[WEATHER_SERVERS];
	size_t nservers;
	unsigned sent, lost; /* packets */
};

/* Reads words of KEY=VALUE, the keys loss, jitter, limit, slip, width, longest and seed; false: one
 * is wrong. */
bool weather_read(struct weather *ret_weather, const char *text);

/* True when the path is down then. */
bool weather_is_out(const struct weather *w, double now);

/* A packet of so many octets leaves for the other side, `up` or back: how long it takes beside the
 * way itself; less than 0: it is lost. */
double weather_pass(struct weather *w, bool up, size_t octets, double now);

enum weather_answer { WEATHER_SENT, WEATHER_TRUNCATED, WEATHER_WITHHELD };

/* What the limit makes of an answer by that server. */
enum weather_answer weather_limit(struct weather *w, const char *addr, double now);

/* How long a TCP question of `octets` with an answer of `answer` octets takes over a way of `rtt`
 * seconds, with the retransmissions of TCP (RFC 6298); less than 0: longer than anybody waits. */
double weather_stream(struct weather *w, size_t octets, size_t answer, double rtt, double now);

/* A number from 0 to 1. */
double weather_chance(struct weather *w);

#endif
