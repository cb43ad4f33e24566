/* SPDX-License-Identifier: ISC */
/*
 * The procedure:
 *
 * 1. One of the servers of the name's zone is asked for the SOA record at the name. A CNAME or DNAME
 *    there leads to another name, at most DG_MAX_CHAIN times; else the answer has the SOA record of the
 *    zone that the name is in, as data or beside the denial (RFC 2308 section 3).
 * 2. A zone that the user gave is taken instead, if the last name is at or below it; its own SOA
 *    record is asked for then, where the primary is still to be found.
 * 3. The primary is the name in the SOA record (RFC 2136 section 4.3). Its addresses are those that
 *    discovery has; else they are looked up.
 * 4. The update goes to them, one after another until one answers. SERVFAIL is tried again, twice. A
 *    reply over UDP that is not signed as it should be may be anybody's: TCP is tried once, where it
 *    takes more to put one in between (RFC 8945 section 5.4: go on waiting for a signed one).
 * 5. The zone's serial is asked for, at the same address.
 *
 * Of a zone's servers the next is asked when one gives no answer of use, each once.
 */
#include "update_task.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"

/* How often to look whether discovery got on, without news of it. */
#define LOOK_MS 50

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
	m->name = m->chain[m->links++] = plan->name;
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
	return m->asked != 0 || m->purpose == OVER ? INT64_MAX : m->due;
}

void dg_update_machine_look(struct dg_update_machine *m, dg_ms now)
{
	if (m->purpose < CHANGE && m->due > now)
		m->due = now;
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
	if (m->purpose == FIND_TARGET || m->purpose == FIND_SOA)
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
	m->want = NULL;
	m->zone = NULL;
	m->tried = 0;
	m->last_rcode = -1;
	m->due = now;
}

/* ---- asking ---------------------------------------------------------------------------------- */

static void ask_of(struct dg_update_machine *m, const struct dg_addr *server, uint16_t type,
		   struct dg_ask *ret_ask)
{
	/* The top bit is discovery's. */
	m->last_id = m->last_id % 0xffffff + 1;
	m->asked = m->last_id;
	*ret_ask = (struct dg_ask){.id = m->asked,
				   .server = *server,
				   .name = m->name,
				   .type = type,
				   .mixed_case = m->plan.mixed_case};
}

static uint16_t type_of(const struct dg_update_machine *m)
{
	return m->purpose == FIND_A      ? DG_TYPE_A
	       : m->purpose == FIND_AAAA ? DG_TYPE_AAAA
					 : DG_TYPE_SOA;
}

/* Of the addresses of the primary: what another family has, or the end of the search. */
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
	dg_update_name(&m->name, name);
	if (m->want != NULL && m->want->state == DG_WANT_NOT_DELEGATED)
		dg_update_give_up(
		    m, "Check the name, and that its domain is registered and delegated.",
		    "the zone of %s was not found: %s denies that its domain exists", name,
		    dg_update_name(&m->want->zone->name, zone));
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
		    dg_update_name(m->zone != NULL ? &m->zone->name : &m->want->zone->name, zone),
		    said);
}

/* The zone whose servers can tell; false as long as it is not known. */
static enum dg_status search(struct dg_update_machine *m, dg_ms now, struct dg_error *err)
{
	if (m->given != NULL) {
		m->zone = m->given;
		return DG_OK;
	}
	if (m->want == NULL) {
		enum dg_status status = dg_discover_want(m->discover, &m->name, now, &m->want, err);

		if (status != DG_OK)
			return status;
	}
	m->due = now + LOOK_MS;
	if (m->want->state == DG_WANT_FOUND)
		m->zone = m->want->zone;
	else if (m->want->state != DG_WANT_SEARCHING)
		exhausted(m, now);
	return DG_OK;
}

static enum dg_status next_inquiry(struct dg_update_machine *m, const struct dg_update_now *at,
				   struct dg_ask *ret_ask, struct dg_error *err)
{
	uint32_t random = at->random | 1;
	enum dg_status status = DG_OK;
	size_t server;

	if (m->zone == NULL)
		status = search(m, at->now, err);
	if (status != DG_OK || m->zone == NULL || m->purpose >= CHANGE)
		return status;
	server = dg_zone_choose_server(m->zone, m->tried, &random);
	if (server != SIZE_MAX) {
		m->tried |= UINT64_C(1) << server;
		ask_of(m, &m->zone->server[server].addr, type_of(m), ret_ask);
	} else if (dg_discover_complete(m->zone) || m->zone->parent == NULL) {
		exhausted(m, at->now);
	} else {
		/* More of its addresses may be found. */
		m->due = at->now + LOOK_MS;
	}
	return DG_OK;
}

/* Step 4. */
static enum dg_status next_change(struct dg_update_machine *m, const struct dg_update_now *at,
				  struct dg_ask *ret_ask, struct dg_error *err)
{
	struct dg_change change = {.zone = m->apex,
				   .owner = m->chain[m->links - 1],
				   .add = m->plan.add,
				   .ttl = m->plan.ttl,
				   .value = m->plan.value};
	const struct dg_addr *server = &m->address[m->at];
	enum dg_status status;

	dg_update_msg_free(&m->msg);
	status = dg_update_msg_build(&m->msg, &change, (uint16_t)at->random, m->plan.tsig, at->wall,
				     err);
	if (status != DG_OK)
		return status;
	print_server(server, m->result->server, sizeof(m->result->server));
	m->name = change.owner;
	ask_of(m, server, DG_TYPE_TXT, ret_ask);
	ret_ask->tcp = m->tcp;
	ret_ask->message = &m->msg.message;
	return DG_OK;
}

enum dg_status dg_update_machine_next(struct dg_update_machine *m, const struct dg_update_now *at,
				      struct dg_ask *ret_ask, struct dg_error *err)
{
	*ret_ask = (struct dg_ask){.id = 0};
	/* What ends one inquiry may begin another that has something to ask at once. */
	while (ret_ask->id == 0 && dg_update_machine_due(m) <= at->now) {
		enum dg_status status = DG_OK;

		if (m->purpose == ASK_SERIAL)
			ask_of(m, &m->address[m->at], DG_TYPE_SOA, ret_ask);
		else if (m->purpose == CHANGE)
			status = next_change(m, at, ret_ask, err);
		else
			status = next_inquiry(m, at, ret_ask, err);
		if (status != DG_OK)
			return status;
	}
	return DG_OK;
}
