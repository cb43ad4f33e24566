/* SPDX-License-Identifier: ISC */
/*
 * The policy, as the README promises it:
 *
 *  1. Each address is asked again after 5 % of the time waited so far, less a twentieth to a quarter
 *     of that by chance, but never sooner than 0.1 s nor later than 1 s after its last question;
 *     times the messages that the last question took. After an answer that is good but not yet
 *     confirmed, it is asked after the confirmation interval. One question is in flight to an
 *     address at a time; no address waits for another.
 *  2. Good is an authoritative answer with all wanted values in it, or with a CNAME or DNAME to a
 *     name that is visible itself: that name is then a link of its own, asked on its own zone's
 *     servers. With DNSSEC it must be secure, or insecure by proof.
 *  3. An address is confirmed after `confirmations` good answers in a row. Silence is no answer and
 *     breaks no row. After each relapse from good to not it needs twice as many.
 *  4. A link is visible when every address that counts is confirmed, the last good answer of each
 *     no older than 2 s, and discovery has found all addresses there are.
 *  5. Which ones count: `all` all; `reachable` all but those that gave nothing usable for 10 s, as
 *     long as half of the addresses, and one, remain, and but those of a family that this machine
 *     has no route for; a count of N any N.
 */
#include "watch.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "err.h"

#define LONGEST_MS 1000

#define LINK_BITS 5
#define POLL_BITS 6
#define ROUND_BITS (DG_WATCH_ID_BITS - LINK_BITS - POLL_BITS)

_Static_assert(DG_MAX_LINKS <= DG_WATCH_SURVEY && DG_WATCH_RESOLVERS < 1 << LINK_BITS,
	       "links fit in an id");
_Static_assert(DG_MAX_PROBES <= 1 << (POLL_BITS + ROUND_BITS), "a survey's questions fit in an id");
_Static_assert(DG_MAX_ZONE_ADDRESSES <= 1 << POLL_BITS, "polls fit in an id");
_Static_assert(DG_MAX_RESOLVERS <= 1 << POLL_BITS, "resolvers fit in an id");

/* ---- the chain ------------------------------------------------------------------------------- */

size_t dg_watch_target(const struct dg_watch *w, const struct dg_poll *poll)
{
	size_t i;

	for (i = 0; poll->alias && i < w->nlinks; i++)
		if (dg_name_equal(&w->link[i].name, &poll->target))
			return i;
	return SIZE_MAX;
}

enum colour { UNSEEN, ON_PATH, DONE };

/* Marks what can be reached from a link as live; the number of CNAMEs in the longest way on. */
static unsigned trace(struct dg_watch *w, size_t link, enum colour colour[DG_MAX_LINKS],
		      unsigned length[DG_MAX_LINKS])
{
	struct dg_link *l = &w->link[link];
	size_t k;

	colour[link] = ON_PATH;
	length[link] = 0;
	l->live = true;
	for (k = 0; k < l->npolls; k++) {
		size_t target = dg_watch_target(w, &l->poll[k]);
		unsigned below;

		if (target == SIZE_MAX)
			continue;
		if (colour[target] == ON_PATH)
			continue;
		below = colour[target] == DONE ? length[target] : trace(w, target, colour, length);
		if (below + 1 > length[link])
			length[link] = below + 1;
	}
	colour[link] = DONE;
	return length[link];
}

static void trace_chain(struct dg_watch *w)
{
	enum colour colour[DG_MAX_LINKS] = {UNSEEN};
	unsigned length[DG_MAX_LINKS];
	size_t i;

	for (i = 0; i < w->nlinks; i++)
		w->link[i].live = false;
	w->length = trace(w, 0, colour, length);
}

/* How many addresses of a link lead to `target`; SIZE_MAX: hold TXT records. */
static size_t count_leading(const struct dg_watch *w, const struct dg_link *l, size_t target)
{
	size_t k, n = 0;

	for (k = 0; k < l->npolls; k++) {
		const struct dg_poll *p = &l->poll[k];

		if (target == SIZE_MAX)
			n += !p->alias && p->seen > 0;
		else
			n += p->alias && dg_name_equal(&p->target, &w->link[target].name);
	}
	return n;
}

/* Where most of the addresses that know the name lead; SIZE_MAX: nowhere on. */
static size_t next_in_chain(const struct dg_watch *w, const struct dg_link *l)
{
	size_t best = SIZE_MAX, votes = count_leading(w, l, SIZE_MAX), i;

	for (i = 0; i < w->nlinks; i++) {
		size_t n = count_leading(w, l, i);

		if (n > 0 && n >= votes) {
			best = i;
			votes = n;
		}
	}
	return best;
}

size_t dg_watch_chain(const struct dg_watch *w, size_t chain[DG_MAX_LINKS], size_t *ret_back_to)
{
	size_t count = 0, at = 0, i;

	*ret_back_to = SIZE_MAX;
	while (at != SIZE_MAX) {
		for (i = 0; i < count; i++) {
			if (chain[i] != at)
				continue;
			*ret_back_to = at;
			return count;
		}
		chain[count++] = at;
		at = next_in_chain(w, &w->link[at]);
	}
	return count;
}

/* ---- making it ------------------------------------------------------------------------------- */

static void link_free(struct dg_link *link)
{
	size_t i;

	for (i = 0; i < link->npolls; i++)
		dg_poll_free(&link->poll[i]);
	free(link->poll);
	free(link->text);
	memset(link, 0, sizeof(*link));
}

/* The index of the link of that name, made if need be, in the place of one that the chain left if
 * all are taken; SIZE_MAX when there is no room, DG_ENOMEM when no memory. */
static enum dg_status get_link(struct dg_watch *w, const struct dg_name *name, size_t *ret_link)
{
	struct dg_link *link = NULL;
	char text[DG_NAME_TEXT];
	size_t i;

	*ret_link = SIZE_MAX;
	for (i = 0; i < w->nlinks; i++) {
		if (dg_name_equal(&w->link[i].name, name)) {
			*ret_link = i;
			return DG_OK;
		}
		if (i > 0 && !w->link[i].live)
			link = &w->link[i];
	}
	if (w->nlinks < DG_MAX_LINKS) {
		link = &w->link[w->nlinks++];
	} else if (link == NULL) {
		w->limit = "names that CNAMEs lead to";
		return DG_OK;
	}
	link_free(link);
	link->name = *name;
	link->text = dg_copy_text(dg_name_print(name, text));
	*ret_link = (size_t)(link - w->link);
	return link->text == NULL ? DG_ENOMEM : DG_OK;
}

enum dg_status dg_watch_new(struct dg_watch **ret_watch, const struct dg_name *name,
			    const struct dg_policy *policy, struct dg_error *err)
{
	struct dg_watch *w = calloc(1, sizeof(*w));
	size_t link;

	if (w == NULL || get_link(w, name, &link) != DG_OK) {
		free(w);
		return dg_fail_memory(err);
	}
	w->policy = *policy;
	w->link[0].live = true;
	w->checked_from = -1;
	*ret_watch = w;
	return DG_OK;
}

void dg_watch_free(struct dg_watch *w)
{
	size_t i;

	if (w == NULL)
		return;
	for (i = 0; i < w->nlinks; i++)
		link_free(&w->link[i]);
	for (i = 0; i < w->wanted.count; i++)
		free(w->wanted.value[i].octets);
	free(w);
}

enum dg_status dg_watch_value(struct dg_watch *w, const char *value, struct dg_error *err)
{
	struct dg_value copy = {.len = strlen(value)};
	size_t i;

	for (i = 0; i < w->wanted.count; i++)
		if (w->wanted.value[i].len == copy.len &&
		    memcmp(w->wanted.value[i].octets, value, copy.len) == 0)
			return DG_OK;
	if (w->wanted.count == DG_MAX_WANTED)
		return dg_fail(err, DG_EINVAL, "more than %d values wanted of %s", DG_MAX_WANTED,
			       w->link[0].text);
	copy.octets = (uint8_t *)dg_copy_text(value);
	if (copy.octets == NULL)
		return dg_fail_memory(err);
	w->wanted.value[w->wanted.count++] = copy;
	return DG_OK;
}

void dg_watch_start(struct dg_watch *w, uint32_t seed, dg_ms origin, dg_ms now)
{
	w->origin = origin;
	w->random = seed | 1;
	w->started = now;
}

void dg_watch_set_zone(struct dg_watch *w, size_t link, struct dg_zone *zone)
{
	struct dg_link *l = &w->link[link];

	if (l->zone == zone)
		return;
	while (l->npolls > 0)
		dg_poll_free(&l->poll[--l->npolls]);
	l->zone = zone;
	trace_chain(w);
}

enum dg_status dg_watch_sync(struct dg_watch *w, dg_ms now, struct dg_error *err)
{
	size_t i;

	for (i = 0; i < w->nlinks; i++) {
		struct dg_link *l = &w->link[i];

		while (l->zone != NULL && l->npolls < l->zone->nservers) {
			if (!dg_grow(&l->poll, l->npolls, sizeof(*l->poll)))
				return dg_fail_memory(err);
			dg_poll_init(&l->poll[l->npolls], &l->zone->server[l->npolls].addr,
				     l->npolls, w->policy.confirmations, now);
			l->poll[l->npolls].events.origin = w->origin;
			l->npolls++;
		}
	}
	return DG_OK;
}

/* ---- asking ---------------------------------------------------------------------------------- */

uint32_t dg_watch_id(uint32_t *last_round, uint32_t id_base, size_t link, size_t poll)
{
	/* Rounds from 1: no id is 0, and a late outcome fits no later question. */
	*last_round = *last_round % ((1u << ROUND_BITS) - 1) + 1;
	return id_base | *last_round << (LINK_BITS + POLL_BITS) | (uint32_t)link << POLL_BITS |
	       (uint32_t)poll;
}

size_t dg_watch_id_link(uint32_t id)
{
	return id >> POLL_BITS & ((1u << LINK_BITS) - 1);
}

size_t dg_watch_id_poll(uint32_t id)
{
	return id & ((1u << POLL_BITS) - 1);
}

uint32_t dg_watch_survey_id(uint32_t id_base, size_t index)
{
	return id_base | (uint32_t)(index >> POLL_BITS) << (LINK_BITS + POLL_BITS) |
	       (uint32_t)DG_WATCH_SURVEY << POLL_BITS | (uint32_t)(index & ((1u << POLL_BITS) - 1));
}

size_t dg_watch_survey_index(uint32_t id)
{
	return (size_t)(id >> (LINK_BITS + POLL_BITS) & ((1u << ROUND_BITS) - 1)) << POLL_BITS |
	       dg_watch_id_poll(id);
}

void dg_watch_next(struct dg_watch *w, dg_ms now, uint32_t id_base, struct dg_ask *ret_ask)
{
	size_t i, k;

	ret_ask->id = 0;
	for (i = 0; i < w->nlinks; i++) {
		struct dg_link *l = &w->link[i];

		for (k = 0; l->live && k < l->npolls; k++) {
			struct dg_poll *p = &l->poll[k];

			if (p->ask != 0 || p->due > now)
				continue;
			p->ask = dg_watch_id(&w->last_round, id_base, i, k);
			dg_poll_asked(p, now);
			*ret_ask = (struct dg_ask){.id = p->ask,
						   .server = p->addr,
						   .name = l->name,
						   .type = w->policy.type,
						   .mixed_case = w->policy.mixed_case};
			return;
		}
	}
}

dg_ms dg_watch_due(const struct dg_watch *w, dg_ms now)
{
	dg_ms due = INT64_MAX;
	size_t i, k;

	for (i = 0; i < w->nlinks; i++) {
		const struct dg_link *l = &w->link[i];

		for (k = 0; l->live && k < l->npolls; k++) {
			const struct dg_poll *p = &l->poll[k];

			if (p->ask == 0 && p->due < due)
				due = p->due;
			if (p->first_asked >= 0 && !dg_poll_usable(p) &&
			    dg_poll_patience(p) > now && dg_poll_patience(p) < due)
				due = dg_poll_patience(p);
		}
	}
	return due;
}

/* Rule 1. */
static dg_ms interval(struct dg_watch *w, dg_ms now)
{
	dg_ms span = (now - w->started) / 20;

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

static void schedule(struct dg_watch *w, struct dg_poll *p, unsigned sent, dg_ms now)
{
	dg_ms span = interval(w, now);

	if (p->state == DG_PRESENT && p->confirmations < p->needed)
		span = dg_watch_confirm_interval(&w->policy);
	p->due = p->asked + span * (sent > 1 ? sent : 1);
	/* What took long is not asked again the moment it ends. */
	if (p->state == DG_SILENT && p->due < now + span)
		p->due = now + span;
}

/* ---- hearing --------------------------------------------------------------------------------- */

/* Takes in what was heard for a poll, now or before. */
static enum dg_status take(struct dg_watch *w, const struct dg_heard *heard,
			   const struct dg_present *present, struct dg_watch_news *news,
			   struct dg_error *err)
{
	struct dg_link *l = &w->link[news->link];
	struct dg_poll *p = &l->poll[news->poll];
	struct dg_reading reading = {0};
	const struct dg_answer *a = &reading.answer;
	size_t target;

	if (heard->msg != NULL)
		dg_answer_read(heard->msg, &l->name, w->policy.type,
			       l->zone->given ? NULL : &l->zone->name, &reading.answer);
	if (heard->msg != NULL &&
	    dg_watch_validate(w, l, news->poll, heard, &reading, present) != DG_OK)
		return dg_fail_memory(err);
	if (dg_poll_heard(p, heard, &reading, &l->name, &w->wanted, present->now, &news->changed) !=
	    DG_OK)
		return dg_fail_memory(err);
	if (p->ask == 0)
		schedule(w, p, heard->sent, present->now);
	if (a->has_soa)
		dg_server_learn_serial(&l->zone->server[news->poll], a->serial, present->now);
	if (!p->alias && p->state != DG_PRESENT && p->state != DG_SILENT)
		w->checked_from = -1;
	if (heard->msg != NULL && a->kind == DG_SAYS_REFERRAL && !l->zone->given) {
		news->referral = true;
		news->cut = a->name;
	}
	/* A link that the chain left leads nowhere; its own place may be taken. */
	if (p->alias && l->live && get_link(w, &p->target, &target) != DG_OK)
		return dg_fail_memory(err);
	if (news->changed)
		trace_chain(w);
	return DG_OK;
}

enum dg_status dg_watch_heard(struct dg_watch *w, const struct dg_heard *heard,
			      const struct dg_present *present, struct dg_watch_news *ret_news,
			      struct dg_error *err)
{
	struct dg_watch_news news = {.link = dg_watch_id_link(heard->ask),
				     .poll = dg_watch_id_poll(heard->ask)};
	struct dg_link *l = &w->link[news.link];
	enum dg_status status;

	*ret_news = news;
	/* The link may be another by now, or its zone. */
	if (news.link >= w->nlinks || news.poll >= l->npolls ||
	    l->poll[news.poll].ask != heard->ask)
		return DG_OK;
	news.known = true;
	l->poll[news.poll].ask = 0;
	dg_held_drop(&l->poll[news.poll].held);
	status = take(w, heard, present, &news, err);
	*ret_news = news;
	return status;
}

enum dg_status dg_watch_again(struct dg_watch *w, const struct dg_present *present,
			      struct dg_watch_news *ret_news, struct dg_error *err)
{
	struct dg_watch_news news = {0};
	enum dg_status status = DG_OK;
	struct dg_heard heard;
	struct dg_msg msg;

	*ret_news = news;
	for (; news.link < w->nlinks; news.link++, news.poll = 0) {
		for (; news.poll < w->link[news.link].npolls; news.poll++) {
			struct dg_poll *p = &w->link[news.link].poll[news.poll];

			if (!dg_held_is_due(&p->held, present->chase->epoch))
				continue;
			if (dg_held_read(&p->held, present->chase->epoch, &heard, &msg) != DG_OK)
				return dg_fail_memory(err);
			news.known = true;
			status = take(w, &heard, present, &news, err);
			dg_msg_free(&msg);
			if (p->judgement.security != DG_INDETERMINATE)
				dg_held_drop(&p->held);
			*ret_news = news;
			return status;
		}
	}
	return DG_OK;
}
