/* SPDX-License-Identifier: ISC */
/* F-31 to F-34: what CAA records say of the domain (RFC 8659), from it up to its top-level domain.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "caa_climb.h"
#include "dns/challenge.h"
#include "check.h"

#define LOOKS DG_MAX_ZONE_ADDRESSES
/* 2027-03-15: from then on every CA must heed RFC 8657 (Baseline Requirements section 4.2.2.1). */
#define PARAMETERS_BIND 1805068800

/* The answers of one level's servers, in the form that the climb takes. */
struct level {
	struct dg_zone *zone;
	size_t
	    servers; /* of it that are asked: all of the domain's own zone, one of a zone above */
	struct dg_name asked; /* the level's name, or where its alias leads */
	bool aliased;
	bool beyond; /* that leads into a zone that is not known */
	struct dg_caa_query look[LOOKS];
	struct dg_caa_set set[LOOKS];
	char *server[LOOKS];
	char *trouble[LOOKS];
	size_t nlooks;
};

/* The zone whose servers know the name, and how many of them to ask; NULL: none is known. */
static struct dg_zone *zone_of(const struct dg_case *c, const struct dg_name *name,
			       size_t *ret_servers)
{
	struct dg_zone *zone = dg_discover_enclosing(c->chase->discover, name);

	if (zone == NULL || zone->parent == NULL || zone->nservers == 0)
		return NULL;
	/* Those above are not the user's: one of them has to do. */
	*ret_servers = zone->sought ? zone->nservers : 1;
	return zone;
}

/* The target of the alias that the first server showed, if its zone is known. */
static bool follow(const struct dg_case *c, struct level *v)
{
	const struct dg_probe *first =
	    dg_survey_find(c->survey, v->zone, 0, &v->asked, DG_TYPE_CAA, DG_SHAPE_USUAL);
	size_t servers;
	struct dg_zone *zone;

	if (first == NULL || !first->replied || first->says != DG_ANSWER_ALIAS)
		return false;
	zone = zone_of(c, &first->alias, &servers);
	v->asked = first->alias;
	v->aliased = true;
	v->beyond = (zone == NULL || dg_name_labels(&zone->name) < 2) &&
		    dg_survey_sought(c->survey, &v->asked) != DG_SEARCH_FOUND;
	if (v->beyond || zone == NULL)
		return false;
	v->zone = zone;
	v->servers = servers;
	return true;
}

/* A level's servers and the name to ask them for; false: they are not known. */
static bool open_level(const struct dg_case *c, const struct dg_name *name, struct level *v)
{
	unsigned aliases;

	memset(v, 0, sizeof(*v));
	v->zone = zone_of(c, name, &v->servers);
	v->asked = *name;
	for (aliases = 0; v->zone != NULL && aliases < DG_MAX_CHAIN && follow(c, v); aliases++) {
	}
	return v->zone != NULL;
}

/* Names from the domain up to the top-level domain; 0: this record's cannot be asked for. */
static unsigned levels_of(const struct dg_case *c, struct dg_name *ret_domain)
{
	const struct dg_owner *l = &c->watch->owner[0];

	if (l->zone == NULL || l->zone->given || c->chase->discover == NULL)
		return 0;
	*ret_domain = dg_challenge_of(&l->name).domain;
	return dg_name_labels(ret_domain);
}

static void want(const struct dg_case *c, struct dg_survey *s)
{
	struct dg_name domain;
	unsigned labels = levels_of(c, &domain);
	struct level *v = malloc(sizeof(*v));

	s->no_memory = s->no_memory || v == NULL;
	for (; labels > 0 && v != NULL; labels--) {
		struct dg_name name = dg_name_ancestor(&domain, labels);
		size_t k;

		if (!open_level(c, &name, v))
			continue;
		if (v->beyond)
			dg_survey_seek(s, &v->asked);
		for (k = 0; k < v->servers && !v->beyond; k++)
			dg_survey_question(s, v->zone, k, &v->asked, DG_TYPE_CAA, DG_SHAPE_USUAL);
	}
	free(v);
}

/* What DNSSEC makes of an answer that says something; in words when it is bogus. In a long wait a
 * zone's keys may change between the answer and the look at it, so a key that is not there now says
 * nothing. */
static char *find_bogus(const struct dg_case *c, const struct dg_probe *p, const struct dg_msg *msg,
			bool *ret_no_memory)
{
	const struct dg_own_sets *own = p->zone->server[p->server].own;
	char text[DG_JUDGEMENT_TEXT];
	struct dg_judgement j;

	/* Without EDNS nobody asked for signatures. */
	if (c->watch->policy.dnssec == DG_DNSSEC_OFF || !msg->edns ||
	    !dg_answer_kind_tells(p->says))
		return NULL;
	if (dg_validate(&c->chase->trust, own != NULL && own->keys.count > 0 ? &own->keys : NULL,
			msg, &(struct dg_sought){&p->name, p->type}, c->wall, &j) != DG_OK)
		*ret_no_memory = true;
	else if (j.security == DG_SECURITY_BOGUS && (j.why != DG_WHY_UNKNOWN_KEY || c->diagnosing))
		return dg_copy_text(dg_judgement_print(&j, c->wall, text));
	return NULL;
}

/* Records in a reply that was too long to be kept are not known. False when memory ran out. */
static bool read_look(const struct dg_case *c, const struct dg_probe *p, struct level *v)
{
	struct dg_caa_query *look = &v->look[v->nlooks];
	bool no_memory = false, kept = p->reply.kept != NULL;
	struct dg_heard heard;
	struct dg_msg msg = {0};

	if (kept && dg_reply_read(&p->reply, &heard, &msg) != DG_OK)
		return false;
	if (kept)
		v->trouble[v->nlooks] = find_bogus(c, p, &msg, &no_memory);
	look->trouble = v->trouble[v->nlooks];
	look->rcode = look->trouble != NULL ? DG_RCODE_SERVFAIL : p->rcode;
	look->has_soa = p->has_soa;
	if (look->trouble == NULL && p->says == DG_ANSWER_NODATA)
		look->seen = DG_CAA_NODATA;
	else if (look->trouble == NULL && p->says == DG_ANSWER_NXDOMAIN)
		look->seen = DG_CAA_NXDOMAIN;
	else if (look->trouble == NULL && p->says == DG_ANSWER_DATA && kept)
		look->seen = DG_CAA_RECORDS;
	if (look->seen == DG_CAA_RECORDS)
		no_memory |= dg_caa_set_read(&v->set[v->nlooks], &msg, &v->asked) != DG_OK;
	look->set = &v->set[v->nlooks];
	dg_msg_free(&msg);
	return !no_memory;
}

static bool take_look(const struct dg_case *c, struct level *v, size_t server)
{
	const struct dg_probe *p =
	    dg_survey_find(c->survey, v->zone, server, &v->asked, DG_TYPE_CAA, DG_SHAPE_USUAL);
	const struct dg_server *s = &v->zone->server[server];
	struct dg_caa_query *look = &v->look[v->nlooks];
	bool no_memory = false;

	if (p == NULL)
		return true;
	v->server[v->nlooks] = dg_text("%s %s", v->zone->ns[s->ns].text, s->text);
	*look = (struct dg_caa_query){
	    .server = v->server[v->nlooks], .seen = DG_CAA_NO_ANSWER, .rcode = -1};
	if (p->replied && !read_look(c, p, v))
		no_memory = true;
	v->nlooks++;
	return !no_memory && look->server != NULL;
}

/* The alias leads into a zone that nobody delegates, or whose servers are not to be found. */
static void take_missing(const struct dg_case *c, struct level *v)
{
	enum dg_search_state state = dg_survey_sought(c->survey, &v->asked);

	if (state == DG_SEARCH_OPEN)
		return;
	v->look[v->nlooks] = (struct dg_caa_query){
	    .server = "the zones above",
	    .seen = state == DG_SEARCH_NOT_DELEGATED ? DG_CAA_NXDOMAIN : DG_CAA_NO_ANSWER,
	    .has_soa = true,
	    .rcode = -1};
	v->nlooks++;
}

static void close_level(struct level *v)
{
	size_t i;

	for (i = 0; i < v->nlooks; i++) {
		dg_caa_set_free(&v->set[i]);
		free(v->server[i]);
		free(v->trouble[i]);
	}
}

static void climb(const struct dg_case *c, const struct dg_caa_level *level, size_t count,
		  struct dg_findings *f)
{
	static const enum dg_caa_names names[] = {[0] = DG_CAA_EITHER,
						  [DG_IDENTIFIER_PLAIN] = DG_CAA_PLAIN,
						  [DG_IDENTIFIER_WILDCARD] = DG_CAA_WILDCARD,
						  [DG_IDENTIFIER_PLAIN | DG_IDENTIFIER_WILDCARD] =
						      DG_CAA_BOTH};
	struct dg_caa_ca ca = dg_caa_letsencrypt;
	struct dg_caa_outcome outcome;
	size_t before = f->count, i;

	if (c->ca != DG_CA_LETSENCRYPT)
		ca = (struct dg_caa_ca){.parameters_bind = c->wall >= PARAMETERS_BIND};
	ca.account = c->account;
	ca.names = names[c->identifiers];
	ca.method = dg_challenge_of(&c->watch->owner[0].name).method;
	dg_caa_climb(&ca, level, count, &outcome, f);
	f->caa_text = dg_copy_text(outcome.text);
	f->no_memory = f->no_memory || f->caa_text == NULL;
	/* A user who waits may have another CA in mind. */
	for (i = before; i < f->count && !c->diagnosing; i++)
		if (f->finding[i].severity == DG_SEVERITY_FATAL)
			f->finding[i].severity = DG_SEVERITY_WARNING;
}

static void judge(const struct dg_case *c, struct dg_findings *f)
{
	struct dg_name domain;
	unsigned labels = c->survey->begun ? levels_of(c, &domain) : 0, count = 0, i;
	struct level *v = calloc(labels + 1, sizeof(*v));
	struct dg_caa_level *level = calloc(labels + 1, sizeof(*level));

	f->no_memory = f->no_memory || v == NULL || level == NULL;
	for (; labels > 0 && !f->no_memory; labels--) {
		struct dg_name name = dg_name_ancestor(&domain, labels);
		struct level *here = &v[count];
		size_t k;

		if (!open_level(c, &name, here))
			continue;
		if (here->beyond)
			take_missing(c, here);
		for (k = 0; k < here->servers && !here->beyond; k++)
			f->no_memory |= !take_look(c, here, k);
		/* Not asked yet: nothing is known of it. */
		if (here->nlooks == 0)
			continue;
		level[count] = (struct dg_caa_level){.name = name,
						     .alias = here->aliased ? &here->asked : NULL,
						     .own = here->zone->sought,
						     .look = here->look,
						     .nlooks = here->nlooks};
		count++;
	}
	if (count > 0 && !f->no_memory)
		climb(c, level, count, f);
	for (i = 0; i < count + 1 && v != NULL; i++)
		close_level(&v[i]);
	free(v);
	free(level);
}

const struct dg_check dg_check_caa = {.want = want, .judge = judge};
