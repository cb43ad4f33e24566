/* SPDX-License-Identifier: ISC */
/* What the public header lets a caller see of a gate. */
#include <string.h>

#include "gate.h"

const char *dg_record_name(const struct dg_record *record)
{
	return record->watch->link[0].text;
}

const struct dg_link *dg_record_last_link(const struct dg_record *r)
{
	size_t chain[DG_MAX_LINKS], back_to;
	size_t count = dg_watch_chain(r->watch, chain, &back_to);

	return &r->watch->link[chain[count - 1]];
}

const char *dg_record_zone(const struct dg_record *record)
{
	const struct dg_link *l = dg_record_last_link(record);

	return l->zone == NULL || l->zone->given ? NULL : l->zone->text;
}

enum dg_verdict dg_record_verdict(const struct dg_record *record)
{
	return record->looking ? DG_VISIBLE : record->verdict;
}

enum dg_security dg_record_security(const struct dg_record *record)
{
	return dg_watch_security(record->watch);
}

const char *dg_record_trouble(const struct dg_record *record)
{
	return record->trouble[0] == '\0' ? NULL : record->trouble;
}

/* Rows are the addresses of the links that the chain leads over now, and then the resolvers, once they
 * are asked. */
size_t dg_record_rows(const struct dg_record *record)
{
	return dg_row_index(record, DG_WATCH_RESOLVERS, 0) +
	       (record->resolvers.begun ? record->resolvers.count : 0);
}

size_t dg_record_cuts(const struct dg_record *record)
{
	const struct dg_zone *zone = dg_record_last_link(record)->zone;
	size_t count = 0;

	for (; zone != NULL && !zone->given; zone = zone->parent)
		count++;
	return count;
}

const char *dg_record_cut(const struct dg_record *record, size_t i)
{
	const struct dg_zone *zone = dg_record_last_link(record)->zone;
	size_t up = dg_record_cuts(record) - 1 - i;

	while (up-- > 0)
		zone = zone->parent;
	return zone->text;
}

enum dg_security dg_record_cut_security(const struct dg_record *record, size_t i)
{
	const struct dg_zone *zone = dg_record_last_link(record)->zone;
	size_t up = dg_record_cuts(record) - 1 - i;
	struct dg_judgement j;

	if (record->watch->policy.dnssec == DG_DNSSEC_OFF)
		return DG_UNCHECKED;
	for (; up > 0; up--)
		zone = zone->parent;
	if (dg_trust_judge(dg_trust_find(&record->gate->chase.trust, &zone->name), &j))
		return j.security;
	/* What is below an unsigned zone is unsigned, and nobody asked about it. */
	return i > 0 && dg_record_cut_security(record, i - 1) == DG_INSECURE ? DG_INSECURE
									     : DG_INDETERMINATE;
}

const char *dg_record_caa(const struct dg_record *record)
{
	return record->caa[0] == '\0' ? NULL : record->caa;
}

size_t dg_row_index(const struct dg_record *r, size_t link, size_t poll)
{
	size_t i, n = 0;

	for (i = 0; i < link && i < r->watch->nlinks; i++)
		if (r->watch->link[i].live)
			n += r->watch->link[i].npolls;
	return n + poll;
}

static const char *const transports[DG_TRANSPORTS] = {
    [DG_UDP] = "udp", [DG_TCP] = "tcp", [DG_TLS] = "tls", [DG_HTTPS] = "https"};

/* What is known of servers and resolvers alike. */
static void fill_poll(const struct dg_record *r, const struct dg_poll *p, struct dg_row *row)
{
	*row = (struct dg_row){
	    .transport = p->has_transport ? transports[p->transport] : NULL,
	    .state = p->state,
	    .security = p->judgement.security,
	    .ede = dg_why_ede(p->judgement.why),
	    .finding = dg_why_finding(p->judgement.why),
	    .reason = p->judgement.why == DG_WHY_NONE ? NULL : p->reason,
	    .required = !p->left_out,
	    .rcode = p->rcode,
	    .rcode_text = p->rcode < 0 ? NULL : p->rcode_text,
	    .aa = p->aa,
	    .ad = -1,
	    .serial = -1,
	    .size = p->size == 0 ? -1 : (int64_t)p->size,
	    .ttl = p->ttl,
	    .rtt_us = p->rtt_us,
	    .detail = p->detail,
	    .values = p->values,
	    .nvalues = p->nvalues,
	    .queries = p->queries,
	    .confirmations = p->confirmations,
	    .needed = p->needed,
	    .first_present = p->first_present < 0 ? -1 : p->first_present - r->origin,
	    .last_answer = p->last_answer < 0 ? -1 : p->last_answer - r->origin,
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
	row->link = r->watch->link[0].text;
	row->showing = dg_resolver_shows(p);
	row->ad = p->ad;
	if (p->ede >= 0) {
		row->ede = row->ede < 0 ? p->ede : row->ede;
		row->ede_text = p->ede_text;
	}
	if (p->until > r->gate->now)
		row->retry = p->until - r->gate->now;
}

static void fill_row(const struct dg_record *r, const struct dg_link *l, const struct dg_poll *p,
		     struct dg_row *row)
{
	const struct dg_server *server = &l->zone->server[p->server];
	size_t target = dg_watch_target(r->watch, p);

	fill_poll(r, p, row);
	row->server = l->zone->nns > 0 ? l->zone->ns[server->ns].text : NULL;
	row->address = server->text;
	row->port = p->addr.port;
	row->link = l->text;
	row->target = target == SIZE_MAX ? NULL : r->watch->link[target].text;
	row->showing = p->state == DG_PRESENT && p->showing;
	row->serial = server->serial;
	if (dg_survey_nsid(dg_survey_find(&r->survey, l->zone, p->server, &l->name, DG_TYPE_TXT,
					  DG_SHAPE_NSID),
			   row->nsid_text)[0] != '\0')
		row->nsid = row->nsid_text;
}

void dg_record_row(const struct dg_record *record, size_t i, struct dg_row *ret_row)
{
	const struct dg_watch *w = record->watch;
	size_t k;

	memset(ret_row, 0, sizeof(*ret_row));
	for (k = 0; k < w->nlinks; k++) {
		const struct dg_link *l = &w->link[k];

		if (!l->live)
			continue;
		if (i < l->npolls) {
			fill_row(record, l, &l->poll[i], ret_row);
			return;
		}
		i -= l->npolls;
	}
	fill_resolver_row(record, &record->resolvers.poll[i], ret_row);
}

size_t dg_record_findings(const struct dg_record *record)
{
	return record->findings.count;
}

const struct dg_finding *dg_record_finding(const struct dg_record *record, size_t i)
{
	return &record->findings.finding[i];
}

enum dg_verdict dg_gate_verdict(const struct dg_gate *gate)
{
	/* Worst last. */
	static const enum dg_verdict order[] = {DG_VISIBLE, DG_WAITING,     DG_TIMEOUT,
						DG_FAULT,   DG_ENVIRONMENT, DG_UNPUBLISHED};
	size_t worst = 0, i, k;

	for (i = 0; i < gate->count; i++)
		for (k = worst + 1; k < sizeof(order) / sizeof(order[0]); k++)
			if (dg_record_verdict(gate->record[i]) == order[k])
				worst = k;
	return order[worst];
}

dg_ms dg_gate_elapsed(const struct dg_gate *gate)
{
	return gate->now - gate->started;
}

size_t dg_gate_records(const struct dg_gate *gate)
{
	return gate->count;
}

const struct dg_record *dg_gate_record(const struct dg_gate *gate, size_t i)
{
	return gate->record[i];
}
