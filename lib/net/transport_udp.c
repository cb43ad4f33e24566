/* SPDX-License-Identifier: ISC */
/* Each query from a fresh socket, so from a fresh random port (RFC 5452 section 9.2), connected, so
 * that the kernel drops what comes from elsewhere, unless that is what the query is to find out. */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "transport.h"

static enum dg_heard_kind udp_start(struct dg_conn *conn, const struct dg_addr *to,
				    const struct dg_query *query)
{
	enum dg_heard_kind kind;

	if (query->any_source)
		return dg_conn_send_to(conn, to, dg_query_octets(query), query->len);
	kind = dg_conn_open(conn, to, SOCK_DGRAM);
	if (kind != DG_HEARD_NOTHING)
		return kind;
	if (send(conn->fd, dg_query_octets(query), query->len, 0) < 0) {
		kind = dg_heard_of_errno(true);
		/* A full queue loses the datagram, as any router might. */
		if (kind != DG_HEARD_NOTHING)
			dg_conn_stop(conn);
	}
	return kind;
}

static short udp_wants(const struct dg_conn *conn)
{
	(void)conn;
	return POLLIN;
}

static enum dg_heard_kind udp_ready(struct dg_conn *conn, uint8_t *buf, const uint8_t **ret_bytes,
				    size_t *ret_len)
{
	ssize_t n = dg_conn_receive(conn, buf);

	if (n < 0)
		return dg_heard_of_errno(false);
	*ret_bytes = buf;
	*ret_len = (size_t)n;
	return DG_HEARD_REPLY;
}

const struct dg_transport dg_transport_udp = {
    .kind = DG_TRANSPORT_UDP,
    .start = udp_start,
    .wants = udp_wants,
    .ready = udp_ready,
};
