/* SPDX-License-Identifier: ISC */
/* F-15, F-42, F-51, F-52: what the chosen resolvers have, why they are of no use, and their
 * manners. */
#include <stdio.h>

#include "check.h"
#include "base/wall_time.h"

/* "negative until 16:03:20 (212 s)" */
#define END_TEXT 64

static const char *print_end(const struct dg_case *c, const struct dg_resolver_poll *p,
			     char buf[END_TEXT])
{
	dg_ms left = p->until > c->now ? p->until - c->now : 0;
	char clock[DG_CLOCK_TEXT];

	snprintf(buf, END_TEXT, "%s until %s (%lld s)",
		 p->negative ? "negative" : "has an older record set",
		 dg_clock_print(c->wall + (left + 999) / 1000, clock),
		 (long long)(left + 999) / 1000);
	return buf;
}

static void judge_cache(const struct dg_case *c, const struct dg_resolver_poll *p,
			struct dg_findings *f)
{
	char end[END_TEXT];

	if (p->heard != DG_HEARD_REPLY || p->until < 0)
		return;
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-15",
		.severity = c->visible ? DG_SEVERITY_WARNING : DG_SEVERITY_WAIT,
		.resolver = p,
		.advice = p->repeats    ? "Flush this name from the resolver's cache, and see why "
					  "it does not ask the zone's servers anew: it may not reach "
					  "them, and serve what is stale meanwhile."
			  : p->negative ? "Wait until then, or flush this name from the "
					  "resolver's cache. Somebody asked "
					  "it before the record was there: let nobody do that."
					: "Wait until then, or flush this name from the "
					  "resolver's cache. A shorter TTL "
					  "on challenge records makes it shorter.",
		.ca_text =
		    p->negative ? "DNS problem: NXDOMAIN looking up TXT" : "Incorrect TXT record",
	    },
	    "%s%s; its servers have the record%s",
	    p->repeats ? "repeats an old denial, as if it were new each time"
		       : print_end(c, p, end),
	    p->until > c->deadline && !p->repeats ? ", beyond the timeout" : "",
	    p->several ? ". Several caches answer at this address" : "");
}

/* Words for a SERVFAIL of a resolver that blames DNSSEC, beside what was found here. */
static const char *compare(const struct dg_case *c, const struct dg_resolver_poll *p)
{
	if (!dg_ede_blames_dnssec(p->ede))
		return "";
	if (c->resolvers->alone)
		return ". DNSSEC was not judged here";
	switch (dg_watch_security(c->watch)) {
	case DG_SECURITY_SECURE:
		return ". Judged here, each server's answer is secure: the resolver has older keys "
		       "or "
		       "records in its cache, or another trust anchor or clock";
	case DG_SECURITY_INSECURE:
		return ". Judged here, the zone is unsigned by proof: the resolver has an older DS "
		       "record "
		       "in its cache, or another trust anchor";
	default:
		return ". DNSSEC was not judged here";
	}
}

static const char *why_useless(const struct dg_resolver_poll *p)
{
	if (p->unproven)
		return "Give it as tls://ADDR or https://HOST/PATH, run it on this machine, or do "
		       "without "
		       "--dnssec require.";
	if (p->unfit > 0)
		return "Give a resolver that speaks what it is asked in: DNS over HTTPS needs "
		       "HTTP/2 here (RFC "
		       "8484 section 5.2), and TLS 1.2 or later. It may offer tls:// too.";
	switch (p->heard) {
	case DG_HEARD_UNTRUSTED:
		return "Fix its certificate, or give the name that it is for, or the authority by "
		       "--tls-ca. "
		       "It is not asked in clear text instead.";
	case DG_HEARD_REPLY:
		return p->poll.said.state == DG_STATE_REFUSED
			   ? "Let this resolver answer this machine, or choose another one."
			   : "Look into this resolver's log, or choose another one.";
	default:
		return "Bring it back, or open the way to it, or choose another one.";
	}
}

/* True when the resolver gives nothing that can be used; a single silence is no sign of that. */
static bool is_useless(const struct dg_case *c, const struct dg_resolver_poll *p)
{
	if (p->poll.history.last_answer < 0)
		return false;
	if (p->unproven)
		return true;
	if (dg_poll_usable(&p->poll))
		return false;
	return p->heard != DG_HEARD_SILENCE || c->last ||
	       p->poll.history.useful + DG_PATIENCE_MS <= c->now;
}

static void judge_use(const struct dg_case *c, const struct dg_resolver_poll *p,
		      struct dg_findings *f)
{
	bool fatal =
	    dg_resolver_is_unfit(p) && dg_resolver_watch_hopeless(c->resolvers, c->deadline);

	if (!is_useless(c, p) && !p->poll.schedule.left_out)
		return;
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-51",
		.severity = c->visible || p->poll.schedule.left_out ? DG_SEVERITY_WARNING
			    : fatal                                 ? DG_SEVERITY_FATAL
								    : DG_SEVERITY_WAIT,
		.resolver = p,
		.advice = why_useless(p),
	    },
	    "cannot be used: %s%s%s",
	    p->unproven ? "its word on DNSSEC (AD) is proof over TLS, HTTPS "
			  "or loopback alone, and DNSSEC is required"
			: p->poll.said.detail,
	    p->heard == DG_HEARD_REPLY ? compare(c, p) : "",
	    p->poll.schedule.left_out ? ". Left out: another of the system's resolvers answers"
				      : "");
}

static void judge_manners(const struct dg_case *c, const struct dg_resolver_poll *p,
			  struct dg_findings *f)
{
	bool secure = !c->resolvers->alone && dg_watch_security(c->watch) == DG_SECURITY_SECURE;
	bool shows = dg_resolver_shows(p);
	const char *text = NULL;

	if (p->served_stale)
		text = "serves answers beyond their TTL (RFC 8767): it may have what others have "
		       "no more";
	else if (shows && p->ra == 0)
		text = "is no recursive resolver (RA clear)";
	else if (shows && secure && p->strips)
		text = "strips signatures, or ignores the DO bit: who validates behind it cannot";
	else if (shows && secure && p->ad == 0)
		text = "does not validate (AD clear)";
	if (text == NULL)
		return;
	dg_findings_add(f,
			&(struct dg_cause){
			    .id = "F-52",
			    .severity = DG_SEVERITY_NOTE,
			    .resolver = p,
			    .advice = "CAs validate: a resolver that does shows what they see.",
			},
			"%s", text);
}

/* It asked the servers anew, and got something else than we did. */
static void judge_view(const struct dg_case *c, const struct dg_resolver_poll *p,
		       struct dg_findings *f)
{
	if (p->renewed == 0 || p->repeats || dg_resolver_shows(p) || c->resolvers->alone)
		return;
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-42",
		.severity = DG_SEVERITY_WARNING,
		.resolver = p,
		.advice =
		    "Look for views, GeoDNS or a split horizon on the servers, and for a forwarder "
		    "between this resolver and them: a CA may get what the resolver gets.",
	    },
	    "asked anew and still has something else (%s), though the servers show the record "
	    "here: "
	    "answers depend on who asks",
	    p->poll.said.detail);
}

static void judge(const struct dg_case *c, struct dg_findings *f)
{
	size_t i;

	/* A look judges each answer by itself. */
	for (i = 0; i < c->resolvers->count && !c->watch->policy.look; i++) {
		const struct dg_resolver_poll *p = &c->resolvers->poll[i];

		judge_cache(c, p, f);
		judge_view(c, p, f);
		judge_use(c, p, f);
		judge_manners(c, p, f);
	}
}

const struct dg_check dg_check_resolvers = {.judge = judge};
