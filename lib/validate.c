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

#include "denial.h"

#define BOGUS_SECONDS 5
#define UNSIGNED_SECONDS 60
#define LONGEST_SECONDS 3600

struct context {
	const struct dg_trust *trust;
	const struct dg_keys *own;
	const struct dg_msg *msg;
	int64_t wall;
	struct dg_work work;
};

/* ---- verdicts -------------------------------------------------------------------------------- */

static void say_need(struct dg_judgement *j, uint16_t type, const struct dg_name *name)
{
	memset(j, 0, sizeof(*j));
	j->security = DG_INDETERMINATE;
	j->need_type = type;
	j->need_name = *name;
	j->zone = *name;
}

static void say_bogus(struct dg_judgement *j, enum dg_why why, const struct dg_name *zone,
		      const struct dg_name *owner, uint16_t type)
{
	memset(j, 0, sizeof(*j));
	j->security = DG_BOGUS_ANSWER;
	j->why = why;
	j->zone = *zone;
	j->owner = *owner;
	j->type = type;
}

static void say_insecure(struct dg_judgement *j, const struct dg_trust_point *point, int64_t wall)
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
static void say_broken_chain(struct dg_judgement *j, const struct dg_judgement *why)
{
	*j = *why;
	j->security = DG_BOGUS_ANSWER;
	j->need_type = 0;
}

/* ---- zones ----------------------------------------------------------------------------------- */

enum zone_state { ZONE_UNDECIDED, ZONE_KEYS, ZONE_NONE };

/* What the zone `signer` is: *ret_keys when it is secure; decided in j when it is insecure, bogus or
 * not known yet; no zone at all. */
static enum zone_state look_up_zone(const struct context *c, const struct dg_name *signer,
				    const struct dg_keys **ret_keys, struct dg_judgement *j)
{
	const struct dg_trust_point *point = dg_trust_find(c->trust, signer);

	if (!dg_trust_has_cut(point, c->wall)) {
		say_need(j, DG_TYPE_DS, signer);
		return ZONE_UNDECIDED;
	}
	switch (point->cut) {
	case DG_CUT_NONE:
		return ZONE_NONE;
	case DG_CUT_UNSIGNED:
		say_insecure(j, point, c->wall);
		return ZONE_UNDECIDED;
	case DG_CUT_BOGUS:
		say_broken_chain(j, &point->cut_why);
		return ZONE_UNDECIDED;
	default:
		break;
	}
	if (c->own != NULL && dg_name_equal(&c->own->zone, signer)) {
		*ret_keys = c->own;
		return ZONE_KEYS;
	}
	if (!dg_trust_has_keys(point, c->wall)) {
		say_need(j, DG_TYPE_DNSKEY, signer);
		return ZONE_UNDECIDED;
	}
	*ret_keys = &point->keys;
	if (point->keys_why.security == DG_SECURE)
		return ZONE_KEYS;
	if (point->keys_why.security == DG_INSECURE) {
		*j = point->keys_why;
		return ZONE_UNDECIDED;
	}
	say_broken_chain(j, &point->keys_why);
	return ZONE_UNDECIDED;
}

/* The set's own zone is known to count as unsigned, by proof, whatever signatures say. */
static const struct dg_trust_point *find_unsigned(const struct context *c,
						  const struct dg_name *name, unsigned to)
{
	unsigned labels;

	for (labels = 0; labels <= to; labels++) {
		struct dg_name above = dg_name_ancestor(name, labels);
		const struct dg_trust_point *point = dg_trust_find(c->trust, &above);

		if (dg_trust_has_cut(point, c->wall) && point->cut == DG_CUT_UNSIGNED)
			return point;
	}
	return NULL;
}

/* Step 2. `why` is what is wrong if the zone is signed. */
static void judge_unsigned(const struct context *c, const struct dg_name *name, uint16_t type,
			   enum dg_why why, struct dg_judgement *j)
{
	const struct dg_trust_point *zone = dg_trust_anchor_of(c->trust, name), *point;
	unsigned last = dg_name_labels(name), labels;

	if (zone == NULL) {
		memset(j, 0, sizeof(*j));
		j->zone = *name;
		snprintf(j->text, sizeof(j->text), "no trust anchor");
		return;
	}
	/* The parent speaks for DS. */
	if (type == DG_TYPE_DS && last > 0)
		last--;
	point = find_unsigned(c, name, last);
	if (point != NULL) {
		say_insecure(j, point, c->wall);
		return;
	}
	for (labels = dg_name_labels(&zone->name) + 1; labels <= last; labels++) {
		struct dg_name above = dg_name_ancestor(name, labels);

		point = dg_trust_find(c->trust, &above);
		if (!dg_trust_has_cut(point, c->wall)) {
			say_need(j, DG_TYPE_DS, &above);
			return;
		}
		if (point->cut == DG_CUT_BOGUS) {
			say_broken_chain(j, &point->cut_why);
			return;
		}
		if (point->cut == DG_CUT_SIGNED)
			zone = point;
	}
	/* A zone whose DS or keys are of no use is insecure all the same. */
	if (dg_trust_has_keys(zone, c->wall) && zone->keys_why.security == DG_INSECURE) {
		*j = zone->keys_why;
		return;
	}
	if (!dg_trust_has_keys(zone, c->wall) && !zone->anchor) {
		say_need(j, DG_TYPE_DNSKEY, &zone->name);
		return;
	}
	say_bogus(j, why, &zone->name, name, type);
}

/* ---- one set --------------------------------------------------------------------------------- */

static enum dg_status gather_denials(struct context *c, const struct dg_name *zone,
				     const struct dg_keys *keys, struct dg_rrset *sets,
				     size_t *ret_count, struct dg_denials *d,
				     struct dg_judgement *ret_worst);

static void free_sets(struct dg_rrset *sets, size_t count)
{
	while (count > 0)
		dg_rrset_free(&sets[--count]);
}

static void say_iterations(struct dg_judgement *j, const struct dg_denials *d, int64_t wall)
{
	memset(j, 0, sizeof(*j));
	j->security = DG_INSECURE;
	j->why = DG_WHY_ITERATIONS;
	j->zone = d->zone;
	j->until = wall + UNSIGNED_SECONDS;
	snprintf(j->text, sizeof(j->text), "%u", d->iterations);
}

/* Step 3: for a set that is secure but for it. */
static enum dg_status judge_expansion(struct context *c, const struct dg_keys *keys,
				      const struct dg_name *owner, const struct dg_name *encloser,
				      uint16_t type, struct dg_judgement *j)
{
	struct dg_rrset sets[DG_MAX_DENIALS];
	struct dg_judgement worst = {0};
	struct dg_denials d = {0};
	enum dg_denied denied;
	size_t count = 0;
	enum dg_status status = gather_denials(c, &keys->zone, keys, sets, &count, &d, &worst);

	if (status != DG_OK)
		return status;
	if (worst.security == DG_BOGUS_ANSWER) {
		*j = worst;
	} else if (d.nnsec3 > 0 && d.iterations > DG_MAX_ITERATIONS) {
		say_iterations(j, &d, c->wall);
	} else {
		denied = dg_denial_of_closer(&d, owner, encloser);
		if (denied == DG_NOT_DENIED) {
			say_bogus(j, count == 0 ? DG_WHY_NO_DENIAL : DG_WHY_WRONG_DENIAL,
				  &keys->zone, owner, type);
			snprintf(j->text, sizeof(j->text), "%s",
				 c->work.limit != NULL
				     ? c->work.limit
				     : "a wildcard was used, and a closer name may exist");
		} else if (denied == DG_DENIED_BUT_OPT_OUT) {
			j->security = DG_INSECURE;
		}
	}
	free_sets(sets, count);
	return DG_OK;
}

/* The signer to judge by: the first that can sign for the owner at all and is no proven non-zone.
 * What is known of it goes to *ret_state. */
static enum dg_status judge_set(struct context *c, const struct dg_rrset *set,
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
		if (k < i || !dg_sig_fits(set, &set->sig[i], signer))
			continue;
		switch (look_up_zone(c, signer, &keys, j)) {
		case ZONE_NONE:
			continue;
		case ZONE_UNDECIDED:
			if (j->security != DG_BOGUS_ANSWER)
				return DG_OK;
			break;
		case ZONE_KEYS:
			dg_set_verify(set, keys, c->wall, &c->work, j, &which);
			if (j->security == DG_SECURE) {
				if (!dg_sig_is_wildcard(set, &set->sig[which], &encloser))
					return DG_OK;
				return judge_expansion(c, keys, &set->owner, &encloser, set->type,
						       j);
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
	judge_unsigned(c, &set->owner, set->type, why, j);
	if (j->security == DG_BOGUS_ANSWER && j->why == DG_WHY_WRONG_SIGNATURE) {
		j->tag = set->sig[0].tag;
		j->algorithm = set->sig[0].algorithm;
		snprintf(j->text, sizeof(j->text), "its signer or its label count does not fit");
	}
	return DG_OK;
}

/* ---- absence --------------------------------------------------------------------------------- */

/* The sets of type NSEC and NSEC3 of the authority section, verified: those that hold go to d, and the
 * first that does not to *ret_worst. The sets live on in `sets`, for the caller to free. */
static enum dg_status gather_denials(struct context *c, const struct dg_name *zone,
				     const struct dg_keys *keys, struct dg_rrset *sets,
				     size_t *ret_count, struct dg_denials *d,
				     struct dg_judgement *ret_worst)
{
	static const uint16_t types[] = {DG_TYPE_NSEC, DG_TYPE_NSEC3};
	size_t t, k, which, count = 0;

	d->zone = *zone;
	d->work = &c->work;
	for (t = 0; t < 2; t++) {
		const struct dg_rr *rr;
		size_t cursor = 0;

		while ((rr = dg_msg_next(c->msg, DG_AUTHORITY, NULL, types[t], &cursor)) != NULL &&
		       count < DG_MAX_DENIALS) {
			struct dg_name owner = dg_msg_owner(c->msg, rr);
			struct dg_judgement j;

			for (k = 0; k < count; k++)
				if (sets[k].type == types[t] &&
				    dg_name_equal(&sets[k].owner, &owner))
					break;
			if (k < count)
				continue;
			if (dg_rrset_read(&sets[count], c->msg, DG_AUTHORITY, &owner, types[t]) !=
			    DG_OK) {
				free_sets(sets, count);
				return DG_ENOMEM;
			}
			count++;
			dg_set_verify(&sets[count - 1], keys, c->wall, &c->work, &j, &which);
			if (j.security == DG_SECURE)
				dg_denials_add(d, &sets[count - 1]);
			else if (ret_worst->security != DG_BOGUS_ANSWER)
				*ret_worst = j;
		}
	}
	*ret_count = count;
	return DG_OK;
}

static void judge_proof(struct context *c, const struct dg_denials *d, size_t count,
			const struct dg_name *name, uint16_t type, struct dg_judgement *j)
{
	bool no_name = c->msg->rcode == DG_NXDOMAIN;
	enum dg_cut cut = DG_CUT_NONE;
	enum dg_denied denied = DG_NOT_DENIED;

	if (d->nnsec3 > 0 && d->iterations > DG_MAX_ITERATIONS) {
		say_iterations(j, d, c->wall);
		j->cut = DG_CUT_UNSIGNED;
		return;
	}
	if (no_name)
		denied = dg_denial_of_name(d, name);
	/* A proof that the name is there without records is as good, and some servers give it beside the
	 * wrong response code. */
	if (denied == DG_NOT_DENIED)
		denied = dg_denial_of_type(d, name, type, &cut);
	if (denied == DG_NOT_DENIED) {
		say_bogus(j, count == 0 ? DG_WHY_NO_DENIAL : DG_WHY_WRONG_DENIAL, &d->zone, name,
			  type);
		snprintf(j->text, sizeof(j->text), "%s",
			 c->work.limit != NULL ? c->work.limit
			 : no_name             ? "the name may exist"
					       : "the record may exist");
		return;
	}
	if (denied == DG_DENIED_BUT_OPT_OUT) {
		j->security = DG_INSECURE;
		cut = type == DG_TYPE_DS ? DG_CUT_UNSIGNED : cut;
	}
	j->cut = cut;
}

/* The zone that signed the authority section for name, as its records say; false: none did. */
static bool find_signer(const struct context *c, const struct dg_name *name, uint16_t type,
			struct dg_name *ret_signer)
{
	const struct dg_rr *rr;
	size_t cursor = 0;

	while ((rr = dg_msg_next(c->msg, DG_AUTHORITY, NULL, DG_TYPE_RRSIG, &cursor)) != NULL) {
		uint16_t covered =
		    (uint16_t)(c->msg->wire[rr->rdata] << 8 | c->msg->wire[rr->rdata + 1]);
		struct dg_name signer = dg_msg_rdata_name(c->msg, rr, 18);

		if (covered != DG_TYPE_SOA && covered != DG_TYPE_NSEC && covered != DG_TYPE_NSEC3)
			continue;
		if (!dg_name_under(name, &signer))
			continue;
		/* A child's word on DS at its own apex is not what counts. */
		if (type == DG_TYPE_DS && signer.len > 1 && dg_name_equal(name, &signer))
			continue;
		*ret_signer = signer;
		return true;
	}
	return false;
}

static enum dg_status judge_absence(struct context *c, const struct dg_name *name, uint16_t type,
				    struct dg_judgement *j)
{
	struct dg_rrset sets[DG_MAX_DENIALS];
	struct dg_judgement worst = {0};
	const struct dg_keys *keys = NULL;
	struct dg_denials d = {0};
	struct dg_name signer;
	const struct dg_rr *soa = dg_msg_find(c->msg, DG_AUTHORITY, NULL, DG_TYPE_SOA);
	enum dg_status status;
	size_t count = 0;

	if (!find_signer(c, name, type, &signer)) {
		judge_unsigned(c, name, type, DG_WHY_NO_DENIAL, j);
		return DG_OK;
	}
	switch (look_up_zone(c, &signer, &keys, j)) {
	case ZONE_NONE:
		judge_unsigned(c, name, type, DG_WHY_NO_DENIAL, j);
		return DG_OK;
	case ZONE_UNDECIDED:
		if (j->security == DG_INSECURE)
			j->cut = DG_CUT_UNSIGNED;
		return DG_OK;
	default:
		break;
	}
	memset(j, 0, sizeof(*j));
	j->security = DG_SECURE;
	j->zone = signer;
	j->until = c->wall + LONGEST_SECONDS;
	if (soa != NULL) {
		struct dg_name owner = dg_msg_owner(c->msg, soa);
		struct dg_rrset set;

		status = dg_rrset_read(&set, c->msg, DG_AUTHORITY, &owner, DG_TYPE_SOA);
		if (status != DG_OK)
			return status;
		if (dg_name_equal(&owner, &signer)) {
			size_t which;

			dg_set_verify(&set, keys, c->wall, &c->work, j, &which);
		}
		dg_rrset_free(&set);
		if (j->security != DG_SECURE)
			return DG_OK;
	}
	status = gather_denials(c, &signer, keys, sets, &count, &d, &worst);
	if (status != DG_OK)
		return status;
	if (worst.security == DG_BOGUS_ANSWER)
		*j = worst;
	else
		judge_proof(c, &d, count, name, type, j);
	free_sets(sets, count);
	return DG_OK;
}

/* ---- an answer ------------------------------------------------------------------------------- */

/* The set of a type at a name in the answer section, judged; *ret_there tells whether there is one. */
static enum dg_status judge_if_there(struct context *c, const struct dg_name *name, uint16_t type,
				     bool *ret_there, struct dg_judgement *j)
{
	struct dg_rrset set;
	enum dg_status status = dg_rrset_read(&set, c->msg, DG_ANSWER, name, type);

	if (status != DG_OK)
		return status;
	*ret_there = set.count > 0 || set.too_big;
	if (*ret_there)
		status = judge_set(c, &set, j);
	dg_rrset_free(&set);
	return status;
}

/* Step 4, for the DNAME closest above the name. */
static enum dg_status judge_dname(struct context *c, const struct dg_name *name, bool *ret_there,
				  struct dg_judgement *j)
{
	const struct dg_rr *cname = dg_msg_find(c->msg, DG_ANSWER, name, DG_TYPE_CNAME),
			   *dname = NULL;
	struct dg_name owner = *name, target, made;
	unsigned labels;
	enum dg_status status;

	for (labels = dg_name_labels(name); labels-- > 0 && dname == NULL;) {
		owner = dg_name_ancestor(name, labels);
		dname = dg_msg_find(c->msg, DG_ANSWER, &owner, DG_TYPE_DNAME);
	}
	*ret_there = dname != NULL;
	if (dname == NULL)
		return DG_OK;
	status = judge_if_there(c, &owner, DG_TYPE_DNAME, ret_there, j);
	if (status != DG_OK || cname == NULL || j->security != DG_SECURE)
		return status;
	target = dg_msg_rdata_name(c->msg, dname, 0);
	made = dg_msg_rdata_name(c->msg, cname, 0);
	if (!dg_name_substitute(name, &owner, &target, &target) || !dg_name_equal(&target, &made))
		say_bogus(j, DG_WHY_WRONG_ALIAS, &owner, name, DG_TYPE_CNAME);
	return DG_OK;
}

static bool has_sig(const struct dg_msg *msg, const struct dg_name *name, uint16_t type)
{
	const struct dg_rr *rr;
	size_t cursor = 0;

	while ((rr = dg_msg_next(msg, DG_ANSWER, name, DG_TYPE_RRSIG, &cursor)) != NULL)
		if ((msg->wire[rr->rdata] << 8 | msg->wire[rr->rdata + 1]) == type)
			return true;
	return false;
}

static enum dg_status judge_answer(struct context *c, const struct dg_name *name, uint16_t type,
				   struct dg_judgement *j)
{
	enum dg_status status;
	bool there = false;

	status = judge_if_there(c, name, type, &there, j);
	if (status != DG_OK || there)
		return status;
	if (!has_sig(c->msg, name, DG_TYPE_CNAME)) {
		status = judge_dname(c, name, &there, j);
		if (status != DG_OK || there)
			return status;
	}
	status = judge_if_there(c, name, DG_TYPE_CNAME, &there, j);
	if (status != DG_OK || there)
		return status;
	return judge_absence(c, name, type, j);
}

enum dg_status dg_validate(const struct dg_trust *trust, const struct dg_keys *own,
			   const struct dg_msg *msg, const struct dg_name *name, uint16_t type,
			   int64_t wall, struct dg_judgement *ret)
{
	struct context c = {.trust = trust, .own = own, .msg = msg, .wall = wall};

	memset(ret, 0, sizeof(*ret));
	ret->zone = *name;
	ret->owner = *name;
	ret->type = type;
	if (msg->rcode != DG_NOERROR && msg->rcode != DG_NXDOMAIN)
		return DG_OK;
	return judge_answer(&c, name, type, ret);
}

/* ---- the chain of trust ---------------------------------------------------------------------- */

enum dg_status dg_validate_keys(const struct dg_trust *trust, const struct dg_msg *msg,
				const struct dg_name *zone, int64_t wall, struct dg_keys *ret_keys,
				struct dg_judgement *ret)
{
	const struct dg_trust_point *point = dg_trust_find(trust, zone);
	struct dg_work work = {0};
	struct dg_keys keys = {0};
	struct dg_rrset set;
	enum dg_status status;

	memset(ret, 0, sizeof(*ret));
	if (!dg_trust_has_cut(point, wall)) {
		say_need(ret, DG_TYPE_DS, zone);
		return DG_OK;
	}
	if (point->cut == DG_CUT_BOGUS) {
		say_broken_chain(ret, &point->cut_why);
		return DG_OK;
	}
	if (point->cut != DG_CUT_SIGNED) {
		say_insecure(ret, point, wall);
		return DG_OK;
	}
	status = dg_rrset_read(&set, msg, DG_ANSWER, zone, DG_TYPE_DNSKEY);
	if (status == DG_OK)
		status = dg_keys_read(&keys, &set);
	if (status == DG_OK) {
		keys.zone = *zone;
		dg_keys_verify(&set, &keys, &point->ds, wall, &work, ret);
		dg_rrset_free(&set);
	}
	if (status != DG_OK || ret->security != DG_SECURE)
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

	if (status != DG_OK || j->security == DG_INDETERMINATE)
		return status;
	point = dg_trust_point(trust, zone);
	if (point == NULL) {
		dg_keys_free(&keys);
		return DG_ENOMEM;
	}
	dg_keys_free(&point->keys);
	point->keys = keys;
	point->has_keys = true;
	point->keys_why = *j;
	point->keys_at = wall;
	point->keys_until =
	    j->security == DG_BOGUS_ANSWER ? wall + BOGUS_SECONDS : no_later(j->until, wall);
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
	if (!usable) {
		struct dg_keys none = {0};
		struct dg_work work = {0};

		/* It says which of the two is not supported. */
		dg_keys_verify(set, &none, &point->ds, wall, &work, &point->cut_why);
		point->cut = DG_CUT_UNSIGNED;
	}
}

static enum dg_status learn_cut(struct dg_trust *trust, const struct dg_msg *msg,
				const struct dg_name *name, int64_t wall, struct dg_judgement *j)
{
	struct dg_trust_point *point;
	struct dg_rrset set;
	enum dg_status status = dg_validate(trust, NULL, msg, name, DG_TYPE_DS, wall, j);

	if (status != DG_OK || j->security == DG_INDETERMINATE)
		return status;
	status = dg_rrset_read(&set, msg, DG_ANSWER, name, DG_TYPE_DS);
	if (status != DG_OK)
		return status;
	point = dg_trust_point(trust, name);
	if (point == NULL || point->anchor) {
		dg_rrset_free(&set);
		return point == NULL ? DG_ENOMEM : DG_OK;
	}
	memset(&point->cut_why, 0, sizeof(point->cut_why));
	point->cut_at = wall;
	point->cut_until = no_later(j->until, wall);
	if (j->security == DG_BOGUS_ANSWER) {
		if (j->why == DG_WHY_NO_DENIAL || j->why == DG_WHY_WRONG_DENIAL)
			j->why = DG_WHY_NO_DS_DENIAL;
		point->cut = DG_CUT_BOGUS;
		point->cut_why = *j;
		point->cut_until = wall + BOGUS_SECONDS;
	} else if (j->security == DG_INSECURE) {
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
