/* SPDX-License-Identifier: ISC */
/* Moments keyed by small integers, the earliest first: a binary heap that finds its entries. */
#ifndef DG_TIMERS_H
#define DG_TIMERS_H

#include "dns01gate.h"

struct dg_timer {
	dg_ms at;
	uint32_t key;
};

struct dg_timers {
	struct dg_timer *heap;
	size_t count;
	size_t *place; /* by key: position in the heap plus one, 0 when unset */
	size_t keys;
};

/* All of {0} is an empty set of timers. */
void dg_timers_free(struct dg_timers *t);

/* Makes room for keys below `keys`, so that setting one cannot fail. */
bool dg_timers_reserve(struct dg_timers *t, size_t keys) DG_MUST_CHECK;

/* Sets or moves the timer of a key; removes it. */
void dg_timers_set(struct dg_timers *t, uint32_t key, dg_ms at);
void dg_timers_unset(struct dg_timers *t, uint32_t key);

/* The earliest; NULL when there is none. */
const struct dg_timer *dg_timers_first(const struct dg_timers *t);

#endif
