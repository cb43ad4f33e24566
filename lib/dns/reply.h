/* SPDX-License-Identifier: ISC */
/* A reply that is kept: the only keeper of a reply's octets. */
#ifndef DG_REPLY_H
#define DG_REPLY_H

#include "ask.h"
#include "base/room.h"

struct dg_kept;

/* Start it from {0}. */
struct dg_reply {
	struct dg_kept *kept; /* NULL: nothing is kept */
	struct dg_room *room; /* that it takes up; borrowed */
	unsigned epoch;       /* what was known of the chain of trust when it was judged last */
};

/* Copies the reply of `heard` unless one is kept already, it is longer than `most` octets, or there
 * is no room: then ret->kept tells. Free it with dg_reply_drop. DG_ENOMEM. */
enum dg_status dg_reply_keep(struct dg_reply *ret, const struct dg_heard *heard, size_t most,
			     unsigned epoch, struct dg_room *room) DG_MUST_CHECK;

/* True when something is kept, and more is known by now than when it was judged last. */
bool dg_reply_is_due(const struct dg_reply *reply, unsigned epoch);

/* Reads what is kept anew, as if it came with no more questions: free ret_msg with dg_msg_free.
 * DG_ENOMEM. */
enum dg_status dg_reply_read(const struct dg_reply *reply, struct dg_heard *ret_heard,
			     struct dg_msg *ret_msg) DG_MUST_CHECK;

void dg_reply_drop(struct dg_reply *reply);

#endif
