/* SPDX-License-Identifier: ISC */
/* One connection to a resolver, from the look-up of its address to its end: see session.h. */
#ifndef DG_CONNECTION_H
#define DG_CONNECTION_H

#include "lookup.h"
#include "session.h"
#include "stream.h"

/* What is known of a resolver beyond one connection. */
struct dg_site {
	const struct dg_secure *secure;
	struct dg_addr server;     /* as in the question: of family 0 when it is looked up */
	struct dg_looked_up known; /* its addresses; a count of 0: to be looked up */
};

enum dg_connection_state {
	DG_CONNECTION_WAITING,    /* to be started, at `due` */
	DG_CONNECTION_LOOKING_UP, /* its addresses */
	DG_CONNECTION_CONNECTING, /* to the address before `next`; the next at `due` */
	DG_CONNECTION_CONNECTED,
	DG_CONNECTION_ENDED /* to be freed */
};

struct dg_waiting {
	uint32_t handle;
	int64_t since_us;
	uint64_t answers; /* of the connection, when it was asked */
	bool served;      /* being told about: a stop is no giving up */
};

struct dg_connection {
	enum dg_connection_state state;
	struct dg_site *site;
	struct dg_pending *pending;
	const struct dg_tls *tls;
	const struct dg_framing *framing;
	void *frames; /* the framing's */
	struct dg_lookup *lookup;
	struct dg_stream *stream;
	size_t next; /* address to try */
	dg_ms due;   /* INT64_MAX: never */
	bool dead;   /* a question was given up */
	uint64_t answers;
	uint64_t received; /* octets, at the last answer */
	struct dg_waiting *waiting;
	size_t nwaiting;
};

/* NULL when memory ran out. Everything is borrowed as long as it lives. */
struct dg_connection *dg_connection_new(struct dg_site *site, const struct dg_tls *tls,
					const struct dg_framing *framing,
					struct dg_pending *pending);
void dg_connection_free(struct dg_connection *l);

/* New questions may be asked over it. */
bool dg_connection_is_open(const struct dg_connection *l);

enum dg_status dg_connection_ask(struct dg_connection *l,
				 const struct dg_question *question) DG_MUST_CHECK;

/* Forgets the question; false when it is none of this connection's. */
bool dg_connection_stop(struct dg_connection *l, uint32_t handle);

/* When dg_connection_run is to be called; 0: at once. */
dg_ms dg_connection_due(const struct dg_connection *l);
void dg_connection_run(struct dg_connection *l, dg_ms now);

/* The descriptor and the events to poll for; fd -1: none. And what poll found. */
struct pollfd dg_connection_poll(struct dg_connection *l);
void dg_connection_heed(struct dg_connection *l, int64_t now_us);

#endif
