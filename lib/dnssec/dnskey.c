/* SPDX-License-Identifier: ISC */
#include "dnskey.h"

#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

#include "base/bytes.h"

enum algorithm {
	RSASHA256 = 8,
	RSASHA512 = 10,
	ECDSAP256 = 13,
	ECDSAP384 = 14,
	ED25519 = 15,
	ED448 = 16
};
enum digest { SHA_1 = 1, SHA_256 = 2, SHA_384 = 4 };

#define ZONE_FLAG 0x0100
#define REVOKE_FLAG 0x0080
#define KEY_HEAD 4
#define SIG_HEAD 18

/* RSA keys that are worth computing with. */
#define RSA_MIN_BITS 1024
#define RSA_MAX_BITS 4096
#define RSA_MAX_EXPONENT 5

bool dg_algorithm_supported(uint8_t algorithm)
{
	switch (algorithm) {
	case RSASHA256:
	case RSASHA512:
	case ECDSAP256:
	case ECDSAP384:
	case ED25519:
	case ED448:
		return true;
	default:
		return false;
	}
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void read_key(struct dg_key *key, const uint8_t *rdata, size_t len)
{
	key->flags = (uint16_t)(rdata[0] << 8 | rdata[1]);
	key->protocol = rdata[2];
	key->algorithm = rdata[3];
	key->tag = ldns_calc_keytag_raw(rdata, len);
	key->rdata = rdata;
	key->len = (uint16_t)len;
}

enum dg_status dg_keys_read(struct dg_keys *ret_keys, const struct dg_rrset *set)
{
	struct dg_keys keys = {.zone = set->owner};
	size_t i, most, size = 0, used = 0;

	for (most = 0; most < set->count && most < DG_MAX_KEYS &&
		       size + set->rdata[most].len <= DG_MAX_KEYS_OCTETS;
	     most++)
		size += set->rdata[most].len;
	keys.more = set->count > most || set->too_big;
	keys.store = malloc(size + 1);
	if (keys.store == NULL)
		return DG_ENOMEM;
	for (i = 0; i < most; i++) {
		const struct dg_rdata *r = &set->rdata[i];

		memcpy(keys.store + used, r->octets, r->len);
		read_key(&keys.key[keys.count++], keys.store + used, r->len);
		used += r->len;
	}
	*ret_keys = keys;
	return DG_OK;
}

void dg_keys_free(struct dg_keys *keys)
{
	free(keys->store);
	keys->store = NULL;
	keys->count = 0;
}

bool dg_key_usable(const struct dg_key *key)
{
	return (key->flags & ZONE_FLAG) != 0 && (key->flags & REVOKE_FLAG) == 0 &&
	       key->protocol == 3;
}

/* ---- DS -------------------------------------------------------------------------------------- */

static size_t digest_len(uint8_t digest_type)
{
	return digest_type == SHA_256   ? 32
	       : digest_type == SHA_384 ? 48
	       : digest_type == SHA_1   ? 20
					: 0;
}

void dg_ds_add(struct dg_ds_set *set, const uint8_t *rdata, size_t len)
{
	struct dg_ds ds = {0};

	if (len < KEY_HEAD + 1)
		return;
	if (set->count == DG_MAX_DS) {
		set->more = true;
		return;
	}
	ds.tag = (uint16_t)(rdata[0] << 8 | rdata[1]);
	ds.algorithm = rdata[2];
	ds.digest_type = rdata[3];
	/* A digest of an unknown length matches nothing. */
	if (len - KEY_HEAD <= sizeof(ds.digest)) {
		ds.len = (uint8_t)(len - KEY_HEAD);
		memcpy(ds.digest, rdata + KEY_HEAD, ds.len);
	}
	set->ds[set->count++] = ds;
}

bool dg_ds_is_whole(const struct dg_ds *ds)
{
	return digest_len(ds->digest_type) == 0 || digest_len(ds->digest_type) == ds->len;
}

bool dg_ds_same(const struct dg_ds_set *a, const struct dg_ds_set *b)
{
	size_t i;

	if (a->count != b->count)
		return false;
	/* dg_rrset_read sorts. */
	for (i = 0; i < a->count; i++)
		if (a->ds[i].tag != b->ds[i].tag || a->ds[i].algorithm != b->ds[i].algorithm ||
		    a->ds[i].digest_type != b->ds[i].digest_type || a->ds[i].len != b->ds[i].len ||
		    memcmp(a->ds[i].digest, b->ds[i].digest, a->ds[i].len) != 0)
			return false;
	return true;
}

bool dg_ds_usable(const struct dg_ds_set *set, const struct dg_ds *ds)
{
	size_t i;

	if (!dg_algorithm_supported(ds->algorithm) || digest_len(ds->digest_type) == 0)
		return false;
	for (i = 0; ds->digest_type == SHA_1 && i < set->count; i++)
		if (set->ds[i].digest_type != SHA_1 && dg_ds_usable(set, &set->ds[i]))
			return false;
	return true;
}

static bool digest_key(uint8_t digest_type, const struct dg_name *zone, const uint8_t *rdata,
		       size_t len, uint8_t out[EVP_MAX_MD_SIZE])
{
	const EVP_MD *md = digest_type == SHA_1     ? EVP_sha1()
			   : digest_type == SHA_256 ? EVP_sha256()
						    : EVP_sha384();
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = ctx != NULL && EVP_DigestInit_ex(ctx, md, NULL) == 1 &&
		    EVP_DigestUpdate(ctx, zone->wire, zone->len) == 1 &&
		    EVP_DigestUpdate(ctx, rdata, len) == 1 &&
		    EVP_DigestFinal_ex(ctx, out, NULL) == 1;

	EVP_MD_CTX_free(ctx);
	return good;
}

bool dg_ds_matches(const struct dg_ds *ds, const struct dg_name *zone, const struct dg_key *key)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	size_t len = digest_len(ds->digest_type);

	return len > 0 && ds->len == len && ds->tag == key->tag &&
	       ds->algorithm == key->algorithm && dg_key_usable(key) &&
	       digest_key(ds->digest_type, zone, key->rdata, key->len, digest) &&
	       memcmp(digest, ds->digest, len) == 0;
}

void dg_ds_of_key(const struct dg_name *name, const uint8_t *rdata, size_t len, struct dg_ds *ret)
{
	uint8_t digest[EVP_MAX_MD_SIZE] = {0};
	struct dg_ds ds = {.digest_type = SHA_256, .len = 32};
	struct dg_key key;

	read_key(&key, rdata, len);
	ds.tag = key.tag;
	ds.algorithm = key.algorithm;
	/* A digest that could not be made matches no key. */
	if (digest_key(SHA_256, name, rdata, len, digest))
		memcpy(ds.digest, digest, ds.len);
	else
		ds.len = 0;
	*ret = ds;
}

/* ---- one signature --------------------------------------------------------------------------- */

/* What is signed (RFC 4034 section 3.1.8.1); NULL when memory ran out. */
static ldns_buffer *signed_data(const struct dg_rrset *set, const struct dg_sig *sig)
{
	struct dg_name owner = set->owner;
	size_t size = SIG_HEAD + DG_NAME_MAX, i;
	ldns_buffer *data;

	/* The owner of a wildcard's signature is the wildcard's own name (RFC 4035 section 5.3.2).
	 */
	if (sig->labels < dg_name_labels(&owner) && owner.len > 1) {
		struct dg_name above = dg_name_ancestor(&owner, sig->labels);

		/* The owner "*.x" itself has a label more than its signature counts. */
		owner.wire[0] = 1;
		owner.wire[1] = '*';
		memcpy(owner.wire + 2, above.wire, above.len);
		owner.len = (uint8_t)(above.len + 2);
	}
	for (i = 0; i < set->count; i++)
		size += owner.len + 10u + set->rdata[i].len;
	data = ldns_buffer_new(size);
	if (data == NULL)
		return NULL;
	ldns_buffer_write(data, sig->head, SIG_HEAD);
	ldns_buffer_write(data, sig->signer.wire, sig->signer.len);
	for (i = 0; i < set->count; i++) {
		ldns_buffer_write(data, owner.wire, owner.len);
		ldns_buffer_write_u16(data, set->type);
		ldns_buffer_write_u16(data, DG_CLASS_IN);
		ldns_buffer_write_u32(data, sig->original_ttl);
		ldns_buffer_write_u16(data, (uint16_t)set->rdata[i].len);
		ldns_buffer_write(data, set->rdata[i].octets, set->rdata[i].len);
	}
	return data;
}

/* RFC 3110 section 2: exponent length, exponent, modulus. */
static bool rsa_key_fits(const struct dg_key *key)
{
	const uint8_t *at = key->rdata + KEY_HEAD;
	size_t left = (size_t)key->len - KEY_HEAD, exponent;

	if (left < 3)
		return false;
	exponent = *at++;
	left--;
	if (exponent == 0) {
		exponent = (size_t)at[0] << 8 | at[1];
		at += 2;
		left -= 2;
	}
	if (exponent == 0 || exponent > RSA_MAX_EXPONENT || exponent >= left)
		return false;
	/* Up to 33 bits: more would only cost time. */
	if (exponent == RSA_MAX_EXPONENT && at[0] > 1)
		return false;
	at += exponent;
	left -= exponent;
	return at[0] != 0 && left * 8 >= RSA_MIN_BITS && left * 8 <= RSA_MAX_BITS;
}

/* The form that OpenSSL takes: two numbers in DER (RFC 6605 section 4 has them as octets). Its
 * length, or 0. */
static size_t ecdsa_der(const uint8_t *octets, size_t len, size_t half, uint8_t der[128])
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = NULL, *s = NULL;
	int n = 0;

	if (sig != NULL && len == 2 * half) {
		r = BN_bin2bn(octets, (int)half, NULL);
		s = BN_bin2bn(octets + half, (int)half, NULL);
	}
	if (r != NULL && s != NULL && ECDSA_SIG_set0(sig, r, s) == 1) {
		uint8_t *end = der;

		n = i2d_ECDSA_SIG(sig, NULL) <= 128 ? i2d_ECDSA_SIG(sig, &end) : 0;
	} else {
		BN_free(r);
		BN_free(s);
	}
	ECDSA_SIG_free(sig);
	return n > 0 ? (size_t)n : 0;
}

static bool key_fits(const struct dg_key *key)
{
	size_t len = key->len < KEY_HEAD ? 0 : (size_t)key->len - KEY_HEAD;

	switch (key->algorithm) {
	case RSASHA256:
	case RSASHA512:
		return rsa_key_fits(key);
	case ECDSAP256:
		return len == 64;
	case ECDSAP384:
		return len == 96;
	case ED25519:
		return len == 32;
	case ED448:
		return len == 57;
	default:
		return false;
	}
}

/* The place of what goes into a verification, and its digest; NULL when there is none. */
static uint8_t *find_proven(struct dg_proven *proven, const struct dg_key *key,
			    const struct dg_sig *sig, const ldns_buffer *data, uint8_t digest[32])
{
	EVP_MD_CTX *ctx = proven == NULL ? NULL : EVP_MD_CTX_new();
	uint8_t lengths[4] = {(uint8_t)(key->len >> 8), (uint8_t)key->len, (uint8_t)(sig->len >> 8),
			      (uint8_t)sig->len};
	bool good =
	    ctx != NULL && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1 &&
	    EVP_DigestUpdate(ctx, lengths, sizeof(lengths)) == 1 &&
	    EVP_DigestUpdate(ctx, key->rdata, key->len) == 1 &&
	    EVP_DigestUpdate(ctx, sig->octets, sig->len) == 1 &&
	    EVP_DigestUpdate(ctx, ldns_buffer_begin(data), ldns_buffer_position(data)) == 1 &&
	    EVP_DigestFinal_ex(ctx, digest, NULL) == 1;

	EVP_MD_CTX_free(ctx);
	return good ? proven->digest[(digest[0] << 8 | digest[1]) % DG_PROVEN] : NULL;
}

bool dg_key_verifies(const struct dg_key *key, const struct dg_rrset *set, const struct dg_sig *sig,
		     struct dg_proven *proven)
{
	uint8_t octets[RSA_MAX_BITS / 8 + 1], public_key[RSA_MAX_BITS / 8 + 16];
	uint8_t digest[32], *place;
	ldns_buffer *data;
	size_t len = sig->len;
	bool good;

	if (!key_fits(key) || len > sizeof(octets) || key->len > sizeof(public_key))
		return false;
	memcpy(octets, sig->octets, len);
	if (key->algorithm == ECDSAP256 || key->algorithm == ECDSAP384)
		len =
		    ecdsa_der(sig->octets, sig->len, key->algorithm == ECDSAP256 ? 32 : 48, octets);
	data = len == 0 ? NULL : signed_data(set, sig);
	if (data == NULL)
		return false;
	place = find_proven(proven, key, sig, data, digest);
	if (place != NULL && memcmp(place, digest, sizeof(digest)) == 0) {
		ldns_buffer_free(data);
		return true;
	}
	memcpy(public_key, key->rdata + KEY_HEAD, (size_t)key->len - KEY_HEAD);
	good = ldns_verify_rrsig_buffers_raw(octets, len, data, public_key,
					     (size_t)key->len - KEY_HEAD,
					     key->algorithm) == LDNS_STATUS_OK;
	if (good && place != NULL)
		memcpy(place, digest, sizeof(digest));
	ldns_buffer_free(data);
	return good;
}

/* ---- NSEC3 ----------------------------------------------------------------------------------- */

bool dg_nsec3_hash(const struct dg_name *name, uint16_t iterations, const uint8_t *salt,
		   uint8_t salt_len, uint8_t ret_label[DG_HASH_LABEL])
{
	struct dg_name wire = *name;
	uint8_t octets[UINT8_MAX];
	ldns_rdf *rdf = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, wire.len, wire.wire);
	ldns_rdf *hash = NULL;
	bool good;
	size_t i;

	memcpy(octets, salt, salt_len);
	if (rdf != NULL)
		hash = ldns_nsec3_hash_name(rdf, LDNS_SHA1, iterations, salt_len, octets);
	good = hash != NULL && ldns_rdf_size(hash) > DG_HASH_LABEL &&
	       ldns_rdf_data(hash)[0] == DG_HASH_LABEL;
	for (i = 0; good && i < DG_HASH_LABEL; i++)
		ret_label[i] = dg_lower(ldns_rdf_data(hash)[i + 1]);
	ldns_rdf_deep_free(hash);
	ldns_rdf_deep_free(rdf);
	return good;
}
