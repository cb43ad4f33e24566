/* SPDX-License-Identifier: ISC */
/*
 * The procedure:
 *
 * 1. One of the servers of the name's zone is asked for the SOA record at the name. A CNAME or
 *    DNAME there leads to another name, at most DG_MAX_CHAIN times; else the answer has the SOA
 *    record of the zone that the name is in, as data or beside the denial (RFC 2308 section 3).
 *    A wildcard's CNAME leads nowhere: it steps aside when the record comes (RFC 4592 section
 *    2.2.1). Then the SOA record is asked for at the names above, and the update goes to the name
 *    itself, on condition that it has no CNAME of its own (RFC 2136 section 2.4.3).
 * 2. A zone that the user gave is taken instead, if the last name is at or below it, and not in a
 *    zone further down, where nobody would see the record; its own SOA record is asked for then,
 *    where the primary is still to be found. Where the user gave the primary too, nobody else is
 *    asked about names in the zone; and what the primary does not tell is taken for good.
 * 3. The primary is the name in the SOA record (RFC 2136 section 4.3). Its addresses are those that
 *    discovery has; else they are looked up.
 * 4. The update goes to them, one after another, then to the zone's other servers, until one takes
 *    it. When all had their turn, those that did not refuse it are asked again after a second, and
 *    so on until the time is over, unless the primary has refused. A reply over UDP that is not
 *    signed as it should be may be anybody's: TCP is tried once, where it takes more to put one in
 *    between (RFC 8945 section 5.4: go on waiting for a signed one).
 * 5. The record is asked for, and when it is there the zone's serial, at the same address.
 *
 * The servers of a zone are asked as inquiry.h says; when none is of use, all of them again after a
 * second.
 */
#include "update_task.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

/* Before all are asked again, and after so many times. */
#define AGAIN_MS 1000
#define SOON 10
#define LATER_MS 5000

enum dg_status dg_update_machine_new(struct dg_update_machine **ret_machine,
				     const struct dg_update_plan *plan,
				     struct dg_discover *discover, struct dg_zone *given,
				     struct dg_update_result *result, struct dg_error *err)
{
	struct dg_update_machine *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return dg_fail_memory(err);
	m->plan = *plan;
	m->discover = discover;
	m->given = given;
	m->result = result;
	m->last_rcode = -1;
	m->name = m->chain[m->owners++] = plan->name;
	*result = (struct dg_update_result){.serial = -1};
	*ret_machine = m;
	return DG_OK;
}

void dg_update_machine_free(struct dg_update_machine *m)
{
	if (m == NULL)
		return;
	dg_update_msg_free(&m->msg);
	free(m);
}

bool dg_update_machine_is_over(const struct dg_update_machine *m)
{
	return m->purpose == OVER;
}

dg_ms dg_update_machine_due(const struct dg_update_machine *m)
{
	if (m->purpose < CHANGE)
		return m->at.next;
	return m->asked != 0 || m->purpose == OVER ? INT64_MAX : m->due;
}

/* ---- telling --------------------------------------------------------------------------------- */

/* A name for a text, cut where it would take the room of the rest. */
#define SHORT_NAME 160

const char *dg_update_name(const struct dg_name *name, char buf[DG_NAME_TEXT])
{
	return dg_name_print_short(name, SHORT_NAME, buf);
}

static void tell(struct dg_update_machine *m, const char *advice, const char *format, va_list args)
{
	vsnprintf(m->result->text, sizeof(m->result->text), format, args);
	snprintf(m->result->advice, sizeof(m->result->advice), "%s", advice);
}

void dg_update_tell(struct dg_update_machine *m, const char *advice, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(m, advice, format, args);
	va_end(args);
}

void dg_update_give_up(struct dg_update_machine *m, const char *advice, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(m, advice, format, args);
	va_end(args);
	m->purpose = OVER;
}

void dg_update_machine_expire(struct dg_update_machine *m)
{
	static const char patience[] =
	    "Give it more time, or see what keeps the servers from answering.";
	char name[DG_NAME_TEXT];

	dg_update_name(&m->name, name);
	if (m->result->text[0] != '\0' || m->purpose > CHANGE) {
		/* It is told why not, or the change is made. */
	} else if (m->purpose <= FIND_SOA) {
		dg_update_tell(m, patience, "no time left while looking for the zone of %s", name);
	} else if (m->purpose == FIND_A || m->purpose == FIND_AAAA) {
		dg_update_tell(m, patience, "no time left while looking for the address of %s",
			       name);
	} else {
		dg_update_tell(m, patience,
			       "%s did not update zone %s: no answer so far; whether the change "
			       "was made is not known",
			       m->result->server, dg_update_name(&m->apex, name));
	}
	m->purpose = OVER;
}

void dg_update_inquire(struct dg_update_machine *m, enum purpose purpose,
		       const struct dg_name *name, dg_ms now)
{
	m->purpose = purpose;
	m->name = *name;
	m->search = NULL;
	m->last_rcode = -1;
	dg_inquiry_enter(&m->at, NULL, now);
}

dg_ms dg_update_patience(struct dg_update_machine *m)
{
	return m->rounds++ < SOON ? AGAIN_MS : LATER_MS;
}

void dg_update_pause(struct dg_update_machine *m, dg_ms now)
{
	m->not_before = now + dg_update_patience(m);
	if (m->at.zone == NULL && m->search != NULL) {
		dg_discover_forget(m->discover, m->search, now);
		m->search = NULL;
	}
	dg_inquiry_enter(&m->at, m->at.zone, m->not_before);
}

/* ---- asking ---------------------------------------------------------------------------------- */

static void ask(const struct dg_update_machine *m, uint16_t type, struct dg_ask *ret_ask)
{
	*ret_ask = (struct dg_ask){.name = m->name, .type = type, .mixed_case = m->plan.mixed_case};
}

uint16_t dg_update_type(const struct dg_update_machine *m)
{
	return m->purpose == FIND_A      ? DG_TYPE_A
	       : m->purpose == FIND_AAAA ? DG_TYPE_AAAA
					 : DG_TYPE_SOA;
}

void dg_update_find_addresses(struct dg_update_machine *m, dg_ms now)
{
	dg_update_inquire(m, m->plan.reach.ipv4 ? FIND_A : FIND_AAAA, &m->primary, now);
}

/* Goes on with the primary's addresses of the other family, or with the change. */
void dg_update_end_addresses(struct dg_update_machine *m, dg_ms now)
{
	if (m->purpose == FIND_A && m->plan.reach.ipv6)
		dg_update_inquire(m, FIND_AAAA, &m->primary, now);
	else
		dg_update_begin_change(m, now);
}

/* None of the servers was of use. */
static void tell_exhausted(struct dg_update_machine *m)
{
	char name[DG_NAME_TEXT], zone[DG_NAME_TEXT], rcode[DG_RCODE_TEXT];
	const struct dg_zone *asked = m->at.zone != NULL ? m->at.zone : m->search->zone;
	const char *said =
	    m->last_rcode < 0 ? "nothing of use" : dg_rcode_print(m->last_rcode, rcode);

	dg_update_name(&m->name, name);
	if (m->given != NULL)
		dg_update_tell(
		    m, "Check the addresses of the servers that were given.",
		    "none of the servers given tells which zone %s is in; the last said %s", name,
		    said);
	else
		dg_update_tell(
		    m,
		    m->last_rcode < 0
			? "Check the network of this machine, and the delegation of the zone."
			: "See the logs of the zone's servers; if one of them can take the update "
			  "all the same, give it as \"server\", with \"zone\".",
		    "the zone of %s was not found: no server of %s answers as it should; the last "
		    "said %s",
		    name, dg_update_name(&asked->name, zone), said);
}

/* Nobody is left to ask. */
static void exhausted(struct dg_update_machine *m, dg_ms now)
{
	char name[DG_NAME_TEXT], zone[DG_NAME_TEXT];

	if (m->purpose == FIND_A || m->purpose == FIND_AAAA) {
		m->unheard = true;
		dg_update_end_addresses(m, now);
	} else if (m->purpose == FIND_SIBLING) {
		dg_update_follow(m, now);
	} else if (m->at.zone != NULL && m->at.zone == m->plan.direct) {
		dg_update_trust_given(m, now);
	} else if (m->search != NULL && m->search->state == DG_SEARCH_NOT_DELEGATED) {
		dg_update_give_up(
		    m, "Check the name, and that its domain is registered and delegated.",
		    "the zone of %s was not found: %s denies that its domain exists",
		    dg_update_name(&m->name, name), dg_update_name(&m->search->zone->name, zone));
	} else {
		tell_exhausted(m);
		dg_update_pause(m, now);
	}
}

/* The zone whose servers can tell, once it is known. */
static enum dg_status search(struct dg_update_machine *m, dg_ms now, struct dg_error *err)
{
	if (m->plan.direct != NULL && m->purpose <= FIND_SOA &&
	    dg_name_under(&m->name, &m->plan.zone))
		m->at.zone = m->plan.direct;
	else if (m->given != NULL)
		m->at.zone = m->given;
	if (m->at.zone != NULL)
		return DG_OK;
	if (m->search == NULL) {
		enum dg_status status =
		    dg_discover_search(m->discover, &m->name, NULL, now, &m->search, err);

		if (status != DG_OK)
			return status;
	}
	m->at.next = INT64_MAX;
	/* Servers that were of no use may be by now, or say why not. */
	if (m->search->state == DG_SEARCH_FOUND ||
	    (m->search->state == DG_SEARCH_STUCK && m->search->zone->nservers > 0))
		m->at.zone = m->search->zone;
	else if (m->search->state != DG_SEARCH_OPEN)
		exhausted(m, now);
	return DG_OK;
}

/* True when no server of the zone will come. */
static bool no_more_servers(const struct dg_update_machine *m)
{
	return m->at.zone->parent == NULL || dg_discover_complete(m->at.zone) ||
	       (m->search != NULL && m->search->state == DG_SEARCH_STUCK);
}

static enum dg_status next_inquiry(struct dg_update_machine *m, const struct dg_update_now *at,
				   struct dg_ask *ret_ask, struct dg_error *err)
{
	uint32_t random = at->random | 1;
	enum dg_status status = DG_OK;
	size_t server;

	if (m->at.zone == NULL)
		status = search(m, at->now, err);
	if (status != DG_OK || m->at.zone == NULL || m->purpose >= CHANGE)
		return status;
	server = dg_inquiry_choose(&m->at, &random);
	m->at.next = INT64_MAX;
	if (server != SIZE_MAX) {
		ask(m, dg_update_type(m), ret_ask);
		dg_inquiry_ask(&m->at, DG_MACHINE_UPDATE, 0, server, ret_ask);
		m->at.next = at->now + DG_HEDGE_MS;
	} else if (m->at.waiting == 0 && no_more_servers(m)) {
		exhausted(m, at->now);
	}
	return DG_OK;
}

enum dg_status dg_update_machine_next(struct dg_update_machine *m, const struct dg_update_now *at,
				      struct dg_ask *ret_ask, struct dg_error *err)
{
	*ret_ask = (struct dg_ask){.id = 0};
	/* It waits for discovery, which may have got on. */
	if (m->purpose < CHANGE && m->at.waiting == 0)
		m->at.next = m->not_before > at->now ? m->not_before : at->now;
	/* What ends one inquiry may begin another that has something to ask at once. */
	while (ret_ask->id == 0 && dg_update_machine_due(m) <= at->now) {
		enum dg_status status = DG_OK;

		if (m->purpose < CHANGE)
			status = next_inquiry(m, at, ret_ask, err);
		else
			status = dg_update_change(m, at, ret_ask, err);
		if (status != DG_OK)
			return status;
	}
	return DG_OK;
}
