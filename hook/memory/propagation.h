/* SPDX-License-Identifier: ISC */
/* What the waits of the past tell of each zone: pure, over what history_read gave. */
#ifndef PROPAGATION_H
#define PROPAGATION_H

#include "history.h"

/* Spans in order, and what they are like; -1: there are none. */
struct spread {
	dg_ms *span; /* owned, ascending */
	size_t count;
	dg_ms p50, p95, p99, most;
};

struct zone_server {
	const char *server, *address; /* the past's */
	struct spread visible;
	size_t waits, slowest; /* in which it was asked, and the last to show the record */
};

struct zone_finding {
	const char *id;
	size_t waits;
};

struct zone_past {
	const char *zone;              /* or the name, where the zone was never found */
	const struct past_wait *first; /* of `waits`, in the past */
	size_t waits, names, visible;
	size_t retries;       /* that began within an hour of a failure of the same name */
	int64_t last_success; /* milliseconds since 1970; -1: never */
	struct spread opened;
	long timeout; /* seconds that would have been enough, with room to spare; 0: not known */
	struct zone_server *server;
	size_t nservers;
	struct zone_finding *finding; /* of waits that did not open, the most frequent first */
	size_t nfindings;
};

struct propagation {
	struct zone_past *zone;
	size_t count;
};

/* free with propagation_free(), before the past. DG_ENOMEM. */
enum dg_status propagation_make(const struct past *past, struct propagation *ret,
				struct dg_error *err) DG_MUST_CHECK;
void propagation_free(struct propagation *p);

#endif
