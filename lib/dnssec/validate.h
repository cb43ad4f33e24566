/* SPDX-License-Identifier: ISC */
/*
 * DNSSEC validation (RFC 4035 section 5, RFC 6840) of one answer at a given time of day: a pure
 * machine. It says secure, insecure by proof, bogus with the reason, or which set it needs to know
 * first; whoever asks for that set gives it to dg_validate_learn, and tries again.
 */
#ifndef DG_VALIDATE_H
#define DG_VALIDATE_H

#include "trust.h"

/* The RRset that a question is about. */
struct dg_sought {
	const struct dg_name *name; /* borrowed */
	uint16_t type;
};

/* Judges what msg says about the RRset: its records, or the CNAME or DNAME instead of
 * them, or their absence. Where a CNAME leads is an answer of its own. `own` are the keys of the
 * answering server's zone, proven before, if they shall count instead of those known of that zone;
 * NULL otherwise. `wall` is in seconds since 1970; there is no tolerance. DG_ENOMEM. */
enum dg_status dg_validate(const struct dg_trust *trust, const struct dg_keys *own,
			   const struct dg_msg *msg, const struct dg_sought *sought, int64_t wall,
			   struct dg_judgement *ret) DG_MUST_CHECK;

/* Judges the DNSKEY set of `zone` in msg by the DS records that are known: secure, and the keys are
 * in *ret_keys (free them); else as above. DG_ENOMEM. */
enum dg_status dg_validate_keys(const struct dg_trust *trust, const struct dg_msg *msg,
				const struct dg_name *zone, int64_t wall, struct dg_keys *ret_keys,
				struct dg_judgement *ret) DG_MUST_CHECK;

/* Takes a reply to the question for DS or DNSKEY at a name into the chain of trust, unless it needs
 * something else first. Bogus is learnt too, for BOGUS_SECONDS. DG_ELIMIT: there is no room for
 * more names; DG_ENOMEM. */
enum dg_status dg_validate_learn(struct dg_trust *trust, const struct dg_msg *msg,
				 const struct dg_name *name, uint16_t type, int64_t wall,
				 struct dg_judgement *ret) DG_MUST_CHECK;

#endif
