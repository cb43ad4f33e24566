/* SPDX-License-Identifier: ISC */
/* Inside the chase: its tasks, shared by the half that asks (chase.c) and the half that hears
 * (chase_hear.c). */
#ifndef DG_CHASE_TASK_H
#define DG_CHASE_TASK_H

#include "chase.h"

#define ID_FLAG 0x40000000u
#define ID_SERVER_BITS 6
#define ID_STEP_BITS 8

struct dg_chase_task {
	bool used;
	bool own; /* of one server, else of any */
	uint16_t type;
	struct dg_name name;
	struct dg_zone *zone;
	size_t server;
	uint64_t tried, waiting;
	uint8_t step;
	dg_ms next;
	uint8_t *held; /* a reply that needs something else first */
	size_t held_len;
};

void dg_chase_end_task(struct dg_chase_task *t);

/* All servers may be asked again, from then on. */
void dg_chase_next_round(struct dg_chase_task *t, dg_ms at);

/* The zone whose servers have the set, as far as discovery knows by now. */
struct dg_zone *dg_chase_zone_for(const struct dg_chase *chase, uint16_t type,
				  const struct dg_name *name);

#endif
