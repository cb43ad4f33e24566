/* SPDX-License-Identifier: ISC */
/*
 * The procedure, as in Boulder's va/caa.go:
 *
 * 1. A critical property that the CA does not know forbids, whatever stands beside it (RFC 8659
 *    section 4.1). Boulder takes bit 0 for the critical flag too: many have read the RFC so.
 * 2. For a wildcard the issuewild properties count, or the issue properties if there are none; for
 *    other names the issue properties alone (RFC 8659 section 4.3). None that counts: allowed.
 * 3. One that counts and fits allows, whatever the others say (RFC 8659 section 4.2: authorizations
 *    add up). It fits when it is well-formed, its issuer is one of the CA's names, it has no
 *    accounturi or just one, the account's, and no validationmethods or just one, which lists the
 *    method.
 * 4. Otherwise: forbidden, or it depends, if for one of them it does.
 *
 * Of other CAs less is known: what Boulder forbids for a reason that not every CA shares depends.
 */
#include "caa.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"

/* Octets shown of one value. */
#define SHOWN 100
/* Issuers named in one sentence. */
#define ISSUERS_SHOWN 4

static const char *const letsencrypt[] = {"letsencrypt.org"};
const struct dg_caa_ca dg_caa_letsencrypt = {
    .issuer = letsencrypt, .nissuers = 1, .method = "dns-01", .boulder = true};

/* How a record that counts stands to the request; of records that lead to the same verdict, the
 * greatest tells most. */
enum fit {
	FIT_NOBODY,
	FIT_OTHER_ISSUER,
	FIT_MALFORMED,
	FIT_OTHER_CASE,
	FIT_TWICE,
	FIT_OTHER_ACCOUNT,
	FIT_OTHER_METHOD,
	FIT_SOME_ACCOUNT,
	FIT_PARAMETER_CASE,
	FIT_SOME_ISSUER,
	FIT_YES
};

struct record_fit {
	enum dg_caa_verdict verdict;
	enum fit fit;
};

/* ---- one record ------------------------------------------------------------------------------ */

static bool names_ca(const struct dg_caa_ca *ca, struct dg_caa_span issuer, bool any_case)
{
	size_t i;

	for (i = 0; i < ca->nissuers; i++)
		if (dg_caa_span_is(issuer, ca->issuer[i], any_case))
			return true;
	return false;
}

/* RFC 8657: parameters that restrict what the issuer's name allows. An account that is not known
 * matters only where the method does not forbid anyway. */
static enum fit fit_parameters(const struct dg_caa_ca *ca, const struct dg_caa_issue *issue)
{
	if (issue->naccounts > 1 || issue->nmethods > 1)
		return FIT_TWICE;
	if (issue->naccounts > 0 && ca->account != NULL &&
	    !dg_caa_span_is(issue->account, ca->account, false))
		return FIT_OTHER_ACCOUNT;
	if (issue->nmethods > 0 && !dg_caa_lists_method(issue->methods, ca->method))
		return FIT_OTHER_METHOD;
	return issue->naccounts > 0 && ca->account == NULL ? FIT_SOME_ACCOUNT : FIT_YES;
}

/* The label that other CAs than ACME's may have for a change of DNS records (Baseline Requirements
 * section 4.2.2.1). */
#define DNS_CHANGE "ca-tbr-7"

/* No CA may issue by what cannot be met, whoever it is. */
static bool forbids_all(const struct dg_caa_ca *ca, const struct dg_caa_issue *issue,
			enum fit *ret_fit)
{
	*ret_fit = fit_parameters(ca, issue);
	return ca->parameters_bind && *ret_fit < FIT_SOME_ACCOUNT && *ret_fit >= FIT_TWICE &&
	       !(*ret_fit == FIT_OTHER_METHOD && dg_caa_lists_method(issue->methods, DNS_CHANGE));
}

static struct record_fit fit_as(const struct dg_caa_ca *ca, const struct dg_caa *caa, bool any_case)
{
	enum dg_caa_verdict otherwise = ca->boulder ? DG_CAA_FORBIDDEN : DG_CAA_DEPENDS;
	struct dg_caa_issue issue;
	bool formed;
	enum fit fit;

	dg_caa_parse_issue(caa, any_case, &issue);
	formed = ca->boulder ? issue.boulder_form : issue.well_formed;
	if (issue.issuer.len == 0)
		return (struct record_fit){DG_CAA_FORBIDDEN, FIT_NOBODY};
	if (ca->nissuers > 0 && !names_ca(ca, issue.issuer, true))
		return (struct record_fit){DG_CAA_FORBIDDEN, FIT_OTHER_ISSUER};
	/* RFC 8659 section 4.2: the same as an empty issuer name. */
	if (!formed)
		return (struct record_fit){DG_CAA_FORBIDDEN, FIT_MALFORMED};
	if (forbids_all(ca, &issue, &fit))
		return (struct record_fit){DG_CAA_FORBIDDEN, fit};
	if (ca->nissuers == 0)
		return (struct record_fit){DG_CAA_DEPENDS, FIT_SOME_ISSUER};
	if (!names_ca(ca, issue.issuer, false))
		return (struct record_fit){otherwise, FIT_OTHER_CASE};
	fit = fit_parameters(ca, &issue);
	if (fit == FIT_YES)
		return (struct record_fit){DG_CAA_ALLOWED, fit};
	return (struct record_fit){fit == FIT_SOME_ACCOUNT ? DG_CAA_DEPENDS : otherwise, fit};
}

/* Neither RFC says whether the case of parameter names matters; it depends where that makes a
 * difference. */
static struct record_fit fit_record(const struct dg_caa_ca *ca, const struct dg_caa *caa)
{
	struct record_fit exact = fit_as(ca, caa, false), any = fit_as(ca, caa, true);

	if (exact.verdict == any.verdict)
		return exact;
	return (struct record_fit){DG_CAA_DEPENDS, FIT_PARAMETER_CASE};
}

/* ---- words ----------------------------------------------------------------------------------- */

static void DG_PRINTF(2, 3) say(char why[DG_CAA_TEXT], const char *format, ...)
{
	size_t len = strlen(why);
	va_list args;

	va_start(args, format);
	vsnprintf(why + len, DG_CAA_TEXT - len, format, args);
	va_end(args);
}

static bool is_among(const struct dg_caa_span *named, unsigned count, struct dg_caa_span issuer)
{
	unsigned i;

	for (i = 0; i < count; i++)
		if (named[i].len == issuer.len &&
		    memcmp(named[i].octets, issuer.octets, issuer.len) == 0)
			return true;
	return false;
}

/* 'allows only "a", "b"', or that it forbids all. */
static void say_issuers(const struct dg_caa_set *set, const char *tag, char why[DG_CAA_TEXT])
{
	const char *what = strcmp(tag, "issuewild") == 0 ? "wildcard certificates" : "certificates";
	struct dg_caa_span named[ISSUERS_SHOWN];
	char text[DG_OCTETS_TEXT(SHOWN)];
	struct dg_caa_issue issue;
	unsigned count = 0;
	bool more = false;
	size_t i;

	for (i = 0; i < set->count; i++) {
		if (!dg_caa_tag_is(&set->record[i], tag))
			continue;
		dg_caa_parse_issue(&set->record[i], false, &issue);
		if (issue.issuer.len == 0 || is_among(named, count, issue.issuer))
			continue;
		more = count == ISSUERS_SHOWN;
		if (more)
			break;
		named[count++] = issue.issuer;
		say(why, "%s\"%s\"", count == 1 ? "allows only " : ", ",
		    dg_octets_print(issue.issuer.octets, issue.issuer.len, SHOWN, text));
	}
	if (count == 0)
		say(why, "forbids every CA");
	say(why, "%s to issue %s", more ? " and others" : "", what);
}

static void say_fit(const struct dg_caa_ca *ca, const struct dg_caa_set *set, const char *tag,
		    const struct dg_caa *caa, enum fit fit, char why[DG_CAA_TEXT])
{
	char value[DG_OCTETS_TEXT(SHOWN)];

	if (fit <= FIT_OTHER_ISSUER || fit == FIT_SOME_ISSUER) {
		say_issuers(set, tag, why);
		return;
	}
	dg_octets_print(caa->value, caa->value_len, SHOWN, value);
	say(why, fit == FIT_YES ? "allows it with %s \"%s\"" : "has %s \"%s\"", tag, value);
	if (fit == FIT_MALFORMED)
		say(why, ", which is malformed and counts as nobody's");
	else if (fit == FIT_OTHER_CASE)
		say(why,
		    ca->boulder ? ", which the CA does not take for \"%.60s\""
				: ", which not every CA takes for \"%.60s\"",
		    ca->issuer[0]);
	else if (fit == FIT_TWICE)
		say(why, ", and a parameter that is given twice cannot be met");
	else if (fit == FIT_OTHER_ACCOUNT)
		say(why, ", for another account than \"%.200s\"", ca->account);
	else if (fit == FIT_OTHER_METHOD)
		say(why, ", which does not list the method \"%.60s\"", ca->method);
	else if (fit == FIT_SOME_ACCOUNT)
		say(why, ", for that account only");
	else if (fit == FIT_PARAMETER_CASE)
		say(why, ", whose parameter names are not in lower case: not every CA heeds them");
}

/* ---- the set --------------------------------------------------------------------------------- */

/* Those that Boulder knows; other CAs may know more (RFC 9495, the contact properties of the
 * Baseline Requirements), and none gives bit 0 a meaning. */
static bool is_unknown_critical(const struct dg_caa_ca *ca, const struct dg_caa *caa)
{
	static const char *const known[] = {"issue", "issuewild", "iodef", "issuemail", "issuevmc"};
	size_t i;

	if ((caa->flags & (ca->boulder ? 0x81 : 0x80)) == 0)
		return false;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (dg_caa_tag_is(caa, known[i]))
			return false;
	return true;
}

static const struct dg_caa *find_critical(const struct dg_caa_ca *ca, const struct dg_caa_set *set)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		if (is_unknown_critical(ca, &set->record[i]))
			return &set->record[i];
	return NULL;
}

static bool has_tag(const struct dg_caa_set *set, const char *tag)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		if (dg_caa_tag_is(&set->record[i], tag))
			return true;
	return false;
}

static void judge_issue(const struct dg_caa_ca *ca, const struct dg_caa_set *set, bool wildcard,
			struct dg_caa_judgement *j)
{
	const char *tag = wildcard && has_tag(set, "issuewild") ? "issuewild" : "issue";
	struct record_fit best = {DG_CAA_FORBIDDEN, FIT_NOBODY};
	size_t i;

	for (i = 0; i < set->count; i++) {
		struct record_fit fit;

		if (!dg_caa_tag_is(&set->record[i], tag))
			continue;
		fit = fit_record(ca, &set->record[i]);
		if (j->by != NULL && (fit.verdict > best.verdict ||
				      (fit.verdict == best.verdict && fit.fit <= best.fit)))
			continue;
		best = fit;
		j->by = &set->record[i];
	}
	if (j->by == NULL) {
		j->verdict = DG_CAA_ALLOWED;
		say(j->why, "has no property that says who may issue%s",
		    wildcard ? "" : " other than wildcard certificates");
		return;
	}
	j->verdict = best.verdict;
	say_fit(ca, set, tag, j->by, best.fit, j->why);
}

/* Another CA than Boulder may know the property; what the rest forbids stays forbidden. */
static void judge_as(const struct dg_caa_ca *ca, const struct dg_caa_set *set, bool wildcard,
		     struct dg_caa_judgement *j)
{
	const struct dg_caa *critical = find_critical(ca, set);
	char tag[DG_OCTETS_TEXT(SHOWN)];

	*j = (struct dg_caa_judgement){0};
	if (critical == NULL || !ca->boulder)
		judge_issue(ca, set, wildcard, j);
	if (critical == NULL || j->verdict != DG_CAA_ALLOWED)
		return;
	*j = (struct dg_caa_judgement){.by = critical,
				       .verdict = ca->boulder ? DG_CAA_FORBIDDEN : DG_CAA_DEPENDS};
	say(j->why, "has the critical property \"%s\", which the CA %s",
	    dg_octets_print(critical->tag, critical->tag_len, SHOWN, tag),
	    ca->boulder ? "does not know" : "may not know");
}

void dg_caa_judge(const struct dg_caa_ca *ca, const struct dg_caa_set *set,
		  struct dg_caa_judgement *ret_judgement)
{
	struct dg_caa_judgement wild;
	bool wild_worse;

	judge_as(ca, set, ca->names == DG_CAA_WILDCARD, ret_judgement);
	if (ca->names == DG_CAA_PLAIN || ca->names == DG_CAA_WILDCARD)
		return;
	judge_as(ca, set, true, &wild);
	if (wild.verdict == ret_judgement->verdict)
		return;
	/* Says what is not allowed, and for which names. */
	wild_worse = wild.verdict > ret_judgement->verdict;
	if (wild_worse)
		*ret_judgement = wild;
	/* Both are wanted: the worse of them tells. */
	if (ca->names == DG_CAA_BOTH)
		return;
	ret_judgement->verdict = DG_CAA_DEPENDS;
	say(ret_judgement->why, "; that matters to %s",
	    wild_worse ? "wildcard certificates only" : "names that are no wildcard");
}
