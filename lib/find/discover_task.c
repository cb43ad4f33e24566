/* SPDX-License-Identifier: ISC */
#include "discover_task.h"

#include <string.h>

#include "base/bytes.h"

struct task *dg_task_new(struct dg_discover *d, enum task_kind kind, const struct dg_name *name,
			 uint16_t type, struct dg_search *search)
{
	struct task *t = NULL;
	uint32_t round;
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
	/* The rounds of a place go on, so that a late reply to the last task there is not taken for
	 * one to this. */
	round = t->at.round;
	*t = (struct task){
	    .kind = kind, .name = *name, .qname = *name, .type = type, .search = search};
	t->at.round = round;
	d->used++;
	if (search != NULL)
		search->tasks++;
	return t;
}

dg_ms dg_task_deadline(const struct dg_discover *d, const struct task *t, dg_ms now)
{
	if ((t->kind != TASK_ADDRESS && t->kind != TASK_NS) ||
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

void dg_discover_wake(struct dg_discover *d, const struct dg_zone *zone, dg_ms now)
{
	size_t i;

	for (i = 0; i < d->ntasks; i++)
		if (d->task[i].kind != TASK_UNUSED && d->task[i].at.zone == zone &&
		    d->task[i].blocked)
			d->task[i].at.next = now;
}

void dg_task_end(struct dg_discover *d, struct task *t, dg_ms now)
{
	if (t->kind == TASK_ADDRESS) {
		t->for_zone->ns[t->for_ns].lookups--;
		t->for_zone->open--;
		dg_discover_wake(d, t->for_zone, now);
	} else if (t->kind == TASK_NS && !t->idle) {
		t->at.zone->open--;
	}
	t->kind = TASK_UNUSED;
	d->used--;
	if (t->search != NULL)
		t->search->tasks--;
}

static enum dg_status start_lookup(struct dg_discover *d, struct dg_zone *zone, size_t ns,
				   uint16_t type, const struct task *by, dg_ms now)
{
	struct dg_search *search = by->search;
	unsigned depth = by->depth;
	struct task *t = dg_task_new(d, TASK_ADDRESS, &zone->ns[ns].name, type, search);

	if (t == NULL)
		return DG_ENOMEM;
	t->depth = depth + 1;
	t->for_zone = zone;
	t->for_ns = ns;
	t->begun = now;
	dg_task_enter(t, dg_zones_enclosing(&d->zones, &t->name), now);
	zone->ns[ns].lookups++;
	zone->open++;
	return DG_OK;
}

/* Looks up the addresses of one NS name, of the families that are asked. `by` may move. */
enum dg_status dg_task_look_up_ns(struct dg_discover *d, struct dg_zone *zone, size_t ns,
				  const struct task *by, dg_ms now)
{
	struct task copy = *by;
	enum dg_status status = DG_OK;

	if (copy.depth >= DG_MAX_DEPTH) {
		copy.search->limit = "name server names that depend on one another";
		return DG_OK;
	}
	if (copy.search->tasks >= DG_MAX_TASKS || d->used + 2 > MAX_TASKS) {
		copy.search->limit = "name server names that are looked up at a time";
		return DG_OK;
	}
	zone->ns[ns].looked_up = true;
	if (d->reach.ipv4)
		status = start_lookup(d, zone, ns, DG_TYPE_A, &copy, now);
	if (d->reach.ipv6 && status == DG_OK)
		status = start_lookup(d, zone, ns, DG_TYPE_AAAA, &copy, now);
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
	struct task origin = {.search = by->search,
			      .depth = by->kind == TASK_ADDRESS ? by->depth - 1 : 0};
	enum dg_status status = DG_OK;
	size_t i;

	/* The root's servers are given; what they say of themselves would change nothing. */
	if (zone->parent == NULL)
		return DG_OK;
	zone->sought = true;
	for (i = 0; i < zone->nns && status == DG_OK; i++)
		if (!zone->ns[i].looked_up)
			status = dg_task_look_up_ns(d, zone, i, &origin, now);
	for (i = 0; i < zone->nservers && status == DG_OK; i++) {
		if (zone->server[i].counted)
			continue;
		zone->server[i].counted = true;
		status = dg_task_ask_server(d, zone, i, TASK_NS, origin.search, now);
		if (status == DG_OK)
			status = dg_task_ask_server(d, zone, i, TASK_SOA, origin.search, now);
	}
	return status;
}
