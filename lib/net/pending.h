/* SPDX-License-Identifier: ISC */
/*
 * All questions in flight: each an exchange of attempts, paced per address and name. It is the part
 * of the network side without sockets or clock, so a scripted world drives it as the real one does.
 */
#ifndef DG_PENDING_H
#define DG_PENDING_H

#include "dns/ask.h"
#include "exchange.h"

/* How attempts are carried. An attempt is known by its handle, from open to stop.
 *
 * open   sends the query to ask->server; *ret_failure, DG_HEARD_NOTHING before, tells why it could
 * not be sent at all (then there is no stop). DG_ELIMIT: no socket left just now, come again later.
 * stop   forgets the attempt.
 * random fills with unpredictable octets; false when there are none. */
struct dg_carriers {
	enum dg_status (*open)(void *self, uint32_t handle, enum dg_transport_kind transport,
			       const struct dg_ask *ask, const struct dg_query *query,
			       enum dg_heard_kind *ret_failure);
	void (*stop)(void *self, uint32_t handle);
	bool (*random)(void *self, uint8_t *octets, size_t len);
	void *self;
};

struct dg_pending;

struct dg_pending *dg_pending_new(const struct dg_carriers *carriers);
void dg_pending_free(struct dg_pending *p);

enum dg_status dg_pending_ask(struct dg_pending *p, const struct dg_ask *ask, dg_ms now,
			      struct dg_error *err) DG_MUST_CHECK;

/* Takes back the question of that id, wherever it is on its way; nothing is heard of it any more.
 */
void dg_pending_cancel(struct dg_pending *p, uint64_t ask_id);

/* Opens what is due, ends what is over. Returns when to be called again at the latest. */
enum dg_status dg_pending_run(struct dg_pending *p, dg_ms now, dg_ms *ret_next,
			      struct dg_error *err) DG_MUST_CHECK;

/* A message, or the lack of one, for the attempt `handle`. The message must stay until the next
 * call of dg_pending_heard. `why` (or NULL) says in words what failed. True when this ended the
 * exchange. */
bool dg_pending_message(struct dg_pending *p, uint32_t handle, const uint8_t *wire, size_t len,
			int64_t rtt_us, dg_ms now);
bool dg_pending_failed(struct dg_pending *p, uint32_t handle, enum dg_heard_kind failure,
		       const char *why, dg_ms now);

/* As dg_pending_message, of a message that another address sent than was asked. */
bool dg_pending_elsewhere(struct dg_pending *p, uint32_t handle, const struct dg_addr *from,
			  const uint8_t *wire, size_t len, dg_ms now);

/* The address that is asked in the attempt `handle`, now that it was looked up. */
void dg_pending_address(struct dg_pending *p, uint32_t handle, const struct dg_addr *addr);

/* The attempt `handle` has its TCP connection. */
void dg_pending_connected(struct dg_pending *p, uint32_t handle);

/* The next ended exchange; false when there is none. ret_heard->msg holds until the next call. */
bool dg_pending_heard(struct dg_pending *p, struct dg_heard *ret_heard);

#endif
