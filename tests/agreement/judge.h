/* SPDX-License-Identifier: ISC */
/* What Unbound, and what dns01gate, make of a question in a scripted world. */
#ifndef JUDGE_H
#define JUDGE_H

#include "world.h"

enum judgement {
	JUDGED_SECURE,
	JUDGED_INSECURE,
	JUDGED_BOGUS,
	JUDGED_INDETERMINATE, /* Unbound: no answer, for no reason of DNSSEC */
	JUDGED_NOT            /* it was not asked, or said nothing that can be read */
};

struct opinion {
	enum judgement judgement;
	char text[2048]; /* what it said */
};

const char *judgement_text(enum judgement judgement);
enum judgement judgement_read(const char *text);

/* Writes a script into a file, of which the caller removes it. Ends the program when it cannot. */
void judge_write(const char *script, char path[64]);

/* A world on port 53 of its addresses, in a process of its own, with its hints and anchor. */
struct stage {
	int pid, fd;
	char hints[64], anchor[64];
};

/* Ends the program when it cannot. */
struct stage stage_open(const char *file);
void stage_close(struct stage *stage);

/* No answer, where another judgement is expected, counts when it stays so with much more time. */
struct opinion judge_unbound(const struct stage *stage, const char *name, const char *type,
			     enum judgement expected);
struct opinion judge_gate(const struct stage *stage, const char *program, const char *name,
			  const char *type);
/* How many of twenty Unbounds that know nothing yet, asked at once, do not find the value in the
 * TXT set; what the first of them said, of those that
 * had an answer if there is one. */
unsigned judge_unbound_misses(const struct stage *stage, const char *name, const char *value,
			      struct opinion *ret_first);

#define OUTPUT 65536

/* The exit status of a wait for the value, and its report. */
int judge_gate_wait(const struct stage *stage, const char *program, const char *seconds,
		    const char *name, const char *value, char text[OUTPUT]);

/* True when the program has `validate` at all. */
bool judge_gate_can(const char *program);

#endif
