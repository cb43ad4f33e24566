/* SPDX-License-Identifier: ISC */
/*
 * The addresses of a host, as the system knows them. The system's look-up blocks, so a thread of
 * its own waits for it, and writes what it learnt where the loop polls.
 */
#ifndef DG_LOOKUP_H
#define DG_LOOKUP_H

#include "base/addr.h"

/* Addresses of one host that are tried. */
#define DG_MAX_LOOKED_UP 8

struct dg_lookup;

struct dg_looked_up {
	struct dg_addr addr[DG_MAX_LOOKED_UP]; /* in the system's order */
	size_t count;
	int problem; /* with a count of 0: getaddrinfo's */
	int error;   /* and errno, where it says EAI_SYSTEM */
};

/* Starts to look up `host` (copied), of one family, 4 or 6, or of both, 0; each address gets
 * `port`. DG_ESYSTEM: there is no thread, or no descriptor, left just now; DG_ENOMEM. Free it with
 * dg_lookup_free, at any time. */
enum dg_status dg_lookup_new(struct dg_lookup **ret_lookup, const char *host, uint8_t family,
			     uint16_t port) DG_MUST_CHECK;
void dg_lookup_free(struct dg_lookup *l);

/* It is over when this becomes readable. */
int dg_lookup_fd(const struct dg_lookup *l);

/* What was found. Blocks unless it is over. */
void dg_lookup_take(struct dg_lookup *l, struct dg_looked_up *ret_found);

/* The words for a look-up that found nothing; they hold until the next call. */
const char *dg_lookup_problem(const struct dg_looked_up *found);

#endif
