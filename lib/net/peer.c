/* SPDX-License-Identifier: ISC */
#include "peer.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/types.h"

/* A second, and room for what a busy machine delays between the count and the wire. */
#define WINDOW_MS 1020

/* An address is alive when it answered so lately. */
#define ALIVE_MS 2000

/* When the last questions about one name went to one address. */
struct dg_name_count {
	const struct dg_peer *peer;
	uint32_t name;
	dg_ms sent[DG_RATE_NAME];
	unsigned next; /* the oldest of them */
	bool used;
};

struct dg_peers *dg_peers_new(void)
{
	return calloc(1, sizeof(struct dg_peers));
}

void dg_peers_free(struct dg_peers *peers)
{
	size_t i;

	if (peers == NULL)
		return;
	for (i = 0; i < peers->npeers; i++) {
		dg_turns_free(&peers->peer[i]->turns);
		free(peers->peer[i]);
	}
	free(peers->peer);
	free(peers->waits);
	free(peers->count);
	free(peers);
}

static size_t bucket_of(const struct dg_addr *addr)
{
	uint32_t hash = addr->port;
	size_t i;

	for (i = 0; i < sizeof(addr->ip); i++)
		hash = hash * 31 + addr->ip[i];
	return hash % DG_PEER_BUCKETS;
}

struct dg_peer *dg_peers_at(struct dg_peers *peers, const struct dg_addr *addr)
{
	struct dg_peer **bucket = &peers->bucket[bucket_of(addr)], *peer = *bucket;

	for (; peer != NULL; peer = peer->next_alike)
		if (dg_addr_equal(&peer->addr, addr))
			return peer;
	peer = calloc(1, sizeof(*peer));
	if (peer == NULL || !dg_grow(&peers->peer, peers->npeers, sizeof(struct dg_peer *)) ||
	    (peers->npeers % 64 == 0 &&
	     !dg_grow(&peers->waits, peers->npeers / 64, sizeof(*peers->waits)))) {
		free(peer);
		return NULL;
	}
	if (peers->npeers % 64 == 0)
		peers->waits[peers->npeers / 64] = 0;
	peer->addr = *addr;
	peer->index = peers->npeers;
	peer->window = &peers->window;
	peer->next_alike = *bucket;
	peers->peer[peers->npeers++] = *bucket = peer;
	return peer;
}

void dg_peers_note_turns(struct dg_peers *peers, const struct dg_peer *peer)
{
	uint64_t bit = UINT64_C(1) << peer->index % 64;

	if (peer->turns.count > 0)
		peers->waits[peer->index / 64] |= bit;
	else
		peers->waits[peer->index / 64] &= ~bit;
}

size_t dg_peers_waiting(const struct dg_peers *peers, size_t from)
{
	while (from < peers->npeers) {
		uint64_t left = peers->waits[from / 64] >> from % 64;

		if ((left & 1) != 0)
			return from;
		from = left != 0 ? from + 1 : (from / 64 + 1) * 64;
	}
	return peers->npeers;
}

dg_ms dg_peer_timeout(const struct dg_peer *peer)
{
	static const struct dg_window none = {0};

	return dg_rtt_timeout(&peer->rtt,
			      dg_window_first_timeout(peer->window == NULL ? &none : peer->window));
}

void dg_peer_answered(struct dg_peer *peer, int64_t rtt_us, dg_ms now)
{
	peer->answered = now;
	dg_rtt_measured(&peer->rtt, rtt_us);
	if (dg_pace_is_queueing(dg_rtt_queueing_us(&peer->rtt), peer->rtt.least_us))
		dg_pace_cut(&peer->pace, now);
	else
		dg_pace_answered(&peer->pace);
	if (peer->window != NULL)
		dg_window_answered(peer->window, rtt_us - peer->rtt.least_us, now);
}

void dg_peer_lost(struct dg_peer *peer, dg_ms now)
{
	dg_pace_cut(&peer->pace, now);
	/* A server that never answers tells nothing about the path. */
	if (peer->window != NULL && peer->answered != 0 && now - peer->answered < ALIVE_MS)
		dg_window_lost(peer->window, now);
}

void dg_peer_slipped(struct dg_peer *peer, dg_ms now)
{
	dg_pace_cut(&peer->pace, now);
	dg_manners_slipped(&peer->manners, now);
}

static struct dg_name_count *find_slot(struct dg_name_count *table, size_t slots,
				       const struct dg_peer *peer, uint32_t name)
{
	size_t i = ((uintptr_t)peer / sizeof(void *) * 2654435761u ^ name) & (slots - 1);

	while (table[i].used && (table[i].peer != peer || table[i].name != name))
		i = (i + 1) & (slots - 1);
	return &table[i];
}

static dg_ms last_sent(const struct dg_name_count *w)
{
	return w->sent[(w->next + DG_RATE_NAME - 1) % DG_RATE_NAME];
}

/* Keeps the table at most half full: windows that went by are dropped, or else it doubles. */
static bool make_room(struct dg_peers *peers, dg_ms now)
{
	size_t live = 0, slots = 64, i;
	struct dg_name_count *table;

	if (peers->taken * 2 < peers->slots)
		return true;
	for (i = 0; i < peers->slots; i++)
		live += peers->count[i].used && last_sent(&peers->count[i]) + WINDOW_MS > now;
	while (slots < live * 4)
		slots *= 2;
	table = calloc(slots, sizeof(*table));
	if (table == NULL)
		return false;
	for (i = 0; i < peers->slots; i++) {
		const struct dg_name_count *w = &peers->count[i];

		if (w->used && last_sent(w) + WINDOW_MS > now)
			*find_slot(table, slots, w->peer, w->name) = *w;
	}
	free(peers->count);
	peers->count = table;
	peers->slots = slots;
	peers->taken = live;
	return true;
}

/* The count of that name, or NULL. */
static struct dg_name_count *find_count(struct dg_peers *peers, const struct dg_peer *peer,
					const struct dg_name *name)
{
	struct dg_name_count *w;

	if (peers->slots == 0)
		return NULL;
	w = find_slot(peers->count, peers->slots, peer, dg_name_hash(name));
	return w->used ? w : NULL;
}

dg_ms dg_peers_name_next(struct dg_peers *peers, const struct dg_peer *peer,
			 const struct dg_name *name, dg_ms now)
{
	const struct dg_name_count *w;

	if (!make_room(peers, now))
		return now + 1000;
	/* The oldest of the last ten must be out of sight. */
	w = find_count(peers, peer, name);
	return w != NULL && w->sent[w->next] + WINDOW_MS > now ? w->sent[w->next] + WINDOW_MS : now;
}

void dg_peers_name_sent(struct dg_peers *peers, const struct dg_peer *peer,
			const struct dg_name *name, dg_ms now)
{
	uint32_t hash = dg_name_hash(name);
	struct dg_name_count *w;
	unsigned i;

	/* There is room: dg_peers_name_next made it. */
	if (peers->slots == 0)
		return;
	w = find_slot(peers->count, peers->slots, peer, hash);
	if (!w->used) {
		w->used = true;
		w->peer = peer;
		w->name = hash;
		w->next = 0;
		for (i = 0; i < DG_RATE_NAME; i++)
			w->sent[i] = now - WINDOW_MS;
		peers->taken++;
	}
	w->sent[w->next] = now;
	w->next = (w->next + 1) % DG_RATE_NAME;
}

dg_ms dg_peers_name_last(struct dg_peers *peers, const struct dg_peer *peer,
			 const struct dg_name *name)
{
	const struct dg_name_count *w = find_count(peers, peer, name);

	return w == NULL ? 0 : last_sent(w);
}
