/* SPDX-License-Identifier: ISC */
/*
 * Serves a scripted world: "world FILE [PORT]" prints the port, the name of a root hints file, the
 * time of day when its clock was zero, and the name of a trust anchor file ("-": the root is not
 * signed), a line each, serves until its standard input ends, then removes the files and prints the
 * questions that came.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "world_server.h"

static void print_asked(const struct world *w)
{
	size_t i;

	for (i = 0; i < w->nasked; i++) {
		const struct world_asked *a = &w->asked[i];
		char *type = ldns_rr_type2str(a->type);

		printf("%.3f %s %s %s %s%s%s\n", a->at, a->addr,
		       a->via == DG_TRANSPORT_TCP ? "tcp" : "udp", a->name, type,
		       a->edns ? " edns" : "", a->dnssec_ok ? " do" : "");
		free(type);
	}
}

int main(int argc, char **argv)
{
	struct world *w;
	struct world_server *s;
	struct timespec t;
	char hints[64], anchor[64] = "-";

	if (argc < 2) {
		fputs("usage: world FILE [PORT]\n", stderr);
		return 64;
	}
	w = world_load(argv[1]);
	s = world_server_open(w, argc > 2 ? (unsigned)atoi(argv[2]) : 0);
	world_hints(w, hints);
	world_anchor(w, anchor);
	world_server_restart(s);
	clock_gettime(CLOCK_REALTIME, &t);
	printf("%u\n%s\n%.4f\n%s\n", world_server_port(s), hints,
	       (double)t.tv_sec + (double)t.tv_nsec / 1e9, anchor);
	fflush(stdout);
	world_server_run(s, STDIN_FILENO);
	unlink(hints);
	if (anchor[0] != '-')
		unlink(anchor);
	print_asked(w);
	world_server_close(s);
	world_free(w);
	return 0;
}
