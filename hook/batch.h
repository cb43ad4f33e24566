/* SPDX-License-Identifier: ISC */
/*
 * The memory between certbot's calls of one order. It lives in a directory that only the caller can
 * write, one small file an order, and goes with the last call. Whatever is wrong with it, the call
 * then waits for its own record: that is slower, never wrong.
 */
#ifndef BATCH_H
#define BATCH_H

#include "adapter.h"

/* A call with `plan` of its own (or none: http-01), `remaining` calls before the end, in the order
 * of `all_domains`. Before the last call the pairs are remembered and taken out of the plan; the
 * last call's plan gets all that were remembered. `state_dir` may be NULL: the default place. */
enum dg_status batch_call(const char *state_dir, const char *all_domains, long remaining,
			  struct plan *plan, struct dg_error *err) DG_MUST_CHECK;

#endif
