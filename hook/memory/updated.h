/* SPDX-License-Identifier: ISC */
/*
 * Where dynamic updates have put records: a clean-up finds them there, whatever the DNS says by
 * then of the name's aliases and zone. Kept in the state directory; without one, nothing is, and
 * a clean-up looks for the place anew.
 */
#ifndef UPDATED_H
#define UPDATED_H

#include <jansson.h>

#include "input/options.h"

/* Each text is of the JSON value that updated_find gave. */
struct updated {
	const char *owner, *zone, *server;
};

/* Remembers where the value was put for the name. `until`: when the run is to be over, on clock.h's
 * clock. */
void updated_keep(const struct options *options, const char *name, const char *value,
		  const struct dg_update_result *where, dg_ms until);

/* Where it was put; json_decref() what it returns, which the texts are of. NULL: not known. */
json_t *updated_find(const struct options *options, const char *name, const char *value,
		     struct updated *ret_where);

/* It was removed. */
void updated_forget(const struct options *options, const char *name, const char *value,
		    dg_ms until);

#endif
