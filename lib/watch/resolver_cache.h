/* SPDX-License-Identifier: ISC */
/* What a resolver's answers say about its cache, and when to ask it again. */
#ifndef DG_RESOLVER_CACHE_H
#define DG_RESOLVER_CACHE_H

#include "resolver_watch.h"

/* What one answer says of what is held. */
struct dg_held_for {
	bool good;     /* it is what is wanted */
	bool negative; /* a denial */
	bool outdated; /* a denial, and one of the zone's servers has a later version of the zone */
	int64_t ttl;   /* seconds; -1 not known */
};

/* Until when its cache holds what it has; whether that was another cache than before, or the same
 * denial said once more as if it were new. */
void dg_resolver_take_end(struct dg_resolver_poll *p, const struct dg_held_for *held, dg_ms now);

/* When to ask again, while it holds something else than what is wanted. */
dg_ms dg_resolver_after_the_end(const struct dg_resolver_poll *p, dg_ms now);

#endif
