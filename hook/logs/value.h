/* SPDX-License-Identifier: ISC */
/* What the value tells that the CA found in place of the wanted one. */
#ifndef VALUE_H
#define VALUE_H

#include "sentence.h"

/* Reads the value that a text quotes ("Incorrect TXT record "V" (and 2 more) found at N"), and how
 * many more there were. False: it quotes none. */
bool value_read(char ret_value[PROBLEM_VALUE], unsigned *ret_more, const char *text);

/* The causes that fit such a value, ids with blanks between, the likeliest first. */
const char *value_findings(const char *value, unsigned more);

#endif
