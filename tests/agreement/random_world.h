/* SPDX-License-Identifier: ISC */
/*
 * Random signed worlds: two to five zones in a line, and one beside them, each on one address, each
 * signed in some way or not, with wildcards, empty non-terminals, aliases within and across zones;
 * one thing wrong with them, or nothing; and a question.
 */
#ifndef RANDOM_WORLD_H
#define RANDOM_WORLD_H

#include <stdint.h>

#define RANDOM_SCRIPT 16384

struct random_world {
	char script[RANDOM_SCRIPT];
	char name[256], type[16]; /* the question */
	char defect[32];          /* a kind of world_spoil.h, a key's flags; "": none */
};

/* Always the same from the same seed. */
void random_world_make(struct random_world *ret, uint32_t seed);

#endif
