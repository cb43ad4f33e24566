/* SPDX-License-Identifier: ISC */
/* How much may be kept of what servers say, by all who keep something together. */
#ifndef DG_ROOM_H
#define DG_ROOM_H

#include <stdbool.h>
#include <stddef.h>

/* In octets. */
struct dg_room {
	size_t used, most;
};

/* False when there is none left for so many more. */
static inline bool dg_room_take(struct dg_room *room, size_t octets)
{
	if (octets > room->most - room->used)
		return false;
	room->used += octets;
	return true;
}

static inline void dg_room_give_back(struct dg_room *room, size_t octets)
{
	room->used -= octets;
}

#endif
