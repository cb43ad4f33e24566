/* SPDX-License-Identifier: ISC */
/* The run of an update over any world. */
#ifndef DG_UPDATE_RUN_H
#define DG_UPDATE_RUN_H

#include "dns/ask.h"

/* What dg_update is to do. */
struct dg_update_order {
	const struct dg_update_options *update;
	bool add;
	const char *name, *value;
};

/* dg_update over this world; it is used until the return. */
enum dg_status dg_update_run_over(const struct dg_options *options,
				  const struct dg_update_order *order, const struct dg_net *net,
				  struct dg_update_result *ret_result,
				  struct dg_error *err) DG_MUST_CHECK;

#endif
