/* SPDX-License-Identifier: ISC */
/* Options, keys, DS records and signatures of signed messages. */
#include "signed_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world_sign.h"

#define MOST_KEYS 40
#define LARGEST 4000

void signed_wrong(const char *what, const char *text)
{
	fprintf(stderr, "%s: %s\n", what, text);
	exit(70);
}

/* ---- options --------------------------------------------------------------------------------- */

const char *signed_option(const struct signed_text *m, const char *key, const char *otherwise)
{
	size_t i, len = strlen(key);

	for (i = 0; i < m->nwords; i++)
		if (strncmp(m->word[i], key, len) == 0 && m->word[i][len] == '=')
			return m->word[i] + len + 1;
	return otherwise;
}

long signed_number(const struct signed_text *m, const char *key, long otherwise)
{
	const char *value = signed_option(m, key, NULL);

	return value == NULL ? otherwise : strtol(value, NULL, 10);
}

bool signed_has(const struct signed_text *m, const char *word)
{
	size_t i;

	for (i = 0; i < m->nwords; i++)
		if (strcmp(m->word[i], word) == 0)
			return true;
	return false;
}

size_t signed_hex(const char *text, uint8_t *out)
{
	size_t len = 0;
	unsigned octet;

	for (; sscanf(text, "%2x", &octet) == 1; text += 2)
		out[len++] = (uint8_t)octet;
	return len;
}

size_t signed_name(const char *text, uint8_t *out)
{
	ldns_rdf *name = ldns_dname_new_frm_str(text);
	size_t len;

	if (name == NULL)
		signed_wrong("name", text);
	len = ldns_rdf_size(name);
	memcpy(out, ldns_rdf_data(name), len);
	ldns_rdf_deep_free(name);
	return len;
}

void signed_put16(uint8_t *out, size_t value)
{
	out[0] = (uint8_t)(value >> 8);
	out[1] = (uint8_t)value;
}

void signed_put32(uint8_t *out, uint32_t value)
{
	signed_put16(out, value >> 16);
	signed_put16(out + 2, value & 0xffff);
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* Once made, kept: some take long. */
static struct {
	char id[300];
	struct world_key key;
} kept[MOST_KEYS];
static size_t nkept;

static const struct world_key *key_of(const struct signed_text *m)
{
	const char *zone = signed_option(m, "zone", m->defaults.zone);
	int algorithm = (int)signed_number(m, "alg", m->defaults.algorithm);
	int index = (int)signed_number(m, "key", 0);
	ldns_rdf *origin;
	char id[300];
	size_t i;

	snprintf(id, sizeof(id), "%s %d %d", zone, algorithm, index);
	for (i = 0; i < nkept; i++)
		if (strcmp(kept[i].id, id) == 0)
			return &kept[i].key;
	if (nkept == MOST_KEYS)
		signed_wrong("too many keys", id);
	origin = ldns_dname_new_frm_str(zone);
	strcpy(kept[nkept].id, id);
	kept[nkept].key = world_key_make(origin, (uint8_t)algorithm, index, 257, 3);
	ldns_rdf_deep_free(origin);
	return &kept[nkept++].key;
}

void signed_msg_cleanup(void)
{
	while (nkept > 0)
		world_key_free(&kept[--nkept].key);
	signed_rsa_cleanup();
}

/* Another key with that tag, of four octets. */
static size_t make_runt(long index, uint16_t tag, uint8_t *rdata)
{
	unsigned last;

	signed_put16(rdata + 4, (size_t)index);
	for (last = 0; last < 65536; last++) {
		signed_put16(rdata + 6, last);
		if (ldns_calc_keytag_raw(rdata, 8) == tag)
			return 8;
	}
	signed_wrong("no runt", "");
	return 0;
}

static void collide(const struct signed_text *m, long expected, uint8_t *octets, size_t len)
{
	unsigned index;
	long found = 0;

	for (index = 0; index < 5000 && found < expected; index++) {
		ldns_rr *other = world_key_collide(key_of(m), index);
		const uint8_t *its = ldns_rdf_data(ldns_rr_rdf(other, 3));

		if (memcmp(its, ldns_rdf_data(ldns_rr_rdf(key_of(m)->rr, 3)), len) < 0 &&
		    ++found == expected)
			memcpy(octets, its, len);
		ldns_rr_free(other);
	}
	if (found < expected)
		signed_wrong("no such key", "collide");
}

/* The RDATA of the DNSKEY that options tell. */
size_t signed_dnskey(const struct signed_text *m, uint8_t *rdata)
{
	long bits = signed_number(m, "rsa", 0), runt = signed_number(m, "runt", 0), index;
	size_t len;

	signed_put16(rdata, (size_t)signed_number(m, "flags", 257));
	rdata[2] = (uint8_t)signed_number(m, "protocol", 3);
	rdata[3] = (uint8_t)signed_number(
	    m, "falg", bits > 0 ? 8 : signed_number(m, "alg", m->defaults.algorithm));
	if (bits > 0) {
		len = 4 + signed_rsa_key((int)bits, signed_option(m, "e", "010001"), rdata + 4);
	} else {
		const ldns_rdf *rdf = ldns_rr_rdf(key_of(m)->rr, 3);

		len = 4 + ldns_rdf_size(rdf);
		memcpy(rdata + 4, ldns_rdf_data(rdf), ldns_rdf_size(rdf));
	}
	if (runt > 0)
		return make_runt(runt, ldns_calc_keytag_raw(rdata, len), rdata);
	index = signed_number(m, "collide", 0);
	if (index > 0)
		collide(m, index, rdata + 4, len - 4);
	return len;
}

size_t signed_make_ds(const struct signed_text *m, const uint8_t *owner, size_t owner_len,
		      uint8_t *rdata)
{
	long digest = signed_number(m, "digest", 2);
	uint8_t data[LARGEST];
	size_t key_len, len;

	memcpy(data, owner, owner_len);
	key_len = signed_dnskey(m, data + owner_len);
	signed_put16(rdata, (size_t)signed_number(m, "tag",
						  ldns_calc_keytag_raw(data + owner_len, key_len)));
	rdata[2] = (uint8_t)signed_number(m, "falg", data[owner_len + 3]);
	rdata[3] = (uint8_t)signed_number(m, "dtype", digest);
	key_len += owner_len;
	if (digest == 1)
		ldns_sha1(data, (unsigned)key_len, rdata + 4);
	else if (digest == 2)
		ldns_sha256(data, (unsigned)key_len, rdata + 4);
	else
		ldns_sha384(data, (unsigned)key_len, rdata + 4);
	len = digest == 1 ? 20 : digest == 2 ? 32 : 48;
	if (signed_has(m, "flip"))
		rdata[4] ^= 1;
	return 4 + (size_t)signed_number(m, "cut", (long)len);
}

/* ---- signatures ------------------------------------------------------------------------------ */

static int compare(const void *a, const void *b)
{
	const struct signed_record *x = *(const struct signed_record *const *)a,
				   *y = *(const struct signed_record *const *)b;
	int order = memcmp(x->rdata, y->rdata, x->len < y->len ? x->len : y->len);

	return order != 0 ? order : (int)x->len - (int)y->len;
}

static size_t labels_of(const struct signed_record *r)
{
	size_t n = 0, i;

	for (i = 0; r->owner[i] != 0; i += r->owner[i] + 1u)
		n++;
	return n;
}

/* The owner that is signed: a wildcard, where there are fewer labels than it has. */
static size_t signed_owner(const struct signed_record *r, size_t labels, uint8_t out[258])
{
	size_t n = labels_of(r), i, at = 0;

	memcpy(out, r->owner, r->owner_len);
	if (labels < n) {
		for (; n > labels; n--)
			at += r->owner[at] + 1u;
		out[0] = 1;
		out[1] = '*';
		memcpy(out + 2, r->owner + at, r->owner_len - at);
	}
	for (i = 0; i < r->owner_len + 2u; i++)
		if (out[i] >= 'A' && out[i] <= 'Z')
			out[i] |= 0x20;
	return labels < labels_of(r) ? r->owner_len - at + 2 : r->owner_len;
}

static size_t write_set(const struct signed_text *m, const struct signed_record *like,
			size_t labels, uint32_t ttl, uint8_t *out)
{
	const struct signed_record **set = calloc(m->count, sizeof(*set));
	size_t count = 0, i, len = 0, owner_len;
	uint8_t owner[258];

	for (i = 0; i < m->count; i++) {
		const struct signed_record *r = &m->record[i];

		if (r->section == like->section && r->type == like->type && r->class == 1 &&
		    r->owner_len == like->owner_len &&
		    memcmp(r->owner, like->owner, r->owner_len) == 0)
			set[count++] = r;
	}
	qsort(set, count, sizeof(struct signed_record *), compare);
	owner_len = signed_owner(like, labels, owner);
	for (i = 0; i < count; i++) {
		if (i > 0 && compare(&set[i - 1], &set[i]) == 0)
			continue;
		memcpy(out + len, owner, owner_len);
		len += owner_len;
		signed_put16(out + len, like->type);
		signed_put16(out + len + 2, 1);
		signed_put32(out + len + 4, ttl);
		signed_put16(out + len + 8, set[i]->len);
		memcpy(out + len + 10, set[i]->rdata, set[i]->len);
		len += 10 + set[i]->len;
	}
	free(set);
	return len;
}

static size_t sign(const struct signed_text *m, const uint8_t *data, size_t len, uint8_t *out)
{
	long bits = signed_number(m, "rsa", 0);
	ldns_buffer *buffer;
	ldns_rdf *rdf;

	if (bits > 0)
		return signed_rsa_sign((int)bits, signed_option(m, "e", "010001"), data, len, out);
	buffer = ldns_buffer_new(len);
	ldns_buffer_write(buffer, data, len);
	rdf = ldns_sign_public_buffer(buffer, key_of(m)->key);
	if (rdf == NULL)
		signed_wrong("signing", "");
	len = ldns_rdf_size(rdf);
	memcpy(out, ldns_rdf_data(rdf), len);
	ldns_rdf_deep_free(rdf);
	ldns_buffer_free(buffer);
	return len;
}

void signed_add_signature(struct signed_text *m, struct signed_record *of, long bad)
{
	size_t labels = labels_of(of), key_len, head;
	uint8_t *data = malloc(200000), *rdata, key[LARGEST];
	const char *cover = signed_option(m, "cover", NULL),
		   *owner = signed_option(m, "owner", NULL);
	struct signed_record *r = signed_add(m, of->section, LDNS_RR_TYPE_RRSIG);
	uint32_t ttl = (uint32_t)signed_number(m, "ttl", (long)of->ttl);

	if (of->owner[0] == 1 && of->owner[1] == '*')
		labels--;
	labels = (size_t)signed_number(m, "labels", (long)labels);
	key_len = signed_dnskey(m, key);
	rdata = r->rdata;
	signed_put16(rdata, cover == NULL ? of->type : ldns_get_rr_type_by_name(cover));
	rdata[2] = (uint8_t)signed_number(m, "falg", key[3]);
	rdata[3] = (uint8_t)labels;
	signed_put32(rdata + 4, ttl);
	signed_put32(rdata + 8, (uint32_t)(m->defaults.wall + signed_number(m, "to", 3600) - bad));
	signed_put32(rdata + 12, (uint32_t)(m->defaults.wall + signed_number(m, "from", -3600)));
	signed_put16(rdata + 16,
		     (size_t)signed_number(m, "tag", ldns_calc_keytag_raw(key, key_len)));
	head =
	    18 + signed_name(signed_option(m, "signer", signed_option(m, "zone", m->defaults.zone)),
			     rdata + 18);
	memcpy(data, rdata, head);
	key_len = head + write_set(m, of, labels, ttl, data + head);
	r->len = head + sign(m, data, key_len, rdata + head);
	free(data);
	if (bad > 0 || signed_has(m, "flip"))
		rdata[head + (r->len - head) / 2] ^= 1;
	r->len = head + (size_t)signed_number(m, "cut", (long)(r->len - head));
	r->class = (uint16_t)signed_number(m, "class", 1);
	r->ttl = of->ttl;
	memcpy(r->owner, of->owner, of->owner_len);
	r->owner_len = of->owner_len;
	if (owner != NULL)
		r->owner_len = signed_name(owner, r->owner);
}
