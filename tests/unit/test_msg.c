/* SPDX-License-Identifier: ISC */
/* The reader: what it accepts, what it refuses, and that it agrees with ldns on messages that ldns
 * made. */
#include "unit.h"

#include <ldns/ldns.h>

/* Header with QR and AA, one question "a. TXT", and room for records. */
#define HEAD(an, ns, ar) 0x12, 0x34, 0x84, 0, 0, 1, 0, an, 0, ns, 0, ar, 1, 'a', 0, 0, 16, 0, 1
#define OWNER 0xc0, 12
#define RR(type, len) 0, type, 0, 1, 0, 0, 0, 60, 0, len

static const struct {
	const char *what;
	bool good;
	size_t len;
	uint8_t wire[96];
} rows[] = {
    {"a question alone", true, 19, {HEAD(0, 0, 0)}},
    {"half a header", false, 11, {HEAD(0, 0, 0)}},
    {"half a question", false, 17, {HEAD(0, 0, 0)}},
    {"octets behind the end", true, 24, {HEAD(0, 0, 0), 1, 2, 3, 4, 5}},
    {"a record that is not there", false, 19, {HEAD(1, 0, 0)}},
    {"TXT", true, 19 + 14, {HEAD(1, 0, 0), OWNER, RR(16, 2), 1, 'v'}},
    {"TXT, empty string", true, 19 + 13, {HEAD(1, 0, 0), OWNER, RR(16, 1), 0}},
    {"TXT without any string", false, 19 + 12, {HEAD(1, 0, 0), OWNER, RR(16, 0)}},
    {"TXT, string too long", false, 19 + 14, {HEAD(1, 0, 0), OWNER, RR(16, 2), 2, 'v'}},
    {"RDATA beyond the end", false, 19 + 14, {HEAD(1, 0, 0), OWNER, RR(16, 3), 1, 'v'}},
    {"A", true, 19 + 16, {HEAD(1, 0, 0), OWNER, RR(1, 4), 127, 0, 0, 1}},
    {"A of five octets", false, 19 + 17, {HEAD(1, 0, 0), OWNER, RR(1, 5), 127, 0, 0, 1, 1}},
    {"A of three octets", false, 19 + 15, {HEAD(1, 0, 0), OWNER, RR(1, 3), 127, 0, 0}},
    {"CNAME", true, 19 + 15, {HEAD(1, 0, 0), OWNER, RR(5, 3), 1, 'b', 0}},
    {"CNAME, compressed", true, 19 + 14, {HEAD(1, 0, 0), OWNER, RR(5, 2), 0xc0, 12}},
    {"CNAME, an octet too many", false, 19 + 16, {HEAD(1, 0, 0), OWNER, RR(5, 4), 1, 'b', 0, 0}},
    {"CNAME that runs out of its RDATA",
     false,
     19 + 16,
     {HEAD(1, 0, 0), OWNER, RR(5, 2), 1, 'b', 0, 0}},
    {"owner points at itself", false, 19 + 16, {HEAD(1, 0, 0), 0xc0, 19, RR(1, 4), 127, 0, 0, 1}},
    {"owner points forward", false, 19 + 16, {HEAD(1, 0, 0), 0xc0, 30, RR(1, 4), 127, 0, 0, 1}},
    {"owner points into the header",
     true,
     19 + 16,
     {HEAD(1, 0, 0), 0xc0, 6, RR(1, 4), 127, 0, 0, 1}},
    {"label type 01", false, 19 + 16, {HEAD(1, 0, 0), 0x41, 12, RR(1, 4), 127, 0, 0, 1}},
    {"label type 10", false, 19 + 16, {HEAD(1, 0, 0), 0x81, 12, RR(1, 4), 127, 0, 0, 1}},
    {"unknown type", true, 19 + 13, {HEAD(1, 0, 0), OWNER, RR(99, 1), 0xff}},
    {"OPT", true, 30, {HEAD(0, 0, 1), 0, 0, 41, 4, 0xd0, 0, 0, 0x80, 0, 0, 0}},
    {"two OPTs", false, 41, {HEAD(0, 0, 2), 0, 0, 41, 4, 0xd0, 0, 0, 0, 0, 0, 0, 0, 0, 41, 4,
			     0xd0,          0, 0, 0,  0, 0,    0}},
    {"OPT in the answer", false, 30, {HEAD(1, 0, 0), 0, 0, 41, 4, 0xd0, 0, 0, 0, 0, 0, 0}},
    {"OPT with a name", false, 31, {HEAD(0, 0, 1), OWNER, 0, 41, 4, 0xd0, 0, 0, 0, 0, 0, 0}},
    {"OPT, option cut off",
     false,
     33,
     {HEAD(0, 0, 1), 0, 0, 41, 4, 0xd0, 0, 0, 0, 0, 0, 3, 0, 3, 0}},
    {"OPT with an option",
     true,
     35,
     {HEAD(0, 0, 1), 0, 0, 41, 4, 0xd0, 0, 0, 0, 0, 0, 5, 0, 3, 0, 1, 7}},
    {"NSEC, window 0", true, 19 + 16, {HEAD(0, 1, 0), OWNER, RR(47, 4), 0, 0, 1, 0x40}},
    {"NSEC, window empty", false, 19 + 15, {HEAD(0, 1, 0), OWNER, RR(47, 3), 0, 0, 0}},
    {"NSEC, windows descending",
     false,
     19 + 19,
     {HEAD(0, 1, 0), OWNER, RR(47, 7), 0, 1, 1, 0x40, 0, 1, 0x40}},
    {"NSEC, window of 33 octets", false, 19 + 48, {HEAD(0, 1, 0), OWNER, RR(47, 36), 0, 0, 33}},
    {"SOA cut off", false, 19 + 16, {HEAD(0, 1, 0), OWNER, RR(6, 4), 0, 0, 0, 0}},
    {"DS without digest", false, 19 + 16, {HEAD(0, 1, 0), OWNER, RR(43, 4), 0, 1, 13, 2}},
};

static void test_rows(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dg_error err = {0};
		struct dg_msg msg;
		enum dg_status status = dg_msg_read(&msg, rows[i].wire, rows[i].len, &err);

		if ((status == DG_OK) != rows[i].good)
			fail_msg("%s: %s", rows[i].what, status == DG_OK ? "accepted" : err.text);
		if (status == DG_OK)
			dg_msg_free(&msg);
		else
			assert_int_equal(status, DG_EPARSE);
	}
}

/* Cut anywhere, a message is refused, and nothing is read beyond its end (the sanitizers watch). */
static void test_every_cut(void **state)
{
	size_t len, cut;
	uint8_t *wire = unit_reply(
	    "c.example.lab. TXT", "aa opt",
	    "an c.example.lab. TXT \"v\" \"w\"\n"
	    "an c.example.lab. RRSIG TXT 13 3 60 20300101000000 20200101000000 1 example.lab. "
	    "AAAA\n"
	    "ns example.lab. SOA m. r. 7 1 1 1 30\nns example.lab. NSEC a.example.lab. TXT CAA\n"
	    "ar ns.example.lab. AAAA ::1\n",
	    &len);

	(void)state;
	for (cut = 0; cut <= len; cut++) {
		uint8_t *copy = malloc(cut + 1);
		struct dg_msg msg;
		enum dg_status status;

		memcpy(copy, wire, cut);
		status = dg_msg_read(&msg, copy, cut, NULL);
		assert_int_equal(status, cut == len ? DG_OK : DG_EPARSE);
		if (status == DG_OK)
			dg_msg_free(&msg);
		free(copy);
	}
	free(wire);
}

static void test_set(void **state)
{
	uint8_t *wire, out[64];
	struct dg_msg msg =
	    unit_msg("C.example.lab. TXT", "aa opt",
		     "an x.example.lab. TXT \"x\"\nan c.example.lab. TXT \"a\" \"b\"\n"
		     "an C.EXAMPLE.LAB. TXT \"c\"\nns c.example.lab. TXT \"d\"\n",
		     &wire);
	struct dg_name name = unit_name("c.example.lab.");
	const struct dg_rr *rr;
	size_t cursor = 0;

	(void)state;
	assert_true(msg.aa);
	assert_true(msg.edns);
	assert_int_equal(msg.edns_size, 1232);
	assert_int_equal(msg.id, 4711);
	assert_true(dg_name_equal(&msg.qname, &name));
	rr = dg_msg_next(&msg, DG_SECTION_ANSWER, &name, DG_TYPE_TXT, &cursor);
	assert_non_null(rr);
	assert_int_equal(dg_msg_txt(&msg, rr, out), 2);
	assert_memory_equal(out, "ab", 2);
	rr = dg_msg_next(&msg, DG_SECTION_ANSWER, &name, DG_TYPE_TXT, &cursor);
	assert_non_null(rr);
	assert_int_equal(dg_msg_txt(&msg, rr, out), 1);
	assert_null(dg_msg_next(&msg, DG_SECTION_ANSWER, &name, DG_TYPE_TXT, &cursor));
	assert_non_null(dg_msg_find(&msg, DG_SECTION_AUTHORITY, &name, DG_TYPE_TXT));
	assert_null(dg_msg_find(&msg, DG_SECTION_ADDITIONAL, &name, DG_TYPE_TXT));
	dg_msg_free(&msg);
	free(wire);
}

static void test_extended_rcode(void **state)
{
	/* BADVERS is 16: the upper bits stand in OPT (RFC 6891 section 6.1.3). */
	static const uint8_t wire[] = {HEAD(0, 0, 1), 0, 0, 41, 4, 0xd0, 1, 0, 0, 0, 0, 0};
	struct dg_msg msg;
	char text[DG_RCODE_TEXT];

	(void)state;
	assert_int_equal(dg_msg_read(&msg, wire, sizeof(wire), NULL), DG_OK);
	assert_int_equal(msg.rcode, DG_RCODE_BADVERS);
	assert_string_equal(dg_rcode_print(msg.rcode, text), "BADVERS");
	assert_string_equal(dg_rcode_print(4095, text), "RCODE4095");
	dg_msg_free(&msg);
}

/* ---- agreement ------------------------------------------------------------------------------- */

static uint32_t random_state = 1;

static uint32_t pick(uint32_t n)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (random_state >> 8) % n;
}

static void push_random_rr(ldns_pkt *pkt)
{
	static const char *const texts[] = {
	    "%s.example.lab. 60 TXT \"%s\" \"more\"",
	    "%s.example.lab. 60 A 192.0.2.1",
	    "%s.example.lab. 60 AAAA 2001:db8::1",
	    "%s.example.lab. 60 NS %s.example.lab.",
	    "%s.example.lab. 60 CNAME %s.example.net.",
	    "%s.example.lab. 60 DNAME %s.example.net.",
	    "%s.example.lab. 60 SOA %s.example.lab. r.example.lab. 1 2 3 4 5",
	    "%s.example.lab. 60 MX 10 %s.example.lab.",
	    "%s.example.lab. 60 SRV 1 2 3 %s.example.lab.",
	    "%s.example.lab. 60 PTR %s.example.lab.",
	    "%s.example.lab. 60 CAA 0 issue \"%s\"",
	    "%s.example.lab. 60 DS 12345 13 2 "
	    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
	    "%s.example.lab. 60 DNSKEY 257 3 13 AAECAwQFBgc=",
	    "%s.example.lab. 60 RRSIG TXT 13 3 60 20300101000000 20200101000000 1 %s.lab. "
	    "AAECAwQFBgc=",
	    "%s.example.lab. 60 NSEC %s.example.lab. A TXT CAA",
	    "%s.example.lab. 60 NSEC3 1 0 5 aabb 2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG",
	    "%s.example.lab. 60 NSEC3PARAM 1 0 5 aabb",
	    "%s.example.lab. 60 TYPE65280 \\# 4 00112233",
	};
	char a[16], b[16], text[400];
	ldns_rr *rr = NULL;

	snprintf(a, sizeof(a), "n%u", pick(50));
	snprintf(b, sizeof(b), "m%u", pick(50));
	snprintf(text, sizeof(text), texts[pick(sizeof(texts) / sizeof(texts[0]))], a, b);
	assert_int_equal(ldns_rr_new_frm_str(&rr, text, 60, NULL, NULL), LDNS_STATUS_OK);
	ldns_pkt_push_rr(pkt, (ldns_pkt_section)(LDNS_SECTION_ANSWER + pick(3)), rr);
}

static void test_agrees_with_ldns(void **state)
{
	unsigned i, k;

	(void)state;
	for (i = 0; i < 10000; i++) {
		ldns_pkt *pkt = NULL, *again = NULL;
		uint8_t *wire = NULL;
		struct dg_error err = {0};
		struct dg_msg msg;
		size_t len;

		ldns_pkt_query_new_frm_str(&pkt, "n1.example.lab.", LDNS_RR_TYPE_TXT,
					   LDNS_RR_CLASS_IN, 0);
		ldns_pkt_set_qr(pkt, true);
		ldns_pkt_set_aa(pkt, pick(2));
		ldns_pkt_set_rcode(pkt, (uint8_t)pick(6));
		if (pick(2))
			ldns_pkt_set_edns_udp_size(pkt, 1232);
		for (k = pick(30); k > 0; k--)
			push_random_rr(pkt);
		assert_int_equal(ldns_pkt2wire(&wire, pkt, &len), LDNS_STATUS_OK);
		assert_int_equal(ldns_wire2pkt(&again, wire, len), LDNS_STATUS_OK);
		if (dg_msg_read(&msg, wire, len, &err) != DG_OK)
			fail_msg("message %u: %s", i, err.text);
		assert_int_equal(msg.nrr, ldns_rr_list_rr_count(ldns_pkt_answer(again)) +
					      ldns_rr_list_rr_count(ldns_pkt_authority(again)) +
					      ldns_rr_list_rr_count(ldns_pkt_additional(again)));
		assert_int_equal(msg.rcode, ldns_pkt_get_rcode(again));
		dg_msg_free(&msg);
		ldns_pkt_free(pkt);
		ldns_pkt_free(again);
		free(wire);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_every_cut),
	    cmocka_unit_test(test_set),
	    cmocka_unit_test(test_extended_rcode),
	    cmocka_unit_test(test_agrees_with_ldns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
