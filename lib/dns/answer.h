/* SPDX-License-Identifier: ISC */
/* The meaning of one reply as a zone's server's answer to one question; a pure function of the
 * message, whose records are a set. */
#ifndef DG_ANSWER_H
#define DG_ANSWER_H

#include "msg.h"

enum dg_answer_kind {
	DG_ANSWER_DATA,     /* records of the type at the name */
	DG_ANSWER_ALIAS,    /* a CNAME or DNAME leads to `name` */
	DG_ANSWER_REFERRAL, /* the zone `name`, below this one, has servers of its own */
	DG_ANSWER_NODATA,
	DG_ANSWER_NXDOMAIN,
	DG_ANSWER_REFUSED,
	DG_ANSWER_FAILURE, /* SERVFAIL, NOTIMP and other codes */
	DG_ANSWER_LAME,    /* not one of the zone's servers: a resolver passes over it */
	DG_ANSWER_CLASH,   /* several aliases at the name: a resolver follows one of them */
	DG_ANSWER_NONSENSE /* contradicts itself */
};

struct dg_answer {
	enum dg_answer_kind kind;
	struct dg_name name;
	bool by_dname;
	bool
	    with_cname; /* DG_ANSWER_DATA, and a CNAME beside it (RFC 1034 section 3.6.2 forbids it)
			 */
	uint32_t ttl;   /* of data or alias; of a negative answer its SOA record's, which is for how
			 * long   it holds (RFC 2308 section 5) */
	bool has_soa;   /* of a negative answer */
	struct dg_soa soa;
	bool has_apex; /* the reply tells which zone it comes from */
	struct dg_name apex;
	const char *why;          /* what is odd about it, or why it is of no use; static text */
	enum dg_answer_kind says; /* with AA clear and RA set, which makes it lame: what it would be
				   * otherwise */
	bool as_resolver;         /* it is lame for that reason alone */
};

/* Takes the answer of a resolver as it stands: a CA's resolver does so where nobody else answers.
 */
void dg_answer_trust_resolver(struct dg_answer *answer);

/* True when it tells what is at the name, or that nothing is. */
bool dg_answer_tells(const struct dg_answer *answer);
bool dg_answer_kind_tells(enum dg_answer_kind kind);

/* Reads the reply of a server that was asked as one of the servers of `zone` (NULL: the zone is not
 * known) for `name` and `type`. */
void dg_answer_read(const struct dg_msg *msg, const struct dg_name *name, uint16_t type,
		    const struct dg_name *zone, struct dg_answer *ret_answer);

/* The DNAME record closest above the name, and its owner; RFC 6672 section 2.4 lets there be one at
 * most. NULL: there is none. */
const struct dg_rr *dg_answer_dname(const struct dg_msg *msg, const struct dg_name *name,
				    struct dg_name *ret_owner);

#endif
