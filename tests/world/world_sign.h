/* SPDX-License-Identifier: ISC */
/*
 * Signed zones. A zone of a script is signed by a line of its own, indented as its records are:
 *
 *   sign ALGORITHM [nsec|nsec3|compact] [csk] [optout] [KEY=VALUE]...
 *
 * ALGORITHM is a number: 5, 7, 8 and 10 are RSA of 2048 bits, 13 to 16 what they are; any other is
 * one that nobody knows. nsec is the default; compact is RFC 9824. csk: one key instead of two.
 *
 *   also=ALGORITHM        a second algorithm, signing everything too
 *   iterations=N salt=HEX hash=N   of NSEC3 (0, none, 1; the real hash is 1 always)
 *   from=SECONDS to=SECONDS        of all signatures, as the script's clock has it (-3600, 1209600)
 *   ds=KIND[,KIND]...     what the parent gets, or of the root: what the trust anchor is. sha256
 * (the default), sha1, sha384; none; wrong: the digest fits no key; tag, alg: that field does not
 * fit; digest: of a digest type that nobody knows; strange: of an algorithm that nobody knows
 *   flags=N protocol=N    of the DNSKEY that the DS is for
 *   collide=N             N more DNSKEYs with algorithm and tag of the zone-signing key
 *
 * Keys follow from the zone's name and algorithm: they are the same on each server and in each run.
 * Signatures and proofs are made as a question is answered, from what the server has then, and for
 * questions with DO only. DNSKEY and DS are records like others: "at 0 * del lab. DNSKEY" works.
 * What goes wrong at one server, or for a time, is in world_spoil.h.
 */
#ifndef WORLD_SIGN_H
#define WORLD_SIGN_H

#include "world_answer.h"

#define WORLD_KEYS 4 /* two of each of two algorithms */

enum world_denial { WORLD_NSEC, WORLD_NSEC3, WORLD_COMPACT };

struct world_key {
	ldns_key *key;
	ldns_rr *rr;
	bool for_keys, for_rest; /* signs the DNSKEY set, other sets */
};

struct world_signing {
	enum world_denial denial;
	bool csk, opt_out;
	uint8_t algorithm, also; /* 0: none */
	uint8_t hash;
	uint16_t iterations;
	char salt[64]; /* hexadecimal or "-" */
	double from, to;
	char ds[64];
	int flags, protocol; /* -1: as it should be */
	unsigned collide;
	struct world_key key[WORLD_KEYS];
	size_t nkeys;
};

/* Of the words of a line the first is "sign"; NULL: they are wrong. */
struct world_signing *world_signing_read(char **word, size_t n);
void world_signing_free(struct world_signing *signing);

/* When all zones are read: gives them DNSKEY and NSEC3PARAM, and their parents the DS. */
void world_sign_zones(struct world *w);

/* The signatures over a set, one owner and type, by the keys of the zone; the caller owns them. */
ldns_rr_list *world_sign_set(const struct answer *a, const struct world_zone *zone,
			     const ldns_rr_list *set);

/* A key (world_keys.c), of the zone `origin`; `index` tells keys of one zone and algorithm apart.
 */
struct world_key world_key_make(const ldns_rdf *origin, uint8_t algorithm, int index,
				uint16_t flags, uint8_t protocol);
void world_key_free(struct world_key *key);
/* Another public key with tag and algorithm of this one; which, says index. */
ldns_rr *world_key_collide(const struct world_key *key, unsigned index);

/* Proofs, into the authority section (world_deny.c). */
void world_deny_type(const struct answer *a, const struct view *v, const ldns_rdf *name,
		     ldns_rr_type type);
void world_deny_name(const struct answer *a, const struct view *v, const ldns_rdf *name);
/* An answer came from a wildcard: that there is no closer name. */
void world_deny_closer(const struct answer *a, const struct view *v, const ldns_rdf *name);
/* The wildcard `star` stands for name, but has no such type. */
void world_deny_wildcard(const struct answer *a, const struct view *v, const ldns_rdf *star,
			 const ldns_rdf *name);

#endif
