/* SPDX-License-Identifier: ISC */
/* The meaning of a resolver's reply: its answer, what its cache holds, and its word on DNSSEC. */
#ifndef DG_RESOLVER_READING_H
#define DG_RESOLVER_READING_H

#include "resolver_watch.h"

/* Reads a reply of `p`, and notes there what it says beyond the answer; *ret_end is the end of the
 * alias chain that it shows. DG_ENOMEM. */
enum dg_status dg_resolver_read(const struct dg_resolver_watch *w, struct dg_resolver_poll *p,
				const struct dg_heard *heard, const struct dg_now *present,
				struct dg_reading *reading, struct dg_name *ret_end) DG_MUST_CHECK;

#endif
