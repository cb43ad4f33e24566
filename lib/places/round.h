/* SPDX-License-Identifier: ISC */
/*
 * All vantage points about one record:
 *
 *  1. Each is asked once, about every server address that is known then; those that ask resolvers
 *     come after all others have seen the record.
 *  2. While something lacks that is required, those that lack it, and those that failed where that
 *     may not be passed over, are asked again: 15 s after they ended at the soonest, or when their
 *     operator wants it; those that ask resolvers after a minute.
 *  3. A vantage point that could not be asked never counts as a yes. Unless the run may not go on
 *     without it, what the others see decides, and when nobody could be asked, nothing is held
 *     back: what was not seen is told.
 */
#ifndef DG_ROUND_H
#define DG_ROUND_H

#include "check/check.h"
#include "engine.h"
#include "quorum.h"

struct dg_round_policy {
	struct dg_quorum quorum;
	bool or_fail; /* not without a vantage point that failed */
	bool once;    /* none is asked again */
};

struct dg_round {
	struct dg_vantages *vantages;
	struct dg_round_policy policy;
	struct dg_lookout sought; /* its texts are the watch's */
	char name[DG_NAME_TEXT];
	struct dg_visit *visit;                   /* by the index of the vantage */
	struct dg_places before[DG_MAX_VANTAGES]; /* seen by each visit that was over */
	struct dg_place *place;                   /* of all of those; shallow */
	size_t nplaces;
	size_t failed; /* visits that could not be made, last */
	struct dg_standing standing;
	bool begun;
	bool settled; /* nobody is being asked */
	bool met;     /* what is required is there, or cannot be had and need not */
};

/* DG_ENOMEM. */
enum dg_status dg_round_new(struct dg_round **ret_round, struct dg_vantages *vantages,
			    const struct dg_round_policy *policy) DG_MUST_CHECK;
void dg_round_free(struct dg_round *r);

/* Begins or goes on: `watch` says what is looked for, and which servers there are; where it has
 * none, those of `given` are asked, unless that is NULL. */
enum dg_status dg_round_update(struct dg_round *r, const struct dg_watch *watch,
			       const struct dg_zone *given, dg_ms now) DG_MUST_CHECK;

/* The next fetch, and its visit; NULL: none is due. It is on its way then. */
const struct dg_fetch *dg_round_next(struct dg_round *r, dg_ms now, size_t *ret_visit);

/* When to look again, if nothing is heard before. */
dg_ms dg_round_due(const struct dg_round *r);

/* What came of a visit's fetch. *ret_news: its places, or its failure, are there. DG_ENOMEM. */
enum dg_status dg_round_heard(struct dg_round *r, size_t visit, const struct dg_fetched *fetched,
			      dg_ms now, bool *ret_news) DG_MUST_CHECK;

/* Some vantage point gave places that count. */
bool dg_round_has_seen(const struct dg_round *r);

/* Adds what the places lack, and who could not be asked, to the findings of the record. `through`:
 * the places alone speak for the servers. */
void dg_round_judge(const struct dg_round *r, bool through, struct dg_findings *findings);

/* One line on what is waited for there; returns buf. */
#define DG_ROUND_TEXT 400
const char *dg_round_describe(const struct dg_round *r, char buf[DG_ROUND_TEXT]);

#endif
