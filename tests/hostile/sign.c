/* SPDX-License-Identifier: ISC */
#include "sign.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALGORITHM 15
#define SIGNATURE 64
#define HEAD 18 /* octets of RRSIG RDATA before the signer's name */
#define DAY 86400

static EVP_PKEY *key;
static uint16_t tag;

static void need(bool good)
{
	if (good)
		return;
	fputs("signing failed\n", stderr);
	exit(70);
}

/* RFC 4034 appendix B. */
static uint16_t tag_of(const uint8_t *rdata, size_t len)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < len; i++)
		sum += i & 1 ? rdata[i] : (uint32_t)rdata[i] << 8;
	return (uint16_t)(sum + (sum >> 16));
}

void sign_begin(void)
{
	static const uint8_t secret[32] = "all of this world has one key..";
	uint8_t rdata[SIGN_DNSKEY];

	key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret, sizeof(secret));
	need(key != NULL);
	sign_dnskey(rdata);
	tag = tag_of(rdata, sizeof(rdata));
}

void sign_end(void)
{
	EVP_PKEY_free(key);
	key = NULL;
}

void sign_dnskey(uint8_t rdata[SIGN_DNSKEY])
{
	size_t len = 32;

	memcpy(rdata, "\x01\x01\x03\x0f", 4);
	need(EVP_PKEY_get_raw_public_key(key, rdata + 4, &len) == 1);
}

void sign_ds(const struct dg_name *zone, uint8_t rdata[SIGN_DS])
{
	uint8_t data[DG_NAME_MAX + SIGN_DNSKEY];

	memcpy(data, zone->wire, zone->len);
	sign_dnskey(data + zone->len);
	rdata[0] = (uint8_t)(tag >> 8);
	rdata[1] = (uint8_t)tag;
	rdata[2] = ALGORITHM;
	rdata[3] = 2;
	SHA256(data, zone->len + (size_t)SIGN_DNSKEY, rdata + 4);
}

static const struct draft *sorting;

static int compare(const void *a, const void *b)
{
	const struct draft_rr *x = &sorting->rr[*(const size_t *)a],
			      *y = &sorting->rr[*(const size_t *)b];
	int order = memcmp(sorting->octets + x->at, sorting->octets + y->at,
			   x->len < y->len ? x->len : y->len);

	return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

static void store(uint8_t *at, uint32_t v, size_t octets)
{
	while (octets-- > 0) {
		at[octets] = (uint8_t)v;
		v >>= 8;
	}
}

static size_t put_head(uint8_t *to, const struct draft_rr *rr, const struct dg_name *zone,
		       int64_t wall)
{
	unsigned labels = dg_name_labels(&rr->owner);

	if (rr->owner.wire[0] == 1 && rr->owner.wire[1] == '*')
		labels--;
	store(to, rr->type, 2);
	to[2] = ALGORITHM;
	to[3] = (uint8_t)labels;
	store(to + 4, rr->ttl, 4);
	store(to + 8, (uint32_t)(wall + DAY), 4);
	store(to + 12, (uint32_t)(wall - DAY), 4);
	store(to + 16, tag, 2);
	memcpy(to + HEAD, zone->wire, zone->len);
	return HEAD + zone->len;
}

/* The set in canonical form and order (RFC 4034 section 6) behind what is there; our names are in
 * lower case. */
static size_t put_set(const struct draft *d, size_t *member, size_t count, uint8_t *to)
{
	size_t len = 0, i;

	sorting = d;
	qsort(member, count, sizeof(*member), compare);
	for (i = 0; i < count; i++) {
		const struct draft_rr *rr = &d->rr[member[i]];

		memcpy(to + len, rr->owner.wire, rr->owner.len);
		len += rr->owner.len;
		store(to + len, rr->type, 2);
		store(to + len + 2, DG_CLASS_IN, 2);
		store(to + len + 4, rr->ttl, 4);
		store(to + len + 8, (uint32_t)rr->len, 2);
		memcpy(to + len + 10, d->octets + rr->at, rr->len);
		len += 10 + rr->len;
	}
	return len;
}

static size_t members(const struct draft *d, enum draft_section section,
		      const struct dg_name *owner, uint16_t type, size_t *member)
{
	size_t count = 0, i;

	for (i = 0; i < d->count; i++)
		if (d->rr[i].section == section && d->rr[i].type == type &&
		    dg_name_equal(&d->rr[i].owner, owner))
			member[count++] = i;
	return count;
}

void sign_set(struct draft *d, enum draft_section section, const struct dg_name *owner,
	      uint16_t type, const struct dg_name *zone, int64_t wall)
{
	static uint8_t data[DRAFT_MOST + DRAFT_RECORDS * (DG_NAME_MAX + 10) + 1024];
	static size_t member[DRAFT_RECORDS];
	uint8_t rdata[HEAD + DG_NAME_MAX + SIGNATURE];
	size_t count = members(d, section, owner, type, member), head, len = SIGNATURE;
	EVP_MD_CTX *ctx;

	if (count == 0)
		return;
	head = put_head(rdata, &d->rr[member[0]], zone, wall);
	memcpy(data, rdata, head);
	ctx = EVP_MD_CTX_new();
	need(ctx != NULL && EVP_DigestSignInit(ctx, NULL, NULL, NULL, key) == 1 &&
	     EVP_DigestSign(ctx, rdata + head, &len, data,
			    head + put_set(d, member, count, data + head)) == 1);
	EVP_MD_CTX_free(ctx);
	draft_add(d, section, owner, DG_TYPE_RRSIG, rdata, head + len);
}

bool sign_covers(const struct draft *d, const struct dg_name *owner, uint16_t type)
{
	size_t i;

	for (i = 0; i < d->count; i++) {
		const struct draft_rr *rr = &d->rr[i];
		const uint8_t *rdata = d->octets + rr->at;

		if (rr->type == DG_TYPE_RRSIG && rr->section == DRAFT_ANSWER &&
		    dg_name_equal(&rr->owner, owner) && (rdata[0] << 8 | rdata[1]) == type &&
		    rdata[2] == ALGORITHM && (rdata[16] << 8 | rdata[17]) == tag)
			return true;
	}
	return false;
}
