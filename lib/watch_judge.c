/* SPDX-License-Identifier: ISC */
/* Rules 2 to 5 of the policy in watch.c: is the record visible now? */
#include "watch.h"

enum judged { UNJUDGED, HIDDEN, VISIBLE };

static bool family_unreachable(const struct dg_link *l, uint8_t family)
{
	size_t k, n = 0;

	for (k = 0; k < l->npolls; k++) {
		if (l->poll[k].addr.family != family)
			continue;
		if (!l->poll[k].no_route)
			return false;
		n++;
	}
	return n > 0;
}

/* Rule 5, for `reachable`: marks who is left out. False when too few remain to go by. */
static bool leave_out(struct dg_link *l, bool once, dg_ms now)
{
	bool out4 = family_unreachable(l, 4), out6 = family_unreachable(l, 6);
	size_t k, total = 0, usable = 0;

	for (k = 0; k < l->npolls; k++) {
		struct dg_poll *p = &l->poll[k];

		p->left_out = p->addr.family == 4 ? out4 : out6;
		if (p->left_out)
			continue;
		total++;
		p->left_out = !dg_poll_usable(p) && p->last_answer >= 0 &&
			      (once || dg_poll_patience(p) <= now);
		usable += !p->left_out;
	}
	if (usable > 0 && usable * 2 >= total)
		return true;
	for (k = 0; k < l->npolls; k++)
		l->poll[k].left_out = false;
	return false;
}

static bool fresh(const struct dg_watch *w, const struct dg_poll *p, dg_ms now)
{
	if (w->checked_from >= 0)
		return p->last_present >= w->checked_from;
	return p->last_present + DG_FRESH_MS >= now;
}

static bool link_visible(struct dg_watch *w, size_t link, dg_ms now,
			 enum judged judged[DG_MAX_LINKS]);

/* Confirmed, and so is where it leads; but maybe seen too long ago. */
static bool holds(struct dg_watch *w, const struct dg_poll *p, dg_ms now,
		  enum judged judged[DG_MAX_LINKS])
{
	size_t target;

	if (p->confirmations < p->needed)
		return false;
	if (!p->alias)
		return true;
	target = dg_watch_target(w, p);
	return target != SIZE_MAX && link_visible(w, target, now, judged);
}

/* All that stands in the way is that these were seen too long ago: they are asked at once. */
static void hurry(struct dg_watch *w, struct dg_link *l, dg_ms now)
{
	size_t k;

	for (k = 0; k < l->npolls; k++) {
		struct dg_poll *p = &l->poll[k];

		if (!p->left_out && !fresh(w, p, now) && p->due > p->asked + DG_WATCH_SHORTEST_MS)
			p->due = p->asked + DG_WATCH_SHORTEST_MS;
	}
}

static bool judge_link(struct dg_watch *w, struct dg_link *l, dg_ms now,
		       enum judged judged[DG_MAX_LINKS])
{
	bool counted = w->policy.require == DG_REQUIRE_COUNT;
	bool enough = true;
	size_t holding = 0, fresh_too = 0, wanted = 0, k;

	if (l->zone == NULL || l->npolls == 0)
		return false;
	if (w->policy.require == DG_REQUIRE_REACHABLE)
		enough = leave_out(l, w->policy.once, now);
	for (k = 0; k < l->npolls; k++) {
		struct dg_poll *p = &l->poll[k];
		bool good = !p->left_out && holds(w, p, now, judged);

		dg_events_left_out(&p->events, p->left_out, now);
		wanted += !p->left_out;
		holding += good;
		fresh_too += good && fresh(w, p, now);
	}
	if (counted && w->policy.require_count < wanted)
		wanted = w->policy.require_count;
	if (!enough || holding < wanted || l->npolls < l->zone->nservers)
		return false;
	if (!dg_discover_complete(l->zone) && (!counted || wanted < w->policy.require_count))
		return false;
	if (fresh_too >= wanted)
		return true;
	hurry(w, l, now);
	return false;
}

static bool link_visible(struct dg_watch *w, size_t link, dg_ms now,
			 enum judged judged[DG_MAX_LINKS])
{
	if (judged[link] == UNJUDGED) {
		/* A loop finds its own start hidden. */
		judged[link] = HIDDEN;
		if (judge_link(w, &w->link[link], now, judged))
			judged[link] = VISIBLE;
	}
	return judged[link] == VISIBLE;
}

static bool record_visible(struct dg_watch *w, dg_ms now)
{
	enum judged judged[DG_MAX_LINKS] = {UNJUDGED};

	return link_visible(w, 0, now, judged) && w->length <= DG_MAX_CHAIN;
}

/* No more servers are to be found for the link, or none at all. */
static bool all_known(const struct dg_link *l)
{
	enum dg_want_state state = l->want == NULL ? DG_WANT_FOUND : l->want->state;

	if (l->zone == NULL || l->npolls < l->zone->nservers)
		return false;
	if (l->npolls == 0)
		return state == DG_WANT_STUCK;
	/* The root's servers are given; those of a top-level domain that denies the name are not
	 * counted. */
	return dg_discover_complete(l->zone) || l->zone->parent == NULL ||
	       state == DG_WANT_NOT_DELEGATED;
}

/* A look is over when each address was judged, or is of no use. */
static bool all_judged(const struct dg_watch *w)
{
	size_t i, k;

	for (i = 0; i < w->nlinks; i++) {
		const struct dg_link *l = &w->link[i];

		if (!l->live)
			continue;
		if (!all_known(l))
			return false;
		for (k = 0; k < l->npolls; k++)
			if (!dg_poll_is_judged(&l->poll[k]))
				return false;
	}
	return true;
}

bool dg_watch_is_settled(const struct dg_watch *w)
{
	size_t i, k;

	for (i = 0; i < w->nlinks; i++) {
		const struct dg_link *l = &w->link[i];

		if (l->live && l->zone == NULL && l->want != NULL &&
		    l->want->state == DG_WANT_NOT_DELEGATED)
			continue;
		if (l->live && !all_known(l))
			return false;
		for (k = 0; l->live && k < l->npolls; k++)
			if (l->poll[k].last_answer < 0 || l->poll[k].held.octets != NULL)
				return false;
	}
	return true;
}

static bool link_is_sound(struct dg_watch *w, struct dg_link *l, dg_ms now)
{
	size_t k, good = 0;

	if (l->npolls == 0 || !leave_out(l, w->policy.once, now))
		return false;
	for (k = 0; k < l->npolls; k++) {
		const struct dg_poll *p = &l->poll[k];

		if (p->left_out)
			continue;
		if (!dg_poll_usable(p) || p->state == DG_BOGUS)
			return false;
		good++;
	}
	return good > 0;
}

bool dg_watch_is_sound(struct dg_watch *w, dg_ms now)
{
	size_t i;

	for (i = 0; i < w->nlinks; i++)
		if (w->link[i].live && !link_is_sound(w, &w->link[i], now))
			return false;
	return true;
}

/* `counted`: of those alone that were confirmed. */
static enum dg_security worst_of(const struct dg_watch *w, bool counted)
{
	/* Worst last. */
	static const enum dg_security order[] = {DG_UNCHECKED, DG_SECURE, DG_INSECURE,
						 DG_INDETERMINATE, DG_BOGUS_ANSWER};
	size_t worst = 0, i, k, n;
	bool any = false;

	for (i = 0; i < w->nlinks; i++) {
		const struct dg_link *l = &w->link[i];

		for (k = 0; l->live && k < l->npolls; k++) {
			const struct dg_poll *p = &l->poll[k];

			if (p->left_out || p->last_answer < 0 ||
			    (counted && p->confirmations < p->needed))
				continue;
			any = true;
			for (n = worst + 1; n < sizeof(order) / sizeof(order[0]); n++)
				if (p->judgement.security == order[n])
					worst = n;
		}
	}
	return any ? order[worst] : DG_INDETERMINATE;
}

enum dg_security dg_watch_security(const struct dg_watch *w)
{
	enum dg_security counted;

	if (w->policy.dnssec == DG_DNSSEC_OFF)
		return DG_UNCHECKED;
	counted = w->policy.require == DG_REQUIRE_COUNT ? worst_of(w, true) : DG_INDETERMINATE;
	return counted != DG_INDETERMINATE ? counted : worst_of(w, false);
}

bool dg_watch_visible(struct dg_watch *w, dg_ms now)
{
	if (w->policy.look)
		return all_judged(w);
	return record_visible(w, now);
}

void dg_watch_look_again(struct dg_watch *w, dg_ms now)
{
	size_t i, k;

	w->checked_from = now;
	for (i = 0; i < w->nlinks; i++)
		for (k = 0; k < w->link[i].npolls; k++)
			w->link[i].poll[k].due = now;
}

dg_ms dg_watch_oldest(const struct dg_watch *w, dg_ms now)
{
	dg_ms oldest = now;
	size_t i, k;

	for (i = 0; i < w->nlinks; i++) {
		const struct dg_link *l = &w->link[i];

		for (k = 0; l->live && k < l->npolls; k++)
			if (l->poll[k].confirmations > 0 && !l->poll[k].left_out &&
			    l->poll[k].last_present < oldest)
				oldest = l->poll[k].last_present;
	}
	return oldest;
}
