/* SPDX-License-Identifier: ISC */
/*
 * What became of every wait, in a database that all runs of this machine share (SQLite). Trouble
 * with it is a warning, never a reason to fail or to open; values are kept as SHA-256 digests
 * alone.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include <jansson.h>

#include "input/plan.h"

struct history;

/* Opens the database of the options, made if need be; NULL: it is off, or of no use, which is said.
 * Nothing of it blocks beyond `until`, on clock.h's clock. */
struct history *history_open(const struct options *options, dg_ms until);
void history_close(struct history *history);

/* Tells the gate when records of its names' zones came to each server address in earlier waits.
 * `history` may be NULL. DG_ENOMEM. */
enum dg_status history_expect(struct history *history, struct dg_gate *gate,
			      struct dg_error *err) DG_MUST_CHECK;

/* Adds the wait of each record of a gate whose run is over. `history` may be NULL. */
void history_keep(struct history *history, const struct plan *plan, const struct dg_gate *gate,
		  dg_ms until);

/* The client cleans up what the plan names: until then the CA may have asked. */
void history_clean(const struct options *options, const struct plan *plan, dg_ms until);

/* ---- reading --------------------------------------------------------------------------------- */

/* How long one server address took to show the record. */
struct past_server {
	char *server; /* its name, or NULL */
	char *address;
	dg_ms visible; /* from the start of the wait; -1: it did not */
};

struct past_wait {
	int64_t asked;     /* milliseconds since 1970 */
	char *name, *zone; /* without the final dot; the zone may be NULL */
	char *client;      /* or NULL */
	char *verdict;
	dg_ms opened; /* from the start; -1: it did not */
	struct past_server *server;
	size_t nservers;
	char **finding; /* ids */
	size_t nfindings;
};

struct past {
	struct past_wait *wait; /* by zone, name and time */
	size_t count;
};

/* Reads all waits for this name, or for names in this zone; `about` NULL: all. past_free() it.
 * DG_ENOMEM; DG_ESYSTEM: there is none that can be read, in words. */
enum dg_status history_read(const struct options *options, const char *about, struct past *ret_past,
			    struct dg_error *err) DG_MUST_CHECK;
void past_free(struct past *past);

#endif
