/* SPDX-License-Identifier: ISC */
/* One record of a gate: its servers, its chain of trust, its findings, its verdict. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "gate.h"
#include "watch/watch_path.h"

#define SEARCH_AGAIN_MS 5000

/* All that is missing is the chain of trust. */
static const struct dg_poll *find_unproven(const struct dg_record *r)
{
	const struct dg_poll *first = NULL;
	size_t i, k;

	for (i = 0; i < r->watch->nowners; i++) {
		const struct dg_owner *l = &r->watch->owner[i];

		for (k = 0; l->live && k < l->npolls; k++) {
			const struct dg_poll *p = &l->poll[k];

			if (p->said.state != DG_STATE_PRESENT ||
			    p->said.security != DG_SECURITY_INDETERMINATE)
				return NULL;
			if (first == NULL)
				first = p;
		}
	}
	return first;
}

/* The target of an alias that a limit keeps from being asked; NULL: there is none. */
static const struct dg_name *find_unwatched(const struct dg_watch *w)
{
	size_t i, k;

	for (i = 0; i < w->nowners && w->limit != NULL; i++)
		for (k = 0; k < w->owner[i].npolls; k++)
			if (w->owner[i].poll[k].said.alias &&
			    dg_watch_target(w, &w->owner[i].poll[k]) == SIZE_MAX)
				return w->owner[i].poll[k].said.target;
	return NULL;
}

enum dg_status dg_gate_set_trouble(struct dg_record *r, const char *words, struct dg_error *err)
{
	char *copy = NULL;

	if (r->trouble != NULL && strcmp(r->trouble, words) == 0)
		return DG_OK;
	if (words[0] != '\0' && (copy = dg_copy_text(words)) == NULL)
		return dg_fail_memory(err);
	free(r->trouble);
	r->trouble = copy;
	return DG_OK;
}

static enum dg_status describe_trouble(struct dg_record *r, struct dg_error *err)
{
	const struct dg_name *unwatched = find_unwatched(r->watch);
	const struct dg_poll *unproven = find_unproven(r);
	char name[DG_NAME_TEXT], type[DG_TYPE_TEXT], words[DG_NAME_TEXT + 128] = "";
	size_t i;

	if (unwatched != NULL)
		snprintf(words, sizeof(words),
			 "its servers lead to more names than are asked (%s), so %s is not",
			 r->watch->limit, dg_name_print(unwatched, name));
	if (unproven != NULL && unproven->said.judgement != NULL &&
	    unproven->said.judgement->need_type != 0)
		snprintf(
		    words, sizeof(words),
		    "the record is there, and the chain of trust is not known: no answer about the "
		    "%s set of %s",
		    dg_type_print(unproven->said.judgement->need_type, type),
		    dg_name_print(&unproven->said.judgement->need_name, name));
	for (i = 0; i < r->watch->nowners; i++) {
		const struct dg_owner *l = &r->watch->owner[i];

		if (!l->live)
			continue;
		if (l->zone == NULL)
			snprintf(words, sizeof(words), "looking for the name servers of %s",
				 l->text);
		else if (l->npolls == 0)
			snprintf(words, sizeof(words),
				 "no name server of %s has an address that is found",
				 l->zone->text);
		else if (l->zone->parent == NULL && !l->zone->given)
			snprintf(words, sizeof(words), "no root server is of use");
	}
	return dg_gate_set_trouble(r, words, err);
}

static void set_zone(struct dg_gate *g, struct dg_record *r, size_t owner, struct dg_zone *zone)
{
	if (r->watch->owner[owner].zone != zone)
		dg_gate_take_back(g, r, owner);
	dg_watch_set_zone(r->watch, owner, zone);
}

/* Starts, or takes the result of, the search for an owner's servers. */
static enum dg_status find_servers(struct dg_gate *g, struct dg_record *r, size_t owner,
				   struct dg_error *err)
{
	struct dg_owner *l = &r->watch->owner[owner];
	struct dg_search **search = r->given != NULL ? &l->chain : &l->search;
	struct dg_name name = l->name;

	/* The zone above speaks for DS. */
	if (r->watch->policy.type == DG_TYPE_DS)
		name = dg_name_parent(&name);
	if (r->given != NULL)
		set_zone(g, r, owner, r->given);
	if (r->given != NULL && (l->chain != NULL || g->options.dnssec == DG_DNSSEC_OFF))
		return DG_OK;
	if (*search == NULL || l->outdated) {
		if (!dg_gate_may_search(r))
			return DG_OK;
		l->searched = g->drive.now;
		if (l->began == 0)
			l->began = g->drive.now;
		l->outdated = false;
		return dg_gate_search(g, r, &name, search, err);
	}
	if (l->search->state == DG_SEARCH_NOT_DELEGATED && r->watch->policy.look)
		set_zone(g, r, owner, l->search->zone);
	if (l->search->state == DG_SEARCH_FOUND || l->search->state == DG_SEARCH_STUCK)
		set_zone(g, r, owner, l->search->zone);
	if (l->search->state == DG_SEARCH_STUCK && l->search->zone->nservers == 0 &&
	    l->search->limit == NULL && g->drive.now - l->searched >= SEARCH_AGAIN_MS)
		l->outdated = true;
	return DG_OK;
}

bool dg_gate_asks_servers(const struct dg_record *r)
{
	return !r->resolvers.alone && !r->resolving;
}

enum dg_status dg_gate_sync_servers(struct dg_gate *g, struct dg_record *r, struct dg_error *err)
{
	size_t i, before = 0, after = 0;
	enum dg_status status;

	r->complete = true;
	if (r->resolvers.alone)
		return DG_OK;
	for (i = 0; i < r->watch->nowners; i++) {
		const struct dg_owner *l = &r->watch->owner[i];

		before += l->npolls;
		if (!l->live)
			continue;
		status = find_servers(g, r, i, err);
		if (status != DG_OK)
			return status;
		r->complete = r->complete && l->zone != NULL && dg_discover_complete(l->zone);
		if (l->zone == NULL || r->given != NULL || g->options.dnssec == DG_DNSSEC_OFF)
			continue;
		status = dg_chase_zone(&g->chase, l->zone, g->drive.now, dg_gate_wall(g));
		if (status != DG_OK)
			return dg_fail_memory(err);
	}
	dg_gate_leave_owners(g, r);
	status = dg_watch_sync(r->watch, g->drive.now, err);
	if (status != DG_OK)
		return status;
	for (i = 0; i < r->watch->nowners; i++)
		after += r->watch->owner[i].npolls;
	if (describe_trouble(r, err) != DG_OK)
		return err->status;
	if (after > before)
		dg_gate_tell(g, DG_EVENT_ZONE, r, 0);
	return DG_OK;
}

/* What discovery found since concerns this record. */
bool dg_gate_has_news(const struct dg_record *r)
{
	size_t i;

	for (i = 0; i < r->watch->nowners; i++) {
		const struct dg_owner *l = &r->watch->owner[i];

		if (l->live && (l->search == NULL || l->outdated) && r->given == NULL &&
		    dg_gate_may_search(r))
			return true;
		if (!l->live || l->search == NULL || l->search->state == DG_SEARCH_OPEN)
			continue;
		if (l->search->state == DG_SEARCH_NOT_DELEGATED || l->zone != l->search->zone ||
		    l->npolls < l->zone->nservers ||
		    (!r->complete && dg_discover_complete(l->zone)))
			return true;
	}
	return false;
}

/* This machine has no way to any of the addresses it should ask. */
static bool nowhere_to_go(const struct dg_gate *g, const struct dg_record *r, dg_ms patience)
{
	size_t k;

	if (!r->resolvers.alone)
		return dg_watch_unreached(r->watch, g->drive.now, patience) != NULL;
	for (k = 0; k < r->resolvers.count; k++) {
		const struct dg_poll *p = &r->resolvers.poll[k].poll;

		if (!p->said.no_route || p->said.has_transport ||
		    g->drive.now - p->schedule.first_asked < patience)
			return false;
	}
	return r->resolvers.begun && r->resolvers.count > 0;
}

/* Another record's chain leads over a name of this one's, and its servers do not agree yet: a
 * resolver that is asked now would keep what that name has now. */
static bool waits_for_another(const struct dg_gate *g, const struct dg_record *r)
{
	size_t i, k, n;

	for (i = 0; i < g->count && r->watch->nowners > 1; i++) {
		const struct dg_record *o = g->record[i];

		if (o == r || o->verdict != DG_VERDICT_WAITING || o->resolvers.begun)
			continue;
		for (k = 1; k < r->watch->nowners; k++)
			for (n = 0; r->watch->owner[k].live && n < o->watch->nowners; n++)
				if (o->watch->owner[n].live &&
				    dg_name_equal(&o->watch->owner[n].name,
						  &r->watch->owner[k].name) &&
				    !o->watch->visible)
					return true;
	}
	return false;
}

static bool shows(const struct dg_poll *p, const char *value)
{
	size_t i;

	for (i = 0; i < p->said.nvalues; i++)
		if (strcmp(p->said.values[i], value) == 0)
			return true;
	return false;
}

/* All servers still have what the gate was opened for before: who had been told to look would have
 * looked, and it would have been cleaned up. */
static bool is_as_remembered(const struct dg_record *r)
{
	const struct dg_owner *l = dg_record_last_owner(r);
	size_t i, k;

	for (i = 0; i < r->nunless; i++)
		for (k = 0; k < l->npolls; k++)
			if (!l->poll[k].schedule.left_out && !shows(&l->poll[k], r->unless[i]))
				return false;
	return r->nunless > 0 && l->npolls > 0;
}

dg_ms dg_gate_hold_left(const struct dg_gate *g, const struct dg_record *r)
{
	dg_ms left = g->drive.started + r->hold - g->drive.now;

	return left <= 0 || is_as_remembered(r) ? 0 : left;
}

static enum dg_status describe_hold(const struct dg_gate *g, struct dg_record *r,
				    struct dg_error *err)
{
	dg_ms left = dg_gate_hold_left(g, r);
	char words[128];

	if (left <= 0)
		return DG_OK;
	snprintf(words, sizeof(words),
		 "the record is there; held for %lld s more, until the CA has forgotten what it "
		 "got a moment ago",
		 (long long)(left + 999) / 1000);
	return dg_gate_set_trouble(r, words, err);
}

/* Others answer for the servers that were asked: over all families, or over all that the record's
 * servers have. */
static bool is_intercepted(const struct dg_gate *g, const struct dg_record *r)
{
	return dg_path_is_intercepted(dg_discover_path(g->discover)) ||
	       (!r->resolvers.alone && dg_watch_caught(r->watch) != NULL);
}

/* The servers show it, or are not asked. */
static bool servers_show(const struct dg_gate *g, const struct dg_record *r)
{
	if (dg_gate_asks_servers(r) && !r->watch->visible)
		return false;
	/* An impostor may show it. */
	return r->watch->policy.look || !is_intercepted(g, r);
}

/* First the servers, then the places, then the resolvers. */
static enum dg_status ask_others(struct dg_gate *g, struct dg_record *r, struct dg_error *err)
{
	bool wait = false;

	if (!servers_show(g, r))
		return DG_OK;
	if (dg_gate_ask_places(g, r, err) != DG_OK)
		return err->status;
	if (!dg_gate_places_show(r)) {
		wait = true;
	} else if (r->resolvers.count > 0 && (r->resolvers.begun || !waits_for_another(g, r))) {
		dg_resolver_watch_begin(&r->resolvers, g->drive.now);
		wait = !dg_resolver_watch_enough(&r->resolvers);
	}
	/* A last look at the servers comes when the others are through. */
	r->resolving = !r->watch->policy.look && wait;
	return DG_OK;
}

/* And the resolvers that were chosen do, too. */
static bool all_show(const struct dg_gate *g, const struct dg_record *r)
{
	return servers_show(g, r) && dg_gate_places_show(r) &&
	       (r->resolvers.count == 0 ||
		(r->resolvers.begun && dg_resolver_watch_enough(&r->resolvers)));
}

/* It is useless to wait for the resolvers, or for the CA's cache. (A resolver that is at fault is a
 * finding.) */
static bool is_hopeless(const struct dg_gate *g, const struct dg_record *r)
{
	if (r->verdict == DG_VERDICT_WAITING && r->hold > 0 && all_show(g, r) &&
	    g->drive.now + dg_gate_hold_left(g, r) > g->drive.deadline)
		return true;
	return r->resolvers.begun && !r->watch->policy.look && r->unfit < 0 && r->fatal_since < 0 &&
	       dg_resolver_watch_hopeless(&r->resolvers, g->drive.deadline);
}

/* The user named the servers, and nobody answers for the root: nothing can be proven from here. */
static bool lacks_root(const struct dg_gate *g, const struct dg_record *r)
{
	return r->given != NULL && g->options.dnssec != DG_DNSSEC_OFF &&
	       g->drive.now - g->drive.started >= DG_PATIENCE_MS &&
	       !dg_chase_has_begun(&g->chase) && find_unproven(r) != NULL;
}

/* Since when what this machine judges by is wrong: its clock, against which all signatures are over
 * or still to come, its trust anchors, or the network that answers for the servers. */
static void update_unfit(const struct dg_gate *g, struct dg_record *r)
{
	dg_watch_mark_caught(r->watch, dg_discover_path(g->discover));
	if (dg_chase_clock_error(&g->chase) == 0 && !dg_chase_lacks_anchor(&g->chase) &&
	    !is_intercepted(g, r))
		r->unfit = -1;
	else if (r->unfit < 0)
		r->unfit = g->drive.now;
}

static bool is_unfit(const struct dg_gate *g, const struct dg_record *r)
{
	return r->unfit >= 0 && g->drive.now - r->unfit >= DG_SURE_MS;
}

/* Somebody, anybody, has said something. */
static bool heard_any(const struct dg_gate *g, const struct dg_record *r)
{
	return g->drive.heard_any || dg_round_has_seen(r->round);
}

enum dg_verdict dg_gate_late_verdict(const struct dg_gate *g, const struct dg_record *r)
{
	if ((!heard_any(g, r) && r->given == NULL) || r->unfit >= 0 || nowhere_to_go(g, r, 0))
		return DG_VERDICT_ENVIRONMENT;
	return DG_VERDICT_TIMEOUT;
}

/* A diagnosis ends when everything was heard of once; what was found then is the verdict. */
static enum dg_status judge_once(struct dg_gate *g, struct dg_record *r, struct dg_error *err)
{
	bool unfit = is_unfit(g, r) || nowhere_to_go(g, r, dg_gate_route_patience(g)), visible,
	     heard;
	enum dg_status status;

	visible = r->resolvers.alone ||
		  (r->watch->expected.count == 0 ? dg_watch_is_sound(r->watch) : r->watch->visible);
	if (visible && dg_gate_ask_places(g, r, err) != DG_OK)
		return err->status;
	if (visible && dg_gate_places_settled(r))
		dg_resolver_watch_begin(&r->resolvers, g->drive.now);
	heard = r->resolvers.alone ||
		(dg_watch_is_settled(r->watch) && (!r->complete || dg_survey_is_done(&r->survey)));
	if (!unfit && g->drive.now < g->drive.deadline &&
	    !(heard && (!visible || dg_gate_places_settled(r)) &&
	      dg_resolver_watch_is_settled(&r->resolvers)))
		return DG_OK;
	visible = visible && dg_gate_places_show(r) && dg_resolver_watch_enough(&r->resolvers);
	if (visible && describe_hold(g, r, err) != DG_OK)
		return err->status;
	dg_gate_decide(g, r,
		       visible && dg_gate_hold_left(g, r) == 0 ? DG_VERDICT_VISIBLE
							       : DG_VERDICT_TIMEOUT);
	status = dg_gate_run_checks(g, r, true, err);
	if (status != DG_OK)
		return status;
	if (unfit || !heard_any(g, r))
		r->verdict = DG_VERDICT_ENVIRONMENT;
	else if (r->fatal_since >= 0)
		r->verdict = DG_VERDICT_FAULT;
	dg_gate_tell(g, DG_EVENT_VERDICT, r, 0);
	return DG_OK;
}

enum dg_status dg_gate_decide_record(struct dg_gate *g, struct dg_record *r, struct dg_error *err)
{
	bool look = r->watch->policy.look;
	enum dg_status status = DG_OK;

	update_unfit(g, r);
	if (dg_gate_asks_servers(r))
		dg_watch_update(r->watch, g->drive.now);
	dg_gate_rest(r, !dg_watch_is_lacking(r->watch));
	if (g->options.diagnose)
		return judge_once(g, r, err);
	if (ask_others(g, r, err) != DG_OK)
		return err->status;
	if (all_show(g, r) && describe_hold(g, r, err) != DG_OK)
		return err->status;
	if (all_show(g, r) && dg_gate_hold_left(g, r) == 0)
		/* The servers are not to blame for what this machine cannot judge. */
		dg_gate_decide(g, r,
			       look && r->unfit >= 0 ? DG_VERDICT_ENVIRONMENT : DG_VERDICT_VISIBLE);
	else if (nowhere_to_go(g, r, dg_gate_route_patience(g)) || is_unfit(g, r) ||
		 lacks_root(g, r) ||
		 (!g->drive.heard_any && r->given == NULL && !g->options.through_places &&
		  g->drive.now - g->drive.started >= DG_PATIENCE_MS))
		dg_gate_decide(g, r, DG_VERDICT_ENVIRONMENT);
	else if (g->drive.now < r->next_check)
		return DG_OK;
	status = dg_gate_run_checks(g, r, false, err);
	if (status != DG_OK)
		return status;
	if (r->verdict == DG_VERDICT_WAITING && r->fatal_since >= 0 && !look &&
	    g->drive.now - r->fatal_since >= DG_SURE_MS && r->unfit < 0)
		dg_gate_decide(g, r, DG_VERDICT_FAULT);
	if (r->verdict == DG_VERDICT_WAITING && is_hopeless(g, r))
		dg_gate_decide(g, r, DG_VERDICT_TIMEOUT);
	if (r->verdict != DG_VERDICT_WAITING && !r->looking)
		dg_gate_tell(g, DG_EVENT_VERDICT, r, 0);
	return DG_OK;
}
