/* SPDX-License-Identifier: ISC */
/*
 * Fetches what validation needs: DS and DNSKEY sets from the root down, from any server that gives
 * good ones, and of a challenge name's zone the DNSKEY and SOA sets of each server itself. A pure
 * machine, like discovery, whose zones it asks at.
 */
#ifndef DG_CHASE_H
#define DG_CHASE_H

#include "discover.h"
#include "dns/reply.h"
#include "base/room.h"
#include "dnssec/validate.h"

struct dg_chase_task;

#define DG_SIDES_MIXED 2

struct dg_chase {
	struct dg_trust trust;
	struct dg_discover *discover; /* borrowed */
	bool mixed_case;
	struct dg_chase_task *task;
	size_t ntasks;
	struct dg_room room; /* for what is kept of replies, here and by who judges by this chase */
	uint32_t random;
	size_t zones_seen;
	size_t own, most_own; /* servers' own sets */
	unsigned epoch;       /* grows whenever something more is known */
	/* The root's signatures, and those of others: all over (-1), all still to come (1), unknown
	 * or neither (0), of different kinds; and by how many seconds the root's. */
	int root_side, other_side;
	int64_t root_off;
};

void dg_chase_init(struct dg_chase *chase, struct dg_discover *discover, bool mixed_case,
		   uint32_t seed);
void dg_chase_free(struct dg_chase *chase);

/* Wants the chain of trust down to a zone, and each of its servers' own sets. DG_ENOMEM. */
enum dg_status dg_chase_zone(struct dg_chase *chase, struct dg_zone *zone, dg_ms now,
			     int64_t wall) DG_MUST_CHECK;

/* Forgets its servers' own sets: nobody searches for a name in that zone any more. */
void dg_chase_leave_zone(struct dg_chase *chase, struct dg_zone *zone);

/* Wants what a judgement needs. DG_ENOMEM. */
enum dg_status dg_chase_need(struct dg_chase *chase, const struct dg_judgement *j, dg_ms now,
			     int64_t wall) DG_MUST_CHECK;

/* Wants a server's own sets anew, unless they are newer than a second. True when they are asked
 * for: what they would tell is not known now. DG_ENOMEM. */
enum dg_status dg_chase_again(struct dg_chase *chase, struct dg_zone *zone, size_t server,
			      dg_ms now, bool *ret_asking) DG_MUST_CHECK;

/* As discovery's. Zones that discovery met on its way to a name are looked after at once.
 * DG_ENOMEM. */
enum dg_status dg_chase_next(struct dg_chase *chase, dg_ms now, int64_t wall,
			     struct dg_ask *ret_ask) DG_MUST_CHECK;
dg_ms dg_chase_due(const struct dg_chase *chase);
enum dg_status dg_chase_heard(struct dg_chase *chase, const struct dg_heard *heard, dg_ms now,
			      int64_t wall, struct dg_error *err) DG_MUST_CHECK;

/* True when the keys of some zone with a trust anchor are known, good or bad: all trust comes from
 * there. */
bool dg_chase_has_begun(const struct dg_chase *chase);

/* True when no key of a zone with a trust anchor fits that: the anchor is old, or somebody in
 * between answers for the root. */
bool dg_chase_lacks_anchor(const struct dg_chase *chase);

/* How many seconds this machine's clock seems to be ahead (negative: behind), because all
 * signatures of the root and of other zones have expired, or are not valid yet; 0: it is not. */
int64_t dg_chase_clock_error(const struct dg_chase *chase);

#endif
