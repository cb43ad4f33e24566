/* SPDX-License-Identifier: ISC */
#include "trust.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

void dg_trust_free(struct dg_trust *trust)
{
	size_t i;

	for (i = 0; i < trust->count; i++) {
		dg_keys_free(&trust->point[i]->keys);
		free(trust->point[i]);
	}
	free(trust->point);
	free(trust->proven);
	memset(trust, 0, sizeof(*trust));
}

static struct dg_trust_point *find(const struct dg_trust *trust, const struct dg_name *name)
{
	size_t i;

	for (i = 0; i < trust->count; i++)
		if (dg_name_equal(&trust->point[i]->name, name))
			return trust->point[i];
	return NULL;
}

const struct dg_trust_point *dg_trust_find(const struct dg_trust *trust, const struct dg_name *name)
{
	return find(trust, name);
}

bool dg_trust_is_full(const struct dg_trust *trust)
{
	return trust->count >= DG_MAX_TRUST_POINTS + trust->more;
}

struct dg_trust_point *dg_trust_point(struct dg_trust *trust, const struct dg_name *name)
{
	struct dg_trust_point *point = find(trust, name);

	if (point != NULL)
		return point;
	if (dg_trust_is_full(trust)) {
		trust->limit = "names in the chain of trust";
		return NULL;
	}
	if (!dg_grow(&trust->point, trust->count, sizeof(struct dg_trust_point *)))
		return NULL;
	point = calloc(1, sizeof(*point));
	if (point == NULL)
		return NULL;
	point->name = *name;
	trust->point[trust->count++] = point;
	return point;
}

enum dg_status dg_trust_anchor(struct dg_trust *trust, const struct dg_name *name,
			       const struct dg_ds *ds)
{
	struct dg_trust_point *point = dg_trust_point(trust, name);
	size_t i;

	if (point == NULL)
		return DG_ENOMEM;
	for (i = 0; i < point->ds.count; i++)
		if (memcmp(&point->ds.ds[i], ds, sizeof(*ds)) == 0)
			return DG_OK;
	point->anchor = true;
	point->cut = DG_CUT_SIGNED;
	point->cut_until = INT64_MAX;
	if (point->ds.count < DG_MAX_DS)
		point->ds.ds[point->ds.count++] = *ds;
	else
		point->ds.more = true;
	return DG_OK;
}

const struct dg_trust_point *dg_trust_anchor_of(const struct dg_trust *trust,
						const struct dg_name *name)
{
	const struct dg_trust_point *best = NULL;
	size_t i;

	for (i = 0; i < trust->count; i++) {
		const struct dg_trust_point *p = trust->point[i];

		if (p->anchor && dg_name_under(name, &p->name) &&
		    (best == NULL || p->name.len > best->name.len))
			best = p;
	}
	return best;
}

bool dg_trust_has_cut(const struct dg_trust_point *point, int64_t wall)
{
	return point != NULL && point->cut != DG_CUT_UNKNOWN && point->cut_until >= wall;
}

bool dg_trust_has_keys(const struct dg_trust_point *point, int64_t wall)
{
	return point != NULL && point->has_keys && point->keys_until >= wall;
}

bool dg_trust_judge(const struct dg_trust_point *point, struct dg_judgement *ret_judgement)
{
	memset(ret_judgement, 0, sizeof(*ret_judgement));
	if (point == NULL || point->cut == DG_CUT_UNKNOWN || point->cut == DG_CUT_NONE)
		return false;
	if (point->cut != DG_CUT_SIGNED)
		*ret_judgement = point->cut_why;
	else if (point->has_keys)
		*ret_judgement = point->keys_why;
	if (point->cut == DG_CUT_UNSIGNED)
		ret_judgement->security = DG_SECURITY_INSECURE;
	return true;
}
