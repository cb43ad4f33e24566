/* SPDX-License-Identifier: ISC */
/* Inside the gate: discovery and the watches of all records, driven over one dg_net. */
#ifndef DG_GATE_H
#define DG_GATE_H

#include "dns/ask.h"
#include "find/chase.h"
#include "check/check.h"
#include "drive.h"
#include "find/discover.h"
#include "places/round.h"
#include "watch/resolver_watch.h"
#include "base/timers.h"
#include "watch/watch.h"

struct dg_record {
	const struct dg_gate *gate;
	struct dg_watch *watch;
	struct dg_resolver_watch resolvers;
	struct dg_survey survey;
	struct dg_round *round; /* what other places see; NULL: none is to be asked */
	char *caa;              /* what CAA records say; NULL: not known */
	dg_ms next_survey;
	size_t open_searches; /* of the survey */
	int64_t published;    /* serial that the primary's zone had with it; -1: not known */
	dg_ms hold;           /* not to be let through before, from the start of the run, */
	unsigned identifiers; /* of enum dg_identifier; 0: not known */
	char **unless;        /* except while all servers show all of these values */
	size_t nunless;
	bool resolving;        /* its servers agreed, and the resolvers are asked */
	struct dg_zone *given; /* asked instead of what discovery finds, or NULL */
	struct dg_findings findings;
	enum dg_verdict verdict;
	dg_ms origin;      /* when the run began */
	dg_ms decided;     /* when, since then */
	dg_ms fatal_since; /* a fatal finding stands since then; -1: none does */
	dg_ms unfit;       /* since when this machine seems unable to judge it; -1: it does not */
	dg_ms next_check;
	size_t pending; /* questions about it on their way, without those of searches */
	struct dg_allowance allowance; /* of all searches for its owners */
	const char *limit;             /* that a search reached which is forgotten, or NULL */
	bool seeking;                  /* it is in the gate's list of those */
	bool looking;  /* visible before, and looked at once more before the gate opens */
	bool complete; /* all servers of all owners are known */
	char *trouble; /* what it waits for, beyond its servers' answers; NULL: nothing */
	struct dg_record *next_alike; /* whose name has the same bucket */
};

/* Names are found by their hash: there may be thousands. */
#define DG_NAME_BUCKETS 8192

struct dg_gate {
	struct dg_options options;
	struct dg_hints hints;
	struct dg_zones given_zones;
	struct dg_zone *given; /* of options.servers, in given_zones, or NULL */
	struct dg_resolvers resolvers;
	struct dg_vantages vantages;
	size_t fetching; /* of them, on their way */
	char *proxy;
	char *tls_ca;
	char *anchor_file; /* NULL: the root's anchors, which are for all names */
	char *account;     /* options.account points here */
	struct dg_discover *discover;
	struct dg_chase chase;
	struct dg_record **record;
	size_t count;
	struct dg_record *bucket[DG_NAME_BUCKETS];
	struct dg_timers timers; /* by record: when to look at it */
	uint32_t *waiting;       /* admitted records that may wait, in order; with room for all */
	size_t nwaiting;
	uint32_t *seeking; /* those that discovery may have something for; likewise */
	size_t nseeking;
	unsigned late;     /* servers found for zones in use, as far as they were looked at */
	size_t decided;    /* so many records, from the first on, are decided */
	size_t looking_at; /* the record that is being looked at; SIZE_MAX: none */
	struct dg_drive drive;
	dg_ms next_tick;
	int64_t started_wall; /* seconds since 1970 */
	unsigned given_up;    /* of discovery's tasks, as far as it was looked at */
	unsigned news;        /* of discovery, likewise */
	dg_ms round;          /* when the last look began, -1: not yet */
	size_t admitted;      /* records whose wait has begun */
	size_t judged; /* of them, those that have no kept reply to judge by what is known now */
	dg_ms admitted_at; /* when the last of them did */
	dg_ms admit_next;
	dg_ms next_survey; /* of any record */
	bool done;
};

/* The last of the record's chain of names. */
const struct dg_owner *dg_record_last_owner(const struct dg_record *r);

/* The index, as dg_record_row counts, of a poll of an owner, or of the resolvers; SIZE_MAX: it has
 * no row, because the chain does not lead over that owner now. */
size_t dg_row_index(const struct dg_record *r, size_t owner, size_t poll);

/* The time of day that signatures are judged at, in seconds since 1970. */
int64_t dg_gate_wall(struct dg_gate *g);

/* Tells the observer. */
void dg_gate_tell(struct dg_gate *g, enum dg_event_kind kind, const struct dg_record *r,
		  size_t row);
/* The record lacks somewhere, or not any more. */
void dg_gate_rest(struct dg_record *r, bool rest);
void dg_gate_decide(struct dg_gate *g, struct dg_record *r, enum dg_verdict verdict);

/* Addresses that one record may watch. */
size_t dg_gate_most_polls(const struct dg_gate *g);

/* True when one more question about a record may go on its way. */
bool dg_gate_may_ask(const struct dg_gate *g, const struct dg_record *r);

/* Takes back all questions to the servers of an owner. */
void dg_gate_take_back(struct dg_gate *g, struct dg_record *r, size_t owner);

/* Ends what was begun for owners that the chain has left: questions, searches. */
void dg_gate_leave_owners(struct dg_gate *g, struct dg_record *r);

/* True when one more search may begin for the record. */
bool dg_gate_may_search(const struct dg_record *r);

/* Begins a search, in the place of `*want` unless that is NULL. */
enum dg_status dg_gate_search(struct dg_gate *g, struct dg_record *r, const struct dg_name *name,
			      struct dg_search **search, struct dg_error *err) DG_MUST_CHECK;

/* True while the record's own servers are to be asked. */
bool dg_gate_asks_servers(const struct dg_record *r);

/* Takes in what discovery found since: zones, servers; wants the chains of trust. */
enum dg_status dg_gate_sync_servers(struct dg_gate *g, struct dg_record *r,
				    struct dg_error *err) DG_MUST_CHECK;

/* True when there is something to take in. */
bool dg_gate_has_news(const struct dg_record *r);

/* What has to be wrong for a moment before it is believed. */
#define DG_SURE_MS 1000

/* How long to wait for a route. */
dg_ms dg_gate_route_patience(const struct dg_gate *g);

/* Finds causes; `last`: there is no later. */
enum dg_status dg_gate_run_checks(struct dg_gate *g, struct dg_record *r, bool last,
				  struct dg_error *err) DG_MUST_CHECK;

/* Begins a diagnostic pass if it is time for one, and wants what checks want by now. */
enum dg_status dg_gate_survey(struct dg_gate *g, struct dg_record *r,
			      struct dg_error *err) DG_MUST_CHECK;

/* How long the CA may still remember what was there before; 0: it does not. */
dg_ms dg_gate_hold_left(const struct dg_gate *g, const struct dg_record *r);

/* What comes of a record that is not visible when the time is over. */
enum dg_verdict dg_gate_late_verdict(const struct dg_gate *g, const struct dg_record *r);

/* Decides the record if it can be decided now. */
enum dg_status dg_gate_decide_record(struct dg_gate *g, struct dg_record *r,
				     struct dg_error *err) DG_MUST_CHECK;

/* Takes in an outcome that concerns a record, or the chain of trust. */
enum dg_status dg_gate_record_heard(void *gate, const struct dg_heard *heard,
				    struct dg_error *err) DG_MUST_CHECK;
enum dg_status dg_gate_chase_heard(void *gate, const struct dg_heard *heard,
				   struct dg_error *err) DG_MUST_CHECK;

/* The machine of the places: its next fetch, when it has one, and what came of it. */
enum dg_status dg_gate_places_next(void *gate, struct dg_ask *ret_ask,
				   struct dg_error *err) DG_MUST_CHECK;
dg_ms dg_gate_places_due(void *gate);
enum dg_status dg_gate_places_heard(void *gate, const struct dg_heard *heard,
				    struct dg_error *err) DG_MUST_CHECK;

/* Takes what the options say of them: DG_EINVAL names the one at fault. And for a record. */
enum dg_status dg_gate_take_vantages(struct dg_gate *g, const struct dg_options *o,
				     struct dg_error *err) DG_MUST_CHECK;
enum dg_status dg_gate_new_round(struct dg_gate *g, struct dg_record *r,
				 struct dg_error *err) DG_MUST_CHECK;

/* Has the places asked about a record that its servers show, as far as they have to be. */
enum dg_status dg_gate_ask_places(struct dg_gate *g, struct dg_record *r,
				  struct dg_error *err) DG_MUST_CHECK;

/* What the record waits for, in words, which are copied; empty: nothing beyond its servers. */
enum dg_status dg_gate_set_trouble(struct dg_record *r, const char *words,
				   struct dg_error *err) DG_MUST_CHECK;

/* True when the places see the record as far as is required, or need not; and when each had its
 * say. */
bool dg_gate_places_show(const struct dg_record *r);
bool dg_gate_places_settled(const struct dg_record *r);

/* Judges a few of the replies that waited for the chain of trust, as far as more is known of it:
 * call it until g->judged is g->admitted. */
enum dg_status dg_gate_judge_kept(struct dg_gate *g, struct dg_error *err) DG_MUST_CHECK;

/* Notes that discovery may have something for the record, if so: after each look at it. */
void dg_gate_note_seeking(struct dg_gate *g, size_t i);

/* Decided records wait again: they are to be woken, too. */
void dg_gate_list_waiting(struct dg_gate *g);

/* Looks at the records that discovery found, or gave up, something for. */
void dg_gate_wake_for_news(struct dg_gate *g);

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
