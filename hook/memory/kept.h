/* SPDX-License-Identifier: ISC */
/* What calls leave for later ones about a name and a value: JSON objects in one file of the state
 * directory, which are forgotten after a time. Without a state directory nothing is kept. */
#ifndef KEPT_H
#define KEPT_H

#include <jansson.h>

#include "input/options.h"

struct kept {
	const char *file;
	long seconds; /* an entry that is older is forgotten */
};

/* A change of some entries, which keeps other runs off until it ends. */
struct kept_change {
	const struct kept *kept;
	int dir;
	json_t *all;
	bool changed;
};

/* False: nothing can be kept. `until`: when the run is to be over, on clock.h's clock. */
bool kept_begin(struct kept_change *ret_change, const struct kept *kept,
		const struct options *options, dg_ms until) DG_MUST_CHECK;

/* Puts the entry there, to which its time is added, or takes away what is there when it is NULL.
 * Steals `entry`. */
void kept_put(struct kept_change *change, const char *name, const char *value, json_t *entry);

/* Writes it, if there was any. */
void kept_end(struct kept_change *change);

/* All entries, by keys of kept_key; json_decref() it. NULL: there are none. */
json_t *kept_read(const struct kept *kept, const struct options *options);

/* A name and a value of 8 KiB, and a blank between them. */
#define KEPT_KEY (1024 + 9216)
void kept_key(const char *name, const char *value, char out[KEPT_KEY]);

#endif
