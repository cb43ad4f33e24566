/* SPDX-License-Identifier: ISC */
#include "outage.h"

#include "base/types.h"

/* Longer than servers that are asked all the time need to answer. */
#define GAP_MS 3000
#define PROBE_MS 1500
/* That little is no chance. */
#define LITTLE 1e-6

void dg_outage_asked(struct dg_outage *o, dg_ms now)
{
	/* Nobody can answer who is not asked. */
	if (o->open++ == 0 && !o->missed)
		o->quiet_from = now;
}

void dg_outage_heard(struct dg_outage *o, bool answered, unsigned sent, dg_ms now)
{
	bool was = dg_outage_is(o, now);

	if (o->open > 0)
		o->open--;
	o->missed = !answered;
	if (!answered)
		return;
	o->sent += sent;
	o->lost += sent > 0 ? sent - 1 : 0;
	if (!o->any || was)
		o->since = now;
	o->any = true;
	o->quiet_from = now;
}

void dg_outage_cancelled(struct dg_outage *o)
{
	if (o->open > 0)
		o->open--;
}

bool dg_outage_explains(const struct dg_outage *o, unsigned unanswered)
{
	double chance = 1;

	if (o == NULL || o->sent <= 0)
		return false;
	for (; unanswered > 0 && chance > LITTLE; unanswered--)
		chance *= o->lost / o->sent;
	return chance > LITTLE;
}

static bool is_waiting(const struct dg_outage *o)
{
	return o->open > 0 || o->missed;
}

bool dg_outage_is(const struct dg_outage *o, dg_ms now)
{
	return !o->any || (is_waiting(o) && now - o->quiet_from > GAP_MS);
}

dg_ms dg_outage_probe_at(const struct dg_outage *o)
{
	return o != NULL && o->any && is_waiting(o) ? o->quiet_from + PROBE_MS : INT64_MAX;
}

dg_ms dg_outage_patience(const struct dg_outage *o, dg_ms from, dg_ms now)
{
	if (o == NULL)
		return from + DG_PATIENCE_MS;
	if (dg_outage_is(o, now))
		return INT64_MAX;
	return (from > o->since ? from : o->since) + DG_PATIENCE_MS;
}
