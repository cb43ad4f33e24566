/* SPDX-License-Identifier: ISC */
#include "world_hostile.h"

#include <stdlib.h>
#include <string.h>

#define MOST 65535

const char *const world_hostile_kinds[] = {
    "strings",    "rdlen-long",  "rdlen-short", "rdlen-none", "trailing",    "two-opt",
    "opt-name",   "z-bit",       "two-tsig",    "pointers",   "forward",     "self",
    "long-name",  "label-64",    "counts",      "nsec3-alg",  "nsec3-hash0", "nsec3-hash60",
    "nsec3-root", "nsec3-short", "nsec3-iter",  "rrsigs",     "cnames",      "two-cnames",
    "dname-long", "txt-overrun", "bitmap",      "questions",  "soa-short",   "nothing",
    "names",      "owners",      "one-ns",      "signers",    "dnames",      "one-nsec",
    "addresses",  NULL};

struct out {
	uint8_t *to;
	size_t len;
};

static void put(struct out *o, const void *octets, size_t n)
{
	if (o->len + n > MOST)
		return;
	memcpy(o->to + o->len, octets, n);
	o->len += n;
}

static void put8(struct out *o, unsigned v)
{
	uint8_t b = (uint8_t)v;

	put(o, &b, 1);
}

static void put16(struct out *o, unsigned v)
{
	put8(o, v >> 8);
	put8(o, v);
}

static void put32(struct out *o, uint32_t v)
{
	put16(o, v >> 16);
	put16(o, v & 0xffff);
}

static void fill(struct out *o, unsigned v, size_t n)
{
	while (n-- > 0)
		put8(o, v);
}

/* Owner as a pointer, type, class, TTL, length. */
static void put_rr(struct out *o, unsigned pointer, unsigned type, unsigned rdlen)
{
	put16(o, 0xc000 | pointer);
	put16(o, type);
	put16(o, 1);
	put32(o, 60);
	put16(o, rdlen);
}

static void add_count(struct out *o, size_t at, unsigned n)
{
	unsigned v = (unsigned)(o->to[at] << 8 | o->to[at + 1]) + n;

	o->to[at] = (uint8_t)(v >> 8);
	o->to[at + 1] = (uint8_t)v;
}

#define AN 6
#define NS 8
#define AR 10
#define QNAME 12

/* Header with QR and AA, and the question. */
static void begin(struct out *o, const ldns_pkt *query)
{
	const ldns_rr *q = ldns_rr_list_rr(ldns_pkt_question(query), 0);
	const ldns_rdf *name = ldns_rr_owner(q);

	put16(o, ldns_pkt_id(query));
	put16(o, 0x8400);
	put16(o, 1);
	fill(o, 0, 6);
	put(o, ldns_rdf_data(name), ldns_rdf_size(name));
	put16(o, ldns_rr_get_type(q));
	put16(o, 1);
}

static void put_strings(struct out *o)
{
	size_t n = 65480;

	put_rr(o, QNAME, 16, (unsigned)n);
	fill(o, 0, n);
	add_count(o, AN, 1);
}

static void put_nsec3(struct out *o, unsigned alg, unsigned iterations, unsigned salt,
		      unsigned hash)
{
	put_rr(o, QNAME, 50, 6 + salt + hash + 8);
	put8(o, alg);
	put8(o, 0);
	put16(o, iterations);
	put8(o, salt);
	fill(o, 0xaa, salt);
	put8(o, hash);
	fill(o, 0x55, hash);
	put(o, "\0\6\x40\0\0\0\0\3", 8);
	add_count(o, NS, 1);
}

static void put_pointer_chain(struct out *o)
{
	size_t start, owners, i;

	/* One record whose RDATA is a chain of pointers, each to the one before. */
	put_rr(o, QNAME, 65280, 2 * 8000);
	start = o->len;
	put16(o, 0xc000 | QNAME);
	for (owners = 1; owners < 8000; owners++)
		put16(o, 0xc000 | (unsigned)(start + 2 * (owners - 1)));
	add_count(o, AN, 1);
	for (i = 0; i < 4000; i++) {
		put_rr(o, (unsigned)(start + 2 * 7900), 1, 4);
		put32(o, 0x7f000001);
		add_count(o, AN, 1);
	}
}

static void put_rrsigs(struct out *o)
{
	size_t i;

	for (i = 0; i < 300; i++) {
		put_rr(o, QNAME, 46, 18 + 1 + 64);
		put16(o, 16);
		put8(o, 13);
		put8(o, 2);
		put32(o, 60);
		put32(o, 0xf0000000);
		put32(o, 0);
		put16(o, 12345);
		put8(o, 0);
		fill(o, (unsigned)i, 64);
		add_count(o, AN, 1);
	}
}

static void put_cname(struct out *o, const char *label)
{
	put_rr(o, QNAME, 5, (unsigned)strlen(label) + 2);
	put8(o, (unsigned)strlen(label));
	put(o, label, strlen(label));
	put8(o, 0);
	add_count(o, AN, 1);
}

static void put_opt(struct out *o, bool named)
{
	if (named)
		put16(o, 0xc000 | QNAME);
	else
		put8(o, 0);
	put16(o, 41);
	put16(o, 1232);
	put32(o, 0);
	put16(o, 0);
	add_count(o, AR, 1);
}

static void put_tsig(struct out *o)
{
	put8(o, 0);
	put16(o, 250);
	put16(o, 255);
	put32(o, 0);
	put16(o, 17);
	put8(o, 0);
	fill(o, 0, 16);
	add_count(o, AR, 1);
}

static void put_long_name(struct out *o)
{
	int i;

	for (i = 0; i < 5; i++) {
		put8(o, 63);
		fill(o, 'a', 63);
	}
	put8(o, 0);
	put16(o, 16);
	put16(o, 1);
	put32(o, 60);
	put16(o, 2);
	put16(o, 0x0161);
	add_count(o, AN, 1);
}

/* The DNAME moves the name below one that is too long. */
static void put_dname(struct out *o, const ldns_pkt *query)
{
	const ldns_rdf *name = ldns_rr_owner(ldns_rr_list_rr(ldns_pkt_question(query), 0));
	size_t first = 1u + ldns_rdf_data(name)[0];
	int i;

	put_rr(o, (unsigned)(QNAME + first), 39, 3 * 64 + 62 + 1);
	for (i = 0; i < 3; i++) {
		put8(o, 63);
		fill(o, 'b', 63);
	}
	put8(o, 61);
	fill(o, 'c', 61);
	put8(o, 0);
	add_count(o, AN, 1);
}

/* ---- many records, each cheap to send -------------------------------------------------------- */

/* Behind this nothing is put that would only be cut off. */
#define ENOUGH (MOST - 64)

/* Names of 110 labels and more, each a label and a pointer to the one before; then owners that are
 * one or the other of the longest two, so that none is like the one before it. */
static void put_names(struct out *o)
{
	unsigned at = 0, before = 0, i;

	put_rr(o, QNAME, 65280, 110 * 4);
	for (i = 0; i < 110; i++) {
		before = at;
		at = (unsigned)o->len;
		put16(o, 0x0161);
		put16(o, 0xc000 | (i == 0 ? QNAME : before));
	}
	add_count(o, AN, 1);
	for (i = 0; o->len < ENOUGH; i++) {
		put_rr(o, i % 2 == 0 ? at : before, 65280, 0);
		add_count(o, AN, 1);
	}
}

/* One owner, one type, RDATA of a fixed form. */
static void put_many(struct out *o, size_t section, unsigned type, const void *rdata, unsigned len)
{
	while (o->len < ENOUGH) {
		put_rr(o, QNAME, type, len);
		put(o, rdata, len);
		add_count(o, section, 1);
	}
}

/* One signature, and then all of the NSEC records at one name. */
static void put_nsecs(struct out *o)
{
	put_rr(o, QNAME, 46, 18 + 2 + 1);
	put16(o, 47);
	put(o, "\15\1\0\0\0\74\360\0\0\0\0\0\0\0\0\1", 16);
	put16(o, 0xc000 | QNAME);
	put8(o, 0);
	add_count(o, NS, 1);
	put_many(o, NS, 47, "\0\0\1\100", 4);
}

static void put_addresses(struct out *o)
{
	uint32_t i;

	for (i = 1; o->len < ENOUGH; i++) {
		put_rr(o, QNAME, 1, 4);
		put32(o, 0x0a000000 + i);
		add_count(o, AN, 1);
	}
}

static bool hostile_many(struct out *o, const char *kind)
{
	/* Over NSEC records, by the root. */
	static const uint8_t signature[20] = {0, 47, 13, 1, 0, 0, 0, 60, 0xf0};

	if (strcmp(kind, "names") == 0)
		put_names(o);
	else if (strcmp(kind, "owners") == 0)
		put_many(o, AN, 16, "\1v", 2);
	else if (strcmp(kind, "one-ns") == 0)
		put_many(o, NS, 2, "\1x", 3);
	else if (strcmp(kind, "signers") == 0)
		put_many(o, NS, 46, signature, sizeof(signature));
	else if (strcmp(kind, "dnames") == 0)
		put_many(o, AN, 39, "\1x", 3);
	else if (strcmp(kind, "one-nsec") == 0)
		put_nsecs(o);
	else if (strcmp(kind, "addresses") == 0)
		put_addresses(o);
	else
		return false;
	return true;
}

static bool hostile_text(struct out *o, const char *kind)
{
	if (strcmp(kind, "strings") == 0) {
		put_strings(o);
	} else if (strcmp(kind, "rdlen-long") == 0) {
		put_rr(o, QNAME, 1, 27);
		fill(o, 1, 27);
		add_count(o, AN, 1);
	} else if (strcmp(kind, "rdlen-short") == 0) {
		put_rr(o, QNAME, 46, 3);
		fill(o, 0, 3);
		add_count(o, AN, 1);
	} else if (strcmp(kind, "rdlen-none") == 0) {
		put_rr(o, QNAME, 16, 0);
		add_count(o, AN, 1);
	} else if (strcmp(kind, "txt-overrun") == 0) {
		put_rr(o, QNAME, 16, 5);
		put(o,
		    "\xff"
		    "abcd",
		    5);
		add_count(o, AN, 1);
	} else if (strcmp(kind, "soa-short") == 0) {
		put_rr(o, QNAME, 6, 4);
		fill(o, 0, 4);
		add_count(o, NS, 1);
	} else if (strcmp(kind, "bitmap") == 0) {
		put_rr(o, QNAME, 47, 6);
		put(o, "\0\7\41\1\0\0", 6);
		add_count(o, NS, 1);
	} else {
		return false;
	}
	return true;
}

static bool hostile_nsec3(struct out *o, const char *kind)
{
	if (strcmp(kind, "nsec3-alg") == 0) {
		put_nsec3(o, 2, 0, 0, 20);
	} else if (strcmp(kind, "nsec3-hash0") == 0) {
		put_nsec3(o, 1, 0, 0, 0);
	} else if (strcmp(kind, "nsec3-hash60") == 0) {
		put_nsec3(o, 1, 0, 0, 60);
	} else if (strcmp(kind, "nsec3-iter") == 0) {
		put_nsec3(o, 1, 65535, 255, 20);
	} else if (strcmp(kind, "nsec3-root") == 0) {
		put_nsec3(o, 1, 0, 0, 20);
		o->to[o->len - 46] = 0xc0;
	} else if (strcmp(kind, "nsec3-short") == 0) {
		put_rr(o, QNAME, 50, 2);
		fill(o, 1, 2);
		add_count(o, NS, 1);
	} else {
		return false;
	}
	return true;
}

static bool hostile_names(struct out *o, const char *kind, const ldns_pkt *query)
{
	if (strcmp(kind, "pointers") == 0) {
		put_pointer_chain(o);
	} else if (strcmp(kind, "forward") == 0) {
		put_rr(o, (unsigned)o->len + 20, 1, 4);
		fill(o, 1, 4);
		add_count(o, AN, 1);
	} else if (strcmp(kind, "self") == 0) {
		put_rr(o, (unsigned)o->len, 1, 4);
		fill(o, 1, 4);
		add_count(o, AN, 1);
	} else if (strcmp(kind, "long-name") == 0) {
		put_long_name(o);
	} else if (strcmp(kind, "label-64") == 0) {
		put8(o, 0x40);
		fill(o, 'a', 64);
		add_count(o, AN, 1);
	} else if (strcmp(kind, "cnames") == 0) {
		put_cname(o, "a");
		put_rr(o, (unsigned)o->len - 3, 5, 2);
		put16(o, 0xc000 | QNAME);
		add_count(o, AN, 1);
	} else if (strcmp(kind, "two-cnames") == 0) {
		put_cname(o, "a");
		put_cname(o, "b");
	} else if (strcmp(kind, "dname-long") == 0) {
		put_dname(o, query);
	} else {
		return false;
	}
	return true;
}

static void hostile_rest(struct out *o, const char *kind)
{
	if (strcmp(kind, "trailing") == 0) {
		fill(o, 0xee, 50);
	} else if (strcmp(kind, "two-opt") == 0) {
		put_opt(o, false);
		put_opt(o, false);
	} else if (strcmp(kind, "opt-name") == 0) {
		put_opt(o, true);
	} else if (strcmp(kind, "z-bit") == 0) {
		o->to[3] |= 0x40;
	} else if (strcmp(kind, "two-tsig") == 0) {
		put_tsig(o);
		put_tsig(o);
	} else if (strcmp(kind, "counts") == 0) {
		memset(o->to + AN, 0xff, 6);
	} else if (strcmp(kind, "questions") == 0) {
		o->to[4] = o->to[5] = 0xff;
	} else if (strcmp(kind, "rrsigs") == 0) {
		put_rrsigs(o);
	} else if (strcmp(kind, "nothing") == 0) {
		o->len = 0;
	}
}

void world_hostile(const char *kind, const ldns_pkt *query, struct world_reply *reply)
{
	struct out o = {.to = malloc(MOST)};

	if (o.to == NULL)
		return;
	begin(&o, query);
	if (!hostile_many(&o, kind) && !hostile_text(&o, kind) && !hostile_nsec3(&o, kind) &&
	    !hostile_names(&o, kind, query))
		hostile_rest(&o, kind);
	free(reply->wire);
	reply->wire = o.to;
	reply->len = o.len;
}
