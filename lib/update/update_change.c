/* SPDX-License-Identifier: ISC */
/* Steps 4 and 5 of the machine of updates: the change, at whichever server takes it, and the serial
 * that has it. The procedure stands in update.c. */
#include <stdio.h>
#include <string.h>

#include "update_task.h"
#include "update_words.h"

/* For the record that was added to be shown, where a signer or a transfer is in between. */
#define LOOK_MS 100
#define LOOKS 10

/* ---- the addresses --------------------------------------------------------------------------- */

static void add_address(struct dg_update_machine *m, const struct dg_addr *addr, bool primary)
{
	size_t i;

	for (i = 0; i < m->naddresses; i++)
		if (dg_addr_equal(&m->address[i].addr, addr))
			return;
	if (m->naddresses < MOST_ADDRESSES)
		m->address[m->naddresses++] =
		    (struct dg_update_address){.addr = *addr, .primary = primary};
}

void dg_update_add_address(struct dg_update_machine *m, const struct dg_addr *addr)
{
	add_address(m, addr, true);
}

/* RFC 2136 section 4.3: the zone's other servers may pass it on, or one of them is the primary. */
static void add_others(struct dg_update_machine *m)
{
	size_t i;

	m->all_known = true;
	for (i = 0; m->zone != NULL && i < m->zone->nservers; i++)
		add_address(m, &m->zone->server[i].addr, false);
}

void dg_update_forget_addresses(struct dg_update_machine *m)
{
	m->naddresses = m->next_address = 0;
	m->all_known = m->told = m->tcp = false;
}

/* True when another round would tell nothing else: the primary has refused, or all have. */
static bool is_settled(const struct dg_update_machine *m)
{
	bool all = true;
	size_t i;

	for (i = 0; i < m->naddresses; i++) {
		if (m->address[i].primary && m->address[i].refused)
			return true;
		all = all && m->address[i].refused;
	}
	return all;
}

/* The next address that has not refused, from that one on. */
static size_t find_address(const struct dg_update_machine *m, size_t i)
{
	while (i < m->naddresses && m->address[i].refused)
		i++;
	return i;
}

/* All addresses had their turn. */
static void end_round(struct dg_update_machine *m, dg_ms now)
{
	bool primary = m->naddresses > 0 && m->address[0].primary;

	if (!primary && m->unheard) {
		dg_update_forget_addresses(m);
		m->unheard = false;
		dg_update_find_addresses(m, now);
		dg_update_pause(m, now);
	} else if (is_settled(m)) {
		m->purpose = OVER;
	} else {
		m->next_address = find_address(m, 0);
		m->due = now + dg_update_patience(m);
	}
}

static void next_address(struct dg_update_machine *m, dg_ms now)
{
	m->tcp = false;
	m->due = now;
	m->next_address = find_address(m, m->next_address + 1);
	if (m->next_address < m->naddresses)
		return;
	if (!m->all_known) {
		size_t known = m->naddresses;

		add_others(m);
		m->next_address = known;
	}
	if (m->next_address >= m->naddresses)
		end_round(m, now);
}

void dg_update_begin_change(struct dg_update_machine *m, dg_ms now)
{
	m->purpose = CHANGE;
	m->next_address = 0;
	m->due = now;
	m->result->text[0] = m->result->advice[0] = '\0';
	if (m->naddresses == 0) {
		char zone[DG_NAME_TEXT], primary[DG_NAME_TEXT];

		dg_update_tell(m, "Give the address of the primary as \"server\".",
			       "no address is known of %s, which zone %s names as its primary",
			       dg_update_name(&m->primary, primary),
			       dg_update_name(&m->apex, zone));
		m->told = true;
		add_others(m);
	}
	if (m->naddresses == 0)
		end_round(m, now);
}

/* ---- asking ---------------------------------------------------------------------------------- */

/* The address that its turn has come to. */
static void ask_address(struct dg_update_machine *m, uint16_t type, struct dg_ask *ret_ask)
{
	*ret_ask = (struct dg_ask){.name = m->name, .type = type, .mixed_case = m->plan.mixed_case};
	m->at.round = (m->at.round + 1) % DG_ASK_ROUNDS;
	m->asked = dg_inquiry_id(&m->at, DG_MACHINE_UPDATE, 0, 0);
	ret_ask->id = m->asked;
	ret_ask->server = m->address[m->next_address].addr;
}

static enum dg_status ask_change(struct dg_update_machine *m, const struct dg_update_now *at,
				 struct dg_ask *ret_ask, struct dg_error *err)
{
	struct dg_change change = {.zone = m->apex,
				   .owner = m->chain[m->owners - 1],
				   .add = m->plan.add,
				   .unless_alias = m->wildcard,
				   .ttl = m->plan.ttl,
				   .value = m->plan.value};
	const struct dg_addr *server = &m->address[m->next_address].addr;
	char text[DG_ADDR_TEXT];
	enum dg_status status;

	dg_update_msg_free(&m->msg);
	status = dg_update_msg_build(&m->msg, &change, (uint16_t)at->random, m->plan.tsig, at->wall,
				     err);
	if (status != DG_OK)
		return status;
	snprintf(m->result->server, sizeof(m->result->server), "%s#%u", dg_addr_print(server, text),
		 server->port);
	m->name = change.owner;
	ask_address(m, DG_TYPE_TXT, ret_ask);
	ret_ask->tcp = m->tcp;
	ret_ask->message = &m->msg.message;
	return DG_OK;
}

enum dg_status dg_update_change(struct dg_update_machine *m, const struct dg_update_now *at,
				struct dg_ask *ret_ask, struct dg_error *err)
{
	if (m->purpose == CHANGE)
		return ask_change(m, at, ret_ask, err);
	ask_address(m, m->purpose == ASK_RECORD ? DG_TYPE_TXT : DG_TYPE_SOA, ret_ask);
	return DG_OK;
}

/* ---- hearing --------------------------------------------------------------------------------- */

/* The name has an alias of its own: the record belongs where it leads. */
static void correct_wildcard(struct dg_update_machine *m, dg_ms now)
{
	m->wildcard = false;
	m->aliases = 0;
	dg_update_forget_addresses(m);
	dg_update_follow(m, now);
}

static void take_success(struct dg_update_machine *m)
{
	m->result->done = true;
	m->result->text[0] = m->result->advice[0] = '\0';
	/* Which version of the zone has no record is of no use. */
	m->purpose = m->plan.add ? ASK_RECORD : OVER;
}

/* What the primary says counts more than what others do. */
static void tell_outcome(struct dg_update_machine *m, const struct dg_outcome *o)
{
	bool primary = m->address[m->next_address].primary;

	if (primary || !m->told)
		dg_outcome_print(o, m->result->text, m->result->advice);
	m->told = m->told || primary;
}

/* RFC 2136 section 4.6: after SERVFAIL, NOTIMP, silence and the like another server is tried. */
static void judge_change(struct dg_update_machine *m, const struct dg_heard *heard,
			 const struct dg_outcome *o, dg_ms now)
{
	bool replied = o->kind == DG_HEARD_REPLY;

	m->due = now;
	if (dg_outcome_is_good(o)) {
		take_success(m);
		return;
	}
	if (m->wildcard && dg_outcome_is_believed(o) && o->rcode == DG_RCODE_YXRRSET) {
		correct_wildcard(m, now);
		return;
	}
	/* That there is nothing over TCP tells less than what came over UDP. */
	if (replied || !m->tcp)
		tell_outcome(m, o);
	if (replied && !dg_outcome_is_believed(o) && o->tsig.verdict != DG_TSIG_GOOD &&
	    heard->transport == DG_TRANSPORT_UDP && !m->tcp) {
		m->tcp = true;
		return;
	}
	m->address[m->next_address].refused =
	    replied ? o->rcode != DG_RCODE_SERVFAIL && o->rcode != DG_RCODE_NOTIMP : m->tcp;
	next_address(m, now);
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

static bool shows_record(const struct dg_update_machine *m, const struct dg_msg *msg)
{
	/* With the length of each of its strings. */
	uint8_t value[DG_MAX_PUBLISHED + DG_MAX_PUBLISHED / 255 + 1];
	size_t cursor = 0, len = strlen(m->plan.value);
	const struct dg_rr *rr;

	while ((rr = dg_msg_next(msg, DG_SECTION_ANSWER, &m->name, DG_TYPE_TXT, &cursor)) != NULL)
		if (rr->rdlen <= sizeof(value) && dg_msg_txt(msg, rr, value) == len &&
		    memcmp(value, m->plan.value, len) == 0)
			return true;
	return false;
}

/* Step 5. A serial that was asked for before the record is shown is an older version's, where a
 * signer takes it over, or it comes by a transfer. */
static void hear_record(struct dg_update_machine *m, const struct dg_heard *heard, dg_ms now)
{
	m->due = now;
	if (heard->kind == DG_HEARD_REPLY && shows_record(m, heard->msg)) {
		m->name = m->apex;
		m->purpose = ASK_SERIAL;
	} else if (++m->looks == LOOKS) {
		m->purpose = OVER;
	} else {
		m->due = now + LOOK_MS;
	}
}

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

enum dg_status dg_update_change_heard(struct dg_update_machine *m, const struct dg_heard *heard,
				      const struct dg_update_now *at, struct dg_error *err)
{
	if (heard->ask != m->asked || m->purpose == OVER)
		return DG_OK;
	m->asked = 0;
	if (m->purpose == CHANGE)
		return hear_change(m, heard, at, err);
	if (m->purpose == ASK_RECORD)
		hear_record(m, heard, at->now);
	else
		hear_serial(m, heard);
	return DG_OK;
}
