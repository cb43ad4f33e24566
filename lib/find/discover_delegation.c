/* SPDX-License-Identifier: ISC */
/* Step 7 of discovery: what each server of the parent says of a zone. A resolver may ask any of
 * them. The procedure stands in discover.c. */
#include "dns/answer.h"
#include "discover_task.h"

/* Of the root's servers no more than these are asked. */
#define MOST_ROOTS 2
#define AGAIN_MS 200
/* Between two questions to a server that denies a delegation, or to those that differ; and to those
 * of a top-level domain that differ: there are many of them, and they change together. */
#define SHORTEST_MS 100
#define LONGEST_MS 1000
#define SHORTEST_TLD_MS 1000
#define LONGEST_TLD_MS 15000

static enum dg_status ask_parents_server(struct dg_discover *d, struct dg_zone *zone, size_t server,
					 struct dg_search *search, dg_ms now, bool again)
{
	struct task *t;

	if (d->used == MAX_TASKS) {
		zone->limit = "questions about name servers at a time";
		return DG_OK;
	}
	t = dg_task_new(d, TASK_DELEGATION, &zone->name_below, DG_TYPE_TXT, search);
	if (t == NULL)
		return DG_ENOMEM;
	t->of_zone = zone;
	t->server = server;
	t->begun = now;
	t->idle = again;
	dg_task_enter(t, zone->parent, again ? now + SHORTEST_MS : now);
	zone->delegation[server].asked = zone->delegation[server].asking = true;
	if (!again)
		dg_zone_begin_question(zone);
	return DG_OK;
}

enum dg_status dg_delegation_ask(struct dg_discover *d, struct dg_zone *zone,
				 struct dg_search *search, dg_ms now)
{
	enum dg_status status = dg_zone_make_delegations(zone);
	size_t most = zone->parent->parent == NULL ? MOST_ROOTS : SIZE_MAX, asked = 0, i;

	if (zone->name_below.len == 0)
		zone->name_below = search->name;
	for (i = 0; i < zone->ndelegations; i++)
		asked += zone->delegation[i].asked;
	for (i = 0; i < zone->ndelegations && asked < most && status == DG_OK; i++) {
		if (zone->delegation[i].asked)
			continue;
		status = ask_parents_server(d, zone, i, search, now, false);
		asked++;
	}
	return status;
}

/* Step 7: the search asks what all servers of the parent are asked. */
enum dg_status dg_delegation_referred(struct dg_zone *zone, const struct task *t, size_t server,
				      const struct dg_msg *msg)
{
	if (t->kind != TASK_RECORD || zone->parent != t->at.zone)
		return DG_OK;
	if (dg_zone_make_delegations(zone) != DG_OK)
		return DG_ENOMEM;
	return zone->delegation[server].asked ? DG_OK : dg_zone_learn_delegation(zone, server, msg);
}

/* A resolver that asks the parent's server gets its answer there: it is one of the zone's. */
static enum dg_status add_parents_server(struct dg_discover *d, struct dg_zone *zone, size_t server)
{
	const struct dg_zone *parent = zone->parent;
	const struct dg_server *s = &parent->server[server];
	size_t before = zone->nns, ns;
	enum dg_status status = dg_zone_add_ns(zone, &parent->ns[s->ns].name, &ns);

	if (status == DG_OK && ns == before) {
		/* Neither side lists it, and its address is known. */
		zone->ns[ns].looked_up = zone->ns[ns].in_own = true;
	}
	if (status == DG_OK)
		status = dg_zone_add_server(zone, ns, &s->addr, &d->reach);
	return status == DG_ENOMEM ? status : DG_OK;
}

static bool serves(const struct dg_zone *zone, const struct dg_addr *addr)
{
	size_t i;

	for (i = 0; i < zone->nservers; i++)
		if (dg_addr_equal(&zone->server[i].addr, addr))
			return true;
	return false;
}

static enum dg_delegation_kind kind_of(const struct dg_zone *zone, const struct dg_answer *a,
				       const struct dg_addr *addr)
{
	if (a->kind == DG_ANSWER_REFERRAL) {
		if (dg_name_equal(&a->name, &zone->name))
			return DG_DELEGATION_REFERS;
		/* From the zone itself further down, or past it. */
		return dg_name_under(&a->name, &zone->name) ? DG_DELEGATION_SERVES
							    : DG_DELEGATION_DENIES;
	}
	if (!dg_answer_tells(a))
		return DG_DELEGATION_USELESS;
	if (a->kind == DG_ANSWER_DATA || a->kind == DG_ANSWER_ALIAS || serves(zone, addr) ||
	    (a->has_apex && dg_name_under(&a->apex, &zone->name)))
		return DG_DELEGATION_SERVES;
	return DG_DELEGATION_DENIES;
}

/* Asks the server again, as often as the zone's own are asked: it denies the delegation, or not all
 * servers of the parent say the same. Nobody waits for it. */
static void ask_again(struct task *t, dg_ms now)
{
	bool many = dg_name_labels(&t->at.zone->name) <= 1 &&
		    t->of_zone->delegation[t->server].says != DG_DELEGATION_DENIES;
	dg_ms shortest = many ? SHORTEST_TLD_MS : SHORTEST_MS,
	      longest = many ? LONGEST_TLD_MS : LONGEST_MS, span = (now - t->begun) / 20;

	dg_task_let_go(t);
	dg_task_enter(t, t->at.zone,
		      now + (span < shortest  ? shortest
			     : span > longest ? longest
					      : span));
}

/* Searches that wait at the zone go on: it has more servers. */
static void wake_searches(struct dg_discover *d, const struct dg_zone *zone, dg_ms now)
{
	size_t i;

	for (i = 0; i < d->ntasks; i++) {
		if (d->task[i].kind == TASK_RECORD && d->task[i].at.zone == zone)
			dg_task_wake(d, &d->task[i], now);
	}
}

/* The servers of the parent differ: one of them has an old version of its zone, and gets the new
 * one. */
static enum dg_status watch_parents(struct dg_discover *d, struct dg_zone *zone,
				    struct dg_search *search, dg_ms now)
{
	enum dg_status status = DG_OK;
	size_t i;

	for (i = 0; i < zone->ndelegations && status == DG_OK; i++) {
		if (zone->delegation[i].says != DG_DELEGATION_REFERS || zone->delegation[i].asking)
			continue;
		status = ask_parents_server(d, zone, i, search, now, true);
	}
	return status;
}

enum dg_status dg_delegation_heard(struct dg_discover *d, struct task *t,
				   const struct dg_heard *heard, dg_ms now)
{
	size_t server = dg_asker_of(heard->ask).server;
	struct dg_zone *zone = t->of_zone;
	struct dg_delegation *said = &zone->delegation[server];
	size_t had = zone->nservers, first, other;
	struct dg_delegation before = *said;
	struct task by = *t;
	struct dg_answer a;
	enum dg_status status = DG_OK;

	dg_answer_read(heard->msg, &t->qname, t->type, &t->at.zone->name, &a);
	said->says = kind_of(zone, &a, &heard->server);
	if (said->says == DG_DELEGATION_DENIES) {
		said->rcode = heard->msg->rcode;
		said->ttl = a.ttl;
		ask_again(t, now);
		return DG_OK;
	}
	if (said->says == DG_DELEGATION_REFERS) {
		status = dg_zone_learn_referral(zone, heard->msg, &d->reach);
		if (status != DG_ENOMEM)
			status = dg_zone_learn_delegation(zone, server, heard->msg);
		dg_zone_note_change(zone, &before, said, now);
	}
	if (said->says == DG_DELEGATION_REFERS && dg_zone_parents_differ(zone, &first, &other)) {
		ask_again(t, now);
		if (status == DG_OK)
			status = watch_parents(d, zone, by.search, now);
	} else {
		dg_task_end(d, t, now);
	}
	if (said->says == DG_DELEGATION_SERVES)
		status = add_parents_server(d, zone, server);
	if (zone->nservers > had)
		wake_searches(d, zone, now);
	return status == DG_ENOMEM ? status : dg_discover_count(d, zone, &by, now);
}

void dg_delegation_silent(const struct dg_discover *d, struct task *t)
{
	struct dg_delegation *said = &t->of_zone->delegation[t->server];

	if (said->says == DG_DELEGATION_UNHEARD &&
	    (t->unanswered == 0 || !dg_outage_explains(d->outage, t->unanswered)))
		said->says = DG_DELEGATION_SILENT;
	dg_task_let_go(t);
}

/* What a server of the parent said before stands. */
void dg_delegation_missed(struct dg_discover *d, struct task *t, const struct dg_heard *heard,
			  dg_ms now)
{
	bool gone = heard->kind == DG_HEARD_NO_ROUTE || heard->kind == DG_HEARD_CLOSED;
	enum dg_delegation_kind says = t->of_zone->delegation[t->server].says;
	bool told = says == DG_DELEGATION_DENIES || says == DG_DELEGATION_REFERS;

	if (!told && (gone || t->idle)) {
		if (heard->kind != DG_HEARD_NO_ROUTE)
			dg_delegation_silent(d, t);
		dg_task_end(d, t, now);
		return;
	}
	t->at.next = now + AGAIN_MS;
}
