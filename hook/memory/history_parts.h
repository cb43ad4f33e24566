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

/* What others wrote into the database may be anything: what is not printable ASCII becomes "?".
 * NULL stays NULL. */
void history_make_printable(char *text);

/* When to expect the record at a server where earlier waits took so long: from a little before all
 * of them to a little after all but the slowest in twenty. Puts them in order. False: they are too
 * few, or soon over. */
bool history_window(dg_ms *span, size_t count, dg_ms *ret_from, dg_ms *ret_until);

#endif
