/* SPDX-License-Identifier: ISC */
/* The way from this machine to the servers of a watched record: which of them it cannot reach, or
 * only seems to. */
#ifndef DG_WATCH_PATH_H
#define DG_WATCH_PATH_H

#include "watch.h"

/* Marks the addresses of a family over which others answer for the servers. */
void dg_watch_mark_caught(struct dg_watch *w, const struct dg_path *path);

/* An owner that the chain leads over, whose servers can only be asked where others answer for them;
 * NULL: none. */
const struct dg_owner *dg_watch_caught(const struct dg_watch *w);

/* An owner that the chain leads over, to whose servers this machine has had no way for `patience`,
 * nor ever before: it has no route to any of their addresses, or all of them are of a family that
 * it is not to ask. NULL: there is none. */
const struct dg_owner *dg_watch_unreached(const struct dg_watch *w, dg_ms now, dg_ms patience);

#endif
