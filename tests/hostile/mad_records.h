/* SPDX-License-Identifier: ISC */
/* Records of random types with well-formed random RDATA. */
#ifndef MAD_RECORDS_H
#define MAD_RECORDS_H

#include "dice.h"
#include "draft.h"

void mad_record(struct draft *d, enum draft_section section, const struct dg_name *owner,
		struct dice *dice);

/* RRSIG, DNSKEY, DS, NSEC, NSEC3, NSEC3PARAM. */
void mad_dnssec(struct draft *d, enum draft_section section, const struct dg_name *owner,
		struct dice *dice);

#endif
