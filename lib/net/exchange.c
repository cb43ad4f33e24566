/* SPDX-License-Identifier: ISC */
/*
 * What changes the plan of exchange_plan.c, and what its attempts mean together:
 *
 * - TC over UDP: at once over TCP (RFC 2181 section 9); the cut-off reply is never used.
 * - FORMERR or NOTIMP without OPT, BADVERS, or a blank record in the place of OPT: at once without
 *   EDNS (RFC 6891 section 7), and first without it for the next minute.
 * - A reply to a question without EDNS, while those with it stay unanswered: it is kept, one with
 *   EDNS is asked again at once, and if that and the others stay unanswered for a step it is the
 *   outcome. So it is seen by contrast who drops EDNS, and loss is not taken for it.
 * - A reply over UDP to our question in another case, or an error with our id and no question:
 *   anybody may have guessed the id. The attempt still listens, and it goes at once over TCP, which
 *   nobody speaks on but the server. Only when TCP fails it is asked over UDP as the datagram wants
 *   it, in lower case or without EDNS, for this once; what TCP says so is kept in mind.
 * - Datagrams that answer nothing are counted and ignored. After DG_MAX_IGNORED their port is
 *   closed, and it goes at once over TCP.
 * - Nothing listens on the UDP port: at once over TCP.
 * - No route: the end.
 */
#include "exchange.h"

#include <stdio.h>

#include "exchange_plan.h"

bool dg_exchange_waits(const struct dg_exchange *x)
{
	unsigned i;

	for (i = 0; i < x->count; i++)
		if (x->attempt[i].state == DG_ATTEMPT_PLANNED && x->attempt[i].waits)
			return true;
	return false;
}

/* Before this nothing under way counts as lost: a queue on the path is answered in order, and as
 * long as answers come to questions that left earlier, this one's may be next. TCP's timer starts
 * anew with each answer, too (RFC 6298 section 5.3). */
static dg_ms not_before(const struct dg_exchange *x)
{
	const struct dg_window *w = x->peer->window;
	dg_ms first = INT64_MAX;
	unsigned i;

	/* Whatever came for this question asks for something else at once. */
	if (w == NULL || x->way != DG_TRANSPORT_UDP || x->update || x->udp_heard || x->udp_closed ||
	    x->heard.ignored > 0)
		return INT64_MIN;
	for (i = 0; i < x->count; i++)
		if (x->attempt[i].state == DG_ATTEMPT_OPEN && x->attempt[i].at < first)
			first = x->attempt[i].at;
	return first != INT64_MAX && w->moved_sent <= first ? w->moved + x->step : INT64_MIN;
}

static dg_ms later(dg_ms a, dg_ms b)
{
	return a > b ? a : b;
}

bool dg_exchange_may_leave(const struct dg_exchange *x, unsigned i, dg_ms now)
{
	return x->attempt[i].state == DG_ATTEMPT_PLANNED && !dg_exchange_waits(x) &&
	       later(x->attempt[i].at, not_before(x)) <= now;
}

dg_ms dg_exchange_due(const struct dg_exchange *x)
{
	dg_ms due = x->sent ? x->end : INT64_MAX;
	bool waits = dg_exchange_waits(x);
	unsigned i;

	for (i = 0; i < x->count; i++)
		if (x->attempt[i].state == DG_ATTEMPT_PLANNED && !waits && x->attempt[i].at < due)
			due = x->attempt[i].at;
	return later(due, not_before(x));
}

void dg_exchange_sent(struct dg_exchange *x, unsigned i, dg_ms now)
{
	dg_ms late = now - (x->sent ? x->attempt[i].at : x->begun);
	unsigned k;

	x->attempt[i].state = DG_ATTEMPT_OPEN;
	x->attempt[i].waits = false;
	x->attempt[i].at = now;
	x->heard.sent++;
	if (!x->sent)
		x->heard.delayed = late;
	x->sent = true;
	if (late <= 0)
		return;
	x->end += late;
	for (k = 0; k < x->count; k++)
		if (x->attempt[k].state == DG_ATTEMPT_PLANNED && !x->attempt[k].waits)
			x->attempt[k].at += late;
}

dg_ms dg_exchange_lost_at(const struct dg_exchange *x)
{
	dg_ms at = INT64_MAX;
	unsigned i;

	for (i = 0; i < x->count; i++)
		if (x->attempt[i].state == DG_ATTEMPT_OPEN && !x->attempt[i].late &&
		    x->attempt[i].at + x->step < at)
			at = x->attempt[i].at + x->step;
	return at;
}

unsigned dg_exchange_lose(struct dg_exchange *x, dg_ms now)
{
	unsigned i, n = 0;

	for (i = 0; i < x->count; i++) {
		struct dg_attempt *a = &x->attempt[i];

		if (a->state != DG_ATTEMPT_OPEN || a->late || now - a->at < x->step)
			continue;
		a->late = true;
		n++;
	}
	return n;
}

/* Those of a kind that went out a step ago or earlier, and were not answered. */
static unsigned count_unanswered(const struct dg_exchange *x, enum dg_transport_kind transport,
				 bool edns, dg_ms now)
{
	unsigned i, n = 0;

	for (i = 0; i < x->count; i++) {
		const struct dg_attempt *a = &x->attempt[i];

		n += a->state == DG_ATTEMPT_OPEN && a->transport == transport && a->edns == edns &&
		     now - a->at >= x->step;
	}
	return n;
}

/* Learns about the address from the attempts that stayed unanswered, beside those that did not. */
static void look_back(struct dg_exchange *x, dg_ms now)
{
	struct dg_manners *m = &x->peer->manners;
	bool plain_lost = count_unanswered(x, DG_TRANSPORT_UDP, false, now) > 0;
	bool tcp_silent = x->heard.kind == DG_HEARD_TRUNCATED ||
			  (x->way == DG_TRANSPORT_TCP && x->heard.kind == DG_HEARD_SILENCE);

	if (x->update || x->option)
		return;
	if (x->kept)
		dg_manners_plain_came(m, count_unanswered(x, DG_TRANSPORT_UDP, true, now));
	else if (plain_lost && x->heard.kind == DG_HEARD_SILENCE)
		dg_manners_plain_lost(m);
	if (!x->kept && x->edns != DG_EDNS_DROPPED)
		m->udp_lost += count_unanswered(x, DG_TRANSPORT_UDP, true, now);
	if (tcp_silent && !x->tcp_closed && m->udp_answers > x->udp_answers &&
	    m->udp_lost == x->udp_lost)
		m->tcp_lost++;
}

static void finish(struct dg_exchange *x, enum dg_heard_kind kind, dg_ms now)
{
	const struct dg_manners *m = &x->peer->manners;
	enum dg_edns_support edns;

	x->done = true;
	x->heard.kind = kind;
	look_back(x, now);
	if (kind == DG_HEARD_SILENCE)
		dg_rtt_missed(&x->peer->rtt);
	edns = dg_manners_edns(m, now);
	x->heard.edns_refused = x->heard.edns_refused || edns == DG_EDNS_REFUSED;
	x->heard.edns_dropped = edns == DG_EDNS_DROPPED;
	x->heard.tcp_dropped = dg_manners_tcp_is_dropped(m);
	x->heard.case_changed = x->heard.case_changed || m->case_changed;
}

static void finish_empty(struct dg_exchange *x, dg_ms now)
{
	if (x->kept)
		finish(x, DG_HEARD_REPLY, now);
	else if (x->heard.truncated)
		finish(x, DG_HEARD_TRUNCATED, now);
	else if (x->garbage)
		finish(x, DG_HEARD_GARBAGE, now);
	else if (x->udp_closed && x->tcp_closed)
		finish(x, DG_HEARD_CLOSED, now);
	else
		finish(x, DG_HEARD_SILENCE, now);
}

void dg_exchange_expire(struct dg_exchange *x, dg_ms now)
{
	if (!x->done && x->sent && now >= later(x->end, not_before(x)))
		finish_empty(x, now);
}

/* With nothing open and nothing planned there is nothing to wait for. */
static void end_if_idle(struct dg_exchange *x, dg_ms now)
{
	unsigned i;

	for (i = 0; i < x->count; i++)
		if (x->attempt[i].state != DG_ATTEMPT_OVER)
			return;
	if (!x->done)
		finish_empty(x, now);
}

/* Attempt `a` brought a reply. */
static void remember(struct dg_exchange *x, const struct dg_attempt *a, dg_ms now)
{
	struct dg_manners *m = &x->peer->manners;

	if (a->transport == DG_TRANSPORT_TCP)
		m->tcp_works = true;
	if (x->way == DG_TRANSPORT_UDP && a->transport == DG_TRANSPORT_TCP && !x->udp_heard)
		m->udp_missed += !x->tcp_first;
	else if (x->udp_heard)
		m->udp_missed = 0;
	if (x->update)
		return;
	if (a->edns)
		dg_manners_edns_works(m);
	else if (x->edns_refused)
		dg_manners_edns_refused(m, now);
	else if (x->doubted)
		x->heard.edns_refused = true;
}

/* A resolver that is asked over TLS is never asked in another way instead, nor is what is asked
 * over TCP alone. */
static void only_way_failed(struct dg_exchange *x, enum dg_heard_kind failure, const char *why,
			    dg_ms now)
{
	if (failure == DG_HEARD_OLD && x->count < DG_CONNECTIONS) {
		dg_plan_attempt(x, x->way, x->attempt[0].edns && !x->edns_refused, now);
		return;
	}
	if (why != NULL)
		snprintf(x->heard.why, sizeof(x->heard.why), "%s", why);
	if (failure == DG_HEARD_CLOSED)
		finish(x, DG_HEARD_CLOSED, now);
	else
		finish(x, failure == DG_HEARD_UNTRUSTED ? DG_HEARD_UNTRUSTED : DG_HEARD_BROKEN,
		       now);
}

/* A record of type 0, which none has (RFC 6895 section 3.1): some put a blank one where they should
 * put OPT, where no count counts it, and what is behind it is lost. */
static bool has_blank(const struct dg_msg *msg)
{
	size_t i;

	for (i = 0; i < msg->nrr; i++)
		if (msg->rr[i].type == 0)
			return true;
	return false;
}

static bool says_no_edns(const struct dg_attempt *a, const struct dg_msg *msg)
{
	if (!a->edns)
		return false;
	if (!msg->edns && has_blank(msg))
		return true;
	return msg->rcode == DG_RCODE_BADVERS ||
	       ((msg->rcode == DG_RCODE_FORMERR || msg->rcode == DG_RCODE_NOTIMP) && !msg->edns);
}

/* True when those with EDNS have a moment yet. */
static bool wait_for_edns(struct dg_exchange *x, const struct dg_attempt *a, dg_ms now)
{
	if (a->edns || x->update || x->edns_refused || x->doubted || x->way != DG_TRANSPORT_UDP ||
	    x->edns == DG_EDNS_DROPPED || x->edns == DG_EDNS_REFUSED)
		return false;
	if (!x->kept)
		dg_plan_contrast(x, now);
	x->kept = true;
	return true;
}

static bool take_reply(struct dg_exchange *x, const struct dg_attempt *a, const struct dg_msg *msg,
		       int64_t rtt_us, dg_ms now)
{
	x->heard.edns_ignored = a->edns && !msg->edns;
	x->heard.transport = a->transport;
	x->heard.rtt_us = rtt_us;
	if (wait_for_edns(x, a, now))
		return true;
	x->kept = false;
	remember(x, a, now);
	x->heard.case_changed = x->doubted && x->mixed_case && !a->mixed_case;
	finish(x, DG_HEARD_REPLY, now);
	return true;
}

bool dg_exchange_reply(struct dg_exchange *x, unsigned i, const struct dg_msg *msg, int64_t rtt_us,
		       dg_ms now)
{
	struct dg_attempt *a = &x->attempt[i];
	bool keep = false;

	a->state = DG_ATTEMPT_OVER;
	x->udp_heard = x->udp_heard || a->transport == DG_TRANSPORT_UDP;
	x->peer->manners.udp_answers += a->transport == DG_TRANSPORT_UDP;
	if (says_no_edns(a, msg) && !x->only_edns) {
		dg_plan_plain_now(x, a->transport, now);
	} else if (msg->tc && a->transport == DG_TRANSPORT_UDP) {
		x->heard.truncated = true;
		x->heard.udp_size = (uint16_t)msg->len;
		dg_plan_tcp_now(x, now);
	} else if (msg->tc && x->way != DG_TRANSPORT_UDP) {
		only_way_failed(x, DG_HEARD_BROKEN,
				x->way == DG_TRANSPORT_TCP ? "truncated over TCP"
							   : "truncated over TLS too",
				now);
	} else if (msg->tc) {
		x->heard.tcp_why = "truncated over TCP too";
	} else {
		keep = take_reply(x, a, msg, rtt_us, now);
	}
	end_if_idle(x, now);
	return keep;
}

static void stray(struct dg_exchange *x, struct dg_attempt *a, dg_ms now)
{
	if (++x->heard.ignored < DG_MAX_IGNORED)
		return;
	a->state = DG_ATTEMPT_OVER;
	dg_plan_tcp_now(x, now);
	end_if_idle(x, now);
}

void dg_exchange_mismatch(struct dg_exchange *x, unsigned i, enum dg_match match, dg_ms now)
{
	struct dg_attempt *a = &x->attempt[i];
	bool no_edns = match == DG_MATCH_HEADER_ONLY && a->edns;

	if (a->transport != DG_TRANSPORT_UDP && no_edns) {
		a->state = DG_ATTEMPT_OVER;
		dg_plan_plain_now(x, a->transport, now);
	} else if (a->transport == DG_TRANSPORT_TCP) {
		dg_exchange_garbage(x, i, now);
	} else if (a->transport != DG_TRANSPORT_UDP) {
		/* Its connection has many questions: this may be a late answer to another one. */
		x->garbage = true;
		if (++x->heard.ignored == DG_MAX_IGNORED)
			finish_empty(x, now);
	} else if (no_edns || (match == DG_MATCH_CASE_CHANGED && a->mixed_case)) {
		x->udp_heard = true;
		dg_plan_doubt(x, !no_edns && a->edns, no_edns && a->mixed_case, now);
	} else {
		stray(x, a, now);
	}
}

void dg_exchange_case_changed(struct dg_exchange *x)
{
	x->peer->manners.case_changed = true;
}

void dg_exchange_not_kept(struct dg_exchange *x)
{
	x->kept = false;
	if (x->done)
		x->heard.kind = DG_HEARD_GARBAGE;
}

void dg_exchange_garbage(struct dg_exchange *x, unsigned i, dg_ms now)
{
	x->attempt[i].state = DG_ATTEMPT_OVER;
	x->garbage = true;
	if (x->attempt[i].transport == DG_TRANSPORT_UDP) {
		x->udp_heard = true;
		dg_plan_tcp_now(x, now);
	} else {
		x->heard.tcp_why = "malformed answer over TCP";
		dg_plan_believe_doubt(x, now);
	}
	end_if_idle(x, now);
}

void dg_exchange_failed(struct dg_exchange *x, unsigned i, enum dg_heard_kind failure,
			const char *why, dg_ms now)
{
	struct dg_attempt *a = &x->attempt[i];

	a->state = DG_ATTEMPT_OVER;
	if (failure == DG_HEARD_NO_ROUTE || failure == DG_HEARD_ELSEWHERE) {
		finish(x, failure, now);
	} else if (x->way != DG_TRANSPORT_UDP) {
		only_way_failed(x, failure, why, now);
	} else if (a->transport == DG_TRANSPORT_TCP) {
		x->tcp_closed = x->tcp_closed || failure == DG_HEARD_CLOSED;
		x->heard.tcp_why =
		    failure == DG_HEARD_CLOSED ? "TCP refused" : "TCP connection cut";
		dg_plan_believe_doubt(x, now);
	} else {
		x->udp_closed = true;
		dg_plan_tcp_now(x, now);
	}
	end_if_idle(x, now);
}
