/* SPDX-License-Identifier: ISC */
#include "transport.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What fits into a packet that every path carries, over IPv6 (RFC 8200 section 5: 1280 octets) and,
 * in all likelihood, over IPv4. Where larger packets are lost, and the ICMP errors that would tell
 * of it, too, longer segments never come. */
#define LARGEST_SEGMENT (1280 - 40 - 20)

enum dg_heard_kind dg_heard_of_errno(bool local)
{
	switch (errno) {
	case EAGAIN:
	case EINTR:
	case EINPROGRESS:
		return DG_HEARD_NOTHING;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		return DG_HEARD_NO_SOCKET;
	case ECONNREFUSED:
		return DG_HEARD_CLOSED;
	case ENETUNREACH:
	case EHOSTUNREACH:
	case ENETDOWN:
	case EADDRNOTAVAIL:
	case EAFNOSUPPORT:
	case EACCES:
	case EPERM:
		/* Later the same numbers come from routers on the way (RFC 1122 section 4.1.3.3).
		 */
		return local ? DG_HEARD_NO_ROUTE : DG_HEARD_CLOSED;
	default:
		return DG_HEARD_CUT;
	}
}

void dg_conn_stop(struct dg_conn *conn)
{
	if (conn->fd >= 0)
		close(conn->fd);
	conn->fd = -1;
	free(conn->in);
	conn->in = NULL;
}

static socklen_t to_sockaddr(const struct dg_addr *addr, struct sockaddr_storage *ret)
{
	memset(ret, 0, sizeof(*ret));
	if (addr->family == 4) {
		struct sockaddr_in *in = (struct sockaddr_in *)ret;

		in->sin_family = AF_INET;
		in->sin_port = htons(addr->port);
		memcpy(&in->sin_addr, addr->ip, 4);
		return sizeof(*in);
	}
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ret;

	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(addr->port);
	in6->sin6_scope_id = addr->scope;
	memcpy(&in6->sin6_addr, addr->ip, 16);
	return sizeof(*in6);
}

bool dg_addr_of_sockaddr(struct dg_addr *ret_addr, const struct sockaddr *from)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)from;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)from;

	memset(ret_addr, 0, sizeof(*ret_addr));
	if (from->sa_family == AF_INET) {
		ret_addr->family = 4;
		ret_addr->port = ntohs(in->sin_port);
		memcpy(ret_addr->ip, &in->sin_addr, 4);
	} else if (from->sa_family == AF_INET6) {
		ret_addr->family = 6;
		ret_addr->port = ntohs(in6->sin6_port);
		ret_addr->scope = in6->sin6_scope_id;
		memcpy(ret_addr->ip, &in6->sin6_addr, 16);
	}
	return ret_addr->family != 0;
}

static enum dg_heard_kind open_socket(struct dg_conn *conn, int family, int type)
{
	memset(conn, 0, sizeof(*conn));
	conn->fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	return conn->fd < 0 ? dg_heard_of_errno(true) : DG_HEARD_NOTHING;
}

enum dg_heard_kind dg_conn_open(struct dg_conn *conn, const struct dg_addr *to, int type)
{
	struct sockaddr_storage address;
	socklen_t len = to_sockaddr(to, &address);
	enum dg_heard_kind kind = open_socket(conn, address.ss_family, type);
	int one = 1, segment = LARGEST_SEGMENT;

	if (kind != DG_HEARD_NOTHING)
		return kind;
	if (type == SOCK_STREAM) {
		/* Our messages are small and urgent: no piece may wait for the one before. */
		setsockopt(conn->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		setsockopt(conn->fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof(segment));
	}
	if (connect(conn->fd, (struct sockaddr *)&address, len) == 0) {
		conn->connected = true;
		return DG_HEARD_NOTHING;
	}
	kind = dg_heard_of_errno(true);
	if (kind != DG_HEARD_NOTHING)
		dg_conn_stop(conn);
	return kind;
}

enum dg_heard_kind dg_conn_send_to(struct dg_conn *conn, const struct dg_addr *to,
				   const uint8_t *octets, size_t len)
{
	struct sockaddr_storage address;
	socklen_t address_len = to_sockaddr(to, &address);
	enum dg_heard_kind kind = open_socket(conn, address.ss_family, SOCK_DGRAM);

	if (kind != DG_HEARD_NOTHING)
		return kind;
	conn->asked = *to;
	if (sendto(conn->fd, octets, len, 0, (struct sockaddr *)&address, address_len) < 0)
		kind = dg_heard_of_errno(true);
	if (kind != DG_HEARD_NOTHING)
		dg_conn_stop(conn);
	return kind;
}

ssize_t dg_conn_receive(struct dg_conn *conn, uint8_t buf[DG_MSG_MAX])
{
	struct sockaddr_storage address = {0};
	socklen_t address_len = sizeof(address);
	ssize_t n =
	    recvfrom(conn->fd, buf, DG_MSG_MAX, 0, (struct sockaddr *)&address, &address_len);

	if (n >= 0 && conn->asked.family != 0)
		conn->from_another =
		    dg_addr_of_sockaddr(&conn->source, (struct sockaddr *)&address) &&
		    !dg_addr_equal(&conn->source, &conn->asked);
	return n;
}

enum dg_heard_kind dg_conn_finish(struct dg_conn *conn)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (conn->connected)
		return DG_HEARD_NOTHING;
	if (getsockopt(conn->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		return DG_HEARD_CUT;
	if (error != 0) {
		errno = error;
		return dg_heard_of_errno(false);
	}
	conn->connected = true;
	return DG_HEARD_NOTHING;
}
