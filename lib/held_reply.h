/* SPDX-License-Identifier: ISC */
/* A reply that cannot be judged yet, kept until more is known of the chain of trust. */
#ifndef DG_HELD_REPLY_H
#define DG_HELD_REPLY_H

#include "ask.h"

struct dg_held {
	uint8_t *octets; /* NULL: nothing is kept */
	size_t len;
	struct dg_heard heard; /* how it came */
	unsigned epoch;        /* what was known then */
};

/* Keeps the reply of `heard` unless one is kept already, or it is long: that will be asked for again.
 * DG_ENOMEM. */
enum dg_status dg_held_keep(struct dg_held *held, const struct dg_heard *heard,
			    unsigned epoch) DG_MUST_CHECK;

/* True when something is kept, and more is known than when it was last looked at. */
bool dg_held_is_due(const struct dg_held *held, unsigned epoch);

/* Reads it anew, as of now: free ret_msg with dg_msg_free. DG_ENOMEM. */
enum dg_status dg_held_read(struct dg_held *held, unsigned epoch, struct dg_heard *ret_heard,
			    struct dg_msg *ret_msg) DG_MUST_CHECK;

void dg_held_drop(struct dg_held *held);

#endif
