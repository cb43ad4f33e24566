/* SPDX-License-Identifier: ISC */
/* dns01gate explain [FINDING]...: what a finding means, and what to do about it. */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include "options.h"

/* Prints to stdout; the exit status. */
int explain(const struct operands *operands);

#endif
