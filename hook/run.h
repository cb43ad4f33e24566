/* SPDX-License-Identifier: ISC */
/*
 * One wait from start to exit status, by one gate: it is made, and takes the plan's pairs, before
 * anything is published, so that mistakes in names and options are found then; and waits for them
 * afterwards.
 */
#ifndef RUN_H
#define RUN_H

#include "input/plan.h"
#include "show/view.h"
#include "system/exit_status.h"

struct run {
	const struct options *options;
	const struct plan *plan;
	int stop_fd;
	struct history *history; /* NULL: nothing is kept there */
	struct dg_gate *gate;    /* NULL: not made yet */
	size_t added;            /* pairs of the plan that it has taken */
	struct view view;
};

/* Makes the gate for the plan as it is. DG_EINVAL tells the mistake and where it stands. Free it
 * with run_free. */
enum dg_status run_prepare(struct run *run, struct dg_error *err) DG_MUST_CHECK;
void run_free(struct run *run);

/* Waits for all pairs that the plan has by now, but those that could not be published, for so long
 * at most, and reports; the exit status. */
int run_wait(struct run *run, dg_ms timeout);

/* A gate for `g`, which came from the options. DG_EINVAL tells the mistake and where it stands. */
enum dg_status run_new_gate(struct dg_gate **ret_gate, const struct options *options,
			    const struct dg_options *g, struct dg_error *err) DG_MUST_CHECK;

/* Its parts: what the user's options mean to the gate for this plan, and the exit status of a
 * verdict, with `proceed` for a timeout that counts as success. */
struct dg_options run_gate_options(const struct options *options, const struct plan *plan);
int run_exit_status(enum dg_verdict verdict, bool proceed);

/* The exit status of a failure, after saying it. */
int run_failed(const struct dg_error *err);

/* Adds what a pair wants to a gate. */
enum dg_status run_add_pair(struct dg_gate *gate, const struct pair *pair,
			    struct dg_error *err) DG_MUST_CHECK;

#endif
