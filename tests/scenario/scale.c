/* SPDX-License-Identifier: ISC */
/*
 * How a run grows with its names, in virtual time: "scale NAMES [LOSS [SEED]]" waits for so many
 * names in a fifth as many zones on a fiftieth as many addresses, two for each zone, behind a
 * network that loses packets, and prints what that took. Servers are made up as they are asked, so
 * that they cost next to nothing. "scale -c FEW MANY" runs both, and fails when the work of a name
 * (questions, turns of the loop) is another.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "fakenet.h"
#include "gate/gate.h"

#define NAMES_A_ZONE 5
#define ZONES_AN_ADDRESS 10
#define LOSS 0.001
#define VALUE "value-of-a-name-that-is-as-long-as-one-of-ACME"
#define HINTS ". NS root.\nroot. A 127.0.0.1\n"
/* How much more work a name may be of many than of few. */
#define MORE 1.2

struct servers {
	unsigned addresses;
	unsigned long questions, turns;
	struct dg_net below;
};

struct figures {
	unsigned long questions, turns;
	bool visible;
};

/* ---- the servers ----------------------------------------------------------------------------- */

struct writer {
	uint8_t *wire;
	size_t len;
};

static void put16(struct writer *w, unsigned n)
{
	w->wire[w->len++] = (uint8_t)(n >> 8);
	w->wire[w->len++] = (uint8_t)n;
}

static void put_name(struct writer *w, const char *text)
{
	size_t len;

	for (; *text != '\0' && *text != '.'; text += len + (text[len] == '.')) {
		len = strcspn(text, ".");
		w->wire[w->len++] = (uint8_t)len;
		memcpy(w->wire + w->len, text, len);
		w->len += len;
	}
	w->wire[w->len++] = 0;
}

/* A record without its data, in a section that the header counts at octet `count`. */
static void put_rr(struct writer *w, unsigned count, const char *owner, unsigned type)
{
	w->wire[count + 1]++;
	put_name(w, owner);
	put16(w, type);
	put16(w, DG_CLASS_IN);
	put16(w, 0);
	put16(w, 300);
}

enum { ANSWER = 6, AUTHORITY = 8, ADDITIONAL = 10 };

static void put_soa(struct writer *w, unsigned count, const char *zone)
{
	put_rr(w, count, zone, DG_TYPE_SOA);
	put16(w, 22);
	w->wire[w->len++] = 0;
	w->wire[w->len++] = 0;
	memset(w->wire + w->len, 1, 20);
	w->len += 20;
}

static void put_ns(struct writer *w, unsigned count, const char *zone, const char *host)
{
	size_t at;

	put_rr(w, count, zone, DG_TYPE_NS);
	at = w->len;
	w->len += 2;
	put_name(w, host);
	w->wire[at] = 0;
	w->wire[at + 1] = (uint8_t)(w->len - at - 2);
}

/* The hosts nN.lab have the addresses 127.1.0.0 and what follows; ns.lab has another. */
static void put_address(struct writer *w, unsigned count, const char *host)
{
	unsigned i = host[1] == 's' ? 0 : (unsigned)strtoul(host + 1, NULL, 10);

	put_rr(w, count, host, DG_TYPE_A);
	put16(w, 4);
	put16(w, host[1] == 's' ? 0x7f00 : 0x7f01);
	put16(w, host[1] == 's' ? 2 : i);
}

static void put_zone_ns(const struct servers *s, struct writer *w, unsigned count, const char *zone)
{
	char host[2][32];
	unsigned k = (unsigned)strtoul(zone + 1, NULL, 10), i;

	for (i = 0; i < 2; i++) {
		snprintf(host[i], sizeof(host[i]), "n%u.lab",
			 (i == 0 ? k : k / s->addresses + k + 1) % s->addresses);
		put_ns(w, count, zone, host[i]);
	}
	for (i = 0; i < 2 && count == AUTHORITY; i++)
		put_address(w, ADDITIONAL, host[i]);
}

/* A zone's own answer. */
static void answer_zone(const struct servers *s, struct writer *w, const char *zone,
			const char *name, unsigned type)
{
	bool apex = strcmp(zone, name) == 0;

	w->wire[2] |= 4;
	if (apex && type == DG_TYPE_SOA)
		put_soa(w, ANSWER, zone);
	else if (apex && type == DG_TYPE_NS && zone[0] == 'z')
		put_zone_ns(s, w, ANSWER, zone);
	else if (apex && type == DG_TYPE_NS)
		put_ns(w, ANSWER, zone, zone[0] == 'l' ? "ns.lab" : "root");
	else if (type == DG_TYPE_TXT && strncmp(name, "_acme-challenge.h", 17) == 0) {
		put_rr(w, ANSWER, name, DG_TYPE_TXT);
		put16(w, sizeof(VALUE));
		w->wire[w->len++] = sizeof(VALUE) - 1;
		memcpy(w->wire + w->len, VALUE, sizeof(VALUE) - 1);
		w->len += sizeof(VALUE) - 1;
	} else if (type == DG_TYPE_A && name[0] == 'n')
		put_address(w, ANSWER, name);
	else
		put_soa(w, AUTHORITY, zone);
}

/* The name that was asked, in lower case; where its type stands. */
static size_t read_name(const uint8_t *query, char *ret_name)
{
	size_t at = DG_MSG_HEADER, i;

	*ret_name = '\0';
	while (query[at] != 0) {
		for (i = 1; i <= query[at]; i++)
			*ret_name++ = (char)(query[at + i] | (query[at + i] == '_' ? 0 : 0x20));
		at += query[at] + 1u;
		*ret_name++ = query[at] != 0 ? '.' : '\0';
	}
	return at + 1;
}

static size_t answer(void *self, const char *addr, const uint8_t *query, size_t len, uint8_t *wire)
{
	struct servers *s = self;
	struct writer w = {.wire = wire};
	char name[256];
	size_t at = read_name(query, name);
	unsigned type = (unsigned)query[at] << 8 | query[at + 1];
	const char *zone = strrchr(name, 'z');
	bool edns = query[11] > 0;

	(void)len;
	s->questions++;
	memcpy(wire, query, at + 4);
	w.len = at + 4;
	memset(wire + 6, 0, 6);
	wire[2] |= 0x80;
	if (strcmp(addr, "127.0.0.1") == 0 && strcmp(name, "root") != 0 && name[0] != '\0') {
		put_ns(&w, AUTHORITY, "lab", "ns.lab");
		put_address(&w, ADDITIONAL, "ns.lab");
	} else if (strcmp(addr, "127.0.0.1") == 0) {
		answer_zone(s, &w, "", name, type);
	} else if (strcmp(addr, "127.0.0.2") == 0 && zone != NULL) {
		put_zone_ns(s, &w, AUTHORITY, zone);
	} else {
		answer_zone(s, &w, zone != NULL ? zone : "lab", name, type);
	}
	if (edns) {
		wire[ADDITIONAL + 1]++;
		wire[w.len++] = 0;
		put16(&w, 41);
		put16(&w, DG_EDNS_SIZE);
		memset(wire + w.len, 0, 6);
		w.len += 6;
	}
	return w.len;
}

/* ---- the run --------------------------------------------------------------------------------- */

static enum dg_status counted_wait(void *self, dg_ms until, dg_ms *ret_now,
				   struct dg_heard *ret_heard, struct dg_error *err)
{
	struct servers *s = self;

	s->turns++;
	return s->below.wait(s->below.self, until, ret_now, ret_heard, err);
}

static enum dg_status counted_ask(void *self, const struct dg_ask *ask, struct dg_error *err)
{
	struct servers *s = self;

	return s->below.ask(s->below.self, ask, err);
}

static void counted_cancel(void *self, uint64_t ask)
{
	struct servers *s = self;

	s->below.cancel(s->below.self, ask);
}

static int64_t counted_wall(void *self)
{
	struct servers *s = self;

	return s->below.wall(s->below.self);
}

static uint32_t counted_random(void *self)
{
	struct servers *s = self;

	return s->below.random(s->below.self);
}

static enum dg_status add_names(struct dg_gate *gate, unsigned names, struct dg_error *err)
{
	enum dg_status status = DG_OK;
	unsigned i;

	for (i = 0; i < names && status == DG_OK; i++) {
		char name[64];

		snprintf(name, sizeof(name), "_acme-challenge.h%u.z%u.lab", i % NAMES_A_ZONE,
			 i / NAMES_A_ZONE);
		status = dg_gate_add(gate, name, VALUE, err);
	}
	return status;
}

static void print_figures(unsigned names, double virtual, const struct figures *f)
{
	struct rusage use;

	getrusage(RUSAGE_SELF, &use);
	printf("%u names: %.0f s of virtual time, %lu questions, %lu turns, %.2f s of processor "
	       "time, %.1f MiB\n",
	       names, virtual, f->questions, f->turns,
	       (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
		   (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6,
	       (double)use.ru_maxrss / 1024);
	fflush(stdout);
}

static struct figures run(unsigned names, double loss, uint32_t seed, const char *hints)
{
	struct world world = {.rtt = 0.02};
	struct weather weather = {.loss = loss, .random = seed};
	struct servers s = {.addresses = 1 + names / NAMES_A_ZONE / ZONES_AN_ADDRESS};
	struct fakenet *net = fakenet_new(&world, seed);
	struct dg_net seam = {counted_ask,  counted_cancel, counted_wait,
			      counted_wall, counted_random, &s};
	struct figures f = {0};
	struct dg_gate *gate = NULL;
	struct dg_options o;
	struct dg_error err = {0};
	enum dg_status status;

	s.below = fakenet_seam(net);
	fakenet_weather(net, &weather);
	fakenet_answer_by(net, answer, &s);
	dg_options_init(&o);
	o.timeout = 3600000;
	o.root_hints = hints;
	o.dnssec = DG_DNSSEC_OFF;
	status = dg_gate_new(&gate, &o, &err);
	if (status == DG_OK)
		status = add_names(gate, names, &err);
	if (status == DG_OK)
		status = dg_gate_run_over(gate, &seam, &err);
	if (status != DG_OK)
		printf("%s\n", err.text);
	f.visible = status == DG_OK && dg_gate_verdict(gate) == DG_VERDICT_VISIBLE;
	f.questions = s.questions;
	f.turns = s.turns;
	print_figures(names, fakenet_seconds(net), &f);
	dg_gate_free(gate);
	fakenet_free(net);
	return f;
}

/* The work of `many` names is in proportion to that of `few`. */
static bool is_linear(const struct figures *few, const struct figures *many, double times)
{
	return (double)many->questions <= MORE * times * (double)few->questions &&
	       (double)many->turns <= MORE * times * (double)few->turns;
}

int main(int argc, char **argv)
{
	bool compare = argc == 4 && strcmp(argv[1], "-c") == 0;
	unsigned names = argc > 1 ? (unsigned)strtoul(argv[1 + compare], NULL, 10) : 0;
	char hints[] = "/tmp/scale_XXXXXX";
	struct figures first, second;
	int fd = mkstemp(hints);
	bool good;

	if (names == 0 || fd < 0 || write(fd, HINTS, sizeof(HINTS) - 1) < 0)
		return 2;
	close(fd);
	first = run(names, argc > 2 && !compare ? strtod(argv[2], NULL) : LOSS,
		    argc > 3 && !compare ? (uint32_t)strtoul(argv[3], NULL, 10) : 1, hints);
	good = first.visible;
	if (compare) {
		unsigned many = (unsigned)strtoul(argv[3], NULL, 10);

		second = run(many, LOSS, 1, hints);
		good = good && second.visible && is_linear(&first, &second, (double)many / names);
	}
	unlink(hints);
	return good ? 0 : 1;
}
