/* SPDX-License-Identifier: ISC */
/* What one address has said about one name, and how that was judged: plain data and the pure
 * function that takes in the next answer. */
#ifndef DG_SERVER_POLL_H
#define DG_SERVER_POLL_H

#include "answer.h"
#include "ask.h"
#include "held_reply.h"
#include "judgement.h"
#include "poll_events.h"
#include "wanted.h"

/* The last answer in a few words. */
#define DG_DETAIL_TEXT 176

struct dg_poll {
	struct dg_addr addr;
	size_t server; /* index in the zone */

	/* the last answer */
	enum dg_state state;
	int rcode; /* -1 unknown */
	char rcode_text[DG_RCODE_TEXT];
	int aa;
	int64_t ttl;
	int64_t rtt_us;
	size_t size; /* octets of the last message */
	bool has_transport;
	enum dg_transport_kind transport;
	char detail[DG_DETAIL_TEXT];
	bool alias; /* a CNAME or DNAME, to `target` */
	struct dg_name target;
	bool cname_beside_txt;
	uint64_t found;  /* wanted values in it, by index */
	uint64_t quoted; /* the same, but for quotes, backslashes or blanks around them */
	char **values;   /* TXT values in printable form, at most DG_MAX_VALUES_KEPT */
	size_t nvalues;
	size_t seen; /* TXT records in it */
	uint64_t fingerprint;
	struct dg_judgement judgement; /* of it; what DNSSEC says */
	unsigned judged;               /* answers in a row judged like this */
	char *reason;                  /* why it is bogus, in words; NULL: it is not */
	bool no_route, truncated;
	bool edns_refused, edns_dropped, case_changed;
	uint16_t udp_size;
	const char *tcp_why;

	/* the run so far */
	unsigned queries;
	unsigned confirmations; /* consecutive good answers */
	unsigned needed;
	unsigned relapses;
	bool showing; /* the last usable answer was good */
	dg_ms asked;  /* when the last question went out */
	dg_ms first_asked;
	dg_ms useful;        /* when the last answer that a resolver can use came; -1 never */
	dg_ms first_present; /* -1 never */
	dg_ms last_present;
	dg_ms last_answer; /* the last outcome of any kind; -1 never */
	dg_ms changed;     /* when it last said something new */

	struct dg_events events;

	struct dg_held held; /* a reply that could not be judged yet */

	/* the watch's */
	uint32_t ask; /* id in flight, 0 none */
	dg_ms due;
	bool left_out;
};

void dg_poll_init(struct dg_poll *poll, const struct dg_addr *addr, size_t server, unsigned needed,
		  dg_ms now);
/* A question leaves `now`. */
void dg_poll_asked(struct dg_poll *poll, dg_ms now);
void dg_poll_free(struct dg_poll *poll);

/* True when a resolver could use the last answer. */
bool dg_poll_usable(const struct dg_poll *poll);

/* In a look: true when it was judged, or cannot be. Bogus only as often as a good answer would have to be
 * seen: the fault may be another server's, further up, and the next one be asked already. */
bool dg_poll_is_judged(const struct dg_poll *poll);

/* When an address that gives nothing usable is left out, unless it does before. */
dg_ms dg_poll_patience(const struct dg_poll *poll);

/* What a message means, and what DNSSEC makes of it. */
struct dg_reading {
	struct dg_answer answer;
	struct dg_judgement judgement;
	bool require_secure;         /* unsigned is not good enough */
	int64_t wall;                /* seconds since 1970 */
	char detail[DG_DETAIL_TEXT]; /* instead of the usual words; empty: those */
};

/* Takes in an outcome. `reading` is for kind DG_HEARD_REPLY only. Good is: all wanted values in it, or
 * an alias; secure, or insecure by proof, or not to be checked. What cannot be judged yet is neither
 * good nor bad. *ret_changed tells whether it says something else than before.
 * DG_ENOMEM leaves the poll as it was. */
enum dg_status dg_poll_heard(struct dg_poll *poll, const struct dg_heard *heard,
			     const struct dg_reading *reading, const struct dg_name *name,
			     const struct dg_wanted *wanted, dg_ms now,
			     bool *ret_changed) DG_MUST_CHECK;

#endif
