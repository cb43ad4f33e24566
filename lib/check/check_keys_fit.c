/* SPDX-License-Identifier: ISC */
/* F-59: key sets and DS sets that fit into no UDP message, where TCP fails. */
#include "check.h"

/* So many servers of a zone are asked, and those of a top-level domain not at all: they are not
 * the user's to fix. */
#define MOST_SERVERS 8

static bool is_asked(const struct dg_owner *l)
{
	size_t k;

	for (k = 0; l->live && l->zone != NULL && !l->zone->given && k < l->npolls; k++)
		if (l->poll[k].said.is_signed)
			return true;
	return false;
}

static bool has_more(const struct dg_zone *zone)
{
	return zone != NULL && dg_name_labels(&zone->name) > 1;
}

static void want(const struct dg_case *c, struct dg_survey *s)
{
	size_t i, k;

	for (i = 0; i < c->watch->nowners; i++) {
		struct dg_zone *z = is_asked(&c->watch->owner[i]) ? c->watch->owner[i].zone : NULL;

		for (; has_more(z); z = z->parent) {
			for (k = 0; k < z->nservers && k < MOST_SERVERS; k++)
				dg_survey_question(s, z, k, &z->name, DG_TYPE_DNSKEY,
						   DG_SHAPE_USUAL);
			for (k = 0;
			     has_more(z->parent) && k < z->parent->nservers && k < MOST_SERVERS;
			     k++)
				dg_survey_question(s, z->parent, k, &z->name, DG_TYPE_DS,
						   DG_SHAPE_USUAL);
		}
	}
}

/* TCP that was silent once or twice may have been so by loss. */
static bool is_cut_off(const struct dg_probe *p)
{
	return p != NULL && p->heard == DG_HEARD_TRUNCATED && (p->tcp_why != NULL || p->dropped);
}

/* How many of the servers of `zone` give the set of that name, and the first that cannot. */
static size_t count_good(const struct dg_survey *s, const struct dg_zone *zone,
			 const struct dg_name *name, uint16_t type, const struct dg_probe **ret_bad)
{
	size_t good = 0, k;

	*ret_bad = NULL;
	for (k = 0; k < zone->nservers && k < MOST_SERVERS; k++) {
		const struct dg_probe *p = dg_survey_find(s, zone, k, name, type, DG_SHAPE_USUAL);

		good += p != NULL && p->replied;
		if (*ret_bad == NULL && is_cut_off(p))
			*ret_bad = p;
	}
	return good;
}

static void judge_set(const struct dg_case *c, const struct dg_zone *zone, const struct dg_zone *of,
		      uint16_t type, struct dg_findings *f)
{
	const struct dg_probe *p;
	size_t good = count_good(c->survey, zone, &of->name, type, &p);
	char server[DG_CASE_SERVER];

	if (p == NULL)
		return;
	dg_case_name_server(zone, p->server, server);
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-59",
		.severity = good > 0 || c->visible ? DG_SEVERITY_WARNING : DG_SEVERITY_FATAL,
		.server = server,
		.advice = "Open TCP port 53 on this server; and use fewer or smaller keys "
			  "(algorithm 13), so that the set fits.",
		.ca_text = "DNSSEC: DNSKEY Missing",
	    },
	    "%s does not give the %s set of %s whole: truncated over UDP (%u octets sent, 1232 are "
	    "asked for), and %s",
	    server, type == DG_TYPE_DS ? "DS" : "DNSKEY", of->text, p->udp_size,
	    p->tcp_why != NULL ? p->tcp_why : "TCP is not answered");
}

static void judge(const struct dg_case *c, struct dg_findings *f)
{
	size_t i;

	for (i = 0; i < c->watch->nowners; i++) {
		const struct dg_zone *z =
		    is_asked(&c->watch->owner[i]) ? c->watch->owner[i].zone : NULL;

		for (; has_more(z); z = z->parent) {
			judge_set(c, z, z, DG_TYPE_DNSKEY, f);
			if (has_more(z->parent))
				judge_set(c, z->parent, z, DG_TYPE_DS, f);
		}
	}
}

const struct dg_check dg_check_keys_fit = {.want = want, .judge = judge};
