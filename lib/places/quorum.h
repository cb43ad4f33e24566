/* SPDX-License-Identifier: ISC */
/*
 * What the places see, weighed as a CA weighs its own (Baseline Requirements, section 3.2.2.9):
 *
 *  1. A place sees the record when every server address that answered there shows it; a resolver
 *     there passes over one that does not answer.
 *  2. Of 2 to 5 places one may fail, of more two; the others must lie in the regions of at least
 * two registries, as far as those of the places are known.
 *  3. A resolver takes one of the answering addresses of each zone by chance: that gives each place
 *     a chance, and all of them the chance that the CA passes.
 *
 * Pure functions of the matrix.
 */
#ifndef DG_QUORUM_H
#define DG_QUORUM_H

#include "dns01gate.h"

struct dg_quorum {
	enum dg_require_places require;
	unsigned count; /* for DG_PLACES_COUNT */
	enum dg_ca ca;
};

struct dg_standing {
	size_t usable;  /* places that count */
	size_t seeing;  /* of them, those that see it */
	size_t needed;  /* so many must */
	size_t lacking; /* cells of all of them that do not show it */
	bool narrow;    /* those that see it lie in too few regions */
	bool enough;    /* what is required is there: never without a place that counts, unless none
			   is required */
	double chance;  /* that the CA passes, 0 to 1; -1: fewer than two places count */
};

/* The chance that a resolver there gets the record; 0 where no address answered. */
double dg_place_chance(const struct dg_place *place);

/* Places of so many that may fail. */
size_t dg_quorum_may_fail(enum dg_ca ca, size_t places);

void dg_quorum_judge(const struct dg_quorum *quorum, const struct dg_place *place, size_t count,
		     struct dg_standing *ret_standing);

#endif
