/* SPDX-License-Identifier: ISC */
/* What the public header lets a caller see of a gate. */
#include <string.h>

#include "gate.h"

const char *dg_record_name(const struct dg_record *record)
{
	return record->watch->owner[0].text;
}

const struct dg_owner *dg_record_last_owner(const struct dg_record *r)
{
	size_t chain[DG_MAX_OWNERS], back_to;
	size_t count = dg_watch_chain(r->watch, chain, &back_to);

	return &r->watch->owner[chain[count - 1]];
}

const char *dg_record_zone(const struct dg_record *record)
{
	const struct dg_owner *l = dg_record_last_owner(record);

	return l->zone == NULL || l->zone->given ? NULL : l->zone->text;
}

enum dg_verdict dg_record_verdict(const struct dg_record *record)
{
	return record->looking ? DG_VERDICT_VISIBLE : record->verdict;
}

dg_ms dg_record_visible_at(const struct dg_record *record)
{
	return dg_record_verdict(record) == DG_VERDICT_VISIBLE ? record->decided : -1;
}

enum dg_security dg_record_security(const struct dg_record *record)
{
	return dg_watch_security(record->watch);
}

const char *dg_record_trouble(const struct dg_record *record)
{
	return record->trouble;
}

/* Rows are the addresses of the owners that the chain leads over now, and then the resolvers, once
 * they are asked. */
size_t dg_record_rows(const struct dg_record *record)
{
	return dg_row_index(record, DG_WATCH_RESOLVERS, 0) +
	       (record->resolvers.begun ? record->resolvers.count : 0);
}

size_t dg_record_cuts(const struct dg_record *record)
{
	const struct dg_zone *zone = dg_record_last_owner(record)->zone;
	size_t count = 0;

	for (; zone != NULL && !zone->given; zone = zone->parent)
		count++;
	return count;
}

/* NULL beyond the last. */
static const struct dg_zone *find_cut(const struct dg_record *record, size_t i)
{
	const struct dg_zone *zone = dg_record_last_owner(record)->zone;
	size_t count = dg_record_cuts(record);

	if (i >= count)
		return NULL;
	while (++i < count)
		zone = zone->parent;
	return zone;
}

const char *dg_record_cut(const struct dg_record *record, size_t i)
{
	const struct dg_zone *zone = find_cut(record, i);

	return zone == NULL ? NULL : zone->text;
}

enum dg_security dg_record_cut_security(const struct dg_record *record, size_t i)
{
	const struct dg_zone *zone = find_cut(record, i);
	struct dg_judgement j;

	if (zone == NULL)
		return DG_SECURITY_INDETERMINATE;
	if (record->watch->policy.dnssec == DG_DNSSEC_OFF)
		return DG_SECURITY_OFF;
	if (dg_trust_judge(dg_trust_find(&record->gate->chase.trust, &zone->name), &j))
		return j.security;
	/* Everything below an unsigned zone is unsigned, without being asked about. */
	return i > 0 && dg_record_cut_security(record, i - 1) == DG_SECURITY_INSECURE
		   ? DG_SECURITY_INSECURE
		   : DG_SECURITY_INDETERMINATE;
}

const char *dg_record_caa(const struct dg_record *record)
{
	return record->caa;
}

size_t dg_row_index(const struct dg_record *r, size_t owner, size_t poll)
{
	const struct dg_watch *w = r->watch;
	size_t i, n = 0;

	if (owner != DG_WATCH_RESOLVERS &&
	    (owner >= w->nowners || !w->owner[owner].live || poll >= w->owner[owner].npolls))
		return SIZE_MAX;
	for (i = 0; i < owner && i < w->nowners; i++)
		if (w->owner[i].live)
			n += w->owner[i].npolls;
	return n + poll;
}

static const char *const transports[DG_TRANSPORTS] = {[DG_TRANSPORT_UDP] = "udp",
						      [DG_TRANSPORT_TCP] = "tcp",
						      [DG_TRANSPORT_TLS] = "tls",
						      [DG_TRANSPORT_HTTPS] = "https"};

/* What is known of servers and resolvers alike. */
static void fill_poll(const struct dg_record *r, const struct dg_poll *p, struct dg_row *row)
{
	*row = (struct dg_row){
	    .transport = p->said.has_transport ? transports[p->said.transport] : NULL,
	    .state = p->said.state,
	    .security = p->said.security,
	    .ede = dg_why_ede(p->said.why),
	    .finding = dg_why_finding(p->said.why),
	    .reason = p->said.why == DG_WHY_NONE ? NULL : p->said.reason,
	    .required = !p->schedule.left_out,
	    .rcode = p->said.rcode,
	    .rcode_text = p->said.rcode < 0 ? NULL : p->said.rcode_text,
	    .aa = p->said.aa,
	    .ad = -1,
	    .serial = -1,
	    .size = p->said.size == 0 ? -1 : (int64_t)p->said.size,
	    .ttl = p->said.ttl,
	    .rtt_us = p->said.rtt_us,
	    .detail = p->said.detail,
	    .values = p->said.values,
	    .nvalues = p->said.nvalues,
	    .queries = p->history.queries,
	    .confirmations = p->history.confirmations,
	    .needed = p->history.needed,
	    .first_present =
		p->history.first_present < 0 ? -1 : p->history.first_present - r->origin,
	    .last_answer = p->history.last_answer < 0 ? -1 : p->history.last_answer - r->origin,
	    .retry = -1,
	    .moments = p->events.moment,
	    .nmoments = p->events.count,
	    .dropped = p->events.dropped,
	};
}

static void fill_resolver_row(const struct dg_record *r, const struct dg_resolver_poll *p,
			      struct dg_row *row)
{
	const struct dg_resolver *resolver = p->resolver;

	fill_poll(r, &p->poll, row);
	row->recursive = true;
	row->resolver = resolver->text;
	row->server = resolver->secure.name;
	row->address = p->seen.family == 0 ? resolver->secure.look_up
					   : dg_addr_print(&p->seen, row->address_text);
	row->port = p->seen.family == 0 ? resolver->secure.port : p->seen.port;
	row->owner = r->watch->owner[0].text;
	row->showing = dg_resolver_shows(p);
	row->ad = p->ad;
	if (p->ede >= 0) {
		row->ede = row->ede < 0 ? p->ede : row->ede;
		row->ede_text = p->ede_text;
	}
	if (p->until > r->gate->drive.now)
		row->retry = p->until - r->gate->drive.now;
}

static void fill_row(const struct dg_record *r, const struct dg_owner *l, const struct dg_poll *p,
		     struct dg_row *row)
{
	const struct dg_server *server = &l->zone->server[p->server];
	size_t target = dg_watch_target(r->watch, p);
	const char *nsid;

	fill_poll(r, p, row);
	row->server = l->zone->nns > 0 ? l->zone->ns[server->ns].text : NULL;
	row->address = server->text;
	row->port = p->addr.port;
	row->owner = l->text;
	row->target = target == SIZE_MAX ? NULL : r->watch->owner[target].text;
	row->showing = p->said.state == DG_STATE_PRESENT && p->history.showing;
	row->serial = server->serial;
	nsid = dg_survey_nsid(
	    dg_survey_find(&r->survey, l->zone, p->server, &l->name, DG_TYPE_TXT, DG_SHAPE_NSID));
	if (nsid[0] != '\0')
		row->nsid = nsid;
}

/* Nothing is known of an address that there is not. */
static const struct dg_row no_row = {.address = "",
				     .owner = "",
				     .detail = "",
				     .ede = -1,
				     .rcode = -1,
				     .aa = -1,
				     .ad = -1,
				     .serial = -1,
				     .size = -1,
				     .ttl = -1,
				     .rtt_us = -1,
				     .first_present = -1,
				     .last_answer = -1,
				     .retry = -1};

void dg_record_row(const struct dg_record *record, size_t i, struct dg_row *ret_row)
{
	const struct dg_watch *w = record->watch;
	size_t k;

	*ret_row = no_row;
	for (k = 0; k < w->nowners; k++) {
		const struct dg_owner *l = &w->owner[k];

		if (!l->live)
			continue;
		if (i < l->npolls) {
			fill_row(record, l, &l->poll[i], ret_row);
			return;
		}
		i -= l->npolls;
	}
	if (record->resolvers.begun && i < record->resolvers.count)
		fill_resolver_row(record, &record->resolvers.poll[i], ret_row);
}

size_t dg_record_places(const struct dg_record *record)
{
	return record->round == NULL ? 0 : record->round->nplaces;
}

const struct dg_place *dg_record_place(const struct dg_record *record, size_t i)
{
	return i < dg_record_places(record) ? &record->round->place[i] : NULL;
}

double dg_record_chance(const struct dg_record *record)
{
	return record->round == NULL ? -1 : record->round->standing.chance;
}

size_t dg_record_findings(const struct dg_record *record)
{
	return record->findings.count;
}

const struct dg_finding *dg_record_finding(const struct dg_record *record, size_t i)
{
	return i < record->findings.count ? &record->findings.finding[i] : NULL;
}

enum dg_verdict dg_gate_verdict(const struct dg_gate *gate)
{
	/* Worst last. */
	static const enum dg_verdict order[] = {DG_VERDICT_VISIBLE,     DG_VERDICT_WAITING,
						DG_VERDICT_TIMEOUT,     DG_VERDICT_FAULT,
						DG_VERDICT_ENVIRONMENT, DG_VERDICT_UNPUBLISHED};
	size_t worst = 0, i, k;

	for (i = 0; i < gate->count; i++)
		for (k = worst + 1; k < sizeof(order) / sizeof(order[0]); k++)
			if (dg_record_verdict(gate->record[i]) == order[k])
				worst = k;
	return order[worst];
}

dg_ms dg_gate_elapsed(const struct dg_gate *gate)
{
	return gate->drive.now - gate->drive.started;
}

size_t dg_gate_records(const struct dg_gate *gate)
{
	return gate->count;
}

const struct dg_record *dg_gate_record(const struct dg_gate *gate, size_t i)
{
	return i < gate->count ? gate->record[i] : NULL;
}
