/* SPDX-License-Identifier: ISC */
/* What CAs say, in their own words: the type, the look-up, and the causes that fit. */
#include "unit.h"

#include "logs/sentence.h"
#include "logs/value.h"
#include "show/finding_text.h"

#define N "_acme-challenge.example.com"
#define DIGEST "Qx7bLp2mVn4RkT9sWzYc1dFgHj3KlM6oPqA8uEiXyZ0"
#define OTHER "0ZyXiEu8AqPo6MlK3jHgFd1cYzWs9TkR4nVm2pLb7xQ"

/* A sentence, and what must be read from it. */
struct row {
	const char *text, *type, *phase, *name, *findings;
};

/* Every sentence of Boulder, from either perspective, for TXT and for CAA where it has both. */
static const struct row boulder[] = {
    {"DNS problem: NXDOMAIN looking up TXT for " N
     " - check that a DNS record exists for this domain",
     "dns", "txt", "example.com",
     "F-01 F-11 F-10 F-16 F-46 F-20 F-02 F-62 F-61 F-47 F-30 F-03 F-53 F-15"},
    {"DNS problem: SERVFAIL looking up TXT for " N
     " - the domain's nameservers may be malfunctioning",
     "dns", "txt", "example.com", "F-21 F-20 F-17 F-18 F-23 F-24 F-38 F-25 F-62 F-56 F-60"},
    {"DNS problem: looking up TXT for " N ": DNSSEC: Bogus", "dns", "txt", "example.com",
     "F-38 F-39 F-40 F-37 F-30"},
    {"DNS problem: looking up TXT for " N ": DNSSEC: Bogus: validation failure <" N
     ". TXT IN>: signature expired from 192.0.2.1",
     "dns", "txt", "example.com", "F-35"},
    {"DNS problem: looking up TXT for " N ": DNSSEC: Bogus: validation failure: no signatures",
     "dns", "txt", "example.com", "F-36"},
    {"DNS problem: looking up TXT for " N ": DNSSEC: Bogus: no keys have a DS with algorithm",
     "dns", "txt", "example.com", "F-37"},
    {"DNS problem: looking up TXT for " N ": DNSSEC: Bogus: nsec proof failed", "dns", "txt",
     "example.com", "F-39 F-65"},
    {"DNS problem: looking up TXT for " N ": DNSSEC: Signature Expired", "dns", "txt",
     "example.com", "F-35"},
    {"DNS problem: looking up TXT for " N ": DNSSEC: Signature Not Yet Valid", "dns", "txt",
     "example.com", "F-35"},
    {"DNS problem: looking up TXT for " N ": DNSSEC: DNSKEY Missing: no SEP matching the DS", "dns",
     "txt", "example.com", "F-37 F-62 F-59 F-25 F-26"},
    {"DNS problem: looking up TXT for " N ": DNSSEC: RRSIGs Missing", "dns", "txt", "example.com",
     "F-36 F-39 F-40"},
    {"DNS problem: looking up TXT for " N ": DNSSEC: No Zone Key Bit Set", "dns", "txt",
     "example.com", "F-37 F-38"},
    {"DNS problem: looking up TXT for " N ": DNSSEC: NSEC Missing", "dns", "txt", "example.com",
     "F-39 F-65 F-40"},
    {"DNS problem: looking up TXT for " N ": DNSSEC: Unsupported DNSKEY Algorithm", "dns", "txt",
     "example.com", "F-41 F-37"},
    {"DNS problem: looking up TXT for " N ": DNSSEC: Unsupported DS Digest Type", "dns", "txt",
     "example.com", "F-41 F-37"},
    {"DNS problem: looking up TXT for " N ": DNSSEC: Indeterminate", "dns", "txt", "example.com",
     "F-37 F-40"},
    {"DNS problem: looking up TXT for " N ": No Reachable Authority: at delegation example.com",
     "dns", "txt", "example.com", "F-21 F-24 F-23 F-27 F-28"},
    {"DNS problem: looking up TXT for " N ": Network Error between Resolver and Authority", "dns",
     "txt", "example.com", "F-21 F-25 F-26 F-27"},
    {"DNS problem: looking up TXT for " N ": Cached Error", "dns", "txt", "example.com",
     "F-21 F-28 F-20"},
    {"DNS problem: looking up TXT for " N ": Not Authoritative", "dns", "txt", "example.com",
     "F-21 F-20"},
    {"DNS problem: query timed out looking up TXT for " N, "dns", "txt", "example.com",
     "F-21 F-25 F-27 F-28 F-43 F-57"},
    {"DNS problem: query timed out (and was canceled) looking up TXT for " N, "dns", "txt",
     "example.com", "F-21 F-25 F-27 F-28 F-43 F-57"},
    {"DNS problem: networking error looking up TXT for " N, "dns", "txt", "example.com", "F-50"},
    {"DNS problem: server failure at resolver looking up TXT for " N, "dns", "txt", "example.com",
     "F-50"},
    {"DNS problem: REFUSED looking up TXT for " N, "dns", "txt", "example.com", "F-21 F-28 F-20"},
    {"DNS problem: response was truncated looking up CAA for example.com", "dns", "caa",
     "example.com", "F-25 F-26"},
    {"No TXT record found at " N, "unauthorized", "txt", "example.com",
     "F-01 F-11 F-16 F-13 F-02 F-20 F-62 F-03"},
    {"No TXT record found at _ujmmovf2vn55tgye." N
     " (account: \"https://example.com/acme/acct/1\")",
     "unauthorized", "txt", "example.com", "F-01 F-11 F-16 F-13 F-02 F-20 F-62 F-03"},
    {"Incorrect TXT record \"" OTHER "\" found at " N, "unauthorized", "txt", "example.com",
     "F-05 F-06 F-02 F-14 F-13 F-15 F-19"},
    {"Incorrect TXT record \"" OTHER "\" (and 3 more) found at " N, "unauthorized", "txt",
     "example.com", "F-06 F-05 F-02 F-14 F-13 F-15"},
    {"During secondary validation: Incorrect TXT record \"" OTHER "\" found at " N, "unauthorized",
     "txt", "example.com", "F-02 F-66 F-04 F-03 F-45 F-14"},
    {"During secondary validation: DNS problem: NXDOMAIN looking up TXT for " N, "dns", "txt",
     "example.com", "F-02 F-66 F-62 F-43"},
    {"During secondary validation: No TXT record found at " N, "unauthorized", "txt", "example.com",
     "F-02 F-66 F-04 F-03 F-62"},
    {"During secondary validation: DNS problem: query timed out looking up TXT for " N, "dns",
     "txt", "example.com", "F-43 F-21 F-66"},
    {"During secondary validation: While processing CAA for example.com: DNS problem: query timed "
     "out looking up CAA for example.com",
     "dns", "caa", "example.com", "F-43 F-32"},
    {"While processing CAA for example.com: DNS problem: SERVFAIL looking up CAA for example.com "
     "- the domain's nameservers may be malfunctioning",
     "dns", "caa", "example.com", "F-32 F-33 F-39 F-21"},
    {"While processing CAA for www.example.com: DNS problem: SERVFAIL looking up CAA for com",
     "dns", "caa", "www.example.com", "F-34 F-32 F-33"},
    {"While processing CAA for example.com: DNS problem: looking up CAA for example.com: DNSSEC: "
     "Bogus",
     "dns", "caa", "example.com", "F-39 F-38 F-40 F-35"},
    {"While processing CAA for example.com: DNS problem: query timed out looking up CAA for "
     "example.com",
     "dns", "caa", "example.com", "F-32 F-21 F-43"},
    {"While processing CAA for *.example.com: CAA record for *.example.com prevents issuance",
     "caa", "caa", "example.com", "F-31"},
    {"CAA record for example.com prevents issuance", "caa", "caa", "example.com", "F-31"},
    {"Error finalizing order :: Rechecking CAA for \"example.com\" and 1 more identifiers failed. "
     "Refer to sub-problems for more information",
     "caa", "caa", "example.com", "F-31 F-32 F-34"},
    {"During secondary validation: Secondary validation RPC failed", "serverInternal", "ca", "",
     "F-50"},
    {"During secondary validation: Secondary validation RPC canceled", "serverInternal", "ca", "",
     "F-50"},
    {"No TXT record found for DNS-PERSIST-01 challenge", "unauthorized", "txt", "", "F-01 F-11"},
    {"Checking DNS-PERSIST-01 challenge TXT record with issuer-domain-name \"ca.example\": "
     "accounturi mismatch: expected \"https://ca.example/acct/1\", got \"x\"",
     "unauthorized", "txt", "", "F-05"},
    {"Insufficient remote perspectives: need at least 3", "serverInternal", "ca", "", "F-50"},
};

/* Worlds that are broken in one way each, what the CA says of them, and the cause. */
static const struct {
	const char *world, *text, *finding;
} worlds[] = {
    {"not published", "DNS problem: NXDOMAIN looking up TXT for " N, "F-01"},
    {"not published, empty name", "No TXT record found at " N, "F-01"},
    {"one secondary lags", "During secondary validation: No TXT record found at " N, "F-02"},
    {"one secondary has the old value",
     "During secondary validation: Incorrect TXT record \"" OTHER "\" found at " N, "F-02"},
    {"another value everywhere", "Incorrect TXT record \"" OTHER "\" found at " N, "F-05"},
    {"old values left", "Incorrect TXT record \"" OTHER "\" (and 7 more) found at " N, "F-06"},
    {"quotes stored", "Incorrect TXT record \"\\\"" DIGEST "\\\"\" found at " N, "F-07"},
    {"a blank stored", "Incorrect TXT record \"" DIGEST " \" found at " N, "F-07"},
    {"backslashes stored", "Incorrect TXT record \"\\\\\\\"" DIGEST "\\\\\\\"\" found at " N,
     "F-07"},
    {"lower case",
     "Incorrect TXT record \"qx7blp2mvn4rkt9swzyc1dfghj3klm6opqa8ueixyz0\" found at " N, "F-08"},
    {"cut short", "Incorrect TXT record \"Qx7bLp2mVn4RkT9sWzYc1dFgHj3K\" found at " N, "F-08"},
    {"padded", "Incorrect TXT record \"" DIGEST "=\" found at " N, "F-08"},
    {"plain base64",
     "Incorrect TXT record \"Qx7bLp2mVn4RkT9sWzYc1d+gHj3KlM6oPqA8uEi/yZ0\" found at " N, "F-08"},
    {"behind a key", "Incorrect TXT record \"_acme-challenge=" DIGEST "\" found at " N, "F-08"},
    {"key authorization", "Incorrect TXT record \"" OTHER "." DIGEST "\" found at " N, "F-09"},
    {"SPF by a wildcard", "Incorrect TXT record \"v=spf1 -all\" found at " N, "F-12"},
    {"a proof by a wildcard",
     "Incorrect TXT record \"google-site-verification=abcdef\" found at " N, "F-12"},
    {"lame servers", "DNS problem: SERVFAIL looking up TXT for " N, "F-21"},
    {"servers refuse", "DNS problem: REFUSED looking up TXT for " N, "F-21"},
    {"servers silent", "DNS problem: query timed out looking up TXT for " N, "F-21"},
    {"no server reachable",
     "DNS problem: looking up TXT for " N ": No Reachable Authority: at delegation example.com",
     "F-21"},
    {"chain too long",
     "DNS problem: looking up TXT for " N
     ": Other: request has exceeded the maximum number of query restarts",
     "F-18"},
    {"big answer",
     "While processing CAA for example.com: DNS problem: response was truncated looking up CAA "
     "for example.com",
     "F-25"},
    {"CAA forbids", "CAA record for example.com prevents issuance", "F-31"},
    {"CAA of a parent forbids",
     "While processing CAA for a.example.com: CAA record for a.example.com prevents issuance",
     "F-31"},
    {"CAA dropped",
     "While processing CAA for example.com: DNS problem: query timed out looking up CAA for "
     "example.com",
     "F-32"},
    {"CAA not implemented", "DNS problem: NOTIMP looking up CAA for example.com", "F-32"},
    {"CAA of the TLD fails",
     "While processing CAA for example.net: DNS problem: SERVFAIL looking up CAA for net", "F-34"},
    {"CAA of the parent fails",
     "While processing CAA for a.example.com: DNS problem: SERVFAIL looking up CAA for "
     "example.com",
     "F-34"},
    {"signature over", "DNS problem: looking up TXT for " N ": DNSSEC: Signature Expired", "F-35"},
    {"signature to come", "DNS problem: looking up TXT for " N ": DNSSEC: Signature Not Yet Valid",
     "F-35"},
    {"not signed yet", "DNS problem: looking up TXT for " N ": DNSSEC: RRSIGs Missing", "F-36"},
    {"DS without key", "DNS problem: looking up TXT for " N ": DNSSEC: DNSKEY Missing", "F-37"},
    {"wrong key", "DNS problem: looking up TXT for " N ": DNSSEC: Bogus", "F-38"},
    {"denial of CAA broken",
     "While processing CAA for example.com: DNS problem: looking up CAA for example.com: DNSSEC: "
     "NSEC Missing",
     "F-39"},
    {"denial of CAA bogus",
     "While processing CAA for example.com: DNS problem: looking up CAA for example.com: DNSSEC: "
     "Bogus",
     "F-39"},
    {"region shut out",
     "During secondary validation: DNS problem: query timed out looking up TXT for " N, "F-43"},
    {"region shut out for CAA",
     "During secondary validation: While processing CAA for example.com: DNS problem: query timed "
     "out looking up CAA for example.com",
     "F-43"},
    {"name with a blank",
     "Invalid identifiers requested :: Cannot issue for \"exa mple.com\": Domain name contains an "
     "invalid character",
     "F-47"},
    {"the CA's own fault", "During secondary validation: Secondary validation RPC failed", "F-50"},
};

static void join(const struct problem *p, char buf[128])
{
	size_t i;

	buf[0] = '\0';
	for (i = 0; i < p->nfindings; i++) {
		strcat(buf, i > 0 ? " " : "");
		strcat(buf, p->finding[i]);
	}
}

static void test_boulder(void **state)
{
	char findings[128];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(boulder) / sizeof(boulder[0]); i++) {
		const struct row *row = &boulder[i];
		struct problem p;

		print_message("%s\n", row->text);
		assert_true(problem_read(&p, row->text, NULL));
		assert_string_equal(p.type, row->type);
		assert_string_equal(phase_word(p.phase), row->phase);
		assert_string_equal(p.name, row->name);
		join(&p, findings);
		assert_string_equal(findings, row->findings);
		assert_int_equal(p.secondary, strstr(row->text, "During secondary") != NULL);
	}
}

static void test_worlds(void **state)
{
	size_t i, right = 0;

	(void)state;
	assert_int_equal(sizeof(worlds) / sizeof(worlds[0]), 40);
	for (i = 0; i < 40; i++) {
		struct problem p;

		assert_true(problem_read(&p, worlds[i].text, NULL));
		if (p.nfindings > 0 && strcmp(p.finding[0], worlds[i].finding) == 0)
			right++;
		else
			print_message("%s: %s first, not %s\n", worlds[i].world, p.finding[0],
				      worlds[i].finding);
	}
	assert_int_equal(right, 40);
}

/* What every row names exists, and every row says what to do. */
static void test_rows(void **state)
{
	static const struct sentence rows[] = {
#define SENTENCE(key, type, phase, retry, pattern, findings, remote, meaning, advice)              \
	{key, type, phase, retry, pattern, findings, remote, meaning, advice},
#include "logs/sentences.def"
#undef SENTENCE
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *list[] = {rows[i].findings,
				      rows[i].remote != NULL ? rows[i].remote : ""};

		print_message("%s\n", rows[i].key);
		assert_true(rows[i].findings[0] != '\0' || rows[i].advice != NULL);
		for (k = 0; k < 2; k++) {
			const char *at = list[k];

			for (; *at != '\0'; at += strspn(at, " ")) {
				char id[8] = "";

				assert_true(strcspn(at, " ") == 4);
				strncat(id, at, 4);
				assert_non_null(finding_find(id));
				at += 4;
			}
		}
		for (k = 0; k < i; k++)
			assert_string_not_equal(rows[i].key, rows[k].key);
	}
}

static void test_types(void **state)
{
	struct problem p;

	(void)state;
	assert_false(problem_read(&p, "all is well", NULL));
	assert_false(problem_read(&p, "", NULL));
	assert_true(problem_read(&p, "words of another CA", "urn:ietf:params:acme:error:caa"));
	assert_string_equal(p.type, "caa");
	assert_string_equal(p.finding[0], "F-31");
	assert_true(problem_read(&p, "words", "urn:ietf:params:acme:error:orderNotReady"));
	assert_string_equal(p.sentence->key, "order");
	assert_string_equal(p.type, "orderNotReady");
	/* The words know better than the type: Pebble's are all unauthorized. */
	assert_true(problem_read(&p, "No TXT records found for DNS challenge", "unauthorized"));
	assert_string_equal(p.sentence->key, "pebble-none");
	/* A type that is none. */
	assert_false(problem_read(&p, "words", "urn:ietf:params:acme:error:<b>"));
	assert_true(
	    problem_read(&p,
			 "too many failed authorizations (5) for \"www.example.com\" in the "
			 "last 1h0m0s, retry after 2026-08-21 06:27:45 UTC: see",
			 NULL));
	assert_string_equal(p.name, "www.example.com");
	assert_int_equal(p.retry_at, 1787293665);
}

static void test_names(void **state)
{
	static const struct {
		const char *text, *name;
	} rows[] = {{"Example.COM.", "example.com"},
		    {"*.example.com", "example.com"},
		    {"_acme-challenge.example.com", "example.com"},
		    {"_ujmmovf2vn55tgye._acme-challenge.example.com", "example.com"},
		    {"_validation-persist.example.com", "example.com"},
		    {"xn--bcher-kva.example", "xn--bcher-kva.example"},
		    {"example.com\",", "example.com"},
		    {"192.0.2.1", NULL},
		    {"a..b", NULL},
		    {".example.com", NULL},
		    {"exa mple.com", NULL},
		    {"\033[31m.com", NULL},
		    {"-", NULL},
		    {"", NULL}};
	char name[PROBLEM_NAME];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("%s\n", rows[i].text);
		assert_int_equal(problem_name(name, rows[i].text, strlen(rows[i].text)),
				 rows[i].name != NULL);
		if (rows[i].name != NULL)
			assert_string_equal(name, rows[i].name);
	}
}

static void test_values(void **state)
{
	char value[PROBLEM_VALUE];
	unsigned more;

	(void)state;
	assert_true(value_read(value, &more,
			       "Incorrect TXT record \"a \\\"b\\\"\" (and 2 more) found at x"));
	assert_string_equal(value, "a \"b\"");
	assert_int_equal(more, 2);
	assert_true(value_read(value, &more, "Incorrect TXT record \"\" found at x"));
	assert_string_equal(value, "");
	assert_int_equal(more, 0);
	assert_false(value_read(value, &more, "Incorrect TXT record \"abc"));
	assert_false(value_read(value, &more, "Incorrect TXT record abc found at x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_boulder), cmocka_unit_test(test_worlds),
	    cmocka_unit_test(test_rows),    cmocka_unit_test(test_types),
	    cmocka_unit_test(test_names),   cmocka_unit_test(test_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
