/* SPDX-License-Identifier: ISC */
#include "update_msg.h"

#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "base/err.h"

#define STRING_MAX 255
#define PREFIX 2

/* One string of the record: its length in one octet, then itself. */
static bool push_string(ldns_rr *rr, const char *octets, size_t len)
{
	uint8_t string[1 + STRING_MAX];
	ldns_rdf *rdf;

	string[0] = (uint8_t)len;
	memcpy(string + 1, octets, len);
	rdf = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_STR, len + 1, string);
	if (rdf != NULL && ldns_rr_push_rdf(rr, rdf))
		return true;
	ldns_rdf_deep_free(rdf);
	return false;
}

/* RFC 2136 sections 2.5.1 and 2.5.4. */
static ldns_rr *make_record(const struct dg_change *change)
{
	ldns_rr *rr = ldns_rr_new();
	ldns_rdf *owner = ldns_dname_new_frm_data(change->owner.len, change->owner.wire);
	const char *value = change->value;
	size_t left = strlen(value);
	bool good = rr != NULL && owner != NULL;

	if (rr == NULL) {
		ldns_rdf_deep_free(owner);
		return NULL;
	}
	ldns_rr_set_owner(rr, owner);
	ldns_rr_set_type(rr, LDNS_RR_TYPE_TXT);
	ldns_rr_set_class(rr, change->add ? LDNS_RR_CLASS_IN : LDNS_RR_CLASS_NONE);
	ldns_rr_set_ttl(rr, change->add ? change->ttl : 0);
	do {
		size_t len = left < STRING_MAX ? left : STRING_MAX;

		good = good && push_string(rr, value, len);
		value += len;
		left -= len;
	} while (left > 0);
	if (good)
		return rr;
	ldns_rr_free(rr);
	return NULL;
}

/* RFC 2136 section 2.4.3: there is no such RRset. */
static ldns_rr *make_condition(const struct dg_change *change)
{
	ldns_rr *rr = ldns_rr_new();
	ldns_rdf *owner = ldns_dname_new_frm_data(change->owner.len, change->owner.wire);

	if (rr == NULL || owner == NULL) {
		ldns_rdf_deep_free(owner);
		ldns_rr_free(rr);
		return NULL;
	}
	ldns_rr_set_owner(rr, owner);
	ldns_rr_set_type(rr, LDNS_RR_TYPE_CNAME);
	ldns_rr_set_class(rr, LDNS_RR_CLASS_NONE);
	ldns_rr_set_ttl(rr, 0);
	return rr;
}

/* A list of that record, which is taken over; NULL when memory ran out, or there is none. */
static ldns_rr_list *list_of(ldns_rr *rr)
{
	ldns_rr_list *list = rr == NULL ? NULL : ldns_rr_list_new();

	if (list != NULL && ldns_rr_list_push_rr(list, rr))
		return list;
	ldns_rr_list_free(list);
	ldns_rr_free(rr);
	return NULL;
}

static ldns_pkt *make_packet(const struct dg_change *change, uint16_t id)
{
	ldns_rr_list *updates = list_of(make_record(change));
	ldns_rr_list *conditions = change->unless_alias ? list_of(make_condition(change)) : NULL;
	ldns_rdf *zone = ldns_dname_new_frm_data(change->zone.len, change->zone.wire);
	ldns_pkt *pkt = NULL;

	if (zone != NULL && updates != NULL && (conditions != NULL || !change->unless_alias))
		pkt = ldns_update_pkt_new(zone, LDNS_RR_CLASS_IN, conditions, updates, NULL);
	if (pkt == NULL) {
		ldns_rdf_deep_free(zone);
	} else {
		ldns_pkt_set_rd(pkt, false);
		ldns_pkt_set_id(pkt, id);
	}
	ldns_rr_list_deep_free(updates);
	ldns_rr_list_deep_free(conditions);
	return pkt;
}

/* Octets with room in front for their length, and behind for a signature. */
static enum dg_status frame(struct dg_update_msg *msg, const uint8_t *wire, size_t len,
			    struct dg_error *err)
{
	msg->octets = malloc(PREFIX + len + DG_TSIG_ROOM);
	if (msg->octets == NULL)
		return dg_fail_memory(err);
	memcpy(msg->octets + PREFIX, wire, len);
	msg->message.framed = msg->octets;
	msg->message.len = len;
	return DG_OK;
}

enum dg_status dg_update_msg_build(struct dg_update_msg *ret_msg, const struct dg_change *change,
				   uint16_t id, const struct dg_tsig *tsig, int64_t now,
				   struct dg_error *err)
{
	struct dg_update_msg msg = {.message.zone_len = (size_t)change->zone.len + 4};
	ldns_pkt *pkt = make_packet(change, id);
	uint8_t *wire = NULL;
	size_t len = 0;
	enum dg_status status;

	/* It returns OK even when its buffer could not grow. */
	if (pkt == NULL || ldns_pkt2wire(&wire, pkt, &len) != LDNS_STATUS_OK || wire == NULL ||
	    len < DG_MSG_HEADER + msg.message.zone_len + 11)
		status = dg_fail_memory(err);
	else
		status = frame(&msg, wire, len, err);
	if (status == DG_OK && tsig != NULL)
		status =
		    dg_tsig_sign(tsig, msg.octets + PREFIX, &msg.message.len, now, &msg.mac, err);
	free(wire);
	ldns_pkt_free(pkt);
	if (status != DG_OK) {
		free(msg.octets);
		return status;
	}
	msg.octets[0] = (uint8_t)(msg.message.len >> 8);
	msg.octets[1] = (uint8_t)msg.message.len;
	*ret_msg = msg;
	return DG_OK;
}

void dg_update_msg_free(struct dg_update_msg *msg)
{
	free(msg->octets);
	memset(msg, 0, sizeof(*msg));
}
