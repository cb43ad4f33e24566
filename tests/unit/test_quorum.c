/* SPDX-License-Identifier: ISC */
/* The quorum over places, beside a brute force that tries every outcome. */
#include "unit.h"

#include <stdlib.h>

#include "places/quorum.h"

#define MOST_PLACES 9
#define MOST_CELLS 5

struct matrix {
	struct dg_place place[MOST_PLACES];
	struct dg_cell cell[MOST_PLACES][MOST_CELLS];
	size_t count;
};

static uint32_t dice_state;

static unsigned dice(unsigned sides)
{
	dice_state = dice_state * 1664525u + 1013904223u;
	return (dice_state >> 16) % sides;
}

/* Most cells present, so that there is something to open for. */
static enum dg_state random_state(unsigned spoilt)
{
	static const enum dg_state others[] = {DG_STATE_ABSENT,  DG_STATE_OTHER,  DG_STATE_SILENT,
					       DG_STATE_REFUSED, DG_STATE_LAME,   DG_STATE_BROKEN,
					       DG_STATE_BOGUS,   DG_STATE_UNASKED};

	return dice(100) >= spoilt ? DG_STATE_PRESENT : others[dice(8)];
}

static void make(struct matrix *m)
{
	unsigned spoilt = dice(4) == 0 ? 0 : dice(60);
	size_t cells = 1 + dice(MOST_CELLS), i, k;

	memset(m, 0, sizeof(*m));
	m->count = dice(MOST_PLACES + 1);
	for (i = 0; i < m->count; i++) {
		m->place[i].rir = (enum dg_rir)dice(6);
		if (dice(2))
			m->place[i].rir = DG_RIR_RIPE;
		m->place[i].unusable = dice(12) == 0 ? (char *)"intercepted" : NULL;
		m->place[i].cell = m->cell[i];
		m->place[i].ncells = cells;
		for (k = 0; k < cells; k++) {
			m->cell[i][k].owner = (char *)(k < cells / 3 ? "alias." : "target.");
			m->cell[i][k].state = random_state(spoilt);
		}
	}
}

/* ---- the same, thought anew ------------------------------------------------------------------ */

static bool asked(const struct dg_place *p)
{
	bool any = false;
	size_t k;

	for (k = 0; k < p->ncells; k++)
		any = any || p->cell[k].state != DG_STATE_UNASKED;
	return any && p->unusable == NULL;
}

static double share(const struct dg_place *p, const char *owner, bool *ret_any)
{
	double good = 0, bad = 0;
	size_t k;

	for (k = 0; k < p->ncells; k++) {
		if (strcmp(p->cell[k].owner, owner) != 0)
			continue;
		*ret_any = true;
		switch (p->cell[k].state) {
		case DG_STATE_PRESENT:
			good++;
			break;
		case DG_STATE_ABSENT:
		case DG_STATE_OTHER:
		case DG_STATE_BOGUS:
			bad++;
			break;
		default:
			break;
		}
	}
	return good + bad > 0 ? good / (good + bad) : 0;
}

static double passes(const struct dg_place *p)
{
	bool alias = false, target = false;
	double a = share(p, "alias.", &alias), t = share(p, "target.", &target);

	return (alias ? a : 1) * (target ? t : 1);
}

static bool is_clean(const struct dg_place *p)
{
	size_t k;

	for (k = 0; k < p->ncells; k++)
		if (p->cell[k].state == DG_STATE_UNASKED)
			return false;
	return passes(p) == 1;
}

static bool spread(const struct dg_place *const *p, size_t n, unsigned outcome)
{
	size_t i, k;

	for (i = 0; i < n; i++)
		for (k = 0; k < n; k++)
			if ((outcome >> i & 1) && (outcome >> k & 1) && p[i]->rir != 0 &&
			    p[k]->rir != 0 && p[i]->rir != p[k]->rir)
				return true;
	return false;
}

/* The CA issues when these places agree and the others do not. */
static bool issues(const struct dg_place *const *p, size_t n, unsigned outcome, enum dg_ca ca)
{
	static const size_t may_fail[] = {0, 0, 1, 1, 1, 1, 2, 2, 2, 2};
	size_t failed = 0, i;

	for (i = 0; i < n; i++)
		failed += !(outcome >> i & 1);
	if (failed > (ca == DG_CA_STRICT ? 0 : may_fail[n]))
		return false;
	return spread(p, n, outcome) || !spread(p, n, (1u << n) - 1);
}

static void brute(const struct matrix *m, const struct dg_quorum *q, bool *ret_enough,
		  double *ret_chance)
{
	const struct dg_place *p[MOST_PLACES];
	unsigned outcome, seen = 0;
	size_t n = 0, seeing = 0, lacking = 0, i, k;

	for (i = 0; i < m->count; i++)
		if (asked(&m->place[i]))
			p[n++] = &m->place[i];
	for (i = 0; i < n; i++) {
		seen |= is_clean(p[i]) ? 1u << i : 0;
		seeing += is_clean(p[i]);
		for (k = 0; k < p[i]->ncells; k++)
			lacking += p[i]->cell[k].state != DG_STATE_PRESENT;
	}
	*ret_chance = n < 2 ? -1 : 0;
	for (outcome = 0; outcome < 1u << n && n >= 2; outcome++) {
		double weight = 1;

		for (i = 0; i < n; i++)
			weight *= outcome >> i & 1 ? passes(p[i]) : 1 - passes(p[i]);
		if (issues(p, n, outcome, q->ca))
			*ret_chance += weight;
	}
	if (q->require == DG_PLACES_QUORUM)
		*ret_enough = n > 0 && issues(p, n, seen, q->ca);
	else if (q->require == DG_PLACES_ALL)
		*ret_enough = n > 0 && lacking == 0;
	else if (q->require == DG_PLACES_COUNT)
		*ret_enough = seeing >= q->count;
	else
		*ret_enough = true;
}

static void test_random(void **state)
{
	unsigned wrong = 0, missed = 0, opened = 0, doubtful = 0, i;

	(void)state;
	dice_state = 17;
	for (i = 0; i < 1000; i++) {
		struct dg_quorum q = {.require = i % 5 == 4 ? (enum dg_require_places)dice(4)
							    : DG_PLACES_QUORUM,
				      .count = 1 + dice(5),
				      .ca = (enum dg_ca)dice(3)};
		struct dg_standing s;
		struct matrix m;
		double chance;
		bool enough;

		make(&m);
		dg_quorum_judge(&q, m.place, m.count, &s);
		brute(&m, &q, &enough, &chance);
		wrong += s.enough && !enough;
		missed += !s.enough && enough;
		opened += s.enough;
		doubtful += s.chance > 0.001 && s.chance < 0.999;
		assert_true(s.chance - chance < 1e-9 && chance - s.chance < 1e-9);
	}
	print_message("1000 matrices: %u opened, %u between; %u wrong, %u missed\n", opened,
		      doubtful, wrong, missed);
	assert_int_equal(wrong, 0);
	assert_int_equal(missed, 0);
	/* They are a mixture. */
	assert_true(opened > 200 && opened < 800 && doubtful > 50);
}

/* The chances that are printed where one of N addresses lacks it, from five places, of which the
 * primary is not one. */
static void test_chance(void **state)
{
	static const double want[] = {0.1875, 0.4609, 0.6328};
	size_t cells, i, k;

	(void)state;
	for (cells = 2; cells <= 4; cells++) {
		struct dg_quorum q = {.ca = DG_CA_LETSENCRYPT};
		struct dg_standing s;
		struct matrix m = {.count = 5};

		for (i = 0; i < 5; i++) {
			m.place[i].cell = m.cell[i];
			m.place[i].ncells = cells;
			for (k = 0; k < cells; k++) {
				m.cell[i][k].owner = (char *)"x.";
				m.cell[i][k].state = k == 0 ? DG_STATE_ABSENT : DG_STATE_PRESENT;
			}
		}
		dg_quorum_judge(&q, m.place, m.count, &s);
		assert_true(s.chance > want[cells - 2] - 1e-4 && s.chance < want[cells - 2] + 1e-4);
		assert_false(s.enough);
	}
}

/* Nobody was asked: that is no yes. */
static void test_nobody(void **state)
{
	struct dg_quorum q = {.require = DG_PLACES_QUORUM};
	struct dg_standing s;

	(void)state;
	dg_quorum_judge(&q, NULL, 0, &s);
	assert_false(s.enough);
	q.require = DG_PLACES_ALL;
	dg_quorum_judge(&q, NULL, 0, &s);
	assert_false(s.enough);
	q.require = DG_PLACES_NONE;
	dg_quorum_judge(&q, NULL, 0, &s);
	assert_true(s.enough);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_random),
	    cmocka_unit_test(test_chance),
	    cmocka_unit_test(test_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
