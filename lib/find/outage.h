/* SPDX-License-Identifier: ISC */
/*
 * Is it they who are silent, or is our own way down? Silence of an address counts only while others
 * answer, and begins anew when the way is back. Pure: it is told of each question and each outcome
 * of a run.
 */
#ifndef DG_OUTAGE_H
#define DG_OUTAGE_H

#include "dns01gate.h"

struct dg_outage {
	unsigned open;     /* questions without an outcome */
	bool missed;       /* the last outcome was none that somebody sent */
	bool any;          /* some address answered in this run */
	dg_ms quiet_from;  /* nobody has answered since, though asked */
	dg_ms since;       /* from when on they have answered, as far as they were asked */
	double sent, lost; /* messages of questions that were answered in the end */
};

/* A question leaves; and its outcome, after so many messages: an answer, whatever it says, or none.
 */
void dg_outage_asked(struct dg_outage *o, dg_ms now);
void dg_outage_heard(struct dg_outage *o, bool answered, unsigned sent, dg_ms now);

/* True when so many messages in a row may stay unanswered by the chance that those to others do.
 * NULL: never. */
bool dg_outage_explains(const struct dg_outage *o, unsigned unanswered);

/* A question has no outcome any more: it was taken back. */
void dg_outage_cancelled(struct dg_outage *o);

/* True when nobody has answered for a while. */
bool dg_outage_is(const struct dg_outage *o, dg_ms now);

/* When another server should be asked, to tell the two apart; INT64_MAX: no need. NULL: never. */
dg_ms dg_outage_probe_at(const struct dg_outage *o);

/* When silence since `from` is believed; INT64_MAX: not while nobody answers. NULL: other servers
 * are not looked at. */
dg_ms dg_outage_patience(const struct dg_outage *o, dg_ms from, dg_ms now);

#endif
