/* SPDX-License-Identifier: ISC */
/* When records came to an address in earlier runs: then it is asked often, and seldom before. */
#ifndef DG_EXPECTATION_H
#define DG_EXPECTATION_H

#include "base/addr.h"
#include "base/types.h"

/* From the start of the wait. */
struct dg_expectation {
	struct dg_addr addr;
	dg_ms from, until;
};

/* How long to leave the address alone, `since` the start of the wait, where it is otherwise asked
 * each `span`: three times as long before the record is expected, and not beyond that moment; while
 * it is, a twentieth of the time, if that is more often. */
dg_ms dg_expectation_span(const struct dg_expectation *all, size_t count,
			  const struct dg_addr *addr, dg_ms since, dg_ms span);

#endif
