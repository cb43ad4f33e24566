/* SPDX-License-Identifier: ISC */
#include "descriptors.h"

#include <fcntl.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <unistd.h>

/* Each question has a socket of its own; a run over many names has many in flight. */
#define WANTED 4096

static struct rlimit before;
static bool raised;

int descriptors_empty(void)
{
	int fd = open("/dev/null", O_RDONLY), end[2];

	/* A container made from nothing has none. */
	if (fd >= 0)
		return fd;
	if (pipe(end) != 0)
		return -1;
	close(end[1]);
	return end[0];
}

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
