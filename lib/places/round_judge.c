/* SPDX-License-Identifier: ISC */
/* What the places lack, as findings and in words. */
#include <stdio.h>
#include <string.h>

#include "round.h"

#define LAGGARDS_TOLD 64
#define SERVER_TEXT (DG_NAME_TEXT + DG_ADDR_TEXT + 80)

/* "ns1.example.net. 192.0.2.1 (node syd1)" */
static const char *print_server(const struct dg_cell *c, bool node, char buf[SERVER_TEXT])
{
	if (c->address == NULL)
		snprintf(buf, SERVER_TEXT, "a resolver there");
	else
		snprintf(buf, SERVER_TEXT, "%s%s%s%s%s%s", c->server != NULL ? c->server : "",
			 c->server != NULL ? " " : "", c->address,
			 node && c->nsid != NULL ? " (node " : "",
			 node && c->nsid != NULL ? c->nsid : "",
			 node && c->nsid != NULL ? ")" : "");
	return buf;
}

/* "Sydney, OC (AS64500 Example)" */
static const char *print_place(const struct dg_place *p, char buf[2 * DG_ROUND_TEXT])
{
	char number[32] = "";

	if (p->asn > 0)
		snprintf(number, sizeof(number), "AS%lld", (long long)p->asn);
	if (p->network == NULL && number[0] == '\0')
		snprintf(buf, 2 * DG_ROUND_TEXT, "%s", p->name);
	else
		snprintf(buf, 2 * DG_ROUND_TEXT, "%s (%s%s%s)", p->name, number,
			 number[0] != '\0' && p->network != NULL ? " " : "",
			 p->network != NULL ? p->network : "");
	return buf;
}

static const char *words_of(enum dg_state state)
{
	switch (state) {
	case DG_STATE_ABSENT:
		return "lacks the record";
	case DG_STATE_OTHER:
		return "has something else";
	case DG_STATE_SILENT:
		return "does not answer";
	case DG_STATE_BOGUS:
		return "has it, and DNSSEC refuses it";
	default:
		return "gives no answer that a resolver can use";
	}
}

/* What the CA would say, if its perspective there took this server. */
static void predict(const struct dg_cell *c, char *out, size_t size)
{
	int len = (int)strlen(c->owner) - 1;

	if (c->state == DG_STATE_ABSENT && c->detail != NULL &&
	    strncmp(c->detail, "NXDOMAIN", 8) == 0)
		snprintf(out, size,
			 "During secondary validation: DNS problem: NXDOMAIN looking up TXT for "
			 "%.*s - check that a DNS record exists for this domain",
			 len, c->owner);
	else if (c->state == DG_STATE_ABSENT || c->nvalues == 0)
		snprintf(out, size, "During secondary validation: No TXT record found at %.*s", len,
			 c->owner);
	else
		snprintf(out, size,
			 "During secondary validation: Incorrect TXT record \"%.100s\" found at "
			 "%.*s",
			 c->values[0], len, c->owner);
}

static void judge_cell(const struct dg_round *r, const struct dg_place *p, const struct dg_cell *c,
		       struct dg_findings *f)
{
	char server[SERVER_TEXT], plain[SERVER_TEXT], place[2 * DG_ROUND_TEXT],
	    ca[DG_NAME_TEXT + 256];
	bool answers = c->state == DG_STATE_ABSENT || c->state == DG_STATE_OTHER;
	enum dg_require_places require = r->policy.quorum.require;
	bool held = !r->met && require != DG_PLACES_NONE &&
		    (answers || require == DG_PLACES_ALL || !dg_place_sees(p));
	struct dg_cause cause = {
	    .id = "F-66",
	    .severity = held ? DG_SEVERITY_WAIT : DG_SEVERITY_WARNING,
	    .server = print_server(c, false, plain),
	    .advice = answers
			  ? "An anycast node there has an older version of the zone, or another "
			    "zone: wait, or see what keeps that node from its transfer."
			  : "See what keeps that place from the server: a firewall by country, a "
			    "limit per address, or a node that is down.",
	    .ca_text = answers ? ca : NULL,
	};

	predict(c, ca, sizeof(ca));
	dg_findings_add(f, &cause, "from %s %s %s%s%s%s", print_place(p, place),
			print_server(c, true, server), words_of(c->state),
			c->detail != NULL && c->detail[0] != '\0' ? " (" : "",
			c->detail != NULL ? c->detail : "",
			c->detail != NULL && c->detail[0] != '\0' ? ")" : "");
}

static void judge_place(const struct dg_round *r, const struct dg_place *p, struct dg_findings *f)
{
	struct dg_cause cause = {
	    .id = "F-43",
	    .severity = DG_SEVERITY_NOTE,
	    .advice = "This place does not count. What is seen from there is not known."};
	char place[2 * DG_ROUND_TEXT];
	size_t i;

	if (p->unusable != NULL)
		dg_findings_add(f, &cause, "%s is left out: %s", print_place(p, place),
				p->unusable);
	for (i = 0; dg_place_counts(p) && i < p->ncells && i < LAGGARDS_TOLD; i++)
		if (p->cell[i].state != DG_STATE_PRESENT && p->cell[i].state != DG_STATE_UNASKED)
			judge_cell(r, p, &p->cell[i], f);
}

static bool is_same_server(const struct dg_cell *a, const struct dg_cell *b)
{
	return a->address != NULL && b->address != NULL && strcmp(a->address, b->address) == 0 &&
	       strcmp(a->owner, b->owner) == 0;
}

/* One server in the eyes of all places that count. */
static void judge_server(const struct dg_round *r, const struct dg_cell *c, struct dg_findings *f)
{
	size_t lacking = 0, showing = 0, elsewhere = 0, i, k;
	char server[SERVER_TEXT];
	struct dg_cause cause = {.severity = r->met ? DG_SEVERITY_WARNING : DG_SEVERITY_WAIT,
				 .server = print_server(c, false, server)};

	for (i = 0; i < r->nplaces; i++)
		for (k = 0; dg_place_counts(&r->place[i]) && k < r->place[i].ncells; k++) {
			const struct dg_cell *o = &r->place[i].cell[k];
			bool same = is_same_server(o, c);

			showing += same && o->state == DG_STATE_PRESENT;
			lacking +=
			    same && (o->state == DG_STATE_ABSENT || o->state == DG_STATE_OTHER);
			elsewhere += !same && o->state == DG_STATE_PRESENT;
		}
	if (lacking == 0)
		return;
	cause.id = showing + elsewhere > 0 ? "F-02" : "F-01";
	cause.advice = showing + elsewhere > 0
			   ? "Wait for the zone transfer to this server."
			   : "Publish the record, or see why its zone is not loaded.";
	dg_findings_add(f, &cause, "seen from %zu place%s, it lacks the record%s", lacking,
			lacking == 1 ? "" : "s",
			showing + elsewhere > 0 ? ", which others show" : "");
}

/* The cell that a server has at the first place that counts and knows it. */
static const struct dg_cell *first_cell(const struct dg_round *r, const struct dg_cell *c)
{
	size_t i, k;

	for (i = 0; i < r->nplaces; i++)
		for (k = 0; dg_place_counts(&r->place[i]) && k < r->place[i].ncells; k++)
			if (is_same_server(&r->place[i].cell[k], c))
				return &r->place[i].cell[k];
	return NULL;
}

/* Each server that a place saw, once. */
static void judge_servers(const struct dg_round *r, struct dg_findings *f)
{
	size_t i, k;

	for (i = 0; i < r->nplaces; i++)
		for (k = 0; dg_place_counts(&r->place[i]) && k < r->place[i].ncells; k++) {
			const struct dg_cell *c = &r->place[i].cell[k];

			if (c->address != NULL && first_cell(r, c) == c)
				judge_server(r, c, f);
		}
}

void dg_round_judge(const struct dg_round *r, bool through, struct dg_findings *findings)
{
	struct dg_cause cause = {.id = "F-43", .severity = DG_SEVERITY_WARNING};
	size_t i;

	for (i = 0; i < r->vantages->count; i++) {
		if (r->visit[i].state != DG_VISIT_FAILED)
			continue;
		cause.advice =
		    r->policy.or_fail
			? "It is asked again. Without its word the gate does not open."
			: "The gate does not wait for it. What a CA sees from other places "
			  "is not known.";
		dg_findings_add(findings, &cause, "places that were not asked: %s",
				r->visit[i].failure);
	}
	if (through)
		judge_servers(r, findings);
	for (i = 0; i < r->nplaces; i++)
		judge_place(r, &r->place[i], findings);
	if (r->standing.narrow && r->settled) {
		cause.severity = DG_SEVERITY_WAIT;
		cause.id = "F-66";
		cause.advice = "Wait for the others. A CA needs places in the regions of two "
			       "registries.";
		dg_findings_add(findings, &cause,
				"the places that see the record lie in one region alone");
	}
}

const char *dg_round_describe(const struct dg_round *r, char buf[DG_ROUND_TEXT])
{
	const struct dg_standing *s = &r->standing;
	char percent[64] = "";
	size_t i;

	if (s->chance >= 0)
		snprintf(percent, sizeof(percent), "; a CA would pass with a chance of %.0f %%",
			 100 * s->chance);
	for (i = 0; i < r->vantages->count && s->usable == 0; i++)
		if (r->visit[i].state == DG_VISIT_FAILED) {
			snprintf(buf, DG_ROUND_TEXT, "no place could be asked: %s",
				 r->visit[i].failure);
			return buf;
		}
	if (s->usable == 0)
		snprintf(buf, DG_ROUND_TEXT, "asking %zu vantage point%s", r->vantages->count,
			 r->vantages->count == 1 ? "" : "s");
	else
		snprintf(buf, DG_ROUND_TEXT, "%zu of %zu places see it%s", s->seeing, s->usable,
			 percent);
	return buf;
}
