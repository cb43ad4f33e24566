/* SPDX-License-Identifier: ISC */
/*
 * The validator over really signed messages that the input takes apart and puts together again.
 * Whatever comes out of that:
 *
 * - secure is only what was signed, octet by octet, or the absence of what is not there;
 * - insecure is only what is below the unsigned delegation, or in the zone with opt-out;
 * - the chain of trust holds no other DS records and keys than the signed ones;
 * - no answer costs more than 32 verifications and 16 hashes.
 *
 * A signature counts as right when it was made by us, over that data, by that key; one input in
 * some has the cryptography in earnest, which must agree.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "signed_zones.h"

#define MOST_OPERATIONS 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool has_sig(const struct dg_msg *msg, const struct dg_name *name, uint16_t type)
{
	struct dg_rrset set;
	bool has;

	zones_must(dg_rrset_read(&set, msg, DG_SECTION_ANSWER, name, type) == DG_OK, "memory");
	has = set.nsigs > 0;
	dg_rrset_free(&set);
	return has;
}

static bool set_was_signed(const struct dg_msg *msg, const struct dg_name *name, uint16_t type)
{
	struct dg_rrset set;
	bool was;

	zones_must(dg_rrset_read(&set, msg, DG_SECTION_ANSWER, name, type) == DG_OK, "memory");
	was = zones_signed(&set);
	dg_rrset_free(&set);
	return was;
}

static void check_secure(const struct dg_msg *msg, const struct dg_name *name, uint16_t type)
{
	unsigned labels;

	if (dg_msg_find(msg, DG_SECTION_ANSWER, name, type) != NULL && has_sig(msg, name, type)) {
		zones_must(set_was_signed(msg, name, type), "secure, but not what was signed");
		return;
	}
	if (dg_msg_find(msg, DG_SECTION_ANSWER, name, DG_TYPE_CNAME) != NULL &&
	    has_sig(msg, name, DG_TYPE_CNAME)) {
		zones_must(set_was_signed(msg, name, DG_TYPE_CNAME),
			   "secure, but not the signed alias");
		return;
	}
	for (labels = dg_name_labels(name); labels-- > 0;) {
		struct dg_name above = dg_name_ancestor(name, labels), target, made_of;
		const struct dg_rr *rr = dg_msg_find(msg, DG_SECTION_ANSWER, &above, DG_TYPE_DNAME);
		const struct dg_rr *cname =
		    dg_msg_find(msg, DG_SECTION_ANSWER, name, DG_TYPE_CNAME);

		if (rr == NULL)
			continue;
		zones_must(set_was_signed(msg, &above, DG_TYPE_DNAME), "secure, but not the DNAME");
		target = dg_msg_rdata_name(msg, rr, 0);
		if (cname == NULL)
			return;
		made_of = dg_msg_rdata_name(msg, cname, 0);
		zones_must(dg_name_substitute(name, &above, &target, &target) &&
			       dg_name_equal(&target, &made_of),
			   "secure, but not what the DNAME makes of it");
		return;
	}
	zones_must(dg_msg_find(msg, DG_SECTION_ANSWER, name, type) == NULL &&
		       dg_msg_find(msg, DG_SECTION_ANSWER, name, DG_TYPE_CNAME) == NULL,
		   "secure without a signature");
	zones_must(!zones_have(name, type), "denied, but it is there");
}

static void check_verdict(const struct dg_msg *msg, const struct dg_name *name, uint16_t type,
			  const struct dg_judgement *j)
{
	static char reason[DG_JUDGEMENT_TEXT];

	zones_must(zones_verifications <= DG_MAX_CRYPTO, "too many verifications");
	zones_must(zones_hashes <= DG_MAX_HASHES, "too many hashes");
	zones_must(strlen(dg_judgement_print(j, ZONES_NOW, reason)) < sizeof(reason), "text");
	if (j->security == DG_SECURITY_SECURE)
		check_secure(msg, name, type);
	else if (j->security == DG_SECURITY_INSECURE)
		zones_must(dg_name_under(name, &zones_plain) || dg_name_under(name, &zones_opt),
			   "insecure in a signed zone");
	else if (j->security == DG_SECURITY_BOGUS)
		zones_must(j->why != DG_WHY_NONE && j->need_type == 0, "bogus without a reason");
}

/* Nothing but the truth is in the chain of trust. */
static void check_trust(const struct dg_trust *trust)
{
	size_t i, k;

	for (i = 0; i < trust->count; i++) {
		const struct dg_trust_point *p = trust->point[i], *good;

		good = dg_trust_find(&zones_trust, &p->name);
		if (p->cut == DG_CUT_SIGNED)
			zones_must(good != NULL && good->cut == DG_CUT_SIGNED &&
				       memcmp(&good->ds, &p->ds, sizeof(p->ds)) == 0,
				   "other DS records");
		if (p->cut == DG_CUT_UNSIGNED)
			zones_must(dg_name_under(&p->name, &zones_plain) ||
				       dg_name_under(&p->name, &zones_opt),
				   "an unsigned delegation");
		if (p->cut == DG_CUT_NONE && good != NULL)
			zones_must(good->cut == DG_CUT_NONE, "no delegation any more");
		if (!p->has_keys || p->keys_why.security != DG_SECURITY_SECURE)
			continue;
		zones_must(good != NULL && good->keys.count == p->keys.count, "other keys");
		for (k = 0; k < p->keys.count; k++)
			zones_must(p->keys.key[k].len == good->keys.key[k].len &&
				       memcmp(p->keys.key[k].rdata, good->keys.key[k].rdata,
					      p->keys.key[k].len) == 0,
				   "another key");
	}
}

static struct timespec worst;

static void print_worst(void)
{
	printf("worst input: %ld.%06ld s of processor time\n", (long)worst.tv_sec,
	       worst.tv_nsec / 1000);
	signed_msg_cleanup();
}

/* ---- messages out of the input --------------------------------------------------------------- */

struct input {
	const uint8_t *data;
	size_t size, pos;
};

static uint8_t next(struct input *in)
{
	return in->pos < in->size ? in->data[in->pos++] : 0;
}

struct piece {
	uint8_t octets[700];
	size_t len;
	unsigned section;
};

struct message {
	uint8_t head[300];
	size_t head_len;
	struct piece piece[ZONES_RECORDS];
	size_t count;
	uint8_t wire[ZONES_RECORDS * 700 + 300];
	size_t len;
};

static void take_record(struct message *m, const struct zones_message *t, size_t i)
{
	struct piece *p = &m->piece[m->count];

	p->len = t->record[i + 1] - t->record[i];
	if (m->count == ZONES_RECORDS || p->len > sizeof(p->octets))
		return;
	memcpy(p->octets, t->wire + t->record[i], p->len);
	p->section = t->msg.rr[i].section == DG_SECTION_ANSWER ? 0 : 1;
	m->count++;
}

static void change_octet(struct input *in, struct piece *p)
{
	uint8_t high = next(in), low = next(in);
	size_t at = (size_t)(high << 8 | low) % p->len;

	if (high & 0x80)
		p->octets[at] ^= (uint8_t)(1u << (high & 7));
	else
		p->octets[at] = next(in);
}

/* Copies octets of one record over those of another; the length of its RDATA may change with them.
 */
static void splice(struct input *in, struct message *m, struct piece *p)
{
	const struct piece *from = &m->piece[next(in) % m->count];
	size_t at = next(in) % p->len, take = next(in) % from->len, n = next(in);

	if (n > from->len - take)
		n = from->len - take;
	if (n > sizeof(p->octets) - at)
		n = sizeof(p->octets) - at;
	memmove(p->octets + at, from->octets + take, n);
	if (at + n > p->len)
		p->len = at + n;
}

/* Octets of the owner that a record begins with; 0: it is none. */
static size_t owner_len(const struct piece *p)
{
	size_t at = 0;

	while (at < p->len && p->octets[at] != 0 && p->octets[at] <= DG_LABEL_MAX)
		at += p->octets[at] + 1u;
	return at < p->len && at < DG_NAME_MAX && p->octets[at] == 0 ? at + 1 : 0;
}

/* All records of one owner become another's: what was signed there is replayed here. */
static void rename_owner(struct input *in, struct message *m, const struct piece *like)
{
	const struct dg_name *name = &zones_names[next(in) % ZONES_NAMES];
	struct piece old = *like;
	size_t len = owner_len(&old), i;

	for (i = 0; i < m->count && len > 0; i++) {
		struct piece *p = &m->piece[i];

		if (p->len < len || memcmp(p->octets, old.octets, len) != 0 ||
		    p->len - len + name->len > sizeof(p->octets))
			continue;
		memmove(p->octets + name->len, p->octets + len, p->len - len);
		memcpy(p->octets, name->wire, name->len);
		p->len = p->len - len + name->len;
	}
}

static void operate(struct input *in, struct message *m)
{
	uint8_t what = next(in);
	struct piece *p, swap;

	if (m->count == 0 || what % 9 == 0) {
		const struct zones_message *t = &zones_messages[next(in) % zones_count];

		if (t->nrecords > 0)
			take_record(m, t, next(in) % t->nrecords);
		return;
	}
	p = &m->piece[next(in) % m->count];
	switch (what % 9) {
	case 1:
		if (m->count < ZONES_RECORDS)
			m->piece[m->count++] = *p;
		break;
	case 2:
		*p = m->piece[--m->count];
		break;
	case 3:
		p->section = next(in) % 3;
		break;
	case 4:
		swap = m->piece[0];
		m->piece[0] = *p;
		*p = swap;
		break;
	case 5:
		splice(in, m, p);
		break;
	case 6:
		if (m->head_len > DG_MSG_HEADER)
			m->head[what & 8 ? 3
					 : DG_MSG_HEADER +
					       next(in) % (m->head_len - DG_MSG_HEADER)] = next(in);
		break;
	case 7:
		rename_owner(in, m, p);
		break;
	default:
		change_octet(in, p);
		break;
	}
}

static void write_message(struct message *m)
{
	unsigned section;
	size_t i;

	memset(m->head + 6, 0, 6);
	memcpy(m->wire, m->head, m->head_len);
	m->len = m->head_len;
	for (section = 0; section < 3; section++) {
		for (i = 0; i < m->count; i++) {
			if (m->piece[i].section != section)
				continue;
			memcpy(m->wire + m->len, m->piece[i].octets, m->piece[i].len);
			m->len += m->piece[i].len;
			m->wire[7 + 2 * section]++;
		}
	}
}

static void make_message(struct input *in, struct message *m)
{
	const struct zones_message *t = &zones_messages[next(in) % zones_count];
	unsigned operations = next(in) % MOST_OPERATIONS;
	size_t i;

	m->count = 0;
	m->head_len = t->record[0];
	memcpy(m->head, t->wire, m->head_len);
	for (i = 0; i < t->nrecords; i++)
		take_record(m, t, i);
	for (; operations > 0 && in->pos < in->size; operations--)
		operate(in, m);
	write_message(m);
}

/* ---- one input ------------------------------------------------------------------------------- */

static void judge(const struct dg_trust *trust, const struct dg_keys *own, const struct dg_msg *msg,
		  const struct dg_name *name, uint16_t type)
{
	struct dg_judgement j;

	zones_verifications = zones_hashes = 0;
	zones_must(dg_validate(trust, own, msg, &(struct dg_sought){name, type}, ZONES_NOW, &j) ==
		       DG_OK,
		   "memory");
	check_verdict(msg, name, type, &j);
}

static void learn(struct dg_trust *trust, const struct dg_msg *msg, const struct dg_name *name,
		  uint16_t type)
{
	struct dg_judgement j;

	zones_verifications = zones_hashes = 0;
	zones_must(dg_validate_learn(trust, msg, name, type, ZONES_NOW, &j) == DG_OK, "memory");
	zones_must(zones_verifications <= DG_MAX_CRYPTO && zones_hashes <= DG_MAX_HASHES,
		   "too much work to learn");
	check_trust(trust);
}

static void use_message(struct input *in, struct dg_trust *trust, const struct dg_msg *msg,
			uint8_t how)
{
	static const uint16_t types[] = {DG_TYPE_TXT, DG_TYPE_A, DG_TYPE_DS, DG_TYPE_DNSKEY,
					 DG_TYPE_CNAME};
	uint8_t which = next(in);
	struct dg_name name = which & 0x80 ? msg->qname : zones_names[which % ZONES_NAMES];
	uint16_t type = which & 0x40 ? msg->qtype : types[how % 5];
	size_t i;

	if (how & 0x80) {
		learn(trust, msg, &name, type == DG_TYPE_DNSKEY ? type : DG_TYPE_DS);
		judge(trust, NULL, msg, &msg->qname, msg->qtype);
	} else {
		struct dg_keys own = {0};
		struct dg_judgement j;

		/* What it answers is not said in it. */
		for (i = 0; i < ZONES_NAMES; i++)
			judge(&zones_trust, NULL, msg, &zones_names[i], type);
		judge(&zones_trust, NULL, msg, &msg->qname, type);
		zones_verifications = zones_hashes = 0;
		zones_must(dg_validate_keys(&zones_trust, msg, &zones_sub, ZONES_NOW, &own, &j) ==
			       DG_OK,
			   "memory");
		zones_must(zones_verifications <= DG_MAX_SET_CRYPTO,
			   "too many verifications of keys");
		zones_must(j.security == DG_SECURITY_SECURE || own.store == NULL,
			   "keys that do not count");
		if (j.security == DG_SECURITY_SECURE) {
			zones_must(set_was_signed(msg, &zones_sub, DG_TYPE_DNSKEY),
				   "keys not signed");
			judge(&zones_trust, &own, msg, &name, type);
		}
		dg_keys_free(&own);
	}
}

/* Each record of each message at each name. */
static void replay_everywhere(struct message *m)
{
	uint8_t t, r, k;

	for (t = 0; t < zones_count; t++) {
		for (r = 0; r < zones_messages[t].nrecords; r++) {
			for (k = 0; k < ZONES_NAMES; k++) {
				uint8_t octets[] = {t, 1, 7, r, k};
				struct input in = {octets, sizeof(octets), 0};
				struct dg_msg msg;

				make_message(&in, m);
				zones_must(dg_msg_read(&msg, m->wire, m->len, NULL) == DG_OK,
					   "unread");
				judge(&zones_trust, NULL, &msg, &zones_names[k], msg.qtype);
				dg_msg_free(&msg);
			}
		}
	}
}

static void measure(const struct timespec *from)
{
	struct timespec to;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	to.tv_sec -= from->tv_sec;
	to.tv_nsec -= from->tv_nsec;
	if (to.tv_nsec < 0) {
		to.tv_nsec += 1000000000;
		to.tv_sec--;
	}
	if (to.tv_sec > worst.tv_sec || (to.tv_sec == worst.tv_sec && to.tv_nsec > worst.tv_nsec))
		worst = to;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct message m;
	struct input in = {data, size, 0};
	struct dg_trust trust = {0};
	struct timespec from;
	uint8_t shape, how, rounds;
	struct dg_msg msg;

	if (zones_messages[0].wire == NULL) {
		zones_start();
		atexit(print_worst);
	}
	if (size == 1 && data[0] == 0xff) {
		replay_everywhere(&m);
		return 0;
	}
	shape = next(&in);
	how = next(&in);
	zones_in_earnest = shape % 64 == 1;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	if (how & 0x80)
		zones_add_anchors(&trust);
	if (shape % 8 == 0 && size > 3) {
		in.pos = size - 1;
		if (dg_msg_read(&msg, data + 2, size - 3, NULL) == DG_OK) {
			use_message(&in, &trust, &msg, how);
			dg_msg_free(&msg);
		}
	} else {
		/* More than one, where one builds upon another. */
		for (rounds = how & 0x80 ? 1 + shape / 64 : 1; rounds > 0; rounds--) {
			make_message(&in, &m);
			if (dg_msg_read(&msg, m.wire, m.len, NULL) != DG_OK)
				continue;
			use_message(&in, &trust, &msg, how);
			dg_msg_free(&msg);
		}
	}
	dg_trust_free(&trust);
	measure(&from);
	return 0;
}
