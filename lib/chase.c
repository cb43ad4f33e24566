/* SPDX-License-Identifier: ISC */
/*
 *  1. A task is one set: DS or DNSKEY at a name, or the DNSKEY and then the SOA set of one server.
 *  2. DS is asked of the servers of the deepest zone known above its name, DNSKEY of the zone's own; one
 *     after the other, and the next one beside it after HEDGE_MS without an answer. A referral that
 *     discovery did not meet leads on.
 *  3. A reply that needs another set first is kept, and judged again whenever the chain of trust grows.
 *  4. What is bogus from one server is asked of the next; the last judgement stays for a while, then all
 *     are asked again, for as long as somebody wants it.
 */
#include "chase.h"

#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "bytes.h"
#include "err.h"

#define HEDGE_MS 300
#define AGAIN_MS 1000
#define BLOCKED_MS 50
#define LOOK_AFTER_MS 250
#define MAX_TASKS 1024
#define ID_FLAG 0x40000000u
#define ID_SERVER_BITS 6
#define ID_STEP_BITS 8
#define OWN_SECONDS 30
#define OWN_AGAIN_MS 2000

_Static_assert(DG_MAX_ZONE_ADDRESSES <= 1 << ID_SERVER_BITS, "servers fit in a mask and an id");
_Static_assert(MAX_TASKS <= 1 << (30 - ID_SERVER_BITS - ID_STEP_BITS), "tasks fit in an id");

struct dg_chase_task {
	bool used;
	bool own; /* of one server, else of any */
	uint16_t type;
	struct dg_name name;
	struct dg_zone *zone;
	size_t server;
	uint64_t tried, waiting;
	uint8_t step;
	dg_ms next;
	uint8_t *held; /* a reply that needs something else first */
	size_t held_len;
};

void dg_chase_init(struct dg_chase *chase, struct dg_discover *discover, bool mixed_case,
		   uint32_t seed)
{
	chase->discover = discover;
	chase->mixed_case = mixed_case;
	chase->random = seed | 1;
}

void dg_chase_free(struct dg_chase *chase)
{
	size_t i;

	for (i = 0; i < chase->ntasks; i++)
		free(chase->task[i].held);
	free(chase->task);
	dg_trust_free(&chase->trust);
	memset(chase, 0, sizeof(*chase));
}

bool dg_chase_owns(uint32_t ask_id)
{
	return !dg_discover_owns(ask_id) && (ask_id & ID_FLAG) != 0;
}

int64_t dg_chase_clock_error(const struct dg_chase *chase)
{
	return chase->root_side != 0 && chase->root_side == chase->other_side ? chase->root_off : 0;
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
	uint8_t step;
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
	step = (uint8_t)(t->step + 1);
	memset(t, 0, sizeof(*t));
	t->step = step;
	t->used = true;
	return t;
}

static void end_task(struct dg_chase_task *t)
{
	free(t->held);
	t->held = NULL;
	t->used = false;
}

/* Step 2's servers, as far as discovery knows them by now. */
static struct dg_zone *zone_for(const struct dg_chase *chase, uint16_t type,
				const struct dg_name *name)
{
	unsigned labels = dg_name_labels(name);
	struct dg_name at = *name;

	if (type == DG_TYPE_DS && labels > 0)
		at = dg_name_ancestor(name, labels - 1);
	return dg_discover_enclosing(chase->discover, &at);
}

static enum dg_status want(struct dg_chase *chase, uint16_t type, const struct dg_name *name,
			   dg_ms now)
{
	struct dg_chase_task *t;
	bool full;

	if (find_task(chase, type, name) != NULL)
		return DG_OK;
	t = new_task(chase, &full);
	/* When there is no room the need comes up again. */
	if (t == NULL)
		return full ? DG_OK : DG_ENOMEM;
	t->type = type;
	t->name = *name;
	t->zone = zone_for(chase, type, name);
	t->next = now;
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

	if (s->own == NULL)
		s->own = calloc(1, sizeof(*s->own));
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
	t->zone = zone;
	t->server = server;
	t->next = now;
	s->own->asking = true;
	return DG_OK;
}

static bool is_unsigned(const struct dg_chase *chase, const struct dg_zone *zone, int64_t wall)
{
	for (; zone != NULL; zone = zone->parent) {
		const struct dg_trust_point *p = dg_trust_find(&chase->trust, &zone->name);

		if (dg_trust_has_cut(p, wall) && p->cut == DG_CUT_UNSIGNED)
			return true;
	}
	return false;
}

enum dg_status dg_chase_zone(struct dg_chase *chase, struct dg_zone *zone, dg_ms now, int64_t wall)
{
	enum dg_status status = DG_OK;
	struct dg_zone *z;
	size_t i;

	if (zone->chased_servers == zone->nservers && now < zone->chased + LOOK_AFTER_MS)
		return DG_OK;
	zone->chased_servers = zone->nservers;
	zone->chased = now;
	for (z = zone; z != NULL && status == DG_OK; z = z->parent) {
		const struct dg_trust_point *p = dg_trust_find(&chase->trust, &z->name);

		if (is_unsigned(chase, z, wall))
			continue;
		status = want_cut(chase, &z->name, now, wall);
		/* With an anchor of its own, or none above it, nothing further up matters. */
		if (status == DG_OK && (z != zone || zone->parent == NULL))
			status = want_keys(chase, &z->name, now, wall);
		if (p != NULL && p->anchor)
			break;
	}
	for (i = 0; i < zone->nservers && status == DG_OK; i++) {
		const struct dg_own_sets *own = zone->server[i].own;

		if (own != NULL && (own->asking || own->until > wall ||
				    (own->done && now - own->at < OWN_AGAIN_MS)))
			continue;
		if (!is_unsigned(chase, zone, wall))
			status = want_own(chase, zone, i, now);
	}
	return status;
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

static size_t choose_server(struct dg_chase *chase, const struct dg_chase_task *t)
{
	size_t best = SIZE_MAX, among = 0, i;

	for (i = 0; i < t->zone->nservers; i++) {
		unsigned misses = t->zone->server[i].misses;

		if (t->tried >> i & 1)
			continue;
		chase->random ^= chase->random << 13;
		chase->random ^= chase->random >> 17;
		chase->random ^= chase->random << 5;
		if (best == SIZE_MAX || misses < t->zone->server[best].misses) {
			best = i;
			among = 1;
		} else if (misses == t->zone->server[best].misses && chase->random % ++among == 0) {
			best = i;
		}
	}
	return best;
}

static void ask(const struct dg_chase *chase, struct dg_chase_task *t, size_t server,
		struct dg_ask *ret_ask)
{
	uint32_t index = (uint32_t)(t - chase->task);

	t->tried |= UINT64_C(1) << server;
	t->waiting |= UINT64_C(1) << server;
	*ret_ask = (struct dg_ask){
	    .id = ID_FLAG | index << (ID_STEP_BITS + ID_SERVER_BITS) |
		  (uint32_t)t->step << ID_SERVER_BITS | (uint32_t)server,
	    .server = t->zone->server[server].addr,
	    .name = t->name,
	    .type = t->type,
	    .mixed_case = chase->mixed_case,
	};
}

/* All servers were asked, or none is known: a new round later. */
static void next_round(struct dg_chase_task *t, dg_ms at)
{
	t->tried = 0;
	t->step++;
	t->waiting = 0;
	t->next = at;
}

void dg_chase_next(struct dg_chase *chase, dg_ms now, struct dg_ask *ret_ask)
{
	size_t i, server;

	ret_ask->id = 0;
	for (i = 0; i < chase->ntasks; i++) {
		struct dg_chase_task *t = &chase->task[i];

		if (!t->used || t->held != NULL || t->next > now)
			continue;
		if (t->own) {
			t->next = INT64_MAX;
			ask(chase, t, t->server, ret_ask);
			return;
		}
		t->zone = t->tried == 0 ? zone_for(chase, t->type, &t->name) : t->zone;
		server = choose_server(chase, t);
		if (server == SIZE_MAX) {
			if (t->tried == 0)
				t->next = now + BLOCKED_MS;
			else if (t->waiting == 0)
				next_round(t, now + AGAIN_MS);
			else
				t->next = INT64_MAX;
			continue;
		}
		t->next = now + HEDGE_MS;
		ask(chase, t, server, ret_ask);
		return;
	}
}

dg_ms dg_chase_due(const struct dg_chase *chase)
{
	dg_ms due = INT64_MAX;
	size_t i;

	for (i = 0; i < chase->ntasks; i++)
		if (chase->task[i].used && chase->task[i].held == NULL && chase->task[i].next < due)
			due = chase->task[i].next;
	return due;
}

/* ---- hearing --------------------------------------------------------------------------------- */

/* All signatures of a message are over (-1) or still to come (1), by how much at least; else 0. */
static int side_of(const struct dg_msg *msg, int64_t wall, int64_t *ret_off)
{
	const struct dg_rr *rr;
	size_t cursor = 0;
	int side = 0;

	*ret_off = 0;
	while ((rr = dg_msg_next(msg, DG_ANSWER | DG_AUTHORITY, NULL, DG_TYPE_RRSIG, &cursor)) !=
	       NULL) {
		struct dg_cursor c = {.bytes = msg->wire, .len = msg->len, .pos = rr->rdata + 8u};
		uint32_t expiration = dg_read_u32(&c), inception = dg_read_u32(&c);
		int this_side = dg_serial_after((uint32_t)wall, expiration)  ? -1
				: dg_serial_after(inception, (uint32_t)wall) ? 1
									     : 0;
		int64_t off = (int32_t)((uint32_t)wall - (this_side < 0 ? expiration : inception));

		if (this_side == 0 || (side != 0 && side != this_side))
			return 0;
		if (side == 0 || (off < 0 ? -off : off) < (*ret_off < 0 ? -*ret_off : *ret_off))
			*ret_off = off;
		side = this_side;
	}
	return side;
}

static void look_at_clock(struct dg_chase *chase, const struct dg_chase_task *t,
			  const struct dg_msg *msg, int64_t wall)
{
	int64_t off;
	int side = side_of(msg, wall, &off);

	if (t->name.len == 1) {
		chase->root_side = side;
		chase->root_off = off;
	} else if (dg_msg_find(msg, DG_ANSWER | DG_AUTHORITY, NULL, DG_TYPE_RRSIG) != NULL) {
		chase->other_side = chase->other_side == 0 || side == chase->other_side ? side : 0;
	}
}

static enum dg_status judge_own_keys(struct dg_chase *chase, struct dg_chase_task *t,
				     const struct dg_msg *msg, dg_ms now, int64_t wall,
				     struct dg_judgement *j)
{
	struct dg_own_sets *own = t->zone->server[t->server].own;
	const struct dg_trust_point *shared;
	struct dg_keys keys = {0};
	enum dg_status status = dg_validate_keys(&chase->trust, msg, &t->name, wall, &keys, j);

	if (status != DG_OK || j->need_type != 0)
		return status;
	/* The parent may have other DS records by now. */
	if (j->why == DG_WHY_NO_KEY_FOR_DS || j->why == DG_WHY_KEYS_NOT_SIGNED) {
		struct dg_trust_point *p = dg_trust_point(&chase->trust, &t->name);

		if (p != NULL && !p->anchor && p->cut_at < wall) {
			p->cut = DG_CUT_UNKNOWN;
			memset(j, 0, sizeof(*j));
			j->need_type = DG_TYPE_DS;
			j->need_name = t->name;
			return DG_OK;
		}
	}
	dg_keys_free(&own->keys);
	own->keys = keys;
	own->keys_why = *j;
	own->failed = false;
	own->done = true;
	own->at = now;
	own->until = j->security == DG_BOGUS_ANSWER ? wall + 2 : wall + OWN_SECONDS;
	if (own->until > j->until && j->security != DG_BOGUS_ANSWER)
		own->until = j->until > wall ? j->until : wall + 1;
	shared = dg_trust_find(&chase->trust, &t->name);
	if (j->security == DG_SECURE ||
	    (j->security == DG_BOGUS_ANSWER && !dg_trust_has_keys(shared, wall))) {
		struct dg_judgement again;

		status =
		    dg_validate_learn(&chase->trust, msg, &t->name, DG_TYPE_DNSKEY, wall, &again);
	}
	return status;
}

/* The task's reply, judged: done, or in want of something. */
static enum dg_status judge(struct dg_chase *chase, size_t task, const struct dg_msg *msg,
			    dg_ms now, int64_t wall, bool *ret_keep)
{
	struct dg_chase_task *t = &chase->task[task];
	struct dg_own_sets *own = t->own ? t->zone->server[t->server].own : NULL;
	struct dg_judgement j;
	enum dg_status status;

	*ret_keep = false;
	if (own == NULL)
		status = dg_validate_learn(&chase->trust, msg, &t->name, t->type, wall, &j);
	else if (t->type == DG_TYPE_SOA)
		status = dg_validate(&chase->trust, own->keys.count > 0 ? &own->keys : NULL, msg,
				     &t->name, DG_TYPE_SOA, wall, &j);
	else
		status = judge_own_keys(chase, t, msg, now, wall, &j);
	if (status != DG_OK)
		return status;
	if (j.need_type != 0) {
		*ret_keep = true;
		return dg_chase_need(chase, &j, now, wall);
	}
	chase->epoch++;
	t = &chase->task[task];
	if (own != NULL && t->type == DG_TYPE_DNSKEY && j.security != DG_INSECURE) {
		t->type = DG_TYPE_SOA;
		next_round(t, now);
		return DG_OK;
	}
	if (own != NULL && t->type == DG_TYPE_SOA)
		own->soa_why = j;
	if (own != NULL)
		own->asking = false;
	/* A better one may be found elsewhere. */
	if (own == NULL && j.security == DG_BOGUS_ANSWER) {
		t->next = now;
		return DG_OK;
	}
	end_task(t);
	return DG_OK;
}

/* No answer that is of use. */
static void miss(struct dg_chase_task *t, size_t server, dg_ms now)
{
	struct dg_own_sets *own = t->own ? t->zone->server[t->server].own : NULL;

	t->zone->server[server].misses++;
	if (own == NULL) {
		t->next = now;
		return;
	}
	own->failed = own->failed || t->type == DG_TYPE_DNSKEY;
	own->done = true;
	own->asking = false;
	own->at = now;
	own->until = 0;
	end_task(t);
}

/* Step 3: what was kept, if more is known than at `before`. */
static enum dg_status look_again(struct dg_chase *chase, unsigned before, dg_ms now, int64_t wall)
{
	unsigned seen = before;
	size_t i;

	while (chase->epoch != seen) {
		seen = chase->epoch;
		for (i = 0; i < chase->ntasks; i++) {
			struct dg_chase_task *t = &chase->task[i];
			struct dg_msg msg;
			enum dg_status status;
			uint8_t *held = t->held;
			bool keep = false;

			if (!t->used || held == NULL)
				continue;
			if (dg_msg_read(&msg, held, t->held_len, NULL) != DG_OK)
				return DG_ENOMEM;
			t->held = NULL;
			status = judge(chase, i, &msg, now, wall, &keep);
			dg_msg_free(&msg);
			if (keep)
				chase->task[i].held = held;
			else
				free(held);
			if (status != DG_OK)
				return status;
		}
	}
	return DG_OK;
}

static enum dg_status take_reply(struct dg_chase *chase, size_t task, const struct dg_msg *msg,
				 size_t server, dg_ms now, int64_t wall, struct dg_error *err)
{
	struct dg_chase_task *t = &chase->task[task];
	struct dg_zone *zone = t->zone;
	struct dg_answer a;
	bool keep = false;

	dg_answer_read(msg, &t->name, t->type, &zone->name, &a);
	if (a.kind == DG_SAYS_REFERRAL && !t->own) {
		if (dg_discover_referral(chase->discover, zone, &a.name, msg, err) != DG_OK)
			return DG_ENOMEM;
		if (zone_for(chase, t->type, &t->name) != zone) {
			next_round(t, now);
			return DG_OK;
		}
	}
	if (a.kind != DG_SAYS_DATA && a.kind != DG_SAYS_ALIAS && a.kind != DG_SAYS_NODATA &&
	    a.kind != DG_SAYS_NXDOMAIN) {
		miss(t, server, now);
		return DG_OK;
	}
	look_at_clock(chase, t, msg, wall);
	if (judge(chase, task, msg, now, wall, &keep) != DG_OK)
		return DG_ENOMEM;
	t = &chase->task[task];
	if (!keep)
		return DG_OK;
	t->held = malloc(msg->len);
	if (t->held == NULL)
		return DG_ENOMEM;
	memcpy(t->held, msg->wire, msg->len);
	t->held_len = msg->len;
	return DG_OK;
}

enum dg_status dg_chase_heard(struct dg_chase *chase, const struct dg_heard *heard, dg_ms now,
			      int64_t wall, struct dg_error *err)
{
	size_t i = (heard->ask & ~ID_FLAG) >> (ID_STEP_BITS + ID_SERVER_BITS);
	size_t server = heard->ask & ((1u << ID_SERVER_BITS) - 1);
	struct dg_chase_task *t = i < chase->ntasks ? &chase->task[i] : NULL;
	unsigned before = chase->epoch;
	enum dg_status status;

	if (t == NULL || !t->used || t->step != (uint8_t)(heard->ask >> ID_SERVER_BITS) ||
	    !(t->waiting >> server & 1) || t->held != NULL)
		return DG_OK;
	t->waiting &= ~(UINT64_C(1) << server);
	if (heard->kind != DG_HEARD_REPLY) {
		miss(t, server, now);
		return DG_OK;
	}
	status = take_reply(chase, i, heard->msg, server, now, wall, err);
	if (status == DG_OK)
		status = look_again(chase, before, now, wall);
	return status == DG_OK ? DG_OK : dg_fail_memory(err);
}
