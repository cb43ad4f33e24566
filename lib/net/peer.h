/* SPDX-License-Identifier: ISC */
/* Memory of each address that was asked, for the length of a run: its manners, its round trips, how
 * fast it may be asked, and which questions wait. */
#ifndef DG_PEER_H
#define DG_PEER_H

#include "base/addr.h"
#include "manners.h"
#include "base/name.h"
#include "pace.h"
#include "rtt.h"
#include "turns.h"

struct dg_peer {
	struct dg_addr addr;
	size_t index; /* among all */
	struct dg_manners manners;
	struct dg_rtt rtt;
	struct dg_pace pace;
	dg_ms answered; /* when it was heard last; 0: never */
	struct dg_turns turns;
	struct dg_window *window;   /* that all share; NULL: there is none */
	struct dg_peer *next_alike; /* whose address has the same bucket */
};

/* There may be thousands. */
#define DG_PEER_BUCKETS 1024

struct dg_peers {
	struct dg_peer **peer;
	struct dg_peer *bucket[DG_PEER_BUCKETS]; /* by address */
	size_t npeers;
	uint64_t *waits; /* a bit for each that questions wait for */
	struct dg_window window;
	struct dg_name_count *count; /* open addressing, `slots` a power of two */
	size_t slots, taken;
};

struct dg_peers *dg_peers_new(void);
void dg_peers_free(struct dg_peers *peers);

/* The peer at addr, made at its first mention; NULL when memory ran out. The pointer holds as long
 * as the table. */
struct dg_peer *dg_peers_at(struct dg_peers *peers, const struct dg_addr *addr);

/* Notes whether questions wait for it, after its turns changed; the index of the first that some
 * wait for, `from` or later, or npeers. */
void dg_peers_note_turns(struct dg_peers *peers, const struct dg_peer *peer);
size_t dg_peers_waiting(const struct dg_peers *peers, size_t from);

/* How long to wait for an answer before it is asked again. */
dg_ms dg_peer_timeout(const struct dg_peer *peer);

/* A question to it was answered over UDP, and how soon; was lost; was truncated without need. */
void dg_peer_answered(struct dg_peer *peer, int64_t rtt_us, dg_ms now);
void dg_peer_lost(struct dg_peer *peer, dg_ms now);
void dg_peer_slipped(struct dg_peer *peer, dg_ms now);

/* When one more question about name may go to this address: now or later. Never more than
 * DG_RATE_NAME in any second. Without memory for the count, in a second. */
dg_ms dg_peers_name_next(struct dg_peers *peers, const struct dg_peer *peer,
			 const struct dg_name *name, dg_ms now);

/* One goes. */
void dg_peers_name_sent(struct dg_peers *peers, const struct dg_peer *peer,
			const struct dg_name *name, dg_ms now);

/* When the last one went; 0: none did lately. */
dg_ms dg_peers_name_last(struct dg_peers *peers, const struct dg_peer *peer,
			 const struct dg_name *name);

#endif
