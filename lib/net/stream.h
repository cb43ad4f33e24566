/* SPDX-License-Identifier: ISC */
/*
 * One TLS connection to a resolver, from this side, that never blocks: connects, shakes hands,
 * verifies, then carries octets both ways. A failure is sticky: move octets, then look at the
 * fault.
 */
#ifndef DG_STREAM_H
#define DG_STREAM_H

#include "tls.h"
#include "transport.h"

struct dg_stream;

/* Begins to connect to `to`; `secure` and `protocol` (see dg_tls_client) are borrowed as long as
 * it. Anything but DG_HEARD_NOTHING: nothing was made. Free it with dg_stream_free. */
enum dg_heard_kind dg_stream_new(struct dg_stream **ret_stream, const struct dg_tls *tls,
				 const struct dg_secure *secure, const struct dg_addr *to,
				 const char *protocol);
void dg_stream_free(struct dg_stream *s);

/* What to poll, and for what: POLLIN, POLLOUT. */
int dg_stream_fd(const struct dg_stream *s);
short dg_stream_wants(const struct dg_stream *s);

/* After poll found something: connects, receives 64 KiB at most, shakes hands. */
void dg_stream_ready(struct dg_stream *s);

/* TCP is connected; the handshake is over and the other end is the right one. */
bool dg_stream_is_connected(const struct dg_stream *s);
bool dg_stream_is_open(const struct dg_stream *s);

/* The next octets that came, `len` at most; 0: none are left. */
size_t dg_stream_read(struct dg_stream *s, uint8_t *buf, size_t len);

/* Takes octets to send, once it is open; false, without taking them, as long as too many wait. */
bool dg_stream_has_room(const struct dg_stream *s);
void dg_stream_write(struct dg_stream *s, const uint8_t *bytes, size_t len);

/* Sends what can be sent at once of what waits. */
void dg_stream_flush(struct dg_stream *s);

/* Octets that came from the network so far. */
uint64_t dg_stream_received(const struct dg_stream *s);

/* Why no more comes; NULL: it may. DG_HEARD_CUT: the other end closed it when it was open. */
const struct dg_fault *dg_stream_fault(const struct dg_stream *s);

#endif
