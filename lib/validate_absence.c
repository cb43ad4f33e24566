/* SPDX-License-Identifier: ISC */
/* What proves that something is not there: validate.c has the procedure. */
#include "validate_parts.h"

#include <stdio.h>
#include <string.h>

static void free_sets(struct dg_rrset *sets, size_t count)
{
	while (count > 0)
		dg_rrset_free(&sets[--count]);
}

/* All its signatures are by other zones. */
static bool is_strange(const struct dg_rrset *set, const struct dg_name *zone)
{
	size_t i;

	for (i = 0; i < set->nsigs; i++)
		if (dg_name_equal(&set->sig[i].signer, zone))
			return false;
	return set->nsigs > 0;
}

/* The sets of type NSEC and NSEC3 of the authority section, verified: those that hold go to d, and the
 * first that does not to *ret_worst. The sets live on in `sets`, for the caller to free. */
static enum dg_status gather_denials(struct dg_validation *v, const struct dg_name *zone,
				     const struct dg_keys *keys, struct dg_rrset *sets,
				     size_t *ret_count, struct dg_denials *d,
				     struct dg_judgement *ret_worst)
{
	static const uint16_t types[] = {DG_TYPE_NSEC, DG_TYPE_NSEC3};
	size_t t, k, which, count = 0;

	d->zone = *zone;
	d->work = &v->work;
	for (t = 0; t < 2; t++) {
		const struct dg_rr *rr;
		size_t cursor = 0;

		while ((rr = dg_msg_next(v->msg, DG_AUTHORITY, NULL, types[t], &cursor)) != NULL) {
			struct dg_name owner = dg_msg_owner(v->msg, rr);
			struct dg_judgement j;

			for (k = 0; k < count; k++)
				if (sets[k].type == types[t] &&
				    dg_name_equal(&sets[k].owner, &owner))
					break;
			if (k < count)
				continue;
			if (count == DG_MAX_DENIALS) {
				v->work.limit = "NSEC and NSEC3 records of one answer";
				break;
			}
			if (dg_rrset_read(&sets[count], v->msg, DG_AUTHORITY, &owner, types[t]) !=
			    DG_OK) {
				free_sets(sets, count);
				return DG_ENOMEM;
			}
			count++;
			/* Of another zone: where an alias leads, its absence may be proven here too. */
			if (is_strange(&sets[count - 1], zone))
				continue;
			dg_set_verify(&sets[count - 1], keys, v->wall, &v->work, &j, &which);
			if (j.security == DG_SECURE)
				dg_denials_add(d, &sets[count - 1]);
			else if (ret_worst->security != DG_BOGUS_ANSWER)
				*ret_worst = j;
		}
	}
	*ret_count = count;
	d->seen = count;
	return DG_OK;
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

static void say_unproven(struct dg_validation *v, const struct dg_denials *d,
			 struct dg_judgement *j, const struct dg_name *name, uint16_t type,
			 const char *text)
{
	dg_say_bogus(j, d->seen == 0 ? DG_WHY_NO_DENIAL : DG_WHY_WRONG_DENIAL, &d->zone, name,
		     type);
	snprintf(j->text, sizeof(j->text), "%s", text);
	if (v->work.limit != NULL)
		dg_say_limit(j, &v->work, v->work.limit);
}

enum dg_status dg_judge_expansion(struct dg_validation *v, const struct dg_keys *keys,
				  const struct dg_name *owner, const struct dg_name *encloser,
				  uint16_t type, struct dg_judgement *j)
{
	struct dg_rrset sets[DG_MAX_DENIALS];
	struct dg_judgement worst = {0};
	struct dg_denials d = {0};
	enum dg_denied denied;
	size_t count = 0;
	enum dg_status status = gather_denials(v, &keys->zone, keys, sets, &count, &d, &worst);

	if (status != DG_OK)
		return status;
	if (worst.security == DG_BOGUS_ANSWER) {
		*j = worst;
	} else if (d.nnsec3 > 0 && d.iterations > DG_MAX_ITERATIONS) {
		say_iterations(j, &d, v->wall);
	} else {
		denied = dg_denial_of_closer(&d, owner, encloser);
		if (denied == DG_NOT_DENIED) {
			say_unproven(v, &d, j, owner, type,
				     "a wildcard was used, and a closer name may exist");
		} else if (denied == DG_DENIED_BUT_OPT_OUT) {
			j->security = DG_INSECURE;
		}
	}
	free_sets(sets, count);
	return DG_OK;
}

static void judge_proof(struct dg_validation *v, const struct dg_denials *d,
			const struct dg_name *name, uint16_t type, struct dg_judgement *j)
{
	bool no_name = v->msg->rcode == DG_NXDOMAIN;
	enum dg_cut cut = DG_CUT_NONE;
	enum dg_denied denied = DG_NOT_DENIED;

	if (d->nnsec3 > 0 && d->iterations > DG_MAX_ITERATIONS) {
		say_iterations(j, d, v->wall);
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
		say_unproven(v, d, j, name, type,
			     no_name ? "the name may exist" : "the record may exist");
		return;
	}
	if (denied == DG_DENIED_BUT_OPT_OUT) {
		j->security = DG_INSECURE;
		cut = type == DG_TYPE_DS ? DG_CUT_UNSIGNED : cut;
	}
	j->cut = cut;
}

/* The zone that signed the authority section for name, as its records say; false: none did. */
static bool find_signer(const struct dg_validation *v, const struct dg_name *name, uint16_t type,
			struct dg_name *ret_signer)
{
	const struct dg_rr *rr;
	size_t cursor = 0;

	while ((rr = dg_msg_next(v->msg, DG_AUTHORITY, NULL, DG_TYPE_RRSIG, &cursor)) != NULL) {
		uint16_t covered = dg_msg_covered(v->msg, rr);
		struct dg_name signer = dg_msg_rdata_name(v->msg, rr, 18);

		if (covered != DG_TYPE_SOA && covered != DG_TYPE_NSEC && covered != DG_TYPE_NSEC3)
			continue;
		if (!dg_name_under(name, &signer))
			continue;
		/* A child's word on DS at its own apex is not what counts. */
		if (type == DG_TYPE_DS && signer.len > 1 && dg_name_equal(name, &signer))
			continue;
		if (dg_find_zone_between(v, name, type, &signer) != NULL)
			continue;
		*ret_signer = signer;
		return true;
	}
	return false;
}

enum dg_status dg_judge_absence(struct dg_validation *v, const struct dg_name *name, uint16_t type,
				struct dg_judgement *j)
{
	struct dg_rrset sets[DG_MAX_DENIALS];
	struct dg_judgement worst = {0};
	const struct dg_keys *keys = NULL;
	struct dg_denials d = {0};
	struct dg_name signer;
	const struct dg_rr *soa = dg_msg_find(v->msg, DG_AUTHORITY, NULL, DG_TYPE_SOA);
	enum dg_status status;
	size_t count = 0;

	if (!find_signer(v, name, type, &signer)) {
		dg_judge_unsigned(v, name, type, DG_WHY_NO_DENIAL, j);
		return DG_OK;
	}
	switch (dg_look_up_zone(v, &signer, &keys, j)) {
	case DG_ZONE_NONE:
		dg_judge_unsigned(v, name, type, DG_WHY_NO_DENIAL, j);
		return DG_OK;
	case DG_ZONE_UNDECIDED:
		if (j->security == DG_INSECURE)
			j->cut = DG_CUT_UNSIGNED;
		return DG_OK;
	default:
		break;
	}
	memset(j, 0, sizeof(*j));
	j->security = DG_SECURE;
	j->zone = signer;
	j->until = v->wall + LONGEST_SECONDS;
	if (soa != NULL) {
		struct dg_name owner = dg_msg_owner(v->msg, soa);
		struct dg_rrset set;

		status = dg_rrset_read(&set, v->msg, DG_AUTHORITY, &owner, DG_TYPE_SOA);
		if (status != DG_OK)
			return status;
		if (dg_name_equal(&owner, &signer)) {
			size_t which;

			dg_set_verify(&set, keys, v->wall, &v->work, j, &which);
		}
		dg_rrset_free(&set);
		if (j->security != DG_SECURE)
			return DG_OK;
	}
	status = gather_denials(v, &signer, keys, sets, &count, &d, &worst);
	if (status != DG_OK)
		return status;
	if (worst.security == DG_BOGUS_ANSWER)
		*j = worst;
	else
		judge_proof(v, &d, name, type, j);
	free_sets(sets, count);
	return DG_OK;
}
