/* SPDX-License-Identifier: ISC */
#include "descriptors.h"

#include <stdbool.h>
#include <sys/resource.h>

/* Each question has a socket of its own; a run over many names has many in flight. */
#define WANTED 4096

static struct rlimit before;
static bool raised;

void descriptors_raise(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &before) != 0 || before.rlim_cur >= WANTED)
		return;
	limit = before;
	limit.rlim_cur = limit.rlim_max < WANTED ? limit.rlim_max : WANTED;
	raised = setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

void descriptors_give_back(void)
{
	if (raised)
		setrlimit(RLIMIT_NOFILE, &before);
}
