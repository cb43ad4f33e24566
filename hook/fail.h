/* SPDX-License-Identifier: ISC */
/* Filling the caller's error struct: the first error wins. */
#ifndef FAIL_H
#define FAIL_H

#include "dns01gate.h"

/* Returns status. */
enum dg_status fail(struct dg_error *err, enum dg_status status, const char *format, ...)
    DG_PRINTF(3, 4);

/* Copies of a string; NULL when memory ran out. */
char *copy_text(const char *text);

#endif
