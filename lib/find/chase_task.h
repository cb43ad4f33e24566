/* SPDX-License-Identifier: ISC */
/* Inside the chase: its tasks, shared by the half that asks (chase.c) and the half that hears
 * (chase_hear.c). */
#ifndef DG_CHASE_TASK_H
#define DG_CHASE_TASK_H

#include "chase.h"
#include "inquiry.h"

/* All servers were asked without success: again after this. */
#define AGAIN_MS 1000

struct dg_chase_task {
	bool used;
	bool own; /* of one server, else of any */
	uint16_t type;
	struct dg_name name;
	struct dg_inquiry at;
	size_t server;
	dg_ms asked_for;       /* when somebody wanted it last */
	struct dg_reply reply; /* that needs something else first */
};

void dg_chase_end_task(struct dg_chase_task *t);

/* All servers may be asked again, from then on. */
void dg_chase_next_round(struct dg_chase_task *t, dg_ms at);

/* Which of the zone's DS sets, and of those above it, fit its keys. */
void dg_chase_compare_ds(struct dg_chase *chase, struct dg_zone *zone, int64_t wall);

/* No key fits what a server of the parent said. True when another one said something that may fit.
 */
bool dg_chase_ds_was_wrong(struct dg_chase *chase, const struct dg_trust_point *p);

/* The parent's servers that are not to be asked for the DS set at a name, by a bit each, because
 * others may have one that fits. */
uint64_t dg_chase_avoid(const struct dg_chase *chase, const struct dg_name *name,
			const struct dg_zone *parent);

/* The zone whose servers have the set, as far as discovery knows by now. */
struct dg_zone *dg_chase_zone_for(const struct dg_chase *chase, uint16_t type,
				  const struct dg_name *name);

#endif
