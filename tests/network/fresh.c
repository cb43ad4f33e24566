/* SPDX-License-Identifier: ISC */
/*
 * fresh CONFIG SECONDS VALUE NAME...: an Unbound that has just been started, validates, and is
 * asked for the TXT records of all names at once. When each has the value, and all are secure, it
 * prints after how many seconds the last came; else it prints what the first had instead, and
 * exits 1.
 */
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unbound.h>
#include <unistd.h>

#define TYPE_TXT 16
#define CLASS_IN 1

struct fresh {
	const char *value;
	int missing;     /* names without an answer */
	const char *why; /* what is wrong with one, or NULL */
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool has_value(const struct ub_result *r, const char *value)
{
	size_t len = strlen(value);
	int i;

	for (i = 0; r->data[i] != NULL; i++)
		if ((size_t)r->len[i] == len + 1 && memcmp(r->data[i] + 1, value, len) == 0)
			return true;
	return false;
}

static void take(void *arg, int error, struct ub_result *r)
{
	struct fresh *f = arg;

	f->missing--;
	if (error != 0 || r == NULL)
		f->why = ub_strerror(error);
	else if (r->bogus)
		f->why = "bogus";
	else if (r->rcode != 0 && r->rcode != 3)
		f->why = "SERVFAIL";
	else if (!r->secure)
		f->why = "not secure";
	else if (!r->havedata || !has_value(r, f->value))
		f->why = "without the value";
	if (r != NULL)
		ub_resolve_free(r);
}

static const char *ask(struct ub_ctx *ctx, struct fresh *f, char **names, double until)
{
	struct pollfd p = {.fd = ub_fd(ctx), .events = POLLIN};
	int i;

	for (i = 0; names[i] != NULL; i++, f->missing++)
		if (ub_resolve_async(ctx, names[i], TYPE_TXT, CLASS_IN, f, take, NULL) != 0)
			return "cannot ask";
	while (f->missing > 0 && f->why == NULL) {
		double left = until - now();

		if (left <= 0)
			return "no answer";
		poll(&p, 1, (int)(left * 1000) + 1);
		if (ub_process(ctx) != 0)
			return "cannot go on";
	}
	return f->why;
}

int main(int argc, char **argv)
{
	struct fresh f = {0};
	struct ub_ctx *ctx;
	const char *why;
	double began;
	int error;

	if (argc < 5) {
		fputs("usage: fresh CONFIG SECONDS VALUE NAME...\n", stderr);
		return 64;
	}
	ctx = ub_ctx_create();
	if (ctx == NULL)
		return 70;
	ub_ctx_async(ctx, 1);
	error = ub_ctx_config(ctx, argv[1]);
	if (error != 0) {
		fprintf(stderr, "fresh: %s: %s\n", argv[1], ub_strerror(error));
		return 70;
	}
	f.value = argv[3];
	began = now();
	why = ask(ctx, &f, argv + 4, began + strtod(argv[2], NULL));
	if (why == NULL)
		printf("%.2f\n", now() - began);
	else
		printf("%s\n", why);
	fflush(stdout);
	/* Its thread may be in the middle of something: what is left goes with the process. */
	_exit(why == NULL ? 0 : 1);
}
