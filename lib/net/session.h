/* SPDX-License-Identifier: ISC */
/*
 * Asking resolvers over TLS: one connection for each of them, for all questions, opened when there
 * is one to ask, and open until it is of no use or the run ends.
 *
 * 1. The resolver's host is looked up, unless its address was given; again only when that failed,
 *    or all its addresses did.
 * 2. Its addresses are connected to, one after the other, until one can be: the next when one is
 *    refused, has no route, or is silent for a second. The one that worked is the first next time.
 * 3. TLS: what fails here fails all questions that wait; no other address is tried.
 * 4. Questions go out at once, as many as there are.
 * 5. When the connection ends before a question's answer: it is to be asked again, on a new one, if
 *    this one had answered others (RFC 7858 section 3.4: they are closed when idle), else it
 *    failed.
 * 6. When a question is given up and no other was answered since it was asked, the connection
 *    counts as dead, and is closed.
 */
#ifndef DG_SESSION_H
#define DG_SESSION_H

#include <poll.h>

#include "framing.h"
#include "pending.h"

struct dg_sessions;

struct dg_question {
	uint32_t handle; /* pending's */
	const struct dg_framing *framing;
	const struct dg_ask *ask;     /* its `secure` is kept as long as the sessions */
	const struct dg_query *query; /* copied */
	int64_t since_us;             /* from when the round trip is counted */
};

/* Tells `pending`, which is kept, what is heard. `tls_ca` as for dg_tls_new. */
enum dg_status dg_sessions_new(struct dg_sessions **ret_sessions, struct dg_pending *pending,
			       const char *tls_ca, struct dg_error *err) DG_MUST_CHECK;
void dg_sessions_free(struct dg_sessions *s);

/* Asks, as soon as there is a connection; its end is told to pending, never from here.
 * `may_connect`: two descriptors are free. DG_ELIMIT: come again, with another id. */
enum dg_status dg_sessions_ask(struct dg_sessions *s, const struct dg_question *question,
			       bool may_connect) DG_MUST_CHECK;

/* Forgets the question `handle`, which may be none of ours. */
void dg_sessions_stop(struct dg_sessions *s, uint32_t handle);

/* Connections, and the descriptors that they and look-ups hold. */
size_t dg_sessions_count(const struct dg_sessions *s);
size_t dg_sessions_descriptors(const struct dg_sessions *s);

/* Closes a connection that nobody waits for; false when there is none. Not between poll and heed.
 */
bool dg_sessions_drop_idle(struct dg_sessions *s);

/* Does what is due: connects, goes on to the next address, ends what is of no use. */
void dg_sessions_run(struct dg_sessions *s, dg_ms now);

/* When to run next; 0: at once. */
dg_ms dg_sessions_due(const struct dg_sessions *s);

/* Sends what can be sent, and fills as many entries as dg_sessions_count says with what to poll
 * for; then takes what poll found at one of them. */
void dg_sessions_pollfds(struct dg_sessions *s, struct pollfd *set);
void dg_sessions_heed(struct dg_sessions *s, size_t i, int64_t now_us);

#endif
