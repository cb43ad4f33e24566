/* SPDX-License-Identifier: ISC */
/* The time that deadlines are measured by. */
#ifndef CLOCK_H
#define CLOCK_H

#include "dns01gate.h"

/* Milliseconds on the monotonic clock. */
dg_ms clock_now(void);

/* The program starts now. */
void clock_start(void);

/* The moment that is so long after its start. */
dg_ms clock_after_start(dg_ms span);

#endif
