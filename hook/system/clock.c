/* SPDX-License-Identifier: ISC */
#include "clock.h"

#include <time.h>

static dg_ms started;

dg_ms clock_now(void)
{
	struct timespec now = {0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (dg_ms)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_wall(void)
{
	return (int64_t)time(NULL);
}

void clock_start(void)
{
	started = clock_now();
}

dg_ms clock_after_start(dg_ms span)
{
	return (started > 0 ? started : clock_now()) + span;
}
