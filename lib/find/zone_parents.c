/* SPDX-License-Identifier: ISC */
/* What each server of the parent says of a zone, and what follows from that together. */
#include <stdlib.h>

#include "base/bytes.h"
#include "zone.h"

/* Most zones are unsigned. */
static struct dg_ds_set no_ds;

void dg_zone_free_delegations(struct dg_zone *zone)
{
	size_t i;

	for (i = 0; i < zone->nds; i++)
		if (zone->ds[i] != &no_ds)
			free(zone->ds[i]);
	free(zone->delegation);
}

enum dg_status dg_zone_make_delegations(struct dg_zone *zone)
{
	while (zone->parent != NULL && zone->ndelegations < zone->parent->nservers) {
		if (!dg_grow(&zone->delegation, zone->ndelegations, sizeof(*zone->delegation)))
			return DG_ENOMEM;
		zone->delegation[zone->ndelegations++] = (struct dg_delegation){.ds = SIZE_MAX};
	}
	return DG_OK;
}

/* The DS set of a referral, as one of those that are known by now. */
static enum dg_status learn_ds(struct dg_zone *zone, const struct dg_msg *msg, size_t *ret_index)
{
	struct dg_ds_set ds = {0};
	struct dg_rrset set = {0};
	enum dg_status status =
	    dg_rrset_read(&set, msg, DG_SECTION_AUTHORITY, &zone->name, DG_TYPE_DS);
	size_t i;

	for (i = 0; status == DG_OK && i < set.count; i++)
		dg_ds_add(&ds, set.rdata[i].octets, set.rdata[i].len);
	dg_rrset_free(&set);
	for (i = 0; status == DG_OK && i < zone->nds; i++) {
		if (dg_ds_same(&ds, zone->ds[i])) {
			*ret_index = i;
			return DG_OK;
		}
	}
	if (status != DG_OK || zone->nds == DG_MAX_DS_SETS)
		return status;
	zone->ds[zone->nds] = ds.count == 0 ? &no_ds : malloc(sizeof(ds));
	if (zone->ds[zone->nds] == NULL)
		return DG_ENOMEM;
	if (ds.count > 0)
		*zone->ds[zone->nds] = ds;
	*ret_index = zone->nds++;
	return DG_OK;
}

enum dg_status dg_zone_learn_delegation(struct dg_zone *zone, size_t server,
					const struct dg_msg *msg)
{
	struct dg_delegation *d = &zone->delegation[server];
	const struct dg_rr *rr;
	size_t cursor = 0, ns;

	*d = (struct dg_delegation){
	    .says = DG_DELEGATION_REFERS, .asked = true, .asking = d->asking, .ds = SIZE_MAX};
	while ((rr = dg_msg_next(msg, DG_SECTION_AUTHORITY, &zone->name, DG_TYPE_NS, &cursor)) !=
	       NULL) {
		struct dg_name name = dg_msg_rdata_name(msg, rr, 0);

		d->ttl = rr->ttl;
		for (ns = 0; ns < zone->nns; ns++)
			if (dg_name_equal(&zone->ns[ns].name, &name))
				d->names |= UINT32_C(1) << ns;
	}
	/* Without EDNS there is no DO, and so no DS. */
	return msg->edns ? learn_ds(zone, msg, &d->ds) : DG_OK;
}

void dg_zone_note_change(struct dg_zone *zone, const struct dg_delegation *before,
			 const struct dg_delegation *after, dg_ms now)
{
	uint32_t gone = before->names & ~after->names;
	dg_ms until = now + (dg_ms)before->ttl * 1000;

	if (after->says != DG_DELEGATION_REFERS ||
	    (before->says != DG_DELEGATION_DENIES &&
	     (before->says != DG_DELEGATION_REFERS || gone == 0)))
		return;
	zone->old_names |= gone;
	zone->old_until = until > zone->old_until ? until : zone->old_until;
}

bool dg_zone_is_misled(const struct dg_zone *zone, size_t server, uint64_t useful)
{
	const struct dg_delegation *d = &zone->delegation[server];
	size_t i;

	if (d->says != DG_DELEGATION_REFERS || d->names == 0)
		return false;
	/* Nobody here can tell of what use those are. */
	for (i = 0; i < zone->nns; i++)
		if ((d->names >> i & 1) != 0 && zone->ns[i].other_family)
			return false;
	for (i = 0; i < zone->nservers; i++)
		if ((zone->server[i].names & d->names) != 0 && (useful >> i & 1) != 0)
			return false;
	return true;
}

uint64_t dg_zone_useful_parents(const struct dg_zone *zone)
{
	uint64_t useful = UINT64_MAX;
	size_t i;

	for (i = 0; i < zone->ndelegations; i++)
		if (zone->delegation[i].says == DG_DELEGATION_SILENT ||
		    zone->delegation[i].says == DG_DELEGATION_USELESS)
			useful &= ~(UINT64_C(1) << i);
	return useful;
}

bool dg_zone_has_wrong_ds(const struct dg_zone *zone, size_t server)
{
	const struct dg_delegation *d = &zone->delegation[server];

	return d->says == DG_DELEGATION_REFERS && d->ds != SIZE_MAX &&
	       (zone->wrong_ds >> d->ds & 1) != 0;
}

bool dg_zone_is_denied(const struct dg_zone *zone, uint64_t useful)
{
	size_t i;

	for (; zone != NULL && !zone->given; zone = zone->parent) {
		for (i = 0; i < zone->ndelegations; i++)
			if (zone->delegation[i].says == DG_DELEGATION_DENIES ||
			    dg_zone_has_wrong_ds(zone, i) || dg_zone_is_misled(zone, i, useful))
				return true;
		useful = dg_zone_useful_parents(zone);
	}
	return false;
}

bool dg_zone_parents_differ(const struct dg_zone *zone, size_t *ret_first, size_t *ret_other)
{
	const struct dg_delegation *first = NULL;
	size_t i;

	for (i = 0; i < zone->ndelegations; i++) {
		const struct dg_delegation *d = &zone->delegation[i];

		if (d->says != DG_DELEGATION_REFERS)
			continue;
		if (first == NULL) {
			first = d;
			*ret_first = i;
		}
		if (d->names == first->names &&
		    (d->ds == first->ds || d->ds == SIZE_MAX || first->ds == SIZE_MAX))
			continue;
		*ret_other = i;
		return true;
	}
	return false;
}
