/* SPDX-License-Identifier: ISC */
/* F-56: how many questions a CA's resolver needs here, beside how many it is ready to send. */
#include <stdio.h>

#include "check.h"

/* Unbound's limits: for one name, and for all that it needs (max-sent-count, max-global-quota). */
#define MOST_SENT 32
#define MOST_IN_ALL 200
/* A dead address costs a question and its repetition, before the resolver prefers others. */
#define SENT_TO_THE_DEAD 2

static size_t count_dead_parents(const struct dg_zone *zone)
{
	size_t dead = 0, i;

	for (i = 0; i < zone->ndelegations; i++)
		dead += zone->delegation[i].says == DG_DELEGATION_SILENT;
	return dead;
}

static size_t count_dead(const struct dg_owner *l)
{
	size_t dead = 0, k;

	for (k = 0; k < l->npolls; k++)
		dead += l->poll[k].said.state == DG_STATE_SILENT && !l->poll[k].said.no_route;
	return dead;
}

/* From an empty cache, down from the root: a question for each cut, and one for the record. */
static size_t count_sent(const struct dg_owner *l)
{
	size_t sent = SENT_TO_THE_DEAD * count_dead(l);
	const struct dg_zone *z;

	for (z = l->zone; z != NULL; z = z->parent)
		sent += 1 + SENT_TO_THE_DEAD * count_dead_parents(z);
	return sent;
}

/* The addresses of name servers without glue are questions of their own. */
static size_t count_hosts(const struct dg_owner *l)
{
	size_t sent = 0, i;

	for (i = 0; i < l->zone->nns; i++)
		if (!l->zone->ns[i].in_glue)
			sent += dg_name_labels(&l->zone->ns[i].name) + 1;
	return sent;
}

static void add(const struct dg_owner *owner, size_t sent, size_t most, struct dg_findings *f)
{
	dg_findings_add(f,
			&(struct dg_cause){
			    .id = "F-56",
			    .severity = DG_SEVERITY_WARNING,
			    .owner = owner,
			    .advice = "Take dead servers out of the NS sets, and shorten chains "
				      "of CNAMEs and of name servers in other zones.",
			    .ca_text = "DNS problem: SERVFAIL looking up TXT: exceeded the maximum "
				       "number of sends",
			},
			"a CA's resolver needs about %zu questions here, and gives up at %zu", sent,
			most);
}

static void judge(const struct dg_case *c, struct dg_findings *f)
{
	size_t all = 0, i;

	for (i = 0; i < c->watch->nowners; i++) {
		const struct dg_owner *l = &c->watch->owner[i];
		size_t sent;

		if (!l->live || l->zone == NULL || l->zone->given)
			continue;
		sent = count_sent(l);
		all += sent + count_hosts(l);
		if (sent > MOST_SENT)
			add(l, sent, MOST_SENT, f);
	}
	if (all > MOST_IN_ALL)
		add(NULL, all, MOST_IN_ALL, f);
}

const struct dg_check dg_check_work = {.judge = judge};
