/* SPDX-License-Identifier: ISC */
/*
 * Runs scenario files in virtual time: the whole gate, called with the arguments of the file, over
 * a fake net. "scenario [-v] FILE..."; -v prints each report.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapter.h"
#include "expect.h"
#include "fakenet.h"
#include "gate.h"
#include "run.h"

#define WORDS 128
#define SEED 20261121

static enum dg_status tell_published(struct dg_gate *gate, long long serial, struct dg_error *err)
{
	enum dg_status status = DG_OK;
	size_t i;

	for (i = 0; serial > 0 && i < dg_gate_records(gate) && status == DG_OK; i++)
		status = dg_gate_published(gate, dg_record_name(dg_gate_record(gate, i)),
					   (uint32_t)serial, err);
	return status;
}

static enum dg_status make_gate(struct dg_gate **ret_gate, const struct options *o,
				const struct plan *plan, const char *hints, const char *anchor,
				struct dg_error *err)
{
	struct dg_options g = run_gate_options(o, plan);
	enum dg_status status;

	g.port = 53;
	g.root_hints = hints;
	g.trust_anchor = anchor;
	if (anchor == NULL)
		g.dnssec = DG_DNSSEC_OFF;
	status = dg_gate_new(ret_gate, &g, err);
	return status == DG_OK ? run_fill_gate(*ret_gate, plan, err) : status;
}

static bool run_gate(struct world *w, const struct options *o, const struct plan *plan,
		     bool verbose)
{
	struct fakenet *net = fakenet_new(w, SEED);
	struct dg_net seam = fakenet_seam(net);
	struct dg_gate *gate = NULL;
	struct dg_error err = {0};
	struct outcome outcome = {0};
	char hints[64], anchor[64], *json = NULL;
	bool good = false, anchored = world_anchor(w, anchor);

	world_hints(w, hints);
	if (make_gate(&gate, o, plan, hints, anchored ? anchor : NULL, &err) == DG_OK &&
	    tell_published(gate, w->published, &err) == DG_OK &&
	    dg_gate_run_over(gate, &seam, &err) == DG_OK &&
	    dg_gate_report(gate, &json, &err) == DG_OK) {
		outcome.exit = run_exit_status(dg_gate_verdict(gate), o->proceed);
		outcome.elapsed = (double)dg_gate_elapsed(gate) / 1000;
		outcome.report = json_loads(json, 0, NULL);
		if (verbose)
			puts(json);
		good = expect_all(w, &outcome);
		if (outcome.elapsed > (double)o->timeout / 1000 + 0.001) {
			printf("%s: ended after %.3f s, beyond its timeout\n", w->file,
			       outcome.elapsed);
			good = false;
		}
	} else {
		printf("%s: %s\n", w->file, err.text);
	}
	unlink(hints);
	if (anchored)
		unlink(anchor);
	json_decref(outcome.report);
	free(json);
	dg_gate_free(gate);
	fakenet_free(net);
	return good;
}

static bool run_file(const char *file, bool verbose)
{
	struct world *w = world_load(file);
	struct dg_error err = {0};
	struct operands operands;
	struct options options;
	struct plan plan = {0};
	char *argv[WORDS], *run = strdup(w->run == NULL ? "" : w->run);
	int argc = 1 + world_split_run(run, argv + 1, WORDS - 2);
	bool good = false;

	argv[0] = "dns01gate";
	if (options_read(&options, &operands, argc, argv, &err) != DG_OK) {
		printf("%s: %s\n", file, err.text);
	} else if (plan_make(&plan, &options, &operands, &err) != DG_OK) {
		printf("%s: %s\n", file, err.text);
		options_free(&options, &operands);
	} else {
		good = run_gate(w, &options, &plan, verbose);
		plan_free(&plan);
		options_free(&options, &operands);
	}
	free(run);
	world_free(w);
	return good;
}

int main(int argc, char **argv)
{
	bool verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
	int i, failed = 0, ran = 0;

	for (i = 1 + verbose; i < argc; i++) {
		bool good = run_file(argv[i], verbose);

		printf("%s %s\n", good ? "ok" : "FAILED", argv[i]);
		ran++;
		failed += !good;
	}
	printf("scenarios: %d passed, %d failed\n", ran - failed, failed);
	return failed > 0;
}
