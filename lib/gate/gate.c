/* SPDX-License-Identifier: ISC */
/*
 * What drive.c's loop does for a gate:
 *
 *  1. The chase, the records and discovery are asked what they want asked.
 *  2. Every record that something happened to, or whose time came, is looked at: visible, at fault,
 *     or still waiting?
 *  3. When all are decided, those seen visible longer than 2 s ago are looked at once more, so that
 *     the gate opens on what is, not on what was; then the run ends.
 *
 * The records of a long list begin one after another, as fast as the rates let questions out: with
 * all at once each would wait for its turn so long that its last answer is old when the next comes.
 *
 * A fault must stand for a second before it is believed, or until the timeout. A record at fault
 * does not end the wait of the others: some clients ask the CA for all of them whatever our exit
 * status is.
 */
#include "gate.h"

#include <stdlib.h>

#include "base/err.h"

#define CHECK_AGAIN_MS 200
#define ADMIT_AT_ONCE 16
#define ADMIT_EVERY_MS 50
#define GOES_ON_MS 1000
/* So many questions are on their way that the record's next one waits: look again after this. */
#define FULL_MS 20

static void set_timer(struct dg_gate *g, size_t i)
{
	const struct dg_record *r = g->record[i];
	bool ask_servers = dg_gate_asks_servers(r);
	dg_ms due = ask_servers ? dg_watch_due(r->watch, g->drive.now) : INT64_MAX;
	size_t k;

	if (r->verdict != DG_VERDICT_WAITING) {
		dg_timers_unset(&g->timers, (uint32_t)i);
		return;
	}
	dg_gate_note_seeking(g, i);
	if (due > dg_resolver_watch_due(&r->resolvers))
		due = dg_resolver_watch_due(&r->resolvers);
	if (due > r->next_check)
		due = r->next_check;
	if (r->round != NULL && r->round->begun && due > dg_round_due(r->round))
		due = dg_round_due(r->round);
	if (due > g->drive.started + r->hold && g->drive.now < g->drive.started + r->hold)
		due = g->drive.started + r->hold;
	if (!g->drive.heard_any && due > g->drive.started + DG_PATIENCE_MS &&
	    g->drive.now < g->drive.started + DG_PATIENCE_MS)
		due = g->drive.started + DG_PATIENCE_MS;
	for (k = 0; k < r->watch->nowners && ask_servers; k++)
		if (r->watch->owner[k].live && r->given == NULL &&
		    (r->watch->owner[k].search == NULL || r->watch->owner[k].outdated))
			due = dg_gate_may_search(r) ? g->drive.now : due;
	if (r->watch->more_come && due > g->drive.now + GOES_ON_MS)
		due = g->drive.now + GOES_ON_MS;
	/* Everything that could be done now was done: time must go on, or the loop would not. */
	if (due <= g->drive.now)
		due = g->drive.now + (dg_gate_may_ask(g, r) ? 1 : FULL_MS);
	dg_timers_set(&g->timers, (uint32_t)i, due);
}

/* The list goes on: those that wait cannot keep it from that. */
static bool more_come(const struct dg_gate *g)
{
	return g->admitted < g->count && g->drive.now - g->admitted_at < GOES_ON_MS;
}

/* Its servers, or the resolvers when the servers agreed; in a look both at once. */
static void next_about(struct dg_gate *g, struct dg_record *r, uint32_t record,
		       struct dg_ask *ret_ask)
{
	if (!dg_gate_may_ask(g, r))
		return;
	r->watch->crowded = dg_drive_is_crowded(&g->drive);
	r->watch->more_come = more_come(g);
	if (dg_gate_asks_servers(r))
		dg_watch_next(r->watch, g->drive.now, record, ret_ask);
	if (ret_ask->id == 0)
		dg_resolver_watch_next(&r->resolvers, g->drive.now, record, ret_ask);
	/* What is only of interest comes after what is waited for. */
	if (ret_ask->id == 0)
		dg_survey_next(&r->survey, g->options.mixed_case, record, ret_ask);
	r->pending += ret_ask->id != 0;
}

/* ---- the machines ---------------------------------------------------------------------------- */

static bool uses_keys(const struct dg_gate *g)
{
	return g->options.dnssec != DG_DNSSEC_OFF;
}

static enum dg_status chase_next(void *gate, struct dg_ask *ret_ask, struct dg_error *err)
{
	struct dg_gate *g = gate;

	if (!uses_keys(g) || dg_drive_is_full(&g->drive))
		return DG_OK;
	if (dg_chase_next(&g->chase, g->drive.now, dg_gate_wall(g), ret_ask) != DG_OK)
		return dg_fail_memory(err);
	return DG_OK;
}

static dg_ms chase_due(void *gate)
{
	struct dg_gate *g = gate;

	return dg_chase_due(&g->chase);
}

static bool all_decided(struct dg_gate *g)
{
	while (g->decided < g->count && g->record[g->decided]->verdict != DG_VERDICT_WAITING)
		g->decided++;
	return g->decided == g->count;
}

/* Step 3, once all are decided. True when there is something left to look at. */
static bool look_once_more(struct dg_gate *g)
{
	bool again = false;
	size_t i;

	for (i = 0; i < g->count; i++) {
		struct dg_record *r = g->record[i];

		if (r->verdict != DG_VERDICT_VISIBLE || r->resolvers.alone ||
		    g->drive.now - dg_watch_oldest(r->watch, g->drive.now) <= DG_FRESH_MS)
			continue;
		r->verdict = DG_VERDICT_WAITING;
		r->looking = true;
		dg_watch_recheck(r->watch, g->drive.now);
		dg_timers_set(&g->timers, (uint32_t)i, g->drive.now);
		again = true;
	}
	g->round = g->drive.now;
	if (again)
		dg_gate_list_waiting(g);
	return again;
}

static const struct dg_timer *first_due(const struct dg_gate *g)
{
	const struct dg_timer *first = dg_timers_first(&g->timers);

	return first != NULL && first->at <= g->drive.now ? first : NULL;
}

/* The next record that it is time for. */
static enum dg_status begin_look(struct dg_gate *g, struct dg_error *err)
{
	const struct dg_timer *first = first_due(g);
	struct dg_record *r;
	enum dg_status status;

	if (first == NULL && g->round < 0 && all_decided(g) && look_once_more(g))
		first = first_due(g);
	if (first == NULL)
		return DG_OK;
	g->looking_at = first->key;
	r = g->record[g->looking_at];
	status = dg_gate_sync_servers(g, r, err);
	return status == DG_OK ? dg_gate_survey(g, r, err) : status;
}

static enum dg_status records_next(void *gate, struct dg_ask *ret_ask, struct dg_error *err)
{
	struct dg_gate *g = gate;
	enum dg_status status = DG_OK;

	while (status == DG_OK) {
		size_t i = g->looking_at;

		if (i == SIZE_MAX) {
			status = begin_look(g, err);
			/* Keys are asked for before what they signed, so that they are there when
			 * it comes. */
			if (g->looking_at == SIZE_MAX ||
			    (uses_keys(g) && dg_chase_due(&g->chase) <= g->drive.now))
				break;
			continue;
		}
		next_about(g, g->record[i], (uint32_t)i, ret_ask);
		if (ret_ask->id != 0)
			break;
		status = dg_gate_decide_record(g, g->record[i], err);
		set_timer(g, i);
		g->looking_at = SIZE_MAX;
	}
	return status;
}

static dg_ms records_due(void *gate)
{
	struct dg_gate *g = gate;
	const struct dg_timer *first = dg_timers_first(&g->timers);
	dg_ms due = first != NULL ? first->at : INT64_MAX;

	if (g->looking_at != SIZE_MAX || g->judged < g->admitted)
		return g->drive.now;
	if (g->options.observer.tick > 0 && g->next_tick < due)
		due = g->next_tick;
	if (g->admitted < g->count && g->admit_next < due)
		due = g->admit_next;
	return due;
}

static enum dg_status discover_next(void *gate, struct dg_ask *ret_ask, struct dg_error *err)
{
	struct dg_gate *g = gate;
	enum dg_status status = DG_OK;

	if (!dg_drive_is_full(&g->drive))
		status = dg_discover_next(g->discover, g->drive.now, ret_ask, err);
	if (status == DG_OK && g->given_up != dg_discover_given_up(g->discover)) {
		g->given_up = dg_discover_given_up(g->discover);
		dg_gate_wake_for_news(g);
	}
	return status;
}

static dg_ms discover_due(void *gate)
{
	struct dg_gate *g = gate;

	return dg_discover_due(g->discover, g->drive.now);
}

static enum dg_status discover_heard(void *gate, const struct dg_heard *heard, struct dg_error *err)
{
	struct dg_gate *g = gate;
	enum dg_status status = dg_discover_heard(g->discover, heard, g->drive.now, err);

	dg_gate_wake_for_news(g);
	return status;
}

static const struct dg_machine machines[] = {
    {1u << DG_MACHINE_CHASE, chase_next, chase_due, dg_gate_chase_heard},
    {1u << DG_MACHINE_WATCH | 1u << DG_MACHINE_RESOLVERS | 1u << DG_MACHINE_SURVEY, records_next,
     records_due, dg_gate_record_heard},
    {1u << DG_MACHINE_PLACES, dg_gate_places_next, dg_gate_places_due, dg_gate_places_heard},
    {1u << DG_MACHINE_DISCOVER | 1u << DG_MACHINE_PATH, discover_next, discover_due,
     discover_heard},
};

/* ---- the run --------------------------------------------------------------------------------- */

/* The timeout: what was visible before the last look is still held to be; what would have needed
 * longer to be sure of is sure now. */
static enum dg_status end_all(void *gate, struct dg_error *err)
{
	struct dg_gate *g = gate;
	size_t i;

	for (i = 0; i < g->count; i++) {
		struct dg_record *r = g->record[i];
		enum dg_status status;

		if (r->verdict != DG_VERDICT_WAITING)
			continue;
		if (r->looking)
			r->verdict = DG_VERDICT_VISIBLE;
		else
			dg_gate_decide(g, r, dg_gate_late_verdict(g, r));
		status = dg_gate_run_checks(g, r, true, err);
		if (status != DG_OK)
			return status;
		if (r->verdict == DG_VERDICT_TIMEOUT && r->fatal_since >= 0)
			r->verdict = DG_VERDICT_FAULT;
		if (!r->looking)
			dg_gate_tell(g, DG_EVENT_VERDICT, r, 0);
	}
	return DG_OK;
}

/* The list is through: whoever waited for that goes on. */
static void wake_all(struct dg_gate *g)
{
	size_t i;

	for (i = 0; i < g->count; i++)
		if (g->record[i]->verdict == DG_VERDICT_WAITING && g->record[i]->watch->more_come)
			dg_timers_set(&g->timers, (uint32_t)i, g->drive.now);
}

/* Begins the wait of the next records of the list, unless the last ones still queue up. */
static void admit(struct dg_gate *g)
{
	bool queue = dg_drive_is_crowded(&g->drive);
	size_t n;

	if (g->admitted == g->count || g->drive.now < g->admit_next)
		return;
	g->admit_next = g->drive.now + ADMIT_EVERY_MS;
	for (n = 0; n < ADMIT_AT_ONCE && !queue && g->admitted < g->count; n++) {
		struct dg_record *r = g->record[g->admitted];

		g->admitted_at = g->drive.now;
		r->origin = g->drive.started;
		if (r->verdict != DG_VERDICT_WAITING) {
			dg_gate_tell(g, DG_EVENT_VERDICT, r, 0);
			g->admitted++;
			continue;
		}
		r->watch->most_polls = dg_gate_most_polls(g);
		r->watch->outage = &g->drive.outage;
		dg_watch_start(r->watch, g->drive.net.random(g->drive.net.self), g->drive.started,
			       g->drive.now);
		if (r->watch->policy.look || g->options.skip_authoritative)
			dg_resolver_watch_begin(&r->resolvers, g->drive.now);
		r->next_check = g->drive.now + CHECK_AGAIN_MS;
		g->waiting[g->nwaiting++] = (uint32_t)g->admitted;
		dg_timers_set(&g->timers, (uint32_t)g->admitted++, g->drive.now);
	}
	if (g->admitted == g->count)
		wake_all(g);
}

static bool is_over(void *gate)
{
	struct dg_gate *g = gate;

	return g->round >= 0 && all_decided(g);
}

static enum dg_status turn(void *gate, struct dg_error *err)
{
	struct dg_gate *g = gate;

	admit(g);
	if (g->options.observer.tick > 0 && g->drive.now >= g->next_tick) {
		g->next_tick = g->drive.now + g->options.observer.tick;
		dg_gate_tell(g, DG_EVENT_TICK, NULL, 0);
	}
	return dg_gate_judge_kept(g, err);
}

static enum dg_status start(struct dg_gate *g, const struct dg_net *net, struct dg_error *err)
{
	struct dg_reach reach = {g->options.ipv4, g->options.ipv6, (uint16_t)g->options.port};
	enum dg_status status = dg_drive_start(&g->drive, net, g->options.timeout, err);

	if (status == DG_OK)
		status = dg_discover_new(&g->discover, &g->hints, &reach, g->options.mixed_case,
					 net->random(net->self), err);
	if (status != DG_OK)
		return status;
	/* A look takes what it gets at once. */
	if (!g->options.diagnose)
		dg_discover_set_outage(g->discover, &g->drive.outage);
	dg_chase_init(&g->chase, g->discover, g->options.mixed_case, net->random(net->self));
	g->chase.room.most += DG_MORE_ROOM * g->count;
	g->chase.most_own += DG_MORE_OWN_SETS * g->count;
	g->chase.trust.more = DG_MORE_TRUST_POINTS * g->count;
	/* Long lists wait for many silent addresses at a time. */
	g->drive.most = DG_MAX_PENDING + 2 * g->count;
	g->started_wall = net->wall(net->self);
	g->next_tick = g->drive.started + g->options.observer.tick;
	g->round = -1;
	g->looking_at = SIZE_MAX;
	g->waiting = calloc(g->count + 1, sizeof(*g->waiting));
	g->seeking = calloc(g->count + 1, sizeof(*g->seeking));
	if (g->waiting == NULL || g->seeking == NULL || !dg_timers_reserve(&g->timers, g->count))
		return dg_fail_memory(err);
	return DG_OK;
}

enum dg_status dg_gate_run_over(struct dg_gate *g, const struct dg_net *net, struct dg_error *err)
{
	const struct dg_errand errand = {
	    .machine = machines,
	    .count = sizeof(machines) / sizeof(machines[0]),
	    .self = g,
	    .turn = turn,
	    .is_over = is_over,
	    .expire = end_all,
	};
	enum dg_status status = start(g, net, err);

	if (status == DG_OK)
		status = dg_drive_run(&g->drive, &errand, err);
	g->done = true;
	return status;
}
