/* SPDX-License-Identifier: ISC */
/*
 * The procedure for one set:
 *
 *  1. A set with signatures is judged by the keys of the zone that its signer names, which must be
 *     at or above its owner. Whether there is such a zone, and with which keys, is known from the
 *     chain of trust, or needed: DS at its name, then DNSKEY.
 *  2. A set without any is insecure when some zone between the trust anchor and its owner is
 *     unsigned by proof; else bogus. Every name on the way down may begin a zone, so DS is needed
 *     at each.
 *  3. A set that was expanded from a wildcard needs the proof that no closer name exists (RFC 4035
 *     section 5.3.4).
 *  4. A CNAME without signatures stands on its DNAME (RFC 6672 section 5.3.1).
 *
 * And for the absence of one: the SOA and all NSEC or NSEC3 sets of the authority section are
 * judged as above, and must prove it.
 */
#include "validate.h"

#include <stdio.h>
#include <string.h>

#include "dns/answer.h"
#include "validate_parts.h"

/* Steps 1 and 2: by the first signer that can sign for the owner at all, and is a zone. */
static enum dg_status judge_set(struct dg_validation *v, const struct dg_rrset *set,
				struct dg_judgement *j)
{
	enum dg_why why = DG_WHY_NO_SIGNATURE;
	struct dg_judgement best = {0};
	bool decided = false;
	size_t i, k;

	for (i = 0; i < set->nsigs; i++) {
		const struct dg_name *signer = &set->sig[i].signer;
		const struct dg_keys *keys = NULL;
		struct dg_name encloser;
		size_t which;

		for (k = 0; k < i && !dg_name_equal(&set->sig[k].signer, signer); k++)
			;
		why = DG_WHY_WRONG_SIGNATURE;
		/* One look at each signer; what could not sign this set is not asked for. */
		if (k < i || !dg_sig_fits(set, &set->sig[i], signer) ||
		    dg_find_zone_between(v, &set->owner, set->type, signer) != NULL)
			continue;
		switch (dg_look_up_zone(v, signer, &keys, j)) {
		case DG_ZONE_NONE:
			continue;
		case DG_ZONE_UNDECIDED:
			if (j->security != DG_SECURITY_BOGUS)
				return DG_OK;
			break;
		case DG_ZONE_KEYS:
			dg_set_verify(set, keys, v->wall, &v->work, j, &which);
			if (j->security == DG_SECURITY_SECURE) {
				if (!dg_sig_is_wildcard(set, &set->sig[which], &encloser))
					return DG_OK;
				return dg_judge_expansion(v, keys, &set->owner, &encloser,
							  set->type, j);
			}
			break;
		}
		if (!decided)
			best = *j;
		decided = true;
	}
	if (decided) {
		*j = best;
		return DG_OK;
	}
	dg_judge_unsigned(v, &set->owner, set->type, why, j);
	if (j->security == DG_SECURITY_BOGUS && j->why == DG_WHY_WRONG_SIGNATURE) {
		j->tag = set->sig[0].tag;
		j->algorithm = set->sig[0].algorithm;
		snprintf(j->text, sizeof(j->text), "its signer or its label count does not fit");
	}
	return DG_OK;
}

/* ---- an answer ------------------------------------------------------------------------------- */

/* The set of a type at a name in the answer section, judged; *ret_there tells whether there is one.
 */
static enum dg_status judge_if_there(struct dg_validation *v, const struct dg_name *name,
				     uint16_t type, bool *ret_there, struct dg_judgement *j)
{
	struct dg_rrset set;
	enum dg_status status = dg_rrset_read(&set, v->msg, DG_SECTION_ANSWER, name, type);

	if (status != DG_OK)
		return status;
	*ret_there = set.count > 0 || set.too_big;
	if (*ret_there)
		status = judge_set(v, &set, j);
	dg_rrset_free(&set);
	return status;
}

/* Step 4, for the DNAME closest above the name. */
static enum dg_status judge_dname(struct dg_validation *v, const struct dg_name *name,
				  bool *ret_there, struct dg_judgement *j)
{
	struct dg_name owner = *name, target, made;
	const struct dg_rr *cname = dg_msg_find(v->msg, DG_SECTION_ANSWER, name, DG_TYPE_CNAME);
	const struct dg_rr *dname = dg_answer_dname(v->msg, name, &owner);
	enum dg_status status;

	*ret_there = dname != NULL;
	if (dname == NULL)
		return DG_OK;
	status = judge_if_there(v, &owner, DG_TYPE_DNAME, ret_there, j);
	if (status != DG_OK || cname == NULL || j->security != DG_SECURITY_SECURE)
		return status;
	target = dg_msg_rdata_name(v->msg, dname, 0);
	made = dg_msg_rdata_name(v->msg, cname, 0);
	if (!dg_name_substitute(name, &owner, &target, &target) || !dg_name_equal(&target, &made))
		dg_say_bogus(j, DG_WHY_WRONG_ALIAS, &owner, name, DG_TYPE_CNAME);
	return DG_OK;
}

static bool has_sig(const struct dg_msg *msg, const struct dg_name *name, uint16_t type)
{
	const struct dg_rr *rr;
	size_t cursor = 0;

	while ((rr = dg_msg_next(msg, DG_SECTION_ANSWER, name, DG_TYPE_RRSIG, &cursor)) != NULL)
		if (dg_msg_covered(msg, rr) == type)
			return true;
	return false;
}

static enum dg_status judge_answer(struct dg_validation *v, const struct dg_name *name,
				   uint16_t type, struct dg_judgement *j)
{
	enum dg_status status = DG_OK;
	bool there = false;

	if (type != DG_TYPE_CNAME)
		status = judge_if_there(v, name, type, &there, j);
	if (status == DG_OK && !there && !has_sig(v->msg, name, DG_TYPE_CNAME))
		status = judge_dname(v, name, &there, j);
	if (status == DG_OK && !there)
		status = judge_if_there(v, name, DG_TYPE_CNAME, &there, j);
	if (status == DG_OK && !there)
		status = dg_judge_absence(v, name, type, j);
	return status;
}

enum dg_status dg_validate(const struct dg_trust *trust, const struct dg_keys *own,
			   const struct dg_msg *msg, const struct dg_sought *sought, int64_t wall,
			   struct dg_judgement *ret)
{
	struct dg_validation v = {.trust = trust,
				  .own = own,
				  .msg = msg,
				  .wall = wall,
				  .work = {.proven = trust->proven}};

	memset(ret, 0, sizeof(*ret));
	ret->zone = *sought->name;
	ret->owner = *sought->name;
	ret->type = sought->type;
	if (msg->rcode != DG_RCODE_NOERROR && msg->rcode != DG_RCODE_NXDOMAIN)
		return DG_OK;
	return judge_answer(&v, sought->name, sought->type, ret);
}
