/* SPDX-License-Identifier: ISC */
/*
 * The one loop over machines, which owns the network and the time:
 *
 *  1. The errand's turn comes, then every question that a machine wants asked is sent, in the order
 *     of the machines, until none has another.
 *  2. The loop ends when the errand is over, or its time is.
 *  3. It sleeps until something is heard, which goes to the machine that asked, or until time alone
 *     changes something for one of them.
 */
#ifndef DG_DRIVE_H
#define DG_DRIVE_H

#include "dns/ask.h"
#include "find/outage.h"

struct dg_machine {
	unsigned kinds; /* 1 << dg_machine_kind of its questions */

	/* The next question to send now; ret_ask->id stays 0 when there is none. */
	enum dg_status (*next)(void *self, struct dg_ask *ret_ask, struct dg_error *err);

	/* When to call it again if nothing is heard before. */
	dg_ms (*due)(void *self);

	/* The outcome of one of its questions. */
	enum dg_status (*heard)(void *self, const struct dg_heard *heard, struct dg_error *err);
};

/* What the machines are driven for. */
struct dg_errand {
	const struct dg_machine *machine;
	size_t count;
	void *self; /* of the machines, and of these */
	enum dg_status (*turn)(void *self, struct dg_error *err); /* or NULL */
	bool (*is_over)(void *self);
	enum dg_status (*expire)(void *self, struct dg_error *err); /* no time is left */
};

struct dg_drive {
	struct dg_net net;
	dg_ms started, now, deadline;
	size_t pending, most; /* questions on their way */
	struct dg_outage outage;
	bool heard_any;          /* some server, any, answered something, */
	dg_ms heard_first;       /* and when that was */
	dg_ms delay, delay_seen; /* how long the rates held back the last question heard of; when */
	dg_ms queued;            /* what answers spend in queues on the path */
};

/* Begins to use `net`, which must stay as long. The time starts to run. */
enum dg_status dg_drive_start(struct dg_drive *d, const struct dg_net *net, dg_ms timeout,
			      struct dg_error *err) DG_MUST_CHECK;

enum dg_status dg_drive_run(struct dg_drive *d, const struct dg_errand *errand,
			    struct dg_error *err) DG_MUST_CHECK;

/* True when no question may go on its way before another has an outcome. */
bool dg_drive_is_full(const struct dg_drive *d);

/* True when questions wait for one another before they go out. */
bool dg_drive_is_crowded(const struct dg_drive *d);

/* Takes back a question that is on its way. */
void dg_drive_cancel(struct dg_drive *d, uint64_t ask);

#endif
