/* SPDX-License-Identifier: ISC */
/*
 * A signature counts after these checks, cheapest first, cryptography last:
 *
 *  1. Its signer is the zone whose keys these are, and the set's owner is in it (RFC 4035 5.3.1);
 *     DS records are signed by a zone above.
 *  2. Its labels are no more than the owner's, and no fewer than the signer's; an NSEC record is
 *     never expanded from a wildcard.
 *  3. Now is from its inception to its expiration, to the second: the CA allows no skew.
 *  4. A usable key of that tag and algorithm is there; a few are tried.
 *
 * Any one good signature makes the set secure (RFC 6840 section 5.4).
 */
#include "signature.h"

#include <stdio.h>
#include <string.h>

#define SHORTEST_SECONDS 5
#define DS_LIMIT "DS records of one zone"

/* Labels as signatures count them: no root, no leading asterisk (RFC 4034 section 3.1.3). */
static unsigned signed_labels(const struct dg_name *name)
{
	unsigned n = dg_name_labels(name);

	return name->wire[0] == 1 && name->wire[1] == '*' ? n - 1 : n;
}

bool dg_sig_fits(const struct dg_rrset *set, const struct dg_sig *sig, const struct dg_name *signer)
{
	unsigned labels = signed_labels(&set->owner);

	if (!dg_name_equal(&sig->signer, signer) || !dg_name_under(&set->owner, signer))
		return false;
	if (set->type == DG_TYPE_DS && dg_name_equal(&set->owner, signer) && signer->len > 1)
		return false;
	if (sig->labels > labels || sig->labels < dg_name_labels(signer))
		return false;
	return sig->labels == labels || (set->type != DG_TYPE_NSEC && set->type != DG_TYPE_NSEC3 &&
					 set->type != DG_TYPE_DNSKEY);
}

bool dg_sig_is_wildcard(const struct dg_rrset *set, const struct dg_sig *sig,
			struct dg_name *ret_encloser)
{
	if (sig->labels >= signed_labels(&set->owner))
		return false;
	*ret_encloser = dg_name_ancestor(&set->owner, sig->labels);
	return true;
}

/* Serial number arithmetic turned into a moment near `wall`. */
static int64_t moment(uint32_t serial, int64_t wall)
{
	return wall + (int32_t)(serial - (uint32_t)wall);
}

/* Keeps the failure that came nearest to good: later ones of the list say more. */
static void fail_with(struct dg_judgement *j, enum dg_why why, const struct dg_sig *sig, int64_t at)
{
	static const enum dg_why order[] = {
	    DG_WHY_NONE,          DG_WHY_NO_SIGNATURE, DG_WHY_UNSUPPORTED_KEY, DG_WHY_UNKNOWN_KEY,
	    DG_WHY_NOT_YET_VALID, DG_WHY_EXPIRED,      DG_WHY_WRONG_SIGNATURE, DG_WHY_WORK_LIMIT};
	size_t now = 0, then = 0, i;

	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (order[i] == why)
			now = i;
		if (order[i] == j->why)
			then = i;
	}
	if (now <= then)
		return;
	j->why = why;
	j->at = at;
	j->tag = sig->tag;
	j->algorithm = sig->algorithm;
}

static bool spend(struct dg_work *work, unsigned *of_set)
{
	if (work->crypto >= DG_MAX_CRYPTO)
		work->limit = "signatures verified for one answer";
	else if (*of_set >= DG_MAX_SET_CRYPTO)
		work->limit = "signatures verified for one record set";
	else {
		work->crypto++;
		++*of_set;
		return true;
	}
	return false;
}

static void grant(struct dg_judgement *j, const struct dg_rrset *set, const struct dg_sig *sig,
		  int64_t wall, struct dg_work *work)
{
	int64_t ttl = set->ttl < sig->original_ttl ? set->ttl : sig->original_ttl;
	int64_t end = moment(sig->expiration, wall);

	/* What was not looked at is no matter any more. */
	work->limit = NULL;
	j->security = DG_SECURITY_SECURE;
	j->why = DG_WHY_NONE;
	j->tag = sig->tag;
	j->algorithm = sig->algorithm;
	/* Not asked for again at each poll, however short its TTL is. */
	if (ttl < SHORTEST_SECONDS)
		ttl = SHORTEST_SECONDS;
	j->until = wall + ttl < end ? wall + ttl : end;
}

/* The time of day that one set is judged at, and the work that goes into it. */
struct effort {
	int64_t wall;
	struct dg_work *work;
	unsigned of_set;
};

/* Steps 3 and 4 for one signature; `only` restricts it to one key. */
static bool try_sig(const struct dg_rrset *set, const struct dg_sig *sig,
		    const struct dg_keys *keys, const struct dg_key *only, struct effort *e,
		    struct dg_judgement *j)
{
	struct dg_work *work = e->work;
	int64_t wall = e->wall;
	enum dg_why why = DG_WHY_UNKNOWN_KEY;
	unsigned tried = 0;
	size_t i;

	if (!dg_algorithm_supported(sig->algorithm)) {
		fail_with(j, DG_WHY_UNSUPPORTED_KEY, sig, 0);
		return false;
	}
	if (dg_serial_after(sig->inception, (uint32_t)wall)) {
		fail_with(j, DG_WHY_NOT_YET_VALID, sig, moment(sig->inception, wall));
		return false;
	}
	if (dg_serial_after((uint32_t)wall, sig->expiration)) {
		fail_with(j, DG_WHY_EXPIRED, sig, moment(sig->expiration, wall));
		return false;
	}
	for (i = 0; i < keys->count; i++) {
		const struct dg_key *key = &keys->key[i];

		if ((only != NULL && key != only) || key->tag != sig->tag ||
		    key->algorithm != sig->algorithm || !dg_key_usable(key))
			continue;
		if (tried == DG_MAX_KEYS_TRIED) {
			work->limit = "keys tried for one key tag";
			fail_with(j, DG_WHY_WORK_LIMIT, sig, 0);
			return false;
		}
		if (!spend(work, &e->of_set)) {
			fail_with(j, DG_WHY_WORK_LIMIT, sig, 0);
			return false;
		}
		tried++;
		why = DG_WHY_WRONG_SIGNATURE;
		if (dg_key_verifies(key, set, sig, work->proven)) {
			grant(j, set, sig, wall, work);
			return true;
		}
	}
	fail_with(j, why, sig, 0);
	return false;
}

static bool verify_by(const struct dg_rrset *set, const struct dg_keys *keys,
		      const struct dg_key *only, struct effort *e, struct dg_judgement *j,
		      size_t *ret_sig)
{
	size_t i;

	for (i = 0; i < set->nsigs; i++) {
		if (!dg_sig_fits(set, &set->sig[i], &keys->zone))
			continue;
		if (try_sig(set, &set->sig[i], keys, only, e, j)) {
			*ret_sig = i;
			return true;
		}
	}
	return false;
}

void dg_say_limit(struct dg_judgement *j, struct dg_work *work, const char *limit)
{
	if (work->limit == NULL)
		work->limit = limit;
	j->security = DG_SECURITY_BOGUS;
	j->why = DG_WHY_WORK_LIMIT;
	snprintf(j->text, sizeof(j->text), "%s", work->limit);
}

static void say_unsupported(struct dg_judgement *j)
{
	j->why = DG_WHY_NO_SIGNATURE;
	snprintf(j->text, sizeof(j->text), "except for algorithm %u, which validators do not use",
		 j->algorithm);
}

/* There are some, and none fits. */
static void say_unfit(struct dg_judgement *j, const struct dg_rrset *set)
{
	j->why = DG_WHY_WRONG_SIGNATURE;
	j->tag = set->sig[0].tag;
	j->algorithm = set->sig[0].algorithm;
	snprintf(j->text, sizeof(j->text), "its signer or its label count does not fit");
}

void dg_set_verify(const struct dg_rrset *set, const struct dg_keys *keys, int64_t wall,
		   struct dg_work *work, struct dg_judgement *ret, size_t *ret_sig)
{
	struct dg_judgement j;
	struct effort e = {.wall = wall, .work = work};

	dg_say_bogus(&j, DG_WHY_NO_SIGNATURE, &keys->zone, &set->owner, set->type);
	*ret_sig = 0;
	if (set->too_big)
		dg_say_limit(&j, work, "records of one set");
	else if (verify_by(set, keys, NULL, &e, &j, ret_sig))
		;
	else if (j.why == DG_WHY_WORK_LIMIT || set->more_sigs ||
		 (keys->more && j.why == DG_WHY_UNKNOWN_KEY))
		/* What was not looked at might have held. */
		dg_say_limit(&j, work,
			     set->more_sigs ? "signatures of one set" : "keys of one zone");
	else if (j.why == DG_WHY_UNSUPPORTED_KEY)
		say_unsupported(&j);
	else if (j.why == DG_WHY_NO_SIGNATURE && set->nsigs > 0)
		say_unfit(&j, set);
	*ret = j;
}

/* "12345 (algorithm 13, digest type 2)", for the registrar. */
static void describe_ds(struct dg_judgement *j, const struct dg_ds *ds)
{
	j->tag = ds->tag;
	j->algorithm = ds->algorithm;
	snprintf(j->text, sizeof(j->text), "key tag %u, algorithm %u, digest type %u", ds->tag,
		 ds->algorithm, ds->digest_type);
}

void dg_ds_refuse(const struct dg_ds_set *ds, const struct dg_name *zone, int64_t wall,
		  struct dg_judgement *ret)
{
	struct dg_work work = {0};
	bool algorithm = true;
	size_t i;

	dg_say_bogus(ret, DG_WHY_NONE, zone, zone, DG_TYPE_DS);
	if (ds->more) {
		dg_say_limit(ret, &work, DS_LIMIT);
		return;
	}
	for (i = 0; i < ds->count; i++)
		algorithm = algorithm && !dg_algorithm_supported(ds->ds[i].algorithm);
	ret->security = DG_SECURITY_INSECURE;
	ret->why = algorithm ? DG_WHY_UNSUPPORTED_KEY : DG_WHY_UNSUPPORTED_DS;
	ret->until = wall + 60;
	if (ds->count > 0)
		describe_ds(ret, &ds->ds[0]);
}

void dg_keys_verify(const struct dg_rrset *set, const struct dg_keys *keys,
		    const struct dg_ds_set *ds, int64_t wall, struct dg_work *work,
		    struct dg_judgement *ret)
{
	const struct dg_ds *first = NULL;
	struct dg_judgement j;
	size_t i, k, which;
	struct effort e = {.wall = wall, .work = work};
	bool matched = false;

	dg_say_bogus(&j, DG_WHY_NONE, &set->owner, &set->owner, set->type);
	*ret = j;
	for (i = 0; i < ds->count; i++) {
		if (!dg_ds_usable(ds, &ds->ds[i]))
			continue;
		if (first == NULL)
			first = &ds->ds[i];
		for (k = 0; k < keys->count; k++) {
			if (!dg_ds_matches(&ds->ds[i], &set->owner, &keys->key[k]))
				continue;
			matched = true;
			if (verify_by(set, keys, &keys->key[k], &e, &j, &which)) {
				*ret = j;
				return;
			}
		}
	}
	if (ds->more || keys->more || set->more_sigs || j.why == DG_WHY_WORK_LIMIT) {
		dg_say_limit(&j, work,
			     ds->more     ? DS_LIMIT
			     : keys->more ? "keys of one zone"
					  : "signatures of one set");
	} else if (first == NULL) {
		dg_ds_refuse(ds, &set->owner, wall, &j);
	} else if (set->count == 0 || !matched) {
		j.why = DG_WHY_NO_KEY_FOR_DS;
		describe_ds(&j, first);
	} else if (j.why == DG_WHY_NONE || j.why == DG_WHY_NO_SIGNATURE ||
		   j.why == DG_WHY_UNKNOWN_KEY || j.why == DG_WHY_UNSUPPORTED_KEY) {
		j.why = DG_WHY_KEYS_NOT_SIGNED;
		describe_ds(&j, first);
	}
	*ret = j;
}
