/* SPDX-License-Identifier: ISC */
/*
 * Publishes one TXT record by dynamic update (RFC 2136), or removes it. A pure machine, like
 * discovery, which finds the servers for it: it says what it wants asked, is told what was heard,
 * and has no socket and no clock.
 */
#ifndef DG_UPDATE_H
#define DG_UPDATE_H

#include "find/discover.h"
#include "update_msg.h"

struct dg_update_plan {
	struct dg_name name;
	bool add;
	uint32_t ttl;               /* seconds */
	const char *value;          /* borrowed, as `tsig` is */
	const struct dg_tsig *tsig; /* NULL: unsigned */
	struct dg_addr server;      /* the primary; family 0: the one that the zone's SOA names */
	struct dg_zone *direct; /* with it alone, borrowed; NULL unless server and zone are given */
	bool has_zone;
	struct dg_name zone;
	struct dg_reach reach;
	bool mixed_case;
};

struct dg_update_machine;

/* Finds servers by `discover`, or, when `given` is not NULL, asks that zone's instead; both are
 * borrowed. Writes to `result` what it learns, until it is over. DG_ENOMEM. */
enum dg_status dg_update_machine_new(struct dg_update_machine **ret_machine,
				     const struct dg_update_plan *plan,
				     struct dg_discover *discover, struct dg_zone *given,
				     struct dg_update_result *result,
				     struct dg_error *err) DG_MUST_CHECK;
void dg_update_machine_free(struct dg_update_machine *m);

struct dg_update_now {
	dg_ms now;
	int64_t wall; /* seconds since 1970 */
	uint32_t random;
};

/* The next question to send now; ret_ask->id is 0 when there is none. It looks at what discovery
 * found, too. */
enum dg_status dg_update_machine_next(struct dg_update_machine *m, const struct dg_update_now *at,
				      struct dg_ask *ret_ask, struct dg_error *err) DG_MUST_CHECK;

/* When to call it again if neither it nor discovery hears or does anything before. */
dg_ms dg_update_machine_due(const struct dg_update_machine *m);

enum dg_status dg_update_machine_heard(struct dg_update_machine *m, const struct dg_heard *heard,
				       const struct dg_update_now *at,
				       struct dg_error *err) DG_MUST_CHECK;

/* True when nothing more is to be done: the result tells. */
bool dg_update_machine_is_over(const struct dg_update_machine *m);

/* No time is left: the result tells what it was at. */
void dg_update_machine_expire(struct dg_update_machine *m);

#endif
