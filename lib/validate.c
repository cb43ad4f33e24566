/* SPDX-License-Identifier: ISC */
/*
 * The procedure for one set:
 *
 *  1. A set with signatures is judged by the keys of the zone that its signer names, which must be at
 *     or above its owner. Whether there is such a zone, and with which keys, is known from the chain of
 *     trust, or needed: DS at its name, then DNSKEY.
 *  2. A set without any is insecure when some zone between the trust anchor and its owner is unsigned
 *     by proof; else bogus. Every name on the way down may begin a zone, so DS is needed at each.
 *  3. A set that was expanded from a wildcard needs the proof that no closer name exists (RFC 4035
 *     section 5.3.4).
 *  4. A CNAME without signatures stands on its DNAME (RFC 6672 section 5.3.1).
 *
 * And for the absence of one: the SOA and all NSEC or NSEC3 sets of the authority section are judged
 * as above, and must prove it.
 */
#include "validate.h"

#include <stdio.h>
#include <string.h>

#include "validate_parts.h"

/* ---- verdicts --------------------------------------------------------------------------------- */

void dg_say_need(struct dg_judgement *j, uint16_t type, const struct dg_name *name)
{
	memset(j, 0, sizeof(*j));
	j->security = DG_INDETERMINATE;
	j->need_type = type;
	j->need_name = *name;
	j->zone = *name;
}

void dg_say_insecure(struct dg_judgement *j, const struct dg_trust_point *point, int64_t wall)
{
	memset(j, 0, sizeof(*j));
	if (point->cut_why.why != DG_WHY_NONE)
		*j = point->cut_why;
	j->security = DG_INSECURE;
	j->zone = point->name;
	j->until =
	    point->cut_until < wall + LONGEST_SECONDS ? point->cut_until : wall + LONGEST_SECONDS;
}

/* The fault is further up, and was found there. */
void dg_say_broken_chain(struct dg_judgement *j, const struct dg_judgement *why)
{
	*j = *why;
	j->security = DG_BOGUS_ANSWER;
	j->need_type = 0;
}

/* ---- zones ----------------------------------------------------------------------------------- */

/* What the zone `signer` is: *ret_keys when it is secure; decided in j when it is insecure, bogus or
 * not known yet; no zone at all. */
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
	if (point->keys_why.security == DG_SECURE)
		return DG_ZONE_KEYS;
	if (point->keys_why.security == DG_INSECURE) {
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
	if (dg_trust_has_keys(zone, v->wall) && zone->keys_why.security == DG_INSECURE) {
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
			if (j->security != DG_BOGUS_ANSWER)
				return DG_OK;
			break;
		case DG_ZONE_KEYS:
			dg_set_verify(set, keys, v->wall, &v->work, j, &which);
			if (j->security == DG_SECURE) {
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
	if (j->security == DG_BOGUS_ANSWER && j->why == DG_WHY_WRONG_SIGNATURE) {
		j->tag = set->sig[0].tag;
		j->algorithm = set->sig[0].algorithm;
		snprintf(j->text, sizeof(j->text), "its signer or its label count does not fit");
	}
	return DG_OK;
}

/* ---- an answer ------------------------------------------------------------------------------- */

/* The set of a type at a name in the answer section, judged; *ret_there tells whether there is one. */
static enum dg_status judge_if_there(struct dg_validation *v, const struct dg_name *name,
				     uint16_t type, bool *ret_there, struct dg_judgement *j)
{
	struct dg_rrset set;
	enum dg_status status = dg_rrset_read(&set, v->msg, DG_ANSWER, name, type);

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
	const struct dg_rr *cname = dg_msg_find(v->msg, DG_ANSWER, name, DG_TYPE_CNAME),
			   *dname = NULL;
	struct dg_name owner = *name, target, made;
	unsigned labels;
	enum dg_status status;

	for (labels = dg_name_labels(name); labels-- > 0 && dname == NULL;) {
		owner = dg_name_ancestor(name, labels);
		dname = dg_msg_find(v->msg, DG_ANSWER, &owner, DG_TYPE_DNAME);
	}
	*ret_there = dname != NULL;
	if (dname == NULL)
		return DG_OK;
	status = judge_if_there(v, &owner, DG_TYPE_DNAME, ret_there, j);
	if (status != DG_OK || cname == NULL || j->security != DG_SECURE)
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

	while ((rr = dg_msg_next(msg, DG_ANSWER, name, DG_TYPE_RRSIG, &cursor)) != NULL)
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
			   const struct dg_msg *msg, const struct dg_name *name, uint16_t type,
			   int64_t wall, struct dg_judgement *ret)
{
	struct dg_validation v = {.trust = trust,
				  .own = own,
				  .msg = msg,
				  .wall = wall,
				  .work = {.proven = trust->proven}};

	memset(ret, 0, sizeof(*ret));
	ret->zone = *name;
	ret->owner = *name;
	ret->type = type;
	if (msg->rcode != DG_NOERROR && msg->rcode != DG_NXDOMAIN)
		return DG_OK;
	return judge_answer(&v, name, type, ret);
}
