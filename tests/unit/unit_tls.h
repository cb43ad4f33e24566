/* SPDX-License-Identifier: ISC */
/*
 * A resolver over TLS on the loopback, in threads of this process, which does what a test wants;
 * its certificates; and asking it through the real network side. Nothing in a server's thread
 * asserts.
 */
#ifndef UNIT_TLS_H
#define UNIT_TLS_H

#include "unit.h"

#include <pthread.h>
#include <stdatomic.h>

#include <openssl/ssl.h>

#include "dns/ask.h"
#include "net/net.h"

#define UNIT_NAME "resolver.example.test"
#define UNIT_CONNECTIONS 64
#define UNIT_UNCUT LONG_MAX

/* Who signs a certificate. */
enum unit_issuer { UNIT_CA, UNIT_STRANGER, UNIT_ITSELF };

struct unit_certificate {
	const char *san; /* as in OpenSSL's configuration; NULL: none */
	enum unit_issuer issuer;
	long from, to; /* seconds from now */
};

struct unit_server;

/* One accepted connection. */
struct unit_wire {
	struct unit_server *server;
	pthread_t thread;
	int fd;
	int number; /* of the connection, from 0 */
	SSL *ssl;
	long sent, received;
	bool over;
};

struct unit_behaviour {
	const struct unit_certificate *certificate; /* NULL: a good one for UNIT_NAME */
	int max_version;                            /* 0: any */
	bool no_alpn;                               /* knows nothing of it */
	const char *alpn;                           /* what it chooses; NULL: h2 */
	bool not_tls;
	long cut_sent, cut_received; /* octets after which it ends; 0 means at once */
	bool reset;                  /* with RST, else FIN */
	/* Called when the handshake is over; the connection is closed when it returns. */
	void (*serve)(struct unit_wire *w);
	/* For unit_https_serve: a whole request came. */
	void (*respond)(void *h2, int32_t stream, const uint8_t *query, size_t len);
};

struct unit_server {
	struct unit_behaviour behaviour;
	int fd;
	struct dg_addr addr;
	SSL_CTX *ctx;
	pthread_t thread;
	int stop[2];
	atomic_int accepted;
	atomic_long sent;  /* octets, by the last connection that ended */
	atomic_long asked; /* octets received when the last question was whole */
	struct unit_wire wire[UNIT_CONNECTIONS];
	char sni[256];     /* the name that the last client asked for */
	char request[512]; /* the header fields of the last HTTPS request */
};

/* Group setup and teardown: keys and the authority. */
int unit_tls_setup(void **state);
int unit_tls_teardown(void **state);

/* The file with the authority's certificate. */
const char *unit_tls_ca(void);

void unit_server_start(struct unit_server *s, const struct unit_behaviour *behaviour);
void unit_server_stop(struct unit_server *s);

/* From a server's thread. Read: 0 when the connection ended. */
size_t unit_wire_read(struct unit_wire *w, uint8_t *buf, size_t len);
bool unit_wire_write(struct unit_wire *w, const void *bytes, size_t len);

/* A DNS message with its length in front. */
size_t unit_wire_message(struct unit_wire *w, uint8_t *buf);
bool unit_wire_answer(struct unit_wire *w, const uint8_t *query, size_t len);

/* The reply to a query, one TXT record, padded with unread octets to `size` at least; at most
 * 65535. Returns its length. */
size_t unit_answer(uint8_t *reply, const uint8_t *query, size_t len, size_t size);

/* DNS over TLS: answers everything at once. */
void unit_serve_all(struct unit_wire *w);

/* HTTP/2: gives each request to behaviour.respond; see unit_https.c. */
void unit_https_serve(struct unit_wire *w);

/* A real network side; one question over it, or several, and what came of the last. */
struct unit_client {
	struct dg_real_net *net;
	struct dg_net seam;
	uint32_t id;
	struct dg_heard heard; /* without msg */
	size_t reply_len;
	dg_ms took;
};

void unit_client_start(struct unit_client *c, const char *tls_ca);
void unit_client_stop(struct unit_client *c);
void unit_client_ask(struct unit_client *c, const struct dg_addr *server,
		     const struct dg_secure *secure, const char *name);
/* Waits until something was heard; false: for `ms` nothing was. */
bool unit_client_wait(struct unit_client *c, dg_ms ms);

/* Both at once, waiting for six seconds at most; the kind. */
enum dg_heard_kind unit_client_try(struct unit_client *c, const struct dg_addr *server,
				   const struct dg_secure *secure);

/* One question of one client to one server that does so. */
enum dg_heard_kind unit_try(struct unit_client *c, const struct unit_behaviour *behaviour,
			    const struct dg_secure *secure);

extern const struct dg_secure unit_dot, unit_doh;

#endif
