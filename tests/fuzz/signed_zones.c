/* SPDX-License-Identifier: ISC */
#include "signed_zones.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#define MOST_MADE 128

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

static const char *const asked[ZONES_NAMES] = {
    "a.example.lab.",   "b.example.lab.",     "c.example.lab.",       "x.d.example.lab.",
    "d.example.lab.",   "e.example.lab.",     "x.e.example.lab.",     "y.e.example.lab.",
    "x.w.example.lab.", "example.lab.",       "a.sub.example.lab.",   "sub.example.lab.",
    "z.example.lab.",   "plain.example.lab.", "a.plain.example.lab.", "a.three.lab.",
    "b.three.lab.",     "x.w.three.lab.",     "w.three.lab.",         "b.a.three.lab.",
    "*.w.example.lab.", "b.w.example.lab.",   "a.opt.lab.",           "u.opt.lab.",
    "y.x.w.three.lab."};

static struct zones_message messages[NTEXTS];
struct zones_message *zones_messages = messages;
size_t zones_count = NTEXTS;
struct dg_name zones_names[ZONES_NAMES], zones_plain, zones_opt, zones_sub;
struct dg_trust zones_trust;

static struct dg_rrset truth[MOST_MADE];
static size_t ntruth;

/* ---- cryptography ---------------------------------------------------------------------------- */

static struct made {
	uint8_t *octets; /* key, signature, data */
	size_t len;
} made[MOST_MADE];
static size_t nmade;
bool zones_in_earnest;
unsigned zones_verifications, zones_hashes;
static bool recording = true;

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

void zones_must(bool holds, const char *what)
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

	zones_verifications++;
	memcpy(octets, key, keylen);
	memcpy(octets + keylen, sig, siglen);
	memcpy(octets + keylen + siglen, ldns_buffer_begin(data), ldns_buffer_position(data));
	known = is_made(octets, len);
	if (recording || zones_in_earnest)
		status = __real_ldns_verify_rrsig_buffers_raw(sig, siglen, data, key, keylen, algo);
	else if (known)
		status = LDNS_STATUS_OK;
	if (zones_in_earnest)
		zones_must(known == (status == LDNS_STATUS_OK), "a signature that we did not make");
	if (recording && status == LDNS_STATUS_OK && !known) {
		zones_must(nmade < MOST_MADE, "too many signatures");
		made[nmade++] = (struct made){octets, len};
	} else {
		free(octets);
	}
	return status;
}

ldns_rdf *__wrap_ldns_nsec3_hash_name(const ldns_rdf *name, uint8_t algorithm, uint16_t iterations,
				      uint8_t salt_length, const uint8_t *salt)
{
	zones_hashes++;
	zones_must(iterations <= DG_MAX_ITERATIONS, "a hash of too many iterations");
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
	above = dg_name_parent(&t->owner);
	return dg_name_under(name, &above) && !dg_name_equal(name, &above);
}

bool zones_signed(const struct dg_rrset *set)
{
	size_t i;

	for (i = 0; i < ntruth; i++)
		if (speaks_for(&truth[i], &set->owner) && same_records(&truth[i], set))
			return true;
	return false;
}

bool zones_have(const struct dg_name *name, uint16_t type)
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
	return dg_name_under(name, &zones_plain) &&
	       (type != DG_TYPE_DS || !dg_name_equal(name, &zones_plain));
}

/* The set is one of the zones' if it is signed there; a wildcard's under its own name. */
static void remember(const struct dg_msg *msg, const struct dg_rr *rr)
{
	struct dg_name owner = dg_msg_owner(msg, rr), above;
	struct dg_rrset *set = &truth[ntruth];

	if (rr->type == DG_TYPE_RRSIG)
		return;
	zones_must(ntruth < MOST_MADE, "too many sets");
	zones_must(dg_rrset_read(set, msg, rr->section, &owner, rr->type) == DG_OK, "memory");
	if (set->nsigs == 0 || zones_signed(set)) {
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

/* ---- start ----------------------------------------------------------------------------------- */

static const struct signed_defaults defaults = {"example.lab.", 15, ZONES_NOW};

static struct dg_name name_of(const char *text)
{
	struct dg_name name;

	zones_must(dg_name_parse(&name, text, NULL) == DG_OK, text);
	return name;
}

static void add_anchor(struct dg_trust *trust, const char *line, const char *zone)
{
	struct dg_name name = name_of(zone);
	struct dg_ds_set set = {0};
	uint8_t rdata[600];

	dg_ds_add(&set, rdata, signed_ds(line, &defaults, rdata));
	zones_must(dg_trust_anchor(trust, &name, &set.ds[0]) == DG_OK, "memory");
}

void zones_add_anchors(struct dg_trust *trust)
{
	add_anchor(trust, "ds example.lab.", "example.lab.");
	add_anchor(trust, "ds three.lab. " THREE, "three.lab.");
	add_anchor(trust, "ds opt.lab. " OPT, "opt.lab.");
}

static void make_template(struct zones_message *t, const char *text)
{
	size_t i, at = DG_MSG_HEADER;

	t->wire = signed_msg(text, &defaults, &t->len);
	zones_must(dg_msg_read(&t->msg, t->wire, t->len, NULL) == DG_OK, text);
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

void zones_start(void)
{
	struct dg_judgement j;
	size_t i;

	zones_plain = name_of("plain.example.lab.");
	zones_opt = name_of("opt.lab.");
	zones_sub = name_of("sub.example.lab.");
	for (i = 0; i < ZONES_NAMES; i++)
		zones_names[i] = name_of(asked[i]);
	zones_add_anchors(&zones_trust);
	for (i = 0; i < NTEXTS; i++) {
		struct zones_message *t = &zones_messages[i];

		make_template(t, texts[i]);
		if (i < FIRST_ANSWER)
			zones_must(dg_validate_learn(&zones_trust, &t->msg, &t->msg.qname,
						     t->msg.qtype, ZONES_NOW, &j) == DG_OK,
				   "memory");
		else
			zones_must(dg_validate(&zones_trust, NULL, &t->msg,
					       &(struct dg_sought){&t->msg.qname, t->msg.qtype},
					       ZONES_NOW, &j) == DG_OK,
				   "memory");
		zones_must(j.security == DG_SECURITY_SECURE || j.security == DG_SECURITY_INSECURE,
			   texts[i]);
		zones_verifications = zones_hashes = 0;
	}
	recording = false;
}
