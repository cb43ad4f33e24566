/* SPDX-License-Identifier: ISC */
/*
 * The memory between certbot's calls of one order. It lives in a directory that only the caller can
 * write, one small file an order, and goes with the last call. Whatever is wrong with it, the call
 * then waits for its own record: that is slower, never wrong.
 */
#ifndef BATCH_H
#define BATCH_H

#include "input/plan.h"

/* A call of plan->order, with pairs of its own or without (http-01). Before the last call its pairs
 * are remembered and taken out of the plan; the last call's plan gets all that were remembered.
 * `state_dir` may be NULL: the default place. `until`: when the call is to be over, on clock.h's
 * clock. */
enum dg_status batch_call(const char *state_dir, struct plan *plan, dg_ms until,
			  struct dg_error *err) DG_MUST_CHECK;

/* Forgets what the calls of plan->order have left: there will be no last one. */
void batch_forget(const char *state_dir, const struct plan *plan);

#endif
