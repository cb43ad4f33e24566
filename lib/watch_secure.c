/* SPDX-License-Identifier: ISC */
/* What DNSSEC makes of what the watch hears. */
#include <stdlib.h>
#include <string.h>

#include "watch.h"

/* Longer replies are not kept for later; they are asked for again. */
#define HELD_MOST 4096

/* A server is judged by what it gives a resolver that asks nobody else: its own keys, its own sets. */
static enum dg_status judge_by_own(struct dg_link *l, size_t poll, struct dg_judgement *j,
				   const struct dg_present *present)
{
	struct dg_own_sets *own = l->zone->server[poll].own;
	bool asking = own == NULL || !own->done;
	enum dg_status status = DG_OK;

	if (!dg_name_equal(&j->zone, &l->zone->name) ||
	    (j->security != DG_SECURE && j->security != DG_BOGUS_ANSWER))
		return DG_OK;
	if (!asking && j->security == DG_SECURE && own->keys_why.security == DG_BOGUS_ANSWER)
		*j = own->keys_why;
	else if (!asking && !own->failed &&
		 (j->why == DG_WHY_UNKNOWN_KEY || j->why == DG_WHY_WRONG_SIGNATURE))
		/* It may have new keys, which it signed with already. */
		status = dg_chase_again(present->chase, l->zone, poll, present->now, &asking);
	if (asking) {
		j->security = DG_INDETERMINATE;
		j->why = DG_WHY_NONE;
	}
	return status;
}

static enum dg_status judge(const struct dg_watch *w, struct dg_link *l, size_t poll,
			    const struct dg_heard *heard, struct dg_reading *reading,
			    const struct dg_present *present)
{
	const struct dg_own_sets *own = l->zone->server[poll].own;
	struct dg_judgement *j = &reading->judgement;
	enum dg_status status;

	reading->wall = present->wall;
	reading->require_secure = w->policy.dnssec == DG_DNSSEC_REQUIRE;
	if (w->policy.dnssec == DG_DNSSEC_OFF) {
		j->security = DG_UNCHECKED;
		return DG_OK;
	}
	if (!dg_answer_tells(&reading->answer))
		return DG_OK;
	status = dg_validate(&present->chase->trust,
			     own != NULL && own->keys.count > 0 ? &own->keys : NULL, heard->msg,
			     &l->name, w->policy.type, present->wall, j);
	if (status == DG_OK)
		status = dg_chase_need(present->chase, j, present->now, present->wall);
	if (status == DG_OK && !l->zone->given)
		status = judge_by_own(l, poll, j, present);
	return status;
}

/* A resolver's answer holds the whole chain of aliases, without authority: each name of it is judged, and
 * the worst counts; bogus, then not known, then insecure. */
static enum dg_status judge_recursive(const struct dg_watch *w, const struct dg_link *l,
				      const struct dg_heard *heard, struct dg_reading *reading,
				      const struct dg_present *present)
{
	static const int badness[] = {
	    [DG_SECURE] = 0, [DG_INSECURE] = 1, [DG_INDETERMINATE] = 2, [DG_BOGUS_ANSWER] = 3};
	struct dg_msg msg = *heard->msg;
	struct dg_name name = l->name;
	enum dg_status status = DG_OK;
	unsigned length;

	reading->wall = present->wall;
	msg.aa = true;
	for (length = 0; length <= DG_MAX_CHAIN && status == DG_OK; length++) {
		struct dg_judgement j;
		struct dg_answer a;

		dg_answer_read(&msg, &name, w->policy.type, NULL, &a);
		if (length == 0)
			reading->answer = a;
		status = dg_validate(&present->chase->trust, NULL, &msg, &name, w->policy.type,
				     present->wall, &j);
		if (status == DG_OK)
			status = dg_chase_need(present->chase, &j, present->now, present->wall);
		if (length == 0 || badness[j.security] > badness[reading->judgement.security])
			reading->judgement = j;
		if (a.kind != DG_SAYS_ALIAS)
			break;
		/* No link of its own: it is not asked for anew. */
		reading->answer.kind = DG_SAYS_DATA;
		name = a.name;
	}
	return status;
}

/* Keeps a reply that cannot be judged yet. */
static enum dg_status hold(struct dg_poll *p, const struct dg_heard *heard, unsigned epoch)
{
	if (p->held != NULL || heard->msg->len > HELD_MOST)
		return DG_OK;
	p->held = malloc(heard->msg->len);
	if (p->held == NULL)
		return DG_ENOMEM;
	memcpy(p->held, heard->msg->wire, heard->msg->len);
	p->held_len = heard->msg->len;
	p->held_as = *heard;
	p->held_as.msg = NULL;
	p->held_epoch = epoch;
	return DG_OK;
}

enum dg_status dg_watch_validate(struct dg_watch *w, struct dg_link *l, size_t poll,
				 const struct dg_heard *heard, struct dg_reading *reading,
				 const struct dg_present *present)
{
	enum dg_status status = l->zone->recursive ? judge_recursive(w, l, heard, reading, present)
						   : judge(w, l, poll, heard, reading, present);

	if (status == DG_OK && dg_answer_tells(&reading->answer) &&
	    reading->judgement.security == DG_INDETERMINATE)
		status = hold(&l->poll[poll], heard, present->chase->epoch);
	return status;
}
