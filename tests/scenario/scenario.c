/* SPDX-License-Identifier: ISC */
/*
 * Runs scenario files in virtual time: the whole gate, called with the arguments of the file, over
 * a fake net. "scenario [-v] [-n NET] FILE..."; -v prints each report. With -n each runs twenty
 * times over a network like that (weather.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input/plan.h"
#include "expect.h"
#include "fakenet.h"
#include "gate/gate.h"
#include "input/command.h"
#include "run.h"

#define WORDS 128
#define SEED 20261121
#define SEEDS_OVER_NET 20

static enum dg_status tell_published(struct dg_gate *gate, long long serial, struct dg_error *err)
{
	enum dg_status status = DG_OK;
	size_t i;

	for (i = 0; serial > 0 && i < dg_gate_records(gate) && status == DG_OK; i++)
		status = dg_gate_published(gate, dg_record_name(dg_gate_record(gate, i)),
					   (uint32_t)serial, err);
	return status;
}

static enum dg_status tell_expected(struct dg_gate *gate, const struct world *w,
				    struct dg_error *err)
{
	enum dg_status status = DG_OK;
	size_t i, k;

	for (i = 0; i < dg_gate_records(gate); i++)
		for (k = 0; k < w->nexpected && status == DG_OK; k++)
			status =
			    dg_gate_expect(gate, dg_record_name(dg_gate_record(gate, i)),
					   w->expected[k].addr, (dg_ms)(w->expected[k].from * 1000),
					   (dg_ms)(w->expected[k].until * 1000), err);
	return status;
}

/* What a run has around it. */
struct around {
	char hints[64], anchor[64];
	bool anchored;
	bool seen_well; /* the observer saw nothing wrong */
};

/* What a caller may look at, at any event: all of it, and what was told of is there. */
static void look_at_all(void *self, const struct dg_gate *gate, const struct dg_event *event)
{
	const struct dg_record *r = event->record;
	struct around *a = self;
	struct dg_row row;
	size_t i;

	if (r == NULL)
		return;
	if (event->kind == DG_EVENT_ROW && event->row >= dg_record_rows(r))
		a->seen_well = false;
	for (i = 0; i < dg_record_rows(r); i++) {
		dg_record_row(r, i, &row);
		a->seen_well = a->seen_well && row.address[0] != '\0' && row.owner[0] != '\0';
	}
	dg_record_row(r, i, &row);
	if (row.state != DG_STATE_UNASKED || row.address[0] != '\0' || row.transport != NULL ||
	    dg_record_cut(r, dg_record_cuts(r)) != NULL ||
	    dg_record_finding(r, dg_record_findings(r)) != NULL ||
	    dg_gate_record(gate, dg_gate_records(gate)) != NULL)
		a->seen_well = false;
}

static enum dg_status make_gate(struct dg_gate **ret_gate, const struct options *o,
				const struct plan *plan, struct around *around,
				struct dg_error *err)
{
	struct dg_options g = run_gate_options(o, plan);
	enum dg_status status;
	size_t i;

	g.port = 53;
	g.root_hints = around->hints;
	g.trust_anchor = around->anchored ? around->anchor : NULL;
	g.observer = (struct dg_observer){.event = look_at_all, .self = around};
	if (!around->anchored)
		g.dnssec = DG_DNSSEC_OFF;
	status = dg_gate_new(ret_gate, &g, err);
	for (i = 0; i < plan->count && status == DG_OK; i++)
		status = run_add_pair(*ret_gate, &plan->pair[i], err);
	return status;
}

static bool run_gate(struct world *w, const struct options *o, const struct plan *plan,
		     unsigned nth, bool verbose)
{
	struct fakenet *net = fakenet_new(w, SEED + nth);
	struct dg_net seam = fakenet_seam(net);
	struct dg_gate *gate = NULL;
	struct dg_error err = {0};
	struct outcome outcome = {0};
	struct around around = {.seen_well = true};
	char *json = NULL;
	bool good = false;
	struct weather weather;

	around.anchored = world_anchor(w, around.anchor);
	world_hints(w, around.hints);
	if (w->net != NULL && !weather_read(&weather, w->net)) {
		printf("%s: net %s?\n", w->file, w->net);
		exit(70);
	}
	if (w->net != NULL)
		fakenet_weather(net, &weather);
	if (make_gate(&gate, o, plan, &around, &err) == DG_OK &&
	    tell_published(gate, w->published, &err) == DG_OK &&
	    tell_expected(gate, w, &err) == DG_OK && dg_gate_run_over(gate, &seam, &err) == DG_OK &&
	    dg_gate_report(gate, &json, &err) == DG_OK) {
		outcome.exit = run_exit_status(dg_gate_verdict(gate), o->proceed);
		outcome.elapsed = (double)dg_gate_elapsed(gate) / 1000;
		outcome.report = json_loads(json, 0, NULL);
		if (verbose)
			puts(json);
		good = expect_all(w, &outcome);
		if (outcome.elapsed > (double)o->gate.timeout / 1000 + 0.001) {
			printf("%s: ended after %.3f s, beyond its timeout\n", w->file,
			       outcome.elapsed);
			good = false;
		}
		if (!around.seen_well) {
			printf("%s: told or shown a row that is not there\n", w->file);
			good = false;
		}
	} else {
		printf("%s: %s\n", w->file, err.text);
	}
	unlink(around.hints);
	if (around.anchored)
		unlink(around.anchor);
	json_decref(outcome.report);
	free(json);
	dg_gate_free(gate);
	fakenet_free(net);
	return good;
}

/* The same world over another network. How long it takes there is not expected, nor that all is
 * heard in the ten seconds of a check. */
static void put_over(struct world *w, const char *net)
{
	bool look = strstr(w->run, "check ") != NULL;
	size_t i, kept = 0;

	free(w->net);
	w->net = strdup(net);
	w->seeds = SEEDS_OVER_NET;
	for (i = 0; i < w->nexpects; i++) {
		if (strncmp(w->expect[i], " elapsed ", strlen(" elapsed ")) == 0 ||
		    (look && strncmp(w->expect[i], " exit ", strlen(" exit ")) == 0)) {
			free(w->expect[i]);
			continue;
		}
		w->expect_line[kept] = w->expect_line[i];
		w->expect[kept++] = w->expect[i];
	}
	w->nexpects = kept;
}

/* The nth run of a scenario, over another network unless that is NULL; *ret_seeds is how many runs
 * there are to be. */
static bool run_file(const char *file, const char *net, unsigned nth, bool verbose,
		     unsigned *ret_seeds)
{
	struct world *w = world_load(file);
	struct dg_error err = {0};
	struct operands operands;
	struct options options;
	struct plan plan = {0};
	char *argv[WORDS], *run = strdup(w->run == NULL ? "" : w->run);
	int argc = 1 + world_split_run(run, argv + 1, WORDS - 2);
	bool good = false;

	if (net != NULL)
		put_over(w, net);
	argv[0] = "dns01gate";
	if (options_read(&options, &operands, argc, argv, &err) != DG_OK) {
		printf("%s: %s\n", file, err.text);
	} else if (plan_make(&plan, &options, &operands, &err) != DG_OK) {
		printf("%s: %s\n", file, err.text);
		options_free(&options, &operands);
	} else {
		good = run_gate(w, &options, &plan, nth, verbose);
		plan_free(&plan);
		options_free(&options, &operands);
	}
	*ret_seeds = w->seeds;
	free(run);
	world_free(w);
	return good;
}

int main(int argc, char **argv)
{
	bool verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
	bool over = argc > 2 + verbose && strcmp(argv[1 + verbose], "-n") == 0;
	const char *net = over ? argv[2 + verbose] : NULL;
	int i, failed = 0, ran = 0;

	for (i = 1 + verbose + 2 * over; i < argc; i++) {
		unsigned nth = 0, seeds = 1;
		bool good;

		do
			good = run_file(argv[i], net, nth, verbose, &seeds);
		while (good && ++nth < seeds);
		printf("%s %s\n", good ? "ok" : "FAILED", argv[i]);
		ran++;
		failed += !good;
	}
	printf("scenarios: %d passed, %d failed\n", ran - failed, failed);
	return failed > 0;
}
