/* SPDX-License-Identifier: ISC */
/*
 * How questions and answers lie in the octets of a connection that carries many of them. Each is
 * one file, transport_*.c, that ends with its const struct. It sees octets only: no socket, no
 * clock.
 */
#ifndef DG_FRAMING_H
#define DG_FRAMING_H

#include "fault.h"
#include "dns/query.h"

/* What came of a question. */
struct dg_framed {
	uint32_t handle;
	const uint8_t *bytes; /* the message; NULL: none will come, for the reason in `fault` */
	size_t len;
	struct dg_fault fault; /* DG_HEARD_OLD: another connection may do */
};

struct dg_framing {
	const char *protocol; /* the ALPN name that must be chosen; NULL: none */
	bool one_message;     /* a question gets one message, fitting or not */

	/* The state of one connection, known by `self` in the rest; `secure` is borrowed as long as
	 * it. NULL when memory ran out. */
	void *(*begin)(const struct dg_secure *secure);
	void (*end)(void *self);

	/* Has a question to send. DG_ELIMIT: not now, nor with this id; DG_ENOMEM. */
	enum dg_status (*ask)(void *self, uint32_t handle, const struct dg_query *query);

	/* The question is none of ours any more, answered or not. */
	void (*forget)(void *self, uint32_t handle);

	/* The next octets to send, which hold until the next call; 0: none. */
	size_t (*give)(void *self, const uint8_t **ret_bytes);

	/* Octets that came. Returns how many it took: the rest after `next` has told everything.
	 * 0: nothing more can be made of this connection; *ret_fault tells why. */
	size_t (*take)(void *self, const uint8_t *bytes, size_t len, struct dg_fault *ret_fault);

	/* Returns what came since the last call, one message at a time; false: no more. The bytes
	 * stay until the next call of anything except forget. */
	bool (*next)(void *self, struct dg_framed *ret_framed);

	/* The other end takes no new questions on this connection. */
	bool (*is_ending)(const void *self);
};

extern const struct dg_framing dg_transport_tls;
extern const struct dg_framing dg_transport_https;

#endif
