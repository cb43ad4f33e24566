/* SPDX-License-Identifier: ISC */
/*
 * The seam between the machines, which decide what to ask, and the world, which asks: a question
 * for one address, and what was heard in return. Nothing else passes between them but the time.
 */
#ifndef DG_ASK_H
#define DG_ASK_H

#include "ask_id.h"
#include "fetch.h"
#include "base/addr.h"
#include "msg.h"
#include "base/name.h"
#include "resolver.h"

enum dg_transport_kind {
	DG_TRANSPORT_UDP,
	DG_TRANSPORT_TCP,
	DG_TRANSPORT_TLS,
	DG_TRANSPORT_HTTPS,
	DG_TRANSPORTS
};

#define DG_WHY_TEXT 128

/* A message that is sent as it is, over UDP if it fits there: an update (RFC 2136). */
struct dg_message {
	const uint8_t *framed; /* its length in two octets in front, as TCP has it */
	size_t len;            /* of the message alone */
	size_t zone_len;       /* of its zone section */
};

struct dg_ask {
	uint64_t id;           /* ask_id.h; unique among the questions in flight, never 0 */
	struct dg_addr server; /* of family 0: to be looked up, as `secure` says */
	struct dg_name name;
	uint16_t type;
	bool mixed_case;
	bool recursive;  /* of a resolver: RD set */
	bool tcp;        /* over TCP alone */
	bool signatures; /* an answer without EDNS, which has none, is of no use */
	dg_ms near;      /* since when its name lacks only last answers; 0: it does not */
	bool idle;       /* only of interest: whatever is waited for goes first */
	bool nsid;       /* who answers (RFC 5001)? */
	bool any_source; /* over UDP alone, and what matters is whether another address replies */
	bool checking_disabled; /* and CD, because it is judged here */
	/* Over TLS, as it says, and nothing else; it stays as long as the net. NULL: UDP and TCP.
	 */
	const struct dg_secure *secure;
	/* Sent instead of a question about `name`; the asker's, as long as the outcome is awaited.
	 * Not with `secure`. NULL: a question. */
	const struct dg_message *message;
	/* Carried out instead of a question; kept likewise, with all that it points to. NULL: a
	 * question. */
	const struct dg_fetch *fetch;
};

/* How a question, or an attempt at it, ended: the one scale, from errno to the report. */
enum dg_heard_kind {
	DG_HEARD_NOTHING,   /* it is under way; none ended: only time went by */
	DG_HEARD_REPLY,     /* msg is a reply to the question; an attempt: a message came */
	DG_HEARD_SILENCE,   /* no reply over UDP nor TCP */
	DG_HEARD_CLOSED,    /* nothing listens there */
	DG_HEARD_NO_ROUTE,  /* this machine has no way to that address */
	DG_HEARD_TRUNCATED, /* truncated over UDP, and no reply over TCP */
	DG_HEARD_NO_EDNS, /* a reply without EDNS, where signatures were wanted; the watch's word */
	/* A reply came, from `server` instead of whom `any_source` asked: no resolver takes it. */
	DG_HEARD_ELSEWHERE,
	DG_HEARD_GARBAGE,   /* something came, but no reply to the question that can be read */
	DG_HEARD_BROKEN,    /* TLS or HTTP, or the look-up of its address, failed; `why` tells */
	DG_HEARD_UNTRUSTED, /* its certificate is not good enough; `why` tells */

	/* of an attempt only */
	DG_HEARD_CUT,       /* the connection ended before the message did */
	DG_HEARD_OLD,       /* one that had served other questions ended: a new one may do */
	DG_HEARD_UNFIT,     /* as BROKEN, for good: it does not speak what it is asked in */
	DG_HEARD_NO_SOCKET, /* this process has no socket left just now */
	DG_HEARD_NO_MEMORY
};

struct dg_heard {
	uint64_t ask; /* 0: none */
	enum dg_heard_kind kind;
	enum dg_transport_kind transport;
	struct dg_addr server;            /* what was asked last; family 0: nothing could be */
	const struct dg_msg *msg;         /* with DG_HEARD_REPLY; holds until the next wait */
	const struct dg_fetched *fetched; /* of a fetch, with which come only `ask` and `kind`;
					     holds likewise */
	int64_t rtt_us;
	unsigned sent;         /* questions that went out for this ask */
	dg_ms delayed;         /* how long the rates held the first of them back */
	dg_ms queued;          /* what answers spend in queues on the path just now */
	unsigned ignored;      /* datagrams that did not answer it */
	bool edns_refused;     /* answered only without EDNS: FORMERR and its kin */
	bool edns_ignored;     /* the question had EDNS, and the answer does not */
	bool edns_dropped;     /* answered only without EDNS, by contrast: silence */
	bool tcp_dropped;      /* not answered over TCP, by contrast with UDP */
	bool case_changed;     /* did not repeat the question's case */
	bool truncated;        /* the UDP reply was cut off */
	uint16_t udp_size;     /* octets of the truncated UDP reply */
	const char *tcp_why;   /* why TCP failed after truncation; static text */
	bool unfit;            /* with DG_HEARD_BROKEN: nothing that may pass by itself */
	bool tcp_connected;    /* a TCP connection was made, whatever came over it */
	char why[DG_WHY_TEXT]; /* why a resolver could not be asked over TLS */
};

/*
 * The world as the gate sees it. Real: net.h. In tests: a scripted world with a virtual clock.
 *
 * - ask sends a question; its outcome comes from a later wait, once.
 * - cancel takes a question back, by its id: no outcome will come.
 * - wait sleeps until something is heard or `until`, whichever is first; tells the time now, which
 *   it alone does, and what was heard. DG_ESTOPPED when the caller's stop descriptor became
 *   readable; DG_ENOMEM and DG_ESYSTEM when this machine cannot go on.
 * - wall is the time of day, for signatures and the report only (seconds since 1970).
 * - random gives 32 unpredictable bits.
 */
struct dg_net {
	enum dg_status (*ask)(void *self, const struct dg_ask *ask, struct dg_error *err);
	void (*cancel)(void *self, uint64_t ask_id);
	enum dg_status (*wait)(void *self, dg_ms until, dg_ms *ret_now, struct dg_heard *ret_heard,
			       struct dg_error *err);
	int64_t (*wall)(void *self);
	uint32_t (*random)(void *self);
	void *self;
};

#endif
