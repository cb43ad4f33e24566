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
 * 2. A zone that the user gave is taken instead, if the last name is at or below it; its own SOA
 *    record is asked for then, where the primary is still to be found.
 * 3. The primary is the name in the SOA record (RFC 2136 section 4.3). Its addresses are those that
 *    discovery has; else they are looked up.
 * 4. The update goes to them, one after another until one answers. SERVFAIL is tried again, twice.
 *    A reply over UDP that is not signed as it should be may be anybody's: TCP is tried once, where
 *    it takes more to put one in between (RFC 8945 section 5.4: go on waiting for a signed one).
 * 5. The zone's serial is asked for, at the same address.
 *
 * The servers of a zone are asked as inquiry.h says.
 */
#include "update_task.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

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

void dg_update_give_up(struct dg_update_machine *m, const char *advice, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(m->result->text, sizeof(m->result->text), format, args);
	va_end(args);
	snprintf(m->result->advice, sizeof(m->result->advice), "%s", advice);
	m->purpose = OVER;
}

static void print_server(const struct dg_addr *addr, char *out, size_t size)
{
	char text[DG_ADDR_TEXT];

	snprintf(out, size, "%s#%u", dg_addr_print(addr, text), addr->port);
}

void dg_update_machine_expire(struct dg_update_machine *m)
{
	static const char patience[] =
	    "Give it more time, or see what keeps the servers from answering.";
	char name[DG_NAME_TEXT];

	dg_update_name(&m->name, name);
	if (m->purpose <= FIND_SOA)
		dg_update_give_up(m, patience, "no time left while looking for the zone of %s",
				  name);
	else if (m->purpose == FIND_A || m->purpose == FIND_AAAA)
		dg_update_give_up(m, patience, "no time left while looking for the address of %s",
				  name);
	else if (m->purpose == CHANGE && m->result->text[0] == '\0')
		dg_update_give_up(
		    m, patience,
		    "%s did not update zone %s: no answer so far; whether the change was made is "
		    "not known",
		    m->result->server, dg_update_name(&m->apex, name));
	/* Else the change is made, or it is told already why it was not. */
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

/* ---- asking ---------------------------------------------------------------------------------- */

static void ask(const struct dg_update_machine *m, uint16_t type, struct dg_ask *ret_ask)
{
	*ret_ask = (struct dg_ask){.name = m->name, .type = type, .mixed_case = m->plan.mixed_case};
}

/* The address of the primary that its turn has come to. */
static void ask_primary(struct dg_update_machine *m, uint16_t type, struct dg_ask *ret_ask)
{
	ask(m, type, ret_ask);
	m->at.round = (m->at.round + 1) % DG_ASK_ROUNDS;
	m->asked = dg_inquiry_id(&m->at, DG_MACHINE_UPDATE, 0, 0);
	ret_ask->id = m->asked;
	ret_ask->server = m->address[m->next_address];
}

uint16_t dg_update_type(const struct dg_update_machine *m)
{
	return m->purpose == FIND_A      ? DG_TYPE_A
	       : m->purpose == FIND_AAAA ? DG_TYPE_AAAA
					 : DG_TYPE_SOA;
}

void dg_update_begin_change(struct dg_update_machine *m, dg_ms now)
{
	if (m->naddresses == 0) {
		char zone[DG_NAME_TEXT], primary[DG_NAME_TEXT];

		dg_update_give_up(m, "Give the address of the primary as the server of updates.",
				  "no address is known of %s, which zone %s names as its primary",
				  dg_update_name(&m->primary, primary),
				  dg_update_name(&m->apex, zone));
		return;
	}
	m->purpose = CHANGE;
	m->next_address = 0;
	m->due = now;
}

/* Goes on with the primary's addresses of the other family, or with the change. */
void dg_update_end_addresses(struct dg_update_machine *m, dg_ms now)
{
	if (m->purpose == FIND_A && m->plan.reach.ipv6)
		dg_update_inquire(m, FIND_AAAA, &m->primary, now);
	else
		dg_update_begin_change(m, now);
}

/* Nobody is left to ask. */
static void exhausted(struct dg_update_machine *m, dg_ms now)
{
	char name[DG_NAME_TEXT], zone[DG_NAME_TEXT], rcode[DG_RCODE_TEXT];
	const char *said =
	    m->last_rcode < 0 ? "nothing of use" : dg_rcode_print(m->last_rcode, rcode);

	if (m->purpose == FIND_A || m->purpose == FIND_AAAA) {
		dg_update_end_addresses(m, now);
		return;
	}
	if (m->purpose == FIND_SIBLING) {
		dg_update_follow(m, now);
		return;
	}
	dg_update_name(&m->name, name);
	if (m->search != NULL && m->search->state == DG_SEARCH_NOT_DELEGATED)
		dg_update_give_up(
		    m, "Check the name, and that its domain is registered and delegated.",
		    "the zone of %s was not found: %s denies that its domain exists", name,
		    dg_update_name(&m->search->zone->name, zone));
	else if (m->given != NULL)
		dg_update_give_up(
		    m, "Check the addresses of the servers that were given.",
		    "none of the servers given tells which zone %s is in; the last said %s", name,
		    said);
	else
		dg_update_give_up(
		    m, "Check the network of this machine, and the delegation of the zone.",
		    "the zone of %s was not found: no server of %s answers as it should; the last "
		    "said %s",
		    name,
		    dg_update_name(m->at.zone != NULL ? &m->at.zone->name : &m->search->zone->name,
				   zone),
		    said);
}

/* The zone whose servers can tell, once it is known. */
static enum dg_status search(struct dg_update_machine *m, dg_ms now, struct dg_error *err)
{
	if (m->given != NULL) {
		m->at.zone = m->given;
		return DG_OK;
	}
	if (m->search == NULL) {
		enum dg_status status =
		    dg_discover_search(m->discover, &m->name, NULL, now, &m->search, err);

		if (status != DG_OK)
			return status;
	}
	m->at.next = INT64_MAX;
	if (m->search->state == DG_SEARCH_FOUND)
		m->at.zone = m->search->zone;
	else if (m->search->state != DG_SEARCH_OPEN)
		exhausted(m, now);
	return DG_OK;
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
	} else if (m->at.waiting == 0 &&
		   (dg_discover_complete(m->at.zone) || m->at.zone->parent == NULL)) {
		exhausted(m, at->now);
	}
	return DG_OK;
}

/* Step 4. */
static enum dg_status next_change(struct dg_update_machine *m, const struct dg_update_now *at,
				  struct dg_ask *ret_ask, struct dg_error *err)
{
	struct dg_change change = {.zone = m->apex,
				   .owner = m->chain[m->owners - 1],
				   .add = m->plan.add,
				   .unless_alias = m->wildcard,
				   .ttl = m->plan.ttl,
				   .value = m->plan.value};
	const struct dg_addr *server = &m->address[m->next_address];
	enum dg_status status;

	dg_update_msg_free(&m->msg);
	status = dg_update_msg_build(&m->msg, &change, (uint16_t)at->random, m->plan.tsig, at->wall,
				     err);
	if (status != DG_OK)
		return status;
	print_server(server, m->result->server, sizeof(m->result->server));
	m->name = change.owner;
	ask_primary(m, DG_TYPE_TXT, ret_ask);
	ret_ask->tcp = m->tcp;
	ret_ask->message = &m->msg.message;
	return DG_OK;
}

enum dg_status dg_update_machine_next(struct dg_update_machine *m, const struct dg_update_now *at,
				      struct dg_ask *ret_ask, struct dg_error *err)
{
	*ret_ask = (struct dg_ask){.id = 0};
	/* It waits for discovery, which may have got on. */
	if (m->purpose < CHANGE && m->at.waiting == 0)
		m->at.next = at->now;
	/* What ends one inquiry may begin another that has something to ask at once. */
	while (ret_ask->id == 0 && dg_update_machine_due(m) <= at->now) {
		enum dg_status status = DG_OK;

		if (m->purpose == ASK_SERIAL)
			ask_primary(m, DG_TYPE_SOA, ret_ask);
		else if (m->purpose == CHANGE)
			status = next_change(m, at, ret_ask, err);
		else
			status = next_inquiry(m, at, ret_ask, err);
		if (status != DG_OK)
			return status;
	}
	return DG_OK;
}
