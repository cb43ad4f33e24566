/* SPDX-License-Identifier: ISC */
#include "expectation.h"

/* While the record is expected. */
#define TIMES 20
/* Before it is, a question in so many: what comes early is not missed for long. */
#define SELDOM 3

dg_ms dg_expectation_span(const struct dg_expectation *all, size_t count,
			  const struct dg_addr *addr, dg_ms since, dg_ms span)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const struct dg_expectation *e = &all[i];
		dg_ms dense = (e->until - e->from) / TIMES;

		if (!dg_addr_equal(&e->addr, addr))
			continue;
		if (since < e->from)
			return SELDOM * span < e->from - since ? SELDOM * span : e->from - since;
		return since < e->until && dense < span ? dense : span;
	}
	return span;
}
