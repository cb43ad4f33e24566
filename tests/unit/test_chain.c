/* SPDX-License-Identifier: ISC */
/* The chain of trust: DS records, where zones begin, what counts as unsigned, aliases. */
#include "unit_dnssec.h"

#include "signed_msg.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

#define SUB_KEYS                                                                                   \
	"? sub.example.lab. DNSKEY\nan key sub.example.lab. zone=sub.example.lab.\n+ "             \
	"zone=sub.example.lab."
#define SUB_TXT "? c.sub.example.lab. TXT\nan c.sub.example.lab. TXT \"v\"\n"
#define SIGNED SUB_TXT "+ zone=sub.example.lab."
#define DS_OF(options) "an ds sub.example.lab. zone=sub.example.lab. " options "\n"
#define DS(options) "? sub.example.lab. DS\n" DS_OF(options) "+"
#define NO_DS "? sub.example.lab. DS\n"
#define NX_DS "? sub.example.lab. DS NXDOMAIN\n"
#define CHAIN(ds) .chain = {ANCHOR, KEYS, ds, SUB_KEYS}
#define CUT(ds) .chain = {ANCHOR, KEYS, ds}

static const struct unit_row digests[] = {
    {"SHA-256", SIGNED, SECURE, CHAIN(DS("digest=2"))},
    {"SHA-384", SIGNED, SECURE, CHAIN(DS("digest=4"))},
    {"SHA-1", SIGNED, SECURE, CHAIN(DS("digest=1"))},
    {"unknown digest", SIGNED, INSECURE(UNSUPPORTED_DS), CHAIN(DS("dtype=99"))},
    {"GOST", SIGNED, INSECURE(UNSUPPORTED_DS), CHAIN(DS("dtype=3"))},
    {"unknown digest beside SHA-256", SIGNED, SECURE,
     CHAIN("? sub.example.lab. DS\n" DS_OF("dtype=99") DS_OF("") "+")},
    {"SHA-1 beside SHA-256", SIGNED, SECURE,
     CHAIN("? sub.example.lab. DS\n" DS_OF("digest=1") DS_OF("") "+")},
    {"SHA-1 beside a wrong SHA-256", SIGNED, BOGUS(NO_KEY_FOR_DS),
     CHAIN("? sub.example.lab. DS\n" DS_OF("digest=1") DS_OF("flip") "+")},
    {"SHA-1 beside a wrong SHA-384", SIGNED, BOGUS(NO_KEY_FOR_DS),
     CHAIN("? sub.example.lab. DS\n" DS_OF("digest=1") DS_OF("digest=4 flip") "+")},
    {"SHA-1 beside an unknown digest", SIGNED, SECURE,
     CHAIN("? sub.example.lab. DS\n" DS_OF("digest=1") DS_OF("dtype=99") "+")},
    {"a wrong one", SIGNED, BOGUS(NO_KEY_FOR_DS), CHAIN(DS("flip"))},
    {"a wrong one beside a good one", SIGNED, SECURE,
     CHAIN("? sub.example.lab. DS\n" DS_OF("flip") DS_OF("") "+")},
    {"of another key", SIGNED, BOGUS(NO_KEY_FOR_DS), CHAIN(DS("key=1"))},
    {"a wrong tag", SIGNED, BOGUS(NO_KEY_FOR_DS), CHAIN(DS("tag=1"))},
    {"a wrong algorithm", SIGNED, BOGUS(NO_KEY_FOR_DS), CHAIN(DS("falg=8"))},
    {"SHA-256 cut", SIGNED, BOGUS(NO_KEY_FOR_DS), CHAIN(DS("cut=31"))},
    {"SHA-384 of 32 octets", SIGNED, BOGUS(NO_KEY_FOR_DS), CHAIN(DS("digest=4 cut=32"))},
    {"of a key that may not sign", SIGNED, BOGUS(NO_KEY_FOR_DS),
     .chain = {ANCHOR, KEYS, DS("flags=1"),
	       "? sub.example.lab. DNSKEY\nan key sub.example.lab. zone=sub.example.lab. flags=1\n"
	       "+ zone=sub.example.lab. flags=1"}},
    {"a good one, the keys signed by another", SIGNED, BOGUS(KEYS_NOT_SIGNED),
     .chain = {ANCHOR, KEYS, DS(""),
	       "? sub.example.lab. DNSKEY\nan key sub.example.lab. zone=sub.example.lab.\n"
	       "an key sub.example.lab. zone=sub.example.lab. key=1\n"
	       "+ zone=sub.example.lab. key=1"}},
    {"a good one, no keys", SIGNED, BOGUS(NO_KEY_FOR_DS),
     .chain = {ANCHOR, KEYS, DS(""), "? sub.example.lab. DNSKEY\n"}},
    {"a good one, the keys not signed", SIGNED, BOGUS(KEYS_NOT_SIGNED),
     .chain = {ANCHOR, KEYS, DS(""),
	       "? sub.example.lab. DNSKEY\nan key sub.example.lab. zone=sub.example.lab.\n"}},
};

#define UNSUPPORTED(n)                                                                             \
	{                                                                                          \
		"algorithm " n, SUB_TXT, INSECURE(UNSUPPORTED_KEY), CUT(DS("falg=" n))             \
	}
static const struct unit_row unsupported[] = {
    UNSUPPORTED("0"),
    UNSUPPORTED("1"),
    UNSUPPORTED("3"),
    UNSUPPORTED("5"),
    UNSUPPORTED("6"),
    UNSUPPORTED("7"),
    UNSUPPORTED("12"),
    UNSUPPORTED("17"),
    UNSUPPORTED("252"),
    UNSUPPORTED("253"),
    UNSUPPORTED("254"),
    {"one of two can be used", SUB_TXT, NEEDS("DS c.sub.example.lab."),
     CUT("? sub.example.lab. DS\n" DS_OF("falg=5") DS_OF("") "+")},
    {"algorithm 5 and signatures by it", SUB_TXT "+ zone=sub.example.lab. alg=5",
     INSECURE(UNSUPPORTED_KEY), CUT(DS("alg=5"))},
};

static const struct unit_row cuts[] = {
    {"not known", SUB_TXT, NEEDS("DS sub.example.lab."), .chain = {ANCHOR, KEYS}},
    {"not known, with a signature", SIGNED, NEEDS("DS sub.example.lab."), .chain = {ANCHOR, KEYS}},
    {"signed, keys not known", SIGNED, NEEDS("DNSKEY sub.example.lab."), CUT(DS(""))},
    {"keys not known above", NULL, NEEDS("DNSKEY example.lab."), .chain = {ANCHOR, DS("")}},
    {"NSEC", SUB_TXT, INSECURE(NONE),
     CUT(NO_DS "ns sub.example.lab. NSEC z.example.lab. NS RRSIG NSEC\n+")},
    {"NSEC, the answer signed all the same", SIGNED, INSECURE(NONE),
     CUT(NO_DS "ns sub.example.lab. NSEC z.example.lab. NS RRSIG NSEC\n+")},
    {"NSEC with DS", SUB_TXT, BOGUS(NO_DS_DENIAL),
     CUT(NO_DS "ns sub.example.lab. NSEC z.example.lab. NS DS RRSIG NSEC\n+")},
    {"NSEC with SOA: the child's", SUB_TXT, BOGUS(NO_DS_DENIAL),
     CUT(NO_DS "ns sub.example.lab. NSEC z.example.lab. NS SOA RRSIG NSEC\n+")},
    {"NSEC with CNAME", SUB_TXT, BOGUS(NO_DS_DENIAL),
     CUT(NO_DS "ns sub.example.lab. NSEC z.example.lab. NS CNAME RRSIG NSEC\n+")},
    {"NSEC of the child", SUB_TXT, BOGUS(NO_DS_DENIAL),
     CUT(NO_DS "ns sub.example.lab. NSEC z.sub.example.lab. NS RRSIG NSEC\n+ "
	       "zone=sub.example.lab.")},
    {"NSEC without NS: no zone begins there", SUB_TXT, NEEDS("DS c.sub.example.lab."),
     CUT(NO_DS "ns sub.example.lab. NSEC z.example.lab. A RRSIG NSEC\n+")},
    {"an empty non-terminal: no zone begins there", SUB_TXT, NEEDS("DS c.sub.example.lab."),
     CUT(NO_DS "ns r.example.lab. NSEC c.sub.example.lab. A RRSIG NSEC\n+")},
    {"no such name: no zone begins there", SUB_TXT, NEEDS("DS c.sub.example.lab."),
     CUT(NX_DS "ns example.lab. NSEC z.example.lab. NS SOA RRSIG NSEC\n+")},
    {"no proof", SUB_TXT, BOGUS(NO_DS_DENIAL), CUT(NO_DS)},
    {"an unsigned proof", SUB_TXT, BOGUS(NO_DS_DENIAL),
     CUT(NO_DS "ns sub.example.lab. NSEC z.example.lab. NS RRSIG NSEC\n")},
    {"a wrongly signed proof", SUB_TXT, BOGUS(WRONG_SIGNATURE),
     CUT(NO_DS "ns sub.example.lab. NSEC z.example.lab. NS RRSIG NSEC\n+ flip")},
    {"an expired proof", SUB_TXT, BOGUS(EXPIRED),
     CUT(NO_DS "ns sub.example.lab. NSEC z.example.lab. NS RRSIG NSEC\n+ to=-1")},
    {"another name's proof", SUB_TXT, BOGUS(NO_DS_DENIAL),
     CUT(NO_DS "ns suc.example.lab. NSEC z.example.lab. NS RRSIG NSEC\n+")},
    {"NSEC3", SUB_TXT, INSECURE(NONE), CUT(NO_DS "ns nsec3 NS match=sub.example.lab.\n+")},
    {"NSEC3 with DS", SUB_TXT, BOGUS(NO_DS_DENIAL),
     CUT(NO_DS "ns nsec3 NS,DS match=sub.example.lab.\n+")},
    {"NSEC3 with SOA", SUB_TXT, BOGUS(NO_DS_DENIAL),
     CUT(NO_DS "ns nsec3 NS,SOA match=sub.example.lab.\n+")},
    {"NSEC3 without NS", SUB_TXT, NEEDS("DS c.sub.example.lab."),
     CUT(NO_DS "ns nsec3 A match=sub.example.lab.\n+")},
    {"NSEC3, opt-out", SUB_TXT, INSECURE(NONE),
     CUT(NO_DS "ns nsec3 SOA,NS match=example.lab. flags=1\n+\n"
	       "ns nsec3 A cover=sub.example.lab. flags=1\n+")},
    {"NSEC3, covered without opt-out", SUB_TXT, BOGUS(NO_DS_DENIAL),
     CUT(NO_DS "ns nsec3 SOA,NS match=example.lab.\n+\nns nsec3 A cover=sub.example.lab.\n+")},
    {"NSEC3, opt-out, no encloser", SUB_TXT, BOGUS(NO_DS_DENIAL),
     CUT(NO_DS "ns nsec3 A cover=sub.example.lab. flags=1\n+")},
    {"NSEC3, 151 iterations", SUB_TXT, INSECURE(ITERATIONS),
     CUT(NO_DS "ns nsec3 NS match=sub.example.lab. it=151\n+")},
    {"the DS set is not signed", SIGNED, BOGUS(NO_SIGNATURE),
     CUT("? sub.example.lab. DS\n" DS_OF(""))},
    {"the DS set is signed by the child", SIGNED, BOGUS(WRONG_SIGNATURE),
     CUT("? sub.example.lab. DS\n" DS_OF("") "+ zone=sub.example.lab.")},
    {"the DS set is wrongly signed", SIGNED, BOGUS(WRONG_SIGNATURE),
     CUT("? sub.example.lab. DS\n" DS_OF("") "+ flip")},
    {"an alias: no zone begins there", SUB_TXT, NEEDS("DS c.sub.example.lab."),
     CUT("? sub.example.lab. DS\nan sub.example.lab. CNAME other.\n+")},
    {"signed below, answer not signed", SUB_TXT, NEEDS("DS c.sub.example.lab."), CHAIN(DS(""))},
    {"signed below, answer not signed, no further cut", SUB_TXT, BOGUS(NO_SIGNATURE),
     .chain = {ANCHOR, KEYS, DS(""), SUB_KEYS,
	       "? c.sub.example.lab. DS\nns c.sub.example.lab. NSEC z.sub.example.lab. TXT RRSIG "
	       "NSEC\n+ zone=sub.example.lab."}},
    /* RFC 4035 section 5.3.1: the signer must be the zone that contains the set. */
    {"the parent signs for the child's name", SUB_TXT "+", BOGUS(WRONG_SIGNATURE),
     .chain = {ANCHOR, KEYS, DS(""), SUB_KEYS,
	       "? c.sub.example.lab. DS\nns c.sub.example.lab. NSEC z.sub.example.lab. TXT RRSIG "
	       "NSEC\n+ zone=sub.example.lab."}},
    {"the parent signs for the unsigned child's name", SUB_TXT "+", INSECURE(NONE),
     CUT(NO_DS "ns sub.example.lab. NSEC z.example.lab. NS RRSIG NSEC\n+")},
    {"a denial by the parent of a name of the child",
     "? x.sub.example.lab. TXT NXDOMAIN\nns sub.example.lab. NSEC z.example.lab. NS DS\n+\n"
     "ns example.lab. NSEC a.example.lab. NS SOA\n+",
     NEEDS("DS x.sub.example.lab."), CHAIN(DS(""))},
    {"unsigned above an anchor, the answer signed",
     "? c.example.lab. TXT\nan c.example.lab. TXT v\n+", SECURE,
     .chain = {"anchor ds . zone=.", "? . DNSKEY\nan key . zone=.\n+ zone=.",
	       "? lab. DS\nns lab. NSEC z. NS RRSIG NSEC\n+ zone=.", ANCHOR, KEYS}},
    {"unsigned above an anchor, the answer not signed",
     "? c.example.lab. TXT\nan c.example.lab. TXT v\n", NEEDS("DS c.example.lab."),
     .chain = {"anchor ds . zone=.", "? . DNSKEY\nan key . zone=.\n+ zone=.",
	       "? lab. DS\nns lab. NSEC z. NS RRSIG NSEC\n+ zone=.", ANCHOR, KEYS}},
    {"no anchor above", "? c.other. TXT\nan c.other. TXT v\n", NEEDS(NULL)},
    {"of two anchors one fits", "? c.example.lab. TXT\nan c.example.lab. TXT v\n+", SECURE,
     .chain = {"anchor ds example.lab. key=1", ANCHOR, KEYS}},
    {"no anchor fits", NULL, BOGUS(NO_KEY_FOR_ANCHOR),
     .chain = {"anchor ds example.lab. key=1", KEYS}},
};

#define DNAME "an d.example.lab. DNAME e.example.lab.\n"
#define MADE "an x.d.example.lab. CNAME x.e.example.lab.\n"

static const struct unit_row aliases[] = {
    {"CNAME", "? x.example.lab. TXT\nan x.example.lab. CNAME y.other.\n+", SECURE},
    {"CNAME, wrongly signed", "? x.example.lab. TXT\nan x.example.lab. CNAME y.other.\n+ flip",
     BOGUS(WRONG_SIGNATURE)},
    {"CNAME, changed",
     "? x.example.lab. TXT\nan x.example.lab. CNAME y.other.\n+\nan x.example.lab. CNAME z.other.",
     BOGUS(WRONG_SIGNATURE)},
    {"CNAME, upper case target", "? x.example.lab. TXT\nan x.example.lab. CNAME y.other.\n+",
     SECURE},
    {"CNAME and its target in any order",
     "? x.example.lab. TXT\nan y.example.lab. TXT v\nan x.example.lab. CNAME y.example.lab.\n+",
     SECURE},
    /* No server should, some do. */
    {"CNAME at the apex of an unsigned zone",
     "? sub.example.lab. TXT\nan sub.example.lab. CNAME x.other.\n", INSECURE(NONE),
     CUT(NO_DS "ns sub.example.lab. NSEC z.example.lab. NS RRSIG NSEC\n+")},
    {"CNAME without a signature", "? x.example.lab. TXT\nan x.example.lab. CNAME y.other.\n",
     BOGUS(NO_SIGNATURE)},
    {"DNAME", "? x.d.example.lab. TXT\n" DNAME "+\n" MADE, SECURE},
    {"DNAME behind its CNAME", "? x.d.example.lab. TXT\n" MADE DNAME "+\n", SECURE},
    {"DNAME alone", "? x.d.example.lab. TXT\n" DNAME "+\n", SECURE},
    {"DNAME, the CNAME asked for", "? x.d.example.lab. CNAME\n" DNAME "+\n" MADE, SECURE},
    {"DNAME, wrongly signed", "? x.d.example.lab. TXT\n" DNAME "+ flip\n" MADE,
     BOGUS(WRONG_SIGNATURE)},
    {"DNAME, the CNAME leads elsewhere",
     "? x.d.example.lab. TXT\n" DNAME "+\nan x.d.example.lab. CNAME x.evil.\n", BOGUS(WRONG_ALIAS)},
    {"DNAME of another name",
     "? x.f.example.lab. TXT\n" DNAME "+\nan x.f.example.lab. CNAME x.e.example.lab.\n",
     NEEDS("DS f.example.lab.")},
    {"DNAME at the name itself stands for nothing",
     "? d.example.lab. TXT\n" DNAME "+\nan d.example.lab. CNAME e.example.lab.\n",
     BOGUS(NO_SIGNATURE)},
};

static void test_digests(void **state)
{
	(void)state;
	unit_check_rows(digests, COUNT(digests));
}

static void test_unsupported(void **state)
{
	(void)state;
	unit_check_rows(unsupported, COUNT(unsupported));
}

static void test_cuts(void **state)
{
	(void)state;
	unit_check_rows(cuts, COUNT(cuts));
}

static void test_aliases(void **state)
{
	(void)state;
	unit_check_rows(aliases, COUNT(aliases));
}

static struct dg_msg read_msg(const char *text, uint8_t **ret_wire)
{
	static const struct signed_defaults d = {"example.lab.", 13, UNIT_NOW};
	struct dg_msg msg;
	size_t len;

	*ret_wire = signed_msg(text, &d, &len);
	assert_int_equal(dg_msg_read(&msg, *ret_wire, len, NULL), DG_OK);
	return msg;
}

/* The answering server's own keys count instead of another's, of their zone only. */
static void test_own_keys(void **state)
{
	static const struct unit_row row = {
	    "own keys", "? c.example.lab. TXT\nan c.example.lab. TXT v\n+ key=1",
	    BOGUS(UNKNOWN_KEY)};
	struct dg_judgement j;
	struct dg_trust trust = unit_judge(&row, &j);
	struct dg_name zone = unit_name("example.lab.");
	struct dg_keys own = {0};
	uint8_t *keys_wire, *wire;
	struct dg_msg keys = read_msg("? example.lab. DNSKEY\nan key example.lab.\n"
				      "an key example.lab. key=1\n+",
				      &keys_wire),
		      msg = read_msg(row.answer, &wire);

	(void)state;
	assert_int_equal(j.why, DG_WHY_UNKNOWN_KEY);
	assert_int_equal(dg_validate_keys(&trust, &keys, &zone, UNIT_NOW, &own, &j), DG_OK);
	assert_int_equal(j.security, DG_SECURITY_SECURE);
	assert_int_equal(own.count, 2);
	assert_int_equal(dg_validate(&trust, &own, &msg,
				     &(struct dg_sought){&msg.qname, DG_TYPE_TXT}, UNIT_NOW, &j),
			 DG_OK);
	assert_int_equal(j.security, DG_SECURITY_SECURE);
	own.zone = unit_name("lab.");
	assert_int_equal(dg_validate(&trust, &own, &msg,
				     &(struct dg_sought){&msg.qname, DG_TYPE_TXT}, UNIT_NOW, &j),
			 DG_OK);
	assert_int_equal(j.why, DG_WHY_UNKNOWN_KEY);
	dg_keys_free(&own);
	dg_msg_free(&keys);
	dg_msg_free(&msg);
	free(keys_wire);
	free(wire);
	dg_trust_free(&trust);
}

/* What was learnt is forgotten when its time is over, bad news soon. */
static void test_forgets(void **state)
{
	static const struct {
		const char *ds;
		int64_t holds;
		const char *need;
	} rows[] = {
	    {"? sub.example.lab. DS\nan sub.example.lab. 300 DS 1 13 2 "
	     "0000000000000000000000000000000000000000000000000000000000000000\n+ ttl=300",
	     300, "DNSKEY"},
	    {"? sub.example.lab. DS\nan sub.example.lab. 300 DS 1 13 2 "
	     "0000000000000000000000000000000000000000000000000000000000000000\n+ ttl=300 to=20",
	     20, "DNSKEY"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct unit_row row = {"forgets", SIGNED, NEEDS(rows[i].need), CUT(rows[i].ds)};
		struct dg_judgement j;
		struct dg_trust trust = unit_judge(&row, &j);
		struct dg_name name = unit_name("sub.example.lab.");
		const struct dg_trust_point *point = dg_trust_find(&trust, &name);

		assert_int_equal(j.need_type, DG_TYPE_DNSKEY);
		assert_true(dg_trust_has_cut(point, UNIT_NOW + rows[i].holds));
		assert_false(dg_trust_has_cut(point, UNIT_NOW + rows[i].holds + 1));
		dg_trust_free(&trust);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_digests),  cmocka_unit_test(test_unsupported),
	    cmocka_unit_test(test_cuts),     cmocka_unit_test(test_aliases),
	    cmocka_unit_test(test_own_keys), cmocka_unit_test(test_forgets),
	};

	return cmocka_run_group_tests(tests, NULL, unit_dnssec_teardown);
}
