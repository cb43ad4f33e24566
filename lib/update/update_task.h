/* SPDX-License-Identifier: ISC */
/* Inside the machine of updates: shared by the half that asks (update.c) and the half that learns
 * (update_learn.c). */
#ifndef DG_UPDATE_TASK_H
#define DG_UPDATE_TASK_H

#include "find/inquiry.h"
#include "update.h"

enum purpose {
	FIND_TARGET,  /* step 1 */
	FIND_SIBLING, /* is it a wildcard's alias? */
	FIND_ABOVE,   /* the zone of what a wildcard answers for */
	FIND_SOA,     /* of the zone that was given */
	FIND_A,       /* the primary's addresses */
	FIND_AAAA,
	CHANGE,
	ASK_SERIAL,
	OVER
};

struct dg_update_machine {
	struct dg_update_plan plan;
	struct dg_discover *discover;
	struct dg_zone *given;
	struct dg_update_result *result;
	enum purpose purpose;

	/* what is inquired of servers, until CHANGE */
	struct dg_name name;
	struct dg_search *search;
	struct dg_inquiry at; /* of no zone until that is known */
	unsigned cuts;
	int last_rcode; /* of the last reply that was of no use; -1: there was none */

	struct dg_name chain[DG_MAX_CHAIN + 1];
	unsigned owners;
	struct dg_name alias; /* where the last of them leads, if it is an alias at all */
	bool wildcard;        /* a wildcard's, it seems: the update tells */
	uint32_t random;
	struct dg_name apex, primary;
	unsigned aliases; /* of the primary's name */

	struct dg_addr address[2 * DG_MAX_NS_ADDRESSES];
	size_t naddresses, next_address;
	unsigned failures;
	bool tcp;
	struct dg_update_msg msg;

	/* from CHANGE on */
	uint64_t asked; /* in flight, or 0 */
	dg_ms due;
};

/* Ends the update as failed, and says why. */
void dg_update_give_up(struct dg_update_machine *m, const char *advice, const char *format, ...)
    DG_PRINTF(3, 4);

/* A name for such a text, cut where it would take the room of the rest; returns buf. */
const char *dg_update_name(const struct dg_name *name, char buf[DG_NAME_TEXT]);

/* The type that is asked for, until CHANGE. */
uint16_t dg_update_type(const struct dg_update_machine *m);

/* Begins to look for what `purpose` wants at a name. */
void dg_update_inquire(struct dg_update_machine *m, enum purpose purpose,
		       const struct dg_name *name, dg_ms now);

/* Goes on where the last name of the chain leads. */
void dg_update_follow(struct dg_update_machine *m, dg_ms now);

/* No more addresses of the primary will come of the family that was asked for. */
void dg_update_end_addresses(struct dg_update_machine *m, dg_ms now);

/* Step 4, as the addresses of the primary are known. */
void dg_update_begin_change(struct dg_update_machine *m, dg_ms now);

#endif
