/* SPDX-License-Identifier: ISC */
#include "observation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

/* A value is printed up to here; a challenge value has 43 octets. */
#define VALUE_SHOWN 255

static void values_free(char **values, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		free(values[i]);
	free(values);
}

void dg_observation_drop_values(struct dg_observation *o)
{
	if (o->values_octets > 0)
		dg_room_give_back(o->room, o->values_octets);
	values_free(o->values, o->nvalues);
}

static bool keep_value(struct dg_observation *o, const uint8_t *octets, size_t len)
{
	char text[DG_OCTETS_TEXT(VALUE_SHOWN)], *copy;
	size_t room = strlen(dg_octets_print(octets, len, VALUE_SHOWN, text)) + 1;

	if (o->nvalues == DG_MAX_VALUES_KEPT || o->values_octets + room > DG_MAX_VALUES_OCTETS ||
	    !dg_room_take(o->room, room))
		return true;
	o->values_octets += room;
	copy = dg_copy_text(text);
	if (copy == NULL || !dg_grow(&o->values, o->nvalues, sizeof(char *))) {
		free(copy);
		return false;
	}
	o->values[o->nvalues++] = copy;
	return true;
}

/* The whole set, whatever its order: the fingerprint is a sum. */
static bool read_values(struct dg_observation *o, const struct dg_msg *msg,
			const struct dg_reading *reading, bool keep)
{
	const struct dg_expected *expected = reading->expected;
	uint8_t *octets = malloc(msg->len);
	const struct dg_rr *rr;
	size_t cursor = 0;
	bool good = octets != NULL;

	o->found = o->quoted = o->seen = o->fingerprint = 0;
	while (good && (rr = dg_msg_next(msg, DG_SECTION_ANSWER, reading->name, DG_TYPE_TXT,
					 &cursor)) != NULL) {
		size_t len = dg_msg_txt(msg, rr, octets);

		o->seen++;
		o->fingerprint += dg_txt_hash(octets, len);
		o->found |= dg_expected_which(expected, octets, len);
		o->quoted |= dg_expected_quoted(expected, octets, len);
		if (keep)
			good = keep_value(o, octets, len);
	}
	free(octets);
	o->state = dg_expected_all(expected, o->found) ? DG_STATE_PRESENT : DG_STATE_OTHER;
	return good;
}

static void describe_values(struct dg_observation *o, const struct dg_expected *expected)
{
	size_t have = 0, i;

	for (i = 0; i < expected->count; i++)
		have += o->found >> i & 1;
	if (o->state == DG_STATE_PRESENT)
		o->detail[0] = '\0';
	else if (have > 0)
		snprintf(o->detail, sizeof(o->detail), "%zu of %zu wanted values", have,
			 expected->count);
	else
		snprintf(o->detail, sizeof(o->detail), "%zu other value%s", o->seen,
			 o->seen == 1 ? "" : "s");
}

/* Why the answer did not come over TCP, in words. */
static const char *say_tcp(const struct dg_heard *heard)
{
	if (heard->tcp_why != NULL)
		return heard->tcp_why;
	return heard->tcp_connected ? "TCP connects, and then nothing comes" : "no answer over TCP";
}

/* No message came. */
static void judge_failure(struct dg_observation *o, const struct dg_heard *heard)
{
	o->state = DG_STATE_SILENT;
	switch (heard->kind) {
	case DG_HEARD_CLOSED:
		snprintf(o->detail, sizeof(o->detail), "nothing listens there");
		break;
	case DG_HEARD_NO_ROUTE:
		snprintf(o->detail, sizeof(o->detail), "no route to it from this machine");
		break;
	case DG_HEARD_TRUNCATED:
		o->state = DG_STATE_BROKEN;
		snprintf(o->detail, sizeof(o->detail), "truncated over UDP (%u octets), %s",
			 heard->udp_size, say_tcp(heard));
		break;
	case DG_HEARD_NO_EDNS:
		snprintf(o->detail, sizeof(o->detail),
			 "answers without EDNS only, so without signatures");
		break;
	case DG_HEARD_BROKEN:
	case DG_HEARD_UNTRUSTED:
		o->state = DG_STATE_BROKEN;
		snprintf(o->detail, sizeof(o->detail), "%s", heard->why);
		break;
	case DG_HEARD_GARBAGE:
		o->state = DG_STATE_BROKEN;
		snprintf(o->detail, sizeof(o->detail), "sends messages that are no answer");
		break;
	default:
		snprintf(o->detail, sizeof(o->detail), "no answer over UDP or TCP");
		if (heard->ignored > 0)
			snprintf(o->detail, sizeof(o->detail),
				 "no answer over UDP or TCP; %u datagram%s that answered nothing "
				 "ignored",
				 heard->ignored, heard->ignored == 1 ? "" : "s");
		break;
	}
}

static void judge_answer(struct dg_observation *o, const struct dg_msg *msg,
			 const struct dg_reading *reading)
{
	char rcode[DG_RCODE_TEXT], name[DG_NAME_TEXT], type[DG_TYPE_TEXT];
	const struct dg_answer *a = &reading->answer;

	dg_rcode_print(msg->rcode, rcode);
	snprintf(o->detail, sizeof(o->detail), "%s", rcode);
	switch (a->kind) {
	case DG_ANSWER_ALIAS:
		o->state = DG_STATE_PRESENT;
		snprintf(o->detail, sizeof(o->detail), "%s", a->by_dname ? "DNAME" : "CNAME");
		break;
	case DG_ANSWER_NODATA:
	case DG_ANSWER_NXDOMAIN:
		o->state = DG_STATE_ABSENT;
		if (a->kind == DG_ANSWER_NODATA)
			snprintf(o->detail, sizeof(o->detail), "no %s record",
				 dg_type_print(reading->type, type));
		if (a->why != NULL)
			snprintf(o->detail + strlen(o->detail),
				 sizeof(o->detail) - strlen(o->detail), ", %s", a->why);
		break;
	case DG_ANSWER_CLASH:
		o->state = DG_STATE_OTHER;
		snprintf(o->detail, sizeof(o->detail), "%s", a->why);
		break;
	case DG_ANSWER_REFUSED:
		o->state = DG_STATE_REFUSED;
		break;
	case DG_ANSWER_LAME:
		o->state = DG_STATE_LAME;
		snprintf(o->detail, sizeof(o->detail), "%s", a->why);
		break;
	case DG_ANSWER_REFERRAL:
		o->state = DG_STATE_LAME;
		snprintf(o->detail, sizeof(o->detail), "refers to the servers of %.60s",
			 dg_name_print(&a->name, name));
		break;
	case DG_ANSWER_NONSENSE:
		o->state = DG_STATE_BROKEN;
		snprintf(o->detail, sizeof(o->detail), "%s", a->why);
		break;
	default:
		o->state = DG_STATE_BROKEN;
		break;
	}
}

/* A record that does not hold is none. */
static void judge_security(struct dg_observation *o, const struct dg_reading *reading)
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

	if (o->state != DG_STATE_PRESENT && o->state != DG_STATE_OTHER)
		return;
	if (reading->judgement.security == DG_SECURITY_BOGUS) {
		o->state = DG_STATE_BOGUS;
		snprintf(o->detail, sizeof(o->detail), "%s", short_reasons[reading->judgement.why]);
	} else if (reading->require_secure && reading->judgement.security == DG_SECURITY_INSECURE &&
		   o->state == DG_STATE_PRESENT) {
		snprintf(o->detail, sizeof(o->detail), "not signed, and DNSSEC is required");
	} else if (reading->judgement.security == DG_SECURITY_INDETERMINATE &&
		   o->state == DG_STATE_PRESENT) {
		snprintf(o->detail, sizeof(o->detail), "chain of trust not known yet");
	}
}

static enum dg_status observe(const struct dg_observation *before, const struct dg_heard *heard,
			      const struct dg_reading *reading, struct dg_observation *o)
{
	bool keep;

	if (heard->kind != DG_HEARD_REPLY) {
		judge_failure(o, heard);
		return DG_OK;
	}
	if (reading->answer.kind != DG_ANSWER_DATA) {
		judge_answer(o, heard->msg, reading);
		return DG_OK;
	}
	if (!read_values(o, heard->msg, reading, false))
		return DG_ENOMEM;
	describe_values(o, reading->expected);
	keep = o->fingerprint != before->fingerprint || o->seen != before->seen;
	return !keep || read_values(o, heard->msg, reading, true) ? DG_OK : DG_ENOMEM;
}

enum dg_status dg_observe(const struct dg_observation *before, const struct dg_heard *heard,
			  const struct dg_reading *reading, struct dg_observation *ret)
{
	enum dg_status status;

	*ret = (struct dg_observation){.room = reading->room};
	status = observe(before, heard, reading, ret);
	if (status != DG_OK)
		return status;
	judge_security(ret, reading);
	if (reading->detail[0] != '\0')
		memcpy(ret->detail, reading->detail, sizeof(ret->detail));
	return DG_OK;
}
