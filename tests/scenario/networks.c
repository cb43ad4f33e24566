/* SPDX-License-Identifier: ISC */
/*
 * Healthy signed zones behind networks as they are, by chance from a seed and in virtual time: loss
 * of 0 to 40 % each way, jitter, outages, servers that limit their answers, narrow links. "networks
 * FIRST COUNT" runs so many seeds. Each must open in time, without a finding that loss made; each
 * fourth world has one server that never gets the record, and must not open. Prints what it cost.
 * "-v" prints each run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "expect.h"
#include "fakenet.h"
#include "gate/gate.h"

#define NAME "_acme-challenge.example.lab."
#define HEALTHY_MS 240000
#define STALE_MS 60000
#define SERVERS 4

/* How the zone's first server, the stale one where there is one, is found. */
enum found { BY_GLUE, BY_LOOK_UP, BY_CHILD, WAYS_FOUND };

struct run {
	uint32_t seed;
	unsigned servers, names;
	enum found found;
	bool stale;
	double published[SERVERS], last; /* when each server gets the record */
	struct weather weather;
	double rtt;
};

struct result {
	bool visible;
	double delay; /* from the last server's getting the record to the opening */
	size_t questions;
	char trouble[256]; /* a finding that must not be; empty: none */
};

static double between(struct weather *chance, double least, double most)
{
	return least + (most - least) * weather_chance(chance);
}

static bool one_in(struct weather *chance, unsigned n)
{
	return weather_chance(chance) * n < 1;
}

static void make_outages(struct run *r, struct weather *chance)
{
	double at = between(chance, 0, 15);
	size_t i, n = 1 + (size_t)between(chance, 0, 2.99);

	for (i = 0; i < n; i++) {
		r->weather.outage[i].from = at;
		/* Nothing heard in the first ten seconds is told as a closed port 53. */
		r->weather.outage[i].to =
		    at + between(chance, 0.3, at > 5 && one_in(chance, 3) ? 15 : 3);
		at = r->weather.outage[i].to + between(chance, 0.5, 10);
	}
	r->weather.noutages = n;
	/* No route at the very start is the end of the run. */
	r->weather.no_route = r->weather.outage[0].from > 5 && one_in(chance, 4);
}

static struct run make_run(uint32_t seed)
{
	struct weather chance = {.random = seed * 2654435761u | 1};
	struct run r = {.seed = seed, .stale = seed % 4 == 0};
	unsigned i;

	for (i = 0; i < 8; i++)
		weather_chance(&chance);
	r.found = (enum found)between(&chance, 0, WAYS_FOUND - 0.01);
	r.servers = 2 + (unsigned)between(&chance, 0, 2.99);
	r.names = one_in(&chance, 8) ? 10 : 1;
	r.rtt = one_in(&chance, 3) ? between(&chance, 0.1, 0.6) : between(&chance, 0.002, 0.1);
	r.weather.random = chance.random;
	r.weather.loss = one_in(&chance, 5) ? 0 : between(&chance, 0, 0.4);
	r.weather.jitter = one_in(&chance, 3) ? between(&chance, 0, 0.2) : 0;
	if (one_in(&chance, 3))
		make_outages(&r, &chance);
	if (one_in(&chance, 4)) {
		r.weather.limit = one_in(&chance, 2) ? 5 : between(&chance, 5, 200);
		r.weather.slip = (unsigned)between(&chance, 0, 2.99);
	}
	if (one_in(&chance, 6)) {
		/* What only 2 to 8 KiB a second go over is not lossy too. */
		r.weather.width = between(&chance, 2000, 8000) * (r.names > 1 ? 4 : 1);
		r.weather.longest = between(&chance, 0.5, 3);
		r.weather.loss /= 10;
	}
	for (i = 0; i < r.servers; i++) {
		r.published[i] = one_in(&chance, 2) ? 0 : between(&chance, 0, 20);
		if (r.published[i] > r.last)
			r.last = r.published[i];
	}
	return r;
}

static void print_name(unsigned i, char buf[64])
{
	if (i == 0)
		snprintf(buf, 64, NAME);
	else
		snprintf(buf, 64, "_acme-challenge.n%u.example.lab.", i);
}

static void write_servers(const struct run *r, FILE *f, bool by_parent)
{
	unsigned i;

	for (i = 0; i < r->servers; i++) {
		if (i == 0 && by_parent && r->found == BY_CHILD)
			continue;
		if (i == 0 && r->found == BY_LOOK_UP) {
			fprintf(f, "\texample.lab. NS ns.other.lab.\n");
			continue;
		}
		fprintf(f, "\texample.lab. NS ns%u.example.lab.\n", i);
		fprintf(f, "\tns%u.example.lab. A 127.0.0.%u\n", i, 11 + i);
	}
}

static void write_leaf(const struct run *r, FILE *f)
{
	unsigned i, n;
	char name[64];

	fprintf(f, "zone example.lab.");
	for (i = 0; i < r->servers; i++)
		fprintf(f, " 127.0.0.%u", 11 + i);
	fprintf(f, "\n\tsign 13 %s\n", r->seed % 2 == 0 ? "nsec" : "nsec3");
	write_servers(r, f, false);
	for (n = 0; n < r->names; n++) {
		print_name(n, name);
		fprintf(f, "\t%s TXT \"old\"\n", name);
		for (i = 0; i < r->servers; i++)
			if (!r->stale || i > 0)
				fprintf(f, "at %.3f 127.0.0.%u add %s 60 TXT \"value%u\"\n",
					r->published[i], 11 + i, name, n);
	}
}

/* A file with the world; its name goes to path. */
static void write_world(const struct run *r, char path[64])
{
	static const char *const above = "zone . 127.0.0.1\n"
					 "\tsign 13 nsec\n"
					 "\t. NS root.\n"
					 "\tlab. NS ns.lab.\n"
					 "\tns.lab. A 127.0.0.2\n"
					 "\tlab. NS ns2.lab.\n"
					 "\tns2.lab. A 127.0.0.3\n"
					 "zone other.lab. 127.0.0.31\n"
					 "\tother.lab. NS ns9.other.lab.\n"
					 "\tns9.other.lab. A 127.0.0.31\n"
					 "\tns.other.lab. A 127.0.0.11\n"
					 "zone lab. 127.0.0.2 127.0.0.3\n"
					 "\tsign 13 nsec3\n"
					 "\tlab. NS ns.lab.\n"
					 "\tlab. NS ns2.lab.\n"
					 "\tns.lab. A 127.0.0.2\n"
					 "\tns2.lab. A 127.0.0.3\n"
					 "\tother.lab. NS ns9.other.lab.\n"
					 "\tns9.other.lab. A 127.0.0.31\n";
	FILE *f;
	int fd;

	snprintf(path, 64, "/tmp/networks.XXXXXX");
	fd = mkstemp(path);
	f = fd < 0 ? NULL : fdopen(fd, "w");
	if (f == NULL)
		abort();
	fprintf(f, "rtt %.3f\n%s", r->rtt, above);
	write_servers(r, f, true);
	write_leaf(r, f);
	if (fclose(f) != 0)
		abort();
}

/* The first finding that no such network makes of a zone in order. */
static void look_for_trouble(const struct dg_gate *gate, struct result *ret)
{
	static const char *const false_ones[] = {"F-25", "F-26", "F-28", "F-36", "F-37",
						 "F-38", "F-39", "F-40", "F-45", "F-52"};
	char *json = NULL;
	json_t *report, *record, *finding;
	size_t i, k, n;

	if (dg_gate_report(gate, &json, NULL) != DG_OK)
		abort();
	report = json_loads(json, 0, NULL);
	json_array_foreach(json_object_get(report, "records"), i, record)
	    json_array_foreach(json_object_get(record, "findings"), k, finding)
	{
		const char *id = json_string_value(json_object_get(finding, "id"));
		const char *severity = json_string_value(json_object_get(finding, "severity"));
		bool bad = strcmp(severity, "fatal") == 0;

		for (n = 0; n < sizeof(false_ones) / sizeof(false_ones[0]); n++)
			bad = bad || strcmp(id, false_ones[n]) == 0;
		if (bad && ret->trouble[0] == '\0')
			snprintf(ret->trouble, sizeof(ret->trouble), "%s %s: %.200s", id, severity,
				 json_string_value(json_object_get(finding, "text")));
	}
	json_decref(report);
	free(json);
}

static void run_gate(struct run *r, struct world *w, const char *hints, const char *anchor,
		     struct result *ret)
{
	struct fakenet *net = fakenet_new(w, r->seed);
	struct dg_net seam = fakenet_seam(net);
	struct dg_gate *gate = NULL;
	struct dg_options o;
	struct dg_error err = {0};
	enum dg_status status;
	struct outcome none = {0};
	unsigned i;

	dg_options_init(&o);
	o.timeout = r->stale ? STALE_MS : HEALTHY_MS;
	o.root_hints = hints;
	o.trust_anchor = anchor;
	fakenet_weather(net, &r->weather);
	status = dg_gate_new(&gate, &o, &err);
	for (i = 0; status == DG_OK && i < r->names; i++) {
		char name[64], value[16];

		print_name(i, name);
		snprintf(value, sizeof(value), "value%u", i);
		status = dg_gate_add(gate, name, value, &err);
	}
	if (status == DG_OK)
		status = dg_gate_run_over(gate, &seam, &err);
	if (status != DG_OK) {
		printf("seed %u: %s\n", r->seed, err.text);
		exit(70);
	}
	ret->visible = dg_gate_verdict(gate) == DG_VERDICT_VISIBLE;
	ret->delay = (double)dg_gate_elapsed(gate) / 1000 - r->last;
	ret->questions = w->nasked;
	look_for_trouble(gate, ret);
	if (!expect_all(w, &none))
		snprintf(ret->trouble, sizeof(ret->trouble), "bad manners");
	dg_gate_free(gate);
	fakenet_free(net);
}

static struct result run_seed(uint32_t seed, struct run *r)
{
	struct result result = {0};
	char script[64], hints[64], anchor[64];
	struct world *w;

	*r = make_run(seed);
	write_world(r, script);
	w = world_load(script);
	world_hints(w, hints);
	world_anchor(w, anchor);
	run_gate(r, w, hints, anchor, &result);
	unlink(script);
	unlink(hints);
	unlink(anchor);
	world_free(w);
	return result;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void print_spread(const char *what, double *value, size_t n)
{
	static const int part[] = {10, 50, 90, 99, 100};
	size_t i;

	qsort(value, n, sizeof(*value), compare);
	printf("%s:", what);
	for (i = 0; i < sizeof(part) / sizeof(part[0]) && n > 0; i++)
		printf(" %d%% %.1f", part[i], value[(n - 1) * (size_t)part[i] / 100]);
	printf("\n");
}

static void describe(const struct run *r, const struct result *x)
{
	printf("seed %u: %s %.1f s after the last, %zu questions; %u servers, %u names, rtt %.0f "
	       "ms, loss %.0f %%, "
	       "jitter %.0f ms, %zu outages%s, limit %.0f/%u, width %.0f%s%s%s\n",
	       r->seed, x->visible ? "opened" : "closed", x->delay, x->questions, r->servers,
	       r->names, r->rtt * 1000, r->weather.loss * 100, r->weather.jitter * 1000,
	       r->weather.noutages, r->weather.no_route ? " (no route)" : "", r->weather.limit,
	       r->weather.slip, r->weather.width, r->stale ? ", one stale" : "",
	       x->trouble[0] == '\0' ? "" : "; ", x->trouble);
}

int main(int argc, char **argv)
{
	bool verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
	uint32_t first = argc > 1 + verbose ? (uint32_t)atoi(argv[1 + verbose]) : 1;
	uint32_t count = argc > 2 + verbose ? (uint32_t)atoi(argv[2 + verbose]) : 1, i;
	double *delay = calloc(count, sizeof(*delay)), *cost = calloc(count, sizeof(*cost));
	size_t healthy = 0, failed = 0;

	if (delay == NULL || cost == NULL)
		abort();
	for (i = first; i < first + count; i++) {
		struct run r;
		struct result x = run_seed(i, &r);
		bool good = x.visible != r.stale && x.trouble[0] == '\0';

		failed += !good;
		if (verbose || !good) {
			printf("%s ", good ? "ok" : "FAILED");
			describe(&r, &x);
		}
		if (r.stale)
			continue;
		delay[healthy] = x.delay;
		cost[healthy++] = (double)x.questions / r.names;
	}
	print_spread("seconds from the last server's showing the record to the opening", delay,
		     healthy);
	print_spread("questions a name", cost, healthy);
	printf("networks: %u runs, %zu failed\n", (unsigned)count, failed);
	free(delay);
	free(cost);
	return failed > 0;
}
