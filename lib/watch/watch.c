/* SPDX-License-Identifier: ISC */
/*
 * The policy, as the README promises it:
 *
 *  1. Each address is asked again after 5 % of the time waited so far, less a twentieth to a
 *     quarter of that by chance, but never sooner than 0.1 s nor later than 1 s after its last
 *     question; times the messages that the last question took. After an answer that is good but
 *     not yet confirmed, it is asked after the confirmation interval; once it is confirmed, after 1
 *     s: the others need the room. One question is in flight to an address at a time; no address
 *     waits for another.
 *  2. Good is an authoritative answer with all expected values in it, or with a CNAME or DNAME to a
 *     name that is visible itself: that name is then an owner of its own, asked on its own zone's
 *     servers. With DNSSEC it must be secure, or insecure by proof.
 *  3. An address is confirmed after `confirmations` good answers in a row. Silence is no answer and
 *     breaks no row. After each relapse from good to not it needs twice as many.
 *  4. An owner is visible when every address that counts is confirmed, the last good answer of each
 *     no older than 2 s, discovery has found all addresses there are, and no server of a zone above
 *     denies the delegation; a count of N does not look there.
 *  5. Which ones count: `all` all; `reachable` all but those that gave nothing usable for 10 s in
 *     which others answered, and at more questions than the loss that others see explains, as long
 *     as half of the addresses, and one, remain, and but those of a family that this machine has no
 *     route for, or over which others answer for the servers; a count of N any N. One that lacked
 *     the record when it was last heard is never left out for silence.
 */
#include "watch.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/err.h"

#define LONGEST_MS 1000

_Static_assert(DG_MAX_OWNERS <= DG_ASK_OWNERS, "owners fit in an id");
_Static_assert(DG_MAX_ZONE_ADDRESSES <= DG_ASK_SERVERS && DG_MAX_RESOLVERS <= DG_ASK_SERVERS &&
		   DG_MAX_PROBES <= DG_ASK_SERVERS,
	       "what is asked fits in an id");

enum dg_status dg_watch_expect(struct dg_watch *w, const struct dg_expectation *expectation,
			       struct dg_error *err)
{
	if (!dg_grow(&w->expectation, w->nexpectations, sizeof(*w->expectation)))
		return dg_fail_memory(err);
	w->expectation[w->nexpectations++] = *expectation;
	return DG_OK;
}

/* ---- making it ------------------------------------------------------------------------------- */

static void free_polls(struct dg_owner *owner)
{
	while (owner->npolls > 0)
		dg_poll_free(&owner->poll[--owner->npolls]);
	free(owner->poll);
	owner->poll = NULL;
}

static void owner_free(struct dg_owner *owner)
{
	free_polls(owner);
	free(owner->text);
	memset(owner, 0, sizeof(*owner));
}

/* Room for one more owner: most records have no alias. */
static bool make_room(struct dg_watch *w)
{
	size_t room = w->room == 0 ? 1 : DG_MAX_OWNERS;
	struct dg_owner *owner;

	if (w->nowners < w->room)
		return true;
	owner = realloc(w->owner, room * sizeof(*owner));
	if (owner == NULL)
		return false;
	memset(owner + w->room, 0, (room - w->room) * sizeof(*owner));
	w->owner = owner;
	w->room = room;
	return true;
}

/* The index of the owner of that name, made if need be, in the place of one that the chain left if
 * all are taken; SIZE_MAX when there is no room, DG_ENOMEM when no memory. */
static enum dg_status get_owner(struct dg_watch *w, const struct dg_name *name, size_t *ret_owner)
{
	struct dg_owner *owner = NULL;
	char text[DG_NAME_TEXT];
	size_t i;

	*ret_owner = SIZE_MAX;
	for (i = 0; i < w->nowners; i++) {
		if (dg_name_equal(&w->owner[i].name, name)) {
			*ret_owner = i;
			return DG_OK;
		}
		if (i > 0 && !w->owner[i].live)
			owner = &w->owner[i];
	}
	if (w->nowners == DG_MAX_OWNERS && owner == NULL) {
		w->limit = "names that CNAMEs lead to";
		return DG_OK;
	}
	/* A server may lead elsewhere with every answer. */
	if (w->named > DG_MAX_ALIAS_NAMES) {
		w->limit = "names that CNAMEs lead to, one after the other";
		return DG_OK;
	}
	if (w->nowners < DG_MAX_OWNERS) {
		if (!make_room(w))
			return DG_ENOMEM;
		owner = &w->owner[w->nowners++];
	}
	owner_free(owner);
	w->named++;
	owner->name = *name;
	owner->text = dg_copy_text(dg_name_print(name, text));
	*ret_owner = (size_t)(owner - w->owner);
	return owner->text == NULL ? DG_ENOMEM : DG_OK;
}

enum dg_status dg_watch_new(struct dg_watch **ret_watch, const struct dg_name *name,
			    const struct dg_policy *policy, struct dg_error *err)
{
	struct dg_watch *w = calloc(1, sizeof(*w));
	size_t owner;

	if (w == NULL || get_owner(w, name, &owner) != DG_OK) {
		dg_watch_free(w);
		return dg_fail_memory(err);
	}
	w->policy = *policy;
	w->owner[0].live = true;
	w->rechecked_from = -1;
	*ret_watch = w;
	return DG_OK;
}

void dg_watch_free(struct dg_watch *w)
{
	size_t i;

	if (w == NULL)
		return;
	for (i = 0; i < w->nowners; i++)
		owner_free(&w->owner[i]);
	dg_expected_free(&w->expected);
	free(w->expectation);
	free(w->owner);
	free(w);
}

enum dg_status dg_watch_value(struct dg_watch *w, const char *value, struct dg_error *err)
{
	enum dg_status status = dg_expected_add(&w->expected, value);

	if (status == DG_ELIMIT)
		return dg_fail(err, DG_EINVAL, "more than %d values wanted of %s", DG_MAX_EXPECTED,
			       w->owner[0].text);
	return status == DG_OK ? DG_OK : dg_fail_memory(err);
}

void dg_watch_start(struct dg_watch *w, uint32_t seed, dg_ms origin, dg_ms now)
{
	w->origin = origin;
	w->random = seed | 1;
	w->started = now;
}

void dg_watch_set_zone(struct dg_watch *w, size_t owner, struct dg_zone *zone)
{
	struct dg_owner *l = &w->owner[owner];

	if (l->zone == zone)
		return;
	free_polls(l);
	l->zone = zone;
	dg_watch_trace(w);
}

uint64_t dg_watch_take_back(struct dg_watch *w, size_t owner)
{
	struct dg_owner *l = &w->owner[owner];
	size_t k;

	for (k = 0; k < l->npolls; k++) {
		uint64_t ask = l->poll[k].schedule.ask;

		l->poll[k].schedule.ask = 0;
		if (ask != 0)
			return ask;
	}
	return 0;
}

void dg_watch_leave(struct dg_watch *w, size_t owner)
{
	struct dg_owner *l = &w->owner[owner];

	free_polls(l);
	l->zone = NULL;
	l->search = l->chain = NULL;
}

enum dg_status dg_watch_sync(struct dg_watch *w, dg_ms now, struct dg_error *err)
{
	size_t i, total = 0;

	for (i = 0; i < w->nowners; i++)
		total += w->owner[i].npolls;
	for (i = 0; i < w->nowners; i++) {
		struct dg_owner *l = &w->owner[i];

		while (l->zone != NULL && l->npolls < l->zone->nservers) {
			if (total == w->most_polls) {
				w->limit = "addresses of all names that CNAMEs lead to";
				return DG_OK;
			}
			if (!dg_grow(&l->poll, l->npolls, sizeof(*l->poll)))
				return dg_fail_memory(err);
			dg_poll_init(&l->poll[l->npolls], &l->zone->server[l->npolls].addr,
				     l->npolls, w->policy.confirmations, now);
			l->poll[l->npolls].events.origin = w->origin;
			l->npolls++;
			total++;
		}
	}
	return DG_OK;
}

/* ---- asking ---------------------------------------------------------------------------------- */

/* All but its last good answer is there. */
static bool is_near(const struct dg_poll *p)
{
	return p->history.confirmations > 0 && p->history.confirmations + 1 >= p->history.needed;
}

static bool all_near(const struct dg_watch *w)
{
	size_t i, k;

	for (i = 0; i < w->nowners; i++) {
		const struct dg_owner *l = &w->owner[i];

		for (k = 0; l->live && k < l->npolls; k++)
			if (!l->poll[k].schedule.left_out && !is_near(&l->poll[k]))
				return false;
	}
	return true;
}

/* On a crowded path, addresses that are near wait for those that are not, and while records of a
 * long list are still to begin, for these: then all last answers come together, each after one
 * question, and none is too old (rule 4). */
static bool near_ones_wait(const struct dg_watch *w)
{
	return !w->policy.once && (w->more_come || (w->crowded && w->near_since == 0));
}

void dg_watch_next(struct dg_watch *w, dg_ms now, uint32_t record, struct dg_ask *ret_ask)
{
	bool near = all_near(w), wait;
	size_t i, k;

	if (!near)
		w->near_since = 0;
	else if (w->near_since == 0)
		w->near_since = now;
	wait = near_ones_wait(w);
	ret_ask->id = 0;
	for (i = 0; i < w->nowners; i++) {
		struct dg_owner *l = &w->owner[i];

		for (k = 0; l->live && k < l->npolls; k++) {
			struct dg_poll *p = &l->poll[k];

			if (p->schedule.ask != 0 || p->schedule.due > now || (wait && is_near(p)))
				continue;
			w->last_round = (w->last_round + 1) % DG_ASK_ROUNDS;
			p->schedule.ask = dg_ask_id((struct dg_asker){.machine = DG_MACHINE_WATCH,
								      .item = record,
								      .owner = (uint32_t)i,
								      .server = (uint32_t)k,
								      .round = w->last_round});
			dg_poll_asked(p, now);
			*ret_ask = (struct dg_ask){.id = p->schedule.ask,
						   .server = p->addr,
						   .name = l->name,
						   .type = w->policy.type,
						   .near = w->near_since,
						   .mixed_case = w->policy.mixed_case};
			return;
		}
	}
}

dg_ms dg_watch_patience(const struct dg_watch *w, const struct dg_poll *poll, dg_ms now)
{
	return dg_outage_patience(w->outage, dg_poll_silent_since(poll), now);
}

dg_ms dg_watch_due(const struct dg_watch *w, dg_ms now)
{
	dg_ms due = INT64_MAX;
	bool wait = near_ones_wait(w);
	size_t i, k;

	for (i = 0; i < w->nowners; i++) {
		const struct dg_owner *l = &w->owner[i];

		for (k = 0; l->live && k < l->npolls; k++) {
			const struct dg_poll *p = &l->poll[k];

			if (p->schedule.ask == 0 && p->schedule.due < due && !(wait && is_near(p)))
				due = p->schedule.due;
			if (p->schedule.first_asked >= 0 && !dg_poll_usable(p) &&
			    dg_watch_patience(w, p, now) > now &&
			    dg_watch_patience(w, p, now) < due)
				due = dg_watch_patience(w, p, now);
		}
	}
	return due;
}

/* Rule 1. */
static dg_ms interval(struct dg_watch *w, const struct dg_addr *addr, dg_ms now)
{
	dg_ms since = now - w->started;
	dg_ms span = dg_expectation_span(w->expectation, w->nexpectations, addr, since, since / 20);

	span -= span * (256 + dg_scatter(&w->random) % 1024) / (5 * 1024);
	if (span < DG_WATCH_SHORTEST_MS)
		return DG_WATCH_SHORTEST_MS;
	return span > LONGEST_MS ? LONGEST_MS : span;
}

dg_ms dg_watch_confirm_interval(const struct dg_policy *policy)
{
	return policy->confirm_interval > DG_WATCH_SHORTEST_MS ? policy->confirm_interval
							       : DG_WATCH_SHORTEST_MS;
}

static void schedule(struct dg_watch *w, struct dg_poll *p, const struct dg_heard *heard, dg_ms now)
{
	unsigned sent = heard->sent > 1 ? heard->sent : 1;
	dg_ms span = interval(w, &p->addr, now);

	if (p->history.confirmations >= p->history.needed)
		span = LONGEST_MS;
	else if (p->said.state == DG_STATE_PRESENT)
		span = dg_watch_confirm_interval(&w->policy);
	/* From when it left: on a busy path it waited for its turn. */
	p->schedule.due = p->schedule.asked + heard->delayed + span * sent;
	/* What took long is not asked again the moment it ends. */
	if (p->said.state == DG_STATE_SILENT && p->schedule.due < now + span)
		p->schedule.due = now + span;
}

/* ---- hearing --------------------------------------------------------------------------------- */

/* Nobody answers with authority for this owner, and it is the servers themselves who answer: then a
 * CA's resolver takes what it gets. */
static bool trusts_resolvers(const struct dg_owner *l, const struct dg_poll *p)
{
	size_t k;

	for (k = 0; k < l->npolls; k++) {
		const struct dg_poll *other = &l->poll[k];

		if (other != p && (other->history.last_answer < 0 ||
				   (dg_poll_usable(other) && !other->said.as_resolver)))
			return false;
	}
	return p->said.clear;
}

/* Takes in what was heard for a poll, now or before. */
static enum dg_status take(struct dg_watch *w, const struct dg_heard *heard,
			   const struct dg_now *present, struct dg_watch_news *news,
			   struct dg_error *err)
{
	struct dg_owner *l = &w->owner[news->owner];
	struct dg_poll *p = &l->poll[news->poll];
	struct dg_reading reading = {.name = &l->name,
				     .type = w->policy.type,
				     .expected = &w->expected,
				     .room = &present->chase->room};
	const struct dg_answer *a = &reading.answer;
	struct dg_heard nothing = *heard;
	size_t target = SIZE_MAX;

	if (heard->msg != NULL)
		dg_answer_read(heard->msg, &l->name, w->policy.type,
			       l->zone->given ? NULL : &l->zone->name, &reading.answer);
	if (heard->msg != NULL && trusts_resolvers(l, p))
		dg_answer_trust_resolver(&reading.answer);
	if (heard->msg != NULL &&
	    dg_watch_validate(w, l, news->poll, heard, &reading, present) != DG_OK)
		return dg_fail_memory(err);
	if (reading.says_nothing) {
		reading = (struct dg_reading){.name = &l->name,
					      .type = w->policy.type,
					      .expected = &w->expected,
					      .room = reading.room};
		nothing.kind = DG_HEARD_NO_EDNS;
		nothing.msg = NULL;
		heard = &nothing;
	}
	if (dg_poll_heard(p, heard, &reading, present->now, &news->changed) != DG_OK)
		return dg_fail_memory(err);
	if (p->schedule.ask == 0)
		schedule(w, p, heard, present->now);
	if (a->has_soa)
		dg_server_learn_soa(&l->zone->server[news->poll], &a->soa, present->now);
	if (!p->said.alias && p->said.state != DG_STATE_PRESENT && p->said.state != DG_STATE_SILENT)
		w->rechecked_from = -1;
	if (heard->msg != NULL && a->kind == DG_ANSWER_REFERRAL && !l->zone->given) {
		news->referral = true;
		news->cut = a->name;
	}
	/* An owner that the chain left leads nowhere; its own place may be taken. */
	if (p->said.alias && l->live && get_owner(w, p->said.target, &target) != DG_OK)
		return dg_fail_memory(err);
	if (news->changed || (target != SIZE_MAX && !w->owner[target].live))
		dg_watch_trace(w);
	return DG_OK;
}

enum dg_status dg_watch_heard(struct dg_watch *w, const struct dg_heard *heard,
			      const struct dg_now *present, struct dg_watch_news *ret_news,
			      struct dg_error *err)
{
	struct dg_watch_news news = {.owner = dg_asker_of(heard->ask).owner,
				     .poll = dg_asker_of(heard->ask).server};
	struct dg_owner *l = &w->owner[news.owner];
	enum dg_status status;

	*ret_news = news;
	/* The owner may be another by now, or its zone. */
	if (news.owner >= w->nowners || news.poll >= l->npolls ||
	    l->poll[news.poll].schedule.ask != heard->ask)
		return DG_OK;
	news.known = true;
	l->poll[news.poll].schedule.ask = 0;
	dg_reply_drop(&l->poll[news.poll].reply);
	status = take(w, heard, present, &news, err);
	*ret_news = news;
	return status;
}

enum dg_status dg_watch_again(struct dg_watch *w, const struct dg_now *present,
			      struct dg_watch_news *ret_news, struct dg_error *err)
{
	struct dg_watch_news news = {0};
	enum dg_status status = DG_OK;
	struct dg_heard heard;
	struct dg_msg msg;

	*ret_news = news;
	for (; news.owner < w->nowners; news.owner++, news.poll = 0) {
		for (; news.poll < w->owner[news.owner].npolls; news.poll++) {
			struct dg_poll *p = &w->owner[news.owner].poll[news.poll];

			if (!dg_reply_is_due(&p->reply, present->chase->epoch))
				continue;
			if (dg_reply_read(&p->reply, &heard, &msg) != DG_OK)
				return dg_fail_memory(err);
			p->reply.epoch = present->chase->epoch;
			news.known = true;
			status = take(w, &heard, present, &news, err);
			dg_msg_free(&msg);
			if (p->said.security != DG_SECURITY_INDETERMINATE)
				dg_reply_drop(&p->reply);
			*ret_news = news;
			return status;
		}
	}
	return DG_OK;
}
