/* SPDX-License-Identifier: ISC */
/* What a ledger means, for a person and as a JSON document. Pure. */
#ifndef STORY_H
#define STORY_H

#include <jansson.h>

#include "client.h"
#include "ledger.h"

#define STORY_SCHEMA 1

/* A file that was read. */
struct told {
	const char *file; /* as the user named it, borrowed */
	enum client client;
	size_t lines, cut, failures, successes;
};

struct story {
	const struct ledger *ledger; /* sorted */
	const struct told *told;
	size_t ntold;
	int64_t now; /* seconds since 1970 */
	bool all;    /* every name, however many */
};

/* Writes it in plain text, printable whatever the logs hold. */
void story_print(const struct story *story, FILE *to);

/* The same as an object, with the key "checks" null; json_decref it. NULL: out of memory. */
json_t *story_json(const struct story *story);

/* ---- parts of both --------------------------------------------------------------------------- */

enum outcome {
	OUTCOME_UNKNOWN, /* the logs tell no times, or no success */
	OUTCOME_FAILING, /* the last thing that is known is a failure */
	OUTCOME_OVER     /* it was validated after the last failure */
};

enum outcome story_outcome(const struct entry *entry);

/* The pattern of the attempts: of those that the CA was asked for, where there are any. */
struct rhythm story_rhythm(const struct entry *entry);

/* Says when another try makes sense for a name, in a sentence; the moment from which on is
 * returned, 0: at once, -1: it depends on a cause, or is not known. */
#define STORY_RETRY 256
int64_t story_retry(const struct entry *entry, char buf[STORY_RETRY]);

/* Says what to do about a cause. */
const char *story_advice(const struct problem *problem);

#endif
