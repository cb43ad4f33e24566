/* SPDX-License-Identifier: ISC */
/*
 * From the domain up to its top-level domain: which CAA set applies (RFC 8659 section 3), what it
 * says, and whether the CA's look-ups get that far. A pure function over what was heard: whoever
 * asks fills in one level a name, and in each one look a server address.
 */
#ifndef DG_CAA_CLIMB_H
#define DG_CAA_CLIMB_H

#include "caa.h"

enum dg_caa_seen {
	DG_CAA_RECORDS,
	DG_CAA_NODATA,
	DG_CAA_NXDOMAIN,
	DG_CAA_NO_ANSWER /* silence, or nothing that a resolver can use */
};

/* The answer of one address. If the name is an alias, the answer is about the end of the chain (RFC
 * 8659 section 3 follows aliases, and does not climb from their targets). All borrowed. */
struct dg_caa_query {
	const char *server; /* "name address" */
	enum dg_caa_seen seen;
	bool has_soa;                 /* of DG_CAA_NODATA and DG_CAA_NXDOMAIN */
	const struct dg_caa_set *set; /* of DG_CAA_RECORDS */
	int rcode; /* of DG_CAA_NO_ANSWER: the response code at fault, or -1: none came */
	const char
	    *trouble; /* of DG_CAA_NO_ANSWER: in words; NULL: the response code, or silence */
};

/* One name. */
struct dg_caa_level {
	struct dg_name name;
	const struct dg_name *alias; /* the end of the chain of CNAMEs and DNAMEs; NULL: no alias */
	bool own;                    /* it is in the domain's own zone, not in one above */
	const struct dg_caa_query *look;
	size_t nlooks; /* 0: there was no address to ask, so the CA's look-up fails too */
};

struct dg_caa_outcome {
	/* The worst that can come: the CA asks one address of each level, whichever. */
	enum dg_caa_verdict verdict;
	bool certain; /* whichever it asks, this comes */
	size_t level; /* the one that decided; the number of levels when none has CAA records */
	size_t look;  /* the address that decided there; SIZE_MAX: all of them, or none */
	/* The reason, a whole sentence without a full stop: 'CAA at NAME ...'. */
	char text[DG_CAA_TEXT + 2 * DG_NAME_TEXT + 200];
	/* The CA's probable words; empty: none, or not known. */
	char ca_text[2 * DG_NAME_TEXT + 128];
};

struct dg_findings;

/* Climbs from level[0], the domain itself, to the last one, the top-level domain. Adds findings for
 * the levels that the CA's climb may reach: F-31 (forbids), F-32 (the look-up fails), F-33 (a
 * negative answer lacks its SOA record), F-34 (the look-up fails above the domain's own zone). */
void dg_caa_climb(const struct dg_caa_ca *ca, const struct dg_caa_level *level, size_t nlevels,
		  struct dg_caa_outcome *ret_outcome, struct dg_findings *ret_findings);

#endif
