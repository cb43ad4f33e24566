/* SPDX-License-Identifier: ISC */
/* Proofs that something is not there: NSEC, NSEC3, wildcards. The zone is example.lab.; records
 * come signed. */
#include "unit_dnssec.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

#define SOA "ns example.lab. SOA m. r. 1 1 1 1 1\n+\n"
#define NX(name) "? " name ".example.lab. TXT NXDOMAIN\n" SOA
#define NODATA(name) "? " name ".example.lab. TXT\n" SOA
#define NSEC(owner, next, types)                                                                   \
	"ns " owner "example.lab. NSEC " next "example.lab. " types " RRSIG NSEC\n+\n"
#define APEX(next) NSEC("", next, "SOA NS DNSKEY")

static const struct unit_row no_name[] = {
    {"proven", NX("x") APEX("a.") NSEC("w.", "z.", "A"), SECURE},
    {"one record proves both", NX("x") NSEC("", "z.", "SOA NS"), SECURE},
    {"nothing", "? x.example.lab. TXT NXDOMAIN\n" SOA, BOGUS(NO_DENIAL)},
    {"nothing at all, zone not known", "? x.example.lab. TXT NXDOMAIN\n",
     NEEDS("DS x.example.lab.")},
    {"name not covered", NX("x") APEX("a."), BOGUS(WRONG_DENIAL)},
    {"wildcard not denied", NX("x") NSEC("w.", "z.", "A"), BOGUS(WRONG_DENIAL)},
    {"wildcard of the parent instead of the closest encloser",
     NX("x.b.c") NSEC("b.", "b.c.", "A") NSEC("a.b.c.", "z.c.", "A"), BOGUS(WRONG_DENIAL)},
    {"only a to z, the wildcard at the top not denied", NX("x.b.c") NSEC("a.", "z.", "A"),
     BOGUS(WRONG_DENIAL)},
    {"only a to z, the wildcard at the top denied", NX("x.b.c") NSEC("a.", "z.", "A") APEX("a."),
     SECURE},
    {"wildcard of the closest encloser denied", NX("x.b.c") NSEC("b.c.", "z.c.", "A"), SECURE},
    {"the wildcard is there", NX("x") NSEC("*.", "z.", "TXT"), BOGUS(WRONG_DENIAL)},
    {"below a delegation", NX("x.sub") NSEC("sub.", "z.", "NS") APEX("a."), BOGUS(WRONG_DENIAL)},
    {"below a signed delegation", NX("x.sub") NSEC("sub.", "z.", "NS DS") APEX("a."),
     BOGUS(WRONG_DENIAL)},
    {"below a DNAME", NX("x.d") NSEC("d.", "z.", "DNAME") APEX("a."), BOGUS(WRONG_DENIAL)},
    {"below another name", NX("x.d") NSEC("d.", "z.", "A"), SECURE},
    {"owner is the name", NX("x") NSEC("x.", "z.", "TXT") APEX("a."), BOGUS(WRONG_DENIAL)},
    {"next is the name", NX("x") NSEC("w.", "x.", "A") APEX("a."), BOGUS(WRONG_DENIAL)},

    {"owner is next", NX("x") NSEC("w.", "w.", "A") APEX("a."), BOGUS(WRONG_DENIAL)},
    {"owner is next, before which the name is", NX("b") NSEC("w.", "w.", "A") APEX("a."),
     BOGUS(WRONG_DENIAL)},
    {"the apex alone", NX("x") NSEC("", "", "SOA NS"), SECURE},
    {"the last one", NX("x") NSEC("w.", "", "A") APEX("a."), SECURE},
    {"the last one, name before it", NX("b") NSEC("w.", "", "A") APEX("a."), BOGUS(WRONG_DENIAL)},
    {"next outside the zone", NX("x") "ns w.example.lab. NSEC z.lab. A\n+\n" APEX("a."),
     BOGUS(WRONG_DENIAL)},
    {"next outside the zone, the sibling of it",
     NX("x") "ns w.example.lab. NSEC fxample.lab. A\n+\n" APEX("a."), BOGUS(WRONG_DENIAL)},
    {"name outside the zone", "? x.other.lab. TXT NXDOMAIN\n" SOA NSEC("w.", "", "A"),
     NEEDS("DS other.lab."), .chain = {ANCHOR, KEYS, "anchor ds lab. zone=lab."}},
    {"upper case", "? X.example.lab. TXT NXDOMAIN\n" SOA APEX("A.") NSEC("w.", "Z.", "A"), SECURE},
    {"the NSEC is not signed", NX("x") APEX("a.") "ns w.example.lab. NSEC z.example.lab. A\n",
     BOGUS(NO_SIGNATURE)},
    {"the NSEC is wrongly signed",
     NX("x") APEX("a.") "ns w.example.lab. NSEC z.example.lab. A\n+ flip\n",
     BOGUS(WRONG_SIGNATURE)},
    {"the NSEC's signature is over",
     NX("x") APEX("a.") "ns w.example.lab. NSEC z.example.lab. A\n+ to=-1\n", BOGUS(EXPIRED)},
    {"the SOA is wrongly signed",
     "? x.example.lab. TXT NXDOMAIN\nns example.lab. SOA m. r. 1 1 1 1 1\n+ flip\n" APEX("a.")
	 NSEC("w.", "z.", "A"),
     BOGUS(WRONG_SIGNATURE)},
    {"the SOA is not signed",
     "? x.example.lab. TXT NXDOMAIN\nns example.lab. SOA m. r. 1 1 1 1 1\n" APEX("a.")
	 NSEC("w.", "z.", "A"),
     BOGUS(NO_SIGNATURE)},
    {"without an SOA", "? x.example.lab. TXT NXDOMAIN\n" APEX("a.") NSEC("w.", "z.", "A"), SECURE},
    {"an NSEC expanded from a wildcard",
     NX("x") APEX("a.") "ns w.example.lab. NSEC z.example.lab. A\n+ labels=2\n",
     BOGUS(WRONG_SIGNATURE)},
    {"the wildcard's own NSEC", NX("x.w") NSEC("*.", "w.", "A") NSEC("w.", "z.", "A"), SECURE},
    {"two NSEC at one name",
     NX("x") APEX("a.") "ns w.example.lab. NSEC z.example.lab. A\n"
			"ns w.example.lab. NSEC y.example.lab. A\n+\n",
     BOGUS(WRONG_DENIAL)},
    {"the NSEC in the answer section",
     NX("x") APEX("a.") "an w.example.lab. NSEC z.example.lab. A\n+\n", BOGUS(WRONG_DENIAL)},
    /* Some servers say NXDOMAIN there; the proof is one of no data. */
    {"the name is there, the record is not", NX("x") NSEC("x.", "z.", "A"), SECURE},
    {"the name is an empty non-terminal", NX("x") NSEC("w.", "y.x.", "A"), SECURE},
};

static const struct unit_row no_type[] = {
    {"proven", NODATA("x") NSEC("x.", "z.", "A"), SECURE},
    {"nothing", NODATA("x"), BOGUS(NO_DENIAL)},
    {"the type is there", NODATA("x") NSEC("x.", "z.", "TXT"), BOGUS(WRONG_DENIAL)},
    {"a CNAME is there", NODATA("x") NSEC("x.", "z.", "CNAME"), BOGUS(WRONG_DENIAL)},
    {"the parent's side", NODATA("x") NSEC("x.", "z.", "NS"), BOGUS(WRONG_DENIAL)},
    {"the parent's side, signed", NODATA("x") NSEC("x.", "z.", "NS DS"), BOGUS(WRONG_DENIAL)},
    {"the apex", "? example.lab. TXT\n" SOA APEX("a."), SECURE},
    {"another name's", NODATA("x") NSEC("y.", "z.", "A"), BOGUS(WRONG_DENIAL)},
    {"an empty non-terminal", NODATA("x") NSEC("w.", "y.x.", "A"), SECURE},
    {"an empty non-terminal, deeper", NODATA("x") NSEC("w.", "a.b.y.x.", "A"), SECURE},
    {"no empty non-terminal", NODATA("x") NSEC("w.", "z.", "A"), BOGUS(WRONG_DENIAL)},
    {"an empty non-terminal below a delegation", NODATA("x.sub") NSEC("sub.", "y.x.sub.", "NS"),
     BOGUS(WRONG_DENIAL)},
    {"a wildcard without it", NODATA("x") NSEC("*.", "z.", "A"), SECURE},
    {"a wildcard without it, two records", NODATA("x") NSEC("*.", "b.", "A") NSEC("w.", "z.", "A"),
     SECURE},
    {"a wildcard with it", NODATA("x") NSEC("*.", "z.", "TXT"), BOGUS(WRONG_DENIAL)},
    {"a wildcard that is an alias", NODATA("x") NSEC("*.", "z.", "CNAME"), BOGUS(WRONG_DENIAL)},
    {"a wildcard without it, the name not denied", NODATA("x") NSEC("*.", "b.", "A"),
     BOGUS(WRONG_DENIAL)},
    {"a wildcard further up", NODATA("x.c") NSEC("*.", "b.", "A") NSEC("c.", "z.", "A"),
     BOGUS(WRONG_DENIAL)},
    {"compact: the name itself, without anything",
     "? x.example.lab. TXT\n" SOA
     "ns x.example.lab. NSEC \\000.x.example.lab. RRSIG NSEC TYPE128\n+\n",
     SECURE},
    {"a type of a high window", "? x.example.lab. CAA\n" SOA NSEC("x.", "z.", "A CAA"),
     BOGUS(WRONG_DENIAL)},
    {"a type between those of a high window",
     "? x.example.lab. TYPE258\n" SOA NSEC("x.", "z.", "A CAA TYPE259"), SECURE},
};

#define WILD "? x.example.lab. TXT\nan x.example.lab. TXT \"v\"\n+ labels=2\n"

static const struct unit_row wildcards[] = {
    {"proven", WILD NSEC("w.", "z.", "A"), SECURE},
    {"nothing", WILD, BOGUS(NO_DENIAL)},
    {"the name is there", WILD NSEC("x.", "z.", "A"), BOGUS(WRONG_DENIAL)},
    {"not covered", WILD NSEC("y.", "z.", "A"), BOGUS(WRONG_DENIAL)},
    {"the name is an empty non-terminal", WILD NSEC("w.", "y.x.", "A"), BOGUS(WRONG_DENIAL)},
    {"a closer encloser",
     "? x.c.example.lab. TXT\nan x.c.example.lab. TXT \"v\"\n+ labels=2\n" NSEC("c.", "z.", "A"),
     BOGUS(WRONG_DENIAL)},
    {"deeper, proven",
     "? x.y.example.lab. TXT\nan x.y.example.lab. TXT \"v\"\n+ labels=2\n" NSEC("c.", "z.", "A"),
     SECURE},
    {"the NSEC is wrongly signed", WILD "ns w.example.lab. NSEC z.example.lab. A\n+ flip\n",
     BOGUS(WRONG_SIGNATURE)},
    {"asked for by its own name", "? *.example.lab. TXT\nan *.example.lab. TXT \"v\"\n+\n", SECURE},
    {"NSEC3, proven", WILD "ns nsec3 A cover=x.example.lab.\n+\n", SECURE},
    {"NSEC3, another name", WILD "ns nsec3 A cover=y.example.lab.\n+\n", BOGUS(WRONG_DENIAL)},
    {"NSEC3, the name is there", WILD "ns nsec3 A match=x.example.lab.\n+\n", BOGUS(WRONG_DENIAL)},
    {"NSEC3, opt-out", WILD "ns nsec3 A cover=x.example.lab. flags=1\n+\n", INSECURE(NONE)},
    {"NSEC3, the next closer name counts",
     "? x.y.example.lab. TXT\nan x.y.example.lab. TXT \"v\"\n+ labels=2\n"
     "ns nsec3 A cover=y.example.lab.\n+\n",
     SECURE},
    {"NSEC3, the name itself does not",
     "? x.y.example.lab. TXT\nan x.y.example.lab. TXT \"v\"\n+ labels=2\n"
     "ns nsec3 A cover=x.y.example.lab.\n+\n",
     BOGUS(WRONG_DENIAL)},
    {"an alias, its target denied by another zone in the same message",
     "? x.example.lab. TXT\nan x.example.lab. CNAME t.other.lab.\n+ labels=2\n" NSEC(
	 "w.", "z.", "A") "ns other.lab. SOA m. r. 1 1 1 1 1\n+ zone=other.lab.\n"
			  "ns other.lab. NSEC z.other.lab. SOA\n+ zone=other.lab.\n",
     SECURE},
};

#define N3(types, options) "ns nsec3 " types " " options "\n+\n"
#define N3_APEX(options) N3("SOA,NS", "match=example.lab. " options)
#define N3_X(options) N3("A", "cover=x.example.lab. " options)
#define N3_STAR(options) N3("A", "cover=*.example.lab. " options)
#define N3_ALL(options) NX("x") N3_APEX(options) N3_X(options) N3_STAR(options)

static const struct unit_row hashed[] = {
    {"no such name", N3_ALL(""), SECURE},
    {"salted, iterated", N3_ALL("salt=abcdef it=5"), SECURE},
    {"salt of 255 octets",
     N3_ALL("salt=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
	    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
	    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
	    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
	    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
	    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
	    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
	    "00112233445566778899aabbccddeeff00112233445566778899aabbccddee"),
     SECURE},
    {"150 iterations", N3_ALL("it=150"), SECURE},
    {"151 iterations", N3_ALL("it=151"), INSECURE(ITERATIONS), .text = "151"},
    {"65535 iterations", N3_ALL("it=65535"), INSECURE(ITERATIONS), .text = "65535"},
    {"151 iterations, wrongly signed", NX("x") "ns nsec3 A cover=x.example.lab. it=151\n+ flip\n",
     BOGUS(WRONG_SIGNATURE)},
    {"no match of the encloser", NX("x") N3_X("") N3_STAR(""), BOGUS(WRONG_DENIAL)},
    {"no cover of the name", NX("x") N3_APEX("") N3_STAR(""), BOGUS(WRONG_DENIAL)},
    {"no cover of the wildcard", NX("x") N3_APEX("") N3_X(""), BOGUS(WRONG_DENIAL)},
    {"the wildcard is there", NX("x") N3_APEX("") N3_X("") N3("TXT", "match=*.example.lab."),
     BOGUS(WRONG_DENIAL)},
    {"the name is there", NX("x") N3_APEX("") N3("TXT", "match=x.example.lab.") N3_STAR(""),
     BOGUS(WRONG_DENIAL)},
    {"hash algorithm 2", N3_ALL("hash=2"), BOGUS(WRONG_DENIAL)},
    {"hash algorithm 0", N3_ALL("hash=0"), BOGUS(WRONG_DENIAL)},
    {"flag 2", N3_ALL("flags=2"), BOGUS(WRONG_DENIAL)},
    {"opt-out with flag 2", N3_ALL("flags=3"), BOGUS(WRONG_DENIAL)},
    {"next hash of no octet", N3_ALL("next=0"), BOGUS(WRONG_DENIAL)},
    {"next hash of 19 octets", N3_ALL("next=19"), BOGUS(WRONG_DENIAL)},
    {"next hash of 21 octets", N3_ALL("next=21"), BOGUS(WRONG_DENIAL)},
    {"next hash of 60 octets", N3_ALL("next=60"), BOGUS(WRONG_DENIAL)},
    {"opt-out", N3_ALL("flags=1"), INSECURE(NONE)},
    {"opt-out, and no word of the wildcard", NX("x") N3_APEX("") N3_X("flags=1"),
     BOGUS(WRONG_DENIAL)},
    {"the wildcard in an opt-out span", NX("x") N3_APEX("") N3_X("") N3_STAR("flags=1"), SECURE},
    {"salts mixed", NX("x") N3_APEX("salt=aa") N3_X("salt=bb") N3_STAR("salt=aa"),
     BOGUS(WRONG_DENIAL)},
    {"iterations mixed", NX("x") N3_APEX("it=1") N3_X("it=2") N3_STAR("it=1"), BOGUS(WRONG_DENIAL)},
    {"hash algorithms mixed", NX("x") N3_APEX("") N3_X("hash=2") N3_STAR(""), BOGUS(WRONG_DENIAL)},
    {"a label below the hash", NX("x") N3_APEX("") N3_X("under=y.example.lab.") N3_STAR(""),
     BOGUS(WRONG_DENIAL)},
    {"owner is the root",
     NX("x") N3_APEX("") "ns . TYPE50 \\# 26 "
			 "010000000014000102030405060708090a0b0c0d0e0f10111213\n+\n" N3_STAR(""),
     BOGUS(WRONG_SIGNATURE)},
    {"owner is the apex",
     NX("x") N3_APEX("") "ns example.lab. TYPE50 \\# 26 "
			 "010000000014000102030405060708090a0b0c0d0e0f10111213\n+\n" N3_STAR(""),
     BOGUS(WRONG_DENIAL)},
    {"owner is no hash",
     NX("x") N3_APEX("") "ns zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz.example.lab. TYPE50 \\# 26 "
			 "010000000014000102030405060708090a0b0c0d0e0f10111213\n+\n" N3_STAR(""),
     BOGUS(WRONG_DENIAL)},
    {"the encloser is a delegation",
     NX("x.sub") N3("NS", "match=sub.example.lab.") N3("A", "cover=x.sub.example.lab.")
	 N3("A", "cover=*.sub.example.lab."),
     BOGUS(WRONG_DENIAL)},
    {"the encloser is a DNAME",
     NX("x.sub") N3("DNAME", "match=sub.example.lab.") N3("A", "cover=x.sub.example.lab.")
	 N3("A", "cover=*.sub.example.lab."),
     BOGUS(WRONG_DENIAL)},
    {"the encloser is a name like others",
     NX("x.sub") N3("A", "match=sub.example.lab.") N3("A", "cover=x.sub.example.lab.")
	 N3("A", "cover=*.sub.example.lab."),
     SECURE},
    {"the apex alone", NX("x") N3("SOA,NS", "open=example.lab."), SECURE},
    {"one hash to itself, no apex", NX("x") N3("A", "open=q.example.lab."), BOGUS(WRONG_DENIAL)},
    {"no such type", NODATA("x") N3("A", "match=x.example.lab."), SECURE},
    {"the type is there", NODATA("x") N3("TXT", "match=x.example.lab."), BOGUS(WRONG_DENIAL)},
    {"a CNAME is there", NODATA("x") N3("CNAME", "match=x.example.lab."), BOGUS(WRONG_DENIAL)},
    {"the parent's side", NODATA("x") N3("NS", "match=x.example.lab."), BOGUS(WRONG_DENIAL)},
    {"an empty non-terminal", NODATA("x") N3("-", "match=x.example.lab."), SECURE},
    {"covered only", NODATA("x") N3_APEX("") N3_X(""), BOGUS(WRONG_DENIAL)},
    {"a wildcard without it", NODATA("x") N3_APEX("") N3_X("") N3("A", "match=*.example.lab."),
     SECURE},
    {"a wildcard with it", NODATA("x") N3_APEX("") N3_X("") N3("TXT", "match=*.example.lab."),
     BOGUS(WRONG_DENIAL)},
    {"a wildcard without it, opt-out",
     NODATA("x") N3_APEX("") N3_X("flags=1") N3("A", "match=*.example.lab."), INSECURE(NONE)},
    {"NSEC3 records of another zone",
     NX("x") "ns nsec3 SOA match=example.lab. under=lab.\n+ zone=lab.\n", BOGUS(WRONG_DENIAL)},
    {"an NSEC3 record expanded from a wildcard",
     NX("x") N3_APEX("") "ns nsec3 A cover=x.example.lab.\n+ labels=2\n" N3_STAR(""),
     BOGUS(WRONG_SIGNATURE)},
};

static void test_no_name(void **state)
{
	(void)state;
	unit_check_rows(no_name, COUNT(no_name));
}

static void test_no_type(void **state)
{
	(void)state;
	unit_check_rows(no_type, COUNT(no_type));
}

static void test_wildcards(void **state)
{
	(void)state;
	unit_check_rows(wildcards, COUNT(wildcards));
}

static void test_hashed(void **state)
{
	(void)state;
	unit_check_rows(hashed, COUNT(hashed));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_no_name),
	    cmocka_unit_test(test_no_type),
	    cmocka_unit_test(test_wildcards),
	    cmocka_unit_test(test_hashed),
	};

	return cmocka_run_group_tests(tests, NULL, unit_dnssec_teardown);
}
