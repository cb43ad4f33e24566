/* SPDX-License-Identifier: ISC */
/*
 * "attack ATTACK SECONDS NAMES ADDRESSES [PROGRAM [OPTION]...]": waits for so many names on so many
 * addresses (1 or 64) under an attack, and prints what it cost. With a PROGRAM that one waits, and
 * its peak memory is printed; without one this program does, with the library, and the longest
 * processor time is printed from one look at the network to the next: with one name on one address,
 * what the worst reply takes. "attack" lists the attacks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "attack.h"
#include "child.h"
#include "gate/gate.h"
#include "ground.h"
#include "net/net.h"
#include "sign.h"

#define NAMES 64
#define WORDS 200

struct siege {
	const struct attack *attack;
	struct attack_state state;
	unsigned seconds, names;
	char folder[32], hints[64], anchor[64];
	char name[NAMES][DG_NAME_TEXT];
};

static void die(const char *what)
{
	perror(what);
	exit(70);
}

static void prepare(struct siege *s)
{
	unsigned i, k;

	s->state.wall = time(NULL);
	snprintf(s->folder, sizeof(s->folder), "/tmp/attack.XXXXXX");
	if (mkdtemp(s->folder) == NULL)
		die(s->folder);
	snprintf(s->hints, sizeof(s->hints), "%s/hints", s->folder);
	snprintf(s->anchor, sizeof(s->anchor), "%s/anchor", s->folder);
	attack_hints(s->hints);
	ground_anchor(s->anchor);
	for (i = 0; i < s->names; i++) {
		size_t len = (size_t)snprintf(s->name[i], DG_NAME_TEXT, "_acme-challenge.");

		for (k = 0; k < s->attack->labels; k++)
			len += (size_t)snprintf(s->name[i] + len, DG_NAME_TEXT - len, "d.");
		snprintf(s->name[i] + len, DG_NAME_TEXT - len, "h%u.example.lab.", i);
	}
}

static void clean(const struct siege *s)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", s->folder);
	if (system(command) != 0)
		perror(s->folder);
}

/* ---- with the library ------------------------------------------------------------------------ */

/* How the real network waits, and how long what is heard from it keeps the processor. */
static struct {
	enum dg_status (*wait)(void *, dg_ms, dg_ms *, struct dg_heard *, struct dg_error *);
	double since, worst;
	bool heard;
} watched;

static double cpu_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static enum dg_status watched_wait(void *self, dg_ms until, dg_ms *ret_now,
				   struct dg_heard *ret_heard, struct dg_error *err)
{
	double begin = cpu_now();
	enum dg_status status;

	if (watched.heard && begin - watched.since > watched.worst)
		watched.worst = begin - watched.since;
	status = watched.wait(self, until, ret_now, ret_heard, err);
	watched.since = begin;
	watched.heard = status == DG_OK && ret_heard->ask != 0;
	return status;
}

static void need(enum dg_status status, const struct dg_error *err)
{
	if (status == DG_OK)
		return;
	fprintf(stderr, "%s\n", err->text);
	exit(70);
}

/* Waits, and writes the worst reply's time to that descriptor. */
static void wait_here(const struct siege *s, unsigned port, int to)
{
	struct dg_options o;
	struct dg_error err = {0};
	struct dg_real_net *net = NULL;
	struct dg_gate *gate = NULL;
	struct dg_net seam;
	unsigned i;

	dg_options_init(&o);
	o.timeout = s->seconds * 1000;
	o.port = port;
	o.root_hints = s->hints;
	o.trust_anchor = s->attack->is_signed ? s->anchor : NULL;
	o.dnssec = s->attack->is_signed ? DG_DNSSEC_VALIDATE : DG_DNSSEC_OFF;
	need(dg_real_net_new(&net, -1, NULL, &err), &err);
	seam = dg_real_net_seam(net);
	watched.wait = seam.wait;
	seam.wait = watched_wait;
	need(dg_gate_new(&gate, &o, &err), &err);
	for (i = 0; i < s->names; i++)
		need(dg_gate_add(gate, s->name[i], "wanted", &err), &err);
	need(dg_gate_run_over(gate, &seam, &err), &err);
	dg_gate_free(gate);
	dg_real_net_free(net);
	if (write(to, &watched.worst, sizeof(watched.worst)) != sizeof(watched.worst))
		die("write");
	_exit(0);
}

/* ---- the siege ------------------------------------------------------------------------------- */

static void answer(void *self, const struct question *q, unsigned nth, struct draft *d,
		   struct delivery *delivery)
{
	struct siege *s = self;

	(void)nth;
	(void)delivery;
	attack_answer(s->attack, &s->state, q, d);
}

static void start_program(struct siege *s, struct child *c, char **program, unsigned port)
{
	char *argv[WORDS], seconds[16], number[16];
	size_t n = 0, i;

	snprintf(seconds, sizeof(seconds), "%u", s->seconds);
	snprintf(number, sizeof(number), "%u", port);
	for (argv[n++] = *program++; *program != NULL && n < WORDS / 4; program++)
		argv[n++] = *program;
	argv[n++] = "-t";
	argv[n++] = seconds;
	argv[n++] = "--port";
	argv[n++] = number;
	argv[n++] = "--root-hints";
	argv[n++] = s->hints;
	argv[n++] = s->attack->is_signed ? "--trust-anchor" : "--dnssec";
	argv[n++] = s->attack->is_signed ? s->anchor : "off";
	argv[n++] = "--state-dir";
	argv[n++] = "/dev/null/none";
	argv[n++] = "wait";
	for (i = 0; i < s->names; i++) {
		argv[n++] = s->name[i];
		argv[n++] = "wanted";
	}
	argv[n] = NULL;
	child_start(c, argv, s->folder, NULL);
}

static void lay_siege(struct siege *s, char **program)
{
	struct server *server = server_open(answer, s);
	struct child child = {.terminal = -1};
	struct ending e;
	double worst = 0;
	int result[2];

	if (pipe(result) != 0)
		die("pipe");
	if (program != NULL)
		start_program(s, &child, program, server_port(server));
	else if (child_fork(&child))
		wait_here(s, server_port(server), result[1]);
	close(result[1]);
	if (!server_run(server, child.done, s->seconds + 60.0, -1, -1))
		printf("%s: it does not end\n", s->attack->name);
	child_end(&child, false, &e);
	if (e.status < 0 || e.status > 3)
		printf("    it ended with %d\n", e.status);
	printf("    %s; %u name%s, %u address%s: ", s->attack->title, s->names,
	       s->names == 1 ? "" : "s", s->state.addresses, s->state.addresses == 1 ? "" : "es");
	if (read(result[0], &worst, sizeof(worst)) == sizeof(worst))
		printf("longest stretch %.2f ms; ", worst * 1000);
	else
		printf("%.1f MiB; ", (double)e.kib / 1024);
	printf("processor %.2f s, ended after %.2f of %u s (%.2f s on run queues); %lu questions, "
	       "%lu of them to others\n",
	       e.cpu, e.elapsed, s->seconds, e.waited, ledger_total(server_ledger(server)),
	       s->state.victim);
	close(result[0]);
	server_close(server);
}

int main(int argc, char **argv)
{
	static struct siege s;
	size_t i;

	if (argc < 5) {
		for (i = 0; i < attack_count; i++)
			puts(attacks[i].name);
		return argc == 1 ? 0 : 64;
	}
	for (i = 0; i < attack_count; i++)
		if (strcmp(attacks[i].name, argv[1]) == 0)
			s.attack = &attacks[i];
	s.seconds = (unsigned)atoi(argv[2]);
	s.names = (unsigned)atoi(argv[3]);
	s.state.addresses = (unsigned)atoi(argv[4]);
	if (s.attack == NULL || s.seconds == 0 || s.names == 0 || s.names > NAMES ||
	    (s.state.addresses != 1 && s.state.addresses != 64))
		return 64;
	sign_begin();
	prepare(&s);
	lay_siege(&s, argc > 5 ? argv + 5 : NULL);
	clean(&s);
	sign_end();
	return 0;
}
