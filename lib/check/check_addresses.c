/* SPDX-License-Identifier: ISC */
/* F-23, F-24, F-27: addresses of name servers that are missing, wrong, or of no use to a CA. */
#include <stdio.h>
#include <string.h>

#include "check.h"

static bool is_known(const struct dg_owner *l)
{
	return l->live && l->zone != NULL && !l->zone->given && dg_discover_complete(l->zone);
}

/* The search for its servers ended at a zone that has names of them, and no address. */
static bool is_stuck(const struct dg_owner *l)
{
	return l->live && l->search != NULL && l->search->state == DG_SEARCH_STUCK &&
	       l->search->zone != NULL && l->search->zone->nservers == 0;
}

static void judge_missing(const struct dg_case *c, const struct dg_owner *l,
			  const struct dg_zone *zone, struct dg_findings *f)
{
	size_t i;

	for (i = 0; i < zone->nns; i++) {
		const struct dg_ns *ns = &zone->ns[i];

		/* What was not looked up to the end is not known to be missing. */
		if (!ns->looked_up || (ns->in_glue && !ns->denied) || ns->in_own ||
		    zone->limit != NULL)
			continue;
		dg_findings_add(
		    f,
		    &(struct dg_cause){
			.id = "F-23",
			/* Addresses may still come while somebody waits for them. */
			.severity = zone->nservers > 0              ? DG_SEVERITY_WARNING
				    : is_stuck(l) && !c->diagnosing ? DG_SEVERITY_WAIT
								    : DG_SEVERITY_FATAL,
			.owner = l,
			.advice = "Give this name an address, or take it out of the NS set.",
			.ca_text =
			    zone->nservers == 0 ? "DNS problem: SERVFAIL looking up TXT" : NULL,
		    },
		    "%s, a name server of %s, has no address%s", ns->text, zone->text,
		    ns->in_glue ? " but the one that the parent has as glue" : "");
	}
}

/* Glue that the name's own zone does not confirm, though it has addresses of that family. */
static void judge_glue(const struct dg_owner *l, struct dg_findings *f)
{
	const struct dg_zone *zone = l->zone;
	size_t k, n;

	for (k = 0; k < l->npolls; k++) {
		const struct dg_server *s = &zone->server[l->poll[k].server];
		const struct dg_server *own = NULL;

		if (!s->in_glue || s->in_own)
			continue;
		for (n = 0; n < zone->nservers && own == NULL; n++)
			if (zone->server[n].ns == s->ns && zone->server[n].in_own &&
			    zone->server[n].addr.family == s->addr.family)
				own = &zone->server[n];
		if (own == NULL)
			continue;
		dg_findings_add(
		    f,
		    &(struct dg_cause){
			.id = "F-23",
			.severity = DG_SEVERITY_WARNING,
			.owner = l,
			.poll = &l->poll[k],
			.advice =
			    "Correct the glue at the registrar; until then CAs ask either address.",
		    },
		    "wrong glue: the parent says %s, its own zone says %s", s->text, own->text);
	}
}

/* If the root itself is in such a network, all servers may be. */
static bool is_private_world(const struct dg_case *c)
{
	const struct dg_zone *root = dg_discover_root(c->chase->discover);

	return root->nservers > 0 && dg_addr_is_special(&root->server[0].addr);
}

static void judge_special(const struct dg_owner *l, struct dg_findings *f)
{
	size_t special = 0, k;

	for (k = 0; k < l->npolls; k++)
		special += dg_addr_is_special(&l->poll[k].addr);
	for (k = 0; k < l->npolls; k++) {
		if (!dg_addr_is_special(&l->poll[k].addr))
			continue;
		dg_findings_add(
		    f,
		    &(struct dg_cause){
			.id = "F-24",
			.severity = special == l->npolls ? DG_SEVERITY_FATAL : DG_SEVERITY_WARNING,
			.owner = l,
			.poll = &l->poll[k],
			.advice =
			    "Give this name server an address that the Internet routes, or take it "
			    "out of the public NS set.",
			.ca_text =
			    special == l->npolls ? "DNS problem: SERVFAIL looking up TXT" : NULL,
		    },
		    "a private or reserved address: no CA can reach it");
	}
}

static void judge_ipv6(const struct dg_case *c, const struct dg_owner *l, struct dg_findings *f)
{
	size_t k;

	for (k = 0; k < l->npolls; k++)
		if (dg_case_is_dead_ipv6(c, l, &l->poll[k]))
			dg_findings_add(f,
					&(struct dg_cause){
					    .id = "F-27",
					    .severity = DG_SEVERITY_WARNING,
					    .owner = l,
					    .poll = &l->poll[k],
					    .advice = "Let the server listen there, open port 53 "
						      "over IPv6, or delete the AAAA "
						      "record.",
					},
					"no answer over IPv6, though it answers over IPv4");
}

static void judge(const struct dg_case *c, struct dg_findings *f)
{
	size_t i;

	for (i = 0; i < c->watch->nowners; i++) {
		const struct dg_owner *l = &c->watch->owner[i];

		if (is_stuck(l))
			judge_missing(c, l, l->search->zone, f);
		if (!is_known(l))
			continue;
		judge_missing(c, l, l->zone, f);
		judge_glue(l, f);
		judge_ipv6(c, l, f);
		if (!is_private_world(c))
			judge_special(l, f);
	}
}

const struct dg_check dg_check_addresses = {.judge = judge};
