/* SPDX-License-Identifier: ISC */
/*
 * How fast questions may go: the rate to one address, and the window of all that are in flight.
 * Both grow with answers and are halved when a queue grows or questions are lost: additive
 * increase, multiplicative decrease (RFC 5681's way; RFC 8085 section 3.1 asks it of UDP). Pure:
 * told the time and what happened.
 */
#ifndef DG_PACE_H
#define DG_PACE_H

#include "dns01gate.h"

struct dg_pace {
	bool begun;
	int64_t rate;    /* questions in a thousand seconds */
	int64_t slot_us; /* theoretical time of the next question (GCRA) */
	dg_ms cut;       /* when it was halved last; 0: never */
};

/* When the next question to the address may go, now or later. Never more than DG_RATE_ADDRESS in
 * any second. */
dg_ms dg_pace_next(const struct dg_pace *pace, dg_ms now);

/* One goes. */
void dg_pace_sent(struct dg_pace *pace, dg_ms now);

/* One was answered. */
void dg_pace_answered(struct dg_pace *pace);

/* Something was lost, truncated without need, or waited long in a queue: that halves the rate, once
 * in a while. */
void dg_pace_cut(struct dg_pace *pace, dg_ms now);

struct dg_window {
	bool begun;
	unsigned open; /* in flight: sent, not answered, and not long enough ago to be lost */
	int64_t size;  /* thousandths */
	int64_t slow;  /* from that size on it grows slowly */
	dg_ms cut;
	int64_t queueing_us; /* what round trips spend in queues */
	dg_ms moved;         /* when the last answer came, */
	dg_ms moved_sent;    /* and when its question had left */
};

/* It grows slowly again to the rate that it was cut back from. */
bool dg_window_is_full(const struct dg_window *w);
void dg_window_sent(struct dg_window *w);
void dg_window_closed(struct dg_window *w);

/* An answer came, which has spent so long in queues; and its question left then. */
void dg_window_answered(struct dg_window *w, int64_t queueing_us, dg_ms now);
void dg_window_moved(struct dg_window *w, dg_ms sent, dg_ms now);

/* One was lost on the way to or from somebody who answers. */
void dg_window_lost(struct dg_window *w, dg_ms now);

/* How long to wait for an address that was never heard. */
dg_ms dg_window_first_timeout(const struct dg_window *w);

/* True when so much waiting is a queue's that our own questions fill. */
bool dg_pace_is_queueing(int64_t queueing_us, int64_t least_us);

#endif
