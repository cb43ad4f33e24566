/* SPDX-License-Identifier: ISC */
#include "guard.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "exit_status.h"
#include "say.h"
#include "signals.h"

/* How much longer a write may wait than the program has time. */
#define WRITE_MS 25
/* For the last words. */
#define WORDS_MS 20
/* A program that computes for longer than this, or does nothing for so long, or goes on for so
 * long in small steps, is not about to end. */
#define COMPUTE_MS 40
#define STILL_MS 30
#define STEPS_MS 400
#define LOOK_MS 5
/* "More than a year": for what has no end. */
#define NEVER (INT64_MAX / 2)
#define STACK (256 * 1024)

/* What it is told by the program's own thread. The lock is never held for long. */
static struct {
	pthread_mutex_t lock;
	dg_ms until, after_signal;
	int status;
	pid_t publisher;
	struct ancestor certbot;
	bool vetoes;
	const char *doing;
} told = {.lock = PTHREAD_MUTEX_INITIALIZER, .until = NEVER, .status = EXIT_TIMEOUT};
static int news = -1;
static pthread_t program;

/* ---- telling it ------------------------------------------------------------------------------ */

static void take_lock(void)
{
	pthread_mutex_lock(&told.lock);
}

static void give_lock(void)
{
	pthread_mutex_unlock(&told.lock);
}

static void wake(void)
{
	if (news >= 0)
		eventfd_write(news, 1);
}

void guard_until(dg_ms until)
{
	take_lock();
	told.until = until;
	give_lock();
	wake();
}

void guard_after_signal(dg_ms span)
{
	take_lock();
	told.after_signal = span;
	give_lock();
	wake();
}

void guard_status(int status)
{
	take_lock();
	told.status = status;
	give_lock();
}

void guard_publisher(pid_t group)
{
	take_lock();
	told.publisher = group;
	give_lock();
}

void guard_veto(const struct ancestor *certbot)
{
	take_lock();
	told.vetoes = certbot != NULL;
	if (certbot != NULL)
		told.certbot = *certbot;
	give_lock();
}

void guard_doing(const char *what)
{
	take_lock();
	told.doing = what;
	give_lock();
}

dg_ms guard_patience(dg_ms now)
{
	dg_ms until;

	take_lock();
	until = told.until + WRITE_MS;
	give_lock();
	if (signals_caught() != 0 && until > now + WRITE_MS)
		until = now + WRITE_MS;
	return until;
}

/* ---- the end --------------------------------------------------------------------------------- */

/* Whatever its last words hang in. */
static void *end_soon(void *status)
{
	poll(NULL, 0, WORDS_MS);
	_exit(*(const int *)status);
}

static void say_why(int caught)
{
	char text[200];
	dg_ms took = clock_now() - clock_after_start(0);

	if (caught != 0)
		snprintf(text, sizeof(text), "ended by signal %d%s%s", caught,
			 told.doing != NULL ? " while " : "", told.doing != NULL ? told.doing : "");
	else
		snprintf(text, sizeof(text), "gave up after %d.%d s%s%s", (int)(took / 1000),
			 (int)(took % 1000 / 100), told.doing != NULL ? " while " : "",
			 told.doing != NULL ? told.doing : "");
	say_last(text);
}

static void end(void)
{
	static int status;
	int caught = signals_caught();
	pthread_t last;

	/* Never returns: the program must not change anything any more. */
	take_lock();
	status = caught != 0 ? 128 + caught : told.status;
	if (told.publisher > 0)
		kill(-told.publisher, SIGKILL);
	if (told.vetoes && caught == 0 && status != EXIT_VISIBLE)
		ancestor_signal(&told.certbot, SIGTERM);
	if (pthread_create(&last, NULL, end_soon, &status) == 0)
		say_why(caught);
	_exit(status);
}

/* ---- watching -------------------------------------------------------------------------------- */

/* The processor time that the program's own thread has used, in nanoseconds. */
static int64_t computed(void)
{
	struct timespec used = {0};
	clockid_t id;

	if (pthread_getcpuclockid(program, &id) == 0)
		clock_gettime(id, &used);
	return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

/* True when it computes, or waits for a processor: its state (proc(5)) is R. */
static bool is_running(void)
{
	int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
	char text[64] = "";
	const char *state;
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	text[len < 0 ? 0 : len] = '\0';
	state = strrchr(text, ')');
	return state != NULL && strncmp(state, ") R", 3) == 0;
}

/* When to look whether the program is at its end. */
static dg_ms time_is_over(void)
{
	static dg_ms signalled;
	dg_ms over;

	if (signalled == 0 && signals_caught() != 0)
		signalled = clock_now();
	take_lock();
	over = told.until;
	if (signalled != 0 && over > signalled + told.after_signal)
		over = signalled + told.after_signal;
	give_lock();
	return over + GUARD_MS;
}

/* Step 1: not before it has had its time, without what others took of it. A disk that others keep
 * busy lets it go on in steps. */
static void let_it_end(dg_ms over)
{
	int64_t before = computed(), last = before;
	dg_ms now = clock_now(), moved = now;

	/* The whole process was stopped, as by Ctrl-Z, or the machine is busy. */
	if (now > over + LOOK_MS)
		poll(NULL, 0, GUARD_MS);
	for (;;) {
		int64_t used = computed();
		bool running = is_running();

		now = clock_now();
		if (running || used != last)
			moved = now;
		last = used;
		if (used - before >= (int64_t)COMPUTE_MS * 1000000 || now - moved >= STILL_MS ||
		    (!running && now - over >= STEPS_MS))
			return;
		poll(NULL, 0, LOOK_MS);
	}
}

static void *watch(void *nothing)
{
	struct pollfd look[2] = {{.fd = signals_stop_fd(), .events = POLLIN},
				 {.fd = news, .events = POLLIN}};
	eventfd_t count;

	(void)nothing;
	for (;;) {
		dg_ms now = clock_now(), over = time_is_over(), span = over - now;

		if (span <= 0) {
			let_it_end(over);
			/* It may have been given more time meanwhile. */
			if (time_is_over() <= over)
				end();
			continue;
		}
		if (poll(look, 2, span > INT_MAX ? INT_MAX : (int)span) <= 0)
			continue;
		/* What came stays pending. */
		if (look[0].revents != 0)
			look[0].fd = -1;
		if (look[1].revents != 0)
			eventfd_read(news, &count);
	}
	return NULL;
}

bool guard_start(void)
{
	pthread_attr_t attributes;
	pthread_t guard;
	sigset_t all, before;
	bool good;

	clock_start();
	signals_hold();
	program = pthread_self();
	news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (news < 0 || signals_stop_fd() < 0 || pthread_attr_init(&attributes) != 0)
		return false;
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, STACK);
	/* What is not held back is the program's to hear. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	good = pthread_create(&guard, &attributes, watch, NULL) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return good;
}
