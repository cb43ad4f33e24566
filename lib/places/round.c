/* SPDX-License-Identifier: ISC */
#include "round.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

#define AGAIN_MS 15000
#define AGAIN_RESOLVERS_MS 60000
#define MOST_AGAIN_MS 300000

enum dg_status dg_round_new(struct dg_round **ret_round, struct dg_vantages *vantages,
			    const struct dg_round_policy *policy)
{
	struct dg_round *r = calloc(1, sizeof(*r));
	size_t i;

	if (r == NULL)
		return DG_ENOMEM;
	r->visit = calloc(vantages->count, sizeof(*r->visit));
	if (r->visit == NULL) {
		free(r);
		return DG_ENOMEM;
	}
	r->vantages = vantages;
	r->policy = *policy;
	r->standing.chance = -1;
	for (i = 0; i < vantages->count; i++) {
		const struct dg_vantage *vantage = &vantages->item[i];

		r->visit[i] = (struct dg_visit){
		    .vantage = vantage,
		    .sought = &r->sought,
		    .units = &vantages->units,
		    .token = vantage->engine->over_https ? vantages->token : NULL,
		    .ended = -1,
		    .retry_after = -1,
		};
	}
	*ret_round = r;
	return DG_OK;
}

void dg_round_free(struct dg_round *r)
{
	size_t i;

	if (r == NULL)
		return;
	for (i = 0; i < r->vantages->count; i++) {
		dg_visit_free(&r->visit[i]);
		dg_places_free(&r->before[i]);
	}
	free(r->visit);
	free(r->place);
	free(r);
}

/* ---- what is looked for ---------------------------------------------------------------------- */

/* Where a name of the chain leads, as most of its servers have it; NULL: it is the last. */
static const char *target_of(const struct dg_watch *w, size_t owner)
{
	size_t chain[DG_MAX_OWNERS], back_to, i;
	size_t count = dg_watch_chain(w, chain, &back_to);

	for (i = 0; i + 1 < count; i++)
		if (chain[i] == owner)
			return w->owner[chain[i + 1]].text;
	return NULL;
}

static void add_columns(struct dg_lookout *s, const struct dg_watch *w, size_t owner)
{
	const struct dg_owner *l = &w->owner[owner];
	const char *target = target_of(w, owner);
	size_t k;

	for (k = 0; k < l->npolls && s->ncolumns < DG_MAX_COLUMNS; k++) {
		const struct dg_poll *p = &l->poll[k];
		const struct dg_server *server = &l->zone->server[p->server];
		struct dg_column *c = &s->column[s->ncolumns];

		if (p->schedule.left_out)
			continue;
		*c = (struct dg_column){
		    .owner = l->text,
		    .target = target,
		    .server = l->zone->nns > 0 ? l->zone->ns[server->ns].text : NULL,
		    .addr = p->addr,
		};
		dg_addr_print(&p->addr, c->address);
		s->ncolumns++;
	}
}

/* Of servers that the user named, and that are not asked from here. */
static void add_given(struct dg_lookout *s, const struct dg_watch *w, const struct dg_zone *given)
{
	size_t k;

	for (k = 0; k < given->nservers && s->ncolumns < DG_MAX_COLUMNS; k++) {
		struct dg_column *c = &s->column[s->ncolumns++];

		*c = (struct dg_column){.owner = w->owner[0].text, .addr = given->server[k].addr};
		dg_addr_print(&c->addr, c->address);
	}
}

static void set_sought(struct dg_round *r, const struct dg_watch *w, const struct dg_zone *given)
{
	size_t i;

	r->sought.name = dg_name_print(&w->owner[0].name, r->name);
	r->sought.expected = &w->expected;
	r->sought.ncolumns = 0;
	for (i = 0; i < w->nowners; i++)
		if (w->owner[i].live)
			add_columns(&r->sought, w, i);
	if (r->sought.ncolumns == 0 && given != NULL)
		add_given(&r->sought, w, given);
}

/* ---- who is asked, and when ------------------------------------------------------------------ */

static bool is_over(const struct dg_visit *v)
{
	return v->state == DG_VISIT_DONE || v->state == DG_VISIT_FAILED;
}

/* Some are being asked: none begins anew before they are over. */
static bool is_busy(const struct dg_round *r)
{
	size_t i;

	for (i = 0; i < r->vantages->count; i++)
		if (r->visit[i].state == DG_VISIT_WANTS || r->visit[i].state == DG_VISIT_AWAY)
			return true;
	return false;
}

static bool lacks(const struct dg_places *places)
{
	size_t i;

	for (i = 0; i < places->count; i++)
		if (dg_place_counts(&places->place[i]) && !dg_place_sees(&places->place[i]))
			return true;
	return places->count == 0;
}

static dg_ms again_at(const struct dg_visit *v)
{
	dg_ms span = v->vantage->engine->last ? AGAIN_RESOLVERS_MS : AGAIN_MS;

	if (v->retry_after > span)
		span = v->retry_after < MOST_AGAIN_MS ? v->retry_after : MOST_AGAIN_MS;
	return v->ended + span;
}

/* It is to be asked again, as soon as it may be. */
static bool is_wanted_again(const struct dg_round *r, size_t i)
{
	const struct dg_visit *v = &r->visit[i];

	if (!is_over(v) || r->met || r->policy.once)
		return false;
	if (v->state == DG_VISIT_FAILED)
		return r->policy.or_fail || r->standing.usable > 0;
	return lacks(&r->before[i]) ||
	       (r->policy.quorum.require == DG_PLACES_ALL && r->standing.lacking > 0);
}

static bool others_are_over(const struct dg_round *r)
{
	size_t i;

	for (i = 0; i < r->vantages->count; i++)
		if (!r->visit[i].vantage->engine->last && !is_over(&r->visit[i]))
			return false;
	return true;
}

/* Begins a visit; one that cannot even begin is over at once. */
static enum dg_status begin(struct dg_visit *v, dg_ms now)
{
	dg_places_free(&v->seen);
	v->failure[0] = '\0';
	v->retry_after = -1;
	if (dg_visit_begin(v, now) != DG_OK)
		return DG_ENOMEM;
	if (is_over(v))
		v->ended = now;
	return DG_OK;
}

/* Joins what all visits have seen, and weighs it. */
static enum dg_status weigh(struct dg_round *r)
{
	struct dg_place *all;
	size_t count = 0, i, k;

	for (i = 0; i < r->vantages->count; i++)
		count += r->before[i].count;
	all = realloc(r->place, (count + 1) * sizeof(*all));
	if (all == NULL)
		return DG_ENOMEM;
	r->place = all;
	r->nplaces = 0;
	r->failed = 0;
	for (i = 0; i < r->vantages->count; i++) {
		for (k = 0; k < r->before[i].count; k++)
			r->place[r->nplaces++] = r->before[i].place[k];
		r->failed += r->visit[i].state == DG_VISIT_FAILED;
	}
	dg_quorum_judge(&r->policy.quorum, r->place, r->nplaces, &r->standing);
	return DG_OK;
}

static bool has_enough(const struct dg_round *r)
{
	const struct dg_standing *s = &r->standing;

	if (r->failed > 0 && r->policy.or_fail)
		return false;
	/* Nobody could be asked: that is told, and no reason to wait, or it is one for good. */
	if (s->usable == 0)
		return !r->policy.or_fail || r->policy.quorum.require == DG_PLACES_NONE;
	/* Those that could not be asked are passed over. */
	if (r->policy.quorum.require == DG_PLACES_COUNT && r->failed > 0 && s->usable < s->needed)
		return s->seeing == s->usable;
	return s->enough;
}

/* The others see it, as far as that is required, so that a resolver may be asked. */
static bool may_ask_last(const struct dg_round *r)
{
	size_t i;

	for (i = 0; i < r->vantages->count && r->visit[i].vantage->engine->last; i++) {
	}
	return i == r->vantages->count || (others_are_over(r) && has_enough(r));
}

/* A look does not wait until they do: those that ask resolvers are left alone then. */
static void pass_over_last(struct dg_round *r, dg_ms now)
{
	size_t i;

	for (i = 0; i < r->vantages->count; i++) {
		struct dg_visit *v = &r->visit[i];

		if (v->state != DG_VISIT_IDLE || !r->policy.once || !others_are_over(r) ||
		    may_ask_last(r))
			continue;
		dg_visit_fail(v, "%s: not asked, since other places lack the record",
			      v->vantage->text);
		v->ended = now;
	}
}

static void settle(struct dg_round *r)
{
	size_t i;

	r->settled = true;
	for (i = 0; i < r->vantages->count; i++)
		r->settled = r->settled && is_over(&r->visit[i]);
	if (r->settled && has_enough(r))
		r->met = true;
}

enum dg_status dg_round_update(struct dg_round *r, const struct dg_watch *watch,
			       const struct dg_zone *given, dg_ms now)
{
	size_t i;

	/* What is being asked about must not change meanwhile. */
	if (is_busy(r))
		return DG_OK;
	set_sought(r, watch, given);
	r->begun = true;
	if (weigh(r) != DG_OK)
		return DG_ENOMEM;
	pass_over_last(r, now);
	for (i = 0; i < r->vantages->count; i++) {
		struct dg_visit *v = &r->visit[i];
		bool first =
		    v->state == DG_VISIT_IDLE && (!v->vantage->engine->last || may_ask_last(r));

		if (!first && !(is_wanted_again(r, i) && now >= again_at(v)))
			continue;
		if (begin(v, now) != DG_OK)
			return DG_ENOMEM;
	}
	if (weigh(r) != DG_OK)
		return DG_ENOMEM;
	settle(r);
	return DG_OK;
}

const struct dg_fetch *dg_round_next(struct dg_round *r, dg_ms now, size_t *ret_visit)
{
	size_t i;

	for (i = 0; i < r->vantages->count; i++) {
		struct dg_visit *v = &r->visit[i];

		if (v->state != DG_VISIT_WANTS || now < v->due)
			continue;
		v->state = DG_VISIT_AWAY;
		*ret_visit = i;
		return &v->fetch;
	}
	return NULL;
}

dg_ms dg_round_due(const struct dg_round *r)
{
	bool busy = is_busy(r);
	dg_ms due = INT64_MAX;
	size_t i;

	for (i = 0; i < r->vantages->count; i++) {
		const struct dg_visit *v = &r->visit[i];
		dg_ms at = INT64_MAX;

		if (v->state == DG_VISIT_WANTS)
			at = v->due;
		else if (!busy && is_wanted_again(r, i))
			at = again_at(v);
		if (at < due)
			due = at;
	}
	return due;
}

enum dg_status dg_round_heard(struct dg_round *r, size_t visit, const struct dg_fetched *fetched,
			      dg_ms now, bool *ret_news)
{
	struct dg_visit *v = &r->visit[visit];

	*ret_news = false;
	if (v->state != DG_VISIT_AWAY)
		return DG_OK;
	if (v->vantage->engine->heard(v, fetched, now) != DG_OK)
		return DG_ENOMEM;
	if (!is_over(v))
		return DG_OK;
	*ret_news = true;
	v->ended = now;
	/* What was seen before does not count any more, whether or not there is something new. */
	dg_places_free(&r->before[visit]);
	if (v->state == DG_VISIT_DONE) {
		r->before[visit] = v->seen;
		v->seen = (struct dg_places){0};
	}
	if (weigh(r) != DG_OK)
		return DG_ENOMEM;
	settle(r);
	return DG_OK;
}

bool dg_round_has_seen(const struct dg_round *r)
{
	return r != NULL && r->standing.usable > 0;
}
