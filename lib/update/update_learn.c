/* SPDX-License-Identifier: ISC */
/* What the machine of updates learns on its way to the primary; the procedure stands in update.c.
 */
#include <stdio.h>
#include <string.h>

#include "dns/answer.h"
#include "base/err.h"
#include "update_task.h"

/* Zone cuts that discovery did not meet on its own. */
#define MAX_CUTS 32

/* ---- the way to the primary ------------------------------------------------------------------ */

/* Addresses that discovery has of the primary. */
static void take_known(struct dg_update_machine *m, const struct dg_zone *zone)
{
	size_t i;

	for (i = 0; i < zone->nservers; i++)
		if (zone->nns > 0 && dg_name_equal(&zone->ns[zone->server[i].ns].name, &m->primary))
			dg_update_add_address(m, &zone->server[i].addr);
}

/* Step 3. */
static void find_primary(struct dg_update_machine *m, struct dg_zone *zone, dg_ms now)
{
	char text[DG_NAME_TEXT];

	if (m->plan.server.family != 0) {
		dg_update_add_address(m, &m->plan.server);
		dg_update_begin_change(m, now);
	} else if (m->primary.len == 1) {
		dg_update_give_up(m, "Give the address of the server that the zone is edited on.",
				  "zone %s names no primary in its SOA record",
				  dg_update_name(&m->apex, text));
	} else {
		m->zone = dg_name_equal(&zone->name, &m->apex) && !zone->given ? zone : NULL;
		if (!zone->given)
			take_known(m, zone);
		if (m->naddresses > 0)
			dg_update_begin_change(m, now);
		else
			dg_update_find_addresses(m, now);
	}
}

/* RFC 2136 section 7.18: such a record would be there, and nobody would see it. */
static void tell_occluded(struct dg_update_machine *m, const struct dg_name *apex)
{
	char owner[DG_NAME_TEXT], zone[DG_NAME_TEXT], below[DG_NAME_TEXT];

	dg_update_give_up(m,
			  "Give that zone and the address of its primary, or no zone: it is looked "
			  "up then.",
			  "%s is in zone %s, not in zone %s, which delegates it to other servers",
			  dg_update_name(&m->chain[m->owners - 1], owner),
			  dg_update_name(apex, below), dg_update_name(&m->plan.zone, zone));
}

void dg_update_trust_given(struct dg_update_machine *m, dg_ms now)
{
	dg_name_print(&m->chain[m->owners - 1], m->result->owner);
	m->apex = m->plan.zone;
	dg_name_print(&m->apex, m->result->zone);
	find_primary(m, m->at.zone, now);
}

/* Step 2: the SOA record of the zone that the target is in, or that the user gave. */
static void take_soa(struct dg_update_machine *m, const struct dg_name *apex,
		     const struct dg_name *primary, dg_ms now)
{
	const struct dg_name *owner = &m->chain[m->owners - 1];
	char text[DG_NAME_TEXT], zone[DG_NAME_TEXT];
	bool another = m->plan.has_zone && !dg_name_equal(&m->plan.zone, apex);
	bool found = m->purpose == FIND_TARGET || m->purpose == FIND_ABOVE;

	dg_name_print(owner, m->result->owner);
	if (m->plan.has_zone && !dg_name_under(owner, &m->plan.zone)) {
		dg_update_give_up(
		    m, "Give the zone that the name is in, or none: it is looked up then.",
		    "%s is not in zone %s", dg_update_name(owner, text),
		    dg_update_name(&m->plan.zone, zone));
		return;
	}
	if (another && dg_name_under(apex, &m->plan.zone)) {
		tell_occluded(m, apex);
		return;
	}
	m->apex = another ? m->plan.zone : *apex;
	m->primary = *primary;
	dg_name_print(&m->apex, m->result->zone);
	if (another && m->plan.server.family == 0 && found)
		dg_update_inquire(m, FIND_SOA, &m->plan.zone, now);
	else if (another && m->plan.server.family == 0)
		dg_update_give_up(
		    m, "Give the zone that the name is in, or none: it is looked up then.",
		    "%s is no zone, but a name in %s", dg_update_name(&m->plan.zone, zone),
		    dg_update_name(apex, text));
	else
		find_primary(m, m->at.zone, now);
}

void dg_update_follow(struct dg_update_machine *m, dg_ms now)
{
	static const char advice[] = "Fix the CNAME and DNAME records at the name.";
	const struct dg_name *target = &m->alias;
	char text[DG_NAME_TEXT];
	unsigned i;

	for (i = 0; i < m->owners; i++) {
		if (!dg_name_equal(&m->chain[i], target))
			continue;
		dg_update_give_up(m, advice, "the CNAME records at %s lead back to %s",
				  dg_name_print(&m->plan.name, m->result->owner),
				  dg_update_name(target, text));
		m->result->owner[0] = '\0';
		return;
	}
	if (m->owners > DG_MAX_CHAIN) {
		dg_update_give_up(m, advice, "more than %d CNAME records in a row from %s",
				  DG_MAX_CHAIN, dg_update_name(&m->plan.name, text));
		return;
	}
	m->chain[m->owners++] = *target;
	dg_update_inquire(m, FIND_TARGET, target, now);
}

/* Asks the same servers about another name. */
static void inquire_here(struct dg_update_machine *m, enum purpose purpose,
			 const struct dg_name *name, dg_ms now)
{
	m->purpose = purpose;
	m->name = *name;
	m->last_rcode = -1;
	dg_inquiry_enter(&m->at, m->at.zone, now);
}

/* A name beside this one, that nobody has, has the same alias if it comes from a wildcard. It is
 * asked for at the server that had the alias: where another has a record at the name already, its
 * wildcard reaches no name beside it any more (RFC 4592 section 2.2.1). */
static void hear_target_alias(struct dg_update_machine *m, const struct dg_answer *a, size_t server,
			      dg_ms now)
{
	const struct dg_name *owner = &m->chain[m->owners - 1];
	struct dg_name above = dg_name_parent(owner), sibling;

	m->alias = a->name;
	if (!a->by_dname && owner->len > 1 && dg_name_nobody(&above, m->random, &sibling) &&
	    (m->at.zone->given || dg_name_under(&sibling, &m->at.zone->name))) {
		inquire_here(m, FIND_SIBLING, &sibling, now);
		m->at.tried = ~(UINT64_C(1) << server);
	} else {
		dg_update_follow(m, now);
	}
}

/* The name itself has no record then, and is in the zone of the next name above that has. */
static void hear_sibling(struct dg_update_machine *m, const struct dg_answer *a, dg_ms now)
{
	struct dg_name above = dg_name_parent(&m->chain[m->owners - 1]);

	m->wildcard = a->kind == DG_ANSWER_ALIAS && dg_name_equal(&a->name, &m->alias);
	if (m->wildcard)
		inquire_here(m, FIND_ABOVE, &above, now);
	else if (dg_answer_tells(a) || a->kind == DG_ANSWER_REFERRAL)
		dg_update_follow(m, now);
	else
		m->at.next = now;
}

/* ---- hearing --------------------------------------------------------------------------------- */

/* Discovery did not meet that zone cut: the name has servers of its own. */
static enum dg_status refer(struct dg_update_machine *m, const struct dg_msg *msg,
			    const struct dg_name *cut, dg_ms now, struct dg_error *err)
{
	enum dg_status status;

	m->at.next = now;
	if (m->at.zone == m->plan.direct && m->plan.direct != NULL) {
		tell_occluded(m, cut);
		return DG_OK;
	}
	if (m->given != NULL || ++m->cuts > MAX_CUTS)
		return DG_OK;
	status = dg_discover_referral(m->discover, m->at.zone, cut, msg, err);
	if (status == DG_OK)
		dg_update_inquire(m, m->purpose, &m->name, now);
	return status;
}

static void hear_soa(struct dg_update_machine *m, const struct dg_msg *msg,
		     const struct dg_answer *a, dg_ms now)
{
	const struct dg_rr *soa = a->kind == DG_ANSWER_DATA
				      ? dg_msg_find(msg, DG_SECTION_ANSWER, &m->name, DG_TYPE_SOA)
				      : dg_msg_find(msg, DG_SECTION_AUTHORITY, NULL, DG_TYPE_SOA);
	struct dg_name apex, primary;

	/* A denial without: another server may do better. */
	m->at.next = now;
	if (soa == NULL)
		return;
	apex = dg_msg_owner(msg, soa);
	primary = dg_msg_rdata_name(msg, soa, 0);
	take_soa(m, &apex, &primary, now);
}

static void hear_addresses(struct dg_update_machine *m, const struct dg_msg *msg, dg_ms now)
{
	uint16_t type = dg_update_type(m);
	size_t cursor = 0, taken = 0;
	const struct dg_rr *rr;
	struct dg_addr addr;

	while ((rr = dg_msg_next(msg, DG_SECTION_ANSWER, &m->name, type, &cursor)) != NULL &&
	       taken < DG_MAX_NS_ADDRESSES)
		if (dg_addr_from_rdata(&addr, msg->wire + rr->rdata, rr->rdlen,
				       m->plan.reach.port)) {
			dg_update_add_address(m, &addr);
			taken++;
		}
	dg_update_end_addresses(m, now);
}

static void hear_alias(struct dg_update_machine *m, const struct dg_answer *a, size_t server,
		       dg_ms now)
{
	struct dg_name above = dg_name_parent(&m->name);
	char text[DG_NAME_TEXT];

	if (m->purpose == FIND_TARGET)
		hear_target_alias(m, a, server, now);
	else if (m->purpose == FIND_ABOVE && m->name.len > 1)
		/* The wildcard answers for this name, too. */
		inquire_here(m, FIND_ABOVE, &above, now);
	else if (m->purpose == FIND_SOA)
		dg_update_give_up(
		    m, "Give the zone that the name is in, or none: it is looked up then.",
		    "%s is no zone, but an alias", dg_update_name(&m->name, text));
	else if (++m->aliases > DG_MAX_NS_ALIASES)
		dg_update_end_addresses(m, now);
	else
		dg_update_inquire(m, m->purpose, &a->name, now);
}

static enum dg_status hear_inquiry(struct dg_update_machine *m, const struct dg_msg *msg,
				   size_t server, dg_ms now, struct dg_error *err)
{
	uint16_t type = dg_update_type(m);
	struct dg_answer a;

	m->last_rcode = msg->rcode;
	dg_answer_read(msg, &m->name, type, m->at.zone->given ? NULL : &m->at.zone->name, &a);
	if (m->purpose == FIND_SIBLING) {
		hear_sibling(m, &a, now);
		return DG_OK;
	}
	switch (a.kind) {
	case DG_ANSWER_REFERRAL:
		return refer(m, msg, &a.name, now, err);
	case DG_ANSWER_ALIAS:
		hear_alias(m, &a, server, now);
		break;
	case DG_ANSWER_DATA:
	case DG_ANSWER_NODATA:
	case DG_ANSWER_NXDOMAIN:
		if (type == DG_TYPE_SOA)
			hear_soa(m, msg, &a, now);
		else
			hear_addresses(m, msg, now);
		break;
	default:
		m->at.next = now;
		break;
	}
	return DG_OK;
}

enum dg_status dg_update_machine_heard(struct dg_update_machine *m, const struct dg_heard *heard,
				       const struct dg_update_now *at, struct dg_error *err)
{
	size_t server = dg_asker_of(heard->ask).server;

	m->random = at->random;
	if (m->purpose < CHANGE) {
		if (!dg_inquiry_heard(&m->at, heard, &m->name, dg_update_type(m)))
			return DG_OK;
		if (heard->kind == DG_HEARD_REPLY)
			return hear_inquiry(m, heard->msg, server, at->now, err);
		dg_inquiry_missed(&m->at, server, at->now);
		return DG_OK;
	}
	return dg_update_change_heard(m, heard, at, err);
}
