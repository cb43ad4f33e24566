/* SPDX-License-Identifier: ISC */
/*
 * link DEVICE SEED [SETTINGS]: a link between this network namespace, where it makes the device
 * DEVICE, and a new one of its own, where the device is "near". Each line on standard input is new
 * settings (model.h); it ends with the input.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* unshare, ppoll */
#endif
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "model.h"

#define UNDER_WAY 16384
#define LINE 1024

/* Packets under way, the first to come at the top: a heap. */
struct under_way {
	struct flying {
		uint64_t due;
		uint64_t number; /* those that come together come in this order */
		uint8_t *octets;
		size_t len;
		int to; /* descriptor */
	} packet[UNDER_WAY];
	size_t count;
	uint64_t number;
};

static void fail(const char *what)
{
	fprintf(stderr, "link: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t clock_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static int open_device(const char *name)
{
	struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		fail("/dev/net/tun");
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (ioctl(fd, TUNSETIFF, &request) != 0)
		fail(name);
	return fd;
}

/* ---- packets under way ----------------------------------------------------------------------- */

static bool comes_before(const struct flying *a, const struct flying *b)
{
	return a->due != b->due ? a->due < b->due : a->number < b->number;
}

static void add(struct under_way *u, uint64_t due, const uint8_t *octets, size_t len, int to)
{
	struct flying f = {.due = due, .number = u->number++, .len = len, .to = to};
	size_t i, parent;

	/* A queue that is longer than any that a test wants. */
	if (u->count == UNDER_WAY)
		return;
	f.octets = malloc(len);
	if (f.octets == NULL)
		fail("a packet");
	memcpy(f.octets, octets, len);
	for (i = u->count++; i > 0; i = parent) {
		parent = (i - 1) / 2;
		if (!comes_before(&f, &u->packet[parent]))
			break;
		u->packet[i] = u->packet[parent];
	}
	u->packet[i] = f;
}

static struct flying take_first(struct under_way *u)
{
	struct flying first = u->packet[0], last = u->packet[--u->count];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < u->count) {
		if (child + 1 < u->count && comes_before(&u->packet[child + 1], &u->packet[child]))
			child++;
		if (!comes_before(&u->packet[child], &last))
			break;
		u->packet[i] = u->packet[child];
		i = child;
	}
	u->packet[i] = last;
	return first;
}

static void deliver(struct under_way *u, uint64_t now)
{
	while (u->count > 0 && u->packet[0].due <= now) {
		struct flying f = take_first(u);

		/* Fails while the device is not up: lost, as on a real one. */
		if (write(f.to, f.octets, f.len) < 0 && errno != EIO && errno != EAGAIN &&
		    errno != EINVAL)
			fail("write");
		free(f.octets);
	}
}

/* ---- the loop -------------------------------------------------------------------------------- */

static void carry(struct model *m, struct under_way *u, enum model_way way, int from, int to)
{
	uint8_t octets[PACKET_MAX];
	uint64_t due[2], now = clock_us();
	unsigned i, times;
	ssize_t len;

	while ((len = read(from, octets, sizeof(octets))) > 0) {
		times = model_pass(m, way, octets, (size_t)len, now, due);
		for (i = 0; i < times; i++)
			add(u, due[i], octets, (size_t)len, to);
	}
}

static void take_settings(struct model *m, char *words)
{
	const char *bad = NULL;

	if (!model_set(m, words, clock_us(), &bad)) {
		fprintf(stderr, "link: no setting: %s\n", bad);
		exit(64);
	}
}

/* False at the input's end. A writer writes whole lines, shorter than a pipe's atomic write. */
static bool read_settings(struct model *m)
{
	char line[LINE + 1];
	ssize_t len = read(STDIN_FILENO, line, LINE);
	char *rest, *one = line;

	if (len <= 0)
		return false;
	line[len] = '\0';
	for (; (rest = strchr(one, '\n')) != NULL; one = rest + 1) {
		*rest = '\0';
		take_settings(m, one);
	}
	return true;
}

static void run(struct model *m, struct under_way *u, int near, int far)
{
	struct pollfd fds[] = {{.fd = near, .events = POLLIN},
			       {.fd = far, .events = POLLIN},
			       {.fd = STDIN_FILENO, .events = POLLIN}};

	for (;;) {
		uint64_t now = clock_us(), wait = 0;
		struct timespec t;

		deliver(u, now);
		if (u->count > 0 && u->packet[0].due > now)
			wait = u->packet[0].due - now;
		t = (struct timespec){.tv_sec = (time_t)(wait / 1000000),
				      .tv_nsec = (long)(wait % 1000000) * 1000};
		if (ppoll(fds, 3, u->count > 0 ? &t : NULL, NULL) < 0)
			fail("ppoll");
		if (fds[0].revents != 0)
			carry(m, u, MODEL_OUT, near, far);
		if (fds[1].revents != 0)
			carry(m, u, MODEL_IN, far, near);
		if (fds[2].revents != 0 && !read_settings(m))
			return;
	}
}

int main(int argc, char **argv)
{
	static struct under_way under_way;
	struct model *m;
	int near, far;

	if (argc < 3 || argc > 4) {
		fputs("usage: link DEVICE SEED [SETTINGS]\n", stderr);
		return 64;
	}
	m = model_new(strtoull(argv[2], NULL, 10));
	if (m == NULL)
		fail("memory");
	take_settings(m, argc == 4 ? argv[3] : (char[]){""});
	far = open_device(argv[1]);
	if (unshare(CLONE_NEWNET) != 0)
		fail("unshare");
	near = open_device("near");
	run(m, &under_way, near, far);
	while (under_way.count > 0)
		free(take_first(&under_way).octets);
	model_free(m);
	return 0;
}
