/* SPDX-License-Identifier: ISC */
#include "quorum.h"

#include <string.h>

#define RIRS (DG_RIR_RIPE + 1)
#define RIR_SETS (1u << RIRS)
#define MOST_FAIL 2

/* An answer that a resolver would use, as it is. */
static bool is_answer(enum dg_state state)
{
	return state == DG_STATE_PRESENT || state == DG_STATE_ABSENT || state == DG_STATE_OTHER ||
	       state == DG_STATE_BOGUS;
}

bool dg_place_counts(const struct dg_place *place)
{
	size_t i;

	for (i = 0; i < place->ncells && place->unusable == NULL; i++)
		if (place->cell[i].state != DG_STATE_UNASKED)
			return true;
	return false;
}

static bool is_same_owner(const struct dg_cell *a, const struct dg_cell *b)
{
	return strcmp(a->owner, b->owner) == 0;
}

/* Of the addresses that one name is asked at; the name's first cell is `first`. */
static double owner_chance(const struct dg_place *place, size_t first)
{
	size_t answered = 0, present = 0, i;

	for (i = first; i < place->ncells; i++) {
		const struct dg_cell *c = &place->cell[i];

		if (!is_same_owner(c, &place->cell[first]))
			continue;
		answered += is_answer(c->state);
		present += c->state == DG_STATE_PRESENT;
	}
	return answered == 0 ? 0 : (double)present / (double)answered;
}

double dg_place_chance(const struct dg_place *place)
{
	double chance = place->ncells > 0;
	size_t i, k;

	for (i = 0; i < place->ncells; i++) {
		for (k = 0; k < i && !is_same_owner(&place->cell[k], &place->cell[i]); k++) {
		}
		if (k == i)
			chance *= owner_chance(place, i);
	}
	return chance;
}

bool dg_place_sees(const struct dg_place *place)
{
	size_t i;

	if (!dg_place_counts(place))
		return false;
	for (i = 0; i < place->ncells; i++)
		if (place->cell[i].state == DG_STATE_UNASKED)
			return false;
	return dg_place_chance(place) >= 1;
}

size_t dg_quorum_may_fail(enum dg_ca ca, size_t places)
{
	if (ca == DG_CA_STRICT || places < 2)
		return 0;
	return places < 6 ? 1 : MOST_FAIL;
}

static size_t count_regions(unsigned set)
{
	size_t count = 0;

	/* Bit 0 is what is not known. */
	for (set >>= 1; set != 0; set >>= 1)
		count += set & 1;
	return count;
}

/* The chance that at most `may_fail` of the places that count fail, and that the others lie in the
 * regions of so many registries: over what may have come of the places so far, one place after
 * another. */
static double chance_of(const struct dg_place *place, size_t count, size_t may_fail, size_t regions)
{
	double now[MOST_FAIL + 1][RIR_SETS] = {{1}}, next[MOST_FAIL + 1][RIR_SETS], sum = 0;
	unsigned set;
	size_t i, failed;

	for (i = 0; i < count; i++) {
		double p = dg_place_chance(&place[i]);

		if (!dg_place_counts(&place[i]))
			continue;
		memset(next, 0, sizeof(next));
		for (failed = 0; failed <= may_fail; failed++)
			for (set = 0; set < RIR_SETS; set++) {
				next[failed][set | 1u << place[i].rir] += p * now[failed][set];
				if (failed < may_fail)
					next[failed + 1][set] += (1 - p) * now[failed][set];
			}
		memcpy(now, next, sizeof(now));
	}
	for (failed = 0; failed <= may_fail; failed++)
		for (set = 0; set < RIR_SETS; set++)
			sum += count_regions(set) >= regions ? now[failed][set] : 0;
	return sum < 1 ? sum : 1;
}

static size_t count_lacking(const struct dg_place *place)
{
	size_t count = 0, i;

	for (i = 0; i < place->ncells; i++)
		count += place->cell[i].state != DG_STATE_PRESENT;
	return count;
}

void dg_quorum_judge(const struct dg_quorum *quorum, const struct dg_place *place, size_t count,
		     struct dg_standing *ret_standing)
{
	struct dg_standing s = {.chance = -1};
	unsigned all = 0, seeing = 0;
	size_t regions, i;

	for (i = 0; i < count; i++) {
		if (!dg_place_counts(&place[i]))
			continue;
		s.usable++;
		s.lacking += count_lacking(&place[i]);
		all |= 1u << place[i].rir;
		if (dg_place_sees(&place[i])) {
			s.seeing++;
			seeing |= 1u << place[i].rir;
		}
	}
	/* Where all of them lie in one region, the rule cannot be kept, nor broken. */
	regions = count_regions(all) < 2 ? 0 : 2;
	s.needed = s.usable - dg_quorum_may_fail(quorum->ca, s.usable);
	if (s.usable >= 2)
		s.chance =
		    chance_of(place, count, dg_quorum_may_fail(quorum->ca, s.usable), regions);
	if (quorum->require == DG_PLACES_COUNT)
		s.needed = quorum->count;
	if (quorum->require == DG_PLACES_ALL)
		s.needed = s.usable;
	if (quorum->require == DG_PLACES_NONE)
		s.needed = 0;
	s.narrow = quorum->require == DG_PLACES_QUORUM && count_regions(seeing) < regions;
	s.enough = s.seeing >= s.needed && !s.narrow &&
		   (s.usable > 0 || quorum->require == DG_PLACES_NONE) &&
		   (quorum->require != DG_PLACES_ALL || s.lacking == 0);
	*ret_standing = s;
}
