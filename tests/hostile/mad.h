/* SPDX-License-Identifier: ISC */
/*
 * What a hostile server says instead: answers that are well-formed, each for itself, and random.
 * Which kinds, how often, how late, follows from the seed: its temper.
 */
#ifndef MAD_H
#define MAD_H

#include "ground.h"

#define MAD_KINDS 18

struct temper {
	unsigned mad;               /* of a thousand answers, so many are not the ground's */
	bool leaf;                  /* these are about TXT alone: what leads there is sound */
	unsigned weight[MAD_KINDS]; /* of each kind */
	unsigned silent, slow, doubled, stray, reset, cut,
	    truncated;  /* per thousand, each for itself */
	unsigned plain; /* messages without compression */
	double slowest; /* seconds */
};

/* What becomes of a message on its way. */
struct delivery {
	bool silent;
	bool reset;      /* TCP: closed instead of an answer */
	bool cut;        /* TCP: closed after half of it */
	bool truncated;  /* UDP: TC, whatever is in it */
	bool stray;      /* a message that answers something else comes first */
	unsigned copies; /* at least one */
	double delay;    /* seconds */
};

void temper_make(struct temper *t, uint64_t seed);

/* The answer to the nth question of its kind, and its delivery. */
void mad_answer(const struct ground *g, const struct temper *t, const struct question *q,
		unsigned nth, struct draft *d, struct delivery *ret_delivery);

#endif
