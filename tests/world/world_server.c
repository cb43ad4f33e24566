/* SPDX-License-Identifier: ISC */
#include "world_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define STREAMS 256
#define TRIES 50
#define IDLE_SECONDS 20
#define FOLLOW_SECONDS 0.1

struct listener {
	char addr[DG_ADDR_TEXT];
	int udp, tcp;
	int other; /* a socket with another port, for forged sources */
	bool udp_open, tcp_open;
};

/* A datagram to be sent later. */
struct later {
	double at;
	int fd;
	struct sockaddr_storage to;
	socklen_t to_len;
	uint8_t *wire;
	size_t len;
};

/* An accepted connection: one question, one answer. */
struct stream {
	int fd;
	const struct listener *listener;
	uint8_t in[2 + 1024];
	size_t in_len;
	uint8_t *out;
	size_t out_len, out_done;
	double out_at, since;
	size_t cut;
	bool trickle, hang;
};

struct world_server {
	struct world *world;
	struct listener listener[WORLD_ADDRS];
	size_t nlisteners;
	unsigned port;
	struct later *later;
	size_t nlater;
	struct stream *stream[STREAMS];
	size_t nstreams;
	double zero;
};

static void die(const char *what)
{
	perror(what);
	exit(70);
}

static double clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double now_of(const struct world_server *s)
{
	return clock_now() - s->zero;
}

void world_server_restart(struct world_server *s)
{
	s->zero = clock_now();
	s->world->wall = time(NULL);
}

static socklen_t make_address(const char *addr, unsigned port, struct sockaddr_storage *ret)
{
	struct sockaddr_in *in = (struct sockaddr_in *)ret;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ret;

	memset(ret, 0, sizeof(*ret));
	if (inet_pton(AF_INET, addr, &in->sin_addr) == 1) {
		in->sin_family = AF_INET;
		in->sin_port = htons((uint16_t)port);
		return sizeof(*in);
	}
	if (inet_pton(AF_INET6, addr, &in6->sin6_addr) != 1)
		die(addr);
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons((uint16_t)port);
	return sizeof(*in6);
}

static int open_socket(const char *addr, unsigned port, int type)
{
	struct sockaddr_storage address;
	socklen_t len = make_address(addr, port, &address);
	int fd = socket(address.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;

	if (fd < 0)
		die("socket");
	if (type == SOCK_STREAM)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&address, len) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static unsigned port_of(int fd)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);

	if (getsockname(fd, (struct sockaddr *)&address, &len) != 0)
		die("getsockname");
	return ntohs(address.ss_family == AF_INET ? ((struct sockaddr_in *)&address)->sin_port
						  : ((struct sockaddr_in6 *)&address)->sin6_port);
}

static void close_listeners(struct world_server *s)
{
	while (s->nlisteners > 0) {
		struct listener *l = &s->listener[--s->nlisteners];

		close(l->udp);
		close(l->tcp);
		close(l->other);
	}
}

static bool is_closed(struct world *w, const char *addr, bool tcp, double now)
{
	struct world_effect e;

	world_connect(w, addr, tcp ? DG_TRANSPORT_TCP : DG_TRANSPORT_UDP, now, &e);
	return e.closed;
}

/* A socket connected elsewhere keeps its port, and the kernel tells strangers that nothing listens.
 */
static void open_udp(struct listener *l, bool open)
{
	struct sockaddr_storage address;
	socklen_t len =
	    make_address(strchr(l->addr, ':') != NULL ? "::1" : "127.0.0.1", 9, &address);

	if (open)
		address.ss_family = AF_UNSPEC;
	if (connect(l->udp, (struct sockaddr *)&address, len) != 0)
		die("connect");
	l->udp_open = open;
}

static void open_tcp(struct listener *l, bool open)
{
	if (open ? listen(l->tcp, 128) != 0 : shutdown(l->tcp, SHUT_RDWR) != 0)
		die("listen");
	l->tcp_open = open;
}

/* Opens and closes what the world opens and closes by now. */
static void follow_world(struct world_server *s)
{
	double now = now_of(s);
	size_t i;

	for (i = 0; i < s->nlisteners; i++) {
		struct listener *l = &s->listener[i];
		bool udp = !is_closed(s->world, l->addr, false, now);
		bool tcp = !is_closed(s->world, l->addr, true, now);

		if (udp != l->udp_open)
			open_udp(l, udp);
		if (tcp != l->tcp_open)
			open_tcp(l, tcp);
	}
}

/* A port that was free a moment ago. */
static unsigned find_port(const char *addr)
{
	int fd = open_socket(addr, 0, SOCK_DGRAM);
	unsigned port;

	if (fd < 0)
		die(addr);
	port = port_of(fd);
	close(fd);
	return port;
}

static bool try_port(struct world_server *s, char addr[WORLD_ADDRS][DG_ADDR_TEXT], size_t n,
		     unsigned port)
{
	for (; s->nlisteners < n; s->nlisteners++) {
		struct listener *l = &s->listener[s->nlisteners];

		strcpy(l->addr, addr[s->nlisteners]);
		l->other = open_socket(l->addr, 0, SOCK_DGRAM);
		l->udp = open_socket(l->addr, port, SOCK_DGRAM);
		l->tcp = open_socket(l->addr, port, SOCK_STREAM);
		l->udp_open = true;
		l->tcp_open = false;
		if (l->other < 0 || l->udp < 0 || l->tcp < 0) {
			s->nlisteners++;
			close_listeners(s);
			return false;
		}
	}
	s->port = port;
	follow_world(s);
	return true;
}

struct world_server *world_server_open(struct world *w, unsigned port)
{
	struct world_server *s = calloc(1, sizeof(*s));
	char addr[WORLD_ADDRS][DG_ADDR_TEXT];
	size_t n = world_addresses(w, addr);
	int i;

	if (s == NULL)
		die("calloc");
	s->world = w;
	world_server_restart(s);
	for (i = 0; i < TRIES; i++)
		if (try_port(s, addr, n, port != 0 ? port : find_port(addr[0])))
			return s;
	die("no port that is free on all addresses");
	return NULL;
}

unsigned world_server_port(const struct world_server *s)
{
	return s->port;
}

/* ---- UDP ------------------------------------------------------------------------------------- */

static void send_later(struct world_server *s, const struct later *one)
{
	s->later = realloc(s->later, (s->nlater + 1) * sizeof(*one));
	if (s->later == NULL)
		die("realloc");
	s->later[s->nlater++] = *one;
}

static void send_due(struct world_server *s)
{
	size_t i;

	for (i = s->nlater; i-- > 0;) {
		struct later *one = &s->later[i];

		if (one->at > now_of(s))
			continue;
		/* What does not fit in a datagram is cut to what does. */
		if (sendto(one->fd, one->wire, one->len > 65000 ? 65000 : one->len, 0,
			   (struct sockaddr *)&one->to, one->to_len) < 0 &&
		    errno != ECONNREFUSED)
			perror("sendto");
		free(one->wire);
		memmove(one, one + 1, (s->nlater - i - 1) * sizeof(*one));
		s->nlater--;
	}
}

static void take_datagram(struct world_server *s, const struct listener *l)
{
	struct later one = {.to_len = sizeof(one.to)};
	struct world_effect e;
	uint8_t buf[4096];
	ssize_t n = recvfrom(l->udp, buf, sizeof(buf), 0, (struct sockaddr *)&one.to, &one.to_len);
	size_t i;

	if (n < 0)
		return;
	world_ask(s->world, l->addr, DG_TRANSPORT_UDP, buf, (size_t)n, now_of(s), &e);
	/* In the order of the script: later ones are sent first from the back of the list. */
	for (i = e.count; i-- > 0;) {
		one.at = now_of(s) + e.delay;
		one.fd = e.reply[i].wrong_source ? l->other : l->udp;
		one.wire = e.reply[i].wire;
		one.len = e.reply[i].len;
		send_later(s, &one);
	}
}

/* ---- TCP ------------------------------------------------------------------------------------- */

static void drop_stream(struct world_server *s, size_t i)
{
	close(s->stream[i]->fd);
	free(s->stream[i]->out);
	free(s->stream[i]);
	s->stream[i] = s->stream[--s->nstreams];
}

static void accept_stream(struct world_server *s, const struct listener *l)
{
	int fd = accept(l->tcp, NULL, NULL), one = 1;
	struct world_effect e;
	struct stream *st;

	if (fd < 0)
		return;
	if (s->nstreams == STREAMS) {
		close(fd);
		return;
	}
	fcntl(fd, F_SETFL, O_NONBLOCK);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	st = calloc(1, sizeof(*st));
	if (st == NULL)
		die("calloc");
	world_connect(s->world, l->addr, DG_TRANSPORT_TCP, now_of(s), &e);
	st->fd = fd;
	st->listener = l;
	st->hang = e.hang;
	st->since = now_of(s);
	s->stream[s->nstreams++] = st;
}

static void answer_stream(struct world_server *s, struct stream *st)
{
	struct world_effect e;
	size_t i;

	world_ask(s->world, st->listener->addr, DG_TRANSPORT_TCP, st->in + 2, st->in_len - 2,
		  now_of(s), &e);
	for (i = 0; i < e.count; i++) {
		st->out = realloc(st->out, st->out_len + 2 + e.reply[i].len);
		if (st->out == NULL)
			die("realloc");
		st->out[st->out_len] = (uint8_t)(e.reply[i].len >> 8);
		st->out[st->out_len + 1] = (uint8_t)e.reply[i].len;
		memcpy(st->out + st->out_len + 2, e.reply[i].wire, e.reply[i].len);
		st->out_len += 2 + e.reply[i].len;
	}
	st->out_at = now_of(s) + e.delay;
	st->cut = e.cut;
	st->trickle = e.trickle;
	st->in_len = 0;
	world_effect_free(&e);
}

/* False when the connection is over. */
static bool read_stream(struct world_server *s, struct stream *st)
{
	ssize_t n = recv(st->fd, st->in + st->in_len, sizeof(st->in) - st->in_len, 0);

	if (n <= 0)
		return n < 0 && errno == EAGAIN;
	st->in_len += (size_t)n;
	if (!st->hang && st->in_len >= 2 && st->in_len >= 2 + ((size_t)st->in[0] << 8 | st->in[1]))
		answer_stream(s, st);
	return st->in_len < sizeof(st->in);
}

static bool write_stream(struct world_server *s, struct stream *st)
{
	size_t end = st->out_len < st->cut ? st->out_len : st->cut;
	ssize_t n;

	if (st->out_done == st->out_len || st->out_at > now_of(s))
		return true;
	if (st->out_done >= end)
		return false;
	n = send(st->fd, st->out + st->out_done, st->trickle ? 1 : end - st->out_done,
		 MSG_NOSIGNAL);
	if (n < 0)
		return errno == EAGAIN;
	st->out_done += (size_t)n;
	return st->out_done < end || st->out_done == st->out_len;
}

/* ---- the loop -------------------------------------------------------------------------------- */

static int next_timeout(const struct world_server *s)
{
	double first = FOLLOW_SECONDS;
	size_t i;

	for (i = 0; i < s->nlater; i++)
		if (s->later[i].at - now_of(s) < first)
			first = s->later[i].at - now_of(s);
	for (i = 0; i < s->nstreams; i++)
		if (s->stream[i]->out_done < s->stream[i]->out_len &&
		    s->stream[i]->out_at - now_of(s) < first)
			first = s->stream[i]->out_at - now_of(s);
	return first <= 0 ? 0 : (int)(first * 1000) + 1;
}

static void serve_streams(struct world_server *s)
{
	size_t i;

	for (i = s->nstreams; i-- > 0;) {
		struct stream *st = s->stream[i];

		if (!read_stream(s, st) || !write_stream(s, st) ||
		    now_of(s) - st->since > IDLE_SECONDS)
			drop_stream(s, i);
	}
}

void world_server_run(struct world_server *s, int until)
{
	for (;;) {
		struct pollfd set[1 + 2 * WORLD_ADDRS + STREAMS];
		size_t n = 0, i;

		follow_world(s);
		set[n++] = (struct pollfd){.fd = until, .events = POLLIN};
		for (i = 0; i < s->nlisteners; i++) {
			set[n++] = (struct pollfd){.fd = s->listener[i].udp, .events = POLLIN};
			set[n++] =
			    (struct pollfd){.fd = s->listener[i].tcp_open ? s->listener[i].tcp : -1,
					    .events = POLLIN};
		}
		for (i = 0; i < s->nstreams; i++)
			set[n++] = (struct pollfd){.fd = s->stream[i]->fd, .events = POLLIN};
		if (poll(set, n, next_timeout(s)) < 0 && errno != EINTR)
			die("poll");
		if (set[0].revents != 0)
			return;
		for (i = 0; i < s->nlisteners; i++) {
			if (set[1 + 2 * i].revents != 0)
				take_datagram(s, &s->listener[i]);
			if (set[2 + 2 * i].revents != 0)
				accept_stream(s, &s->listener[i]);
		}
		serve_streams(s);
		send_due(s);
	}
}

void world_server_close(struct world_server *s)
{
	while (s->nstreams > 0)
		drop_stream(s, s->nstreams - 1);
	while (s->nlater > 0)
		free(s->later[--s->nlater].wire);
	free(s->later);
	close_listeners(s);
	free(s);
}
