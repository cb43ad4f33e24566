/* SPDX-License-Identifier: ISC */
/*
 * What is remembered of each address that was asked, for the length of a run: how it takes EDNS,
 * UDP and mixed case, and how fast it may be asked.
 */
#ifndef DG_PEER_H
#define DG_PEER_H

#include "addr.h"
#include "name.h"

enum dg_edns_support {
	DG_EDNS_OK,
	DG_EDNS_REFUSED, /* FORMERR, NOTIMP or BADVERS, and an answer without EDNS */
	DG_EDNS_DROPPED  /* silence, and an answer without EDNS */
};

struct dg_peer {
	struct dg_addr addr;
	enum dg_edns_support edns;
	dg_ms edns_since;  /* when that was found; it is tried anew now and then */
	bool case_changed; /* does not repeat the question's case */
	bool udp_silent;   /* answered over TCP only */
	int64_t slot_us;   /* theoretical time of the next question (GCRA) */
};

struct dg_peers;

struct dg_peers *dg_peers_new(void);
void dg_peers_free(struct dg_peers *peers);

/* The peer at addr, made at its first mention; NULL when memory ran out. The pointer holds as long
 * as the table. */
struct dg_peer *dg_peers_at(struct dg_peers *peers, const struct dg_addr *addr);

/* Books the next free question to this address, never more than DG_RATE_ADDRESS in any second: the
 * moment, now or later, at which it may go. First come, first served. */
dg_ms dg_peer_book(struct dg_peer *peer, dg_ms now);

/* One more question about name to this address: now when it may go (and counts from then on), else
 * the moment to come again. Never more than DG_RATE_NAME in any second. Without memory for the
 * count it waits a second. */
dg_ms dg_peers_name(struct dg_peers *peers, const struct dg_peer *peer, const struct dg_name *name,
		    dg_ms now);

#endif
