/* SPDX-License-Identifier: ISC */
/* Who called us, however many shells stand between. */
#ifndef ANCESTOR_H
#define ANCESTOR_H

#include <stdbool.h>
#include <stddef.h>

/* Finds the farthest ancestor process whose program or script has this name (a nearer one may be a
 * hook script named after it, another process at each call), and writes what tells it from any
 * other process, past and to come, on this machine: its id and start time. False when there is
 * none, or /proc cannot be read. */
bool ancestor_identity(const char *program, char *buf, size_t size);

#endif
