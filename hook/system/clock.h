/* SPDX-License-Identifier: ISC */
/* The time that deadlines are measured by. */
#ifndef CLOCK_H
#define CLOCK_H

#include "dns01gate.h"

/* Milliseconds on the monotonic clock. */
dg_ms clock_now(void);

/* Seconds since 1970, by the clock on the wall. */
int64_t clock_wall(void);

/* The program starts now. */
void clock_start(void);

/* The moment that is so long after its start. */
dg_ms clock_after_start(dg_ms span);

#endif
