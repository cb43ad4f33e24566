/* SPDX-License-Identifier: ISC */
/* dns01gate validate NAME [TYPE]: what DNSSEC makes of each server's answer. */
#ifndef VALIDATE_H
#define VALIDATE_H

#include "options.h"

/* Asks, and prints a JSON line a server to stdout; the exit status. */
int validate(const struct options *options, const struct operands *operands);

#endif
