/* SPDX-License-Identifier: ISC */
#include "list.h"

#include <stdint.h>
#include <stdlib.h>

bool list_grow(void *list, size_t count, size_t size)
{
	void **at = list, *more;

	/* Full only when the count is zero or a power of two. */
	if (count != 0 && (count & (count - 1)) != 0)
		return true;
	if (count > SIZE_MAX / 2 / size)
		return false;
	more = realloc(*at, (count == 0 ? 1 : 2 * count) * size);
	if (more == NULL)
		return false;
	*at = more;
	return true;
}
