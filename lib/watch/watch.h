/* SPDX-License-Identifier: ISC */
/*
 * Watches one record: asks every address of every owner of its CNAME chain, each on its own
 * schedule, and decides whether the record is visible. A pure machine, like discovery.
 */
#ifndef DG_WATCH_H
#define DG_WATCH_H

#include "find/chase.h"
#include "expectation.h"
#include "find/discover.h"
#include "find/outage.h"
#include "server_poll.h"

struct dg_policy {
	unsigned confirmations;
	dg_ms confirm_interval;
	enum dg_require require;
	unsigned require_count;
	bool mixed_case;
	enum dg_dnssec dnssec;
	uint16_t type; /* asked for; TXT, unless it is a look */
	bool look;     /* to be judged once, whatever it says */
	bool once;     /* one outcome of each address has to do */
};

/* A name that is asked: the record's own, or one that a CNAME or DNAME led to. */
struct dg_owner {
	struct dg_name name;
	char *text;
	struct dg_search *search; /* the search for its zone; NULL: to be started */
	struct dg_search *chain;  /* for the chain of trust, where the servers are given */
	struct dg_zone *zone;     /* whose servers are asked, NULL until known */
	struct dg_poll *poll;     /* one for each server of zone, in the zone's order */
	size_t npolls;
	bool live;      /* the chain leads here just now; else it has no zone and no polls */
	bool enough;    /* those that are not left out are enough to go by */
	dg_ms searched; /* when its last search began */
	dg_ms began;    /* when its first did; 0: none has */
	bool outdated;  /* what its search found is not all: it is to be searched anew */
};

struct dg_watch {
	struct dg_policy policy;
	struct dg_expected expected;
	struct dg_expectation *expectation;
	size_t nexpectations;
	struct dg_owner *owner; /* may move when one more comes: most records have no alias */
	size_t nowners, room;
	const struct dg_outage *outage; /* of our own way; borrowed; NULL: not looked at */
	dg_ms origin, started;
	bool visible;         /* the record was, at the last update */
	dg_ms rechecked_from; /* a last look: answers before this do not count; -1 none */
	bool crowded;     /* the path carries no more: nobody is asked more often than it takes */
	bool more_come;   /* other records have not been begun yet */
	dg_ms near_since; /* since when no address lacks more than one good answer; 0: some do */
	uint32_t random;
	uint32_t last_round;
	unsigned length;   /* CNAMEs in a row, at most */
	unsigned named;    /* names watched so far, the record's own among them */
	size_t most_polls; /* addresses of all owners that may be watched */
	const char *limit; /* the limit that was reached, or NULL */
};

/* What an outcome meant beyond its row. */
struct dg_watch_news {
	bool known; /* a question that the watch waits for; else nothing below holds */
	size_t owner, poll;
	bool changed;  /* the row says something else */
	bool referral; /* the zone `cut` below has the name; owner must find its servers */
	struct dg_name cut;
};

/* For the record at name. */
enum dg_status dg_watch_new(struct dg_watch **ret_watch, const struct dg_name *name,
			    const struct dg_policy *policy, struct dg_error *err) DG_MUST_CHECK;
void dg_watch_free(struct dg_watch *w);

/* One more expected value, copied. */
enum dg_status dg_watch_value(struct dg_watch *w, const char *value,
			      struct dg_error *err) DG_MUST_CHECK;

/* DG_ENOMEM. */
enum dg_status dg_watch_expect(struct dg_watch *w, const struct dg_expectation *expectation,
			       struct dg_error *err) DG_MUST_CHECK;

/* Starts the wait; `seed` is for jitter, and `origin` when the run began. */
void dg_watch_start(struct dg_watch *w, uint32_t seed, dg_ms origin, dg_ms now);

/* The zone of an owner: its servers are asked from now on, those of an earlier one no more. */
void dg_watch_set_zone(struct dg_watch *w, size_t owner, struct dg_zone *zone);

/* One more question to the servers of an owner that is on its way, which the watch does not wait
 * for from now on; 0: there is none. */
uint64_t dg_watch_take_back(struct dg_watch *w, size_t owner);

/* Forgets what is known of an owner that the chain has left: it has no zone, no addresses, no
 * search. The searches are the caller's to forget, and its questions to take back, before. */
void dg_watch_leave(struct dg_watch *w, size_t owner);

/* Takes in servers that its zones got since. */
enum dg_status dg_watch_sync(struct dg_watch *w, dg_ms now, struct dg_error *err) DG_MUST_CHECK;

/* The shortest span between two questions about one name to one address. */
#define DG_WATCH_SHORTEST_MS 100

/* The span between two confirmations: the policy's, but not below that. */
dg_ms dg_watch_confirm_interval(const struct dg_policy *policy);

/* In the place of an owner: the resolvers. */
#define DG_WATCH_RESOLVERS SIZE_MAX

/* The next question due; ret_ask->id is 0 when there is none, else one of the record's. */
void dg_watch_next(struct dg_watch *w, dg_ms now, uint32_t record, struct dg_ask *ret_ask);

/* When to look again: a question due, or a decision that time alone brings about. */
dg_ms dg_watch_due(const struct dg_watch *w, dg_ms now);

/* The time, and the chain of trust as of now; it is told what it takes to judge more. */
struct dg_now {
	dg_ms now;
	int64_t wall; /* seconds since 1970 */
	struct dg_chase *chase;
};

enum dg_status dg_watch_heard(struct dg_watch *w, const struct dg_heard *heard,
			      const struct dg_now *present, struct dg_watch_news *ret_news,
			      struct dg_error *err) DG_MUST_CHECK;

/* Marks who is left out and who counts, and judges whether the record is visible now. */
void dg_watch_update(struct dg_watch *w, dg_ms now);

/* The servers of an owner's zone that are not left out, a bit each, by their index there. */
uint64_t dg_owner_useful(const struct dg_owner *l);

/* When an address that gives nothing usable will be left out; INT64_MAX: not while no other answers
 * either. */
dg_ms dg_watch_patience(const struct dg_watch *w, const struct dg_poll *poll, dg_ms now);

/* True when every address that there is gave an outcome, and no more are to be found. */
bool dg_watch_is_settled(const struct dg_watch *w);

/* True when some address that counts has said that it lacks the record, or shows it no more. */
bool dg_watch_is_lacking(const struct dg_watch *w);

/* True when as many addresses as are needed answer well and soundly, whatever values they have, as
 * of the last update of a watch without values. */
bool dg_watch_is_sound(const struct dg_watch *w);

/* Wants one more good answer, from now on, of every address that counts, because the last is old.
 */
void dg_watch_recheck(struct dg_watch *w, dg_ms now);

/* The oldest of the last good answers that count; `now` when there is none. */
dg_ms dg_watch_oldest(const struct dg_watch *w, dg_ms now);

/* Judges a reply of a poll of an owner, as dg_watch_heard and dg_watch_again need it; one that
 * cannot be judged yet is kept. DG_ENOMEM. */
enum dg_status dg_watch_validate(struct dg_watch *w, struct dg_owner *l, size_t poll,
				 const struct dg_heard *heard, struct dg_reading *reading,
				 const struct dg_now *present) DG_MUST_CHECK;

/* Judges a kept reply again, when more is known than at its last judgement; call it until
 * ret_news->known is false. */
enum dg_status dg_watch_again(struct dg_watch *w, const struct dg_now *present,
			      struct dg_watch_news *ret_news, struct dg_error *err) DG_MUST_CHECK;

/* DNSSEC's verdict on the record: the worst of the addresses that count, over all its owners. */
enum dg_security dg_watch_security(const struct dg_watch *w);

/* The chain as most servers show it: indices of owners, the record's own first; how many. Where it
 * leads back into itself, *ret_back_to is the owner that it comes to again, else SIZE_MAX. */
size_t dg_watch_chain(const struct dg_watch *w, size_t chain[DG_MAX_OWNERS], size_t *ret_back_to);

/* Marks the owners that the chain leads over now as live, and measures it. */
void dg_watch_trace(struct dg_watch *w);

/* The owner where a poll's alias leads, or SIZE_MAX. */
size_t dg_watch_target(const struct dg_watch *w, const struct dg_poll *poll);

#endif
