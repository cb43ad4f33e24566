/* SPDX-License-Identifier: ISC */
/* RSA as arithmetic: OpenSSL makes no keys of strange sizes, and takes long for large ones. The
 * modulus is a product of primes of 256 bits. */
#include <openssl/bn.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "signed_msg.h"

#define PRIME_BITS 256
#define MOST_KEYS 16

static struct rsa {
	int bits;
	char exponent[40];
	BIGNUM *n, *e, *d;
} keys[MOST_KEYS];

static const struct rsa *find(int bits, const char *exponent)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *phi = BN_new(), *p = BN_new();
	struct rsa *k;

	for (k = keys; k->bits != 0; k++)
		if (k->bits == bits && strcmp(k->exponent, exponent) == 0)
			goto out;
	if (k == keys + MOST_KEYS - 1) {
		fputs("too many RSA keys\n", stderr);
		exit(70);
	}
	k->bits = bits;
	snprintf(k->exponent, sizeof(k->exponent), "%s", exponent);
	k->n = BN_new();
	BN_hex2bn(&k->e, exponent);
	do {
		int i;

		BN_clear_free(k->d);
		BN_one(k->n);
		BN_one(phi);
		for (i = 0; i < bits / PRIME_BITS; i++) {
			/* Of two upper bits set, so that the product is seldom short. */
			BN_generate_prime_ex(p, PRIME_BITS, 0, NULL, NULL, NULL);
			BN_mul(k->n, k->n, p, ctx);
			BN_sub_word(p, 1);
			BN_mul(phi, phi, p, ctx);
		}
		k->d = BN_mod_inverse(NULL, k->e, phi, ctx);
	} while (k->d == NULL || (BN_num_bits(k->n) + 7) / 8 != bits / 8);
out:
	BN_free(phi);
	BN_free(p);
	BN_CTX_free(ctx);
	return k;
}

size_t signed_rsa_key(int bits, const char *exponent, uint8_t *out)
{
	const struct rsa *k = find(bits, exponent);
	int len = BN_num_bytes(k->e);

	out[0] = (uint8_t)len;
	BN_bn2bin(k->e, out + 1);
	BN_bn2bin(k->n, out + 1 + len);
	return 1u + (size_t)len + (size_t)BN_num_bytes(k->n);
}

/* RFC 8017 section 9.2. */
size_t signed_rsa_sign(int bits, const char *exponent, const uint8_t *data, size_t len,
		       uint8_t *out)
{
	static const uint8_t info[] = {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
				       0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
	const struct rsa *k = find(bits, exponent);
	size_t size = (size_t)bits / 8, pad = size - 3 - sizeof(info) - SHA256_DIGEST_LENGTH;
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *m;

	memset(out, 0xff, size);
	out[0] = 0;
	out[1] = 1;
	out[2 + pad] = 0;
	memcpy(out + 3 + pad, info, sizeof(info));
	SHA256(data, len, out + 3 + pad + sizeof(info));
	m = BN_bin2bn(out, (int)size, NULL);
	BN_mod_exp(m, m, k->d, k->n, ctx);
	BN_bn2binpad(m, out, (int)size);
	BN_free(m);
	BN_CTX_free(ctx);
	return size;
}

void signed_rsa_cleanup(void)
{
	struct rsa *k;

	for (k = keys; k->bits != 0; k++) {
		BN_free(k->n);
		BN_free(k->e);
		BN_free(k->d);
		memset(k, 0, sizeof(*k));
	}
}
