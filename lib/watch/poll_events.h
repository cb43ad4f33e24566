/* SPDX-License-Identifier: ISC */
/* The changes in what one address said over time: plain data, for the report. */
#ifndef DG_POLL_EVENTS_H
#define DG_POLL_EVENTS_H

#include "base/types.h"

enum dg_last_event {
	DG_LAST_NONE,
	DG_LAST_ASKED,
	DG_LAST_STATE,
	DG_LAST_CONFIRMED,
	DG_LAST_RELAPSED,
	DG_LAST_LEFT_OUT
};

struct dg_events {
	dg_ms origin;             /* the moments count from then */
	struct dg_moment *moment; /* at most DG_MAX_EVENTS */
	size_t count, dropped;
	enum dg_last_event last;
	enum dg_state state; /* the last that was noted */
};

void dg_events_free(struct dg_events *e);

/* Each takes note of what happened `now`, unless that is what was noted last. Where there is no
 * room, it takes the last one's place; nor where memory ran out. */
void dg_events_asked(struct dg_events *e, dg_ms now);
void dg_events_state(struct dg_events *e, enum dg_state state, dg_ms now);
void dg_events_confirmed(struct dg_events *e, dg_ms now);
void dg_events_relapsed(struct dg_events *e, dg_ms now);

/* Left out, or not: an address that counts again is what it said last. */
void dg_events_left_out(struct dg_events *e, bool left_out, dg_ms now);

#endif
