/* SPDX-License-Identifier: ISC */
/*
 * The climb of a CA from a domain upwards, through CAA sets and answers that the input makes up.
 * Whatever they are:
 *
 * - with nothing but negative answers any CA may issue, and a set that lets none issue is never
 *   passed over;
 * - the worst that can come is no better than what the first level with one set alone says;
 * - what is said is printable, and the order of records and of addresses changes no verdict.
 */
#include <stdlib.h>
#include <string.h>

#include "check/caa_climb.h"
#include "check/check.h"
#include "input.h"

#define LEVELS 4
#define LOOKS 3
#define RECORDS 6

static const char *const servers[LOOKS] = {"ns1.example. 192.0.2.1", "ns2.example. 192.0.2.2",
					   "ns3.example. 2001:db8::3"};

struct world {
	struct dg_caa_level level[LEVELS];
	struct dg_caa_query look[LEVELS][LOOKS];
	struct dg_caa_set set[LEVELS][LOOKS];
	struct dg_caa record[LEVELS][LOOKS][RECORDS];
	size_t nlevels;
};

static void check_issue(const struct dg_caa *caa)
{
	const uint8_t *end = caa->value + caa->value_len;
	struct dg_caa_issue issue, any;

	dg_caa_parse_issue(caa, false, &issue);
	dg_caa_parse_issue(caa, true, &any);
	must(issue.issuer.len <= caa->value_len && issue.account.len <= caa->value_len &&
		 issue.methods.len <= caa->value_len,
	     "longer than the value");
	must(issue.issuer.len == 0 || (issue.issuer.octets >= caa->value &&
				       issue.issuer.octets + issue.issuer.len <= end),
	     "an issuer from elsewhere");
	must(any.naccounts >= issue.naccounts && any.nmethods >= issue.nmethods,
	     "fewer parameters when more count");
	must(issue.issuer.len == any.issuer.len && issue.well_formed == any.well_formed,
	     "the case of a parameter changes the rest");
	if (issue.nmethods > 0)
		dg_caa_lists_method(issue.methods, "dns-01");
}

/* Flags, length of tag and tag are often those that mean something. */
static void make_set(struct input *in, struct dg_caa_set *set, struct dg_caa *record)
{
	static const char *const tags[] = {"issue", "issuewild", "iodef", "ISSUE"};
	size_t most = input_octet(in) % (RECORDS + 1), len;

	set->record = record;
	for (set->count = 0; set->count < most && input_left(in) > 0; set->count++) {
		struct dg_caa *caa = &record[set->count];
		uint8_t shape = input_octet(in);
		const uint8_t *octets = input_octets(in, input_octet(in), &len);

		if (shape >= 64 || len < 2 || !dg_caa_read(octets, len, caa)) {
			const char *tag = tags[shape % 4];

			*caa = (struct dg_caa){.tag = (const uint8_t *)tag,
					       .tag_len = (uint8_t)strlen(tag),
					       .flags = shape & 32 ? 128 : 0,
					       .value = octets,
					       .value_len = len};
		}
		check_issue(caa);
	}
}

static void make_world(struct input *in, struct world *w)
{
	static const char *const names[LEVELS] = {"a.b.example.lab.", "b.example.lab.",
						  "example.lab.", "lab."};
	size_t i, k;

	memset(w, 0, sizeof(*w));
	w->nlevels = 1 + input_octet(in) % LEVELS;
	for (i = 0; i < w->nlevels; i++) {
		struct dg_caa_level *l = &w->level[i];
		uint8_t shape = input_octet(in);

		must(dg_name_parse(&l->name, names[LEVELS - w->nlevels + i], NULL) == DG_OK,
		     "a name");
		l->own = (shape & 1) != 0;
		l->alias = shape & 2 ? &dg_name_root : NULL;
		l->look = w->look[i];
		l->nlooks = shape / 4 % (LOOKS + 1);
		for (k = 0; k < l->nlooks; k++) {
			struct dg_caa_query *look = &w->look[i][k];
			uint8_t what = input_octet(in);

			look->server = servers[k];
			look->seen = what % 4;
			look->has_soa = (what & 4) != 0;
			look->rcode = what & 8 ? what >> 4 : -1;
			look->trouble = what & 128 ? "the answer is not to be trusted" : NULL;
			look->set = &w->set[i][k];
			if (look->seen == DG_CAA_RECORDS)
				make_set(in, &w->set[i][k], w->record[i][k]);
		}
	}
}

/* What the first level with an answer of one kind alone makes of it, when all before lead upwards.
 */
static bool is_sure(const struct world *w, const struct dg_caa_ca *ca, enum dg_caa_verdict *ret)
{
	struct dg_caa_judgement j;
	size_t i, k;

	for (i = 0; i < w->nlevels; i++) {
		const struct dg_caa_level *l = &w->level[i];

		for (k = 0; k < l->nlooks; k++)
			if (l->look[k].seen != DG_CAA_NODATA)
				break;
		if (l->nlooks > 0 && k == l->nlooks)
			continue;
		if (l->nlooks != 1 || l->look[0].seen != DG_CAA_RECORDS ||
		    l->look[0].set->count == 0)
			return false;
		dg_caa_judge(ca, l->look[0].set, &j);
		*ret = j.verdict;
		return true;
	}
	*ret = DG_CAA_ALLOWED;
	return true;
}

static void turn_around(struct world *w)
{
	size_t i, k;

	for (i = 0; i < w->nlevels; i++) {
		size_t n = w->level[i].nlooks;

		for (k = 0; k < n / 2; k++) {
			struct dg_caa_query look = w->look[i][k];

			w->look[i][k] = w->look[i][n - 1 - k];
			w->look[i][n - 1 - k] = look;
		}
	}
}

static struct dg_caa_outcome climb(const struct world *w, const struct dg_caa_ca *ca)
{
	struct dg_findings findings = {0};
	struct dg_caa_outcome o;
	size_t i;

	dg_caa_climb(ca, w->level, w->nlevels, &o, &findings);
	must(o.level <= w->nlevels && !findings.no_memory, "no such level");
	must_be_words(o.text, sizeof(o.text), "no words");
	for (i = 0; i < findings.count; i++)
		must_be_words(findings.finding[i].text, SIZE_MAX / 2, "no words for a finding");
	must(o.verdict == DG_CAA_ALLOWED || findings.count > 0, "nothing is said of it");
	dg_findings_free(&findings);
	return o;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const issuer[] = {"ca.example"};
	static const struct dg_caa_ca generic = {
	    .issuer = issuer, .nissuers = 1, .account = "https://ca.example/1", .method = "dns-01"};
	static const struct dg_caa_ca any = {.method = "dns-01"};
	const struct dg_caa_ca *cas[] = {&dg_caa_letsencrypt, &generic, &any};
	struct input in = {.data = data, .size = size};
	static struct world w;
	size_t i;

	make_world(&in, &w);
	for (i = 0; i < sizeof(cas) / sizeof(cas[0]); i++) {
		struct dg_caa_outcome o = climb(&w, cas[i]), turned;
		enum dg_caa_verdict sure;

		if (is_sure(&w, cas[i], &sure))
			must(o.verdict == sure && o.certain, "another verdict than the set's");
		turn_around(&w);
		turned = climb(&w, cas[i]);
		must(turned.verdict == o.verdict && turned.certain == o.certain,
		     "the order of addresses decides");
	}
	return 0;
}
