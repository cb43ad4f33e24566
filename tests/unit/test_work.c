/* SPDX-License-Identifier: ISC */
/* The limits of what one answer may cost (types.h): up to each all is well, beyond it the answer is
 * bogus, and the reason says so. */
#include "unit_dnssec.h"

#define TXT "? c.example.lab. TXT\nan c.example.lab. TXT \"v\"\n"
#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* A line with a number in it, from 1 on, so many times over. */
struct part {
	const char *line;
	int times;
};

static char *build(const struct part *parts)
{
	char *text = calloc(1, 120000), *at = text;
	int i;

	for (; parts->line != NULL; parts++)
		for (i = 1; i <= (parts->times == 0 ? 1 : parts->times); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			at += sprintf(at, parts->line, i);
#pragma GCC diagnostic pop
			*at++ = '\n';
		}
	return text;
}

static const struct limit_row {
	const char *what;
	struct part keys[6]; /* none: the usual ones */
	struct part ds[6];   /* of sub.example.lab.; none: there is no such zone */
	struct part answer[8];
	bool good;
	int crypto;
} rows[] = {
    {"1024 records",
     .answer = {{.line = "? c.example.lab. TXT"},
		{.line = "an c.example.lab. TXT %d", .times = 1024},
		{.line = "+"}},
     .good = true},
    {"1025 records",
     .answer = {{.line = "? c.example.lab. TXT"},
		{.line = "an c.example.lab. TXT %d", .times = 1025},
		{.line = "+"}},
     .crypto = -1},
    {"8 signatures", .answer = {{.line = TXT}, {.line = "+ tag=%d", .times = 7}, {.line = "+"}},
     .good = true, .crypto = 1},
    {"9 signatures", .answer = {{.line = TXT}, {.line = "+ tag=%d", .times = 8}, {.line = "+"}},
     .crypto = -1},
    {"16 keys",
     .keys = {{.line = "? example.lab. DNSKEY"},
	      {.line = "an key example.lab. flags=0 key=%d", .times = 15},
	      {.line = "an key example.lab."},
	      {.line = "+"}},
     .answer = {{.line = TXT}, {.line = "+"}}, .good = true},
    {"17 keys",
     .keys = {{.line = "? example.lab. DNSKEY"},
	      {.line = "an key example.lab. flags=0 key=%d", .times = 16},
	      {.line = "an key example.lab."},
	      {.line = "+"}},
     .answer = {{.line = TXT}, {.line = "+"}}, .crypto = -1},
    {"8 DS records",
     .ds = {{.line = "? sub.example.lab. DS"},
	    {.line = "an ds sub.example.lab. zone=sub.example.lab. tag=%d", .times = 7},
	    {.line = "an ds sub.example.lab. zone=sub.example.lab."},
	    {.line = "+"}},
     .answer = {{.line =
		     "? sub.example.lab. TXT\nan sub.example.lab. TXT v\n+ zone=sub.example.lab."}},
     .good = true},
    {"9 DS records",
     .ds = {{.line = "? sub.example.lab. DS"},
	    {.line = "an ds sub.example.lab. zone=sub.example.lab. tag=%d", .times = 8},
	    {.line = "an ds sub.example.lab. zone=sub.example.lab."},
	    {.line = "+"}},
     .answer =
	 {{.line = "? sub.example.lab. TXT\nan sub.example.lab. TXT v\n+ zone=sub.example.lab."}}},
    {"9 DS records, the first ones unsupported",
     .ds = {{.line = "? sub.example.lab. DS"},
	    {.line = "an ds sub.example.lab. zone=sub.example.lab. falg=5 tag=%d", .times = 8},
	    {.line = "an ds sub.example.lab. zone=sub.example.lab."},
	    {.line = "+"}},
     .answer =
	 {{.line = "? sub.example.lab. TXT\nan sub.example.lab. TXT v\n+ zone=sub.example.lab."}}},
    {"2 keys of one tag",
     .keys = {{.line = "? example.lab. DNSKEY"},
	      {.line = "an key example.lab. collide=%d", .times = 1},
	      {.line = "an key example.lab."},
	      {.line = "+"}},
     .answer = {{.line = TXT}, {.line = "+"}}, .good = true, .crypto = 2},
    {"3 keys of one tag",
     .keys = {{.line = "? example.lab. DNSKEY"},
	      {.line = "an key example.lab. collide=%d", .times = 2},
	      {.line = "an key example.lab."},
	      {.line = "+"}},
     .answer = {{.line = TXT}, {.line = "+"}}, .crypto = 2},
    /* One signature that costs too much takes nothing from others, nor from the rest of the answer.
     */
    {"3 keys of one tag, another signature is good",
     .keys = {{.line = "? example.lab. DNSKEY"},
	      {.line = "an key example.lab. collide=%d", .times = 2},
	      {.line = "an key example.lab.\nan key example.lab. alg=15"},
	      {.line = "+"}},
     .answer = {{.line = TXT}, {.line = "+\n+ alg=15"}}, .good = true, .crypto = 3},
    {"3 keys of one tag, another signature is good, and NSEC3",
     .keys = {{.line = "? example.lab. DNSKEY"},
	      {.line = "an key example.lab. collide=%d", .times = 2},
	      {.line = "an key example.lab.\nan key example.lab. alg=15"},
	      {.line = "+"}},
     .answer = {{.line = "? x.example.lab. TXT NXDOMAIN"},
		{.line = "ns example.lab. SOA m. r. 1 1 1 1 1\n+\n+ alg=15"},
		{.line = "ns nsec3 SOA,NS match=example.lab.\n+ alg=15"},
		{.line = "ns nsec3 A cover=x.example.lab.\n+ alg=15"},
		{.line = "ns nsec3 A cover=*.example.lab.\n+ alg=15"}},
     .good = true},
    {"2 keys of one tag, one malformed",
     .keys = {{.line = "? example.lab. DNSKEY"},
	      {.line = "an key example.lab. runt=%d", .times = 1},
	      {.line = "an key example.lab."},
	      {.line = "+"}},
     .answer = {{.line = TXT}, {.line = "+"}}, .good = true, .crypto = 1},
    /* CVE-2025-8677: each counts, although nothing is computed. */
    {"3 keys of one tag, two malformed",
     .keys = {{.line = "? example.lab. DNSKEY"},
	      {.line = "an key example.lab. runt=%d", .times = 2},
	      {.line = "an key example.lab."},
	      {.line = "+"}},
     .answer = {{.line = TXT}, {.line = "+"}}, .crypto = -1},
    {"8 signatures to verify", .answer = {{.line = TXT}, {.line = "+ bad=7"}}, .good = true,
     .crypto = 8},
    {"8 signatures by 2 keys of one tag",
     .keys = {{.line = "? example.lab. DNSKEY"},
	      {.line = "an key example.lab. collide=%d", .times = 1},
	      {.line = "an key example.lab."},
	      {.line = "+"}},
     .answer = {{.line = TXT}, {.line = "+ bad=7"}}, .crypto = 8},
    {"malformed keys use up the verifications of a set",
     .keys = {{.line = "? example.lab. DNSKEY"},
	      {.line = "an key example.lab. runt=%d", .times = 1},
	      {.line = "an key example.lab."},
	      {.line = "+"}},
     .answer = {{.line = TXT}, {.line = "+ bad=7"}}, .crypto = 4},
    {"32 verifications",
     .answer = {{.line = "? x.example.lab. TXT\nan x.example.lab. TXT v\n+ labels=2 bad=7"},
		{.line = "ns w.example.lab. NSEC y.example.lab. A\n+ bad=7"},
		{.line = "ns a%d.example.lab. NSEC b.example.lab. A\n+ bad=7", .times = 2}},
     .good = true, .crypto = 32},
    {"33 verifications",
     .answer = {{.line = "? x.example.lab. TXT\nan x.example.lab. TXT v\n+ labels=2 bad=7"},
		{.line = "ns w.example.lab. NSEC y.example.lab. A\n+ bad=7"},
		{.line = "ns a%d.example.lab. NSEC b.example.lab. A\n+ bad=7", .times = 2},
		{.line = "ns c.example.lab. NSEC d.example.lab. A\n+"}},
     .crypto = 32},
    {"8 NSEC records",
     .answer = {{.line = "? x.example.lab. TXT NXDOMAIN"},
		{.line = "ns a%d.example.lab. NSEC b.example.lab. A\n+", .times = 7},
		{.line = "ns example.lab. NSEC z.example.lab. A\n+"}},
     .good = true},
    {"9 NSEC records",
     .answer = {{.line = "? x.example.lab. TXT NXDOMAIN"},
		{.line = "ns a%d.example.lab. NSEC b.example.lab. A\n+", .times = 8},
		{.line = "ns example.lab. NSEC z.example.lab. A\n+"}},
     .crypto = 8},
    {"16 hashes",
     .answer = {{.line = "? a.a.a.a.a.a.a.a.a.a.a.a.a.b.example.lab. TXT NXDOMAIN"},
		{.line = "ns nsec3 SOA,NS match=example.lab.\n+"},
		{.line = "ns nsec3 A cover=b.example.lab.\n+"},
		{.line = "ns nsec3 A cover=*.example.lab.\n+"}},
     .good = true},
    {"17 hashes", .answer = {{.line = "? a.a.a.a.a.a.a.a.a.a.a.a.a.a.b.example.lab. TXT NXDOMAIN"},
			     {.line = "ns nsec3 SOA,NS match=example.lab.\n+"},
			     {.line = "ns nsec3 A cover=b.example.lab.\n+"},
			     {.line = "ns nsec3 A cover=*.example.lab.\n+"}}},
};

static void test_limits(void **state)
{
	bool good = true;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		const struct limit_row *r = &rows[i];
		char *keys = r->keys[0].line == NULL ? strdup(KEYS) : build(r->keys);
		char *ds = build(r->ds), *answer = build(r->answer);
		struct unit_row row = {.what = r->what,
				       .answer = answer,
				       .chain = {ANCHOR, keys},
				       .security = r->good ? DG_SECURITY_SECURE : DG_SECURITY_BOGUS,
				       .why = r->good ? DG_WHY_NONE : DG_WHY_WORK_LIMIT,
				       .text = r->good ? NULL : "limit: ",
				       .crypto = r->crypto};

		if (ds[0] != '\0') {
			row.chain[2] = ds;
			row.chain[3] = "? sub.example.lab. DNSKEY\nan key sub.example.lab. "
				       "zone=sub.example.lab.\n+ zone=sub.example.lab.";
		}
		good = unit_check_row(&row) && good;
		free(keys);
		free(ds);
		free(answer);
	}
	assert_true(good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, unit_dnssec_teardown);
}
