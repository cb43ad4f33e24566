/* SPDX-License-Identifier: ISC */
/*
 * The procedure (RFC 1034 section 5.3.3, without a cache of anyone else's):
 *
 *  1. A search asks its own question, TXT at the challenge name, from the deepest zone known: that
 *     question meets every zone cut on its way, the challenge name's own too, and plants nothing
 *     that a cache in between could not have learnt from the CA's question.
 *  2. One server of the zone at a time, the ones that answered before first; after HEDGE_MS without
 *     an answer another beside it.
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
 *
 * Every way on is bounded: DG_MAX_REFERRALS, _NS, _NS_ADDRESSES, _ZONE_ADDRESSES, _DEPTH,
 * _NS_ALIASES, _QUESTIONS.
 */
#include "discover.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "discover_task.h"
#include "err.h"

#define HEDGE_MS 300
#define SERIAL_TICK_MS 1000
#define NAMES_AT_ONCE 2

_Static_assert(DG_MAX_ZONE_ADDRESSES <= 1 << ID_SERVER_BITS, "servers fit in a mask and an id");

enum dg_status dg_discover_new(struct dg_discover **ret_discover, const struct dg_hints *hints,
			       const struct dg_reach *reach, bool mixed_case, uint32_t seed,
			       struct dg_error *err)
{
	struct dg_discover *d = calloc(1, sizeof(*d));
	struct dg_zone *root;
	size_t i, ns;

	if (d == NULL)
		return dg_fail_memory(err);
	d->reach = *reach;
	d->mixed_case = mixed_case;
	d->random = seed | 1;
	root = dg_zones_get(&d->zones, &dg_name_root, NULL);
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
	for (i = 0; i < d->nwants; i++)
		free(d->want[i]);
	free(d->want);
	free(d->task);
	dg_zones_free(&d->zones);
	free(d);
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

	for (i = 0; i < d->nwants; i++)
		if (dg_name_under(&d->want[i]->name, &zone->name))
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

bool dg_discover_owns(uint32_t ask_id)
{
	return (ask_id & ID_FLAG) != 0;
}

bool dg_discover_complete(const struct dg_zone *zone)
{
	return zone->given || (zone->wanted && zone->open == 0);
}

/* ---- tasks ----------------------------------------------------------------------------------- */

static struct task *task_new(struct dg_discover *d, enum task_kind kind, const struct dg_name *name,
			     uint16_t type, struct dg_want *want)
{
	struct task *t = NULL;
	uint8_t step;
	size_t i;

	for (i = 0; i < d->ntasks && t == NULL; i++)
		if (d->task[i].kind == TASK_UNUSED)
			t = &d->task[i];
	if (t == NULL) {
		if (d->ntasks == MAX_TASKS || !dg_grow(&d->task, d->ntasks, sizeof(*d->task)))
			return NULL;
		t = &d->task[d->ntasks++];
		memset(t, 0, sizeof(*t));
	}
	/* The steps of a place go on, so that a late reply to the last task there is not taken for
	 * one to this. */
	step = (uint8_t)(t->step + 1);
	*t = (struct task){.kind = kind, .name = *name, .qname = *name, .type = type, .want = want};
	t->step = step;
	t->deadline = INT64_MAX;
	return t;
}

void dg_task_enter(struct task *t, struct dg_zone *zone, dg_ms now)
{
	t->zone = zone;
	t->tried = t->waiting = 0;
	t->blocked = false;
	t->step++;
	t->next = now;
}

void dg_discover_wake(struct dg_discover *d, const struct dg_zone *zone, dg_ms now)
{
	size_t i;

	for (i = 0; i < d->ntasks; i++)
		if (d->task[i].kind != TASK_UNUSED && d->task[i].zone == zone && d->task[i].blocked)
			d->task[i].next = now;
}

void dg_task_end(struct dg_discover *d, struct task *t, dg_ms now)
{
	if (t->kind == TASK_ADDRESS) {
		t->for_zone->ns[t->for_ns].lookups--;
		t->for_zone->open--;
		dg_discover_wake(d, t->for_zone, now);
	} else if (t->kind == TASK_NS) {
		t->zone->open--;
	}
	t->kind = TASK_UNUSED;
}

static enum dg_status start_lookup(struct dg_discover *d, struct dg_zone *zone, size_t ns,
				   uint16_t type, const struct task *by, dg_ms now)
{
	struct dg_want *want = by->want;
	unsigned depth = by->depth;
	struct task *t = task_new(d, TASK_ADDRESS, &zone->ns[ns].name, type, want);

	if (t == NULL)
		return DG_ENOMEM;
	t->depth = depth + 1;
	t->for_zone = zone;
	t->for_ns = ns;
	t->deadline = now + DG_PATIENCE_MS;
	dg_task_enter(t, dg_zones_enclosing(&d->zones, &t->name), now);
	zone->ns[ns].lookups++;
	zone->open++;
	return DG_OK;
}

/* Looks up the addresses of one NS name, of the families that are asked. `by` may move. */
static enum dg_status look_up_ns(struct dg_discover *d, struct dg_zone *zone, size_t ns,
				 const struct task *by, dg_ms now)
{
	struct task copy = *by;
	enum dg_status status = DG_OK;

	if (copy.depth >= DG_MAX_DEPTH) {
		copy.want->limit = "name server names that depend on one another";
		return DG_OK;
	}
	zone->ns[ns].looked_up = true;
	if (d->reach.ipv4)
		status = start_lookup(d, zone, ns, DG_TYPE_A, &copy, now);
	if (d->reach.ipv6 && status == DG_OK)
		status = start_lookup(d, zone, ns, DG_TYPE_AAAA, &copy, now);
	return status;
}

static enum dg_status ask_server(struct dg_discover *d, struct dg_zone *zone, size_t server,
				 enum task_kind kind, struct dg_want *want, dg_ms now)
{
	struct task *t =
	    task_new(d, kind, &zone->name, kind == TASK_NS ? DG_TYPE_NS : DG_TYPE_SOA, want);

	if (t == NULL)
		return DG_ENOMEM;
	t->server = server;
	dg_task_enter(t, zone, now);
	if (kind == TASK_NS)
		zone->open++;
	else
		zone->server[server].serial_next = INT64_MAX;
	return DG_OK;
}

/* Step 6: whatever of the zone has not been counted yet. */
enum dg_status dg_discover_count(struct dg_discover *d, struct dg_zone *zone, const struct task *by,
				 dg_ms now)
{
	struct task origin = {.want = by->want,
			      .depth = by->kind == TASK_ADDRESS ? by->depth - 1 : 0};
	enum dg_status status = DG_OK;
	size_t i;

	/* The root's servers are given; what they say of themselves would change nothing. */
	if (zone->parent == NULL)
		return DG_OK;
	zone->wanted = true;
	for (i = 0; i < zone->nns && status == DG_OK; i++)
		if (!zone->ns[i].looked_up)
			status = look_up_ns(d, zone, i, &origin, now);
	for (i = 0; i < zone->nservers && status == DG_OK; i++) {
		if (zone->server[i].counted)
			continue;
		zone->server[i].counted = true;
		status = ask_server(d, zone, i, TASK_NS, origin.want, now);
		if (status == DG_OK)
			status = ask_server(d, zone, i, TASK_SOA, origin.want, now);
	}
	return status;
}

enum dg_status dg_discover_want(struct dg_discover *d, const struct dg_name *name, dg_ms now,
				struct dg_want **ret_want, struct dg_error *err)
{
	struct dg_want *want = calloc(1, sizeof(*want));
	struct dg_zone *zone = dg_zones_enclosing(&d->zones, name);
	struct task *t;
	size_t i;

	if (want == NULL || !dg_grow(&d->want, d->nwants, sizeof(struct dg_want *))) {
		free(want);
		return dg_fail_memory(err);
	}
	want->name = *name;
	d->want[d->nwants++] = want;
	t = task_new(d, TASK_RECORD, name, DG_TYPE_TXT, want);
	if (t == NULL)
		return dg_fail_memory(err);
	/* Addresses that an earlier search did not find may be there now. */
	for (i = 0; i < zone->nns && zone->nservers == 0; i++)
		zone->ns[i].looked_up = zone->ns[i].lookups > 0;
	dg_task_enter(t, zone, now);
	*ret_want = want;
	return DG_OK;
}

/* ---- asking ---------------------------------------------------------------------------------- */

static uint32_t id_of(const struct dg_discover *d, const struct task *t, size_t server)
{
	return ID_FLAG | (uint32_t)(t - d->task) << (ID_STEP_BITS + ID_SERVER_BITS) |
	       (uint32_t)t->step << ID_SERVER_BITS | (uint32_t)server;
}

void dg_task_end_search(struct dg_discover *d, struct task *t, enum dg_want_state state,
			struct dg_zone *zone)
{
	t->want->state = state;
	t->want->zone = zone;
	dg_task_end(d, t, 0);
}

void dg_task_give_up(struct dg_discover *d, struct task *t, dg_ms now)
{
	if (t->kind == TASK_RECORD)
		dg_task_end_search(d, t, DG_WANT_STUCK, t->zone);
	else
		dg_task_end(d, t, now);
}

/* Step 3: the zone has names of servers, and no address. */
static enum dg_status find_addresses(struct dg_discover *d, size_t task, dg_ms now)
{
	struct dg_zone *zone = d->task[task].zone;
	unsigned started = 0, under_way = 0;
	size_t i;

	d->task[task].blocked = true;
	d->task[task].next = INT64_MAX;
	for (i = 0; i < zone->nns; i++)
		under_way += zone->ns[i].lookups;
	for (i = 0; i < zone->nns && under_way == 0 && started < NAMES_AT_ONCE; i++) {
		enum dg_status status;

		if (zone->ns[i].looked_up)
			continue;
		status = look_up_ns(d, zone, i, &d->task[task], now);
		if (status != DG_OK)
			return status;
		started += zone->ns[i].lookups > 0;
	}
	if (under_way == 0 && started == 0)
		dg_task_give_up(d, &d->task[task], now);
	return DG_OK;
}

static void ask(struct dg_discover *d, struct task *t, size_t server, struct dg_ask *ret_ask)
{
	t->tried |= UINT64_C(1) << server;
	t->waiting |= UINT64_C(1) << server;
	*ret_ask = (struct dg_ask){.id = id_of(d, t, server),
				   .server = t->zone->server[server].addr,
				   .name = t->qname,
				   .type = t->type,
				   .mixed_case = d->mixed_case};
}

static enum dg_status walk(struct dg_discover *d, size_t task, dg_ms now, struct dg_ask *ret_ask)
{
	struct task *t = &d->task[task];
	size_t server;

	if (now >= t->deadline) {
		dg_task_give_up(d, t, now);
		return DG_OK;
	}
	if (t->zone->nservers == 0)
		return find_addresses(d, task, now);
	t->blocked = false;
	server = dg_zone_choose_server(t->zone, t->tried, &d->random);
	t->next = INT64_MAX;
	if (server == SIZE_MAX) {
		if (t->waiting == 0)
			dg_task_give_up(d, t, now);
		return DG_OK;
	}
	if (t->want->questions++ >= DG_MAX_QUESTIONS) {
		t->want->limit = "questions to find the servers";
		dg_task_give_up(d, t, now);
		return DG_OK;
	}
	t->next = now + HEDGE_MS;
	ask(d, t, server, ret_ask);
	return DG_OK;
}

enum dg_status dg_discover_serial(struct dg_discover *d, struct dg_zone *zone, size_t server,
				  dg_ms now, struct dg_error *err)
{
	/* Without a name there is nothing to ask for; and one question at a time. */
	if (zone->given || !zone->server[server].counted ||
	    zone->server[server].serial_next == INT64_MAX)
		return DG_OK;
	zone->server[server].serial = -1;
	return ask_server(d, zone, server, TASK_SOA, NULL, now) == DG_OK ? DG_OK
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

		for (i = 0; zone->wanted && i < zone->nservers; i++) {
			if (zone->server[i].serial_next > now || !zone->server[i].counted)
				continue;
			if (ask_server(d, zone, i, TASK_SOA, NULL, now) != DG_OK)
				return DG_ENOMEM;
		}
	}
	return DG_OK;
}

enum dg_status dg_discover_next(struct dg_discover *d, dg_ms now, struct dg_ask *ret_ask,
				struct dg_error *err)
{
	size_t i;

	dg_path_next(&d->path, d->reach.port, ID_NOBODY, ret_ask);
	if (ret_ask->id != 0)
		return DG_OK;
	if (refresh_serials(d, now) != DG_OK)
		return dg_fail_memory(err);
	for (i = 0; i < d->ntasks; i++) {
		struct task *t = &d->task[i];

		if (t->kind == TASK_UNUSED || (t->next > now && t->deadline > now))
			continue;
		if (t->kind == TASK_RECORD || t->kind == TASK_ADDRESS) {
			if (walk(d, i, now, ret_ask) != DG_OK)
				return dg_fail_memory(err);
		} else {
			t->next = INT64_MAX;
			ask(d, t, t->server, ret_ask);
		}
		if (ret_ask->id != 0)
			return DG_OK;
	}
	return DG_OK;
}

dg_ms dg_discover_due(const struct dg_discover *d, dg_ms now)
{
	dg_ms due = d->serial_tick > now ? d->serial_tick : now;
	size_t i;

	for (i = 0; i < d->ntasks; i++) {
		const struct task *t = &d->task[i];
		dg_ms at = t->next < t->deadline ? t->next : t->deadline;

		if (t->kind != TASK_UNUSED && at < due)
			due = at;
	}
	return due;
}
