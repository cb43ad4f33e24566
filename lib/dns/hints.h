/* SPDX-License-Identifier: ISC */
/* Where the root is: its name servers' names and addresses (RFC 8109 calls them root hints). */
#ifndef DG_HINTS_H
#define DG_HINTS_H

#include "base/addr.h"
#include "base/name.h"

struct dg_hint {
	struct dg_name ns;
	struct dg_addr addr;
};

struct dg_hints {
	struct dg_hint *hint;
	size_t count;
};

/* Reads a zone file with the root's NS and address records; NULL: the system's file where there is
 * a good one, else the list built in. Each address gets `port`. DG_ESYSTEM or DG_EINVAL name the
 * file, and the line where one is wrong. Free with dg_hints_free. */
enum dg_status dg_hints_load(struct dg_hints *ret_hints, const char *file, uint16_t port,
			     struct dg_error *err) DG_MUST_CHECK;
void dg_hints_free(struct dg_hints *hints);

#endif
