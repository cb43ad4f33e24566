/* SPDX-License-Identifier: ISC */
/* Small JSON files in a directory of our own that nobody else can enter: what one call leaves for
 * another. Whatever is wrong with them, they are as if they were not there. */
#ifndef STATE_H
#define STATE_H

#include <stdbool.h>

#include <jansson.h>

#include "dns01gate.h"

#define STATE_FILE_LEN 80

/* A file's name: the prefix, and 64 hexadecimal digits that stand for both texts, whatever these
 * hold. The prefix has 15 octets at most. False when SHA-256 is not available. */
bool state_file_name(char name[STATE_FILE_LEN], const char *prefix, const char *text,
		     const char *more);

/* Our own directory below this one (NULL: below the default place), both made if need be; -1 when
 * there is none that only we can enter, which is said once. close() it. */
int state_open(const char *state_dir);

/* Keeps other runs from changing what is there until the directory is closed, as folder_lock does.
 * One that holds it for too long is said, and nothing is kept off then: a change of the one or the
 * other may be lost. */
void state_lock(int dir, dg_ms until);

/* What a file there holds; NULL when it is not there, or not to be trusted. */
json_t *state_read(int dir, const char *file);

/* The same, or a new object when it holds none. */
json_t *state_read_object(int dir, const char *file);

/* One form for one name, "_acme-challenge.example.com": without the final dot, in lower case, as
 * much as fits. Its length. */
size_t state_print_name(const char *name, char *out, size_t size);

/* Puts it there, whole or not at all. */
bool state_write(int dir, const char *file, const json_t *state);

/* Removes files that state_file_name named with that prefix and nobody wrote to for so many
 * seconds. */
void state_sweep(int dir, const char *prefix, long seconds);

#endif
