/* SPDX-License-Identifier: ISC */
/* Files in a directory that other runs write to as well: put in place whole, by one run at a time,
 * and nothing of a run that was killed stays. Directories are descriptors, so that what is checked
 * is what is used. */
#ifndef FOLDER_H
#define FOLDER_H

#include <sys/stat.h>

#include "dns01gate.h"

/* The form of the names that we give: a prefix, and so many hexadecimal digits. */
struct folder_form {
	const char *prefix;
	size_t digits;
};

/* Opens the directory that a file is in, whether the file is there or not, and tells the file's
 * name in it (part of `file`). close() it; -1 and errno when it cannot be read. */
int folder_of(const char *file, const char **ret_name);

/* Keeps other runs that ask for it off the directory until the descriptor is closed. Waits for them
 * a second at most, and not beyond `until` (on clock.h's clock). False when one holds it for
 * longer. A file system that has no locks for directories (NFS) keeps nobody off: true. */
bool folder_lock(int dir, dg_ms until);

/* Puts text and a newline in place of what the file held, so that a reader sees the old or the new,
 * and always one of them; `mode` less the umask. Leftovers of killed runs go on the way. 0, or
 * errno, and then the file is as it was. */
int folder_replace(int dir, const char *file, const char *text, mode_t mode);

/* Removes regular files of exactly that form, owned by us, that nobody wrote to for so many
 * seconds. */
void folder_sweep(int dir, const struct folder_form *form, long seconds);

#endif
