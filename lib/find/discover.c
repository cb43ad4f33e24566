/* SPDX-License-Identifier: ISC */
/*
 * The procedure (RFC 1034 section 5.3.3, without a cache of anyone else's):
 *
 *  1. A search asks its own question, TXT at the challenge name, from the deepest zone known: that
 *     question meets every zone cut on its way, the challenge name's own too, and plants nothing
 *     that a cache in between could not have learnt from the CA's question.
 *  2. One server of the zone at a time, the ones that answered before first; after DG_HEDGE_MS
 *     without an answer another beside it.
 *  3. A referral leads to the child zone. A child without glue has its servers' names looked up
 *     first, two at a time, by searches like this one.
 *  4. An authoritative answer ends it: the name is in this zone, or in the zone below it that the
 *     answer says it comes from (its SOA, NS set or signer; a server may hold parent and child).
 *     Where a positive answer does not say, SOA is asked at the name above.
 *  5. NXDOMAIN from the root or a top-level domain is asked again, for the name just below it, of
 *     another server: if that does not exist, the domain is not delegated.
 *  6. The zone found is counted: each address is asked for the zone's own NS set and its SOA, each
 *     NS name's addresses are looked up at their own zone, and what comes of that is counted in
 *     turn.
 *     The result is the union of what parent and child say, glue and authoritative addresses alike,
 *     because a CA may use any of them.
 *  7. Each server of the parent is asked the search's question too, and so it goes up to the root,
 * of whose servers two are asked: a resolver may meet any of them. The zones above that are no
 *     top-level domains are counted for that. A server that denies the delegation is asked until it
 *     refers; one that answers for the zone itself is one of its servers. One that says nothing for
 *     three seconds is not waited for.
 *
 * Every way on is bounded: DG_MAX_REFERRALS, _NS, _NS_ADDRESSES, _ZONE_ADDRESSES, _DEPTH,
 * _NS_ALIASES, _QUESTIONS.
 */
#include "discover.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "discover_task.h"
#include "base/err.h"

#define SERIAL_TICK_MS 1000
#define PROBE_EVERY_MS 1000
#define NAMES_AT_ONCE 2
/* No silence ends a task sooner than this; after that, what is known of our own way may decide. */
#define SOONEST_MS 300
#define LOOK_AGAIN_MS 100

_Static_assert(MAX_TASKS <= DG_ASK_ITEMS, "tasks fit in an id");

enum dg_status dg_discover_new(struct dg_discover **ret_discover, const struct dg_hints *hints,
			       const struct dg_reach *reach, bool mixed_case, uint32_t seed,
			       struct dg_error *err)
{
	struct dg_discover *d = calloc(1, sizeof(*d));
	struct dg_zone *root = NULL;
	size_t i, ns;

	if (d == NULL)
		return dg_fail_memory(err);
	d->reach = *reach;
	d->mixed_case = mixed_case;
	d->random = seed | 1;
	dg_path_init(&d->path);
	if (dg_zones_get(&d->zones, &dg_name_root, NULL, &root) != DG_OK)
		root = NULL;
	for (i = 0; root != NULL && i < hints->count; i++) {
		const struct dg_hint *hint = &hints->hint[i];
		enum dg_status status = dg_zone_add_ns(root, &hint->ns, &ns);

		if (status == DG_OK)
			status = dg_zone_add_server(root, ns, &hint->addr, reach);
		if (status == DG_ENOMEM)
			root = NULL;
	}
	if (root == NULL) {
		dg_discover_free(d);
		return dg_fail_memory(err);
	}
	*ret_discover = d;
	return DG_OK;
}

void dg_discover_free(struct dg_discover *d)
{
	size_t i;

	if (d == NULL)
		return;
	for (i = 0; i < d->nsearches; i++)
		free(d->search[i]);
	free(d->search);
	free(d->task);
	free(d->unused);
	dg_timers_free(&d->timers);
	free(d->dropped);
	dg_hosts_free(&d->hosts);
	dg_zones_free(&d->zones);
	free(d);
}

void dg_discover_set_outage(struct dg_discover *d, const struct dg_outage *outage)
{
	d->outage = outage;
}

unsigned dg_discover_given_up(const struct dg_discover *d)
{
	return d->given_up;
}

struct dg_zone *dg_discover_root(const struct dg_discover *d)
{
	return d->zones.zone[0];
}

struct dg_zone *dg_discover_zone(const struct dg_discover *d, size_t i)
{
	return i < d->zones.count ? d->zones.zone[i] : NULL;
}

bool dg_discover_leads(const struct dg_discover *d, const struct dg_zone *zone)
{
	size_t i;

	for (i = 0; i < d->nsearches; i++)
		if (dg_name_under(&d->search[i]->name, &zone->name))
			return true;
	return false;
}

struct dg_zone *dg_discover_enclosing(const struct dg_discover *d, const struct dg_name *name)
{
	return dg_zones_enclosing(&d->zones, name);
}

const struct dg_path *dg_discover_path(const struct dg_discover *d)
{
	return &d->path;
}

void dg_discover_replied(struct dg_discover *d, const struct dg_heard *heard, bool well, dg_ms now)
{
	dg_path_replied(&d->path, heard, well, now);
}

bool dg_discover_complete(const struct dg_zone *zone)
{
	const struct dg_zone *z;

	for (z = zone; z != NULL; z = z->parent)
		if (z->open > 0)
			return false;
	return zone->given || zone->sought;
}

static void end_search(struct dg_search *search, enum dg_search_state state, struct dg_zone *zone)
{
	search->state = state;
	search->zone = zone;
	zone->users++;
	zone->watched += !search->at_rest;
	zone->all->news++;
}

void dg_discover_rest(struct dg_search *search, bool rest)
{
	if (search->at_rest == rest)
		return;
	search->at_rest = rest;
	if (search->zone == NULL)
		return;
	if (rest)
		search->zone->watched--;
	else
		search->zone->watched++;
}

unsigned dg_discover_news(const struct dg_discover *d)
{
	return d->zones.news;
}

unsigned dg_discover_late(const struct dg_discover *d)
{
	return d->zones.late;
}

enum dg_status dg_discover_search(struct dg_discover *d, const struct dg_name *name,
				  struct dg_allowance *allowance, dg_ms now,
				  struct dg_search **ret_search, struct dg_error *err)
{
	struct dg_search *search = calloc(1, sizeof(*search));
	struct dg_zone *zone = dg_zones_enclosing(&d->zones, name);
	struct task *t;
	size_t i;

	if (search == NULL || !dg_grow(&d->search, d->nsearches, sizeof(struct dg_search *))) {
		free(search);
		return dg_fail_memory(err);
	}
	search->name = *name;
	search->allowance = allowance;
	if (allowance != NULL && allowance->since == 0)
		allowance->since = now;
	d->search[d->nsearches++] = search;
	d->zones.searches = d->nsearches;
	*ret_search = search;
	if (d->used == MAX_TASKS) {
		search->limit = "searches at a time";
		end_search(search, DG_SEARCH_STUCK, zone);
		return DG_OK;
	}
	t = dg_task_new(d, TASK_RECORD, name, DG_TYPE_TXT, search);
	if (t == NULL)
		return dg_fail_memory(err);
	/* Addresses that an earlier search did not find may be there now. */
	for (i = 0; i < zone->nns && zone->nservers == 0; i++)
		dg_hosts_look_again(&d->hosts, zone, i);
	dg_task_enter(t, zone, now);
	return DG_OK;
}

/* ---- asking ---------------------------------------------------------------------------------- */

void dg_task_end_search(struct dg_discover *d, struct task *t, enum dg_search_state state,
			struct dg_zone *zone)
{
	end_search(t->search, state, zone);
	dg_task_end(d, t, 0);
}

void dg_task_give_up(struct dg_discover *d, struct task *t, dg_ms now)
{
	if (t->kind == TASK_RECORD)
		dg_task_end_search(d, t, DG_SEARCH_STUCK, t->at.zone);
	else
		dg_task_end(d, t, now);
}

/* Step 3: the zone has names of servers, and no address, or none of use. */
static enum dg_status find_addresses(struct dg_discover *d, size_t task, dg_ms now)
{
	struct dg_zone *zone = d->task[task].at.zone;
	unsigned started = 0, under_way = 0;
	size_t before = zone->nservers, i;

	d->task[task].blocked = true;
	d->task[task].at.next = INT64_MAX;
	/* What is looked up at this zone may be looked up by this task. */
	for (i = 0; i < zone->nns; i++)
		under_way += zone->ns[i].looking &&
			     !(before > 0 && dg_name_under(&zone->ns[i].name, &zone->name));
	for (i = 0; i < zone->nns && under_way == 0 && started < NAMES_AT_ONCE; i++) {
		enum dg_status status;

		/* A name below the zone's own is known to servers that have no address yet. */
		if (zone->ns[i].looked_up || dg_name_under(&zone->ns[i].name, &zone->name))
			continue;
		status = dg_task_look_up_ns(d, zone, i, &d->task[task], now);
		if (status != DG_OK)
			return status;
		/* What another zone's names are known by is there at once. */
		if (zone->nservers > before)
			d->task[task].at.next = now;
		started += zone->ns[i].looking || zone->nservers > before;
	}
	if (under_way == 0 && started == 0 && d->task[task].at.waiting == 0)
		dg_task_give_up(d, &d->task[task], now);
	return DG_OK;
}

static void ask(struct dg_discover *d, struct task *t, size_t server, struct dg_ask *ret_ask)
{
	*ret_ask = (struct dg_ask){.name = t->qname, .type = t->type, .mixed_case = d->mixed_case};
	dg_inquiry_ask(&t->at, DG_MACHINE_DISCOVER, (size_t)(t - d->task), server, ret_ask);
}

/* One more question of a record. */
static bool is_allowed(struct dg_allowance *a, dg_ms now)
{
	if (a == NULL)
		return true;
	if (a->questions >= DG_MAX_RECORD_QUESTIONS +
				DG_MORE_RECORD_QUESTIONS * (unsigned)((now - a->since) / 1000))
		return false;
	a->questions++;
	return true;
}

static enum dg_status walk(struct dg_discover *d, size_t task, dg_ms now, struct dg_ask *ret_ask)
{
	struct task *t = &d->task[task];
	size_t server;

	if (now >= dg_task_deadline(d, t, now)) {
		dg_task_give_up(d, t, now);
		return DG_OK;
	}
	if (t->at.zone->nservers == 0)
		return find_addresses(d, task, now);
	/* The first to be asked was of no help: is it another server of the parent that knows? */
	if (t->kind == TASK_RECORD && t->at.tried != 0 && t->at.zone->parent != NULL) {
		if (dg_delegation_ask(d, t->at.zone, t->search, now) != DG_OK)
			return DG_ENOMEM;
		t = &d->task[task];
	}
	t->blocked = false;
	server = dg_inquiry_choose(&t->at, &d->random);
	t->at.next = INT64_MAX;
	if (server == SIZE_MAX && t->at.waiting == 0 && t->kind == TASK_ADDRESS && t->missed) {
		/* Silent servers may answer yet. */
		t->at.tried = 0;
		t->missed = false;
		t->at.next = now + DG_HEDGE_MS;
		return DG_OK;
	}
	/* Names without glue may have servers that are of use (RFC 1034 section 5.3.3). */
	if (server == SIZE_MAX && !t->known)
		return find_addresses(d, task, now);
	if (server == SIZE_MAX) {
		if (t->at.waiting == 0)
			dg_task_give_up(d, t, now);
		return DG_OK;
	}
	if (t->search->questions++ >= DG_MAX_QUESTIONS || !is_allowed(t->search->allowance, now)) {
		t->search->limit = "questions to find the servers";
		dg_task_give_up(d, t, now);
		return DG_OK;
	}
	t->at.next = t->known ? now : now + DG_HEDGE_MS;
	ask(d, t, server, ret_ask);
	return DG_OK;
}

enum dg_status dg_discover_serial(struct dg_discover *d, struct dg_zone *zone, size_t server,
				  dg_ms now, struct dg_error *err)
{
	/* A zone without a name has no serial to ask for; one question at a time. */
	if (zone->given || !zone->server[server].counted ||
	    zone->server[server].serial_next == INT64_MAX)
		return DG_OK;
	zone->server[server].serial = -1;
	return dg_task_ask_server(d, zone, server, TASK_SOA, NULL, now) == DG_OK
		   ? DG_OK
		   : dg_fail_memory(err);
}

/* Serials are looked at again while the run goes on. */
static enum dg_status refresh_serials(struct dg_discover *d, dg_ms now)
{
	size_t z, i;

	if (now < d->serial_tick)
		return DG_OK;
	d->serial_tick = now + SERIAL_TICK_MS;
	for (z = 0; z < d->zones.count; z++) {
		struct dg_zone *zone = d->zones.zone[z];

		for (i = 0; zone->sought && zone->watched > 0 && i < zone->nservers; i++) {
			if (zone->server[i].serial_next > now || !zone->server[i].counted)
				continue;
			if (dg_task_ask_server(d, zone, i, TASK_SOA, NULL, now) != DG_OK)
				return DG_ENOMEM;
		}
	}
	return DG_OK;
}

/* Is it the others who are silent, or the way to all of them? */
static enum dg_status probe_way(struct dg_discover *d, dg_ms now)
{
	struct dg_zone *root = dg_discover_root(d);
	const struct dg_inquiry afresh = {.zone = root};
	size_t server = dg_inquiry_choose(&afresh, &d->random);

	if (d->nsearches == 0 || server == SIZE_MAX || now < dg_outage_probe_at(d->outage) ||
	    now < d->probe_next)
		return DG_OK;
	d->probe_next = now + PROBE_EVERY_MS;
	return dg_task_ask_server(d, root, server, TASK_SOA, NULL, now);
}

/* When to look at a task, at the latest. Its deadline may come sooner than it seems now. */
static dg_ms look_at(const struct dg_discover *d, const struct task *t, dg_ms now)
{
	dg_ms over = dg_task_deadline(d, t, now), at = t->at.next < over ? t->at.next : over,
	      soonest = t->begun + SOONEST_MS;

	if (t->kind == TASK_RECORD || t->kind == TASK_SOA || at <= now)
		return at;
	if (soonest < now + LOOK_AGAIN_MS)
		soonest = now + LOOK_AGAIN_MS;
	return at < soonest ? at : soonest;
}

static enum dg_status look(struct dg_discover *d, size_t task, dg_ms now, struct dg_ask *ret_ask)
{
	struct task *t = &d->task[task];
	bool over = dg_task_deadline(d, t, now) <= now;

	d->given_up += over;
	if (t->kind == TASK_DELEGATION && over)
		dg_delegation_silent(d, t);
	else if (t->kind == TASK_NS && over)
		dg_task_end(d, t, now);
	if (t->kind == TASK_UNUSED || (t->at.next > now && !over))
		return DG_OK;
	if (t->kind == TASK_RECORD || t->kind == TASK_ADDRESS)
		return walk(d, task, now, ret_ask);
	t->at.next = INT64_MAX;
	ask(d, t, t->server, ret_ask);
	return DG_OK;
}

enum dg_status dg_discover_next(struct dg_discover *d, dg_ms now, struct dg_ask *ret_ask,
				struct dg_error *err)
{
	const struct dg_timer *first;
	size_t most;

	dg_path_next(&d->path, d->reach.port, now, ret_ask);
	if (ret_ask->id != 0)
		return DG_OK;
	if (refresh_serials(d, now) != DG_OK || probe_way(d, now) != DG_OK)
		return dg_fail_memory(err);
	/* What one task does may be a reason to look at another. */
	for (most = 2 * d->ntasks; most > 0; most--) {
		uint32_t task;

		first = dg_timers_first(&d->timers);
		if (first == NULL || first->at > now)
			break;
		task = first->key;
		if (look(d, task, now, ret_ask) != DG_OK)
			return dg_fail_memory(err);
		if (d->task[task].kind != TASK_UNUSED)
			dg_timers_set(&d->timers, task, look_at(d, &d->task[task], now));
		if (ret_ask->id != 0)
			return DG_OK;
	}
	return DG_OK;
}

dg_ms dg_discover_due(const struct dg_discover *d, dg_ms now)
{
	const struct dg_timer *first = dg_timers_first(&d->timers);
	dg_ms due = d->serial_tick > now ? d->serial_tick : now;

	return first != NULL && first->at < due ? first->at : due;
}
