/* SPDX-License-Identifier: ISC */
/*
 * How a call's records get into the DNS before the wait, and out of it again. One file a way, each
 * ending with a const struct; the Makefile writes the list of them.
 */
#ifndef PUBLISH_H
#define PUBLISH_H

#include "input/plan.h"

/* One call of a client. */
struct call {
	const struct options *options;
	const struct operands *operands;
	struct plan *plan;
	dg_ms deadline; /* on clock.h's clock */
	int stop_fd;
	char *output; /* what the publisher printed when it added, or NULL */
};

enum publish_what {
	PUBLISH_ADD,
	PUBLISH_REMOVE,
	PUBLISH_UNDO, /* remove what this call added, as a later call of the client would */
	PUBLISH_TELL  /* nothing of ours */
};

/* What came of it. */
struct published {
	bool done;
	int status;       /* of a program that was told */
	char text[640];   /* not done: what went wrong, */
	char advice[512]; /* and what to do */
};

struct publisher {
	bool (*chosen)(const struct options *options);

	/* How long a clean-up may take, whatever the timeout is; 0: as long as that. */
	dg_ms clean_up;

	/* Reads what the user set up, to find mistakes before anything is done. */
	enum dg_status (*check)(const struct call *call, struct dg_error *err);

	/* Does it until then. DG_ESTOPPED: a signal came; DG_EINVAL and DG_ENOMEM besides. */
	enum dg_status (*publish)(struct call *call, enum publish_what what, dg_ms until,
				  struct published *ret, struct dg_error *err);
};

/* The one that the options choose; NULL: publishing is not ours. */
const struct publisher *publisher_of(const struct options *options);

/* Set in the environment of whatever publishes for us, to our process id and start: should that
 * call dns01gate again, it must not publish again. */
#define PUBLISH_WITHIN "DNS01GATE_WITHIN"

#endif
