/* SPDX-License-Identifier: ISC */
#include "publish.h"

#include <stdlib.h>

#include "publisher_list.h"

const struct publisher *publisher_of(const struct options *options)
{
	size_t i;

	for (i = 0; i < sizeof(publishers) / sizeof(publishers[0]); i++)
		if (publishers[i]->chosen(options))
			return getenv(PUBLISH_WITHIN) == NULL ? publishers[i] : NULL;
	return NULL;
}
