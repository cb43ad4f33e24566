/* SPDX-License-Identifier: ISC */
/* The time of day in words. */
#ifndef DG_WALL_TIME_H
#define DG_WALL_TIME_H

#include "dns01gate.h"

#define DG_CLOCK_TEXT 16

/* HH:MM:SS of `wall`, seconds since 1970, in the local time zone, as logs beside it have it;
 * returns buf.
 */
const char *dg_clock_print(int64_t wall, char buf[DG_CLOCK_TEXT]);

#endif
