/* SPDX-License-Identifier: ISC */
/* One connection a query, as after a truncated reply (RFC 7766). A message has its length in two
 * octets in front (RFC 1035 section 4.2.2) and may come in any number of pieces. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "transport.h"

#define PREFIX 2

static enum dg_heard_kind tcp_start(struct dg_conn *conn, const struct dg_addr *to,
				    const struct dg_query *query)
{
	enum dg_heard_kind kind = dg_conn_open(conn, to, SOCK_STREAM);

	if (kind != DG_HEARD_NOTHING)
		return kind;
	if (query->message != NULL) {
		conn->message = query->message->framed;
	} else {
		conn->out[0] = (uint8_t)(query->len >> 8);
		conn->out[1] = (uint8_t)query->len;
		memcpy(conn->out + PREFIX, query->wire, query->len);
	}
	conn->out_len = PREFIX + query->len;
	return DG_HEARD_NOTHING;
}

static short tcp_wants(const struct dg_conn *conn)
{
	return conn->out_done < conn->out_len ? POLLOUT : POLLIN;
}

static enum dg_heard_kind send_rest(struct dg_conn *conn)
{
	enum dg_heard_kind kind = dg_conn_finish(conn);
	const uint8_t *out = conn->message != NULL ? conn->message : conn->out;
	ssize_t n;

	if (!conn->connected)
		return kind;
	n = send(conn->fd, out + conn->out_done, conn->out_len - conn->out_done, MSG_NOSIGNAL);
	if (n < 0) {
		kind = dg_heard_of_errno(false);
		return kind == DG_HEARD_NOTHING ? kind : DG_HEARD_CUT;
	}
	conn->out_done += (size_t)n;
	return DG_HEARD_NOTHING;
}

/* Octets of the message, length prefix included, that are still to come. */
static size_t missing(const struct dg_conn *conn)
{
	size_t want = PREFIX;

	if (conn->in_len >= PREFIX)
		want += (size_t)conn->in[0] << 8 | conn->in[1];
	return want - conn->in_len;
}

static enum dg_heard_kind receive_some(struct dg_conn *conn, uint8_t *buf)
{
	ssize_t n = recv(conn->fd, buf, missing(conn), 0);
	uint8_t *bigger;

	if (n < 0) {
		enum dg_heard_kind kind = dg_heard_of_errno(false);

		return kind == DG_HEARD_NOTHING ? kind : DG_HEARD_CUT;
	}
	if (n == 0)
		return DG_HEARD_CUT;
	/* Grows with what came, not with what the length claims. */
	bigger = realloc(conn->in, conn->in_len + (size_t)n);
	if (bigger == NULL)
		return DG_HEARD_NO_MEMORY;
	conn->in = bigger;
	memcpy(conn->in + conn->in_len, buf, (size_t)n);
	conn->in_len += (size_t)n;
	return DG_HEARD_NOTHING;
}

static enum dg_heard_kind tcp_ready(struct dg_conn *conn, uint8_t *buf, const uint8_t **ret_bytes,
				    size_t *ret_len)
{
	enum dg_heard_kind kind;

	if (conn->out_done < conn->out_len)
		return send_rest(conn);
	kind = receive_some(conn, buf);
	if (kind == DG_HEARD_NOTHING && conn->in_len >= PREFIX && missing(conn) == 0) {
		*ret_len = conn->in_len - PREFIX;
		conn->in_len = 0;
		memcpy(buf, conn->in + PREFIX, *ret_len);
		*ret_bytes = buf;
		return DG_HEARD_REPLY;
	}
	return kind;
}

const struct dg_transport dg_transport_tcp = {
    .kind = DG_TRANSPORT_TCP,
    .start = tcp_start,
    .wants = tcp_wants,
    .ready = tcp_ready,
};
