/* SPDX-License-Identifier: ISC */
#include "unit_tsig.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

static const uint8_t secret[] = "sixteen octets..";

const struct dg_tsig_key unit_tsig_key = {"key.test", "HMAC-SHA256.", secret, 16};

/* As in a record: the name of the key, the name of the algorithm. */
#define OWNER "\3key\4test"
#define ALGORITHM "\13hmac-sha256"

static size_t put(uint8_t *out, size_t at, const void *octets, size_t len)
{
	if (len > 0)
		memcpy(out + at, octets, len);
	return at + len;
}

static size_t put_number(uint8_t *out, size_t at, uint64_t number, int octets)
{
	while (octets-- > 0)
		out[at++] = (uint8_t)(number >> 8 * octets);
	return at;
}

static size_t covered(uint8_t *out, const uint8_t *wire, size_t len, const struct unit_tsig *t)
{
	size_t at = 0;

	if (t->request_mac != NULL) {
		at = put_number(out, at, t->request_len, 2);
		at = put(out, at, t->request_mac, t->request_len);
	}
	at = put(out, at, wire, len);
	at = put(out, at, OWNER, sizeof(OWNER));
	at = put_number(out, at, 255, 2);
	at = put_number(out, at, 0, 4);
	at = put(out, at, ALGORITHM, sizeof(ALGORITHM));
	at = put_number(out, at, (uint64_t)t->time, 6);
	at = put_number(out, at, 300, 2);
	at = put_number(out, at, t->error, 2);
	at = put_number(out, at, t->other_len, 2);
	return put(out, at, t->other, t->other_len);
}

void unit_tsig_append(uint8_t *wire, size_t *len, const struct unit_tsig *t)
{
	uint8_t *buf = malloc(*len + 256), mac[64] = {0};
	size_t made = covered(buf, wire, *len, t), at = *len;
	size_t mac_len = t->no_mac ? 0 : t->mac_len == 0 ? 32 : t->mac_len;

	assert_non_null(HMAC(EVP_sha256(), secret, 16, buf, made, mac, NULL));
	free(buf);
	at = put(wire, at, OWNER, sizeof(OWNER));
	at = put_number(wire, at, 250, 2);
	at = put_number(wire, at, 255, 2);
	at = put_number(wire, at, 0, 4);
	at = put_number(wire, at, sizeof(ALGORITHM) + 16 + mac_len + t->other_len, 2);
	at = put(wire, at, ALGORITHM, sizeof(ALGORITHM));
	at = put_number(wire, at, (uint64_t)t->time, 6);
	at = put_number(wire, at, 300, 2);
	at = put_number(wire, at, mac_len, 2);
	at = put(wire, at, mac, mac_len);
	at = put(wire, at, wire, 2);
	at = put_number(wire, at, t->error, 2);
	at = put_number(wire, at, t->other_len, 2);
	*len = put(wire, at, t->other, t->other_len);
	put_number(wire, 10, (uint64_t)(wire[10] << 8 | wire[11]) + 1, 2);
}

const uint8_t *unit_tsig_mac(const uint8_t *wire, size_t len, size_t *ret_len)
{
	/* Behind the MAC are the id, the error, and the length of no other data. */
	*ret_len = 32;
	assert_true(len > 38);
	return wire + len - 6 - 32;
}
