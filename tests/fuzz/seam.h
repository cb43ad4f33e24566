/* SPDX-License-Identifier: ISC */
/* A network whose every answer the input decides, above the seam: what comes fits its question, and
 * holds anything else. Its clock is virtual. When the input is at its end there is only silence. */
#ifndef FUZZ_SEAM_H
#define FUZZ_SEAM_H

#include "dns/ask.h"
#include "input.h"

#define NET_ASKS 64
#define NET_WALL 1795276800

struct net_ask {
	struct dg_ask ask;
	dg_ms at; /* when its outcome comes */
};

struct fuzz_net {
	struct input in;
	/* Names that answers speak of, and the TXT value that is wanted. */
	const struct dg_name *names;
	size_t nnames;
	/* Makes the reply to a message that goes out as it is, into room for 1024 octets. NULL:
	 * there are none. */
	size_t (*reply)(struct fuzz_net *n, const struct dg_message *message, uint8_t *wire);
	/* Called with each reply that is delivered, NULL allowed. */
	void (*delivered)(struct fuzz_net *n, const struct dg_ask *ask, const struct dg_msg *msg);
	void *self; /* the target's own */

	dg_ms now;
	struct net_ask ask[NET_ASKS];
	size_t nasks;
	unsigned steps, asked;
	uint8_t *wire; /* of the last reply; exactly as long as that */
	struct dg_msg msg;
};

struct dg_net fuzz_net_seam(struct fuzz_net *n);
void fuzz_net_end(struct fuzz_net *n);

#endif
