/* SPDX-License-Identifier: ISC */
/* Round trips to one address, and how long to wait for the next: RFC 6298. Pure. */
#ifndef DG_RTT_H
#define DG_RTT_H

#include "dns01gate.h"

struct dg_rtt {
	bool any;                   /* something was measured */
	int64_t smooth_us, vary_us; /* SRTT, RTTVAR */
	int64_t least_us;           /* the shortest: with empty queues */
	bool backed_off;            /* a question with all its retries stayed unanswered since */
};

/* An answer came so long after its question. Each attempt has an id and a port of its own, so it is
 * always known which one is answered, and Karn's algorithm has nothing to leave out. */
void dg_rtt_measured(struct dg_rtt *rtt, int64_t us);

/* None came, to any of a question's attempts. */
void dg_rtt_missed(struct dg_rtt *rtt);

/* The retransmission time-out; `first` while nothing was measured. */
dg_ms dg_rtt_timeout(const struct dg_rtt *rtt, dg_ms first);

/* How much of a round trip is spent in queues, as far as it can be told. */
int64_t dg_rtt_queueing_us(const struct dg_rtt *rtt);

#endif
