/* SPDX-License-Identifier: ISC */
/*
 * Keys for signed zones, made from names: a world is the same in each run, and no key takes long.
 * All RSA keys have one modulus, and exponents of their own.
 */
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world_sign.h"

static const char prime_p[] = "D28F9DE0A829714E7683B9B7030DFB44D65584C31B92C2DBE65918010CB180F90EC6"
			      "97130C55778A0FCFCB6DF74F037"
			      "3B892F299C419A86C49738247A8AB1A7E487CD0730105DB47AAE356CE2BB6811BDA4"
			      "B0C65CAF38CF367DA9F5EC324B2"
			      "CC8E6E874ECE881924065290C442182B59DE76D89EE0B4C3E0C4E8A61CBC3AF431";
static const char prime_q[] = "E30DCD8F89EEF866A0051C776DCA644DEE149617AFC5C9D283100D0197271A4A407C"
			      "F36A546DA3F3D9FBF416206D84F"
			      "BDF616E1AD2F998748D7507ECABE9E0B0A6DF1B7C4D3AD00AD80F42F038940A834F1"
			      "DD856B19FB43496BF1B6F6F47B3"
			      "4AB972EE5F3D8FF5523B50F80A77D63B1A7F5A690B386EAA31595FAA178BA803AB";

static void print_base64(FILE *fp, const char *field, const uint8_t *octets, int len)
{
	unsigned char text[1024];

	EVP_EncodeBlock(text, octets, len);
	fprintf(fp, "%s: %s\n", field, text);
}

static void print_number(FILE *fp, const char *field, const BIGNUM *n)
{
	uint8_t octets[512];

	print_base64(fp, field, octets, BN_bn2bin(n, octets));
}

/* x mod (y - 1) */
static void print_reduced(FILE *fp, const char *field, const BIGNUM *x, const BIGNUM *y,
			  BN_CTX *ctx)
{
	BIGNUM *n = BN_dup(y);

	BN_sub_word(n, 1);
	BN_mod(n, x, n, ctx);
	print_number(fp, field, n);
	BN_free(n);
}

static void print_rsa(FILE *fp, const uint8_t *seed)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *p = NULL, *q = NULL, *n = BN_new(), *phi = BN_new(), *e = BN_new(), *d = NULL;
	BIGNUM *inverse;

	BN_hex2bn(&p, prime_p);
	BN_hex2bn(&q, prime_q);
	BN_mul(n, p, q, ctx);
	/* (p - 1)(q - 1) = n - p - q + 1 */
	BN_sub(phi, n, p);
	BN_sub(phi, phi, q);
	BN_add_word(phi, 1);
	BN_set_word(e, 65537ul + 2ul * (unsigned long)(seed[0] << 8 | seed[1]));
	while ((d = BN_mod_inverse(NULL, e, phi, ctx)) == NULL)
		BN_add_word(e, 2);
	inverse = BN_mod_inverse(NULL, q, p, ctx);
	print_number(fp, "Modulus", n);
	print_number(fp, "PublicExponent", e);
	print_number(fp, "PrivateExponent", d);
	print_number(fp, "Prime1", p);
	print_number(fp, "Prime2", q);
	print_reduced(fp, "Exponent1", d, p, ctx);
	print_reduced(fp, "Exponent2", d, q, ctx);
	print_number(fp, "Coefficient", inverse);
	BN_free(p);
	BN_free(q);
	BN_free(n);
	BN_free(phi);
	BN_free(e);
	BN_free(d);
	BN_free(inverse);
	BN_CTX_free(ctx);
}

/* What is made with an algorithm that nobody knows is an Ed25519 key under another number. */
static int real_algorithm(int algorithm)
{
	switch (algorithm) {
	case LDNS_RSASHA1:
	case LDNS_RSASHA1_NSEC3:
	case LDNS_RSASHA256:
	case LDNS_RSASHA512:
	case LDNS_ECDSAP256SHA256:
	case LDNS_ECDSAP384SHA384:
	case LDNS_ED448:
		return algorithm;
	default:
		return LDNS_ED25519;
	}
}

/* A private key in the form that ldns reads. */
static void print_key(FILE *fp, const ldns_rdf *origin, int algorithm, int index)
{
	static const struct {
		int algorithm, octets;
	} sizes[] = {{LDNS_ECDSAP256SHA256, 32},
		     {LDNS_ECDSAP384SHA384, 48},
		     {LDNS_ED25519, 32},
		     {LDNS_ED448, 57}};
	uint8_t seed[SHA512_DIGEST_LENGTH];
	char *name = ldns_rdf2str(origin), text[400];
	size_t i;

	snprintf(text, sizeof(text), "%s %d %d", name, algorithm, index);
	free(name);
	SHA512((uint8_t *)text, strlen(text), seed);
	/* Below the order of each curve. */
	seed[0] = 1;
	algorithm = real_algorithm(algorithm);
	fprintf(fp, "Private-key-format: v1.2\nAlgorithm: %d (KEY)\n", algorithm);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		if (sizes[i].algorithm == algorithm)
			print_base64(fp, "PrivateKey", seed, sizes[i].octets);
	if (algorithm < LDNS_ECDSAP256SHA256)
		print_rsa(fp, seed + 1);
}

struct world_key world_key_make(const ldns_rdf *origin, uint8_t algorithm, int index,
				uint16_t flags, uint8_t protocol)
{
	struct world_key k = {0};
	char text[4096] = "";
	FILE *fp = fmemopen(text, sizeof(text), "w");
	ldns_status s;

	print_key(fp, origin, algorithm, index);
	fclose(fp);
	fp = fmemopen(text, strlen(text), "r");
	s = ldns_key_new_frm_fp(&k.key, fp);
	fclose(fp);
	if (s != LDNS_STATUS_OK) {
		fprintf(stderr, "key of algorithm %d: %s\n", algorithm, ldns_get_errorstr_by_id(s));
		exit(70);
	}
	ldns_key_set_pubkey_owner(k.key, ldns_rdf_clone(origin));
	k.rr = ldns_key2rr(k.key);
	ldns_rdf_deep_free(
	    ldns_rr_set_rdf(k.rr, ldns_native2rdf_int16(LDNS_RDF_TYPE_INT16, flags), 0));
	ldns_rdf_deep_free(
	    ldns_rr_set_rdf(k.rr, ldns_native2rdf_int8(LDNS_RDF_TYPE_INT8, protocol), 1));
	ldns_rdf_deep_free(
	    ldns_rr_set_rdf(k.rr, ldns_native2rdf_int8(LDNS_RDF_TYPE_ALG, algorithm), 2));
	ldns_rr_set_ttl(k.rr, 3600);
	return k;
}

void world_key_free(struct world_key *key)
{
	ldns_key_deep_free(key->key);
	ldns_rr_free(key->rr);
}

ldns_rr *world_key_collide(const struct world_key *key, unsigned index)
{
	ldns_rr *rr = ldns_rr_clone(key->rr);
	uint8_t *octets = ldns_rdf_data(ldns_rr_rdf(rr, 3)), word[2];
	size_t words = ldns_rdf_size(ldns_rr_rdf(rr, 3)) / 2;
	/* The tag is a sum of words: two that change places keep it. Not the first ones of RSA. */
	size_t a = 4 + index % (words - 5), b = a + 1 + index / (words - 5) % (words - 1 - a);

	memcpy(word, octets + 2 * a, 2);
	memcpy(octets + 2 * a, octets + 2 * b, 2);
	memcpy(octets + 2 * b, word, 2);
	return rr;
}
