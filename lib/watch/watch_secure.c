/* SPDX-License-Identifier: ISC */
/* What DNSSEC makes of what the watch hears. */
#include "watch.h"

/* A server is judged by what it gives a resolver that asks nobody else: its own keys, its own sets.
 */
static enum dg_status judge_by_own(struct dg_owner *l, size_t poll, struct dg_judgement *j,
				   const struct dg_now *present)
{
	struct dg_own_sets *own = l->zone->server[poll].own;
	bool asking = own == NULL || !own->done;
	enum dg_status status = DG_OK;

	if (!dg_name_equal(&j->zone, &l->zone->name) ||
	    (j->security != DG_SECURITY_SECURE && j->security != DG_SECURITY_BOGUS))
		return DG_OK;
	if (!asking && j->security == DG_SECURITY_SECURE &&
	    own->keys_why.security == DG_SECURITY_BOGUS)
		*j = own->keys_why;
	else if (!asking && !own->failed &&
		 (j->why == DG_WHY_UNKNOWN_KEY || j->why == DG_WHY_WRONG_SIGNATURE))
		/* It may have new keys, which it signed with already. */
		status = dg_chase_again(present->chase, l->zone, poll, present->now, &asking);
	if (asking) {
		j->security = DG_SECURITY_INDETERMINATE;
		j->why = DG_WHY_NONE;
	}
	return status;
}

static enum dg_status judge(const struct dg_watch *w, struct dg_owner *l, size_t poll,
			    const struct dg_heard *heard, struct dg_reading *reading,
			    const struct dg_now *present)
{
	const struct dg_own_sets *own = l->zone->server[poll].own;
	struct dg_judgement *j = &reading->judgement;
	enum dg_status status;

	reading->wall = present->wall;
	reading->require_secure = w->policy.dnssec == DG_DNSSEC_REQUIRE;
	if (w->policy.dnssec == DG_DNSSEC_OFF) {
		j->security = DG_SECURITY_OFF;
		return DG_OK;
	}
	if (!dg_answer_tells(&reading->answer))
		return DG_OK;
	status = dg_validate(&present->chase->trust,
			     own != NULL && own->keys.count > 0 ? &own->keys : NULL, heard->msg,
			     &(struct dg_sought){&l->name, w->policy.type}, present->wall, j);
	if (status == DG_OK)
		status = dg_chase_need(present->chase, j, present->now, present->wall);
	if (status == DG_OK && !l->zone->given)
		status = judge_by_own(l, poll, j, present);
	return status;
}

enum dg_status dg_watch_validate(struct dg_watch *w, struct dg_owner *l, size_t poll,
				 const struct dg_heard *heard, struct dg_reading *reading,
				 const struct dg_now *present)
{
	enum dg_status status = judge(w, l, poll, heard, reading, present);

	reading->says_nothing =
	    !heard->msg->edns && reading->judgement.security == DG_SECURITY_BOGUS;
	if (status == DG_OK && dg_answer_tells(&reading->answer) &&
	    reading->judgement.security == DG_SECURITY_INDETERMINATE)
		status = dg_reply_keep(&l->poll[poll].reply, heard, DG_MAX_KEPT,
				       present->chase->epoch, &present->chase->room);
	return status;
}
