/* SPDX-License-Identifier: ISC */
/* What the files of the history share. */
#ifndef HISTORY_PARTS_H
#define HISTORY_PARTS_H

#include <sqlite3.h>

#include "input/options.h"

struct history {
	const struct options *options;
	sqlite3 *db;
	int64_t began; /* milliseconds since 1970 */
};

#endif
