/* SPDX-License-Identifier: ISC */
/* Inside discovery: its tasks, shared by the half that asks (discover.c) and the half that learns
 * (discover_learn.c). */
#ifndef DG_DISCOVER_TASK_H
#define DG_DISCOVER_TASK_H

#include "discover.h"
#include "path.h"

#define ID_FLAG 0x80000000u
#define ID_SERVER_BITS 6
#define ID_STEP_BITS 8
/* The last place is no task's: its id is that of the question to nobody. */
#define MAX_TASKS ((1u << (31 - ID_SERVER_BITS - ID_STEP_BITS)) - 1)
#define ID_NOBODY UINT32_MAX

enum task_kind {
	TASK_UNUSED,
	TASK_RECORD,  /* to the zone of a wanted name */
	TASK_ADDRESS, /* an address of a name server */
	TASK_NS,      /* the zone's own NS set, from one server */
	TASK_SOA      /* its serial, from one server */
};

enum probe {
	PROBE_NONE,
	PROBE_BELOW, /* does the name just below the zone exist? */
	PROBE_ABOVE  /* which zone is the name above in? */
};

struct task {
	enum task_kind kind;
	enum probe probe;
	struct dg_name name; /* what is looked for */
	struct dg_name qname;
	uint16_t type;
	struct dg_want *want; /* whose questions these are */
	struct dg_zone *zone; /* whose servers are asked */
	struct dg_zone *for_zone;
	size_t for_ns;
	size_t server; /* TASK_NS, TASK_SOA: the one to ask */
	unsigned depth, referrals, aliases;
	uint64_t tried, waiting; /* servers of zone, by index */
	uint8_t step;
	bool blocked; /* the zone has no address yet */
	dg_ms next;
	dg_ms deadline;
};

struct dg_discover {
	struct dg_reach reach;
	bool mixed_case;
	uint32_t random;
	struct dg_zones zones;
	struct dg_want **want;
	size_t nwants;
	struct task *task;
	size_t ntasks;
	dg_ms serial_tick;
	struct dg_path path;
};

#define SERIAL_EVERY_MS 5000

/* Ends a task, and wakes those that waited for its outcome; of a search: with that outcome; or
 * because nothing more can be learnt. */
void dg_task_end(struct dg_discover *d, struct task *t, dg_ms now);
void dg_task_end_search(struct dg_discover *d, struct task *t, enum dg_want_state state,
			struct dg_zone *zone);
void dg_task_give_up(struct dg_discover *d, struct task *t, dg_ms now);

/* Goes on at another zone. */
void dg_task_enter(struct task *t, struct dg_zone *zone, dg_ms now);

/* Step 6 of the procedure: starts to count whatever of the zone has not been counted yet. Tasks may
 * move in memory. */
enum dg_status dg_discover_count(struct dg_discover *d, struct dg_zone *zone, const struct task *by,
				 dg_ms now);

/* Tasks that wait for an address of the zone look again. */
void dg_discover_wake(struct dg_discover *d, const struct dg_zone *zone, dg_ms now);

#endif
