/* SPDX-License-Identifier: ISC */
/*
 * What goes wrong in signed zones. Kinds of "on ADDR [from S] [to S] [for TYPE] KIND [ARG]": TYPE
 * is that of the question, ARG, where it says COVERED, narrows it to signatures over sets of that
 * type.
 *
 *   sig-none [COVERED]       no signature
 *   sig-expired, sig-future [COVERED]   ten seconds ago, in an hour
 *   sig-forged [COVERED]     a bit is wrong
 *   sig-stranger [COVERED]   by a key that is not published, under its own tag
 *   sig-impostor [COVERED]   by a key that is not published, under the tag of one that is
 *   sig-above, sig-below, sig-outside [COVERED]    the signer's name: the parent; a name below the
 *                            zone; one in another zone
 *   sig-less, sig-more [COVERED]        labels: one less; one more than there are
 *   sig-algorithm [COVERED]  the algorithm is not the key's
 *   sig-bad N                N forged signatures before each good one
 *   sig-flood N              N forged signatures and no good one
 *   ttl-small, ttl-large [COVERED]      of the records, not the signature's original TTL
 *   twice-record [COVERED]   the first record of a set two times
 *
 *   proof-none               no NSEC or NSEC3
 *   proof-half               the first record of a proof only
 *   proof-other              of another part of the zone
 *   proof-wide               the next name is beyond the zone's end; NSEC3: the next hash its own
 *   proof-claims, proof-cname   the bitmap has the type that is denied (in a referral DS); CNAME
 *   proof-cut                the bitmap has NS and not SOA
 *   proof-dname              the bitmap has DNAME
 *   proof-parent             the parent's proof for the name, signed by the parent
 *   proof-star               an NSEC made from a wildcard (RFC 4035 section 5.3.4 forbids)
 *   proof-params             NSEC3: the second record has another salt
 *   proof-flags              NSEC3: flags that nobody knows
 *   no-ds                    a referral without DS or proof; a question for DS: no data, no proof
 */
#ifndef WORLD_SPOIL_H
#define WORLD_SPOIL_H

#include "world_sign.h"

/* How a signature is made. */
struct world_recipe {
	ldns_key *key;
	ldns_rdf *signer;
	uint32_t from, to;
	uint16_t tag;
	uint8_t algorithm, labels;
	bool forge;
	unsigned bad, copies;   /* forged ones before; 0: not this one */
	struct world_key other; /* a key made for it, or none */
};

/* Lets what is wrong now change the recipe for a signature over a set. */
void world_spoil_signature(const struct answer *a, const struct world_zone *z,
			   const ldns_rr_list *set, struct world_recipe *r);

/* ... or the set, when it is signed. */
void world_spoil_set(const struct answer *a, ldns_rr_list *set);

/* True when this is wrong now. */
bool world_is_spoilt(const struct answer *a, const char *kind);

#endif
