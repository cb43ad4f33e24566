/* SPDX-License-Identifier: ISC */
/* F-20, F-22, F-46, F-60, F-63: what the parent says of the zone, and what the zone says of itself.
 */
#include <stdio.h>
#include <string.h>

#include "base/wall_time.h"
#include "dns/challenge.h"
#include "check.h"

/* Among labels of the challenge's own; or right at the name, whatever that is for. */
static bool begins_in_labels(const struct dg_zone *zone, const struct dg_name *name)
{
	return dg_name_equal(&zone->name, name) ||
	       zone->name.len > dg_challenge_of(name).domain.len;
}

/* The challenge name is in a zone of its own, and nobody serves it. */
static void judge_delegated_name(const struct dg_case *c, const struct dg_owner *l,
				 struct dg_findings *f)
{
	struct dg_tally t = dg_case_tally(l);
	char addresses[DG_CASE_TEXT];

	if (!begins_in_labels(l->zone, &l->name) || !l->zone->referred || !dg_case_useless(c, l))
		return;
	dg_findings_add(f,
			&(struct dg_cause){
			    .id = "F-20",
			    .severity = DG_SEVERITY_FATAL,
			    .owner = l,
			    .advice =
				"Delete the NS records at this name, or let the servers that they "
				"name load the "
				"zone; a TXT record beside them in the parent zone is invisible.",
			    .ca_text = "DNS problem: SERVFAIL looking up TXT",
			},
			"%s is delegated to servers of its own, and none of %s serves it",
			l->zone->text, dg_case_addresses(l, t.total, addresses));
}

/* The names of a set, in words. */
static const char *print_set(const struct dg_zone *zone, uint32_t set, char *out, size_t size)
{
	size_t len = 0, i;

	out[0] = '\0';
	for (i = 0; i < zone->nns; i++)
		if ((set >> i & 1) != 0 && len < size)
			len += (size_t)snprintf(out + len, size - len, "%s%s", len > 0 ? ", " : "",
						zone->ns[i].text);
	return out;
}

/* The names that one side lists and the other does not, a bit each. */
static uint32_t find_alone(const struct dg_zone *zone, bool by_parent)
{
	uint32_t set = 0;
	size_t i;

	for (i = 0; i < zone->nns; i++) {
		const struct dg_ns *ns = &zone->ns[i];

		if (by_parent ? ns->by_parent && !ns->by_child : ns->by_child && !ns->by_parent)
			set |= UINT32_C(1) << i;
	}
	return set;
}

static void judge_ns_sets(const struct dg_owner *l, struct dg_findings *f)
{
	char parent_only[400], child_only[400];
	uint32_t parent, child;

	if (!l->zone->referred || !l->zone->told)
		return;
	parent = find_alone(l->zone, true);
	child = find_alone(l->zone, false);
	if ((parent | child) == 0)
		return;
	dg_findings_add(f,
			&(struct dg_cause){
			    .id = "F-22",
			    .severity = DG_SEVERITY_WARNING,
			    .advice = "Make the NS set at the registrar and the one in the zone "
				      "equal; until then CAs "
				      "may ask servers of either.",
			},
			"the NS sets of %s at its parent and in the zone differ:%s%s%s%s%s",
			l->zone->text, parent != 0 ? " only the parent lists " : "",
			print_set(l->zone, parent, parent_only, sizeof(parent_only)),
			parent != 0 && child != 0 ? ";" : "",
			child != 0 ? " only the zone lists " : "",
			print_set(l->zone, child, child_only, sizeof(child_only)));
}

/* One of the zone's own servers gives another NS set than the first. */
static void judge_own_sets(const struct dg_owner *l, struct dg_findings *f)
{
	const struct dg_poll *first = NULL;
	char one[300], other[300];
	size_t k;

	for (k = 0; k < l->npolls; k++) {
		const struct dg_poll *p = &l->poll[k];
		uint32_t lists = l->zone->server[p->server].lists;

		if (p->schedule.left_out || lists == 0)
			continue;
		if (first == NULL)
			first = p;
		if (lists == l->zone->server[first->server].lists)
			continue;
		dg_findings_add(
		    f,
		    &(struct dg_cause){
			.id = "F-63",
			.severity = DG_SEVERITY_WARNING,
			.owner = l,
			.poll = p,
			.advice = "Let all servers of the zone have its latest "
				  "version; until then a CA asks whomever the set "
				  "names that it got.",
		    },
		    "lists %s as the servers of %s; %s lists %s",
		    print_set(l->zone, lists, other, sizeof(other)), l->zone->text,
		    l->zone->server[first->server].text,
		    print_set(l->zone, l->zone->server[first->server].lists, one, sizeof(one)));
		return;
	}
}

/* What a server of the parent said before this run's last answer. */
static void judge_old_delegation(const struct dg_case *c, const struct dg_owner *l,
				 struct dg_findings *f)
{
	dg_ms left = l->zone->old_until - c->now;
	char until[DG_CLOCK_TEXT], names[400];

	if (left <= 0)
		return;
	print_set(l->zone, l->zone->old_names, names, sizeof(names));
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-60",
		.severity = DG_SEVERITY_WARNING,
		.advice = "Keep the old servers answering with the new record until then, or let "
			  "the CA validate after it.",
		.ca_text = names[0] != '\0' ? "DNS problem: SERVFAIL looking up TXT"
					    : "DNS problem: NXDOMAIN looking up TXT",
	    },
	    "the delegation of %s just changed at a server of its parent: caches may %s%s until %s",
	    l->zone->text, names[0] != '\0' ? "ask " : "keep that there is none", names,
	    dg_clock_print(c->wall + left / 1000, until));
}

static void judge(const struct dg_case *c, struct dg_findings *f)
{
	const struct dg_owner *first = &c->watch->owner[0];
	char missing[DG_NAME_TEXT];
	size_t i;

	if (first->search != NULL && first->search->state == DG_SEARCH_NOT_DELEGATED)
		dg_findings_add(f,
				&(struct dg_cause){
				    .id = "F-46",
				    .severity = DG_SEVERITY_FATAL,
				    .advice = "Check the spelling of the name, and at the "
					      "registrar that the domain is "
					      "registered, not expired and not on hold.",
				    .ca_text = "DNS problem: NXDOMAIN looking up TXT",
				},
				"%s is not delegated: the servers of %s say that it does not exist",
				dg_name_print(&first->search->missing, missing),
				first->search->zone->text);
	for (i = 0; i < c->watch->nowners; i++) {
		const struct dg_owner *l = &c->watch->owner[i];

		if (!l->live || l->zone == NULL || l->zone->given)
			continue;
		if (!c->visible)
			judge_delegated_name(c, l, f);
		judge_ns_sets(l, f);
		judge_old_delegation(c, l, f);
		judge_own_sets(l, f);
	}
}

const struct dg_check dg_check_delegation = {.judge = judge};
