/* SPDX-License-Identifier: ISC */
#include "connection.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

/* For an address that is silent, while there is another. */
#define NEXT_ADDRESS_MS 1000
/* No socket was left: look again after this. */
#define SOCKET_WAIT_MS 5
/* Octets without an answer, for each question and one more: four of the longest messages. */
#define MAX_NOISE 262144

struct dg_connection *dg_connection_new(struct dg_site *site, const struct dg_tls *tls,
					const struct dg_framing *framing,
					struct dg_pending *pending)
{
	struct dg_connection *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->site = site;
	l->tls = tls;
	l->framing = framing;
	l->pending = pending;
	l->frames = framing->begin(site->secure);
	if (l->frames == NULL) {
		free(l);
		return NULL;
	}
	return l;
}

void dg_connection_free(struct dg_connection *l)
{
	if (l == NULL)
		return;
	dg_stream_free(l->stream);
	dg_lookup_free(l->lookup);
	l->framing->end(l->frames);
	free(l->waiting);
	free(l);
}

bool dg_connection_is_open(const struct dg_connection *l)
{
	return l->state != DG_CONNECTION_ENDED && !l->dead && !l->framing->is_ending(l->frames);
}

/* The address in use, for the report. */
static void tell_address(const struct dg_connection *l, uint32_t handle)
{
	if (l->next > 0)
		dg_pending_address(l->pending, handle, &l->site->known.addr[l->next - 1]);
}

enum dg_status dg_connection_ask(struct dg_connection *l, const struct dg_question *question)
{
	enum dg_status status;

	if (!dg_grow(&l->waiting, l->nwaiting, sizeof(*l->waiting)))
		return DG_ENOMEM;
	status = l->framing->ask(l->frames, question->handle, question->query);
	if (status != DG_OK)
		return status;
	l->waiting[l->nwaiting++] = (struct dg_waiting){
	    .handle = question->handle,
	    .since_us = question->since_us,
	    .answers = l->answers,
	};
	tell_address(l, question->handle);
	return DG_OK;
}

static struct dg_waiting *find(const struct dg_connection *l, uint32_t handle)
{
	size_t i;

	for (i = 0; i < l->nwaiting; i++)
		if (l->waiting[i].handle == handle)
			return &l->waiting[i];
	return NULL;
}

bool dg_connection_stop(struct dg_connection *l, uint32_t handle)
{
	struct dg_waiting *w = find(l, handle);

	if (w == NULL)
		return false;
	/* A look-up is no connection: the next question waits for the same. */
	if (!w->served && w->answers == l->answers && l->state != DG_CONNECTION_LOOKING_UP)
		l->dead = true;
	*w = l->waiting[--l->nwaiting];
	l->framing->forget(l->frames, handle);
	return true;
}

static void fail_question(struct dg_connection *l, uint32_t handle, const struct dg_fault *fault,
			  dg_ms now)
{
	find(l, handle)->served = true;
	dg_pending_failed(l->pending, handle, fault->failure, fault->why, now);
}

/* The connection is over, and with it all its questions. */
static void end(struct dg_connection *l, const struct dg_fault *fault, dg_ms now)
{
	struct dg_fault told = *fault;

	if (told.failure == DG_HEARD_CUT)
		told.failure = l->answers > 0 ? DG_HEARD_OLD : DG_HEARD_BROKEN;
	l->state = DG_CONNECTION_ENDED;
	while (l->nwaiting > 0)
		fail_question(l, l->waiting[0].handle, &told, now);
	dg_stream_free(l->stream);
	l->stream = NULL;
}

/* If the look-up, or all that it found, was of no use, another may do better. */
static void forget_addresses(struct dg_connection *l)
{
	if (l->site->secure->look_up != NULL)
		l->site->known.count = 0;
}

/* A question was given up on the way to an address: those that were not tried are next. */
static void put_tried_last(struct dg_connection *l)
{
	struct dg_looked_up *known = &l->site->known;
	struct dg_addr addr[DG_MAX_LOOKED_UP];
	size_t i;

	if (l->next == known->count)
		forget_addresses(l);
	memcpy(addr, known->addr, sizeof(addr));
	for (i = 0; i < known->count; i++)
		known->addr[i] = addr[(i + l->next) % known->count];
}

/* Connects to the next address; `fault` says why the one before failed. */
static void connect_next(struct dg_connection *l, struct dg_fault *fault, dg_ms now)
{
	const struct dg_looked_up *known = &l->site->known;
	size_t i;

	dg_stream_free(l->stream);
	l->stream = NULL;
	while (l->next < known->count) {
		const struct dg_addr *to = &known->addr[l->next++];

		for (i = 0; i < l->nwaiting; i++)
			tell_address(l, l->waiting[i].handle);
		switch (
		    dg_stream_new(&l->stream, l->tls, l->site->secure, to, l->framing->protocol)) {
		case DG_HEARD_NOTHING:
			l->state = DG_CONNECTION_CONNECTING;
			l->due = l->next < known->count ? now + NEXT_ADDRESS_MS : INT64_MAX;
			return;
		case DG_HEARD_NO_SOCKET:
			l->next--;
			l->state = DG_CONNECTION_WAITING;
			l->due = now + SOCKET_WAIT_MS;
			return;
		case DG_HEARD_CLOSED:
			dg_fault_set(fault, DG_HEARD_CLOSED, "connection refused");
			break;
		case DG_HEARD_NO_ROUTE:
			/* The host's other address family may have more to say. */
			if (fault->why[0] == '\0')
				dg_fault_set(fault, DG_HEARD_NO_ROUTE, "no route");
			break;
		default:
			dg_fault_set(fault, DG_HEARD_BROKEN, "cannot connect");
			break;
		}
	}
	forget_addresses(l);
	end(l, fault, now);
}

static void look_up(struct dg_connection *l, dg_ms now)
{
	const struct dg_secure *secure = l->site->secure;
	struct dg_fault fault;

	l->due = INT64_MAX;
	l->state = DG_CONNECTION_LOOKING_UP;
	if (dg_lookup_new(&l->lookup, secure->look_up, secure->family, secure->port) == DG_OK)
		return;
	dg_fault_set(&fault, DG_HEARD_BROKEN, "%s: no thread or descriptor left to look it up",
		     secure->look_up);
	end(l, &fault, now);
}

static void start(struct dg_connection *l, dg_ms now)
{
	struct dg_fault none = {.failure = DG_HEARD_BROKEN};

	if (l->site->known.count == 0)
		look_up(l, now);
	else
		connect_next(l, &none, now);
}

static void take_lookup(struct dg_connection *l, dg_ms now)
{
	struct dg_looked_up *known = &l->site->known;
	struct dg_fault fault = {.failure = DG_HEARD_BROKEN};

	dg_lookup_take(l->lookup, known);
	dg_lookup_free(l->lookup);
	l->lookup = NULL;
	if (known->count == 0)
		dg_fault_set(&fault, DG_HEARD_BROKEN, "%s: %s", l->site->secure->look_up,
			     dg_lookup_problem(known));
	/* Nobody may be waiting any more; then what was found is for the next. */
	if (known->count == 0 || l->nwaiting == 0)
		end(l, &fault, now);
	else
		connect_next(l, &fault, now);
}

dg_ms dg_connection_due(const struct dg_connection *l)
{
	bool idle = l->nwaiting == 0 && !dg_connection_is_open(l);

	if (l->dead || idle || (l->stream != NULL && dg_stream_fault(l->stream) != NULL))
		return 0;
	return l->due;
}

void dg_connection_run(struct dg_connection *l, dg_ms now)
{
	struct dg_fault fault = {.failure = DG_HEARD_OLD, .why = "the connection is silent"};

	if (l->state == DG_CONNECTION_ENDED || dg_connection_due(l) > now)
		return;
	if (l->dead) {
		if (l->stream != NULL && !dg_stream_is_open(l->stream))
			put_tried_last(l);
		end(l, &fault, now);
	} else if (l->state == DG_CONNECTION_WAITING) {
		start(l, now);
	} else if (l->state == DG_CONNECTION_CONNECTING) {
		fault.failure = DG_HEARD_BROKEN;
		connect_next(l, &fault, now);
	} else if (dg_stream_fault(l->stream) != NULL) {
		end(l, dg_stream_fault(l->stream), now);
	} else {
		/* No new questions, and nobody waits for the answer to an old one. */
		end(l, &fault, now);
	}
}

/* Frames to the stream, and the stream to the network. */
static void pump(struct dg_connection *l)
{
	const uint8_t *bytes = NULL;
	size_t n;

	while (dg_stream_is_open(l->stream) && dg_stream_has_room(l->stream) &&
	       (n = l->framing->give(l->frames, &bytes)) > 0)
		dg_stream_write(l->stream, bytes, n);
	dg_stream_flush(l->stream);
}

struct pollfd dg_connection_poll(struct dg_connection *l)
{
	struct pollfd p = {.fd = -1};

	if (l->state == DG_CONNECTION_LOOKING_UP) {
		p.fd = dg_lookup_fd(l->lookup);
		p.events = POLLIN;
	} else if (l->stream != NULL) {
		pump(l);
		p.fd = dg_stream_fd(l->stream);
		p.events = dg_stream_wants(l->stream);
	}
	return p;
}

static void take_answer(struct dg_connection *l, const struct dg_framed *framed, int64_t now_us)
{
	struct dg_waiting *w = find(l, framed->handle);
	struct dg_fault misfit;

	if (framed->bytes == NULL) {
		fail_question(l, framed->handle, &framed->fault, now_us / 1000);
		return;
	}
	w->served = true;
	dg_pending_message(l->pending, framed->handle, framed->bytes, framed->len,
			   now_us - w->since_us, now_us / 1000);
	w = find(l, framed->handle);
	if (w == NULL) {
		l->answers++;
		l->received = dg_stream_received(l->stream);
	} else if (l->framing->one_message) {
		dg_fault_set(&misfit, DG_HEARD_BROKEN, "the answer is to another question");
		fail_question(l, framed->handle, &misfit, now_us / 1000);
	} else {
		w->served = false;
	}
}

/* Feeds what came to the frames, which tell what it means. False: the connection is over. */
static bool take_octets(struct dg_connection *l, const uint8_t *bytes, size_t len, int64_t now_us)
{
	struct dg_fault fault;
	struct dg_framed framed;

	while (len > 0) {
		size_t n = l->framing->take(l->frames, bytes, len, &fault);

		while (l->framing->next(l->frames, &framed))
			take_answer(l, &framed, now_us);
		if (n == 0) {
			end(l, &fault, now_us / 1000);
			return false;
		}
		bytes += n;
		len -= n;
	}
	return true;
}

static void take_connected(struct dg_connection *l, int64_t now_us)
{
	uint64_t noise = (uint64_t)MAX_NOISE * (l->nwaiting + 1);
	struct dg_fault fault;
	uint8_t buf[16384];
	size_t n;

	while ((n = dg_stream_read(l->stream, buf, sizeof(buf))) > 0)
		if (!take_octets(l, buf, n, now_us))
			return;
	if (dg_stream_fault(l->stream) != NULL) {
		end(l, dg_stream_fault(l->stream), now_us / 1000);
	} else if (dg_stream_received(l->stream) - l->received > noise) {
		dg_fault_set(&fault, DG_HEARD_BROKEN, "the resolver sends much that is no answer");
		end(l, &fault, now_us / 1000);
	}
}

/* The address that works is the first to be tried when the connection has to be made anew. */
static void prefer_address(struct dg_connection *l)
{
	struct dg_addr *addr = l->site->known.addr, works = addr[l->next - 1];

	memmove(addr + 1, addr, (l->next - 1) * sizeof(*addr));
	addr[0] = works;
	l->next = 1;
}

void dg_connection_heed(struct dg_connection *l, int64_t now_us)
{
	if (l->state == DG_CONNECTION_LOOKING_UP) {
		take_lookup(l, now_us / 1000);
		return;
	}
	if (l->stream == NULL)
		return;
	dg_stream_ready(l->stream);
	if (l->state == DG_CONNECTION_CONNECTING && dg_stream_is_connected(l->stream)) {
		l->state = DG_CONNECTION_CONNECTED;
		l->due = INT64_MAX;
		prefer_address(l);
	}
	if (l->state == DG_CONNECTION_CONNECTED) {
		take_connected(l, now_us);
	} else if (dg_stream_fault(l->stream) != NULL) {
		struct dg_fault fault = *dg_stream_fault(l->stream);

		connect_next(l, &fault, now_us / 1000);
	}
}
