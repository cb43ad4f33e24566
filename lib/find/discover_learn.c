/* SPDX-License-Identifier: ISC */
/* What discovery learns from each outcome; the procedure stands in discover.c. */
#include <string.h>

#include "dns/answer.h"
#include "discover_task.h"
#include "base/err.h"

#define NS_AGAIN_MS 200
/* Questions of one search, after which one word on a name server's addresses has to do. */
#define MOST_FOR_ADDRESSES 250

/* The task that asked, or NULL when it went on since. */
static struct task *task_of(struct dg_discover *d, const struct dg_heard *heard)
{
	size_t i = dg_asker_of(heard->ask).item;
	struct task *t = i < d->ntasks ? &d->task[i] : NULL;

	if (t == NULL || t->kind == TASK_UNUSED ||
	    !dg_inquiry_heard(&t->at, heard, &t->qname, t->type))
		return NULL;
	return t;
}

/* Goes on from a server that was no help: to the next one, or to the end when no answer is awaited.
 */
static void try_next(struct task *t, size_t server, bool silent, dg_ms now)
{
	t->missed = t->missed || silent;
	dg_inquiry_missed(&t->at, server, now);
}

/* The zone that an authoritative answer comes from: t->at.zone, or one below it on the same server,
 * which starts with the same name servers. */
static enum dg_status zone_of_answer(struct dg_discover *d, const struct task *t,
				     const struct dg_answer *a, struct dg_zone **ret_zone)
{
	struct dg_zone *above = t->at.zone, *zone = above;
	size_t i, ns;

	if (a->has_apex && a->apex.len > above->name.len &&
	    dg_zones_get(&d->zones, &a->apex, above, &zone) == DG_ENOMEM)
		return DG_ENOMEM;
	*ret_zone = zone;
	if (zone == above || zone->nservers > 0)
		return DG_OK;
	for (i = 0; i < above->nservers; i++) {
		enum dg_status status =
		    dg_zone_add_ns(zone, &above->ns[above->server[i].ns].name, &ns);

		if (status == DG_OK)
			status = dg_zone_add_server(zone, ns, &above->server[i].addr, &d->reach);
		if (status == DG_ENOMEM)
			return status;
	}
	return DG_OK;
}

static enum dg_status found(struct dg_discover *d, struct task *t, struct dg_zone *zone, dg_ms now)
{
	struct task by = *t;

	dg_task_end_search(d, t, DG_SEARCH_FOUND, zone);
	return dg_discover_count_from(d, zone, &by, now);
}

/* Goes on in the same zone with another question, and with another server where there is one. */
static void ask_instead(struct task *t, enum probe probe, const struct dg_name *qname,
			uint16_t type, size_t server, dg_ms now)
{
	t->probe = probe;
	t->qname = *qname;
	t->type = type;
	t->at.zone->server[server].misses++;
	dg_task_enter(t, t->at.zone, now);
}

static enum dg_status follow_referral(struct dg_discover *d, struct task *t, size_t server,
				      const struct dg_msg *msg, const struct dg_name *cut,
				      dg_ms now)
{
	struct dg_zone *child = NULL;
	enum dg_status status = dg_zones_get(&d->zones, cut, t->at.zone, &child);

	if (status == DG_ELIMIT) {
		t->search->limit = d->zones.limit;
		dg_task_give_up(d, t, now);
		return DG_OK;
	}
	if (status != DG_OK || dg_zone_learn_referral(child, msg, &d->reach) == DG_ENOMEM ||
	    dg_delegation_referred(child, t, server, msg) != DG_OK)
		return DG_ENOMEM;
	dg_discover_wake(d, now);
	if (++t->referrals > DG_MAX_REFERRALS) {
		t->search->limit = "referrals";
		dg_task_give_up(d, t, now);
		return DG_OK;
	}
	dg_task_enter(t, child, now);
	return DG_OK;
}

/* ---- a search for the challenge name's zone -------------------------------------------------- */

static enum dg_status record_denied(struct dg_discover *d, struct task *t, size_t server,
				    const struct dg_answer *a, dg_ms now)
{
	unsigned above = dg_name_labels(&t->at.zone->name);
	struct dg_zone *zone;

	/* Steps 4 and 5: a zone this high holds delegations, as a rule, and no hosts. */
	if (above <= 1 && dg_name_labels(&t->name) > above + 1) {
		struct dg_name below = dg_name_ancestor(&t->name, above + 1);

		ask_instead(t, PROBE_BELOW, &below, DG_TYPE_TXT, server, now);
		return DG_OK;
	}
	if (zone_of_answer(d, t, a, &zone) != DG_OK)
		return DG_ENOMEM;
	return found(d, t, zone, now);
}

static enum dg_status record_probed(struct dg_discover *d, struct task *t,
				    const struct dg_answer *a, dg_ms now)
{
	struct dg_zone *zone = t->at.zone;

	if (t->probe == PROBE_BELOW && a->kind == DG_ANSWER_NXDOMAIN) {
		t->search->missing = t->qname;
		dg_task_end_search(d, t, DG_SEARCH_NOT_DELEGATED, zone);
		return DG_OK;
	}
	if (t->probe == PROBE_ABOVE && a->kind == DG_ANSWER_DATA && t->qname.len > zone->name.len) {
		struct dg_answer apex = {.has_apex = true, .apex = t->qname};

		if (zone_of_answer(d, t, &apex, &zone) != DG_OK)
			return DG_ENOMEM;
	} else if (zone_of_answer(d, t, a, &zone) != DG_OK) {
		return DG_ENOMEM;
	}
	return found(d, t, zone, now);
}

/* Data or an alias: the name exists here. Does the answer say in which zone? */
static enum dg_status record_there(struct dg_discover *d, struct task *t, size_t server,
				   const struct dg_answer *a, dg_ms now)
{
	struct dg_name above = dg_name_parent(&t->name);
	struct dg_zone *zone;

	if (!a->has_apex && above.len > t->at.zone->name.len) {
		ask_instead(t, PROBE_ABOVE, &above, DG_TYPE_SOA, server, now);
		return DG_OK;
	}
	if (zone_of_answer(d, t, a, &zone) != DG_OK)
		return DG_ENOMEM;
	return found(d, t, zone, now);
}

/* The last server of the zone that is asked in this round, and none gave a better answer; and it is
 * the servers themselves who answer. Then a CA's resolver takes what it gets. */
static bool trusts_resolvers(const struct dg_discover *d, const struct task *t,
			     const struct dg_addr *server)
{
	size_t n = t->at.zone->nservers;

	return t->at.waiting == 0 && n > 0 && t->at.tried == UINT64_MAX >> (64 - n) &&
	       dg_path_is_clear(dg_path_view(&d->path, server));
}

static enum dg_status record_heard(struct dg_discover *d, struct task *t, size_t server,
				   const struct dg_heard *heard, dg_ms now)
{
	const struct dg_msg *msg = heard->msg;
	struct dg_answer a;

	dg_answer_read(msg, &t->qname, t->type, &t->at.zone->name, &a);
	if (t->at.zone->parent == NULL)
		dg_path_heard(&d->path, heard, &a, now);
	if (trusts_resolvers(d, t, &heard->server))
		dg_answer_trust_resolver(&a);
	switch (a.kind) {
	case DG_ANSWER_REFERRAL:
		if (t->probe != PROBE_NONE) {
			t->probe = PROBE_NONE;
			t->qname = t->name;
			t->type = DG_TYPE_TXT;
		}
		return follow_referral(d, t, server, msg, &a.name, now);
	case DG_ANSWER_DATA:
	case DG_ANSWER_ALIAS:
		if (t->probe != PROBE_NONE)
			return record_probed(d, t, &a, now);
		return record_there(d, t, server, &a, now);
	case DG_ANSWER_NODATA:
	case DG_ANSWER_NXDOMAIN:
		if (t->probe != PROBE_NONE)
			return record_probed(d, t, &a, now);
		if (a.kind == DG_ANSWER_NXDOMAIN)
			return record_denied(d, t, server, &a, now);
		return record_there(d, t, server, &a, now);
	default:
		try_next(t, server, false, now);
		return DG_OK;
	}
}

/* ---- a name server's address ----------------------------------------------------------------- */

static enum dg_status address_known(struct dg_discover *d, struct task *t, const struct dg_msg *msg,
				    dg_ms now)
{
	struct dg_host *host = t->host;
	struct task by = *t;
	enum dg_status status = dg_host_learn(host, msg, &t->qname, &d->reach);
	size_t i;

	/* Another server of its zone may have another address (a resolver asks any of them). A
	 * top-level domain's tell the same. */
	if (dg_name_labels(&t->at.zone->name) > 1 && t->search->questions < MOST_FOR_ADDRESSES) {
		if (!t->known)
			t->begun = now;
		t->known = true;
		t->at.next = now;
		dg_discover_wake(d, now);
	} else {
		dg_task_end(d, t, now);
	}
	for (i = 0; i < host->nlistings && status == DG_OK; i++)
		status = dg_discover_count(d, host->listing[i].zone, &by, now);
	return status;
}

/* RFC 2181 section 10.3 forbids it; the CA's resolver follows it all the same. */
static void address_alias(struct dg_discover *d, struct task *t, const struct dg_name *target,
			  dg_ms now)
{
	if (++t->aliases > DG_MAX_NS_ALIASES) {
		t->search->limit = "CNAMEs at a name server's name";
		dg_task_end(d, t, now);
		return;
	}
	t->name = t->qname = *target;
	t->known = false;
	dg_task_enter(t, dg_zones_enclosing(&d->zones, target), now);
}

static enum dg_status address_heard(struct dg_discover *d, struct task *t, size_t server,
				    const struct dg_msg *msg, dg_ms now)
{
	struct dg_answer a;

	dg_answer_read(msg, &t->qname, t->type, &t->at.zone->name, &a);
	switch (a.kind) {
	case DG_ANSWER_DATA:
		return address_known(d, t, msg, now);
	default:
		break;
	}
	/* What one server said stands beside what others do not know. */
	if (t->known) {
		try_next(t, server, false, now);
		return DG_OK;
	}
	switch (a.kind) {
	case DG_ANSWER_REFERRAL:
		return follow_referral(d, t, server, msg, &a.name, now);
	case DG_ANSWER_ALIAS:
		address_alias(d, t, &a.name, now);
		return DG_OK;
	case DG_ANSWER_NODATA:
		t->host->no_data++;
		dg_task_end(d, t, now);
		return DG_OK;
	default:
		/* NXDOMAIN too: a name server's name that one server does not know, another may. */
		t->host->no_name = t->host->no_name || a.kind == DG_ANSWER_NXDOMAIN;
		try_next(t, server, false, now);
		return DG_OK;
	}
}

/* ---- one server's word on its zone ----------------------------------------------------------- */

static enum dg_status ns_heard(struct dg_discover *d, struct task *t, const struct dg_msg *msg,
			       dg_ms now)
{
	struct dg_zone *zone = t->at.zone;
	struct task by = *t;
	struct dg_answer a;

	dg_answer_read(msg, &zone->name, DG_TYPE_NS, &zone->name, &a);
	if (a.kind == DG_ANSWER_DATA &&
	    dg_zone_learn_own_ns(zone, t->server, msg, DG_SECTION_ANSWER) == DG_ENOMEM)
		return DG_ENOMEM;
	dg_task_end(d, t, now);
	return dg_discover_count(d, zone, &by, now);
}

enum dg_status dg_discover_told(struct dg_discover *d, struct dg_zone *zone, size_t server,
				const struct dg_msg *msg, dg_ms now)
{
	struct task *t, by;

	if (zone->given || zone->server[server].ns_task == 0)
		return DG_OK;
	t = &d->task[zone->server[server].ns_task - 1];
	/* It was asked already. */
	if (t->at.tried != 0)
		return DG_OK;
	if (msg == NULL || !msg->aa ||
	    dg_msg_find(msg, DG_SECTION_AUTHORITY, &zone->name, DG_TYPE_NS) == NULL) {
		dg_task_wake(d, t, now);
		return DG_OK;
	}
	by = *t;
	if (dg_zone_learn_own_ns(zone, server, msg, DG_SECTION_AUTHORITY) == DG_ENOMEM)
		return DG_ENOMEM;
	dg_task_end(d, t, now);
	return dg_discover_count(d, zone, &by, now);
}

/* Its word may bring servers that nobody else names. What there is no way to is asked on, and not
 * waited for. */
static void ns_missed(struct dg_discover *d, struct task *t, const struct dg_heard *heard,
		      dg_ms now)
{
	if (d->outage == NULL) {
		dg_task_end(d, t, now);
		return;
	}
	if (heard->kind == DG_HEARD_NO_ROUTE)
		dg_task_let_go(t);
	t->at.next = now + NS_AGAIN_MS;
}

static void soa_heard(struct task *t, size_t server, const struct dg_msg *msg, dg_ms now)
{
	const struct dg_rr *soa =
	    dg_msg_find(msg, DG_SECTION_ANSWER, &t->at.zone->name, DG_TYPE_SOA);
	struct dg_soa numbers;

	if (soa == NULL || !msg->aa)
		return;
	numbers = dg_msg_soa(msg, soa);
	dg_server_learn_soa(&t->at.zone->server[server], &numbers, now);
}

enum dg_status dg_discover_heard(struct dg_discover *d, const struct dg_heard *heard, dg_ms now,
				 struct dg_error *err)
{
	struct dg_asker by = dg_asker_of(heard->ask);
	size_t server = by.server, task;
	struct task *t;
	enum dg_status status = DG_OK;

	if (by.machine == DG_MACHINE_PATH) {
		dg_path_nobody_heard(&d->path, heard);
		return DG_OK;
	}
	t = task_of(d, heard);
	if (t == NULL)
		return DG_OK;
	task = (size_t)(t - d->task);
	t->unanswered = heard->kind == DG_HEARD_REPLY ? 0 : t->unanswered + heard->sent;
	if (heard->kind == DG_HEARD_REPLY && heard->rtt_us / 1000 > d->slowest)
		d->slowest = heard->rtt_us / 1000;
	if (t->kind == TASK_SOA) {
		if (heard->kind == DG_HEARD_REPLY)
			soa_heard(t, server, heard->msg, now);
		t->at.zone->server[server].serial_next = now + SERIAL_EVERY_MS;
		dg_task_end(d, t, now);
	} else if (heard->kind != DG_HEARD_REPLY) {
		if (t->at.zone->parent == NULL)
			dg_path_heard(&d->path, heard, NULL, now);
		if (t->kind == TASK_NS)
			ns_missed(d, t, heard, now);
		else if (t->kind == TASK_DELEGATION)
			dg_delegation_missed(d, t, heard, now);
		else
			try_next(t, server, true, now);
	} else if (t->kind == TASK_NS) {
		status = ns_heard(d, t, heard->msg, now);
	} else if (t->kind == TASK_DELEGATION) {
		status = dg_delegation_heard(d, t, heard, now);
	} else {
		t->at.zone->server[server].misses = 0;
		status = t->kind == TASK_RECORD ? record_heard(d, t, server, heard, now)
						: address_heard(d, t, server, heard->msg, now);
	}
	/* Tasks may have moved. */
	if (d->task[task].kind != TASK_UNUSED)
		dg_task_touch(d, &d->task[task]);
	return status == DG_OK ? DG_OK : dg_fail_memory(err);
}

enum dg_status dg_discover_referral(struct dg_discover *d, struct dg_zone *zone,
				    const struct dg_name *cut, const struct dg_msg *msg,
				    struct dg_error *err)
{
	struct dg_zone *child = NULL;
	enum dg_status status = dg_zones_get(&d->zones, cut, zone, &child);

	if (status == DG_OK)
		status = dg_zone_learn_referral(child, msg, &d->reach);
	return status == DG_ENOMEM ? dg_fail_memory(err) : DG_OK;
}
