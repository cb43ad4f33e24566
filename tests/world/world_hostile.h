/* SPDX-License-Identifier: ISC */
/* Messages made to kill whoever reads them. */
#ifndef WORLD_HOSTILE_H
#define WORLD_HOSTILE_H

#include "world.h"

/* Names of the kinds, NULL behind the last. */
extern const char *const world_hostile_kinds[];

/* Puts such a message, as an authoritative answer to query, in place of the reply. Over UDP a
 * message that does not fit in a datagram is cut to what does. */
void world_hostile(const char *kind, const ldns_pkt *query, struct world_reply *reply);

#endif
