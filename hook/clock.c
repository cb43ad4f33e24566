/* SPDX-License-Identifier: ISC */
#include "clock.h"

#include <time.h>

dg_ms clock_now(void)
{
	struct timespec now = {0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (dg_ms)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
