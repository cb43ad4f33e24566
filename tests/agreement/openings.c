/* SPDX-License-Identifier: ISC */
#include "openings.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "judge.h"
#include "random_opening.h"

/* Longer than any server lags, and than silence is waited for. */
#define SECONDS "15"
#define ROUNDS 3

/* Where a wait may end without an opening though Unbound finds the value twenty times. */
#define BAD                                                                                        \
	"RFC 4035 section 5.5: a response without the signatures that the zone has is bad. "       \
	"Unbound asks another server then; that is its choice, and a CA has more than one "        \
	"resolver"
static const struct {
	const char *odd;
	bool in_signed_zone; /* only there */
	const char *why;
} patient[] = {
    {"strip", true, BAD},
    {"sig-expired", true, BAD},
    {"sig-forged", true, BAD},
    {"nxdomain", true, BAD},
    {"case-sensitive", true, BAD},
    {"empty", true, BAD},
    {"soa-of lab.", true, BAD},
    {"noedns formerr", true, BAD},
    {"noedns notimp", true, BAD},
    {"noedns ignore", true, BAD},
    {"noedns drop", true, BAD},
    {"also-nxdomain", false,
     "RFC 2308 section 2.1: NXDOMAIN is of the last name of the answer, so it denies what stands "
     "beside it; which of the two a resolver takes is its choice"},
};

static const char *find_excuse(const struct random_opening *r)
{
	size_t i;

	for (i = 0; i < sizeof(patient) / sizeof(patient[0]); i++)
		if (strcmp(patient[i].odd, r->odd) == 0 &&
		    (r->in_signed_zone || !patient[i].in_signed_zone))
			return patient[i].why;
	return NULL;
}

/* Twenty, and twenty more while that might be chance, or a busy machine. */
static unsigned ask_unbound(const struct stage *stage, bool opened, struct opinion *ret_first)
{
	unsigned misses = 0, rounds;

	for (rounds = 0; rounds < ROUNDS; rounds++) {
		misses = judge_unbound_misses(stage, OPENING_NAME, OPENING_VALUE, ret_first);
		if (opened ? misses == 0 || ret_first->judgement != JUDGED_INDETERMINATE
			   : misses > 0)
			break;
	}
	return misses;
}

struct tally {
	unsigned opened, closed, failed, patient;
};

static void run_seed(uint32_t seed, const char *program, bool verbose, struct tally *t)
{
	static char report[OUTPUT];
	struct opinion first = {JUDGED_NOT, ""};
	struct random_opening r;
	struct stage stage;
	const char *complaint = NULL;
	unsigned misses;
	char path[64];
	int status;

	random_opening_make(&r, seed);
	judge_write(r.script, path);
	stage = stage_open(path);
	status = judge_gate_wait(&stage, program, SECONDS, OPENING_NAME, OPENING_VALUE, report);
	misses = ask_unbound(&stage, status == 0, &first);
	stage_close(&stage);
	unlink(path);
	t->opened += status == 0;
	t->closed += status != 0;
	if (status == 0 && misses > 0)
		complaint = "it opened, and Unbound does not find the record";
	else if (status != 0 && misses == 0 && find_excuse(&r) == NULL)
		complaint = "it did not open, and Unbound finds the record";
	if (status != 0 && misses == 0 && complaint == NULL) {
		t->patient++;
		printf("seed %u: it did not open, and Unbound finds the record: %s\n", seed,
		       find_excuse(&r));
	}
	t->failed += complaint != NULL;
	if (complaint != NULL)
		printf("FAILED seed %u [%s]: %s\n%s%s\n", seed, r.odd, complaint, r.script, report);
	if (complaint != NULL || verbose)
		printf("%u [%s]: exit %d, %u of Unbound's miss it (%s: %s)\n", seed, r.odd, status,
		       misses, judgement_text(first.judgement), first.text);
	fflush(stdout);
}

int openings_run(uint32_t first, unsigned count, const char *program, bool verbose)
{
	struct tally t = {0};
	unsigned i;

	for (i = 0; i < count; i++)
		run_seed(first + i, program, verbose, &t);
	printf("%u worlds: %u opened, %u did not, %u of them where they need not, %u failed\n",
	       count, t.opened, t.closed, t.patient, t.failed);
	return t.failed > 0;
}

int openings_show(uint32_t seed)
{
	struct random_opening r;

	random_opening_make(&r, seed);
	printf("%s# [%s]\n", r.script, r.odd);
	return 0;
}
