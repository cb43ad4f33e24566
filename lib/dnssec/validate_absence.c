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

/* The sets of type NSEC and NSEC3 of the authority section. */
struct gathered {
	struct dg_rrset set[DG_MAX_DENIALS]; /* for the caller to free */
	size_t count;
	struct dg_denials d;       /* those that hold */
	struct dg_judgement worst; /* the first that does not */
};

/* Fills in g, which is {0}, with what the keys say of each set. */
static enum dg_status gather_denials(struct dg_validation *v, const struct dg_name *zone,
				     const struct dg_keys *keys, struct gathered *g)
{
	struct dg_rrset *sets = g->set;
	static const uint16_t types[] = {DG_TYPE_NSEC, DG_TYPE_NSEC3};
	size_t t, k, which, count = 0;

	g->d.zone = *zone;
	g->d.work = &v->work;
	for (t = 0; t < 2; t++) {
		const struct dg_rr *rr, *before = NULL;
		size_t cursor = 0;

		while ((rr = dg_msg_next(v->msg, DG_SECTION_AUTHORITY, NULL, types[t], &cursor)) !=
		       NULL) {
			struct dg_judgement j;
			struct dg_name owner;

			if (before != NULL && rr->name == before->name)
				continue;
			before = rr;
			owner = dg_msg_owner(v->msg, rr);
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
			if (dg_rrset_read(&sets[count], v->msg, DG_SECTION_AUTHORITY, &owner,
					  types[t]) != DG_OK) {
				free_sets(sets, count);
				return DG_ENOMEM;
			}
			count++;
			/* It may belong to another zone: a reply may also prove that an alias's
			 * target does not exist. */
			if (is_strange(&sets[count - 1], zone))
				continue;
			dg_set_verify(&sets[count - 1], keys, v->wall, &v->work, &j, &which);
			if (j.security == DG_SECURITY_SECURE)
				dg_denials_add(&g->d, &sets[count - 1]);
			else if (g->worst.security != DG_SECURITY_BOGUS)
				g->worst = j;
		}
	}
	g->count = g->d.seen = count;
	return DG_OK;
}

static void say_iterations(struct dg_judgement *j, const struct dg_denials *d, int64_t wall)
{
	memset(j, 0, sizeof(*j));
	j->security = DG_SECURITY_INSECURE;
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
	struct gathered g = {0};
	enum dg_denied denied;
	enum dg_status status = gather_denials(v, &keys->zone, keys, &g);

	if (status != DG_OK)
		return status;
	if (g.worst.security == DG_SECURITY_BOGUS) {
		*j = g.worst;
	} else if (g.d.nnsec3 > 0 && g.d.iterations > DG_MAX_ITERATIONS) {
		say_iterations(j, &g.d, v->wall);
	} else {
		denied = dg_denial_of_closer(&g.d, owner, encloser);
		if (denied == DG_DENIED_NOT) {
			say_unproven(v, &g.d, j, owner, type,
				     "a wildcard was used, and a closer name may exist");
		} else if (denied == DG_DENIED_OPT_OUT) {
			j->security = DG_SECURITY_INSECURE;
		}
	}
	free_sets(g.set, g.count);
	return DG_OK;
}

static void judge_proof(struct dg_validation *v, const struct dg_denials *d,
			const struct dg_name *name, uint16_t type, struct dg_judgement *j)
{
	bool no_name = v->msg->rcode == DG_RCODE_NXDOMAIN;
	enum dg_cut cut = DG_CUT_NONE;
	enum dg_denied denied = DG_DENIED_NOT;

	if (d->nnsec3 > 0 && d->iterations > DG_MAX_ITERATIONS) {
		say_iterations(j, d, v->wall);
		j->cut = DG_CUT_UNSIGNED;
		return;
	}
	if (no_name)
		denied = dg_denial_of_name(d, name);
	/* A proof that the name is there without records is as good, and some servers give it
	 * beside the wrong response code. */
	if (denied == DG_DENIED_NOT) {
		denied = dg_denial_of_type(d, name, type, &cut);
		/* An opt-out span says nothing of a wildcard, of which NXDOMAIN needs the denial
		 * (RFC 5155 section 8.4). */
		if (no_name && denied == DG_DENIED_OPT_OUT)
			denied = DG_DENIED_NOT;
	}
	if (denied == DG_DENIED_NOT) {
		say_unproven(v, d, j, name, type,
			     no_name ? "the name may exist" : "the record may exist");
		return;
	}
	if (denied == DG_DENIED_OPT_OUT) {
		j->security = DG_SECURITY_INSECURE;
		cut = type == DG_TYPE_DS ? DG_CUT_UNSIGNED : cut;
	}
	j->cut = cut;
}

/* The zone that signed the authority section for name, as its records say; false: none did. */
static bool find_signer(const struct dg_validation *v, const struct dg_name *name, uint16_t type,
			struct dg_name *ret_signer)
{
	/* A zone below the signer leaves it nothing to say of name. */
	const struct dg_trust_point *deepest = dg_find_zone_between(v, name, type, &dg_name_root);
	const struct dg_rr *rr;
	size_t cursor = 0;

	while ((rr = dg_msg_next(v->msg, DG_SECTION_AUTHORITY, NULL, DG_TYPE_RRSIG, &cursor)) !=
	       NULL) {
		uint16_t covered = dg_msg_covered(v->msg, rr);
		struct dg_name signer = dg_msg_rdata_name(v->msg, rr, 18);

		if (covered != DG_TYPE_SOA && covered != DG_TYPE_NSEC && covered != DG_TYPE_NSEC3)
			continue;
		if (!dg_name_under(name, &signer))
			continue;
		/* A child's word on DS at its own apex is not what counts. */
		if (type == DG_TYPE_DS && signer.len > 1 && dg_name_equal(name, &signer))
			continue;
		if (deepest != NULL && deepest->name.len > signer.len)
			continue;
		*ret_signer = signer;
		return true;
	}
	return false;
}

enum dg_status dg_judge_absence(struct dg_validation *v, const struct dg_name *name, uint16_t type,
				struct dg_judgement *j)
{
	struct gathered g = {0};
	const struct dg_keys *keys = NULL;
	struct dg_name signer;
	const struct dg_rr *soa = dg_msg_find(v->msg, DG_SECTION_AUTHORITY, NULL, DG_TYPE_SOA);
	enum dg_status status;

	if (!find_signer(v, name, type, &signer)) {
		dg_judge_unsigned(v, name, type, DG_WHY_NO_DENIAL, j);
		return DG_OK;
	}
	switch (dg_look_up_zone(v, &signer, &keys, j)) {
	case DG_ZONE_NONE:
		dg_judge_unsigned(v, name, type, DG_WHY_NO_DENIAL, j);
		return DG_OK;
	case DG_ZONE_UNDECIDED:
		if (j->security == DG_SECURITY_INSECURE)
			j->cut = DG_CUT_UNSIGNED;
		return DG_OK;
	default:
		break;
	}
	memset(j, 0, sizeof(*j));
	j->security = DG_SECURITY_SECURE;
	j->zone = signer;
	j->until = v->wall + LONGEST_SECONDS;
	if (soa != NULL) {
		struct dg_name owner = dg_msg_owner(v->msg, soa);
		struct dg_rrset set;

		status = dg_rrset_read(&set, v->msg, DG_SECTION_AUTHORITY, &owner, DG_TYPE_SOA);
		if (status != DG_OK)
			return status;
		if (dg_name_equal(&owner, &signer)) {
			size_t which;

			dg_set_verify(&set, keys, v->wall, &v->work, j, &which);
		}
		dg_rrset_free(&set);
		if (j->security != DG_SECURITY_SECURE)
			return DG_OK;
	}
	status = gather_denials(v, &signer, keys, &g);
	if (status != DG_OK)
		return status;
	if (g.worst.security == DG_SECURITY_BOGUS)
		*j = g.worst;
	else
		judge_proof(v, &g.d, name, type, j);
	free_sets(g.set, g.count);
	return DG_OK;
}
