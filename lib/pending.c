/* SPDX-License-Identifier: ISC */
#include "pending.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "err.h"
#include "timers.h"

/* No socket was left: look again after this. */
#define SOCKET_WAIT_MS 5

struct entry {
	struct dg_ask ask;
	struct dg_exchange exchange;
	struct dg_query query[DG_ATTEMPTS];
	bool booked[DG_ATTEMPTS]; /* the address has a slot for it, at attempt.at */
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
	if (e == NULL)
		return;
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

/* Stops what is still open of the exchange, and frees its slot. */
static struct entry *leave_slot(struct dg_pending *p, size_t slot)
{
	struct entry *e = p->slot[slot];
	unsigned i;

	for (i = 0; i < e->exchange.count; i++)
		if (e->exchange.attempt[i].state == DG_ATTEMPT_OPEN)
			p->carriers.stop(p->carriers.self, handle_of(slot, i));
	dg_timers_unset(&p->timers, (uint32_t)slot);
	p->slot[slot] = NULL;
	p->unused[p->nunused++] = slot;
	return e;
}

static void end(struct dg_pending *p, size_t slot)
{
	struct entry *e = leave_slot(p, slot);

	e->exchange.heard.ask = e->ask.id;
	*p->last_ended = e;
	p->last_ended = &e->next_ended;
}

/* True when the exchange went on its way to the ended ones. */
static bool end_if_done(struct dg_pending *p, size_t slot)
{
	if (!p->slot[slot]->exchange.done) {
		dg_timers_set(&p->timers, (uint32_t)slot,
			      dg_exchange_due(&p->slot[slot]->exchange));
		return false;
	}
	end(p, slot);
	return true;
}

/* True when the rates allow the attempt now; else it is planned anew for when they may. */
static bool may_go(struct dg_pending *p, struct entry *e, unsigned i, dg_ms now)
{
	struct dg_attempt *a = &e->exchange.attempt[i];

	if (!e->booked[i]) {
		a->at = dg_peer_book(e->exchange.peer, now);
		e->booked[i] = true;
		if (a->at > now)
			return false;
	}
	a->at = dg_peers_name(p->peers, e->exchange.peer, &e->ask.name, now);
	e->booked[i] = a->at <= now;
	return e->booked[i];
}

static enum dg_status open_attempt(struct dg_pending *p, size_t slot, unsigned i, dg_ms now,
				   struct dg_error *err)
{
	struct entry *e = p->slot[slot];
	struct dg_attempt *a = &e->exchange.attempt[i];
	uint8_t random[DG_QUERY_RANDOM];
	enum dg_failure failure = DG_FAILED_CUT;
	bool failed = false;
	enum dg_status status;

	if (!p->carriers.random(p->carriers.self, random, sizeof(random)))
		return dg_fail(err, DG_ESYSTEM, "no random numbers to be had");
	/* Answers belong to their streams there (RFC 8484 section 4.1). */
	if (a->transport == DG_HTTPS)
		memset(random, 0, sizeof(random));
	status = dg_query_build(&e->query[i], &e->ask, a->edns, a->mixed_case, random, err);
	if (status != DG_OK)
		return status;
	status = p->carriers.open(p->carriers.self, handle_of(slot, i), a->transport, &e->ask,
				  &e->query[i], &failed, &failure);
	if (status == DG_ELIMIT) {
		a->at = now + SOCKET_WAIT_MS;
		return DG_OK;
	}
	if (status != DG_OK)
		return dg_fail(err, status, "cannot open a socket");
	dg_exchange_sent(&e->exchange, i, now);
	if (failed)
		dg_exchange_failed(&e->exchange, i, failure, NULL, now);
	return DG_OK;
}

static enum dg_status run_slot(struct dg_pending *p, size_t slot, dg_ms now, struct dg_error *err)
{
	struct entry *e = p->slot[slot];
	unsigned i;

	dg_exchange_expire(&e->exchange, now);
	for (i = 0; i < e->exchange.count && !e->exchange.done; i++) {
		const struct dg_attempt *a = &e->exchange.attempt[i];
		enum dg_status status;

		if (a->state != DG_ATTEMPT_PLANNED || a->at > now || !may_go(p, e, i, now))
			continue;
		status = open_attempt(p, slot, i, now, err);
		if (status != DG_OK)
			return status;
	}
	end_if_done(p, slot);
	return DG_OK;
}

enum dg_status dg_pending_run(struct dg_pending *p, dg_ms now, dg_ms *ret_next,
			      struct dg_error *err)
{
	const struct dg_timer *first;

	while ((first = dg_timers_first(&p->timers)) != NULL && first->at <= now) {
		enum dg_status status = run_slot(p, first->key, now, err);

		if (status != DG_OK)
			return status;
	}
	*ret_next = first == NULL ? INT64_MAX : first->at;
	return DG_OK;
}

bool dg_pending_message(struct dg_pending *p, uint32_t handle, const uint8_t *wire, size_t len,
			int64_t rtt_us, dg_ms now)
{
	size_t slot = handle / DG_ATTEMPTS;
	unsigned i = handle % DG_ATTEMPTS;
	struct entry *e = p->slot[slot];
	enum dg_match match = dg_query_match(&e->query[i], wire, len);
	struct dg_msg msg = {0};

	if (match != DG_MATCH) {
		dg_exchange_mismatch(&e->exchange, i, match, now);
	} else if (dg_msg_read(&msg, wire, len, NULL) != DG_OK) {
		dg_exchange_garbage(&e->exchange, i, now);
	} else {
		dg_exchange_reply(&e->exchange, i, &msg, rtt_us, now);
		if (e->exchange.done && (e->wire = malloc(len)) != NULL) {
			memcpy(e->wire, wire, len);
			e->msg = msg;
			e->msg.wire = e->wire;
		} else {
			dg_msg_free(&msg);
			/* Done, but no memory to keep what was said. */
			if (e->exchange.done)
				e->exchange.heard.kind = DG_HEARD_GARBAGE;
		}
	}
	if (e->exchange.attempt[i].state == DG_ATTEMPT_OVER)
		p->carriers.stop(p->carriers.self, handle);
	return end_if_done(p, slot);
}

bool dg_pending_failed(struct dg_pending *p, uint32_t handle, enum dg_failure failure,
		       const char *why, dg_ms now)
{
	size_t slot = handle / DG_ATTEMPTS;

	p->carriers.stop(p->carriers.self, handle);
	dg_exchange_failed(&p->slot[slot]->exchange, handle % DG_ATTEMPTS, failure, why, now);
	return end_if_done(p, slot);
}

void dg_pending_address(struct dg_pending *p, uint32_t handle, const struct dg_addr *addr)
{
	p->slot[handle / DG_ATTEMPTS]->exchange.heard.server = *addr;
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
