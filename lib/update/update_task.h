/* SPDX-License-Identifier: ISC */
/* Inside the machine of updates: shared by the half that asks (update.c) and the half that learns
 * (update_learn.c) and the change itself (update_change.c). */
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
	ASK_RECORD, /* is it there? */
	ASK_SERIAL,
	OVER
};

/* Of the primary, and of the zone's other servers. */
#define MOST_ADDRESSES (3 * DG_MAX_NS_ADDRESSES)

struct dg_update_address {
	struct dg_addr addr;
	bool primary;
	bool refused; /* it answered, and another attempt would not change that */
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
	int last_rcode;   /* of the last reply that was of no use; -1: there was none */
	dg_ms not_before; /* a pause, as nobody was of use */

	struct dg_name chain[DG_MAX_CHAIN + 1];
	unsigned owners;
	struct dg_name alias; /* where the last of them leads, if it is an alias at all */
	bool wildcard;        /* a wildcard's, it seems: the update tells */
	uint32_t random;
	struct dg_name apex, primary;
	unsigned aliases; /* of the primary's name */

	struct dg_zone *zone; /* whose other servers may take the update, too; or NULL */
	bool unheard;         /* nobody told the primary's addresses */
	struct dg_update_address address[MOST_ADDRESSES];
	size_t naddresses, next_address;
	bool all_known;  /* the zone's other servers are among them */
	bool told;       /* what the primary said, or that it does not */
	unsigned rounds; /* over all addresses */
	unsigned looks;  /* for the record */
	bool tcp;
	struct dg_update_msg msg;

	/* from CHANGE on */
	uint64_t asked; /* in flight, or 0 */
	dg_ms due;
};

/* Says why it did not work so far. */
void dg_update_tell(struct dg_update_machine *m, const char *advice, const char *format, ...)
    DG_PRINTF(3, 4);

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

/* How long to wait before all are asked again, in milliseconds. */
dg_ms dg_update_patience(struct dg_update_machine *m);

/* Asks the servers again after a pause, as none of them was of use. */
void dg_update_pause(struct dg_update_machine *m, dg_ms now);

/* Goes on where the last name of the chain leads. */
void dg_update_follow(struct dg_update_machine *m, dg_ms now);

/* No address of the primary is known. */
void dg_update_forget_addresses(struct dg_update_machine *m);

/* Begins to look for the primary's addresses. */
void dg_update_find_addresses(struct dg_update_machine *m, dg_ms now);

/* Adds an address of the primary, as far as there is room. */
void dg_update_add_address(struct dg_update_machine *m, const struct dg_addr *addr);

/* No more addresses of the primary will come of the family that was asked for. */
void dg_update_end_addresses(struct dg_update_machine *m, dg_ms now);

/* Step 4, as the addresses of the primary are known. */
void dg_update_begin_change(struct dg_update_machine *m, dg_ms now);

/* The given server does not tell about the name in the given zone: it gets the update as it is. */
void dg_update_trust_given(struct dg_update_machine *m, dg_ms now);

/* From CHANGE on. */
enum dg_status dg_update_change(struct dg_update_machine *m, const struct dg_update_now *at,
				struct dg_ask *ret_ask, struct dg_error *err) DG_MUST_CHECK;
enum dg_status dg_update_change_heard(struct dg_update_machine *m, const struct dg_heard *heard,
				      const struct dg_update_now *at,
				      struct dg_error *err) DG_MUST_CHECK;

#endif
