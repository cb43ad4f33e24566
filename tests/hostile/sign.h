/* SPDX-License-Identifier: ISC */
/* The one key that signs all of a hostile world (Ed25519, RFC 8080), so that its answers are
 * believed. */
#ifndef SIGN_H
#define SIGN_H

#include "draft.h"

#define SIGN_DNSKEY 36 /* octets of its RDATA */
#define SIGN_DS 36

void sign_begin(void);
void sign_end(void);

void sign_dnskey(uint8_t rdata[SIGN_DNSKEY]);
/* The DS of that key in that zone, SHA-256. */
void sign_ds(const struct dg_name *zone, uint8_t rdata[SIGN_DS]);

/* Signs the set of that owner and type in that section, as `zone`, valid at `wall` (seconds since
 * 1970). */
void sign_set(struct draft *d, enum draft_section section, const struct dg_name *owner,
	      uint16_t type, const struct dg_name *zone, int64_t wall);

/* True when a signature covers that type at that owner in the answer section, made by sign_set. */
bool sign_covers(const struct draft *d, const struct dg_name *owner, uint16_t type);

#endif
