/* SPDX-License-Identifier: ISC */
#include "discover_task.h"

#include <string.h>

#include "base/bytes.h"

/* What is asked of servers that are not the name's own is not waited for longer. */
#define BRIEF_MS 3000
/* Nor so long, while no packet is lost and other answers come faster than that. */
#define SLOWER_MS 300
#define NS_AFTER_MS 1000
#define SERIAL_AFTER_MS 500

struct task *dg_task_new(struct dg_discover *d, enum task_kind kind, const struct dg_name *name,
			 uint16_t type, struct dg_search *search)
{
	struct task *t;
	uint32_t round;

	if (d->nunused == 0) {
		if (d->ntasks == MAX_TASKS || !dg_grow(&d->task, d->ntasks, sizeof(*d->task)) ||
		    !dg_grow(&d->unused, d->ntasks, sizeof(*d->unused)) ||
		    !dg_timers_reserve(&d->timers, d->ntasks + 1))
			return NULL;
		memset(&d->task[d->ntasks], 0, sizeof(*d->task));
		d->unused[d->nunused++] = (uint32_t)d->ntasks++;
	}
	t = &d->task[d->unused[--d->nunused]];
	/* The rounds of a place go on, so that a late reply to the last task there is not taken for
	 * one to this. */
	round = t->at.round;
	*t = (struct task){
	    .kind = kind, .name = *name, .qname = *name, .type = type, .search = search};
	t->at.round = round;
	d->used++;
	if (search != NULL)
		search->tasks++;
	dg_task_touch(d, t);
	return t;
}

void dg_task_touch(struct dg_discover *d, const struct task *t)
{
	dg_timers_set(&d->timers, (uint32_t)(t - d->task), 0);
}

void dg_task_wake(struct dg_discover *d, struct task *t, dg_ms now)
{
	t->at.next = now;
	dg_task_touch(d, t);
}

static bool is_brief(const struct task *t)
{
	return t->kind == TASK_DELEGATION || (t->kind == TASK_NS && !t->at.zone->sought) ||
	       (t->kind == TASK_ADDRESS && t->known);
}

dg_ms dg_task_deadline(const struct dg_discover *d, const struct task *t, dg_ms now)
{
	dg_ms patience, brief;

	if (is_brief(t) && !t->idle) {
		brief = d->outage == NULL || dg_outage_explains(d->outage, 1) ||
				2 * d->slowest + SLOWER_MS > BRIEF_MS
			    ? BRIEF_MS
			    : 2 * d->slowest + SLOWER_MS;
		patience = dg_outage_patience(d->outage, t->begun, now);
		return patience == INT64_MAX ? patience : patience - DG_PATIENCE_MS + brief;
	}
	if ((t->kind != TASK_ADDRESS && t->kind != TASK_NS) || is_brief(t) ||
	    (d->outage != NULL && t->unanswered == 0 && t->at.waiting != 0) ||
	    (t->unanswered > 0 && dg_outage_explains(d->outage, t->unanswered)))
		return INT64_MAX;
	return dg_outage_patience(d->outage, t->begun, now);
}

void dg_task_enter(struct task *t, struct dg_zone *zone, dg_ms now)
{
	dg_inquiry_enter(&t->at, zone, now);
	t->blocked = false;
}

void dg_discover_wake(struct dg_discover *d, dg_ms now)
{
	size_t i;

	for (i = 0; i < d->ntasks; i++)
		if (d->task[i].kind != TASK_UNUSED && d->task[i].blocked)
			dg_task_wake(d, &d->task[i], now);
}

/* The zone that waits for what one server says. */
static struct dg_zone *waiting_zone(const struct task *t)
{
	return t->kind == TASK_DELEGATION ? t->of_zone : t->at.zone;
}

void dg_task_let_go(struct task *t)
{
	if (!t->idle)
		dg_zone_end_question(waiting_zone(t));
	t->idle = true;
}

void dg_task_end(struct dg_discover *d, struct task *t, dg_ms now)
{
	if (t->kind == TASK_ADDRESS) {
		dg_host_looked(t->host);
		dg_discover_wake(d, now);
	} else if (t->kind == TASK_NS || t->kind == TASK_DELEGATION) {
		dg_task_let_go(t);
	}
	if (t->kind == TASK_NS)
		t->at.zone->server[t->server].ns_task = 0;
	if (t->kind == TASK_DELEGATION)
		t->of_zone->delegation[t->server].asking = false;
	t->kind = TASK_UNUSED;
	dg_timers_unset(&d->timers, (uint32_t)(t - d->task));
	d->unused[d->nunused++] = (uint32_t)(t - d->task);
	d->used--;
	if (t->search != NULL && --t->search->tasks == 0)
		d->zones.news++;
}

static enum dg_status start_lookup(struct dg_discover *d, struct dg_host *host, uint16_t type,
				   const struct task *by, dg_ms now)
{
	struct task *t = dg_task_new(d, TASK_ADDRESS, &host->name, type, by->search);

	if (t == NULL)
		return DG_ENOMEM;
	t->depth = by->depth + 1;
	t->host = host;
	t->begun = now;
	dg_task_enter(t, dg_zones_enclosing(&d->zones, &t->name), now);
	dg_host_looking(host);
	return DG_OK;
}

/* Looks up the addresses of one NS name, of the families that are asked. `by` may move. */
enum dg_status dg_task_look_up_ns(struct dg_discover *d, struct dg_zone *zone, size_t ns,
				  const struct task *by, dg_ms now)
{
	struct task copy = *by;
	struct dg_host *host = NULL;
	enum dg_status status = dg_hosts_list(&d->hosts, zone, ns, &d->reach, &host);

	if (status != DG_OK)
		return status;
	if (host->looked_up) {
		zone->ns[ns].looked_up = true;
		return DG_OK;
	}
	if (copy.depth >= DG_MAX_DEPTH) {
		copy.search->limit = "name server names that depend on one another";
		return DG_OK;
	}
	if (copy.search->tasks >= DG_MAX_TASKS || d->used + 2 > MAX_TASKS) {
		copy.search->limit = "name server names that are looked up at a time";
		return DG_OK;
	}
	zone->ns[ns].looked_up = host->looked_up = true;
	host->no_name = false;
	host->no_data = 0;
	if (d->reach.ipv4)
		status = start_lookup(d, host, DG_TYPE_A, &copy, now);
	if (d->reach.ipv6 && status == DG_OK)
		status = start_lookup(d, host, DG_TYPE_AAAA, &copy, now);
	return status;
}

enum dg_status dg_task_ask_server(struct dg_discover *d, struct dg_zone *zone, size_t server,
				  enum task_kind kind, struct dg_search *search, dg_ms now)
{
	struct task *t;

	if (d->used == MAX_TASKS) {
		zone->limit = "questions about name servers at a time";
		return DG_OK;
	}
	t = dg_task_new(d, kind, &zone->name, kind == TASK_NS ? DG_TYPE_NS : DG_TYPE_SOA, search);
	if (t == NULL)
		return DG_ENOMEM;
	t->server = server;
	t->begun = now;
	dg_task_enter(t, zone, now);
	if (kind == TASK_NS) {
		/* The zone's servers are asked for the record, and often show their NS set with it.
		 */
		if (zone->sought && d->outage != NULL)
			t->at.next = now + NS_AFTER_MS;
		zone->server[server].ns_task = (size_t)(t - d->task) + 1;
		dg_zone_begin_question(zone);
	} else {
		zone->server[server].serial_next = INT64_MAX;
	}
	return DG_OK;
}

/* Step 6. */
static enum dg_status count_servers(struct dg_discover *d, struct dg_zone *zone,
				    const struct task *origin, dg_ms now)
{
	enum dg_status status = DG_OK;
	size_t i;

	for (i = 0; i < zone->nns && status == DG_OK; i++)
		if (!zone->ns[i].looked_up)
			status = dg_task_look_up_ns(d, zone, i, origin, now);
	for (i = 0; i < zone->nservers && status == DG_OK; i++) {
		if (zone->server[i].counted)
			continue;
		zone->server[i].counted = true;
		status = dg_task_ask_server(d, zone, i, TASK_NS, origin->search, now);
		if (status != DG_OK || !zone->sought)
			continue;
		/* Of a record that is there nobody wants to know in which version of its zone. */
		if (d->outage != NULL)
			zone->server[i].serial_next = now + SERIAL_AFTER_MS;
		else
			status = dg_task_ask_server(d, zone, i, TASK_SOA, origin->search, now);
	}
	return status;
}

static bool asks_parent(const struct dg_zone *zone)
{
	return zone->parent != NULL && zone->name_below.len > 0;
}

enum dg_status dg_discover_count(struct dg_discover *d, struct dg_zone *zone, const struct task *by,
				 dg_ms now)
{
	struct task origin = {.search = by->search,
			      .depth = by->kind == TASK_ADDRESS ? by->depth - 1 : 0};
	enum dg_status status = DG_OK;
	size_t i;

	/* The root's servers are given; what they say of themselves would change nothing. */
	if (zone->parent == NULL || !(zone->sought || zone->above))
		return DG_OK;
	status = count_servers(d, zone, &origin, now);
	for (i = 0; i < d->zones.count && zone->above && status == DG_OK; i++)
		if (d->zones.zone[i]->parent == zone && asks_parent(d->zones.zone[i]))
			status = dg_delegation_ask(d, d->zones.zone[i], origin.search, now);
	return status;
}

enum dg_status dg_discover_count_from(struct dg_discover *d, struct dg_zone *zone,
				      const struct task *by, dg_ms now)
{
	struct task copy = *by;
	enum dg_status status = DG_OK;
	struct dg_zone *z;

	zone->sought = zone->parent != NULL;
	for (z = zone; z->parent != NULL && status == DG_OK; z = z->parent) {
		status = dg_delegation_ask(d, z, copy.search, now);
		z->above = z->above || (z != zone && dg_name_labels(&z->name) > 1);
		if (status == DG_OK)
			status = dg_discover_count(d, z, &copy, now);
	}
	return status;
}
