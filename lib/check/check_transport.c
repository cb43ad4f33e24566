/* SPDX-License-Identifier: ISC */
/* F-04, F-26, F-28 for an option, F-29, F-30, F-48, F-57: how a server takes a question that
 * differs a little from the usual one. */
#include <stdio.h>
#include <string.h>

#include "check.h"

static const struct dg_probe *find(const struct dg_case *c, const struct dg_owner *l,
				   const struct dg_poll *p, uint16_t type, enum dg_shape shape)
{
	return dg_survey_find(c->survey, l->zone, p->server, &l->name, type, shape);
}

/* It answered, with a response code that is no answer. */
static bool is_failure(const struct dg_poll *p)
{
	return p->said.state == DG_STATE_BROKEN && p->said.rcode > DG_RCODE_NXDOMAIN;
}

/* Nothing came from it over UDP, but may have come from another address. */
static bool is_unheard(const struct dg_poll *p)
{
	return (p->said.state == DG_STATE_SILENT && !p->said.no_route) ||
	       (p->said.has_transport && p->said.transport == DG_TRANSPORT_TCP &&
		!p->said.truncated);
}

static void want(const struct dg_case *c, struct dg_survey *s)
{
	size_t i, k;

	for (i = 0; i < c->watch->nowners; i++) {
		const struct dg_owner *l = &c->watch->owner[i];

		for (k = 0; l->live && l->zone != NULL && !l->zone->given && k < l->npolls; k++) {
			const struct dg_poll *p = &l->poll[k];

			if (p->said.state == DG_STATE_REFUSED || is_failure(p))
				dg_survey_question(s, l->zone, p->server, &l->name, DG_TYPE_TXT,
						   DG_SHAPE_LOWER_CASE);
			if (is_unheard(p))
				dg_survey_question(s, l->zone, p->server, &l->name, DG_TYPE_TXT,
						   DG_SHAPE_ANY_SOURCE);
			if (!dg_poll_usable(p))
				continue;
			dg_survey_question(s, l->zone, p->server, &l->name, DG_TYPE_TXT,
					   DG_SHAPE_TCP);
			dg_survey_question(s, l->zone, p->server, &l->name, DG_TYPE_TXT,
					   DG_SHAPE_NSID);
			if (dg_survey_nsid(find(c, l, p, DG_TYPE_TXT, DG_SHAPE_NSID))[0] != '\0') {
				dg_survey_question(s, l->zone, p->server, &l->name, DG_TYPE_TXT,
						   DG_SHAPE_NSID_AGAIN);
				dg_survey_question(s, l->zone, p->server, &l->name, DG_TYPE_TXT,
						   DG_SHAPE_NSID_TCP);
			}
			if (p->said.state == DG_STATE_ABSENT)
				dg_survey_question(s, l->zone, p->server, &l->name, DG_TYPE_TXT,
						   DG_SHAPE_LOWER_CASE);
			/* A wait asks for TXT alone. */
			if (c->diagnosing && p->said.state == DG_STATE_PRESENT && !p->said.alias)
				dg_survey_question(s, l->zone, p->server, &l->name, DG_TYPE_A,
						   DG_SHAPE_USUAL);
		}
	}
}

static void judge_tcp(const struct dg_case *c, const struct dg_owner *l, const struct dg_poll *p,
		      struct dg_findings *f)
{
	const struct dg_probe *tcp = find(c, l, p, DG_TYPE_TXT, DG_SHAPE_TCP);

	if (tcp == NULL || tcp->replied || (tcp->heard != DG_HEARD_CLOSED && !tcp->dropped))
		return;
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-26",
		.severity = DG_SEVERITY_WARNING,
		.owner = l,
		.poll = p,
		.advice =
		    tcp->connected
			? DG_SMALL_PACKETS
			: "Open TCP port 53 on this server: DNS needs it (RFC 7766), and longer "
			  "answers come over nothing else.",
	    },
	    "answers over UDP, with %zu octets now, and not over TCP (%s): with more than 1232 the "
	    "answer is lost",
	    p->said.size,
	    tcp->heard == DG_HEARD_CLOSED ? "refused"
	    : tcp->connected              ? "connects, and then nothing comes"
					  : "silent");
}

static void judge_source(const struct dg_case *c, const struct dg_owner *l, const struct dg_poll *p,
			 struct dg_findings *f)
{
	const struct dg_probe *any = find(c, l, p, DG_TYPE_TXT, DG_SHAPE_ANY_SOURCE);
	char source[DG_ADDR_TEXT];

	if (any == NULL || any->heard != DG_HEARD_ELSEWHERE)
		return;
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-57",
		.severity = DG_SEVERITY_WARNING,
		.owner = l,
		.poll = p,
		.advice = "Let the server answer from the address that was asked: bind it to each "
			  "of its addresses, and see what a load balancer or NAT in front of it "
			  "rewrites.",
		.ca_text = "DNS problem: query timed out looking up TXT",
	    },
	    "answers over UDP from %s port %u instead: resolvers drop that",
	    dg_addr_print(&any->source, source), any->source.port);
}

/* Questions without an option that the address answered, each at once; 0: one had to be repeated.
 */
static unsigned count_usual(const struct dg_case *c, const struct dg_owner *l,
			    const struct dg_poll *p)
{
	unsigned count = p->history.queries;
	size_t i;

	for (i = 0; i < c->survey->count; i++) {
		const struct dg_probe *probe = c->survey->probe[i];

		if (probe->zone != l->zone || probe->server != p->server ||
		    probe->shape >= DG_SHAPE_NSID || !probe->done)
			continue;
		if (!probe->replied || probe->sent > 1)
			return 0;
		count++;
	}
	return p->history.again > 0 ? 0 : count;
}

#define USUAL_QUESTIONS 3

/* Nothing came to the question with the option, time and again and over TCP too, and to all others
 * it did, without one that had to be repeated: that is not what loss does. */
static void judge_option(const struct dg_case *c, const struct dg_owner *l, const struct dg_poll *p,
			 struct dg_findings *f)
{
	const struct dg_probe *nsid = find(c, l, p, DG_TYPE_TXT, DG_SHAPE_NSID);
	const struct dg_probe *tcp = find(c, l, p, DG_TYPE_TXT, DG_SHAPE_TCP);

	if (nsid == NULL || !nsid->done || nsid->heard != DG_HEARD_SILENCE || tcp == NULL ||
	    !tcp->replied || p->said.edns_refused || p->said.edns_dropped || !dg_poll_usable(p) ||
	    count_usual(c, l, p) < USUAL_QUESTIONS)
		return;
	dg_findings_add(f,
			&(struct dg_cause){
			    .id = "F-28",
			    .severity = DG_SEVERITY_WARNING,
			    .owner = l,
			    .poll = p,
			    .advice = "Update this server, or the firewall in front of it: an "
				      "option that it does not know must be ignored (RFC 6891 "
				      "section 6.1.2).",
			},
			"drops questions with an EDNS option (NSID), and answers those without");
}

static bool same_answer(const struct dg_probe *a, const struct dg_probe *b)
{
	return a->says == b->says &&
	       (a->says != DG_ANSWER_DATA ||
		(a->txt.fingerprint == b->txt.fingerprint && a->txt.count == b->txt.count));
}

static void judge_nodes(const struct dg_case *c, const struct dg_owner *l, const struct dg_poll *p,
			struct dg_findings *f)
{
	static const enum dg_shape shapes[] = {DG_SHAPE_NSID, DG_SHAPE_NSID_AGAIN,
					       DG_SHAPE_NSID_TCP};
	const struct dg_probe *a = find(c, l, p, DG_TYPE_TXT, shapes[0]), *b = NULL;
	const char *one = dg_survey_nsid(a), *other = "";
	size_t i;

	for (i = 1; i < sizeof(shapes) / sizeof(shapes[0]) && b == NULL && one[0] != '\0'; i++) {
		b = find(c, l, p, DG_TYPE_TXT, shapes[i]);
		other = dg_survey_nsid(b);
		if (other[0] == '\0' || strcmp(one, other) == 0 || same_answer(a, b))
			b = NULL;
	}
	if (b == NULL)
		return;
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-04",
		.severity = c->visible ? DG_SEVERITY_WARNING : DG_SEVERITY_WAIT,
		.owner = l,
		.poll = p,
		.advice =
		    "Wait until the nodes behind this address agree; the CA meets others than "
		    "you do.",
		.ca_text = "During secondary validation: Incorrect TXT record",
	    },
	    "the nodes \"%s\" and \"%s\" behind this address answer differently", one, other);
}

static void judge_case(const struct dg_case *c, const struct dg_owner *l, const struct dg_poll *p,
		       struct dg_findings *f)
{
	const struct dg_probe *lower = find(c, l, p, DG_TYPE_TXT, DG_SHAPE_LOWER_CASE);
	bool denies = p->said.state == DG_STATE_ABSENT;
	bool refuses = p->said.state == DG_STATE_REFUSED || is_failure(p);

	/* Absent before and since: else the record came or went meanwhile. */
	if (lower != NULL && lower->replied && lower->says == DG_ANSWER_DATA &&
	    (denies || refuses) && p->history.changed <= lower->at &&
	    (c->last || p->history.last_answer > lower->at)) {
		dg_findings_add(
		    f,
		    &(struct dg_cause){
			.id = "F-30",
			/* One that refuses is passed over. */
			.severity = denies || dg_case_useless(c, l) ? DG_SEVERITY_FATAL
								    : DG_SEVERITY_WARNING,
			.owner = l,
			.poll = p,
			.advice =
			    "Update this server: names are compared without regard to case (RFC "
			    "4343), and CAs ask in mixed case.",
			.ca_text = "DNS problem: NXDOMAIN looking up TXT",
		    },
		    "answers the name in lower case only: in mixed case it says %s",
		    p->said.detail);
	} else if (p->said.case_changed) {
		dg_findings_add(
		    f,
		    &(struct dg_cause){
			.id = "F-29",
			.severity = DG_SEVERITY_WARNING,
			.owner = l,
			.poll = p,
			.advice =
			    "Update this server: it must repeat the question as it came. The CA's "
			    "resolver falls back, and then wants the same answer from all.",
		    },
		    "does not repeat the question's case");
	}
}

static void judge_types(const struct dg_case *c, const struct dg_owner *l, const struct dg_poll *p,
			struct dg_findings *f)
{
	const struct dg_probe *a = find(c, l, p, DG_TYPE_A, DG_SHAPE_USUAL);

	if (a == NULL || !a->replied || a->says != DG_ANSWER_NXDOMAIN ||
	    p->said.state != DG_STATE_PRESENT)
		return;
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-48",
		.severity = DG_SEVERITY_WARNING,
		.owner = l,
		.poll = p,
		.advice =
		    "Let nothing ask a resolver for other types of this name: it would keep that "
		    "there is no such name. And update the server (RFC 8020).",
	    },
	    "says NXDOMAIN for other types than TXT, though the name exists");
}

static void judge(const struct dg_case *c, struct dg_findings *f)
{
	size_t i, k;

	for (i = 0; i < c->watch->nowners; i++) {
		const struct dg_owner *l = &c->watch->owner[i];

		for (k = 0; l->live && l->zone != NULL && k < l->npolls; k++) {
			judge_source(c, l, &l->poll[k], f);
			judge_tcp(c, l, &l->poll[k], f);
			judge_option(c, l, &l->poll[k], f);
			judge_nodes(c, l, &l->poll[k], f);
			judge_case(c, l, &l->poll[k], f);
			judge_types(c, l, &l->poll[k], f);
		}
	}
}

const struct dg_check dg_check_transport = {.want = want, .judge = judge, .first = true};
