/* SPDX-License-Identifier: ISC */
#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "later.h"

#define STREAMS 1024
#define TRIES 50
#define IDLE 20.0
/* Octets of a datagram on the wire, at most. */
#define DATAGRAM 65000

/* An accepted connection: questions one after the other. */
struct stream {
	int fd;
	uint32_t address;
	uint8_t in[2 + 1024];
	size_t in_len;
	uint8_t *out;
	size_t out_len, out_done;
	double out_at, since;
	bool cut;
};

struct server {
	server_answer *answer;
	void *self;
	int udp, tcp;
	unsigned port;
	double zero;
	struct ledger *ledger;
	struct draft draft;
	struct later later;
	struct stream *stream[STREAMS];
	size_t nstreams;
};

static void die(const char *what)
{
	perror(what);
	exit(70);
}

static double clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double server_now(const struct server *s)
{
	return clock_now() - s->zero;
}

/* ---- sockets --------------------------------------------------------------------------------- */

/* -1: the port is taken. */
static int open_socket(int type, unsigned port)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1, large = 4 << 20;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3) != 0)
		die("the loopback device");
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &large, sizeof(large));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &large, sizeof(large));
	setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof(one));
	if (type == SOCK_STREAM)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&any, sizeof(any)) != 0 ||
	    (type == SOCK_STREAM && listen(fd, 512) != 0)) {
		close(fd);
		return -1;
	}
	return fd;
}

static unsigned port_of(int fd)
{
	struct sockaddr_in address;
	socklen_t len = sizeof(address);

	if (getsockname(fd, (struct sockaddr *)&address, &len) != 0)
		die("getsockname");
	return ntohs(address.sin_port);
}

struct server *server_open(server_answer *answer, void *self)
{
	struct server *s = calloc(1, sizeof(*s));
	int i;

	if (s == NULL)
		die("server");
	s->answer = answer;
	s->self = self;
	s->tcp = -1;
	for (i = 0; i < TRIES && s->tcp < 0; i++) {
		s->udp = open_socket(SOCK_DGRAM, 0);
		if (s->udp < 0)
			die("bind");
		s->port = port_of(s->udp);
		s->tcp = open_socket(SOCK_STREAM, s->port);
		if (s->tcp < 0)
			close(s->udp);
	}
	if (s->tcp < 0)
		die("no port that is free for UDP and TCP");
	s->ledger = ledger_new();
	s->zero = clock_now();
	return s;
}

unsigned server_port(const struct server *s)
{
	return s->port;
}

struct ledger *server_ledger(struct server *s)
{
	return s->ledger;
}

/* ---- the answer ------------------------------------------------------------------------------ */

/* Into a message of its own; false when there is none. */
static bool make_answer(struct server *s, struct question *q, struct delivery *delivery,
			uint8_t **ret_wire, size_t *ret_len)
{
	size_t limit = q->tcp ? DRAFT_MOST : q->size < 512 ? 512 : q->size;
	unsigned nth = ledger_ask(s->ledger, q);

	*delivery = (struct delivery){.copies = 1};
	draft_begin(&s->draft, q);
	s->answer(s->self, q, nth, &s->draft, delivery);
	if (delivery->silent)
		return false;
	*ret_wire = malloc(limit);
	if (*ret_wire == NULL)
		die("malloc");
	*ret_len = draft_encode(&s->draft, q, limit, *ret_wire);
	*ret_wire = realloc(*ret_wire, *ret_len);
	return true;
}

/* ---- UDP ------------------------------------------------------------------------------------- */

static void send_one(struct server *s, const struct datagram *one)
{
	union {
		struct cmsghdr header;
		uint8_t room[CMSG_SPACE(sizeof(struct in_pktinfo))];
	} control;
	struct iovec part = {one->wire, one->len < DATAGRAM ? one->len : DATAGRAM};
	struct sockaddr_in to = one->to;
	struct msghdr msg = {.msg_name = &to,
			     .msg_namelen = sizeof(to),
			     .msg_iov = &part,
			     .msg_iovlen = 1,
			     .msg_control = &control,
			     .msg_controllen = sizeof(control)};
	struct in_pktinfo info = {.ipi_spec_dst.s_addr = htonl(one->from)};

	memset(&control, 0, sizeof(control));
	control.header.cmsg_level = IPPROTO_IP;
	control.header.cmsg_type = IP_PKTINFO;
	control.header.cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(&control.header), &info, sizeof(info));
	/* Nobody waits for it any more, or there is no room: it is lost. */
	(void)!sendmsg(s->udp, &msg, MSG_DONTWAIT);
}

static void push_later(struct server *s, const struct datagram *one)
{
	if (one->at > 0 && later_push(&s->later, one))
		return;
	send_one(s, one);
	free(one->wire);
}

static void send_due(struct server *s)
{
	while (later_due(&s->later) <= server_now(s)) {
		struct datagram one = later_pop(&s->later);

		send_one(s, &one);
		free(one.wire);
	}
}

/* Where and when the kernel had it. */
static void read_control(struct server *s, struct msghdr *msg, struct question *q)
{
	struct cmsghdr *c;

	q->at = server_now(s);
	for (c = CMSG_FIRSTHDR(msg); c != NULL; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo info;

			memcpy(&info, CMSG_DATA(c), sizeof(info));
			q->address = ntohl(info.ipi_addr.s_addr);
		} else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
			struct timespec t;

			memcpy(&t, CMSG_DATA(c), sizeof(t));
			q->at = (double)t.tv_sec + (double)t.tv_nsec / 1e9 - s->zero;
		}
	}
}

static void answer_datagram(struct server *s, struct question *q, const struct sockaddr_in *to)
{
	struct datagram one = {.from = q->address, .to = *to};
	struct delivery delivery;
	unsigned i;

	if (!make_answer(s, q, &delivery, &one.wire, &one.len))
		return;
	if (delivery.truncated)
		one.wire[2] |= DRAFT_TC >> 8;
	if (delivery.stray) {
		one.wire[0] ^= 0x55;
		send_one(s, &one);
		one.wire[0] ^= 0x55;
	}
	one.at = delivery.delay > 0 ? server_now(s) + delivery.delay : 0;
	for (i = 1; i < delivery.copies; i++) {
		struct datagram copy = one;

		copy.wire = malloc(one.len);
		if (copy.wire == NULL)
			die("malloc");
		memcpy(copy.wire, one.wire, one.len);
		push_later(s, &copy);
	}
	push_later(s, &one);
}

/* False when there are no more. */
static bool take_datagram(struct server *s)
{
	uint8_t wire[4096], control[256];
	struct sockaddr_in from = {0};
	struct iovec part = {wire, sizeof(wire)};
	struct msghdr msg = {.msg_name = &from,
			     .msg_namelen = sizeof(from),
			     .msg_iov = &part,
			     .msg_iovlen = 1,
			     .msg_control = control,
			     .msg_controllen = sizeof(control)};
	ssize_t n = recvmsg(s->udp, &msg, 0);
	struct question q;

	if (n < 0)
		return false;
	if (question_read(&q, wire, (size_t)n)) {
		read_control(s, &msg, &q);
		answer_datagram(s, &q, &from);
	}
	return true;
}

/* ---- TCP ------------------------------------------------------------------------------------- */

static void drop_stream(struct server *s, size_t i)
{
	close(s->stream[i]->fd);
	free(s->stream[i]->out);
	free(s->stream[i]);
	s->stream[i] = s->stream[--s->nstreams];
}

static void accept_stream(struct server *s)
{
	int fd = accept(s->tcp, NULL, NULL), one = 1;
	struct sockaddr_in address;
	socklen_t len = sizeof(address);
	struct stream *st;

	if (fd < 0)
		return;
	if (s->nstreams == STREAMS || getsockname(fd, (struct sockaddr *)&address, &len) != 0) {
		close(fd);
		return;
	}
	fcntl(fd, F_SETFL, O_NONBLOCK);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	st = calloc(1, sizeof(*st));
	if (st == NULL)
		die("calloc");
	st->fd = fd;
	st->address = ntohl(address.sin_addr.s_addr);
	st->since = server_now(s);
	s->stream[s->nstreams++] = st;
}

/* False when the connection is to be closed instead. */
static bool answer_stream(struct server *s, struct stream *st)
{
	struct question q;
	struct delivery delivery;
	uint8_t *wire;
	size_t len;

	if (!question_read(&q, st->in + 2, st->in_len - 2))
		return false;
	q.tcp = true;
	q.address = st->address;
	q.at = server_now(s);
	st->in_len = 0;
	if (!make_answer(s, &q, &delivery, &wire, &len))
		return true;
	st->out = realloc(st->out, 2 + len);
	if (st->out == NULL)
		die("realloc");
	st->out[0] = (uint8_t)(len >> 8);
	st->out[1] = (uint8_t)len;
	memcpy(st->out + 2, wire, len);
	free(wire);
	st->out_len = 2 + len;
	st->out_done = 0;
	st->out_at = server_now(s) + delivery.delay;
	st->cut = delivery.cut;
	return !delivery.reset;
}

/* False when the connection is over. */
static bool read_stream(struct server *s, struct stream *st)
{
	ssize_t n = recv(st->fd, st->in + st->in_len, sizeof(st->in) - st->in_len, 0);

	if (n <= 0)
		return n < 0 && errno == EAGAIN;
	st->in_len += (size_t)n;
	if (st->in_len >= 2 && st->in_len >= 2 + ((size_t)st->in[0] << 8 | st->in[1]))
		return answer_stream(s, st);
	return st->in_len < sizeof(st->in);
}

static bool write_stream(struct server *s, struct stream *st)
{
	size_t end = st->cut ? st->out_len / 2 : st->out_len;
	ssize_t n;

	if (st->out_done >= end)
		return !st->cut || st->out_len == 0;
	if (st->out_at > server_now(s))
		return true;
	n = send(st->fd, st->out + st->out_done, end - st->out_done, MSG_NOSIGNAL);
	if (n < 0)
		return errno == EAGAIN;
	st->out_done += (size_t)n;
	return true;
}

static void serve_streams(struct server *s)
{
	size_t i;

	for (i = s->nstreams; i-- > 0;) {
		struct stream *st = s->stream[i];

		if (!read_stream(s, st) || !write_stream(s, st) || server_now(s) - st->since > IDLE)
			drop_stream(s, i);
	}
}

/* ---- the loop -------------------------------------------------------------------------------- */

static int next_timeout(const struct server *s, double end)
{
	double first = end, left;
	size_t i;

	if (later_due(&s->later) < first)
		first = later_due(&s->later);
	for (i = 0; i < s->nstreams; i++)
		if (s->stream[i]->out_done < s->stream[i]->out_len && s->stream[i]->out_at < first)
			first = s->stream[i]->out_at;
	left = first - server_now(s);
	return left <= 0 ? 1 : (int)(left * 1000) + 1;
}

static size_t fill_set(const struct server *s, int until, int drain, struct pollfd *set)
{
	size_t n = 0, i;

	set[n++] = (struct pollfd){.fd = until, .events = POLLIN};
	set[n++] = (struct pollfd){.fd = drain, .events = POLLIN};
	set[n++] = (struct pollfd){.fd = s->udp, .events = POLLIN};
	set[n++] = (struct pollfd){.fd = s->tcp, .events = POLLIN};
	for (i = 0; i < s->nstreams; i++)
		set[n++] = (struct pollfd){.fd = s->stream[i]->fd, .events = POLLIN};
	return n;
}

/* -1 when there will be no more. */
static int drain_some(int drain, int to)
{
	char text[4096];
	ssize_t n = read(drain, text, sizeof(text));

	if (n <= 0)
		return -1;
	if (write(to, text, (size_t)n) != n)
		die("write");
	return drain;
}

bool server_run(struct server *s, int until, double seconds, int drain, int to)
{
	double end = server_now(s) + seconds;

	while (server_now(s) < end) {
		struct pollfd set[4 + STREAMS];
		int most = 200;

		if (poll(set, fill_set(s, until, drain, set), next_timeout(s, end)) < 0 &&
		    errno != EINTR)
			die("poll");
		if (set[1].revents != 0)
			drain = drain_some(drain, to);
		else if (set[0].revents != 0)
			return true;
		while (most-- > 0 && take_datagram(s))
			;
		if (set[3].revents != 0)
			accept_stream(s);
		serve_streams(s);
		send_due(s);
	}
	return false;
}

void server_close(struct server *s)
{
	while (s->nstreams > 0)
		drop_stream(s, s->nstreams - 1);
	while (s->later.count > 0)
		free(later_pop(&s->later).wire);
	close(s->udp);
	close(s->tcp);
	ledger_free(s->ledger);
	free(s);
}
