/* SPDX-License-Identifier: ISC */
/* The time of day, verdicts, and what the observer is told. */
#include "gate.h"

int64_t dg_gate_wall(struct dg_gate *g)
{
	if (g->options.now >= 0)
		return g->options.now + (g->drive.now - g->drive.started) / 1000;
	return g->drive.net.wall(g->drive.net.self);
}

void dg_gate_tell(struct dg_gate *g, enum dg_event_kind kind, const struct dg_record *r, size_t row)
{
	struct dg_event event = {
	    .kind = kind, .elapsed = g->drive.now - g->drive.started, .record = r, .row = row};

	if (g->options.observer.event != NULL)
		g->options.observer.event(g->options.observer.self, g, &event);
}

void dg_gate_rest(struct dg_record *r, bool rest)
{
	size_t i;

	for (i = 0; i < r->watch->nowners; i++)
		if (r->watch->owner[i].search != NULL)
			dg_discover_rest(r->watch->owner[i].search, rest);
}

void dg_gate_decide(struct dg_gate *g, struct dg_record *r, enum dg_verdict verdict)
{
	r->verdict = verdict;
	r->decided = g->drive.now - g->drive.started;
	dg_gate_rest(r, true);
}
