/* SPDX-License-Identifier: ISC */
#include "peer.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "types.h"

/* A burst, and a rate that leaves room for it within one second. */
#define BURST 20
#define SPACING_US (1000000 / (DG_RATE_ADDRESS - BURST - 1) + 1)

/* A second, and room for what a busy machine delays between the count and the wire. */
#define WINDOW_MS 1020

/* When the last questions about one name went to one address. */
struct window {
	const struct dg_peer *peer;
	uint32_t name;
	dg_ms sent[DG_RATE_NAME];
	unsigned next; /* the oldest of them */
	bool used;
};

struct dg_peers {
	struct dg_peer **peer;
	size_t npeers;
	struct window *window; /* open addressing, `slots` a power of two */
	size_t slots, taken;
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
	for (i = 0; i < peers->npeers; i++)
		free(peers->peer[i]);
	free(peers->peer);
	free(peers->window);
	free(peers);
}

struct dg_peer *dg_peers_at(struct dg_peers *peers, const struct dg_addr *addr)
{
	struct dg_peer *peer;
	size_t i;

	for (i = 0; i < peers->npeers; i++)
		if (dg_addr_equal(&peers->peer[i]->addr, addr))
			return peers->peer[i];
	peer = calloc(1, sizeof(*peer));
	if (peer == NULL || !dg_grow(&peers->peer, peers->npeers, sizeof(struct dg_peer *))) {
		free(peer);
		return NULL;
	}
	peer->addr = *addr;
	peers->peer[peers->npeers++] = peer;
	return peer;
}

dg_ms dg_peer_book(struct dg_peer *peer, dg_ms now)
{
	int64_t now_us = now * 1000;
	int64_t at = peer->slot_us - (int64_t)BURST * SPACING_US;

	if (at < now_us)
		at = now_us;
	peer->slot_us = (peer->slot_us > now_us ? peer->slot_us : now_us) + SPACING_US;
	return (at + 999) / 1000;
}

static struct window *find_slot(struct window *table, size_t slots, const struct dg_peer *peer,
				uint32_t name)
{
	size_t i = ((uintptr_t)peer / sizeof(void *) * 2654435761u ^ name) & (slots - 1);

	while (table[i].used && (table[i].peer != peer || table[i].name != name))
		i = (i + 1) & (slots - 1);
	return &table[i];
}

static dg_ms last_sent(const struct window *w)
{
	return w->sent[(w->next + DG_RATE_NAME - 1) % DG_RATE_NAME];
}

/* Keeps the table at most half full: windows that went by are dropped, or else it doubles. */
static bool make_room(struct dg_peers *peers, dg_ms now)
{
	size_t live = 0, slots = 64, i;
	struct window *table;

	if (peers->taken * 2 < peers->slots)
		return true;
	for (i = 0; i < peers->slots; i++)
		live += peers->window[i].used && last_sent(&peers->window[i]) + WINDOW_MS > now;
	while (slots < live * 4)
		slots *= 2;
	table = calloc(slots, sizeof(*table));
	if (table == NULL)
		return false;
	for (i = 0; i < peers->slots; i++) {
		const struct window *w = &peers->window[i];

		if (w->used && last_sent(w) + WINDOW_MS > now)
			*find_slot(table, slots, w->peer, w->name) = *w;
	}
	free(peers->window);
	peers->window = table;
	peers->slots = slots;
	peers->taken = live;
	return true;
}

dg_ms dg_peers_name(struct dg_peers *peers, const struct dg_peer *peer, const struct dg_name *name,
		    dg_ms now)
{
	uint32_t hash = dg_name_hash(name);
	struct window *w;

	if (!make_room(peers, now))
		return now + 1000;
	w = find_slot(peers->window, peers->slots, peer, hash);
	if (!w->used) {
		unsigned i;

		w->used = true;
		w->peer = peer;
		w->name = hash;
		w->next = 0;
		for (i = 0; i < DG_RATE_NAME; i++)
			w->sent[i] = now - WINDOW_MS;
		peers->taken++;
	}
	/* The oldest of the last ten must be out of sight. */
	if (w->sent[w->next] + WINDOW_MS > now)
		return w->sent[w->next] + WINDOW_MS;
	w->sent[w->next] = now;
	w->next = (w->next + 1) % DG_RATE_NAME;
	return now;
}
