/* SPDX-License-Identifier: ISC */
#include "unit_tls.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

const struct dg_secure unit_dot = {.name = (char *)UNIT_NAME};
const struct dg_secure unit_doh = {
    .https = true,
    .name = (char *)UNIT_NAME,
    .authority = (char *)"resolver.example.test:8443",
    .path = (char *)"/dns-query",
};

static const struct unit_certificate good = {"DNS:" UNIT_NAME, UNIT_CA, -3600, 3600};

static EVP_PKEY *leaf_key, *ca_key, *stranger_key;
static X509 *ca, *stranger;
static FILE *ca_file;
static char ca_path[64];

/* ---- certificates
 * -------------------------------------------------------------------------------- */

static X509 *make_certificate(const char *subject, EVP_PKEY *key, X509 *issuer,
			      EVP_PKEY *issuer_key, const struct unit_certificate *c,
			      bool authority)
{
	X509 *x = X509_new();
	X509_EXTENSION *ext;
	X509V3_CTX ctx;

	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), c->from);
	X509_gmtime_adj(X509_getm_notAfter(x), c->to);
	X509_set_pubkey(x, key);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
				   (const unsigned char *)subject, -1, -1, 0);
	X509_set_issuer_name(x, X509_get_subject_name(issuer == NULL ? x : issuer));
	X509V3_set_ctx(&ctx, issuer == NULL ? x : issuer, x, NULL, NULL, 0);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, NID_basic_constraints,
				  authority ? "critical,CA:TRUE" : "CA:FALSE");
	X509_add_ext(x, ext, -1);
	X509_EXTENSION_free(ext);
	if (c->san != NULL) {
		ext = X509V3_EXT_conf_nid(NULL, &ctx, NID_subject_alt_name, c->san);
		assert_non_null(ext);
		X509_add_ext(x, ext, -1);
		X509_EXTENSION_free(ext);
	}
	assert_true(X509_sign(x, issuer_key, NULL) > 0);
	return x;
}

/* Ed25519: quick, and its signatures are all of one length, so each run sends as many octets. */
static EVP_PKEY *make_key(void)
{
	return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
}

int unit_tls_setup(void **state)
{
	static const struct unit_certificate authority = {NULL, UNIT_ITSELF, -3600, 3600};

	(void)state;
	leaf_key = make_key();
	ca_key = make_key();
	stranger_key = make_key();
	ca = make_certificate("Test CA", ca_key, NULL, ca_key, &authority, true);
	stranger = make_certificate("Stranger", stranger_key, NULL, stranger_key, &authority, true);
	ca_file = tmpfile();
	if (ca_file == NULL || PEM_write_X509(ca_file, ca) != 1 || fflush(ca_file) != 0)
		return -1;
	snprintf(ca_path, sizeof(ca_path), "/proc/self/fd/%d", fileno(ca_file));
	return 0;
}

int unit_tls_teardown(void **state)
{
	(void)state;
	EVP_PKEY_free(leaf_key);
	EVP_PKEY_free(ca_key);
	EVP_PKEY_free(stranger_key);
	X509_free(ca);
	X509_free(stranger);
	fclose(ca_file);
	return 0;
}

const char *unit_tls_ca(void)
{
	return ca_path;
}

static X509 *make_leaf(const struct unit_certificate *c)
{
	switch (c->issuer) {
	case UNIT_CA:
		return make_certificate(UNIT_NAME, leaf_key, ca, ca_key, c, false);
	case UNIT_STRANGER:
		return make_certificate(UNIT_NAME, leaf_key, stranger, stranger_key, c, false);
	default:
		return make_certificate(UNIT_NAME, leaf_key, NULL, leaf_key, c, false);
	}
}

/* ---- the server
 * ---------------------------------------------------------------------------------- */

static int choose_alpn(SSL *ssl, const unsigned char **ret_out, unsigned char *ret_len,
		       const unsigned char *in, unsigned len, void *arg)
{
	const struct unit_server *s = arg;
	const char *expected = s->behaviour.alpn != NULL ? s->behaviour.alpn : "h2";
	unsigned i;

	(void)ssl;
	for (i = 0; i < len; i += 1u + in[i])
		if (in[i] == strlen(expected) && memcmp(in + i + 1, expected, in[i]) == 0) {
			*ret_out = in + i + 1;
			*ret_len = in[i];
			return SSL_TLSEXT_ERR_OK;
		}
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

/* With FIN what the client still sends is read, or the kernel would make it an RST. */
static void end_wire(struct unit_wire *w)
{
	struct linger linger = {.l_onoff = 1};
	uint8_t buf[4096];

	if (w->over)
		return;
	w->over = true;
	if (w->server->behaviour.reset) {
		setsockopt(w->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	} else {
		shutdown(w->fd, SHUT_WR);
		while (recv(w->fd, buf, sizeof(buf), 0) > 0)
			continue;
	}
	close(w->fd);
	w->fd = -1;
}

/* Sends what OpenSSL has for the client; false when that was the end. */
static bool flush(struct unit_wire *w)
{
	long cut = w->server->behaviour.cut_sent;
	BIO *out = SSL_get_wbio(w->ssl);

	while (!w->over && BIO_ctrl_pending(out) > 0) {
		uint8_t buf[16384];
		size_t len =
		    cut - w->sent < (long)sizeof(buf) ? (size_t)(cut - w->sent) : sizeof(buf);
		int n = BIO_read(out, buf, (int)len);

		if (n > 0 && send(w->fd, buf, (size_t)n, MSG_NOSIGNAL) != n) {
			end_wire(w);
			return false;
		}
		w->sent += n > 0 ? n : 0;
		if (w->sent >= cut)
			end_wire(w);
	}
	return !w->over;
}

static bool fill(struct unit_wire *w)
{
	long cut = w->server->behaviour.cut_received;
	uint8_t buf[16384];
	size_t len;
	ssize_t n;

	if (!flush(w))
		return false;
	len = cut - w->received < (long)sizeof(buf) ? (size_t)(cut - w->received) : sizeof(buf);
	n = len == 0 ? 0 : recv(w->fd, buf, len, 0);
	if (n <= 0) {
		end_wire(w);
		return false;
	}
	w->received += n;
	BIO_write(SSL_get_rbio(w->ssl), buf, (int)n);
	return true;
}

static int note_name(SSL *ssl, int *ret_alert, void *arg)
{
	struct unit_server *s = arg;
	const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);

	(void)ret_alert;
	snprintf(s->sni, sizeof(s->sni), "%s", name != NULL ? name : "");
	return SSL_TLSEXT_ERR_OK;
}

static bool shake_hands(struct unit_wire *w)
{
	int result;

	while ((result = SSL_accept(w->ssl)) != 1)
		if (SSL_get_error(w->ssl, result) != SSL_ERROR_WANT_READ || !fill(w)) {
			flush(w);
			return false;
		}
	return flush(w);
}

size_t unit_wire_read(struct unit_wire *w, uint8_t *buf, size_t len)
{
	size_t n = 0;
	int result;

	if (!flush(w))
		return 0;
	while ((result = SSL_read_ex(w->ssl, buf, len, &n)) != 1)
		if (SSL_get_error(w->ssl, result) != SSL_ERROR_WANT_READ || !fill(w))
			return 0;
	return n;
}

bool unit_wire_write(struct unit_wire *w, const void *bytes, size_t len)
{
	size_t n;

	return !w->over && SSL_write_ex(w->ssl, bytes, len, &n) == 1 && flush(w);
}

static void *run_wire(void *arg)
{
	struct unit_wire *w = arg;
	const struct unit_behaviour *b = &w->server->behaviour;

	if (b->not_tls) {
		send(w->fd, "220 mail.example.test ESMTP\r\n", 29, MSG_NOSIGNAL);
		end_wire(w);
		return NULL;
	}
	w->ssl = SSL_new(w->server->ctx);
	SSL_set_bio(w->ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
	SSL_set_accept_state(w->ssl);
	if (b->cut_sent == 0 || b->cut_received == 0)
		end_wire(w);
	else if (shake_hands(w))
		b->serve(w);
	w->server->sent = w->sent;
	end_wire(w);
	SSL_free(w->ssl);
	ERR_clear_error();
	return NULL;
}

static void *run_server(void *arg)
{
	struct unit_server *s = arg;
	struct timeval patience = {.tv_sec = 8};
	int on = 1;

	for (;;) {
		struct pollfd set[2] = {{.fd = s->fd, .events = POLLIN},
					{.fd = s->stop[0], .events = POLLIN}};
		struct unit_wire *w = &s->wire[s->accepted];

		if (poll(set, 2, -1) < 0 || set[1].revents != 0 || s->accepted == UNIT_CONNECTIONS)
			return NULL;
		memset(w, 0, sizeof(*w));
		w->server = s;
		w->number = s->accepted;
		w->fd = accept(s->fd, NULL, NULL);
		if (w->fd < 0)
			return NULL;
		setsockopt(w->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
		setsockopt(w->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
		/* An RST discards what waits to be sent. */
		setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		if (pthread_create(&w->thread, NULL, run_wire, w) != 0)
			return NULL;
		s->accepted++;
	}
}

static void listen_on_loopback(struct unit_server *s)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(in);

	s->fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(s->fd >= 0);
	assert_int_equal(bind(s->fd, (struct sockaddr *)&in, sizeof(in)), 0);
	assert_int_equal(listen(s->fd, 16), 0);
	assert_int_equal(getsockname(s->fd, (struct sockaddr *)&in, &len), 0);
	assert_int_equal(dg_addr_parse(&s->addr, "127.0.0.1", ntohs(in.sin_port), NULL), DG_OK);
}

void unit_server_start(struct unit_server *s, const struct unit_behaviour *behaviour)
{
	X509 *leaf = make_leaf(behaviour->certificate != NULL ? behaviour->certificate : &good);

	memset(s, 0, sizeof(*s));
	s->behaviour = *behaviour;
	listen_on_loopback(s);
	s->ctx = SSL_CTX_new(TLS_server_method());
	assert_int_equal(SSL_CTX_use_certificate(s->ctx, leaf), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(s->ctx, leaf_key), 1);
	X509_free(leaf);
	SSL_CTX_set_tlsext_servername_callback(s->ctx, note_name);
	SSL_CTX_set_tlsext_servername_arg(s->ctx, s);
	/* Tickets that hold a session vary in length with it; those that name one do not. */
	SSL_CTX_set_options(s->ctx, SSL_OP_NO_TICKET);
	if (behaviour->max_version != 0) {
		SSL_CTX_set_security_level(s->ctx, 0);
		SSL_CTX_set_min_proto_version(s->ctx, 0);
		SSL_CTX_set_max_proto_version(s->ctx, behaviour->max_version);
	}
	if (!behaviour->no_alpn)
		SSL_CTX_set_alpn_select_cb(s->ctx, choose_alpn, s);
	assert_int_equal(pipe(s->stop), 0);
	assert_int_equal(pthread_create(&s->thread, NULL, run_server, s), 0);
}

void unit_server_stop(struct unit_server *s)
{
	int i;

	close(s->stop[1]);
	pthread_join(s->thread, NULL);
	for (i = 0; i < s->accepted; i++)
		pthread_join(s->wire[i].thread, NULL);
	close(s->stop[0]);
	close(s->fd);
	SSL_CTX_free(s->ctx);
}

/* ---- DNS
 * ----------------------------------------------------------------------------------------- */

size_t unit_wire_message(struct unit_wire *w, uint8_t *buf)
{
	uint8_t prefix[2];
	size_t have, want = 0;

	for (have = 0; have < 2; have++)
		if (unit_wire_read(w, prefix + have, 1) == 0)
			return 0;
	want = (size_t)(prefix[0] << 8 | prefix[1]);
	for (have = 0; have < want;) {
		size_t n = unit_wire_read(w, buf + have, want - have);

		if (n == 0)
			return 0;
		have += n;
	}
	w->server->asked = w->received;
	return want;
}

size_t unit_answer(uint8_t *reply, const uint8_t *query, size_t len, size_t size)
{
	static const uint8_t record[] = {0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, 2, 1, 'v'};
	size_t end = 12;

	while (end < len && query[end] != 0)
		end += 1u + query[end];
	end += 5;
	memcpy(reply, query, end);
	reply[2] = 0x85;
	reply[3] = 0x80;
	reply[7] = 1;
	reply[11] = 0;
	memcpy(reply + end, record, sizeof(record));
	end += sizeof(record);
	if (size > end) {
		/* One more record, of a type that means nothing: 11 octets and its data. */
		size_t data = size - end - 11;

		memcpy(reply + end, (const uint8_t[]){0, 0xff, 0, 0, 1, 0, 0, 0, 60}, 9);
		reply[end + 9] = (uint8_t)(data >> 8);
		reply[end + 10] = (uint8_t)data;
		memset(reply + end + 11, 0, data);
		reply[11] = 1;
		end = size;
	}
	return end;
}

bool unit_wire_answer(struct unit_wire *w, const uint8_t *query, size_t len)
{
	uint8_t reply[1024];
	size_t n = unit_answer(reply + 2, query, len, 0);

	reply[0] = (uint8_t)(n >> 8);
	reply[1] = (uint8_t)n;
	return unit_wire_write(w, reply, n + 2);
}

void unit_serve_all(struct unit_wire *w)
{
	uint8_t query[DG_MSG_MAX];
	size_t len;

	while ((len = unit_wire_message(w, query)) > 0)
		unit_wire_answer(w, query, len);
}

/* ---- the client
 * ---------------------------------------------------------------------------------- */

void unit_client_start(struct unit_client *c, const char *tls_ca)
{
	struct dg_error err = {0};

	memset(c, 0, sizeof(*c));
	if (dg_real_net_new(&c->net, -1, tls_ca, &err) != DG_OK)
		fail_msg("%s", err.text);
	c->seam = dg_real_net_seam(c->net);
}

void unit_client_stop(struct unit_client *c)
{
	dg_real_net_free(c->net);
	c->net = NULL;
}

void unit_client_ask(struct unit_client *c, const struct dg_addr *server,
		     const struct dg_secure *secure, const char *name)
{
	struct dg_ask ask = {
	    .id = ++c->id,
	    .server = *server,
	    .name = unit_name(name),
	    .type = DG_TYPE_TXT,
	    .recursive = true,
	    .secure = secure,
	};

	assert_int_equal(c->seam.ask(c->seam.self, &ask, NULL), DG_OK);
}

static dg_ms clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (dg_ms)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool unit_client_wait(struct unit_client *c, dg_ms ms)
{
	dg_ms begun = clock_ms(), now;
	struct dg_error err = {0};

	if (c->seam.wait(c->seam.self, begun + ms, &now, &c->heard, &err) != DG_OK)
		fail_msg("%s", err.text);
	c->took = clock_ms() - begun;
	c->reply_len = c->heard.msg != NULL ? c->heard.msg->len : 0;
	c->heard.msg = NULL;
	return c->heard.kind != DG_HEARD_NOTHING;
}

enum dg_heard_kind unit_client_try(struct unit_client *c, const struct dg_addr *server,
				   const struct dg_secure *secure)
{
	unit_client_ask(c, server, secure, "a.example.test.");
	assert_true(unit_client_wait(c, 6000));
	assert_int_equal(c->heard.ask, c->id);
	return c->heard.kind;
}

enum dg_heard_kind unit_try(struct unit_client *c, const struct unit_behaviour *behaviour,
			    const struct dg_secure *secure)
{
	struct unit_server server;

	unit_server_start(&server, behaviour);
	unit_client_start(c, unit_tls_ca());
	unit_client_try(c, &server.addr, secure);
	unit_client_stop(c);
	unit_server_stop(&server);
	return c->heard.kind;
}
