/* SPDX-License-Identifier: ISC */
/* What the history tells of one name at a time of the past. Pure, over what history_read gave. */
#ifndef THEN_H
#define THEN_H

#include "history.h"

struct then {
	size_t waits, visible;
	const struct past_wait
	    *last; /* the past's; the last one that began before the time was over */
};

/* The waits for a domain's challenge record that began between two moments, in seconds since 1970,
 * or up to an hour before: an order takes its time. */
struct then then_of(const struct past *past, const char *domain, int64_t first, int64_t last);

#endif
