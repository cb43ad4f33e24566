/* SPDX-License-Identifier: ISC */
/* dns01gate name DOMAIN: where the challenge record of a domain belongs. */
#ifndef CHALLENGE_NAME_H
#define CHALLENGE_NAME_H

#include "options.h"

/* Prints it on stdout, a line; returns the exit status. */
int challenge_name(const struct options *options, const struct operands *operands);

#endif
