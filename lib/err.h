/* SPDX-License-Identifier: ISC */
/* Status codes and the caller's error struct: the first error wins. */
#ifndef DG_ERR_H
#define DG_ERR_H

#include "dns01gate.h"

/* Writes status and text into err unless it holds an error already or is NULL; returns status, so
 * that `return dg_fail(err, DG_EINVAL, ...)` is one line. */
enum dg_status dg_fail(struct dg_error *err, enum dg_status status, const char *format, ...)
    DG_PRINTF(3, 4);

/* dg_fail for the commonest of all. */
enum dg_status dg_fail_memory(struct dg_error *err);

#endif
