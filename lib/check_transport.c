/* SPDX-License-Identifier: ISC */
/* F-04, F-26, F-29, F-30, F-48: how a server takes a question that differs a little from the usual one. */
#include <stdio.h>
#include <string.h>

#include "check.h"

static const struct dg_probe *find(const struct dg_case *c, const struct dg_link *l,
				   const struct dg_poll *p, uint16_t type, enum dg_shape shape)
{
	return dg_survey_find(c->survey, l->zone, p->server, &l->name, type, shape);
}

static void want(const struct dg_case *c, struct dg_survey *s)
{
	char nsid[DG_NSID_TEXT];
	size_t i, k;

	for (i = 0; i < c->watch->nlinks; i++) {
		const struct dg_link *l = &c->watch->link[i];

		for (k = 0; l->live && l->zone != NULL && !l->zone->given && k < l->npolls; k++) {
			const struct dg_poll *p = &l->poll[k];

			if (!dg_poll_usable(p))
				continue;
			dg_survey_want(s, l->zone, p->server, &l->name, DG_TYPE_TXT, DG_SHAPE_TCP);
			dg_survey_want(s, l->zone, p->server, &l->name, DG_TYPE_TXT, DG_SHAPE_NSID);
			if (dg_survey_nsid(find(c, l, p, DG_TYPE_TXT, DG_SHAPE_NSID), nsid)[0] !=
			    '\0')
				dg_survey_want(s, l->zone, p->server, &l->name, DG_TYPE_TXT,
					       DG_SHAPE_NSID_AGAIN);
			if (p->state == DG_ABSENT)
				dg_survey_want(s, l->zone, p->server, &l->name, DG_TYPE_TXT,
					       DG_SHAPE_LOWER_CASE);
			/* Who only waits asks for TXT alone. */
			if (c->diagnosing && p->state == DG_PRESENT && !p->alias)
				dg_survey_want(s, l->zone, p->server, &l->name, DG_TYPE_A,
					       DG_SHAPE_USUAL);
		}
	}
}

static void judge_tcp(const struct dg_case *c, const struct dg_link *l, const struct dg_poll *p,
		      struct dg_findings *f)
{
	const struct dg_probe *tcp = find(c, l, p, DG_TYPE_TXT, DG_SHAPE_TCP);

	if (tcp == NULL || tcp->wire != NULL || tcp->heard.kind == DG_HEARD_NO_ROUTE)
		return;
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-26",
		.code = "tcp-closed",
		.severity = DG_WARNING,
		.link = l,
		.poll = p,
		.advice = "Open TCP port 53 on this server: DNS needs it (RFC 7766), and longer "
			  "answers come over nothing else.",
	    },
	    "answers over UDP, with %zu octets now, and not over TCP (%s): with more than 1232 the "
	    "answer is lost",
	    p->size, tcp->heard.kind == DG_HEARD_CLOSED ? "refused" : "silent");
}

static bool same_answer(const struct dg_case *c, const struct dg_probe *a, const struct dg_probe *b,
			struct dg_findings *f)
{
	struct dg_txt ta = {0}, tb = {0};

	if (a->answer.kind != b->answer.kind)
		return false;
	if (a->answer.kind != DG_SAYS_DATA)
		return true;
	if (dg_txt_read(&ta, &c->watch->wanted, &a->msg, &a->name) != DG_OK ||
	    dg_txt_read(&tb, &c->watch->wanted, &b->msg, &b->name) != DG_OK)
		f->no_memory = true;
	return ta.fingerprint == tb.fingerprint && ta.count == tb.count;
}

static void judge_nodes(const struct dg_case *c, const struct dg_link *l, const struct dg_poll *p,
			struct dg_findings *f)
{
	static const enum dg_shape shapes[] = {DG_SHAPE_NSID, DG_SHAPE_NSID_AGAIN, DG_SHAPE_TCP};
	const struct dg_probe *a = find(c, l, p, DG_TYPE_TXT, shapes[0]), *b = NULL;
	char one[DG_NSID_TEXT], other[DG_NSID_TEXT];
	size_t i;

	dg_survey_nsid(a, one);
	for (i = 1; i < sizeof(shapes) / sizeof(shapes[0]) && b == NULL && one[0] != '\0'; i++) {
		b = find(c, l, p, DG_TYPE_TXT, shapes[i]);
		dg_survey_nsid(b, other);
		if (other[0] == '\0' || strcmp(one, other) == 0 || same_answer(c, a, b, f))
			b = NULL;
	}
	if (b == NULL)
		return;
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-04",
		.code = "anycast-differs",
		.severity = c->visible ? DG_WARNING : DG_WAIT,
		.link = l,
		.poll = p,
		.advice =
		    "Wait until the nodes behind this address agree; the CA meets others than "
		    "you do.",
		.ca_text = "During secondary validation: Incorrect TXT record",
	    },
	    "the nodes \"%s\" and \"%s\" behind this address answer differently", one, other);
}

static void judge_case(const struct dg_case *c, const struct dg_link *l, const struct dg_poll *p,
		       struct dg_findings *f)
{
	const struct dg_probe *lower = find(c, l, p, DG_TYPE_TXT, DG_SHAPE_LOWER_CASE);

	/* Absent before and since: else the record came or went meanwhile. */
	if (lower != NULL && lower->wire != NULL && lower->answer.kind == DG_SAYS_DATA &&
	    p->state == DG_ABSENT && p->changed <= lower->at &&
	    (c->last || p->last_answer > lower->at)) {
		dg_findings_add(
		    f,
		    &(struct dg_cause){
			.id = "F-30",
			.code = "case-sensitive",
			.severity = DG_FATAL,
			.link = l,
			.poll = p,
			.advice =
			    "Update this server: names are compared without regard to case (RFC "
			    "4343), and CAs ask in mixed case.",
			.ca_text = "DNS problem: NXDOMAIN looking up TXT",
		    },
		    "answers the name in lower case only: in mixed case it says %s", p->detail);
	} else if (p->case_changed) {
		dg_findings_add(
		    f,
		    &(struct dg_cause){
			.id = "F-29",
			.code = "case-not-echoed",
			.severity = DG_WARNING,
			.link = l,
			.poll = p,
			.advice =
			    "Update this server: it must repeat the question as it came. The CA's "
			    "resolver falls back, and then wants the same answer from all.",
		    },
		    "does not repeat the question's case");
	}
}

static void judge_types(const struct dg_case *c, const struct dg_link *l, const struct dg_poll *p,
			struct dg_findings *f)
{
	const struct dg_probe *a = find(c, l, p, DG_TYPE_A, DG_SHAPE_USUAL);

	if (a == NULL || a->wire == NULL || a->answer.kind != DG_SAYS_NXDOMAIN ||
	    p->state != DG_PRESENT)
		return;
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-48",
		.code = "other-types-denied",
		.severity = DG_WARNING,
		.link = l,
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

	for (i = 0; i < c->watch->nlinks; i++) {
		const struct dg_link *l = &c->watch->link[i];

		for (k = 0; l->live && l->zone != NULL && k < l->npolls; k++) {
			judge_tcp(c, l, &l->poll[k], f);
			judge_nodes(c, l, &l->poll[k], f);
			judge_case(c, l, &l->poll[k], f);
			judge_types(c, l, &l->poll[k], f);
		}
	}
}

const struct dg_check dg_check_transport = {.want = want, .judge = judge};
