/* SPDX-License-Identifier: ISC */
/*
 * What the logs tell, grouped: for each name what failed, how often, from when to when, and whether
 * it worked since. Pure. It takes LEDGER_NAMES names and LEDGER_CAUSES kinds of failure in all, and
 * counts what is beyond.
 */
#ifndef LEDGER_H
#define LEDGER_H

#include "rhythm.h"
#include "sentence.h"

#define LEDGER_NAMES 10000
#define LEDGER_CAUSES 10000
#define LEDGER_TEXT 400

/* One failure, as a log tells it. */
struct failure {
	const struct problem *problem;
	const char *name; /* "": the log does not tell */
	const char *text; /* the words, borrowed */
	int64_t when;     /* seconds since 1970; -1: the log does not tell */
	int64_t retry_at; /* until when the CA wants to be left alone; -1: it did not say */
};

/* The failures of one kind at a name. */
struct cause {
	struct problem problem; /* of the last one */
	char text[LEDGER_TEXT]; /* its words, maybe cut */
	size_t count;
	int64_t first, last; /* -1: not known */
	int64_t retry_at;    /* the latest; -1 */
	struct times times;
};

struct entry {
	char name[PROBLEM_NAME]; /* "": failures whose name the log does not tell */
	struct cause *cause;
	size_t ncauses;
	size_t failures, successes;
	size_t asked;                   /* of the failures, those that the CA was asked for */
	int64_t first, last, succeeded; /* the first and last failure, the last success; -1 */
	struct times times;             /* of the failures that the CA was asked for */
	struct times own;               /* of the others, which clients repeat every few seconds */
	struct times validations;       /* of those that count for the CA's limit an hour */
};

struct ledger {
	struct entry *entry;
	size_t count, room;
	size_t *slot; /* of the names, by their hash: index + 1 */
	size_t causes;
	size_t dropped;  /* failures that had no room */
	size_t repeated; /* and those that were told before: the same log twice, or a copy of it */
	bool failed;     /* memory ran out */
};

void ledger_free(struct ledger *ledger);

/* Takes them in. A success of a name that never failed counts too. */
void ledger_failure(struct ledger *ledger, const struct failure *failure);
void ledger_success(struct ledger *ledger, const char *name, int64_t when);

/* Puts the names with the most failures first, and of each the most frequent cause. Names without a
 * failure come last. Nothing can be taken in afterwards. */
void ledger_sort(struct ledger *ledger);

/* The failures of all names. */
size_t ledger_failures(const struct ledger *ledger);

#endif
