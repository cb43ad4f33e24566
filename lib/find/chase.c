/* SPDX-License-Identifier: ISC */
/*
 *  1. A task is one set: DS or DNSKEY at a name, or the DNSKEY and then the SOA set of one server.
 *  2. DS is asked of the servers of the deepest zone known above its name, DNSKEY of the zone's
 *     own; one after the other, and the next one beside it after DG_HEDGE_MS without an answer. A
 *     referral that discovery did not meet leads on.
 *  3. A reply that needs another set first is kept, and judged again whenever the chain of trust
 *     grows. What nobody wanted for UNWANTED_MS is not asked for any more; who waits for it asks
 *     again. One without EDNS has no signatures to judge, and is none.
 *     Where the parent's servers have different DS sets, those that have one which fits no key, or
 *     none, are asked last (chase_ds.c).
 *  4. What is bogus from one server is asked of the next; the last judgement stays for a while,
 *     then all are asked again, for as long as somebody wants it.
 */
#include "chase_task.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/err.h"

#define BLOCKED_MS 50
#define LOOK_AFTER_MS 250
#define UNWANTED_MS 10000
#define MAX_TASKS 1024
#define OWN_AGAIN_MS 2000

_Static_assert(MAX_TASKS <= DG_ASK_ITEMS, "tasks fit in an id");

void dg_chase_init(struct dg_chase *chase, struct dg_discover *discover, bool mixed_case,
		   uint32_t seed)
{
	chase->discover = discover;
	chase->mixed_case = mixed_case;
	chase->random = seed | 1;
	chase->room.most = DG_MAX_ROOM;
	chase->most_own = DG_MAX_OWN_SETS;
}

void dg_chase_free(struct dg_chase *chase)
{
	size_t i;

	for (i = 0; i < chase->ntasks; i++)
		dg_reply_drop(&chase->task[i].reply);
	free(chase->task);
	dg_trust_free(&chase->trust);
	memset(chase, 0, sizeof(*chase));
}

int64_t dg_chase_clock_error(const struct dg_chase *chase)
{
	return chase->root_side != 0 && chase->root_side == chase->other_side ? chase->root_off : 0;
}

bool dg_chase_has_begun(const struct dg_chase *chase)
{
	size_t i;

	for (i = 0; i < chase->trust.count; i++)
		if (chase->trust.point[i]->anchor && chase->trust.point[i]->has_keys)
			return true;
	return false;
}

bool dg_chase_lacks_anchor(const struct dg_chase *chase)
{
	size_t i;

	for (i = 0; i < chase->trust.count; i++) {
		const struct dg_trust_point *p = chase->trust.point[i];

		if (p->anchor && p->has_keys && p->keys_why.why == DG_WHY_NO_KEY_FOR_ANCHOR)
			return true;
	}
	return false;
}

/* ---- tasks ----------------------------------------------------------------------------------- */

static struct dg_chase_task *find_task(struct dg_chase *chase, uint16_t type,
				       const struct dg_name *name)
{
	size_t i;

	for (i = 0; i < chase->ntasks; i++) {
		struct dg_chase_task *t = &chase->task[i];

		if (t->used && !t->own && t->type == type && dg_name_equal(&t->name, name))
			return t;
	}
	return NULL;
}

/* NULL when memory or room ran out; *ret_full tells which. */
static struct dg_chase_task *new_task(struct dg_chase *chase, bool *ret_full)
{
	struct dg_chase_task *t = NULL;
	uint32_t round;
	size_t i;

	*ret_full = false;
	for (i = 0; i < chase->ntasks && t == NULL; i++)
		if (!chase->task[i].used)
			t = &chase->task[i];
	if (t == NULL) {
		*ret_full = chase->ntasks == MAX_TASKS;
		if (*ret_full || !dg_grow(&chase->task, chase->ntasks, sizeof(*chase->task)))
			return NULL;
		t = &chase->task[chase->ntasks++];
		memset(t, 0, sizeof(*t));
	}
	round = (t->at.round + 1) % DG_ASK_ROUNDS;
	memset(t, 0, sizeof(*t));
	t->at.round = round;
	t->used = true;
	return t;
}

void dg_chase_end_task(struct dg_chase_task *t)
{
	dg_reply_drop(&t->reply);
	t->used = false;
}

/* Step 2's servers, as far as discovery knows them by now. */
struct dg_zone *dg_chase_zone_for(const struct dg_chase *chase, uint16_t type,
				  const struct dg_name *name)
{
	struct dg_name at = *name;

	if (type == DG_TYPE_DS)
		at = dg_name_parent(name);
	return dg_discover_enclosing(chase->discover, &at);
}

static enum dg_status want(struct dg_chase *chase, uint16_t type, const struct dg_name *name,
			   dg_ms now)
{
	struct dg_chase_task *t = find_task(chase, type, name);
	bool full;

	if (t != NULL) {
		t->asked_for = now;
		return DG_OK;
	}
	t = new_task(chase, &full);
	/* When there is no room the need comes up again. */
	if (t == NULL)
		return full ? DG_OK : DG_ENOMEM;
	t->type = type;
	t->name = *name;
	t->at.zone = dg_chase_zone_for(chase, type, name);
	t->at.next = t->asked_for = now;
	return DG_OK;
}

static enum dg_status want_cut(struct dg_chase *chase, const struct dg_name *name, dg_ms now,
			       int64_t wall)
{
	if (dg_trust_has_cut(dg_trust_find(&chase->trust, name), wall))
		return DG_OK;
	return want(chase, DG_TYPE_DS, name, now);
}

static enum dg_status want_keys(struct dg_chase *chase, const struct dg_name *name, dg_ms now,
				int64_t wall)
{
	if (dg_trust_has_keys(dg_trust_find(&chase->trust, name), wall))
		return DG_OK;
	return want(chase, DG_TYPE_DNSKEY, name, now);
}

enum dg_status dg_chase_need(struct dg_chase *chase, const struct dg_judgement *j, dg_ms now,
			     int64_t wall)
{
	if (j->need_type == DG_TYPE_DS)
		return want_cut(chase, &j->need_name, now, wall);
	if (j->need_type == DG_TYPE_DNSKEY)
		return want_keys(chase, &j->need_name, now, wall);
	return DG_OK;
}

static enum dg_status want_own(struct dg_chase *chase, struct dg_zone *zone, size_t server,
			       dg_ms now)
{
	struct dg_server *s = &zone->server[server];
	struct dg_chase_task *t;
	bool full;

	if (s->own == NULL && chase->own == chase->most_own) {
		chase->trust.limit = "servers whose own keys are looked at";
		return DG_OK;
	}
	if (s->own == NULL) {
		s->own = calloc(1, sizeof(*s->own));
		chase->own += s->own != NULL;
	}
	if (s->own == NULL)
		return DG_ENOMEM;
	if (s->own->asking)
		return DG_OK;
	t = new_task(chase, &full);
	if (t == NULL)
		return full ? DG_OK : DG_ENOMEM;
	t->own = true;
	t->type = DG_TYPE_DNSKEY;
	t->name = zone->name;
	t->at.zone = zone;
	t->server = server;
	t->at.next = t->asked_for = now;
	s->own->asking = true;
	return DG_OK;
}

static bool is_unsigned(const struct dg_chase *chase, const struct dg_zone *zone, int64_t wall)
{
	for (; zone != NULL; zone = zone->parent) {
		const struct dg_trust_point *p = dg_trust_find(&chase->trust, &zone->name);

		if (dg_trust_has_cut(p, wall) && p->cut == DG_CUT_UNSIGNED)
			return true;
		/* An anchor makes up for what is above it. */
		if (p != NULL && p->anchor)
			return false;
	}
	return false;
}

/* The chain of trust down to the zone, without what its own servers have to say. */
static enum dg_status want_chain(struct dg_chase *chase, struct dg_zone *zone, dg_ms now,
				 int64_t wall)
{
	enum dg_status status = DG_OK;
	struct dg_zone *z;

	for (z = zone; z != NULL && status == DG_OK; z = z->parent) {
		const struct dg_trust_point *p = dg_trust_find(&chase->trust, &z->name);

		if (is_unsigned(chase, z, wall))
			continue;
		status = want_cut(chase, &z->name, now, wall);
		if (status == DG_OK && (z != zone || zone->parent == NULL))
			status = want_keys(chase, &z->name, now, wall);
		/* Nothing further up matters. */
		if (p != NULL && p->anchor)
			break;
	}
	return status;
}

enum dg_status dg_chase_zone(struct dg_chase *chase, struct dg_zone *zone, dg_ms now, int64_t wall)
{
	enum dg_status status;
	size_t i;

	dg_chase_compare_ds(chase, zone, wall);
	if (zone->chased_servers == zone->nservers && now < zone->chased + LOOK_AFTER_MS)
		return DG_OK;
	/* What no anchor leads to cannot be judged. */
	if (dg_trust_anchor_of(&chase->trust, &zone->name) == NULL)
		return DG_OK;
	zone->chased_servers = zone->nservers;
	zone->chased = now;
	status = want_chain(chase, zone, now, wall);
	if (is_unsigned(chase, zone, wall))
		return status;
	for (i = 0; i < zone->nservers && status == DG_OK; i++) {
		const struct dg_own_sets *own = zone->server[i].own;

		if (own != NULL && (own->asking || own->until > wall ||
				    (own->done && now - own->at < OWN_AGAIN_MS)))
			continue;
		status = want_own(chase, zone, i, now);
	}
	return status;
}

void dg_chase_leave_zone(struct dg_chase *chase, struct dg_zone *zone)
{
	size_t i;

	for (i = 0; i < zone->nservers; i++) {
		struct dg_server *s = &zone->server[i];

		if (s->own == NULL || s->own->asking)
			continue;
		dg_keys_free(&s->own->keys);
		free(s->own);
		s->own = NULL;
		chase->own--;
	}
	zone->chased_servers = 0;
}

enum dg_status dg_chase_again(struct dg_chase *chase, struct dg_zone *zone, size_t server,
			      dg_ms now, bool *ret_asking)
{
	struct dg_own_sets *own = zone->server[server].own;

	*ret_asking = own == NULL || own->asking || now - own->at >= AGAIN_MS;
	if (own != NULL && (own->asking || !*ret_asking))
		return DG_OK;
	return want_own(chase, zone, server, now);
}

/* ---- asking ---------------------------------------------------------------------------------- */

static void ask(const struct dg_chase *chase, struct dg_chase_task *t, size_t server,
		struct dg_ask *ret_ask)
{
	*ret_ask = (struct dg_ask){
	    .name = t->name, .type = t->type, .mixed_case = chase->mixed_case, .signatures = true};
	dg_inquiry_ask(&t->at, DG_MACHINE_CHASE, (size_t)(t - chase->task), server, ret_ask);
}

/* All servers were asked, or none is known: a new round later. */
void dg_chase_next_round(struct dg_chase_task *t, dg_ms at)
{
	dg_inquiry_enter(&t->at, t->at.zone, at);
}

/* With no anchor there is nothing to look after. */
static enum dg_status look_after_new_zones(struct dg_chase *chase, dg_ms now, int64_t wall)
{
	enum dg_status status = DG_OK;
	struct dg_zone *zone;

	while (chase->trust.count > 0 && status == DG_OK &&
	       (zone = dg_discover_zone(chase->discover, chase->zones_seen)) != NULL) {
		chase->zones_seen++;
		if (dg_discover_leads(chase->discover, zone))
			status = want_chain(chase, zone, now, wall);
	}
	return status;
}

static void end_unwanted(struct dg_chase *chase, dg_ms now)
{
	bool ended = false;
	size_t i;

	for (i = 0; i < chase->ntasks; i++) {
		struct dg_chase_task *t = &chase->task[i];

		if (!t->used || now - t->asked_for < UNWANTED_MS)
			continue;
		if (t->own)
			t->at.zone->server[t->server].own->asking = false;
		dg_chase_end_task(t);
		ended = true;
	}
	for (i = 0; i < chase->ntasks && ended; i++) {
		struct dg_chase_task *t = &chase->task[i];

		if (!t->used || t->reply.kept == NULL)
			continue;
		dg_reply_drop(&t->reply);
		dg_chase_next_round(t, now);
	}
}

enum dg_status dg_chase_next(struct dg_chase *chase, dg_ms now, int64_t wall,
			     struct dg_ask *ret_ask)
{
	uint64_t avoided;
	size_t i, server;

	ret_ask->id = 0;
	end_unwanted(chase, now);
	if (look_after_new_zones(chase, now, wall) != DG_OK)
		return DG_ENOMEM;
	for (i = 0; i < chase->ntasks; i++) {
		struct dg_chase_task *t = &chase->task[i];

		if (!t->used || t->reply.kept != NULL || t->at.next > now)
			continue;
		if (t->own) {
			t->at.next = INT64_MAX;
			ask(chase, t, t->server, ret_ask);
			return DG_OK;
		}
		t->at.zone =
		    t->at.tried == 0 ? dg_chase_zone_for(chase, t->type, &t->name) : t->at.zone;
		if (t->at.tried == 0 && t->type == DG_TYPE_DS)
			avoided = dg_chase_avoid(chase, &t->name, t->at.zone);
		else
			avoided = 0;
		t->at.tried |= avoided;
		server = dg_inquiry_choose(&t->at, &chase->random);
		if (server == SIZE_MAX) {
			if (t->at.tried == 0)
				t->at.next = now + BLOCKED_MS;
			else if (t->at.waiting == 0)
				dg_chase_next_round(t, now + AGAIN_MS);
			else
				t->at.next = INT64_MAX;
			continue;
		}
		t->at.next = now + DG_HEDGE_MS;
		ask(chase, t, server, ret_ask);
		return DG_OK;
	}
	return DG_OK;
}

dg_ms dg_chase_due(const struct dg_chase *chase)
{
	dg_ms due = INT64_MAX;
	size_t i;

	for (i = 0; i < chase->ntasks; i++)
		if (chase->task[i].used && chase->task[i].reply.kept == NULL &&
		    chase->task[i].at.next < due)
			due = chase->task[i].at.next;
	return due;
}
