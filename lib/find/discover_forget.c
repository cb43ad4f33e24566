/* SPDX-License-Identifier: ISC */
/*
 * Forgets a search. What belongs to a zone, its servers' own words and their names' addresses, was
 * begun by one search and serves all that lead there:
 *
 *  1. A zone is needed by a search that ended there, that asks there, or that looks up its servers'
 *     names.
 *  2. A task of the forgotten search about a needed zone goes over to who needs it, who then needs
 *     the zone that it asks at as well: again until nothing changes.
 *  3. The others end; what they would have found is open again, for who comes later.
 */
#include <stdlib.h>

#include "base/bytes.h"
#include "discover_task.h"

/* The zones that a task is to find out about: the i-th, NULL beyond the last. */
static struct dg_zone *subject_of(const struct task *t, size_t i)
{
	if (t->kind == TASK_ADDRESS)
		return i < t->host->nlistings ? t->host->listing[i].zone : NULL;
	if (i > 0)
		return NULL;
	return t->kind == TASK_DELEGATION ? t->of_zone : t->at.zone;
}

static struct dg_search *find_needer(const struct task *t)
{
	struct dg_zone *zone;
	size_t i;

	for (i = 0; (zone = subject_of(t, i)) != NULL; i++)
		if (zone->needed_by != NULL)
			return zone->needed_by;
	return NULL;
}

static void mark_needed(struct dg_discover *d, const struct dg_search *forgotten)
{
	size_t i;

	for (i = 0; i < d->zones.count; i++)
		d->zones.zone[i]->needed_by = NULL;
	for (i = 0; i < d->nsearches; i++) {
		struct dg_zone *zone = d->search[i] != forgotten ? d->search[i]->zone : NULL;

		for (; zone != NULL; zone = zone->parent)
			zone->needed_by = d->search[i];
	}
	for (i = 0; i < d->ntasks; i++) {
		struct task *t = &d->task[i];
		struct dg_zone *zone;
		size_t k;

		if (t->kind == TASK_UNUSED || t->search == NULL || t->search == forgotten)
			continue;
		t->at.zone->needed_by = t->search;
		for (k = 0; (zone = subject_of(t, k)) != NULL; k++)
			zone->needed_by = t->search;
	}
}

static void hand_over(struct dg_discover *d, struct dg_search *forgotten)
{
	bool changed = true;
	size_t i;

	while (changed) {
		changed = false;
		for (i = 0; i < d->ntasks; i++) {
			struct task *t = &d->task[i];

			if (t->kind == TASK_UNUSED || t->kind == TASK_RECORD ||
			    t->search != forgotten || find_needer(t) == NULL)
				continue;
			t->search = find_needer(t);
			t->at.zone->needed_by = t->search;
			forgotten->tasks--;
			t->search->tasks++;
			changed = true;
		}
	}
}

/* If there is no memory to note it, the question goes on for nobody. */
static void drop_questions(struct dg_discover *d, const struct task *t)
{
	size_t server;

	for (server = 0; server < DG_MAX_ZONE_ADDRESSES; server++)
		if ((t->at.waiting >> server & 1) != 0 &&
		    dg_grow(&d->dropped, d->ndropped, sizeof(*d->dropped)))
			d->dropped[d->ndropped++] = dg_inquiry_id(&t->at, DG_MACHINE_DISCOVER,
								  (size_t)(t - d->task), server);
}

static void give_back(struct dg_discover *d, struct task *t, dg_ms now)
{
	struct dg_zone *zone;
	size_t i;

	drop_questions(d, t);
	if (t->kind == TASK_NS)
		t->at.zone->server[t->server].counted = false;
	else if (t->kind == TASK_SOA)
		t->at.zone->server[t->server].serial_next = now;
	else if (t->kind == TASK_DELEGATION)
		t->of_zone->delegation[t->server] = (struct dg_delegation){.ds = SIZE_MAX};
	else if (t->kind == TASK_ADDRESS)
		t->host->looked_up = false;
	for (i = 0; t->kind != TASK_RECORD && (zone = subject_of(t, i)) != NULL; i++) {
		zone->sought = false;
		if (t->kind == TASK_ADDRESS)
			zone->ns[t->host->listing[i].ns].looked_up = false;
	}
	dg_task_end(d, t, now);
}

void dg_discover_forget(struct dg_discover *d, struct dg_search *search, dg_ms now)
{
	size_t i;

	if (search->tasks > 0) {
		mark_needed(d, search);
		hand_over(d, search);
	}
	for (i = 0; i < d->ntasks && search->tasks > 0; i++)
		if (d->task[i].kind != TASK_UNUSED && d->task[i].search == search)
			give_back(d, &d->task[i], now);
	dg_discover_rest(search, true);
	if (search->zone != NULL)
		search->zone->users--;
	for (i = 0; i < d->nsearches; i++)
		if (d->search[i] == search)
			d->search[i] = d->search[--d->nsearches];
	d->zones.searches = d->nsearches;
	free(search);
}

uint64_t dg_discover_dropped(struct dg_discover *d)
{
	return d->ndropped == 0 ? 0 : d->dropped[--d->ndropped];
}
