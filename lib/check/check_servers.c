/* SPDX-License-Identifier: ISC */
/* F-21, F-25, F-28, F-45: how single servers behave. */
#include <stdio.h>

#include "check.h"

/* Long enough to be told of, whoever's fault it is. */
static bool is_long(const struct dg_case *c, const struct dg_poll *p)
{
	return dg_outage_patience(NULL, dg_poll_silent_since(p), c->now) <= c->now;
}

/* Nobody answers whom the look asked: something is wrong with all of them, not with a packet. */
static bool looks_at_silence(const struct dg_case *c, const struct dg_owner *l)
{
	struct dg_tally t = dg_case_tally(l);

	return c->last && c->diagnosing && t.total > 0 && t.of[DG_STATE_SILENT] == t.total;
}

/* Then the letters' case is the cause, and that is told (F-30). */
static bool answers_lower_case(const struct dg_case *c, const struct dg_owner *l,
			       const struct dg_poll *p)
{
	const struct dg_probe *lower = dg_survey_find(c->survey, l->zone, p->server, &l->name,
						      DG_TYPE_TXT, DG_SHAPE_LOWER_CASE);

	return lower != NULL && lower->replied && lower->says == DG_ANSWER_DATA;
}

static void judge_lame(const struct dg_case *c, const struct dg_owner *l, bool all_lame,
		       const struct dg_poll *p, struct dg_findings *f)
{
	bool silent = p->said.state == DG_STATE_SILENT;
	bool outage = c->watch->outage != NULL && dg_outage_is(c->watch->outage, c->now);

	if (dg_poll_usable(p) || p->history.last_answer < 0 || p->said.no_route || p->said.caught ||
	    dg_case_is_dead_ipv6(c, l, p) ||
	    (p->said.state == DG_STATE_BROKEN && p->said.truncated))
		return;
	/* A lost answer or two is no lame server; a look does not wait for longer. */
	if (silent && !p->schedule.left_out && !is_long(c, p) && !looks_at_silence(c, l))
		return;
	if (answers_lower_case(c, l, p))
		return;
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-21",
		.severity = all_lame ? DG_SEVERITY_FATAL : DG_SEVERITY_WARNING,
		.owner = l,
		.poll = p,
		.advice =
		    silent && outage ? "Nobody else answers just now either: look at this "
				       "machine's own way to the "
				       "network first."
		    : silent
			? "Bring the server back, open port 53 over UDP and TCP, or take it out "
			  "of the NS set."
			: "Let this server load the zone, or take it out of the NS set.",
		.ca_text = all_lame ? "DNS problem: SERVFAIL looking up TXT" : NULL,
	    },
	    "%s%s%s: %s%s%s", silent ? "gives no answer" : "lame", l->zone->given ? "" : " for ",
	    l->zone->given ? "" : l->zone->text, p->said.detail,
	    dg_poll_word_stands(p) ? "; its last word stands: " : "",
	    dg_poll_word_stands(p) ? p->history.last_word : "");
}

/* A CA's resolver takes the answer, and others may not. */
static void judge_authority(const struct dg_owner *l, const struct dg_poll *p,
			    struct dg_findings *f)
{
	if (!dg_poll_usable(p) || p->said.aa != 0)
		return;
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-21",
		.severity = DG_SEVERITY_WARNING,
		.owner = l,
		.poll = p,
		.advice = "Let this server load the zone, or take it out of the NS set.",
	    },
	    "answers %s",
	    p->said.as_resolver ? "as a resolver, not as an authoritative server"
				: "without authority (AA clear)");
}

static void judge_size(const struct dg_case *c, const struct dg_owner *l, const struct dg_poll *p,
		       bool useless, struct dg_findings *f)
{
	/* A connection without an answer may be the path's fault, and our end of it. TCP that was
	 * silent a few times may have been so by loss. */
	bool path = p->said.tcp_silent, sure = p->said.tcp_why != NULL || p->said.tcp_dropped;

	if (p->said.state != DG_STATE_BROKEN || !p->said.truncated ||
	    (!sure && (!p->schedule.left_out ||
		       dg_outage_explains(c->watch->outage, p->history.unanswered))))
		return;
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-25",
		.severity = !useless ? DG_SEVERITY_WARNING
			    : path   ? DG_SEVERITY_WAIT
			    : sure   ? DG_SEVERITY_FATAL
				     : DG_SEVERITY_WARNING,
		.owner = l,
		.poll = p,
		.advice =
		    path ? DG_SMALL_PACKETS " Delete old challenge records."
			 : "Open TCP port 53 on this server, and delete old challenge records.",
		.ca_text = path ? NULL : "DNS problem: SERVFAIL looking up TXT",
	    },
	    "the answer does not fit in a UDP message (%u octets sent, truncated), and TCP fails: "
	    "%s",
	    p->said.udp_size,
	    p->said.tcp_why != NULL ? p->said.tcp_why
	    : path                  ? "TCP connects, and then nothing comes"
				    : "no answer");
}

/* Signatures are wanted of it, and none can come. */
static bool lacks_signatures(const struct dg_case *c, const struct dg_poll *p)
{
	bool expected =
	    p->said.state == DG_STATE_SILENT ||
	    (p->said.state == DG_STATE_PRESENT && p->said.security == DG_SECURITY_INDETERMINATE);

	return p->said.edns_ignored && expected &&
	       (c->last || dg_watch_patience(c->watch, p, c->now) <= c->now);
}

static void judge_edns(const struct dg_case *c, const struct dg_owner *l, const struct dg_poll *p,
		       struct dg_findings *f)
{
	const char *text = NULL;

	if (p->said.edns_refused)
		text =
		    "refuses questions with EDNS, or spoils its answers to them; answers without";
	else if (p->said.edns_dropped)
		text = "drops questions with EDNS; answers without";
	else if (lacks_signatures(c, p))
		text = "answers questions with EDNS without it: no signatures can come";
	if (text == NULL)
		return;
	dg_findings_add(f,
			&(struct dg_cause){
			    .id = "F-28",
			    .severity = DG_SEVERITY_WARNING,
			    .owner = l,
			    .poll = p,
			    .advice = "Update this server, or the firewall in front of it: EDNS "
				      "must pass (RFC 6891).",
			},
			"%s", text);
}

static void judge_relapse(const struct dg_case *c, const struct dg_owner *l,
			  const struct dg_poll *p, struct dg_findings *f)
{
	if (p->history.relapses == 0)
		return;
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-45",
		.severity = c->visible ? DG_SEVERITY_WARNING : DG_SEVERITY_WAIT,
		.owner = l,
		.poll = p,
		.advice =
		    "Several servers answer at this address, or the record set rotates: bring them "
		    "in step.",
		.ca_text = "During secondary validation: Incorrect TXT record",
	    },
	    "unstable: showed the record and then not, %u time%s in %u questions",
	    p->history.relapses, p->history.relapses == 1 ? "" : "s", p->history.queries);
}

static void judge(const struct dg_case *c, struct dg_findings *f)
{
	size_t i, k;

	for (i = 0; i < c->watch->nowners; i++) {
		const struct dg_owner *l = &c->watch->owner[i];
		bool useless = dg_case_useless(c, l);
		struct dg_tally t = dg_case_tally(l);
		/* Silence may end; a server that does not know its zone was never told of it. A
		 * top-level domain's servers are not the user's to fix. */
		bool searched = l->search == NULL || l->search->limit == NULL;
		bool all_lame = useless && searched && t.of[DG_STATE_SILENT] == 0 &&
				(l->zone->given || dg_name_labels(&l->zone->name) > 1);

		for (k = 0; l->live && l->zone != NULL && k < l->npolls; k++) {
			judge_lame(c, l, all_lame, &l->poll[k], f);
			judge_authority(l, &l->poll[k], f);
			judge_size(c, l, &l->poll[k], useless, f);
			judge_edns(c, l, &l->poll[k], f);
			judge_relapse(c, l, &l->poll[k], f);
		}
	}
}

const struct dg_check dg_check_servers = {.judge = judge};
