/* SPDX-License-Identifier: ISC */
/*
 * The policy:
 *
 *  1. No resolver is asked before the record's own servers agree: who asks too early plants the
 *     negative answer that he then waits for (RFC 2308).
 *  2. Each is asked TXT only, one question at a time, each on its own schedule.
 *  3. One good answer is enough: a cache that has the record keeps it. Where answers of one address
 *     have shown several caches, as many in a row are wanted as of a server.
 *  4. Without the record: what the resolver has, it has until the TTL it tells is over (of the SOA
 *     record for a negative answer, of the record for an old one). It is asked again just after
 *     that; before, once, to see whether another cache answers; and then every 5 s if another did.
 *     TTLs are whole seconds, so the end may be seen up to a second late. One that says the same
 *     TTL over and over repeats itself (resolver_cache.c), and is asked every 5 s.
 *  5. A resolver that fails, or does not tell how long, is asked again after 1, 2, 4, and then
 *     every 5 s.
 */
#include "resolver_watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "resolver_cache.h"
#include "resolver_reading.h"

/* A single silence may be a loss. */
#define DEAD_TRIES 2
/* One of several machines behind an address may be an odd one. */
#define UNFIT_TRIES 2
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
		w->poll[i].poll.schedule.due = now;
		w->poll[i].poll.events.origin = w->watch->origin;
	}
}

/* ---- asking ---------------------------------------------------------------------------------- */

void dg_resolver_watch_next(struct dg_resolver_watch *w, dg_ms now, uint32_t record,
			    struct dg_ask *ret_ask)
{
	size_t i;

	ret_ask->id = 0;
	for (i = 0; i < w->count; i++) {
		struct dg_resolver_poll *p = &w->poll[i];

		if (p->poll.schedule.ask != 0 || p->poll.schedule.due > now)
			continue;
		w->last_round = (w->last_round + 1) % DG_ASK_ROUNDS;
		p->poll.schedule.ask = dg_ask_id((struct dg_asker){.machine = DG_MACHINE_RESOLVERS,
								   .item = record,
								   .server = (uint32_t)i,
								   .round = w->last_round});
		dg_poll_asked(&p->poll, now);
		*ret_ask = (struct dg_ask){
		    .id = p->poll.schedule.ask,
		    .server = p->poll.addr,
		    .name = w->watch->owner[0].name,
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
		if (w->poll[i].poll.schedule.ask == 0 && w->poll[i].poll.schedule.due < due)
			due = w->poll[i].poll.schedule.due;
	return due;
}

/* ---- when to ask again ----------------------------------------------------------------------- */

static void schedule(struct dg_resolver_watch *w, struct dg_resolver_poll *p, dg_ms now)
{
	const struct dg_policy *policy = &w->watch->policy;
	bool elsewhere = p->heard == DG_HEARD_NO_ROUTE && p->resolver->has_other &&
			 dg_addr_equal(&p->poll.addr, &p->resolver->addr);

	if (elsewhere) {
		p->poll.addr = p->resolver->other;
		p->poll.schedule.due = now;
	} else if (dg_resolver_shows(p)) {
		p->poll.schedule.due = INT64_MAX;
	} else if (policy->look && p->heard == DG_HEARD_REPLY) {
		p->poll.schedule.due = now + DG_WATCH_SHORTEST_MS;
	} else if (p->heard == DG_HEARD_REPLY && p->poll.said.state == DG_STATE_PRESENT &&
		   p->poll.history.confirmations > 0) {
		p->poll.schedule.due = now + dg_watch_confirm_interval(policy);
	} else if (p->heard == DG_HEARD_REPLY && p->until >= 0) {
		p->poll.schedule.due = dg_resolver_after_the_end(p, now);
		p->back_off = 0;
	} else {
		p->back_off = p->back_off == 0 ? RETRY_FIRST_MS : p->back_off * 2;
		if (p->back_off > RETRY_LAST_MS)
			p->back_off = RETRY_LAST_MS;
		p->poll.schedule.due = now + p->back_off;
	}
}

/* The C library skips those of the system's resolvers that do not answer, as long as another does.
 */
static void leave_out_dead(struct dg_resolver_watch *w)
{
	bool answers = false;
	size_t i;

	for (i = 0; i < w->count; i++)
		answers = answers ||
			  (w->poll[i].resolver->of_system && w->poll[i].poll.said.has_transport);
	for (i = 0; i < w->count; i++)
		w->poll[i].poll.schedule.left_out =
		    answers && w->poll[i].resolver->of_system && w->poll[i].dead >= DEAD_TRIES;
}

static enum dg_status take(struct dg_resolver_watch *w, const struct dg_heard *heard,
			   const struct dg_now *present, struct dg_watch_news *news,
			   struct dg_error *err)
{
	struct dg_resolver_poll *p = &w->poll[news->poll];
	struct dg_name end = w->watch->owner[0].name;
	struct dg_reading reading = {
	    .name = &end, .type = w->watch->policy.type, .expected = &w->watch->expected};

	p->heard = heard->kind;
	p->unfit = heard->unfit ? p->unfit + 1 : 0;
	p->dead = heard->msg == NULL && !p->poll.said.has_transport ? p->dead + 1 : 0;
	if (heard->server.family != 0)
		p->seen = heard->server;
	if (heard->msg != NULL && dg_resolver_read(w, p, heard, present, &reading, &end) != DG_OK)
		return dg_fail_memory(err);
	p->poll.history.needed = p->several ? w->watch->policy.confirmations : 1;
	if (dg_poll_heard(&p->poll, heard, &reading, present->now, &news->changed) != DG_OK)
		return dg_fail_memory(err);
	p->poll.history.needed = p->several ? w->watch->policy.confirmations : 1;
	leave_out_dead(w);
	if (p->poll.schedule.ask == 0)
		schedule(w, p, present->now);
	return DG_OK;
}

enum dg_status dg_resolver_watch_heard(struct dg_resolver_watch *w, const struct dg_heard *heard,
				       const struct dg_now *present, struct dg_watch_news *ret_news,
				       struct dg_error *err)
{
	struct dg_watch_news news = {.owner = DG_WATCH_RESOLVERS,
				     .poll = dg_asker_of(heard->ask).server};
	enum dg_status status;

	*ret_news = news;
	if (news.poll >= w->count || w->poll[news.poll].poll.schedule.ask != heard->ask)
		return DG_OK;
	news.known = true;
	w->poll[news.poll].poll.schedule.ask = 0;
	dg_reply_drop(&w->poll[news.poll].poll.reply);
	status = take(w, heard, present, &news, err);
	*ret_news = news;
	return status;
}

enum dg_status dg_resolver_watch_again(struct dg_resolver_watch *w, const struct dg_now *present,
				       struct dg_watch_news *ret_news, struct dg_error *err)
{
	struct dg_watch_news news = {.owner = DG_WATCH_RESOLVERS};
	enum dg_status status = DG_OK;

	*ret_news = news;
	for (; news.poll < w->count; news.poll++) {
		struct dg_poll *poll = &w->poll[news.poll].poll;
		struct dg_heard heard;
		struct dg_msg msg;

		if (!dg_reply_is_due(&poll->reply, present->chase->epoch))
			continue;
		if (dg_reply_read(&poll->reply, &heard, &msg) != DG_OK)
			return dg_fail_memory(err);
		poll->reply.epoch = present->chase->epoch;
		news.known = true;
		status = take(w, &heard, present, &news, err);
		dg_msg_free(&msg);
		if (poll->said.security != DG_SECURITY_INDETERMINATE)
			dg_reply_drop(&poll->reply);
		*ret_news = news;
		break;
	}
	return status;
}

/* ---- the verdict ----------------------------------------------------------------------------- */

bool dg_resolver_shows(const struct dg_resolver_poll *p)
{
	return p->poll.said.state == DG_STATE_PRESENT &&
	       p->poll.history.confirmations >= p->poll.history.needed;
}

bool dg_resolver_is_unfit(const struct dg_resolver_poll *p)
{
	return p->heard == DG_HEARD_UNTRUSTED || p->unproven || p->unfit >= UNFIT_TRIES;
}

bool dg_resolver_is_hopeless(const struct dg_resolver_poll *p, dg_ms deadline)
{
	if (dg_resolver_is_unfit(p))
		return true;
	return p->heard == DG_HEARD_REPLY && p->until > deadline && !p->several && !p->repeats &&
	       p->held > 1;
}

/* How many have to show the record. */
static size_t required(const struct dg_resolver_watch *w)
{
	size_t n = w->required, i;

	for (i = 0; i < w->count && w->required == w->count; i++)
		n -= w->poll[i].poll.schedule.left_out;
	return n;
}

bool dg_resolver_watch_enough(const struct dg_resolver_watch *w)
{
	size_t good = 0, i;

	for (i = 0; i < w->count; i++) {
		const struct dg_poll *p = &w->poll[i].poll;

		good +=
		    w->watch->policy.look ? dg_poll_is_judged(p) : dg_resolver_shows(&w->poll[i]);
	}
	return good >= (w->watch->policy.look ? w->count : required(w));
}

bool dg_resolver_watch_is_settled(const struct dg_resolver_watch *w)
{
	size_t i;

	for (i = 0; w->begun && i < w->count; i++)
		if (w->poll[i].poll.history.last_answer < 0)
			return false;
	return true;
}

bool dg_resolver_watch_hopeless(const struct dg_resolver_watch *w, dg_ms deadline)
{
	size_t left = 0, i;

	for (i = 0; i < w->count; i++)
		left += !w->poll[i].poll.schedule.left_out &&
			!dg_resolver_is_hopeless(&w->poll[i], deadline);
	return left < required(w);
}
