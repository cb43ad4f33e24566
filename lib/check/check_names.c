/* SPDX-License-Identifier: ISC */
/* F-10, F-11, F-12: the record at another name than the one that the CA asks, and another record at
 * that. */
#include <stdio.h>
#include <string.h>

#include "dns/challenge.h"
#include "check.h"

#define NAMES 6

/* Where control panels and typing errors put the record. */
struct elsewhere {
	struct dg_name name;
	bool doubled;
};

static void add(struct elsewhere all[NAMES], size_t *count, bool doubled, const char *first,
		const char *second)
{
	char text[2 * DG_NAME_TEXT];

	snprintf(text, sizeof(text), "%s%s", first, second);
	if (*count < NAMES && dg_name_parse(&all[*count].name, text, NULL) == DG_OK)
		all[(*count)++].doubled = doubled;
}

/* All of them, for a challenge name in this zone. */
static size_t list(const struct dg_owner *l, struct elsewhere all[NAMES])
{
	struct dg_challenge c = dg_challenge_of(&l->name);
	char d[DG_NAME_TEXT], labels[DG_NAME_TEXT], dashless[DG_NAME_TEXT], *dash;
	size_t count = 0;

	/* Labels that begin otherwise are no challenge's: maybe it is the domain that was given. */
	if (c.labels == 0) {
		add(all, &count, false, DG_CHALLENGE_LABEL ".", l->text);
		return count;
	}
	dg_name_print(&c.domain, d);
	snprintf(labels, sizeof(labels), "%.*s", (int)(strlen(l->text) - strlen(d)), l->text);
	strcpy(dashless, labels);
	while ((dash = strchr(dashless, '-')) != NULL)
		*dash = '_';
	add(all, &count, true, l->text, l->zone->text);
	if (!dg_name_equal(&c.domain, &l->zone->name)) {
		add(all, &count, true, l->text, d);
		add(all, &count, false, labels, l->zone->text);
	}
	add(all, &count, false, d, "");
	/* With labels of another kind, dns-01's place is a likelier mistake than a lost "_". */
	if (strcmp(labels, DG_CHALLENGE_LABEL ".") == 0)
		add(all, &count, false, labels + 1, d);
	else
		add(all, &count, false, DG_CHALLENGE_LABEL ".", d);
	if (strcmp(dashless, labels) != 0)
		add(all, &count, false, dashless, d);
	return count;
}

/* The first server that says anything of use: what is written elsewhere, all will have. */
static const struct dg_poll *speaker(const struct dg_owner *l)
{
	size_t k;

	for (k = 0; l->zone != NULL && k < l->npolls; k++)
		if (dg_poll_usable(&l->poll[k]))
			return &l->poll[k];
	return NULL;
}

/* Only where the record itself is nowhere. */
static const struct dg_poll *who_to_ask(const struct dg_case *c)
{
	const struct dg_owner *l = &c->watch->owner[0];

	if (l->zone == NULL || l->zone->given || c->watch->expected.count == 0 ||
	    dg_case_tally(l).of[DG_STATE_PRESENT] > 0)
		return NULL;
	return speaker(l);
}

static void want(const struct dg_case *c, struct dg_survey *s)
{
	const struct dg_owner *l = &c->watch->owner[0];
	const struct dg_poll *p = who_to_ask(c);
	struct elsewhere all[NAMES];
	struct dg_name nobody, domain;
	size_t count, i;

	if (p == NULL)
		return;
	count = list(l, all);
	domain = dg_name_parent(&l->name);
	for (i = 0; i < count; i++)
		if (dg_name_under(&all[i].name, &l->zone->name))
			dg_survey_question(s, l->zone, p->server, &all[i].name, DG_TYPE_TXT,
					   DG_SHAPE_USUAL);
	if (dg_survey_nobody(s, &domain, &nobody) && dg_name_under(&nobody, &l->zone->name))
		dg_survey_question(s, l->zone, p->server, &nobody, DG_TYPE_TXT, DG_SHAPE_USUAL);
}

/* The TXT set that a question found; false when it found none. */
static bool read_txt(const struct dg_case *c, const struct dg_poll *p, const struct dg_name *name,
		     struct dg_txt *ret_txt)
{
	const struct dg_probe *probe = dg_survey_find(c->survey, c->watch->owner[0].zone, p->server,
						      name, DG_TYPE_TXT, DG_SHAPE_USUAL);

	if (probe == NULL || !probe->replied || probe->says != DG_ANSWER_DATA)
		return false;
	*ret_txt = probe->txt;
	return ret_txt->count > 0;
}

static void add_elsewhere(const struct dg_owner *l, const struct dg_poll *p,
			  const struct elsewhere *e, struct dg_findings *f)
{
	bool challenge = dg_challenge_of(&l->name).labels > 0;
	char name[DG_NAME_TEXT];

	dg_findings_add(f,
			&(struct dg_cause){
			    .id = e->doubled ? "F-10" : "F-11",
			    .severity = DG_SEVERITY_FATAL,
			    .owner = l,
			    .poll = p,
			    .advice = e->doubled  ? "The control panel adds the domain by itself: "
						    "give it the name without the "
						    "domain, or end the name with a dot."
				      : challenge ? "Move the record to the name that the CA asks."
						  : "Give the record's name, which \"dns01gate "
						    "name DOMAIN\" prints, not the domain's.",
			    .ca_text = challenge ? "DNS problem: NXDOMAIN looking up TXT" : NULL,
			},
			challenge ? "the value is there, but at %s: the CA looks at %s"
				  : "the value is at %s, where a CA looks, and not at %s",
			dg_name_print(&e->name, name), l->text);
}

static void judge(const struct dg_case *c, struct dg_findings *f)
{
	const struct dg_owner *l = &c->watch->owner[0];
	const struct dg_poll *p = who_to_ask(c);
	struct dg_name nobody, domain;
	struct dg_txt wild = {0}, txt;
	struct elsewhere all[NAMES];
	size_t count, i;

	if (p == NULL || !c->survey->begun)
		return;
	domain = dg_name_parent(&l->name);
	if (dg_survey_nobody(c->survey, &domain, &nobody))
		read_txt(c, p, &nobody, &wild);
	if (wild.count > 0 && p->said.state == DG_STATE_OTHER &&
	    p->said.fingerprint == wild.fingerprint) {
		char name[DG_NAME_TEXT];

		dg_findings_add(
		    f,
		    &(struct dg_cause){
			.id = "F-12",
			.severity = DG_SEVERITY_WAIT,
			.owner = l,
			.poll = p,
			.advice =
			    "Nothing is wrong with the wildcard: it steps aside as soon as the "
			    "record itself is there. Check that the DNS provider took it.",
			.ca_text = "Incorrect TXT record",
		    },
		    "answered by a wildcard below %s, not by the challenge record",
		    dg_name_print(&domain, name));
	}
	count = list(l, all);
	for (i = 0; i < count; i++)
		if (read_txt(c, p, &all[i].name, &txt) && txt.found != 0 &&
		    (wild.count == 0 || txt.fingerprint != wild.fingerprint))
			add_elsewhere(l, p, &all[i], f);
}

const struct dg_check dg_check_names = {.want = want, .judge = judge};
