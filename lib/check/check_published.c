/* SPDX-License-Identifier: ISC */
/* F-01, F-02, F-03, F-05, F-06, F-53, F-54, F-58: which addresses show the expected values, and
 * what the others show instead. */
#include <stdio.h>
#include <string.h>

#include "check.h"

/* A server whose serial stays behind for so long is no longer merely slow. */
#define STUCK_MS 180000

/* Remote perspectives that a CA must have at least (Baseline Requirements section 3.2.2.9), from
 * midnight UTC on; one of so few may disagree. */
static int remotes_at(int64_t wall)
{
	static const struct {
		int64_t from;
		int remotes;
	} rules[] = {
	    {1797292800, 5}, /* 2026-12-15 */
	    {1781481600, 4}, /* 2026-06-15 */
	    {1773532800, 3}, /* 2026-03-15 */
	};
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (wall >= rules[i].from)
			return rules[i].remotes;
	return 2;
}

/* Percent chance that validation passes when `lacking` of `total` addresses lack the record: each
 * perspective asks one address by chance, the primary must see it, and all remotes but one, or all.
 */
static int pass_percent(const struct dg_case *c, size_t total, size_t lacking)
{
	double p = (double)(total - lacking) / (double)total, all = 1;
	int remotes = remotes_at(c->wall), i;

	for (i = 0; i < remotes - 1; i++)
		all *= p;
	return (int)(100 * p * (all * p + (c->ca == DG_CA_STRICT ? 0 : remotes * all * (1 - p))) +
		     0.5);
}

/* The name as a CA writes it: without the final dot. */
static void ca_name(const struct dg_case *c, char out[DG_NAME_TEXT])
{
	size_t len;

	dg_name_print(&c->watch->owner[0].name, out);
	len = strlen(out);
	if (len > 1)
		out[len - 1] = '\0';
}

static void predict(const struct dg_case *c, const struct dg_poll *p, char *out, size_t size)
{
	char name[DG_NAME_TEXT];

	ca_name(c, name);
	if (p->said.rcode == DG_RCODE_NXDOMAIN)
		snprintf(out, size,
			 "DNS problem: NXDOMAIN looking up TXT for %s - check that a DNS record "
			 "exists for "
			 "this domain",
			 name);
	else if (p->said.state == DG_STATE_OTHER && p->said.nvalues > 0)
		snprintf(out, size, "Incorrect TXT record \"%.100s\" found at %s",
			 p->said.values[0], name);
	else
		snprintf(out, size, "No TXT record found at %s", name);
}

static void add_unpublished(const struct dg_case *c, const struct dg_owner *l,
			    const struct dg_tally *t, struct dg_findings *f)
{
	struct dg_cause cause = {
	    .id = "F-01",
	    .severity = DG_SEVERITY_WAIT,
	    .advice = "Check that the DNS provider took the record; if it did, it needs more time.",
	};
	int64_t serial = dg_case_serial(l), best = dg_case_best_serial(c, l);
	char ca_text[512], at_serial[64] = "", addresses[DG_CASE_TEXT];
	size_t k;

	/* It is published, but these did not get it; or they have got something else since. */
	if (best != serial)
		cause.advice = "Wait for the zone transfer from the primary; if the serials stay "
			       "behind, fix NOTIFY or the transfer.";
	else if (c->published >= 0)
		cause.advice = "The primary took the record, and these servers have the zone as it "
			       "was then or later: look for what removed it since, or for another "
			       "view of the zone.";

	for (k = 0; k < l->npolls && cause.ca_text == NULL; k++) {
		if (!dg_poll_usable(&l->poll[k]))
			continue;
		predict(c, &l->poll[k], ca_text, sizeof(ca_text));
		cause.ca_text = ca_text;
	}
	if (serial >= 0 && best != serial)
		snprintf(at_serial, sizeof(at_serial), " (serial %lld; the primary has %lld)",
			 (long long)serial, (long long)best);
	else if (serial >= 0)
		snprintf(at_serial, sizeof(at_serial), " (serial %lld)", (long long)serial);
	else if (best >= 0)
		snprintf(at_serial, sizeof(at_serial), " (the primary has serial %lld)",
			 (long long)best);
	dg_findings_add(f, &cause, "not published: none of %s shows it%s",
			dg_case_addresses(l, t->total, addresses), at_serial);
}

/* All usable addresses show one and the same set, without a wanted value. */
static const struct dg_poll *wrong_everywhere(const struct dg_owner *l, const struct dg_tally *t)
{
	const struct dg_poll *first = NULL;
	size_t k;

	if (t->of[DG_STATE_OTHER] == 0 || t->of[DG_STATE_ABSENT] > 0 || t->of[DG_STATE_UNASKED] > 0)
		return NULL;
	for (k = 0; k < l->npolls; k++) {
		const struct dg_poll *p = &l->poll[k];

		if (p->said.state != DG_STATE_OTHER)
			continue;
		if (p->said.found != 0 ||
		    (first != NULL && p->said.fingerprint != first->said.fingerprint))
			return NULL;
		first = p;
	}
	return first;
}

/* 43 letters of base64url: what every challenge value looks like (RFC 8555 section 8.4). */
static bool looks_like_challenge(const char *value)
{
	return strlen(value) == 43 && strspn(value, DG_BASE64URL) == 43;
}

static bool only_old_values(const struct dg_poll *p)
{
	size_t i;

	for (i = 0; i < p->said.nvalues; i++)
		if (!looks_like_challenge(p->said.values[i]))
			return false;
	return p->said.nvalues > 0;
}

static void add_old(const struct dg_case *c, const struct dg_owner *l, const struct dg_poll *p,
		    const struct dg_tally *t, struct dg_findings *f)
{
	char ca_text[512], addresses[DG_CASE_TEXT];

	predict(c, p, ca_text, sizeof(ca_text));
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-06",
		.severity = DG_SEVERITY_WAIT,
		.advice = "Check that the DNS provider took the new record; and let the client's "
			  "clean-up delete old ones.",
		.ca_text = ca_text,
	    },
	    "%zu old challenge value%s, and not the one wanted, on %s: \"%.60s\"%s", p->said.seen,
	    p->said.seen == 1 ? "" : "s", dg_case_addresses(l, t->total, addresses),
	    p->said.values[0], p->said.seen > 1 ? " and more" : "");
}

/* So many may belong to other orders under way: an apex and its wildcard, by two clients. */
#define OTHERS 2

/* One match is enough for the CA; what lies beside it only makes the answer bigger. */
static void note_old(const struct dg_case *c, const struct dg_owner *l, struct dg_findings *f)
{
	const struct dg_poll *most = NULL;
	size_t k, i, old = 0;

	for (k = 0; k < l->npolls; k++)
		if (l->poll[k].said.state == DG_STATE_PRESENT &&
		    (most == NULL || l->poll[k].said.seen > most->said.seen))
			most = &l->poll[k];
	for (i = 0; most != NULL && i < most->said.nvalues; i++)
		old += looks_like_challenge(most->said.values[i]) &&
		       dg_expected_which(&c->watch->expected, (const uint8_t *)most->said.values[i],
					 strlen(most->said.values[i])) == 0;
	if (old <= OTHERS)
		return;
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-06",
		.severity = DG_SEVERITY_NOTE,
		.advice = "Let the client's clean-up delete them: the answer has to fit.",
	    },
	    "%zu other challenge values stand beside the wanted one, in an answer of %zu octets",
	    old, most->said.size);
}

static void add_wrong(const struct dg_case *c, const struct dg_owner *l, const struct dg_poll *p,
		      const struct dg_tally *t, struct dg_findings *f)
{
	struct dg_cause cause = {
	    .id = "F-05",
	    .severity = DG_SEVERITY_WAIT,
	    .advice = "Compare the value at the DNS provider with the one that the ACME client "
		      "asked for; an "
		      "old record may still be there and the new one not.",
	};
	char ca_text[512], addresses[DG_CASE_TEXT];

	predict(c, p, ca_text, sizeof(ca_text));
	cause.ca_text = ca_text;
	dg_findings_add(
	    f, &cause, "wrong value everywhere, on %s: found \"%.100s\"%s, want \"%.100s\"",
	    dg_case_addresses(l, t->total, addresses), p->said.nvalues > 0 ? p->said.values[0] : "",
	    p->said.seen > 1 ? " and more" : "", (const char *)c->watch->expected.value[0].octets);
}

static void add_stuck(const struct dg_case *c, const struct dg_owner *l, const struct dg_poll *p,
		      int64_t serial, struct dg_findings *f)
{
	int64_t best = dg_case_best_serial(c, l);
	char ca_text[512];

	predict(c, p, ca_text, sizeof(ca_text));
	dg_findings_add(f,
			&(struct dg_cause){
			    .id = "F-03",
			    .severity = c->visible ? DG_SEVERITY_WARNING : DG_SEVERITY_WAIT,
			    .owner = l,
			    .poll = p,
			    .advice = "Fix the zone transfer to this server, or take it out of "
				      "the NS set: it will not catch "
				      "up by itself.",
			    .ca_text = ca_text,
			},
			"stuck at serial %lld for %lld s: %s %lld", (long long)serial,
			(long long)(c->now - l->zone->server[p->server].serial_since) / 1000,
			best != dg_case_serial(l) ? "the primary has" : "the others have",
			(long long)best);
}

/* As long as an answer and a serial may cross on the way; and until nobody can doubt it. */
#define SAME_SERIAL_MS 5000
#define SAME_SERIAL_SURE_MS 10000
/* Where serials do not count at all, they stay at 1 (some providers copy zones by other ways). */
#define UNCOUNTED 1

/* For how long the address has lacked the record at a serial at which another shows it; 0: it has
 * not. */
static dg_ms same_serial_for(const struct dg_case *c, const struct dg_owner *l,
			     const struct dg_poll *p)
{
	const struct dg_server *mine = &l->zone->server[p->server];
	dg_ms longest = 0;
	size_t k;

	for (k = 0; k < l->npolls && mine->serial > UNCOUNTED; k++) {
		const struct dg_poll *other = &l->poll[k];
		const struct dg_server *its = &l->zone->server[other->server];
		dg_ms since = other->history.first_present;

		if (!other->history.showing || its->serial != mine->serial)
			continue;
		since = since > mine->serial_since ? since : mine->serial_since;
		since = since > its->serial_since ? since : its->serial_since;
		longest = c->now - since > longest ? c->now - since : longest;
	}
	return longest;
}

static void add_same_serial(const struct dg_case *c, const struct dg_owner *l,
			    const struct dg_poll *p, dg_ms span, struct dg_findings *f)
{
	int64_t serial = l->zone->server[p->server].serial;
	bool sure = span >= SAME_SERIAL_SURE_MS;
	char ca_text[512];

	predict(c, p, ca_text, sizeof(ca_text));
	dg_findings_add(f,
			&(struct dg_cause){
			    .id = "F-53",
			    .severity = c->visible ? DG_SEVERITY_WARNING
					: sure     ? DG_SEVERITY_FATAL
						   : DG_SEVERITY_WAIT,
			    .owner = l,
			    .poll = p,
			    .advice = "Raise the zone's serial on the primary, or force a full "
				      "transfer to this server.",
			    .ca_text = ca_text,
			},
			"shows %s at serial %lld, at which others show the record: it will never "
			"transfer what it thinks it has",
			p->said.detail, (long long)serial);
}

/* NOTIFY would have come by now. */
#define NOTIFY_MS 5000

/* When a laggard looks by itself, if nobody notifies it. */
static void add_refresh(const struct dg_case *c, const struct dg_owner *l, const struct dg_poll *p,
			struct dg_findings *f)
{
	const struct dg_server *s = &l->zone->server[p->server];
	dg_ms since = c->watch->started > s->serial_since ? c->watch->started : s->serial_since;
	long long left = (long long)(c->deadline - c->now) / 1000;
	struct dg_cause cause = {
	    .id = "F-54",
	    .severity = c->visible ? DG_SEVERITY_NOTE : DG_SEVERITY_WAIT,
	    .owner = l,
	    .poll = p,
	    .advice =
		"Have the primary send NOTIFY to this server (RFC 1996), or give the wait more "
		"time.",
	};

	if (c->now - since < NOTIFY_MS || s->refresh == 0)
		return;
	dg_findings_add(
	    f, &cause,
	    "no NOTIFY has reached it, it seems: its serial %lld has stood for %lld s, "
	    "and by itself it looks again within %u s (REFRESH), or %u s after a failure "
	    "(RETRY)%s",
	    (long long)s->serial, (long long)(c->now - s->serial_since) / 1000, s->refresh,
	    s->retry,
	    !c->diagnosing && (long long)s->refresh > left ? ": that may be beyond the timeout"
							   : "");
}

/* Changes that follow each other so fast are one. */
#define FAST_MS 10000

/* Some other server's serial went on at least twice since, and this one's not, for long enough. */
static const struct dg_server *find_ahead(const struct dg_case *c, const struct dg_owner *l,
					  const struct dg_poll *p)
{
	const struct dg_server *mine = &l->zone->server[p->server];
	size_t k;

	for (k = 0; k < l->npolls && mine->serial >= 0; k++) {
		const struct dg_server *its = &l->zone->server[l->poll[k].server];

		if (its->serial >= 0 && its->rose[1] > mine->serial_since &&
		    c->now - its->rose[0] >= FAST_MS)
			return its;
	}
	return NULL;
}

static void add_left_behind(const struct dg_case *c, const struct dg_owner *l,
			    const struct dg_poll *p, const struct dg_server *ahead,
			    struct dg_findings *f)
{
	const struct dg_server *mine = &l->zone->server[p->server];
	char ca_text[512];

	predict(c, p, ca_text, sizeof(ca_text));
	dg_findings_add(f,
			&(struct dg_cause){
			    .id = "F-58",
			    .severity = c->visible ? DG_SEVERITY_WARNING : DG_SEVERITY_WAIT,
			    .owner = l,
			    .poll = p,
			    .advice = "Force a full transfer (AXFR) to this server, and look in "
				      "its log for incremental ones (IXFR) that failed.",
			    .ca_text = ca_text,
			},
			"stays at serial %lld while %s (%s) went on to %lld in several steps: "
			"fast changes seem to have broken its transfers",
			(long long)mine->serial, l->zone->ns[ahead->ns].text, ahead->text,
			(long long)ahead->serial);
}

static void add_laggard(const struct dg_case *c, const struct dg_owner *l, const struct dg_poll *p,
			const struct dg_tally *t, struct dg_findings *f)
{
	size_t lacking = t->of[DG_STATE_ABSENT] + t->of[DG_STATE_OTHER];
	struct dg_cause cause = {
	    .id = "F-02",
	    .severity = c->visible ? DG_SEVERITY_WARNING : DG_SEVERITY_WAIT,
	    .owner = l,
	    .poll = p,
	    .advice = "Wait for the zone transfer to this server; if its serial stays behind, fix "
		      "NOTIFY or "
		      "the transfer, or take the server out of the NS set.",
	};
	int64_t serial = l->zone->server[p->server].serial, best = dg_case_best_serial(c, l);
	const struct dg_server *ahead = find_ahead(c, l, p);
	char ca_text[512], behind[64] = "";
	dg_ms same = same_serial_for(c, l, p);

	if (same >= SAME_SERIAL_MS) {
		add_same_serial(c, l, p, same, f);
		return;
	}
	if (ahead != NULL) {
		add_left_behind(c, l, p, ahead, f);
		return;
	}
	if (serial >= 0 && serial != best)
		add_refresh(c, l, p, f);
	if (serial >= 0 && serial != best &&
	    c->now - l->zone->server[p->server].serial_since >= STUCK_MS) {
		add_stuck(c, l, p, serial, f);
		return;
	}
	predict(c, p, ca_text, sizeof(ca_text));
	cause.ca_text = ca_text;
	if (serial >= 0 && serial != best)
		snprintf(behind, sizeof(behind), ", serial %lld behind %lld", (long long)serial,
			 (long long)best);
	else if (serial >= 0)
		snprintf(behind, sizeof(behind), ", serial %lld", (long long)serial);
	dg_findings_add(
	    f, &cause,
	    "out of sync: shows %s%s; %zu of %zu addresses lack%s the record, so validation would "
	    "pass about %d times in 100",
	    p->said.detail, behind, lacking, t->total, lacking == 1 ? "s" : "",
	    pass_percent(c, t->total, lacking));
}

static void judge(const struct dg_case *c, struct dg_findings *f)
{
	const struct dg_owner *l = dg_case_last_owner(c);
	const struct dg_poll *wrong;
	struct dg_tally t = dg_case_tally(l);
	size_t k;

	if (l->zone != NULL && c->watch->expected.count > 0)
		note_old(c, l, f);
	if (l->zone == NULL || c->watch->expected.count == 0 ||
	    t.of[DG_STATE_ABSENT] + t.of[DG_STATE_OTHER] == 0)
		return;
	wrong = wrong_everywhere(l, &t);
	if (wrong != NULL && only_old_values(wrong)) {
		add_old(c, l, wrong, &t, f);
	} else if (wrong != NULL) {
		add_wrong(c, l, wrong, &t, f);
	} else if (t.of[DG_STATE_PRESENT] > 0) {
		for (k = 0; k < l->npolls; k++)
			if (l->poll[k].said.state == DG_STATE_ABSENT ||
			    l->poll[k].said.state == DG_STATE_OTHER)
				add_laggard(c, l, &l->poll[k], &t, f);
	} else if (dg_case_found_everywhere(l, NULL) == 0 &&
		   (l == &c->watch->owner[0] || t.of[DG_STATE_OTHER] > 0)) {
		/* Where some of several values are everywhere it is F-13; at the end of a chain of
		 * CNAMEs, F-16. */
		add_unpublished(c, l, &t, f);
	}
}

const struct dg_check dg_check_published = {.judge = judge};
