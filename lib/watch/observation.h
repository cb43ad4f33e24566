/* SPDX-License-Identifier: ISC */
/* What one address said to one question, and in words. */
#ifndef DG_OBSERVATION_H
#define DG_OBSERVATION_H

#include "base/room.h"
#include "dns/answer.h"
#include "dns/ask.h"
#include "dns/expected.h"
#include "dnssec/judgement.h"

/* The last answer in a few words. */
#define DG_DETAIL_TEXT 176

/* What an address said last. */
struct dg_observation {
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
	bool alias;             /* a CNAME or DNAME, to `target` */
	struct dg_name *target; /* owned by the poll; NULL: it has led nowhere yet */
	bool cname_beside_txt;
	uint64_t found;  /* expected values in it, by index */
	uint64_t quoted; /* the same, except for quotes, backslashes or blanks around them */
	char **values;   /* TXT values in printable form, at most DG_MAX_VALUES_KEPT */
	size_t nvalues, values_octets;
	struct dg_room *room; /* that they take up; borrowed */
	size_t seen;          /* TXT records in it */
	uint64_t fingerprint;
	enum dg_security security; /* of it; what DNSSEC says, */
	enum dg_why why;
	struct dg_judgement *judgement; /* and all of that, where it is bogus or needs something */
	char *reason;                   /* why it is bogus, in words; NULL: it is not */
	/* Its signatures: the first of them to end, when, and how long it is good for in all;
	 * seconds. */
	bool is_signed;
	int64_t signed_until, signed_for;
	bool no_route, truncated;
	bool caught;      /* others answer for this address (path.h) */
	bool clear;       /* and it is known that they do not */
	bool as_resolver; /* it answers with AA clear and RA set */
	bool edns_refused, edns_dropped, case_changed;
	bool tcp_dropped;
	bool edns_ignored; /* its answer to a question with EDNS has none */
	uint16_t udp_size;
	const char *tcp_why;
	bool tcp_silent; /* where an answer was missing: TCP connected, and nothing came over it */
};

/* The meaning of a message, and DNSSEC's verdict on it. */
struct dg_reading {
	const struct dg_name *name; /* that was asked for; borrowed, as all pointers */
	const struct dg_expected *expected;
	uint16_t type;
	struct dg_answer answer;
	struct dg_judgement judgement;
	struct dg_room *room;        /* for what is kept of it; with a reply */
	bool says_nothing;           /* no EDNS, so no signatures, and without them it is nothing */
	bool require_secure;         /* unsigned is not good enough */
	int64_t wall;                /* seconds since 1970 */
	char detail[DG_DETAIL_TEXT]; /* instead of the usual words; empty: those */
};

/* Fills in *ret, whose room is that of `reading`, from an outcome; the texts of the values only
 * when these differ from `before`. Free them with dg_observation_drop_values, after DG_ENOMEM too.
 */
enum dg_status dg_observe(const struct dg_observation *before, const struct dg_heard *heard,
			  const struct dg_reading *reading,
			  struct dg_observation *ret) DG_MUST_CHECK;

/* Gives back the room of its values, and frees them. */
void dg_observation_drop_values(struct dg_observation *o);

#endif
