/* SPDX-License-Identifier: ISC */
#include "publish.h"

#include <stdio.h>
#include <stdlib.h>

#include "system/ancestor.h"

#include "publisher_list.h"

/* The variable may have gone on to a process that lives longer than who set it: a daemon that a
 * hook restarted. */
static bool is_within(void)
{
	const char *who = getenv(PUBLISH_WITHIN);
	struct ancestor publisher = {0};

	if (who == NULL)
		return false;
	return sscanf(who, "%ld %llu", &publisher.pid, &publisher.start) != 2 ||
	       ancestor_is(&publisher);
}

const struct publisher *publisher_of(const struct options *options)
{
	size_t i;

	for (i = 0; i < sizeof(publishers) / sizeof(publishers[0]); i++)
		if (publishers[i]->chosen(options))
			return is_within() ? NULL : publishers[i];
	return NULL;
}
