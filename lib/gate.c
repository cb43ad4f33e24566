/* SPDX-License-Identifier: ISC */
/*
 * The one loop over the machines:
 *
 *  1. Every question that discovery or a watch wants asked is sent.
 *  2. Every record that something happened to, or whose time came, is looked at: visible, at fault,
 *     or still waiting?
 *  3. When all are decided, those seen visible longer than 2 s ago are looked at once more, so that
 *     the gate opens on what is, not on what was; then the run ends.
 *  4. Else sleep until something is heard, or the next moment at which time alone changes
 *     something.
 *
 * The records of a long list begin one after another, as fast as the rates let questions out: with
 * all at once each would wait for its turn so long that its last answer is old when the next comes.
 *
 * A fault must stand for a second before it is believed, or until the timeout. A record at fault
 * does not end the wait of the others: some clients ask the CA for all of them whatever our exit
 * status is.
 */
#include "gate.h"

#include <stdio.h>
#include <string.h>

#include "err.h"

#define CHECK_AGAIN_MS 200
#define ADMIT_AT_ONCE 16
#define ADMIT_EVERY_MS 50
#define DELAY_FORGOTTEN_MS 500

/* The time of day that signatures are judged at. */
int64_t dg_gate_wall(struct dg_gate *g)
{
	if (g->options.now >= 0)
		return g->options.now + (g->now - g->started) / 1000;
	return g->net.wall(g->net.self);
}

void dg_gate_tell(struct dg_gate *g, enum dg_event_kind kind, const struct dg_record *r, size_t row)
{
	struct dg_event event = {
	    .kind = kind, .elapsed = g->now - g->started, .record = r, .row = row};

	if (g->options.observer.event != NULL)
		g->options.observer.event(g->options.observer.self, g, &event);
}

void dg_gate_decide(struct dg_gate *g, struct dg_record *r, enum dg_verdict verdict)
{
	r->verdict = verdict;
	r->decided = g->now - g->started;
}

static void set_timer(struct dg_gate *g, size_t i)
{
	const struct dg_record *r = g->record[i];
	bool ask_servers = dg_gate_asks_servers(r);
	dg_ms due = ask_servers ? dg_watch_due(r->watch, g->now) : INT64_MAX;
	size_t k;

	if (r->verdict != DG_WAITING) {
		dg_timers_unset(&g->timers, (uint32_t)i);
		return;
	}
	if (due > dg_resolver_watch_due(&r->resolvers))
		due = dg_resolver_watch_due(&r->resolvers);
	if (due > r->next_check)
		due = r->next_check;
	if (due > g->started + r->hold && g->now < g->started + r->hold)
		due = g->started + r->hold;
	if (!g->heard_any && due > g->started + DG_PATIENCE_MS &&
	    g->now < g->started + DG_PATIENCE_MS)
		due = g->started + DG_PATIENCE_MS;
	for (k = 0; k < r->watch->nlinks && ask_servers; k++)
		if (r->watch->link[k].live && r->watch->link[k].want == NULL && r->given == NULL)
			due = g->now;
	/* Whatever could be done now was done: time must go on, or the loop would not. */
	dg_timers_set(&g->timers, (uint32_t)i, due > g->now ? due : g->now + 1);
}

/* Keys are asked for before what they signed, so that they are there when it comes. */
static enum dg_status ask_for_keys(struct dg_gate *g, struct dg_error *err)
{
	for (;;) {
		struct dg_ask ask = {0};
		enum dg_status status;

		if (g->options.dnssec == DG_DNSSEC_OFF)
			return DG_OK;
		if (dg_chase_next(&g->chase, g->now, dg_gate_wall(g), &ask) != DG_OK)
			return dg_fail_memory(err);
		if (ask.id == 0)
			return DG_OK;
		status = g->net.ask(g->net.self, &ask, err);
		if (status != DG_OK)
			return status;
	}
}

/* Its servers, or the resolvers when the servers agreed; in a look both at once. */
static enum dg_status ask_about(struct dg_gate *g, struct dg_record *r, uint32_t id_base,
				struct dg_error *err)
{
	enum dg_status status = DG_OK;

	while (status == DG_OK) {
		struct dg_ask ask = {0};

		if (dg_gate_asks_servers(r))
			dg_watch_next(r->watch, g->now, id_base, &ask);
		if (ask.id == 0)
			dg_resolver_watch_next(&r->resolvers, g->now, id_base, &ask);
		/* What is only of interest comes after what is waited for. */
		if (ask.id == 0)
			dg_survey_next(&r->survey, g->options.mixed_case, id_base, &ask);
		if (ask.id == 0)
			break;
		status = g->net.ask(g->net.self, &ask, err);
	}
	return status;
}

static enum dg_status look_at(struct dg_gate *g, size_t i, struct dg_error *err)
{
	struct dg_record *r = g->record[i];
	enum dg_status status = dg_gate_sync_servers(g, r, err);

	if (status == DG_OK)
		status = ask_for_keys(g, err);
	if (status == DG_OK)
		status = dg_gate_survey(g, r, err);
	if (status == DG_OK)
		status = ask_about(g, r, (uint32_t)i << DG_WATCH_ID_BITS, err);
	if (status == DG_OK)
		status = dg_gate_judge_record(g, r, err);
	set_timer(g, i);
	return status;
}

/* ---- hearing --------------------------------------------------------------------------------- */

static enum dg_status take_news(struct dg_gate *g, size_t i, const struct dg_watch_news *news,
				const struct dg_heard *heard, struct dg_error *err)
{
	struct dg_record *r = g->record[i];
	struct dg_link *l = &r->watch->link[news->link];
	enum dg_status status = DG_OK;

	if (news->referral && l->want != NULL && l->want->state != DG_WANT_SEARCHING &&
	    l->want->limit == NULL) {
		/* A zone cut that discovery did not meet: the name has servers of its own. */
		status = dg_discover_referral(g->discover, l->zone, &news->cut, heard->msg, err);
		if (status != DG_OK)
			return status;
		l->want = NULL;
	} else if (l->want != NULL && l->want->state == DG_WANT_STUCK && heard->msg != NULL &&
		   dg_poll_usable(&l->poll[news->poll])) {
		/* A zone that was of no use is now. */
		l->want = NULL;
	}
	if (r->looking && r->watch->checked_from < 0) {
		r->looking = false;
		g->round = -1;
	}
	if (news->changed) {
		r->survey.news = true;
		if (l->poll[news->poll].seen > 0)
			status = dg_discover_serial(g->discover, l->zone,
						    l->poll[news->poll].server, g->now, err);
		dg_gate_tell(g, DG_EVENT_ROW, r, dg_row_index(r, news->link, news->poll));
		if (r->next_check > g->now + CHECK_AGAIN_MS)
			r->next_check = g->now + CHECK_AGAIN_MS;
	}
	dg_timers_set(&g->timers, (uint32_t)i, g->now);
	return status;
}

static void take_resolver_news(struct dg_gate *g, size_t i, const struct dg_watch_news *news)
{
	struct dg_record *r = g->record[i];

	if (news->changed)
		dg_gate_tell(g, DG_EVENT_ROW, r, dg_row_index(r, news->link, news->poll));
	if (news->changed && r->next_check > g->now + CHECK_AGAIN_MS)
		r->next_check = g->now + CHECK_AGAIN_MS;
	dg_timers_set(&g->timers, (uint32_t)i, g->now);
}

static enum dg_status record_heard(struct dg_gate *g, const struct dg_heard *heard,
				   struct dg_error *err)
{
	size_t i = heard->ask >> DG_WATCH_ID_BITS;
	struct dg_watch_news news;
	struct dg_record *r = g->record[i];
	struct dg_present present = {.now = g->now, .wall = dg_gate_wall(g), .chase = &g->chase};
	bool resolver = dg_watch_id_link(heard->ask) == DG_WATCH_RESOLVERS;
	enum dg_status status;

	if (dg_watch_id_link(heard->ask) == DG_WATCH_SURVEY) {
		dg_timers_set(&g->timers, (uint32_t)i, g->now);
		return dg_survey_heard(&r->survey, heard, g->now) == DG_OK ? DG_OK
									   : dg_fail_memory(err);
	}
	status = resolver ? dg_resolver_watch_heard(&r->resolvers, heard, &present, &news, err)
			  : dg_watch_heard(r->watch, heard, &present, &news, err);
	if (status != DG_OK || !news.known || r->verdict != DG_WAITING)
		return status;
	if (!resolver)
		return take_news(g, i, &news, heard, err);
	take_resolver_news(g, i, &news);
	return DG_OK;
}

/* More is known of the chain of trust: replies that waited for it are judged again. */
static enum dg_status chase_heard(struct dg_gate *g, const struct dg_heard *heard,
				  struct dg_error *err)
{
	struct dg_present present = {.now = g->now, .wall = dg_gate_wall(g), .chase = &g->chase};
	unsigned before = g->chase.epoch;
	enum dg_status status = dg_chase_heard(&g->chase, heard, g->now, present.wall, err);
	static const struct dg_heard kept = {0};
	size_t i;

	for (i = 0; i < g->admitted && g->chase.epoch != before; i++) {
		struct dg_record *r = g->record[i];
		struct dg_watch_news news = {.known = true};

		while (status == DG_OK && news.known && r->verdict == DG_WAITING) {
			status = dg_watch_again(r->watch, &present, &news, err);
			if (status == DG_OK && news.known)
				status = take_news(g, i, &news, &kept, err);
		}
		news.known = true;
		while (status == DG_OK && news.known && r->verdict == DG_WAITING) {
			status = dg_resolver_watch_again(&r->resolvers, &present, &news, err);
			if (status == DG_OK && news.known)
				take_resolver_news(g, i, &news);
		}
	}
	return status;
}

static enum dg_status take_heard(struct dg_gate *g, const struct dg_heard *heard,
				 struct dg_error *err)
{
	enum dg_status status;
	size_t i;

	if (heard->ask == 0)
		return DG_OK;
	g->heard_any = g->heard_any || heard->kind == DG_HEARD_REPLY;
	g->delay = heard->delayed;
	g->delay_seen = g->now;
	if (dg_chase_owns(heard->ask))
		return chase_heard(g, heard, err);
	if (!dg_discover_owns(heard->ask))
		return record_heard(g, heard, err);
	status = dg_discover_heard(g->discover, heard, g->now, err);
	for (i = 0; i < g->admitted; i++)
		if (g->record[i]->verdict == DG_WAITING && dg_gate_has_news(g->record[i]))
			dg_timers_set(&g->timers, (uint32_t)i, g->now);
	return status;
}

/* ---- the run --------------------------------------------------------------------------------- */

/* Step 3. True when there is nothing left to look at. */
static bool last_look(struct dg_gate *g)
{
	bool again = false;
	size_t i;

	if (g->round >= 0)
		return true;
	for (i = 0; i < g->count; i++) {
		struct dg_record *r = g->record[i];

		if (r->verdict != DG_VISIBLE || g->options.skip_authoritative ||
		    g->now - dg_watch_oldest(r->watch, g->now) <= DG_FRESH_MS)
			continue;
		r->verdict = DG_WAITING;
		r->looking = true;
		dg_watch_look_again(r->watch, g->now);
		dg_timers_set(&g->timers, (uint32_t)i, g->now);
		again = true;
	}
	g->round = g->now;
	return !again;
}

static bool all_decided(const struct dg_gate *g)
{
	size_t i;

	for (i = 0; i < g->count; i++)
		if (g->record[i]->verdict == DG_WAITING)
			return false;
	return true;
}

/* The timeout: what was visible before the last look is still held to be; what would have needed
 * longer to be sure of is sure now. */
static enum dg_status end_all(struct dg_gate *g, struct dg_error *err)
{
	size_t i;

	for (i = 0; i < g->count; i++) {
		struct dg_record *r = g->record[i];
		enum dg_status status;

		if (r->verdict != DG_WAITING)
			continue;
		if (r->looking)
			r->verdict = DG_VISIBLE;
		else
			dg_gate_decide(
			    g, r, g->heard_any || r->given != NULL ? DG_TIMEOUT : DG_ENVIRONMENT);
		status = dg_gate_run_checks(g, r, true, err);
		if (status != DG_OK)
			return status;
		if (r->verdict == DG_TIMEOUT && r->fatal_since >= 0)
			r->verdict = DG_FAULT;
		if (!r->looking)
			dg_gate_tell(g, DG_EVENT_VERDICT, r, 0);
	}
	return DG_OK;
}

/* Begins the wait of the next records of the list, unless the last ones still queue up. */
static void admit(struct dg_gate *g)
{
	bool queue = g->delay > ADMIT_EVERY_MS && g->now - g->delay_seen < DELAY_FORGOTTEN_MS;
	size_t n;

	if (g->admitted == g->count || g->now < g->admit_next)
		return;
	g->admit_next = g->now + ADMIT_EVERY_MS;
	for (n = 0; n < ADMIT_AT_ONCE && !queue && g->admitted < g->count; n++) {
		struct dg_record *r = g->record[g->admitted];

		r->origin = g->started;
		if (r->verdict != DG_WAITING) {
			dg_gate_tell(g, DG_EVENT_VERDICT, r, 0);
			g->admitted++;
			continue;
		}
		dg_watch_start(r->watch, g->net.random(g->net.self), g->started, g->now);
		if (r->watch->policy.look || g->options.skip_authoritative)
			dg_resolver_watch_begin(&r->resolvers, g->now);
		r->next_check = g->now + CHECK_AGAIN_MS;
		dg_timers_set(&g->timers, (uint32_t)g->admitted++, g->now);
	}
}

static enum dg_status send_and_look(struct dg_gate *g, struct dg_error *err)
{
	const struct dg_timer *first;

	admit(g);
	while ((first = dg_timers_first(&g->timers)) != NULL && first->at <= g->now) {
		enum dg_status status = look_at(g, first->key, err);

		if (status != DG_OK)
			return status;
	}
	for (;;) {
		struct dg_ask ask = {0};
		enum dg_status status = ask_for_keys(g, err);

		if (status == DG_OK)
			status = dg_discover_next(g->discover, g->now, &ask, err);
		if (status != DG_OK || ask.id == 0)
			return status;
		status = g->net.ask(g->net.self, &ask, err);
		if (status != DG_OK)
			return status;
	}
}

static dg_ms next_moment(struct dg_gate *g)
{
	const struct dg_timer *first = dg_timers_first(&g->timers);
	dg_ms until = g->deadline, due = dg_discover_due(g->discover, g->now);

	if (due < until)
		until = due;
	if (dg_chase_due(&g->chase) < until)
		until = dg_chase_due(&g->chase);
	if (first != NULL && first->at < until)
		until = first->at;
	if (g->options.observer.tick > 0 && g->next_tick < until)
		until = g->next_tick;
	if (g->admitted < g->count && g->admit_next < until)
		until = g->admit_next;
	return until;
}

static enum dg_status start(struct dg_gate *g, struct dg_error *err)
{
	struct dg_reach reach = {g->options.ipv4, g->options.ipv6, (uint16_t)g->options.port};
	struct dg_heard nothing;
	enum dg_status status = g->net.wait(g->net.self, INT64_MIN, &g->now, &nothing, err);

	if (status == DG_OK)
		status = dg_discover_new(&g->discover, &g->hints, &reach, g->options.mixed_case,
					 g->net.random(g->net.self), err);
	if (status != DG_OK)
		return status;
	dg_chase_init(&g->chase, g->discover, g->options.mixed_case, g->net.random(g->net.self));
	g->unfit = -1;
	g->started = g->now;
	g->started_wall = g->net.wall(g->net.self);
	g->deadline = g->started + g->options.timeout;
	g->next_tick = g->started + g->options.observer.tick;
	g->round = -1;
	if (!dg_timers_reserve(&g->timers, g->count))
		return dg_fail_memory(err);
	return DG_OK;
}

enum dg_status dg_gate_run_over(struct dg_gate *g, const struct dg_net *net, struct dg_error *err)
{
	enum dg_status status;

	g->net = *net;
	status = start(g, err);
	while (status == DG_OK) {
		struct dg_heard heard;

		status = send_and_look(g, err);
		if (status != DG_OK || (all_decided(g) && last_look(g)))
			break;
		if (g->now >= g->deadline) {
			status = end_all(g, err);
			break;
		}
		if (g->options.observer.tick > 0 && g->now >= g->next_tick) {
			g->next_tick = g->now + g->options.observer.tick;
			dg_gate_tell(g, DG_EVENT_TICK, NULL, 0);
		}
		status = g->net.wait(g->net.self, next_moment(g), &g->now, &heard, err);
		if (status == DG_OK)
			status = take_heard(g, &heard, err);
	}
	g->done = true;
	return status;
}
