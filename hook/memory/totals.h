/* SPDX-License-Identifier: ISC */
/* How many waits each zone has had and how long they took, as counters that never go down: what is
 * pruned from the history still counts, as long as its zone has others there. */
#ifndef TOTALS_H
#define TOTALS_H

#include <sqlite3.h>
#include <stdio.h>

#include "input/options.h"

/* Zones that are told of: those with the latest waits. */
#define TOTALS_ZONES 1000

/* Removes what was asked before then (milliseconds since 1970) from the history, and counts it.
 * Within a transaction; false: the database failed. */
bool totals_prune(sqlite3 *db, int64_t before);

/* Writes them for Prometheus; nothing where there is no history, or none that can be read. Waits
 * for other runs not beyond `until`, on clock.h's clock. */
void totals_write(FILE *to, const struct options *options, dg_ms until);

#endif
