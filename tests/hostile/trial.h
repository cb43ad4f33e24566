/* SPDX-License-Identifier: ISC */
/* One seed: its world, and how the program is called in it. */
#ifndef TRIAL_H
#define TRIAL_H

#include "child.h"
#include "ground.h"
#include "mad.h"

#define WORDS 48

enum mode { WAIT, TERMINAL, CHECK, RESOLVER, JSON, MODES };

struct trial {
	uint64_t seed;
	enum mode mode;
	struct ground ground;
	struct temper temper;
	unsigned timeout, confirmations, window[2];
	bool judged, skip; /* DNSSEC; the record's own servers are not asked */
	char folder[64];
	char word[WORDS][160];
	char *argv[WORDS + 1];
	size_t words;
	struct ending ending;
	unsigned tries;
	bool good, late;
};

/* The command line that follows from the seed, for servers on that port; it takes its files from
 * the trial's folder. */
void trial_command(struct trial *t, const char *program, unsigned port);

#endif
