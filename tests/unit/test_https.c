/* SPDX-License-Identifier: ISC */
/* Resolvers over HTTPS: what is asked, what counts as an answer, and what a hostile one may try. */
#include <poll.h>

#include "unit_https.h"

static const struct unit_behaviour honest = {.serve = unit_https_serve,
					     .respond = unit_respond_well,
					     .cut_sent = UNIT_UNCUT,
					     .cut_received = UNIT_UNCUT};

#define DNS_TYPE "application/dns-message"

static void test_request(void **state)
{
	static const char *const fields[] = {
	    ":method: POST\n",
	    ":scheme: https\n",
	    ":authority: resolver.example.test:8443\n",
	    ":path: /dns-query\n",
	    "accept: application/dns-message\n",
	    "content-type: application/dns-message\n",
	    /* Header, a.example.test TXT, OPT. */
	    "content-length: 43\n",
	};
	struct unit_server server;
	struct unit_client c;
	size_t i;

	(void)state;
	unit_server_start(&server, &honest);
	unit_client_start(&c, unit_tls_ca());
	assert_int_equal(unit_client_try(&c, &server.addr, &unit_doh), DG_HEARD_REPLY);
	assert_int_equal(c.heard.transport, DG_TRANSPORT_HTTPS);
	assert_int_equal(unit_client_try(&c, &server.addr, &unit_doh), DG_HEARD_REPLY);
	unit_client_stop(&c);
	unit_server_stop(&server);
	assert_int_equal(server.accepted, 1);
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (strstr(server.request, fields[i]) == NULL)
			fail_msg("no %s in %s", fields[i], server.request);
}

/* ---- what counts as an answer
 * -------------------------------------------------------------------- */

static void respond_302(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	(void)len;
	unit_respond(h2, id, "302", "text/html", query, 5);
}

static void respond_404(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	unit_respond(h2, id, "404", DNS_TYPE, query, len);
}

static void respond_html(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	uint8_t reply[1024];

	unit_respond(h2, id, "200", "text/html", reply, unit_answer(reply, query, len, 0));
}

static void respond_untyped(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	uint8_t reply[1024];

	unit_respond(h2, id, "200", NULL, reply, unit_answer(reply, query, len, 0));
}

static void respond_similar(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	uint8_t reply[1024];

	unit_respond(h2, id, "200", DNS_TYPE "s", reply, unit_answer(reply, query, len, 0));
}

static void respond_parameters(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	uint8_t reply[1024];

	unit_respond(h2, id, "200", "Application/DNS-Message; charset=utf-8", reply,
		     unit_answer(reply, query, len, 0));
}

static void respond_longest(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	uint8_t *reply = malloc(DG_MSG_MAX);

	unit_respond(h2, id, "200", DNS_TYPE, reply, unit_answer(reply, query, len, DG_MSG_MAX));
	free(reply);
}

static void respond_longer(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	uint8_t *reply = calloc(1, DG_MSG_MAX + 1);

	unit_answer(reply, query, len, DG_MSG_MAX);
	unit_respond(h2, id, "200", DNS_TYPE, reply, DG_MSG_MAX + 1);
	free(reply);
}

static void respond_nothing(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	(void)len;
	unit_respond(h2, id, "200", DNS_TYPE, query, 0);
}

static void respond_other(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	uint8_t reply[1024];

	len = unit_answer(reply, query, len, 0);
	reply[13] ^= 1;
	unit_respond(h2, id, "200", DNS_TYPE, reply, len);
}

static void respond_early_hints(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	struct unit_h2 *h = h2;
	nghttp2_nv hints[] = {unit_header(":status", "103"), unit_header("link", "</a>")};

	nghttp2_submit_headers(h->session, NGHTTP2_FLAG_NONE, id, NULL, hints, 2, NULL);
	unit_respond_well(h2, id, query, len);
}

static void respond_rst(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	struct unit_h2 *h = h2;

	(void)query;
	(void)len;
	nghttp2_submit_rst_stream(h->session, NGHTTP2_FLAG_NONE, id, NGHTTP2_INTERNAL_ERROR);
}

/* ---- what a hostile one may try
 * ------------------------------------------------------------------ */

static void respond_many_headers(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	static char name[600][12];
	nghttp2_nv headers[600];
	struct unit_h2 *h = h2;
	size_t i;

	(void)query;
	(void)len;
	headers[0] = unit_header(":status", "200");
	for (i = 1; i < 600; i++) {
		snprintf(name[i], sizeof(name[i]), "x-%zu", i);
		headers[i] = unit_header(name[i], "y");
	}
	nghttp2_submit_response(h->session, id, headers, 600, NULL);
}

static void respond_huge_header(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	struct unit_h2 *h = h2;
	char value[40001];
	nghttp2_nv headers[2];

	(void)query;
	(void)len;
	memset(value, 'z', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	headers[0] = unit_header(":status", "200");
	headers[1] = unit_header("x", value);
	nghttp2_submit_response(h->session, id, headers, 2, NULL);
}

static void respond_endless(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	(void)query;
	unit_respond(h2, id, "200", DNS_TYPE, NULL, len);
}

/* Frames by hand: nghttp2 would not send these. The first frame of HEADERS, then CONTINUATION
 * without end (CVE-2024-28182); PING; SETTINGS; DATA for a stream that is over; empty DATA. */
static void flood(struct unit_h2 *h, int32_t id, uint8_t type, size_t len, bool id_too)
{
	uint8_t *frames = calloc(100, 9 + len);
	size_t i;

	unit_h2_flush(h);
	for (i = 0; i < 100; i++) {
		uint8_t *f = frames + i * (9 + len);

		f[2] = (uint8_t)len;
		f[3] = type;
		f[8] = id_too ? (uint8_t)id : 0;
		/* A literal field without indexing, named "y". */
		if (type == NGHTTP2_CONTINUATION)
			memcpy(f + 9, "\0\1y\1z", 5);
	}
	while (unit_wire_write(h->wire, frames, 100 * (9 + len)))
		continue;
	free(frames);
	h->over = true;
}

static void respond_continuation(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	/* :status 200, and more to come. */
	uint8_t headers[] = {0, 0, 1, NGHTTP2_HEADERS, 0, 0, 0, 0, (uint8_t)id, 0x88};
	struct unit_h2 *h = h2;

	(void)query;
	(void)len;
	unit_h2_flush(h);
	unit_wire_write(h->wire, headers, sizeof(headers));
	flood(h, id, NGHTTP2_CONTINUATION, 5, true);
}

static void respond_pings(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	(void)query;
	(void)len;
	flood(h2, id, NGHTTP2_PING, 8, false);
}

static void respond_settings(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	(void)query;
	(void)len;
	flood(h2, id, NGHTTP2_SETTINGS, 0, false);
}

static void respond_empty_data(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	struct unit_h2 *h = h2;
	uint8_t *body = calloc(1, 1);
	nghttp2_nv headers[] = {unit_header(":status", "200"),
				unit_header("content-type", DNS_TYPE)};

	(void)query;
	(void)len;
	free(body);
	nghttp2_submit_headers(h->session, NGHTTP2_FLAG_NONE, id, NULL, headers, 2, NULL);
	flood(h, id, NGHTTP2_DATA, 0, true);
}

static void respond_unknown_frames(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	(void)query;
	(void)len;
	flood(h2, id, 0xee, 200, false);
}

static void respond_garbage(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	struct unit_h2 *h = h2;

	(void)id;
	(void)query;
	(void)len;
	unit_h2_flush(h);
	unit_wire_write(h->wire, "HTTP/1.1 400 Bad Request\r\n\r\nno such thing as HTTP/2", 51);
}

static void serve_http1(struct unit_wire *w)
{
	uint8_t buf[1024];

	unit_wire_write(w, "HTTP/1.1 400 Bad Request\r\n\r\n", 28);
	while (unit_wire_read(w, buf, sizeof(buf)) > 0)
		continue;
}

static void test_responses(void **state)
{
	static const struct {
		void (*respond)(void *h2, int32_t id, const uint8_t *query, size_t len);
		const char *why; /* NULL: a reply; a whole sentence, or how it begins */
	} cases[] = {
	    {unit_respond_well, NULL},
	    {respond_parameters, NULL},
	    {respond_longest, NULL},
	    {respond_early_hints, NULL},
	    {respond_302, "HTTP status 302: redirects are not followed"},
	    {respond_404, "HTTP status 404"},
	    {respond_html, "HTTP content type is not application/dns-message"},
	    {respond_untyped, "HTTP content type is not application/dns-message"},
	    {respond_similar, "HTTP content type is not application/dns-message"},
	    {respond_longer, "HTTP answer of more than 65535 octets"},
	    {respond_nothing, "the answer is to another question"},
	    {respond_other, "the answer is to another question"},
	    {respond_rst, "HTTP/2 stream ended: INTERNAL_ERROR"},
	    {respond_many_headers, "HTTP headers of more than 16384 octets"},
	    {respond_huge_header, "HTTP headers of more than 16384 octets"},
	    {respond_endless, "HTTP answer of more than 65535 octets"},
	    {respond_continuation, "HTTP"},
	    {respond_pings, ""},
	    {respond_settings, ""},
	    {respond_empty_data, ""},
	    {respond_unknown_frames, "the resolver sends much that is no answer"},
	    {respond_garbage, "HTTP/2 went wrong: "},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct unit_behaviour b = honest;
		const char *why = cases[i].why;
		struct unit_client c;

		b.respond = cases[i].respond;
		unit_try(&c, &b, &unit_doh);
		if (why == NULL) {
			assert_string_equal(c.heard.why, "");
			assert_int_equal(c.heard.kind, DG_HEARD_REPLY);
			continue;
		}
		assert_true(c.heard.why[0] != '\0');
		assert_memory_equal(c.heard.why, why, strlen(why));
		assert_int_equal(c.heard.kind, DG_HEARD_BROKEN);
		assert_true(c.took < 4000);
	}
}

static void test_http1(void **state)
{
	struct unit_behaviour b = honest;
	struct unit_client c;

	(void)state;
	b.serve = serve_http1;
	assert_int_equal(unit_try(&c, &b, &unit_doh), DG_HEARD_BROKEN);
	assert_memory_equal(c.heard.why, "HTTP/2 went wrong: ", 19);
}

/* ---- streams that are refused
 * -------------------------------------------------------------------- */

static void respond_refused_once(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	struct unit_h2 *h = h2;

	if (h->wire->number == 0)
		nghttp2_submit_rst_stream(h->session, NGHTTP2_FLAG_NONE, id,
					  NGHTTP2_REFUSED_STREAM);
	else
		unit_respond_well(h2, id, query, len);
}

static void respond_goaway_once(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	struct unit_h2 *h = h2;

	if (h->wire->number == 0)
		nghttp2_submit_goaway(h->session, NGHTTP2_FLAG_NONE, 0, NGHTTP2_NO_ERROR, NULL, 0);
	else
		unit_respond_well(h2, id, query, len);
}

static void respond_refused(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	struct unit_h2 *h = h2;

	(void)query;
	(void)len;
	nghttp2_submit_rst_stream(h->session, NGHTTP2_FLAG_NONE, id, NGHTTP2_REFUSED_STREAM);
}

static void test_refused_streams(void **state)
{
	static const struct {
		void (*respond)(void *h2, int32_t id, const uint8_t *query, size_t len);
		enum dg_heard_kind kind;
		int connections;
	} cases[] = {
	    {respond_refused_once, DG_HEARD_REPLY, 2},
	    {respond_goaway_once, DG_HEARD_REPLY, 2},
	    {respond_refused, DG_HEARD_BROKEN, 8},
	};
	unsigned waits;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct unit_behaviour b = honest;
		struct unit_server server;
		struct unit_client c;

		b.respond = cases[i].respond;
		unit_server_start(&server, &b);
		unit_client_start(&c, unit_tls_ca());
		assert_int_equal(unit_client_try(&c, &server.addr, &unit_doh), cases[i].kind);
		assert_int_equal(c.heard.sent, cases[i].connections);
		/* The last one may still wait to be accepted. */
		for (waits = 0; server.accepted < cases[i].connections && waits < 5000; waits++)
			(void)poll(NULL, 0, 1);
		assert_int_equal(server.accepted, cases[i].connections);
		unit_client_stop(&c);
		unit_server_stop(&server);
	}
}

/* GOAWAY after the first two: they are answered, the others on a new connection. */
static void respond_goaway_soon(void *h2, int32_t id, const uint8_t *query, size_t len)
{
	struct unit_h2 *h = h2;

	if (h->wire->number == 0 && id == 3)
		nghttp2_submit_goaway(h->session, NGHTTP2_FLAG_NONE, 3, NGHTTP2_NO_ERROR, NULL, 0);
	if (h->wire->number > 0 || id <= 3)
		unit_respond_well(h2, id, query, len);
}

static void test_many_questions(void **state)
{
	static void (*const respond[])(void *, int32_t, const uint8_t *,
				       size_t) = {unit_respond_well, respond_goaway_soon};
	size_t k;
	int i;

	(void)state;
	for (k = 0; k < 2; k++) {
		struct unit_behaviour b = honest;
		struct unit_server server;
		struct unit_client c;

		b.respond = respond[k];
		unit_server_start(&server, &b);
		unit_client_start(&c, unit_tls_ca());
		/* More than the server takes at once. */
		for (i = 0; i < 300; i++) {
			char name[32];

			snprintf(name, sizeof(name), "n%d.example.test.", i);
			unit_client_ask(&c, &server.addr, &unit_doh, name);
		}
		for (i = 0; i < 300; i++) {
			assert_true(unit_client_wait(&c, 3000));
			assert_string_equal(c.heard.why, "");
			assert_int_equal(c.heard.kind, DG_HEARD_REPLY);
		}
		unit_client_stop(&c);
		assert_int_equal(server.accepted, k + 1);
		unit_server_stop(&server);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_request),        cmocka_unit_test(test_responses),
	    cmocka_unit_test(test_http1),          cmocka_unit_test(test_refused_streams),
	    cmocka_unit_test(test_many_questions),
	};

	return cmocka_run_group_tests(tests, unit_tls_setup, unit_tls_teardown);
}
