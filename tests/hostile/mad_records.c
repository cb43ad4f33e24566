/* SPDX-License-Identifier: ISC */
#include "mad_records.h"

#include <string.h>

#define ROOM 1024

/* RDATA being made. */
struct rdata {
	uint8_t octets[ROOM];
	size_t len;
	struct dice *dice;
};

static void put8(struct rdata *r, unsigned v)
{
	r->octets[r->len++] = (uint8_t)v;
}

static void put_random(struct rdata *r, size_t n)
{
	while (n-- > 0)
		put8(r, (unsigned)dice_next(r->dice) & 255);
}

static void put_name(struct rdata *r, const struct dg_name *name)
{
	memcpy(r->octets + r->len, name->wire, name->len);
	r->len += name->len;
}

static unsigned pick(struct dice *dice, const uint16_t *choice, unsigned n)
{
	return choice[dice_below(dice, n)];
}

/* Types of RFC 4034 section 4.1.2, in window 0 alone. */
static void put_bitmap(struct rdata *r)
{
	unsigned len = 1 + dice_below(r->dice, 32);

	put8(r, 0);
	put8(r, len);
	put_random(r, len);
	r->octets[r->len - 1] |= 1;
}

static void put_time(struct rdata *r)
{
	static const uint16_t high[] = {0x6000, 0x6500, 0x7000, 0xf000};
	unsigned v = pick(r->dice, high, 4);

	put8(r, v >> 8);
	put8(r, v);
	put_random(r, 2);
}

static void make_rrsig(struct rdata *r, const struct dg_name *owner)
{
	static const uint16_t types[] = {DG_TYPE_TXT,  DG_TYPE_CNAME, DG_TYPE_SOA, DG_TYPE_DNSKEY,
					 DG_TYPE_NSEC, DG_TYPE_NSEC3, DG_TYPE_DS};
	static const uint16_t algorithms[] = {5, 7, 8, 13, 14, 15, 16, 99};
	struct dg_name signer = dg_name_ancestor(owner, dice_below(r->dice, 4));

	put8(r, 0);
	put8(r, pick(r->dice, types, 7));
	put8(r, pick(r->dice, algorithms, 8));
	put8(r, dice_below(r->dice, dg_name_labels(owner) + 2));
	put_random(r, 4);
	put_time(r);
	put_time(r);
	put_random(r, 2);
	put_name(r, &signer);
	put_random(r, 1 + dice_below(r->dice, 256));
}

static void make_dnskey(struct rdata *r)
{
	static const uint16_t algorithms[] = {5, 7, 8, 13, 14, 15, 16, 99};

	put8(r, dice_below(r->dice, 2));
	put8(r, dice_chance(r->dice, 700) ? dice_below(r->dice, 2) : dice_below(r->dice, 256));
	put8(r, dice_chance(r->dice, 900) ? 3 : dice_below(r->dice, 256));
	put8(r, pick(r->dice, algorithms, 8));
	put_random(r, dice_chance(r->dice, 500) ? 32 : dice_below(r->dice, 300));
}

static void make_ds(struct rdata *r)
{
	static const uint16_t digests[] = {20, 32, 48, 1, 0};

	put_random(r, 2);
	put8(r, dice_chance(r->dice, 700) ? 15 : dice_below(r->dice, 256));
	put8(r, dice_below(r->dice, 6));
	put_random(r, pick(r->dice, digests, 5));
}

static void make_nsec(struct rdata *r, const struct dg_name *owner)
{
	struct dg_name next = dg_name_parent(owner);

	next = draft_name(dice_chance(r->dice, 500) ? "zz" : "a", &next);
	put_name(r, &next);
	put_bitmap(r);
}

static void make_nsec3(struct rdata *r)
{
	static const uint16_t iterations[] = {0, 0, 1, 100, 150, 151, 2500, 65535};
	unsigned rounds = pick(r->dice, iterations, 8),
		 salt = dice_below(r->dice, 3) * dice_below(r->dice, 128);

	put8(r, dice_chance(r->dice, 900) ? 1 : dice_below(r->dice, 256));
	put8(r, dice_below(r->dice, 2));
	put8(r, rounds >> 8);
	put8(r, rounds);
	put8(r, salt);
	put_random(r, salt);
	put8(r, 20);
	put_random(r, 20);
	put_bitmap(r);
}

/* A label of 32 octets, in base32hex. */
static struct dg_name hashed(const struct dg_name *owner, struct dice *dice)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
	struct dg_name zone = dg_name_ancestor(owner, dice_below(dice, 4));
	char label[33] = "";
	size_t i;

	for (i = 0; i < 32; i++)
		label[i] = digits[dice_below(dice, 32)];
	return draft_name(label, &zone);
}

void mad_dnssec(struct draft *d, enum draft_section section, const struct dg_name *owner,
		struct dice *dice)
{
	static const uint16_t types[] = {DG_TYPE_RRSIG,     DG_TYPE_RRSIG, DG_TYPE_DNSKEY,
					 DG_TYPE_DS,        DG_TYPE_NSEC,  DG_TYPE_NSEC3,
					 DG_TYPE_NSEC3PARAM};
	struct rdata r = {.dice = dice};
	struct dg_name at = *owner;
	unsigned type = pick(dice, types, 7);

	switch (type) {
	case DG_TYPE_RRSIG:
		make_rrsig(&r, owner);
		break;
	case DG_TYPE_DNSKEY:
		make_dnskey(&r);
		break;
	case DG_TYPE_DS:
		make_ds(&r);
		break;
	case DG_TYPE_NSEC:
		make_nsec(&r, owner);
		break;
	case DG_TYPE_NSEC3:
		at = hashed(owner, dice);
		make_nsec3(&r);
		break;
	default:
		put8(&r, 1);
		put_random(&r, 3);
		put8(&r, 0);
		break;
	}
	draft_add(d, section, &at, (uint16_t)type, r.octets, r.len);
}

static void make_caa(struct rdata *r)
{
	static const char issue[] = "\0\5issueca.example";

	if (dice_chance(r->dice, 700)) {
		memcpy(r->octets, issue, sizeof(issue) - 1);
		r->len = sizeof(issue) - 1;
		return;
	}
	put8(r, dice_below(r->dice, 256));
	put8(r, 9);
	memcpy(r->octets + r->len, "issuewild", 9);
	r->len += 9;
	put_random(r, dice_below(r->dice, 200));
}

void mad_record(struct draft *d, enum draft_section section, const struct dg_name *owner,
		struct dice *dice)
{
	static const uint16_t types[] = {DG_TYPE_A,  DG_TYPE_TXT,   DG_TYPE_CAA, DG_TYPE_MX,
					 DG_TYPE_NS, DG_TYPE_CNAME, DG_TYPE_SOA, 65280,
					 99,         DG_TYPE_DNAME};
	struct rdata r = {.dice = dice};
	struct dg_name other = dg_name_parent(owner);
	unsigned type = pick(dice, types, 10);

	switch (type) {
	case DG_TYPE_SOA:
		draft_add_soa(d, section, &other, dice_below(dice, 100), 1);
		return;
	case DG_TYPE_A:
		draft_add_address(d, section, owner, 0x7f000100u + dice_below(dice, 200));
		return;
	case DG_TYPE_CAA:
		make_caa(&r);
		break;
	case DG_TYPE_TXT:
	case 99:
		put8(&r, dice_below(dice, 40));
		put_random(&r, r.octets[0]);
		break;
	case DG_TYPE_MX:
		put_random(&r, 2);
		put_name(&r, &other);
		break;
	case 65280:
		put_random(&r, dice_below(dice, 200));
		break;
	default:
		put_name(&r, &other);
		break;
	}
	draft_add(d, section, owner, (uint16_t)type, r.octets, r.len);
}
