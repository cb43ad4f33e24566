/* SPDX-License-Identifier: ISC */
#include "outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "clock.h"
#include "guard.h"
#include "signals.h"

#define PATIENCE_MS 1000
/* Where poll(2) says that there is room, there is room for so much: _POSIX_PIPE_BUF. */
#define CAREFUL_LEN 512
#define RETRY_MS 5

static struct outlet standard[STDERR_FILENO + 1];

void outlet_open(struct outlet *o, int fd)
{
	struct stat st;

	*o = (struct outlet){.fd = fd, .open = true};
	o->socket = fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);
}

void outlet_close(struct outlet *o)
{
	if (o->open)
		close(o->fd);
	free(o->rest);
	*o = (struct outlet){0};
}

struct outlet *outlet_of(int fd)
{
	struct outlet *o = &standard[fd];
	char path[32];
	struct stat st;
	int again;

	if (o->open)
		return o;
	outlet_open(o, fd);
	if (fstat(fd, &st) != 0 || !(S_ISFIFO(st.st_mode) || isatty(fd)))
		return o;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	o->careful = again < 0;
	if (again >= 0)
		o->fd = again;
	return o;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Waits for room. */
static bool has_room(const struct outlet *o, dg_ms until)
{
	struct pollfd look[2] = {{.fd = o->fd, .events = POLLOUT},
				 {.fd = signals_stop_fd(), .events = POLLIN}};
	dg_ms now = clock_now(), limit = guard_patience(now);

	if (until > limit)
		until = limit;
	if (signals_caught() != 0)
		look[1].fd = -1;
	for (;;) {
		dg_ms left = until > now ? until - now : 0;

		if (poll(look, 2, left > PATIENCE_MS ? PATIENCE_MS : (int)left) < 0 &&
		    errno != EINTR)
			return false;
		if (look[0].revents != 0)
			return true;
		now = clock_now();
		if (now >= until)
			return false;
		if (look[1].fd >= 0 && look[1].revents != 0) {
			look[1].fd = -1;
			limit = guard_patience(now);
			until = until > limit ? limit : until;
		}
		look[0].revents = 0;
	}
}

static ssize_t write_some(const struct outlet *o, const char *text, size_t len)
{
	if (o->socket)
		return send(o->fd, text, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	return write(o->fd, text, o->careful && len > CAREFUL_LEN ? CAREFUL_LEN : len);
}

/* Writes as much as it can until then. Returns how much that was; errno says why not all: EAGAIN
 * when there was no room. */
static size_t push(const struct outlet *o, const char *text, size_t len, dg_ms until)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n;

		if (!has_room(o, until)) {
			errno = EAGAIN;
			break;
		}
		n = write_some(o, text + done, len - done);
		if (n >= 0) {
			done += (size_t)n;
			continue;
		}
		if (errno != EAGAIN && errno != EINTR)
			break;
		/* A terminal has room for one octet, and a newline takes two. */
		poll(NULL, 0, RETRY_MS);
		errno = EAGAIN;
		if (clock_now() >= until)
			break;
	}
	return done;
}

/* First what is left of before. */
static bool push_rest(struct outlet *o, dg_ms until)
{
	size_t n = push(o, o->rest, o->rest_len, until);

	/* Nobody will ever read the rest. */
	if (n < o->rest_len && errno != EAGAIN)
		n = o->rest_len;
	o->rest_len -= n;
	memmove(o->rest, o->rest + n, o->rest_len);
	return o->rest_len == 0;
}

bool outlet_put(struct outlet *o, const char *text, size_t len)
{
	dg_ms now = clock_now(), until = o->clogged ? now : now + PATIENCE_MS;
	size_t n;

	if (o->rest_len > 0 && !push_rest(o, until)) {
		o->clogged = true;
		return false;
	}
	n = push(o, text, len, until);
	o->clogged = n < len && errno == EAGAIN;
	/* One that is closed or full must not change what the program does. */
	if (!o->clogged)
		return true;
	if (n == 0)
		return false;
	free(o->rest);
	o->rest = malloc(len - n);
	o->rest_len = o->rest == NULL ? 0 : len - n;
	if (o->rest != NULL)
		memcpy(o->rest, text + n, len - n);
	return true;
}

bool outlet_deliver(struct outlet *o, const char *text, size_t len, dg_ms until)
{
	bool good;

	if (o->clogged)
		until = clock_now();
	good = (o->rest_len == 0 || push_rest(o, until)) && push(o, text, len, until) == len;
	o->clogged = !good && errno == EAGAIN;
	return good;
}

/* A terminal may be stopped in the middle of a stroke, which switched wrapping off. */
static void set_right(const struct outlet *o)
{
	static const char whole[] = "\033[0m\033[?7h\r\n";
	struct pollfd look = {.fd = o->fd, .events = POLLOUT};

	if (o->rest_len == 0 || !isatty(o->fd))
		return;
	tcflow(o->fd, TCOON);
	if (poll(&look, 1, 0) > 0 && write_some(o, whole, strlen(whole)) < 0)
		tcflow(o->fd, TCOOFF);
}

void outlet_end(struct outlet *o)
{
	sigset_t output, before;

	if (!o->open || o->rest_len == 0 || push_rest(o, clock_now()))
		return;
	/* Nor does it stop a program in the background. */
	sigemptyset(&output);
	sigaddset(&output, SIGTTOU);
	sigprocmask(SIG_BLOCK, &output, &before);
	set_right(o);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

void outlet_last(const struct outlet *o, const char *text, size_t len)
{
	struct pollfd look = {.fd = o->fd, .events = POLLOUT};

	set_right(o);
	if (poll(&look, 1, 0) > 0 && write_some(o, text, len) < 0)
		return;
}
