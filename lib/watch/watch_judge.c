/* SPDX-License-Identifier: ISC */
/* Rules 2 to 5 of the policy in watch.c: is the record visible now? */
#include "watch.h"

enum judged { UNJUDGED, HIDDEN, VISIBLE };

static bool family_unreachable(const struct dg_owner *l, uint8_t family)
{
	size_t k, n = 0;

	for (k = 0; k < l->npolls; k++) {
		if (l->poll[k].addr.family != family)
			continue;
		if (!l->poll[k].said.no_route && !l->poll[k].said.caught)
			return false;
		n++;
	}
	return n > 0;
}

/* It gives nothing that a resolver can use, and this machine's own way is not to blame. */
static bool is_of_no_use(const struct dg_watch *w, const struct dg_poll *p, dg_ms now)
{
	if (dg_poll_usable(p) || p->history.last_answer < 0 || dg_poll_word_stands(p))
		return false;
	return w->policy.once || (dg_watch_patience(w, p, now) <= now &&
				  (p->history.unanswered == 0 ||
				   !dg_outage_explains(w->outage, p->history.unanswered)));
}

/* Rule 5, for `reachable`: marks who is left out, and whether enough remain to go by. */
static void leave_out(const struct dg_watch *w, struct dg_owner *l, dg_ms now)
{
	bool out4 = family_unreachable(l, 4), out6 = family_unreachable(l, 6);
	size_t k, total = 0, usable = 0;

	for (k = 0; k < l->npolls; k++) {
		struct dg_poll *p = &l->poll[k];

		p->schedule.left_out =
		    (p->addr.family == 4 ? out4 : out6) && !dg_poll_word_stands(p);
		if (p->schedule.left_out)
			continue;
		total++;
		p->schedule.left_out = is_of_no_use(w, p, now);
		usable += !p->schedule.left_out;
	}
	l->enough = usable > 0 && usable * 2 >= total;
	for (k = 0; k < l->npolls && !l->enough; k++)
		l->poll[k].schedule.left_out = false;
}

static bool fresh(const struct dg_watch *w, const struct dg_poll *p, dg_ms now)
{
	if (w->rechecked_from >= 0)
		return p->history.last_present >= w->rechecked_from;
	return p->history.last_present + DG_FRESH_MS >= now;
}

static bool judge_owner_once(struct dg_watch *w, size_t owner, dg_ms now,
			     enum judged judged[DG_MAX_OWNERS]);

/* Confirmed, and so is where it leads; but maybe seen too long ago. */
static bool holds(struct dg_watch *w, const struct dg_poll *p, dg_ms now,
		  enum judged judged[DG_MAX_OWNERS])
{
	size_t target;

	if (p->history.confirmations < p->history.needed)
		return false;
	if (!p->said.alias)
		return true;
	target = dg_watch_target(w, p);
	return target != SIZE_MAX && judge_owner_once(w, target, now, judged);
}

/* All that stands in the way is that these were seen too long ago: they are asked at once. */
static void hurry(struct dg_watch *w, struct dg_owner *l, dg_ms now)
{
	size_t k;

	for (k = 0; k < l->npolls; k++) {
		struct dg_poll *p = &l->poll[k];

		if (!p->schedule.left_out && !fresh(w, p, now) &&
		    p->schedule.due > p->schedule.asked + DG_WATCH_SHORTEST_MS)
			p->schedule.due = p->schedule.asked + DG_WATCH_SHORTEST_MS;
	}
}

uint64_t dg_owner_useful(const struct dg_owner *l)
{
	uint64_t useful = 0;
	size_t k;

	for (k = 0; k < l->npolls; k++)
		useful |= (uint64_t)!l->poll[k].schedule.left_out << k;
	return useful;
}

static bool judge_owner(struct dg_watch *w, struct dg_owner *l, dg_ms now,
			enum judged judged[DG_MAX_OWNERS])
{
	bool counted = w->policy.require == DG_REQUIRE_COUNT;
	size_t holding = 0, fresh_too = 0, expected = 0, k;

	if (l->zone == NULL || l->npolls == 0)
		return false;
	l->enough = true;
	if (w->policy.require == DG_REQUIRE_REACHABLE)
		leave_out(w, l, now);
	for (k = 0; k < l->npolls; k++) {
		struct dg_poll *p = &l->poll[k];
		bool good = !p->schedule.left_out && holds(w, p, now, judged);

		dg_events_left_out(&p->events, p->schedule.left_out, now);
		expected += !p->schedule.left_out;
		holding += good;
		fresh_too += good && fresh(w, p, now);
	}
	if (counted && w->policy.require_count < expected)
		expected = w->policy.require_count;
	if (!l->enough || holding < expected || l->npolls < l->zone->nservers)
		return false;
	if (!dg_discover_complete(l->zone) && (!counted || expected < w->policy.require_count))
		return false;
	if (!counted && dg_zone_is_denied(l->zone, dg_owner_useful(l)))
		return false;
	if (fresh_too >= expected)
		return true;
	hurry(w, l, now);
	return false;
}

static bool judge_owner_once(struct dg_watch *w, size_t owner, dg_ms now,
			     enum judged judged[DG_MAX_OWNERS])
{
	if (judged[owner] == UNJUDGED) {
		/* A loop finds its own start hidden. */
		judged[owner] = HIDDEN;
		if (judge_owner(w, &w->owner[owner], now, judged))
			judged[owner] = VISIBLE;
	}
	return judged[owner] == VISIBLE;
}

/* No more servers are to be found for the owner, or none at all. */
static bool all_known(const struct dg_owner *l)
{
	enum dg_search_state state = l->search == NULL ? DG_SEARCH_FOUND : l->search->state;

	if (l->zone == NULL || l->npolls < l->zone->nservers || l->outdated)
		return false;
	if (l->search != NULL && state == DG_SEARCH_OPEN)
		return false;
	if (l->npolls == 0)
		return state == DG_SEARCH_STUCK;
	/* The root's servers are given; those of a top-level domain that denies the name are not
	 * counted. */
	return dg_discover_complete(l->zone) || l->zone->parent == NULL ||
	       state == DG_SEARCH_NOT_DELEGATED;
}

/* A look is over when each address was judged, or is of no use. */
static bool all_judged(const struct dg_watch *w)
{
	size_t i, k;

	for (i = 0; i < w->nowners; i++) {
		const struct dg_owner *l = &w->owner[i];

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

	for (i = 0; i < w->nowners; i++) {
		const struct dg_owner *l = &w->owner[i];

		if (l->live && l->zone == NULL && l->search != NULL &&
		    l->search->state == DG_SEARCH_NOT_DELEGATED)
			continue;
		if (l->live && !all_known(l))
			return false;
		for (k = 0; l->live && k < l->npolls; k++)
			if (l->poll[k].history.last_answer < 0 || l->poll[k].reply.kept != NULL)
				return false;
	}
	return true;
}

bool dg_watch_is_lacking(const struct dg_watch *w)
{
	size_t i, k;

	for (i = 0; i < w->nowners; i++) {
		const struct dg_owner *l = &w->owner[i];

		for (k = 0; l->live && k < l->npolls; k++)
			if (l->poll[k].history.last_answer >= 0 && !l->poll[k].history.showing)
				return true;
	}
	return false;
}

static bool owner_is_sound(const struct dg_owner *l)
{
	size_t k, good = 0;

	if (l->npolls == 0 || !l->enough)
		return false;
	for (k = 0; k < l->npolls; k++) {
		const struct dg_poll *p = &l->poll[k];

		if (p->schedule.left_out)
			continue;
		if (!dg_poll_usable(p) || p->said.state == DG_STATE_BOGUS)
			return false;
		good++;
	}
	return good > 0;
}

bool dg_watch_is_sound(const struct dg_watch *w)
{
	size_t i;

	for (i = 0; i < w->nowners; i++)
		if (w->owner[i].live && !owner_is_sound(&w->owner[i]))
			return false;
	return true;
}

/* `counted`: of those alone that were confirmed. */
static enum dg_security worst_of(const struct dg_watch *w, bool counted)
{
	/* Worst last. */
	static const enum dg_security order[] = {DG_SECURITY_OFF, DG_SECURITY_SECURE,
						 DG_SECURITY_INSECURE, DG_SECURITY_INDETERMINATE,
						 DG_SECURITY_BOGUS};
	size_t worst = 0, i, k, n;
	bool any = false;

	for (i = 0; i < w->nowners; i++) {
		const struct dg_owner *l = &w->owner[i];

		for (k = 0; l->live && k < l->npolls; k++) {
			const struct dg_poll *p = &l->poll[k];

			if (p->schedule.left_out || p->history.last_answer < 0 ||
			    (counted && p->history.confirmations < p->history.needed))
				continue;
			any = true;
			for (n = worst + 1; n < sizeof(order) / sizeof(order[0]); n++)
				if (p->said.security == order[n])
					worst = n;
		}
	}
	return any ? order[worst] : DG_SECURITY_INDETERMINATE;
}

enum dg_security dg_watch_security(const struct dg_watch *w)
{
	enum dg_security counted;

	if (w->policy.dnssec == DG_DNSSEC_OFF)
		return DG_SECURITY_OFF;
	counted =
	    w->policy.require == DG_REQUIRE_COUNT ? worst_of(w, true) : DG_SECURITY_INDETERMINATE;
	return counted != DG_SECURITY_INDETERMINATE ? counted : worst_of(w, false);
}

void dg_watch_update(struct dg_watch *w, dg_ms now)
{
	enum judged judged[DG_MAX_OWNERS] = {UNJUDGED};
	size_t i;

	if (w->policy.look)
		w->visible = all_judged(w);
	else if (!w->policy.once || w->expected.count > 0)
		w->visible = judge_owner_once(w, 0, now, judged) && w->length <= DG_MAX_CHAIN;
	for (i = 0; i < w->nowners && w->policy.once && w->expected.count == 0; i++)
		if (w->owner[i].live)
			leave_out(w, &w->owner[i], now);
}

void dg_watch_recheck(struct dg_watch *w, dg_ms now)
{
	size_t i, k;

	w->rechecked_from = now;
	for (i = 0; i < w->nowners; i++)
		for (k = 0; k < w->owner[i].npolls; k++)
			w->owner[i].poll[k].schedule.due = now;
}

dg_ms dg_watch_oldest(const struct dg_watch *w, dg_ms now)
{
	dg_ms oldest = now;
	size_t i, k;

	for (i = 0; i < w->nowners; i++) {
		const struct dg_owner *l = &w->owner[i];

		for (k = 0; l->live && k < l->npolls; k++)
			if (l->poll[k].history.confirmations > 0 && !l->poll[k].schedule.left_out &&
			    l->poll[k].history.last_present < oldest)
				oldest = l->poll[k].history.last_present;
	}
	return oldest;
}
