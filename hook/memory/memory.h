/* SPDX-License-Identifier: ISC */
/*
 * What the gate was opened for: a name that is used again soon may still be in the CA's cache with
 * the values of then. Remembered in the state directory; without one, nothing is.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include "input/plan.h"

/* Holds each record of the plan back for as long as the CA may have an earlier set of its values.
 */
enum dg_status memory_hold(const struct options *options, const struct plan *plan,
			   struct dg_gate *gate, struct dg_error *err) DG_MUST_CHECK;

/* Remembers what is visible now, and, when the client `goes_on` to a CA that keeps denials, what is
 * not. `until`: when the run is to be over, on clock.h's clock. */
void memory_keep(const struct options *options, const struct dg_gate *gate, bool goes_on,
		 dg_ms until);

/* The client cleans up: the CA asks for nothing of the plan's names after that. */
void memory_clean(const struct options *options, const struct plan *plan, dg_ms until);

#endif
