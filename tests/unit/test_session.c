/* SPDX-License-Identifier: ISC */
/* Resolvers over TLS: who is trusted, how messages lie in the stream, and how connections are used.
 */
#include "unit_tls.h"

#include <sys/socket.h>
#include <unistd.h>

#define DAY 86400L

static const struct unit_behaviour honest = {
    .serve = unit_serve_all, .cut_sent = UNIT_UNCUT, .cut_received = UNIT_UNCUT};

static void test_certificates(void **state)
{
	static const struct {
		struct unit_certificate certificate;
		const char *name;
		const char *why; /* NULL: good enough */
	} cases[] = {
	    {{"DNS:" UNIT_NAME, UNIT_CA, -DAY, DAY}, UNIT_NAME, NULL},
	    {{"DNS:" UNIT_NAME, UNIT_CA, -DAY, DAY}, "RESOLVER.Example.Test", NULL},
	    {{"DNS:other.test,DNS:" UNIT_NAME, UNIT_CA, -DAY, DAY}, UNIT_NAME, NULL},
	    {{"DNS:*.example.test", UNIT_CA, -DAY, DAY}, UNIT_NAME, NULL},
	    {{"DNS:res*.example.test", UNIT_CA, -DAY, DAY},
	     UNIT_NAME,
	     "certificate is not for " UNIT_NAME},
	    {{"DNS:other.test", UNIT_CA, -DAY, DAY},
	     UNIT_NAME,
	     "certificate is not for " UNIT_NAME},
	    /* The right name as the subject's common name alone. */
	    {{NULL, UNIT_CA, -DAY, DAY}, UNIT_NAME, "certificate is not for " UNIT_NAME},
	    {{"IP:127.0.0.1", UNIT_CA, -DAY, DAY}, NULL, NULL},
	    {{"IP:127.0.0.1", UNIT_CA, -DAY, DAY}, "127.0.0.1", NULL},
	    {{"IP:192.0.2.1", UNIT_CA, -DAY, DAY}, NULL, "certificate is not for 127.0.0.1"},
	    {{"DNS:127.0.0.1", UNIT_CA, -DAY, DAY}, NULL, "certificate is not for 127.0.0.1"},
	    {{"IP:127.0.0.1", UNIT_CA, -DAY, DAY},
	     "2001:db8::1",
	     "certificate is not for 2001:db8::1"},
	    {{"DNS:" UNIT_NAME, UNIT_CA, -2 * DAY, -DAY}, UNIT_NAME, "certificate expired"},
	    {{"DNS:" UNIT_NAME, UNIT_CA, DAY, 2 * DAY}, UNIT_NAME, "certificate is not valid yet"},
	    {{"DNS:" UNIT_NAME, UNIT_ITSELF, -DAY, DAY}, UNIT_NAME, "self-signed certificate"},
	    {{"DNS:" UNIT_NAME, UNIT_STRANGER, -DAY, DAY},
	     UNIT_NAME,
	     "certificate of an unknown authority"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dg_secure secure = {.name = (char *)cases[i].name};
		struct unit_behaviour b = honest;
		struct unit_client c;

		b.certificate = &cases[i].certificate;
		unit_try(&c, &b, &secure);
		assert_string_equal(c.heard.why, cases[i].why != NULL ? cases[i].why : "");
		assert_int_equal(c.heard.kind,
				 cases[i].why != NULL ? DG_HEARD_UNTRUSTED : DG_HEARD_REPLY);
	}
}

/* SNI is the name, and no address (RFC 6066 section 3). */
static void test_server_name(void **state)
{
	static const struct unit_certificate both = {"DNS:" UNIT_NAME ",IP:127.0.0.1", UNIT_CA,
						     -DAY, DAY};
	static const struct {
		const char *name, *sni;
	} cases[] = {{UNIT_NAME, UNIT_NAME}, {NULL, ""}, {"127.0.0.1", ""}};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dg_secure secure = {.name = (char *)cases[i].name};
		struct unit_behaviour b = honest;
		struct unit_server server;
		struct unit_client c;

		b.certificate = &both;
		unit_server_start(&server, &b);
		unit_client_start(&c, unit_tls_ca());
		assert_int_equal(unit_client_try(&c, &server.addr, &secure), DG_HEARD_REPLY);
		unit_client_stop(&c);
		unit_server_stop(&server);
		assert_string_equal(server.sni, cases[i].sni);
	}
}

/* What the test's authority signed is nothing to the system's store. */
static void test_system_store(void **state)
{
	struct unit_server server;
	struct unit_client c;

	(void)state;
	unit_server_start(&server, &honest);
	unit_client_start(&c, NULL);
	assert_int_equal(unit_client_try(&c, &server.addr, &unit_dot), DG_HEARD_UNTRUSTED);
	assert_string_equal(c.heard.why, "certificate of an unknown authority");
	unit_client_stop(&c);
	unit_server_stop(&server);
}

static void test_ca_file(void **state)
{
	struct dg_real_net *net = NULL;
	struct dg_error err = {0};

	(void)state;
	assert_int_equal(dg_real_net_new(&net, -1, "/nowhere/ca.pem", &err), DG_EINVAL);
	assert_string_equal(err.text, "tls_ca /nowhere/ca.pem: No such file or directory");
	memset(&err, 0, sizeof(err));
	assert_int_equal(dg_real_net_new(&net, -1, "Makefile", &err), DG_EINVAL);
	assert_string_equal(err.text, "tls_ca Makefile: no certificates in it");
	assert_null(net);
}

static void test_handshakes(void **state)
{
	static const struct {
		struct unit_behaviour behaviour;
		const struct dg_secure *secure;
		const char *why;
		bool unfit;
	} cases[] = {
	    {{.not_tls = true}, &unit_dot, "the TLS handshake failed: wrong version number", false},
	    {{.max_version = TLS1_1_VERSION}, &unit_dot, "no TLS 1.2 or later in common", true},
	    {{.max_version = TLS1_2_VERSION}, &unit_dot, NULL, false},
	    {{.no_alpn = true}, &unit_doh, "does not speak HTTP/2", true},
	    {{.alpn = "http/1.1"}, &unit_doh, "does not speak HTTP/2", true},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct unit_behaviour b = cases[i].behaviour;
		struct unit_client c;

		b.serve = unit_serve_all;
		b.cut_sent = b.cut_received = UNIT_UNCUT;
		unit_try(&c, &b, cases[i].secure);
		assert_string_equal(c.heard.why, cases[i].why != NULL ? cases[i].why : "");
		assert_int_equal(c.heard.kind,
				 cases[i].why != NULL ? DG_HEARD_BROKEN : DG_HEARD_REPLY);
		assert_int_equal(c.heard.unfit, cases[i].unfit);
	}
}

static void test_refused(void **state)
{
	struct unit_server server;
	struct unit_client c;
	struct dg_addr nowhere;

	(void)state;
	unit_server_start(&server, &honest);
	unit_server_stop(&server);
	unit_client_start(&c, unit_tls_ca());
	assert_int_equal(unit_client_try(&c, &server.addr, &unit_dot), DG_HEARD_CLOSED);
	/* The broadcast address: no connection can be made to it from anywhere. */
	assert_int_equal(dg_addr_parse(&nowhere, "255.255.255.255", 853, NULL), DG_OK);
	assert_int_equal(unit_client_try(&c, &nowhere, &unit_dot), DG_HEARD_NO_ROUTE);
	unit_client_stop(&c);
}

/* ---- messages in the stream
 * ---------------------------------------------------------------------- */

/* One octet a record, and a record at a time. */
static void serve_octets(struct unit_wire *w)
{
	uint8_t query[DG_MSG_MAX], reply[1024];
	size_t len, n, i;

	while ((len = unit_wire_message(w, query)) > 0) {
		n = unit_answer(reply + 2, query, len, 0);
		reply[0] = (uint8_t)(n >> 8);
		reply[1] = (uint8_t)n;
		for (i = 0; i < n + 2; i++)
			unit_wire_write(w, reply + i, 1);
	}
}

static void serve_longest(struct unit_wire *w)
{
	uint8_t query[DG_MSG_MAX], *reply = malloc(2 + DG_MSG_MAX);
	size_t len = unit_wire_message(w, query);

	unit_answer(reply + 2, query, len, DG_MSG_MAX);
	reply[0] = reply[1] = 0xff;
	unit_wire_write(w, reply, 2 + DG_MSG_MAX);
	free(reply);
	unit_wire_message(w, query);
}

/* Ten questions; the answers in reverse order, two in one record. */
static void serve_in_reverse(struct unit_wire *w)
{
	uint8_t query[10][1024], reply[2048];
	size_t len[10], n, i;

	for (;;) {
		for (i = 0; i < 10; i++)
			if ((len[i] = unit_wire_message(w, query[i])) == 0)
				return;
		for (n = 0; i-- > 0;) {
			size_t one = unit_answer(reply + n + 2, query[i], len[i], 0);

			reply[n] = (uint8_t)(one >> 8);
			reply[n + 1] = (uint8_t)one;
			n += 2 + one;
			if (i % 2 == 0) {
				unit_wire_write(w, reply, n);
				n = 0;
			}
		}
	}
}

/* To nobody, to nobody's question, too short, of no length; then right. */
static void serve_noise_first(struct unit_wire *w)
{
	static const uint8_t empty[] = {0, 0}, small[] = {0, 3, 1, 2, 3};
	uint8_t query[DG_MSG_MAX], other[DG_MSG_MAX];
	size_t len;

	while ((len = unit_wire_message(w, query)) > 0) {
		unit_wire_write(w, empty, sizeof(empty));
		unit_wire_write(w, small, sizeof(small));
		memcpy(other, query, len);
		other[0] ^= 0x55;
		unit_wire_answer(w, other, len);
		memcpy(other, query, len);
		other[13] ^= 1;
		unit_wire_answer(w, other, len);
		unit_wire_answer(w, query, len);
	}
}

static void test_framing(void **state)
{
	static const struct {
		void (*serve)(struct unit_wire *w);
		size_t len; /* of the reply; 0: any */
		unsigned ignored;
	} cases[] = {
	    {serve_octets, 0, 0},
	    {serve_longest, DG_MSG_MAX, 0},
	    {serve_noise_first, 0, 1},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct unit_behaviour b = honest;
		struct unit_client c;

		b.serve = cases[i].serve;
		assert_int_equal(unit_try(&c, &b, &unit_dot), DG_HEARD_REPLY);
		assert_int_equal(c.heard.transport, DG_TRANSPORT_TLS);
		assert_int_equal(c.heard.ignored, cases[i].ignored);
		if (cases[i].len != 0)
			assert_int_equal(c.reply_len, cases[i].len);
	}
}

static void test_in_reverse(void **state)
{
	struct unit_behaviour b = honest;
	struct unit_server server;
	struct unit_client c;
	unsigned heard = 0;
	int i;

	(void)state;
	b.serve = serve_in_reverse;
	unit_server_start(&server, &b);
	unit_client_start(&c, unit_tls_ca());
	for (i = 0; i < 10; i++) {
		char name[32];

		snprintf(name, sizeof(name), "n%d.example.test.", i);
		unit_client_ask(&c, &server.addr, &unit_dot, name);
	}
	for (i = 0; i < 10; i++) {
		assert_true(unit_client_wait(&c, 2000));
		assert_int_equal(c.heard.kind, DG_HEARD_REPLY);
		heard |= 1u << c.heard.ask;
	}
	assert_int_equal(heard, 0x7fe);
	unit_client_stop(&c);
	assert_int_equal(server.accepted, 1);
	unit_server_stop(&server);
}

/* ---- the use of connections
 * ---------------------------------------------------------------------- */

static void test_many_questions(void **state)
{
	struct unit_server server;
	struct unit_client c;
	int i, round;

	(void)state;
	unit_server_start(&server, &honest);
	unit_client_start(&c, unit_tls_ca());
	for (round = 0; round < 3; round++) {
		for (i = 0; i < 300; i++) {
			char name[32];

			snprintf(name, sizeof(name), "r%d-%d.example.test.", round, i);
			unit_client_ask(&c, &server.addr, &unit_dot, name);
		}
		for (i = 0; i < 300; i++) {
			assert_true(unit_client_wait(&c, 3000));
			assert_int_equal(c.heard.kind, DG_HEARD_REPLY);
		}
	}
	unit_client_stop(&c);
	assert_int_equal(server.accepted, 1);
	unit_server_stop(&server);
}

static void serve_one(struct unit_wire *w)
{
	uint8_t query[DG_MSG_MAX];
	size_t len = unit_wire_message(w, query);

	unit_wire_answer(w, query, len);
	/* Not closed before the next question is under way, on the first connection. */
	if (w->number == 0)
		unit_wire_message(w, query);
}

static void test_old_connection(void **state)
{
	struct unit_behaviour b = honest;
	struct unit_server server;
	struct unit_client c;

	(void)state;
	for (int reset = 0; reset < 2; reset++) {
		b.serve = serve_one;
		b.reset = reset != 0;
		unit_server_start(&server, &b);
		unit_client_start(&c, unit_tls_ca());
		assert_int_equal(unit_client_try(&c, &server.addr, &unit_dot), DG_HEARD_REPLY);
		assert_int_equal(unit_client_try(&c, &server.addr, &unit_dot), DG_HEARD_REPLY);
		assert_int_equal(c.heard.sent, 2);
		assert_int_equal(server.accepted, 2);
		unit_client_stop(&c);
		unit_server_stop(&server);
	}
}

/* Each connection answers another question than the one that waits, and ends: there is an end to
 * it. */
static void serve_first_name(struct unit_wire *w)
{
	uint8_t query[DG_MSG_MAX];
	size_t len;

	while ((len = unit_wire_message(w, query)) > 0) {
		if (query[13] != 'b') {
			unit_wire_answer(w, query, len);
			return;
		}
	}
}

static void test_no_loop(void **state)
{
	struct unit_behaviour b = honest;
	struct unit_server server;
	struct unit_client c;
	int i;

	(void)state;
	b.serve = serve_first_name;
	unit_server_start(&server, &b);
	unit_client_start(&c, unit_tls_ca());
	unit_client_ask(&c, &server.addr, &unit_dot, "b.example.test.");
	for (i = 0; i < 20; i++) {
		char name[32];

		snprintf(name, sizeof(name), "a%d.example.test.", i);
		unit_client_ask(&c, &server.addr, &unit_dot, name);
		assert_true(unit_client_wait(&c, 3000));
		if (c.heard.ask == 1)
			break;
	}
	assert_int_equal(c.heard.kind, DG_HEARD_BROKEN);
	assert_string_equal(c.heard.why, "connection closed before the answer");
	assert_true(c.heard.sent <= 8);
	unit_client_stop(&c);
	unit_server_stop(&server);
}

static void serve_late(struct unit_wire *w)
{
	uint8_t query[DG_MSG_MAX];
	size_t len;

	while ((len = unit_wire_message(w, query)) > 0)
		if (w->number > 0)
			unit_wire_answer(w, query, len);
}

/* A connection that swallowed a question is not used for the next. */
static void test_dead_connection(void **state)
{
	struct unit_behaviour b = honest;
	struct unit_server server;
	struct unit_client c;

	(void)state;
	b.serve = serve_late;
	unit_server_start(&server, &b);
	unit_client_start(&c, unit_tls_ca());
	assert_int_equal(unit_client_try(&c, &server.addr, &unit_dot), DG_HEARD_SILENCE);
	assert_int_equal(unit_client_try(&c, &server.addr, &unit_dot), DG_HEARD_REPLY);
	assert_int_equal(server.accepted, 2);
	unit_client_stop(&c);
	unit_server_stop(&server);
}

/* Messages without end that answer nothing. */
static void serve_noise(struct unit_wire *w)
{
	uint8_t query[DG_MSG_MAX], *noise = calloc(1, 2 + DG_MSG_MAX);

	unit_wire_message(w, query);
	noise[0] = noise[1] = 0xff;
	while (unit_wire_write(w, noise, 2 + DG_MSG_MAX))
		continue;
	free(noise);
}

/* New keys again and again (RFC 8446 section 4.6.3), and empty messages. */
static void serve_new_keys(struct unit_wire *w)
{
	static const uint8_t empty[1000];
	uint8_t query[DG_MSG_MAX];

	unit_wire_message(w, query);
	do
		SSL_key_update(w->ssl, SSL_KEY_UPDATE_REQUESTED);
	while (SSL_do_handshake(w->ssl) == 1 && unit_wire_write(w, empty, sizeof(empty)));
}

static void test_noise(void **state)
{
	static void (*const serve[])(struct unit_wire *) = {serve_noise, serve_new_keys};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(serve) / sizeof(serve[0]); i++) {
		struct unit_behaviour b = honest;
		struct unit_client c;

		b.serve = serve[i];
		assert_int_equal(unit_try(&c, &b, &unit_dot), DG_HEARD_BROKEN);
		assert_true(c.heard.why[0] != '\0');
		assert_true(c.took < 4000);
	}
}

/* ---- hosts
 * --------------------------------------------------------------------------------------- */

static void test_look_up(void **state)
{
	struct dg_addr unknown = {0};
	struct unit_server server;
	struct dg_secure secure = {.name = (char *)UNIT_NAME, .look_up = (char *)"localhost"};
	struct unit_client c;

	(void)state;
	unit_server_start(&server, &honest);
	secure.port = server.addr.port;
	unit_client_start(&c, unit_tls_ca());
	/* ::1, where nothing listens, may be the first. */
	assert_int_equal(unit_client_try(&c, &unknown, &secure), DG_HEARD_REPLY);
	assert_true(dg_addr_equal(&c.heard.server, &server.addr));
	assert_int_equal(unit_client_try(&c, &unknown, &secure), DG_HEARD_REPLY);
	assert_true(dg_addr_equal(&c.heard.server, &server.addr));
	assert_int_equal(server.accepted, 1);
	unit_client_stop(&c);
	unit_server_stop(&server);
}

static void test_look_up_fails(void **state)
{
	struct dg_addr unknown = {0};
	struct dg_secure secure = {.name = (char *)UNIT_NAME,
				   .look_up = (char *)"no such host.invalid"};
	struct unit_client c;

	(void)state;
	unit_client_start(&c, unit_tls_ca());
	assert_int_equal(unit_client_try(&c, &unknown, &secure), DG_HEARD_BROKEN);
	assert_string_equal(c.heard.why, "no such host.invalid: Name or service not known");
	assert_int_equal(c.heard.server.family, 0);
	/* The run ends first. */
	unit_client_ask(&c, &unknown, &secure, "a.example.test.");
	unit_client_wait(&c, 0);
	unit_client_stop(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_certificates),   cmocka_unit_test(test_server_name),
	    cmocka_unit_test(test_system_store),   cmocka_unit_test(test_ca_file),
	    cmocka_unit_test(test_handshakes),     cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_framing),        cmocka_unit_test(test_in_reverse),
	    cmocka_unit_test(test_many_questions), cmocka_unit_test(test_old_connection),
	    cmocka_unit_test(test_no_loop),        cmocka_unit_test(test_dead_connection),
	    cmocka_unit_test(test_noise),          cmocka_unit_test(test_look_up),
	    cmocka_unit_test(test_look_up_fails),
	};

	return cmocka_run_group_tests(tests, unit_tls_setup, unit_tls_teardown);
}
