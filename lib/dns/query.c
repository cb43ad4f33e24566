/* SPDX-License-Identifier: ISC */
#include "query.h"

#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "base/bytes.h"
#include "base/err.h"

#define OPTION_NSID 3

/* A copy of the name for ldns, its letters in random case. */
static ldns_rdf *question_name(const struct dg_name *name, bool mixed_case, const uint8_t *bits)
{
	uint8_t wire[DG_NAME_MAX];
	size_t i, j;

	memcpy(wire, name->wire, name->len);
	for (i = 0; mixed_case && wire[i] != 0; i = j) {
		for (j = i + 1; j < i + 1 + wire[i]; j++)
			if (wire[j] >= 'a' && wire[j] <= 'z' && (bits[j / 8] >> j % 8 & 1))
				wire[j] &= (uint8_t)~0x20;
	}
	return ldns_dname_new_frm_data(name->len, wire);
}

/* An option without data (RFC 6891 section 6.1.2). */
static bool add_option(ldns_pkt *pkt, uint16_t code)
{
	uint8_t option[4] = {(uint8_t)(code >> 8), (uint8_t)code};
	ldns_rdf *data = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_UNKNOWN, sizeof(option), option);

	ldns_pkt_set_edns_data(pkt, data);
	return data != NULL;
}

const uint8_t *dg_query_octets(const struct dg_query *query)
{
	return query->message == NULL ? query->wire : query->message->framed + 2;
}

/* As a question goes out. */
static enum dg_status build(struct dg_query *ret_query, const struct dg_ask *ask, bool edns,
			    bool mixed_case, const uint8_t random[DG_QUERY_RANDOM],
			    struct dg_error *err)
{
	ldns_rdf *name = question_name(&ask->name, mixed_case, random + 2);
	ldns_pkt *pkt = NULL;
	uint8_t *wire = NULL;
	size_t len = 0;
	enum dg_status status = DG_OK;

	if (name == NULL)
		return dg_fail_memory(err);
	ret_query->message = NULL;
	pkt = ldns_pkt_query_new(name, (ldns_rr_type)ask->type, LDNS_RR_CLASS_IN, 0);
	if (pkt == NULL) {
		ldns_rdf_deep_free(name);
		return dg_fail_memory(err);
	}
	ldns_pkt_set_rd(pkt, ask->recursive);
	ldns_pkt_set_cd(pkt, ask->checking_disabled);
	ldns_pkt_set_id(pkt, (uint16_t)(random[0] << 8 | random[1]));
	if (edns) {
		ldns_pkt_set_edns_udp_size(pkt, DG_EDNS_SIZE);
		ldns_pkt_set_edns_do(pkt, true);
	}
	if (edns && ask->nsid && !add_option(pkt, OPTION_NSID)) {
		ldns_pkt_free(pkt);
		return dg_fail_memory(err);
	}
	/* It returns OK even when its buffer could not grow. */
	if (ldns_pkt2wire(&wire, pkt, &len) != LDNS_STATUS_OK || wire == NULL ||
	    len < DG_MSG_HEADER || len > sizeof(ret_query->wire)) {
		status = dg_fail_memory(err);
	} else {
		memcpy(ret_query->wire, wire, len);
		ret_query->len = len;
		ret_query->question_len = (size_t)ask->name.len + 4;
		ret_query->any_source = ask->any_source;
	}
	free(wire);
	ldns_pkt_free(pkt);
	return status;
}

static bool same_but_for_case(const uint8_t *a, const uint8_t *b, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (dg_lower(a[i]) != dg_lower(b[i]))
			return false;
	}
	return true;
}

enum dg_status dg_query_build(struct dg_query *ret_query, const struct dg_ask *ask, bool edns,
			      bool mixed_case, const uint8_t random[DG_QUERY_RANDOM],
			      struct dg_error *err)
{
	if (ask->message == NULL)
		return build(ret_query, ask, edns, mixed_case, random, err);
	ret_query->message = ask->message;
	ret_query->any_source = ask->any_source;
	ret_query->len = ask->message->len;
	ret_query->question_len = ask->message->zone_len;
	return DG_OK;
}

/* RFC 2136 section 3.8: a server may repeat the update's sections, or leave them out. */
static enum dg_match match_update(const struct dg_query *query, const uint8_t *wire, size_t len)
{
	const uint8_t *ours = dg_query_octets(query);
	size_t end = DG_MSG_HEADER + query->question_len;

	if (len < DG_MSG_HEADER || memcmp(wire, ours, 2) != 0 ||
	    (wire[2] & 0xf8) != (0x80 | DG_OPCODE_UPDATE << 3))
		return DG_MATCH_NONE;
	if (wire[4] == 0 && wire[5] == 0)
		return DG_MATCH_FULL;
	if (wire[4] != 0 || wire[5] != 1 || len < end ||
	    !same_but_for_case(wire + DG_MSG_HEADER, ours + DG_MSG_HEADER, query->question_len))
		return DG_MATCH_NONE;
	return DG_MATCH_FULL;
}

enum dg_match dg_query_match(const struct dg_query *query, const uint8_t *wire, size_t len)
{
	const uint8_t *ours = query->wire;
	size_t end = DG_MSG_HEADER + query->question_len;

	if (query->message != NULL)
		return match_update(query, wire, len);
	/* Same id, QR set, opcode QUERY. */
	if (len < DG_MSG_HEADER || memcmp(wire, ours, 2) != 0 || (wire[2] & 0xf8) != 0x80)
		return DG_MATCH_NONE;
	if (wire[4] == 0 && wire[5] == 0)
		return (wire[3] & 0xf) != DG_RCODE_NOERROR && len == DG_MSG_HEADER
			   ? DG_MATCH_HEADER_ONLY
			   : DG_MATCH_NONE;
	if (wire[4] != 0 || wire[5] != 1 || len < end)
		return DG_MATCH_NONE;
	if (memcmp(wire + DG_MSG_HEADER, ours + DG_MSG_HEADER, query->question_len) == 0)
		return DG_MATCH_FULL;
	/* The last four octets are type and class; no letter's case there. */
	if (memcmp(wire + end - 4, ours + end - 4, 4) != 0 ||
	    !same_but_for_case(wire + DG_MSG_HEADER, ours + DG_MSG_HEADER, query->question_len - 4))
		return DG_MATCH_NONE;
	return DG_MATCH_CASE_CHANGED;
}
