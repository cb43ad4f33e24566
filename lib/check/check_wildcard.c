/* SPDX-License-Identifier: ISC */
/* F-61: a wildcard's alias in the place of the record. */
#include "check.h"

/* The first server that shows the alias; NULL: none does. */
static const struct dg_poll *shower(const struct dg_owner *l)
{
	size_t k;

	for (k = 0; l->zone != NULL && k < l->npolls; k++)
		if (l->poll[k].said.alias && l->poll[k].said.state == DG_STATE_PRESENT)
			return &l->poll[k];
	return NULL;
}

/* A name beside the owner's that nobody has: a wildcard answers for it, too. False at the apex,
 * beside which another zone begins. */
static bool sibling(const struct dg_case *c, const struct dg_owner *l, struct dg_name *ret_name)
{
	struct dg_name above = dg_name_parent(&l->name);

	return l->name.len > 1 && dg_survey_nobody(c->survey, &above, ret_name) &&
	       (l->zone->given || dg_name_under(ret_name, &l->zone->name));
}

/* The answer of one of those that show the alias; NULL: none was asked, or has answered. */
static const struct dg_probe *find_answer(const struct dg_case *c, const struct dg_owner *l,
					  const struct dg_name *name)
{
	const struct dg_probe *probe = NULL;
	size_t k;

	for (k = 0; k < l->npolls && probe == NULL; k++)
		probe = dg_survey_find(c->survey, l->zone, l->poll[k].server, name, DG_TYPE_TXT,
				       DG_SHAPE_USUAL);
	return probe;
}

static enum dg_known is_wildcard(const struct dg_case *c, const struct dg_owner *l)
{
	const struct dg_poll *p = shower(l);
	const struct dg_probe *probe;
	struct dg_name name;

	if (p == NULL || !sibling(c, l, &name))
		return DG_KNOWN_NO;
	probe = find_answer(c, l, &name);
	if (probe == NULL)
		return c->last || c->survey->limit != NULL ? DG_KNOWN_NO : DG_KNOWN_NOT_YET;
	return probe->replied && probe->says == DG_ANSWER_ALIAS &&
		       dg_name_equal(&probe->alias, p->said.target)
		   ? DG_KNOWN_YES
		   : DG_KNOWN_NO;
}

void dg_case_find_wildcard(const struct dg_case *c, struct dg_wildcard *ret)
{
	size_t back_to, i;

	*ret = (struct dg_wildcard){.watch = c->watch};
	/* A look asks for nothing more. */
	if (c->watch->policy.look)
		return;
	ret->count = dg_watch_chain(c->watch, ret->chain, &back_to);
	for (i = 0; i + (back_to == SIZE_MAX) < ret->count; i++) {
		enum dg_known is = is_wildcard(c, &c->watch->owner[ret->chain[i]]);

		if (is == DG_KNOWN_NO || (is == DG_KNOWN_NOT_YET && ret->is != DG_KNOWN_NO))
			continue;
		ret->is = is;
		ret->at = i;
		if (is == DG_KNOWN_YES)
			return;
	}
}

static void want(const struct dg_case *c, struct dg_survey *s)
{
	size_t chain[DG_MAX_OWNERS], back_to, count, i;
	struct dg_name name;

	if (c->visible)
		return;
	count = dg_watch_chain(c->watch, chain, &back_to);
	for (i = 0; i + (back_to == SIZE_MAX) < count; i++) {
		const struct dg_owner *l = &c->watch->owner[chain[i]];
		const struct dg_poll *p = shower(l);

		if (p != NULL && sibling(c, l, &name))
			dg_survey_question(s, l->zone, p->server, &name, DG_TYPE_TXT,
					   DG_SHAPE_USUAL);
	}
}

static void judge(const struct dg_case *c, struct dg_findings *f)
{
	const struct dg_wildcard *w = f->wildcard;
	char target[DG_NAME_TEXT], above[DG_NAME_TEXT];
	struct dg_name domain;
	const struct dg_owner *l;

	if (c->visible || w->is != DG_KNOWN_YES)
		return;
	l = &c->watch->owner[w->chain[w->at]];
	domain = dg_name_parent(&l->name);
	dg_findings_add(
	    f,
	    &(struct dg_cause){
		.id = "F-61",
		.severity = DG_SEVERITY_WAIT,
		.owner = l,
		.advice = "Publish the record at the name itself: the wildcard then steps aside.",
		.ca_text = "DNS problem: NXDOMAIN looking up TXT",
	    },
	    "a wildcard CNAME below %s leads %s to %s, as long as there is no record of that name",
	    dg_name_print(&domain, above), l->text, dg_name_print(shower(l)->said.target, target));
}

const struct dg_check dg_check_wildcard = {.want = want, .judge = judge, .first = true};
