/* SPDX-License-Identifier: ISC */
/*
 * The validator over really signed messages that the input takes apart and puts together again. Whatever
 * comes out of that:
 *
 * - secure is only what was signed, octet by octet, or the absence of what is not there;
 * - insecure is only what is below the unsigned delegation, or in the zone with opt-out;
 * - the chain of trust holds no other DS records and keys than the signed ones;
 * - no answer costs more than 32 verifications and 16 hashes.
 *
 * A signature counts as right when it was made by us, over that data, by that key; one input in some has
 * the cryptography in earnest, which must agree.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <ldns/ldns.h>

#include "signed_msg.h"
#include "validate.h"

#define NOW 1795276800
#define MOST_RECORDS 64
#define MOST_MADE 128
#define MOST_OPERATIONS 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- the zones ------------------------------------------------------------------------------- */

#define EX "example.lab. "
#define SOA "ns example.lab. SOA m. r. 1 1 1 1 1\n+\n"
#define NSEC(owner, next, types) "ns " owner EX "NSEC " next EX types " RRSIG NSEC\n+\n"
#define APEX NSEC("", "a.", "NS SOA DNSKEY")
#define SUB "zone=sub.example.lab."
#define THREE "zone=three.lab."
#define SOA3 "ns three.lab. SOA m. r. 1 1 1 1 1\n+ zone=three.lab.\n"
#define NSEC3(types, which)                                                                        \
	"ns nsec3 " types " " which "three.lab. zone=three.lab. it=1 salt=ab\n+ zone=three.lab.\n"
#define OPT "zone=opt.lab."

/* Those before FIRST_ANSWER make the chain of trust. */
static const char *const texts[] = {
    "? example.lab. DNSKEY\nan key example.lab.\nan key example.lab. key=1 flags=256\n+",
    "? three.lab. DNSKEY\nan key three.lab. " THREE "\n+ " THREE,
    "? opt.lab. DNSKEY\nan key opt.lab. " OPT "\n+ " OPT,
    "? sub.example.lab. DS\nan ds sub.example.lab. " SUB "\n+",
    "? sub.example.lab. DNSKEY\nan key sub.example.lab. " SUB "\n+ " SUB,
    "? plain.example.lab. DS\n" SOA NSEC("plain.", "sub.", "NS"),
    "? a.example.lab. DS\n" SOA NSEC("a.", "c.", "TXT"),
#define FIRST_ANSWER 7
    "? a.example.lab. TXT\nan a.example.lab. TXT v\nan a.example.lab. TXT w\n+ key=1 flags=256",
    "? a.example.lab. TXT\nan a.example.lab. TXT v\nan a.example.lab. TXT w\n+ bad=7",
    "? c.example.lab. TXT\nan c.example.lab. CNAME a.example.lab.\n+",
    "? x.d.example.lab. TXT\nan d.example.lab. DNAME e.example.lab.\n+\n"
    "an x.d.example.lab. CNAME x.e.example.lab.",
    "? x.e.example.lab. TXT\nan x.e.example.lab. TXT x\n+",
    "? e.example.lab. TXT\n" SOA NSEC("d.", "x.e.", "DNAME"),
    "? a.example.lab. A\n" SOA NSEC("a.", "c.", "TXT"),
    "? b.example.lab. TXT NXDOMAIN\n" SOA NSEC("a.", "c.", "TXT") APEX,
    "? y.e.example.lab. TXT NXDOMAIN\n" SOA NSEC("x.e.", "plain.", "TXT")
	NSEC("d.", "x.e.", "DNAME"),
    "? x.w.example.lab. TXT\nan x.w.example.lab. TXT wild\n+ labels=3\n" NSEC("b.w.", "", "TXT"),
    "? x.w.example.lab. A\n" SOA NSEC("*.w.", "b.w.", "TXT") NSEC("b.w.", "", "TXT"),
    "? b.w.example.lab. TXT\nan b.w.example.lab. TXT b\n+",
    "? b.w.example.lab. A\n" SOA NSEC("b.w.", "", "TXT"),
    "? z.example.lab. TXT NXDOMAIN\n" SOA NSEC("b.w.", "", "TXT") APEX,
    "? t.example.lab. TXT NXDOMAIN\n" SOA NSEC("sub.", "*.w.", "NS DS") APEX,
    "? cc.example.lab. TXT NXDOMAIN\n" SOA NSEC("c.", "d.", "CNAME") APEX,
    "? sub.example.lab. A\nns sub.example.lab. SOA m. r. 1 1 1 1 1\n+ " SUB
    "\nns sub.example.lab. NSEC a.sub.example.lab. NS SOA DNSKEY RRSIG NSEC\n+ " SUB,
    "? a.sub.example.lab. TXT\nan a.sub.example.lab. TXT s\n+ " SUB,
    "? a.plain.example.lab. TXT\nan a.plain.example.lab. TXT p\n",
    "? a.three.lab. TXT\nan a.three.lab. TXT v\n+ " THREE,
    "? a.three.lab. A\n" SOA3 NSEC3("TXT", "match=a."),
    "? b.three.lab. TXT NXDOMAIN\n" SOA3 NSEC3("NS,SOA,DNSKEY", "match=") NSEC3("TXT", "cover=b.")
	NSEC3("TXT", "cover=*."),
    "? b.a.three.lab. TXT NXDOMAIN\n" SOA3 NSEC3("TXT", "match=a.") NSEC3("TXT", "cover=b.a.")
	NSEC3("TXT", "cover=*.a."),
    "? x.w.three.lab. TXT\nan x.w.three.lab. TXT wild\n+ labels=3 " THREE
    "\n" NSEC3("TXT", "cover=x.w."),
    "? x.w.three.lab. A\n" SOA3 NSEC3("-", "match=w.") NSEC3("TXT", "cover=x.w.")
	NSEC3("TXT", "match=*.w."),
    "? w.three.lab. TXT\n" SOA3 NSEC3("-", "match=w."),
    "? a.opt.lab. TXT\nan a.opt.lab. TXT v\n+ " OPT,
    "? u.opt.lab. DS\nns opt.lab. SOA m. r. 1 1 1 1 1\n+ " OPT
    "\nns nsec3 NS,SOA match=opt.lab. flags=1 " OPT "\n+ " OPT
    "\nns nsec3 TXT cover=u.opt.lab. flags=1 " OPT "\n+ " OPT,
};
#define NTEXTS (sizeof(texts) / sizeof(texts[0]))

static const char *const asked[] = {
    "a.example.lab.",   "b.example.lab.",     "c.example.lab.",       "x.d.example.lab.",
    "d.example.lab.",   "e.example.lab.",     "x.e.example.lab.",     "y.e.example.lab.",
    "x.w.example.lab.", "example.lab.",       "a.sub.example.lab.",   "sub.example.lab.",
    "z.example.lab.",   "plain.example.lab.", "a.plain.example.lab.", "a.three.lab.",
    "b.three.lab.",     "x.w.three.lab.",     "w.three.lab.",         "b.a.three.lab.",
    "*.w.example.lab.", "b.w.example.lab.",   "a.opt.lab.",           "u.opt.lab.",
    "y.x.w.three.lab."};
#define NASKED (sizeof(asked) / sizeof(asked[0]))

struct template
{
	uint8_t *wire;
	size_t len;
	struct dg_msg msg;
	size_t record[MOST_RECORDS]; /* where each begins; and the end */
	size_t nrecords;
};

static struct template templates[NTEXTS];
static struct dg_rrset truth[MOST_MADE];
static size_t ntruth;
static struct dg_trust whole;
static struct dg_name asked_names[NASKED], plain, opt;

/* ---- cryptography ---------------------------------------------------------------------------- */

static struct made {
	uint8_t *octets; /* key, signature, data */
	size_t len;
} made[MOST_MADE];
static size_t nmade;
static enum { RECORDING, KNOWN, EARNEST } mode = RECORDING;
static unsigned verifications, hashes;

ldns_status __real_ldns_verify_rrsig_buffers_raw(unsigned char *sig, size_t siglen,
						 ldns_buffer *data, unsigned char *key,
						 size_t keylen, uint8_t algo);
ldns_status __wrap_ldns_verify_rrsig_buffers_raw(unsigned char *sig, size_t siglen,
						 ldns_buffer *data, unsigned char *key,
						 size_t keylen, uint8_t algo);
ldns_rdf *__real_ldns_nsec3_hash_name(const ldns_rdf *name, uint8_t algorithm, uint16_t iterations,
				      uint8_t salt_length, const uint8_t *salt);
ldns_rdf *__wrap_ldns_nsec3_hash_name(const ldns_rdf *name, uint8_t algorithm, uint16_t iterations,
				      uint8_t salt_length, const uint8_t *salt);

static void must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "%s\n", what);
	abort();
}

static bool is_made(const uint8_t *octets, size_t len)
{
	size_t i;

	for (i = 0; i < nmade; i++)
		if (made[i].len == len && memcmp(made[i].octets, octets, len) == 0)
			return true;
	return false;
}

ldns_status __wrap_ldns_verify_rrsig_buffers_raw(unsigned char *sig, size_t siglen,
						 ldns_buffer *data, unsigned char *key,
						 size_t keylen, uint8_t algo)
{
	size_t len = keylen + siglen + ldns_buffer_position(data);
	uint8_t *octets = malloc(len);
	ldns_status status = LDNS_STATUS_CRYPTO_BOGUS;
	bool known;

	verifications++;
	memcpy(octets, key, keylen);
	memcpy(octets + keylen, sig, siglen);
	memcpy(octets + keylen + siglen, ldns_buffer_begin(data), ldns_buffer_position(data));
	known = is_made(octets, len);
	if (mode != KNOWN)
		status = __real_ldns_verify_rrsig_buffers_raw(sig, siglen, data, key, keylen, algo);
	else if (known)
		status = LDNS_STATUS_OK;
	if (mode == EARNEST)
		must(known == (status == LDNS_STATUS_OK), "a signature that we did not make");
	if (mode == RECORDING && status == LDNS_STATUS_OK && !known) {
		must(nmade < MOST_MADE, "too many signatures");
		made[nmade++] = (struct made){octets, len};
	} else {
		free(octets);
	}
	return status;
}

ldns_rdf *__wrap_ldns_nsec3_hash_name(const ldns_rdf *name, uint8_t algorithm, uint16_t iterations,
				      uint8_t salt_length, const uint8_t *salt)
{
	hashes++;
	must(iterations <= DG_MAX_ITERATIONS, "a hash of too many iterations");
	return __real_ldns_nsec3_hash_name(name, algorithm, iterations, salt_length, salt);
}

/* ---- what is true ---------------------------------------------------------------------------- */

static bool same_records(const struct dg_rrset *a, const struct dg_rrset *b)
{
	size_t i;

	if (a->type != b->type || a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++)
		if (a->rdata[i].len != b->rdata[i].len ||
		    memcmp(a->rdata[i].octets, b->rdata[i].octets, a->rdata[i].len) != 0)
			return false;
	return true;
}

static bool speaks_for(const struct dg_rrset *t, const struct dg_name *name)
{
	struct dg_name above;
	size_t i;

	if (dg_name_equal(&t->owner, name))
		return true;
	if (t->owner.wire[0] != 1 || t->owner.wire[1] != '*')
		return false;
	for (i = 0; i < ntruth; i++)
		if (dg_name_equal(&truth[i].owner, name))
			return false;
	above = dg_name_ancestor(&t->owner, dg_name_labels(&t->owner) - 1);
	return dg_name_under(name, &above) && !dg_name_equal(name, &above);
}

static bool was_signed(const struct dg_rrset *set)
{
	size_t i;

	for (i = 0; i < ntruth; i++)
		if (speaks_for(&truth[i], &set->owner) && same_records(&truth[i], set))
			return true;
	return false;
}

static bool is_there(const struct dg_name *name, uint16_t type)
{
	size_t i;

	for (i = 0; i < ntruth; i++) {
		const struct dg_rrset *t = &truth[i];

		if (speaks_for(t, name) && (t->type == type || t->type == DG_TYPE_CNAME))
			return true;
		if (t->type == DG_TYPE_DNAME && dg_name_under(name, &t->owner) &&
		    !dg_name_equal(name, &t->owner))
			return true;
	}
	/* What is there, nobody in the signed zones knows. */
	return dg_name_under(name, &plain) && (type != DG_TYPE_DS || !dg_name_equal(name, &plain));
}

/* The set is one of the zones' if it is signed there; a wildcard's under its own name. */
static void remember(const struct dg_msg *msg, const struct dg_rr *rr)
{
	struct dg_name owner = dg_msg_owner(msg, rr), above;
	struct dg_rrset *set = &truth[ntruth];

	if (rr->type == DG_TYPE_RRSIG)
		return;
	must(ntruth < MOST_MADE, "too many sets");
	must(dg_rrset_read(set, msg, rr->section, &owner, rr->type) == DG_OK, "memory");
	if (set->nsigs == 0 || was_signed(set)) {
		dg_rrset_free(set);
		return;
	}
	if (set->sig[0].labels < dg_name_labels(&owner) && owner.wire[1] != '*') {
		above = dg_name_ancestor(&owner, set->sig[0].labels);
		set->owner.len = (uint8_t)(above.len + 2);
		set->owner.wire[0] = 1;
		set->owner.wire[1] = '*';
		memcpy(set->owner.wire + 2, above.wire, above.len);
	}
	ntruth++;
}

static bool has_sig(const struct dg_msg *msg, const struct dg_name *name, uint16_t type)
{
	struct dg_rrset set;
	bool has;

	must(dg_rrset_read(&set, msg, DG_ANSWER, name, type) == DG_OK, "memory");
	has = set.nsigs > 0;
	dg_rrset_free(&set);
	return has;
}

static bool set_was_signed(const struct dg_msg *msg, const struct dg_name *name, uint16_t type)
{
	struct dg_rrset set;
	bool was;

	must(dg_rrset_read(&set, msg, DG_ANSWER, name, type) == DG_OK, "memory");
	was = was_signed(&set);
	dg_rrset_free(&set);
	return was;
}

static void check_secure(const struct dg_msg *msg, const struct dg_name *name, uint16_t type)
{
	unsigned labels;

	if (dg_msg_find(msg, DG_ANSWER, name, type) != NULL && has_sig(msg, name, type)) {
		must(set_was_signed(msg, name, type), "secure, but not what was signed");
		return;
	}
	if (dg_msg_find(msg, DG_ANSWER, name, DG_TYPE_CNAME) != NULL &&
	    has_sig(msg, name, DG_TYPE_CNAME)) {
		must(set_was_signed(msg, name, DG_TYPE_CNAME), "secure, but not the signed alias");
		return;
	}
	for (labels = dg_name_labels(name); labels-- > 0;) {
		struct dg_name above = dg_name_ancestor(name, labels), target, made_of;
		const struct dg_rr *rr = dg_msg_find(msg, DG_ANSWER, &above, DG_TYPE_DNAME);
		const struct dg_rr *cname = dg_msg_find(msg, DG_ANSWER, name, DG_TYPE_CNAME);

		if (rr == NULL)
			continue;
		must(set_was_signed(msg, &above, DG_TYPE_DNAME), "secure, but not the DNAME");
		target = dg_msg_rdata_name(msg, rr, 0);
		if (cname == NULL)
			return;
		made_of = dg_msg_rdata_name(msg, cname, 0);
		must(dg_name_substitute(name, &above, &target, &target) &&
			 dg_name_equal(&target, &made_of),
		     "secure, but not what the DNAME makes of it");
		return;
	}
	must(dg_msg_find(msg, DG_ANSWER, name, type) == NULL &&
		 dg_msg_find(msg, DG_ANSWER, name, DG_TYPE_CNAME) == NULL,
	     "secure without a signature");
	must(!is_there(name, type), "denied, but it is there");
}

static void check_verdict(const struct dg_msg *msg, const struct dg_name *name, uint16_t type,
			  const struct dg_judgement *j)
{
	static char reason[DG_JUDGEMENT_TEXT];

	must(verifications <= DG_MAX_CRYPTO, "too many verifications");
	must(hashes <= DG_MAX_HASHES, "too many hashes");
	must(strlen(dg_judgement_print(j, NOW, reason)) < sizeof(reason), "text");
	if (j->security == DG_SECURE)
		check_secure(msg, name, type);
	else if (j->security == DG_INSECURE)
		must(dg_name_under(name, &plain) || dg_name_under(name, &opt),
		     "insecure in a signed zone");
	else if (j->security == DG_BOGUS_ANSWER)
		must(j->why != DG_WHY_NONE && j->need_type == 0, "bogus without a reason");
}

/* Nothing but the truth is in the chain of trust. */
static void check_trust(const struct dg_trust *trust)
{
	size_t i, k;

	for (i = 0; i < trust->count; i++) {
		const struct dg_trust_point *p = trust->point[i], *good;

		good = dg_trust_find(&whole, &p->name);
		if (p->cut == DG_CUT_SIGNED)
			must(good != NULL && good->cut == DG_CUT_SIGNED &&
				 memcmp(&good->ds, &p->ds, sizeof(p->ds)) == 0,
			     "other DS records");
		if (p->cut == DG_CUT_UNSIGNED)
			must(dg_name_under(&p->name, &plain) || dg_name_under(&p->name, &opt),
			     "an unsigned delegation");
		if (p->cut == DG_CUT_NONE && good != NULL)
			must(good->cut == DG_CUT_NONE, "no delegation any more");
		if (!p->has_keys || p->keys_why.security != DG_SECURE)
			continue;
		must(good != NULL && good->keys.count == p->keys.count, "other keys");
		for (k = 0; k < p->keys.count; k++)
			must(p->keys.key[k].len == good->keys.key[k].len &&
				 memcmp(p->keys.key[k].rdata, good->keys.key[k].rdata,
					p->keys.key[k].len) == 0,
			     "another key");
	}
}

/* ---- start ----------------------------------------------------------------------------------- */

static const struct signed_defaults defaults = {"example.lab.", 15, NOW};

static struct dg_name name_of(const char *text)
{
	struct dg_name name;

	must(dg_name_parse(&name, text, NULL) == DG_OK, text);
	return name;
}

static void add_anchor(struct dg_trust *trust, const char *line, const char *zone)
{
	struct dg_name name = name_of(zone);
	struct dg_ds_set set = {0};
	uint8_t rdata[600];

	dg_ds_add(&set, rdata, signed_ds(line, &defaults, rdata));
	must(dg_trust_anchor(trust, &name, &set.ds[0]) == DG_OK, "memory");
}

static void add_anchors(struct dg_trust *trust)
{
	add_anchor(trust, "ds example.lab.", "example.lab.");
	add_anchor(trust, "ds three.lab. " THREE, "three.lab.");
	add_anchor(trust, "ds opt.lab. " OPT, "opt.lab.");
}

static void make_template(struct template *t, const char *text)
{
	size_t i, at = DG_MSG_HEADER;

	t->wire = signed_msg(text, &defaults, &t->len);
	must(dg_msg_read(&t->msg, t->wire, t->len, NULL) == DG_OK, text);
	/* Our own messages have no compression. */
	while (t->wire[at] != 0)
		at += t->wire[at] + 1u;
	t->record[0] = at + 5;
	t->nrecords = t->msg.nrr;
	for (i = 0; i < t->msg.nrr; i++) {
		t->record[i + 1] = (size_t)t->msg.rr[i].rdata + t->msg.rr[i].rdlen;
		remember(&t->msg, &t->msg.rr[i]);
	}
}

static struct timespec worst;

static void print_worst(void)
{
	printf("worst input: %ld.%06ld s of processor time\n", (long)worst.tv_sec,
	       worst.tv_nsec / 1000);
	signed_msg_cleanup();
}

static void start(void)
{
	struct dg_judgement j;
	size_t i;

	plain = name_of("plain.example.lab.");
	opt = name_of("opt.lab.");
	for (i = 0; i < NASKED; i++)
		asked_names[i] = name_of(asked[i]);
	add_anchors(&whole);
	for (i = 0; i < NTEXTS; i++) {
		struct template *t = &templates[i];

		make_template(t, texts[i]);
		if (i < FIRST_ANSWER)
			must(dg_validate_learn(&whole, &t->msg, &t->msg.qname, t->msg.qtype, NOW,
					       &j) == DG_OK,
			     "memory");
		else
			must(dg_validate(&whole, NULL, &t->msg, &t->msg.qname, t->msg.qtype, NOW,
					 &j) == DG_OK,
			     "memory");
		must(j.security == DG_SECURE || j.security == DG_INSECURE, texts[i]);
		verifications = hashes = 0;
	}
	atexit(print_worst);
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
	struct piece piece[MOST_RECORDS];
	size_t count;
	uint8_t wire[MOST_RECORDS * 700 + 300];
	size_t len;
};

static void take_record(struct message *m, const struct template *t, size_t i)
{
	struct piece *p = &m->piece[m->count];

	p->len = t->record[i + 1] - t->record[i];
	if (m->count == MOST_RECORDS || p->len > sizeof(p->octets))
		return;
	memcpy(p->octets, t->wire + t->record[i], p->len);
	p->section = t->msg.rr[i].section == DG_ANSWER ? 0 : 1;
	m->count++;
}

static void change_octet(struct input *in, struct piece *p)
{
	uint8_t high = next(in), low = next(in);
	size_t at = (size_t)(high << 8 | low) % p->len;

	p->octets[at] = high & 0x80 ? p->octets[at] ^ (uint8_t)(1 << (high & 7)) : next(in);
}

/* Copies octets of one record over those of another; the length of its RDATA may change with them. */
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
	const struct dg_name *name = &asked_names[next(in) % NASKED];
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
		const struct template *t = &templates[next(in) % NTEXTS];

		if (t->nrecords > 0)
			take_record(m, t, next(in) % t->nrecords);
		return;
	}
	p = &m->piece[next(in) % m->count];
	switch (what % 9) {
	case 1:
		if (m->count < MOST_RECORDS)
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
	const struct template *t = &templates[next(in) % NTEXTS];
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

	verifications = hashes = 0;
	must(dg_validate(trust, own, msg, name, type, NOW, &j) == DG_OK, "memory");
	check_verdict(msg, name, type, &j);
}

static void learn(struct dg_trust *trust, const struct dg_msg *msg, const struct dg_name *name,
		  uint16_t type)
{
	struct dg_judgement j;

	verifications = hashes = 0;
	must(dg_validate_learn(trust, msg, name, type, NOW, &j) == DG_OK, "memory");
	must(verifications <= DG_MAX_CRYPTO && hashes <= DG_MAX_HASHES, "too much work to learn");
	check_trust(trust);
}

static void use_message(struct input *in, struct dg_trust *trust, const struct dg_msg *msg,
			uint8_t how)
{
	static const uint16_t types[] = {DG_TYPE_TXT, DG_TYPE_A, DG_TYPE_DS, DG_TYPE_DNSKEY,
					 DG_TYPE_CNAME};
	uint8_t which = next(in);
	struct dg_name name = which & 0x80 ? msg->qname : asked_names[which % NASKED];
	uint16_t type = which & 0x40 ? msg->qtype : types[how % 5];
	size_t i;

	if (how & 0x80) {
		learn(trust, msg, &name, type == DG_TYPE_DNSKEY ? type : DG_TYPE_DS);
		judge(trust, NULL, msg, &msg->qname, msg->qtype);
	} else {
		struct dg_keys own = {0};
		struct dg_judgement j;
		struct dg_name zone = name_of("sub.example.lab.");

		/* What it answers is not said in it. */
		for (i = 0; i < NASKED; i++)
			judge(&whole, NULL, msg, &asked_names[i], type);
		judge(&whole, NULL, msg, &msg->qname, type);
		verifications = hashes = 0;
		must(dg_validate_keys(&whole, msg, &zone, NOW, &own, &j) == DG_OK, "memory");
		must(verifications <= DG_MAX_SET_CRYPTO, "too many verifications of keys");
		must(j.security == DG_SECURE || own.store == NULL, "keys that do not count");
		if (j.security == DG_SECURE) {
			must(set_was_signed(msg, &zone, DG_TYPE_DNSKEY), "keys not signed");
			judge(&whole, &own, msg, &name, type);
		}
		dg_keys_free(&own);
	}
}

/* Each record of each message at each name. */
static void replay_everywhere(struct message *m)
{
	uint8_t t, r, k;

	for (t = 0; t < NTEXTS; t++) {
		for (r = 0; r < templates[t].nrecords; r++) {
			for (k = 0; k < NASKED; k++) {
				uint8_t octets[] = {t, 1, 7, r, k};
				struct input in = {octets, sizeof(octets), 0};
				struct dg_msg msg;

				make_message(&in, m);
				must(dg_msg_read(&msg, m->wire, m->len, NULL) == DG_OK, "unread");
				judge(&whole, NULL, &msg, &asked_names[k], msg.qtype);
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

	if (templates[0].wire == NULL)
		start();
	if (size == 1 && data[0] == 0xff) {
		replay_everywhere(&m);
		return 0;
	}
	shape = next(&in);
	how = next(&in);
	mode = shape % 64 == 1 ? EARNEST : KNOWN;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	if (how & 0x80)
		add_anchors(&trust);
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
