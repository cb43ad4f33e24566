/* SPDX-License-Identifier: ISC */
/* One record of a gate: its servers, its chain of trust, its findings, its verdict. */
#include <stdio.h>

#include "err.h"
#include "gate.h"

#define SURE_MS 1000
/* A record that is there soon is no case for a diagnosis. */
#define SURVEY_AFTER_MS 5000
#define SURVEY_EVERY_MS 60000
#define SURVEY_APART_MS 100
#define CHECK_EVERY_MS 1000
#define SEARCH_AGAIN_MS 5000

/* All that is missing is the chain of trust. */
static const struct dg_poll *find_unproven(const struct dg_record *r)
{
	const struct dg_poll *first = NULL;
	size_t i, k;

	for (i = 0; i < r->watch->nlinks; i++) {
		const struct dg_link *l = &r->watch->link[i];

		for (k = 0; l->live && k < l->npolls; k++) {
			const struct dg_poll *p = &l->poll[k];

			if (p->state != DG_PRESENT || p->judgement.security != DG_INDETERMINATE)
				return NULL;
			if (first == NULL)
				first = p;
		}
	}
	return first;
}

static void describe_trouble(struct dg_record *r)
{
	const struct dg_poll *unproven = find_unproven(r);
	char name[DG_NAME_TEXT], type[DG_TYPE_TEXT];
	size_t i;

	r->trouble[0] = '\0';
	if (unproven != NULL && unproven->judgement.need_type != 0)
		snprintf(
		    r->trouble, sizeof(r->trouble),
		    "the record is there, and the chain of trust is not known: no answer about the "
		    "%s set of %s",
		    dg_type_print(unproven->judgement.need_type, type),
		    dg_name_print(&unproven->judgement.need_name, name));
	for (i = 0; i < r->watch->nlinks; i++) {
		const struct dg_link *l = &r->watch->link[i];

		if (!l->live)
			continue;
		if (l->zone == NULL)
			snprintf(r->trouble, sizeof(r->trouble),
				 "looking for the name servers of %s", l->text);
		else if (l->npolls == 0)
			snprintf(r->trouble, sizeof(r->trouble),
				 "no name server of %s has an address that is found",
				 l->zone->text);
		else if (l->zone->parent == NULL && !l->zone->given)
			snprintf(r->trouble, sizeof(r->trouble), "no root server is of use");
	}
}

/* Starts, or takes the result of, the search for a link's servers. */
static enum dg_status find_servers(struct dg_gate *g, struct dg_record *r, size_t link,
				   struct dg_error *err)
{
	struct dg_link *l = &r->watch->link[link];
	struct dg_name name = l->name;

	/* The zone above speaks for DS. */
	if (r->watch->policy.type == DG_TYPE_DS)
		name = dg_name_parent(&name);
	if (r->given != NULL) {
		dg_watch_set_zone(r->watch, link, r->given);
		if (l->chain != NULL || g->options.dnssec == DG_DNSSEC_OFF)
			return DG_OK;
		return dg_discover_want(g->discover, &name, g->now, &l->chain, err);
	}
	if (l->want == NULL) {
		l->searched = g->now;
		return dg_discover_want(g->discover, &name, g->now, &l->want, err);
	}
	if (l->want->state == DG_WANT_NOT_DELEGATED && r->watch->policy.look)
		dg_watch_set_zone(r->watch, link, l->want->zone);
	if (l->want->state == DG_WANT_FOUND || l->want->state == DG_WANT_STUCK)
		dg_watch_set_zone(r->watch, link, l->want->zone);
	if (l->want->state == DG_WANT_STUCK && l->want->zone->nservers == 0 &&
	    l->want->limit == NULL && g->now - l->searched >= SEARCH_AGAIN_MS)
		l->want = NULL;
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
	for (i = 0; i < r->watch->nlinks; i++) {
		const struct dg_link *l = &r->watch->link[i];

		before += l->npolls;
		if (!l->live)
			continue;
		status = find_servers(g, r, i, err);
		if (status != DG_OK)
			return status;
		r->complete = r->complete && l->zone != NULL && dg_discover_complete(l->zone);
		if (l->zone == NULL || r->given != NULL || g->options.dnssec == DG_DNSSEC_OFF)
			continue;
		status = dg_chase_zone(&g->chase, l->zone, g->now, dg_gate_wall(g));
		if (status != DG_OK)
			return dg_fail_memory(err);
	}
	status = dg_watch_sync(r->watch, g->now, err);
	if (status != DG_OK)
		return status;
	for (i = 0; i < r->watch->nlinks; i++)
		after += r->watch->link[i].npolls;
	describe_trouble(r);
	if (after > before)
		dg_gate_tell(g, DG_EVENT_ZONE, r, 0);
	return DG_OK;
}

/* What discovery found since concerns this record. */
bool dg_gate_has_news(const struct dg_record *r)
{
	size_t i;

	for (i = 0; i < r->watch->nlinks; i++) {
		const struct dg_link *l = &r->watch->link[i];

		if (!l->live || l->want == NULL || l->want->state == DG_WANT_SEARCHING)
			continue;
		if (l->want->state == DG_WANT_NOT_DELEGATED || l->zone != l->want->zone ||
		    l->npolls < l->zone->nservers ||
		    (!r->complete && dg_discover_complete(l->zone)))
			return true;
	}
	return false;
}

static struct dg_case make_case(struct dg_gate *g, const struct dg_record *r, bool last)
{
	return (struct dg_case){
	    .watch = r->watch,
	    .chase = &g->chase,
	    .now = g->now,
	    .wall = dg_gate_wall(g),
	    .resolvers = &r->resolvers,
	    .survey = &r->survey,
	    .path = dg_discover_path(g->discover),
	    .deadline = g->deadline,
	    .hold = g->started + r->hold,
	    .published = r->published,
	    .ca = g->options.ca,
	    .account = g->options.account,
	    .nothing_heard = !g->heard_any && g->now - g->started >= DG_PATIENCE_MS,
	    .visible = r->verdict == DG_VISIBLE,
	    .diagnosing = g->options.diagnose,
	    .last = last,
	};
}

/* One pass after another: many records at once must not take the room of what they wait for. */
static bool survey_is_due(const struct dg_gate *g, const struct dg_record *r)
{
	if (g->options.diagnose)
		return !r->survey.begun;
	return g->now - g->started >= SURVEY_AFTER_MS && g->now >= r->next_survey &&
	       g->now >= g->next_survey && (!r->survey.begun || dg_survey_is_done(&r->survey));
}

enum dg_status dg_gate_survey(struct dg_gate *g, struct dg_record *r, struct dg_error *err)
{
	struct dg_case c = make_case(g, r, false);

	if (!r->complete || r->resolvers.alone || r->watch->policy.look ||
	    (!g->options.diagnose && (r->resolving || r->looking)))
		return DG_OK;
	if (survey_is_due(g, r)) {
		dg_survey_begin(&r->survey, g->net.random(g->net.self));
		r->next_survey = g->now + SURVEY_EVERY_MS;
		g->next_survey = g->now + SURVEY_APART_MS;
	}
	if (r->survey.begun && r->survey.news) {
		r->survey.news = false;
		dg_checks_want(&c, &r->survey);
	}
	return r->survey.no_memory ? dg_fail_memory(err) : DG_OK;
}

enum dg_status dg_gate_run_checks(struct dg_gate *g, struct dg_record *r, bool last,
				  struct dg_error *err)
{
	struct dg_case c = make_case(g, r, last);

	c.caa_text = r->caa;
	dg_findings_free(&r->findings);
	dg_checks_run(&c, &r->findings);
	if (r->findings.no_memory)
		return dg_fail_memory(err);
	/* The worst stands first. */
	if (r->findings.count == 0 || r->findings.finding[0].severity != DG_FATAL)
		r->fatal_since = -1;
	else if (r->fatal_since < 0)
		r->fatal_since = g->now;
	r->next_check = g->now + CHECK_EVERY_MS;
	if (r->fatal_since >= 0 && r->fatal_since + SURE_MS > g->now &&
	    r->next_check > r->fatal_since + SURE_MS)
		r->next_check = r->fatal_since + SURE_MS;
	return DG_OK;
}

/* This machine has no way to any of the addresses it should ask. */
static bool nowhere_to_go(const struct dg_gate *g, const struct dg_record *r)
{
	const struct dg_link *l = &r->watch->link[0];
	size_t k;

	for (k = 0; k < l->npolls; k++)
		if (!l->poll[k].no_route)
			return false;
	for (k = 0; r->resolvers.begun && k < r->resolvers.count; k++)
		if (!r->resolvers.poll[k].poll.no_route)
			return false;
	return !g->heard_any && (l->npolls > 0 || r->resolvers.alone);
}

/* Another record's chain leads over a name of this one's, and its servers do not agree yet: a resolver that
 * is asked now would keep what that name has now. */
static bool waits_for_another(const struct dg_gate *g, const struct dg_record *r)
{
	size_t i, k, n;

	for (i = 0; i < g->count && r->watch->nlinks > 1; i++) {
		const struct dg_record *o = g->record[i];

		if (o == r || o->verdict != DG_WAITING || o->resolvers.begun)
			continue;
		for (k = 1; k < r->watch->nlinks; k++)
			for (n = 0; r->watch->link[k].live && n < o->watch->nlinks; n++)
				if (o->watch->link[n].live &&
				    dg_name_equal(&o->watch->link[n].name,
						  &r->watch->link[k].name) &&
				    !dg_watch_visible(o->watch, g->now))
					return true;
	}
	return false;
}

/* All is well, and the CA may still remember what was there before. */
static bool is_held(const struct dg_gate *g, struct dg_record *r)
{
	dg_ms left = g->started + r->hold - g->now;

	if (left <= 0)
		return false;
	snprintf(r->trouble, sizeof(r->trouble),
		 "the record is there; held for %lld s more, until the CA has forgotten the values "
		 "of a moment ago",
		 (long long)(left + 999) / 1000);
	return true;
}

/* First the servers, then the resolvers. */
static bool is_visible(struct dg_gate *g, struct dg_record *r)
{
	if (dg_gate_asks_servers(r) && !dg_watch_visible(r->watch, g->now))
		return false;
	/* Whoever it is that shows it. */
	if (!r->watch->policy.look && dg_path_is_intercepted(dg_discover_path(g->discover)))
		return false;
	if (r->resolvers.count == 0)
		return !is_held(g, r);
	if (!r->resolvers.begun && waits_for_another(g, r))
		return false;
	dg_resolver_watch_begin(&r->resolvers, g->now);
	/* A last look at the servers comes when the resolvers are through. */
	r->resolving = !r->watch->policy.look && !dg_resolver_watch_enough(&r->resolvers);
	return dg_resolver_watch_enough(&r->resolvers) && !is_held(g, r);
}

/* Waiting for the resolvers is in vain; where one of them is at fault, that is said as such. */
static bool is_hopeless(const struct dg_gate *g, const struct dg_record *r)
{
	return r->resolvers.begun && !r->watch->policy.look && g->unfit < 0 && r->fatal_since < 0 &&
	       dg_resolver_watch_hopeless(&r->resolvers, g->deadline);
}

/* The user named the servers, and nobody answers for the root: nothing can be proven from here. */
static bool lacks_root(const struct dg_gate *g, const struct dg_record *r)
{
	return r->given != NULL && g->options.dnssec != DG_DNSSEC_OFF &&
	       g->now - g->started >= DG_PATIENCE_MS && !dg_chase_has_begun(&g->chase) &&
	       find_unproven(r) != NULL;
}

/* What this machine judges by is wrong, and has been for a moment: its clock, against which all signatures
 * are over or still to come, its trust anchors, or the network that answers for the servers. */
static bool cannot_judge(struct dg_gate *g)
{
	if (dg_chase_clock_error(&g->chase) == 0 && !dg_chase_lacks_anchor(&g->chase) &&
	    !dg_path_is_intercepted(dg_discover_path(g->discover)))
		g->unfit = -1;
	else if (g->unfit < 0)
		g->unfit = g->now;
	return g->unfit >= 0 && g->now - g->unfit >= SURE_MS;
}

/* A diagnosis ends when everything was heard of once; what was found then is the verdict. */
static enum dg_status judge_once(struct dg_gate *g, struct dg_record *r, struct dg_error *err)
{
	bool unfit = cannot_judge(g) || nowhere_to_go(g, r), visible = r->resolvers.alone, heard;
	enum dg_status status;

	if (r->watch->wanted.count == 0 && !visible)
		visible = dg_watch_is_sound(r->watch, g->now);
	else if (!visible)
		visible = dg_watch_visible(r->watch, g->now);
	if (visible)
		dg_resolver_watch_begin(&r->resolvers, g->now);
	heard = r->resolvers.alone ||
		(dg_watch_is_settled(r->watch) && (!r->complete || dg_survey_is_done(&r->survey)));
	if (!unfit && g->now < g->deadline &&
	    !(heard && dg_resolver_watch_is_settled(&r->resolvers)))
		return DG_OK;
	dg_gate_decide(g, r,
		       visible && dg_resolver_watch_enough(&r->resolvers) && !is_held(g, r)
			   ? DG_VISIBLE
			   : DG_TIMEOUT);
	status = dg_gate_run_checks(g, r, true, err);
	if (status != DG_OK)
		return status;
	if (unfit || !g->heard_any)
		r->verdict = DG_ENVIRONMENT;
	else if (r->fatal_since >= 0)
		r->verdict = DG_FAULT;
	dg_gate_tell(g, DG_EVENT_VERDICT, r, 0);
	return DG_OK;
}

enum dg_status dg_gate_judge_record(struct dg_gate *g, struct dg_record *r, struct dg_error *err)
{
	bool unfit = cannot_judge(g), look = r->watch->policy.look;
	enum dg_status status = DG_OK;

	if (g->options.diagnose)
		return judge_once(g, r, err);
	if (is_visible(g, r))
		/* What was judged in vain for that reason is not the servers' fault. */
		dg_gate_decide(g, r, look && g->unfit >= 0 ? DG_ENVIRONMENT : DG_VISIBLE);
	else if (nowhere_to_go(g, r) || unfit || lacks_root(g, r) ||
		 (!g->heard_any && r->given == NULL && g->now - g->started >= DG_PATIENCE_MS))
		dg_gate_decide(g, r, DG_ENVIRONMENT);
	else if (g->now < r->next_check)
		return DG_OK;
	status = dg_gate_run_checks(g, r, false, err);
	if (status != DG_OK)
		return status;
	if (r->verdict == DG_WAITING && r->fatal_since >= 0 && !look &&
	    g->now - r->fatal_since >= SURE_MS && g->unfit < 0)
		dg_gate_decide(g, r, DG_FAULT);
	if (r->verdict == DG_WAITING && is_hopeless(g, r))
		dg_gate_decide(g, r, DG_TIMEOUT);
	if (r->verdict != DG_WAITING && !r->looking)
		dg_gate_tell(g, DG_EVENT_VERDICT, r, 0);
	return DG_OK;
}
