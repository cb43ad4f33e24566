/* SPDX-License-Identifier: ISC */
/* Connections that end after every octet there is: the resolver's side after it sent, or received,
 * so many, with FIN and with RST. None may pass for an answer, none may hang. */
#include "unit_https.h"

#include <time.h>

static const struct {
	const char *name;
	const struct dg_secure *secure;
	void (*serve)(struct unit_wire *w);
	int max_version;
} ways[] = {
    {"DoT, TLS 1.3", &unit_dot, unit_serve_all, 0},
    {"DoT, TLS 1.2", &unit_dot, unit_serve_all, TLS1_2_VERSION},
    {"DoH, TLS 1.3", &unit_doh, unit_https_serve, 0},
};

static struct unit_behaviour behave(size_t way)
{
	return (struct unit_behaviour){.serve = ways[way].serve,
				       .respond = unit_respond_well,
				       .max_version = ways[way].max_version,
				       .cut_sent = UNIT_UNCUT,
				       .cut_received = UNIT_UNCUT};
}

/* Octets both ways of a whole exchange. */
static void measure(size_t way, long *ret_sent, long *ret_received)
{
	struct unit_behaviour b = behave(way);
	struct unit_server server;
	struct unit_client c;

	unit_server_start(&server, &b);
	unit_client_start(&c, unit_tls_ca());
	assert_int_equal(unit_client_try(&c, &server.addr, ways[way].secure), DG_HEARD_REPLY);
	unit_client_stop(&c);
	unit_server_stop(&server);
	*ret_sent = server.sent;
	*ret_received = server.asked;
}

static void cut(struct unit_behaviour *b, size_t way, dg_ms *longest)
{
	struct unit_client c;
	enum dg_heard_kind kind = unit_try(&c, b, ways[way].secure);

	if (kind != DG_HEARD_BROKEN && kind != DG_HEARD_CLOSED)
		fail_msg("%s cut after %ld sent, %ld received%s: kind %d", ways[way].name,
			 b->cut_sent, b->cut_received, b->reset ? " (reset)" : "", kind);
	assert_true(c.heard.why[0] != '\0');
	assert_int_equal(c.heard.sent, 1);
	assert_true(c.took < 1000);
	if (c.took > *longest)
		*longest = c.took;
}

static void sweep(size_t way, bool reset)
{
	struct unit_behaviour b = behave(way);
	long sent = 0, received = 0, n;
	clock_t begun = clock();
	dg_ms longest = 0;

	measure(way, &sent, &received);
	b.reset = reset;
	for (n = 0; n < sent; n++) {
		b.cut_sent = n;
		cut(&b, way, &longest);
	}
	b.cut_sent = UNIT_UNCUT;
	for (n = 0; n < received; n++) {
		b.cut_received = n;
		cut(&b, way, &longest);
	}
	print_message("    %s, %s: %ld + %ld cuts, %.1f s of processor, the longest %d ms\n",
		      ways[way].name, reset ? "RST" : "FIN", sent, received,
		      (double)(clock() - begun) / CLOCKS_PER_SEC, (int)longest);
}

static void test_fin(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		sweep(i, false);
}

static void test_reset(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		sweep(i, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_fin),
	    cmocka_unit_test(test_reset),
	};

	return cmocka_run_group_tests(tests, unit_tls_setup, unit_tls_teardown);
}
