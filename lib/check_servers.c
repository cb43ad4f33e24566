/* SPDX-License-Identifier: ISC */
/* F-21, F-25, F-28, F-45: how single servers behave. */
#include <stdio.h>

#include "check.h"

static void judge_lame(const struct dg_case *c, const struct dg_link *l, bool all_lame,
		       const struct dg_poll *p, struct dg_findings *f)
{
	bool silent = p->state == DG_SILENT;

	if (dg_poll_usable(p) || p->last_answer < 0 || p->no_route ||
	    dg_case_is_dead_ipv6(c, l, p) || (p->state == DG_BROKEN && p->truncated))
		return;
	/* A lost answer or two is no lame server. */
	if (silent && !p->left_out && dg_poll_patience(p) > c->now)
		return;
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-21",
		.code = "lame-delegation",
		.severity = all_lame ? DG_FATAL : DG_WARNING,
		.link = l,
		.poll = p,
		.advice =
		    silent ? "Bring the server back, open port 53 over UDP and TCP, or take it out "
			     "of the NS set."
			   : "Let this server load the zone, or take it out of the NS set.",
		.ca_text = all_lame ? "DNS problem: SERVFAIL looking up TXT" : NULL,
	    },
	    "%s%s%s: %s", silent ? "gives no answer" : "lame", l->zone->given ? "" : " for ",
	    l->zone->given ? "" : l->zone->text, p->detail);
}

static void judge_size(const struct dg_link *l, const struct dg_poll *p, bool useless,
		       struct dg_findings *f)
{
	if (p->state != DG_BROKEN || !p->truncated)
		return;
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-25",
		.code = "answer-too-big",
		.severity = useless ? DG_FATAL : DG_WARNING,
		.link = l,
		.poll = p,
		.advice = "Open TCP port 53 on this server, and delete old challenge records.",
		.ca_text = "DNS problem: SERVFAIL looking up TXT",
	    },
	    "the answer does not fit in a UDP message (%u octets sent, truncated), and TCP fails: "
	    "%s",
	    p->udp_size, p->tcp_why != NULL ? p->tcp_why : "no answer");
}

static void judge_edns(const struct dg_link *l, const struct dg_poll *p, struct dg_findings *f)
{
	if (!p->edns_refused && !p->edns_dropped)
		return;
	dg_findings_add(f,
			&(struct dg_cause){
			    .id = "F-28",
			    .code = "edns-broken",
			    .severity = DG_WARNING,
			    .link = l,
			    .poll = p,
			    .advice = "Update this server, or the firewall in front of it: EDNS "
				      "must pass (RFC 6891).",
			},
			p->edns_refused ? "refuses questions with EDNS; answers without"
					: "drops questions with EDNS; answers without");
}

static void judge_relapse(const struct dg_case *c, const struct dg_link *l, const struct dg_poll *p,
			  struct dg_findings *f)
{
	if (p->relapses == 0)
		return;
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-45",
		.code = "unstable",
		.severity = c->visible ? DG_WARNING : DG_WAIT,
		.link = l,
		.poll = p,
		.advice =
		    "Several servers answer at this address, or the record set rotates: bring them "
		    "in step.",
		.ca_text = "During secondary validation: Incorrect TXT record",
	    },
	    "unstable: showed the record and then not, %u time%s in %u questions", p->relapses,
	    p->relapses == 1 ? "" : "s", p->queries);
}

static void judge(const struct dg_case *c, struct dg_findings *f)
{
	size_t i, k;

	for (i = 0; i < c->watch->nlinks; i++) {
		const struct dg_link *l = &c->watch->link[i];
		bool useless = dg_case_useless(c, l);
		struct dg_tally t = dg_case_tally(l);
		/* Silence may end; a server that does not know its zone was never told of it. A
		 * top-level domain's servers are not the user's to mend. */
		bool searched = l->want == NULL || l->want->limit == NULL;
		bool all_lame = useless && searched && t.of[DG_SILENT] == 0 &&
				(l->zone->given || dg_name_labels(&l->zone->name) > 1);

		for (k = 0; l->live && l->zone != NULL && k < l->npolls; k++) {
			judge_lame(c, l, all_lame, &l->poll[k], f);
			judge_size(l, &l->poll[k], useless, f);
			judge_edns(l, &l->poll[k], f);
			judge_relapse(c, l, &l->poll[k], f);
		}
	}
}

const struct dg_check dg_check_servers = {.judge = judge};
