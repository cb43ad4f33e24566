/* SPDX-License-Identifier: ISC */
#include "server_poll.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

/* Looks at a bogus answer before it counts as judged, and for how long: who is asked instead may be
 * slow. */
#define LOOKS_AT_BOGUS 3
#define LOOK_AT_BOGUS_MS 500

void dg_poll_init(struct dg_poll *poll, const struct dg_addr *addr, size_t server, unsigned needed,
		  dg_ms now)
{
	memset(poll, 0, sizeof(*poll));
	poll->addr = *addr;
	poll->server = server;
	poll->said.rcode = poll->said.aa = -1;
	poll->said.ttl = poll->said.rtt_us = -1;
	poll->history.needed = needed;
	poll->schedule.first_asked = poll->history.useful = poll->history.first_present =
	    poll->history.last_present = -1;
	poll->history.last_answer = -1;
	poll->schedule.due = now;
}

void dg_poll_asked(struct dg_poll *poll, dg_ms now)
{
	poll->schedule.asked = now;
	if (poll->schedule.first_asked < 0)
		poll->schedule.first_asked = now;
	dg_events_asked(&poll->events, now);
}

void dg_poll_free(struct dg_poll *poll)
{
	dg_observation_drop_values(&poll->said);
	dg_events_free(&poll->events);
	dg_reply_drop(&poll->reply);
	free(poll->said.reason);
	free(poll->said.judgement);
	free(poll->said.target);
	poll->said.target = NULL;
	poll->said.reason = NULL;
	poll->said.judgement = NULL;
	poll->said.values = NULL;
	poll->said.nvalues = poll->said.values_octets = 0;
}

bool dg_poll_usable(const struct dg_poll *poll)
{
	return poll->said.state == DG_STATE_PRESENT || poll->said.state == DG_STATE_ABSENT ||
	       poll->said.state == DG_STATE_OTHER || poll->said.state == DG_STATE_BOGUS;
}

bool dg_poll_is_judged(const struct dg_poll *poll)
{
	if (poll->history.last_answer < 0 || !dg_poll_usable(poll))
		return poll->history.last_answer >= 0;
	if (poll->said.security == DG_SECURITY_BOGUS)
		return poll->history.judged >= LOOKS_AT_BOGUS &&
		       poll->history.last_answer - poll->history.judged_since >= LOOK_AT_BOGUS_MS;
	return poll->said.security != DG_SECURITY_INDETERMINATE;
}

dg_ms dg_poll_silent_since(const struct dg_poll *poll)
{
	return poll->history.useful > poll->schedule.first_asked ? poll->history.useful
								 : poll->schedule.first_asked;
}

bool dg_poll_word_stands(const struct dg_poll *poll)
{
	return poll->history.lacks && poll->said.rcode < 0;
}

/* DNSSEC's verdict lets the record count; a verdict that is still missing does not. */
static bool holds(const struct dg_reading *reading)
{
	enum dg_security security = reading->judgement.security;

	return security == DG_SECURITY_SECURE || security == DG_SECURITY_OFF ||
	       (security == DG_SECURITY_INSECURE && !reading->require_secure);
}

/* Counts the answer as good or not (contract: consecutive answers; silence is not an answer). */
static void count(struct dg_poll *poll, const struct dg_observation *o,
		  const struct dg_reading *reading, bool same_alias, dg_ms now)
{
	poll->history.last_answer = now;
	if (o->state == DG_STATE_PRESENT || o->state == DG_STATE_ABSENT ||
	    o->state == DG_STATE_OTHER || o->state == DG_STATE_BOGUS)
		poll->history.useful = now;
	if (o->state == DG_STATE_PRESENT &&
	    reading->judgement.security == DG_SECURITY_INDETERMINATE)
		return;
	if (o->state == DG_STATE_PRESENT && holds(reading)) {
		poll->history.showing = true;
		poll->history.lacks = false;
		poll->history.confirmations = same_alias ? poll->history.confirmations + 1 : 1;
		poll->history.last_present = now;
		if (poll->history.first_present < 0)
			poll->history.first_present = now;
		return;
	}
	if (o->state == DG_STATE_SILENT)
		return;
	if (poll->history.useful == now) {
		poll->history.lacks = true;
		snprintf(poll->history.last_word, sizeof(poll->history.last_word), "%.47s",
			 o->detail);
	}
	/* Present, then not: it must now show twice as many. */
	if (poll->history.showing && poll->history.useful == now) {
		poll->history.showing = false;
		poll->history.relapses++;
		dg_events_relapsed(&poll->events, now);
		if (poll->history.needed <= UINT32_MAX / 2)
			poll->history.needed *= 2;
	}
	poll->history.confirmations = 0;
}

/* An answer that cannot be judged yet is no event: it may be bogus. */
static void note(struct dg_poll *poll, const struct dg_observation *o,
		 const struct dg_reading *reading, dg_ms now)
{
	if (o->state == DG_STATE_PRESENT &&
	    reading->judgement.security == DG_SECURITY_INDETERMINATE)
		return;
	dg_events_state(&poll->events, o->state, now);
	if (o->state == DG_STATE_PRESENT && poll->history.confirmations >= poll->history.needed)
		dg_events_confirmed(&poll->events, now);
}

/* RFC 4034 section 3.1.5: times are serial numbers. */
static void take_signatures(struct dg_poll *poll, const struct dg_msg *msg, int64_t wall)
{
	const struct dg_rr *rr;
	size_t cursor = 0;

	poll->said.is_signed = false;
	while ((rr = dg_msg_next(msg, DG_SECTION_ANSWER, NULL, DG_TYPE_RRSIG, &cursor)) != NULL) {
		struct dg_cursor c = {
		    .bytes = msg->wire, .len = (size_t)rr->rdata + rr->rdlen, .pos = rr->rdata + 8};
		uint32_t to = dg_read_u32(&c), from = dg_read_u32(&c);
		int64_t until = wall + (int32_t)(to - (uint32_t)wall);

		if (poll->said.is_signed && until >= poll->said.signed_until)
			continue;
		poll->said.is_signed = true;
		poll->said.signed_until = until;
		poll->said.signed_for = (uint32_t)(to - from);
	}
}

static void take_message(struct dg_poll *poll, const struct dg_heard *heard,
			 const struct dg_reading *reading)
{
	const struct dg_answer *answer = &reading->answer;

	poll->said.rcode = heard->msg == NULL ? -1 : heard->msg->rcode;
	if (heard->msg != NULL)
		dg_rcode_print(heard->msg->rcode, poll->said.rcode_text);
	poll->said.aa = heard->msg == NULL ? -1 : heard->msg->aa;
	/* Silence takes nothing back. */
	if (heard->msg == NULL)
		return;
	poll->said.ttl = -1;
	poll->said.alias = false;
	poll->said.cname_beside_txt = false;
	if (answer->kind == DG_ANSWER_DATA || answer->kind == DG_ANSWER_ALIAS)
		poll->said.ttl = answer->ttl;
	poll->said.cname_beside_txt = answer->with_cname;
	poll->said.as_resolver = answer->as_resolver;
	take_signatures(poll, heard->msg, reading->wall);
	poll->said.has_transport = true;
	poll->said.transport = heard->transport;
	poll->said.rtt_us = heard->rtt_us;
	poll->said.size = heard->msg->len;
	if (answer->kind == DG_ANSWER_ALIAS) {
		poll->said.alias = true;
		*poll->said.target = answer->name;
	}
}

static void take_manners(struct dg_poll *poll, const struct dg_heard *heard)
{
	poll->history.queries += heard->sent;
	poll->history.again += heard->sent > 1 ? heard->sent - 1 : 0;
	poll->history.unanswered = heard->msg == NULL ? poll->history.unanswered + heard->sent : 0;
	poll->said.no_route = heard->kind == DG_HEARD_NO_ROUTE;
	poll->said.truncated = heard->truncated;
	poll->said.udp_size = heard->udp_size;
	poll->said.tcp_why = heard->tcp_why;
	poll->said.tcp_silent = heard->tcp_connected && heard->tcp_why == NULL;
	poll->said.edns_refused = heard->edns_refused;
	poll->said.edns_dropped = heard->edns_dropped;
	poll->said.edns_ignored = heard->edns_ignored;
	poll->said.case_changed = heard->case_changed;
	poll->said.tcp_dropped = heard->tcp_dropped;
}

/* Each is false when memory ran out. */
static bool has_room_for_target(struct dg_poll *poll, const struct dg_answer *answer)
{
	if (poll->said.target == NULL && answer->kind == DG_ANSWER_ALIAS)
		poll->said.target = malloc(sizeof(*poll->said.target));
	return poll->said.target != NULL || answer->kind != DG_ANSWER_ALIAS;
}

static bool take_judgement(struct dg_poll *poll, const struct dg_reading *reading, dg_ms now)
{
	const struct dg_judgement *j = &reading->judgement;
	char text[DG_JUDGEMENT_TEXT], *reason = NULL;
	struct dg_judgement *whole = NULL;

	if (j->why != DG_WHY_NONE || j->need_type != 0 || j->security == DG_SECURITY_BOGUS) {
		whole = malloc(sizeof(*whole));
		if (whole == NULL)
			return false;
		*whole = *j;
	}
	if (j->why != DG_WHY_NONE) {
		reason = dg_copy_text(dg_judgement_print(j, reading->wall, text));
		if (reason == NULL) {
			free(whole);
			return false;
		}
	}
	free(poll->said.reason);
	poll->said.reason = reason;
	if (j->security != poll->said.security || j->why != poll->said.why)
		poll->history.judged = 0;
	if (poll->history.judged++ == 0)
		poll->history.judged_since = now;
	free(poll->said.judgement);
	poll->said.judgement = whole;
	poll->said.security = j->security;
	poll->said.why = j->why;
	return true;
}

/* The same record as before, whose judgement is pending again, because keys are asked for anew:
 * what was said of it stands until then. */
static bool stands(const struct dg_poll *poll, const struct dg_heard *heard,
		   const struct dg_reading *reading, const struct dg_observation *o,
		   bool same_alias)
{
	return heard->msg != NULL && reading->judgement.security == DG_SECURITY_INDETERMINATE &&
	       poll->history.judged > 0 && poll->said.security != DG_SECURITY_INDETERMINATE &&
	       same_alias && o->state == DG_STATE_PRESENT &&
	       o->fingerprint == poll->said.fingerprint &&
	       (poll->said.state == DG_STATE_PRESENT || poll->said.state == DG_STATE_BOGUS);
}

enum dg_status dg_poll_heard(struct dg_poll *poll, const struct dg_heard *heard,
			     const struct dg_reading *reading, dg_ms now, bool *ret_changed)
{
	const struct dg_answer *answer = &reading->answer;
	struct dg_observation o;
	bool alias = heard->msg != NULL && answer->kind == DG_ANSWER_ALIAS, same_alias;
	enum dg_status status = dg_observe(&poll->said, heard, reading, &o);

	if (status != DG_OK) {
		dg_observation_drop_values(&o);
		return status;
	}
	same_alias =
	    heard->msg == NULL || (alias == poll->said.alias &&
				   (!alias || dg_name_equal(&answer->name, poll->said.target)));
	if (stands(poll, heard, reading, &o, same_alias)) {
		take_manners(poll, heard);
		take_message(poll, heard, reading);
		poll->history.last_answer = poll->history.useful = now;
		dg_observation_drop_values(&o);
		*ret_changed = false;
		return DG_OK;
	}
	*ret_changed = o.state != poll->said.state || o.fingerprint != poll->said.fingerprint ||
		       !same_alias || strcmp(o.detail, poll->said.detail) != 0 ||
		       (heard->msg != NULL && reading->judgement.security != poll->said.security);
	if (heard->msg != NULL &&
	    (!has_room_for_target(poll, answer) || !take_judgement(poll, reading, now))) {
		dg_observation_drop_values(&o);
		return DG_ENOMEM;
	}
	if (*ret_changed)
		poll->history.changed = now;
	count(poll, &o, reading, same_alias, now);
	note(poll, &o, reading, now);
	take_manners(poll, heard);
	take_message(poll, heard, reading);
	if (o.fingerprint != poll->said.fingerprint || o.seen != poll->said.seen) {
		dg_observation_drop_values(&poll->said);
		poll->said.values = o.values;
		poll->said.nvalues = o.nvalues;
		poll->said.values_octets = o.values_octets;
		poll->said.room = o.room;
	}
	poll->said.state = o.state;
	poll->said.found = o.found;
	poll->said.quoted = o.quoted;
	poll->said.seen = o.seen;
	poll->said.fingerprint = o.fingerprint;
	memcpy(poll->said.detail, o.detail, sizeof(poll->said.detail));
	return DG_OK;
}
