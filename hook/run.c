/* SPDX-License-Identifier: ISC */
#include "run.h"

#include <poll.h>
#include <stdlib.h>

#include "memory.h"
#include "metrics.h"
#include "output.h"
#include "say.h"
#include "signals.h"
#include "view.h"

/* The longest look. */
#define LOOK_MS 10000

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

struct dg_options run_gate_options(const struct options *o, const struct plan *plan)
{
	struct dg_options g;

	dg_options_init(&g);
	g.timeout = o->timeout;
	g.confirmations = o->confirmations;
	g.confirm_interval = o->confirm_interval;
	g.require = o->require;
	g.require_count = o->require_count;
	g.ipv4 = o->ipv4;
	g.ipv6 = o->ipv6;
	g.mixed_case = !o->no_0x20;
	g.port = o->port;
	g.root_hints = o->root_hints;
	g.dnssec = o->dnssec;
	g.trust_anchor = o->trust_anchor;
	g.now = o->now;
	g.servers = (const char *const *)o->servers.text;
	g.nservers = o->servers.count;
	g.resolvers = (const char *const *)o->resolvers.text;
	g.nresolvers = o->resolvers.count;
	g.require_resolvers = o->require_resolvers;
	g.skip_authoritative = o->skip_authoritative;
	g.tls_ca = o->tls_ca;
	g.ca = o->ca;
	g.account = o->account;
	if (plan != NULL && plan->act == ACT_LOOK) {
		g.diagnose = true;
		g.confirmations = 1;
		if (g.timeout > LOOK_MS)
			g.timeout = LOOK_MS;
	}
	return g;
}

static enum dg_status deliver_report(const struct options *o, const struct dg_gate *gate,
				     bool *ret_stdout_failed, struct dg_error *err)
{
	struct dg_error wrong = {0};
	char *json = NULL;
	enum dg_status status;

	if (o->report == NULL && o->metrics == NULL && !o->json)
		return DG_OK;
	status = dg_gate_report(gate, &json, err);
	if (status != DG_OK)
		return status;
	/* A report that is lost is no reason to lose the certificate too. */
	if (o->report != NULL && output_file(o->report, json, &wrong) != DG_OK)
		say_at(SAY_WARNING, "%s", wrong.text);
	wrong = (struct dg_error){0};
	if (o->metrics != NULL && metrics_write(o->metrics, json, &wrong) != DG_OK)
		say_at(SAY_WARNING, "%s", wrong.text);
	wrong = (struct dg_error){0};
	if (o->json && output_stdout(json, &wrong) != DG_OK) {
		say_at(SAY_WARNING, "%s", wrong.text);
		*ret_stdout_failed = true;
	}
	free(json);
	return DG_OK;
}

int run_exit_status(enum dg_verdict verdict, bool proceed)
{
	switch (verdict) {
	case DG_VISIBLE:
		return EXIT_VISIBLE;
	case DG_TIMEOUT:
		return proceed ? EXIT_VISIBLE : EXIT_TIMEOUT;
	case DG_FAULT:
		return EXIT_FAULT;
	case DG_ENVIRONMENT:
		return EXIT_ENVIRONMENT;
	case DG_UNPUBLISHED:
		return EXIT_UNPUBLISHED;
	default:
		return EXIT_INTERNAL;
	}
}

/* Sleeps as long as the user wants after success, but not beyond the timeout. */
static int settle(const struct options *o, dg_ms elapsed, int stop_fd)
{
	dg_ms left = o->timeout - elapsed;
	struct pollfd stop = {.fd = stop_fd, .events = POLLIN};

	if (left > o->settle)
		left = o->settle;
	/* A signal cuts it short, by the descriptor or by EINTR. */
	if (left > 0)
		poll(&stop, 1, (int)left);
	return signals_caught() != 0 ? 128 + signals_caught() : EXIT_VISIBLE;
}

enum dg_status run_fill_gate(struct dg_gate *gate, const struct plan *plan, struct dg_error *err)
{
	enum dg_status status = DG_OK;
	size_t i;

	for (i = 0; i < plan->count && status == DG_OK; i++)
		status = dg_gate_add(gate, plan->pair[i].name, plan->pair[i].value, err);
	for (i = 0; i < plan->count && status == DG_OK; i++) {
		const struct pair *pair = &plan->pair[i];

		if (pair->trouble != NULL)
			status =
			    dg_gate_unpublished(gate, pair->name, pair->trouble, pair->advice, err);
		else if (pair->serial >= 0)
			status = dg_gate_published(gate, pair->name, (uint32_t)pair->serial, err);
	}
	return status;
}

enum dg_status run_new_gate(struct dg_gate **ret_gate, const struct dg_options *options,
			    struct dg_error *err)
{
	enum dg_status status = dg_gate_new(ret_gate, options, err);

	/* Every file and number in it came from the user. */
	if (status == DG_ESYSTEM)
		status = err->status = DG_EINVAL;
	return status;
}

static int finish(const struct options *o, struct view *v, const struct plan *plan,
		  const struct dg_gate *gate, int stop_fd)
{
	enum dg_verdict verdict = dg_gate_verdict(gate);
	bool look = plan->act == ACT_LOOK;
	bool proceed = o->proceed && verdict == DG_TIMEOUT && !look, stdout_failed = false;
	int status = run_exit_status(verdict, proceed);
	struct dg_error err = {0};

	if (look) {
		check_result(v, gate);
	} else {
		view_result(v, gate, proceed);
		memory_keep(o, gate);
	}
	if (deliver_report(o, gate, &stdout_failed, &err) != DG_OK)
		return run_failed(&err);
	/* Who asked for stdout reads it: half a report must not look like a whole one. */
	if (stdout_failed)
		return EXIT_INTERNAL;
	if (verdict == DG_VISIBLE && o->settle > 0 && !look)
		status = settle(o, dg_gate_elapsed(gate), stop_fd);
	return status;
}

int run_wait(const struct options *options, const struct plan *plan, int stop_fd)
{
	int status;
	struct dg_error err = {0};
	struct dg_gate *gate = NULL;
	struct dg_options g;
	struct view view;
	bool good;

	view_start(&view, options);
	g = run_gate_options(options, plan);
	g.stop_fd = stop_fd;
	if (plan->act != ACT_LOOK)
		g.observer = view_observer(&view);
	if (run_new_gate(&gate, &g, &err) != DG_OK)
		return run_failed(&err);
	good = run_fill_gate(gate, plan, &err) == DG_OK &&
	       memory_hold(options, plan, gate, &err) == DG_OK && dg_gate_run(gate, &err) == DG_OK;
	view_end(&view);
	if (!good)
		status = run_failed(&err);
	else
		status = finish(options, &view, plan, gate, stop_fd);
	dg_gate_free(gate);
	return status;
}
