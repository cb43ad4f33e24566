/* SPDX-License-Identifier: ISC */
/* The ordinary part of the world that attacks: delegations, addresses, keys. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attack.h"
#include "sign.h"

#define ROOT 0x7f000101u /* 127.0.1.1 */
#define LAB 0x7f000102u
#define LEAF 0x7f000201u /* and 63 more */
#define VICTIM 0x7f000301u
#define SERVERS 16
#define EACH 4

void attack_hints(const char *path)
{
	FILE *fp = fopen(path, "w");

	if (fp == NULL || fputs(". 3600 NS a.root.\na.root. 3600 A 127.0.1.1\n", fp) < 0 ||
	    fclose(fp) != 0) {
		perror(path);
		exit(70);
	}
}

void attack_sign(const struct attack_state *state, struct draft *d, enum draft_section section,
		 const struct dg_name *owner, uint16_t type)
{
	struct dg_name zone = dg_name_ancestor(owner, 2);

	sign_set(d, section, owner, type, &zone, state->wall);
}

void attack_refer(struct draft *d, const struct dg_name *zone, const struct dg_name *host,
		  uint32_t address)
{
	d->flags &= ~(unsigned)DRAFT_AA;
	draft_add_name(d, DRAFT_AUTHORITY, zone, DG_TYPE_NS, host);
	if (address != 0)
		draft_add_address(d, DRAFT_ADDITIONAL, host, address);
}

static struct dg_name leaf_host(const struct dg_name *leaf, unsigned i)
{
	char label[16];

	snprintf(label, sizeof(label), "ns%u", i);
	return draft_name(label, leaf);
}

static void add_leaf_servers(const struct attack_state *state, struct draft *d,
			     enum draft_section section, const struct dg_name *leaf)
{
	unsigned i;

	for (i = 0; i * EACH < state->addresses; i++) {
		struct dg_name host = leaf_host(leaf, i);

		draft_add_name(d, section, leaf, DG_TYPE_NS, &host);
	}
	for (i = 0; i < state->addresses; i++) {
		struct dg_name host = leaf_host(leaf, i / EACH);

		draft_add_address(d, DRAFT_ADDITIONAL, &host, LEAF + i);
	}
}

static void add_key(struct draft *d, const struct dg_name *zone)
{
	uint8_t key[SIGN_DNSKEY];

	sign_dnskey(key);
	draft_add(d, DRAFT_ANSWER, zone, DG_TYPE_DNSKEY, key, sizeof(key));
}

/* A zone's own servers, serial, keys. */
static void answer_apex(const struct attack *attack, const struct attack_state *state,
			const struct question *q, struct draft *d, const struct dg_name *leaf)
{
	struct dg_name host = draft_name("ns", &q->name);

	if (q->type == DG_TYPE_SOA)
		draft_add_soa(d, DRAFT_ANSWER, &q->name, 1, 1);
	else if (q->type == DG_TYPE_NS && dg_name_equal(&q->name, leaf))
		add_leaf_servers(state, d, DRAFT_ANSWER, leaf);
	else if (q->type == DG_TYPE_NS)
		draft_add_name(d, DRAFT_ANSWER, &q->name, DG_TYPE_NS, &host);
	else if (q->type == DG_TYPE_DNSKEY && attack->is_signed)
		add_key(d, &q->name);
	if (attack->is_signed)
		sign_set(d, DRAFT_ANSWER, &q->name, q->type, &q->name, state->wall);
}

static void add_ds(const struct attack *attack, const struct attack_state *state, struct draft *d,
		   enum draft_section section, const struct dg_name *zone)
{
	struct dg_name parent = dg_name_parent(zone);
	uint8_t ds[SIGN_DS];

	if (!attack->is_signed)
		return;
	sign_ds(zone, ds);
	draft_add(d, section, zone, DG_TYPE_DS, ds, sizeof(ds));
	sign_set(d, section, zone, DG_TYPE_DS, &parent, state->wall);
}

static bool is_victim(const struct dg_name *zone)
{
	return dg_name_labels(zone) == 2 && memcmp(zone->wire, "\6victim", 7) == 0;
}

/* The root's server, or lab.'s. */
static void answer_above(const struct attack *attack, const struct attack_state *state,
			 const struct question *q, struct draft *d, const struct dg_name *leaf)
{
	unsigned labels = q->address == ROOT ? 0 : 1;
	struct dg_name zone = dg_name_ancestor(leaf, labels),
		       cut = dg_name_ancestor(&q->name, labels + 1), host;

	if (dg_name_equal(&q->name, &zone)) {
		answer_apex(attack, state, q, d, leaf);
	} else if (q->type == DG_TYPE_DS && dg_name_equal(&q->name, &cut)) {
		add_ds(attack, state, d, DRAFT_ANSWER, &cut);
	} else if (labels == 1 && !is_victim(&cut)) {
		d->flags &= ~(unsigned)DRAFT_AA;
		add_leaf_servers(state, d, DRAFT_AUTHORITY, leaf);
		add_ds(attack, state, d, DRAFT_AUTHORITY, leaf);
	} else if (dg_name_labels(&q->name) == labels + 1 && q->name.wire[1] == 'n') {
		draft_add_address(d, DRAFT_ANSWER, &q->name, labels == 0 ? ROOT : LAB);
	} else {
		host = draft_name("ns", &cut);
		attack_refer(d, &cut, &host, labels == 0 ? LAB : VICTIM);
		add_ds(attack, state, d, DRAFT_AUTHORITY, &cut);
	}
}

/* A server's name below the leaf: its addresses. */
static void answer_host(const struct attack_state *state, const struct question *q, struct draft *d,
			const struct dg_name *leaf)
{
	unsigned first = (unsigned)atoi((const char *)q->name.wire + 3) % SERVERS * EACH, i;

	for (i = first; q->type == DG_TYPE_A && i < first + EACH && i < state->addresses; i++)
		draft_add_address(d, DRAFT_ANSWER, &q->name, LEAF + i);
	if (d->count == 0)
		draft_add_soa(d, DRAFT_AUTHORITY, leaf, 1, 1);
}

static bool is_host(const struct dg_name *name)
{
	return dg_name_labels(name) == 3 && name->wire[1] == 'n' && name->wire[2] == 's';
}

void attack_answer(const struct attack *attack, struct attack_state *state,
		   const struct question *q, struct draft *d)
{
	struct dg_name leaf = dg_name_ancestor(&q->name, 2);

	if (q->address == ROOT || q->address == LAB) {
		answer_above(attack, state, q, d, &leaf);
	} else if (q->address == VICTIM) {
		state->victim++;
		d->rcode = DG_RCODE_NXDOMAIN;
		draft_add_soa(d, DRAFT_AUTHORITY, &leaf, 1, 1);
	} else if (is_host(&q->name)) {
		answer_host(state, q, d, &leaf);
	} else if (!attack->answer(state, q, d)) {
		if (dg_name_equal(&q->name, &leaf))
			answer_apex(attack, state, q, d, &leaf);
		else
			draft_add_soa(d, DRAFT_AUTHORITY, &leaf, 1, 1);
	}
}
