/* SPDX-License-Identifier: ISC */
/* What the chase hears; chase.c has the procedure. */
#include "chase_task.h"

#include <stdlib.h>
#include <string.h>

#include "dns/answer.h"
#include "base/bytes.h"
#include "base/err.h"

#define OWN_SECONDS 30

/* All signatures of a message are over (-1) or still to come (1), by how much at least; else 0. */
static int side_of(const struct dg_msg *msg, int64_t wall, int64_t *ret_off)
{
	const struct dg_rr *rr;
	size_t cursor = 0;
	int side = 0;

	*ret_off = 0;
	while ((rr = dg_msg_next(msg, DG_SECTION_ANSWER | DG_SECTION_AUTHORITY, NULL, DG_TYPE_RRSIG,
				 &cursor)) != NULL) {
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
	} else if (chase->other_side != DG_SIDES_MIXED &&
		   dg_msg_find(msg, DG_SECTION_ANSWER | DG_SECTION_AUTHORITY, NULL,
			       DG_TYPE_RRSIG) != NULL) {
		/* One that holds, or is off to the other side, speaks for the clock for good. */
		if (side == 0 || (chase->other_side != 0 && chase->other_side != side))
			chase->other_side = DG_SIDES_MIXED;
		else
			chase->other_side = side;
	}
}

static enum dg_status judge_own_keys(struct dg_chase *chase, struct dg_chase_task *t,
				     const struct dg_msg *msg, dg_ms now, int64_t wall,
				     struct dg_judgement *j)
{
	struct dg_own_sets *own = t->at.zone->server[t->server].own;
	const struct dg_trust_point *shared;
	struct dg_keys keys = {0};
	enum dg_status status = dg_validate_keys(&chase->trust, msg, &t->name, wall, &keys, j);

	if (status != DG_OK || j->need_type != 0)
		return status;
	/* The parent may have other DS records by now. */
	if (j->why == DG_WHY_NO_KEY_FOR_DS || j->why == DG_WHY_KEYS_NOT_SIGNED) {
		struct dg_trust_point *p = dg_trust_point(&chase->trust, &t->name);

		if (p != NULL && !p->anchor &&
		    (dg_chase_ds_was_wrong(chase, p) || p->cut_at < wall)) {
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
	own->until = j->security == DG_SECURITY_BOGUS ? wall + 2 : wall + OWN_SECONDS;
	if (own->until > j->until && j->security != DG_SECURITY_BOGUS)
		own->until = j->until > wall ? j->until : wall + 1;
	shared = dg_trust_find(&chase->trust, &t->name);
	if (j->security == DG_SECURITY_SECURE ||
	    (j->security == DG_SECURITY_BOGUS && !dg_trust_has_keys(shared, wall))) {
		struct dg_judgement again;

		status =
		    dg_validate_learn(&chase->trust, msg, &t->name, DG_TYPE_DNSKEY, wall, &again);
	}
	return status == DG_ELIMIT ? DG_OK : status;
}

/* The task's reply, judged: done, or in want of something. */
static enum dg_status judge(struct dg_chase *chase, size_t task, const struct dg_msg *msg,
			    dg_ms now, int64_t wall, bool *ret_keep)
{
	struct dg_chase_task *t = &chase->task[task];
	struct dg_own_sets *own = t->own ? t->at.zone->server[t->server].own : NULL;
	struct dg_judgement j;
	enum dg_status status;

	*ret_keep = false;
	if (own == NULL)
		status = dg_validate_learn(&chase->trust, msg, &t->name, t->type, wall, &j);
	else if (t->type == DG_TYPE_SOA)
		status = dg_validate(&chase->trust, own->keys.count > 0 ? &own->keys : NULL, msg,
				     &(struct dg_sought){&t->name, DG_TYPE_SOA}, wall, &j);
	else
		status = judge_own_keys(chase, t, msg, now, wall, &j);
	if (status == DG_ELIMIT) {
		dg_chase_next_round(t, now + AGAIN_MS);
		return DG_OK;
	}
	if (status != DG_OK)
		return status;
	if (j.need_type != 0) {
		*ret_keep = true;
		return dg_chase_need(chase, &j, now, wall);
	}
	chase->epoch++;
	t = &chase->task[task];
	if (own != NULL && t->type == DG_TYPE_DNSKEY && j.security != DG_SECURITY_INSECURE) {
		t->type = DG_TYPE_SOA;
		dg_chase_next_round(t, now);
		return DG_OK;
	}
	if (own != NULL && t->type == DG_TYPE_SOA)
		own->soa_why = j;
	if (own != NULL)
		own->asking = false;
	/* A better one may be found elsewhere. */
	if (own == NULL && j.security == DG_SECURITY_BOGUS) {
		t->at.next = now;
		return DG_OK;
	}
	dg_chase_end_task(t);
	return DG_OK;
}

/* No answer that is of use. */
static void miss(struct dg_chase_task *t, size_t server, dg_ms now)
{
	struct dg_own_sets *own = t->own ? t->at.zone->server[t->server].own : NULL;

	dg_inquiry_missed(&t->at, server, now);
	if (own == NULL)
		return;
	own->failed = own->failed || t->type == DG_TYPE_DNSKEY;
	own->done = true;
	own->asking = false;
	own->at = now;
	own->until = 0;
	dg_chase_end_task(t);
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
			struct dg_reply reply = t->reply;
			struct dg_heard heard;
			struct dg_msg msg;
			enum dg_status status;
			bool keep = false;

			if (!t->used || reply.kept == NULL)
				continue;
			if (dg_reply_read(&reply, &heard, &msg) != DG_OK)
				return DG_ENOMEM;
			t->reply = (struct dg_reply){0};
			status = judge(chase, i, &msg, now, wall, &keep);
			dg_msg_free(&msg);
			if (keep)
				chase->task[i].reply = reply;
			else
				dg_reply_drop(&reply);
			if (status != DG_OK)
				return status;
		}
	}
	return DG_OK;
}

static enum dg_status take_reply(struct dg_chase *chase, size_t task, const struct dg_heard *heard,
				 dg_ms now, int64_t wall, struct dg_error *err)
{
	struct dg_chase_task *t = &chase->task[task];
	const struct dg_msg *msg = heard->msg;
	struct dg_zone *zone = t->at.zone;
	struct dg_answer a;
	bool keep = false;

	dg_answer_read(msg, &t->name, t->type, &zone->name, &a);
	if (a.kind == DG_ANSWER_REFERRAL && !t->own) {
		if (dg_discover_referral(chase->discover, zone, &a.name, msg, err) != DG_OK)
			return DG_ENOMEM;
		if (dg_chase_zone_for(chase, t->type, &t->name) != zone) {
			dg_chase_next_round(t, now);
			return DG_OK;
		}
	}
	if (!dg_answer_tells(&a)) {
		miss(t, dg_asker_of(heard->ask).server, now);
		return DG_OK;
	}
	look_at_clock(chase, t, msg, wall);
	if (judge(chase, task, msg, now, wall, &keep) != DG_OK)
		return DG_ENOMEM;
	t = &chase->task[task];
	if (!keep)
		return DG_OK;
	if (dg_reply_keep(&t->reply, heard, DG_MAX_KEPT_KEYS, chase->epoch, &chase->room) != DG_OK)
		return DG_ENOMEM;
	/* What is not kept is asked for again. */
	if (t->reply.kept == NULL)
		dg_chase_next_round(t, now + AGAIN_MS);
	return DG_OK;
}

/* A question without EDNS asks for no signatures; but a middlebox may have removed only the OPT
 * record. */
static bool can_have_signatures(const struct dg_msg *msg)
{
	return msg->edns || dg_msg_find(msg, DG_SECTION_ANSWER | DG_SECTION_AUTHORITY, NULL,
					DG_TYPE_RRSIG) != NULL;
}

enum dg_status dg_chase_heard(struct dg_chase *chase, const struct dg_heard *heard, dg_ms now,
			      int64_t wall, struct dg_error *err)
{
	size_t i = dg_asker_of(heard->ask).item, server = dg_asker_of(heard->ask).server;
	struct dg_chase_task *t = i < chase->ntasks ? &chase->task[i] : NULL;
	unsigned before = chase->epoch;
	enum dg_status status;

	if (t == NULL || !t->used || t->reply.kept != NULL ||
	    !dg_inquiry_heard(&t->at, heard, &t->name, t->type))
		return DG_OK;
	if (heard->kind != DG_HEARD_REPLY || !can_have_signatures(heard->msg)) {
		miss(t, server, now);
		return DG_OK;
	}
	status = take_reply(chase, i, heard, now, wall, err);
	if (status == DG_OK)
		status = look_again(chase, before, now, wall);
	return status == DG_OK ? DG_OK : dg_fail_memory(err);
}
