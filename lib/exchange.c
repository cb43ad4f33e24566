/* SPDX-License-Identifier: ISC */
/*
 * The plan of a question, in milliseconds from the moment when it first went out:
 *
 *    0     over UDP with EDNS
 *  400     the same again, from another port with another id; the first still listens
 * 1000     over UDP without EDNS: some firewalls and servers drop what they do not know
 *          and over TCP (RFC 7766 section 5: DNS servers must have it)
 * 3000     silence
 *
 * and what changes it:
 *
 * - TC over UDP: at once over TCP (RFC 2181 section 9); the cut-off reply is never used.
 * - FORMERR or NOTIMP without OPT, or BADVERS: at once without EDNS (RFC 6891 section 7), and first
 *   without it for the next minute.
 * - A reply to our question in another case: ignored, and at once again in lower case.
 * - Nothing listens on the UDP port: at once over TCP.
 * - An address that only TCP reached: over both at once from then on, until UDP works.
 * - No route: the end.
 *
 * Over TCP alone, where that is wanted, there is one attempt.
 *
 * A ready message, an update, goes the same way without EDNS: over UDP, again after 400, over TCP
 * after 1000, silence after 5000, since a server may write to its disk first. One longer than 512
 * octets goes over TCP alone (RFC 2136 section 2.1, RFC 1035 section 4.2.1). That it goes out
 * more than once, and is the same each time, does no harm: to add a record that is there, or to remove one
 * that is not, changes nothing (RFC 2136 sections 3.4.2.2 and 3.4.2.4), and no server takes a
 * signature for a replay within its time.
 *
 * Over TLS there is one attempt, and silence after 5000; another at once when a connection that had
 * served other questions ended, as resolvers end idle ones (RFC 7858 section 3.4).
 */
#include "exchange.h"

#include <stdio.h>
#include <string.h>

#define UDP_AGAIN_MS 400
#define FALLBACK_MS 1000
#define SILENCE_MS 3000
#define TCP_TIME_MS 2000
#define UPDATE_SILENCE_MS 5000
/* What a reader without EDNS takes. */
#define UDP_MAX 512
#define SECURE_SILENCE_MS 5000
#define EDNS_MEMORY_MS 60000

static void plan(struct dg_exchange *x, enum dg_transport_kind transport, bool edns, dg_ms at)
{
	if (x->count == DG_ATTEMPTS)
		return;
	x->attempt[x->count++] = (struct dg_attempt){
	    .transport = transport,
	    .edns = edns,
	    .mixed_case = x->mixed_case,
	    .at = at,
	};
}

static void begin_update(struct dg_exchange *x, const struct dg_ask *ask, dg_ms now)
{
	bool tcp = ask->tcp || ask->message->len > UDP_MAX;

	x->update = true;
	x->way = tcp ? DG_TCP : DG_UDP;
	x->end = now + UPDATE_SILENCE_MS;
	if (!tcp)
		plan(x, DG_UDP, false, now);
	plan(x, DG_TCP, false, tcp || x->peer->udp_silent ? now : now + FALLBACK_MS);
	if (!tcp)
		plan(x, DG_UDP, false, now + UDP_AGAIN_MS);
}

void dg_exchange_begin(struct dg_exchange *x, struct dg_peer *peer, const struct dg_ask *ask,
		       dg_ms now)
{
	bool edns;

	memset(x, 0, sizeof(*x));
	if (peer->edns != DG_EDNS_OK && now - peer->edns_since > EDNS_MEMORY_MS)
		peer->edns = DG_EDNS_OK;
	edns = peer->edns == DG_EDNS_OK;
	x->peer = peer;
	x->begun = now;
	if (ask->message != NULL) {
		begin_update(x, ask, now);
		return;
	}
	if (ask->secure != NULL) {
		/* What comes over TLS comes from the right one: there is nothing to guess for others. */
		x->way = ask->secure->https ? DG_HTTPS : DG_TLS;
		x->end = now + SECURE_SILENCE_MS;
		plan(x, x->way, edns, now);
		return;
	}
	x->mixed_case = ask->mixed_case && !peer->case_changed;
	if (ask->tcp) {
		x->way = DG_TCP;
		x->end = now + SILENCE_MS;
		plan(x, DG_TCP, edns, now);
		return;
	}
	x->end = now + SILENCE_MS;
	plan(x, DG_UDP, edns, now);
	plan(x, DG_TCP, edns, peer->udp_silent ? now : now + FALLBACK_MS);
	if (peer->udp_silent)
		return;
	plan(x, DG_UDP, edns, now + UDP_AGAIN_MS);
	if (edns)
		plan(x, DG_UDP, false, now + FALLBACK_MS);
}

dg_ms dg_exchange_due(const struct dg_exchange *x)
{
	dg_ms due = x->sent ? x->end : INT64_MAX;
	unsigned i;

	for (i = 0; i < x->count; i++)
		if (x->attempt[i].state == DG_ATTEMPT_PLANNED && x->attempt[i].at < due)
			due = x->attempt[i].at;
	return due;
}

void dg_exchange_sent(struct dg_exchange *x, unsigned i, dg_ms now)
{
	dg_ms late = now - x->begun;
	unsigned k;

	x->attempt[i].state = DG_ATTEMPT_OPEN;
	x->heard.sent++;
	if (x->sent)
		return;
	x->sent = true;
	x->heard.delayed = late;
	x->end += late;
	for (k = 0; k < x->count; k++)
		x->attempt[k].at += late;
}

static void finish(struct dg_exchange *x, enum dg_heard_kind kind)
{
	x->done = true;
	x->heard.kind = kind;
	x->heard.edns_refused = x->peer->edns == DG_EDNS_REFUSED;
	x->heard.edns_dropped = x->peer->edns == DG_EDNS_DROPPED;
	x->heard.case_changed = x->peer->case_changed;
}

static void finish_empty(struct dg_exchange *x)
{
	if (x->heard.truncated)
		finish(x, DG_HEARD_TRUNCATED);
	else if (x->garbage || x->heard.ignored > 0)
		finish(x, DG_HEARD_GARBAGE);
	else if (x->udp_closed && x->tcp_closed)
		finish(x, DG_HEARD_CLOSED);
	else
		finish(x, DG_HEARD_SILENCE);
}

void dg_exchange_expire(struct dg_exchange *x, dg_ms now)
{
	if (!x->done && x->sent && now >= x->end)
		finish_empty(x);
}

/* Attempts of that transport that are planned are not made. */
static void drop_planned(struct dg_exchange *x, enum dg_transport_kind transport)
{
	unsigned i;

	for (i = 0; i < x->count; i++)
		if (x->attempt[i].state == DG_ATTEMPT_PLANNED &&
		    x->attempt[i].transport == transport)
			x->attempt[i].state = DG_ATTEMPT_OVER;
}

/* The question goes over TCP now, unless it does already. */
static void tcp_now(struct dg_exchange *x, dg_ms now)
{
	unsigned i;

	drop_planned(x, DG_UDP);
	for (i = 0; i < x->count; i++) {
		if (x->attempt[i].transport != DG_TCP)
			continue;
		if (x->attempt[i].state == DG_ATTEMPT_PLANNED)
			x->attempt[i].at = now;
	}
	if (x->end < now + TCP_TIME_MS)
		x->end = now + TCP_TIME_MS;
}

static void plain_now(struct dg_exchange *x, enum dg_transport_kind transport, dg_ms now)
{
	unsigned i;

	if (x->edns_refused)
		return;
	x->edns_refused = true;
	drop_planned(x, DG_UDP);
	for (i = 0; i < x->count; i++)
		if (x->attempt[i].state == DG_ATTEMPT_PLANNED)
			x->attempt[i].edns = false;
	plan(x, transport, false, now);
}

static void lower_case_now(struct dg_exchange *x, const struct dg_attempt *like, dg_ms now)
{
	unsigned i;

	x->mixed_case = false;
	for (i = 0; i < x->count; i++)
		if (x->attempt[i].state == DG_ATTEMPT_PLANNED)
			x->attempt[i].mixed_case = false;
	plan(x, like->transport, like->edns, now);
}

/* With nothing open and nothing planned there is nothing to wait for. */
static void end_if_idle(struct dg_exchange *x)
{
	unsigned i;

	for (i = 0; i < x->count; i++)
		if (x->attempt[i].state != DG_ATTEMPT_OVER)
			return;
	if (!x->done)
		finish_empty(x);
}

static void remember_edns(struct dg_exchange *x, const struct dg_attempt *by, dg_ms now)
{
	struct dg_peer *peer = x->peer;

	if (by->edns) {
		peer->edns = DG_EDNS_OK;
	} else if (peer->edns == DG_EDNS_OK) {
		peer->edns = x->edns_refused ? DG_EDNS_REFUSED : DG_EDNS_DROPPED;
		peer->edns_since = now;
	}
}

/* A resolver that is asked over TLS is never asked in another way instead. */
static void secure_failed(struct dg_exchange *x, enum dg_failure failure, const char *why,
			  dg_ms now)
{
	if (failure == DG_FAILED_OLD && x->count < DG_ATTEMPTS) {
		plan(x, x->way, x->attempt[0].edns && !x->edns_refused, now);
		return;
	}
	if (why != NULL)
		snprintf(x->heard.why, sizeof(x->heard.why), "%s", why);
	if (failure == DG_FAILED_CLOSED)
		finish(x, DG_HEARD_CLOSED);
	else
		finish(x, failure == DG_FAILED_UNTRUSTED ? DG_HEARD_UNTRUSTED : DG_HEARD_BROKEN);
}

static bool says_no_edns(const struct dg_attempt *a, const struct dg_msg *msg)
{
	if (!a->edns)
		return false;
	return msg->rcode == DG_BADVERS ||
	       ((msg->rcode == DG_FORMERR || msg->rcode == DG_NOTIMP) && !msg->edns);
}

void dg_exchange_reply(struct dg_exchange *x, unsigned i, const struct dg_msg *msg, int64_t rtt_us,
		       dg_ms now)
{
	struct dg_attempt *a = &x->attempt[i];

	a->state = DG_ATTEMPT_OVER;
	x->udp_heard = x->udp_heard || a->transport == DG_UDP;
	if (says_no_edns(a, msg)) {
		plain_now(x, a->transport, now);
	} else if (msg->tc && a->transport == DG_UDP) {
		x->heard.truncated = true;
		x->heard.udp_size = (uint16_t)msg->len;
		tcp_now(x, now);
	} else if (msg->tc && x->way != DG_UDP) {
		secure_failed(x, DG_FAILED_BROKEN, "truncated over TLS too", now);
	} else if (msg->tc) {
		x->heard.tcp_why = "truncated over TCP too";
	} else {
		if (!x->update)
			remember_edns(x, a, now);
		x->peer->udp_silent = x->way == DG_UDP && !x->udp_heard;
		x->heard.transport = a->transport;
		x->heard.rtt_us = rtt_us;
		finish(x, DG_HEARD_REPLY);
	}
	end_if_idle(x);
}

void dg_exchange_mismatch(struct dg_exchange *x, unsigned i, enum dg_match match, dg_ms now)
{
	struct dg_attempt *a = &x->attempt[i];

	x->udp_heard = x->udp_heard || a->transport == DG_UDP;
	if (match == DG_MATCH_HEADER_ONLY && a->edns) {
		a->state = DG_ATTEMPT_OVER;
		plain_now(x, a->transport, now);
	} else if (match == DG_MATCH_CASE_CHANGED && x->mixed_case) {
		x->peer->case_changed = true;
		lower_case_now(x, a, now);
	} else if (++x->heard.ignored == DG_MAX_IGNORED) {
		finish_empty(x);
	}
}

void dg_exchange_garbage(struct dg_exchange *x, unsigned i, dg_ms now)
{
	x->attempt[i].state = DG_ATTEMPT_OVER;
	x->garbage = true;
	if (x->attempt[i].transport == DG_UDP) {
		x->udp_heard = true;
		tcp_now(x, now);
	} else {
		x->heard.tcp_why = "malformed answer over TCP";
	}
	end_if_idle(x);
}

void dg_exchange_failed(struct dg_exchange *x, unsigned i, enum dg_failure failure, const char *why,
			dg_ms now)
{
	struct dg_attempt *a = &x->attempt[i];

	a->state = DG_ATTEMPT_OVER;
	if (failure == DG_FAILED_NO_ROUTE) {
		finish(x, DG_HEARD_NO_ROUTE);
	} else if (x->way != DG_UDP) {
		secure_failed(x, failure, why, now);
	} else if (a->transport == DG_TCP) {
		x->tcp_closed = x->tcp_closed || failure == DG_FAILED_CLOSED;
		x->heard.tcp_why =
		    failure == DG_FAILED_CLOSED ? "TCP refused" : "TCP connection cut";
	} else {
		x->udp_closed = true;
		tcp_now(x, now);
	}
	end_if_idle(x);
}
