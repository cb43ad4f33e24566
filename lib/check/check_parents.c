/* SPDX-License-Identifier: ISC */
/* F-62: the servers of a parent disagree about the delegation. */
#include <stdio.h>

#include "check.h"

static const char wait_for_transfer[] =
    "Wait for the transfer of the parent zone to this server; if its serial stays behind, fix "
    "NOTIFY or the transfer there.";

static void blame_denial(const struct dg_zone *zone, size_t server, struct dg_findings *f)
{
	const struct dg_delegation *d = &zone->delegation[server];
	char name[DG_CASE_SERVER], rcode[DG_RCODE_TEXT];
	bool exists = d->rcode == DG_RCODE_NOERROR;

	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-62",
		.severity = DG_SEVERITY_WAIT,
		.server = dg_case_name_server(zone->parent, server, name),
		.advice = wait_for_transfer,
		.ca_text = exists ? "No TXT record found" : "DNS problem: NXDOMAIN looking up TXT",
	    },
	    "%s, a server of %s, does not delegate %s (%s): a resolver that asks it finds nothing; "
	    "it may keep that for %u s",
	    name, zone->parent->text, zone->text,
	    exists ? "no data" : dg_rcode_print(d->rcode, rcode), d->ttl);
}

static void blame_ds(const struct dg_zone *zone, size_t server, struct dg_findings *f)
{
	char name[DG_CASE_SERVER];

	dg_findings_add(f,
			&(struct dg_cause){
			    .id = "F-62",
			    .severity = DG_SEVERITY_WAIT,
			    .server = dg_case_name_server(zone->parent, server, name),
			    .advice = "Wait for the transfer of the parent zone to this server, or "
				      "keep the old key until all servers of the parent have the "
				      "new DS record.",
			    .ca_text = "DNS problem: looking up TXT: DNSSEC: DNSKEY Missing",
			},
			"%s, a server of %s, has a DS set for %s that fits none of its keys", name,
			zone->parent->text, zone->text);
}

static void blame_set(const struct dg_zone *zone, size_t server, struct dg_findings *f)
{
	char name[DG_CASE_SERVER];

	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-62",
		.severity = DG_SEVERITY_WAIT,
		.server = dg_case_name_server(zone->parent, server, name),
		.advice = wait_for_transfer,
		.ca_text = "DNS problem: SERVFAIL looking up TXT",
	    },
	    "%s, a server of %s, refers to servers of %s of which none answers: a resolver that "
	    "asks it finds nothing; it may keep that for %u s",
	    name, zone->parent->text, zone->text, zone->delegation[server].ttl);
}

static void note_silence(const struct dg_zone *zone, size_t server, struct dg_findings *f)
{
	char name[DG_CASE_SERVER];

	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-62",
		.severity = DG_SEVERITY_NOTE,
		.server = dg_case_name_server(zone->parent, server, name),
		.advice = "Nothing, unless the CA reports what is not seen here: resolvers ask "
			  "another server of the parent.",
	    },
	    "%s, a server of %s, did not answer when it was asked for the delegation of %s", name,
	    zone->parent->text, zone->text);
}

/* What the others refer to, and this one does not. */
static void judge_sets(const struct dg_zone *zone, struct dg_findings *f)
{
	size_t first, other;
	char name[DG_CASE_SERVER];

	if (!dg_zone_parents_differ(zone, &first, &other))
		return;
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-62",
		.severity = DG_SEVERITY_WARNING,
		.server = dg_case_name_server(zone->parent, other, name),
		.advice = "Let all servers of the parent zone have its latest version.",
	    },
	    "%s, a server of %s, has another %s set for %s than the others; caches may keep it for "
	    "%u s",
	    name, zone->parent->text,
	    zone->delegation[other].names == zone->delegation[first].names ? "DS" : "NS",
	    zone->text, zone->delegation[other].ttl);
}

static void judge_cut(const struct dg_zone *zone, uint64_t useful, struct dg_findings *f)
{
	bool misled = false;
	size_t i;

	for (i = 0; i < zone->ndelegations; i++) {
		const struct dg_delegation *d = &zone->delegation[i];

		if (d->says == DG_DELEGATION_DENIES)
			blame_denial(zone, i, f);
		else if (d->says == DG_DELEGATION_SILENT)
			note_silence(zone, i, f);
		else if (dg_zone_has_wrong_ds(zone, i))
			blame_ds(zone, i, f);
		else if (dg_zone_is_misled(zone, i, useful)) {
			blame_set(zone, i, f);
			misled = true;
		}
	}
	if (zone->wrong_ds == 0 && !misled)
		judge_sets(zone, f);
}

static void judge(const struct dg_case *c, struct dg_findings *f)
{
	size_t i;

	for (i = 0; i < c->watch->nowners; i++) {
		const struct dg_owner *l = &c->watch->owner[i];
		const struct dg_zone *zone;
		uint64_t useful;

		/* Owners in one zone share what is above it. */
		if (!l->live || l->zone == NULL || l->zone->given)
			continue;
		useful = dg_owner_useful(l);
		for (zone = l->zone; zone->parent != NULL; zone = zone->parent) {
			judge_cut(zone, useful, f);
			useful = dg_zone_useful_parents(zone);
		}
	}
}

const struct dg_check dg_check_parents = {.judge = judge};
