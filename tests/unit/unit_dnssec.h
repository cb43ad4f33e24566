/* SPDX-License-Identifier: ISC */
/* Verdict tables for the validator: what it was told of the chain of trust, an answer (signed_msg.h
 * tells how they are written), and what it must say. */
#ifndef UNIT_DNSSEC_H
#define UNIT_DNSSEC_H

#include "unit.h"

#include "dnssec/validate.h"

#define UNIT_NOW 1795276800

/* The zone example.lab., with one key that signs everything, is the trust anchor. */
#define ANCHOR "anchor ds example.lab."
#define KEYS "? example.lab. DNSKEY\nan key example.lab.\n+"

#define SECURE .security = DG_SECURITY_SECURE
#define INSECURE(w) .security = DG_SECURITY_INSECURE, .why = DG_WHY_##w
#define BOGUS(w) .security = DG_SECURITY_BOGUS, .why = DG_WHY_##w
/* "DS NAME" or "DNSKEY NAME"; NULL: nothing, and there is no verdict all the same. */
#define NEEDS(what) .security = DG_SECURITY_INDETERMINATE, .need = what

struct unit_row {
	const char *what;
	const char *answer; /* NULL: the last of the chain is judged */
	enum dg_security security;
	enum dg_why why;
	/* "anchor DS-LINE", or messages to learn from, in their order; NULL: ANCHOR and KEYS */
	const char *chain[6];
	int64_t wall;     /* 0: UNIT_NOW */
	const char *text; /* must be in the reason */
	const char *need; /* "DS sub.example.lab.": what is wanted when it is not known yet */
	int crypto;       /* verifications for the answer at most; 0: not looked at, -1: none */
};

/* Judges as a row says; the trust and the judgement, for more questions (dg_trust_free). */
struct dg_trust unit_judge(const struct unit_row *row, struct dg_judgement *ret);

/* Says what is wrong, with the row's name, when the verdict is another one. */
bool unit_check_row(const struct unit_row *row);

/* All of them, and fails. */
void unit_check_rows(const struct unit_row *rows, size_t count);

/* Verifications since the start. */
extern unsigned unit_crypto;

int unit_dnssec_teardown(void **state);

#endif
