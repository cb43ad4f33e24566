/* SPDX-License-Identifier: ISC */
/* Inside discovery: its tasks, shared by the half that asks (discover.c) and the half that learns
 * (discover_learn.c). */
#ifndef DG_DISCOVER_TASK_H
#define DG_DISCOVER_TASK_H

#include "base/timers.h"
#include "discover.h"
#include "host.h"
#include "inquiry.h"
#include "path.h"

/* For all searches together. */
#define MAX_TASKS 24576u

enum task_kind {
	TASK_UNUSED,
	TASK_RECORD,    /* to the zone of a wanted name */
	TASK_ADDRESS,   /* an address of a name server */
	TASK_NS,        /* the zone's own NS set, from one server */
	TASK_SOA,       /* its serial, from one server */
	TASK_DELEGATION /* what one server of the parent says of a zone */
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
	struct dg_search *search; /* whose questions these are; NULL: a look at a serial */
	struct dg_inquiry at;
	struct dg_host *host;    /* TASK_ADDRESS: whose */
	struct dg_zone *of_zone; /* TASK_DELEGATION: of which */
	size_t server;           /* of at.zone, the one to ask; not for TASK_RECORD, _ADDRESS */
	unsigned depth, referrals, aliases;
	bool blocked; /* the zone has no address yet */
	bool idle;    /* TASK_NS, _DELEGATION: nobody waits for it */
	bool missed;  /* some server gave no answer in this round */
	bool known;   /* TASK_ADDRESS: some server has told; what do the others? */
	dg_ms begun;
	unsigned unanswered; /* messages, in a row */
};

struct dg_discover {
	struct dg_reach reach;
	bool mixed_case;
	uint32_t random;
	struct dg_zones zones;
	struct dg_hosts hosts;
	struct dg_search **search;
	size_t nsearches;
	struct task *task;
	size_t ntasks, used;
	uint32_t *unused; /* places of tasks, the last that became free first */
	size_t nunused;
	struct dg_timers timers; /* by task: when to look at it */
	uint64_t *dropped;       /* questions of what was forgotten */
	size_t ndropped;
	const struct dg_outage *outage; /* NULL: not looked at */
	dg_ms probe_next;
	unsigned given_up; /* tasks that time alone ended */
	dg_ms slowest;     /* round trip of all answers */
	dg_ms serial_tick;
	struct dg_path path;
};

#define SERIAL_EVERY_MS 5000

/* A task for one more question, to be entered into a zone; NULL without memory, or when there are
 * too many. Tasks may move in memory. */
struct task *dg_task_new(struct dg_discover *d, enum task_kind kind, const struct dg_name *name,
			 uint16_t type, struct dg_search *search);

/* Looks for the addresses of a name server of the zone, for `by`; asks one server of it for its NS
 * set or serial. */
enum dg_status dg_task_look_up_ns(struct dg_discover *d, struct dg_zone *zone, size_t ns,
				  const struct task *by, dg_ms now);
enum dg_status dg_task_ask_server(struct dg_discover *d, struct dg_zone *zone, size_t server,
				  enum task_kind kind, struct dg_search *search, dg_ms now);

/* Nobody waits any more for what the server says. */
void dg_task_let_go(struct task *t);

/* Step 7: asks each server of the parent for the zone that has not been asked. Tasks may move in
 * memory. */
enum dg_status dg_delegation_ask(struct dg_discover *d, struct dg_zone *zone,
				 struct dg_search *search, dg_ms now);

/* A search's own question was answered by a server of the zone's parent: with a referral.
 * DG_ENOMEM.
 */
enum dg_status dg_delegation_referred(struct dg_zone *zone, const struct task *t, size_t server,
				      const struct dg_msg *msg);

/* The outcome of a question that a server of the parent was asked: a reply, or none; and its
 * silence for too long. DG_ENOMEM. */
enum dg_status dg_delegation_heard(struct dg_discover *d, struct task *t,
				   const struct dg_heard *heard, dg_ms now);
void dg_delegation_missed(struct dg_discover *d, struct task *t, const struct dg_heard *heard,
			  dg_ms now);
void dg_delegation_silent(const struct dg_discover *d, struct task *t);

/* When silence ends an address look-up, or a question that one server was asked; INT64_MAX for
 * other tasks. */
dg_ms dg_task_deadline(const struct dg_discover *d, const struct task *t, dg_ms now);

/* Ends a task, and wakes those that waited for its outcome; of a search: with that outcome; or
 * because nothing more can be learnt. */
void dg_task_end(struct dg_discover *d, struct task *t, dg_ms now);
void dg_task_end_search(struct dg_discover *d, struct task *t, enum dg_search_state state,
			struct dg_zone *zone);
void dg_task_give_up(struct dg_discover *d, struct task *t, dg_ms now);

/* Something changed for it: it is looked at next; and asks then. */
void dg_task_touch(struct dg_discover *d, const struct task *t);
void dg_task_wake(struct dg_discover *d, struct task *t, dg_ms now);

/* Goes on at another zone. Of one that is under way: dg_task_touch tells discovery. */
void dg_task_enter(struct task *t, struct dg_zone *zone, dg_ms now);

/* Steps 6 and 7 of the procedure: asks whatever of the zone has not been asked yet, if it was
 * found, or stands above one that was. Tasks may move in memory. */
enum dg_status dg_discover_count(struct dg_discover *d, struct dg_zone *zone, const struct task *by,
				 dg_ms now);

/* The zone was found: it is counted, and so are the zones above it that are no top-level domains.
 */
enum dg_status dg_discover_count_from(struct dg_discover *d, struct dg_zone *zone,
				      const struct task *by, dg_ms now);

/* Tasks that wait for an address look again. */
void dg_discover_wake(struct dg_discover *d, dg_ms now);

#endif
