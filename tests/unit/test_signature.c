/* SPDX-License-Identifier: ISC */
/* Which signatures count, by which keys, when. */
#include "unit_dnssec.h"

#define TXT "? c.example.lab. TXT\nan c.example.lab. TXT \"v\"\n"
#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

#define NO_CUT                                                                                     \
	.chain = {ANCHOR, KEYS,                                                                    \
		  "? c.example.lab. DS\nns c.example.lab. NSEC d.example.lab. TXT RRSIG NSEC\n+"}

/* What ldns takes for good, although it is not, and what is. */
static const struct unit_row fields[] = {
    {"good", TXT "+", SECURE, .crypto = 1},
    {"two records", TXT "an c.example.lab. TXT \"w\"\n+", SECURE},
    {"one doubled", TXT "an c.example.lab. TXT \"v\"\n+", SECURE},
    {"one doubled after it was signed", TXT "+\nan c.example.lab. TXT \"v\"", SECURE},
    {"one added after it was signed", TXT "+\nan c.example.lab. TXT \"w\"", BOGUS(WRONG_SIGNATURE)},
    {"one taken away", "? c.example.lab. TXT\nan c.example.lab. TXT \"v\"\n+ cover=A\n+ flip\n",
     BOGUS(WRONG_SIGNATURE)},
    {"upper case", "? c.example.lab. TXT\nan C.eXample.LAB. TXT \"v\"\n+", SECURE},
    {"upper case of the signer", TXT "+ signer=EXAMPLE.lab.", BOGUS(WRONG_SIGNATURE)},
    {"a wrong one first", TXT "+ bad=1", SECURE, .crypto = 2},
    {"a wrong one last", TXT "+\n+ flip", SECURE},
    {"signer of another zone", TXT "+ signer=evil.test.", BOGUS(WRONG_SIGNATURE), NO_CUT,
     .crypto = -1},
    {"signer below the owner", TXT "+ signer=x.c.example.lab.", BOGUS(WRONG_SIGNATURE), NO_CUT,
     .crypto = -1},
    {"key owner is not the signer", TXT "+ zone=other.lab. signer=example.lab.", BOGUS(UNKNOWN_KEY),
     .crypto = -1},
    {"signed above, where nothing is known", TXT "+ signer=lab.", NEEDS("DS c.example.lab.")},
    {"labels below the signer's", TXT "+ labels=1", BOGUS(WRONG_SIGNATURE), .crypto = -1, NO_CUT},
    {"labels above the owner's", TXT "+ labels=4", BOGUS(WRONG_SIGNATURE), .crypto = -1, NO_CUT},
    {"signature of another owner", TXT "+ owner=d.example.lab.", BOGUS(NO_SIGNATURE), NO_CUT},
    {"signature of class CH", TXT "+ class=3", BOGUS(NO_SIGNATURE), NO_CUT},
    {"signature of another type", TXT "+ cover=A", BOGUS(NO_SIGNATURE), NO_CUT},
    {"of another tag", TXT "+ tag=1", BOGUS(UNKNOWN_KEY), .crypto = -1},
    {"of another algorithm", TXT "+ falg=14", BOGUS(UNKNOWN_KEY), .crypto = -1},
    {"of another key", TXT "+ key=1", BOGUS(UNKNOWN_KEY), .crypto = -1},
    {"TTL below the original", "? c.example.lab. TXT\nan c.example.lab. 5 TXT \"v\"\n+ ttl=3600",
     SECURE},
    {"TTL above the original", "? c.example.lab. TXT\nan c.example.lab. 3600 TXT \"v\"\n+ ttl=5",
     SECURE},
    {"original TTL changed", TXT "+ ttl=61\n", SECURE},
    {"without a signature, nothing known of a cut", TXT, NEEDS("DS c.example.lab.")},
    {"signature of no octet", TXT "+ cut=1", BOGUS(WRONG_SIGNATURE)},
    {"signature cut", TXT "+ cut=63", BOGUS(WRONG_SIGNATURE)},
    {"server failure", "? c.example.lab. TXT SERVFAIL\nan c.example.lab. TXT \"v\"\n+",
     NEEDS(NULL)},
};

#define WITH(key)                                                                                  \
	{                                                                                          \
		ANCHOR,                                                                            \
		    "? example.lab. DNSKEY\nan key example.lab.\nan key example.lab. " key "\n+"   \
	}

/* Keys that may not sign for the zone. */
static const struct unit_row flags[] = {
    {"a zone-signing key", TXT "+ key=1 flags=256", SECURE, .chain = WITH("key=1 flags=256")},
    {"flags 0", TXT "+ key=1 flags=0", BOGUS(UNKNOWN_KEY), .chain = WITH("key=1 flags=0"),
     .crypto = -1},
    {"SEP without ZONE", TXT "+ key=1 flags=1", BOGUS(UNKNOWN_KEY), .chain = WITH("key=1 flags=1"),
     .crypto = -1},
    {"revoked", TXT "+ key=1 flags=384", BOGUS(UNKNOWN_KEY), .chain = WITH("key=1 flags=384"),
     .crypto = -1},
    {"revoked, SEP", TXT "+ key=1 flags=385", BOGUS(UNKNOWN_KEY), .chain = WITH("key=1 flags=385"),
     .crypto = -1},
    {"protocol 7", TXT "+ key=1 protocol=7", BOGUS(UNKNOWN_KEY), .chain = WITH("key=1 protocol=7"),
     .crypto = -1},
    {"other flags set too", TXT "+ key=1 flags=33025", SECURE, .chain = WITH("key=1 flags=33025")},
    {"revoked, and the anchor", NULL, BOGUS(NO_KEY_FOR_ANCHOR),
     .chain = {"anchor ds example.lab. flags=385",
	       "? example.lab. DNSKEY\nan key example.lab. flags=385\n+ flags=385"}},
    {"a KEY record instead", NULL, BOGUS(NO_KEY_FOR_ANCHOR),
     .chain = {ANCHOR, "? example.lab. DNSKEY\nan example.lab. TYPE25 \\# 6 010103010101\n+"}},
};

#define OF(alg)                                                                                    \
	{                                                                                          \
		"anchor ds example.lab. alg=" alg,                                                 \
		    "? example.lab. DNSKEY\nan key example.lab. alg=" alg "\n+ alg=" alg           \
	}
#define ALGORITHM(n)                                                                               \
	{"algorithm " n, TXT "+ alg=" n, SECURE, .chain = OF(n)},                                  \
	    {"algorithm " n ", one bit of the signature", TXT "+ alg=" n " flip",                  \
	     BOGUS(WRONG_SIGNATURE), .chain = OF(n)},                                              \
	    {"algorithm " n ", one bit of the text", TXT "+ alg=" n "\nan c.example.lab. TXT w",   \
	     BOGUS(WRONG_SIGNATURE), .chain = OF(n)},                                              \
	    {"algorithm " n ", signature too short", TXT "+ alg=" n " cut=40",                     \
	     BOGUS(WRONG_SIGNATURE), .chain = OF(n)},                                              \
	{                                                                                          \
		"algorithm " n ", one bit of the signature of the keys", NULL,                     \
		    BOGUS(WRONG_SIGNATURE), .chain = {                                             \
			    "anchor ds example.lab. alg=" n,                                       \
			    "? example.lab. DNSKEY\nan key example.lab. alg=" n "\n+ alg=" n       \
			    " flip"                                                                \
		    }                                                                              \
	}

static const struct unit_row algorithms[] = {
    ALGORITHM("8"),
    ALGORITHM("10"),
    ALGORITHM("13"),
    ALGORITHM("14"),
    ALGORITHM("15"),
    ALGORITHM("16"),
    {"signed by an unsupported one only", TXT "+ alg=5", BOGUS(NO_SIGNATURE),
     .chain = {ANCHOR, "? example.lab. DNSKEY\nan key example.lab.\nan key example.lab. alg=5\n+"},
     .crypto = -1},
    {"signed by both", TXT "+ alg=5\n+", SECURE,
     .chain = {ANCHOR, "? example.lab. DNSKEY\nan key example.lab.\nan key example.lab. alg=5\n+"}},
};

static const struct unit_row times[] = {
    {"the second it begins", TXT "+ from=0", SECURE},
    {"a second before it begins", TXT "+ from=1", BOGUS(NOT_YET_VALID), .text = "valid only in 1 s",
     .crypto = -1},
    {"the second it ends", TXT "+ to=0", SECURE},
    {"a second after its end", TXT "+ to=-1", BOGUS(EXPIRED), .text = "expired 1 s ago",
     .crypto = -1},
    {"for one second", TXT "+ from=0 to=0", SECURE},
    {"ends before it begins", TXT "+ from=10 to=-10", BOGUS(NOT_YET_VALID)},
    {"over for 40 days", TXT "+ from=-9000000 to=-3456000", BOGUS(EXPIRED),
     .text = "expired 40 days ago"},
    {"an expired one beside a good one", TXT "+ to=-1\n+", SECURE, .crypto = 1},
    {"the keys' signature is over", NULL, BOGUS(EXPIRED),
     .chain = {ANCHOR, "? example.lab. DNSKEY\nan key example.lab.\n+ to=-1"}},
    {"the keys' signature is over: all below", TXT "+", BOGUS(EXPIRED),
     .chain = {ANCHOR, "? example.lab. DNSKEY\nan key example.lab.\n+ to=-1"}, .text = "DNSKEY"},
    {"in 2040", TXT "+", SECURE, .wall = 2208988800},
    {"across 2038", TXT "+", SECURE, .wall = INT64_C(0x7fffffff)},
    {"across 2038, a second late", TXT "+ to=-1", BOGUS(EXPIRED), .wall = INT64_C(0x80000000)},
    {"across 2106", TXT "+", SECURE, .wall = INT64_C(0xffffffff)},
    {"across 2106, ended before", TXT "+ to=-5", BOGUS(EXPIRED), .wall = INT64_C(0x100000002),
     .text = "expired 5 s ago"},
    {"across 2106, begins after", TXT "+ from=5", BOGUS(NOT_YET_VALID), .wall = INT64_C(0xfffffffe),
     .text = "valid only in 5 s"},
    {"68 years less a second long", TXT "+ from=-2147483647 to=0", SECURE},
    {"so long that it seems to come", TXT "+ from=-2147483649 to=10", BOGUS(NOT_YET_VALID)},
};

#define RSA(bits, e)                                                                               \
	{                                                                                          \
		ANCHOR,                                                                            \
		    "? example.lab. DNSKEY\nan key example.lab.\nan key example.lab. rsa=" bits    \
		    " e=" e "\n+"                                                                  \
	}
#define RSA_SIG(bits, e) TXT "+ rsa=" bits " e=" e
static const struct unit_row moduli[] = {
    {"RSA of 512 bits", RSA_SIG("512", "010001"), BOGUS(WRONG_SIGNATURE),
     .chain = RSA("512", "010001"), .crypto = -1},
    {"RSA of 768 bits", RSA_SIG("768", "010001"), BOGUS(WRONG_SIGNATURE),
     .chain = RSA("768", "010001"), .crypto = -1},
    {"RSA of 1024 bits", RSA_SIG("1024", "010001"), SECURE, .chain = RSA("1024", "010001")},
    {"RSA of 4096 bits", RSA_SIG("4096", "010001"), SECURE, .chain = RSA("4096", "010001")},
    {"RSA of 8192 bits", RSA_SIG("8192", "010001"), BOGUS(WRONG_SIGNATURE),
     .chain = RSA("8192", "010001"), .crypto = -1},
    {"exponent of 33 bits", RSA_SIG("1024", "0100000001"), SECURE,
     .chain = RSA("1024", "0100000001")},
    {"exponent of 34 bits", RSA_SIG("1024", "0200000001"), BOGUS(WRONG_SIGNATURE),
     .chain = RSA("1024", "0200000001"), .crypto = -1},
    {"exponent of 128 bits", RSA_SIG("1024", "80000000000000000000000000000001"),
     BOGUS(WRONG_SIGNATURE), .chain = RSA("1024", "80000000000000000000000000000001"),
     .crypto = -1},
};

static void test_fields(void **state)
{
	(void)state;
	unit_check_rows(fields, COUNT(fields));
}

static void test_flags(void **state)
{
	(void)state;
	unit_check_rows(flags, COUNT(flags));
}

static void test_algorithms(void **state)
{
	(void)state;
	unit_check_rows(algorithms, COUNT(algorithms));
}

static void test_times(void **state)
{
	(void)state;
	unit_check_rows(times, COUNT(times));
}

static void test_moduli(void **state)
{
	(void)state;
	unit_check_rows(moduli, COUNT(moduli));
}

/* How long a verdict holds: the TTL, the original TTL, the signature's end; not less than some
 * seconds. */
static void test_until(void **state)
{
	static const struct {
		const char *answer;
		int64_t seconds;
	} rows[] = {
	    {"? c.example.lab. TXT\nan c.example.lab. 300 TXT \"v\"\n+ ttl=600", 300},
	    {"? c.example.lab. TXT\nan c.example.lab. 600 TXT \"v\"\n+ ttl=300", 300},
	    {"? c.example.lab. TXT\nan c.example.lab. 600 TXT \"v\"\n+ to=20", 20},
	    {"? c.example.lab. TXT\nan c.example.lab. 600 TXT \"v\"\n+ to=0", 0},
	    {"? c.example.lab. TXT\nan c.example.lab. 0 TXT \"v\"\n+ to=20", 5},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct unit_row row = {"until", rows[i].answer, SECURE};
		struct dg_judgement j;
		struct dg_trust trust = unit_judge(&row, &j);

		assert_int_equal(j.security, DG_SECURITY_SECURE);
		assert_int_equal(j.until - UNIT_NOW, rows[i].seconds);
		dg_trust_free(&trust);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_fields),     cmocka_unit_test(test_flags),
	    cmocka_unit_test(test_algorithms), cmocka_unit_test(test_times),
	    cmocka_unit_test(test_moduli),     cmocka_unit_test(test_until),
	};

	return cmocka_run_group_tests(tests, NULL, unit_dnssec_teardown);
}
