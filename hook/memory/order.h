/* SPDX-License-Identifier: ISC */
/*
 * The values that a client's process has had published, one call each, and not taken away yet: all
 * of one name must be there when the CA looks. A hook that sets a record, where it should add one,
 * takes an earlier value away unseen.
 */
#ifndef ORDER_H
#define ORDER_H

#include "input/plan.h"

/* Adds the earlier values of the plan's names to it, behind its own. DG_ENOMEM. */
enum dg_status order_recall(const struct options *options, struct plan *plan,
			    struct dg_error *err) DG_MUST_CHECK;

/* Remembers the plan's own values, and that they are gone. `until`: when the run is to be over, on
 * clock.h's clock. */
void order_keep(const struct options *options, const struct plan *plan, dg_ms until);
void order_forget(const struct options *options, const struct plan *plan, dg_ms until);

#endif
