/* SPDX-License-Identifier: ISC */
/* Inside the gate: discovery and the watches of all records, driven over one dg_net. */
#ifndef DG_GATE_H
#define DG_GATE_H

#include "ask.h"
#include "chase.h"
#include "check.h"
#include "discover.h"
#include "resolver_watch.h"
#include "timers.h"
#include "watch.h"

struct dg_record {
	const struct dg_gate *gate;
	struct dg_watch *watch;
	struct dg_resolver_watch resolvers;
	struct dg_survey survey;
	char caa[DG_CASE_CAA_TEXT]; /* what CAA records say; empty: not known */
	dg_ms next_survey;
	int64_t published;     /* serial that the primary's zone had with it; -1: not known */
	dg_ms hold;            /* not to be let through before, from the start of the run */
	bool resolving;        /* its servers agreed, and the resolvers are asked */
	struct dg_zone *given; /* asked instead of what discovery finds, or NULL */
	struct dg_findings findings;
	enum dg_verdict verdict;
	dg_ms origin;      /* when the run began */
	dg_ms decided;     /* when, since then */
	dg_ms fatal_since; /* a fatal finding stands since then; -1: none does */
	dg_ms next_check;
	bool looking;  /* visible before, and looked at once more before the gate opens */
	bool complete; /* all servers of all links are known */
	char trouble[DG_NAME_TEXT + 128];
};

struct dg_gate {
	struct dg_options options;
	struct dg_hints hints;
	struct dg_zones given_zones;
	struct dg_zone *given; /* of options.servers, in given_zones, or NULL */
	struct dg_resolvers resolvers;
	char *tls_ca;
	char *account; /* options.account points here */
	struct dg_discover *discover;
	struct dg_chase chase;
	struct dg_record **record;
	size_t count;
	struct dg_timers timers; /* by record: when to look at it */
	struct dg_net net;
	dg_ms started, now, deadline, next_tick;
	int64_t started_wall; /* seconds since 1970 */
	dg_ms unfit;          /* since when clock or trust anchors seem wrong; -1: they do not */
	bool heard_any;       /* some server, any, answered something */
	dg_ms round;          /* when the last look began, -1: not yet */
	size_t admitted;      /* records whose wait has begun */
	dg_ms admit_next;
	dg_ms delay,
	    delay_seen;    /* how long the rates held back the last question heard of, and when */
	dg_ms next_survey; /* of any record */
	bool done;
};

/* The last of the record's chain of names. */
const struct dg_link *dg_record_last_link(const struct dg_record *r);

/* The index, as dg_record_row counts, of a poll of a link, or of the resolvers. */
size_t dg_row_index(const struct dg_record *r, size_t link, size_t poll);

/* The time of day that signatures are judged at, in seconds since 1970. */
int64_t dg_gate_wall(struct dg_gate *g);

/* Tells the observer. */
void dg_gate_tell(struct dg_gate *g, enum dg_event_kind kind, const struct dg_record *r,
		  size_t row);
void dg_gate_decide(struct dg_gate *g, struct dg_record *r, enum dg_verdict verdict);

/* True while the record's own servers are to be asked. */
bool dg_gate_asks_servers(const struct dg_record *r);

/* Takes in what discovery found since: zones, servers; wants the chains of trust. */
enum dg_status dg_gate_sync_servers(struct dg_gate *g, struct dg_record *r,
				    struct dg_error *err) DG_MUST_CHECK;

/* True when there is something to take in. */
bool dg_gate_has_news(const struct dg_record *r);

/* Finds causes; `last`: there is no later. */
enum dg_status dg_gate_run_checks(struct dg_gate *g, struct dg_record *r, bool last,
				  struct dg_error *err) DG_MUST_CHECK;

/* Begins a diagnostic pass if it is time for one, and wants what checks want by now. */
enum dg_status dg_gate_survey(struct dg_gate *g, struct dg_record *r,
			      struct dg_error *err) DG_MUST_CHECK;

/* Decides the record if it can be decided now. */
enum dg_status dg_gate_judge_record(struct dg_gate *g, struct dg_record *r,
				    struct dg_error *err) DG_MUST_CHECK;

/* DG_EINVAL names the option that is none. */
enum dg_status dg_gate_check_options(const struct dg_options *o,
				     struct dg_error *err) DG_MUST_CHECK;

/* The servers that the options name stand for a zone without a name, in `zones`. */
enum dg_status dg_gate_take_servers(const struct dg_options *o, struct dg_zones *zones,
				    struct dg_zone **ret_zone, struct dg_error *err) DG_MUST_CHECK;

/* dg_gate_run over this world; it is used until the return. */
enum dg_status dg_gate_run_over(struct dg_gate *gate, const struct dg_net *net,
				struct dg_error *err) DG_MUST_CHECK;

#endif
