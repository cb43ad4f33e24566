/* SPDX-License-Identifier: ISC */
/* A gate's questions and searches that are under way: how many there may be, and how they are taken
 * back. */
#include "gate.h"

static size_t share(size_t most, size_t least, size_t among)
{
	size_t part = most / (among > 0 ? among : 1);

	return part > least ? part : least;
}

size_t dg_gate_most_polls(const struct dg_gate *g)
{
	return share(DG_MAX_POLLS, DG_MIN_POLLS, g->count);
}

bool dg_gate_may_ask(const struct dg_gate *g, const struct dg_record *r)
{
	return !dg_drive_is_full(&g->drive) &&
	       r->pending < share(DG_MAX_PENDING, DG_MIN_PENDING, g->count);
}

void dg_gate_take_back(struct dg_gate *g, struct dg_record *r, size_t owner)
{
	uint64_t ask;

	while ((ask = dg_watch_take_back(r->watch, owner)) != 0) {
		dg_drive_cancel(&g->drive, ask);
		r->pending--;
	}
}

static void forget(struct dg_gate *g, struct dg_record *r, struct dg_search **search)
{
	struct dg_zone *zone;
	uint64_t ask;

	if (*search == NULL)
		return;
	zone = (*search)->zone;
	if ((*search)->limit != NULL)
		r->limit = (*search)->limit;
	dg_discover_forget(g->discover, *search, g->drive.now);
	*search = NULL;
	if (zone != NULL && zone->users == 0)
		dg_chase_leave_zone(&g->chase, zone);
	while ((ask = dg_discover_dropped(g->discover)) != 0)
		dg_drive_cancel(&g->drive, ask);
}

void dg_gate_leave_owners(struct dg_gate *g, struct dg_record *r)
{
	size_t i;

	for (i = 1; i < r->watch->nowners; i++) {
		struct dg_owner *l = &r->watch->owner[i];

		if (l->live || (l->search == NULL && l->chain == NULL && l->zone == NULL))
			continue;
		dg_gate_take_back(g, r, i);
		forget(g, r, &l->search);
		forget(g, r, &l->chain);
		dg_watch_leave(r->watch, i);
	}
}

/* ---- searches -------------------------------------------------------------------------------- */

static bool is_busy(const struct dg_search *search)
{
	return search != NULL && (search->state == DG_SEARCH_OPEN || search->tasks > 0);
}

bool dg_gate_may_search(const struct dg_record *r)
{
	size_t i, busy = 0;

	for (i = 0; i < r->watch->nowners; i++)
		busy += is_busy(r->watch->owner[i].search) + is_busy(r->watch->owner[i].chain);
	return busy < DG_MAX_SEARCHES;
}

enum dg_status dg_gate_search(struct dg_gate *g, struct dg_record *r, const struct dg_name *name,
			      struct dg_search **search, struct dg_error *err)
{
	struct dg_search *before = *search;
	enum dg_status status =
	    dg_discover_search(g->discover, name, &r->allowance, g->drive.now, search, err);

	/* This search uses what the last one found, so it starts before that one is forgotten. */
	if (status == DG_OK)
		forget(g, r, &before);
	return status;
}
