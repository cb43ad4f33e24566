/* SPDX-License-Identifier: ISC */
/* What the servers of a ground say: authoritative answers, referrals, and of one address a
 * resolver's. */
#include <string.h>

#include "ground.h"
#include "sign.h"

#define CHAIN 8

static uint64_t fact(const struct ground *g, const struct dg_name *name, unsigned salt)
{
	return dice_mix(dice_mix(g->seed, dg_name_hash(name)), (uint64_t)(salt + 100) << 32);
}

static bool serves(const struct ground *g, uint32_t address, const struct dg_name *zone)
{
	unsigned i, k;

	for (i = 0; i < ground_servers(g, zone); i++) {
		struct dg_name host = ground_server(g, zone, i);

		for (k = 0; k < ground_hosts(g, &host); k++)
			if (ground_host(g, &host, k) == address)
				return true;
	}
	return false;
}

/* ---- signatures ------------------------------------------------------------------------------ */

void ground_sign(const struct ground *g, struct draft *d, enum draft_section section,
		 const struct dg_name *owner, uint16_t type, const struct dg_name *zone)
{
	if (ground_zone_is_signed(g, zone))
		sign_set(d, section, owner, type, zone, g->wall);
}

/* That owner has NSEC, RRSIG and `type` and nothing else; with type 0, nothing else at all. */
static void deny(const struct ground *g, struct draft *d, const struct dg_name *owner,
		 uint16_t type, const struct dg_name *zone)
{
	uint8_t rdata[DG_NAME_MAX + 16] = {1, 0}, *bitmap;
	size_t len = 2;

	if (!ground_zone_is_signed(g, zone) || owner->len + 2u > DG_NAME_MAX)
		return;
	memcpy(rdata + len, owner->wire, owner->len);
	len += owner->len;
	bitmap = rdata + len + 2;
	rdata[len] = 0;
	rdata[len + 1] = 6;
	memset(bitmap, 0, 6);
	bitmap[DG_TYPE_RRSIG / 8] |= (uint8_t)(0x80 >> DG_TYPE_RRSIG % 8);
	bitmap[DG_TYPE_NSEC / 8] |= (uint8_t)(0x80 >> DG_TYPE_NSEC % 8);
	if (type != 0)
		bitmap[type / 8] |= (uint8_t)(0x80 >> type % 8);
	draft_add(d, DRAFT_AUTHORITY, owner, DG_TYPE_NSEC, rdata, len + 8);
	ground_sign(g, d, DRAFT_AUTHORITY, owner, DG_TYPE_NSEC, zone);
}

/* ---- referrals ------------------------------------------------------------------------------- */

static void add_servers(const struct ground *g, struct draft *d, enum draft_section section,
			const struct dg_name *zone)
{
	unsigned i, k;

	for (i = 0; i < ground_servers(g, zone); i++) {
		struct dg_name host = ground_server(g, zone, i);

		draft_add_name(d, section, zone, DG_TYPE_NS, &host);
	}
	for (i = 0; i < ground_servers(g, zone); i++) {
		struct dg_name host = ground_server(g, zone, i);

		for (k = 0; dg_name_under(&host, zone) && k < ground_hosts(g, &host); k++)
			draft_add_address(d, DRAFT_ADDITIONAL, &host, ground_host(g, &host, k));
	}
}

static void add_ds(const struct ground *g, struct draft *d, enum draft_section section,
		   const struct dg_name *cut, const struct dg_name *zone)
{
	uint8_t ds[SIGN_DS];

	if (!ground_zone_is_signed(g, cut)) {
		deny(g, d, cut, DG_TYPE_NS, zone);
		return;
	}
	sign_ds(cut, ds);
	draft_add(d, section, cut, DG_TYPE_DS, ds, sizeof(ds));
	ground_sign(g, d, section, cut, DG_TYPE_DS, zone);
}

static void refer(const struct ground *g, struct draft *d, const struct dg_name *cut,
		  const struct dg_name *zone)
{
	d->flags &= ~(unsigned)DRAFT_AA;
	add_servers(g, d, DRAFT_AUTHORITY, cut);
	add_ds(g, d, DRAFT_AUTHORITY, cut, zone);
}

/* ---- answers --------------------------------------------------------------------------------- */

static bool alias_of(const struct ground *g, const struct dg_name *name, struct dg_name *ret_target)
{
	static const char *const below[] = {"example", "acme", "a"};
	uint64_t f = fact(g, name, 0);
	struct dg_name zone;

	if ((name->wire[1] != '_' && name->wire[1] != 't') || f % 1000 >= g->aliases ||
	    dg_name_labels(name) < 2)
		return false;
	zone = dg_name_ancestor(&g->record[f / 1000 % g->records], 1);
	zone = draft_name(below[f / 3000 % 3], &zone);
	*ret_target = draft_name(f / 9000 % 2 ? "t1" : "t2", &zone);
	return true;
}

static void nothing(const struct ground *g, struct draft *d, const struct dg_name *name,
		    const struct dg_name *zone)
{
	draft_add_soa(d, DRAFT_AUTHORITY, zone, 7, 1);
	ground_sign(g, d, DRAFT_AUTHORITY, zone, DG_TYPE_SOA, zone);
	deny(g, d, name, 0, zone);
}

/* An address shows the values from its own moment on. */
static bool shows_by_now(const struct ground *g, const struct question *q)
{
	return q->at >= g->late * (double)(dice_mix(g->seed, q->address) % 100) / 100;
}

static void add_values(const struct ground *g, const struct question *q, struct draft *d,
		       const struct dg_name *name)
{
	size_t i;

	if (!shows_by_now(g, q))
		return;
	/* Of an alias' target it is not known who comes by it: all are there. */
	for (i = 0; i < g->records; i++)
		if (dg_name_equal(&g->record[i], name) || name->wire[1] == 't')
			draft_add_text(d, name, g->value[i]);
}

static void add_apex(const struct ground *g, uint16_t type, struct draft *d,
		     const struct dg_name *zone)
{
	uint8_t dnskey[SIGN_DNSKEY];

	if (type == DG_TYPE_SOA)
		draft_add_soa(d, DRAFT_ANSWER, zone, 7, 1);
	else if (type == DG_TYPE_NS)
		add_servers(g, d, DRAFT_ANSWER, zone);
	if (type != DG_TYPE_DNSKEY || !ground_zone_is_signed(g, zone))
		return;
	sign_dnskey(dnskey);
	draft_add(d, DRAFT_ANSWER, zone, DG_TYPE_DNSKEY, dnskey, sizeof(dnskey));
}

/* One name's answer; true when it is an alias, to *ret_target. */
static bool answer_one(const struct ground *g, const struct question *q, struct draft *d,
		       const struct dg_name *name, struct dg_name *ret_target)
{
	struct dg_name zone = ground_zone(g, name);
	size_t before = d->count, k;

	if (alias_of(g, name, ret_target)) {
		draft_add_name(d, DRAFT_ANSWER, name, DG_TYPE_CNAME, ret_target);
		ground_sign(g, d, DRAFT_ANSWER, name, DG_TYPE_CNAME, &zone);
		return true;
	}
	if (dg_name_equal(name, &zone))
		add_apex(g, q->type, d, &zone);
	else if (q->type == DG_TYPE_A && name->wire[1] == 'n')
		for (k = 0; k < ground_hosts(g, name); k++)
			draft_add_address(d, DRAFT_ANSWER, name, ground_host(g, name, (unsigned)k));
	else if (q->type == DG_TYPE_TXT)
		add_values(g, q, d, name);
	if (d->count == before)
		nothing(g, d, name, &zone);
	else
		ground_sign(g, d, DRAFT_ANSWER, name, q->type, &zone);
	return false;
}

static void resolve(const struct ground *g, const struct question *q, struct draft *d)
{
	struct dg_name name = q->name, target;
	int i;

	d->flags = (d->flags & ~(unsigned)DRAFT_AA) | DRAFT_RA;
	for (i = 0; i < CHAIN && answer_one(g, q, d, &name, &target); i++)
		name = target;
}

/* Of the zones above the name, the deepest that this address serves, and the cut below it, if there
 * is one. */
static bool find_zone(const struct ground *g, const struct question *q, struct dg_name *ret_zone,
		      struct dg_name *ret_cut)
{
	unsigned labels = dg_name_labels(&q->name), i;
	bool found = false, cut = false;

	for (i = 0; i <= labels; i++) {
		struct dg_name zone = dg_name_ancestor(&q->name, i);

		if (!ground_is_cut(g, &zone))
			continue;
		/* The DS is the parent's to answer (RFC 4035 section 3.1.4.1). */
		if (serves(g, q->address, &zone) &&
		    !(found && i == labels && q->type == DG_TYPE_DS)) {
			*ret_zone = zone;
			found = true;
			cut = false;
		} else if (found && !cut) {
			*ret_cut = zone;
			cut = true;
		}
	}
	if (!cut)
		ret_cut->len = 0;
	return found;
}

void ground_answer(const struct ground *g, const struct question *q, struct draft *d)
{
	struct dg_name zone, cut, target;

	if (q->address == GROUND_RESOLVER) {
		resolve(g, q, d);
	} else if (!find_zone(g, q, &zone, &cut)) {
		d->rcode = DG_RCODE_REFUSED;
		d->flags &= ~(unsigned)DRAFT_AA;
	} else if (cut.len == 0) {
		answer_one(g, q, d, &q->name, &target);
	} else if (q->type == DG_TYPE_DS && dg_name_equal(&cut, &q->name)) {
		if (!ground_zone_is_signed(g, &cut))
			draft_add_soa(d, DRAFT_AUTHORITY, &zone, 7, 1);
		ground_sign(g, d, DRAFT_AUTHORITY, &zone, DG_TYPE_SOA, &zone);
		add_ds(g, d, DRAFT_ANSWER, &cut, &zone);
	} else {
		refer(g, d, &cut, &zone);
	}
}
