/* SPDX-License-Identifier: ISC */
/*
 * One call of a client, from the mistakes that can be found before anything is done to the exit
 * status:
 *
 *  1. Publish, if that is ours.
 *  2. Leave it to the last call of the order, or take over what the earlier ones left.
 *  3. Wait.
 *  4. When that failed: take back what was published, where the client will not; and veto.
 */
#ifndef CALL_H
#define CALL_H

#include "input/plan.h"

/* Does what the plan says; the exit status. */
int call_run(const struct options *options, const struct operands *operands, struct plan *plan);

#endif
