/* SPDX-License-Identifier: ISC */
/*
 * The plan of a question, in steps of its address' retransmission time-out (rtt.h) from the moment
 * when it first went out; a step is 400 ms until round trips were measured:
 *
 *   0, 1, 3, 7   over UDP with EDNS, each from another port with another id; all go on listening
 *   2.5          over TCP with EDNS (RFC 7766 section 5: DNS servers must have it)
 *   4            over UDP without EDNS, where no question with EDNS was answered in this run yet:
 * some firewalls and servers drop what they do not know (RFC 6891 section 6.2.3 has this last, too)
 *   7.5          silence, but not before 3 s nor after 10
 *
 * Each is put off by what the rates and the window (pace.h) hold back the one before, and what
 * changes the plan stands in exchange.c. What differs by what is known of the address (manners.h):
 *
 * - suspected of dropping EDNS: without EDNS at 0 too, so that both are seen side by side;
 * - known to drop or refuse it: without EDNS in place of with; of a dropped one, with it too now
 *   and then;
 * - reached over TCP alone: over TCP at 0 too;
 * - limiting its answers over UDP (truncated without need): over TCP at 0, over UDP from 1 on.
 *
 * A question that only signatures answer is never asked without EDNS. Over TCP alone, where that is
 * expected, there is one attempt.
 *
 * A ready message, an update, goes over UDP without EDNS, again after 400 ms, over TCP after 1000,
 * silence after 5000, since a server may write to its disk first. One longer than 512 octets goes
 * over TCP alone (RFC 2136 section 2.1, RFC 1035 section 4.2.1). That it goes out more than once,
 * and is the same each time, does no harm: to add a record that is there, or to remove one that is
 * not, changes nothing (RFC 2136 sections 3.4.2.2 and 3.4.2.4), and no server takes a signature for
 * a replay within its time.
 *
 * Over TLS there is one attempt, and silence after 5000; another at once when a connection that had
 * served other questions ended, as resolvers end idle ones (RFC 7858 section 3.4).
 */
#include "exchange_plan.h"

#include <string.h>

#define STEP_MS 400
#define SILENCE_MS 3000
#define LONGEST_MS 10000
#define FALLBACK_MS 1000
#define TCP_TIME_MS 2000
#define UPDATE_SILENCE_MS 5000
/* What a reader without EDNS takes. */
#define UDP_MAX 512
#define SECURE_SILENCE_MS 5000

void dg_plan_attempt(struct dg_exchange *x, enum dg_transport_kind transport, bool edns, dg_ms at)
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

static void plan_update(struct dg_exchange *x, const struct dg_ask *ask, dg_ms now)
{
	bool tcp = ask->tcp || ask->message->len > UDP_MAX;

	x->update = true;
	x->way = tcp ? DG_TRANSPORT_TCP : DG_TRANSPORT_UDP;
	x->end = now + UPDATE_SILENCE_MS;
	if (!tcp)
		dg_plan_attempt(x, DG_TRANSPORT_UDP, false, now);
	dg_plan_attempt(x, DG_TRANSPORT_TCP, false,
			tcp || dg_manners_udp_is_silent(&x->peer->manners) ? now
									   : now + FALLBACK_MS);
	if (!tcp)
		dg_plan_attempt(x, DG_TRANSPORT_UDP, false, now + STEP_MS);
}

/* Over one way that has no other. */
static void plan_one(struct dg_exchange *x, enum dg_transport_kind way, dg_ms silence, dg_ms now)
{
	x->way = way;
	x->end = now + silence;
	dg_plan_attempt(x, way, x->edns != DG_EDNS_REFUSED || x->only_edns, now);
}

static void plan_question(struct dg_exchange *x, dg_ms now)
{
	struct dg_manners *m = &x->peer->manners;
	bool plain = !x->only_edns && (x->edns == DG_EDNS_REFUSED || x->edns == DG_EDNS_DROPPED);
	dg_ms step = x->step;

	x->way = DG_TRANSPORT_UDP;
	x->tcp_first = dg_manners_udp_is_limited(m, now);
	x->end = now + (step * 15 / 2 > LONGEST_MS   ? LONGEST_MS
			: step * 15 / 2 < SILENCE_MS ? SILENCE_MS
						     : step * 15 / 2);
	if (plain && x->edns == DG_EDNS_DROPPED && dg_manners_try_edns(m, now))
		dg_plan_attempt(x, DG_TRANSPORT_UDP, true, now);
	if (!x->tcp_first)
		dg_plan_attempt(x, DG_TRANSPORT_UDP, !plain, now);
	if (!x->only_edns && x->edns == DG_EDNS_SUSPECT)
		dg_plan_attempt(x, DG_TRANSPORT_UDP, false, now);
	dg_plan_attempt(x, DG_TRANSPORT_TCP, !plain,
			x->tcp_first || dg_manners_udp_is_silent(m) ? now : now + step * 5 / 2);
	dg_plan_attempt(x, DG_TRANSPORT_UDP, !plain, now + step);
	dg_plan_attempt(x, DG_TRANSPORT_UDP, !plain, now + 3 * step);
	dg_plan_attempt(x, DG_TRANSPORT_UDP, !plain, now + 7 * step);
	if (!x->only_edns && x->edns == DG_EDNS_OK && !m->edns_works)
		dg_plan_attempt(x, DG_TRANSPORT_UDP, false, now + 4 * step);
}

void dg_exchange_begin(struct dg_exchange *x, struct dg_peer *peer, const struct dg_ask *ask,
		       dg_ms now)
{
	memset(x, 0, sizeof(*x));
	x->peer = peer;
	x->begun = now;
	x->step = ask->message != NULL ? STEP_MS : dg_peer_timeout(peer);
	x->udp_answers = peer->manners.udp_answers;
	x->udp_lost = peer->manners.udp_lost;
	if (ask->message != NULL) {
		plan_update(x, ask, now);
		return;
	}
	x->edns = dg_manners_edns(&peer->manners, now);
	x->option = ask->nsid;
	x->only_edns = ask->signatures || ask->nsid;
	/* A reply over TLS comes from the right server: nobody else can guess it. */
	x->mixed_case = ask->secure == NULL && ask->mixed_case && !peer->manners.case_changed;
	if (ask->secure != NULL)
		plan_one(x, ask->secure->https ? DG_TRANSPORT_HTTPS : DG_TRANSPORT_TLS,
			 SECURE_SILENCE_MS, now);
	else if (ask->any_source)
		plan_one(x, DG_TRANSPORT_UDP, SILENCE_MS, now);
	else if (ask->tcp)
		plan_one(x, DG_TRANSPORT_TCP, SILENCE_MS, now);
	else
		plan_question(x, now);
}

void dg_plan_drop(struct dg_exchange *x, enum dg_transport_kind transport)
{
	unsigned i;

	for (i = 0; i < x->count; i++)
		if (x->attempt[i].state == DG_ATTEMPT_PLANNED &&
		    x->attempt[i].transport == transport)
			x->attempt[i].state = DG_ATTEMPT_OVER;
}

void dg_plan_tcp_now(struct dg_exchange *x, dg_ms now)
{
	unsigned i;

	dg_plan_drop(x, DG_TRANSPORT_UDP);
	for (i = 0; i < x->count; i++)
		if (x->attempt[i].transport == DG_TRANSPORT_TCP &&
		    x->attempt[i].state == DG_ATTEMPT_PLANNED)
			x->attempt[i].at = now;
	if (x->end < now + TCP_TIME_MS)
		x->end = now + TCP_TIME_MS;
}

void dg_plan_plain_now(struct dg_exchange *x, enum dg_transport_kind transport, dg_ms now)
{
	unsigned i;

	if (x->edns_refused)
		return;
	x->edns_refused = true;
	dg_plan_drop(x, DG_TRANSPORT_UDP);
	for (i = 0; i < x->count; i++)
		if (x->attempt[i].state == DG_ATTEMPT_PLANNED)
			x->attempt[i].edns = false;
	dg_plan_attempt(x, transport, false, now);
}

static bool tcp_is_over(const struct dg_exchange *x)
{
	bool any = false;
	unsigned i;

	for (i = 0; i < x->count; i++) {
		any = any || x->attempt[i].transport == DG_TRANSPORT_TCP;
		if (x->attempt[i].transport == DG_TRANSPORT_TCP &&
		    x->attempt[i].state != DG_ATTEMPT_OVER)
			return false;
	}
	return any;
}

void dg_plan_doubt(struct dg_exchange *x, bool edns, bool mixed_case, dg_ms now)
{
	bool over = tcp_is_over(x);

	if (x->doubted)
		return;
	x->doubted = true;
	dg_plan_tcp_now(x, now);
	dg_plan_attempt(x, DG_TRANSPORT_UDP, edns, over ? now : now + FALLBACK_MS);
	x->attempt[x->count - 1].mixed_case = mixed_case;
	if (x->end < now + FALLBACK_MS + TCP_TIME_MS)
		x->end = now + FALLBACK_MS + TCP_TIME_MS;
}

void dg_plan_believe_doubt(struct dg_exchange *x, dg_ms now)
{
	unsigned i;

	for (i = 0; x->doubted && i < x->count; i++)
		if (x->attempt[i].state == DG_ATTEMPT_PLANNED &&
		    x->attempt[i].transport == DG_TRANSPORT_UDP && x->attempt[i].at > now)
			x->attempt[i].at = now;
}

void dg_plan_contrast(struct dg_exchange *x, dg_ms now)
{
	unsigned i;

	for (i = 0; i < x->count; i++)
		if (x->attempt[i].state == DG_ATTEMPT_PLANNED && !x->attempt[i].edns)
			x->attempt[i].state = DG_ATTEMPT_OVER;
	dg_plan_attempt(x, DG_TRANSPORT_UDP, true, now);
	if (x->end > now + x->step)
		x->end = now + x->step;
}
