/* SPDX-License-Identifier: ISC */
/* The causes that checks find for a record of a gate, and what they want asked for it. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "gate.h"

/* A record that is there soon is no case for a diagnosis. */
#define SURVEY_AFTER_MS 5000
#define SURVEY_EVERY_MS 60000
#define SURVEY_APART_MS 100
#define SURVEY_CROWDED_MS 30000
#define QUEUED_MS 300
#define CHECK_EVERY_MS 1000
/* One address family is there: the other one's routes come soon after, or never. */
#define OTHER_FAMILY_MS 5000

dg_ms dg_gate_route_patience(const struct dg_gate *g)
{
	dg_ms later;

	if (g->options.diagnose)
		return DG_SURE_MS;
	/* A network that comes up late has both late. */
	later = g->drive.heard_first - g->drive.started + OTHER_FAMILY_MS;
	return g->drive.heard_any && later < DG_PATIENCE_MS ? later : DG_PATIENCE_MS;
}

static struct dg_case make_case(struct dg_gate *g, const struct dg_record *r, bool last)
{
	return (struct dg_case){
	    .watch = r->watch,
	    .chase = &g->chase,
	    .now = g->drive.now,
	    .wall = dg_gate_wall(g),
	    .resolvers = &r->resolvers,
	    .survey = &r->survey,
	    .path = dg_discover_path(g->discover),
	    .deadline = g->drive.deadline,
	    .hold = g->drive.now + dg_gate_hold_left(g, r),
	    .published = r->published,
	    .ca = g->options.ca,
	    .identifiers = r->identifiers,
	    .account = g->options.account,
	    .nothing_heard = !g->drive.heard_any && !g->options.through_places &&
			     g->drive.now - g->drive.started >= DG_PATIENCE_MS,
	    .patience =
		last || r->verdict == DG_VERDICT_ENVIRONMENT ? 0 : dg_gate_route_patience(g),
	    .visible = r->verdict == DG_VERDICT_VISIBLE,
	    .diagnosing = g->options.diagnose,
	    .last = last,
	};
}

/* What seems a fault may be none: that is worth a pass at once. */
static bool is_asked_for(const struct dg_record *r)
{
	return r->findings.unsure && !r->survey.begun;
}

/* One pass after another: many records at once must not take the room of what they wait for. On a
 * path where questions queue up there is none, until it is likely that something else is wrong. */
static bool survey_is_due(const struct dg_gate *g, const struct dg_record *r)
{
	if (g->options.diagnose)
		return !r->survey.begun;
	if ((dg_drive_is_crowded(&g->drive) || g->drive.queued > QUEUED_MS) &&
	    g->drive.now - g->drive.started < SURVEY_CROWDED_MS)
		return false;
	if (is_asked_for(r))
		return true;
	/* Nothing is wrong where only last answers are awaited. */
	if (r->watch->near_since != 0)
		return false;
	return g->drive.now - r->watch->started >= SURVEY_AFTER_MS &&
	       g->drive.now >= r->next_survey && g->drive.now >= g->next_survey &&
	       (!r->survey.begun || dg_survey_is_done(&r->survey));
}

/* Each record's part of what all of them may keep. */
static size_t survey_octets(const struct dg_gate *g)
{
	size_t part = DG_MAX_SURVEYS_OCTETS / g->count;

	return part > DG_MIN_SURVEY_OCTETS ? part : DG_MIN_SURVEY_OCTETS;
}

static size_t count_open(const struct dg_survey *s)
{
	size_t open = 0, i;

	for (i = 0; i < s->nsought; i++)
		open += s->sought[i].search != NULL && s->sought[i].search->state == DG_SEARCH_OPEN;
	return open;
}

/* For the zones that checks want found. */
static enum dg_status begin_searches(struct dg_gate *g, struct dg_record *r, struct dg_error *err)
{
	enum dg_status status = DG_OK;
	size_t i;

	for (i = 0; i < r->survey.nsought && status == DG_OK; i++)
		if (r->survey.sought[i].search == NULL)
			status = dg_gate_search(g, r, &r->survey.sought[i].name,
						&r->survey.sought[i].search, err);
	return status;
}

enum dg_status dg_gate_survey(struct dg_gate *g, struct dg_record *r, struct dg_error *err)
{
	struct dg_case c = make_case(g, r, false);

	if ((!r->complete && !r->findings.unsure) || r->resolvers.alone || r->watch->policy.look ||
	    (!g->options.diagnose && (r->resolving || r->looking)))
		return DG_OK;
	if (survey_is_due(g, r)) {
		dg_survey_begin(&r->survey, survey_octets(g),
				g->drive.net.random(g->drive.net.self));
		r->next_survey = g->drive.now + SURVEY_EVERY_MS;
		g->next_survey = g->drive.now + SURVEY_APART_MS;
	}
	if (count_open(&r->survey) < r->open_searches)
		r->survey.news = true;
	if (r->survey.begun && r->survey.news) {
		r->survey.news = false;
		dg_checks_want(&c, &r->survey);
	}
	if (begin_searches(g, r, err) != DG_OK)
		return err->status;
	r->open_searches = count_open(&r->survey);
	return r->survey.no_memory ? dg_fail_memory(err) : DG_OK;
}

enum dg_status dg_gate_run_checks(struct dg_gate *g, struct dg_record *r, bool last,
				  struct dg_error *err)
{
	struct dg_case c = make_case(g, r, last);

	dg_findings_free(&r->findings);
	dg_checks_run(&c, &r->findings);
	if (r->round != NULL && r->round->begun) {
		dg_round_judge(r->round, g->options.through_places, &r->findings);
		dg_findings_sort(&r->findings);
	}
	if (r->findings.no_memory)
		return dg_fail_memory(err);
	if (r->findings.caa_text != NULL) {
		free(r->caa);
		r->caa = r->findings.caa_text;
		r->findings.caa_text = NULL;
	}
	/* The worst stands first. */
	if (r->findings.count == 0 || r->findings.finding[0].severity != DG_SEVERITY_FATAL)
		r->fatal_since = -1;
	else if (r->fatal_since < 0)
		r->fatal_since = g->drive.now;
	r->next_check = g->drive.now + CHECK_EVERY_MS;
	if (r->fatal_since >= 0 && r->fatal_since + DG_SURE_MS > g->drive.now &&
	    r->next_check > r->fatal_since + DG_SURE_MS)
		r->next_check = r->fatal_since + DG_SURE_MS;
	return DG_OK;
}
