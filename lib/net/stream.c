/* SPDX-License-Identifier: ISC */
/*
 * OpenSSL sees two buffers in memory, and the socket is read and written here: so nothing blocks,
 * nothing raises SIGPIPE (SSL_write on a socket would), and what is read at a time is bounded.
 */
#include "stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#define PIECE 16384
/* Pieces read at a time, so that one peer cannot hold the loop. */
#define PIECES 4
/* Octets that wait to be sent, above which nothing is read that might ask for more. */
#define MAX_WAITING 65536

struct dg_stream {
	struct dg_conn conn;
	SSL *ssl;
	BIO *in, *out; /* the ssl's */
	const struct dg_secure *secure;
	struct dg_addr addr;
	const char *protocol;
	bool open;
	bool ended; /* no more will come from the socket */
	uint64_t received;
	bool failed;
	struct dg_fault fault;
};

static bool make_tls(struct dg_stream *s, const struct dg_tls *tls)
{
	s->ssl = dg_tls_client(tls, s->secure, &s->addr, s->protocol);
	s->in = BIO_new(BIO_s_mem());
	s->out = BIO_new(BIO_s_mem());
	if (s->ssl == NULL || s->in == NULL || s->out == NULL) {
		BIO_free(s->in);
		BIO_free(s->out);
		return false;
	}
	SSL_set_bio(s->ssl, s->in, s->out);
	return true;
}

enum dg_heard_kind dg_stream_new(struct dg_stream **ret_stream, const struct dg_tls *tls,
				 const struct dg_secure *secure, const struct dg_addr *to,
				 const char *protocol)
{
	struct dg_stream *s = calloc(1, sizeof(*s));
	enum dg_heard_kind kind;

	if (s == NULL)
		return DG_HEARD_NO_MEMORY;
	s->conn.fd = -1;
	s->secure = secure;
	s->addr = *to;
	s->protocol = protocol;
	kind = make_tls(s, tls) ? dg_conn_open(&s->conn, to, SOCK_STREAM) : DG_HEARD_NO_MEMORY;
	if (kind != DG_HEARD_NOTHING) {
		dg_stream_free(s);
		return kind;
	}
	*ret_stream = s;
	return DG_HEARD_NOTHING;
}

void dg_stream_free(struct dg_stream *s)
{
	if (s == NULL)
		return;
	/* A word of farewell, if it can be sent at once (RFC 8446 section 6.1). */
	if (s->open && !s->failed) {
		SSL_shutdown(s->ssl);
		dg_stream_flush(s);
		ERR_clear_error();
	}
	dg_conn_stop(&s->conn);
	SSL_free(s->ssl);
	free(s);
}

int dg_stream_fd(const struct dg_stream *s)
{
	return s->conn.fd;
}

short dg_stream_wants(const struct dg_stream *s)
{
	short wants = 0;

	/* Whether it could connect shows as writable. */
	if (!s->conn.connected || BIO_ctrl_pending(s->out) > 0)
		wants |= POLLOUT;
	if (s->conn.connected && dg_stream_has_room(s))
		wants |= POLLIN;
	return wants;
}

bool dg_stream_is_connected(const struct dg_stream *s)
{
	return s->conn.connected;
}

bool dg_stream_is_open(const struct dg_stream *s)
{
	return s->open;
}

bool dg_stream_has_room(const struct dg_stream *s)
{
	return BIO_ctrl_pending(s->out) < MAX_WAITING;
}

uint64_t dg_stream_received(const struct dg_stream *s)
{
	return s->received;
}

const struct dg_fault *dg_stream_fault(const struct dg_stream *s)
{
	return s->failed ? &s->fault : NULL;
}

/* The first reason is the true one. */
static void fail(struct dg_stream *s, enum dg_heard_kind failure, const char *why)
{
	if (s->failed)
		return;
	s->failed = true;
	dg_fault_set(&s->fault, failure, "%s", why);
}

static void finish_connect(struct dg_stream *s)
{
	switch (dg_conn_finish(&s->conn)) {
	case DG_HEARD_NOTHING:
		break;
	case DG_HEARD_CLOSED:
		fail(s, DG_HEARD_CLOSED, "connection refused");
		break;
	case DG_HEARD_NO_ROUTE:
		fail(s, DG_HEARD_NO_ROUTE, "no route");
		break;
	default:
		fail(s, DG_HEARD_BROKEN, "cannot connect");
		break;
	}
}

/* A server that sends session tickets, and then the answer, waits with that for us to acknowledge
 * them; and we would wait 40 ms with doing so (RFC 1122 section 4.2.3.2). */
static void acknowledge(const struct dg_stream *s)
{
#ifdef TCP_QUICKACK
	int one = 1;

	setsockopt(s->conn.fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof(one));
#endif
}

static void receive(struct dg_stream *s)
{
	uint8_t piece[PIECE];
	int i;

	acknowledge(s);
	for (i = 0; i < PIECES && !s->ended; i++) {
		ssize_t n = recv(s->conn.fd, piece, sizeof(piece), 0);

		if (n < 0 && dg_heard_of_errno(false) == DG_HEARD_NOTHING)
			return;
		if (n <= 0) {
			s->ended = true;
			return;
		}
		s->received += (uint64_t)n;
		if (BIO_write(s->in, piece, (int)n) != n)
			fail(s, DG_HEARD_BROKEN, "out of memory");
		if ((size_t)n < sizeof(piece))
			return;
	}
}

static void shake_hands(struct dg_stream *s)
{
	const unsigned char *chosen = NULL;
	unsigned len = 0;
	int result;

	ERR_clear_error();
	result = SSL_do_handshake(s->ssl);
	if (result != 1) {
		if (SSL_get_error(s->ssl, result) == SSL_ERROR_WANT_READ) {
			if (s->ended)
				fail(s, DG_HEARD_BROKEN,
				     "connection closed during the TLS handshake");
		} else if (!s->failed) {
			s->failed = true;
			dg_tls_blame(&s->fault, s->ssl, s->secure, &s->addr);
		}
		ERR_clear_error();
		return;
	}
	ERR_clear_error();
	SSL_get0_alpn_selected(s->ssl, &chosen, &len);
	/* Chosen is only what was offered, so any choice is the one. */
	if (s->protocol != NULL && len == 0)
		fail(s, DG_HEARD_UNFIT, "does not speak HTTP/2");
	else
		s->open = true;
}

void dg_stream_ready(struct dg_stream *s)
{
	if (!s->conn.connected)
		finish_connect(s);
	if (!s->conn.connected || s->failed)
		return;
	receive(s);
	if (!s->open && !s->failed)
		shake_hands(s);
	/* An alert tells the other end why. All else goes with the next flush: the end of the
	 * handshake and the first questions in one packet. */
	if (s->failed)
		dg_stream_flush(s);
}

size_t dg_stream_read(struct dg_stream *s, uint8_t *buf, size_t len)
{
	static const char closed[] = "connection closed before the answer";
	size_t n = 0;
	int result;

	if (!s->open || s->failed)
		return 0;
	ERR_clear_error();
	result = SSL_read_ex(s->ssl, buf, len, &n);
	if (result == 1)
		return n;
	switch (SSL_get_error(s->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		if (s->ended)
			fail(s, DG_HEARD_CUT, closed);
		break;
	case SSL_ERROR_ZERO_RETURN:
		fail(s, DG_HEARD_CUT, closed);
		break;
	default:
		if (!s->failed) {
			const char *reason = ERR_reason_error_string(ERR_peek_error());

			s->failed = true;
			dg_fault_set(&s->fault, DG_HEARD_BROKEN, "TLS went wrong: %s",
				     reason != NULL ? reason : "no reason given");
		}
		ERR_clear_error();
		break;
	}
	return 0;
}

void dg_stream_write(struct dg_stream *s, const uint8_t *bytes, size_t len)
{
	size_t n;

	if (s->failed)
		return;
	ERR_clear_error();
	if (SSL_write_ex(s->ssl, bytes, len, &n) != 1)
		fail(s, DG_HEARD_BROKEN, "TLS went wrong: nothing can be sent");
	ERR_clear_error();
}

void dg_stream_flush(struct dg_stream *s)
{
	uint8_t sent[PIECE];

	while (s->conn.connected && BIO_ctrl_pending(s->out) > 0) {
		char *bytes = NULL;
		long waiting = BIO_get_mem_data(s->out, &bytes);
		size_t len = (size_t)waiting < sizeof(sent) ? (size_t)waiting : sizeof(sent);
		ssize_t n = send(s->conn.fd, bytes, len, MSG_NOSIGNAL);

		if (n < 0) {
			/* One who does not listen may still have said why: reading finds the end.
			 */
			if (dg_heard_of_errno(false) != DG_HEARD_NOTHING)
				BIO_reset(s->out);
			return;
		}
		BIO_read(s->out, sent, (int)n);
	}
}
