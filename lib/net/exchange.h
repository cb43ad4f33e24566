/* SPDX-License-Identifier: ISC */
/*
 * One question until its outcome: which attempts go out when, over what, and what their fates mean
 * together. Pure: it is told the time and what happened, and keeps no socket.
 */
#ifndef DG_EXCHANGE_H
#define DG_EXCHANGE_H

#include "dns/ask.h"
#include "peer.h"
#include "dns/query.h"

#define DG_ATTEMPTS 10
/* Connections over TLS that are made for one question, when old ones end. */
#define DG_CONNECTIONS 8

enum dg_attempt_state { DG_ATTEMPT_PLANNED, DG_ATTEMPT_OPEN, DG_ATTEMPT_OVER };

struct dg_attempt {
	dg_ms at; /* when it is planned for, or went out */
	enum dg_attempt_state state;
	enum dg_transport_kind transport;
	bool edns;
	bool mixed_case;
	bool waits; /* planned, due, and held back */
	bool late;  /* open, and counts as lost by now */
};

struct dg_exchange {
	struct dg_peer *peer; /* borrowed, updated */
	enum dg_transport_kind
	    way;        /* DG_TRANSPORT_UDP with all its fall-backs, or one without any */
	bool update;    /* a message, not a question */
	bool only_edns; /* only what can have signatures is of use, or an option is what is asked */
	bool option;    /* with one: silence says nothing of EDNS or the way */
	enum dg_edns_support edns; /* what was known of the address when it began */
	bool mixed_case;
	bool tcp_first; /* the address limits its answers over UDP */
	dg_ms step;     /* of the plan */
	dg_ms end;
	struct dg_attempt attempt[DG_ATTEMPTS];
	unsigned count;
	dg_ms begun;
	bool sent; /* the first attempt went out: the plan's times count from then */
	bool done;
	bool kept; /* a reply without EDNS is there, which counts if none with it comes */
	bool edns_refused;
	bool doubted; /* a datagram that anybody may have sent wants another question */
	bool udp_heard, udp_closed, tcp_closed, garbage;
	unsigned udp_answers, udp_lost; /* of its address, when it began */
	struct dg_heard heard;          /* complete, except msg, when done */
};

/* Plans the question; the plan stands in exchange_plan.c. */
void dg_exchange_begin(struct dg_exchange *x, struct dg_peer *peer, const struct dg_ask *ask,
		       dg_ms now);

/* True when an attempt is held back: the next ones count their time-outs from when it leaves, as it
 * may be answered. */
bool dg_exchange_waits(const struct dg_exchange *x);

/* True when attempt i is planned, it is time for it, and none is held back. */
bool dg_exchange_may_leave(const struct dg_exchange *x, unsigned i, dg_ms now);

/* When the next attempt is planned, or the exchange ends; now or earlier: at once. */
dg_ms dg_exchange_due(const struct dg_exchange *x);

/* Attempt i went out. */
void dg_exchange_sent(struct dg_exchange *x, unsigned i, dg_ms now);

/* When the next attempt that is under way counts as lost; INT64_MAX: none is. */
dg_ms dg_exchange_lost_at(const struct dg_exchange *x);

/* How many of those under way are lost, as it seems, since this was called last. */
unsigned dg_exchange_lose(struct dg_exchange *x, dg_ms now);

/* Ends it when its time is over. */
void dg_exchange_expire(struct dg_exchange *x, dg_ms now);

/* What came of attempt i. `reply`: a message that matches the question and was read; true when it
 * is the outcome, or will be unless a better one comes: keep it. `mismatch`: one that does not
 * match: a datagram may be anybody's, over TCP it is nonsense. `garbage`: one that matches and
 * cannot be read. `failed`: no message; `why` in words, or NULL.
 */
bool dg_exchange_reply(struct dg_exchange *x, unsigned i, const struct dg_msg *msg, int64_t rtt_us,
		       dg_ms now);
void dg_exchange_mismatch(struct dg_exchange *x, unsigned i, enum dg_match match, dg_ms now);
void dg_exchange_garbage(struct dg_exchange *x, unsigned i, dg_ms now);
void dg_exchange_failed(struct dg_exchange *x, unsigned i, enum dg_heard_kind failure,
			const char *why, dg_ms now);

/* The server itself, over TCP or TLS, did not repeat the question's case. */
void dg_exchange_case_changed(struct dg_exchange *x);

/* There was no memory to keep the reply that is the outcome. */
void dg_exchange_not_kept(struct dg_exchange *x);

#endif
