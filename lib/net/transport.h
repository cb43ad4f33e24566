/* SPDX-License-Identifier: ISC */
/*
 * A way to carry one query to one address and its reply back, without ever blocking. Each transport
 * is one file that ends with its const struct; transport.c lists them.
 */
#ifndef DG_TRANSPORT_H
#define DG_TRANSPORT_H

#include <sys/socket.h>
#include <sys/types.h>

#include "exchange.h"

/* One query under way. */
struct dg_conn {
	int fd;
	bool connected;
	uint8_t out[2 + DG_QUERY_MAX];
	const uint8_t *message; /* the asker's: goes out instead of `out`; NULL: none does */
	size_t out_len, out_done;
	struct dg_addr asked; /* over a socket that is not connected; family 0: it is */
	bool from_another;    /* then: the last message came from `source` instead */
	struct dg_addr source;
	uint8_t *in; /* a stream's message so far, its length in front */
	size_t in_len;
};

struct dg_transport {
	enum dg_transport_kind kind;

	/* Opens and sends. Anything but DG_HEARD_NOTHING: nothing is left open. A message of the
	 * query stays until the conn is stopped. */
	enum dg_heard_kind (*start)(struct dg_conn *conn, const struct dg_addr *to,
				    const struct dg_query *query);

	/* What to poll for: POLLIN or POLLOUT. */
	short (*wants)(const struct dg_conn *conn);

	/* After poll found something: with DG_HEARD_REPLY the message is the first *ret_len
	 * octets of *ret_bytes, which hold until the next call; `buf` is DG_MSG_MAX octets to use
	 * for it. */
	enum dg_heard_kind (*ready)(struct dg_conn *conn, uint8_t *buf, const uint8_t **ret_bytes,
				    size_t *ret_len);
};

/* Frees what a conn holds, whatever its transport. */
void dg_conn_stop(struct dg_conn *conn);

/* A nonblocking socket connected, or connecting, to `to`; the first half of every start. */
enum dg_heard_kind dg_conn_open(struct dg_conn *conn, const struct dg_addr *to, int type);

/* Sends a datagram from a socket that is not connected, and so hears from everybody. */
enum dg_heard_kind dg_conn_send_to(struct dg_conn *conn, const struct dg_addr *to,
				   const uint8_t *octets, size_t len);

/* The next datagram, and where it came from; as recv. */
ssize_t dg_conn_receive(struct dg_conn *conn, uint8_t buf[DG_MSG_MAX]);

/* False when it is of another family; the address is of family 0 then. */
bool dg_addr_of_sockaddr(struct dg_addr *ret_addr, const struct sockaddr *from);

/* The socket is writable: it is connected now, or could not be. Without effect once it is. */
enum dg_heard_kind dg_conn_finish(struct dg_conn *conn);

/* Translates errno; `local`: the call could not have involved the other end. */
enum dg_heard_kind dg_heard_of_errno(bool local);

extern const struct dg_transport dg_transport_udp;
extern const struct dg_transport dg_transport_tcp;

#endif
