/* SPDX-License-Identifier: ISC */
/*
 * Watches one record: asks every address of every link of its CNAME chain, each on its own
 * schedule, and decides whether the record is visible. A pure machine, like discovery.
 */
#ifndef DG_WATCH_H
#define DG_WATCH_H

#include "chase.h"
#include "discover.h"
#include "server_poll.h"

struct dg_policy {
	unsigned confirmations;
	dg_ms confirm_interval;
	enum dg_require require;
	unsigned require_count;
	bool mixed_case;
	enum dg_dnssec dnssec;
	uint16_t type; /* asked for; TXT but for a look */
	bool look;     /* to be judged once, whatever it says */
	bool once;     /* one outcome of each address has to do */
};

/* A name that is asked: the record's own, or one that a CNAME or DNAME led to. */
struct dg_link {
	struct dg_name name;
	char *text;
	struct dg_want *want;  /* the search for its zone; NULL: to be started */
	struct dg_want *chain; /* for the chain of trust, where the servers are given */
	struct dg_zone *zone;  /* whose servers are asked, NULL until known */
	struct dg_poll *poll;  /* one for each server of zone, in the zone's order */
	size_t npolls;
	bool live;      /* the chain leads here just now */
	dg_ms searched; /* when its search began */
};

struct dg_watch {
	struct dg_policy policy;
	struct dg_wanted wanted;
	struct dg_link link[DG_MAX_LINKS];
	size_t nlinks;
	dg_ms origin, started;
	dg_ms checked_from; /* a last look: answers before this do not count; -1 none */
	uint32_t random;
	uint32_t last_round;
	unsigned length;   /* CNAMEs in a row, at most */
	const char *limit; /* the limit that was reached, or NULL */
};

/* What an outcome meant beyond its row. */
struct dg_watch_news {
	bool known; /* a question that the watch waits for; else nothing below holds */
	size_t link, poll;
	bool changed;  /* the row says something else */
	bool referral; /* the zone `cut` below has the name; link must find its servers */
	struct dg_name cut;
};

/* For the record at name. */
enum dg_status dg_watch_new(struct dg_watch **ret_watch, const struct dg_name *name,
			    const struct dg_policy *policy, struct dg_error *err) DG_MUST_CHECK;
void dg_watch_free(struct dg_watch *w);

/* One more value wanted, copied. */
enum dg_status dg_watch_value(struct dg_watch *w, const char *value,
			      struct dg_error *err) DG_MUST_CHECK;

/* Starts the wait; `seed` is for jitter, and `origin` when the run began. */
void dg_watch_start(struct dg_watch *w, uint32_t seed, dg_ms origin, dg_ms now);

/* The zone of a link: its servers are asked from now on, those of an earlier one no more. */
void dg_watch_set_zone(struct dg_watch *w, size_t link, struct dg_zone *zone);

/* Takes in servers that its zones got since. */
enum dg_status dg_watch_sync(struct dg_watch *w, dg_ms now, struct dg_error *err) DG_MUST_CHECK;

/* The shortest span between two questions about one name to one address. */
#define DG_WATCH_SHORTEST_MS 100

/* The span between two confirmations: the policy's, but not below that. */
dg_ms dg_watch_confirm_interval(const struct dg_policy *policy);

/* Bits of an ask id that a watch uses; the gate's are above them. In the place of a link, numbers that
 * no link has stand for the resolvers, and for the questions of a survey. */
#define DG_WATCH_ID_BITS 17
#define DG_WATCH_RESOLVERS 31
#define DG_WATCH_SURVEY 30

/* The next id for a question to a poll of a link; *last_round counts them. And back. */
uint32_t dg_watch_id(uint32_t *last_round, uint32_t id_base, size_t link, size_t poll);
size_t dg_watch_id_link(uint32_t id);
size_t dg_watch_id_poll(uint32_t id);

/* The same for a survey's question `index`, of DG_MAX_PROBES. */
uint32_t dg_watch_survey_id(uint32_t id_base, size_t index);
size_t dg_watch_survey_index(uint32_t id);

/* The next question due; ret_ask->id is 0 when there is none, else id_base plus a number of
 * DG_WATCH_ID_BITS bits. */
void dg_watch_next(struct dg_watch *w, dg_ms now, uint32_t id_base, struct dg_ask *ret_ask);

/* When to look again: a question due, or a decision that time alone brings about. */
dg_ms dg_watch_due(const struct dg_watch *w, dg_ms now);

/* The time, and the chain of trust as of now; it is told what it takes to judge more. */
struct dg_present {
	dg_ms now;
	int64_t wall; /* seconds since 1970 */
	struct dg_chase *chase;
};

enum dg_status dg_watch_heard(struct dg_watch *w, const struct dg_heard *heard,
			      const struct dg_present *present, struct dg_watch_news *ret_news,
			      struct dg_error *err) DG_MUST_CHECK;

/* Marks who is left out and who counts, and judges: true when the record is visible now. */
bool dg_watch_visible(struct dg_watch *w, dg_ms now);

/* True when every address that there is gave an outcome, and no more are to be found. */
bool dg_watch_is_settled(const struct dg_watch *w);

/* True when as many addresses as are needed answer well and soundly, whatever values they have. */
bool dg_watch_is_sound(struct dg_watch *w, dg_ms now);

/* Wants one more good answer, from now on, of every address that counts, because the last is old.
 */
void dg_watch_look_again(struct dg_watch *w, dg_ms now);

/* The oldest of the last good answers that count; `now` when there is none. */
dg_ms dg_watch_oldest(const struct dg_watch *w, dg_ms now);

/* Judges a reply of a poll of a link, as dg_watch_heard and dg_watch_again need it; one that cannot be
 * judged yet is kept. DG_ENOMEM. */
enum dg_status dg_watch_validate(struct dg_watch *w, struct dg_link *l, size_t poll,
				 const struct dg_heard *heard, struct dg_reading *reading,
				 const struct dg_present *present) DG_MUST_CHECK;

/* Judges a kept reply again, when more is known than at its last judgement; call it until
 * ret_news->known is false. */
enum dg_status dg_watch_again(struct dg_watch *w, const struct dg_present *present,
			      struct dg_watch_news *ret_news, struct dg_error *err) DG_MUST_CHECK;

/* What DNSSEC makes of the record: the worst of the addresses that count, over all its links. */
enum dg_security dg_watch_security(const struct dg_watch *w);

/* The chain as most servers show it: indices of links, the record's own first; how many. Where it
 * leads back into itself, *ret_back_to is the link that it comes to again, else SIZE_MAX. */
size_t dg_watch_chain(const struct dg_watch *w, size_t chain[DG_MAX_LINKS], size_t *ret_back_to);

/* The link where a poll's alias leads, or SIZE_MAX. */
size_t dg_watch_target(const struct dg_watch *w, const struct dg_poll *poll);

#endif
