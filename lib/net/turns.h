/* SPDX-License-Identifier: ISC */
/* The questions that wait for one address. The name that was asked for longest ago goes first, so
 * no name waits for all questions of another. */
#ifndef DG_TURNS_H
#define DG_TURNS_H

#include "dns01gate.h"

struct dg_turn {
	dg_ms last; /* when its name was asked for last */
	uint64_t order;
	uint32_t handle;
	uint64_t serial; /* of the exchange: the handle may be another's by now */
};

struct dg_turns {
	struct dg_turn *heap;
	size_t count;
	uint64_t order;
};

/* All of {0} is empty. */
void dg_turns_free(struct dg_turns *t);

/* False when memory ran out. */
bool dg_turns_add(struct dg_turns *t, dg_ms last, uint32_t handle, uint64_t serial) DG_MUST_CHECK;

/* Takes out the first; there must be one. */
struct dg_turn dg_turns_take(struct dg_turns *t);

#endif
