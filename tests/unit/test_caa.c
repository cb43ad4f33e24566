/* SPDX-License-Identifier: ISC */
/* What CAA records let the CA do, and from where. Everything is asked for www.example.com, in the
 * zone example.com: level 0 is the name itself, 1 its zone, 2 the top-level domain, 3 none of them.
 */
#include "unit.h"

#include "check/caa_climb.h"
#include "check/check.h"

#define LEVELS 3
#define LOOKS 4
#define ACCOUNT "https://acme-v02.api.letsencrypt.org/acme/acct/123"
#define OTHER "https://acme-v02.api.letsencrypt.org/acme/acct/1234"
#define LE "0 issue \"letsencrypt.org\""
#define CAA_IS(why) "CAA at www.example.com. " why

static const char *const one[] = {"ca.example"};
static const char *const two[] = {"ca.example", "ca.test"};
static const struct dg_caa_ca generic = {.issuer = one, .nissuers = 1, .method = "dns-01"};
static const struct dg_caa_ca generic_two = {.issuer = two, .nissuers = 2, .method = "dns-01"};
static const struct dg_caa_ca any_ca = {.method = "dns-01"};

#define LETS &dg_caa_letsencrypt
static const struct dg_caa_ca bound = {
    .issuer = one, .nissuers = 1, .method = "dns-01", .parameters_bind = true};
static const struct dg_caa_ca bound_any = {.method = "dns-01", .parameters_bind = true};
#define BOUND &bound
#define BOUND_ANY &bound_any
#define ONE &generic
#define TWO &generic_two
#define ANY &any_ca
#define P DG_CAA_PLAIN
#define W DG_CAA_WILDCARD
#define E DG_CAA_EITHER
#define YES DG_CAA_ALLOWED
#define NO DG_CAA_FORBIDDEN
#define MAY DG_CAA_DEPENDS
#define FAILS DG_CAA_FAILS

/* A level is what each address says, with "|" between: records one a line, or "-" NODATA, "-nosoa"
 * the same without SOA, "nx" and "nx-nosoa" NXDOMAIN, "!" and a response code, "silent" or other
 * trouble;
 * "@NAME " in front of a level makes its name an alias. NULL: one address that says "-". */
static const struct row {
	const char *what;
	const struct dg_caa_ca *ca;
	enum dg_caa_names names;
	const char *account;
	const char *level[LEVELS];
	enum dg_caa_verdict verdict;
	size_t decided;
	const char *words;    /* in the sentence */
	const char *findings; /* all of them, with their severities */
} rows[] = {
#include "test_caa_rows.h"
};

#define NROWS (sizeof(rows) / sizeof(rows[0]))

/* ---- rows into levels ------------------------------------------------------------------------ */

struct stage {
	struct dg_caa_level level[LEVELS];
	struct dg_caa_query look[LEVELS][LOOKS];
	struct dg_caa_set set[LEVELS][LOOKS];
	struct dg_name alias[LEVELS];
	char server[LEVELS * LOOKS][8];
};

static void read_records(const char *text, struct dg_caa_set *ret_set)
{
	char records[4000] = "", *copy = strdup(text), *line, *rest = NULL;
	struct dg_msg msg;
	uint8_t *wire;

	for (line = strtok_r(copy, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		strcat(records, "an x.example.com. CAA ");
		strcat(records, line);
		strcat(records, "\n");
	}
	msg = unit_msg("x.example.com. CAA", "aa", records, &wire);
	assert_int_equal(dg_caa_set_read(ret_set, &msg, NULL), DG_OK);
	dg_msg_free(&msg);
	free(wire);
	free(copy);
}

static void read_look(const char *text, struct dg_caa_query *look, struct dg_caa_set *set)
{
	static const char *const rcodes[] = {"NOERROR",  "FORMERR", "SERVFAIL",
					     "NXDOMAIN", "NOTIMP",  "REFUSED"};

	look->rcode = -1;
	look->has_soa = strstr(text, "nosoa") == NULL;
	if (text[0] == '-' || strncmp(text, "nx", 2) == 0) {
		look->seen = text[0] == '-' ? DG_CAA_NODATA : DG_CAA_NXDOMAIN;
	} else if (text[0] == '!') {
		look->seen = DG_CAA_NO_ANSWER;
		for (size_t i = 0; i < sizeof(rcodes) / sizeof(rcodes[0]); i++)
			if (strcmp(text + 1, rcodes[i]) == 0)
				look->rcode = (int)i;
		if (look->rcode < 0 && strcmp(text, "!silent") != 0)
			look->trouble = "malformed answer";
	} else {
		look->seen = DG_CAA_RECORDS;
		read_records(text, set);
		look->set = set;
	}
}

static void read_level(struct stage *s, size_t i, const char *text)
{
	static const char *const names[] = {"www.example.com.", "example.com.", "com."};
	struct dg_caa_level *l = &s->level[i];
	char *copy = strdup(text == NULL ? "-" : text), *at = copy, *one_look, *rest = NULL;

	l->name = unit_name(names[i]);
	l->own = i < 2;
	l->look = s->look[i];
	if (at[0] == '@') {
		char *end = strchr(at, ' ');

		*end = '\0';
		s->alias[i] = unit_name(at + 1);
		l->alias = &s->alias[i];
		at = end + 1;
	}
	for (one_look = strtok_r(at, "|", &rest); one_look != NULL;
	     one_look = strtok_r(NULL, "|", &rest)) {
		struct dg_caa_query *look = &s->look[i][l->nlooks];
		char *server = s->server[i * LOOKS + l->nlooks];

		sprintf(server, "ns%zu", l->nlooks + 1);
		look->server = server;
		read_look(one_look, look, &s->set[i][l->nlooks]);
		l->nlooks++;
	}
	free(copy);
}

static void free_stage(struct stage *s)
{
	size_t i, k;

	for (i = 0; i < LEVELS; i++)
		for (k = 0; k < LOOKS; k++)
			dg_caa_set_free(&s->set[i][k]);
}

static void list_findings(const struct dg_findings *f, char text[200])
{
	size_t i;

	text[0] = '\0';
	for (i = 0; i < f->count; i++)
		sprintf(text + strlen(text), "%s%s %s", i == 0 ? "" : ", ", f->finding[i].id,
			dg_severity_text(f->finding[i].severity));
}

static void run_row(const struct row *r, struct dg_caa_outcome *ret_outcome,
		    struct dg_findings *ret_findings)
{
	static struct stage s;
	struct dg_caa_ca ca = *r->ca;
	size_t i;

	memset(&s, 0, sizeof(s));
	memset(ret_findings, 0, sizeof(*ret_findings));
	ca.names = r->names;
	ca.account = r->account;
	for (i = 0; i < LEVELS; i++)
		read_level(&s, i, r->level[i]);
	dg_caa_climb(&ca, s.level, LEVELS, ret_outcome, ret_findings);
	assert_false(ret_findings->no_memory);
	free_stage(&s);
}

static void check_printable(const char *what, const char *text)
{
	for (; *text != '\0'; text++)
		if ((uint8_t)*text < ' ' || (uint8_t)*text >= 0x7f)
			fail_msg("%s: octet %d in the sentence", what, *text);
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void test_rows(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < NROWS; i++) {
		const struct row *r = &rows[i];
		struct dg_caa_outcome o;
		struct dg_findings f;
		char found[200];

		run_row(r, &o, &f);
		if (o.verdict != r->verdict)
			fail_msg("%s: verdict %d: %s", r->what, o.verdict, o.text);
		if (o.level != r->decided)
			fail_msg("%s: level %zu: %s", r->what, o.level, o.text);
		if (strstr(o.text, r->words) == NULL)
			fail_msg("%s: %s", r->what, o.text);
		list_findings(&f, found);
		if (strcmp(found, r->findings) != 0)
			fail_msg("%s: found %s", r->what, found);
		check_printable(r->what, o.text);
		dg_findings_free(&f);
	}
	printf("%zu rows\n", NROWS);
}

/* The order in which a server gives its records must not show. */
static void test_order(void **state)
{
	static const struct row forth = {
	    "", LETS, P, NULL, {"0 issue \"b\"\n0 issue \"a\"\n0 issue \"c\""}, NO, 0, "", ""};
	static const struct row back = {
	    "", LETS, P, NULL, {"0 issue \"c\"\n0 issue \"b\"\n0 issue \"a\""}, NO, 0, "", ""};
	struct dg_caa_outcome a, b;
	struct dg_findings f;

	(void)state;
	run_row(&forth, &a, &f);
	dg_findings_free(&f);
	run_row(&back, &b, &f);
	dg_findings_free(&f);
	assert_string_equal(a.text, b.text);
	assert_string_equal(a.text,
			    CAA_IS("allows only \"a\", \"b\", \"c\" to issue certificates"));
}

/* What the CA would say, where it is Boulder. */
static void test_ca_texts(void **state)
{
	static const struct {
		struct row row;
		const char *text;
	} cases[] = {
	    {{"", LETS, P, NULL, {NULL, "0 issue \";\""}, NO, 0, "", ""},
	     "While processing CAA for www.example.com: CAA record for example.com prevents "
	     "issuance"},
	    {{"", LETS, W, NULL, {"0 issue \";\""}, NO, 0, "", ""},
	     "While processing CAA for *.www.example.com: CAA record for www.example.com prevents "
	     "issuance"},
	    {{"", LETS, P, NULL, {"@x.net. 0 issue \";\""}, NO, 0, "", ""},
	     "While processing CAA for www.example.com: CAA record for www.example.com prevents "
	     "issuance"},
	    {{"", LETS, P, NULL, {NULL, "!REFUSED|!silent"}, NO, 0, "", ""},
	     "While processing CAA for www.example.com: DNS problem: SERVFAIL looking up CAA for "
	     "example.com - the domain's nameservers may be malfunctioning"},
	    {{"", LETS, P, NULL, {"!silent|!silent"}, NO, 0, "", ""},
	     "While processing CAA for www.example.com: DNS problem: query timed out looking up "
	     "CAA for www.example.com"},
	    {{"", LETS, P, NULL, {"nx", "nx", "nx"}, NO, 0, "", ""},
	     "While processing CAA for www.example.com: DNS problem: NXDOMAIN looking up CAA for "
	     "com - check that a DNS record exists for this domain"},
	    {{"", LETS, P, NULL, {LE}, YES, 0, "", ""}, ""},
	    {{"", ONE, P, NULL, {"0 issue \";\""}, NO, 0, "", ""}, ""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dg_caa_outcome o;
		struct dg_findings f;

		run_row(&cases[i].row, &o, &f);
		assert_string_equal(o.ca_text, cases[i].text);
		dg_findings_free(&f);
	}
}

/* Names of a zone that nobody serves, and no names at all. */
static void test_nobody_to_ask(void **state)
{
	struct dg_caa_level level = {.name = unit_name("example.com."), .own = true};
	struct dg_findings f = {0};
	struct dg_caa_outcome o;
	char found[200];

	(void)state;
	dg_caa_climb(LETS, &level, 1, &o, &f);
	assert_int_equal(o.verdict, FAILS);
	list_findings(&f, found);
	assert_string_equal(found, "F-32 fatal");
	dg_findings_free(&f);
	dg_caa_climb(LETS, &level, 0, &o, &f);
	assert_int_equal(o.verdict, YES);
	assert_int_equal(f.count, 0);
}

static void test_judgement_names_record(void **state)
{
	struct dg_caa_ca ca = dg_caa_letsencrypt;
	struct dg_caa_judgement j;
	struct dg_caa_set set;

	(void)state;
	ca.names = P;
	read_records("0 issue \"a.example\"\n" LE "\n0 issuewild \";\"", &set);
	dg_caa_judge(&ca, &set, &j);
	assert_int_equal(j.verdict, YES);
	assert_int_equal(j.by->value_len, 15);
	assert_memory_equal(j.by->value, "letsencrypt.org", 15);
	dg_caa_set_free(&set);
	dg_caa_judge(&ca, &set, &j);
	assert_int_equal(j.verdict, YES);
	assert_null(j.by);
}

/* RDATA, with each octet behind its end out of bounds for the sanitizer. */
static void test_rdata(void **state)
{
	static const struct {
		const char *octets;
		size_t len;
		bool good;
		size_t tag_len, value_len;
	} cases[] = {
	    {"", 0, false, 0, 0},          {"\0", 1, false, 0, 0},
	    {"\0\0", 2, true, 0, 0},       {"\0\5", 2, false, 0, 0},
	    {"\0\5issu", 6, false, 0, 0},  {"\0\5issue", 7, true, 5, 0},
	    {"\0\5issue;", 8, true, 5, 1}, {"\0\377issue", 7, false, 0, 0},
	    {"\200\0x", 3, true, 0, 1},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t *exact = malloc(cases[i].len + 1);
		struct dg_caa caa = {0};

		memmove(exact, cases[i].octets, cases[i].len);
		exact = realloc(exact, cases[i].len > 0 ? cases[i].len : 1);
		assert_int_equal(dg_caa_read(exact, cases[i].len, &caa), cases[i].good);
		assert_int_equal(caa.tag_len, cases[i].tag_len);
		assert_int_equal(caa.value_len, cases[i].value_len);
		free(exact);
	}
}

/* A record cut short makes the whole message unreadable: no CAA set is ever half read. */
static void test_malformed_message(void **state)
{
	struct dg_error err = {0};
	struct dg_msg msg;
	uint8_t *wire;
	size_t len;

	(void)state;
	wire = unit_reply("x.lab. CAA", "aa", "an x.lab. CAA 0 issue \"ca\"\n", &len);
	wire[len - 8] = 200; /* the tag's length */
	assert_int_equal(dg_msg_read(&msg, wire, len, &err), DG_EPARSE);
	free(wire);
}

static void test_set(void **state)
{
	struct dg_name name = unit_name("x.lab.");
	struct dg_caa_set set;
	uint8_t *wire;
	struct dg_msg msg = unit_msg("x.lab. CAA", "aa",
				     "an x.lab. CAA 0 issue \"b\"\nan y.lab. CAA 0 issue \"c\"\n"
				     "an x.lab. CAA 0 issue \"a\"\nns x.lab. CAA 0 issue \"d\"\n",
				     &wire);

	(void)state;
	assert_int_equal(dg_caa_set_read(&set, &msg, &name), DG_OK);
	assert_int_equal(set.count, 2);
	assert_int_equal(set.record[0].value[0], 'a');
	dg_caa_set_free(&set);
	assert_int_equal(dg_caa_set_read(&set, &msg, NULL), DG_OK);
	assert_int_equal(set.count, 3);
	dg_caa_set_free(&set);
	dg_caa_set_free(&set);
	dg_msg_free(&msg);
	free(wire);
}

static void test_parse(void **state)
{
	static const struct {
		const char *value;
		bool well_formed, boulder_form;
		const char *issuer;
		unsigned naccounts, nmethods;
	} cases[] = {
	    {"", true, true, "", 0, 0},
	    {" \t", true, true, "", 0, 0},
	    {";", true, true, "", 0, 0},
	    {"; a=b", true, true, "", 0, 0},
	    {"\tca.test ", true, true, "ca.test", 0, 0},
	    {"ca.test;", true, true, "ca.test", 0, 0},
	    {"ca.test ; ", true, true, "ca.test", 0, 0},
	    {"ca.test;;", false, false, "ca.test", 0, 0},
	    {"ca.test; a=b;", false, false, "ca.test", 0, 0},
	    {"ca.test; a = b ; c=", true, true, "ca.test", 0, 0},
	    {"ca.test; a=b=c", true, true, "ca.test", 0, 0},
	    {"ca.test; a", false, false, "ca.test", 0, 0},
	    {"ca.test; a b=c", false, false, "ca.test", 0, 0},
	    {"ca.test; a=b c", false, false, "ca.test", 0, 0},
	    {"ca.test; a-b=c", true, false, "ca.test", 0, 0},
	    {"ca.test; =c", false, true, "ca.test", 0, 0},
	    {"ca.test; a_b=c", false, false, "ca.test", 0, 0},
	    {"ca.test; a=\377", false, false, "ca.test", 0, 0},
	    {"%%%%%", false, true, "%%%%%", 0, 0},
	    {"ca.test.", false, true, "ca.test.", 0, 0},
	    {"-ca.test", false, true, "-ca.test", 0, 0},
	    {"ca test", false, true, "ca test", 0, 0},
	    {"ca--x.test", true, true, "ca--x.test", 0, 0},
	    {"ca.test; accounturi=x; accounturi=y", true, true, "ca.test", 2, 0},
	    {"ca.test; AccountURI=x; validationmethods=y", true, true, "ca.test", 0, 1},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dg_caa caa = {.value = (const uint8_t *)cases[i].value,
				     .value_len = strlen(cases[i].value)};
		struct dg_caa_issue issue;

		dg_caa_parse_issue(&caa, false, &issue);
		if (issue.well_formed != cases[i].well_formed ||
		    issue.boulder_form != cases[i].boulder_form ||
		    !dg_caa_span_is(issue.issuer, cases[i].issuer, false) ||
		    issue.naccounts != cases[i].naccounts || issue.nmethods != cases[i].nmethods)
			fail_msg("\"%s\"", cases[i].value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_ca_texts),
	    cmocka_unit_test(test_nobody_to_ask),
	    cmocka_unit_test(test_judgement_names_record),
	    cmocka_unit_test(test_rdata),
	    cmocka_unit_test(test_malformed_message),
	    cmocka_unit_test(test_set),
	    cmocka_unit_test(test_parse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
