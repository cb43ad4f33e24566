/* SPDX-License-Identifier: ISC */
/*
 * Lets the n-th allocation of the program fail, for n from 1 until a run comes through without one:
 * each run must end with "out of memory", or as if nothing had happened, and leave nothing behind
 * (the leak checkers watch). "chaos FILE..."; the world's own allocations do not count.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fakenet.h"
#include "gate/gate.h"
#include "world_resolver.h"

#define MOST 20000
#define WAYS 3

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

static long left = -1; /* allocations until the one that fails; -1: none does */
static bool is_outside;

static bool fails(void)
{
	return !is_outside && left >= 0 && left-- == 0;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real_realloc(p, size);
}

static void outside(bool is)
{
	is_outside = is;
}

/* One run of the gate; its status. */
/* The scripted resolver, by each way. */
static size_t use_resolvers(const struct world *w, const char *ret_specs[WAYS],
			    char text[WAYS][128])
{
	static const char *const forms[WAYS] = {"%s", "tls://%s@dns.lab",
						"https://dns.lab/dns-query@%s"};
	const char *addr = w->nresolvers > 0 ? world_resolver_address(w, 0) : NULL;
	size_t i;

	for (i = 0; addr != NULL && i < WAYS; i++) {
		snprintf(text[i], 128, forms[i], addr);
		ret_specs[i] = text[i];
	}
	return i;
}

static enum dg_status run(struct world *w, const char *hints, const char *anchor, bool *ret_visible)
{
	struct fakenet *net;
	struct dg_net seam;
	struct dg_gate *gate = NULL;
	const char *resolvers[WAYS];
	char text[WAYS][128];
	struct dg_options o;
	struct dg_error err = {0};
	enum dg_status status;
	char *json = NULL;

	is_outside = true;
	net = fakenet_new(w, 1);
	seam = fakenet_seam(net);
	is_outside = false;
	dg_options_init(&o);
	o.timeout = 20000;
	o.root_hints = hints;
	o.trust_anchor = anchor;
	if (anchor == NULL)
		o.dnssec = DG_DNSSEC_OFF;
	is_outside = true;
	o.nresolvers = use_resolvers(w, resolvers, text);
	is_outside = false;
	o.resolvers = resolvers;
	status = dg_gate_new(&gate, &o, &err);
	if (status == DG_OK)
		status = dg_gate_add(gate, "_acme-challenge.example.lab", "value", &err);
	if (status == DG_OK)
		status = dg_gate_run_over(gate, &seam, &err);
	if (status == DG_OK)
		status = dg_gate_report(gate, &json, &err);
	*ret_visible = status == DG_OK && dg_gate_verdict(gate) == DG_VERDICT_VISIBLE;
	is_outside = true;
	free(json);
	dg_gate_free(gate);
	fakenet_free(net);
	if (status != DG_OK && err.text[0] == '\0')
		printf("no word on status %d\n", status);
	return status;
}

static bool run_file(const char *file)
{
	struct world *w = world_load(file);
	char hints[64], file_of_anchor[64], *anchor = NULL;
	bool good = true, expected, visible;
	long n;

	is_outside = true;
	world_hints(w, hints);
	if (world_anchor(w, file_of_anchor))
		anchor = file_of_anchor;
	fakenet_outside = outside;
	left = -1;
	run(w, hints, anchor, &expected);
	for (n = 0; n < MOST && good; n++) {
		enum dg_status status;

		left = n;
		status = run(w, hints, anchor, &visible);
		if (status != DG_OK && status != DG_ENOMEM) {
			printf("%s: allocation %ld: %s\n", file, n, dg_status_text(status));
			good = false;
		}
		if (left >= 0)
			break;
	}
	left = -1;
	if (n == MOST || visible != expected) {
		printf("%s: ended otherwise than without failures, after %ld\n", file, n);
		good = false;
	}
	printf("%s %s: %ld allocations\n", good ? "ok" : "FAILED", file, n);
	unlink(hints);
	if (anchor != NULL)
		unlink(anchor);
	world_free(w);
	return good;
}

int main(int argc, char **argv)
{
	int i, failed = 0;

	for (i = 1; i < argc; i++)
		failed += !run_file(argv[i]);
	return failed > 0;
}
