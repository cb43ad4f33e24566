/* SPDX-License-Identifier: ISC */
/* TCP and UDP against a socket of the test's own: every cut, every split, refused and closed ports.
 */
#include "unit.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/transport.h"

static uint8_t buf[DG_MSG_MAX];

static int listener(int type, struct dg_addr *ret_addr)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(in);
	int fd = socket(AF_INET, type, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&in, sizeof(in)), 0);
	if (type == SOCK_STREAM)
		assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&in, &len), 0);
	assert_int_equal(dg_addr_parse(ret_addr, "127.0.0.1", ntohs(in.sin_port), NULL), DG_OK);
	return fd;
}

static struct dg_query make_query(void)
{
	struct dg_ask ask = {.id = 1, .name = unit_name("a.example.lab."), .type = DG_TYPE_TXT};
	uint8_t random[DG_QUERY_RANDOM] = {1, 2};
	struct dg_query q;

	assert_int_equal(dg_query_build(&q, &ask, true, false, random, NULL), DG_OK);
	return q;
}

/* Lets the transport go on until it has something to say, for a second at most. */
static enum dg_heard_kind go_on(const struct dg_transport *t, struct dg_conn *conn,
				const uint8_t **ret_bytes, size_t *ret_len)
{
	int rounds;

	for (rounds = 0; rounds < 100; rounds++) {
		struct pollfd p = {.fd = conn->fd, .events = t->wants(conn)};
		enum dg_heard_kind kind;

		if (poll(&p, 1, 10) == 0)
			continue;
		kind = t->ready(conn, buf, ret_bytes, ret_len);
		if (kind != DG_HEARD_NOTHING)
			return kind;
	}
	return DG_HEARD_NOTHING;
}

/* Sends the query; the server's end of the connection, the question read from it. */
static int connect_tcp(struct dg_conn *conn, int fd, const struct dg_addr *addr,
		       const struct dg_query *q)
{
	const struct dg_transport *t = &dg_transport_tcp;
	uint8_t got[2 + DG_QUERY_MAX];
	const uint8_t *bytes;
	size_t len, have = 0;
	int server;

	assert_int_equal(t->start(conn, addr, q), DG_HEARD_NOTHING);
	server = accept(fd, NULL, NULL);
	assert_true(server >= 0);
	while (t->wants(conn) == POLLOUT) {
		struct pollfd p = {.fd = conn->fd, .events = POLLOUT};

		assert_int_equal(poll(&p, 1, 1000), 1);
		assert_int_equal(t->ready(conn, buf, &bytes, &len), DG_HEARD_NOTHING);
	}
	while (have < 2 + q->len) {
		ssize_t n = read(server, got + have, sizeof(got) - have);

		assert_true(n > 0);
		have += (size_t)n;
	}
	assert_int_equal(got[0] << 8 | got[1], q->len);
	assert_memory_equal(got + 2, q->wire, q->len);
	return server;
}

static void test_every_split(void **state)
{
	static const uint8_t stream[] = {0, 5, 'a', 'b', 'c', 'd', 'e', 0, 0, 0, 2, 'x', 'y'};
	struct dg_query q = make_query();
	struct dg_addr addr;
	int fd = listener(SOCK_STREAM, &addr);
	size_t cut;

	(void)state;
	for (cut = 1; cut < sizeof(stream); cut++) {
		struct dg_conn conn;
		int server = connect_tcp(&conn, fd, &addr, &q);
		const uint8_t *bytes = NULL;
		size_t len = 99;

		assert_int_equal(write(server, stream, cut), cut);
		if (cut < 7)
			assert_int_equal(go_on(&dg_transport_tcp, &conn, &bytes, &len),
					 DG_HEARD_NOTHING);
		assert_int_equal(write(server, stream + cut, sizeof(stream) - cut),
				 sizeof(stream) - cut);
		assert_int_equal(go_on(&dg_transport_tcp, &conn, &bytes, &len), DG_HEARD_REPLY);
		assert_int_equal(len, 5);
		assert_memory_equal(bytes, "abcde", 5);
		/* An empty message, and one more: all in one stream. */
		assert_int_equal(go_on(&dg_transport_tcp, &conn, &bytes, &len), DG_HEARD_REPLY);
		assert_int_equal(len, 0);
		assert_int_equal(go_on(&dg_transport_tcp, &conn, &bytes, &len), DG_HEARD_REPLY);
		assert_memory_equal(bytes, "xy", 2);
		close(server);
		assert_int_equal(go_on(&dg_transport_tcp, &conn, &bytes, &len), DG_HEARD_CUT);
		dg_conn_stop(&conn);
	}
	close(fd);
}

static void test_every_cut(void **state)
{
	static const uint8_t stream[] = {0, 5, 'a', 'b', 'c', 'd', 'e'};
	struct dg_query q = make_query();
	struct dg_addr addr;
	int fd = listener(SOCK_STREAM, &addr);
	size_t cut;
	int reset;

	(void)state;
	for (cut = 0; cut < sizeof(stream); cut++) {
		for (reset = 0; reset < 2; reset++) {
			struct linger linger = {.l_onoff = 1};
			struct dg_conn conn;
			int server = connect_tcp(&conn, fd, &addr, &q);
			const uint8_t *bytes = NULL;
			size_t len = 0;

			assert_int_equal(write(server, stream, cut), cut);
			if (reset)
				setsockopt(server, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
			close(server);
			assert_int_equal(go_on(&dg_transport_tcp, &conn, &bytes, &len),
					 DG_HEARD_CUT);
			dg_conn_stop(&conn);
			assert_int_equal(conn.fd, -1);
		}
	}
	close(fd);
}

static void test_refused(void **state)
{
	struct dg_query q = make_query();
	struct dg_conn conn;
	struct dg_addr addr;
	const uint8_t *bytes;
	size_t len;
	int fd = listener(SOCK_STREAM, &addr);
	enum dg_heard_kind kind;

	(void)state;
	close(fd);
	kind = dg_transport_tcp.start(&conn, &addr, &q);
	if (kind == DG_HEARD_NOTHING)
		kind = go_on(&dg_transport_tcp, &conn, &bytes, &len);
	assert_int_equal(kind, DG_HEARD_CLOSED);
	dg_conn_stop(&conn);
	fd = listener(SOCK_DGRAM, &addr);
	close(fd);
	assert_int_equal(dg_transport_udp.start(&conn, &addr, &q), DG_HEARD_NOTHING);
	assert_int_equal(go_on(&dg_transport_udp, &conn, &bytes, &len), DG_HEARD_CLOSED);
	dg_conn_stop(&conn);
}

static void test_udp(void **state)
{
	struct dg_query q = make_query();
	struct sockaddr_in first, second;
	socklen_t first_len = sizeof(first), second_len = sizeof(second);
	struct dg_conn conn, again;
	struct dg_addr addr, other;
	const uint8_t *bytes;
	size_t len;
	int fd = listener(SOCK_DGRAM, &addr), stranger = listener(SOCK_DGRAM, &other);
	ssize_t n;

	(void)state;
	assert_int_equal(dg_transport_udp.start(&conn, &addr, &q), DG_HEARD_NOTHING);
	n = recvfrom(fd, buf, sizeof(buf), 0, (struct sockaddr *)&first, &first_len);
	assert_int_equal(n, q.len);
	assert_memory_equal(buf, q.wire, q.len);
	/* From another port nothing is heard. */
	sendto(stranger, "forged", 6, 0, (struct sockaddr *)&first, first_len);
	sendto(fd, "true", 4, 0, (struct sockaddr *)&first, first_len);
	assert_int_equal(go_on(&dg_transport_udp, &conn, &bytes, &len), DG_HEARD_REPLY);
	assert_int_equal(len, 4);
	assert_memory_equal(bytes, "true", 4);
	/* Each question has a port of its own. */
	assert_int_equal(dg_transport_udp.start(&again, &addr, &q), DG_HEARD_NOTHING);
	n = recvfrom(fd, buf, sizeof(buf), 0, (struct sockaddr *)&second, &second_len);
	assert_int_equal(n, q.len);
	assert_int_not_equal(first.sin_port, second.sin_port);
	dg_conn_stop(&conn);
	dg_conn_stop(&again);
	close(fd);
	close(stranger);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_split),
	    cmocka_unit_test(test_every_cut),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_udp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
