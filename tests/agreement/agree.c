/* SPDX-License-Identifier: ISC */
/*
 * Asks Unbound and dns01gate what they make of signed worlds. "agree [-v] PROGRAM FILE...": worlds
 * with lines
 *
 *   expect status NAME TYPE STATUS [F-NN] [unbound STATUS]
 *
 * of what dns01gate must say, with which finding (none without one), and what Unbound says where
 * that is something else. "agree [-v] random FIRST COUNT PROGRAM": random worlds, in which both
 * must say the same; "agree show SEED" prints one. "agree [-v] openings FIRST COUNT PROGRAM": waits
 * in random worlds, see openings.h; "agree show-opening SEED" prints one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "judge.h"
#include "openings.h"
#include "random_world.h"

struct expected {
	char name[256], type[16];
	enum judgement gate, unbound;
	char finding[8]; /* "": none */
};

static bool read_wanted(const char *text, struct expected *ret)
{
	char status[16], other[16];
	int end = 0;

	if (sscanf(text, " status %255s %15s %15s%n", ret->name, ret->type, status, &end) != 3)
		return false;
	text += end;
	ret->finding[0] = '\0';
	if (sscanf(text, " %7[F0-9-]%n", ret->finding, &end) == 1)
		text += end;
	ret->gate = judgement_read(status);
	ret->unbound =
	    sscanf(text, " unbound %15s", other) == 1 ? judgement_read(other) : ret->gate;
	return ret->gate != JUDGED_NOT && ret->unbound != JUDGED_NOT;
}

static bool compare(const char *who, const struct expected *x, enum judgement expected,
		    const struct opinion *o, bool verbose)
{
	bool good = o->judgement == expected;

	if (!good || verbose)
		printf("%s %s: %s says %s, %s: %s\n", x->name, x->type, who,
		       judgement_text(o->judgement),
		       good ? "as expected" : judgement_text(expected), o->text);
	return good;
}

/* The finding that dns01gate's lines name first; none when all hold. */
static bool compare_finding(const struct expected *x, const struct opinion *o)
{
	const char *at = strstr(o->text, "\"finding\":\"");
	char found[8] = "";

	if (at != NULL)
		sscanf(at, "\"finding\":\"%7[F0-9-]", found);
	if (strcmp(found, x->finding) == 0)
		return true;
	printf("%s %s: finding %s, not %s\n", x->name, x->type, found[0] == '\0' ? "-" : found,
	       x->finding[0] == '\0' ? "-" : x->finding);
	return false;
}

static int run_file(const char *program, const char *file, bool verbose)
{
	struct world *w = world_load(file);
	struct stage stage = stage_open(file);
	bool can = judge_gate_can(program);
	int failed = 0;
	size_t i;

	for (i = 0; i < w->nexpects; i++) {
		struct expected x;
		struct opinion o;

		if (!read_wanted(w->expect[i], &x)) {
			printf("%s:%d: expect status NAME TYPE STATUS [F-NN] [unbound STATUS]\n",
			       file, w->expect_line[i]);
			failed++;
			continue;
		}
		o = judge_unbound(&stage, x.name, x.type, x.unbound);
		failed += !compare("unbound", &x, x.unbound, &o, verbose);
		if (!can)
			continue;
		o = judge_gate(&stage, program, x.name, x.type);
		failed += !compare("dns01gate", &x, x.gate, &o, verbose);
		failed += !compare_finding(&x, &o);
	}
	printf("%s %s: %zu questions\n", failed == 0 ? "ok" : "FAILED", file, w->nexpects);
	stage_close(&stage);
	world_free(w);
	return failed;
}

/* ---- random worlds --------------------------------------------------------------------------- */

/* Where the two may differ, and what speaks for dns01gate. Everywhere else they must agree. */
static const struct {
	const char *defect;
	enum judgement gate;
	const char *why;
} differences[] = {
    {"sig-less", JUDGED_BOGUS,
     "RFC 4035 section 5.3.1: labels fewer than the signer has, or of an NSEC or DNSKEY expanded "
     "from a "
     "wildcard, make no valid signature"},
    {"proof-star", JUDGED_BOGUS,
     "RFC 4035 section 5.3.4: an NSEC expanded from a wildcard proves nothing at the name it came "
     "from"},
    {"proof-cut", JUDGED_BOGUS,
     "RFC 6840 section 4.1: an NSEC or NSEC3 with NS and without SOA must not deny anything below, "
     "nor "
     "anything but DS at its name"},
    {"proof-cname", JUDGED_BOGUS, "RFC 6840 section 4.3: the CNAME bit must be clear"},
    {"flags=385", JUDGED_BOGUS, "RFC 5011 section 2.1: a revoked key is not to be used"},
    {"sig-above", JUDGED_INSECURE,
     "RFC 4035 section 5.2: in a zone that is unsigned by proof no signature is looked at"},
};

static const char *find_excuse(const struct random_world *r, enum judgement gate)
{
	size_t i;

	for (i = 0; i < sizeof(differences) / sizeof(differences[0]); i++)
		if (strcmp(differences[i].defect, r->defect) == 0 && differences[i].gate == gate)
			return differences[i].why;
	return NULL;
}

static const char *judge_both(const struct random_world *r, const struct opinion *unbound,
			      const struct opinion *gate)
{
	if (r->defect[0] == '\0' && unbound->judgement >= JUDGED_BOGUS)
		return "Unbound takes a world for bad with which nothing is wrong";
	if (gate->judgement == JUDGED_NOT && gate->text[0] == '-')
		return NULL;
	/* It went round for ever, or took the message for malformed. */
	if (unbound->judgement == JUDGED_INDETERMINATE)
		return NULL;
	if (gate->judgement == unbound->judgement || find_excuse(r, gate->judgement) != NULL)
		return NULL;
	return "they disagree";
}

struct tally {
	unsigned with[2][JUDGED_NOT + 1]; /* nothing wrong, something wrong */
	unsigned failed, lenient;
};

static void run_seed(uint32_t seed, const char *program, bool verbose, struct tally *t)
{
	struct opinion unbound, gate = {JUDGED_NOT, "-"};
	struct random_world r;
	struct stage stage;
	const char *complaint;
	char path[64];

	random_world_make(&r, seed);
	judge_write(r.script, path);
	stage = stage_open(path);
	unbound = judge_unbound(&stage, r.name, r.type,
				r.defect[0] == '\0' ? JUDGED_SECURE : JUDGED_INDETERMINATE);
	if (program != NULL)
		gate = judge_gate(&stage, program, r.name, r.type);
	stage_close(&stage);
	unlink(path);
	complaint = judge_both(&r, &unbound, &gate);
	t->with[r.defect[0] != '\0'][unbound.judgement]++;
	t->failed += complaint != NULL;
	t->lenient += program != NULL && complaint == NULL && gate.judgement != unbound.judgement;
	if (complaint == NULL && program != NULL && gate.judgement != unbound.judgement)
		printf("seed %u: unbound %s, dns01gate %s: %s\n", seed,
		       judgement_text(unbound.judgement), judgement_text(gate.judgement),
		       find_excuse(&r, gate.judgement) != NULL
			   ? find_excuse(&r, gate.judgement)
			   : "Unbound gives no opinion: it loops, or takes a record that is there "
			     "twice for "
			     "malformed (RFC 2181 section 5 has it count once)");
	if (complaint != NULL)
		printf("FAILED seed %u: %s\n%s", seed, complaint, r.script);
	if (complaint != NULL || verbose)
		printf("%u %s %s [%s]\n  unbound %s: %s\n  dns01gate %s: %s\n", seed, r.name,
		       r.type, r.defect, judgement_text(unbound.judgement), unbound.text,
		       judgement_text(gate.judgement), gate.text);
	fflush(stdout);
}

static int run_random(uint32_t first, unsigned count, const char *program, bool verbose)
{
	struct tally t = {0};
	unsigned i;
	int k;

	if (!judge_gate_can(program)) {
		puts("this dns01gate cannot validate: only Unbound is asked");
		program = NULL;
	}
	for (i = 0; i < count; i++)
		run_seed(first + i, program, verbose, &t);
	for (k = 0; k < 2; k++)
		printf("%s: %u secure, %u insecure, %u bogus, %u indeterminate\n",
		       k == 0 ? "nothing wrong" : "something wrong", t.with[k][JUDGED_SECURE],
		       t.with[k][JUDGED_INSECURE], t.with[k][JUDGED_BOGUS],
		       t.with[k][JUDGED_INDETERMINATE]);
	printf("%u worlds, %u failed, %u differ where they may\n", count, t.failed, t.lenient);
	return t.failed > 0;
}

static int show(uint32_t seed)
{
	struct random_world r;

	random_world_make(&r, seed);
	printf("%s# %s %s [%s]\n", r.script, r.name, r.type, r.defect);
	return 0;
}

int main(int argc, char **argv)
{
	bool verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
	int i, failed = 0;

	argc -= verbose;
	argv += verbose;
	if (argc == 3 && strcmp(argv[1], "show") == 0)
		return show((uint32_t)strtoul(argv[2], NULL, 10));
	if (argc == 3 && strcmp(argv[1], "show-opening") == 0)
		return openings_show((uint32_t)strtoul(argv[2], NULL, 10));
	if (argc == 5 && strcmp(argv[1], "openings") == 0)
		return openings_run((uint32_t)strtoul(argv[2], NULL, 10), (unsigned)atoi(argv[3]),
				    argv[4], verbose);
	if (argc == 5 && strcmp(argv[1], "random") == 0)
		return run_random((uint32_t)strtoul(argv[2], NULL, 10), (unsigned)atoi(argv[3]),
				  argv[4], verbose);
	if (argc < 3) {
		fputs(
		    "usage: agree [-v] PROGRAM FILE... | random FIRST COUNT PROGRAM | show SEED |\n"
		    "       openings FIRST COUNT PROGRAM | show-opening SEED\n",
		    stderr);
		return 64;
	}
	for (i = 2; i < argc; i++)
		failed += run_file(argv[1], argv[i], verbose) > 0;
	return failed > 0;
}
