/* SPDX-License-Identifier: ISC */
/*
 * The procedure, as in Boulder's va/caa.go, with what its resolver, Unbound, makes of servers that
 * differ:
 *
 * 1. From the domain upwards (RFC 8659 section 3), and the top-level domain too. What lies above
 *    the first set does not matter, even if it fails.
 * 2. At each level the resolver asks one address, any of them. One that gives no usable answer it
 *    passes over; when all are such, the look-up fails, and Boulder with it, though the Baseline
 *    Requirements (section 3.2.2.8) would let a CA go on in some cases.
 * 3. NODATA leads up. So does NXDOMAIN, but at a top-level domain: Boulder fails there.
 * 4. Negative answers without SOA (RFC 2308 section 3): versions of Unbound differ. They count as
 *    answers, with a warning.
 * 5. Where addresses differ, each way that the climb can take is followed.
 */
#include "caa_climb.h"

#include <stdio.h>
#include <string.h>

#include "check.h"

/* Servers named in one sentence. */
#define SERVERS_SHOWN 3

struct climb {
	const struct dg_caa_ca *ca;
	const struct dg_caa_level *level;
	size_t nlevels;
	struct dg_caa_outcome worst;
	enum dg_caa_verdict best;
	bool decided; /* one way at least has come to an end */
	bool failing; /* one of them in a look-up that fails */
	struct dg_caa_outcome failure;
};

/* The looks of a level, counted. */
struct tally {
	size_t sets, negative, bare, useless;
};

static struct tally tally_of(const struct dg_caa_level *l)
{
	struct tally t = {0};
	size_t i;

	for (i = 0; i < l->nlooks; i++) {
		const struct dg_caa_query *look = &l->look[i];

		if (look->seen == DG_CAA_RECORDS && look->set->count > 0) {
			t.sets++;
		} else if (look->seen == DG_CAA_NO_ANSWER) {
			t.useless++;
		} else {
			t.negative++;
			t.bare += !look->has_soa && look->seen != DG_CAA_RECORDS;
		}
	}
	return t;
}

/* ---- words ----------------------------------------------------------------------------------- */

/* Names in the CA's texts have no final dot. */
static const char *print_bare(const struct dg_name *name, char buf[DG_NAME_TEXT])
{
	dg_name_print(name, buf);
	if (name->len > 1)
		buf[strlen(buf) - 1] = '\0';
	return buf;
}

static void say_ca(const struct climb *c, struct dg_caa_outcome *o, const char *problem)
{
	char domain[DG_NAME_TEXT];

	o->ca_text[0] = '\0';
	if (c->ca->boulder)
		snprintf(o->ca_text, sizeof(o->ca_text), "While processing CAA for %s%s: %s",
			 c->ca->names == DG_CAA_WILDCARD ? "*." : "",
			 print_bare(&c->level[0].name, domain), problem);
}

/* "NAME", or "NAME, an alias of TARGET,". */
static void print_level(const struct dg_caa_level *l, char *buf, size_t size)
{
	char name[DG_NAME_TEXT], target[DG_NAME_TEXT];

	dg_name_print(&l->name, name);
	if (l->alias == NULL)
		snprintf(buf, size, "%s", name);
	else
		snprintf(buf, size, "%s, an alias of %s,", name, dg_name_print(l->alias, target));
}

static bool is_top(const struct dg_caa_level *l)
{
	return dg_name_labels(&l->name) <= 1;
}

/* Boulder takes NXDOMAIN for "no records" at names with a dot only. */
static bool is_missing_top(const struct dg_caa_level *l, const struct dg_caa_query *look)
{
	return is_top(l) && look->seen == DG_CAA_NXDOMAIN;
}

/* Silence keeps Unbound trying for longer than Boulder waits. */
static void print_problem(const struct dg_caa_level *l, const struct tally *t, char *buf,
			  size_t size)
{
	char name[DG_NAME_TEXT];
	bool silent = l->nlooks > 0;
	size_t i;

	print_bare(&l->name, name);
	for (i = 0; i < l->nlooks; i++)
		silent = silent && l->look[i].seen == DG_CAA_NO_ANSWER && l->look[i].rcode < 0 &&
			 l->look[i].trouble == NULL;
	if (t->useless < l->nlooks)
		snprintf(buf, size,
			 "DNS problem: NXDOMAIN looking up CAA for %s - check that a DNS record "
			 "exists for this domain",
			 name);
	else if (silent)
		snprintf(buf, size, "DNS problem: query timed out looking up CAA for %s", name);
	else
		snprintf(buf, size,
			 "DNS problem: SERVFAIL looking up CAA for %s - the domain's nameservers "
			 "may be malfunctioning",
			 name);
}

static bool is_shown(const struct dg_caa_query *look, bool bare)
{
	if (bare)
		return (look->seen == DG_CAA_NODATA || look->seen == DG_CAA_NXDOMAIN) &&
		       !look->has_soa;
	return look->seen == DG_CAA_NO_ANSWER;
}

/* The servers that gave negative answers without SOA, or none at all and why not. */
static void list_servers(const struct dg_caa_level *l, bool bare, char *buf, size_t size)
{
	size_t len = 0, n = 0, i;

	buf[0] = '\0';
	for (i = 0; i < l->nlooks && len < size; i++) {
		const struct dg_caa_query *look = &l->look[i];
		char rcode[DG_RCODE_TEXT];
		const char *why = look->trouble;

		if (!is_shown(look, bare))
			continue;
		if (++n > SERVERS_SHOWN) {
			snprintf(buf + len, size - len, " and others");
			return;
		}
		if (why == NULL)
			why = look->rcode < 0 ? "silent" : dg_rcode_print(look->rcode, rcode);
		len += (size_t)snprintf(buf + len, size - len, "%s%.120s%s%.80s%s",
					n > 1 ? ", " : "", look->server, bare ? "" : " (",
					bare ? "" : why, bare ? "" : ")");
	}
}

/* ---- the climb ------------------------------------------------------------------------------- */

/* One way has come to its end. */
static void decide(struct climb *c, const struct dg_caa_outcome *o)
{
	if (!c->decided || o->verdict < c->best)
		c->best = o->verdict;
	if (!c->decided || o->verdict > c->worst.verdict)
		c->worst = *o;
	c->decided = true;
}

static void decide_set(struct climb *c, size_t i, size_t k)
{
	const struct dg_caa_level *l = &c->level[i];
	struct dg_caa_outcome o = {.level = i, .look = k};
	char where[2 * DG_NAME_TEXT + 32], name[DG_NAME_TEXT], problem[DG_NAME_TEXT + 64];
	struct dg_caa_judgement j;

	dg_caa_judge(c->ca, l->look[k].set, &j);
	o.verdict = j.verdict;
	print_level(l, where, sizeof(where));
	snprintf(o.text, sizeof(o.text), "CAA at %s %s", where, j.why);
	if (j.verdict != DG_CAA_ALLOWED) {
		snprintf(problem, sizeof(problem), "CAA record for %s prevents issuance",
			 print_bare(&l->name, name));
		say_ca(c, &o, problem);
	}
	decide(c, &o);
}

static void decide_failure(struct climb *c, size_t i, const struct tally *t)
{
	const struct dg_caa_level *l = &c->level[i];
	struct dg_caa_outcome o = {.verdict = DG_CAA_FAILS, .level = i, .look = SIZE_MAX};
	char servers[700], where[2 * DG_NAME_TEXT + 32], problem[DG_NAME_TEXT + 128];

	print_level(l, where, sizeof(where));
	list_servers(l, false, servers, sizeof(servers));
	if (l->nlooks == 0)
		snprintf(o.text, sizeof(o.text), "there is no server to ask for CAA at %s", where);
	else if (t->useless < l->nlooks)
		snprintf(o.text, sizeof(o.text), "the top-level domain %s does not exist", where);
	else
		snprintf(o.text, sizeof(o.text), "no server answers for CAA at %s: %s", where,
			 servers);
	print_problem(l, t, problem, sizeof(problem));
	say_ca(c, &o, problem);
	c->failing = true;
	c->failure = o;
	decide(c, &o);
}

/* Follows all ways from a level; true when one of them leads on upwards. */
static bool climb_level(struct climb *c, size_t i)
{
	const struct dg_caa_level *l = &c->level[i];
	struct tally t = tally_of(l);
	bool upwards = false, missing = false;
	size_t k;

	for (k = 0; k < l->nlooks; k++) {
		const struct dg_caa_query *look = &l->look[k];

		if (look->seen == DG_CAA_RECORDS && look->set->count > 0)
			decide_set(c, i, k);
		else if (is_missing_top(l, look))
			missing = true;
		else if (look->seen != DG_CAA_NO_ANSWER)
			upwards = true;
	}
	if (missing || t.useless == l->nlooks)
		decide_failure(c, i, &t);
	return upwards;
}

/* ---- findings -------------------------------------------------------------------------------- */

/* The user can fix it in the domain's own zone, and not above. */
static const char *const look_up_fails[] = {"F-34", "F-32"};

/* For a level that the climb reaches and that does not fail as a whole. */
static void find_troubles(const struct climb *c, size_t i, struct dg_findings *f)
{
	const struct dg_caa_level *l = &c->level[i];
	struct tally t = tally_of(l);
	char servers[700], name[DG_NAME_TEXT], problem[DG_NAME_TEXT + 128];
	struct dg_caa_outcome o;

	dg_name_print(&l->name, name);
	print_problem(l, &(struct tally){.useless = l->nlooks}, problem, sizeof(problem));
	say_ca(c, &o, problem);
	if (t.useless > 0 && t.useless < l->nlooks) {
		list_servers(l, false, servers, sizeof(servers));
		dg_findings_add(f,
				&(struct dg_cause){
				    .id = look_up_fails[l->own],
				    .severity = l->own ? DG_SEVERITY_WARNING : DG_SEVERITY_NOTE,
				    .advice = "Let every server answer for CAA (type 257): with "
					      "NOERROR and no record where there is none.",
				},
				"%zu of %zu server addresses give no answer for CAA at %s: %s",
				t.useless, l->nlooks, name, servers);
	}
	if (t.bare > 0) {
		list_servers(l, true, servers, sizeof(servers));
		dg_findings_add(f,
				&(struct dg_cause){
				    .id = "F-33",
				    .severity = DG_SEVERITY_WARNING,
				    .advice = "Let the servers put the zone's SOA record into "
					      "negative answers (RFC 2308 section 3): some "
					      "resolvers take them for failures without it.",
				    .ca_text = o.ca_text[0] != '\0' ? o.ca_text : NULL,
				},
				"the answer that there is no CAA at %s lacks its SOA record: %s",
				name, servers);
	}
}

/* Waiting may fix a set that only some addresses have, and what the user cannot. */
static void find_failure(const struct climb *c, struct dg_findings *f)
{
	const struct dg_caa_outcome *o = &c->failure;
	const struct dg_caa_level *l = &c->level[o->level];
	bool missing = tally_of(l).useless < l->nlooks;
	const char *advice = "This is above your zone and outside your control: try again later. "
			     "Nobody looks there once your own zone has CAA records.";

	if (missing)
		advice = "Check the spelling of the name: no public CA issues for names below a "
			 "top-level domain that the root does not have.";
	else if (l->own)
		advice = "Let the servers answer for CAA (type 257), with NOERROR and no record "
			 "where there is none; firewalls may drop types that they do not know.";
	dg_findings_add(f,
			&(struct dg_cause){
			    .id = look_up_fails[l->own],
			    .severity = c->worst.certain && (l->own || missing) ? DG_SEVERITY_FATAL
										: DG_SEVERITY_WAIT,
			    .advice = advice,
			    .ca_text = o->ca_text[0] != '\0' ? o->ca_text : NULL,
			},
			"%s", o->text);
}

static void find_verdict(const struct climb *c, struct dg_findings *f)
{
	const struct dg_caa_outcome *o = &c->worst;
	bool forbids = o->verdict == DG_CAA_FORBIDDEN;
	char only[160] = "";

	if (o->verdict == DG_CAA_ALLOWED || o->verdict == DG_CAA_FAILS)
		return;
	if (!o->certain)
		snprintf(only, sizeof(only), "; so says %.120s, and not every other address",
			 c->level[o->level].look[o->look].server);
	dg_findings_add(f,
			&(struct dg_cause){
			    .id = "F-31",
			    .severity = !forbids     ? DG_SEVERITY_NOTE
					: o->certain ? DG_SEVERITY_FATAL
						     : DG_SEVERITY_WAIT,
			    .advice = forbids ? "Add a CAA record there that allows the CA, or "
						"remove those that keep it out."
					      : "See that the CAA records there allow your CA, "
						"your account and the names you want.",
			    .ca_text = o->ca_text[0] != '\0' ? o->ca_text : NULL,
			},
			"%s%s", o->text, only);
}

void dg_caa_climb(const struct dg_caa_ca *ca, const struct dg_caa_level *level, size_t nlevels,
		  struct dg_caa_outcome *ret_outcome, struct dg_findings *ret_findings)
{
	struct climb c = {.ca = ca, .level = level, .nlevels = nlevels};
	bool upwards = true;
	size_t reached, i;

	for (reached = 0; reached < nlevels && upwards; reached++)
		upwards = climb_level(&c, reached);
	if (upwards) {
		struct dg_caa_outcome o = {.level = nlevels, .look = SIZE_MAX};

		snprintf(o.text, sizeof(o.text), "there are no CAA records: any CA may issue");
		decide(&c, &o);
	}
	c.worst.certain = c.best == c.worst.verdict;
	find_verdict(&c, ret_findings);
	if (c.failing)
		find_failure(&c, ret_findings);
	for (i = 0; i < reached; i++)
		if (!c.failing || i != c.failure.level)
			find_troubles(&c, i, ret_findings);
	*ret_outcome = c.worst;
}
