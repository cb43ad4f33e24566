/* SPDX-License-Identifier: ISC */
/* What servers say, what becomes of updates, and what dg_update must make of it. */
#ifndef TEST_UPDATE_ROWS_H
#define TEST_UPDATE_ROWS_H

#include "unit.h"

#include "dns01gate.h"

#define NAME "_acme-challenge.example.test."
#define VALUE "value"
#define SOA(zone, primary, serial) zone " 60 SOA " primary " h.test. " serial " 1 1 1 1"

struct answer {
	const char *at, *question, *flags, *records;
};

/* What servers say where a row does not have it otherwise. 10.0.0.53 is the one that is asked. */
static const struct answer usual[] = {
    {"10.0.0.53", NAME " SOA", "aa NXDOMAIN", "ns " SOA("example.test.", "ns.example.test.", "41")},
    {"10.0.0.53", "ns.example.test. A", "aa", "an ns.example.test. 60 A 10.0.0.1"},
    {"10.0.0.53", "ns.example.test. AAAA", "aa",
     "ns " SOA("example.test.", "ns.example.test.", "41")},
    {"10.0.0.1", "example.test. SOA", "aa", "an " SOA("example.test.", "ns.example.test.", "42")},
    {NULL, NULL, NULL, NULL},
};

struct row {
	const char *what;
	const char *name; /* NULL: NAME */
	struct answer answers[13];
	/* What happens to each update, in their order, the last one to all later: a response code, with
	 * "unsigned" or "wrong" or a TSIG error before it; or "lost", "tc", "closed", ... */
	const char *updates[6];
	const char *zone, *server, *value;
	bool discover, remove, keyless;
	dg_ms timeout; /* 0: 60000 */
	/* and then */
	bool done;
	const char *text, *advice; /* parts of them */
	const char *owner, *in_zone, *at;
	int64_t serial; /* 0: 42 when it is done, else -1 */
	int sent;       /* updates; 0: as many as there are */
	dg_ms after, before;
	enum dg_status status;
};

#define LEADS(from, to)                                                                            \
	{                                                                                          \
		"10.0.0.53", from " SOA", "aa", "an " from " 60 CNAME " to                         \
	}

#define ROOT_REFERS(question)                                                                      \
	{                                                                                          \
		"10.0.0.50", question, "", "ns test. 60 NS ns.test.\nar ns.test. 60 A 10.0.0.51"   \
	}

static const struct row way_rows[] = {
    {.what = "adds",
     .updates = {"NOERROR"},
     .done = true,
     .owner = NAME,
     .in_zone = "example.test.",
     .at = "10.0.0.1#53",
     .before = 100},
    {.what = "removes", .remove = true, .updates = {"NOERROR"}, .done = true},
    {.what = "without a key", .keyless = true, .updates = {"NOERROR"}, .done = true},
    {.what = "lost once", .updates = {"lost", "NOERROR"}, .done = true, .after = 400},
    {.what = "lost over UDP",
     .updates = {"lost", "lost", "NOERROR"},
     .done = true,
     .after = 1000,
     .before = 1100},
    {.what = "cut off", .updates = {"tc", "NOERROR"}, .done = true, .before = 200},
    {.what = "UDP closed", .updates = {"closed", "NOERROR"}, .done = true, .before = 200},
    {.what = "cut off, TCP closed",
     .updates = {"tc", "closed"},
     .text = "its answer over UDP was cut off, and none came over TCP: TCP refused",
     .advice = "reached over TCP"},
    {.what = "silent",
     .updates = {"lost"},
     .sent = 3,
     .text = "10.0.0.1#53 did not update zone example.test.: no answer over UDP nor TCP; "
	     "whether the change was made is not known",
     .after = 5000,
     .before = 5200},
    {.what = "closed", .updates = {"closed"}, .sent = 2, .text = "nothing listens there"},
    {.what = "no route", .updates = {"noroute"}, .text = "this machine has no way there"},
    {.what = "garbage",
     .updates = {"garbage"},
     .sent = 2,
     .text = "what it answers cannot be read"},
    {.what = "no time left",
     .updates = {"lost"},
     .sent = 2,
     .timeout = 900,
     .text = "no answer so far; whether",
     .before = 900},
    {.what = "serial not told",
     .answers = {{"10.0.0.1", "example.test. SOA", "lost", ""}},
     .updates = {"NOERROR"},
     .done = true,
     .serial = -1},
    {.what = "no time for the serial",
     .answers = {{"10.0.0.1", "example.test. SOA", "lost", ""}},
     .updates = {"NOERROR"},
     .timeout = 500,
     .done = true,
     .serial = -1,
     .before = 500},
    {.what = "the first address is dead",
     .answers = {{"10.0.0.53", "ns.example.test. A", "aa",
		  "an ns.example.test. 60 A 10.0.0.9\nan ns.example.test. 60 A 10.0.0.1"}},
     .updates = {"lost", "lost", "lost", "NOERROR"},
     .done = true,
     .at = "10.0.0.1#53",
     .after = 5000},
    {.what = "given",
     .server = "10.0.0.1#5300",
     .updates = {"NOERROR"},
     .done = true,
     .at = "10.0.0.1#5300"},
};

static const struct row replies_rows[] = {
    {.what = "SERVFAIL twice",
     .updates = {"SERVFAIL", "SERVFAIL", "NOERROR"},
     .done = true,
     .after = 2000},
    {.what = "SERVFAIL",
     .updates = {"SERVFAIL"},
     .sent = 3,
     .text = "did not update zone example.test.: it failed (SERVFAIL)",
     .advice = "log of 10.0.0.1#53"},
    {.what = "REFUSED",
     .updates = {"REFUSED"},
     .text = "it does not allow that (REFUSED)",
     .advice = "Let key key.test change TXT records at _acme-challenge.example.test.:"},
    {.what = "REFUSED without a key",
     .keyless = true,
     .updates = {"REFUSED"},
     .text = "it does not allow that (REFUSED)",
     .advice = "Give a TSIG key"},
    {.what = "NOTAUTH",
     .updates = {"NOTAUTH"},
     .text = "it is not the primary of that zone (NOTAUTH)",
     .advice = "zone example.test. is edited on"},
    {.what = "NOTAUTH without a key",
     .keyless = true,
     .updates = {"NOTAUTH"},
     .text = "or wants updates to be signed (NOTAUTH)"},
    {.what = "NOTZONE", .updates = {"NOTZONE"}, .text = "(NOTZONE)"},
    {.what = "FORMERR", .updates = {"FORMERR"}, .text = "malformed (FORMERR)"},
    {.what = "NOTIMP", .updates = {"NOTIMP"}, .text = "no dynamic updates (NOTIMP)"},
    {.what = "YXRRSET", .updates = {"YXRRSET"}, .text = "no answer to such an update (YXRRSET)"},
    {.what = "NXRRSET", .updates = {"NXRRSET"}, .text = "(NXRRSET)"},
    {.what = "gone", .remove = true, .updates = {"NXRRSET"}, .done = true},
    {.what = "name gone", .remove = true, .updates = {"NXDOMAIN"}, .done = true},
    {.what = "BADKEY",
     .updates = {"NOTAUTH BADKEY"},
     .sent = 2,
     .text = "it does not know key key.test with that algorithm, or not for that zone "
	     "(NOTAUTH, BADKEY, unsigned)",
     .advice = "Compare the key's name and algorithm"},
    {.what = "BADSIG",
     .updates = {"NOTAUTH BADSIG"},
     .sent = 2,
     .text = "signature made with key key.test (NOTAUTH, BADSIG, unsigned)",
     .advice = "The secret or the algorithm"},
    {.what = "BADTIME",
     .updates = {"NOTAUTH BADTIME+4000"},
     .text = "the clocks differ by 4000 s, and the server's is ahead (NOTAUTH, BADTIME)",
     .advice = "Set both clocks"},
    {.what = "BADTIME, behind",
     .updates = {"NOTAUTH BADTIME-301"},
     .text = "differ by 301 s, and this machine's is ahead"},
    {.what = "BADTRUNC",
     .updates = {"NOTAUTH BADTRUNC"},
     .text = "longer signatures (NOTAUTH, BADTRUNC)"},
    {.what = "signed long ago",
     .updates = {"NOERROR late"},
     .sent = 2,
     .text = "differ by 1000 s, and this machine's is ahead (NOERROR, signed at another time "
	     "of day)"},
    {.what = "unsigned",
     .updates = {"unsigned NOERROR"},
     .sent = 2,
     .text = "its answer is unsigned: whether the change was made is not known (NOERROR, "
	     "unsigned)",
     .advice = "nothing answers in place of 10.0.0.1#53"},
    {.what = "unsigned, and the real one over TCP",
     .updates = {"unsigned NOERROR", "NOERROR"},
     .done = true},
    {.what = "wrongly signed",
     .updates = {"wrong NOERROR"},
     .sent = 2,
     .text = "wrongly signed: whether"},
    {.what = "wrongly refused, and the real one over TCP",
     .updates = {"wrong REFUSED", "NOERROR"},
     .done = true},
    {.what = "refused by somebody",
     .updates = {"unsigned REFUSED"},
     .sent = 2,
     .text = "it does not allow that (REFUSED, unsigned)"},
    {.what = "unsigned, and no TCP",
     .updates = {"NOTAUTH BADKEY", "closed"},
     .text = "(NOTAUTH, BADKEY, unsigned)"},
};

static const struct row names_rows[] = {
    {.what = "behind a CNAME, in another zone",
     .answers = {LEADS(NAME, "moved.other.test."),
		 {"10.0.0.53", "moved.other.test. SOA", "aa",
		  "ns " SOA("other.test.", "p.other.test.", "7")},
		 {"10.0.0.53", "p.other.test. A", "aa", "an p.other.test. 60 A 10.0.0.7"},
		 {"10.0.0.53", "p.other.test. AAAA", "aa",
		  "ns " SOA("other.test.", "p.other.test.", "7")},
		 {"10.0.0.7", "other.test. SOA", "aa",
		  "an " SOA("other.test.", "p.other.test.", "8")}},
     .updates = {"NOERROR"},
     .done = true,
     .serial = 8,
     .owner = "moved.other.test.",
     .in_zone = "other.test.",
     .at = "10.0.0.7#53"},
    {.what = "behind a DNAME",
     .answers = {{"10.0.0.53", NAME " SOA", "aa", "an example.test. 60 DNAME deep.test."},
		 {"10.0.0.53", "_acme-challenge.deep.test. SOA", "aa",
		  "ns " SOA("deep.test.", "ns.example.test.", "7")},
		 {"10.0.0.1", "deep.test. SOA", "aa",
		  "an " SOA("deep.test.", "ns.example.test.", "42")}},
     .updates = {"NOERROR"},
     .done = true,
     .owner = "_acme-challenge.deep.test."},
    {.what = "a loop",
     .answers = {LEADS(NAME, "b.test."), LEADS("b.test.", NAME)},
     .text = "lead back to " NAME},
    {.what = "the zone that was given",
     .zone = "example.test",
     .updates = {"NOERROR"},
     .done = true},
    {.what = "a zone above",
     .zone = "test",
     .answers = {{"10.0.0.53", "test. SOA", "aa", "an " SOA("test.", "ns.example.test.", "3")},
		 {"10.0.0.1", "test. SOA", "aa", "an " SOA("test.", "ns.example.test.", "42")}},
     .updates = {"NOERROR"},
     .done = true,
     .in_zone = "test."},
    {.what = "a zone above, and its primary",
     .zone = "test.",
     .server = "10.0.0.1",
     .updates = {"NOTAUTH"},
     .text = "10.0.0.1#53 did not update zone test.: it is not the primary"},
    {.what = "no zone",
     .zone = NAME,
     .answers = {{"10.0.0.53", NAME " SOA", "aa",
		  "ns " SOA("example.test.", "ns.example.test.", "3")}},
     .text = NAME " is no zone, but a name in example.test."},
    {.what = "another zone", .zone = "other.test.", .text = NAME " is not in zone other.test."},
    {.what = "no primary",
     .answers = {{"10.0.0.53", NAME " SOA", "aa NXDOMAIN", "ns " SOA("example.test.", ".", "41")}},
     .text = "zone example.test. names no primary",
     .advice = "Give the address"},
    {.what = "no address",
     .answers = {{"10.0.0.53", "ns.example.test. A", "aa NXDOMAIN",
		  "ns " SOA("example.test.", "ns.example.test.", "41")}},
     .text = "no address is known of ns.example.test., which zone example.test. names",
     .advice = "Give the address"},
    {.what = "nobody knows",
     .answers = {{"10.0.0.53", NAME " SOA", "REFUSED", ""}},
     .text = "none of the servers given tells which zone " NAME " is in; the last said REFUSED"},
    {.what = "nobody answers",
     .answers = {{"10.0.0.53", NAME " SOA", "lost", ""}},
     .text = "the last said nothing of use"},
    {.what = "no time to find it",
     .answers = {{"10.0.0.53", NAME " SOA", "lost", ""}},
     .timeout = 1000,
     .text = "no time left while looking for the zone of " NAME,
     .before = 1000},
};

static const struct row discovery_rows[] = {
    {.what = "found from the root",
     .discover = true,
     .answers = {ROOT_REFERS(NAME " TXT"),
		 {"10.0.0.51", NAME " TXT", "",
		  "ns example.test. 60 NS ns.example.test.\nar ns.example.test. 60 A 10.0.0.1"},
		 {"10.0.0.1", NAME " TXT", "aa NXDOMAIN",
		  "ns " SOA("example.test.", "ns.example.test.", "42")},
		 {"10.0.0.1", NAME " SOA", "aa NXDOMAIN",
		  "ns " SOA("example.test.", "ns.example.test.", "42")}},
     .updates = {"NOERROR"},
     .done = true,
     .at = "10.0.0.1#53"},
    {.what = "nobody at the root",
     .discover = true,
     .text = "the zone of " NAME " was not found: no server of . answers as it should"},
};

#endif
