/* SPDX-License-Identifier: ISC */
/* Filling the caller's error struct, beside dg_fail of dns01gate.h. */
#ifndef DG_ERR_H
#define DG_ERR_H

#include "dns01gate.h"

/* dg_fail for the commonest of all. */
enum dg_status dg_fail_memory(struct dg_error *err);

#endif
