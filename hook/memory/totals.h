/* SPDX-License-Identifier: ISC */
/* How many waits each zone has had and how long they took, as counters that never go down: what is
 * pruned from the history still counts, as long as its zone has others there. Kept as they are
 * counted, so that it takes no look at all waits to tell them. */
#ifndef TOTALS_H
#define TOTALS_H

#include <sqlite3.h>
#include <stdio.h>

#include "input/options.h"

/* Zones that are told of: those with the latest waits. */
#define TOTALS_ZONES 500

/* Counts a wait that was asked then (milliseconds since 1970), and opened so long after or never,
 * -1. False: the database failed. */
bool totals_count(sqlite3 *db, const char *zone, enum dg_verdict verdict, dg_ms opened,
		  int64_t asked);

/* Forgets the zones whose last wait was asked before then. False: the database failed. */
bool totals_prune(sqlite3 *db, int64_t before);

/* Writes them for Prometheus; nothing where there is no history, or none that can be read in time,
 * `until` on clock.h's clock. */
void totals_write(FILE *to, const struct options *options, dg_ms until);

#endif
