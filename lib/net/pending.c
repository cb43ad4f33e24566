/* SPDX-License-Identifier: ISC */
#include "pending.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/timers.h"

/* No socket was left: look again after this. */
#define SOCKET_WAIT_MS 5
/* What is only of interest lets pass whoever comes to wait within that time. */
#define IDLE_MS 4000

struct entry {
	struct dg_ask ask;
	struct dg_exchange exchange;
	struct dg_query *query[DG_ATTEMPTS]; /* of those that left */
	bool counted[DG_ATTEMPTS];           /* among those in flight */
	uint64_t serial;
	struct dg_msg msg;
	uint8_t *wire; /* what msg points into */
	struct entry *next_ended;
};

struct dg_pending {
	struct dg_carriers carriers;
	struct dg_peers *peers;
	struct entry **slot; /* by handle / DG_ATTEMPTS; NULL: free */
	size_t slots;
	size_t *unused;
	size_t nunused;
	struct dg_timers timers; /* by slot: when the exchange is due */
	uint64_t serial;
	size_t turn; /* the peer that is served next, if it may be */
	struct entry *first_ended, **last_ended;
	struct entry *told; /* given out by dg_pending_heard, freed by the next call */
};

struct dg_pending *dg_pending_new(const struct dg_carriers *carriers)
{
	struct dg_pending *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->carriers = *carriers;
	p->last_ended = &p->first_ended;
	p->peers = dg_peers_new();
	if (p->peers == NULL) {
		free(p);
		return NULL;
	}
	return p;
}

static void entry_free(struct entry *e)
{
	size_t i;

	if (e == NULL)
		return;
	for (i = 0; i < DG_ATTEMPTS; i++)
		free(e->query[i]);
	dg_msg_free(&e->msg);
	free(e->wire);
	free(e);
}

void dg_pending_free(struct dg_pending *p)
{
	size_t i;

	if (p == NULL)
		return;
	for (i = 0; i < p->slots; i++)
		entry_free(p->slot[i]);
	while (p->first_ended != NULL) {
		struct entry *e = p->first_ended;

		p->first_ended = e->next_ended;
		entry_free(e);
	}
	entry_free(p->told);
	dg_peers_free(p->peers);
	dg_timers_free(&p->timers);
	free(p->slot);
	free(p->unused);
	free(p);
}

static bool make_slot(struct dg_pending *p)
{
	if (p->nunused > 0)
		return true;
	if (!dg_timers_reserve(&p->timers, p->slots + 1) ||
	    !dg_grow(&p->unused, p->slots, sizeof(*p->unused)) ||
	    !dg_grow(&p->slot, p->slots, sizeof(struct entry *)))
		return false;
	p->slot[p->slots] = NULL;
	p->unused[p->nunused++] = p->slots++;
	return true;
}

enum dg_status dg_pending_ask(struct dg_pending *p, const struct dg_ask *ask, dg_ms now,
			      struct dg_error *err)
{
	struct dg_peer *peer = dg_peers_at(p->peers, &ask->server);
	struct entry *e = calloc(1, sizeof(*e));
	size_t slot;

	if (peer == NULL || e == NULL || !make_slot(p)) {
		free(e);
		return dg_fail_memory(err);
	}
	e->ask = *ask;
	e->serial = ++p->serial;
	dg_exchange_begin(&e->exchange, peer, ask, now);
	e->exchange.heard.server = ask->server;
	slot = p->unused[--p->nunused];
	p->slot[slot] = e;
	dg_timers_set(&p->timers, (uint32_t)slot, now);
	return DG_OK;
}

static uint32_t handle_of(size_t slot, unsigned attempt)
{
	return (uint32_t)(slot * DG_ATTEMPTS + attempt);
}

/* It is in flight no more: answered, over, or lost. */
static void uncount(struct dg_pending *p, struct entry *e, unsigned i)
{
	if (e->counted[i])
		dg_window_closed(&p->peers->window);
	e->counted[i] = false;
}

/* Stops what is still open of the exchange, and frees its slot. */
static struct entry *leave_slot(struct dg_pending *p, size_t slot)
{
	struct entry *e = p->slot[slot];
	unsigned i;

	for (i = 0; i < e->exchange.count; i++) {
		uncount(p, e, i);
		if (e->exchange.attempt[i].state == DG_ATTEMPT_OPEN)
			p->carriers.stop(p->carriers.self, handle_of(slot, i));
	}
	dg_timers_unset(&p->timers, (uint32_t)slot);
	p->slot[slot] = NULL;
	p->unused[p->nunused++] = slot;
	return e;
}

static void end(struct dg_pending *p, size_t slot)
{
	struct entry *e = leave_slot(p, slot);

	e->exchange.heard.ask = e->ask.id;
	e->exchange.heard.queued = p->peers->window.queueing_us / 1000;
	*p->last_ended = e;
	p->last_ended = &e->next_ended;
}

void dg_pending_cancel(struct dg_pending *p, uint64_t ask_id)
{
	struct entry **connection = &p->first_ended;
	size_t i;

	for (i = 0; i < p->slots; i++)
		if (p->slot[i] != NULL && p->slot[i]->ask.id == ask_id)
			entry_free(leave_slot(p, i));
	while (*connection != NULL) {
		struct entry *e = *connection;

		if (e->ask.id == ask_id) {
			*connection = e->next_ended;
			entry_free(e);
		} else {
			connection = &e->next_ended;
		}
	}
	p->last_ended = connection;
}

/* True when the exchange went on its way to the ended ones. */
static bool end_if_done(struct dg_pending *p, size_t slot)
{
	const struct dg_exchange *x = &p->slot[slot]->exchange;
	dg_ms due = dg_exchange_due(x), lost = dg_exchange_lost_at(x);

	if (!x->done) {
		dg_timers_set(&p->timers, (uint32_t)slot, due < lost ? due : lost);
		return false;
	}
	end(p, slot);
	return true;
}

static enum dg_status open_attempt(struct dg_pending *p, size_t slot, unsigned i, dg_ms now,
				   struct dg_error *err)
{
	struct entry *e = p->slot[slot];
	struct dg_attempt *a = &e->exchange.attempt[i];
	uint8_t random[DG_QUERY_RANDOM];
	enum dg_heard_kind failure = DG_HEARD_NOTHING;
	enum dg_status status;

	if (!p->carriers.random(p->carriers.self, random, sizeof(random)))
		return dg_fail(err, DG_ESYSTEM, "no random numbers available");
	/* Answers belong to their streams there (RFC 8484 section 4.1). */
	if (a->transport == DG_TRANSPORT_HTTPS)
		memset(random, 0, sizeof(random));
	if (e->query[i] == NULL)
		e->query[i] = malloc(sizeof(*e->query[i]));
	if (e->query[i] == NULL)
		return dg_fail_memory(err);
	status = dg_query_build(e->query[i], &e->ask, a->edns, a->mixed_case, random, err);
	if (status != DG_OK)
		return status;
	status = p->carriers.open(p->carriers.self, handle_of(slot, i), a->transport, &e->ask,
				  e->query[i], &failure);
	a->waits = false;
	if (status == DG_ELIMIT) {
		a->at = now + SOCKET_WAIT_MS;
		return DG_OK;
	}
	if (status != DG_OK)
		return dg_fail(err, status, "cannot open a socket");
	dg_exchange_sent(&e->exchange, i, now);
	dg_pace_sent(&e->exchange.peer->pace, now);
	dg_peers_name_sent(p->peers, e->exchange.peer, &e->ask.name, now);
	dg_window_sent(&p->peers->window);
	e->counted[i] = true;
	if (failure != DG_HEARD_NOTHING)
		dg_exchange_failed(&e->exchange, i, failure, NULL, now);
	return DG_OK;
}

/* Takes attempts that are under way for longer than answers take as lost: the path may be
 * overloaded. */
static void take_losses(struct dg_pending *p, struct entry *e, dg_ms now)
{
	unsigned lost = dg_exchange_lose(&e->exchange, now), i;

	for (i = 0; lost > 0 && i < e->exchange.count; i++)
		if (e->exchange.attempt[i].late)
			uncount(p, e, i);
	if (lost > 0)
		dg_peer_lost(e->exchange.peer, now);
}

/* Queues what is due for its turn, unless its name has had its share of this second. */
static enum dg_status run_slot(struct dg_pending *p, size_t slot, dg_ms now, struct dg_error *err)
{
	struct entry *e = p->slot[slot];
	struct dg_peer *peer = e->exchange.peer;
	dg_ms last;
	unsigned i;

	take_losses(p, e, now);
	dg_exchange_expire(&e->exchange, now);
	for (i = 0; i < e->exchange.count && !e->exchange.done; i++) {
		struct dg_attempt *a = &e->exchange.attempt[i];

		if (!dg_exchange_may_leave(&e->exchange, i, now))
			continue;
		a->waits = true;
		last = e->ask.idle ? now + IDLE_MS : now;
		/* Names go in the order in which they came near: the last answers of one must not
		 * be far apart. */
		if (e->ask.near > 0 && e->ask.near < last)
			last = e->ask.near;
		if (!dg_turns_add(&peer->turns, last, handle_of(slot, i), e->serial))
			return dg_fail_memory(err);
		dg_peers_note_turns(p->peers, peer);
	}
	end_if_done(p, slot);
	return DG_OK;
}

/* The next address, in turn, that somebody waits for and that may be asked now; NULL, and when one
 * may be. */
static struct dg_peer *next_peer(struct dg_pending *p, dg_ms now, dg_ms *ret_next)
{
	struct dg_peers *peers = p->peers;
	size_t half, i;

	*ret_next = INT64_MAX;
	/* From the one whose turn it is to the last, and then from the first. */
	for (half = 0; half < 2; half++) {
		size_t end = half == 0 ? peers->npeers : p->turn;

		for (i = dg_peers_waiting(peers, half == 0 ? p->turn : 0); i < end;
		     i = dg_peers_waiting(peers, i + 1)) {
			dg_ms at = dg_pace_next(&peers->peer[i]->pace, now);

			if (at <= now) {
				p->turn = (i + 1) % peers->npeers;
				return peers->peer[i];
			}
			if (at < *ret_next)
				*ret_next = at;
		}
	}
	return NULL;
}

/* Sends the question whose turn it is, if it is still wanted, and its name may go. */
static enum dg_status serve(struct dg_pending *p, struct dg_peer *peer, dg_ms now,
			    struct dg_error *err)
{
	struct dg_turn turn = dg_turns_take(&peer->turns);
	size_t slot = turn.handle / DG_ATTEMPTS;
	unsigned i = turn.handle % DG_ATTEMPTS;
	struct entry *e = p->slot[slot];
	struct dg_attempt *a;
	enum dg_status status = DG_OK;
	dg_ms at;

	dg_peers_note_turns(p->peers, peer);
	if (e == NULL || e->serial != turn.serial)
		return DG_OK;
	a = &e->exchange.attempt[i];
	if (a->state != DG_ATTEMPT_PLANNED || !a->waits)
		return DG_OK;
	at = dg_peers_name_next(p->peers, peer, &e->ask.name, now);
	if (at > now) {
		a->waits = false;
		a->at = at;
	} else {
		status = open_attempt(p, slot, i, now, err);
	}
	if (status == DG_OK)
		end_if_done(p, slot);
	return status;
}

enum dg_status dg_pending_run(struct dg_pending *p, dg_ms now, dg_ms *ret_next,
			      struct dg_error *err)
{
	enum dg_status status = DG_OK;
	const struct dg_timer *first;
	struct dg_peer *peer = NULL;
	dg_ms next = INT64_MAX;

	do {
		while (status == DG_OK && (first = dg_timers_first(&p->timers)) != NULL &&
		       first->at <= now)
			status = run_slot(p, first->key, now, err);
		peer = dg_window_is_full(&p->peers->window) ? NULL : next_peer(p, now, &next);
		if (status == DG_OK && peer != NULL)
			status = serve(p, peer, now, err);
	} while (status == DG_OK && peer != NULL);
	first = dg_timers_first(&p->timers);
	*ret_next = first != NULL && first->at < next ? first->at : next;
	return status;
}

/* What a reply tells of the way. */
static void take_round_trip(struct dg_pending *p, struct entry *e, unsigned i, int64_t rtt_us,
			    dg_ms now)
{
	uncount(p, e, i);
	if (e->exchange.tcp_first)
		dg_pace_answered(&e->exchange.peer->pace);
	if (e->exchange.attempt[i].transport != DG_TRANSPORT_UDP || e->ask.message != NULL)
		return;
	dg_window_moved(&p->peers->window, e->exchange.attempt[i].at, now);
	dg_peer_answered(e->exchange.peer, rtt_us, now);
}

/* Truncated over UDP, though there was no need: a server that limits its answers slips so. */
static bool has_slipped(const struct entry *e, unsigned i)
{
	const struct dg_attempt *a = &e->exchange.attempt[i];

	return e->exchange.heard.truncated && a->transport == DG_TRANSPORT_TCP && a->edns &&
	       e->msg.len <= DG_EDNS_SIZE;
}

/* The reply is the outcome, or may be it; in place of one that was. */
static void keep_reply(struct entry *e, struct dg_msg *msg, size_t len)
{
	uint8_t *wire = malloc(len);

	dg_msg_free(&e->msg);
	free(e->wire);
	e->wire = wire;
	if (wire == NULL) {
		dg_msg_free(msg);
		dg_exchange_not_kept(&e->exchange);
		return;
	}
	memcpy(wire, msg->wire, len);
	e->msg = *msg;
	e->msg.wire = wire;
}

bool dg_pending_message(struct dg_pending *p, uint32_t handle, const uint8_t *wire, size_t len,
			int64_t rtt_us, dg_ms now)
{
	size_t slot = handle / DG_ATTEMPTS;
	unsigned i = handle % DG_ATTEMPTS;
	struct entry *e = p->slot[slot];
	enum dg_match match = dg_query_match(e->query[i], wire, len);
	struct dg_msg msg = {0};

	/* A stream's other end is known: the case of letters need not prove it. */
	if (match == DG_MATCH_CASE_CHANGED &&
	    e->exchange.attempt[i].transport != DG_TRANSPORT_UDP) {
		dg_exchange_case_changed(&e->exchange);
		match = DG_MATCH_FULL;
	}
	if (match == DG_MATCH_FULL)
		take_round_trip(p, e, i, rtt_us, now);
	if (match != DG_MATCH_FULL)
		dg_exchange_mismatch(&e->exchange, i, match, now);
	else if (dg_msg_read(&msg, wire, len, NULL) != DG_OK)
		dg_exchange_garbage(&e->exchange, i, now);
	else if (dg_exchange_reply(&e->exchange, i, &msg, rtt_us, now))
		keep_reply(e, &msg, len);
	else
		dg_msg_free(&msg);
	if (match == DG_MATCH_FULL && has_slipped(e, i))
		dg_peer_slipped(e->exchange.peer, now);
	if (e->exchange.attempt[i].state == DG_ATTEMPT_OVER)
		p->carriers.stop(p->carriers.self, handle);
	return end_if_done(p, slot);
}

bool dg_pending_failed(struct dg_pending *p, uint32_t handle, enum dg_heard_kind failure,
		       const char *why, dg_ms now)
{
	size_t slot = handle / DG_ATTEMPTS;

	p->carriers.stop(p->carriers.self, handle);
	p->slot[slot]->exchange.heard.unfit = failure == DG_HEARD_UNFIT;
	uncount(p, p->slot[slot], handle % DG_ATTEMPTS);
	dg_exchange_failed(&p->slot[slot]->exchange, handle % DG_ATTEMPTS, failure, why, now);
	return end_if_done(p, slot);
}

bool dg_pending_elsewhere(struct dg_pending *p, uint32_t handle, const struct dg_addr *from,
			  const uint8_t *wire, size_t len, dg_ms now)
{
	struct entry *e = p->slot[handle / DG_ATTEMPTS];

	if (dg_query_match(e->query[handle % DG_ATTEMPTS], wire, len) != DG_MATCH_FULL)
		return false;
	e->exchange.heard.server = *from;
	return dg_pending_failed(p, handle, DG_HEARD_ELSEWHERE, NULL, now);
}

void dg_pending_address(struct dg_pending *p, uint32_t handle, const struct dg_addr *addr)
{
	p->slot[handle / DG_ATTEMPTS]->exchange.heard.server = *addr;
}

void dg_pending_connected(struct dg_pending *p, uint32_t handle)
{
	p->slot[handle / DG_ATTEMPTS]->exchange.heard.tcp_connected = true;
}

bool dg_pending_heard(struct dg_pending *p, struct dg_heard *ret_heard)
{
	struct entry *e = p->first_ended;

	entry_free(p->told);
	p->told = e;
	if (e == NULL)
		return false;
	p->first_ended = e->next_ended;
	if (p->first_ended == NULL)
		p->last_ended = &p->first_ended;
	*ret_heard = e->exchange.heard;
	ret_heard->msg = e->exchange.heard.kind == DG_HEARD_REPLY ? &e->msg : NULL;
	return true;
}
