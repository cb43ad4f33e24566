/* SPDX-License-Identifier: ISC */
/* The file of the history: where it is, whether it is ours, and its tables. */
#ifndef DATABASE_H
#define DATABASE_H

#include <sqlite3.h>

#include "input/options.h"

/* Opens it for this user's runs; `write`: it is made if need be. NULL: there is none, or of no use;
 * *err then says why, or has no text where that is no news (the default place cannot be used, or
 * nothing was ever kept). It waits for other runs' locks for `patience`. */
sqlite3 *database_open(const struct options *options, bool write, dg_ms patience,
		       struct dg_error *err);

/* Waits for other runs' locks no longer than this from now on. */
void database_patience(sqlite3 *db, dg_ms patience);

/* What went wrong last, in words: DG_ESYSTEM. */
enum dg_status database_failed(const struct options *options, sqlite3 *db, struct dg_error *err);

#endif
