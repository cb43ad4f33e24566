/* SPDX-License-Identifier: ISC */
/* One address's answers about one name, and their judgement: plain data, and the pure function that
 * takes in the next answer. */
#ifndef DG_SERVER_POLL_H
#define DG_SERVER_POLL_H

#include "dns/reply.h"
#include "observation.h"
#include "poll_events.h"

/* The outcome of all its questions so far; times are -1 for never. */
struct dg_history {
	unsigned queries;
	unsigned confirmations; /* consecutive good answers */
	unsigned needed;
	unsigned relapses;
	unsigned again;      /* attempts that were not a question's first */
	unsigned unanswered; /* questions in a row, by messages */
	unsigned judged;     /* answers in a row judged like the last */
	dg_ms judged_since;  /* the first of them */
	bool showing;        /* the last usable answer was good */
	bool lacks;          /* it lacked the record, or that did not hold */
	char last_word[48];  /* with `lacks`: what it said */
	dg_ms useful;        /* when the last answer that a resolver can use came */
	dg_ms first_present;
	dg_ms last_present;
	dg_ms last_answer; /* the last outcome of any kind */
	dg_ms changed;     /* when it last said something new */
};

/* When it is asked: the watch's to decide. */
struct dg_schedule {
	uint64_t ask; /* id in flight, 0 none */
	dg_ms due;
	dg_ms asked;       /* when the last question went out */
	dg_ms first_asked; /* -1 never */
	bool left_out;
};

struct dg_poll {
	struct dg_addr addr;
	size_t server; /* index in the zone */
	struct dg_observation said;
	struct dg_history history;
	struct dg_schedule schedule;
	struct dg_events events;
	struct dg_reply reply; /* one that could not be judged yet */
};

void dg_poll_init(struct dg_poll *poll, const struct dg_addr *addr, size_t server, unsigned needed,
		  dg_ms now);
/* A question leaves `now`. */
void dg_poll_asked(struct dg_poll *poll, dg_ms now);
void dg_poll_free(struct dg_poll *poll);

/* True when a resolver could use the last answer. */
bool dg_poll_usable(const struct dg_poll *poll);

/* True when an answer in a look was judged, or cannot be. A bogus one has to stand for a while: a
 * server further up may be to blame, and the next one be asked already. */
bool dg_poll_is_judged(const struct dg_poll *poll);

/* Since when it has given nothing that a resolver can use. */
dg_ms dg_poll_silent_since(const struct dg_poll *poll);

/* True when no message came at the last question, and the last word before was that of a server
 * without the record, or with one that does not hold: that word stands. */
bool dg_poll_word_stands(const struct dg_poll *poll);

/* Takes in an outcome. `reading` is for kind DG_HEARD_REPLY only. Good is: all expected values in
 * it, or an alias; secure, or insecure by proof, or not to be checked. What cannot be judged yet is
 * neither good nor bad. *ret_changed tells whether it says something else than before. DG_ENOMEM
 * leaves the poll as it was. */
enum dg_status dg_poll_heard(struct dg_poll *poll, const struct dg_heard *heard,
			     const struct dg_reading *reading, dg_ms now,
			     bool *ret_changed) DG_MUST_CHECK;

#endif
