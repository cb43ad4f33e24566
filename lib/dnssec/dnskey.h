/* SPDX-License-Identifier: ISC */
/* DNSKEY and DS records (RFC 4034 sections 2 and 5), and one signature over one set by one key: the
 * only place where cryptography happens. */
#ifndef DG_DNSKEY_H
#define DG_DNSKEY_H

#include "judgement.h"
#include "dns/rrset.h"

struct dg_key {
	uint16_t flags;
	uint8_t protocol, algorithm;
	uint16_t tag;
	const uint8_t *rdata; /* the whole RDATA; in the set of keys */
	uint16_t len;
};

/* The keys of a zone, as one server gave them. */
struct dg_keys {
	struct dg_name zone;
	struct dg_key key[DG_MAX_KEYS];
	size_t count;
	bool more; /* than are looked at */
	uint8_t *store;
};

struct dg_ds {
	uint16_t tag;
	uint8_t algorithm, digest_type;
	uint8_t digest[64];
	uint8_t len;
};

struct dg_ds_set {
	struct dg_ds ds[DG_MAX_DS];
	size_t count;
	bool more;
};

/* Copies what a set of DNSKEY records holds; free it with dg_keys_free. DG_ENOMEM. */
enum dg_status dg_keys_read(struct dg_keys *ret_keys, const struct dg_rrset *set) DG_MUST_CHECK;
void dg_keys_free(struct dg_keys *keys);

/* Adds what an RDATA of type DS says; a malformed or superfluous one is passed over. */
void dg_ds_add(struct dg_ds_set *ds, const uint8_t *rdata, size_t len);

/* True when both hold the same records in the same order, as dg_rrset_read sorts them. */
bool dg_ds_same(const struct dg_ds_set *a, const struct dg_ds_set *b);

/* The DS record, of digest type 2, for a DNSKEY's RDATA at a name. */
void dg_ds_of_key(const struct dg_name *name, const uint8_t *rdata, size_t len, struct dg_ds *ret);

/* True when the algorithm can be used: 8, 10, 13, 14, 15, 16; 5 and 7 count as unsupported (RFC
 * 9905). */
bool dg_algorithm_supported(uint8_t algorithm);

/* True when the DS record can be used: its algorithm is supported, and its digest is SHA-256 or
 * SHA-384, or SHA-1 where the set has none of these. */
bool dg_ds_usable(const struct dg_ds_set *set, const struct dg_ds *ds);

/* True unless its digest type is known and its digest of another length. */
bool dg_ds_is_whole(const struct dg_ds *ds);

/* True when the key may sign for its zone: the ZONE bit set, REVOKE clear, protocol 3. */
bool dg_key_usable(const struct dg_key *key);

/* True when ds is of that usable key at zone. */
bool dg_ds_matches(const struct dg_ds *ds, const struct dg_name *zone, const struct dg_key *key);

/* Signatures that were found to hold, by a digest of all that went into it: servers of a zone give
 * the same ones, again and again. */
#define DG_PROVEN 4096
struct dg_proven {
	uint8_t digest[DG_PROVEN][32]; /* at the place that its first octets say; all 0: none */
};

/* Verifies sig over set by key, whose algorithm must be sig's, after all other checks. Malformed
 * keys and signatures are wrong ones. One cryptographic operation, or none if it is known from
 * `proven` (may be NULL), which learns. */
bool dg_key_verifies(const struct dg_key *key, const struct dg_rrset *set, const struct dg_sig *sig,
		     struct dg_proven *proven);

/* The label of an NSEC3 owner for name, in lower case base32hex without padding (RFC 5155 section
 * 5); false when it cannot be computed. */
#define DG_HASH_LABEL 32
bool dg_nsec3_hash(const struct dg_name *name, uint16_t iterations, const uint8_t *salt,
		   uint8_t salt_len, uint8_t ret_label[DG_HASH_LABEL]);

#endif
