/* SPDX-License-Identifier: ISC */
/* Many answers that are all there at once: whoever waits until a moment is told of it then, not
 * when all are read. The clock is the test's own (--wrap): it moves only as the test says, and by a
 * millisecond each time it is looked at while answers are read. */
#include "unit_tls.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* As many as go to somebody who has not answered yet, and less than any is asked again after. */
#define ANSWERS 80
#define ROUNDS 5000

int __wrap_clock_gettime(clockid_t id, struct timespec *ret);

static int64_t the_us = 1000000000, each_look_us;

int __wrap_clock_gettime(clockid_t id, struct timespec *ret)
{
	(void)id;
	the_us += each_look_us;
	ret->tv_sec = (time_t)(the_us / 1000000);
	ret->tv_nsec = (long)(the_us % 1000000) * 1000;
	return 0;
}

struct query {
	struct sockaddr_in from;
	uint8_t wire[512];
	size_t len;
};

static struct query queries[ANSWERS];

static dg_ms wait_until(struct unit_client *c, dg_ms until, struct dg_heard *ret_heard)
{
	dg_ms now;

	assert_int_equal(c->seam.wait(c->seam.self, until, &now, ret_heard, NULL), DG_OK);
	return now;
}

static int open_server(struct dg_addr *ret_addr)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(in);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	char text[32];

	assert_int_equal(bind(fd, (struct sockaddr *)&in, sizeof(in)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&in, &len), 0);
	snprintf(text, sizeof(text), "127.0.0.1#%u", ntohs(in.sin_port));
	assert_int_equal(dg_addr_parse(ret_addr, text, 53, NULL), DG_OK);
	return fd;
}

/* Asks so many questions, at the rate that is allowed, until each has come; none is answered. */
static void ask_all(struct unit_client *c, const struct dg_addr *server, int fd)
{
	struct dg_heard heard;
	size_t come = 0;
	int round, i;

	for (i = 0; i < ANSWERS; i++) {
		char name[32];

		snprintf(name, sizeof(name), "a%d.example.test.", i);
		unit_client_ask(c, server, NULL, name);
	}
	for (round = 0; round < ROUNDS && come < ANSWERS; round++) {
		struct query *q = &queries[come];
		socklen_t len = sizeof(q->from);
		ssize_t n;

		wait_until(c, 0, &heard);
		the_us += 1000;
		n = recvfrom(fd, q->wire, sizeof(q->wire), 0, (struct sockaddr *)&q->from, &len);
		q->len = n < 0 ? 0 : (size_t)n;
		come += n >= 0;
	}
	assert_int_equal(come, ANSWERS);
}

static void test_many_ready(void **state)
{
	struct unit_client c;
	struct dg_heard heard;
	struct dg_addr server;
	int fd = open_server(&server), i, count = 0, round;
	dg_ms until;

	(void)state;
	unit_client_start(&c, NULL);
	ask_all(&c, &server, fd);
	for (i = 0; i < ANSWERS; i++) {
		uint8_t reply[512];
		size_t len = unit_answer(reply, queries[i].wire, queries[i].len, 0);

		assert_int_equal(sendto(fd, reply, len, 0, (struct sockaddr *)&queries[i].from,
					sizeof(queries[i].from)),
				 len);
	}
	each_look_us = 1000;
	until = the_us / 1000 + 20;
	assert_in_range(wait_until(&c, until, &heard), 0, until + 10);
	/* And none is lost. */
	each_look_us = 10;
	for (round = 0; round < ROUNDS && count < ANSWERS; round++) {
		count += heard.kind == DG_HEARD_REPLY;
		wait_until(&c, the_us / 1000 + 1, &heard);
	}
	assert_int_equal(count, ANSWERS);
	unit_client_stop(&c);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_many_ready),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
