/* SPDX-License-Identifier: ISC */
/*
 * Finds the zone that a challenge name is in, and all servers of that zone, from the root hints. A
 * pure machine: it says which question it wants asked (next), is told what was heard, and has no
 * socket and no clock.
 */
#ifndef DG_DISCOVER_H
#define DG_DISCOVER_H

#include "ask.h"
#include "hints.h"
#include "path.h"
#include "zone.h"

enum dg_want_state {
	DG_WANT_SEARCHING,
	DG_WANT_FOUND,        /* zone is the name's zone */
	DG_WANT_STUCK,        /* zone is as deep as it went: none of its servers is of use */
	DG_WANT_NOT_DELEGATED /* zone, the root or a top-level domain, denies `missing` */
};

/* A search for the servers of one name; owned by the machine. */
struct dg_want {
	struct dg_name name;
	enum dg_want_state state;
	struct dg_zone *zone; /* NULL while searching */
	struct dg_name missing;
	unsigned questions;
	const char *limit; /* the limit that was reached, or NULL */
};

struct dg_discover;

/* Begins with the root servers of `hints`; `seed` for the order in which servers are asked. */
enum dg_status dg_discover_new(struct dg_discover **ret_discover, const struct dg_hints *hints,
			       const struct dg_reach *reach, bool mixed_case, uint32_t seed,
			       struct dg_error *err) DG_MUST_CHECK;
void dg_discover_free(struct dg_discover *d);

/* Starts a search. */
enum dg_status dg_discover_want(struct dg_discover *d, const struct dg_name *name, dg_ms now,
				struct dg_want **ret_want, struct dg_error *err) DG_MUST_CHECK;

/* A server of `zone` referred to the zone `cut` below it: what the watch met. */
enum dg_status dg_discover_referral(struct dg_discover *d, struct dg_zone *zone,
				    const struct dg_name *cut, const struct dg_msg *msg,
				    struct dg_error *err) DG_MUST_CHECK;

/* Asks a server of the zone for its serial now: it just changed its mind. */
enum dg_status dg_discover_serial(struct dg_discover *d, struct dg_zone *zone, size_t server,
				  dg_ms now, struct dg_error *err) DG_MUST_CHECK;

/* The next question to send now; ret_ask->id is 0 when there is none. */
enum dg_status dg_discover_next(struct dg_discover *d, dg_ms now, struct dg_ask *ret_ask,
				struct dg_error *err) DG_MUST_CHECK;

/* When to call dg_discover_next again if nothing is heard before. */
dg_ms dg_discover_due(const struct dg_discover *d, dg_ms now);

/* True for the ids of this machine's questions: those with the top bit set. */
bool dg_discover_owns(uint32_t ask_id);

enum dg_status dg_discover_heard(struct dg_discover *d, const struct dg_heard *heard, dg_ms now,
				 struct dg_error *err) DG_MUST_CHECK;

/* What was seen of the way to the root servers. */
const struct dg_path *dg_discover_path(const struct dg_discover *d);

/* True when all servers of the zone are known, as far as they can be. */
bool dg_discover_complete(const struct dg_zone *zone);

/* The zones met so far, in the order they were, from 0; NULL beyond the last. */
struct dg_zone *dg_discover_zone(const struct dg_discover *d, size_t i);

/* True when some name that is searched for is in the zone. */
bool dg_discover_leads(const struct dg_discover *d, const struct dg_zone *zone);

/* The deepest zone known that name is in. */
struct dg_zone *dg_discover_enclosing(const struct dg_discover *d, const struct dg_name *name);

/* The root zone, for its servers' sake. */
struct dg_zone *dg_discover_root(const struct dg_discover *d);

#endif
