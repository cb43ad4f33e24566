/* SPDX-License-Identifier: ISC */
/* One connection to a resolver, from the look-up of its address to its end: see session.h. */
#ifndef DG_LINK_H
#define DG_LINK_H

#include "lookup.h"
#include "session.h"
#include "stream.h"

/* What is known of a resolver beyond one connection. */
struct dg_site {
	const struct dg_secure *secure;
	struct dg_addr server;     /* as in the question: of family 0 when it is looked up */
	struct dg_looked_up known; /* its addresses; a count of 0: to be looked up */
};

enum dg_link_state {
	DG_LINK_WAITING,    /* to be started, at `due` */
	DG_LINK_LOOKING_UP, /* its addresses */
	DG_LINK_CONNECTING, /* to the address before `next`; the next at `due` */
	DG_LINK_CONNECTED,
	DG_LINK_ENDED /* to be freed */
};

struct dg_waiting {
	uint32_t handle;
	int64_t since_us;
	uint64_t answers; /* of the link, when it was asked */
	bool served;      /* being told about: a stop is no giving up */
};

struct dg_link {
	enum dg_link_state state;
	struct dg_site *site;
	struct dg_pending *pending;
	const struct dg_tls *tls;
	const struct dg_framing *framing;
	void *frames; /* the framing's */
	struct dg_lookup *lookup;
	struct dg_stream *stream;
	size_t next; /* address to try */
	dg_ms due;   /* INT64_MAX: never */
	bool dead;   /* a question was given up in vain */
	uint64_t answers;
	uint64_t received; /* octets, at the last answer */
	struct dg_waiting *waiting;
	size_t nwaiting;
};

/* NULL when memory ran out. Everything is borrowed as long as it lives. */
struct dg_link *dg_link_new(struct dg_site *site, const struct dg_tls *tls,
			    const struct dg_framing *framing, struct dg_pending *pending);
void dg_link_free(struct dg_link *l);

/* New questions may be asked over it. */
bool dg_link_is_open(const struct dg_link *l);

enum dg_status dg_link_ask(struct dg_link *l, const struct dg_question *question) DG_MUST_CHECK;

/* Forgets the question; false when it is none of this link's. */
bool dg_link_stop(struct dg_link *l, uint32_t handle);

/* When dg_link_run is to be called; 0: at once. */
dg_ms dg_link_due(const struct dg_link *l);
void dg_link_run(struct dg_link *l, dg_ms now);

/* What to poll, fd -1: nothing; and what poll found. */
struct pollfd dg_link_poll(struct dg_link *l);
void dg_link_heed(struct dg_link *l, int64_t now_us);

#endif
