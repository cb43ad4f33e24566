/* SPDX-License-Identifier: ISC */
#include "mad.h"

#include <stdio.h>
#include <string.h>

#include "mad_records.h"

struct mad {
	const struct ground *g;
	const struct question *q;
	struct draft *d;
	struct dice dice;
};

/* ---- names ----------------------------------------------------------------------------------- */

static struct dg_name any_ancestor(struct mad *m, const struct dg_name *name)
{
	return dg_name_ancestor(name, dice_below(&m->dice, dg_name_labels(name) + 1));
}

/* A name that nobody has heard before, somewhere in the known world. */
static struct dg_name new_name(struct mad *m)
{
	struct dg_name zone =
	    any_ancestor(m, &m->g->record[dice_below(&m->dice, (unsigned)m->g->records)]);
	char label[16];

	snprintf(label, sizeof(label), "x%08x", dice_below(&m->dice, 0xffffffff));
	return draft_name(label, &zone);
}

static struct dg_name deep_name(struct mad *m)
{
	struct dg_name name = any_ancestor(m, &m->q->name);
	unsigned labels = dice_below(&m->dice, 128);

	while (labels-- > 0)
		name = draft_name("d", &name);
	return name;
}

static struct dg_name any_name(struct mad *m)
{
	switch (dice_below(&m->dice, 8)) {
	case 0:
		return m->q->name;
	case 1:
		return any_ancestor(m, &m->q->name);
	case 2:
		return m->g->record[dice_below(&m->dice, (unsigned)m->g->records)];
	case 3:
		return draft_name("t1", &m->q->name);
	case 4:
		return deep_name(m);
	default:
		return new_name(m);
	}
}

/* Of this machine, always. */
static uint32_t any_address(struct mad *m)
{
	if (dice_chance(&m->dice, 150))
		return 0x7f000000u | dice_below(&m->dice, 0xffffff);
	return ground_any_address(m->g, dice_next(&m->dice));
}

/* ---- kinds of answers ------------------------------------------------------------------------ */

static void say_alias(struct mad *m)
{
	struct dg_name owner = m->q->name, target;
	unsigned chain = dice_chance(&m->dice, 200) ? dice_below(&m->dice, 20) : 0;

	do {
		target = any_name(m);
		draft_add_name(m->d, DRAFT_ANSWER, &owner, DG_TYPE_CNAME, &target);
		owner = target;
	} while (chain-- > 0);
}

static void say_dname(struct mad *m)
{
	struct dg_name owner = any_ancestor(m, &m->q->name), target = any_name(m), moved;

	draft_add_name(m->d, DRAFT_ANSWER, &owner, DG_TYPE_DNAME, &target);
	if (dice_chance(&m->dice, 700) && dg_name_substitute(&m->q->name, &owner, &target, &moved))
		draft_add_name(m->d, DRAFT_ANSWER, &m->q->name, DG_TYPE_CNAME, &moved);
}

static void say_value(struct mad *m)
{
	size_t i;

	for (i = 0; i < m->g->records; i++)
		draft_add_text(m->d, &m->q->name, m->g->value[i]);
}

static void say_other(struct mad *m)
{
	draft_add_text(m->d, &m->q->name, dice_chance(&m->dice, 500) ? "other" : "");
}

static void say_many(struct mad *m)
{
	unsigned count = dice_below(&m->dice, dice_chance(&m->dice, 200) ? 3000 : 40);
	char text[16];

	if (dice_chance(&m->dice, 300))
		say_value(m);
	while (count-- > 0) {
		snprintf(text, sizeof(text), "%u", dice_below(&m->dice, 100000));
		draft_add_text(m->d, &m->q->name, text);
	}
}

/* As long as a message may be. */
static void say_big(struct mad *m)
{
	unsigned records = 1 + dice_below(&m->dice, 20), each = 60000 / records, i;
	uint8_t rdata[60000 + 256];

	for (i = 0; i < each; i++)
		rdata[i] = i % 256 == 0 ? (uint8_t)(each - i > 256 ? 255 : each - i - 1) : 'a';
	while (records-- > 0) {
		rdata[1] = (uint8_t)('a' + records);
		draft_add(m->d, DRAFT_ANSWER, &m->q->name, DG_TYPE_TXT, rdata, each);
	}
	if (dice_chance(&m->dice, 300))
		say_value(m);
}

static void say_types(struct mad *m)
{
	unsigned count = 1 + dice_below(&m->dice, 20);

	while (count-- > 0) {
		struct dg_name owner = dice_chance(&m->dice, 700) ? m->q->name : any_name(m);

		mad_record(m->d, (enum draft_section)dice_below(&m->dice, 3), &owner, &m->dice);
	}
}

static void say_referral(struct mad *m)
{
	unsigned count = 1 + dice_below(&m->dice, dice_chance(&m->dice, 150) ? 60 : 4);
	unsigned glue = dice_below(&m->dice, 1001), sets;
	struct dg_name zone =
	    dice_chance(&m->dice, 700) ? any_ancestor(m, &m->q->name) : any_name(m);

	m->d->flags &= ~(unsigned)DRAFT_AA;
	while (count-- > 0) {
		struct dg_name host =
		    dice_chance(&m->dice, 300) ? draft_name("ns1", &zone) : any_name(m);

		draft_add_name(m->d, DRAFT_AUTHORITY, &zone, DG_TYPE_NS, &host);
		sets = dice_chance(&m->dice, glue) ? 1 + dice_below(&m->dice, 3) : 0;
		while (sets-- > 0)
			draft_add_address(m->d, DRAFT_ADDITIONAL, &host, any_address(m));
		if (dice_chance(&m->dice, 50))
			draft_add(m->d, DRAFT_ADDITIONAL, &host, DG_TYPE_AAAA,
				  "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16);
	}
}

/* Addresses and servers, as if they had been asked for. */
static void say_servers(struct mad *m)
{
	unsigned count = 1 + dice_below(&m->dice, dice_chance(&m->dice, 150) ? 80 : 4);

	while (count-- > 0) {
		struct dg_name host = any_name(m);

		if (m->q->type == DG_TYPE_A)
			draft_add_address(m->d, DRAFT_ANSWER, &m->q->name, any_address(m));
		else
			draft_add_name(m->d, DRAFT_ANSWER, &m->q->name, DG_TYPE_NS, &host);
	}
}

static void say_nothing(struct mad *m)
{
	struct dg_name zone =
	    dice_chance(&m->dice, 700) ? any_ancestor(m, &m->q->name) : any_name(m);

	if (dice_chance(&m->dice, 500))
		m->d->rcode = DG_RCODE_NXDOMAIN;
	if (dice_chance(&m->dice, 850))
		draft_add_soa(m->d, DRAFT_AUTHORITY, &zone, dice_below(&m->dice, 10),
			      dice_chance(&m->dice, 500) ? 1 : (uint32_t)dice_next(&m->dice));
}

static void say_rcode(struct mad *m)
{
	static const unsigned codes[] = {DG_RCODE_SERVFAIL,
					 DG_RCODE_REFUSED,
					 DG_RCODE_NOTIMP,
					 DG_RCODE_FORMERR,
					 DG_RCODE_NOTAUTH,
					 DG_RCODE_BADVERS,
					 23,
					 DG_RCODE_YXDOMAIN};

	m->d->rcode = codes[dice_below(&m->dice, 8)];
	if (dice_chance(&m->dice, 500))
		m->d->flags &= ~(unsigned)DRAFT_AA;
}

/* What is right, and with it DNSSEC records of all types. */
static void say_dnssec(struct mad *m)
{
	unsigned count = 1 + dice_below(&m->dice, dice_chance(&m->dice, 200) ? 200 : 10);

	ground_answer(m->g, m->q, m->d);
	while (count-- > 0) {
		struct dg_name owner =
		    dice_chance(&m->dice, 600) ? m->q->name : any_ancestor(m, &m->q->name);

		mad_dnssec(m->d, (enum draft_section)dice_below(&m->dice, 2), &owner, &m->dice);
	}
}

/* Each owner is the one before and a label: as many pointers as labels. */
static void say_nested(struct mad *m)
{
	struct dg_name owner = any_ancestor(m, &m->q->name);
	unsigned count = dice_below(&m->dice, 3000);

	if (dice_chance(&m->dice, 500))
		ground_answer(m->g, m->q, m->d);
	while (count-- > 0) {
		owner = draft_name("n", &owner);
		mad_record(m->d, DRAFT_ADDITIONAL, &owner, &m->dice);
	}
}

static void say_flags(struct mad *m)
{
	ground_answer(m->g, m->q, m->d);
	m->d->flags ^= dice_below(&m->dice, 0x10000) & (DRAFT_AA | DRAFT_RA | DRAFT_RD | DRAFT_AD);
}

static void say_edns(struct mad *m)
{
	struct draft *d = m->d;
	unsigned options = dice_below(&m->dice, 8), i;
	static const uint16_t codes[] = {3, 8, 10, 12, 15, 15, 65001};

	ground_answer(m->g, m->q, d);
	d->edns = dice_chance(&m->dice, 700);
	d->edns_version = dice_chance(&m->dice, 200) ? dice_below(&m->dice, 3) : 0;
	d->edns_size = dice_below(&m->dice, 65536);
	while (options-- > 0) {
		unsigned code = codes[dice_below(&m->dice, 7)], len = dice_below(&m->dice, 40);
		uint8_t *at = d->options + d->options_len;

		at[0] = (uint8_t)(code >> 8);
		at[1] = (uint8_t)code;
		at[2] = 0;
		at[3] = (uint8_t)len;
		for (i = 0; i < len; i++)
			at[4 + i] = (uint8_t)dice_next(&m->dice);
		d->options_len += 4 + len;
	}
}

/* Data now, an alias then. */
static void say_flips(struct mad *m)
{
	if (dice_chance(&m->dice, 500))
		say_alias(m);
	else if (dice_chance(&m->dice, 800))
		say_value(m);
	else
		say_nothing(m);
}

static void say_both(struct mad *m)
{
	say_value(m);
	say_alias(m);
}

static void say_empty(struct mad *m)
{
	if (dice_chance(&m->dice, 500))
		m->d->flags &= ~(unsigned)DRAFT_AA;
}

static void (*const kinds[MAD_KINDS])(struct mad *) = {
    say_alias,  say_dname,    say_value,   say_other,   say_many,  say_big,
    say_types,  say_referral, say_servers, say_nothing, say_rcode, say_empty,
    say_dnssec, say_nested,   say_flags,   say_edns,    say_flips, say_both};

/* ---- an answer ------------------------------------------------------------------------------- */

void temper_make(struct temper *t, uint64_t seed)
{
	static const unsigned shares[] = {10, 30, 100, 300, 700, 1000};
	struct dice dice = {dice_mix(seed, 2)};
	unsigned *const odds[] = {&t->silent, &t->slow, &t->doubled,  &t->stray,
				  &t->reset,  &t->cut,  &t->truncated};
	size_t i;

	memset(t, 0, sizeof(*t));
	t->mad = shares[dice_below(&dice, 6)];
	t->leaf = dice_chance(&dice, 400);
	for (i = 0; i < MAD_KINDS; i++)
		t->weight[i] = dice_chance(&dice, 400) ? 0 : 1 + dice_below(&dice, 10);
	t->weight[dice_below(&dice, MAD_KINDS)] += 20;
	for (i = 0; i < sizeof(odds) / sizeof(odds[0]); i++)
		*odds[i] = dice_chance(&dice, 600) ? 0 : dice_below(&dice, 200);
	t->plain = dice_below(&dice, 500);
	t->slowest = dice_chance(&dice, 500) ? 0.3 : 4;
}

static unsigned pick_kind(const struct temper *t, struct dice *dice)
{
	unsigned sum = 0, k;

	for (k = 0; k < MAD_KINDS; k++)
		sum += t->weight[k];
	sum = dice_below(dice, sum);
	for (k = 0; sum >= t->weight[k]; k++)
		sum -= t->weight[k];
	return k;
}

/* Believed, too, now and then: but nothing that denies a DS, so that the ground's security stands.
 */
static void sign_some(struct mad *m)
{
	static const uint16_t types[] = {DG_TYPE_TXT, DG_TYPE_CNAME, DG_TYPE_DNAME, DG_TYPE_A,
					 DG_TYPE_NS};
	struct dg_name zone = ground_zone(m->g, &m->q->name);
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		ground_sign(m->g, m->d, DRAFT_ANSWER, &m->q->name, types[i], &zone);
}

static void deliver(const struct temper *t, struct dice *dice, struct delivery *ret)
{
	ret->silent = dice_chance(dice, t->silent);
	ret->reset = dice_chance(dice, t->reset);
	ret->cut = dice_chance(dice, t->cut);
	ret->truncated = dice_chance(dice, t->truncated);
	ret->stray = dice_chance(dice, t->stray);
	ret->copies = dice_chance(dice, t->doubled) ? 2 + dice_below(dice, 3) : 1;
	ret->delay = dice_chance(dice, t->slow) ? t->slowest * dice_below(dice, 1000) / 1000 : 0;
}

void mad_answer(const struct ground *g, const struct temper *t, const struct question *q,
		unsigned nth, struct draft *d, struct delivery *ret_delivery)
{
	uint64_t which = dice_mix(dg_name_hash(&q->name), (uint64_t)q->type << 32 | q->address);
	struct mad m = {g, q, d, {dice_mix(dice_mix(g->seed, which), nth)}};
	unsigned rounds = 1;

	deliver(t, &m.dice, ret_delivery);
	if (!dice_chance(&m.dice, t->mad) || (t->leaf && q->type != DG_TYPE_TXT)) {
		ground_answer(g, q, d);
		return;
	}
	while (dice_chance(&m.dice, 150) && rounds < 4)
		rounds++;
	while (rounds-- > 0)
		kinds[pick_kind(t, &m.dice)](&m);
	if (dice_chance(&m.dice, 500))
		sign_some(&m);
	d->plain = dice_chance(&m.dice, t->plain);
}
