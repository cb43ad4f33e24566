/* SPDX-License-Identifier: ISC */
/* Proofs that something does not exist, by NSEC (RFC 4035 section 5.4) and NSEC3 (RFC 5155 section
 * 8) records whose signatures were verified before. */
#ifndef DG_DENIAL_H
#define DG_DENIAL_H

#include "judgement.h"
#include "dns/rrset.h"

struct dg_nsec {
	struct dg_name owner, next;
	const uint8_t *bitmap; /* in the set it came from */
	size_t bitmap_len;
};

struct dg_nsec3 {
	uint8_t owner[32],
	    next[32]; /* hashes in base32hex, lower case: their order is the hashes' */
	bool opt_out;
	const uint8_t *bitmap;
	size_t bitmap_len;
};

/* The usable ones of one answer, all of one zone. */
struct dg_denials {
	struct dg_name zone;
	struct dg_nsec nsec[DG_MAX_DENIALS];
	size_t nnsec;
	struct dg_nsec3 nsec3[DG_MAX_DENIALS];
	size_t nnsec3;
	size_t seen; /* records, usable or not */
	/* of the first NSEC3; others with different ones do not count */
	uint16_t iterations;
	const uint8_t *salt;
	uint8_t salt_len;
	struct dg_work *work;
};

/* Takes in a verified set of type NSEC or NSEC3, which must outlive d; what cannot be part of a
 * proof is passed over. */
void dg_denials_add(struct dg_denials *d, const struct dg_rrset *set);

enum dg_denied {
	DG_DENIED_NOT,
	DG_DENIED_FULLY,
	DG_DENIED_OPT_OUT /* except for an unsigned delegation, which an opt-out span may hide */
};

/* Proves that neither the name nor a wildcard for it exists. */
enum dg_denied dg_denial_of_name(const struct dg_denials *d, const struct dg_name *name);

/* Proves that the name, or the wildcard for it, has neither a record of that type nor a CNAME. For
 * type DS, *ret_cut tells whether a zone begins at the name. */
enum dg_denied dg_denial_of_type(const struct dg_denials *d, const struct dg_name *name,
				 uint16_t type, enum dg_cut *ret_cut);

/* Proves that the name does not exist below encloser, so that the wildcard there answers for it. */
enum dg_denied dg_denial_of_closer(const struct dg_denials *d, const struct dg_name *name,
				   const struct dg_name *encloser);

#endif
