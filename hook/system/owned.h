/* SPDX-License-Identifier: ISC */
/* Files that decide what is done, by root as a rule: nobody but root and the caller may change
 * them. */
#ifndef OWNED_H
#define OWNED_H

#include <sys/stat.h>

#include "dns01gate.h"

/* POSIX has a name for it in its XSI option alone: who may write to a directory may not take away
 * others' files. */
#define STICKY 01000

/* DG_EINVAL, with file, mode and what to do, unless only root and the caller can change this open
 * file, or put another in its place. `what` it is, for the message; `st` is of the descriptor that
 * it is read from. */
enum dg_status owned_check(const char *what, const char *file, const struct stat *st,
			   struct dg_error *err) DG_MUST_CHECK;

/* Opens a regular file that nobody but root and the caller can read or change. The mode of a secret
 * that a container is given cannot be changed there: that of a directory above counts too. close()
 * it; -1, and DG_EINVAL as above. */
int owned_open_secret(const char *what, const char *file, struct dg_error *err) DG_MUST_CHECK;

/* True when others than the owner and group of some directory above the file cannot enter that. */
bool owned_is_out_of_reach(const char *file);

/* DG_EINVAL, in the same words, when we are root and others than its owner can write a program, or
 * put another in its place. Its name is looked for in PATH as it is when it is run; one that is not
 * found is good here. */
enum dg_status owned_check_program(const char *name, struct dg_error *err) DG_MUST_CHECK;

#endif
