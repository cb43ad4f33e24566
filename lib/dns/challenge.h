/* SPDX-License-Identifier: ISC */
/*
 * Names of challenge records: a domain with labels in front that begin with "_", which no domain in
 * a certificate has. Which labels they are tells the method of validation:
 *
 *   _acme-challenge            dns-01 (RFC 8555 section 8.4)
 *   _LABEL._acme-challenge     dns-account-01 (draft-ietf-acme-dns-account-label)
 *   _validation-persist        dns-persist-01 (draft-ietf-acme-dns-persist)
 */
#ifndef DG_CHALLENGE_H
#define DG_CHALLENGE_H

#include "base/name.h"

#define DG_DNS_01 "dns-01"
#define DG_DNS_PERSIST_01 "dns-persist-01"
#define DG_CHALLENGE_LABEL "_acme-challenge"

struct dg_challenge {
	const char *method;    /* as CAA records name it; dns-01 for labels that tell nothing */
	struct dg_name domain; /* that it is for */
	unsigned labels; /* in front of it; 0: the name is no challenge's, and the domain itself */
};

/* What a name says of the challenge that its record is for. */
struct dg_challenge dg_challenge_of(const struct dg_name *name);

#endif
