/* SPDX-License-Identifier: ISC */
/* The question as it goes out, and whether a message answers it. */
#ifndef DG_QUERY_H
#define DG_QUERY_H

#include "ask.h"

/* Header, question with the longest name, OPT with one empty option. */
#define DG_QUERY_MAX (DG_MSG_HEADER + DG_NAME_MAX + 4 + 11 + 4)
/* Random octets that one query uses up: an id, and a bit of case for each octet of the name. */
#define DG_QUERY_RANDOM (2 + 32)

struct dg_query {
	uint8_t wire[DG_QUERY_MAX];
	size_t len;
	size_t question_len;
	bool any_source; /* as `ask` says */
	const struct dg_message
	    *message; /* borrowed: goes out instead of `wire`; NULL: none does */
};

/* The message that goes out, `len` octets. */
const uint8_t *dg_query_octets(const struct dg_query *query);

/* Builds what a CA's resolver would send: RD and CD as `ask` says, and with `edns` DO and a 1232
 * octet buffer; the name in random case with `mixed_case` (draft-vixie-dnsext-dns0x20). Or takes
 * ask->message. */
enum dg_status dg_query_build(struct dg_query *ret_query, const struct dg_ask *ask, bool edns,
			      bool mixed_case, const uint8_t random[DG_QUERY_RANDOM],
			      struct dg_error *err) DG_MUST_CHECK;

enum dg_match {
	DG_MATCH_FULL, /* id and question are ours, octet by octet; to an update, the id, and
			* the zone if it is there */
	DG_MATCH_CASE_CHANGED, /* the same except for the case of the name */
	DG_MATCH_HEADER_ONLY,  /* our id, an error code and no question: old servers before EDNS */
	DG_MATCH_NONE
};

/* Judges the first octets of a received message; reads nothing else of it. */
enum dg_match dg_query_match(const struct dg_query *query, const uint8_t *wire, size_t len);

#endif
