/* SPDX-License-Identifier: ISC */
#include "server_poll.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"

/* A value is printed up to here; a challenge value has 43 octets. */
#define VALUE_SHOWN 255

/* Looks at a bogus answer before it counts as judged. */
#define LOOKS_AT_BOGUS 3

/* What one answer holds, before it is known that there is memory to keep it. */
struct observation {
	enum dg_state state;
	uint64_t found, quoted;
	size_t seen;
	uint64_t fingerprint;
	char **values;
	size_t nvalues;
	char detail[DG_DETAIL_TEXT];
};

void dg_poll_init(struct dg_poll *poll, const struct dg_addr *addr, size_t server, unsigned needed,
		  dg_ms now)
{
	memset(poll, 0, sizeof(*poll));
	poll->addr = *addr;
	poll->server = server;
	poll->rcode = poll->aa = -1;
	poll->ttl = poll->rtt_us = -1;
	poll->needed = needed;
	poll->first_asked = poll->useful = poll->first_present = poll->last_present = -1;
	poll->last_answer = -1;
	poll->due = now;
}

void dg_poll_asked(struct dg_poll *poll, dg_ms now)
{
	poll->asked = now;
	if (poll->first_asked < 0)
		poll->first_asked = now;
	dg_events_asked(&poll->events, now);
}

static void values_free(char **values, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		free(values[i]);
	free(values);
}

void dg_poll_free(struct dg_poll *poll)
{
	values_free(poll->values, poll->nvalues);
	dg_held_drop(&poll->held);
	free(poll->reason);
	poll->reason = NULL;
	poll->values = NULL;
	poll->nvalues = 0;
}

bool dg_poll_usable(const struct dg_poll *poll)
{
	return poll->state == DG_PRESENT || poll->state == DG_ABSENT || poll->state == DG_OTHER ||
	       poll->state == DG_BOGUS;
}

bool dg_poll_is_judged(const struct dg_poll *poll)
{
	if (poll->last_answer < 0)
		return false;
	if (!dg_poll_usable(poll))
		return true;
	return poll->judgement.security != DG_INDETERMINATE &&
	       (poll->judgement.security != DG_BOGUS_ANSWER || poll->judged >= LOOKS_AT_BOGUS);
}

dg_ms dg_poll_patience(const struct dg_poll *poll)
{
	dg_ms since = poll->useful > poll->first_asked ? poll->useful : poll->first_asked;

	return since + DG_PATIENCE_MS;
}

static bool keep_value(struct observation *o, const uint8_t *octets, size_t len)
{
	char *text;

	if (o->nvalues == DG_MAX_VALUES_KEPT)
		return true;
	text = malloc(DG_OCTETS_TEXT(len < VALUE_SHOWN ? len : VALUE_SHOWN));
	if (text != NULL)
		dg_octets_print(octets, len, VALUE_SHOWN, text);
	if (text == NULL || !dg_grow(&o->values, o->nvalues, sizeof(char *))) {
		free(text);
		return false;
	}
	o->values[o->nvalues++] = text;
	return true;
}

/* The whole set, whatever its order: the fingerprint is a sum. */
static bool read_values(struct observation *o, const struct dg_msg *msg, const struct dg_name *name,
			const struct dg_wanted *wanted, bool keep)
{
	uint8_t *octets = malloc(msg->len);
	const struct dg_rr *rr;
	size_t cursor = 0;
	bool good = octets != NULL;

	o->found = o->quoted = o->seen = o->fingerprint = 0;
	while (good && (rr = dg_msg_next(msg, DG_ANSWER, name, DG_TYPE_TXT, &cursor)) != NULL) {
		size_t len = dg_msg_txt(msg, rr, octets);

		o->seen++;
		o->fingerprint += dg_txt_hash(octets, len);
		o->found |= dg_wanted_which(wanted, octets, len);
		o->quoted |= dg_wanted_quoted(wanted, octets, len);
		if (keep)
			good = keep_value(o, octets, len);
	}
	free(octets);
	o->state = dg_wanted_all(wanted, o->found) ? DG_PRESENT : DG_OTHER;
	return good;
}

static void describe_values(struct observation *o, const struct dg_wanted *wanted)
{
	size_t have = 0, i;

	for (i = 0; i < wanted->count; i++)
		have += o->found >> i & 1;
	if (o->state == DG_PRESENT)
		o->detail[0] = '\0';
	else if (have > 0)
		snprintf(o->detail, sizeof(o->detail), "%zu of %zu wanted values", have,
			 wanted->count);
	else
		snprintf(o->detail, sizeof(o->detail), "%zu other value%s", o->seen,
			 o->seen == 1 ? "" : "s");
}

/* No message came. */
static void judge_failure(struct observation *o, const struct dg_heard *heard)
{
	o->state = DG_SILENT;
	switch (heard->kind) {
	case DG_HEARD_CLOSED:
		snprintf(o->detail, sizeof(o->detail), "nothing listens there");
		break;
	case DG_HEARD_NO_ROUTE:
		snprintf(o->detail, sizeof(o->detail), "no route to it from this machine");
		break;
	case DG_HEARD_TRUNCATED:
		o->state = DG_BROKEN;
		snprintf(o->detail, sizeof(o->detail), "truncated over UDP (%u octets), %s",
			 heard->udp_size,
			 heard->tcp_why != NULL ? heard->tcp_why : "no answer over TCP");
		break;
	case DG_HEARD_BROKEN:
	case DG_HEARD_UNTRUSTED:
		o->state = DG_BROKEN;
		snprintf(o->detail, sizeof(o->detail), "%s", heard->why);
		break;
	case DG_HEARD_GARBAGE:
		o->state = DG_BROKEN;
		snprintf(o->detail, sizeof(o->detail), "sends messages that are no answer");
		break;
	default:
		snprintf(o->detail, sizeof(o->detail), "no answer over UDP or TCP");
		break;
	}
}

static void judge_answer(struct observation *o, const struct dg_msg *msg, const struct dg_answer *a)
{
	char rcode[DG_RCODE_TEXT], name[DG_NAME_TEXT];

	dg_rcode_print(msg->rcode, rcode);
	snprintf(o->detail, sizeof(o->detail), "%s", rcode);
	switch (a->kind) {
	case DG_SAYS_ALIAS:
		o->state = DG_PRESENT;
		snprintf(o->detail, sizeof(o->detail), "%s", a->by_dname ? "DNAME" : "CNAME");
		break;
	case DG_SAYS_NODATA:
		o->state = DG_ABSENT;
		snprintf(o->detail, sizeof(o->detail), "no TXT record");
		break;
	case DG_SAYS_NXDOMAIN:
		o->state = DG_ABSENT;
		break;
	case DG_SAYS_REFUSED:
		o->state = DG_REFUSED;
		break;
	case DG_SAYS_LAME:
		o->state = DG_LAME;
		snprintf(o->detail, sizeof(o->detail), "%s", a->why);
		break;
	case DG_SAYS_REFERRAL:
		o->state = DG_LAME;
		snprintf(o->detail, sizeof(o->detail), "refers to the servers of %.60s",
			 dg_name_print(&a->name, name));
		break;
	case DG_SAYS_NONSENSE:
		o->state = DG_BROKEN;
		snprintf(o->detail, sizeof(o->detail), "%s", a->why);
		break;
	default:
		o->state = DG_BROKEN;
		break;
	}
}

/* A record that does not hold is none. */
static void judge_security(struct observation *o, const struct dg_reading *reading)
{
	static const char *const short_reasons[] = {
	    [DG_WHY_EXPIRED] = "signature expired",
	    [DG_WHY_NOT_YET_VALID] = "signature not yet valid",
	    [DG_WHY_NO_SIGNATURE] = "not signed",
	    [DG_WHY_NO_KEY_FOR_DS] = "no key for the DS record",
	    [DG_WHY_KEYS_NOT_SIGNED] = "keys not signed by the DS record's",
	    [DG_WHY_NO_KEY_FOR_ANCHOR] = "no key for the trust anchor",
	    [DG_WHY_UNKNOWN_KEY] = "signed by an unknown key",
	    [DG_WHY_WRONG_SIGNATURE] = "wrong signature",
	    [DG_WHY_WRONG_ALIAS] = "CNAME that is not the DNAME's",
	    [DG_WHY_NO_DENIAL] = "wildcard without proof",
	    [DG_WHY_WRONG_DENIAL] = "wildcard without proof",
	    [DG_WHY_NO_DS_DENIAL] = "delegation neither signed nor proven unsigned",
	    [DG_WHY_WORK_LIMIT] = "too much work to judge",
	};

	if (o->state != DG_PRESENT && o->state != DG_OTHER)
		return;
	if (reading->judgement.security == DG_BOGUS_ANSWER) {
		o->state = DG_BOGUS;
		snprintf(o->detail, sizeof(o->detail), "%s", short_reasons[reading->judgement.why]);
	} else if (reading->require_secure && reading->judgement.security == DG_INSECURE &&
		   o->state == DG_PRESENT) {
		snprintf(o->detail, sizeof(o->detail), "not signed, and DNSSEC is required");
	} else if (reading->judgement.security == DG_INDETERMINATE && o->state == DG_PRESENT) {
		snprintf(o->detail, sizeof(o->detail), "chain of trust not known yet");
	}
}

/* What DNSSEC says allows the record to count; what it does not say yet does neither. */
static bool holds(const struct dg_reading *reading)
{
	enum dg_security security = reading->judgement.security;

	return security == DG_SECURE || security == DG_UNCHECKED ||
	       (security == DG_INSECURE && !reading->require_secure);
}

/* Counts the answer as good or not (contract: consecutive answers; silence is not an answer). */
static void count(struct dg_poll *poll, const struct observation *o,
		  const struct dg_reading *reading, bool same_alias, dg_ms now)
{
	poll->last_answer = now;
	if (o->state == DG_PRESENT || o->state == DG_ABSENT || o->state == DG_OTHER ||
	    o->state == DG_BOGUS)
		poll->useful = now;
	if (o->state == DG_PRESENT && reading->judgement.security == DG_INDETERMINATE)
		return;
	if (o->state == DG_PRESENT && holds(reading)) {
		poll->showing = true;
		poll->confirmations = same_alias ? poll->confirmations + 1 : 1;
		poll->last_present = now;
		if (poll->first_present < 0)
			poll->first_present = now;
		return;
	}
	if (o->state == DG_SILENT)
		return;
	/* Present, then not: it must now show twice as many. */
	if (poll->showing && poll->useful == now) {
		poll->showing = false;
		poll->relapses++;
		dg_events_relapsed(&poll->events, now);
		if (poll->needed <= UINT32_MAX / 2)
			poll->needed *= 2;
	}
	poll->confirmations = 0;
}

/* What cannot be judged yet is not told: it may be bogus. */
static void note(struct dg_poll *poll, const struct observation *o,
		 const struct dg_reading *reading, dg_ms now)
{
	if (o->state == DG_PRESENT && reading->judgement.security == DG_INDETERMINATE)
		return;
	dg_events_state(&poll->events, o->state, now);
	if (o->state == DG_PRESENT && poll->confirmations >= poll->needed)
		dg_events_confirmed(&poll->events, now);
}

static void take_message(struct dg_poll *poll, const struct dg_heard *heard,
			 const struct dg_answer *answer)
{
	poll->rcode = heard->msg == NULL ? -1 : heard->msg->rcode;
	if (heard->msg != NULL)
		dg_rcode_print(heard->msg->rcode, poll->rcode_text);
	poll->aa = heard->msg == NULL ? -1 : heard->msg->aa;
	/* Silence takes nothing back. */
	if (heard->msg == NULL)
		return;
	poll->ttl = -1;
	poll->alias = false;
	poll->cname_beside_txt = false;
	if (answer->kind == DG_SAYS_DATA || answer->kind == DG_SAYS_ALIAS)
		poll->ttl = answer->ttl;
	poll->cname_beside_txt = answer->with_cname;
	poll->has_transport = true;
	poll->transport = heard->transport;
	poll->rtt_us = heard->rtt_us;
	poll->size = heard->msg->len;
	if (answer->kind == DG_SAYS_ALIAS) {
		poll->alias = true;
		poll->target = answer->name;
	}
}

static void take_manners(struct dg_poll *poll, const struct dg_heard *heard)
{
	poll->queries += heard->sent;
	poll->no_route = heard->kind == DG_HEARD_NO_ROUTE;
	poll->truncated = heard->truncated;
	poll->udp_size = heard->udp_size;
	poll->tcp_why = heard->tcp_why;
	poll->edns_refused = heard->edns_refused;
	poll->edns_dropped = heard->edns_dropped;
	poll->case_changed = heard->case_changed;
}

/* Fills o; the values' texts only when they differ from the poll's. */
static enum dg_status observe(const struct dg_poll *poll, const struct dg_heard *heard,
			      const struct dg_answer *answer, const struct dg_name *name,
			      const struct dg_wanted *wanted, struct observation *o)
{
	bool keep;

	if (heard->kind != DG_HEARD_REPLY) {
		judge_failure(o, heard);
		return DG_OK;
	}
	if (answer->kind != DG_SAYS_DATA) {
		judge_answer(o, heard->msg, answer);
		return DG_OK;
	}
	if (!read_values(o, heard->msg, name, wanted, false))
		return DG_ENOMEM;
	describe_values(o, wanted);
	keep = o->fingerprint != poll->fingerprint || o->seen != poll->seen;
	return !keep || read_values(o, heard->msg, name, wanted, true) ? DG_OK : DG_ENOMEM;
}

/* False when memory ran out. */
static bool take_judgement(struct dg_poll *poll, const struct dg_reading *reading)
{
	const struct dg_judgement *j = &reading->judgement;
	char text[DG_JUDGEMENT_TEXT], *reason = NULL;

	if (j->why != DG_WHY_NONE) {
		reason = dg_copy_text(dg_judgement_print(j, reading->wall, text));
		if (reason == NULL)
			return false;
	}
	free(poll->reason);
	poll->reason = reason;
	poll->judged = j->security == poll->judgement.security && j->why == poll->judgement.why
			   ? poll->judged + 1
			   : 1;
	poll->judgement = *j;
	return true;
}

/* The same record as before, whose judgement is pending again, because keys are asked for anew: what was
 * said of it stands until then. */
static bool stands(const struct dg_poll *poll, const struct dg_heard *heard,
		   const struct dg_reading *reading, const struct observation *o, bool same_alias)
{
	return heard->msg != NULL && reading->judgement.security == DG_INDETERMINATE &&
	       poll->judged > 0 && poll->judgement.security != DG_INDETERMINATE && same_alias &&
	       o->state == DG_PRESENT && o->fingerprint == poll->fingerprint &&
	       (poll->state == DG_PRESENT || poll->state == DG_BOGUS);
}

enum dg_status dg_poll_heard(struct dg_poll *poll, const struct dg_heard *heard,
			     const struct dg_reading *reading, const struct dg_name *name,
			     const struct dg_wanted *wanted, dg_ms now, bool *ret_changed)
{
	const struct dg_answer *answer = &reading->answer;
	struct observation o = {0};
	bool alias = heard->msg != NULL && answer->kind == DG_SAYS_ALIAS, same_alias;
	enum dg_status status = observe(poll, heard, answer, name, wanted, &o);

	if (status != DG_OK) {
		values_free(o.values, o.nvalues);
		return status;
	}
	judge_security(&o, reading);
	if (reading->detail[0] != '\0')
		memcpy(o.detail, reading->detail, sizeof(o.detail));
	same_alias =
	    heard->msg == NULL ||
	    (alias == poll->alias && (!alias || dg_name_equal(&answer->name, &poll->target)));
	if (stands(poll, heard, reading, &o, same_alias)) {
		take_manners(poll, heard);
		take_message(poll, heard, answer);
		poll->last_answer = poll->useful = now;
		values_free(o.values, o.nvalues);
		*ret_changed = false;
		return DG_OK;
	}
	*ret_changed =
	    o.state != poll->state || o.fingerprint != poll->fingerprint || !same_alias ||
	    strcmp(o.detail, poll->detail) != 0 ||
	    (heard->msg != NULL && reading->judgement.security != poll->judgement.security);
	if (heard->msg != NULL && !take_judgement(poll, reading)) {
		values_free(o.values, o.nvalues);
		return DG_ENOMEM;
	}
	if (*ret_changed)
		poll->changed = now;
	count(poll, &o, reading, same_alias, now);
	note(poll, &o, reading, now);
	take_manners(poll, heard);
	take_message(poll, heard, answer);
	if (o.fingerprint != poll->fingerprint || o.seen != poll->seen) {
		values_free(poll->values, poll->nvalues);
		poll->values = o.values;
		poll->nvalues = o.nvalues;
	}
	poll->state = o.state;
	poll->found = o.found;
	poll->quoted = o.quoted;
	poll->seen = o.seen;
	poll->fingerprint = o.fingerprint;
	memcpy(poll->detail, o.detail, sizeof(poll->detail));
	return DG_OK;
}
