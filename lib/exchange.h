/* SPDX-License-Identifier: ISC */
/*
 * One question until its outcome: which attempts go out when, over what, and what their fates mean
 * together. Pure: it is told the time and what happened, and keeps no socket.
 */
#ifndef DG_EXCHANGE_H
#define DG_EXCHANGE_H

#include "ask.h"
#include "peer.h"
#include "query.h"

#define DG_ATTEMPTS 8

enum dg_attempt_state { DG_ATTEMPT_PLANNED, DG_ATTEMPT_OPEN, DG_ATTEMPT_OVER };

struct dg_attempt {
	enum dg_attempt_state state;
	enum dg_transport_kind transport;
	bool edns;
	bool mixed_case;
	dg_ms at;
};

/* Why an attempt ended without a message. */
enum dg_failure {
	DG_FAILED_CLOSED,   /* refused: ICMP port unreachable, TCP reset at connect */
	DG_FAILED_NO_ROUTE, /* no way there from this machine */
	DG_FAILED_CUT,      /* the connection ended before the message did */
	DG_FAILED_OLD,      /* one that had served other questions ended: a new one may do */
	DG_FAILED_BROKEN,   /* TLS or HTTP went wrong, or the look-up of the address */
	DG_FAILED_UNTRUSTED /* the certificate is not good enough */
};

struct dg_exchange {
	struct dg_peer *peer;       /* borrowed, updated */
	enum dg_transport_kind way; /* DG_UDP with all its fall-backs, or one without any */
	bool update;                /* a message, not a question */
	bool mixed_case;
	dg_ms end;
	struct dg_attempt attempt[DG_ATTEMPTS];
	unsigned count;
	dg_ms begun;
	bool sent; /* the first attempt went out: the plan's times count from then */
	bool done;
	bool edns_refused;
	bool udp_heard, udp_closed, tcp_closed, garbage;
	struct dg_heard heard; /* complete, but for msg, when done */
};

/* Plans the question. */
void dg_exchange_begin(struct dg_exchange *x, struct dg_peer *peer, const struct dg_ask *ask,
		       dg_ms now);

/* When the next attempt is planned, or the exchange ends; now or earlier: at once. */
dg_ms dg_exchange_due(const struct dg_exchange *x);

/* Attempt i went out. */
void dg_exchange_sent(struct dg_exchange *x, unsigned i, dg_ms now);

/* Ends it when its time is over. */
void dg_exchange_expire(struct dg_exchange *x, dg_ms now);

/* What came of attempt i. `reply`: a message that matches the question and was read. `mismatch`:
 * one that is not DG_MATCH. `garbage`: one that matches and cannot be read. `failed`: no message; `why` in words, or NULL.
 */
void dg_exchange_reply(struct dg_exchange *x, unsigned i, const struct dg_msg *msg, int64_t rtt_us,
		       dg_ms now);
void dg_exchange_mismatch(struct dg_exchange *x, unsigned i, enum dg_match match, dg_ms now);
void dg_exchange_garbage(struct dg_exchange *x, unsigned i, dg_ms now);
void dg_exchange_failed(struct dg_exchange *x, unsigned i, enum dg_failure failure, const char *why,
			dg_ms now);

#endif
