/* SPDX-License-Identifier: ISC */
/* What the public header lets a caller see of a gate. */
#include <string.h>

#include "gate.h"

const char *dg_record_name(const struct dg_record *record)
{
	return record->watch->link[0].text;
}

static const struct dg_link *last_link(const struct dg_record *r)
{
	size_t chain[DG_MAX_LINKS], back_to;
	size_t count = dg_watch_chain(r->watch, chain, &back_to);

	return &r->watch->link[chain[count - 1]];
}

const char *dg_record_zone(const struct dg_record *record)
{
	const struct dg_link *l = last_link(record);

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

/* Rows are the addresses of the links that the chain leads over now. */
size_t dg_record_rows(const struct dg_record *record)
{
	size_t i, n = 0;

	for (i = 0; i < record->watch->nlinks; i++)
		if (record->watch->link[i].live)
			n += record->watch->link[i].npolls;
	return n;
}

size_t dg_row_index(const struct dg_record *r, size_t link, size_t poll)
{
	size_t i, n = 0;

	for (i = 0; i < link; i++)
		if (r->watch->link[i].live)
			n += r->watch->link[i].npolls;
	return n + poll;
}

static void fill_row(const struct dg_record *r, const struct dg_link *l, const struct dg_poll *p,
		     struct dg_row *row)
{
	static const char *const transports[DG_TRANSPORTS] = {[DG_UDP] = "udp", [DG_TCP] = "tcp"};
	const struct dg_server *server = &l->zone->server[p->server];
	size_t target = dg_watch_target(r->watch, p);

	*row = (struct dg_row){
	    .server = l->zone->nns > 0 ? l->zone->ns[server->ns].text : NULL,
	    .address = server->text,
	    .port = p->addr.port,
	    .link = l->text,
	    .target = target == SIZE_MAX ? NULL : r->watch->link[target].text,
	    .transport = p->has_transport ? transports[p->transport] : NULL,
	    .state = p->state,
	    .security = p->judgement.security,
	    .ede = dg_why_ede(p->judgement.why),
	    .finding = dg_why_finding(p->judgement.why),
	    .reason = p->judgement.why == DG_WHY_NONE ? NULL : p->reason,
	    .showing = p->state == DG_PRESENT && p->showing,
	    .required = !p->left_out,
	    .rcode = p->rcode,
	    .rcode_text = p->rcode < 0 ? NULL : p->rcode_text,
	    .aa = p->aa,
	    .serial = server->serial,
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
	};
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
	static const enum dg_verdict order[] = {DG_VISIBLE, DG_WAITING, DG_TIMEOUT, DG_FAULT,
						DG_ENVIRONMENT};
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
