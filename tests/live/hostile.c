/* SPDX-License-Identifier: ISC */
/* Writes a scenario for each hostile message and transport into a folder, for the live runner:
 * "hostile FOLDER". */
#include <stdio.h>
#include <stdlib.h>

#include "world_hostile.h"

static void write_one(const char *folder, const char *kind, bool tcp)
{
	char path[512];
	FILE *fp;

	snprintf(path, sizeof(path), "%s/hostile_%s_%s.scn", folder, kind, tcp ? "tcp" : "udp");
	fp = fopen(path, "w");
	if (fp == NULL) {
		perror(path);
		exit(70);
	}
	fprintf(fp,
		"zone example.lab. 127.0.0.11\n"
		"on 127.0.0.11 %s hostile %s\n",
		tcp ? "tcp" : "udp", kind);
	if (tcp)
		fprintf(fp, "on 127.0.0.11 udp truncate\n");
	/* Ten such messages within the second. */
	fprintf(fp, "run wait -t 1 --server 127.0.0.11 _acme-challenge.example.lab value\n"
		    "expect exit 1 2\n"
		    "expect elapsed 1..1\n"
		    "expect questions 127.0.0.11 1..20\n");
	fclose(fp);
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc != 2) {
		fputs("usage: hostile FOLDER\n", stderr);
		return 64;
	}
	for (i = 0; world_hostile_kinds[i] != NULL; i++) {
		write_one(argv[1], world_hostile_kinds[i], false);
		write_one(argv[1], world_hostile_kinds[i], true);
	}
	return 0;
}
