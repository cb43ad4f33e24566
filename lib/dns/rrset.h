/* SPDX-License-Identifier: ISC */
/* One RRset of a message in canonical form, with its signatures: what DNSSEC judges. */
#ifndef DG_RRSET_H
#define DG_RRSET_H

#include "msg.h"

/* An RRSIG record (RFC 4034 section 3.1). */
struct dg_sig {
	uint8_t algorithm, labels;
	uint16_t tag;
	uint32_t original_ttl, expiration, inception;
	struct dg_name signer;
	const uint8_t *octets; /* in the message */
	uint16_t len;
	const uint8_t *head; /* its first 18 octets of RDATA, which are signed too */
};

struct dg_rdata {
	const uint8_t *octets; /* in the set */
	size_t len;
};

struct dg_rrset {
	struct dg_name owner;
	uint16_t type;
	uint32_t ttl;
	struct dg_rdata *rdata; /* ascending, none twice (RFC 4034 section 6.3) */
	size_t count;
	struct dg_sig sig[DG_MAX_SIGS];
	size_t nsigs;
	bool more_sigs; /* than are looked at */
	bool too_big;   /* more octets than are looked at; count is 0 then */
	uint8_t *store;
};

/* Reads the set of a type at a name from some sections, whatever its order there; count is 0 when
 * there is none. It keeps pointing into the message; free it with dg_rrset_free, the zeroed one
 * too. DG_ENOMEM. */
enum dg_status dg_rrset_read(struct dg_rrset *ret_set, const struct dg_msg *msg, unsigned sections,
			     const struct dg_name *owner, uint16_t type) DG_MUST_CHECK;
void dg_rrset_free(struct dg_rrset *set);

/* Compares names in canonical order (RFC 4034 section 6.1). */
int dg_name_order(const struct dg_name *a, const struct dg_name *b);

#endif
