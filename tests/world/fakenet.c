/* SPDX-License-Identifier: ISC */
#include "fakenet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "net/pending.h"

#define EPOCH 1000000
#define WALL 1795276800 /* 2026-11-21T16:00:00Z */

/* Something on its way to us. */
struct event {
	dg_ms at;
	uint64_t order; /* of two at one time, the earlier made */
	uint32_t handle, opening;
	bool elsewhere; /* from another port than was asked */
	bool failed;
	enum dg_heard_kind failure;
	char why[DG_WHY_TEXT];
	uint8_t *wire; /* NULL with failed */
	size_t len;
	dg_ms sent;
};

struct fakenet {
	struct world *world;
	struct weather *weather; /* NULL: a fair day */
	struct dg_pending *pending;
	dg_ms now, stop;
	struct event *event; /* a heap, the earliest first */
	size_t nevents;
	uint32_t *opening; /* by handle: grows when it is opened or stopped */
	size_t handles;
	uint64_t order;
	uint32_t random;
	fakenet_answer answer; /* NULL: the world does */
	void *self;
};

void (*fakenet_outside)(bool outside);

static void outside(bool is)
{
	if (fakenet_outside != NULL)
		fakenet_outside(is);
}

static uint32_t next_random(struct fakenet *n)
{
	n->random ^= n->random << 13;
	n->random ^= n->random >> 17;
	n->random ^= n->random << 5;
	return n->random;
}

static bool is_before(const struct event *a, const struct event *b)
{
	return a->at < b->at || (a->at == b->at && a->order < b->order);
}

static void swap_events(struct fakenet *n, size_t i, size_t k)
{
	struct event e = n->event[i];

	n->event[i] = n->event[k];
	n->event[k] = e;
}

static uint32_t *opening_of(struct fakenet *n, uint32_t handle)
{
	size_t room = n->handles == 0 ? 64 : n->handles;

	while (room <= handle)
		room *= 2;
	if (room > n->handles) {
		n->opening = realloc(n->opening, room * sizeof(*n->opening));
		if (n->opening == NULL)
			abort();
		memset(n->opening + n->handles, 0, (room - n->handles) * sizeof(*n->opening));
		n->handles = room;
	}
	return &n->opening[handle];
}

static void add_event(struct fakenet *n, const struct event *event)
{
	size_t i = n->nevents;

	if ((i & (i - 1)) == 0)
		n->event = realloc(n->event, (i == 0 ? 1 : 2 * i) * sizeof(*event));
	if (n->event == NULL)
		abort();
	n->event[i] = *event;
	n->event[i].order = n->order++;
	n->event[i].opening = *opening_of(n, event->handle);
	n->event[i].sent = n->now;
	n->nevents++;
	for (; i > 0 && is_before(&n->event[i], &n->event[(i - 1) / 2]); i = (i - 1) / 2)
		swap_events(n, i, (i - 1) / 2);
}

/* Takes the earliest out. */
static struct event take_event(struct fakenet *n)
{
	struct event e = n->event[0];
	size_t i = 0, least = 0;

	n->event[0] = n->event[--n->nevents];
	do {
		i = least;
		if (2 * i + 1 < n->nevents && is_before(&n->event[2 * i + 1], &n->event[least]))
			least = 2 * i + 1;
		if (2 * i + 2 < n->nevents && is_before(&n->event[2 * i + 2], &n->event[least]))
			least = 2 * i + 2;
		swap_events(n, i, least);
	} while (i != least);
	return e;
}

static double seconds(const struct fakenet *n)
{
	return (double)(n->now - EPOCH) / 1000;
}

static dg_ms trips(const struct fakenet *n, int count)
{
	return count * (dg_ms)(n->world->rtt * 1000);
}

/* What becomes of a datagram on its way back: later, truncated, or lost. */
static void send_back(struct fakenet *n, const char *addr, const struct event *event,
		      const struct world_reply *reply)
{
	struct event e = *event;
	enum weather_answer answer = WEATHER_SENT;
	double sent = seconds(n) + (double)(e.at - n->now) / 1000, wait = 0;

	e.len = reply->len;
	if (n->weather != NULL)
		answer = weather_limit(n->weather, addr, sent);
	if (n->weather != NULL && answer != WEATHER_WITHHELD)
		wait = weather_pass(n->weather, false, e.len, sent);
	if (answer == WEATHER_WITHHELD || wait < 0)
		return;
	e.at += (dg_ms)(wait * 1000);
	e.wire = malloc(e.len + 1);
	memcpy(e.wire, reply->wire, e.len);
	/* As name servers slip: the question alone, with TC. */
	if (answer == WEATHER_TRUNCATED) {
		memset(e.wire + 6, 0, 6);
		e.wire[2] |= 2;
		for (e.len = 12; e.len < reply->len && e.wire[e.len] != 0;)
			e.len += 1u + e.wire[e.len];
		e.len += 5;
	}
	add_event(n, &e);
}

/* How much later a stream's answer comes than on a fair day; less than 0: never. */
static double stream_delay(struct fakenet *n, size_t octets, const struct world_effect *e)
{
	double took;

	if (n->weather == NULL)
		return 0;
	took = weather_stream(n->weather, octets, e->count > 0 ? e->reply[0].len : 0, n->world->rtt,
			      seconds(n));
	if (took < 0)
		return took;
	return took > 2 * n->world->rtt ? took - 2 * n->world->rtt : 0;
}

/* The replies that a stream would deliver, whole; cut off, it ends. */
static void deliver(struct fakenet *n, uint32_t handle, const char *addr,
		    enum dg_transport_kind transport, bool any_source, struct world_effect *e)
{
	static const int needed[DG_TRANSPORTS] = {1, 2, 4, 4};
	bool tcp = transport != DG_TRANSPORT_UDP;
	size_t i, done = 0;
	dg_ms at;

	at = n->now + trips(n, needed[transport]) + (dg_ms)(e->delay * 1000);
	for (i = 0; i < e->count; i++) {
		struct event event = {.at = at, .handle = handle, .len = e->reply[i].len};

		done += 2 + event.len;
		if (tcp && done > e->cut) {
			event.failed = true;
			event.failure = DG_HEARD_CUT;
			add_event(n, &event);
			return;
		}
		/* A connected socket never sees what comes from elsewhere. */
		if (e->reply[i].wrong_source && !any_source)
			continue;
		event.elsewhere = e->reply[i].wrong_source;
		if (!tcp) {
			send_back(n, addr, &event, &e->reply[i]);
			continue;
		}
		event.wire = malloc(event.len + 1);
		memcpy(event.wire, e->reply[i].wire, event.len);
		add_event(n, &event);
	}
}

static void fail_later(struct fakenet *n, uint32_t handle, int after, enum dg_heard_kind failure,
		       const char *why, const char *more)
{
	struct event event = {.handle = handle, .failed = true, .failure = failure};

	event.at = n->now + trips(n, after);
	snprintf(event.why, sizeof(event.why), "%s%s", why, more);
	add_event(n, &event);
}

/* The address that is asked, as text; NULL: there is none. */
static const char *find_address(struct fakenet *n, uint32_t handle, const struct dg_ask *ask,
				char buf[DG_ADDR_TEXT])
{
	struct dg_error err = {0};
	struct dg_addr addr;
	const char *text;

	if (ask->server.family != 0)
		return dg_addr_print(&ask->server, buf);
	text = world_look_up(n->world, ask->secure->look_up);
	if (text == NULL || dg_addr_parse(&addr, text, ask->secure->port, &err) != DG_OK) {
		fail_later(n, handle, 1, DG_HEARD_BROKEN, ask->secure->look_up,
			   ": Name or service not known");
		return NULL;
	}
	dg_pending_address(n->pending, handle, &addr);
	return text;
}

/* What is asked of a function, not of the world. */
static void ask_function(struct fakenet *n, uint32_t handle, const char *addr,
			 const struct dg_query *query)
{
	struct event event = {.handle = handle};
	uint8_t wire[DG_EDNS_SIZE];
	struct world_reply reply = {.wire = wire};
	double later =
	    n->weather == NULL ? 0 : weather_pass(n->weather, true, query->len, seconds(n));

	if (later < 0)
		return;
	reply.len = n->answer(n->self, addr, query->wire, query->len, wire);
	event.at = n->now + trips(n, 1) + (dg_ms)(later * 1000);
	if (reply.len > 0)
		send_back(n, addr, &event, &reply);
}

static enum dg_status open_inside(struct fakenet *n, uint32_t handle,
				  enum dg_transport_kind transport, const struct dg_ask *ask,
				  const struct dg_query *query, enum dg_heard_kind *ret_failure)
{
	char buf[DG_ADDR_TEXT];
	const char *addr = find_address(n, handle, ask, buf);
	struct world_effect e;
	double later = 0;

	if (addr == NULL)
		return DG_OK;
	if (n->answer != NULL) {
		if (transport == DG_TRANSPORT_UDP)
			ask_function(n, handle, addr, query);
		return DG_OK;
	}
	world_connect(n->world, addr, transport, seconds(n), &e);
	if (n->weather != NULL && weather_is_out(n->weather, seconds(n))) {
		e.no_route = e.no_route || n->weather->no_route;
		e.hang = transport != DG_TRANSPORT_TCP;
	}
	if (e.no_route) {
		*ret_failure = DG_HEARD_NO_ROUTE;
		return DG_OK;
	}
	if (e.closed) {
		fail_later(n, handle, 1, DG_HEARD_CLOSED, "", "");
		return DG_OK;
	}
	if (e.nobody)
		return DG_OK;
	if (transport == DG_TRANSPORT_TCP)
		dg_pending_connected(n->pending, handle);
	if (e.hang)
		return DG_OK;
	if (e.untrusted || e.broken || e.unfit) {
		fail_later(n, handle, 2,
			   e.untrusted ? DG_HEARD_UNTRUSTED
			   : e.unfit   ? DG_HEARD_UNFIT
				       : DG_HEARD_BROKEN,
			   e.why, "");
		return DG_OK;
	}
	if (n->weather != NULL && transport == DG_TRANSPORT_UDP)
		later = weather_pass(n->weather, true, query->len, seconds(n));
	if (later < 0)
		return DG_OK;
	/* Noted as sent now: what it is late counts for no rate. */
	world_ask(n->world, addr, transport, query->wire, query->len, seconds(n), &e);
	if (transport == DG_TRANSPORT_TCP)
		later = stream_delay(n, query->len, &e);
	e.delay += later;
	if (later >= 0)
		deliver(n, handle, addr, transport, ask->any_source, &e);
	world_effect_free(&e);
	return DG_OK;
}

static enum dg_status fake_open(void *self, uint32_t handle, enum dg_transport_kind transport,
				const struct dg_ask *ask, const struct dg_query *query,
				enum dg_heard_kind *ret_failure)
{
	enum dg_status status;

	outside(true);
	++*opening_of(self, handle);
	status = open_inside(self, handle, transport, ask, query, ret_failure);
	outside(false);
	return status;
}

static void fake_stop(void *self, uint32_t handle)
{
	++*opening_of(self, handle);
}

static bool fake_octets(void *self, uint8_t *octets, size_t len)
{
	while (len-- > 0)
		*octets++ = (uint8_t)(next_random(self) >> 11);
	return true;
}

struct fakenet *fakenet_new(struct world *world, uint32_t seed)
{
	struct fakenet *n = calloc(1, sizeof(*n));
	struct dg_carriers carriers = {fake_open, fake_stop, fake_octets, n};

	if (n == NULL)
		abort();
	n->world = world;
	world->wall = WALL;
	n->now = EPOCH;
	n->stop = INT64_MAX;
	n->random = seed | 1;
	n->pending = dg_pending_new(&carriers);
	return n;
}

void fakenet_free(struct fakenet *net)
{
	dg_pending_free(net->pending);
	while (net->nevents > 0)
		free(net->event[--net->nevents].wire);
	free(net->event);
	free(net->opening);
	free(net);
}

void fakenet_weather(struct fakenet *net, struct weather *weather)
{
	net->weather = weather;
}

void fakenet_answer_by(struct fakenet *net, fakenet_answer answer, void *self)
{
	net->answer = answer;
	net->self = self;
}

double fakenet_seconds(const struct fakenet *net)
{
	return seconds(net);
}

void fakenet_stop_at(struct fakenet *net, double at)
{
	net->stop = at < 0 ? INT64_MAX : EPOCH + (dg_ms)(at * 1000);
}

static enum dg_status fake_ask(void *self, const struct dg_ask *ask, struct dg_error *err)
{
	struct fakenet *n = self;

	return dg_pending_ask(n->pending, ask, n->now, err);
}

static void fake_cancel(void *self, uint64_t ask_id)
{
	struct fakenet *n = self;

	dg_pending_cancel(n->pending, ask_id);
}

/* NULL: there is none. Those of attempts that were stopped go. */
static const struct event *earliest(struct fakenet *n)
{
	while (n->nevents > 0 && n->event[0].opening != *opening_of(n, n->event[0].handle)) {
		struct event e = take_event(n);

		free(e.wire);
	}
	return n->nevents > 0 ? &n->event[0] : NULL;
}

static void happen(struct fakenet *n)
{
	static const struct dg_addr other_port = {.family = 4, .ip = {127, 0, 0, 12}, .port = 5300};
	struct event e = take_event(n);

	if (e.failed)
		dg_pending_failed(n->pending, e.handle, e.failure, e.why[0] == '\0' ? NULL : e.why,
				  n->now);
	else if (e.elsewhere)
		dg_pending_elsewhere(n->pending, e.handle, &other_port, e.wire, e.len, n->now);
	else
		dg_pending_message(n->pending, e.handle, e.wire, e.len, (n->now - e.sent) * 1000,
				   n->now);
	free(e.wire);
}

static enum dg_status fake_wait(void *self, dg_ms until, dg_ms *ret_now, struct dg_heard *ret_heard,
				struct dg_error *err)
{
	struct fakenet *n = self;

	memset(ret_heard, 0, sizeof(*ret_heard));
	for (;;) {
		dg_ms next;
		enum dg_status status = dg_pending_run(n->pending, n->now, &next, err);
		const struct event *first = earliest(n);

		if (status != DG_OK)
			return status;
		*ret_now = n->now;
		if (n->now >= n->stop)
			return dg_fail(err, DG_ESTOPPED, "stopped");
		if (dg_pending_heard(n->pending, ret_heard) || n->now >= until)
			return DG_OK;
		next = next < until ? next : until;
		next = next < n->stop ? next : n->stop;
		if (first != NULL && first->at <= next) {
			if (first->at > n->now)
				n->now = first->at;
			happen(n);
		} else {
			n->now = next;
		}
	}
}

static int64_t fake_wall(void *self)
{
	struct fakenet *n = self;

	return WALL + (n->now - EPOCH) / 1000;
}

static uint32_t fake_random(void *self)
{
	return next_random(self);
}

struct dg_net fakenet_seam(struct fakenet *net)
{
	return (struct dg_net){fake_ask, fake_cancel, fake_wait, fake_wall, fake_random, net};
}
