/* SPDX-License-Identifier: ISC */
/*
 * The policy:
 *
 *  1. No resolver is asked before the record's own servers agree: who asks too early plants the negative
 *     answer that he then waits for (RFC 2308).
 *  2. Each is asked TXT only, one question at a time, each on its own schedule.
 *  3. One good answer is enough: a cache that has the record keeps it. Where answers of one address have
 *     shown several caches, as many in a row are wanted as of a server.
 *  4. Without the record: what the resolver has, it has until the TTL it tells is over (of the SOA record
 *     for a negative answer, of the record for an old one). It is asked again just after that; before,
 *     once, to see whether another cache answers; and then every 5 s if another did. TTLs are whole
 *     seconds, so the end may be seen up to a second late.
 *  5. A resolver that fails, or does not tell how long, is asked again after 1, 2, 4, and then every 5 s.
 */
#include "resolver_watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "wall_time.h"

/* Another cache tells another end; the same one's, read from whole seconds, moves by less than this. */
#define SAME_END_MS 2000
/* An end further off than this is worth a second look, and not worth a hurry when it comes. */
#define LONG_MS 10000
#define SECOND_LOOK_MS 1000
#define JUST_AFTER_MS 100
#define SURELY_AFTER_MS 1050
#define SEVERAL_EVERY_MS 5000
#define RETRY_FIRST_MS 1000
#define RETRY_LAST_MS 5000

enum dg_status dg_resolver_watch_init(struct dg_resolver_watch *w, const struct dg_watch *watch,
				      const struct dg_resolvers *resolvers, size_t required,
				      bool alone)
{
	size_t i;

	memset(w, 0, sizeof(*w));
	w->watch = watch;
	w->alone = alone;
	if (resolvers->count == 0)
		return DG_OK;
	w->poll = calloc(resolvers->count, sizeof(*w->poll));
	if (w->poll == NULL)
		return DG_ENOMEM;
	w->count = resolvers->count;
	w->required = required == 0 || required > w->count ? w->count : required;
	for (i = 0; i < w->count; i++) {
		struct dg_resolver_poll *p = &w->poll[i];

		p->resolver = &resolvers->item[i];
		p->seen = p->resolver->addr;
		p->until = p->ad = p->ra = p->ede = -1;
		dg_poll_init(&p->poll, &p->resolver->addr, i, 1, INT64_MAX);
	}
	return DG_OK;
}

void dg_resolver_watch_free(struct dg_resolver_watch *w)
{
	while (w->count > 0)
		dg_poll_free(&w->poll[--w->count].poll);
	free(w->poll);
	w->poll = NULL;
}

void dg_resolver_watch_begin(struct dg_resolver_watch *w, dg_ms now)
{
	size_t i;

	if (w->begun)
		return;
	w->begun = true;
	for (i = 0; i < w->count; i++) {
		w->poll[i].poll.due = now;
		w->poll[i].poll.events.origin = w->watch->origin;
	}
}

/* ---- asking ---------------------------------------------------------------------------------- */

void dg_resolver_watch_next(struct dg_resolver_watch *w, dg_ms now, uint32_t id_base,
			    struct dg_ask *ret_ask)
{
	size_t i;

	ret_ask->id = 0;
	for (i = 0; i < w->count; i++) {
		struct dg_resolver_poll *p = &w->poll[i];

		if (p->poll.ask != 0 || p->poll.due > now)
			continue;
		p->poll.ask = dg_watch_id(&w->last_round, id_base, DG_WATCH_RESOLVERS, i);
		dg_poll_asked(&p->poll, now);
		*ret_ask = (struct dg_ask){
		    .id = p->poll.ask,
		    .server = p->poll.addr,
		    .name = w->watch->link[0].name,
		    .type = w->watch->policy.type,
		    .mixed_case = w->watch->policy.mixed_case,
		    .recursive = true,
		    .checking_disabled = w->watch->policy.look,
		    .secure = p->resolver->is_secure ? &p->resolver->secure : NULL,
		};
		return;
	}
}

dg_ms dg_resolver_watch_due(const struct dg_resolver_watch *w)
{
	dg_ms due = INT64_MAX;
	size_t i;

	for (i = 0; i < w->count; i++)
		if (w->poll[i].poll.ask == 0 && w->poll[i].poll.due < due)
			due = w->poll[i].poll.due;
	return due;
}

/* ---- what a reply says ----------------------------------------------------------------------- */

static bool is_link(const struct dg_watch *w, const struct dg_name *name)
{
	size_t i;

	for (i = 0; i < w->nlinks; i++)
		if (w->link[i].live && dg_name_equal(&w->link[i].name, name))
			return true;
	return false;
}

/* Follows the aliases inside the reply, in whatever order they stand, to the end of the chain, or to the
 * alias that leads where the servers' does not. How long the cache holds what stands there: -1 unknown. */
static int64_t follow(const struct dg_resolver_watch *w, const struct dg_msg *msg,
		      struct dg_name *ret_end, struct dg_answer *ret_answer)
{
	struct dg_msg as_if = *msg;
	struct dg_answer a;
	int64_t ttl = -1;
	unsigned length;

	/* A resolver answers without authority. */
	as_if.aa = true;
	*ret_end = w->watch->link[0].name;
	for (length = 0;; length++) {
		dg_answer_read(&as_if, ret_end, w->watch->policy.type, NULL, &a);
		if (a.kind != DG_SAYS_ALIAS)
			break;
		if (w->alone && (ttl < 0 || a.ttl < ttl))
			ttl = a.ttl;
		if (length == DG_MAX_CHAIN || (!w->alone && !is_link(w->watch, &a.name)))
			break;
		*ret_end = a.name;
	}
	*ret_answer = a;
	if (!dg_answer_tells(&a) ||
	    (a.kind != DG_SAYS_DATA && a.kind != DG_SAYS_ALIAS && !a.has_soa))
		return -1;
	return ttl >= 0 && ttl < a.ttl ? ttl : a.ttl;
}

/* In a look the answer is judged here, each name of its chain, and the worst counts: bogus, then not known,
 * then insecure. */
static enum dg_status judge(const struct dg_resolver_watch *w, const struct dg_msg *msg,
			    struct dg_judgement *ret_judgement, const struct dg_present *present)
{
	static const int badness[] = {
	    [DG_SECURE] = 0, [DG_INSECURE] = 1, [DG_INDETERMINATE] = 2, [DG_BOGUS_ANSWER] = 3};
	const struct dg_policy *policy = &w->watch->policy;
	struct dg_name name = w->watch->link[0].name;
	struct dg_msg as_if = *msg;
	enum dg_status status = DG_OK;
	unsigned length;

	as_if.aa = true;
	for (length = 0; length <= DG_MAX_CHAIN && status == DG_OK; length++) {
		struct dg_judgement j;
		struct dg_answer a;

		dg_answer_read(&as_if, &name, policy->type, NULL, &a);
		status = dg_validate(&present->chase->trust, NULL, &as_if, &name, policy->type,
				     present->wall, &j);
		if (status == DG_OK)
			status = dg_chase_need(present->chase, &j, present->now, present->wall);
		if (length == 0 || badness[j.security] > badness[ret_judgement->security])
			*ret_judgement = j;
		if (a.kind != DG_SAYS_ALIAS)
			break;
		name = a.name;
	}
	return status;
}

/* What a resolver's word on DNSSEC is worth: our own verdict stands, on the servers' answers; where they
 * were not asked, there is only the resolver's. */
static void believe(const struct dg_resolver_watch *w, const struct dg_msg *msg,
		    struct dg_reading *reading)
{
	reading->judgement.security = DG_UNCHECKED;
	if (!w->alone || w->watch->policy.dnssec != DG_DNSSEC_REQUIRE)
		return;
	reading->require_secure = true;
	reading->judgement.security = msg->ad ? DG_SECURE : DG_INSECURE;
}

static void take_manners(struct dg_resolver_poll *p, const struct dg_msg *msg)
{
	p->ad = msg->ad;
	p->ra = msg->ra;
	p->ede = dg_ede_read(msg, p->ede_text);
	p->served_stale = p->served_stale || dg_ede_is_stale(p->ede);
	if (msg->rcode == DG_NOERROR)
		p->strips = dg_msg_find(msg, DG_ANSWER, NULL, DG_TYPE_RRSIG) == NULL;
}

/* Until when its cache holds what it has; and whether that was another cache than before. */
static void take_end(struct dg_resolver_poll *p, bool good, bool negative, int64_t ttl, dg_ms now)
{
	dg_ms until = ttl < 0 || good ? -1 : now + ttl * 1000;

	if (p->until >= 0 && good && now + SAME_END_MS < p->until)
		p->several = true;
	if (p->until >= 0 && until >= 0 &&
	    (until > p->until + SAME_END_MS || until + SAME_END_MS < p->until))
		p->several = true;
	p->renewed += p->until >= 0 && now >= p->until && until > p->until + SAME_END_MS;
	p->held = until < 0 ? 0 : p->held + 1;
	p->until = until;
	p->negative = negative;
}

static void describe(const struct dg_resolver_poll *p, const struct dg_answer *a,
		     const struct dg_msg *msg, int64_t wall, dg_ms now, char detail[DG_DETAIL_TEXT])
{
	char rcode[DG_RCODE_TEXT], name[DG_NAME_TEXT], end[DG_CLOCK_TEXT] = "";

	if (p->until >= 0)
		dg_clock_print(wall + (p->until - now + 999) / 1000, end);
	if (a->kind == DG_SAYS_ALIAS)
		snprintf(detail, DG_DETAIL_TEXT, "an old CNAME to %.90s, until %s",
			 dg_name_print(&a->name, name), end);
	else if (p->until >= 0 && p->negative)
		snprintf(detail, DG_DETAIL_TEXT, "%s, negative until %s",
			 msg->rcode == DG_NXDOMAIN ? "NXDOMAIN" : "no TXT record", end);
	else if (p->until >= 0)
		snprintf(detail, DG_DETAIL_TEXT, "an older record set, until %s", end);
	else if (p->ede >= 0 && !dg_answer_tells(a))
		snprintf(detail, DG_DETAIL_TEXT, "%s, %s", dg_rcode_print(msg->rcode, rcode),
			 p->ede_text);
}

static enum dg_status read_reply(struct dg_resolver_watch *w, struct dg_resolver_poll *p,
				 const struct dg_heard *heard, const struct dg_present *present,
				 struct dg_reading *reading, struct dg_name *end)
{
	int64_t ttl = follow(w, heard->msg, end, &reading->answer);
	struct dg_answer *a = &reading->answer;
	bool negative = a->kind == DG_SAYS_NXDOMAIN || a->kind == DG_SAYS_NODATA, good;
	enum dg_status status = DG_OK;
	struct dg_txt txt = {0};

	reading->wall = present->wall;
	take_manners(p, heard->msg);
	if (w->watch->policy.look) {
		if (dg_answer_tells(a))
			status = judge(w, heard->msg, &reading->judgement, present);
		if (status == DG_OK && dg_answer_tells(a) &&
		    reading->judgement.security == DG_INDETERMINATE)
			status = dg_held_keep(&p->poll.held, heard, present->chase->epoch);
		if (a->kind == DG_SAYS_ALIAS)
			a->kind = DG_SAYS_DATA;
		return status;
	}
	believe(w, heard->msg, reading);
	good = a->kind == DG_SAYS_DATA;
	if (good)
		status = dg_txt_read(&txt, &w->watch->wanted, heard->msg, end);
	good = good && dg_wanted_all(&w->watch->wanted, txt.found);
	/* What is served beyond its TTL is fetched anew meanwhile. */
	take_end(p, good, negative, dg_ede_is_stale(p->ede) ? -1 : ttl, present->now);
	describe(p, a, heard->msg, present->wall, present->now, reading->detail);
	/* No link of its own: the resolver follows it, not we. */
	if (a->kind == DG_SAYS_ALIAS)
		a->kind = DG_SAYS_DATA;
	return status;
}

/* ---- when to ask again ----------------------------------------------------------------------- */

static dg_ms after_the_end(struct dg_resolver_poll *p, dg_ms now)
{
	dg_ms left = p->until - now;

	if (p->several)
		return now + (left < SEVERAL_EVERY_MS ? left + JUST_AFTER_MS : SEVERAL_EVERY_MS);
	if (left > LONG_MS)
		return p->held == 1 ? now + SECOND_LOOK_MS : p->until + SURELY_AFTER_MS;
	/* Its last second, or one that is not counted in whole seconds. */
	if (left == 0)
		return now + RETRY_FIRST_MS;
	return p->until + (p->held > 1 ? SURELY_AFTER_MS : JUST_AFTER_MS);
}

static void schedule(struct dg_resolver_watch *w, struct dg_resolver_poll *p, dg_ms now)
{
	const struct dg_policy *policy = &w->watch->policy;
	bool elsewhere = p->heard == DG_HEARD_NO_ROUTE && p->resolver->has_other &&
			 dg_addr_equal(&p->poll.addr, &p->resolver->addr);

	if (elsewhere) {
		p->poll.addr = p->resolver->other;
		p->poll.due = now;
	} else if (dg_resolver_shows(p)) {
		p->poll.due = INT64_MAX;
	} else if (policy->look && p->heard == DG_HEARD_REPLY) {
		p->poll.due = now + DG_WATCH_SHORTEST_MS;
	} else if (p->heard == DG_HEARD_REPLY && p->poll.state == DG_PRESENT &&
		   p->poll.confirmations > 0) {
		p->poll.due = now + dg_watch_confirm_interval(policy);
	} else if (p->heard == DG_HEARD_REPLY && p->until >= 0) {
		p->poll.due = after_the_end(p, now);
		p->back_off = 0;
	} else {
		p->back_off = p->back_off == 0 ? RETRY_FIRST_MS : p->back_off * 2;
		if (p->back_off > RETRY_LAST_MS)
			p->back_off = RETRY_LAST_MS;
		p->poll.due = now + p->back_off;
	}
}

static enum dg_status take(struct dg_resolver_watch *w, const struct dg_heard *heard,
			   const struct dg_present *present, struct dg_watch_news *news,
			   struct dg_error *err)
{
	struct dg_resolver_poll *p = &w->poll[news->poll];
	struct dg_reading reading = {0};
	struct dg_name end = w->watch->link[0].name;

	p->heard = heard->kind;
	if (heard->server.family != 0)
		p->seen = heard->server;
	if (heard->msg != NULL && read_reply(w, p, heard, present, &reading, &end) != DG_OK)
		return dg_fail_memory(err);
	p->poll.needed = p->several ? w->watch->policy.confirmations : 1;
	if (dg_poll_heard(&p->poll, heard, &reading, &end, &w->watch->wanted, present->now,
			  &news->changed) != DG_OK)
		return dg_fail_memory(err);
	p->poll.needed = p->several ? w->watch->policy.confirmations : 1;
	if (p->poll.ask == 0)
		schedule(w, p, present->now);
	return DG_OK;
}

enum dg_status dg_resolver_watch_heard(struct dg_resolver_watch *w, const struct dg_heard *heard,
				       const struct dg_present *present,
				       struct dg_watch_news *ret_news, struct dg_error *err)
{
	struct dg_watch_news news = {.link = DG_WATCH_RESOLVERS,
				     .poll = dg_watch_id_poll(heard->ask)};
	enum dg_status status;

	*ret_news = news;
	if (news.poll >= w->count || w->poll[news.poll].poll.ask != heard->ask)
		return DG_OK;
	news.known = true;
	w->poll[news.poll].poll.ask = 0;
	dg_held_drop(&w->poll[news.poll].poll.held);
	status = take(w, heard, present, &news, err);
	*ret_news = news;
	return status;
}

enum dg_status dg_resolver_watch_again(struct dg_resolver_watch *w,
				       const struct dg_present *present,
				       struct dg_watch_news *ret_news, struct dg_error *err)
{
	struct dg_watch_news news = {.link = DG_WATCH_RESOLVERS};
	enum dg_status status = DG_OK;

	*ret_news = news;
	for (; news.poll < w->count; news.poll++) {
		struct dg_poll *poll = &w->poll[news.poll].poll;
		struct dg_heard heard;
		struct dg_msg msg;

		if (!dg_held_is_due(&poll->held, present->chase->epoch))
			continue;
		if (dg_held_read(&poll->held, present->chase->epoch, &heard, &msg) != DG_OK)
			return dg_fail_memory(err);
		news.known = true;
		status = take(w, &heard, present, &news, err);
		dg_msg_free(&msg);
		if (poll->judgement.security != DG_INDETERMINATE)
			dg_held_drop(&poll->held);
		*ret_news = news;
		break;
	}
	return status;
}

/* ---- the verdict ----------------------------------------------------------------------------- */

bool dg_resolver_shows(const struct dg_resolver_poll *p)
{
	return p->poll.state == DG_PRESENT && p->poll.confirmations >= p->poll.needed;
}

bool dg_resolver_is_hopeless(const struct dg_resolver_poll *p, dg_ms deadline)
{
	if (p->heard == DG_HEARD_UNTRUSTED)
		return true;
	return p->heard == DG_HEARD_REPLY && p->until > deadline && !p->several && p->held > 1;
}

bool dg_resolver_watch_enough(const struct dg_resolver_watch *w)
{
	size_t good = 0, i;

	for (i = 0; i < w->count; i++) {
		const struct dg_poll *p = &w->poll[i].poll;

		good +=
		    w->watch->policy.look ? dg_poll_is_judged(p) : dg_resolver_shows(&w->poll[i]);
	}
	return good >= (w->watch->policy.look ? w->count : w->required);
}

bool dg_resolver_watch_is_settled(const struct dg_resolver_watch *w)
{
	size_t i;

	for (i = 0; w->begun && i < w->count; i++)
		if (w->poll[i].poll.last_answer < 0)
			return false;
	return true;
}

bool dg_resolver_watch_hopeless(const struct dg_resolver_watch *w, dg_ms deadline)
{
	size_t left = 0, i;

	for (i = 0; i < w->count; i++)
		left += !dg_resolver_is_hopeless(&w->poll[i], deadline);
	return left < w->required;
}
