/* SPDX-License-Identifier: ISC */
/* Numbers that follow from a seed (SplitMix64): the same in each run. */
#ifndef DICE_H
#define DICE_H

#include <stdbool.h>
#include <stdint.h>

struct dice {
	uint64_t state;
};

/* Two numbers made into one that tells nothing of either. */
static inline uint64_t dice_mix(uint64_t a, uint64_t b)
{
	uint64_t x = a * 0x9e3779b97f4a7c15u + b + 0x632be59bd9b4e019u;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

static inline uint64_t dice_next(struct dice *dice)
{
	dice->state += 0x9e3779b97f4a7c15u;
	return dice_mix(dice->state, 0);
}

/* 0 to n - 1; n is not 0. */
static inline unsigned dice_below(struct dice *dice, unsigned n)
{
	return (unsigned)(dice_next(dice) >> 32) % n;
}

static inline bool dice_chance(struct dice *dice, unsigned per_mille)
{
	return dice_below(dice, 1000) < per_mille;
}

#endif
