/* SPDX-License-Identifier: ISC */
/* Resolvers known by a host's name: the look-up, which address is tried and when, and that waiting
 * for any of it costs nothing. getaddrinfo and poll are the test's own (--wrap). */
#include "unit_tls.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

int __wrap_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
		       struct addrinfo **ret_list);
void __wrap_freeaddrinfo(struct addrinfo *list);
int __real_poll(struct pollfd *set, nfds_t count, int ms);
int __wrap_poll(struct pollfd *set, nfds_t count, int ms);

static atomic_int lookups, polls, running;

/* At .2 nothing listens, at .3 nobody accepts. */
static const struct host {
	const char *name;
	int problem, problem_once;
	unsigned ms;
	const char *addr[10];
} hosts[] = {
    {"one.test", 0, 0, 0, {"127.0.0.1"}},
    {"closed-first.test", 0, 0, 0, {"127.0.0.2", "127.0.0.1"}},
    {"no-route-first.test", 0, 0, 0, {"255.255.255.255", "127.0.0.1"}},
    {"silent-first.test", 0, 0, 0, {"127.0.0.3", "127.0.0.1"}},
    {"closed.test", 0, 0, 0, {"127.0.0.2", "127.0.0.2"}},
    {"closed-and-no-route.test", 0, 0, 0, {"127.0.0.2", "255.255.255.255"}},
    {"ninth.test",
     0,
     0,
     0,
     {"127.0.0.2", "127.0.0.2", "127.0.0.2", "127.0.0.2", "127.0.0.2", "127.0.0.2", "127.0.0.2",
      "127.0.0.2", "127.0.0.1"}},
    {"slow.test", 0, 0, 300, {"127.0.0.1"}},
    {"slower.test", 0, 0, 1000, {"127.0.0.1"}},
    {"later.test", 0, EAI_AGAIN, 0, {"127.0.0.1"}},
    {"nowhere.test", EAI_NONAME, 0, 0, {NULL}},
};

int __wrap_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
		       struct addrinfo **ret_list)
{
	const struct host *h = hosts;
	struct addrinfo **last = ret_list;
	size_t i;

	(void)service;
	running++;
	while (strcmp(h->name, host) != 0)
		h++;
	usleep(h->ms * 1000);
	lookups++;
	running--;
	*ret_list = NULL;
	if (h->problem != 0 || (h->problem_once != 0 && lookups == 1))
		return h->problem != 0 ? h->problem : h->problem_once;
	for (i = 0; i < 10 && h->addr[i] != NULL; i++) {
		struct addrinfo *a = calloc(1, sizeof(*a));
		struct sockaddr_in *in = calloc(1, sizeof(*in));

		in->sin_family = AF_INET;
		inet_pton(AF_INET, h->addr[i], &in->sin_addr);
		a->ai_family = AF_INET;
		a->ai_socktype = hints->ai_socktype;
		a->ai_addr = (struct sockaddr *)in;
		a->ai_addrlen = sizeof(*in);
		*last = a;
		last = &a->ai_next;
	}
	return 0;
}

void __wrap_freeaddrinfo(struct addrinfo *list)
{
	while (list != NULL) {
		struct addrinfo *next = list->ai_next;

		free(list->ai_addr);
		free(list);
		list = next;
	}
}

int __wrap_poll(struct pollfd *set, nfds_t count, int ms)
{
	polls++;
	return __real_poll(set, count, ms);
}

/* A socket at 127.0.0.3 whose backlog is full: whoever connects hears nothing. */
struct silent {
	int fd, filler[4];
};

static void silent_start(struct silent *s, uint16_t port)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
	size_t i;

	inet_pton(AF_INET, "127.0.0.3", &in.sin_addr);
	s->fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(s->fd, (struct sockaddr *)&in, sizeof(in)), 0);
	assert_int_equal(listen(s->fd, 0), 0);
	for (i = 0; i < 4; i++) {
		s->filler[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		connect(s->filler[i], (struct sockaddr *)&in, sizeof(in));
	}
}

static void silent_stop(struct silent *s)
{
	size_t i;

	for (i = 0; i < 4; i++)
		close(s->filler[i]);
	close(s->fd);
}

static void test_hosts(void **state)
{
	static const struct {
		const char *host;
		enum dg_heard_kind kind;
		const char *why;
		const char *last; /* the address that was asked last; NULL: none */
		dg_ms least, most;
		int lookups; /* after two questions */
	} cases[] = {
	    {"one.test", DG_HEARD_REPLY, "", "127.0.0.1", 0, 500, 1},
	    {"closed-first.test", DG_HEARD_REPLY, "", "127.0.0.1", 0, 500, 1},
	    {"no-route-first.test", DG_HEARD_REPLY, "", "127.0.0.1", 0, 500, 1},
	    {"silent-first.test", DG_HEARD_REPLY, "", "127.0.0.1", 1000, 1500, 1},
	    {"closed.test", DG_HEARD_CLOSED, "connection refused", "127.0.0.2", 0, 500, 2},
	    {"closed-and-no-route.test", DG_HEARD_CLOSED, "connection refused", "255.255.255.255",
	     0, 500, 2},
	    {"ninth.test", DG_HEARD_CLOSED, "connection refused", "127.0.0.2", 0, 500, 2},
	    {"slow.test", DG_HEARD_REPLY, "", "127.0.0.1", 290, 800, 1},
	    {"later.test", DG_HEARD_BROKEN, "later.test: Temporary failure in name resolution",
	     NULL, 0, 500, 2},
	    {"nowhere.test", DG_HEARD_BROKEN, "nowhere.test: Name or service not known", NULL, 0,
	     500, 2},
	};
	static const struct unit_behaviour honest = {
	    .serve = unit_serve_all, .cut_sent = UNIT_UNCUT, .cut_received = UNIT_UNCUT};
	const struct dg_addr unknown = {0};
	char text[DG_ADDR_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dg_secure secure = {.name = (char *)UNIT_NAME,
					   .look_up = (char *)cases[i].host};
		struct unit_server server;
		struct unit_client c;
		struct silent silent;

		lookups = 0;
		unit_server_start(&server, &honest);
		silent_start(&silent, server.addr.port);
		secure.port = server.addr.port;
		unit_client_start(&c, unit_tls_ca());
		polls = 0;
		unit_client_try(&c, &unknown, &secure);
		assert_string_equal(c.heard.why, cases[i].why);
		assert_int_equal(c.heard.kind, cases[i].kind);
		assert_true(c.took >= cases[i].least && c.took < cases[i].most);
		if (cases[i].last != NULL)
			assert_string_equal(dg_addr_print(&c.heard.server, text), cases[i].last);
		else
			assert_int_equal(c.heard.server.family, 0);
		unit_client_try(&c, &unknown, &secure);
		assert_true(c.took < 500);
		assert_int_equal(lookups, cases[i].lookups);
		assert_true(polls < 40);
		unit_client_stop(&c);
		silent_stop(&silent);
		unit_server_stop(&server);
	}
}

/* The address that worked is the first to be tried for the next connection. */
static void serve_one(struct unit_wire *w)
{
	uint8_t query[DG_MSG_MAX];
	size_t len = unit_wire_message(w, query);

	unit_wire_answer(w, query, len);
}

static void test_address_kept(void **state)
{
	static const struct unit_behaviour brief = {
	    .serve = serve_one, .cut_sent = UNIT_UNCUT, .cut_received = UNIT_UNCUT};
	struct dg_secure secure = {.name = (char *)UNIT_NAME,
				   .look_up = (char *)"silent-first.test"};
	const struct dg_addr unknown = {0};
	struct unit_server server;
	struct unit_client c;
	struct silent silent;
	int i;

	(void)state;
	lookups = 0;
	unit_server_start(&server, &brief);
	silent_start(&silent, server.addr.port);
	secure.port = server.addr.port;
	unit_client_start(&c, unit_tls_ca());
	for (i = 0; i < 4; i++) {
		assert_int_equal(unit_client_try(&c, &unknown, &secure), DG_HEARD_REPLY);
		assert_true(i == 0 ? c.took >= 1000 : c.took < 500);
	}
	assert_int_equal(lookups, 1);
	unit_client_stop(&c);
	silent_stop(&silent);
	unit_server_stop(&server);
}

/* Silence, before and in the handshake: it ends after five seconds, in which the loop sleeps. */
static void test_silence(void **state)
{
	struct dg_addr silent_addr, deaf_addr;
	struct unit_server server;
	struct silent silent;
	struct unit_client c;
	int i;

	(void)state;
	/* Its kernel accepts connections, and it never looks at them. */
	unit_server_start(&server, &(struct unit_behaviour){.serve = unit_serve_all});
	close(server.stop[1]);
	pthread_join(server.thread, NULL);
	silent_start(&silent, server.addr.port);
	assert_int_equal(dg_addr_parse(&silent_addr, "127.0.0.3", server.addr.port, NULL), DG_OK);
	deaf_addr = server.addr;
	unit_client_start(&c, unit_tls_ca());
	polls = 0;
	unit_client_ask(&c, &silent_addr, &unit_dot, "a.example.test.");
	unit_client_ask(&c, &deaf_addr, &unit_dot, "a.example.test.");
	unit_client_ask(&c, &deaf_addr, &unit_doh, "a.example.test.");
	for (i = 0; i < 3; i++) {
		assert_true(unit_client_wait(&c, 6000));
		assert_int_equal(c.heard.kind, DG_HEARD_SILENCE);
		assert_true(i > 0 || (c.took >= 4900 && c.took < 5500));
	}
	assert_true(polls < 40);
	unit_client_stop(&c);
	silent_stop(&silent);
	close(server.stop[0]);
	close(server.fd);
	SSL_CTX_free(server.ctx);
}

/* The run ends before the look-up does, which then frees what is left. */
static void test_run_ends_first(void **state)
{
	struct dg_secure secure = {.name = (char *)UNIT_NAME, .look_up = (char *)"slower.test"};
	const struct dg_addr unknown = {0};
	struct unit_client c;
	int i;

	(void)state;
	unit_client_start(&c, unit_tls_ca());
	unit_client_ask(&c, &unknown, &secure, "a.example.test.");
	assert_false(unit_client_wait(&c, 50));
	unit_client_stop(&c);
	assert_int_equal(running, 1);
	for (i = 0; i < 300 && running > 0; i++)
		usleep(10000);
	assert_int_equal(running, 0);
	usleep(50000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_hosts),
	    cmocka_unit_test(test_address_kept),
	    cmocka_unit_test(test_silence),
	    cmocka_unit_test(test_run_ends_first),
	};

	return cmocka_run_group_tests(tests, unit_tls_setup, unit_tls_teardown);
}
