/* SPDX-License-Identifier: ISC */
/* One wait from start to exit status. */
#ifndef RUN_H
#define RUN_H

#include "adapter.h"

/* The exit statuses of the manual, a signal's apart (128 and its number). */
enum exit_status {
	EXIT_VISIBLE = 0,
	EXIT_TIMEOUT = 1,
	EXIT_FAULT = 2,
	EXIT_ENVIRONMENT = 3,
	EXIT_UNPUBLISHED = 4,
	EXIT_USAGE = 64,
	EXIT_INTERNAL = 70
};

/* Waits for all pairs of the plan but those that could not be published, and reports; the exit status. `stop_fd`:
 * signals.h's. */
int run_wait(const struct options *options, const struct plan *plan, int stop_fd);

/* Its parts: what the user's options mean to the gate for this plan (NULL: a wait), whose strings stay theirs; a
 * gate for them; the plan's pairs into a gate; the exit status of a verdict, with `proceed` for a timeout that counts as success.
 */
struct dg_options run_gate_options(const struct options *options, const struct plan *plan);
enum dg_status run_new_gate(struct dg_gate **ret_gate, const struct dg_options *options,
			    struct dg_error *err) DG_MUST_CHECK;
enum dg_status run_fill_gate(struct dg_gate *gate, const struct plan *plan,
			     struct dg_error *err) DG_MUST_CHECK;
int run_exit_status(enum dg_verdict verdict, bool proceed);

/* The exit status of a failure, after saying it. */
int run_failed(const struct dg_error *err);

#endif
