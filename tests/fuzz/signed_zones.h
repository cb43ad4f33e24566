/* SPDX-License-Identifier: ISC */
/*
 * Small signed zones whose whole truth is known: example.lab. by NSEC, with a signed and an
 * unsigned delegation, three.lab. by NSEC3, opt.lab. by NSEC3 with opt-out; all three are trust
 * anchors. Messages that their servers would give, and what may be believed of others. The calls of
 * ldns that cost something are counted.
 */
#ifndef SIGNED_ZONES_H
#define SIGNED_ZONES_H

#include "signed_msg.h"
#include "dnssec/validate.h"

#define ZONES_NOW 1795276800
#define ZONES_RECORDS 64
#define ZONES_NAMES 25

struct zones_message {
	uint8_t *wire;
	size_t len;
	struct dg_msg msg;
	size_t record[ZONES_RECORDS]; /* where each begins; and the end */
	size_t nrecords;
};

extern struct zones_message *zones_messages;
extern size_t zones_count;

/* What is asked for, of all kinds. */
extern struct dg_name zones_names[ZONES_NAMES];

/* The chain of trust, complete. */
extern struct dg_trust zones_trust;

/* Below the unsigned delegation, and the zone with opt-out: only there may be insecure answers. */
extern struct dg_name zones_plain, zones_opt;

/* The signed delegation. */
extern struct dg_name zones_sub;

/* Makes the zones; once. */
void zones_start(void);
void zones_add_anchors(struct dg_trust *trust);

/* The set is one of the zones', or expanded from one. */
bool zones_signed(const struct dg_rrset *set);

/* There is such a set at that name, or an alias; or nobody can know. */
bool zones_have(const struct dg_name *name, uint16_t type);

/* Says what, and aborts, when it does not hold. */
void zones_must(bool holds, const char *what);

/* Signatures are right when they are ours: by octets, or in earnest, which must agree. */
extern bool zones_in_earnest;
extern unsigned zones_verifications, zones_hashes;

#endif
