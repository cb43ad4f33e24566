/* SPDX-License-Identifier: ISC */
/* What replies mean: a table of (zone, flags, records) and verdict. The question is always TXT at
 * c.example.lab. */
#include "unit.h"

#include "dns/answer.h"

#define NAME "c.example.lab."
#define SOA "ns example.lab. 60 SOA m. r. 7 1 1 1 30\n"
#define TXT "an c.example.lab. TXT \"v\"\n"

static const struct row {
	const char *what;
	const char *zone;
	const char *flags;
	const char *records;
	enum dg_answer_kind kind;
	const char *name; /* alias target or cut, or NULL */
	const char *apex; /* or NULL */
} rows[] = {
    {"data", "example.lab.", "aa", TXT, DG_ANSWER_DATA, NULL, NULL},
    {"data, zone not known", NULL, "aa", TXT, DG_ANSWER_DATA, NULL, NULL},
    {"data without authority", "example.lab.", "", TXT, DG_ANSWER_DATA, NULL, NULL},
    {"data from a resolver", "example.lab.", "ra", TXT, DG_ANSWER_LAME, NULL, NULL},
    {"data of another name", "example.lab.", "aa", "an d.example.lab. TXT \"v\"\n" SOA,
     DG_ANSWER_NODATA, NULL, "example.lab."},
    {"data of another type", "example.lab.", "aa", "an c.example.lab. A 127.0.0.1\n" SOA,
     DG_ANSWER_NODATA, NULL, "example.lab."},
    {"data in the wrong section", "example.lab.", "aa", "ar c.example.lab. TXT \"v\"\n" SOA,
     DG_ANSWER_NODATA, NULL, "example.lab."},
    {"data of class CH", "example.lab.", "aa", "an c.example.lab. CH TXT \"v\"\n" SOA,
     DG_ANSWER_NODATA, NULL, "example.lab."},
    {"data and NXDOMAIN", "example.lab.", "aa NXDOMAIN", TXT, DG_ANSWER_NXDOMAIN, NULL, NULL},
    {"data, its zone by NS", "lab.", "aa", TXT "ns example.lab. NS ns.\n", DG_ANSWER_DATA, NULL,
     "example.lab."},
    {"data, its zone by signer", "lab.", "aa",
     TXT "an c.example.lab. RRSIG TXT 13 3 60 20300101000000 20200101000000 1 example.lab. AAAA\n",
     DG_ANSWER_DATA, NULL, "example.lab."},
    {"a signer outside the zone", "example.lab.", "aa",
     TXT "an c.example.lab. RRSIG TXT 13 3 60 20300101000000 20200101000000 1 lab. AAAA\n",
     DG_ANSWER_DATA, NULL, NULL},
    {"alias", "example.lab.", "aa", "an c.example.lab. CNAME t.net.\n", DG_ANSWER_ALIAS, "t.net.",
     NULL},
    {"alias twice the same", "example.lab.", "aa",
     "an c.example.lab. CNAME t.net.\nan c.example.lab. CNAME T.net.\n", DG_ANSWER_ALIAS, "t.net.",
     NULL},
    {"two aliases", "example.lab.", "aa",
     "an c.example.lab. CNAME t.net.\nan c.example.lab. CNAME u.net.\n", DG_ANSWER_CLASH, NULL,
     NULL},
    {"alias behind its target", "example.lab.", "aa",
     "an t.net. TXT \"v\"\nan c.example.lab. CNAME t.net.\n", DG_ANSWER_ALIAS, "t.net.", NULL},
    {"alias and NXDOMAIN", "example.lab.", "aa NXDOMAIN",
     "an c.example.lab. CNAME t.example.lab.\n" SOA, DG_ANSWER_ALIAS, "t.example.lab.", NULL},
    {"alias beside data", "example.lab.", "aa", "an c.example.lab. CNAME t.net.\n" TXT,
     DG_ANSWER_DATA, NULL, NULL},
    {"alias without authority", "example.lab.", "", "an c.example.lab. CNAME t.net.\n",
     DG_ANSWER_ALIAS, "t.net.", NULL},
    {"alias from a resolver", "example.lab.", "ra", "an c.example.lab. CNAME t.net.\n",
     DG_ANSWER_LAME, NULL, NULL},
    {"DNAME", "example.lab.", "aa", "an example.lab. DNAME x.net.\n", DG_ANSWER_ALIAS, "c.x.net.",
     NULL},
    {"DNAME and CNAME", "example.lab.", "aa",
     "an c.example.lab. CNAME c.x.net.\nan example.lab. DNAME x.net.\n", DG_ANSWER_ALIAS,
     "c.x.net.", NULL},
    {"DNAME at the name itself", "example.lab.", "aa", "an c.example.lab. DNAME x.net.\n" SOA,
     DG_ANSWER_NODATA, NULL, "example.lab."},
    {"two DNAMEs, the closer counts", "lab.", "aa",
     "an lab. DNAME y.net.\nan example.lab. DNAME x.net.\n", DG_ANSWER_ALIAS, "c.x.net.", NULL},
    {"referral", "example.lab.", "", "ns c.example.lab. NS ns.net.\n", DG_ANSWER_REFERRAL,
     "c.example.lab.", NULL},
    {"referral from above", "lab.", "", "ns example.lab. NS ns.net.\n", DG_ANSWER_REFERRAL,
     "example.lab.", NULL},
    {"referral with AA", "lab.", "aa", "ns example.lab. NS ns.net.\n", DG_ANSWER_REFERRAL,
     "example.lab.", NULL},
    {"referral to the same zone", "example.lab.", "", "ns example.lab. NS ns.net.\n",
     DG_ANSWER_LAME, NULL, NULL},
    {"upward referral", "example.lab.", "", "ns . NS ns.net.\n", DG_ANSWER_LAME, NULL, NULL},
    {"upward referral with AA", "example.lab.", "aa", "ns . NS ns.net.\n", DG_ANSWER_LAME, NULL,
     NULL},
    {"the zone's own NS set with AA", "example.lab.", "aa", "ns example.lab. NS ns.net.\n",
     DG_ANSWER_NODATA, NULL, NULL},
    {"referral beside the name", "example.lab.", "", "ns d.example.lab. NS ns.net.\n",
     DG_ANSWER_LAME, NULL, NULL},
    {"no data", "example.lab.", "aa", SOA, DG_ANSWER_NODATA, NULL, "example.lab."},
    {"no such name", "example.lab.", "aa NXDOMAIN", SOA, DG_ANSWER_NXDOMAIN, NULL, "example.lab."},
    {"no such name, zone below", "lab.", "aa NXDOMAIN", SOA, DG_ANSWER_NXDOMAIN, NULL,
     "example.lab."},
    {"no such name, zone not known", NULL, "aa NXDOMAIN", SOA, DG_ANSWER_NXDOMAIN, NULL,
     "example.lab."},
    {"no such name, parent's SOA", "example.lab.", "aa NXDOMAIN",
     "ns lab. 60 SOA m. r. 7 1 1 1 30\n", DG_ANSWER_NXDOMAIN, NULL, NULL},
    {"no such name, unrelated SOA", "example.lab.", "aa NXDOMAIN",
     "ns net. 60 SOA m. r. 7 1 1 1 30\n", DG_ANSWER_NXDOMAIN, NULL, NULL},
    {"no such name without authority", "example.lab.", "NXDOMAIN", SOA, DG_ANSWER_NXDOMAIN, NULL,
     "example.lab."},
    {"no such name from a resolver", "example.lab.", "ra NXDOMAIN", SOA, DG_ANSWER_LAME, NULL,
     "example.lab."},
    {"no data without SOA", "example.lab.", "aa", "", DG_ANSWER_NODATA, NULL, NULL},
    {"no such name without SOA", "example.lab.", "aa NXDOMAIN", "", DG_ANSWER_NXDOMAIN, NULL, NULL},
    {"nothing at all", "example.lab.", "", "", DG_ANSWER_NODATA, NULL, NULL},
    {"nothing from a resolver", "example.lab.", "ra", "", DG_ANSWER_LAME, NULL, NULL},
    {"refused", "example.lab.", "REFUSED", "", DG_ANSWER_REFUSED, NULL, NULL},
    {"refused with data", "example.lab.", "aa REFUSED", TXT, DG_ANSWER_REFUSED, NULL, NULL},
    {"server failure", "example.lab.", "aa SERVFAIL", TXT, DG_ANSWER_FAILURE, NULL, NULL},
    {"not implemented", "example.lab.", "NOTIMP", "", DG_ANSWER_FAILURE, NULL, NULL},
    {"format error", "example.lab.", "FORMERR", "", DG_ANSWER_FAILURE, NULL, NULL},
};

static void test_rows(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		struct dg_name name = unit_name(NAME), zone, want;
		struct dg_answer a;
		uint8_t *wire;
		struct dg_msg msg = unit_msg(NAME " TXT", r->flags, r->records, &wire);

		if (r->zone != NULL)
			zone = unit_name(r->zone);
		dg_answer_read(&msg, &name, DG_TYPE_TXT, r->zone == NULL ? NULL : &zone, &a);
		if (a.kind != r->kind)
			fail_msg("%s: kind %d, not %d", r->what, a.kind, r->kind);
		if (r->name != NULL) {
			want = unit_name(r->name);
			if (!dg_name_equal(&a.name, &want))
				fail_msg("%s: another name", r->what);
		}
		if (a.has_apex != (r->apex != NULL))
			fail_msg("%s: apex %d", r->what, a.has_apex);
		if (r->apex != NULL) {
			want = unit_name(r->apex);
			if (!dg_name_equal(&a.apex, &want))
				fail_msg("%s: another apex", r->what);
		}
		if ((a.kind == DG_ANSWER_LAME || a.kind == DG_ANSWER_NONSENSE) && a.why == NULL)
			fail_msg("%s: no reason", r->what);
		dg_msg_free(&msg);
		free(wire);
	}
}

static void test_details(void **state)
{
	struct dg_name name = unit_name(NAME), zone = unit_name("example.lab.");
	struct dg_answer a;
	uint8_t *wire;
	struct dg_msg msg = unit_msg(NAME " TXT", "aa NXDOMAIN",
				     "ns example.lab. 20 SOA m. r. 4294967295 1 1 1 30\n", &wire);

	(void)state;
	dg_answer_read(&msg, &name, DG_TYPE_TXT, &zone, &a);
	assert_true(a.has_soa);
	assert_int_equal(a.soa.serial, 4294967295u);
	assert_int_equal(a.ttl, 20);
	dg_msg_free(&msg);
	free(wire);

	msg = unit_msg(NAME " TXT", "aa", "an c.example.lab. CNAME t.net.\n" TXT, &wire);
	dg_answer_read(&msg, &name, DG_TYPE_TXT, &zone, &a);
	assert_true(a.with_cname);
	dg_msg_free(&msg);
	free(wire);

	msg = unit_msg(NAME " TXT", "aa",
		       "an c.example.lab. CNAME c.x.net.\nan example.lab. DNAME x.net.\n", &wire);
	dg_answer_read(&msg, &name, DG_TYPE_TXT, &zone, &a);
	assert_true(a.by_dname);
	dg_msg_free(&msg);
	free(wire);

	msg = unit_msg(NAME " TXT", "aa",
		       "an c.example.lab. CNAME other.net.\nan example.lab. DNAME x.net.\n", &wire);
	dg_answer_read(&msg, &name, DG_TYPE_TXT, &zone, &a);
	assert_false(a.by_dname);
	dg_msg_free(&msg);
	free(wire);
}

/* A resolver's answer, taken as it stands, is what it says. */
static void test_from_a_resolver(void **state)
{
	static const struct {
		const char *flags, *records;
		enum dg_answer_kind kind;
	} answers[] = {{"ra", TXT, DG_ANSWER_DATA},
		       {"ra NXDOMAIN", SOA, DG_ANSWER_NXDOMAIN},
		       {"ra", "an c.example.lab. CNAME t.net.\n", DG_ANSWER_ALIAS},
		       {"ra REFUSED", "", DG_ANSWER_REFUSED},
		       {"", "ns . NS ns.net.\n", DG_ANSWER_LAME}};
	struct dg_name name = unit_name(NAME), zone = unit_name("example.lab.");
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct dg_answer a;
		uint8_t *wire;
		struct dg_msg msg =
		    unit_msg(NAME " TXT", answers[i].flags, answers[i].records, &wire);

		dg_answer_read(&msg, &name, DG_TYPE_TXT, &zone, &a);
		assert_int_equal(a.as_resolver, i < 3);
		dg_answer_trust_resolver(&a);
		assert_int_equal(a.kind, answers[i].kind);
		dg_msg_free(&msg);
		free(wire);
	}
}

static void test_dname_too_long(void **state)
{
	char records[600] = "an example.lab. DNAME ";
	struct dg_name name = unit_name("cccccccccc.example.lab."),
		       zone = unit_name("example.lab.");
	struct dg_answer a;
	struct dg_msg msg;
	uint8_t *wire;
	int i;

	(void)state;
	for (i = 0; i < 124; i++)
		strcat(records, "a.");
	strcat(records, "\n");
	msg = unit_msg("cccccccccc.example.lab. TXT", "aa", records, &wire);
	dg_answer_read(&msg, &name, DG_TYPE_TXT, &zone, &a);
	assert_int_equal(a.kind, DG_ANSWER_NONSENSE);
	dg_msg_free(&msg);
	free(wire);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_details),
	    cmocka_unit_test(test_from_a_resolver),
	    cmocka_unit_test(test_dname_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
