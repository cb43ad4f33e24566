/* SPDX-License-Identifier: ISC */
/* What the machine of updates learns from each outcome; the procedure stands in update.c. */
#include <stdio.h>
#include <string.h>

#include "dns/answer.h"
#include "base/err.h"
#include "update_task.h"
#include "update_words.h"

/* After SERVFAIL, and how often. */
#define AGAIN_MS 1000
#define FAILURES 2
/* Zone cuts that discovery did not meet on its own. */
#define MAX_CUTS 32

/* ---- the way to the primary ------------------------------------------------------------------ */

/* Addresses that discovery has of the primary. */
static void take_known(struct dg_update_machine *m, const struct dg_zone *zone)
{
	size_t i;

	for (i = 0; i < zone->nservers && m->naddresses < DG_MAX_NS_ADDRESSES; i++)
		if (zone->nns > 0 && dg_name_equal(&zone->ns[zone->server[i].ns].name, &m->primary))
			m->address[m->naddresses++] = zone->server[i].addr;
}

/* Step 3. */
static void find_primary(struct dg_update_machine *m, const struct dg_zone *zone, dg_ms now)
{
	char text[DG_NAME_TEXT];

	if (m->plan.server.family != 0) {
		m->address[m->naddresses++] = m->plan.server;
		dg_update_begin_change(m, now);
	} else if (m->primary.len == 1) {
		dg_update_give_up(m, "Give the address of the server that the zone is edited on.",
				  "zone %s names no primary in its SOA record",
				  dg_update_name(&m->apex, text));
	} else {
		if (!zone->given)
			take_known(m, zone);
		if (m->naddresses > 0)
			dg_update_begin_change(m, now);
		else
			dg_update_inquire(m, m->plan.reach.ipv4 ? FIND_A : FIND_AAAA, &m->primary,
					  now);
	}
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

/* A name beside this one, that nobody has, has the same alias if it comes from a wildcard. */
static void hear_target_alias(struct dg_update_machine *m, const struct dg_answer *a, dg_ms now)
{
	const struct dg_name *owner = &m->chain[m->owners - 1];
	struct dg_name above = dg_name_parent(owner), sibling;

	m->alias = a->name;
	if (!a->by_dname && owner->len > 1 && dg_name_nobody(&above, m->random, &sibling) &&
	    (m->given != NULL || dg_name_under(&sibling, &m->at.zone->name)))
		inquire_here(m, FIND_SIBLING, &sibling, now);
	else
		dg_update_follow(m, now);
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

	while ((rr = dg_msg_next(msg, DG_SECTION_ANSWER, &m->name, type, &cursor)) != NULL &&
	       taken < DG_MAX_NS_ADDRESSES)
		if (dg_addr_from_rdata(&m->address[m->naddresses], msg->wire + rr->rdata, rr->rdlen,
				       m->plan.reach.port)) {
			m->naddresses++;
			taken++;
		}
	dg_update_end_addresses(m, now);
}

static void hear_alias(struct dg_update_machine *m, const struct dg_answer *a, dg_ms now)
{
	struct dg_name above = dg_name_parent(&m->name);
	char text[DG_NAME_TEXT];

	if (m->purpose == FIND_TARGET)
		hear_target_alias(m, a, now);
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

static enum dg_status hear_inquiry(struct dg_update_machine *m, const struct dg_msg *msg, dg_ms now,
				   struct dg_error *err)
{
	uint16_t type = dg_update_type(m);
	struct dg_answer a;

	m->last_rcode = msg->rcode;
	dg_answer_read(msg, &m->name, type, m->given != NULL ? NULL : &m->at.zone->name, &a);
	if (m->purpose == FIND_SIBLING) {
		hear_sibling(m, &a, now);
		return DG_OK;
	}
	switch (a.kind) {
	case DG_ANSWER_REFERRAL:
		return refer(m, msg, &a.name, now, err);
	case DG_ANSWER_ALIAS:
		hear_alias(m, &a, now);
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

/* One address failed: takes the next, if there is one. */
static void next_address(struct dg_update_machine *m, dg_ms now)
{
	m->tcp = false;
	m->failures = 0;
	m->due = now;
	if (++m->next_address == m->naddresses)
		m->purpose = OVER;
}

/* The name has an alias of its own: the record belongs where it leads. */
static void correct_wildcard(struct dg_update_machine *m, dg_ms now)
{
	m->wildcard = m->tcp = false;
	m->naddresses = m->next_address = 0;
	m->failures = m->aliases = 0;
	dg_update_follow(m, now);
}

static void judge_change(struct dg_update_machine *m, const struct dg_heard *heard,
			 const struct dg_outcome *o, dg_ms now)
{
	m->due = now;
	if (dg_outcome_is_good(o)) {
		m->result->done = true;
		m->result->text[0] = m->result->advice[0] = '\0';
		m->name = m->apex;
		m->purpose = ASK_SERIAL;
		return;
	}
	if (m->wildcard && dg_outcome_is_believed(o) && o->rcode == DG_RCODE_YXRRSET) {
		correct_wildcard(m, now);
		return;
	}
	/* That there is nothing over TCP tells less than what came over UDP. */
	if (m->tcp && o->kind != DG_HEARD_REPLY) {
		m->purpose = OVER;
		return;
	}
	dg_outcome_print(o, m->result->text, m->result->advice);
	if (o->kind != DG_HEARD_REPLY)
		next_address(m, now);
	else if (!dg_outcome_is_believed(o) && o->tsig.verdict != DG_TSIG_GOOD &&
		 heard->transport == DG_TRANSPORT_UDP && !m->tcp)
		m->tcp = true;
	else if (o->rcode == DG_RCODE_SERVFAIL && m->failures++ < FAILURES)
		m->due = now + AGAIN_MS;
	else
		m->purpose = OVER;
}

static enum dg_status hear_change(struct dg_update_machine *m, const struct dg_heard *heard,
				  const struct dg_update_now *at, struct dg_error *err)
{
	struct dg_outcome o = {.server = m->result->server,
			       .zone = &m->apex,
			       .owner = &m->chain[m->owners - 1],
			       .removal = !m->plan.add,
			       .key = m->plan.tsig == NULL ? NULL : &m->plan.tsig->name,
			       .kind = heard->kind,
			       .why = heard->tcp_why != NULL ? heard->tcp_why : heard->why};
	enum dg_status status = DG_OK;

	if (heard->kind == DG_HEARD_REPLY) {
		o.rcode = heard->msg->rcode;
		if (m->plan.tsig != NULL)
			status = dg_tsig_verify(m->plan.tsig, heard->msg, &m->msg.mac, at->wall,
						&o.tsig, err);
	}
	if (status == DG_OK)
		judge_change(m, heard, &o, at->now);
	return status;
}

/* Step 5. */
static void hear_serial(struct dg_update_machine *m, const struct dg_heard *heard)
{
	const struct dg_rr *soa =
	    heard->kind == DG_HEARD_REPLY
		? dg_msg_find(heard->msg, DG_SECTION_ANSWER, &m->apex, DG_TYPE_SOA)
		: NULL;

	if (soa != NULL)
		m->result->serial = dg_msg_soa(heard->msg, soa).serial;
	m->purpose = OVER;
}

enum dg_status dg_update_machine_heard(struct dg_update_machine *m, const struct dg_heard *heard,
				       const struct dg_update_now *at, struct dg_error *err)
{
	m->random = at->random;
	if (m->purpose < CHANGE) {
		if (!dg_inquiry_heard(&m->at, heard, &m->name, dg_update_type(m)))
			return DG_OK;
		if (heard->kind == DG_HEARD_REPLY)
			return hear_inquiry(m, heard->msg, at->now, err);
		dg_inquiry_missed(&m->at, dg_asker_of(heard->ask).server, at->now);
		return DG_OK;
	}
	if (heard->ask != m->asked || m->purpose == OVER)
		return DG_OK;
	m->asked = 0;
	if (m->purpose == CHANGE)
		return hear_change(m, heard, at, err);
	hear_serial(m, heard);
	return DG_OK;
}
