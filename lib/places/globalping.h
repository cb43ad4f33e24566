/* SPDX-License-Identifier: ISC */
/* What a measurement of Globalping says. */
#ifndef DG_GLOBALPING_H
#define DG_GLOBALPING_H

#include "engine.h"
#include "json_in.h"

/* Takes the results about one server address into the places of a visit; *lost: a probe has gone.
 * False: no memory. */
bool dg_globalping_take(struct dg_visit *v, const struct dg_column *column, const json_t *results,
			bool *lost);

#endif
