/* SPDX-License-Identifier: ISC */
/* DS sets of one zone in which its parent's servers differ: which of them fit the zone's keys. A
 * resolver may have any of them. */
#include "chase_task.h"

static bool is_usable(const struct dg_ds_set *ds)
{
	size_t i;

	for (i = 0; i < ds->count; i++)
		if (dg_ds_usable(ds, &ds->ds[i]))
			return true;
	return false;
}

static bool fits(const struct dg_ds_set *ds, const struct dg_trust_point *p)
{
	size_t i, k;

	for (i = 0; i < ds->count; i++)
		for (k = 0; k < p->keys.count && dg_ds_usable(ds, &ds->ds[i]); k++)
			if (dg_key_usable(&p->keys.key[k]) &&
			    dg_ds_matches(&ds->ds[i], &p->name, &p->keys.key[k]))
				return true;
	/* Without one that can be used the zone is insecure, and its records count. */
	return !is_usable(ds);
}

/* Some server has a DS set that may fit. */
static bool has_hope(const struct dg_zone *zone)
{
	size_t i;

	for (i = 0; i < zone->nds; i++)
		if ((zone->wrong_ds >> i & 1) == 0 && is_usable(zone->ds[i]))
			return true;
	return false;
}

void dg_chase_compare_ds(struct dg_chase *chase, struct dg_zone *zone, int64_t wall)
{
	for (; zone != NULL; zone = zone->parent) {
		struct dg_trust_point *p;
		size_t i;

		if (zone->nds < 2 ||
		    !dg_trust_has_cut(dg_trust_find(&chase->trust, &zone->name), wall))
			continue;
		p = dg_trust_point(&chase->trust, &zone->name);
		if (p == NULL || p->anchor)
			continue;
		/* Whether it is signed has to be seen with the DS set that somebody has. */
		if (p->cut == DG_CUT_UNSIGNED && has_hope(zone) && p->cut_at < wall)
			p->cut = DG_CUT_UNKNOWN;
		if (p->cut != DG_CUT_SIGNED || p->keys.count == 0)
			continue;
		zone->wrong_ds = 0;
		for (i = 0; i < zone->nds; i++)
			zone->wrong_ds |= fits(zone->ds[i], p) ? 0 : 1u << i;
	}
}

static struct dg_zone *find_zone(const struct dg_chase *chase, const struct dg_name *name)
{
	struct dg_zone *zone = dg_discover_enclosing(chase->discover, name);

	return dg_name_equal(&zone->name, name) && zone->parent != NULL ? zone : NULL;
}

bool dg_chase_ds_was_wrong(struct dg_chase *chase, const struct dg_trust_point *p)
{
	struct dg_zone *zone = find_zone(chase, &p->name);
	size_t i;

	if (zone == NULL || zone->nds < 2)
		return false;
	for (i = 0; i < zone->nds; i++)
		if (dg_ds_same(zone->ds[i], &p->ds))
			zone->wrong_ds |= 1u << i;
	return has_hope(zone);
}

uint64_t dg_chase_avoid(const struct dg_chase *chase, const struct dg_name *name,
			const struct dg_zone *parent)
{
	const struct dg_zone *zone = find_zone(chase, name);
	bool hope;
	uint64_t avoid = 0;
	size_t i;

	if (zone == NULL || zone->parent != parent || zone->nds < 2)
		return 0;
	hope = has_hope(zone);
	for (i = 0; i < zone->ndelegations; i++) {
		size_t ds = zone->delegation[i].ds;

		if (ds != SIZE_MAX &&
		    ((zone->wrong_ds >> ds & 1) != 0 || (hope && !is_usable(zone->ds[ds]))))
			avoid |= UINT64_C(1) << i;
	}
	/* All are alike. */
	return avoid == (UINT64_MAX >> (64 - parent->nservers)) ? 0 : avoid;
}
