/* SPDX-License-Identifier: ISC */
#include "run.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "system/clock.h"
#include "system/guard.h"
#include "memory/history.h"
#include "memory/memory.h"
#include "memory/totals.h"
#include "show/metrics.h"
#include "system/output.h"
#include "system/owned.h"
#include "system/say.h"
#include "system/signals.h"
#include "show/view.h"

/* The longest look, from here and with other places. */
#define LOOK_MS 10000
#define LOOK_WITH_PLACES_MS 60000
/* What a name costs besides its wait: to be taken in, and to be told, reported and measured at the
 * end. */
#define NAME_US 100
/* And what is kept for the history, where other runs may be writing. */
#define HISTORY_MS 30

int run_failed(const struct dg_error *err)
{
	int caught = signals_caught();

	if (err->status == DG_ESTOPPED && caught != 0) {
		say("ended by signal %d", caught);
		return 128 + caught;
	}
	say("%s", err->text);
	return err->status == DG_EINVAL ? EXIT_USAGE : EXIT_INTERNAL;
}

/* What cannot be written is no reason to lose the certificate too. */
static enum dg_status deliver_report(const struct options *o, const struct dg_gate *gate,
				     bool *ret_stdout_failed, struct dg_error *err)
{
	struct dg_error wrong = {0};
	char *json = NULL;
	enum dg_status status;

	if (o->report == NULL && !o->json)
		return DG_OK;
	status = dg_gate_report(gate, &json, err);
	if (status != DG_OK)
		return status;
	if (o->report != NULL && output_file(o->report, json, &wrong) != DG_OK)
		say_at(SAY_WARNING, "%s", wrong.text);
	wrong = (struct dg_error){0};
	if (o->json)
		status = output_stdout(json, &wrong);
	if (status == DG_ESYSTEM) {
		say_at(SAY_WARNING, "%s", wrong.text);
		*ret_stdout_failed = true;
	}
	free(json);
	return status == DG_ESTOPPED ? dg_fail(err, status, "%s", wrong.text) : DG_OK;
}

/* After the history, whose counters are in them. */
static void deliver_metrics(const struct options *o, const struct dg_gate *gate, dg_ms until)
{
	struct dg_error wrong = {0};

	if (o->metrics != NULL && metrics_write(o, gate, totals_write, until, &wrong) != DG_OK)
		say_at(SAY_WARNING, "%s", wrong.text);
}

int run_exit_status(enum dg_verdict verdict, bool proceed)
{
	switch (verdict) {
	case DG_VERDICT_VISIBLE:
		return EXIT_VISIBLE;
	case DG_VERDICT_TIMEOUT:
		return proceed ? EXIT_VISIBLE : EXIT_TIMEOUT;
	case DG_VERDICT_FAULT:
		return EXIT_FAULT;
	case DG_VERDICT_ENVIRONMENT:
		return EXIT_ENVIRONMENT;
	case DG_VERDICT_UNPUBLISHED:
		return EXIT_UNPUBLISHED;
	default:
		return EXIT_INTERNAL;
	}
}

/* Sleeps as long as the user wants after success, but not beyond the timeout. */
static int settle(const struct options *o, dg_ms elapsed, int stop_fd)
{
	dg_ms left = o->gate.timeout - elapsed;
	struct pollfd stop = {.fd = stop_fd, .events = POLLIN};

	if (left > o->settle)
		left = o->settle;
	/* A signal cuts it short, by the descriptor or by EINTR. */
	if (left > 0)
		poll(&stop, 1, (int)left);
	return signals_caught() != 0 ? 128 + signals_caught() : EXIT_VISIBLE;
}

enum dg_status run_add_pair(struct dg_gate *gate, const struct pair *pair, struct dg_error *err)
{
	enum dg_status status = dg_gate_add(gate, pair->name, pair->value, err);

	if (status == DG_OK && (pair->plain || pair->wildcard))
		status = dg_gate_identify(gate, pair->name, pair->plain, pair->wildcard, err);
	return status;
}

/* In the order in which they were published: what earlier calls left first. */
static enum dg_status add_pairs(struct run *run, struct dg_error *err)
{
	const struct plan *plan = run->plan;
	enum dg_status status = DG_OK;

	for (run->added = 0; run->added < plan->count && status == DG_OK; run->added++)
		status = run_add_pair(run->gate,
				      &plan->pair[(plan->own + run->added) % plan->count], err);
	return status;
}

/* What came of publishing them. */
static enum dg_status tell_published(const struct run *run, struct dg_error *err)
{
	enum dg_status status = DG_OK;
	size_t i;

	for (i = 0; i < run->plan->count && status == DG_OK; i++) {
		const struct pair *pair = &run->plan->pair[i];

		if (pair->trouble != NULL)
			status = dg_gate_unpublished(run->gate, pair->name, pair->trouble,
						     pair->advice, err);
		else if (pair->serial >= 0)
			status =
			    dg_gate_published(run->gate, pair->name, (uint32_t)pair->serial, err);
	}
	return status;
}

/* What pays for a vantage is nobody else's to read. */
static enum dg_status check_token(const struct dg_options *g, struct dg_error *err)
{
	int fd;

	if (g->place_token == NULL)
		return DG_OK;
	fd = owned_open_secret("vantage token file", g->place_token, err);
	if (fd < 0)
		return err->status;
	close(fd);
	return DG_OK;
}

enum dg_status run_new_gate(struct dg_gate **ret_gate, const struct options *options,
			    const struct dg_options *g, struct dg_error *err)
{
	enum dg_status status = check_token(g, err);

	if (status == DG_OK)
		status = dg_gate_new(ret_gate, g, err);
	/* Every file and number in it came from the user. */
	if (status == DG_ESYSTEM)
		status = err->status = DG_EINVAL;
	if (status == DG_EINVAL)
		options_tell_source(options, err);
	return status;
}

static dg_ms longest_look(const struct options *options)
{
	return options->vantages.count > 0 ? LOOK_WITH_PLACES_MS : LOOK_MS;
}

struct dg_options run_gate_options(const struct options *options, const struct plan *plan)
{
	struct dg_options g = options->gate;

	if (plan->act != ACT_LOOK)
		return g;
	g.diagnose = true;
	g.confirmations = 1;
	if (g.timeout > longest_look(options))
		g.timeout = longest_look(options);
	return g;
}

enum dg_status run_prepare(struct run *run, struct dg_error *err)
{
	struct dg_options g = run_gate_options(run->options, run->plan);
	enum dg_status status;

	view_start(&run->view, run->options);
	g.stop_fd = run->stop_fd;
	if (run->plan->act != ACT_LOOK)
		g.observer = view_observer(&run->view);
	status = run_new_gate(&run->gate, run->options, &g, err);
	if (status == DG_OK && err->text[0] != '\0' && !run->options->quiet)
		say_at(SAY_NOTICE, "%s", err->text);
	return status == DG_OK ? add_pairs(run, err) : status;
}

void run_free(struct run *run)
{
	dg_gate_free(run->gate);
	run->gate = NULL;
	history_close(run->history);
	run->history = NULL;
}

/* Does what is left to do after the verdict, as far as there is time `until` then. */
static int finish(struct run *run, dg_ms until)
{
	const struct options *o = run->options;
	const struct dg_gate *gate = run->gate;
	enum dg_verdict verdict = dg_gate_verdict(gate);
	bool look = run->plan->act == ACT_LOOK;
	bool proceed = o->proceed && verdict == DG_VERDICT_TIMEOUT && !look, stdout_failed = false;
	struct dg_error err = {0};
	int status;

	status = run_exit_status(verdict, proceed);
	guard_status(status);
	if (look) {
		check_result(&run->view, gate);
	} else {
		view_result(&run->view, gate, proceed);
		guard_doing("using the state directory");
		memory_keep(o, gate, proceed || (run->plan->may_veto && !o->veto), until);
	}
	guard_doing("writing the report");
	if (deliver_report(o, gate, &stdout_failed, &err) != DG_OK)
		return run_failed(&err);
	guard_doing("writing the history");
	history_keep(run->history, run->plan, gate, until);
	guard_doing("writing the metrics");
	deliver_metrics(o, gate, until);
	/* A report on stdout has a reader: half of one must not look like a whole one. */
	if (stdout_failed && status == EXIT_VISIBLE)
		return EXIT_INTERNAL;
	if (verdict == DG_VERDICT_VISIBLE && o->settle > 0 && !look)
		status = settle(o, dg_gate_elapsed(gate), run->stop_fd);
	return status;
}

/* So much of the time is kept from the wait of thousands of names, so that the process ends in
 * time; of a short one no more than half. */
static dg_ms kept_for_names(dg_ms timeout, size_t names)
{
	dg_ms kept = (dg_ms)names * NAME_US / 1000;

	return kept < timeout / 2 ? kept : timeout / 2;
}

int run_wait(struct run *run, dg_ms timeout)
{
	const struct options *options = run->options;
	bool look = run->plan->act == ACT_LOOK, good;
	struct history *history = NULL;
	struct dg_error err = {0};
	dg_ms until, kept;

	if (options->proceed && !look)
		guard_status(EXIT_VISIBLE);
	if (look && timeout > longest_look(options))
		timeout = longest_look(options);
	until = clock_now() + timeout;
	kept = kept_for_names(timeout, run->plan->count);
	if (!look && timeout / 20 >= HISTORY_MS)
		kept += HISTORY_MS;
	guard_doing("using the history");
	if (!look)
		history = history_open(options, until);
	guard_doing("using the state directory");
	/* The plan may have got more since it was prepared. */
	if (run->added < run->plan->count)
		run_free(run);
	run->history = history;
	good = (run->gate != NULL || run_prepare(run, &err) == DG_OK) &&
	       tell_published(run, &err) == DG_OK &&
	       memory_hold(options, run->plan, run->gate, &err) == DG_OK &&
	       history_expect(run->history, run->gate, &err) == DG_OK;
	if (good)
		dg_gate_set_timeout(run->gate, until - kept - clock_now());
	guard_doing("asking");
	good = good && dg_gate_run(run->gate, &err) == DG_OK;
	guard_doing(NULL);
	view_end(&run->view);
	return good ? finish(run, until) : run_failed(&err);
}
