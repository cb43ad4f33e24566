/* SPDX-License-Identifier: ISC */
/*
 * Finds the zone that a challenge name is in, and all servers of that zone, from the root hints. A
 * pure machine: it says which question it wants asked (next), is told what was heard, and has no
 * socket and no clock.
 */
#ifndef DG_DISCOVER_H
#define DG_DISCOVER_H

#include "dns/ask.h"
#include "dns/hints.h"
#include "outage.h"
#include "path.h"
#include "zone.h"

enum dg_search_state {
	DG_SEARCH_OPEN,
	DG_SEARCH_FOUND,        /* zone is the name's zone */
	DG_SEARCH_STUCK,        /* zone is as deep as it went: none of its servers is of use */
	DG_SEARCH_NOT_DELEGATED /* zone, the root or a top-level domain, denies `missing` */
};

/* What all searches of one record may ask. Start it from {0}. */
struct dg_allowance {
	unsigned questions;
	dg_ms since; /* the first; before: 0 */
};

/* A search for the servers of one name; owned by the machine. */
struct dg_search {
	struct dg_name name;
	struct dg_allowance *allowance; /* borrowed; NULL: its own limit is all */
	enum dg_search_state state;
	struct dg_zone *zone; /* NULL while searching */
	struct dg_name missing;
	unsigned questions;
	unsigned tasks;    /* under way for it */
	const char *limit; /* the limit that was reached, or NULL */
	bool at_rest;      /* its record lacks nowhere */
};

struct dg_discover;

/* Begins with the root servers of `hints`; `seed` for the order in which servers are asked. */
enum dg_status dg_discover_new(struct dg_discover **ret_discover, const struct dg_hints *hints,
			       const struct dg_reach *reach, bool mixed_case, uint32_t seed,
			       struct dg_error *err) DG_MUST_CHECK;
void dg_discover_free(struct dg_discover *d);

/* Silence counts by this from now on; borrowed. While nobody answers who is asked, the root servers
 * are asked, too, whether the way there is open. Without it a server is asked once for its NS set.
 */
void dg_discover_set_outage(struct dg_discover *d, const struct dg_outage *outage);

/* Starts a search. `allowance` (or NULL) is shared with other searches, and stays as long as any of
 * them. */
enum dg_status dg_discover_search(struct dg_discover *d, const struct dg_name *name,
				  struct dg_allowance *allowance, dg_ms now,
				  struct dg_search **ret_search,
				  struct dg_error *err) DG_MUST_CHECK;

/* Ends a search, if it is not over, and frees it. What it began and others need too goes on, for
 * them; the rest is not asked for any more. */
void dg_discover_forget(struct dg_discover *d, struct dg_search *search, dg_ms now);

/* The record of a search lacks somewhere, or not any more: then its zone's serials are of no
 * interest. */
void dg_discover_rest(struct dg_search *search, bool rest);

/* Grows whenever something was found, or given up, that a search may wait for. */
unsigned dg_discover_news(const struct dg_discover *d);

/* How many servers were found for a zone that a search had ended at. */
unsigned dg_discover_late(const struct dg_discover *d);

/* A server of the zone was asked about the record: the message, or NULL for none, may have its NS
 * set, which then need not be asked for. DG_ENOMEM. */
enum dg_status dg_discover_told(struct dg_discover *d, struct dg_zone *zone, size_t server,
				const struct dg_msg *msg, dg_ms now) DG_MUST_CHECK;

/* The id of one more question that nobody waits for since; 0: there is none. */
uint64_t dg_discover_dropped(struct dg_discover *d);

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

enum dg_status dg_discover_heard(struct dg_discover *d, const struct dg_heard *heard, dg_ms now,
				 struct dg_error *err) DG_MUST_CHECK;

/* What was seen of the way to the name servers. */
const struct dg_path *dg_discover_path(const struct dg_discover *d);

/* A server of any zone replied to a question of somebody else's; `well` when a CA's resolver could
 * use it. */
void dg_discover_replied(struct dg_discover *d, const struct dg_heard *heard, bool well, dg_ms now);

/* How many of its questions time alone has ended so far. */
unsigned dg_discover_given_up(const struct dg_discover *d);

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
