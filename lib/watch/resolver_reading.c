/* SPDX-License-Identifier: ISC */
#include "resolver_reading.h"

#include <stdio.h>

#include "base/wall_time.h"
#include "resolver_cache.h"

static bool is_owner(const struct dg_watch *w, const struct dg_name *name)
{
	size_t i;

	for (i = 0; i < w->nowners; i++)
		if (w->owner[i].live && dg_name_equal(&w->owner[i].name, name))
			return true;
	return false;
}

/* Follows the aliases inside the reply, in whatever order they stand, to the end of the chain, or
 * to the alias that leads where the servers' does not. How long the cache holds what stands there:
 * -1 unknown. */
static int64_t follow(const struct dg_resolver_watch *w, const struct dg_msg *msg,
		      struct dg_name *ret_end, struct dg_answer *ret_answer)
{
	struct dg_msg as_if = *msg;
	struct dg_answer a;
	int64_t ttl = -1;
	unsigned length;

	/* A resolver answers without authority. */
	as_if.aa = true;
	*ret_end = w->watch->owner[0].name;
	for (length = 0;; length++) {
		dg_answer_read(&as_if, ret_end, w->watch->policy.type, NULL, &a);
		if (a.kind != DG_ANSWER_ALIAS)
			break;
		if (w->alone && (ttl < 0 || a.ttl < ttl))
			ttl = a.ttl;
		if (length == DG_MAX_CHAIN || (!w->alone && !is_owner(w->watch, &a.name)))
			break;
		*ret_end = a.name;
	}
	*ret_answer = a;
	if (!dg_answer_tells(&a) ||
	    (a.kind != DG_ANSWER_DATA && a.kind != DG_ANSWER_ALIAS && !a.has_soa))
		return -1;
	return ttl >= 0 && ttl < a.ttl ? ttl : a.ttl;
}

/* Judges the answer in a look, each name of its chain. The worst counts: bogus, then not known,
 * then insecure. */
static enum dg_status judge(const struct dg_resolver_watch *w, const struct dg_msg *msg,
			    struct dg_judgement *ret_judgement, const struct dg_now *present)
{
	static const int badness[] = {[DG_SECURITY_SECURE] = 0,
				      [DG_SECURITY_INSECURE] = 1,
				      [DG_SECURITY_INDETERMINATE] = 2,
				      [DG_SECURITY_BOGUS] = 3};
	const struct dg_policy *policy = &w->watch->policy;
	struct dg_name name = w->watch->owner[0].name;
	struct dg_msg as_if = *msg;
	enum dg_status status = DG_OK;
	unsigned length;

	as_if.aa = true;
	for (length = 0; length <= DG_MAX_CHAIN && status == DG_OK; length++) {
		struct dg_judgement j;
		struct dg_answer a;

		dg_answer_read(&as_if, &name, policy->type, NULL, &a);
		status = dg_validate(&present->chase->trust, NULL, &as_if,
				     &(struct dg_sought){&name, policy->type}, present->wall, &j);
		if (status == DG_OK)
			status = dg_chase_need(present->chase, &j, present->now, present->wall);
		/* An answer without EDNS has no signatures, which proves nothing. */
		if (!msg->edns && j.security == DG_SECURITY_BOGUS)
			j = (struct dg_judgement){.zone = name};
		if (length == 0 || badness[j.security] > badness[ret_judgement->security])
			*ret_judgement = j;
		if (a.kind != DG_ANSWER_ALIAS)
			break;
		name = a.name;
	}
	return status;
}

/* Weighs a resolver's AD bit. Our own verdict on the servers' answers stands; if they were not
 * asked, only the resolver's is left, unless somebody on the path could have set it (RFC 4035
 * section 4.9.3). */
static void believe(const struct dg_resolver_watch *w, struct dg_resolver_poll *p,
		    const struct dg_msg *msg, struct dg_reading *reading)
{
	reading->judgement.security = DG_SECURITY_OFF;
	if (!w->alone || w->watch->policy.dnssec != DG_DNSSEC_REQUIRE)
		return;
	reading->require_secure = true;
	p->unproven = !p->resolver->is_secure && !dg_addr_is_loopback(&p->poll.addr);
	if (msg->ad && !p->unproven)
		reading->judgement.security = DG_SECURITY_SECURE;
	else
		reading->judgement.security =
		    msg->edns ? DG_SECURITY_INSECURE : DG_SECURITY_INDETERMINATE;
}

static void take_manners(struct dg_resolver_poll *p, const struct dg_msg *msg)
{
	p->ra = msg->ra;
	p->ede = dg_ede_read(msg, p->ede_text);
	p->served_stale = p->served_stale || dg_ede_is_stale(p->ede);
	/* Without EDNS nobody asked for either (RFC 6840 section 5.7). */
	if (!msg->edns)
		return;
	p->ad = msg->ad;
	if (msg->rcode == DG_RCODE_NOERROR)
		p->strips = dg_msg_find(msg, DG_SECTION_ANSWER, NULL, DG_TYPE_RRSIG) == NULL;
}

static void describe(const struct dg_resolver_poll *p, const struct dg_answer *a,
		     const struct dg_msg *msg, int64_t wall, dg_ms now, char detail[DG_DETAIL_TEXT])
{
	char rcode[DG_RCODE_TEXT], name[DG_NAME_TEXT], end[DG_CLOCK_TEXT] = "";

	if (p->until >= 0)
		dg_clock_print(wall + (p->until - now + 999) / 1000, end);
	if (a->kind == DG_ANSWER_ALIAS)
		snprintf(detail, DG_DETAIL_TEXT, "an old CNAME to %.90s, until %s",
			 dg_name_print(&a->name, name), end);
	else if (p->until >= 0 && p->repeats)
		snprintf(detail, DG_DETAIL_TEXT, "%s, an old denial that it repeats",
			 msg->rcode == DG_RCODE_NXDOMAIN ? "NXDOMAIN" : "no TXT record");
	else if (p->until >= 0 && p->negative)
		snprintf(detail, DG_DETAIL_TEXT, "%s, negative until %s",
			 msg->rcode == DG_RCODE_NXDOMAIN ? "NXDOMAIN" : "no TXT record", end);
	else if (p->until >= 0)
		snprintf(detail, DG_DETAIL_TEXT, "an older record set, until %s", end);
	else if (p->ede >= 0 && !dg_answer_tells(a))
		snprintf(detail, DG_DETAIL_TEXT, "%s, %s", dg_rcode_print(msg->rcode, rcode),
			 p->ede_text);
}

/* A denial from a version of the zone that one of its servers has not any more. */
static bool is_outdated(const struct dg_resolver_watch *w, const struct dg_name *end,
			const struct dg_answer *a)
{
	size_t i, k;

	for (i = 0; i < w->watch->nowners && a->has_soa && a->has_apex; i++) {
		const struct dg_owner *l = &w->watch->owner[i];

		if (!l->live || l->zone == NULL || !dg_name_equal(&l->name, end) ||
		    !dg_name_equal(&l->zone->name, &a->apex))
			continue;
		for (k = 0; k < l->zone->nservers; k++)
			if (l->zone->server[k].serial >= 0 &&
			    dg_serial_after((uint32_t)l->zone->server[k].serial, a->soa.serial))
				return true;
	}
	return false;
}

enum dg_status dg_resolver_read(const struct dg_resolver_watch *w, struct dg_resolver_poll *p,
				const struct dg_heard *heard, const struct dg_now *present,
				struct dg_reading *reading, struct dg_name *end)
{
	int64_t ttl = follow(w, heard->msg, end, &reading->answer);
	struct dg_answer *a = &reading->answer;
	bool negative = a->kind == DG_ANSWER_NXDOMAIN || a->kind == DG_ANSWER_NODATA, good;
	enum dg_status status = DG_OK;
	struct dg_txt txt = {0};

	reading->wall = present->wall;
	reading->room = &present->chase->room;
	take_manners(p, heard->msg);
	if (w->watch->policy.look) {
		if (dg_answer_tells(a))
			status = judge(w, heard->msg, &reading->judgement, present);
		if (status == DG_OK && dg_answer_tells(a) &&
		    reading->judgement.security == DG_SECURITY_INDETERMINATE)
			status = dg_reply_keep(&p->poll.reply, heard, DG_MAX_KEPT,
					       present->chase->epoch, &present->chase->room);
		if (a->kind == DG_ANSWER_ALIAS)
			a->kind = DG_ANSWER_DATA;
		return status;
	}
	believe(w, p, heard->msg, reading);
	good = a->kind == DG_ANSWER_DATA;
	if (good)
		status = dg_txt_read(&txt, &w->watch->expected, heard->msg, end);
	good = good && dg_expected_all(&w->watch->expected, txt.found);
	/* What is served beyond its TTL is fetched anew meanwhile. */
	dg_resolver_take_end(p,
			     &(struct dg_held_for){.good = good,
						   .negative = negative,
						   .outdated = negative && is_outdated(w, end, a),
						   .ttl = dg_ede_is_stale(p->ede) ? -1 : ttl},
			     present->now);
	describe(p, a, heard->msg, present->wall, present->now, reading->detail);
	if (p->unproven && good && reading->detail[0] == '\0')
		snprintf(reading->detail, sizeof(reading->detail),
			 "its word on DNSSEC came in the clear, and DNSSEC is required");
	/* No owner of its own: the resolver follows it, not we. */
	if (a->kind == DG_ANSWER_ALIAS)
		a->kind = DG_ANSWER_DATA;
	return status;
}
