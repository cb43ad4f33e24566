/* SPDX-License-Identifier: ISC */
/*
 * What must come of a scenario:
 *
 *   expect exit N...                   one of them
 *   expect verdict WORD [of NAME]      of the run, or of one record
 *   expect elapsed LEAST..MOST         seconds
 *   expect finding ID [SEVERITY] [at TEXT] [says TEXT...]   one whose server has TEXT in it
 *   expect no finding [ID]
 *   expect row ADDR[/TRANSPORT] KEY VALUE   of the report's servers, by address or name; VALUE as
 *                                      JSON prints it, without quotes; of a number LEAST..MOST too
 *   expect record KEY VALUE            of the first record
 *   expect questions ADDR|all LEAST..MOST [NAME]
 *   expect first TYPE NAME LEAST..MOST when, in seconds, the first such question came
 *   expect first question ADDR LEAST..MOST [NAME]   the same, of those to that address
 *   expect rounds LEAST..MOST NAME     different times at which NAME's TXT was first asked, see
 * there expect says TEXT                   on stderr (real runs only) expect silent stderr is empty
 * (real runs only) expect lines N                     on stderr (real runs only)
 *
 * and always: nothing but TXT is asked of a challenge name, or DS for its signatures' sake, but in
 * a check; of a resolver nothing but TXT at all; RD is set for resolvers and for nobody else; and
 * no address gets more questions than the README promises.
 */
#ifndef EXPECT_H
#define EXPECT_H

#include <jansson.h>

#include "world.h"

struct outcome {
	int exit;
	double elapsed;
	json_t *report;     /* or NULL */
	const char *errors; /* stderr, or NULL: not looked at */
};

/* True when all hold; prints each that does not. */
bool expect_all(const struct world *w, const struct outcome *o);

#endif
