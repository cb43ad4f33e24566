/* SPDX-License-Identifier: ISC */
#include "wall_time.h"

#include <stdio.h>
#include <time.h>

const char *dg_clock_print(int64_t wall, char buf[DG_CLOCK_TEXT])
{
	time_t at = (time_t)wall;
	struct tm local;

	if (localtime_r(&at, &local) == NULL ||
	    strftime(buf, DG_CLOCK_TEXT, "%H:%M:%S", &local) == 0)
		snprintf(buf, DG_CLOCK_TEXT, "later");
	return buf;
}
