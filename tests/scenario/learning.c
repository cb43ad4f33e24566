/* SPDX-License-Identifier: ISC */
/*
 * Zones with a secondary that lags, in virtual time, once without and once with what twelve earlier
 * waits let one expect of it: lags that are steady, of two kinds, growing, and random. "learning
 * COUNT" runs so many zones. Prints questions and delays side by side; fails when the history does
 * not save questions, or lets a gate open more than the longest interval between questions later.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fakenet.h"
#include "gate/gate.h"
#include "memory/history_parts.h"

#define NAME "_acme-challenge.example.lab."
#define LATE "127.0.0.13"
#define PAST 12
/* The longest interval, and the confirmations that begin then, with their round trips. */
#define LATER 1.3

enum kind { STEADY, TWO_HUMPS, GROWING, RANDOM, KINDS };

struct outcome_of {
	double delay; /* from the record's coming to the opening */
	size_t questions;
};

static double between(struct weather *chance, double least, double most)
{
	return least + (most - least) * weather_chance(chance);
}

/* The lag of the n-th wait of a zone, in seconds. */
static double lag_of(struct weather *chance, enum kind kind, const double base[2], unsigned n)
{
	switch (kind) {
	case STEADY:
		return base[0] * between(chance, 0.9, 1.1);
	case TWO_HUMPS:
		return (weather_chance(chance) < 0.5 ? base[0] / 4 : base[1]) *
		       between(chance, 0.95, 1.05);
	case GROWING:
		return base[0] + 1.5 * n + between(chance, 0, 1);
	default:
		return between(chance, 0, 60);
	}
}

static void write_world(double lag, char path[64])
{
	static const char *const parts[] = {"zone . 127.0.0.1\n\t. NS root.\n\tlab. NS ns.lab.\n"
					    "\tns.lab. A 127.0.0.2\nzone lab. 127.0.0.2\n",
					    "zone example.lab. 127.0.0.11 127.0.0.12 " LATE "\n"};
	FILE *f;
	int fd;
	size_t i, k;

	snprintf(path, 64, "/tmp/learning.XXXXXX");
	fd = mkstemp(path);
	f = fd < 0 ? NULL : fdopen(fd, "w");
	if (f == NULL)
		abort();
	for (i = 0; i < 2; i++) {
		fputs(parts[i], f);
		for (k = 1; k <= 3; k++)
			fprintf(f,
				"\texample.lab. NS ns%zu.example.lab.\n"
				"\tns%zu.example.lab. A 127.0.0.1%zu\n",
				k, k, k);
	}
	fprintf(f,
		"at 0.1 127.0.0.11 add " NAME " 60 TXT \"v\"\n"
		"at 0.1 127.0.0.12 add " NAME " 60 TXT \"v\"\n"
		"at %.3f " LATE " add " NAME " 60 TXT \"v\"\n",
		lag);
	if (fclose(f) != 0)
		abort();
}

static size_t count_questions(const struct world *w)
{
	size_t n = 0, i;

	for (i = 0; i < w->nasked; i++)
		n += strcmp(w->asked[i].addr, LATE) == 0 && w->asked[i].type == LDNS_RR_TYPE_TXT;
	return n;
}

static struct outcome_of run(uint32_t seed, double lag, const dg_ms window[2])
{
	char script[64], hints[64];
	struct outcome_of outcome;
	struct dg_gate *gate = NULL;
	struct dg_error err = {0};
	struct dg_options o;
	struct fakenet *net;
	struct dg_net seam;
	struct world *w;

	write_world(lag, script);
	w = world_load(script);
	world_hints(w, hints);
	net = fakenet_new(w, seed);
	seam = fakenet_seam(net);
	dg_options_init(&o);
	o.timeout = 200000;
	o.root_hints = hints;
	o.dnssec = DG_DNSSEC_OFF;
	if (dg_gate_new(&gate, &o, &err) != DG_OK || dg_gate_add(gate, NAME, "v", &err) != DG_OK ||
	    (window[1] > 0 &&
	     dg_gate_expect(gate, NAME, LATE, window[0], window[1], &err) != DG_OK) ||
	    dg_gate_run_over(gate, &seam, &err) != DG_OK ||
	    dg_gate_verdict(gate) != DG_VERDICT_VISIBLE) {
		printf("seed %u: %s\n", seed, err.text);
		exit(70);
	}
	outcome =
	    (struct outcome_of){(double)dg_gate_elapsed(gate) / 1000 - lag, count_questions(w)};
	dg_gate_free(gate);
	fakenet_free(net);
	unlink(script);
	unlink(hints);
	world_free(w);
	return outcome;
}

struct sum {
	double before, after, worst_before, worst_after;
	size_t asked_before, asked_after, zones;
};

static bool add(struct sum *s, uint32_t seed, enum kind kind)
{
	static const dg_ms nothing[2] = {0, 0};
	struct weather chance = {.random = seed * 2654435761u | 1};
	struct outcome_of before, after;
	double base[2], lag;
	dg_ms past[PAST], window[2] = {0, 0};
	unsigned i;

	for (i = 0; i < 8; i++)
		weather_chance(&chance);
	base[0] = between(&chance, 4, 60);
	base[1] = between(&chance, 30, 60);
	for (i = 0; i < PAST; i++)
		past[i] = (dg_ms)(1000 * lag_of(&chance, kind, base, i)) + 300;
	if (!history_window(past, PAST, &window[0], &window[1]))
		window[1] = 0;
	lag = lag_of(&chance, kind, base, PAST);
	before = run(seed, lag, nothing);
	after = run(seed, lag, window);
	s->zones++;
	s->before += before.delay;
	s->after += after.delay;
	s->asked_before += before.questions;
	s->asked_after += after.questions;
	s->worst_before = before.delay > s->worst_before ? before.delay : s->worst_before;
	s->worst_after = after.delay > s->worst_after ? after.delay : s->worst_after;
	if (after.delay <= before.delay + LATER)
		return true;
	printf("FAILED seed %u: lag %.2f s, opened %.2f s later, and %.2f s without a history\n",
	       seed, lag, after.delay, before.delay);
	return false;
}

int main(int argc, char **argv)
{
	static const char *const names[KINDS] = {"steady", "of two kinds", "growing", "random"};
	uint32_t count = argc > 1 ? (uint32_t)atoi(argv[1]) : 40, i;
	struct sum sum[KINDS] = {{0}};
	size_t before = 0, after = 0, k;
	bool good = true;

	for (i = 0; i < count; i++)
		good = add(&sum[i % KINDS], i + 1, (enum kind)(i % KINDS)) && good;
	for (k = 0; k < KINDS; k++) {
		const struct sum *s = &sum[k];
		double n = s->zones > 0 ? (double)s->zones : 1;

		before += s->asked_before;
		after += s->asked_after;
		printf("lags %s: questions to the late server %.1f, and %.1f with a history; "
		       "seconds to the opening %.2f (%.2f at most), and %.2f (%.2f at most)\n",
		       names[k], (double)s->asked_before / n, (double)s->asked_after / n,
		       s->before / n, s->worst_before, s->after / n, s->worst_after);
	}
	printf("learning: %u zones, %zu questions, %zu with a history\n", (unsigned)count, before,
	       after);
	return !good || after >= before;
}
