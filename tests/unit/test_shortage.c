/* SPDX-License-Identifier: ISC */
/* Resolvers over TLS, and updates, with too little: the n-th allocation fails, for each n;
 * descriptors run out. */
#include "unit_https.h"
#include "unit_update.h"

#include <sys/resource.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

/* Allocations of this thread until one fails; negative: none does. */
static _Thread_local long left = -1;

static bool fails(void)
{
	if (left < 0)
		return false;
	return left-- == 0;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return fails() ? NULL : __real_realloc(old, size);
}

/* One question from beginning to end; nothing is asserted while memory may fail. */
static enum dg_status run_short(struct unit_server *server, const struct dg_secure *secure,
				struct dg_name name, long n, bool *ret_enough)
{
	struct dg_ask ask = {
	    .id = 1, .server = server->addr, .name = name, .type = DG_TYPE_TXT, .secure = secure};
	struct dg_real_net *net = NULL;
	struct dg_heard heard;
	enum dg_status status;
	dg_ms now = 0;

	if (secure->look_up != NULL)
		ask.server.family = 0;
	left = n;
	status = dg_real_net_new(&net, -1, unit_tls_ca(), NULL);
	if (status == DG_OK) {
		struct dg_net seam = dg_real_net_seam(net);

		status = seam.wait(seam.self, 0, &now, &heard, NULL);
		if (status == DG_OK)
			status = seam.ask(seam.self, &ask, NULL);
		if (status == DG_OK)
			status = seam.wait(seam.self, now + 6000, &now, &heard, NULL);
		*ret_enough = left >= 0;
		left = -1;
		if (status == DG_OK && heard.kind == DG_HEARD_NOTHING)
			status = DG_EINVAL;
		if (*ret_enough && heard.kind != DG_HEARD_REPLY)
			status = DG_EINVAL;
	}
	left = -1;
	dg_real_net_free(net);
	return status;
}

static void test_memory(void **state)
{
	struct dg_secure host = {.name = (char *)UNIT_NAME, .look_up = (char *)"127.0.0.1"};
	const struct dg_secure *ways[] = {&unit_dot, &unit_doh, &host};
	struct dg_name name = unit_name("a.example.test.");
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		bool enough = false;
		long n;

		for (n = 0; !enough && n < 1000; n++) {
			struct unit_behaviour b = {.serve = ways[i]->https ? unit_https_serve
									   : unit_serve_all,
						   .respond = unit_respond_well,
						   .cut_sent = UNIT_UNCUT,
						   .cut_received = UNIT_UNCUT};
			struct unit_server server;
			enum dg_status status;

			unit_server_start(&server, &b);
			host.port = server.addr.port;
			status = run_short(&server, ways[i], name, n, &enough);
			if (status != DG_OK && status != DG_ENOMEM)
				fail_msg("way %zu, allocation %ld: status %d", i, n, status);
			unit_server_stop(&server);
		}
		print_message("    way %zu: %ld allocations\n", i, n - 1);
		assert_true(enough);
	}
}

static long left_inside;

/* Servers have all the memory they want. */
static void outside(bool is)
{
	if (is) {
		left_inside = left;
		left = -1;
	} else {
		left = left_inside;
	}
}

static void test_update_memory(void **state)
{
	static const struct unit_update_row row = {
	    .what = "in need", .updates = {"SERVFAIL", "NOERROR"}, .done = true};
	bool enough = false;
	long n;

	(void)state;
	for (n = 0; !enough && n < 1000; n++) {
		struct unit_update_seen seen;
		struct dg_update_result result = {0};
		enum dg_status status;

		left = n;
		status = unit_update_run(&row, outside, &seen, &result, NULL);
		enough = left >= 0;
		left = -1;
		/* A reply that there was no memory for counts as none. */
		if (status != DG_OK && status != DG_ENOMEM)
			fail_msg("allocation %ld: status %d", n, status);
		if (enough && !result.done)
			fail_msg("not done: %s", result.text);
	}
	print_message("    update: %ld allocations\n", n - 1);
	assert_true(enough);
}

/* More resolvers than descriptors: idle connections make room for others. */
static void test_descriptors(void **state)
{
	static const struct unit_behaviour honest = {
	    .serve = unit_serve_all, .cut_sent = UNIT_UNCUT, .cut_received = UNIT_UNCUT};
	struct rlimit before, few = {.rlim_cur = 36};
	struct dg_secure secure[UNIT_CONNECTIONS];
	struct unit_server server;
	struct unit_client c;
	size_t i;

	(void)state;
	for (i = 0; i < UNIT_CONNECTIONS; i++)
		secure[i] = unit_dot;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few.rlim_max = before.rlim_max;
	unit_server_start(&server, &honest);
	/* The server is in this process, and needs some too. */
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	unit_client_start(&c, unit_tls_ca());
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	for (i = 0; i < UNIT_CONNECTIONS; i++) {
		char name[32];

		snprintf(name, sizeof(name), "n%zu.example.test.", i);
		unit_client_ask(&c, &server.addr, &secure[i], name);
	}
	for (i = 0; i < UNIT_CONNECTIONS; i++) {
		assert_true(unit_client_wait(&c, 15000));
		assert_int_equal(c.heard.kind, DG_HEARD_REPLY);
	}
	assert_int_equal(server.accepted, UNIT_CONNECTIONS);
	unit_client_stop(&c);
	unit_server_stop(&server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_memory),
	    cmocka_unit_test(test_update_memory),
	    cmocka_unit_test(test_descriptors),
	};

	return cmocka_run_group_tests(tests, unit_tls_setup, unit_tls_teardown);
}
