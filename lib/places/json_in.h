/* SPDX-License-Identifier: ISC */
/* JSON from elsewhere: bounded before any of it takes memory, and texts of it made fit to be shown.
 */
#ifndef DG_JSON_IN_H
#define DG_JSON_IN_H

#include <jansson.h>

#include "dns01gate.h"

/* A text of an object, or of nothing: NULL where there is none. */
const char *dg_json_text(const json_t *object, const char *key);

/* A whole number from 0 to 2^53; -1 where there is none. */
int64_t dg_json_whole(const json_t *object, const char *key);

/* A copy of what may be anything, as far as a line has room for it: what is not printable ASCII
 * becomes "?". NULL for NULL, and when memory ran out. */
char *dg_json_shown(const char *text, size_t most);

#endif
