/* SPDX-License-Identifier: ISC */
/* What is known of the zone that a set is in, for the procedure in validate.c. */
#include <string.h>

#include "validate_parts.h"

void dg_say_need(struct dg_judgement *j, uint16_t type, const struct dg_name *name)
{
	memset(j, 0, sizeof(*j));
	j->security = DG_SECURITY_INDETERMINATE;
	j->need_type = type;
	j->need_name = *name;
	j->zone = *name;
}

void dg_say_insecure(struct dg_judgement *j, const struct dg_trust_point *point, int64_t wall)
{
	memset(j, 0, sizeof(*j));
	if (point->cut_why.why != DG_WHY_NONE)
		*j = point->cut_why;
	j->security = DG_SECURITY_INSECURE;
	j->zone = point->name;
	j->until =
	    point->cut_until < wall + LONGEST_SECONDS ? point->cut_until : wall + LONGEST_SECONDS;
}

/* The fault is further up, and was found there. */
void dg_say_broken_chain(struct dg_judgement *j, const struct dg_judgement *why)
{
	*j = *why;
	j->security = DG_SECURITY_BOGUS;
	j->need_type = 0;
}

/* ---- zones ----------------------------------------------------------------------------------- */

/* Looks up the zone `signer`: *ret_keys when it is secure; j says so when it is insecure, bogus or
 * not known yet; or it is no zone at all. */
enum dg_zone_state dg_look_up_zone(const struct dg_validation *v, const struct dg_name *signer,
				   const struct dg_keys **ret_keys, struct dg_judgement *j)
{
	const struct dg_trust_point *point = dg_trust_find(v->trust, signer);

	if (!dg_trust_has_cut(point, v->wall)) {
		dg_say_need(j, DG_TYPE_DS, signer);
		return DG_ZONE_UNDECIDED;
	}
	switch (point->cut) {
	case DG_CUT_NONE:
		return DG_ZONE_NONE;
	case DG_CUT_UNSIGNED:
		dg_say_insecure(j, point, v->wall);
		return DG_ZONE_UNDECIDED;
	case DG_CUT_BOGUS:
		dg_say_broken_chain(j, &point->cut_why);
		return DG_ZONE_UNDECIDED;
	default:
		break;
	}
	if (v->own != NULL && dg_name_equal(&v->own->zone, signer)) {
		*ret_keys = v->own;
		return DG_ZONE_KEYS;
	}
	if (!dg_trust_has_keys(point, v->wall)) {
		dg_say_need(j, DG_TYPE_DNSKEY, signer);
		return DG_ZONE_UNDECIDED;
	}
	*ret_keys = &point->keys;
	if (point->keys_why.security == DG_SECURITY_SECURE)
		return DG_ZONE_KEYS;
	if (point->keys_why.security == DG_SECURITY_INSECURE) {
		*j = point->keys_why;
		return DG_ZONE_UNDECIDED;
	}
	dg_say_broken_chain(j, &point->keys_why);
	return DG_ZONE_UNDECIDED;
}

/* The parent speaks for DS; and where a CNAME is, no zone begins. */
unsigned dg_deepest_zone(const struct dg_name *name, uint16_t type)
{
	unsigned labels = dg_name_labels(name);

	return labels > 0 && (type == DG_TYPE_DS || type == DG_TYPE_CNAME) ? labels - 1 : labels;
}

/* The zone that counts as unsigned, by proof, among those with so many labels, or NULL. */
static const struct dg_trust_point *
find_unsigned(const struct dg_validation *v, const struct dg_name *name, unsigned from, unsigned to)
{
	unsigned labels;

	for (labels = from; labels <= to; labels++) {
		struct dg_name above = dg_name_ancestor(name, labels);
		const struct dg_trust_point *point = dg_trust_find(v->trust, &above);

		if (dg_trust_has_cut(point, v->wall) && point->cut == DG_CUT_UNSIGNED)
			return point;
	}
	return NULL;
}

/* Step 2. `why` is what is wrong if the zone is signed. */
void dg_judge_unsigned(const struct dg_validation *v, const struct dg_name *name, uint16_t type,
		       enum dg_why why, struct dg_judgement *j)
{
	const struct dg_trust_point *zone = dg_trust_anchor_of(v->trust, name), *point;
	unsigned last, labels;

	if (zone == NULL) {
		memset(j, 0, sizeof(*j));
		j->zone = *name;
		snprintf(j->text, sizeof(j->text), "no trust anchor");
		return;
	}
	/* An anchor makes up for what is above it. */
	point = find_unsigned(v, name, dg_name_labels(&zone->name) + 1,
			      dg_deepest_zone(name, type == DG_TYPE_DS ? type : DG_TYPE_TXT));
	if (point != NULL) {
		dg_say_insecure(j, point, v->wall);
		return;
	}
	last = dg_deepest_zone(name, type);
	for (labels = dg_name_labels(&zone->name) + 1; labels <= last; labels++) {
		struct dg_name above = dg_name_ancestor(name, labels);

		point = dg_trust_find(v->trust, &above);
		if (!dg_trust_has_cut(point, v->wall)) {
			dg_say_need(j, DG_TYPE_DS, &above);
			return;
		}
		if (point->cut == DG_CUT_BOGUS) {
			dg_say_broken_chain(j, &point->cut_why);
			return;
		}
		if (point->cut == DG_CUT_SIGNED)
			zone = point;
	}
	/* A zone whose DS or keys are of no use is insecure all the same. */
	if (dg_trust_has_keys(zone, v->wall) && zone->keys_why.security == DG_SECURITY_INSECURE) {
		*j = zone->keys_why;
		return;
	}
	if (!dg_trust_has_keys(zone, v->wall) && !zone->anchor) {
		dg_say_need(j, DG_TYPE_DNSKEY, &zone->name);
		return;
	}
	dg_say_bogus(j, why, &zone->name, name, type);
}

/* ---- one set --------------------------------------------------------------------------------- */

const struct dg_trust_point *dg_find_zone_between(const struct dg_validation *v,
						  const struct dg_name *name, uint16_t type,
						  const struct dg_name *signer)
{
	unsigned labels = dg_deepest_zone(name, type), top = dg_name_labels(signer);

	for (; labels > top; labels--) {
		struct dg_name above = dg_name_ancestor(name, labels);
		const struct dg_trust_point *point = dg_trust_find(v->trust, &above);

		if (dg_trust_has_cut(point, v->wall) &&
		    (point->cut == DG_CUT_SIGNED || point->cut == DG_CUT_UNSIGNED))
			return point;
	}
	return NULL;
}
