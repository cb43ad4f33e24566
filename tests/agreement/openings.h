/* SPDX-License-Identifier: ISC */
/*
 * Waits in random worlds, and asks Unbound as a CA runs it what came of each: twenty processes that
 * know nothing yet.
 *
 *  1. After an opening each of them finds the value.
 *  2. Where each finds it after a wait that found nothing to open for, the wait was wrong.
 *
 * No answer, and agreement of all twenty, count when they stay so: a machine may be busy, and
 * chance may have it.
 *
 * Where the two may differ, the RFC stands in openings.c.
 */
#ifndef OPENINGS_H
#define OPENINGS_H

#include <stdbool.h>
#include <stdint.h>

/* The worlds of so many seeds; not 0: some wait was wrong. */
int openings_run(uint32_t first, unsigned count, const char *program, bool verbose);

/* Prints the world of a seed. */
int openings_show(uint32_t seed);

#endif
