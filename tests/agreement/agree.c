/* SPDX-License-Identifier: ISC */
/*
 * Asks Unbound and dns01gate what they make of signed worlds. "agree [-v] PROGRAM FILE...": worlds
 * with lines
 *
 *   expect status NAME TYPE STATUS [unbound STATUS]
 *
 * of what dns01gate must say, and what Unbound says where that is something else.
 */
#include <stdio.h>
#include <string.h>

#include "judge.h"

struct wanted {
	char name[256], type[16];
	enum judgement gate, unbound;
};

static bool read_wanted(const char *text, struct wanted *ret)
{
	char status[16], other[16];
	int n = sscanf(text, " status %255s %15s %15s unbound %15s", ret->name, ret->type, status,
		       other);

	if (n < 3)
		return false;
	ret->gate = judgement_read(status);
	ret->unbound = n == 4 ? judgement_read(other) : ret->gate;
	return ret->gate != JUDGED_NOT && ret->unbound != JUDGED_NOT;
}

static bool compare(const char *who, const struct wanted *x, enum judgement wanted,
		    const struct opinion *o, bool verbose)
{
	bool good = o->judgement == wanted;

	if (!good || verbose)
		printf("%s %s: %s says %s, %s: %s\n", x->name, x->type, who,
		       judgement_text(o->judgement), good ? "as expected" : judgement_text(wanted),
		       o->text);
	return good;
}

static int run_file(const char *program, const char *file, bool verbose)
{
	struct world *w = world_load(file);
	struct stage stage = stage_open(file);
	bool can = judge_gate_can(program);
	int failed = 0;
	size_t i;

	for (i = 0; i < w->nexpects; i++) {
		struct wanted x;
		struct opinion o;

		if (!read_wanted(w->expect[i], &x)) {
			printf("%s:%d: expect status NAME TYPE STATUS [unbound STATUS]\n", file,
			       w->expect_line[i]);
			failed++;
			continue;
		}
		o = judge_unbound(&stage, x.name, x.type);
		failed += !compare("unbound", &x, x.unbound, &o, verbose);
		if (!can)
			continue;
		o = judge_gate(&stage, program, x.name, x.type);
		failed += !compare("dns01gate", &x, x.gate, &o, verbose);
	}
	printf("%s %s: %zu questions\n", failed == 0 ? "ok" : "FAILED", file, w->nexpects);
	stage_close(&stage);
	world_free(w);
	return failed;
}

int main(int argc, char **argv)
{
	bool verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
	int i, failed = 0;

	if (argc < 3 + verbose) {
		fputs("usage: agree [-v] PROGRAM FILE...\n", stderr);
		return 64;
	}
	for (i = 2 + verbose; i < argc; i++)
		failed += run_file(argv[1 + verbose], argv[i], verbose) > 0;
	return failed > 0;
}
