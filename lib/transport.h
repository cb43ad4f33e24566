/* SPDX-License-Identifier: ISC */
/*
 * A way to carry one query to one address and its reply back, without ever blocking. Each transport
 * is one file that ends with its const struct; transports.h lists them.
 */
#ifndef DG_TRANSPORT_H
#define DG_TRANSPORT_H

#include "exchange.h"

enum dg_carry {
	DG_CARRY_MORE,      /* under way */
	DG_CARRY_MESSAGE,   /* a message came; there may be more */
	DG_CARRY_CLOSED,    /* refused at the other end */
	DG_CARRY_CUT,       /* ended before the message did */
	DG_CARRY_NO_ROUTE,  /* no way there from this machine */
	DG_CARRY_NO_SOCKET, /* this process has no socket left just now */
	DG_CARRY_NO_MEMORY
};

/* One query under way. */
struct dg_conn {
	int fd;
	bool connected;
	uint8_t out[2 + DG_QUERY_MAX];
	const uint8_t *message; /* the asker's: goes out instead of `out`; NULL: none does */
	size_t out_len, out_done;
	uint8_t *in; /* a stream's message so far, its length in front */
	size_t in_len;
};

struct dg_transport {
	enum dg_transport_kind kind;

	/* Opens and sends. Anything but DG_CARRY_MORE: nothing is left open. A message of the query
	 * stays until the conn is stopped. */
	enum dg_carry (*start)(struct dg_conn *conn, const struct dg_addr *to,
			       const struct dg_query *query);

	/* What to poll for: POLLIN or POLLOUT. */
	short (*wants)(const struct dg_conn *conn);

	/* After poll found something: with DG_CARRY_MESSAGE the message is the first *ret_len
	 * octets of *ret_bytes, which hold until the next call; `buf` is DG_MSG_MAX octets to use
	 * for it. */
	enum dg_carry (*ready)(struct dg_conn *conn, uint8_t *buf, const uint8_t **ret_bytes,
			       size_t *ret_len);
};

/* Frees what a conn holds, whatever its transport. */
void dg_conn_stop(struct dg_conn *conn);

/* A nonblocking socket connected, or connecting, to `to`; the first half of every start. */
enum dg_carry dg_conn_open(struct dg_conn *conn, const struct dg_addr *to, int type);

/* The socket is writable: it is connected now, or could not be. Without effect once it is. */
enum dg_carry dg_conn_finish(struct dg_conn *conn);

/* What errno means; `local` when the call could not have involved the other end. */
enum dg_carry dg_carry_of_errno(bool local);

extern const struct dg_transport dg_transport_udp;
extern const struct dg_transport dg_transport_tcp;

#endif
