/* SPDX-License-Identifier: ISC */
#include "draft.h"

#include <string.h>

#define HEADER 12
#define SLOTS 8192 /* a power of two */

/* ---- the question ---------------------------------------------------------------------------- */

static unsigned get16(const uint8_t *at)
{
	return (unsigned)(at[0] << 8 | at[1]);
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

/* EDNS, as a resolver sends it: the only record behind the question. */
static void read_edns(struct question *q, const uint8_t *at, size_t left)
{
	if (left < 11 || at[0] != 0 || get16(at + 1) != DG_TYPE_OPT)
		return;
	q->edns = true;
	q->size = (uint16_t)get16(at + 3);
	q->dnssec_ok = (at[7] & 0x80) != 0;
}

bool question_read(struct question *ret_question, const uint8_t *wire, size_t len)
{
	struct question q = {.asked = wire + HEADER, .size = 512};
	size_t at = HEADER, i;

	if (len < HEADER || (wire[2] & 0xf8) != 0 || get16(wire + 4) != 1)
		return false;
	while (at < len && wire[at] != 0) {
		if (wire[at] > DG_LABEL_MAX)
			return false;
		at += wire[at] + 1u;
	}
	if (at + 5 > len || at + 1 - HEADER > DG_NAME_MAX || get16(wire + at + 3) != DG_CLASS_IN)
		return false;
	q.id = (uint16_t)get16(wire);
	q.recursion_desired = (wire[2] & 1) != 0;
	q.name.len = (uint8_t)(at + 1 - HEADER);
	for (i = 0; i < q.name.len; i++)
		q.name.wire[i] = lower(wire[HEADER + i]);
	q.type = (uint16_t)get16(wire + at + 1);
	q.asked_len = at + 5 - HEADER;
	read_edns(&q, wire + at + 5, len - at - 5);
	*ret_question = q;
	return true;
}

/* ---- records --------------------------------------------------------------------------------- */

void draft_begin(struct draft *d, const struct question *q)
{
	d->flags = DRAFT_AA | (q->recursion_desired ? DRAFT_RD : 0);
	d->rcode = DG_RCODE_NOERROR;
	d->edns = q->edns;
	d->edns_version = 0;
	d->edns_size = 1232;
	d->options_len = 0;
	d->plain = false;
	d->count = d->used = 0;
	d->raw = NULL;
	d->raw_len = 0;
}

bool draft_add(struct draft *d, enum draft_section section, const struct dg_name *owner,
	       uint16_t type, const void *rdata, size_t len)
{
	struct draft_rr *rr = &d->rr[d->count];

	if (d->count == DRAFT_RECORDS || d->used + len > sizeof(d->octets))
		return false;
	rr->section = section;
	rr->owner = *owner;
	rr->type = type;
	rr->ttl = 5;
	rr->at = d->used;
	rr->len = len;
	memcpy(d->octets + d->used, rdata, len);
	d->used += len;
	d->count++;
	return true;
}

void draft_add_name(struct draft *d, enum draft_section section, const struct dg_name *owner,
		    uint16_t type, const struct dg_name *target)
{
	draft_add(d, section, owner, type, target->wire, target->len);
}

void draft_add_address(struct draft *d, enum draft_section section, const struct dg_name *owner,
		       uint32_t address)
{
	uint8_t a[4] = {(uint8_t)(address >> 24), (uint8_t)(address >> 16), (uint8_t)(address >> 8),
			(uint8_t)address};

	draft_add(d, section, owner, DG_TYPE_A, a, sizeof(a));
}

static void store32(uint8_t *at, uint32_t v)
{
	at[0] = (uint8_t)(v >> 24);
	at[1] = (uint8_t)(v >> 16);
	at[2] = (uint8_t)(v >> 8);
	at[3] = (uint8_t)v;
}

void draft_add_soa(struct draft *d, enum draft_section section, const struct dg_name *zone,
		   uint32_t serial, uint32_t minimum)
{
	uint8_t rdata[2 * DG_NAME_MAX + 20];
	size_t len = zone->len;
	unsigned i;

	memcpy(rdata, zone->wire, len);
	memcpy(rdata + len, zone->wire, len);
	len *= 2;
	for (i = 0; i < 5; i++)
		store32(rdata + len + 4 * i, i == 0 ? serial : i == 4 ? minimum : 3600);
	draft_add(d, section, zone, DG_TYPE_SOA, rdata, len + 20);
}

void draft_add_text(struct draft *d, const struct dg_name *owner, const char *text)
{
	uint8_t rdata[256];
	size_t len = strlen(text);

	rdata[0] = (uint8_t)len;
	memcpy(rdata + 1, text, len);
	draft_add(d, DRAFT_ANSWER, owner, DG_TYPE_TXT, rdata, len + 1);
}

struct dg_name draft_name(const char *label, const struct dg_name *zone)
{
	size_t len = strlen(label);
	struct dg_name name;

	if (len + 1 + zone->len > DG_NAME_MAX)
		return *zone;
	name.len = (uint8_t)(len + 1 + zone->len);
	name.wire[0] = (uint8_t)len;
	memcpy(name.wire + 1, label, len);
	memcpy(name.wire + 1 + len, zone->wire, zone->len);
	return name;
}

/* ---- octets ---------------------------------------------------------------------------------- */

/* Where a name that was written begins, for those that end as it does. */
struct slot {
	uint64_t hash;
	uint32_t round;
	uint16_t at;
};

struct encoder {
	uint8_t *out;
	size_t len, limit;
	bool plain, full;
};

static struct slot slots[SLOTS];
static uint32_t round_now;

static void put(struct encoder *e, const void *octets, size_t n)
{
	if (e->len + n > e->limit) {
		e->full = true;
		return;
	}
	memcpy(e->out + e->len, octets, n);
	e->len += n;
}

static void put16(struct encoder *e, unsigned v)
{
	uint8_t b[2] = {(uint8_t)(v >> 8), (uint8_t)v};

	put(e, b, 2);
}

static void put32(struct encoder *e, uint32_t v)
{
	put16(e, v >> 16);
	put16(e, v & 0xffff);
}

static uint64_t hash_of(const uint8_t *octets, size_t len)
{
	uint64_t hash = 14695981039346656037u;

	while (len-- > 0)
		hash = (hash ^ *octets++) * 1099511628211u;
	return hash;
}

/* The place of that ending, or the free one where it would be. */
static struct slot *find_slot(uint64_t hash)
{
	size_t i = (size_t)(hash & (SLOTS - 1)), tries;

	for (tries = 0; tries < 64; tries++, i = (i + 1) & (SLOTS - 1))
		if (slots[i].round != round_now || slots[i].hash == hash)
			return &slots[i];
	return &slots[i];
}

static bool is_known(const struct slot *slot, uint64_t hash)
{
	return slot->round == round_now && slot->hash == hash;
}

static void put_name(struct encoder *e, const uint8_t *name, size_t len, bool compress)
{
	size_t at = 0;

	while (name[at] != 0) {
		uint64_t hash = hash_of(name + at, len - at);
		struct slot *slot = find_slot(hash);

		if (compress && is_known(slot, hash)) {
			put16(e, 0xc000u | slot->at);
			return;
		}
		if (e->len < 0x4000)
			*slot = (struct slot){hash, round_now, (uint16_t)e->len};
		put(e, name + at, name[at] + 1u);
		at += name[at] + 1u;
	}
	put(e, "", 1);
}

static size_t name_len(const uint8_t *name)
{
	size_t at = 0;

	while (name[at] != 0)
		at += name[at] + 1u;
	return at + 1;
}

/* Names in RDATA of the types of RFC 1035 may be compressed (RFC 3597 section 4). */
static void put_rdata(struct encoder *e, const struct draft_rr *rr, const uint8_t *rdata)
{
	size_t begin = e->len, done = 0, names, len;

	names = rr->type == DG_TYPE_SOA                               ? 2
		: rr->type == DG_TYPE_NS || rr->type == DG_TYPE_CNAME ? 1
								      : 0;
	put16(e, 0);
	for (; names > 0; names--) {
		len = name_len(rdata + done);
		put_name(e, rdata + done, len, !e->plain);
		done += len;
	}
	put(e, rdata + done, rr->len - done);
	if (e->full)
		return;
	len = e->len - begin - 2;
	e->out[begin] = (uint8_t)(len >> 8);
	e->out[begin + 1] = (uint8_t)len;
}

static void put_opt(struct encoder *e, const struct draft *d, const struct question *q)
{
	put(e, "", 1);
	put16(e, DG_TYPE_OPT);
	put16(e, d->edns_size);
	put32(e, (uint32_t)(d->rcode >> 4) << 24 | d->edns_version << 16 |
		     (q->dnssec_ok ? 0x8000u : 0));
	put16(e, (unsigned)d->options_len);
	put(e, d->options, d->options_len);
}

static void add_count(uint8_t *out, enum draft_section section)
{
	size_t at = 6 + 2 * (size_t)section;
	unsigned v = get16(out + at) + 1;

	out[at] = (uint8_t)(v >> 8);
	out[at + 1] = (uint8_t)v;
}

/* False when one did not fit: nothing of it is left. */
static bool put_records(struct encoder *e, const struct draft *d, enum draft_section section)
{
	size_t i;

	for (i = 0; i < d->count; i++) {
		const struct draft_rr *rr = &d->rr[i];
		size_t before = e->len;

		if (rr->section != section)
			continue;
		put_name(e, rr->owner.wire, rr->owner.len, !e->plain);
		put16(e, rr->type);
		put16(e, DG_CLASS_IN);
		put32(e, rr->ttl);
		put_rdata(e, rr, d->octets + rr->at);
		if (e->full) {
			e->len = before;
			return false;
		}
		add_count(e->out, section);
	}
	return true;
}

size_t draft_encode(const struct draft *d, const struct question *q, size_t limit, uint8_t *out)
{
	struct encoder e = {.out = out, .limit = limit, .plain = d->plain};
	size_t opt = d->edns ? 11 + d->options_len : 0, at;
	unsigned flags = 0x8000 | d->flags | (d->rcode & 15);

	round_now++;
	if (d->raw != NULL && d->raw_len <= limit) {
		put16(&e, q->id);
		put(&e, d->raw + 2, d->raw_len - 2);
		return e.len;
	}
	put16(&e, q->id);
	put16(&e, flags);
	put16(&e, 1);
	put(&e, "\0\0\0\0\0\0", 6);
	/* Known by what it is in lower case, written as it was asked. */
	for (at = 0; q->name.wire[at] != 0; at += q->name.wire[at] + 1u) {
		uint64_t hash = hash_of(q->name.wire + at, q->name.len - at);

		*find_slot(hash) = (struct slot){hash, round_now, (uint16_t)(HEADER + at)};
	}
	put(&e, q->asked, q->asked_len);
	e.limit -= opt;
	if (d->raw != NULL || !put_records(&e, d, DRAFT_ANSWER) ||
	    !put_records(&e, d, DRAFT_AUTHORITY))
		out[2] |= DRAFT_TC >> 8;
	else
		put_records(&e, d, DRAFT_ADDITIONAL);
	e.full = false;
	e.limit += opt;
	if (d->edns) {
		put_opt(&e, d, q);
		add_count(out, DRAFT_ADDITIONAL);
	}
	return e.len;
}
