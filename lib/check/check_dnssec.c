/* SPDX-License-Identifier: ISC */
/*
 * F-35 to F-41, F-55, F-64, F-65: what DNSSEC refuses, and what is odd about it. Fatal is what
 * waiting does not fix: when all addresses that answer are refused for such a reason. A missing
 * signature is the signer's, who may need a moment.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

struct words {
	const char *id, *advice, *ca_text;
};

static const struct words words_of[] = {
    {"F-35",
     "Sign the zone again on its primary, see that the signer runs, and bring this server up to "
     "date.",
     "DNSSEC: Signature Expired"},
    {"F-36",
     "Wait for the signer; if this stays, see that the server holds the signed version of the "
     "zone.",
     "DNSSEC: RRSIGs Missing"},
    {"F-37",
     "Tell the registrar of the zone to replace the DS record with one of a key that the zone has, "
     "or "
     "to delete it.",
     "DNSSEC: DNSKEY Missing"},
    {"F-38",
     "Let all servers have the same version of the zone, signed with keys that its DNSKEY set "
     "lists.",
     "DNSSEC: Bogus"},
    {"F-39",
     "Sign the zone again, or update the server: its NSEC or NSEC3 records do not fit its answers.",
     "DNSSEC: NSEC Missing"},
    {"F-40",
     "Tell the operator of the parent zone: a delegation needs DS records or the proof that there "
     "are "
     "none.",
     "DNSSEC: NSEC Missing"},
    {"F-41",
     "Sign the zone with algorithm 13 or 8 and NSEC, or NSEC3 with 0 iterations (RFC 9276).", NULL},
};

static const struct words *find_words(const char *id)
{
	size_t i;

	for (i = 0; i < sizeof(words_of) / sizeof(words_of[0]); i++)
		if (strcmp(words_of[i].id, id) == 0)
			return &words_of[i];
	return &words_of[3];
}

/* It counts, and has something to say. */
static bool is_asked(const struct dg_poll *p)
{
	return !p->schedule.left_out && p->history.last_answer >= 0 && dg_poll_usable(p);
}

static bool is_bogus(const struct dg_poll *p)
{
	return is_asked(p) && p->said.security == DG_SECURITY_BOGUS;
}

static bool same_cause(const struct dg_judgement *a, const struct dg_judgement *b)
{
	return a->why == b->why && a->type == b->type && dg_name_equal(&a->zone, &b->zone);
}

/* Waiting fixes a missing signature; and a denial that does not hold is no matter once the record
 * is there. */
static bool is_final(const struct dg_poll *p)
{
	enum dg_why why = p->said.why;

	if (why == DG_WHY_NO_SIGNATURE)
		return false;
	return (why != DG_WHY_NO_DENIAL && why != DG_WHY_WRONG_DENIAL) ||
	       p->said.state == DG_STATE_BOGUS;
}

/* The fault is in the zone above, or keys and DS records fit on no server: none is to blame alone.
 */
static bool is_shared(const struct dg_owner *l, const struct dg_judgement *j)
{
	size_t k;

	if (!l->zone->given && (!dg_name_equal(&j->zone, &l->zone->name) || j->type == DG_TYPE_DS))
		return true;
	if (j->why != DG_WHY_NO_KEY_FOR_DS && j->why != DG_WHY_NO_KEY_FOR_ANCHOR)
		return false;
	for (k = 0; k < l->npolls; k++)
		if (is_asked(&l->poll[k]) &&
		    (!is_bogus(&l->poll[k]) || !same_cause(l->poll[k].said.judgement, j)))
			return false;
	return true;
}

static void add(const struct dg_case *c, const struct dg_owner *l, const struct dg_poll *p,
		const struct dg_judgement *j, enum dg_severity severity, struct dg_findings *f)
{
	const struct words *w = find_words(dg_why_finding(j->why));
	const char *advice = w->advice;
	char text[DG_JUDGEMENT_TEXT];

	if (j->why == DG_WHY_NO_KEY_FOR_ANCHOR)
		advice = "Bring this machine's trust anchor up to date (--trust-anchor), or use a "
			 "network "
			 "where nobody else answers for the root.";

	dg_findings_add(
	    f,
	    &(struct dg_cause){.id = w->id,
			       .severity = severity,
			       .owner = l,
			       .poll = p,
			       .advice = advice,
			       .ca_text = severity == DG_SEVERITY_WARNING ? NULL : w->ca_text},
	    "%s", dg_judgement_print(j, c->wall, text));
}

/* Told of an earlier address already. */
static bool is_told(const struct dg_owner *l, size_t poll)
{
	size_t k;

	for (k = 0; k < poll; k++)
		if (is_bogus(&l->poll[k]) && is_shared(l, l->poll[k].said.judgement) &&
		    same_cause(l->poll[k].said.judgement, l->poll[poll].said.judgement))
			return true;
	return false;
}

static void judge_bogus(const struct dg_case *c, const struct dg_owner *l, struct dg_findings *f)
{
	size_t usable = 0, final = 0, k;

	for (k = 0; k < l->npolls; k++) {
		const struct dg_poll *p = &l->poll[k];

		usable += is_asked(p);
		final += is_bogus(p) && is_final(p);
	}
	for (k = 0; k < l->npolls; k++) {
		const struct dg_poll *p = &l->poll[k];
		bool shared = is_bogus(p) && is_shared(l, p->said.judgement);
		enum dg_severity severity = DG_SEVERITY_WAIT;

		if (!is_bogus(p) || (shared && is_told(l, k)))
			continue;
		if (c->visible || (!is_final(p) && p->said.why != DG_WHY_NO_SIGNATURE))
			severity = DG_SEVERITY_WARNING;
		else if (is_final(p) && final == usable)
			severity = DG_SEVERITY_FATAL;
		add(c, l, shared ? NULL : p, p->said.judgement, severity, f);
	}
}

/* The record may be in order, and other sets that a CA may need are not. */
static void judge_own_sets(const struct dg_case *c, const struct dg_owner *l, struct dg_findings *f)
{
	size_t k;

	for (k = 0; !l->zone->given && k < l->npolls; k++) {
		const struct dg_poll *p = &l->poll[k];
		const struct dg_own_sets *own = l->zone->server[p->server].own;

		if (own == NULL || p->schedule.left_out || is_bogus(p) ||
		    own->soa_why.security != DG_SECURITY_BOGUS)
			continue;
		add(c, l, p, &own->soa_why, DG_SEVERITY_WARNING, f);
	}
}

static void judge_unsigned(const struct dg_case *c, const struct dg_owner *l, struct dg_findings *f)
{
	const struct dg_poll *first = NULL, *odd = NULL;
	size_t usable = 0, unsigned_ones = 0, k;

	for (k = 0; k < l->npolls; k++) {
		const struct dg_poll *p = &l->poll[k];

		if (!is_asked(p))
			continue;
		usable++;
		if (p->said.security != DG_SECURITY_INSECURE)
			continue;
		unsigned_ones++;
		if (first == NULL)
			first = p;
		if (odd == NULL && p->said.why != DG_WHY_NONE)
			odd = p;
	}
	if (odd != NULL)
		add(c, l, NULL, odd->said.judgement, DG_SEVERITY_WARNING, f);
	if (c->watch->policy.dnssec != DG_DNSSEC_REQUIRE || first == NULL || unsigned_ones < usable)
		return;
	dg_findings_add(
	    f,
	    &(struct dg_cause){.id = "F-41",
			       .severity = DG_SEVERITY_FATAL,
			       .owner = l,
			       .advice = "Sign the zone and have the registrar publish its "
					 "DS record, or do without --dnssec require."},
	    "%s is not signed, and DNSSEC is required", l->zone->given ? l->text : l->zone->text);
}

/* F-49: a clock that all the world contradicts. */
static bool judge_clock(const struct dg_case *c, struct dg_findings *f)
{
	int64_t off = dg_chase_clock_error(c->chase);
	long long days = (off < 0 ? -off : off) / 86400, hours = (off < 0 ? -off : off) / 3600;

	if (off == 0)
		return false;
	dg_findings_add(
	    f,
	    &(struct dg_cause){.id = "F-49",
			       .severity = DG_SEVERITY_FATAL,
			       .advice = "Set this machine's clock, and keep it by NTP."},
	    "this machine's clock seems to be wrong: it is at least %lld %s %s of all signatures "
	    "of "
	    "the root and the zones below it",
	    days > 1 ? days : hours, days > 1 ? "days" : "hours", off > 0 ? "ahead" : "behind");
	return true;
}

/* So near their end signatures are a fault in the making, whoever should renew them. */
#define SOON_SECONDS 3600
#define SOON_PART 10

static void judge_ending(const struct dg_case *c, const struct dg_owner *l, struct dg_findings *f)
{
	size_t k;

	for (k = 0; k < l->npolls; k++) {
		const struct dg_poll *p = &l->poll[k];
		int64_t left = p->said.signed_until - c->wall;

		if (!p->said.is_signed || p->said.security != DG_SECURITY_SECURE || left <= 0 ||
		    (left >= SOON_SECONDS && left * SOON_PART >= p->said.signed_for))
			continue;
		dg_findings_add(
		    f,
		    &(struct dg_cause){
			.id = "F-55",
			.severity = DG_SEVERITY_WARNING,
			.owner = l,
			.poll = p,
			.advice = "See that the zone is signed anew, and that this server gets it: "
				  "from then on no CA takes its answers."},
		    "its signatures end in %lld minutes, of %lld hours in all",
		    (long long)left / 60, (long long)p->said.signed_for / 3600);
	}
}

/* The parent proves that there is no DS record, and yet the answers are signed. */
static void judge_island(const struct dg_owner *l, struct dg_findings *f)
{
	size_t insecure = 0, usable = 0, k;

	for (k = 0; k < l->npolls; k++) {
		const struct dg_poll *p = &l->poll[k];

		usable += is_asked(p);
		insecure += is_asked(p) && p->said.is_signed &&
			    p->said.security == DG_SECURITY_INSECURE && p->said.why == DG_WHY_NONE;
	}
	if (insecure == 0 || insecure < usable || l->zone->given)
		return;
	dg_findings_add(f,
			&(struct dg_cause){
			    .id = "F-64",
			    .severity = DG_SEVERITY_NOTE,
			    .owner = l,
			    .advice =
				"Have the registrar publish the zone's DS record, or do without "
				"the signatures.",
			},
			"%s is signed, and its parent does not say so: nobody checks the "
			"signatures",
			l->zone->text);
}

/* By which records this server proved, in a diagnostic pass, that something is not there; 0: it had
 * no cause to. */
static uint16_t denies_by(const struct dg_case *c, const struct dg_owner *l,
			  const struct dg_poll *p)
{
	size_t i;

	if (!is_asked(p) || p->said.security != DG_SECURITY_SECURE)
		return 0;
	for (i = 0; i < c->survey->count; i++) {
		const struct dg_probe *probe = c->survey->probe[i];

		if (probe->zone == l->zone && probe->server == p->server && probe->denied_by != 0)
			return probe->denied_by;
	}
	return 0;
}

/* Each proof holds by itself. A resolver that got one from this server and the next from another
 * may find that they do not fit. */
static void judge_denials(const struct dg_case *c, const struct dg_owner *l, struct dg_findings *f)
{
	const struct dg_poll *first = NULL;
	uint16_t usual = 0;
	size_t k;

	for (k = 0; k < l->npolls; k++) {
		const struct dg_poll *p = &l->poll[k];
		uint16_t by = denies_by(c, l, p);
		char one[DG_TYPE_TEXT], other[DG_TYPE_TEXT];

		if (by != 0 && first == NULL) {
			first = p;
			usual = by;
		}
		if (by == 0 || by == usual)
			continue;
		dg_findings_add(
		    f,
		    &(struct dg_cause){
			.id = "F-65",
			.severity = DG_SEVERITY_WARNING,
			.owner = l,
			.poll = p,
			.advice = "Let all servers have the same version of the zone, or sign it "
				  "alike everywhere.",
		    },
		    "denies by %s, and %s by %s", dg_type_print(by, other),
		    l->zone->server[first->server].text, dg_type_print(usual, one));
	}
}

static void judge(const struct dg_case *c, struct dg_findings *f)
{
	size_t i;

	if (c->watch->policy.dnssec == DG_DNSSEC_OFF || judge_clock(c, f))
		return;
	for (i = 0; i < c->watch->nowners; i++) {
		const struct dg_owner *l = &c->watch->owner[i];

		if (!l->live || l->zone == NULL)
			continue;
		judge_bogus(c, l, f);
		judge_own_sets(c, l, f);
		judge_unsigned(c, l, f);
		judge_ending(c, l, f);
		judge_island(l, f);
		judge_denials(c, l, f);
	}
}

const struct dg_check dg_check_dnssec = {.judge = judge};
