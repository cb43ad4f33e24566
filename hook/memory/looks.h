/* SPDX-License-Identifier: ISC */
/* The servers that a name had when readiness looked at it last, in the history's database. */
#ifndef LOOKS_H
#define LOOKS_H

#include "input/options.h"

struct looks;

/* NULL: there is no database, or it is of no use, which is said. */
struct looks *looks_open(const struct options *options, dg_ms until);

/* Puts `servers` in place of what was kept for the name. That, and when (seconds since 1970), if it
 * differs; free() it. NULL: it does not, or nothing was kept. */
char *looks_change(struct looks *looks, const char *name, const char *servers, int64_t *ret_when);

/* Writes all changes. */
void looks_close(struct looks *looks);

#endif
