/* SPDX-License-Identifier: ISC */
/* F-16, F-17, F-18, F-19: where CNAMEs and DNAMEs lead, and what stands beside them. */
#include <stdio.h>
#include <string.h>

#include "check.h"

/* "a -> b -> c", cut where the room ends; a loop ends with the owner that it leads back to. */
static void print_chain(const struct dg_watch *w, const size_t *chain, size_t count, size_t back_to,
			char *out, size_t size)
{
	size_t len = 0, i;

	for (i = 0; i < count && len < size; i++)
		len += (size_t)snprintf(out + len, size - len, "%s%s", i > 0 ? " -> " : "",
					w->owner[chain[i]].text);
	if (back_to != SIZE_MAX && len < size)
		snprintf(out + len, size - len, " -> %s", w->owner[back_to].text);
}

static void judge_end(const struct dg_owner *l, struct dg_findings *f)
{
	struct dg_tally t = dg_case_tally(l);
	bool nowhere = l->search != NULL && l->search->state == DG_SEARCH_NOT_DELEGATED;
	char missing[DG_NAME_TEXT], addresses[DG_CASE_TEXT];
	struct dg_cause cause = {
	    .id = "F-16",
	    .severity = nowhere ? dg_findings_of_alias(f) : DG_SEVERITY_WAIT,
	    .advice = "Publish the record at the CNAME's target, or correct the CNAME.",
	    .ca_text = "DNS problem: NXDOMAIN looking up TXT",
	};

	if (nowhere)
		dg_findings_add(
		    f, &cause, "CNAME to %s, and %s does not exist: %s does not delegate it",
		    l->text, dg_name_print(&l->search->missing, missing), l->search->zone->text);
	else if (l->zone != NULL && t.of[DG_STATE_ABSENT] > 0 &&
		 t.of[DG_STATE_PRESENT] + t.of[DG_STATE_OTHER] == 0)
		dg_findings_add(f, &cause,
				"CNAME to %s, and there is no TXT record there: none of %s has one",
				l->text, dg_case_addresses(l, t.total, addresses));
}

/* RFC 1034 section 3.6.2 forbids other data at an alias. */
static void judge_beside(const struct dg_case *c, struct dg_findings *f)
{
	size_t i, k;

	for (i = 0; i < c->watch->nowners; i++) {
		const struct dg_owner *l = &c->watch->owner[i];

		for (k = 0; l->live && k < l->npolls; k++) {
			if (!l->poll[k].said.cname_beside_txt)
				continue;
			dg_findings_add(
			    f,
			    &(struct dg_cause){
				.id = "F-19",
				.severity = DG_SEVERITY_WARNING,
				.owner = l,
				.poll = &l->poll[k],
				.advice = "Keep one of the two: which one a resolver takes is "
					  "chance.",
				.ca_text = "Incorrect TXT record",
			    },
			    "CNAME and TXT at the same name, %s", l->text);
		}
	}
}

static void judge(const struct dg_case *c, struct dg_findings *f)
{
	size_t chain[DG_MAX_OWNERS], count;
	size_t back_to;
	char text[700];

	judge_beside(c, f);
	/* A look is over when it has seen everything, faults too. */
	if (c->visible && !c->watch->policy.look)
		return;
	count = dg_watch_chain(c->watch, chain, &back_to);
	print_chain(c->watch, chain, count, back_to, text, sizeof(text));
	if (back_to != SIZE_MAX)
		dg_findings_add(f,
				&(struct dg_cause){
				    .id = "F-17",
				    .severity = dg_findings_of_alias(f),
				    .advice = "Correct the CNAME that leads back.",
				    .ca_text = "DNS problem: SERVFAIL looking up TXT",
				},
				"CNAME loop: %s", text);
	else if (count - 1 > DG_MAX_CHAIN)
		dg_findings_add(f,
				&(struct dg_cause){
				    .id = "F-18",
				    .severity = dg_findings_of_alias(f),
				    .advice = "Point the first CNAME at the last target.",
				    .ca_text = "DNS problem: SERVFAIL looking up TXT",
				},
				"chain of %zu CNAMEs, and the CA's resolver stops at %d: %s",
				count - 1, DG_MAX_CHAIN, text);
	else if (count > 1)
		judge_end(&c->watch->owner[chain[count - 1]], f);
}

const struct dg_check dg_check_chain = {.judge = judge};
