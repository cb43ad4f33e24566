/* SPDX-License-Identifier: ISC */
/* Taking DS and DNSKEY sets into the chain of trust. */
#include "validate_parts.h"

#include <stdio.h>
#include <string.h>

enum dg_status dg_validate_keys(const struct dg_trust *trust, const struct dg_msg *msg,
				const struct dg_name *zone, int64_t wall, struct dg_keys *ret_keys,
				struct dg_judgement *ret)
{
	const struct dg_trust_point *point = dg_trust_find(trust, zone);
	struct dg_work work = {.proven = trust->proven};
	struct dg_keys keys = {0};
	struct dg_rrset set;
	enum dg_status status;

	memset(ret, 0, sizeof(*ret));
	if (!dg_trust_has_cut(point, wall)) {
		dg_say_need(ret, DG_TYPE_DS, zone);
		return DG_OK;
	}
	if (point->cut == DG_CUT_BOGUS) {
		dg_say_broken_chain(ret, &point->cut_why);
		return DG_OK;
	}
	if (point->cut != DG_CUT_SIGNED) {
		dg_say_insecure(ret, point, wall);
		return DG_OK;
	}
	status = dg_rrset_read(&set, msg, DG_SECTION_ANSWER, zone, DG_TYPE_DNSKEY);
	if (status != DG_OK)
		return status;
	status = dg_keys_read(&keys, &set);
	if (status == DG_OK) {
		keys.zone = *zone;
		dg_keys_verify(&set, &keys, &point->ds, wall, &work, ret);
		if (point->anchor &&
		    (ret->why == DG_WHY_NO_KEY_FOR_DS || ret->why == DG_WHY_KEYS_NOT_SIGNED))
			ret->why = DG_WHY_NO_KEY_FOR_ANCHOR;
	}
	dg_rrset_free(&set);
	if (status != DG_OK || ret->security != DG_SECURITY_SECURE)
		dg_keys_free(&keys);
	else
		*ret_keys = keys;
	return status;
}

static int64_t no_later(int64_t until, int64_t wall)
{
	return until < wall + LONGEST_SECONDS ? until : wall + LONGEST_SECONDS;
}

static enum dg_status learn_keys(struct dg_trust *trust, const struct dg_msg *msg,
				 const struct dg_name *zone, int64_t wall, struct dg_judgement *j)
{
	struct dg_trust_point *point;
	struct dg_keys keys = {0};
	enum dg_status status = dg_validate_keys(trust, msg, zone, wall, &keys, j);

	if (status != DG_OK || j->security == DG_SECURITY_INDETERMINATE)
		return status;
	point = dg_trust_point(trust, zone);
	if (point == NULL) {
		dg_keys_free(&keys);
		return dg_trust_is_full(trust) ? DG_ELIMIT : DG_ENOMEM;
	}
	dg_keys_free(&point->keys);
	point->keys = keys;
	point->has_keys = true;
	point->keys_why = *j;
	point->keys_at = wall;
	point->keys_until =
	    j->security == DG_SECURITY_BOGUS ? wall + BOGUS_SECONDS : no_later(j->until, wall);
	return DG_OK;
}

static void take_ds(struct dg_trust_point *point, const struct dg_rrset *set, int64_t wall)
{
	size_t i;
	bool usable = false;

	memset(&point->ds, 0, sizeof(point->ds));
	for (i = 0; i < set->count; i++)
		dg_ds_add(&point->ds, set->rdata[i].octets, set->rdata[i].len);
	point->cut = DG_CUT_SIGNED;
	for (i = 0; i < point->ds.count; i++)
		usable = usable || dg_ds_usable(&point->ds, &point->ds.ds[i]);
	if (usable)
		return;
	dg_ds_refuse(&point->ds, &point->name, wall, &point->cut_why);
	point->cut = DG_CUT_UNSIGNED;
	if (point->cut_why.security == DG_SECURITY_BOGUS) {
		point->cut = DG_CUT_BOGUS;
		point->cut_until = wall + BOGUS_SECONDS;
	}
}

static void say_no_proof(struct dg_judgement *j)
{
	snprintf(j->text, sizeof(j->text), "%s",
		 j->why == DG_WHY_NO_DENIAL ? "there is no NSEC or NSEC3 record with a signature"
					    : "its NSEC or NSEC3 records do not say so");
	j->why = DG_WHY_NO_DS_DENIAL;
}

static enum dg_status learn_cut(struct dg_trust *trust, const struct dg_msg *msg,
				const struct dg_name *name, int64_t wall, struct dg_judgement *j)
{
	struct dg_trust_point *point;
	struct dg_rrset set;
	enum dg_status status =
	    dg_validate(trust, NULL, msg, &(struct dg_sought){name, DG_TYPE_DS}, wall, j);

	if (status != DG_OK || j->security == DG_SECURITY_INDETERMINATE)
		return status;
	status = dg_rrset_read(&set, msg, DG_SECTION_ANSWER, name, DG_TYPE_DS);
	if (status != DG_OK)
		return status;
	point = dg_trust_point(trust, name);
	if (point == NULL || point->anchor) {
		dg_rrset_free(&set);
		return point != NULL ? DG_OK : dg_trust_is_full(trust) ? DG_ELIMIT : DG_ENOMEM;
	}
	memset(&point->cut_why, 0, sizeof(point->cut_why));
	point->cut_at = wall;
	point->cut_until = no_later(j->until, wall);
	if (j->security == DG_SECURITY_BOGUS) {
		if (j->why == DG_WHY_NO_DENIAL || j->why == DG_WHY_WRONG_DENIAL)
			say_no_proof(j);
		point->cut = DG_CUT_BOGUS;
		point->cut_why = *j;
		point->cut_until = wall + BOGUS_SECONDS;
	} else if (j->security == DG_SECURITY_INSECURE) {
		point->cut = DG_CUT_UNSIGNED;
		point->cut_why = *j;
	} else if (set.count > 0) {
		take_ds(point, &set, wall);
	} else {
		/* Absent by proof; a CNAME instead leaves no room for a zone. */
		point->cut = j->cut == DG_CUT_UNSIGNED ? DG_CUT_UNSIGNED : DG_CUT_NONE;
	}
	dg_rrset_free(&set);
	return DG_OK;
}

enum dg_status dg_validate_learn(struct dg_trust *trust, const struct dg_msg *msg,
				 const struct dg_name *name, uint16_t type, int64_t wall,
				 struct dg_judgement *ret)
{
	return type == DG_TYPE_DNSKEY ? learn_keys(trust, msg, name, wall, ret)
				      : learn_cut(trust, msg, name, wall, ret);
}
